#include "graph/policy/resource_index.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* Fewer resources than this are compared one by one. */
#define FEWEST 24u

/* The fixed text by which a pattern is looked up. */
struct literal_end {
    bool at_end; /* at the end of the ARN; else at its beginning */
    uint32_t length;
    const char *text;
    struct statement_place place;
    uint32_t sharing; /* how many patterns share it; used while the index is built */
};

/* The fixed texts of one length at one end. */
struct literal_group {
    bool at_end;
    uint32_t length, first, last;
};

struct resource_index {
    struct literal_end *literals; /* sorted by end, length, text, place */
    struct literal_group *groups;
    uint32_t group_count;
    struct statement_place *always;
    uint32_t always_count;
};

static int compare_literals(const void *a, const void *b)
{
    const struct literal_end *x = a, *y = b;
    if (x->at_end != y->at_end)
        return x->at_end ? 1 : -1;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    int order = memcmp(x->text, y->text, x->length);
    return order != 0 ? order : statement_place_compare(&x->place, &y->place);
}

static int compare_literal_places(const void *a, const void *b)
{
    return statement_place_compare(&((const struct literal_end *)a)->place, &((const struct literal_end *)b)->place);
}

/* The pattern's text before its first wildcard or after its last; of length 0 if it is of no use. */
static struct literal_end literal_of(const char *pattern, bool at_end, struct statement_place place)
{
    static const char signs[] = {'*', '?', PATTERN_ESCAPE, '\0'};
    size_t length = strlen(pattern), told = 0;
    if (!at_end)
        told = strcspn(pattern, signs);
    while (at_end && told < length && strchr(signs, pattern[length - told - 1]) == NULL)
        told++;
    return (struct literal_end){
        .at_end = at_end, .length = (uint32_t)told, .text = at_end ? pattern + length - told : pattern, .place = place};
}

struct making {
    struct literal_end *begins, *ends; /* of the same patterns, in the same order */
    struct statement_place *always;
    uint32_t begin_count, begin_room, end_count, end_room, always_count, always_room;
};

static void add_resources(struct making *making, const struct statement *statement, uint32_t number)
{
    struct statement_place whole = {number, STATEMENT_WHOLE};
    if (statement->broken != NULL || statement->not_resource || statement->resource_count == 0) {
        ARRAY_ADD(making->always, making->always_count, making->always_room, whole);
        return;
    }
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        const char *pattern = statement->resources[i];
        struct statement_place place = {number, i};
        struct literal_end begin = literal_of(pattern, false, place), end = literal_of(pattern, true, place);
        if ((statement->variables && strstr(pattern, "${") != NULL) || begin.length + end.length == 0) {
            ARRAY_ADD(making->always, making->always_count, making->always_room, place);
            continue;
        }
        ARRAY_ADD(making->begins, making->begin_count, making->begin_room, begin);
        ARRAY_ADD(making->ends, making->end_count, making->end_room, end);
    }
}

static bool is_same_text(const struct literal_end *a, const struct literal_end *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void count_sharing(struct literal_end *literals, uint32_t count)
{
    if (count > 1)
        qsort(literals, count, sizeof *literals, compare_literals);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && is_same_text(&literals[i], &literals[end]);)
            end++;
        for (uint32_t j = i; j < end; j++)
            literals[j].sharing = literals[j].length > 0 ? end - i : UINT32_MAX;
    }
    if (count > 1)
        qsort(literals, count, sizeof *literals, compare_literal_places);
}

/* For each pattern, keeps the literal that fewer patterns share, in `begins`. */
static void choose_literals(struct making *making)
{
    count_sharing(making->begins, making->begin_count);
    count_sharing(making->ends, making->end_count);
    for (uint32_t i = 0; i < making->begin_count; i++)
        if (making->ends[i].sharing < making->begins[i].sharing)
            making->begins[i] = making->ends[i];
    if (making->begin_count > 1)
        qsort(making->begins, making->begin_count, sizeof *making->begins, compare_literals);
}

static void add_groups(struct arena *arena, struct resource_index *index, uint32_t count)
{
    struct literal_group *groups = NULL;
    uint32_t room = 0;
    for (uint32_t i = 0, end; i < count; i = end) {
        const struct literal_end *first = &index->literals[i];
        for (end = i + 1; end < count && index->literals[end].at_end == first->at_end &&
                          index->literals[end].length == first->length;)
            end++;
        struct literal_group group = {first->at_end, first->length, i, end};
        ARRAY_ADD(groups, index->group_count, room, group);
    }
    index->groups = arena_copy(arena, groups, index->group_count, sizeof *groups);
    free(groups);
}

const struct resource_index *resource_index_make(struct arena *arena, const struct statement *statements,
                                                 uint32_t count)
{
    struct making making = {0};
    uint64_t resources = 0;
    for (uint32_t i = 0; i < count; i++)
        resources += statements[i].resource_count;
    if (resources < FEWEST)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        add_resources(&making, &statements[i], i);
    choose_literals(&making);
    struct resource_index *index = arena_allocate(arena, sizeof *index);
    index->literals = arena_copy(arena, making.begins, making.begin_count, sizeof *making.begins);
    index->always = arena_copy(arena, making.always, making.always_count, sizeof *making.always);
    index->always_count = making.always_count;
    add_groups(arena, index, making.begin_count);
    free(making.begins);
    free(making.ends);
    free(making.always);
    return index;
}

/* ---- looking up */

/* The range of the group's literals that equal the text. */
static void find_range(const struct resource_index *index, const struct literal_group *group, const char *text,
                       uint32_t *first, uint32_t *last)
{
    uint32_t bounds[2];
    for (int past = 0; past < 2; past++) {
        uint32_t low = past == 0 ? group->first : bounds[0], high = group->last;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            int order = memcmp(index->literals[middle].text, text, group->length);
            if (order < 0 || (past == 1 && order == 0))
                low = middle + 1;
            else
                high = middle;
        }
        bounds[past] = low;
    }
    *first = bounds[0];
    *last = bounds[1];
}

const struct statement_place *resource_index_find(const struct resource_index *index, const char *arn,
                                                  struct arena *scratch, uint32_t *count)
{
    struct statement_place *found = NULL;
    uint32_t room = 0, found_count = 0, always = 0;
    size_t length = strlen(arn);
    for (uint32_t i = 0; i < index->group_count; i++) {
        const struct literal_group *group = &index->groups[i];
        uint32_t first, last;
        if (group->length > length)
            continue;
        find_range(index, group, group->at_end ? arn + length - group->length : arn, &first, &last);
        for (uint32_t j = first; j < last; j++)
            ARRAY_ADD(found, found_count, room, index->literals[j].place);
    }
    if (found_count > 1)
        qsort(found, found_count, sizeof *found, statement_place_compare);
    *count = 0;
    struct statement_place *merged =
        arena_allocate_array(scratch, (size_t)found_count + index->always_count, sizeof *merged);
    for (uint32_t i = 0; i < found_count || always < index->always_count;) {
        bool from_found = i < found_count && (always == index->always_count ||
                                              statement_place_compare(&found[i], &index->always[always]) < 0);
        merged[(*count)++] = from_found ? found[i++] : index->always[always++];
    }
    free(found);
    return merged;
}
