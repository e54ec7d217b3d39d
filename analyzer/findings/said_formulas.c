#include "analyzer/findings/said_formulas.h"

#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include <stdlib.h>

struct said_formula {
    constraint formula;
    json_t *conditions, *example; /* NULL: not asked yet */
};

struct said_formulas {
    struct said_formula *list;
    uint32_t count, room;
    struct hash_index index;
};

static void said_free(void *notes)
{
    struct said_formulas *said = notes;
    for (uint32_t i = 0; i < said->count; i++) {
        json_decref(said->list[i].conditions);
        json_decref(said->list[i].example);
    }
    free(said->list);
    hash_index_free(&said->index);
}

static const struct notes_kind said_notes = {sizeof(struct said_formulas), said_free, false};

static struct said_formula *said_of(struct findings *findings, constraint formula)
{
    struct said_formulas *said = findings_notes(findings, &said_notes);
    uint64_t hash = hash_number(formula);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&said->index, &probe)) != HASH_INDEX_NONE;)
        if (said->list[known].formula == formula)
            return &said->list[known];
    hash_index_add(&said->index, hash, said->count);
    ARRAY_ADD(said->list, said->count, said->room, (struct said_formula){.formula = formula});
    return &said->list[said->count - 1];
}

json_t *said_conditions(struct analysis *analysis, struct findings *findings, constraint formula)
{
    struct said_formula *said = said_of(findings, formula);
    if (said->conditions == NULL)
        said->conditions = constraint_words(analysis->pool, formula);
    return json_incref(said->conditions);
}

json_t *said_example(struct analysis *analysis, struct findings *findings, constraint formula)
{
    struct said_formula *said = said_of(findings, formula);
    if (said->example == NULL)
        said->example = constraint_witness(analysis->pool, formula);
    if (said->example == NULL)
        said->example = json_object();
    return json_incref(said->example);
}
