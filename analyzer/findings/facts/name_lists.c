#include "analyzer/findings/facts/name_lists.h"

#include "ingest/support/intern.h"
#include "ingest/support/json_build.h"
#include <string.h>

struct name_lists {
    struct intern lists; /* numbers of principals as bytes */
};

static void lists_free(void *notes)
{
    struct name_lists *kept = notes;
    intern_free(&kept->lists);
}

static const struct notes_kind list_notes = {sizeof(struct name_lists), lists_free, false};

json_t *name_list_json(struct findings *findings, const struct model *model, const uint32_t *principals, uint32_t count,
                       uint32_t except)
{
    json_t *object = json_object(), *first = json_array();
    uint32_t meant = count - (except != MODEL_NONE);
    for (uint32_t i = 0; i < count && json_array_size(first) < NAME_LIST_FIRST; i++)
        if (principals[i] != except)
            json_add(first, json_text(model->principals[principals[i]].arn));
    json_put(object, "count", json_integer(meant));
    json_put(object, "first", first);
    if (!findings->lists || meant <= NAME_LIST_FIRST)
        return object;
    struct name_lists *kept = findings_notes(findings, &list_notes);
    json_put(object, "list",
             json_integer(intern_add(&kept->lists, (const char *)principals, count * sizeof *principals)));
    if (except != MODEL_NONE)
        json_put(object, "except", json_text(model->principals[except].arn));
    return object;
}

uint32_t name_lists_count(struct findings *findings)
{
    struct name_lists *kept = findings_notes(findings, &list_notes);
    return kept->lists.count;
}

json_t *name_lists_at(struct findings *findings, const struct model *model, uint32_t number)
{
    struct name_lists *kept = findings_notes(findings, &list_notes);
    const char *at = intern_text(&kept->lists, number), *end = at + intern_length(&kept->lists, number);
    json_t *names = json_array();
    for (uint32_t principal; at < end; at += sizeof principal) {
        memcpy(&principal, at, sizeof principal);
        json_add(names, json_text(model->principals[principal].arn));
    }
    return names;
}
