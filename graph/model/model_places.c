/* Files and lines. Printing asks for thousands of them, but there are few rows, which are read once. */
#include "graph/model/model_inside.h"

#include "ingest/support/json_build.h"
#include <string.h>

/* The query's text for the id, valid until the query is reset; NULL: there is none. */
static const char *read_text(struct store *store, struct query **query, const char *sql, int64_t id)
{
    if (*query == NULL)
        *query = query_open(store, sql);
    query_bind_integer(*query, 1, id);
    return query_next(*query) ? query_text(*query, 0) : NULL;
}

/* The path of a source; NULL: not known. */
static const char *path_of(struct store *store, struct model_places *places, uint32_t source)
{
    bool fresh = false;
    uint32_t *number = id_map_add(&places->sources, source, &fresh);
    if (fresh) {
        const char *path = read_text(store, &places->path, "SELECT path FROM source WHERE id = ?", source);
        *number = path != NULL ? intern_add(&places->paths, path, strlen(path)) : INTERN_NONE;
        query_reset(places->path);
    }
    return *number != INTERN_NONE ? intern_text(&places->paths, *number) : NULL;
}

/* The lines where the statements of such a document begin, relative to its own line; NULL: not known. */
static const json_t *lines_of(struct store *store, struct model_places *places, uint32_t layout)
{
    bool fresh = false;
    if (layout == 0)
        return NULL;
    uint32_t *number = id_map_add(&places->layouts, layout, &fresh);
    if (fresh) {
        const char *text = read_text(store, &places->layout, "SELECT lines FROM layout WHERE id = ?", layout);
        json_t *lines = text != NULL ? json_loads(text, 0, NULL) : NULL;
        query_reset(places->layout);
        if (places->lines == NULL)
            places->lines = json_array();
        *number = (uint32_t)json_array_size(places->lines);
        json_add(places->lines, lines != NULL ? lines : json_null());
    }
    return json_array_get(places->lines, *number);
}

void model_locate(const struct model *model, const struct policy_use *use, uint32_t position, const char **file,
                  uint32_t *line)
{
    struct model_places *places = &model->index->places;
    *file = "";
    *line = 0;
    if (use->source == 0 || use->built_in)
        return;
    const char *path = path_of(model->store, places, use->source);
    if (path == NULL)
        return;
    const json_t *lines = lines_of(model->store, places, use->layout), *offset = json_array_get(lines, position);
    /* It comes from another file: see ingest/store/writer_shared.c. */
    if (json_is_array(lines) && offset == NULL)
        return;
    *file = path;
    *line = use->line;
    if (use->line != 0 && json_is_integer(offset))
        *line += (uint32_t)json_integer_value(offset);
}

void model_places_free(struct model_places *places)
{
    query_close(places->path);
    query_close(places->layout);
    intern_free(&places->paths);
    id_map_free(&places->sources);
    id_map_free(&places->layouts);
    json_decref(places->lines);
    *places = (struct model_places){0};
}
