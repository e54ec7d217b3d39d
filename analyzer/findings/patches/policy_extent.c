#include "analyzer/findings/patches/policy_extent.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_accepted.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>

/* Shorter ones are not measured. */
#define LEAST_STATEMENTS 12u
#define LEAST_PRINCIPALS 40u
#define PUNCTUATION 8u /* brackets and commas that may be removed with principals */

struct extents {
    struct policy_extent **of_document; /* per document of the model */
    uint32_t room;
};

static void extents_free(void *notes)
{
    struct extents *extents = notes;
    for (uint32_t i = 0; i < extents->room; i++) {
        if (extents->of_document[i] != NULL)
            free(extents->of_document[i]->statements);
        free(extents->of_document[i]);
    }
    free(extents->of_document);
}

static const struct notes_kind extent_notes = {sizeof(struct extents), extents_free, false};

/* In JSON, with its quotes and a comma. */
static size_t length_of(const char *text)
{
    size_t length = 3;
    for (; *text != '\0'; text++)
        length += (unsigned char)*text < 0x20 ? 6 : *text == '"' || *text == '\\' ? 2 : 1;
    return length;
}

/* False: the id of an existing principal becomes an ARN, which may already be in the list. */
static bool stays_as_it_is(const struct model *model, const struct statement_principal *principal)
{
    return principal->form != PRINCIPAL_UNIQUE_ID && !trust_is_missing(model, principal);
}

static bool stays(const struct model *model, const struct statement_principal *principal)
{
    return stays_as_it_is(model, principal) ||
           (principal->form == PRINCIPAL_UNIQUE_ID && model_find_unique_id(model, principal->value) != MODEL_NONE);
}

static void measure_trusted(const struct model *model, const struct statement *statement,
                            struct statement_extent *extent)
{
    size_t gone = PUNCTUATION;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        extent->named += stays(model, principal);
        gone += stays_as_it_is(model, principal) ? 0 : length_of(principal->value);
    }
    extent->stays = extent->named > 0 && extent->stays > gone ? extent->stays - gone : 0;
}

/* Whether principals can simply be removed from it. */
static bool is_plain(const struct statement *statement)
{
    return statement->broken == NULL && !statement->not_principal && statement->principal_count > 0;
}

static bool measure(struct analysis *analysis, bool trust, const struct policy_use *use, struct policy_extent *extent)
{
    const struct model *model = analysis->model;
    const struct model_document *document = &model->documents[use->document];
    json_t *policy = trust_policy_json(analysis, use), *all = json_listed(json_object_get(policy, "Statement"));
    extent->count = (uint32_t)json_array_size(all);
    extent->statements = memory_zeroed(extent->count, sizeof *extent->statements);
    extent->limit = accepted_policy_limit(use);
    bool good = !trust || extent->count == document->statement_count;
    for (uint32_t i = 0; i < extent->count && good; i++)
        extent->statements[i].stays = accepted_policy_size(json_array_get(all, i));
    for (uint32_t i = 0; i < document->statement_count && trust && good; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        good = is_plain(statement) && statement->position < extent->count;
        if (good)
            measure_trusted(model, statement, &extent->statements[statement->position]);
    }
    for (uint32_t i = 0; i < extent->count && good; i++) {
        extent->stays += extent->statements[i].stays;
        extent->named += extent->statements[i].named;
    }
    json_decref(all);
    json_decref(policy);
    return good;
}

static bool is_long(const struct model *model, const struct model_document *document)
{
    size_t principals = 0;
    if (document->id < 0 || document->broken != NULL)
        return false;
    for (uint32_t i = 0; i < document->statement_count && i < LEAST_STATEMENTS; i++)
        principals += model->statements[document->first_statement + i].principal_count;
    return document->statement_count >= LEAST_STATEMENTS || principals >= LEAST_PRINCIPALS;
}

const struct policy_extent *policy_extent_of(struct analysis *analysis, struct findings *findings, uint32_t role,
                                             const struct policy_use *use)
{
    const struct model *model = analysis->model;
    struct extents *extents = findings_notes(findings, &extent_notes);
    if (use->document >= model->document_count || !is_long(model, &model->documents[use->document]))
        return NULL;
    ARRAY_REACH(extents->of_document, use->document, extents->room);
    struct policy_extent **extent = &extents->of_document[use->document];
    if (*extent == NULL) {
        *extent = memory_zeroed(1, sizeof **extent);
        if (!measure(analysis, role != MODEL_NONE, use, *extent))
            (*extent)->count = 0;
    }
    return (*extent)->count > 0 ? *extent : NULL;
}

bool policy_extent_is_over_without(const struct policy_extent *extent, uint32_t position)
{
    return extent != NULL && position < extent->count &&
           extent->stays - extent->statements[position].stays > extent->limit;
}

enum policy_rest policy_extent_rest(const struct policy_extent *extent, const struct model *model,
                                    const struct principals_meant *without)
{
    const struct statement *statement = without->statement;
    size_t length = 0, named = 0;
    uint32_t count = 0;
    if (extent == NULL || !is_plain(statement))
        return REST_NOT_KNOWN;
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        if (!without->is(principal, without->context))
            continue;
        count++;
        named += stays(model, principal);
        length += length_of(principal->value);
    }
    if (count == 0) /* conditions name them */
        return REST_NOT_KNOWN;
    if (named == extent->named)
        return REST_NOBODY;
    size_t own = extent->statements[statement->position].stays;
    size_t stays = count < statement->principal_count && own > length ? own - length : 0;
    return extent->stays - own + stays > extent->limit ? REST_TOO_LONG : REST_NOT_KNOWN;
}
