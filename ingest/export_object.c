#include "ingest/export_inside.h"

#include "ingest/policy/arn.h"

#include <stdio.h>
#include <string.h>

#define MAXIMUM_OTHER_NAMES 48

/* What a top-level object turns out to be. */
struct object {
    uint32_t line;
    bool known, details, may_be_details, all_roles, envelope;
    char names[MAXIMUM_OTHER_NAMES][64]; /* of members that are not read */
    size_t name_count;
    struct misfit {
        const struct export_kind *kind;
        const struct export_member *member;
        uint32_t line, column;
    } misfits[4]; /* members that other files have too, but with another type than in this kind */
    size_t misfit_count;
};

static bool has_name(const struct object *object, const char *name)
{
    for (size_t i = 0; i < object->name_count; i++)
        if (strcmp(object->names[i], name) == 0)
            return true;
    return false;
}

static bool is_other(const struct object *object, const struct export_other *other)
{
    for (size_t i = 0; i < sizeof other->members / sizeof other->members[0] && other->members[i] != NULL; i++)
        if (!has_name(object, other->members[i]))
            return false;
    return true;
}

static void note_name(struct object *object, const char *name)
{
    if (object->name_count < MAXIMUM_OTHER_NAMES)
        snprintf(object->names[object->name_count++], sizeof object->names[0], "%s", name);
}

/* Notes a member that is not read, and for an array the members of its first element. The cursor is before its value.
 */
static void note_member(struct export_reading *reading, struct object *object)
{
    struct export_reader *reader = &reading->reader;
    struct json_cursor mark;
    bool first = true;
    char name[64], inner[64];
    snprintf(name, sizeof name, "%s", reader->name.data);
    note_name(object, name);
    if (json_cursor_peek(&reader->cursor) != CURSOR_ARRAY)
        return;
    json_cursor_mark(&reader->cursor, &mark);
    json_cursor_enter(&reader->cursor, CURSOR_ARRAY);
    if (json_cursor_next_element(&reader->cursor, &first) && json_cursor_peek(&reader->cursor) == CURSOR_OBJECT) {
        first = true;
        json_cursor_enter(&reader->cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
            int length = snprintf(inner, sizeof inner, "%.30s[].%.30s", name, reader->name.data);
            if (length > 0)
                note_name(object, inner);
            json_cursor_skip(&reader->cursor);
        }
    }
    json_cursor_return(&reader->cursor, &mark);
}

void reading_note_other(struct export_reading *reading, const struct export_kind *kind, const char *why, uint32_t line)
{
    if (reading->other_why != NULL)
        return;
    reading->other_kind = kind;
    reading->other_why = why;
    reading->other_line = line;
}

/* Notes an object that is not read; if the file has nothing else, the message is about the object. */
static void name_other(struct export_reading *reading, const struct object *object)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        for (const struct export_other *other = at.kind->others; other != NULL && other->why != NULL; other++)
            if (is_other(object, other)) {
                reading_note_other(reading, at.kind, other->why, object->line);
                return;
            }
    }
    reading_note_other(reading, &export_kind_none, EXPORT_UNKNOWN, object->line);
}

/* Marks the entries added after these counts, if the object says that more pages follow. The last page may have only
 * policies. */
static void end_page(const struct export_reading *reading, bool details, struct batch_principal *principals,
                     struct batch_fact *facts)
{
    struct batch *batch = reading->reader.batch;
    batch->truncated = reading->paged;
    for (struct batch_fact *fact = facts; fact != NULL && reading->paged; fact = fact->next)
        fact->more = true;
    for (struct batch_principal *principal = principals; principal != NULL && reading->paged;
         principal = principal->next)
        principal->more = batch->has_more = true;
    if (reading->paged || !details || principals != NULL || !batch->has_more)
        return;
    batch->has_more = false;
    for (struct batch_principal *principal = batch->principals.first; principal != NULL; principal = principal->next)
        principal->more = false;
}

/* Some members of Organizations' answers are also members of other answers; the file's name decides. */
static bool is_named_after(const struct export_reader *reader, const struct export_kind *kind)
{
    return strncmp(reader->call, kind->name, strlen(kind->name)) == 0;
}

static void read_value(struct export_reading *reading, const struct export_kind *kind,
                       const struct export_member *member)
{
    if (member->read == NULL) {
        reading_object(reading);
        return;
    }
    reading->reader.state = reading_state_of(reading, kind);
    member->read(&reading->reader, member->name);
}

/* Reads a value that has the member's type. */
static void read_member(struct export_reading *reading, struct object *object, const struct export_kind *kind,
                        const struct export_member *member)
{
    struct export_reader *reader = &reading->reader;
    if (member->shared) {
        reader->recognised = false;
        read_value(reading, kind, member);
        object->known = object->known || reader->recognised;
        if (!reader->recognised)
            note_name(object, member->name);
        return;
    }
    export_recognise(reader, kind);
    object->known = true;
    object->details = object->details || kind->details;
    object->may_be_details = object->may_be_details || kind->may_be_details;
    object->all_roles = object->all_roles || kind->all_roles;
    read_value(reading, kind, member);
}

static void refuse_member(struct export_reading *reading, struct object *object, const struct export_kind *kind,
                          const struct export_member *member)
{
    struct export_reader *reader = &reading->reader;
    object->known = true;
    export_recognise(reader, kind);
    export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0,
                   member->type == CURSOR_OBJECT ? "expected an object" : "expected an array");
    json_cursor_skip(&reader->cursor);
}

static void note_misfit(struct export_reading *reading, struct object *object, const struct export_kind *kind,
                        const struct export_member *member)
{
    const struct json_cursor *cursor = &reading->reader.cursor;
    if (object->misfit_count < sizeof object->misfits / sizeof object->misfits[0])
        object->misfits[object->misfit_count++] =
            (struct misfit){kind, member, cursor->line, json_cursor_column(cursor)};
}

/* Called once the object's kind is known. */
static void say_misfits(struct export_reading *reading, const struct object *object)
{
    struct export_reader *reader = &reading->reader;
    for (size_t i = 0; i < object->misfit_count; i++) {
        const struct misfit *misfit = &object->misfits[i];
        bool ours = misfit->kind == reader->batch->kind || (misfit->kind->may_be_details && object->details);
        if (!object->known || !ours || reader->cursor.error != NULL)
            continue;
        size_t pointer = export_point(reader, misfit->member->name);
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", misfit->line, misfit->column,
                       misfit->member->type == CURSOR_OBJECT ? "expected an object" : "expected an array");
        export_point_back(reader, pointer);
    }
}

/* Reads what comes before "call" in the envelopes of collect.sh. The cursor is before the value, and stays there. */
static void note_place(struct export_reader *reader, const char *name)
{
    bool account = strcmp(name, "account") == 0;
    if ((!account && strcmp(name, "region") != 0) || json_cursor_peek(&reader->cursor) != CURSOR_STRING)
        return;
    struct json_cursor mark;
    json_cursor_mark(&reader->cursor, &mark);
    const char *text = export_string(reader);
    if (text != NULL && account && arn_is_account_id(text, strlen(text)))
        reader->named_account = text;
    else if (text != NULL && !account && text[0] != '\0')
        reader->region = text;
    json_cursor_return(&reader->cursor, &mark);
}

/* "call", "args" or "output". */
static void read_part_of_envelope(struct export_reading *reading, struct object *object, const char *name)
{
    struct json_cursor *cursor = &reading->reader.cursor;
    bool output = strcmp(name, "output") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT;
    if (!object->envelope)
        export_read_envelope(&reading->reader, name);
    object->envelope = true;
    object->known = object->known || output;
    if (output)
        reading_object(reading);
    else
        json_cursor_skip(cursor);
}

/* The cursor is before the value of the member reader.name. */
static void read_any_member(struct export_reading *reading, struct object *object)
{
    struct export_reader *reader = &reading->reader;
    const char *name = reader->name.data;
    const struct export_kind *kind = NULL;
    const struct export_member *member = reading_find_member(name, &kind);
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    bool foreign = false;
    while (member != NULL && kind->is_foreign != NULL && kind->is_foreign(reader)) {
        foreign = true;
        member = reading_find_member(name, &kind);
    }
    if (foreign && (member == NULL || member->type != type)) {
        note_member(reading, object);
        json_cursor_skip(&reader->cursor);
    } else if (member != NULL && (member->type == CURSOR_END || member->type == type)) {
        read_member(reading, object, kind, member);
    } else if (member != NULL && !member->shared && (kind->own_names || is_named_after(reader, kind)) &&
               type != CURSOR_NULL) {
        refuse_member(reading, object, kind, member);
    } else if (strcmp(name, "call") == 0 || strcmp(name, "args") == 0 || strcmp(name, "output") == 0) {
        read_part_of_envelope(reading, object, name);
    } else {
        bool more = ((strcmp(name, "IsTruncated") == 0 || strcmp(name, "isTruncated") == 0) && type == CURSOR_TRUE) ||
                    (strcmp(name, "NextToken") == 0 && type == CURSOR_STRING) ||
                    (strcmp(name, "nextToken") == 0 && type == CURSOR_STRING && reader->batch->kind->small_token);
        if (member != NULL && type != CURSOR_NULL)
            note_misfit(reading, object, kind, member);
        note_place(reader, name);
        if (more)
            reading->paged = true;
        else
            note_member(reading, object);
        json_cursor_skip(&reader->cursor);
    }
}

void reading_object(struct export_reading *reading)
{
    struct export_reader *reader = &reading->reader;
    struct batch *batch = reader->batch;
    struct object object = {.line = reader->cursor.line};
    bool first = true;
    size_t pointer = reader->pointer.length;
    struct batch_principal **principals = batch->principals.end;
    struct batch_fact **facts = batch->facts.end;
    reading->paged = false;
    if (!json_cursor_enter(&reader->cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
        export_point_back(reader, pointer);
        export_point(reader, reader->name.data);
        read_any_member(reading, &object);
    }
    export_point_back(reader, pointer);
    say_misfits(reading, &object);
    reading_finish_object(reading);
    object.details = object.details || (object.may_be_details && batch->full_details);
    batch->full_details = object.details || batch->full_details;
    batch->all_roles = batch->all_roles || (object.all_roles && !reading->paged);
    if (object.known && reading->paged && !object.details && !object.envelope)
        export_problem(reader, PROBLEM_WARNING, "truncated", 0, 0,
                       "truncated: more pages follow that are not in this file, and what they hold counts as unknown; "
                       "export without --max-items");
    if (object.known && !object.envelope)
        end_page(reading, object.details, principals != NULL ? *principals : batch->principals.first,
                 facts != NULL ? *facts : batch->facts.first);
    if (!object.known && reader->cursor.error == NULL)
        name_other(reading, &object);
    /* For the object that contains this one. */
    reader->recognised = object.known;
}
