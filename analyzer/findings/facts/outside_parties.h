/*
 * outside_parties: the outside parties of one kind (identity providers, services) that trust statements let in. For all
 * roles of a role set with one trust document (graph/edges/classes.h) the answer is the same, so it is judged once for
 * them.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDE_PARTIES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDE_PARTIES_H

#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/findings.h"
#include "analyzer/findings/rules.h"

struct party {
    struct trust_statement at; /* of the first of these roles */
    const struct statement_principal *principal;
    struct caller caller;
    constraint admits; /* all layers counted; never CONSTRAINT_FALSE */
};

/* Calls judge for each principal of the form that an Allow statement lets in. */
typedef void (*party_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct party *party);
void party_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                enum principal_form form, party_judge judge);

/* Whether the role is the first of its role set: outside parties are asked of it alone. Where one role is looked at
 * (findings->scope), it speaks for itself. */
bool party_speaks_for_set(const struct analysis *analysis, const struct findings *findings, uint32_t role);

/* What is wrong with it. The detail is `who`, "can become", the role, `how`. */
struct party_verdict {
    enum finding_code code;
    const char *who, *how;                                    /* how: "" or ", …" */
    const char *more;                                         /* another sentence, beginning with a blank, or "" */
    int raise;                                                /* steps */
    enum danger_who used_by;                                  /* DANGER_BY_FACTS: the party */
    constraint when;                                          /* under which the finding holds */
    finding_elaboration *elaborate;                           /* NULL: nothing */
    bool (*counts)(struct analysis *analysis, uint32_t role); /* whether it holds for that role; NULL: for all */
};

/* Adds the finding for each of the roles. */
void party_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct party *party, const struct party_verdict *verdict);

/* Whether some request satisfies the formula, as far as can be told. */
bool party_possible(struct analysis *analysis, constraint formula);

/* Whether the statement demands of the key what only the deployment of a template knows (context_key_is_put_off). */
bool party_is_put_off(const struct statement *statement, const char *key);

/* "HOST:claim" for the provider of the party, and atoms on such keys: of any operator, StringEquals, StringLike. Live
 * as long as the analysis. */
const char *party_key(struct analysis *analysis, const struct party *party, const char *claim);
constraint party_key_test(struct analysis *analysis, const char *operator_name, const char *key,
                          const char *const *values, size_t count);
constraint party_key_is(struct analysis *analysis, const char *key, const char *value);
constraint party_key_like(struct analysis *analysis, const char *key, const char *const *patterns, size_t count);

/* That the key has one of some forms (ingest/policy/form.h; ends with NULL, none: any), with letters in either case or
 * not. Such formulas are for questions alone: they do not print. */
constraint party_key_has_form(struct analysis *analysis, const char *key, const char *const *forms, bool ignoring_case);

/* What the provider of the party is. */
const struct issuer *party_issuer(const struct analysis *analysis, const struct party *party);

/* The formula with the claim fixed. */
constraint party_fix(struct analysis *analysis, const struct party *party, constraint formula, const char *claim,
                     const char *value);

/* For elaborations: the detail becomes what the rule wrote and this sentence, however often it is elaborated; takes
 * finding->about. */
void party_detail_add(struct findings *findings, struct finding *finding, const char *sentence);

/* "3 users, roles and outside parties in the export", in the findings' arena. */
const char *party_callers(struct findings *findings, uint32_t count);

/* A value of the key in a request that satisfies the formula, in the findings' arena; "" if none was found. */
const char *party_example(struct analysis *analysis, struct findings *findings, constraint formula, const char *key);

#endif
