/*
 * findings: what an auditor should be told. Rules are rows of ONE registry (registry.c); each adds findings to the
 * list.
 *
 * Severity = base × modifiers: one step up if the role is an administrator, one step down if it depends on a key that
 * the caller does not control.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FINDINGS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FINDINGS_H

#include "analyzer/analysis.h"
#include <jansson.h>

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
const char *severity_word(enum severity severity);
bool severity_parse(const char *word, enum severity *severity);

/* One place that shows the finding. */
struct finding_evidence {
    const char *policy; /* name; "" for a trust policy */
    const char *holder; /* ARN of the role, user or group that has it */
    const char *sid;
    uint32_t statement; /* index; UINT32_MAX: the whole document */
    const char *file;   /* "" unknown */
    uint32_t line;      /* 0 unknown */
};

/* Texts live in findings.arena. */
struct finding {
    const struct finding_rule *rule;
    const char *code; /* sub-code, "" if none: policy-grammar/CODE */
    enum severity severity;
    const char *account;
    const char *resource; /* ARN, or what the finding is about */
    const char *subject;  /* who is let in, or what is named; part of the fingerprint */
    const char *detail;   /* what was found, in sentences */
    const char *fix;      /* what to do */
    json_t *patch;        /* statements ready to paste: {"style": statement}; NULL: none */
    json_t *witness;      /* a call that succeeds: {"principal":…, "context":…}; NULL: none */
    json_t *conditions;   /* array of words under which it holds; NULL: none */
    struct finding_evidence *evidence;
    size_t evidence_count;
    char fingerprint[33];
};

struct findings {
    struct arena arena;
    struct finding *list;
    size_t count, capacity;
    bool failed;
};

struct finding_rule {
    const char *id;
    enum severity severity; /* base */
    const char *title, *why, *fix, *reference;
    void (*find)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings);
};

/* All rules in order of their ids; *count of them. */
const struct finding_rule *finding_rules(size_t *count);

/* Runs all rules and sorts by severity (worst first), id, account, resource. findings must be zeroed. False: out of
 * memory. */
bool findings_compute(struct analysis *analysis, struct findings *findings);
void findings_free(struct findings *findings);

/* Replaces the table `finding`, inside the caller's transaction. */
bool findings_store(const struct findings *findings, struct store *store, char **error);

/* {"id","severity","title","resource","account","detail","evidence":[…],"fix","fingerprint", …}. New reference. */
json_t *finding_json(const struct finding *finding);

/* ---- for rules */

/* A new finding at the base severity, or a spare one when memory is exhausted. `statement` may be NULL; with it the
 * fingerprint holds its content. */
struct finding *finding_add(struct findings *findings, const struct finding_rule *rule, const char *account,
                            const char *resource, const char *subject, const struct statement *statement);
void finding_evidence_add(struct findings *findings, struct finding *finding, const struct model *model,
                          const struct policy_use *use, const struct statement *statement);
const char *finding_text(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_raise(struct finding *finding, int steps); /* negative: lower */

/* Whether the role can do everything in IAM, by evaluation: probes of the actions that hand out permissions, on
 * everything. */
bool finding_is_administrator(struct analysis *analysis, uint32_t principal);

#endif
