#include "analyzer/findings/facts/same_grants.h"

#include "graph/policy/pattern.h"
#include <string.h>

/* False: it means something different for each holder, or cannot be read with certainty. */
static bool is_plain(const struct statement *statement)
{
    if (statement->broken != NULL || statement->doubt != NULL || statement->resource_completions > 0 ||
        !statement->has_resource)
        return false;
    for (uint32_t i = 0; i < statement->resource_count && statement->variables; i++)
        if (strstr(statement->resources[i], "${") != NULL)
            return false;
    return true;
}

static bool is_about(const struct statement *statement, const char *role)
{
    bool any = false;
    for (uint32_t i = 0; i < statement->resource_count && !any; i++)
        any = pattern_matches(statement->resources[i], role);
    return any != statement->not_resource;
}

/* Longer policies are decided instead: comparing each statement with each would cost more. */
static bool open_version(const struct model *model, uint32_t number, struct grants_version *version)
{
    if (number == MODEL_NONE || model->documents[number].broken != NULL)
        return false;
    const struct model_document *document = &model->documents[number];
    version->count = 0;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken == NULL && statement->sts_actions == 0)
            continue;
        if (!is_plain(statement) || version->count == SAME_GRANTS_MOST)
            return false;
        version->list[version->count++] = statement;
    }
    return true;
}

/* The model's texts are interned. */
static bool has_same_resources(const struct statement *a, const struct statement *b)
{
    return a->not_resource == b->not_resource && a->resource_count == b->resource_count &&
           (a->resource_count == 0 ||
            memcmp(a->resources, b->resources, a->resource_count * sizeof *a->resources) == 0);
}

void same_grants_open(struct same_grants *grants, const struct model *model, uint32_t before, uint32_t after)
{
    grants->comparable = open_version(model, before, &grants->before) && open_version(model, after, &grants->after);
    for (uint32_t i = 0; grants->comparable && i < grants->after.count; i++) {
        uint32_t *twin = &grants->twin[i];
        for (*twin = 0; *twin < grants->before.count; ++*twin)
            if (has_same_resources(grants->after.list[i], grants->before.list[*twin]))
                break;
    }
}

/* Keeps the statements of both versions that are about the role. */
static void keep_about(const struct same_grants *grants, const char *role, struct grants_version *before,
                       struct grants_version *after)
{
    bool about[SAME_GRANTS_MOST + 1];
    before->count = after->count = 0;
    for (uint32_t i = 0; i < grants->before.count; i++) {
        about[i] = is_about(grants->before.list[i], role);
        if (about[i])
            before->list[before->count++] = grants->before.list[i];
    }
    for (uint32_t i = 0; i < grants->after.count; i++) {
        bool known = grants->twin[i] < grants->before.count;
        if (known ? about[grants->twin[i]] : is_about(grants->after.list[i], role))
            after->list[after->count++] = grants->after.list[i];
    }
}

static bool is_same_condition(const struct statement_condition *a, const struct statement_condition *b)
{
    bool same = a->name.op == b->name.op && a->name.if_exists == b->name.if_exists && a->name.set == b->name.set &&
                strcmp(a->key, b->key) == 0 && a->value_count == b->value_count;
    for (uint32_t i = 0; i < a->value_count && same; i++)
        same = strcmp(a->values[i], b->values[i]) == 0;
    return same;
}

/* Apart from actions and resources. */
static bool is_same_statement(const struct statement *a, const struct statement *b)
{
    bool same = a->allow == b->allow && a->condition_count == b->condition_count &&
                (a->condition_count == 0 || a->variables == b->variables);
    for (uint32_t i = 0; i < a->condition_count && same; i++)
        same = is_same_condition(&a->conditions[i], &b->conditions[i]);
    return same;
}

/* Whether for each statement of one policy, the other has one that says the same about an action. */
static bool are_among(const struct grants_version *ours, const struct grants_version *theirs)
{
    for (uint32_t i = 0; i < ours->count; i++) {
        unsigned left = ours->list[i]->sts_actions;
        for (uint32_t j = 0; j < theirs->count && left != 0; j++)
            if (is_same_statement(ours->list[i], theirs->list[j]))
                left &= ~(unsigned)theirs->list[j]->sts_actions;
        if (left != 0)
            return false;
    }
    return true;
}

bool same_grants_for(const struct same_grants *grants, const char *role)
{
    if (!grants->comparable)
        return false;
    struct grants_version before, after;
    keep_about(grants, role, &before, &after);
    return are_among(&before, &after) && are_among(&after, &before);
}
