/*
 * account_lists: known accounts outside the exports: a public list of accounts of vendors and AWS services, and the
 * user's own list of trusted accounts.
 *
 * --known-accounts FILE is JSON in one of two shapes: {"accounts": {"ID": {"name", "source", "type", "enabled"}}}, or
 * the YAML of fwdcloudsec/known_aws_accounts converted to JSON: [{"name", "source": [...], "accounts": ["ID", …],
 * "type", "enabled"}]. An entry only says what an account is "listed as": it proves nothing and does not justify a
 * trust.
 *
 * --trusted-accounts FILE is JSON: [{"id", "owner", "expires"}], the same under "accounts", or {"accounts": {"ID":
 * {"owner", "expires"}}}. It can also be text: lines "id,owner,expires", with # before comments. `expires` (a date, the
 * last day on which the account is trusted) is optional, the owner is not.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_LISTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_LISTS_H

#include "analyzer/command_line/command.h"
#include <jansson.h>

struct account_lists {
    json_t *known, *trusted; /* both by account id, in the first shape; NULL: not given */
    double now;              /* epoch seconds */
};

struct known_account {
    const char *name;
    const char *source; /* "" if the list names none */
    bool aws;           /* belongs to AWS itself */
    bool enabled;       /* false: the vendor no longer uses it */
};

struct trusted_account {
    const char *owner;
    const char *expires; /* "": never */
    bool expired;
};

/* The options, for commands that take them. */
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
/* The same from contents already in memory; `trusted` is text. On failure false, with *error (malloc'ed). */
bool account_lists_know(struct account_lists *lists, const json_t *document, char **error);
bool account_lists_trust(struct account_lists *lists, const char *text, char **error);
void account_lists_free(struct account_lists *lists);

/* lists may be NULL: then no account is listed. Texts live as long as the lists. */
bool account_is_known(const struct account_lists *lists, const char *id, struct known_account *account);
bool account_is_trusted(const struct account_lists *lists, const char *id, struct trusted_account *account);

#endif
