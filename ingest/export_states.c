#include "ingest/export_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

const struct export_member *reading_find_member(const char *name, const struct export_kind **of)
{
    struct export_kinds at = {0};
    bool behind = *of == NULL;
    while (export_kinds_next(&at)) {
        bool last = at.kind == *of;
        for (const struct export_member *member = at.kind->members; behind && member != NULL && member->name != NULL;
             member++)
            if (strcmp(member->name, name) == 0) {
                *of = at.kind;
                return member;
            }
        behind = behind || last;
    }
    return NULL;
}

static bool begins_so(struct json_cursor *cursor, const char *words)
{
    size_t length = words != NULL ? strlen(words) : 0;
    return words == NULL ||
           (json_cursor_peek(cursor) == CURSOR_STRING && json_cursor_ahead(cursor, length + 1) > length &&
            memcmp(cursor->at + 1, words, length) == 0);
}

const struct export_element *reading_find_element(struct json_cursor *cursor, const char *name,
                                                  const struct export_kind **of, bool *hint)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        for (const struct export_element *element = at.kind->elements; element != NULL && element->read != NULL;
             element++) {
            *of = at.kind;
            *hint = element->hint != NULL && strcmp(element->hint, name) == 0;
            if (*hint)
                return element;
            for (const char *const *member = element->members; *member != NULL; member++)
                if (strcmp(*member, name) == 0 && begins_so(cursor, element->begins))
                    return element;
        }
    }
    return NULL;
}

void *reading_state_of(struct export_reading *reading, const struct export_kind *kind)
{
    if (kind->state_size == 0)
        return NULL;
    for (size_t i = 0; i < reading->state_count; i++)
        if (reading->states[i].kind == kind)
            return reading->states[i].state;
    void *state = memory_zeroed(1, kind->state_size);
    if (kind->begin != NULL)
        kind->begin(state);
    ARRAY_ADD(reading->states, reading->state_count, reading->state_room, (struct kind_state){kind, state});
    return state;
}

void reading_finish_object(struct export_reading *reading)
{
    size_t left = 0;
    for (size_t i = 0; i < reading->state_count; i++) {
        struct kind_state *one = &reading->states[i];
        if (one->kind->finish == NULL) {
            reading->states[left++] = *one;
            continue;
        }
        reading->reader.state = one->state;
        one->kind->finish(&reading->reader);
        if (one->kind->end != NULL)
            one->kind->end(one->state);
        free(one->state);
    }
    reading->state_count = left;
}

void reading_end_states(struct export_reading *reading)
{
    for (size_t i = 0; i < reading->state_count; i++) {
        if (reading->states[i].kind->end != NULL)
            reading->states[i].kind->end(reading->states[i].state);
        free(reading->states[i].state);
    }
    free(reading->states);
}
