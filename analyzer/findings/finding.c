/* One finding: how rules create it, what elaboration adds, and its JSON. */
#include "analyzer/findings/findings.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/said_formulas.h"
#include "analyzer/findings/suppressions.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const severity_words[] = {"info", "low", "medium", "high", "critical", NULL};

const char *severity_word(enum severity severity)
{
    return severity_words[severity];
}

/* ---- for rules */

struct finding *finding_add(struct findings *findings, const struct finding_rule *rule, const char *account,
                            const char *resource, const char *subject, const struct statement *statement)
{
    ARRAY_ADD(findings->list, findings->count, findings->capacity,
              (struct finding){.rule = rule,
                               .code = "",
                               .severity = rule->severity,
                               .account = account,
                               .resource = resource,
                               .subject = subject,
                               .detail = "",
                               .fix = rule->fix,
                               .statement = statement,
                               .begins = MODEL_NONE});
    return &findings->list[findings->count - 1];
}

struct finding *finding_add_principal(struct findings *findings, const struct analysis *analysis,
                                      const struct finding_rule *rule, uint32_t principal, const char *subject)
{
    const struct model_principal *who = &analysis->model->principals[principal];
    return finding_add(findings, rule, analysis->model->accounts[who->account].id, who->arn, subject, NULL);
}

struct finding *finding_add_trust(struct findings *findings, struct analysis *analysis, const struct finding_rule *rule,
                                  const struct trust_statement *at, const char *subject)
{
    const char *account = analysis->model->accounts[at->who->account].id;
    struct finding *finding = finding_add(findings, rule, account, at->who->arn, subject, at->statement);
    finding->at = *at;
    finding_evidence_add(findings, finding, at->use, at->statement);
    return finding;
}

void finding_raise(struct finding *finding, int steps)
{
    int severity = (int)finding->severity + steps;
    finding->severity = severity < SEVERITY_INFO       ? SEVERITY_INFO
                        : severity > SEVERITY_CRITICAL ? SEVERITY_CRITICAL
                                                       : (enum severity)severity;
}

const char *finding_raise_for_administrator(struct finding *finding, struct analysis *analysis, uint32_t role)
{
    if (administrators_has(analysis, role)) {
        finding_raise(finding, 1);
        return " The role is an administrator of its account.";
    }
    if (administrators_reached(analysis, role)) {
        finding_raise(finding, 1);
        return " The role leads to an administrator role.";
    }
    return "";
}

const char *finding_text(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_print_arguments(&findings->arena, format, arguments);
    va_end(arguments);
    return text;
}

void finding_evidence_add(struct findings *findings, struct finding *finding, const struct policy_use *use,
                          const struct statement *statement)
{
    size_t count = finding->evidence_count;
    if (findings->take != NULL)
        return;
    /* Full when the count is a power of two, as its room doubles: a chain has evidence for every hop. */
    if (count == 0 || (count & (count - 1)) == 0) {
        struct finding_evidence *grown =
            arena_allocate_array(&findings->arena, count == 0 ? 1 : 2 * count, sizeof *grown);
        if (count > 0)
            memcpy(grown, finding->evidence, count * sizeof *grown);
        finding->evidence = grown;
    }
    finding->evidence[finding->evidence_count++] = (struct finding_evidence){
        .policy = wording_policy_name(use),
        .holder = use->holder,
        .sid = statement != NULL ? statement->sid : "",
        .statement = statement != NULL ? statement->position : UINT32_MAX,
        .file = "",
        .use = use,
    };
}

void finding_set_fix(struct finding *finding, const char *fix)
{
    finding->fix = fix;
    finding->own_fix = true;
}

const char *finding_own_fix(const struct finding *finding)
{
    const char *own = finding->own_fix ? finding->fix : finding->fix + strlen(finding->rule->fix);
    return own + strspn(own, " ");
}

void finding_holds_if(struct findings *findings, struct finding *finding, const struct caller *caller,
                      constraint formula)
{
    finding->holds_if = formula;
    finding->holds_under_conditions = true;
    if (caller == NULL)
        return;
    struct caller *copy = arena_allocate(&findings->arena, sizeof *copy);
    *copy = *caller;
    finding->caller = copy;
}

bool finding_has_fingerprint(const struct finding *finding, const char *fingerprint)
{
    return strcmp(finding->fingerprint, fingerprint) == 0 || strcmp(finding->former_fingerprint, fingerprint) == 0;
}

/* ---- elaboration */

struct finding_judged {
    const char *fix, *detail; /* before elaboration refined them */
    bool own_fix;
    bool elaborated; /* and not released since */
};

static void elaborate_call(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    finding->conditions = said_conditions(analysis, findings, finding->holds_if);
    if (finding->caller == NULL || findings->brief)
        return;
    finding->witness = json_object();
    json_put(finding->witness, "principal", json_text(finding->caller->text));
    json_put(finding->witness, "role", json_text(finding->resource));
    json_put(finding->witness, "context", said_example(analysis, findings, finding->holds_if));
}

void finding_locate(const struct analysis *analysis, struct finding *finding)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        struct finding_evidence *evidence = &finding->evidence[i];
        if (evidence->use == NULL)
            continue;
        model_locate(analysis->model, evidence->use, evidence->statement != UINT32_MAX ? evidence->statement : 0,
                     &evidence->file, &evidence->line);
    }
}

void finding_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (finding->judged == NULL) {
        finding->judged = arena_allocate(&findings->arena, sizeof *finding->judged);
        *finding->judged =
            (struct finding_judged){.fix = finding->fix, .detail = finding->detail, .own_fix = finding->own_fix};
    }
    if (finding->judged->elaborated)
        return;
    finding->judged->elaborated = true;
    finding->fix = finding->judged->fix;
    finding->own_fix = finding->judged->own_fix;
    if (finding->holds_under_conditions)
        elaborate_call(analysis, findings, finding);
    finding_locate(analysis, finding);
    if (finding->elaborate != NULL)
        finding->elaborate(analysis, findings, finding);
    if (finding->rule->patch != NULL && finding->at.who != NULL)
        finding->rule->patch(analysis, findings, finding);
}

const char *finding_judged_detail(const struct finding *finding)
{
    return finding->judged != NULL ? finding->judged->detail : finding->detail;
}

void finding_release(struct finding *finding)
{
    json_decref(finding->patch);
    json_decref(finding->patch_notes);
    json_decref(finding->witness);
    json_decref(finding->conditions);
    json_decref(finding->facts);
    json_decref(finding->chain);
    finding->patch = finding->patch_notes = finding->witness = finding->conditions = finding->facts = finding->chain =
        NULL;
    finding->trust_patches = 0;
    if (finding->judged != NULL)
        finding->judged->elaborated = false;
}

/* ---- notes of one file */

struct findings_notes {
    const struct notes_kind *kind;
    struct findings_notes *next;
    max_align_t notes[];
};

void *findings_notes(struct findings *findings, const struct notes_kind *kind)
{
    for (struct findings_notes *at = findings->notes; at != NULL; at = at->next)
        if (at->kind == kind)
            return at->notes;
    struct findings_notes *made = memory_zeroed(1, sizeof *made + kind->size);
    made->kind = kind;
    made->next = findings->notes;
    findings->notes = made;
    return made->notes;
}

static void drop_notes(struct findings *findings, bool of_rules_alone)
{
    for (struct findings_notes **link = &findings->notes, *at; (at = *link) != NULL;) {
        if (of_rules_alone && !at->kind->of_rules) {
            link = &at->next;
            continue;
        }
        *link = at->next;
        if (at->kind->free != NULL)
            at->kind->free(at->notes);
        free(at);
    }
}

void findings_end_rules(struct findings *findings)
{
    drop_notes(findings, true);
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        finding_release(&findings->list[i]);
    free(findings->list);
    drop_notes(findings, false);
    arena_free(&findings->arena);
    *findings = (struct findings){0};
}

/* ---- JSON */

static json_t *evidence_json(const struct finding_evidence *evidence)
{
    json_t *object = json_object(), *source = json_object();
    json_put(object, "policy", json_text(evidence->policy));
    json_put(object, "holder", json_text(evidence->holder));
    json_put(object, "sid", json_text(evidence->sid));
    json_put(source, "file", json_text(evidence->file));
    json_put(source, "line", json_integer(evidence->line));
    json_put(object, "source", source);
    json_put(object, "statement", evidence->statement == UINT32_MAX ? json_null() : json_integer(evidence->statement));
    return object;
}

static json_t *danger_json(const struct danger *danger)
{
    json_t *object = json_object();
    json_put(object, "who", json_text(danger_word(danger->who)));
    json_put(object, "leads_to", json_integer(danger->leads_to));
    json_put(object, "sure", json_boolean(danger->sure));
    return object;
}

json_t *finding_json(const struct finding *finding)
{
    json_t *object = json_object(), *evidence = json_array();
    for (size_t i = 0; i < finding->evidence_count; i++)
        json_add(evidence, evidence_json(&finding->evidence[i]));
    json_put(object, "id", json_text(finding->rule->id));
    json_put(object, "code", json_text(finding->code));
    json_put(object, "severity", json_text(severity_word(finding->severity)));
    json_put(object, "danger", danger_json(&finding->danger));
    json_put(object, "title", json_text(finding->rule->title));
    json_put(object, "resource", json_text(finding->resource));
    json_put(object, "account", json_text(finding->account));
    json_put(object, "subject", json_text(finding->subject));
    json_put(object, "detail", json_text(finding->detail));
    json_put(object, "evidence", evidence);
    json_put(object, "fix", json_text(finding->fix));
    json_put(object, "fingerprint", json_text(finding->fingerprint));
    const struct {
        const char *name;
        json_t *value;
    } parts[] = {{"conditions", finding->conditions}, {"witness", finding->witness},
                 {"facts", finding->facts},           {"chain", finding->chain},
                 {"patch", finding->patch},           {"patch_notes", finding->patch_notes}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL)
            json_put(object, parts[i].name, json_incref(parts[i].value));
    if (finding->suppression != NULL)
        json_put(object, "suppression", suppression_json(finding->suppression));
    return object;
}
