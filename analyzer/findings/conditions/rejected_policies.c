/*
 * Policies that IAM would reject, or read differently than they appear, and names in them that match nothing.
 */
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "graph/model/policy_problems.h"
#include "ingest/policy/policy_words.h"
#include "ingest/support/text.h"

#include <string.h>

/* For a trust policy that only one role has. */
static void offer_correction(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct model *model = analysis->model;
    uint32_t role = model_find_arn(model, finding->resource);
    if (role == MODEL_NONE || model->principals[role].trust == NULL ||
        model->principals[role].trust->document == MODEL_NONE)
        return;
    finding->at =
        (struct trust_statement){.role = role, .who = &model->principals[role], .use = model->principals[role].trust};
    patch_grammar(analysis, findings, finding);
}

/* Its place in the document without statement numbers, so that the fingerprint survives reordering. */
static void append_path(struct text *path, const char *pointer)
{
    for (size_t length; *pointer == '/'; pointer += length) {
        length = 1 + strcspn(pointer + 1, "/");
        if (strspn(pointer + 1, "0123456789") + 1 < length)
            text_append(path, pointer, length);
    }
}

/* The sentence about the problem. former: in the words of the version that hashed it into fingerprints. */
static const char *sentence_of(struct findings *findings, const struct held_problem *problem, bool former)
{
    struct text sentence = {0};
    policy_words_append(&sentence, problem->words, problem->facts, former);
    const char *copy = finding_text(findings, "%s", sentence.data != NULL ? sentence.data : "");
    text_free(&sentence);
    return copy;
}

/* The sentence is our own wording. */
static const char *code_of(struct findings *findings, const struct held_problem *problem)
{
    struct text code = {0};
    text_format(&code, "%s %s ", problem->code, problem->name);
    append_path(&code, problem->pointer);
    const char *copy = finding_text(findings, "%s", code.data);
    text_free(&code);
    return copy;
}

struct reporting {
    const struct finding_rule *rule;
    struct findings *findings;
};

static void report_problem(const struct held_problem *problem, void *context)
{
    static const char *const kinds[] = {[PROBLEM_TRUST] = "The trust policy",
                                        [PROBLEM_INLINE] = "Inline policy ",
                                        [PROBLEM_MANAGED] = "Managed policy ",
                                        [PROBLEM_ORGANIZATION] = "Organization policy "};
    static const enum severity severities[] = {
        [PROBLEM_NOTE] = SEVERITY_INFO, [PROBLEM_WARNING] = SEVERITY_LOW, [PROBLEM_ERROR] = SEVERITY_MEDIUM};
    const struct reporting *reporting = context;
    struct findings *findings = reporting->findings;
    const char *code = finding_text(findings, "%s", problem->code), *name = finding_text(findings, "%s", problem->name),
               *holder = finding_text(findings, "%s", problem->holder),
               *message = sentence_of(findings, problem, false);
    const char *subject = finding_text(findings, "%s %s %s", code, name, message);
    struct finding *finding =
        finding_add(findings, reporting->rule, finding_text(findings, "%s", problem->account), holder, subject, NULL);
    finding->subject_code = code_of(findings, problem);
    finding->former_subject = finding_text(findings, "%s %s %s", code, name, sentence_of(findings, problem, true));
    struct policy_use *use = arena_allocate(&findings->arena, sizeof *use);
    *use = (struct policy_use){.kind = problem->policy == PROBLEM_TRUST ? USE_TRUST : USE_INLINE,
                               .name = name,
                               .holder = holder,
                               .document = MODEL_NONE,
                               .source = problem->source,
                               .line = problem->line,
                               .layout = problem->layout};
    const struct statement statement = {.position = problem->position, .sid = ""};
    finding_evidence_add(findings, finding, use, problem->position != MODEL_NONE ? &statement : NULL);
    finding->code = code;
    finding->severity = severities[problem->severity];
    if (problem->policy == PROBLEM_TRUST && problem->holders == 1)
        finding->elaborate = offer_correction;
    const char *others = problem->holders > 1
                             ? finding_text(findings, " %u other%s the same text.", problem->holders - 1,
                                            problem->holders == 2 ? " has" : "s have")
                             : "";
    finding->detail = finding_text(findings, "%s%s of %s: %s%s%s", kinds[problem->policy], name, holder, message,
                                   message[0] != '\0' && message[strlen(message) - 1] == '.' ? "" : ".", others);
}

void find_policy_grammar(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct reporting reporting = {rule, findings};
    policy_problems_each(analysis->store, PROBLEM_OTHER, report_problem, &reporting);
}

void report_unknown_operators(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct reporting reporting = {rule, findings};
    policy_problems_each(analysis->store, PROBLEM_OF_OPERATORS, report_problem, &reporting);
}

void find_names_nothing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct reporting reporting = {rule, findings};
    policy_problems_each(analysis->store, PROBLEM_OF_NAMES, report_problem, &reporting);
}

/* Problems of the grammar that no other finding reports. */
const char *policy_grammar_code(size_t index)
{
    for (enum policy_problem_code code = 0; code < GRAMMAR_CODES; code++)
        if (code != GRAMMAR_UNKNOWN_OPERATOR && code != GRAMMAR_NOTPRINCIPAL_WITH_ALLOW &&
            !policy_problem_is_of_names(code) && index-- == 0)
            return policy_problem_word(code);
    return NULL;
}

const char *names_nothing_code(size_t index)
{
    for (enum policy_problem_code code = 0; code < GRAMMAR_CODES; code++)
        if (policy_problem_is_of_names(code) && index-- == 0)
            return policy_problem_word(code);
    return NULL;
}
