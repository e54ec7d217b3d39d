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

static void make_path(struct model *model, uint32_t account)
{
    uint32_t path[32], depth = 0;
    for (uint32_t node = model->accounts[account].node; node != MODEL_NONE && depth < 32;
         node = model->nodes[node].parent)
        path[depth++] = node;
    if (depth == 0 || !model->nodes[path[depth - 1]].root || model->organization == NULL)
        return;
    struct text text = {0};
    text_format(&text, "%s/", model->organization);
    for (uint32_t i = depth; i > 0; i--)
        text_format(&text, "%s/", model->nodes[path[i - 1]].id);
    model->index->paths[account] = text_keep(&text, &model->arena);
}

void loading_index(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct model_index *index = model->index = memory_zeroed(1, sizeof *index);
    hash_index_reserve(&index->by_arn, model->principal_count);
    hash_index_reserve(&index->by_unique_id, model->principal_count);
    hash_index_reserve(&index->by_role_name, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        hash_index_add(&index->by_arn, hash_of(0, principal->arn), i);
        if (principal->unique_id[0] != '\0')
            hash_index_add(&index->by_unique_id, hash_of(0, principal->unique_id), i);
        if (principal->is_role)
            hash_index_add(&index->by_role_name, hash_of(principal->account, principal->name), i);
    }
    index->paths = memory_zeroed(model->account_count, sizeof *index->paths);
    for (uint32_t i = 0; i < model->account_count; i++)
        make_path(model, i);
}

uint32_t model_find_role_name(const struct model *model, uint32_t account, const char *name)
{
    struct hash_probe probe = hash_index_probe(hash_of(account, name));
    uint32_t found;
    while ((found = hash_index_next(&model->index->by_role_name, &probe)) != MODEL_NONE &&
           (model->principals[found].account != account || strcmp(model->principals[found].name, name) != 0))
        continue;
    return found;
}

static uint32_t find_exact_arn(const struct model *model, const char *arn)
{
    struct hash_probe probe = hash_index_probe(hash_of(0, arn));
    uint32_t found;
    while ((found = hash_index_next(&model->index->by_arn, &probe)) != MODEL_NONE &&
           strcmp(model->principals[found].arn, arn) != 0)
        continue;
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
    struct hash_probe probe = hash_index_probe(hash_of(0, unique_id));
    uint32_t found;
    while ((found = hash_index_next(&model->index->by_unique_id, &probe)) != MODEL_NONE &&
           strcmp(model->principals[found].unique_id, unique_id) != 0)
        continue;
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
    model_versions_free(&index->versions);
    hash_index_free(&index->by_arn);
    hash_index_free(&index->by_unique_id);
    hash_index_free(&index->by_role_name);
    free(index->paths);
    free(index);
}
