/*
 * Users, groups and roles that several plans or templates create under one name in one account. Only one of them can
 * exist, and the files do not say which, so each counts if it is the one that is deployed: the statements of each file
 * require the condition key DEPLOYED_FROM/ACCOUNT:KIND/NAME to have the file's path as its value.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

#define DEPLOYED_FROM "rolechain:DeployedFrom"

/* Texts about it, valid for a short time. */
struct sharing {
    struct writer *writer;
    const struct batch_principal *principal;
    struct written_principal *state;
    char *key;
    char *before, *now; /* the paths */
};

/* '$' would start a policy variable. */
static char *spell_path(const char *path)
{
    struct text out = {0};
    text_append(&out, "", 0);
    for (; *path != '\0'; path++)
        text_append_string(&out, *path == '$' ? "%24" : (char[]){*path, '\0'});
    return out.data;
}

static char *path_of(struct writer *writer, enum writer_statement which, int64_t id)
{
    QUERY_BIND(writer->queries[which], sql_integer(id));
    const char *path = query_next(writer->queries[which]) ? query_text(writer->queries[which], 0) : NULL;
    char *spelt = spell_path(path != NULL ? path : "");
    query_reset(writer->queries[which]);
    return spelt;
}

static void open_sharing(struct sharing *sharing, int64_t source)
{
    static const char *const kinds[] = {[BATCH_USER] = "user", [BATCH_ROLE] = "role", [BATCH_GROUP] = "group"};
    const struct batch_principal *principal = sharing->principal;
    sharing->key = memory_print(DEPLOYED_FROM "/%s:%s/%s", principal->account, kinds[principal->kind], principal->name);
    sharing->before = path_of(sharing->writer, SELECT_PATH_OF_PRINCIPAL, sharing->state->id);
    sharing->now = path_of(sharing->writer, SELECT_PATH, source);
    /* For several documents in one file. */
    if (strcmp(sharing->before, sharing->now) == 0) {
        char *place = memory_print("%s:%u", sharing->now, principal->line);
        free(sharing->now);
        sharing->now = place;
    }
}

static void close_sharing(struct sharing *sharing)
{
    free(sharing->key);
    free(sharing->before);
    free(sharing->now);
}

/* ---- the trust policy */

/* The file that the statement comes from; NULL: it names none. */
static const char *file_of(const struct sharing *sharing, const json_t *statement)
{
    const json_t *condition = json_object_get(statement, "Condition");
    return json_string_value(json_object_get(json_object_get(condition, "StringEquals"), sharing->key));
}

/* Adds the statements of a document; statements that name no file count as this file's, those of the file `but` are
 * left out. */
static void add_statements(const struct sharing *sharing, json_t *out, json_t *document, const char *path,
                           const char *but)
{
    json_t *list = json_listed(json_object_get(document, "Statement")), *statement;
    size_t i;
    json_array_foreach(list, i, statement)
    {
        const char *file = file_of(sharing, statement);
        json_t *copy = json_like(statement), *condition = json_object_get(copy, "Condition");
        if (file != NULL && but != NULL && strcmp(file, but) == 0) {
            json_decref(copy);
            continue;
        }
        if (condition == NULL && json_is_object(copy))
            json_put(copy, "Condition", condition = json_object());
        json_t *equals = json_object_get(condition, "StringEquals");
        if (equals == NULL && json_is_object(condition))
            json_put(condition, "StringEquals", equals = json_object());
        /* A document that cannot be read stays unreadable. */
        if (file == NULL && json_is_object(equals))
            json_put(equals, sharing->key, json_text(path));
        json_add(out, copy);
    }
    json_decref(list);
}

/* Both documents in one, the statements of `before` first; *first is their number. NULL: they cannot be combined. */
static json_t *join(const struct sharing *sharing, json_t *before, json_t *now, size_t *first)
{
    if (!json_is_object(before) || !json_is_object(now))
        return NULL;
    const char *version = json_string_value(json_object_get(now, "Version"));
    bool later = version != NULL && strcmp(version, "2012-10-17") == 0;
    json_t *whole = json_copy(later ? now : before), *statements = json_array();
    add_statements(sharing, statements, before, sharing->before, sharing->now);
    *first = json_array_size(statements);
    add_statements(sharing, statements, now, sharing->now, NULL);
    json_put(whole, "Statement", statements);
    return whole;
}

static json_t *text_of(struct writer *writer, int64_t document)
{
    QUERY_BIND(writer->queries[SELECT_DOCUMENT_TEXT], sql_integer(document));
    const char *text =
        query_next(writer->queries[SELECT_DOCUMENT_TEXT]) ? query_text(writer->queries[SELECT_DOCUMENT_TEXT], 0) : NULL;
    json_t *tree = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    query_reset(writer->queries[SELECT_DOCUMENT_TEXT]);
    return tree;
}

/* Only statements of the first file have line numbers, from its layout. */
static int64_t layout_of_first(struct writer *writer, int64_t principal, size_t count)
{
    QUERY_BIND(writer->queries[SELECT_TRUST_LAYOUT], sql_integer(principal));
    int64_t layout = query_number(writer->queries[SELECT_TRUST_LAYOUT]);
    struct text zeros = {0};
    for (size_t i = 0; layout == 0 && i < count; i++)
        text_append_string(&zeros, i > 0 ? ",0" : "0");
    if (zeros.length > 0)
        layout = writer_layout(writer, zeros.data);
    text_free(&zeros);
    return layout;
}

static void share_trust(struct sharing *sharing, struct batch *batch)
{
    struct writer *writer = sharing->writer;
    int64_t trust = writer_document(writer, sharing->principal->trust.entry), joined = 0;
    size_t first = 0;
    if (trust == sharing->state->trust)
        return;
    json_t *before = text_of(writer, sharing->state->trust), *now = text_of(writer, trust),
           *whole = join(sharing, before, now, &first);
    if (whole != NULL) {
        char *words = json_words(whole, JSON_COMPACT);
        joined = writer_document(writer, document_table_add(writer->documents, &batch->arena, &batch->added,
                                                            POLICY_TRUST, words, strlen(words)));
        free(words);
    }
    int64_t layout = layout_of_first(writer, sharing->state->id, first);
    WRITE(writer, SET_TRUST, sql_integer(sharing->state->id), sql_reference(joined), sql_reference(layout));
    sharing->state->trust = joined;
    json_decref(before);
    json_decref(now);
    json_decref(whole);
}

/* ---- policies */

static json_t *condition_of(const struct sharing *sharing, const char *path)
{
    json_t *condition = json_object(), *keys = json_object(), *values = json_array();
    json_add(values, json_text(path));
    json_put(keys, sharing->key, values);
    json_put(condition, "StringEquals", keys);
    return condition;
}

/* What is already there belongs to the earlier file; entries that do not belong to this file are left unchanged. */
static void share_earlier_policies(struct sharing *sharing)
{
    json_t *before = condition_of(sharing, sharing->before);
    char *words = json_words(before, JSON_COMPACT | JSON_SORT_KEYS);
    WRITE(sharing->writer, PROVIDE_ATTACHMENTS, sql_integer(sharing->state->id), sql_text(words),
          sql_text(sharing->key));
    free(words);
    json_decref(before);
}

static void share_new_policies(struct sharing *sharing, struct batch *batch, struct batch_policy *list)
{
    for (struct batch_policy *policy = list; policy != NULL; policy = policy->next) {
        json_t *condition = condition_of(sharing, sharing->now),
               *own = policy->provided != NULL ? json_loads(policy->provided, 0, NULL) : NULL;
        if (own != NULL)
            json_object_update_missing(condition, own);
        char *words = json_words(condition, JSON_COMPACT | JSON_SORT_KEYS);
        policy->provided = arena_copy_text(&batch->arena, words, strlen(words));
        free(words);
        json_decref(own);
        json_decref(condition);
    }
}

static bool has_tags(const struct sharing *sharing)
{
    struct query *tags = sharing->writer->queries[COUNT_TAGS];
    int64_t count = 0;
    for (const struct batch_pair *tag = sharing->principal->tags; tag != NULL; tag = tag->next, count++) {
        QUERY_BIND(tags, sql_integer(sharing->state->id), sql_text(tag->key), sql_text(tag->value));
        if (query_number(tags) == 0)
            return false;
    }
    QUERY_BIND(tags, sql_integer(sharing->state->id), sql_text(NULL), sql_text(NULL));
    return query_number(tags) == count;
}

/* What is not true for both is unknown. */
static void share_rest(struct sharing *sharing)
{
    const struct batch_principal *principal = sharing->principal;
    struct written_principal *state = sharing->state;
    struct query *boundary = sharing->writer->queries[SELECT_BOUNDARY];
    QUERY_BIND(boundary, sql_integer(state->id), sql_text(principal->boundary_arn));
    bool bound = query_finds(boundary), tagged = principal->tags_known && has_tags(sharing);
    state->lost = state->lost || principal->identity_lost || !bound;
    WRITE(sharing->writer, SHARE_PRINCIPAL, sql_integer(state->id), sql_integer(!state->lost), sql_integer(bound),
          sql_integer(tagged));
    if (!tagged)
        WRITE(sharing->writer, CLEAR_TAGS, sql_integer(state->id));
}

bool writer_share(struct writer *writer, struct batch *batch, int64_t source, struct batch_principal *principal,
                  struct written_principal *state, bool same_policies)
{
    struct sharing sharing = {.writer = writer, .principal = principal, .state = state};
    open_sharing(&sharing, source);
    share_trust(&sharing, batch);
    if (!same_policies) {
        share_earlier_policies(&sharing);
        share_new_policies(&sharing, batch, principal->inline_policies);
        share_new_policies(&sharing, batch, principal->managed_policies);
        QUERY_BIND(writer->queries[NEXT_ATTACHMENT], sql_integer(state->id));
        state->position = query_number(writer->queries[NEXT_ATTACHMENT]);
    }
    share_rest(&sharing);
    close_sharing(&sharing);
    return !same_policies;
}
