/*
 * policy_problems: problems in the texts of exported policies, and who has these policies.
 *
 * AWS managed policies and trust policies of service-linked roles are left out, because only AWS can change them; so is
 * Allow with NotPrincipal, which has its own finding.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_POLICY_PROBLEMS_H
#define ROLECHAIN_GRAPH_MODEL_POLICY_PROBLEMS_H

#include "graph/model/model.h"
#include "ingest/policy/policy.h"

enum problem_policy { PROBLEM_TRUST, PROBLEM_INLINE, PROBLEM_MANAGED, PROBLEM_ORGANIZATION };

/* A problem of a document, once for each account with a holder. */
struct held_problem {
    const char *code;    /* as from policy_problem_word */
    const char *pointer; /* JSON pointer inside the document */
    const char *words;   /* the sentence, and … */
    const char *facts;   /* … its facts, see policy_words.h */
    enum problem_severity severity;
    uint32_t position; /* of the statement; MODEL_NONE: the document */

    /* The first holder. */
    enum problem_policy policy;
    const char *name;    /* of the policy; "" for a trust policy */
    const char *holder;  /* ARN of the role, user or group; of the managed policy; id of the organization's policy */
    const char *account; /* "" for policies of the organization */
    uint32_t source, line, layout; /* as in struct policy_use */
    uint32_t holders;              /* number of holders in the account, including the first */
};

/* Operators that do not exist; names and values that match nothing; all others. */
enum problem_kind { PROBLEM_OF_OPERATORS, PROBLEM_OF_NAMES, PROBLEM_OTHER };

/* Calls each with every problem of that kind, sorted by document; its texts live until it returns. Failures are the
 * store's (store_error). */
void policy_problems_each(struct store *store, enum problem_kind kind,
                          void (*each)(const struct held_problem *problem, void *context), void *context);

#endif
