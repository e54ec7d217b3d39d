/*
 * account_lists: known accounts outside the exports: a public list of accounts of vendors and AWS services, and the
 * user's own list of trusted accounts.
 *
 * --known-accounts FILE is JSON in one of two shapes: {"accounts": {"ID": {"name", "source", "type", "enabled"}}}, or
 * what fwdcloudsec/known_aws_accounts holds as YAML: [{"name", "source": [...], "accounts": ["ID", …], "type",
 * "enabled"}]. An entry says what an account is "listed as"; it proves nothing and does not justify a trust.
 *
 * --trusted-accounts FILE is JSON: [{"id", "owner", "expires"}], the same under "accounts", or {"accounts": {"ID":
 * {"owner", "expires"}}}; or lines "id,owner,expires" with # before comments. `expires` (a date, the last day on which
 * the account is trusted) may be left out, the owner may not.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_LISTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_LISTS_H

#include "analyzer/command_line/command.h"
#include <jansson.h>

struct account_lists {
    json_t *known, *trusted; /* by account id, in the first shape each; NULL: not given */
    double now;              /* epoch seconds */
};

struct known_account {
    const char *name;
    const char *source; /* "" if the list names none */
    bool aws;           /* of AWS itself */
    bool enabled;       /* false: the vendor does not use it any more */
};

struct trusted_account {
    const char *owner;
    const char *expires; /* "" never */
    bool expired;
};

/* The options, for the commands that have them. */
#define ACCOUNT_LIST_OPTIONS                                                                                           \
    {.name = "known-accounts",                                                                                         \
     .value = "FILE",                                                                                                  \
     .help = "accounts of vendors and AWS services: known_aws_accounts as JSON",                                       \
     .kind = OPTION_INPUT,                                                                                             \
     .repeatable = true},                                                                                              \
    {                                                                                                                  \
        .name = "trusted-accounts", .value = "FILE",                                                                   \
        .help = "outside accounts that you trust on purpose: id, owner, expires, as JSON or CSV",                      \
        .kind = OPTION_INPUT, .repeatable = true                                                                       \
    }

/* Reads the files of --known-accounts and --trusted-accounts. False: an error was printed. */
bool account_lists_read(const struct command_line *line, double now, struct account_lists *lists);
/* The same from documents; `trusted` as text. On failure false with *error (malloc'ed). */
bool account_lists_know(struct account_lists *lists, const json_t *document, char **error);
bool account_lists_trust(struct account_lists *lists, const char *text, char **error);
void account_lists_free(struct account_lists *lists);

/* lists may be NULL: then no account is listed. Texts live as long as the lists. */
bool account_is_known(const struct account_lists *lists, const char *id, struct known_account *account);
bool account_is_trusted(const struct account_lists *lists, const char *id, struct trusted_account *account);

#endif
