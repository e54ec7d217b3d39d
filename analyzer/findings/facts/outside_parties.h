/*
 * outside_parties: the outside parties of one kind (identity providers, services) that trust statements let in. All
 * roles of a role set with one trust document (graph/edges/classes.h) get the same answer, so each party is judged once
 * for them.
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
    constraint admits; /* with all policy layers; never CONSTRAINT_FALSE */
};

/* Calls judge for each principal of the form that an Allow statement lets in. */
typedef void (*party_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct party *party);
void party_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                enum principal_form form, party_judge judge);

/* Whether the role is the first of its role set: only that one is asked about outside parties. If only one role is
 * looked at (findings->scope), it is asked itself. */
bool party_speaks_for_set(const struct analysis *analysis, const struct findings *findings, uint32_t role);

/* What is wrong with it. The detail reads: `who`, "can become", the role, `how`. */
struct party_verdict {
    enum finding_code code;
    const char *who, *how;          /* how: "" or ", …" */
    const char *more;               /* another sentence, starting with a space, or "" */
    int raise;                      /* steps of severity */
    enum danger_who used_by;        /* DANGER_BY_FACTS: computed from the party */
    constraint when;                /* the condition under which the finding holds */
    bool for_example;               /* it fixes a value that stands for others */
    finding_elaboration *elaborate; /* NULL: none */
    bool (*counts)(struct analysis *analysis,
                   uint32_t role); /* whether the finding holds for that role; NULL: for all */
};

/* Adds the finding for each of the roles. */
void party_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                  const struct party *party, const struct party_verdict *verdict);

/* Whether some request satisfies the formula, as far as that can be decided. */
bool party_possible(struct analysis *analysis, constraint formula);

/* Whether the statement requires a value of the key that is only known when a template is deployed
 * (context_key_is_put_off). */
bool party_is_put_off(const struct statement *statement, const char *key);

/* "HOST:claim" for the party's provider, and atoms on such keys with any operator, StringEquals and StringLike. They
 * live as long as the analysis. */
const char *party_key(struct analysis *analysis, const struct party *party, const char *claim);
constraint party_key_test(struct analysis *analysis, const char *operator_name, const char *key,
                          const char *const *values, size_t count);
constraint party_key_is(struct analysis *analysis, const char *key, const char *value);
constraint party_key_like(struct analysis *analysis, const char *key, const char *const *patterns, size_t count);

/* The formula that the key has one of the forms (ingest/policy/form.h; ends with NULL; none: any), optionally ignoring
 * case. For questions only: such formulas do not print. */
constraint party_key_has_form(struct analysis *analysis, const char *key, const char *const *forms, bool ignoring_case);

/* The table row of the party's provider. */
const struct issuer *party_issuer(const struct analysis *analysis, const struct party *party);

/* The formula with the claim fixed. */
constraint party_fix(struct analysis *analysis, const struct party *party, constraint formula, const char *claim,
                     const char *value);

/* For elaborations: sets the detail to the rule's text plus this sentence, however often it is elaborated. Uses
 * finding->about. */
void party_detail_add(struct findings *findings, struct finding *finding, const char *sentence);

/* "3 users, roles and outside parties in the export", in the findings' arena. */
const char *party_callers(struct findings *findings, uint32_t count);

/* A value of the key in a request that satisfies the formula, in the findings' arena; "" if none was found. */
const char *party_example(struct analysis *analysis, struct findings *findings, constraint formula, const char *key);

#endif
