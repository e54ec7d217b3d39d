/*
 * findings: what an auditor should know. Rules are rows of ONE registry (registry.def); each adds findings to the list.
 *
 * Findings are made in two phases, since an organization has many findings and a reader asks for few. A rule's function
 * judges: it adds findings with code, severity, account, resource, subject, detail and evidence, at a cost linear in
 * statements and edges. finding_elaborate makes what is long or costly, only for findings that are shown: conditions in
 * words, a witness, patches proved by deciding again, lists of names, lines of files.
 *
 * A rule judges what a statement lets through after every Deny, SCP, RCP, boundary and condition, not its text.
 * Severity = base of the rule, one step higher if the role is an administrator or leads to one, one step lower if it
 * depends on something that the caller does not control.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FINDINGS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FINDINGS_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/findings/danger.h"
#include "analyzer/findings/trust_statement.h"
#include <jansson.h>

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
const char *severity_word(enum severity severity);
extern const char *const severity_words[]; /* in their order, then NULL */

/* One place that proves the finding. */
struct finding_evidence {
    const char *policy; /* wording_policy_name */
    const char *holder; /* ARN of the role, user or group that has it */
    const char *sid;
    uint32_t statement; /* index; UINT32_MAX: the whole document */
    const char *file;   /* "": unknown, or not elaborated */
    uint32_t line;      /* 0: unknown */
    const struct policy_use *use;
};

struct findings;
struct finding;
/* Fills in patch, facts and (unless it is a call by one caller) witness, and may refine fix. */
typedef void finding_elaboration(struct analysis *analysis, struct findings *findings, struct finding *finding);

/* Texts live in findings.arena. */
struct finding {
    const struct finding_rule *rule;
    const char *code; /* sub-code, "" if none, as in policy-grammar/CODE */
    enum severity severity;
    const char *account;
    const char *resource; /* ARN, or a name for what the finding is about */
    const char *subject;  /* who is let in, or what is named; part of the fingerprint */
    const char *detail;   /* what was found, in sentences */
    const char *fix;      /* what to do */
    bool own_fix;         /* fix is for this finding alone; false: it begins with its rule's fix. See finding_set_fix */
    struct finding_evidence *evidence;
    size_t evidence_count;
    const struct statement *statement; /* part of the fingerprint; NULL: none */
    /* If resource or subject are our own words: their codes for the fingerprint, since words get reworded. NULL: no
     * code, the texts themselves count. */
    const char *resource_code, *subject_code;
    const char *former_resource, *former_subject; /* when fingerprints hashed the words; NULL: as now */
    char fingerprint[33];                         /* set when all findings are found */
    char former_fingerprint[33];           /* from the previous version, which hashed the words; still accepted */
    struct danger danger;                  /* set when all findings are found; see danger.h */
    const struct suppression *suppression; /* the line of the ignore file that hides it, see suppressions.h; or NULL */

    /* What the danger is computed from, beyond the fields above, and what tells the finding from others with the same
     * cause. */
    enum danger_who used_by; /* if the rule knows it; else DANGER_BY_FACTS */
    const uint32_t *holders; /* holders of the policy it is about, ending in MODEL_NONE; NULL: it is not about a policy
                                with holders */
    uint32_t begins;         /* the node at which its chain begins; MODEL_NONE: no chain */
    uint64_t told;           /* a hash of the other contents of the detail: equal for equal contents; 0: none */
    bool in_doubt;           /* its chain depends on something that callers cannot choose */

    /* For the elaboration. */
    finding_elaboration *elaborate; /* NULL: none of its own */
    struct trust_statement at;      /* the statement, if it is about a trust */
    const void *about;              /* private to rule and elaboration; in the arena or the model */
    constraint holds_if;            /* see finding_holds_if */
    const struct caller *caller;    /* for the witness; NULL: none */
    bool holds_under_conditions;    /* holds_if is set */
    bool holds_for_example;         /* holds_if fixes a value that stands for others, which the detail names */
    bool counts_callers;            /* the elaboration adds to the detail how many can become the role */
    struct finding_judged *judged;  /* before it was elaborated; private to finding.c; or NULL */

    /* From here on, filled in by finding_elaborate only. NULL: none. */
    json_t *patch;          /* policies ready to paste: {"style": policy}, see patches.h */
    uint32_t trust_patches; /* bits 1 << enum patch_style of the patches that are trust policies, see patches.h */
    json_t *patch_notes; /* by style: {"does", "replaces": {"policy", "holder"}, "caveats": […], "fill_in", "apply"} */
    json_t *witness;     /* a call that succeeds: {"principal":…, "role":…, "context":…} */
    json_t *conditions;  /* array of words: the conditions under which it holds */
    json_t *facts; /* object of other counts and lists, depending on the rule; "chain": who becomes whom, as ARNs */
    json_t *chain; /* the hops of facts.chain with their statements */
};

/* What the rules look at, if not everything: only the policy that a patch on trial changes. */
struct findings_scope {
    const struct model_principal *role; /* the role whose trust policy it is; NULL: another policy */
    const struct policy_use *policy;    /* the other policy; NULL with role NULL: the whole model */
    const uint32_t *holders;            /* of that policy, ascending */
    uint32_t holder_count;
    const char *code; /* only findings with this sub-code are needed; NULL: all */
};

/*
 * Its members are what several rooms need: the findings, and settings of whoever asks for them. What a single file
 * keeps from one finding to the next (questions asked, counts, data read) goes into its notes, of a type private to
 * that file; see findings_notes.
 */
#define FINDINGS_MAX_STEPS 400000000u

struct findings {
    struct arena arena;
    struct finding *list;
    size_t count, capacity;
    struct findings_notes *notes;
    uint64_t steps;      /* taken so far, of max_steps */
    uint32_t unsearched; /* searches that ran out of steps */

    /* Set by the caller before findings_compute. */
    struct findings_scope scope;               /* zeroed: everything */
    const struct finding_selection *selection; /* rules that it does not need (selection.h) do not run; NULL: all run */
    struct kept_access *kept; /* principals whose access patches must keep; NULL: none named (kept_access.h) */
    bool patches_unseen;      /* patches are not shown: costly ones are not searched for */
    /* If not NULL, only findings about trust policies are made, and each is passed on when its rule has run, then
     * dropped. Texts, evidence, fingerprint and leads_to are not made. NULL: all findings are made and kept. */
    void (*take)(void *context, const struct finding *finding);
    void *take_context;
    bool brief;         /* facts, chains and witnesses are not shown: elaboration need not make them */
    uint64_t max_steps; /* limit of the searches for ways around a role's conditions, and for holders; 0:
                           FINDINGS_MAX_STEPS */
    bool lists;         /* long lists of names are shown whole, beside the findings; kept by facts/name_lists.h */
};

/* Takes steps from the rest of max_steps. False: nothing is left and the search must stop; this is counted and
 * reported. A decision costs FINDINGS_DECISION steps, a walk one step per node and edge. */
#define FINDINGS_DECISION 800u
bool findings_spend(struct findings *findings, uint64_t steps);

/* Adds the rule's findings. */
typedef void finding_rule_function(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings);

struct finding_rule {
    const char *id;
    enum severity severity; /* base */
    const char *title, *why, *fix, *reference;
    finding_rule_function *find;
    const char *const *codes;             /* its sub-codes, sorted, ending in NULL; see finding_rule_code */
    const char *(*code_at)(size_t index); /* returns the sub-codes instead; NULL: unused */
    finding_elaboration *patch; /* offers patches for each of its findings about a trust policy; NULL: none, or done by
                                   the finding's own elaboration */
};

/* All rules in order of their ids; *count: how many. */
const struct finding_rule *finding_rules(size_t *count);

/* Who can use findings of this kind, according to the registry; DANGER_BY_FACTS: it varies. */
enum danger_who finding_used_by(const struct finding *finding);

/* Whether findings of the rule can be about one statement of a trust policy that somebody can use. */
bool finding_rule_is_of_trusts(const struct finding_rule *rule);

/* The rule's sub-code at that position, in alphabetical order; NULL: no more. */
const char *finding_rule_code(const struct finding_rule *rule, size_t index);

/* Runs the rules and sorts by severity (worst first), danger (danger.h), account, resource, id. findings must be zero
 * except for the fields set by the caller. False: the database could not be read; an error was printed. See run.c. */
bool findings_compute(struct analysis *analysis, struct findings *findings);

/* Fills in only the files and lines of its evidence. */
void finding_locate(const struct analysis *analysis, struct finding *finding);

/* Makes, once, the parts that are only worth their cost for a finding that is shown. findings: the list that holds
 * finding. */
void finding_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding);

void findings_free(struct findings *findings);

/* Whether a line of an ignore file or a baseline with this fingerprint matches the finding. */
bool finding_has_fingerprint(const struct finding *finding, const char *fingerprint);

/* The fix of this finding beyond its rule's fix; "": none. */
const char *finding_own_fix(const struct finding *finding);

/* The detail before elaboration added to it. */
const char *finding_judged_detail(const struct finding *finding);

/* Frees what finding_elaborate made: for a finding that leaves the list, or one of very many after it was printed. */
void finding_release(struct finding *finding);

/* Replaces the rows of table `finding`, inside the caller's transaction; a failure is the store's error. */
void findings_store(struct analysis *analysis, struct findings *findings);

/* Empties the table. */
void findings_forget(struct store *store);

/* For an elaborated finding: {"id","severity","title","resource","account","detail","evidence":[…],"fix","fingerprint",
 * …}. New reference. */
json_t *finding_json(const struct finding *finding);

/* ---- for rules */

/* A new finding at the base severity, valid until the next is added. `statement` may be NULL; otherwise its content is
 * part of the fingerprint (without Sid, independent of the order of its members and lists). */
struct finding *finding_add(struct findings *findings, const struct finding_rule *rule, const char *account,
                            const char *resource, const char *subject, const struct statement *statement);

/* A new finding about a user or role, not about a single statement. */
struct finding *finding_add_principal(struct findings *findings, const struct analysis *analysis,
                                      const struct finding_rule *rule, uint32_t principal, const char *subject);

/* A new finding about the statement `at`: its role is the resource, the statement is the evidence. */
struct finding *finding_add_trust(struct findings *findings, struct analysis *analysis, const struct finding_rule *rule,
                                  const struct trust_statement *at, const char *subject);

/* statement NULL: the whole document. The use must live as long as the findings: in the model or in findings.arena. */
void finding_evidence_add(struct findings *findings, struct finding *finding, const struct policy_use *use,
                          const struct statement *statement);
const char *finding_text(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_raise(struct finding *finding, int steps); /* negative: lower */

/* Replaces the rule's fix. Additions to the rule's fix are appended to finding->fix instead. */
void finding_set_fix(struct finding *finding, const char *fix);

/* The finding holds under this formula: elaboration derives the conditions and, with a caller (copied), the witness:
 * how that caller becomes the resource. */
void finding_holds_if(struct findings *findings, struct finding *finding, const struct caller *caller,
                      constraint formula);

/* Raises the severity one step if the role is an administrator or leads to one; returns a sentence that says so, or
 * "". */
const char *finding_raise_for_administrator(struct finding *finding, struct analysis *analysis, uint32_t role);

/* ---- notes of one file */

/* A file's own kind of notes. */
struct notes_kind {
    size_t size;
    void (*free)(void *notes); /* frees what they hold; NULL: nothing to free */
    bool of_rules;             /* they are large and not needed after the rules have run */
};

/* The notes of that kind, zeroed on first use; they live as long as the findings or, if of_rules, until the rules have
 * run. */
void *findings_notes(struct findings *findings, const struct notes_kind *kind);

/* For run.c: the rules have run. */
void findings_end_rules(struct findings *findings);

#endif
