#include "graph/edges/claim_values.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* False: the formula says more about the claim than that it matches patterns. */
static bool gather(struct claim_values *values, const json_t *formula, const char *claim)
{
    const char *key = json_string_value(json_object_get(formula, "key"));
    const char *name = json_string_value(json_object_get(formula, "operator"));
    size_t index;
    json_t *one, *list = json_object_get(formula, "all");
    list = list != NULL ? list : json_object_get(formula, "any");
    bool good = true;
    json_array_foreach(list, index, one) good = good && gather(values, one, claim);
    if (json_object_get(formula, "not") != NULL)
        return false;
    if (key == NULL || name == NULL || strcasecmp(key, claim) != 0)
        return good;
    if (strcmp(name, "StringEquals") != 0 && strcmp(name, "StringLike") != 0)
        return false;
    json_array_foreach(json_object_get(formula, "values"), index, one) if (json_is_string(one))
    {
        const char *text = json_string_value(one);
        ARRAY_ADD(values->patterns, values->count, values->room, arena_copy_text(&values->arena, text, strlen(text)));
    }
    return good;
}

void claim_values_find(struct claim_values *values, struct constraint_pool *pool, constraint formula, const char *key)
{
    static const char *const none = "-";
    json_t *words = constraint_json(pool, formula);
    values->any = !gather(values, words, key) || constraint_fix(pool, formula, key, &none, 1) != CONSTRAINT_FALSE;
    json_decref(words);
}

void claim_values_free(struct claim_values *values)
{
    free(values->patterns);
    arena_free(&values->arena);
    *values = (struct claim_values){0};
}

bool claim_values_may_be(const struct claim_values *values, const char *value)
{
    for (uint32_t i = 0; i < values->count && !values->any; i++)
        if (pattern_matches(values->patterns[i], value))
            return true;
    return values->any;
}

char *claim_key(const char *issuer, const char *claim)
{
    struct text text = {0};
    text_format(&text, "%s:%s", issuer, claim);
    return text_release(&text);
}
