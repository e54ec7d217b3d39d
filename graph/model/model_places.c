/* Files and lines. They are asked for when something is shown, by the thousand, and are few: rows are read once. */
#include "graph/model/model_inside.h"

#include <string.h>

/* A row of (id) → a text, stepped onto; NULL: there is none. */
static const char *read_text(sqlite3 *database, sqlite3_stmt **query, const char *sql, int64_t id)
{
    if (*query == NULL && sqlite3_prepare_v2(database, sql, -1, query, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_int64(*query, 1, id);
    if (sqlite3_step(*query) != SQLITE_ROW || sqlite3_column_type(*query, 0) != SQLITE_TEXT)
        return NULL;
    return (const char *)sqlite3_column_text(*query, 0);
}

/* The path of a source; NULL: not known. */
static const char *path_of(const struct model *model, struct model_places *places, uint32_t source)
{
    bool fresh = false;
    struct intern *strings = (struct intern *)&model->strings;
    uint32_t *number = id_map_add(&places->sources, source, &fresh);
    if (number == NULL)
        return NULL;
    if (fresh) {
        const char *path =
            read_text(model->database, &places->path, "SELECT path FROM source WHERE id = ?", (int64_t)source);
        *number = path != NULL ? intern_add(strings, path, strlen(path)) : INTERN_NONE;
        sqlite3_reset(places->path);
    }
    return *number != INTERN_NONE ? intern_text(strings, *number) : NULL;
}

/* Where the statements of such a document begin, in lines from its own; NULL: not known. */
static const json_t *lines_of(const struct model *model, struct model_places *places, uint32_t layout)
{
    bool fresh = false;
    uint32_t *number = layout != 0 ? id_map_add(&places->layouts, layout, &fresh) : NULL;
    if (number == NULL)
        return NULL;
    if (fresh) {
        const char *text =
            read_text(model->database, &places->layout, "SELECT lines FROM layout WHERE id = ?", (int64_t)layout);
        json_t *lines = text != NULL ? json_loads(text, 0, NULL) : NULL;
        sqlite3_reset(places->layout);
        if (places->lines == NULL)
            places->lines = json_array();
        *number = (uint32_t)json_array_size(places->lines);
        if (json_array_append_new(places->lines, lines != NULL ? lines : json_null()) != 0)
            *number = INTERN_NONE;
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
    const char *path = path_of(model, places, use->source);
    if (path == NULL)
        return;
    const json_t *offset = json_array_get(lines_of(model, places, use->layout), position);
    *file = path;
    *line = use->line;
    if (use->line != 0 && json_is_integer(offset))
        *line += (uint32_t)json_integer_value(offset);
}

void model_places_free(struct model_places *places)
{
    sqlite3_finalize(places->path);
    sqlite3_finalize(places->layout);
    id_map_free(&places->sources);
    id_map_free(&places->layouts);
    json_decref(places->lines);
    *places = (struct model_places){0};
}
