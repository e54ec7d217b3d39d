#include "ingest/readers/reader.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

void *export_allocate(struct export_reader *reader, size_t size)
{
    return arena_allocate(&reader->batch->arena, size);
}

const char *export_keep(struct export_reader *reader, const char *text, size_t length)
{
    return arena_copy_text(&reader->batch->arena, text, length);
}

const char *export_keep_text(struct export_reader *reader, struct text *text)
{
    const char *kept = text->length > 0 ? export_keep(reader, text->data, text->length) : "";
    text_free(text);
    return kept;
}

void export_recognise(struct export_reader *reader, const struct export_kind *kind)
{
    struct batch *batch = reader->batch;
    reader->recognised = batch->looks_like_export = true;
    if (batch->kind == &export_kind_none || kind->rank > batch->kind->rank)
        batch->kind = kind;
}

void export_problem(struct export_reader *reader, enum problem_severity severity, const char *code, uint32_t line,
                    uint32_t column, const char *message)
{
    struct batch *batch = reader->batch;
    struct batch_problem *problem = export_allocate(reader, sizeof *problem);
    problem->severity = severity;
    problem->code = code;
    problem->account = "";
    problem->pointer = export_keep(reader, reader->pointer.data, reader->pointer.length);
    problem->message = export_keep(reader, message, strlen(message));
    problem->line = line != 0 ? line : reader->cursor.line;
    problem->column = line != 0 ? column : json_cursor_column(&reader->cursor);
    BATCH_APPEND(batch->problems, problem);
}

bool export_complaint(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    if (cursor->complaint == NULL)
        return false;
    export_problem(reader, PROBLEM_ERROR, "invalid-text", cursor->complaint_line, cursor->complaint_column,
                   cursor->complaint);
    cursor->complaint = NULL;
    return true;
}

size_t export_point(struct export_reader *reader, const char *member)
{
    size_t before = reader->pointer.length;
    text_append_char(&reader->pointer, '/');
    for (;;) {
        const size_t plain = strcspn(member, "~/");
        text_append(&reader->pointer, member, plain);
        member += plain;
        if (*member == '\0')
            return before;
        text_append_string(&reader->pointer, *member++ == '~' ? "~0" : "~1");
    }
}

void export_point_back(struct export_reader *reader, size_t before)
{
    reader->pointer.length = before;
    if (reader->pointer.data != NULL)
        reader->pointer.data[before] = '\0';
}

bool export_next_member(struct export_reader *reader, bool *first)
{
    if (!json_cursor_next_member(&reader->cursor, first, &reader->name))
        return false;
    char *letter = reader->name.data;
    if (reader->small_letters && *letter >= 'a' && *letter <= 'z')
        *letter = (char)(*letter - 'a' + 'A');
    return true;
}

/* A line end is white space between tokens and an error in a string, and so is a tab: with tabs the inner text is one
 * line, that of the string. */
static void flatten(struct text *text)
{
    for (size_t i = 0; i < text->length; i++)
        if (text->data[i] == '\n')
            text->data[i] = '\t';
}

bool export_embed(struct export_reader *reader, struct export_embedded *embedded)
{
    struct json_cursor *cursor = &reader->cursor;
    bool has_nul = false;
    *embedded = (struct export_embedded){0};
    if (json_cursor_peek(cursor) != CURSOR_STRING) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected JSON in a string");
        json_cursor_skip(cursor);
        return false;
    }
    uint32_t line = cursor->line, column = json_cursor_column(cursor);
    export_complaint(reader);
    bool good = json_cursor_string(cursor, &embedded->text, &has_nul);
    if (good && has_nul)
        export_problem(reader, PROBLEM_ERROR, "nul-character", line, column, "a string holds \\u0000");
    if (!good || export_complaint(reader) || has_nul) {
        text_free(&embedded->text);
        return false;
    }
    flatten(&embedded->text);
    embedded->outer = *cursor;
    json_cursor_open(cursor, embedded->text.data, embedded->text.length);
    cursor->line = line;
    cursor->passed = column - 1;
    return true;
}

void export_embed_end(struct export_reader *reader, struct export_embedded *embedded)
{
    struct json_cursor *inner = &reader->cursor;
    if (inner->error == NULL && json_cursor_peek(inner) != CURSOR_END)
        json_cursor_fail(inner, "expected the end of the JSON in a string");
    const char *error = inner->error;
    uint32_t line = inner->error_line, column = inner->error_column;
    reader->cursor = embedded->outer;
    if (error != NULL)
        export_problem(reader, PROBLEM_ERROR, "invalid-json", line, column, error);
    text_free(&embedded->text);
}

void export_embed_leave(struct export_reader *reader, struct export_embedded *embedded)
{
    reader->cursor = embedded->outer;
    text_free(&embedded->text);
}

bool export_embeds_object(struct export_reader *reader)
{
    return json_cursor_peek(&reader->cursor) == CURSOR_STRING && json_cursor_ahead(&reader->cursor, 2) >= 2 &&
           memcmp(reader->cursor.at, "\"{", 2) == 0;
}

bool export_expects(struct export_reader *reader, enum json_cursor_type wanted)
{
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    if (type == wanted)
        return true;
    if (type != CURSOR_NULL && reader->cursor.error == NULL)
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0,
                       wanted == CURSOR_ARRAY ? "expected an array" : "expected an object");
    json_cursor_skip(&reader->cursor);
    return false;
}

bool export_list_enter(struct export_reader *reader, struct export_list *list)
{
    *list = (struct export_list){.pointer = reader->pointer.length, .first = true};
    return json_cursor_enter(&reader->cursor, CURSOR_ARRAY);
}

bool export_list_next(struct export_reader *reader, struct export_list *list)
{
    export_point_back(reader, list->pointer);
    if (!json_cursor_next_element(&reader->cursor, &list->first))
        return false;
    json_cursor_pass_space(&reader->cursor);
    list->line = reader->cursor.line;
    list->column = json_cursor_column(&reader->cursor);
    char digits[24], *digit = digits + sizeof digits;
    size_t rest = list->index++;
    *--digit = '\0';
    do
        *--digit = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    export_point(reader, digit);
    return true;
}

json_t *export_list_object(struct export_reader *reader, struct export_list *list, const char *what)
{
    json_t *value = NULL;
    if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT)
        value = export_json(reader);
    else
        json_cursor_skip(&reader->cursor);
    if (value == NULL && reader->cursor.error == NULL)
        export_list_lose(reader, list, what);
    return value;
}

void export_list_lose(struct export_reader *reader, struct export_list *list, const char *message)
{
    list->lost = true;
    export_problem(reader, PROBLEM_ERROR, "missing-member", list->line, list->column, message);
}

const char *export_string(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool has_nul = false;
    enum json_cursor_type type = json_cursor_peek(cursor);
    if (type == CURSOR_NULL) {
        json_cursor_skip(cursor);
        return NULL;
    }
    if (type != CURSOR_STRING) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a string");
        json_cursor_skip(cursor);
        return NULL;
    }
    /* An error in something that was skipped is not an error of this string. */
    export_complaint(reader);
    if (!json_cursor_string(cursor, &reader->scratch, &has_nul))
        return NULL;
    if (has_nul) {
        export_problem(reader, PROBLEM_ERROR, "nul-character", 0, 0,
                       "a string contains \\u0000, which no AWS name can");
        return NULL;
    }
    /* No policy can mean a name that is not valid text. */
    if (export_complaint(reader))
        return NULL;
    return export_keep(reader, reader->scratch.data, reader->scratch.length);
}

json_t *export_json(struct export_reader *reader)
{
    struct text text = {0};
    json_t *value = NULL;
    if (json_cursor_compact(&reader->cursor, &text, NULL))
        value = json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL);
    text_free(&text);
    reader->cursor.complaint = NULL;
    return value;
}

const char *export_json_text(struct export_reader *reader, const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? export_keep(reader, text, strlen(text)) : NULL;
}

const char *export_text(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    if (json_cursor_peek(cursor) != CURSOR_NUMBER)
        return export_string(reader);
    reader->scratch.length = 0;
    text_append(&reader->scratch, "", 0);
    json_cursor_compact(cursor, &reader->scratch, NULL);
    return export_keep(reader, reader->scratch.data, reader->scratch.length);
}

void export_strings(struct export_reader *reader, const char *const *names, const char **values, size_t count)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    memset(values, 0, count * sizeof *values);
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an object");
        json_cursor_skip(cursor);
        return;
    }
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (export_next_member(reader, &first)) {
        size_t found = count;
        for (size_t i = 0; i < count; i++)
            if (strcmp(reader->name.data, names[i]) == 0)
                found = i;
        if (found == count) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, names[found]);
        if (values[found] != NULL)
            export_problem(reader, PROBLEM_ERROR, "duplicate-json-key", 0, 0,
                           "the member is given more than once; the last one was used");
        values[found] = export_text(reader);
        export_point_back(reader, pointer);
    }
}

void export_strings_ahead(struct export_reader *reader, const char *const *names, const char **values, size_t count)
{
    struct json_cursor mark;
    json_cursor_mark(&reader->cursor, &mark);
    export_strings(reader, names, values, count);
    json_cursor_return(&reader->cursor, &mark);
}

unsigned export_first_members(struct export_reader *reader, const char *const *names)
{
    struct json_cursor mark;
    struct text name = {0};
    bool first = true;
    unsigned found = 0;
    if (json_cursor_peek(&reader->cursor) != CURSOR_ARRAY)
        return 0;
    json_cursor_mark(&reader->cursor, &mark);
    json_cursor_enter(&reader->cursor, CURSOR_ARRAY);
    if (json_cursor_next_element(&reader->cursor, &first) && json_cursor_peek(&reader->cursor) == CURSOR_OBJECT) {
        first = true;
        json_cursor_enter(&reader->cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(&reader->cursor, &first, &name)) {
            for (unsigned i = 0; names[i] != NULL; i++)
                found |= strcmp(name.data, names[i]) == 0 ? 1u << i : 0;
            json_cursor_skip(&reader->cursor);
        }
    }
    text_free(&name);
    json_cursor_return(&reader->cursor, &mark);
    return found;
}

const char *export_text_array(struct export_reader *reader)
{
    struct export_list list;
    const char *kept = NULL;
    if (!export_list_enter(reader, &list))
        return NULL;
    json_t *texts = json_array();
    while (export_list_next(reader, &list)) {
        const char *text = export_string(reader);
        list.lost = list.lost || text == NULL;
        if (text != NULL)
            json_add(texts, json_text(text));
    }
    if (!list.lost) {
        char *json = json_words(texts, JSON_COMPACT);
        kept = export_keep(reader, json, strlen(json));
        free(json);
    }
    json_decref(texts);
    return kept;
}
