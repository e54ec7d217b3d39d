#include "graph/model/model_inside.h"

#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool policy_use_is_same(const struct policy_use *a, const struct policy_use *b)
{
    if ((a->arn == NULL) != (b->arn == NULL))
        return false;
    return a->arn != NULL ? strcmp(a->arn, b->arn) == 0
                          : strcmp(a->holder, b->holder) == 0 && strcmp(a->name, b->name) == 0;
}

/* ---- finding */

static uint64_t hash_of(uint32_t account, const char *text)
{
    return hash_bytes(text, strlen(text)) ^ account * 0x9E3779B97F4A7C15u;
}

static bool make_table(struct principal_table *table, uint32_t count)
{
    for (table->slot_count = 16; table->slot_count / 4 * 3 < count; table->slot_count *= 2)
        if (table->slot_count > UINT32_MAX / 4)
            return false;
    table->slots = calloc(table->slot_count, sizeof *table->slots);
    return table->slots != NULL;
}

static void enter(struct principal_table *table, uint64_t hash, uint32_t principal)
{
    uint32_t at = (uint32_t)(hash >> 16) & (table->slot_count - 1);
    while (table->slots[at] != 0)
        at = (at + 1) & (table->slot_count - 1);
    table->slots[at] = principal + 1;
}

/* The next principal that may be meant: *at begins as 0 and counts those before. MODEL_NONE at the end. */
static uint32_t next_candidate(const struct principal_table *table, uint64_t hash, uint32_t *at)
{
    uint32_t slot = table->slots[((uint32_t)(hash >> 16) + (*at)++) & (table->slot_count - 1)];
    return slot != 0 ? slot - 1 : MODEL_NONE;
}

bool loading_index(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct model_index *index = calloc(1, sizeof *index);
    if (index == NULL)
        return loading_fail(loading, "out of memory");
    model->index = index;
    index->paths = calloc((size_t)model->account_count + 1, sizeof *index->paths);
    if (!make_table(&index->by_arn, model->principal_count) ||
        !make_table(&index->by_unique_id, model->principal_count) ||
        !make_table(&index->by_role_name, model->principal_count) || index->paths == NULL)
        return loading_fail(loading, "out of memory");
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        enter(&index->by_arn, hash_of(0, principal->arn), i);
        if (principal->unique_id[0] != '\0')
            enter(&index->by_unique_id, hash_of(0, principal->unique_id), i);
        if (principal->is_role)
            enter(&index->by_role_name, hash_of(principal->account, principal->name), i);
    }
    for (uint32_t i = 0; i < model->account_count && !loading->failed; i++) {
        uint32_t path[32], depth = 0;
        for (uint32_t node = model->accounts[i].node; node != MODEL_NONE && depth < 32;
             node = model->nodes[node].parent)
            path[depth++] = node;
        if (depth == 0 || !model->nodes[path[depth - 1]].root || model->organization == NULL)
            continue;
        struct text text = {0};
        text_format(&text, "%s/", model->organization);
        for (uint32_t j = depth; j > 0; j--)
            text_format(&text, "%s/", model->nodes[path[j - 1]].id);
        index->paths[i] = text.data != NULL ? arena_copy_text(&model->arena, text.data, text.length) : NULL;
        if (index->paths[i] == NULL)
            loading_fail(loading, "out of memory");
        text_free(&text);
    }
    return !loading->failed;
}

uint32_t model_find_role_name(const struct model *model, uint32_t account, const char *name)
{
    const struct principal_table *table = &model->index->by_role_name;
    uint64_t hash = hash_of(account, name);
    uint32_t at = 0, found;
    while ((found = next_candidate(table, hash, &at)) != MODEL_NONE &&
           (model->principals[found].account != account || strcmp(model->principals[found].name, name) != 0))
        ;
    return found;
}

static uint32_t find_exact_arn(const struct model *model, const char *arn)
{
    uint64_t hash = hash_of(0, arn);
    uint32_t at = 0, found;
    while ((found = next_candidate(&model->index->by_arn, hash, &at)) != MODEL_NONE &&
           strcmp(model->principals[found].arn, arn) != 0)
        ;
    return found;
}

uint32_t model_find_arn(const struct model *model, const char *arn)
{
    struct arn parsed;
    uint32_t found = find_exact_arn(model, arn);
    if (found != MODEL_NONE || !arn_parse(arn, strlen(arn), &parsed) || parsed.kind != ARN_ROLE_SESSION)
        return found;
    char account[16], name[256];
    if (parsed.account.length >= sizeof account || parsed.name.length >= sizeof name)
        return MODEL_NONE;
    snprintf(account, sizeof account, "%.*s", (int)parsed.account.length, parsed.account.at);
    snprintf(name, sizeof name, "%.*s", (int)parsed.name.length, parsed.name.at);
    uint32_t index = model_find_account(model, account);
    if (index == MODEL_NONE || !span_equals(parsed.partition, model->accounts[index].partition))
        return MODEL_NONE;
    return model_find_role_name(model, index, name);
}

uint32_t model_find_unique_id(const struct model *model, const char *unique_id)
{
    uint64_t hash = hash_of(0, unique_id);
    uint32_t at = 0, found;
    while ((found = next_candidate(&model->index->by_unique_id, hash, &at)) != MODEL_NONE &&
           strcmp(model->principals[found].unique_id, unique_id) != 0)
        ;
    return found;
}

const char *model_organization_path(const struct model *model, uint32_t account)
{
    return model->index->paths[account];
}

void model_index_free(struct model_index *index)
{
    if (index == NULL)
        return;
    model_places_free(&index->places);
    free(index->by_arn.slots);
    free(index->by_unique_id.slots);
    free(index->by_role_name.slots);
    free(index->paths);
    free(index);
}
