/*
 * scenario: a small world in a few lines of text, loaded as exports, for questions. The format of tests/graph/cases.
 *
 *   # a comment
 *   organization M members A B          management account and members; ou:NAME follows members to put them there
 *   ou NAME [in OTHER] A B              an organizational unit under the root, or under another, with these accounts
 *   disabled scp|rcp|all-features       the policy type is not enabled; only consolidated billing
 *   scp TARGET STATEMENT                TARGET: root, ou:NAME or an account; FullAWSAccess hangs everywhere besides
 *   rcp TARGET STATEMENT
 *   no-full-access TARGET               takes FullAWSAccess (SCP) away from there
 *   exported A                          an account without users and roles is exported too
 *   roles-only A                        of the account there is list-roles alone: no users, groups, policies, tags
 *   state A CLOSED                      what the list of accounts says of it; ACTIVE otherwise
 *   partition A aws-cn                  before the account is used
 *   group A/NAME                        then lines that belong to it:
 *   user A/[PATH/]NAME [tag K=V]… [group G]…
 *   role A/[PATH/]NAME [tag K=V]…
 *     trust STATEMENT                   of the role
 *     may STATEMENT                     inline identity policy (all of one principal are one policy)
 *     attach NAME STATEMENT             managed policy of the account
 *     boundary NAME STATEMENT
 *     versions N                        the managed policy that the line before was about has so many
 *     missing NAME                      attached, but its document is not in the export
 *     profile NAME                      the role is in this instance profile
 *     version 2008-10-17                of the policy that the line before was about; none: without Version
 *     document JSON                     the whole policy that the line before was about, instead
 *   ask CALLER ROLE [action A]… [with K=V]… [without K]… [at DATE] => VERDICT[/REASON] [if CONDITIONS]
 *
 * Accounts are capital letters: A is 111111111111, B 222222222222 … H; M is 999999999999; $A in any text is the id.
 * STATEMENT: JSON, or
 *   allow|deny ACTIONS|not-action ACTIONS [on [not] RESOURCES] [from [not] PRINCIPALS] [if OPERATOR KEY VALUES [and …]]
 * with lists separated by commas, and quotes around what holds blanks or commas. Principals and callers: user:A/x,
 * role:A/x, session:A/role/name, account:A, root:A, service:ec2.amazonaws.com, saml:A/x, oidc:A/host, federated:x,
 * anyone, or the text itself. CONDITIONS are words of the residual joined by " and ".
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_SCENARIO_H
#define ROLECHAIN_TESTS_SUPPORT_SCENARIO_H

#include "graph/decision/decision.h"
#include "ingest/load.h"
#include <jansson.h>

struct scenario_question {
    const char *text; /* the line */
    unsigned line;
    const char *caller; /* ARN, account, service … */
    const char *role;   /* ARN */
    const char *actions[8];
    uint32_t action_count;
    struct fixed_key fixed[16];
    uint32_t fixed_count;
    double now;                   /* 0: unknown */
    const char *verdict, *reason; /* reason NULL: any */
    const char *conditions;       /* NULL: any */
};

struct scenario {
    struct arena arena;
    json_t *accounts, *policies; /* by id */
    json_t *current;             /* principal that indented lines belong to */
    json_t *last_policy;
    const char *last_managed; /* ARN of the last managed policy */
    const char *management;
    json_t *members, *units, *outer_units, *guardrails, *without_full, *disabled;
    json_t *versions;   /* by ARN of the policy, if it has more than one */
    json_t *partitions; /* by account id, unless aws */
    json_t *states;     /* by account id, unless ACTIVE */
    json_t *files;      /* texts by name, written unchanged */
    struct scenario_question *questions;
    size_t question_count, room;
    char error[512]; /* "": no error */
};

/* Reads one case; lines of `text` are numbered from first_line for messages. False with scenario->error. */
bool scenario_read(struct scenario *scenario, const char *text, unsigned first_line);

/* The ARN (or account, service …) for "role:A/x" and the other short forms; any other text with its $A expanded. Lives
 * with the scenario. */
const char *scenario_principal(struct scenario *scenario, const char *text);
const char *scenario_expand(struct scenario *scenario, const char *text);

/* Adds a file to its exports, for what lines cannot express. Its text may contain $A. */
void scenario_add_file(struct scenario *scenario, const char *name, const char *text);

/* Writes its exports into the folder. */
bool scenario_write(struct scenario *scenario, const char *folder);

/* Loads its exports into an in-memory database. NULL with scenario->error. */
struct store *scenario_load(struct scenario *scenario);

/* The same into an open store with earlier exports. */
bool scenario_load_later(struct scenario *scenario, struct store *store);

/* The same into an open store, whose rows are deleted first: for thousands of worlds. */
bool scenario_load_again(struct scenario *scenario, struct store *store);
void scenario_free(struct scenario *scenario);

/* Applies the remedies of a denied question. False: nothing can be added, a Deny, SCP or RCP prevents it, or the
 * exports do not contain what to add to. */
bool scenario_remedy(struct scenario *scenario, struct model *model, struct constraint_pool *pool,
                     const struct scenario_question *question);

/* The answer to one of its questions: verdict, reason, and the residual's words joined by " and " (malloc'ed). */
struct scenario_answer {
    enum verdict verdict;
    enum decision_reason reason;
    char *conditions;
};
bool scenario_ask(struct model *model, struct constraint_pool *pool, const struct scenario_question *question,
                  struct scenario_answer *answer);

#endif
