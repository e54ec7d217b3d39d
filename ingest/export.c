#include "ingest/export.h"

#include "ingest/readers/reader.h"
#include "ingest/support/array.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_OTHER_NAMES 48

/* What the reader of a kind keeps. */
struct kind_state {
    const struct export_kind *kind;
    void *state;
};

/* A file while it is read. */
struct reading {
    struct export_reader reader;
    struct kind_state *states;
    size_t state_count, state_room;
    bool paged; /* the object that is read said that more follow */
    /* The first object that is not read. */
    const struct export_kind *other_kind;
    const char *other_why; /* NULL: there is none */
    uint32_t other_line;
};

/* What a top-level object turns out to hold. */
struct object {
    uint32_t line;
    bool known, details, may_be_details, all_roles, envelope;
    char names[MAXIMUM_OTHER_NAMES][64]; /* of members that are not read */
    size_t name_count;
    struct misfit {
        const struct export_kind *kind;
        const struct export_member *member;
        uint32_t line, column;
    } misfits[4]; /* members that other files have too, of another type than that kind has them */
    size_t misfit_count;
};

/* ---- kinds */

static const struct export_member *find_member(const char *name, const struct export_kind **of)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        for (const struct export_member *member = at.kind->members; member != NULL && member->name != NULL; member++)
            if (strcmp(member->name, name) == 0) {
                *of = at.kind;
                return member;
            }
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

/* The cursor stands before the member's value. *hint: the member alone does not tell. */
static const struct export_element *find_element(struct json_cursor *cursor, const char *name,
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

/* The state of the kind, made if this is the first time. */
static void *state_of(struct reading *reading, const struct export_kind *kind)
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

/* Finishes the states that live as long as an object. */
static void finish_object(struct reading *reading)
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

static void end_states(struct reading *reading)
{
    for (size_t i = 0; i < reading->state_count; i++) {
        if (reading->states[i].kind->end != NULL)
            reading->states[i].kind->end(reading->states[i].state);
        free(reading->states[i].state);
    }
    free(reading->states);
}

/* ---- texts that are no JSON */

/* As much as tells what a text is. */
#define LONGEST_OPENING 128

static void read_text(struct reading *reading, const char *path, const char *text, size_t length)
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
    batch->refusal = "not JSON; exports are read as JSON (--output json)";
}

/* ---- envelopes */

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

/* What a call was asked about is the id among its options; a filter only narrows the answer. */
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
        if (value != NULL)
            take_option(reader, name, value);
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
    for (const char *at = last; *at != '\0'; at++) {
        if (is_upper(*at) && name.length > 0)
            text_append_char(&name, '-');
        text_append_char(&name, lower(*at));
    }
    return export_keep_text(reader, &name);
}

/* An envelope {"call", "args", "output"}: looks ahead for what was asked, in whatever order its members come. The
 * cursor stands before the value of the member of that name, and does so again afterwards. */
static void read_envelope(struct export_reader *reader, const char *member)
{
    struct json_cursor saved = reader->cursor;
    bool first = false;
    reader->call = reader->argument = reader->filter = "";
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

/* ---- objects */

static void read_object(struct reading *reading);

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

/* Notes a member that is not read, before whose value the cursor stands, and for an array the members of its first
 * element. */
static void note_member(struct reading *reading, struct object *object)
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

static void note_other(struct reading *reading, const struct export_kind *kind, const char *why, uint32_t line)
{
    if (reading->other_why != NULL)
        return;
    reading->other_kind = kind;
    reading->other_why = why;
    reading->other_line = line;
}

#define UNKNOWN "JSON, but no export that rolechain knows"

/* Notes an object that is not read. If the file holds nothing else, it says what the file is. */
static void name_other(struct reading *reading, const struct object *object)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        for (const struct export_other *other = at.kind->others; other != NULL && other->why != NULL; other++)
            if (is_other(object, other)) {
                note_other(reading, at.kind, other->why, object->line);
                return;
            }
    }
    note_other(reading, &export_kind_none, UNKNOWN, object->line);
}

/* Marks what the object gave, from these on, if it says that more follow. The last page may hold policies alone. */
static void end_page(const struct reading *reading, bool details, struct batch_principal *principals,
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

/* Members of organizations' answers have names that others have too: the file's name tells. */
static bool is_named_after(const struct export_reader *reader, const struct export_kind *kind)
{
    return strncmp(reader->call, kind->name, strlen(kind->name)) == 0;
}

static void read_value(struct reading *reading, const struct export_kind *kind, const struct export_member *member)
{
    if (member->read == NULL) {
        read_object(reading);
        return;
    }
    reading->reader.state = state_of(reading, kind);
    member->read(&reading->reader, member->name);
}

/* A value of the type that the member has. */
static void read_member(struct reading *reading, struct object *object, const struct export_kind *kind,
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

static void refuse_member(struct reading *reading, struct object *object, const struct export_kind *kind,
                          const struct export_member *member)
{
    struct export_reader *reader = &reading->reader;
    object->known = true;
    export_recognise(reader, kind);
    export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0,
                   member->type == CURSOR_OBJECT ? "expected an object" : "expected an array");
    json_cursor_skip(&reader->cursor);
}

static void note_misfit(struct reading *reading, struct object *object, const struct export_kind *kind,
                        const struct export_member *member)
{
    const struct json_cursor *cursor = &reading->reader.cursor;
    if (object->misfit_count < sizeof object->misfits / sizeof object->misfits[0])
        object->misfits[object->misfit_count++] =
            (struct misfit){kind, member, cursor->line, json_cursor_column(cursor)};
}

/* When it is known what the object is. */
static void say_misfits(struct reading *reading, const struct object *object)
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

/* "call", "args" or "output". */
static void read_part_of_envelope(struct reading *reading, struct object *object, const char *name)
{
    struct json_cursor *cursor = &reading->reader.cursor;
    bool output = strcmp(name, "output") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT;
    if (!object->envelope)
        read_envelope(&reading->reader, name);
    object->envelope = true;
    object->known = object->known || output;
    if (output)
        read_object(reading);
    else
        json_cursor_skip(cursor);
}

/* The cursor stands before the value of the member that reader.name names. */
static void read_any_member(struct reading *reading, struct object *object)
{
    struct export_reader *reader = &reading->reader;
    const char *name = reader->name.data;
    const struct export_kind *kind = NULL;
    const struct export_member *member = find_member(name, &kind);
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    if (member != NULL && kind->is_foreign != NULL && kind->is_foreign(reader)) {
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
                    (strcmp(name, "NextToken") == 0 && type == CURSOR_STRING);
        if (member != NULL && type != CURSOR_NULL)
            note_misfit(reading, object, kind, member);
        if (more)
            reading->paged = true;
        else
            note_member(reading, object);
        json_cursor_skip(&reader->cursor);
    }
}

/* One top-level object. */
static void read_object(struct reading *reading)
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
    finish_object(reading);
    object.details = object.details || (object.may_be_details && batch->full_details);
    batch->full_details = object.details || batch->full_details;
    batch->all_roles = batch->all_roles || (object.all_roles && !reading->paged);
    if (object.known && reading->paged && !object.details && !object.envelope)
        export_problem(reader, PROBLEM_WARNING, "truncated", 0, 0,
                       "more pages follow that are not in this file: what is missing here counts as unknown");
    if (object.known && !object.envelope)
        end_page(reading, object.details, principals != NULL ? *principals : batch->principals.first,
                 facts != NULL ? *facts : batch->facts.first);
    if (!object.known && reader->cursor.error == NULL)
        name_other(reading, &object);
    /* For the object that this one stands in. */
    reader->recognised = object.known;
}

/* ---- arrays */

/* What the object that the cursor stands before is, if it is an element of a list rather than a page: decided by the
 * first member that tells. NULL: it is none. */
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
            if (find_member(reader->name.data, &kind) != NULL) {
                answer = NULL;
                told = true;
            } else if ((element = find_element(&reader->cursor, reader->name.data, &kind, &hint)) != NULL &&
                       (!alone || element->alone)) {
                answer = element;
                *of = kind;
                told = !hint;
            }
            /* What stands alone may be large, and tells before its first list, or what is as large as one. */
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

/* An object of an array, or one that stands alone in the file. */
static void read_element_or_object(struct reading *reading, bool alone)
{
    const struct export_kind *kind = NULL;
    const struct export_element *element = element_ahead(&reading->reader, alone, &kind);
    if (element == NULL) {
        read_object(reading);
        return;
    }
    export_recognise(&reading->reader, kind);
    reading->reader.state = state_of(reading, kind);
    element->read(&reading->reader);
}

/* A string of an array, or one that stands alone: --query 'Events[].CloudTrailEvent' of what has records as strings. */
static void read_string(struct reading *reading)
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
    reader->state = state_of(reading, kind);
    element->read(reader);
    export_embed_end(reader, &embedded);
}

static void read_array(struct reading *reading)
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
            /* --query 'RoleDetailList[].[…]' or lists of lists: entities may stand one level deeper. */
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
        note_other(reading, &export_kind_none, list.index == 0 ? "an empty JSON array" : UNKNOWN, 0);
}

/* ---- the file */

static void place_by_name(struct export_reader *reader, const char *path)
{
    const char *base = strrchr(path, '/');
    base = base != NULL ? base + 1 : path;
    size_t call = strspn(base, "abcdefghijklmnopqrstuvwxyz-");
    if (base[call] != '.' || call == 0)
        return;
    reader->call = export_keep(reader, base, call);
    const char *part = base + call + 1;
    for (size_t length; part[length = strcspn(part, ".")] == '.'; part += length + 1) {
        const char *text = export_keep(reader, part, length);
        size_t suffix = strlen("_CONTROL_POLICY");
        if (length > suffix && strcmp(text + length - suffix, "_CONTROL_POLICY") == 0)
            reader->filter = text;
        else if (reader->argument[0] == '\0')
            reader->argument = text;
    }
}

/* A file named after a call that is read. */
static bool is_call(const char *name)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at)) {
        if (at.kind->members != NULL && !at.kind->members[0].shared && strcmp(at.kind->name, name) == 0)
            return true;
    }
    return false;
}

static void end_documents(struct reading *reading, const char *call)
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
            batch->refusal = "named after a call whose answer it does not hold";
        }
        return;
    }
    export_point_back(reader, 0);
    text_format(&text, "a document in the file is not used: %s", reading->other_why);
    export_problem(reader, PROBLEM_WARNING, "not-used", reading->other_line, 1, text.data);
    text_free(&text);
}

static void read_documents(struct reading *reading, const char *path)
{
    struct export_reader *reader = &reading->reader;
    const char *call = reader->call, *argument = reader->argument, *filter = reader->filter;
    while (reader->cursor.error == NULL) {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (type == CURSOR_END)
            break;
        reader->call = call;
        reader->argument = argument;
        reader->filter = filter;
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

/* Of a collection, whose files are known by where they lie. */
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
    struct reading reading = {.reader = {.batch = batch,
                                         .documents = documents,
                                         .account = place->account,
                                         .account_given = place->account_given,
                                         .label = place->label,
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
            place_by_name(reader, path);
            read_documents(&reading, path);
        }
        if (cursor->error != NULL)
            refuse_broken(reader);
    }
    end_states(&reading);
    text_free(&reader->pointer);
    text_free(&reader->scratch);
    text_free(&reader->held.text);
    text_free(&reader->held.lines);
    text_free(&reader->name);
    intern_free(&reader->scopes);
}
