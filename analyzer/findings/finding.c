#include "analyzer/findings/findings.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/selection.h"
#include "ingest/support/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const severity_words[] = {"info", "low", "medium", "high", "critical", NULL};

const char *severity_word(enum severity severity)
{
    return severity_words[severity];
}

bool severity_parse(const char *word, enum severity *severity)
{
    for (size_t i = 0; severity_words[i] != NULL; i++)
        if (strcmp(word, severity_words[i]) == 0) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
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
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char most[512];
    int length = vsnprintf(most, sizeof most, format, arguments);
    char *text = length >= 0 ? arena_allocate(&findings->arena, (size_t)length + 1) : NULL;
    if (text == NULL)
        findings->failed = true;
    else if ((size_t)length < sizeof most)
        memcpy(text, most, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text != NULL ? text : "";
}

void finding_evidence_add(struct findings *findings, struct finding *finding, const struct policy_use *use,
                          const struct statement *statement)
{
    struct finding_evidence *grown = arena_allocate_array(&findings->arena, finding->evidence_count + 1, sizeof *grown);
    if (grown == NULL) {
        findings->failed = true;
        return;
    }
    if (finding->evidence_count > 0)
        memcpy(grown, finding->evidence, finding->evidence_count * sizeof *grown);
    struct finding_evidence *evidence = &grown[finding->evidence_count++];
    finding->evidence = grown;
    *evidence = (struct finding_evidence){
        .policy = use->kind == USE_TRUST ? "trust policy" : use->name,
        .holder = use->holder,
        .sid = statement != NULL ? statement->sid : "",
        .statement = statement != NULL ? statement->position : UINT32_MAX,
        .file = "",
        .use = use,
    };
}

void finding_holds_if(struct findings *findings, struct finding *finding, const struct caller *caller,
                      constraint formula)
{
    finding->holds_if = formula;
    finding->holds_under_conditions = true;
    if (caller == NULL)
        return;
    struct caller *copy = arena_allocate(&findings->arena, sizeof *copy);
    findings->failed = findings->failed || copy == NULL;
    if (copy != NULL)
        *copy = *caller;
    finding->caller = copy;
}

/* ---- elaboration */

static void elaborate_call(struct analysis *analysis, const struct findings *findings, struct finding *finding)
{
    finding->conditions = constraint_words(analysis->pool, finding->holds_if);
    if (finding->caller == NULL || findings->brief)
        return;
    json_t *context = constraint_witness(analysis->pool, finding->holds_if);
    finding->witness = json_pack("{s:s, s:s, s:o}", "principal", finding->caller->text, "role", finding->resource,
                                 "context", context != NULL ? context : json_object());
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
    if (finding->elaborated)
        return;
    finding->elaborated = true;
    if (finding->judged_fix == NULL) {
        finding->judged_fix = finding->fix;
        finding->judged_detail = finding->detail;
    }
    finding->fix = finding->judged_fix;
    if (finding->holds_under_conditions)
        elaborate_call(analysis, findings, finding);
    finding_locate(analysis, finding);
    if (finding->elaborate != NULL)
        finding->elaborate(analysis, findings, finding);
    if (finding->rule->patch != NULL && finding->at.who != NULL)
        finding->rule->patch(analysis, findings, finding);
}

/* ---- identity of a finding */

static int compare_strings(const void *a, const void *b)
{
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* Lists of strings mean sets: their order says nothing. */
static void sort_lists(json_t *value)
{
    size_t i, count = json_array_size(value), strings = 0;
    const char *key;
    json_t *item, **items;
    json_object_foreach(value, key, item) sort_lists(item);
    json_array_foreach(value, i, item)
    {
        sort_lists(item);
        strings += json_is_string(item);
    }
    if (count < 2 || strings < count || (items = calloc(count, sizeof *items)) == NULL)
        return;
    json_array_foreach(value, i, item) items[i] = json_incref(item);
    qsort(items, count, sizeof *items, compare_strings);
    for (i = 0; i < count; i++)
        json_array_set_new(value, i, items[i]);
    free(items);
}

/* The statement without its Sid, in one spelling; "" if it is not known. NULL: out of memory. */
static const char *spell_statement(const struct analysis *analysis, struct findings *findings,
                                   const struct statement *statement)
{
    sqlite3_stmt **query = &findings->bodies;
    if (*query == NULL && sqlite3_prepare_v2(store_handle(analysis->store),
                                             "SELECT body FROM statement WHERE document = ? AND position = ?", -1,
                                             query, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_int64(*query, 1, analysis->model->documents[statement->document].id);
    sqlite3_bind_int64(*query, 2, statement->position);
    json_t *body =
        sqlite3_step(*query) == SQLITE_ROW ? json_loads((const char *)sqlite3_column_text(*query, 0), 0, NULL) : NULL;
    sqlite3_reset(*query);
    if (body == NULL)
        return "";
    json_object_del(body, "Sid");
    sort_lists(body);
    char *text = json_dumps(body, JSON_SORT_KEYS | JSON_COMPACT);
    const char *copy = text != NULL ? arena_copy_text(&findings->arena, text, strlen(text)) : NULL;
    free(text);
    json_decref(body);
    return copy;
}

/* Many roles have the same statement. */
static const char *canonical_statement(const struct analysis *analysis, struct findings *findings,
                                       const struct statement *statement)
{
    if (statement == NULL)
        return "";
    if (findings->canonical == NULL)
        findings->canonical = calloc((size_t)analysis->model->statement_count + 1, sizeof *findings->canonical);
    if (findings->canonical == NULL)
        return NULL;
    const char **known = &findings->canonical[statement - analysis->model->statements];
    if (*known == NULL)
        *known = spell_statement(analysis, findings, statement);
    return *known;
}

/* Also of the sub-code, which rules set when the finding is there. */
static bool make_fingerprint(const struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const char *statement = canonical_statement(analysis, findings, finding->statement);
    const char *const parts[] = {finding->rule->id, finding->code, finding->resource, finding->subject, statement};
    struct text text = {0};
    uint64_t hash[2];
    text_append_char(&text, '0');
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        text_append_char(&text, '\n');
        text_append_string(&text, parts[i]);
    }
    bool good = statement != NULL && text.data != NULL && !text.failed;
    for (int half = 0; good && half < 2; half++) {
        text.data[0] = (char)('0' + half);
        hash[half] = hash_bytes(text.data, text.length);
    }
    if (good)
        snprintf(finding->fingerprint, sizeof finding->fingerprint, "%016llx%016llx", (unsigned long long)hash[0],
                 (unsigned long long)hash[1]);
    text_free(&text);
    return good;
}

struct finding *finding_add(struct findings *findings, const struct finding_rule *rule, const char *account,
                            const char *resource, const char *subject, const struct statement *statement)
{
    static struct finding spare;
    if (findings->count == findings->capacity) {
        size_t room = findings->capacity == 0 ? 64 : findings->capacity * 2;
        struct finding *grown = realloc(findings->list, room * sizeof *grown);
        if (grown == NULL) {
            findings->failed = true;
            return &spare;
        }
        findings->list = grown;
        findings->capacity = room;
    }
    struct finding *finding = &findings->list[findings->count++];
    *finding = (struct finding){.rule = rule,
                                .code = "",
                                .severity = rule->severity,
                                .account = account,
                                .resource = resource,
                                .subject = subject,
                                .detail = "",
                                .fix = rule->fix};
    finding->statement = statement;
    return finding;
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

/* ---- all of them */

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = (x->severity < y->severity) - (x->severity > y->severity);
    if (order == 0)
        order = strcmp(x->rule->id, y->rule->id);
    if (order == 0)
        order = strcmp(x->account, y->account);
    if (order == 0)
        order = strcmp(x->resource, y->resource);
    if (order == 0)
        order = strcmp(x->subject, y->subject);
    return order != 0 ? order : strcmp(x->fingerprint, y->fingerprint);
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
    finding->elaborated = false;
}

/* Two equal statements of one policy say the same thing twice. */
static void drop_repeated(struct findings *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < findings->count; i++) {
        if (kept > 0 && strcmp(findings->list[kept - 1].fingerprint, findings->list[i].fingerprint) == 0)
            finding_release(&findings->list[i]);
        else
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
}

static bool judge(struct analysis *analysis, struct findings *findings)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    for (size_t i = 0; i < count && !findings->failed; i++) {
        if (findings->selection != NULL && !finding_selection_needs(findings->selection, &rules[i]))
            continue;
        if (analysis->progress != NULL)
            progress_step(analysis->progress, "judging", i, count);
        rules[i].find(analysis, &rules[i], findings);
    }
    if (analysis->progress != NULL)
        progress_end(analysis->progress);
    for (size_t i = 0; i < findings->count && !findings->failed; i++)
        findings->failed = !make_fingerprint(analysis, findings, &findings->list[i]);
    trust_list_free(&findings->trusts);
    sqlite3_finalize(findings->bodies);
    findings->bodies = NULL;
    free(findings->canonical);
    findings->canonical = NULL;
    if (findings->count > 1)
        qsort(findings->list, findings->count, sizeof *findings->list, compare_findings);
    drop_repeated(findings);
    return !findings->failed;
}

bool findings_compute(struct analysis *analysis, struct findings *findings)
{
    char *error = NULL;
    if (analysis_edges(analysis) == NULL)
        return false;
    bool inside = sqlite3_get_autocommit(store_handle(analysis->store)) == 0;
    if (!inside && !store_begin_reading(analysis->store, false, &error)) {
        command_error("%s", error != NULL ? error : "out of memory");
        free(error);
        return false;
    }
    bool good = judge(analysis, findings);
    if (!inside)
        store_rollback(analysis->store);
    return good;
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        finding_release(&findings->list[i]);
    free(findings->list);
    trust_list_free(&findings->trusts);
    free(findings->reach);
    usages_free(&findings->usages);
    joinings_free(&findings->joinings);
    kept_free(&findings->kept);
    arena_free(&findings->arena);
    *findings = (struct findings){0};
}

/* ---- JSON and the database */

static json_t *evidence_json(const struct finding_evidence *evidence)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:{s:s, s:i}}", "policy", evidence->policy, "holder", evidence->holder,
                               "sid", evidence->sid, "source", "file", evidence->file, "line", (int)evidence->line);
    json_object_set_new(object, "statement",
                        evidence->statement == UINT32_MAX ? json_null() : json_integer(evidence->statement));
    return object;
}

json_t *finding_json(const struct finding *finding)
{
    json_t *list = json_array();
    for (size_t i = 0; i < finding->evidence_count; i++)
        json_array_append_new(list, evidence_json(&finding->evidence[i]));
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s}", "id", finding->rule->id, "code",
                  finding->code, "severity", severity_word(finding->severity), "title", finding->rule->title,
                  "resource", finding->resource, "account", finding->account, "subject", finding->subject, "detail",
                  finding->detail, "evidence", list, "fix", finding->fix, "fingerprint", finding->fingerprint);
    const struct {
        const char *name;
        json_t *value;
    } parts[] = {{"conditions", finding->conditions}, {"witness", finding->witness},
                 {"facts", finding->facts},           {"chain", finding->chain},
                 {"patch", finding->patch},           {"patchNotes", finding->patch_notes}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL)
            json_object_set(object, parts[i].name, parts[i].value);
    if (finding->suppression != NULL)
        json_object_set_new(object, "suppression", suppression_json(finding->suppression));
    return object;
}

static bool store_one(sqlite3_stmt *insert, const struct finding *finding)
{
    json_t *object = finding_json(finding);
    char *document = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (document == NULL)
        return false;
    const char *texts[] = {finding->fingerprint, finding->rule->id, severity_word(finding->severity),
                           finding->rule->title, finding->account,  finding->resource,
                           finding->detail,      document};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        sqlite3_bind_text(insert, (int)i + 1, texts[i], -1, SQLITE_TRANSIENT);
    bool good = sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    free(document);
    return good;
}

bool findings_store(struct analysis *analysis, struct findings *findings, char **error)
{
    sqlite3 *database = store_handle(analysis->store);
    sqlite3_stmt *insert = NULL;
    bool good = sqlite3_exec(database, "DELETE FROM finding", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(database,
                                   "INSERT OR REPLACE INTO finding (fingerprint, id, severity, title, account, "
                                   "resource, detail, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                   -1, &insert, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < findings->count; i++) {
        finding_elaborate(analysis, findings, &findings->list[i]);
        good = store_one(insert, &findings->list[i]);
        finding_release(&findings->list[i]);
    }
    if (!good && *error == NULL)
        *error = strdup(sqlite3_errmsg(database));
    sqlite3_finalize(insert);
    return good;
}
