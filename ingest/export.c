#include "ingest/export_inside.h"

#include "ingest/policy/arn.h"
#include <stdio.h>
#include <string.h>

/* Enough bytes to tell what a text is. */
#define LONGEST_OPENING 128

/* ---- arrays */

/* The kind of the object before which the cursor is, if it is an element of a list rather than a page; the first member
 * that decides it counts. NULL: it is not an element. */
static const struct export_element *element_ahead(struct export_reader *reader, bool alone,
                                                  const struct export_kind **of)
{
    const struct export_element *answer = NULL;
    struct json_cursor mark;
    bool first = true, told = false;
    json_cursor_mark(&reader->cursor, &mark);
    if (json_cursor_enter(&reader->cursor, CURSOR_OBJECT))
        while (!told && json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
            const struct export_kind *kind = NULL;
            const struct export_element *element;
            bool hint = false;
            if (reading_find_member(reader->name.data, &kind) != NULL) {
                answer = NULL;
                told = true;
            } else if ((element = reading_find_element(&reader->cursor, reader->name.data, &kind, &hint)) != NULL &&
                       (!alone || element->alone)) {
                answer = element;
                *of = kind;
                told = !hint;
            }
            /* An object that is not in a list may be large; its kind shows before its first list, or before another
             * large value. */
            enum json_cursor_type type = json_cursor_peek(&reader->cursor);
            told =
                told ||
                (alone && (type == CURSOR_ARRAY || (type == CURSOR_OBJECT && json_cursor_span(&reader->cursor) == 0)));
            if (!told)
                json_cursor_skip(&reader->cursor);
        }
    json_cursor_return(&reader->cursor, &mark);
    return answer;
}

/* An object in an array, or by itself in the file. */
static void read_element_or_object(struct export_reading *reading, bool alone)
{
    const struct export_kind *kind = NULL;
    const struct export_element *element = element_ahead(&reading->reader, alone, &kind);
    if (element == NULL) {
        reading_object(reading);
        return;
    }
    export_recognise(&reading->reader, kind);
    reading->reader.state = reading_state_of(reading, kind);
    element->read(&reading->reader);
}

/* A string in an array, or by itself in the file: --query 'Events[].CloudTrailEvent' yields records as strings. */
static void read_string(struct export_reading *reading)
{
    struct export_reader *reader = &reading->reader;
    const struct export_kind *kind = NULL;
    struct export_embedded embedded;
    if (!export_embeds_object(reader) || !export_embed(reader, &embedded)) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    const struct export_element *element = element_ahead(reader, true, &kind);
    if (element == NULL) {
        export_embed_leave(reader, &embedded);
        return;
    }
    export_recognise(reader, kind);
    reader->state = reading_state_of(reading, kind);
    element->read(reader);
    export_embed_end(reader, &embedded);
}

static void read_array(struct export_reading *reading)
{
    struct export_reader *reader = &reading->reader;
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (type == CURSOR_OBJECT) {
            read_element_or_object(reading, false);
        } else if (type == CURSOR_ARRAY) {
            /* --query 'RoleDetailList[].[…]' or lists of lists: entities may be one level deeper. */
            read_array(reading);
        } else if (type == CURSOR_STRING && !reader->batch->kind->only_objects) {
            read_string(reading);
        } else {
            if (reader->batch->kind->only_objects)
                export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an object");
            json_cursor_skip(&reader->cursor);
        }
    }
    if (reader->batch->kind == &export_kind_none && reader->cursor.error == NULL)
        reading_note_other(reading, &export_kind_none, list.index == 0 ? "an empty JSON array" : EXPORT_UNKNOWN, 0);
}

/* ---- texts that are not JSON */

static void read_text(struct export_reading *reading, const char *path, const char *text, size_t length)
{
    struct batch *batch = reading->reader.batch;
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        if (at.kind->is_text == NULL || !at.kind->is_text(path, text, length))
            continue;
        if (at.kind->read_text != NULL) {
            at.kind->read_text(&reading->reader);
        } else {
            batch->kind = at.kind;
            batch->refusal = at.kind->refusal;
        }
        return;
    }
    batch->refusal = "not JSON; exports must be JSON (--output json)";
}

/* ---- the file */

void export_ask(struct export_reader *reader, const char *written)
{
    static const char narrowed[] = "LATEST_PERMISSION_SET_";
    struct export_asked *asked = &reader->asked;
    const char *slash = strrchr(written, '/'), *part = slash != NULL ? slash + 1 : written;
    size_t length = strlen(part);
    if (arn_is_account_id(part, length))
        asked->account = part;
    else if (strncmp(part, "ps-", 3) == 0)
        asked->permission_set = part;
    else if (strncmp(part, "aam-", 4) == 0)
        asked->application = part;
    else if (strncmp(part, narrowed, sizeof narrowed - 1) == 0)
        asked->narrowed = true;
    else if (length >= 36 && strspn(part, "0123456789abcdefABCDEF-") == length)
        asked->group = part;
}

/* "eu-west-1", "us-gov-east-1": small letters, parts of letters, a digit. */
static bool is_region(const char *text, size_t length)
{
    size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
    return length >= 9 && letters + 1 == length && text[2] == '-' && text[letters - 1] == '-' && text[letters] >= '1' &&
           text[letters] <= '9';
}

/* The account and region from the folders of the file: accounts/111122223333/eu-west-1/CALL.json. */
static void place_by_folder(struct export_reader *reader, const char *path)
{
    const char *part = path;
    reader->named_account = reader->account;
    for (size_t length; part[length = strcspn(part, "/")] == '/'; part += length + 1)
        if (is_region(part, length))
            reader->region = export_keep(reader, part, length);
}

/* Names of calls begin with a verb; the service may come before it: "ecs.list-clusters". */
static const char *after_service(struct export_reader *reader, const char *base)
{
    static const char *const verbs[] = {"list-", "describe-", "get-", "batch-get-"};
    size_t service = strspn(base, "abcdefghijklmnopqrstuvwxyz0123456789-");
    for (size_t i = 0; base[service] == '.' && i < sizeof verbs / sizeof verbs[0]; i++)
        if (strncmp(base + service + 1, verbs[i], strlen(verbs[i])) == 0) {
            reader->service = export_keep(reader, base, service);
            return base + service + 1;
        }
    return base;
}

static void place_by_name(struct export_reader *reader, const char *path)
{
    const char *base = strrchr(path, '/');
    base = after_service(reader, base != NULL ? base + 1 : path);
    size_t call = strspn(base, "abcdefghijklmnopqrstuvwxyz-");
    if (base[call] != '.' || call == 0)
        return;
    reader->call = export_keep(reader, base, call);
    const char *part = base + call + 1;
    for (size_t length; part[length = strcspn(part, ".")] == '.'; part += length + 1) {
        const char *text = export_keep(reader, part, length);
        size_t suffix = strlen("_CONTROL_POLICY");
        export_ask(reader, text);
        if (length > suffix && strcmp(text + length - suffix, "_CONTROL_POLICY") == 0)
            reader->filter = text;
        else if (reader->argument[0] == '\0')
            reader->argument = text;
    }
}

/* A file named after a call that rolechain reads. */
static bool is_call(const char *name)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        if (at.kind->members != NULL && !at.kind->members[0].shared && strcmp(at.kind->name, name) == 0)
            return true;
    }
    return false;
}

static void end_documents(struct export_reading *reading, const char *call)
{
    struct export_reader *reader = &reading->reader;
    struct batch *batch = reader->batch;
    struct text text = {0};
    if (reader->cursor.error != NULL || reading->other_why == NULL)
        return;
    if (batch->kind == &export_kind_none) {
        batch->kind = reading->other_kind;
        batch->refusal = batch->refusal != NULL ? batch->refusal : reading->other_why;
        if (batch->kind == &export_kind_none && is_call(call)) {
            batch->looks_like_export = true;
            batch->refusal = "content does not match the API call in its name";
        }
        return;
    }
    export_point_back(reader, 0);
    text_format(&text, "one document in the file was not used: %s", reading->other_why);
    export_problem(reader, PROBLEM_WARNING, "not-used", reading->other_line, 1, text.data);
    text_free(&text);
}

static void read_documents(struct export_reading *reading, const char *path)
{
    struct export_reader *reader = &reading->reader;
    const char *service = reader->service, *call = reader->call, *argument = reader->argument;
    const char *filter = reader->filter, *account = reader->named_account, *region = reader->region;
    const struct export_asked asked = reader->asked;
    while (reader->cursor.error == NULL) {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (type == CURSOR_END)
            break;
        reader->service = service;
        reader->call = call;
        reader->named_account = account;
        reader->region = region;
        reader->argument = argument;
        reader->filter = filter;
        reader->asked = asked;
        export_point_back(reader, 0);
        if (type == CURSOR_OBJECT)
            read_element_or_object(reading, true);
        else if (type == CURSOR_ARRAY)
            read_array(reading);
        else if (export_embeds_object(reader))
            read_string(reading);
        else {
            size_t ahead = json_cursor_ahead(&reader->cursor, LONGEST_OPENING);
            read_text(reading, path, reader->cursor.at, ahead);
            return;
        }
    }
    end_documents(reading, call);
}

static void refuse_broken(struct export_reader *reader)
{
    const struct json_cursor *cursor = &reader->cursor;
    struct text text = {0};
    text_format(&text, "broken JSON at line %u, column %u: %s", cursor->error_line, cursor->error_column,
                cursor->error);
    export_point_back(reader, 0);
    export_problem(reader, PROBLEM_ERROR, "invalid-json", cursor->error_line, cursor->error_column, cursor->error);
    reader->batch->refusal = export_keep_text(reader, &text);
}

/* Files of a collection, which are recognised by their place in it. */
static bool read_collected(struct export_reader *reader, const char *path)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        if (at.kind->read_file != NULL && at.kind->read_file(reader, path))
            return true;
    }
    return false;
}

void export_read(struct batch *batch, struct document_table *documents, const struct export_place *place,
                 struct json_window *window)
{
    const char *path = place->path;
    struct export_reading reading = {.reader = {.batch = batch,
                                                .documents = documents,
                                                .account = place->account,
                                                .account_given = place->account_given,
                                                .label = place->label,
                                                .service = "",
                                                .call = "",
                                                .argument = "",
                                                .filter = ""}};
    struct export_reader *reader = &reading.reader;
    struct json_cursor *cursor = &reader->cursor;
    batch->kind = &export_kind_none;
    text_append(&reader->pointer, "", 0);
    json_cursor_open_window(cursor, window);
    json_cursor_pass_space(cursor);
    size_t ahead = json_cursor_ahead(cursor, LONGEST_OPENING);
    if (ahead == 0) {
        batch->refusal = "empty";
    } else if (*cursor->at != '{' && *cursor->at != '[' && (ahead < 2 || memcmp(cursor->at, "\"{", 2) != 0)) {
        read_text(&reading, path, cursor->at, ahead);
    } else {
        if (!read_collected(reader, path)) {
            place_by_folder(reader, path);
            place_by_name(reader, path);
            read_documents(&reading, path);
        }
        if (cursor->error != NULL)
            refuse_broken(reader);
    }
    reading_end_states(&reading);
    text_free(&reader->pointer);
    text_free(&reader->scratch);
    text_free(&reader->held.text);
    text_free(&reader->held.lines);
    text_free(&reader->name);
    intern_free(&reader->scopes);
}
