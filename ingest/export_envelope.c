#include "ingest/export_inside.h"

#include <string.h>

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
    return (char)(is_upper(c) ? c - 'A' + 'a' : c);
}

/* "--parent-id", "ParentId" and "parent_id" are one name. */
static bool same_option(const char *written, const char *name)
{
    for (;; written++) {
        if (*written == '-' || *written == '_')
            continue;
        if (lower(*written) != *name)
            return false;
        if (*name++ == '\0')
            return true;
    }
}

/* The id among a call's options says what the call was about; a filter only narrows the answer. */
static void take_option(struct export_reader *reader, const char *name, const char *value)
{
    static const char *const ids[] = {"parentid", "childid", "policyid", "targetid", "stackname"};
    bool id = false;
    if (same_option(name, "filter")) {
        reader->filter = value;
        return;
    }
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        id = id || same_option(name, ids[i]);
    if (id || reader->argument[0] == '\0')
        reader->argument = value;
}

static void read_envelope_args(struct export_reader *reader)
{
    bool first = true;
    if (!json_cursor_enter(&reader->cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
        const char *name = export_keep(reader, reader->name.data, reader->name.length), *value = NULL;
        if (json_cursor_peek(&reader->cursor) == CURSOR_STRING)
            value = export_string(reader);
        else
            json_cursor_skip(&reader->cursor);
        if (value != NULL) {
            take_option(reader, name, value);
            export_ask(reader, value);
        }
    }
}

/* "organizations list-parents", "ListParents" and "list-parents" are one call. */
static const char *call_name(struct export_reader *reader, const char *written)
{
    struct text name = {0};
    const char *last = written;
    for (const char *at = written; *at != '\0'; at++)
        if ((*at == ' ' || *at == ':' || *at == '.') && at[1] != '\0')
            last = at + 1;
    if (last > written)
        reader->service = export_keep(reader, written, strcspn(written, " :."));
    for (const char *at = last; *at != '\0'; at++) {
        if (is_upper(*at) && name.length > 0)
            text_append_char(&name, '-');
        text_append_char(&name, lower(*at));
    }
    return export_keep_text(reader, &name);
}

void export_read_envelope(struct export_reader *reader, const char *member)
{
    struct json_cursor saved = reader->cursor;
    bool first = false;
    reader->service = reader->call = reader->argument = reader->filter = "";
    reader->asked = (struct export_asked){.narrowed = false};
    member = export_keep(reader, member, strlen(member));
    do {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (strcmp(member, "call") == 0 && type == CURSOR_STRING) {
            const char *call = export_string(reader);
            reader->call = call != NULL ? call_name(reader, call) : "";
        } else if (strcmp(member, "args") == 0 && type == CURSOR_OBJECT) {
            read_envelope_args(reader);
        } else {
            json_cursor_skip(&reader->cursor);
        }
        member = NULL;
        if (json_cursor_next_member(&reader->cursor, &first, &reader->name))
            member = export_keep(reader, reader->name.data, reader->name.length);
    } while (member != NULL && reader->cursor.error == NULL);
    reader->cursor = saved;
}
