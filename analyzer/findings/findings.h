/*
 * findings: what an auditor should know. Rules are rows of ONE registry (registry.def); each adds findings to the
 * list.
 *
 * In two phases, since an organization has many findings and a reader asks for few. A rule's function judges: it adds
 * findings with code, severity, account, resource, subject, detail and evidence, at a cost linear in statements and
 * edges. What is long or costly (conditions in words, a witness, patches proved by deciding again, lists of names,
 * lines of files) is made by finding_elaborate, for findings that are shown.
 *
 * A rule judges what a statement lets through after every Deny, SCP, RCP, boundary and condition, not its text.
 * Severity = base of the rule, one step up if the role is an administrator or leads to one, one step down if it depends
 * on what the caller does not control.
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

/* One place that shows the finding. */
struct finding_evidence {
    const char *policy; /* wording_policy_name */
    const char *holder; /* ARN of the role, user or group that has it */
    const char *sid;
    uint32_t statement; /* index; UINT32_MAX: the whole document */
    const char *file;   /* "" unknown, or not elaborated */
    uint32_t line;      /* 0 unknown */
    const struct policy_use *use;
};

struct findings;
struct finding;
/* Fills in patch, facts and (if it is no call by one caller) witness, and may refine fix. */
typedef void finding_elaboration(struct analysis *analysis, struct findings *findings, struct finding *finding);

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
    bool own_fix;         /* fix is of this one alone; false: it begins with that of its rule. See finding_set_fix */
    struct finding_evidence *evidence;
    size_t evidence_count;
    const struct statement *statement; /* part of the fingerprint; NULL: none */
    /* Where resource or subject are words of ours: what stands for them in the fingerprint, since words are reworded.
     * NULL: they themselves. */
    const char *resource_code, *subject_code;
    const char *former_resource,
        *former_subject;                   /* how they were called when fingerprints hashed the words; NULL: as now */
    char fingerprint[33];                  /* made when all are found */
    char former_fingerprint[33];           /* of the version before, which hashed the words; still accepted */
    struct danger danger;                  /* made when all are found; see danger.h */
    const struct suppression *suppression; /* the line of the ignore file that hides it, see suppressions.h; or NULL */

    /* What its danger is made of, beside what it is about, and what tells it from others of its cause. */
    enum danger_who used_by; /* as the rule knows it; DANGER_BY_FACTS: it does not */
    const uint32_t *holders; /* of the policy it is about, ending in MODEL_NONE; NULL: it is about something else */
    uint32_t begins;         /* the node at which its chain begins; MODEL_NONE: it has none */
    uint64_t told;           /* a number of what else the detail says: the same where that is alike; 0: nothing */
    bool in_doubt;           /* its chain depends on what callers cannot choose */

    /* What its elaboration needs. */
    finding_elaboration *elaborate; /* NULL: nothing of its own */
    struct trust_statement at;      /* the statement it is about, if it is about a trust */
    const void *about;              /* as rule and elaboration agree; in the arena or the model */
    constraint holds_if;            /* see finding_holds_if */
    const struct caller *caller;    /* of the witness; NULL: none */
    bool holds_under_conditions;    /* holds_if is set */
    bool counts_callers;            /* elaboration tells in the detail how many can become the role */
    struct finding_judged *judged;  /* finding.c's: what it was before it was elaborated; NULL: it never was */

    /* From here on only finding_elaborate fills in. NULL: none. */
    json_t *patch;          /* policies ready to paste: {"style": policy}, see patches.h */
    uint32_t trust_patches; /* 1 << enum patch_style of the patches that are trust policies, see patches.h */
    json_t *patch_notes; /* by style: {"does", "replaces": {"policy", "holder"}, "caveats": […], "fill_in", "apply"} */
    json_t *witness;     /* a call that succeeds: {"principal":…, "role":…, "context":…} */
    json_t *conditions;  /* array of words under which it holds */
    json_t *facts;       /* an object of what else is counted or listed, by rule; "chain": who becomes whom, in ARNs */
    json_t *chain;       /* the hops of facts.chain with their statements */
};

/* What the rules look at where it is not everything: the one policy that a patch which is tried changes. */
struct findings_scope {
    const struct model_principal *role; /* the role whose trust policy it is; NULL: it is another policy */
    const struct policy_use *policy;    /* else: this one; NULL with role NULL: the whole model */
    const uint32_t *holders;            /* of that policy, ascending */
    uint32_t holder_count;
    const char *code; /* of the findings only those of this sub-code are needed; NULL: all */
};

/*
 * Its members are what several rooms need: the findings, and what whoever asks for them says of it. What one file
 * alone keeps from one finding to the next (what it has asked, counted or read) is its notes, of a type that only that
 * file knows; see findings_notes.
 */
#define FINDINGS_MAX_STEPS 400000000u

struct findings {
    struct arena arena;
    struct finding *list;
    size_t count, capacity;
    struct findings_notes *notes;
    uint64_t steps;      /* that were taken of max_steps */
    uint32_t unsearched; /* searches that it stopped */

    /* Set by whoever asks, before findings_compute. */
    struct findings_scope scope;               /* zeroed: everything */
    const struct finding_selection *selection; /* rules that it does not need (selection.h) do not run; NULL: all run */
    struct kept_access *kept; /* whose access patches leave alone; NULL: nobody is named (kept_access.h) */
    bool patches_unseen;      /* patches are not shown: those that cost much are not looked for */
    /* Only findings about trust policies are looked for, and each is handed on when its rule has run, and dropped: what
     * it says, its evidence, its fingerprint and to how much it leads are not made. NULL: all are found, and kept. */
    void (*take)(void *context, const struct finding *finding);
    void *take_context;
    bool brief;         /* facts, chains and witnesses are not shown: elaboration need not make them */
    uint64_t max_steps; /* of searches for ways around what roles ask for, and for holders; 0: FINDINGS_MAX_STEPS */
    bool lists;         /* long lists of names are shown whole, beside the findings: facts/name_lists.h keeps them */
};

/* Takes steps from what max_steps leaves; false: nothing is left, and the search stops, which is counted and said. A
 * decision costs FINDINGS_DECISION steps, a walk a step for each node and edge. */
#define FINDINGS_DECISION 800u
bool findings_spend(struct findings *findings, uint64_t steps);

/* Adds what the rule finds. */
typedef void finding_rule_function(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings);

struct finding_rule {
    const char *id;
    enum severity severity; /* base */
    const char *title, *why, *fix, *reference;
    finding_rule_function *find;
    const char *const *codes;             /* its sub-codes, sorted, ending in NULL; see finding_rule_code */
    const char *(*code_at)(size_t index); /* what tells them instead; NULL: nothing */
    finding_elaboration *patch; /* offers patches for each of its findings about a trust policy; NULL: none, or the
                                   finding's own elaboration does */
};

/* All rules in order of their ids; *count of them. */
const struct finding_rule *finding_rules(size_t *count);

/* Who uses what findings of this kind are about, as the registry says; DANGER_BY_FACTS: that differs. */
enum danger_who finding_used_by(const struct finding *finding);

/* Whether findings of the rule can be about one statement of a trust policy that somebody can use. */
bool finding_rule_is_of_trusts(const struct finding_rule *rule);

/* The rule's sub-code at that place, in the order of their words; NULL: it has no more. */
const char *finding_rule_code(const struct finding_rule *rule, size_t index);

/* Runs the rules and sorts by severity (worst first), danger (danger.h), account, resource, id. findings must be zeroed
 * but for what the caller sets. False: the database could not be read; an error was printed. See run.c. */
bool findings_compute(struct analysis *analysis, struct findings *findings);

/* Fills in only the files and lines of its evidence. */
void finding_locate(const struct analysis *analysis, struct finding *finding);

/* Makes what is only worth its cost for a finding that is shown; once. findings: those that finding belongs to. */
void finding_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding);

void findings_free(struct findings *findings);

/* Whether a line of an ignore file or a baseline that holds this fingerprint is about the finding. */
bool finding_has_fingerprint(const struct finding *finding, const char *fingerprint);

/* What to do about it beside what is to be done about all of its rule; "": nothing. */
const char *finding_own_fix(const struct finding *finding);

/* The detail before elaboration added to it. */
const char *finding_judged_detail(const struct finding *finding);

/* Gives up what finding_elaborate made: of a finding that leaves the list, or was printed and is one of very many. */
void finding_release(struct finding *finding);

/* Replaces the table `finding` by these, inside the caller's transaction; what fails is the store's error. */
void findings_store(struct analysis *analysis, struct findings *findings);

/* Empties the table. */
void findings_forget(struct store *store);

/* Of an elaborated one: {"id","severity","title","resource","account","detail","evidence":[…],"fix","fingerprint", …}.
 * New reference. */
json_t *finding_json(const struct finding *finding);

/* ---- for rules */

/* A new finding at the base severity, valid until the next is added. `statement` may be NULL; with it the fingerprint
 * holds its content (without Sid, whatever the order of its members and lists). */
struct finding *finding_add(struct findings *findings, const struct finding_rule *rule, const char *account,
                            const char *resource, const char *subject, const struct statement *statement);

/* A new finding about a user or role and no single statement. */
struct finding *finding_add_principal(struct findings *findings, const struct analysis *analysis,
                                      const struct finding_rule *rule, uint32_t principal, const char *subject);

/* A new finding about the statement `at`: its role is the resource, the statement the evidence. */
struct finding *finding_add_trust(struct findings *findings, struct analysis *analysis, const struct finding_rule *rule,
                                  const struct trust_statement *at, const char *subject);

/* statement NULL: the whole document. The use must live as long as the findings: in the model or in findings.arena. */
void finding_evidence_add(struct findings *findings, struct finding *finding, const struct policy_use *use,
                          const struct statement *statement);
const char *finding_text(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_raise(struct finding *finding, int steps); /* negative: lower */

/* What to do about it, in place of what its rule says. What is to be done besides is added to fix itself. */
void finding_set_fix(struct finding *finding, const char *fix);

/* It holds under this formula: elaboration makes the conditions of it and, with a caller (copied), the witness: how
 * that caller becomes the resource. */
void finding_holds_if(struct findings *findings, struct finding *finding, const struct caller *caller,
                      constraint formula);

/* One step up if the role is an administrator or leads to one; says so in words, or "". */
const char *finding_raise_for_administrator(struct finding *finding, struct analysis *analysis, uint32_t role);

/* ---- notes of one file */

/* A file's own kind of notes. */
struct notes_kind {
    size_t size;
    void (*free)(void *notes); /* gives back what they hold; NULL: nothing */
    bool of_rules;             /* they are large, and of no use when the rules have run */
};

/* The notes of that kind, zeroed when they are first asked for; they live as long as the findings, or their rules. */
void *findings_notes(struct findings *findings, const struct notes_kind *kind);

/* For run.c: the rules have run. */
void findings_end_rules(struct findings *findings);

#endif
