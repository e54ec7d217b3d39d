/* All findings: runs the rules, makes fingerprints, sorts, and stores. */
#include "analyzer/findings/findings.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/selection.h"
#include "graph/model/exported.h"
#include "ingest/policy/statement_spelling.h"
#include "ingest/store/query.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- fingerprints */

#define FINGERPRINT 33
#define LONGEST_STATEMENT 32768u

struct fingerprinting {
    const struct analysis *analysis;
    struct exported exported;
    char **canonical; /* per statement of the model: its text in fingerprints; NULL: not needed yet */
};

/* 128 bits of the text; the first byte is a digit. */
static void hash_text(char *text, size_t length, char fingerprint[FINGERPRINT])
{
    uint64_t hash[2];
    for (int half = 0; half < 2; half++) {
        text[0] = (char)('0' + half);
        hash[half] = hash_bytes(text, length);
    }
    snprintf(fingerprint, FINGERPRINT, "%016llx%016llx", (unsigned long long)hash[0], (unsigned long long)hash[1]);
}

/* Shortens statements that are longer than any IAM policy, since they have many findings, each with its own
 * fingerprint: a 128-bit number replaces the text. */
static char *shorten(char *text)
{
    size_t length = strlen(text);
    if (length <= LONGEST_STATEMENT)
        return text;
    char *number = memory_zeroed(1, FINGERPRINT);
    hash_text(text, length, number);
    free(text);
    return number;
}

/* The statement without its Sid, in canonical spelling; "" if unknown. */
static char *spell_statement(struct fingerprinting *work, const struct statement *statement)
{
    const struct analysis *analysis = work->analysis;
    json_t *body = exported_statement(&work->exported, analysis->store,
                                      analysis->model->documents[statement->document].id, statement->position);
    if (body == NULL)
        return memory_text("");
    char *text = statement_spelling(body, false);
    json_decref(body);
    return shorten(text);
}

/* Many roles have the same statement. */
static const char *canonical_statement(struct fingerprinting *work, const struct statement *statement)
{
    if (statement == NULL)
        return "";
    char **known = &work->canonical[statement - work->analysis->model->statements];
    if (*known == NULL)
        *known = spell_statement(work, statement);
    return *known;
}

/* 128 bits of the parts, each preceded by a newline. */
static void hash_parts(const char *const *parts, size_t count, char fingerprint[FINGERPRINT])
{
    struct text text = {0};
    text_append_char(&text, '0');
    for (size_t i = 0; i < count; i++) {
        text_append_char(&text, '\n');
        text_append_string(&text, parts[i]);
    }
    hash_text(text.data, text.length, fingerprint);
    text_free(&text);
}

/* Includes the sub-code, which rules set after adding the finding. */
static void make_fingerprint(struct fingerprinting *work, struct finding *finding)
{
    const char *parts[] = {finding->rule->id, finding->code,
                           finding->former_resource != NULL ? finding->former_resource : finding->resource,
                           finding->former_subject != NULL ? finding->former_subject : finding->subject,
                           canonical_statement(work, finding->statement)};
    const size_t count = sizeof parts / sizeof parts[0];
    hash_parts(parts, count, finding->former_fingerprint);
    if (finding->former_resource == NULL && finding->resource_code == NULL && finding->former_subject == NULL &&
        finding->subject_code == NULL) {
        memcpy(finding->fingerprint, finding->former_fingerprint, sizeof finding->fingerprint);
        return;
    }
    parts[2] = finding->resource_code != NULL ? finding->resource_code : finding->resource;
    parts[3] = finding->subject_code != NULL ? finding->subject_code : finding->subject;
    hash_parts(parts, count, finding->fingerprint);
}

static void make_fingerprints(const struct analysis *analysis, struct findings *findings)
{
    uint32_t statements = analysis->model->statement_count;
    struct fingerprinting work = {.analysis = analysis, .canonical = memory_zeroed(statements, sizeof *work.canonical)};
    for (size_t i = 0; i < findings->count; i++)
        make_fingerprint(&work, &findings->list[i]);
    for (uint32_t i = 0; i < statements; i++)
        free(work.canonical[i]);
    free(work.canonical);
    exported_close(&work.exported);
}

/* ---- all of them */

/* An order independent of the danger, since fingerprints depend on it. */
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
    return order != 0 ? order : strcmp(x->former_fingerprint, y->former_fingerprint);
}

/* The order in which they are shown. */
static int compare_danger(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    uint64_t danger_x = danger_weight(&x->danger), danger_y = danger_weight(&y->danger);
    int order = (x->severity < y->severity) - (x->severity > y->severity);
    if (order == 0)
        order = (danger_x < danger_y) - (danger_x > danger_y);
    if (order == 0)
        order = strcmp(x->account, y->account);
    if (order == 0)
        order = strcmp(x->resource, y->resource);
    return order != 0 ? order : compare_findings(a, b);
}

/* Two equal statements of one policy say the same thing twice. */
static void drop_repeated(struct findings *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < findings->count; i++) {
        if (kept > 0 && strcmp(findings->list[kept - 1].former_fingerprint, findings->list[i].former_fingerprint) == 0)
            finding_release(&findings->list[i]);
        else
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
}

static bool is_taken(const struct hash_index *index, const struct findings *findings, const char *fingerprint)
{
    struct hash_probe probe = hash_index_probe(hash_bytes(fingerprint, strlen(fingerprint)));
    for (uint32_t number; (number = hash_index_next(index, &probe)) != HASH_INDEX_NONE;)
        if (strcmp(findings->list[number].fingerprint, fingerprint) == 0)
            return true;
    return false;
}

/* One code may stand for several texts: the first of those findings keeps the fingerprint, the others get one derived
 * from it. */
static void tell_apart(struct findings *findings)
{
    struct hash_index taken = {0};
    for (uint32_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->list[i];
        if (finding->resource_code == NULL && finding->subject_code == NULL)
            continue;
        while (is_taken(&taken, findings, finding->fingerprint)) {
            char before[33];
            const char *const parts[] = {"another", memcpy(before, finding->fingerprint, sizeof before)};
            hash_parts(parts, 2, finding->fingerprint);
        }
        hash_index_add(&taken, hash_bytes(finding->fingerprint, strlen(finding->fingerprint)), i);
    }
    hash_index_free(&taken);
}

static void tell_all_apart(const struct analysis *analysis, struct findings *findings)
{
    make_fingerprints(analysis, findings);
    if (findings->count > 1)
        qsort(findings->list, findings->count, sizeof *findings->list, compare_findings);
    drop_repeated(findings);
    tell_apart(findings);
}

bool findings_spend(struct findings *findings, uint64_t steps)
{
    uint64_t most = findings->max_steps > 0 ? findings->max_steps : FINDINGS_MAX_STEPS;
    bool left = findings->steps < most;
    findings->steps += left ? steps : 0;
    findings->unsearched += !left;
    return left;
}

static void say_unsearched(struct analysis *analysis, const struct findings *findings)
{
    if (findings->unsearched == 0)
        return;
    char *sentence = memory_print(
        "some ways around what roles ask for, or some holders of permissions, were not looked for: %" PRIu32
        " search%s stopped after %" PRIu64 " steps of all together (--max-steps)",
        findings->unsearched, findings->unsearched == 1 ? "" : "es", findings->steps);
    analysis_leave_out(analysis, sentence);
    free(sentence);
}

/* Passes on the findings of the last rule. */
static void hand_on(struct analysis *analysis, struct findings *findings, enum danger_who *callers)
{
    findings_weigh_users(analysis, findings, callers);
    for (size_t i = 0; i < findings->count; i++)
        findings->take(findings->take_context, &findings->list[i]);
    findings->count = 0;
}

static void run_rules(struct analysis *analysis, struct findings *findings)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    enum danger_who *callers = findings->take != NULL ? danger_nobody_asked(analysis) : NULL;
    for (size_t i = 0; i < count; i++) {
        if ((findings->selection != NULL && !finding_selection_needs(findings->selection, &rules[i])) ||
            (findings->take != NULL && !finding_rule_is_of_trusts(&rules[i])))
            continue;
        progress_step(analysis->progress, "judging", i, count);
        rules[i].find(analysis, &rules[i], findings);
        if (findings->take != NULL)
            hand_on(analysis, findings, callers);
    }
    free(callers);
    findings_end_rules(findings);
}

static void judge(struct analysis *analysis, struct findings *findings)
{
    if (findings->take == NULL)
        administrators_want_whole(analysis);
    run_rules(analysis, findings);
    say_unsearched(analysis, findings);
    if (findings->take != NULL)
        return;
    progress_work(analysis->progress, "weighing findings");
    tell_all_apart(analysis, findings);
    findings_weigh(analysis, findings);
    if (findings->count > 1)
        qsort(findings->list, findings->count, sizeof *findings->list, compare_danger);
}

bool findings_compute(struct analysis *analysis, struct findings *findings)
{
    bool inside = store_in_transaction(analysis->store);
    analysis_edges(analysis);
    if (inside || store_begin_reading(analysis->store, false))
        judge(analysis, findings);
    if (!inside)
        store_rollback(analysis->store);
    return analysis_healthy(analysis);
}

/* ---- the database */

static void store_one(struct query *insert, const struct finding *finding)
{
    json_t *object = finding_json(finding);
    char *document = json_words(object, JSON_COMPACT);
    const char *const texts[] = {finding->fingerprint, finding->rule->id, severity_word(finding->severity),
                                 finding->rule->title, finding->account,  finding->resource,
                                 finding->detail,      document};
    for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
        query_bind_text(insert, i + 1, texts[i]);
    query_run(insert);
    json_decref(object);
    free(document);
}

void findings_forget(struct store *store)
{
    store_execute(store, "DELETE FROM finding");
}

void findings_store(struct analysis *analysis, struct findings *findings)
{
    bool lists = findings->lists;
    findings->lists = false; /* each row is complete by itself */
    findings_forget(analysis->store);
    struct query *insert =
        query_open(analysis->store, "INSERT OR REPLACE INTO finding (fingerprint, id, severity, title, account, "
                                    "resource, detail, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < findings->count; i++) {
        finding_elaborate(analysis, findings, &findings->list[i]);
        store_one(insert, &findings->list[i]);
        finding_release(&findings->list[i]);
    }
    query_close(insert);
    findings->lists = lists;
}
