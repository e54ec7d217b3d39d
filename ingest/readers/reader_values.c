/*
 * What the readers of single members share: strings, documents, problems.
 */
#include "ingest/export.h"
#include "ingest/policy/arn.h"

#include <string.h>
#include <strings.h>

const char *export_keep(struct export_reader *reader, const char *text, size_t length)
{
    char *copy = arena_copy_text(&reader->batch->arena, text, length);
    if (copy == NULL)
        reader->batch->failed = true;
    return copy != NULL ? copy : "";
}

void *export_allocate(struct export_reader *reader, size_t size)
{
    void *memory = arena_allocate(&reader->batch->arena, size);
    reader->batch->failed = reader->batch->failed || memory == NULL;
    return memory;
}

void export_problem(struct export_reader *reader, const char *severity, const char *code, uint32_t line,
                    uint32_t column, const char *message)
{
    struct batch *batch = reader->batch;
    struct batch_problem *problem = export_allocate(reader, sizeof *problem);
    if (problem == NULL)
        return;
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
    export_problem(reader, "error", "invalid-text", cursor->complaint_line, cursor->complaint_column,
                   cursor->complaint);
    cursor->complaint = NULL;
    return true;
}

size_t export_point(struct export_reader *reader, const char *member)
{
    size_t before = reader->pointer.length;
    text_append_char(&reader->pointer, '/');
    for (; *member != '\0'; member++)
        if (*member == '~' || *member == '/')
            text_append_string(&reader->pointer, *member == '~' ? "~0" : "~1");
        else
            text_append_char(&reader->pointer, *member);
    return before;
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
        export_problem(reader, "error", "unexpected-type", 0, 0, "expected JSON in a string");
        json_cursor_skip(cursor);
        return false;
    }
    uint32_t line = cursor->line, column = json_cursor_column(cursor);
    export_complaint(reader);
    bool good = json_cursor_string(cursor, &embedded->text, &has_nul);
    if (good && has_nul)
        export_problem(reader, "error", "nul-character", line, column, "a string holds \\u0000");
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
        export_problem(reader, "error", "invalid-json", line, column, error);
    text_free(&embedded->text);
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

void export_list_lose(struct export_reader *reader, struct export_list *list, const char *message)
{
    list->lost = true;
    export_problem(reader, "error", "missing-member", list->line, list->column, message);
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
        export_problem(reader, "error", "unexpected-type", 0, 0, "expected a string");
        json_cursor_skip(cursor);
        return NULL;
    }
    /* What is wrong in something that was passed over is no fault of this string. */
    export_complaint(reader);
    if (!json_cursor_string(cursor, &reader->scratch, &has_nul))
        return NULL;
    if (has_nul) {
        export_problem(reader, "error", "nul-character", 0, 0, "a string holds \\u0000, which no name in AWS can");
        return NULL;
    }
    /* A name that is not valid text is no name that a policy could mean. */
    if (export_complaint(reader))
        return NULL;
    return export_keep(reader, reader->scratch.data, reader->scratch.length);
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
        export_problem(reader, "error", "unexpected-type", 0, 0, "expected an object");
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
            export_problem(reader, "error", "duplicate-json-key", 0, 0,
                           "the member occurs more than once; the last one was used");
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

/* ---- documents */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* RFC 3986: '+' is a plus. What is no escape stays as it is. */
static void decode_percent(const char *text, size_t length, struct text *out)
{
    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            text_append_char(out, (char)(high << 4 | low));
            i += 2;
        } else {
            text_append_char(out, text[i]);
        }
    }
}

static void add_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                         uint32_t line, const char *layout, struct batch_document *document)
{
    document->entry =
        document_table_add(reader->documents, &reader->batch->arena, &reader->batch->added, kind, text, length);
    document->line = line;
    document->layout = layout;
    if (document->entry == NULL)
        reader->batch->failed = true;
}

void export_text_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                          uint32_t line, struct batch_document *document)
{
    add_document(reader, kind, text, length, line, "", document);
}

/* Text that is no JSON is kept as a JSON string, so that the policy is there and says that it cannot be read. */
static void add_garbage(struct export_reader *reader, enum policy_kind kind, const char *text, uint32_t line,
                        struct batch_document *document)
{
    struct text quoted = {0}, printable = {0};
    text_append_printable(&printable, text);
    text_append_char(&quoted, '"');
    for (size_t i = 0; i < printable.length; i++) {
        if (printable.data[i] == '"' || printable.data[i] == '\\')
            text_append_char(&quoted, '\\');
        text_append_char(&quoted, printable.data[i]);
    }
    text_append_char(&quoted, '"');
    if (quoted.data != NULL)
        add_document(reader, kind, quoted.data, quoted.length, line, "", document);
    text_free(&quoted);
    text_free(&printable);
}

/* A document in a string: JSON text, or percent-encoded JSON text. */
static void add_encoded(struct export_reader *reader, enum policy_kind kind, uint32_t line, uint32_t column,
                        struct batch_document *document)
{
    struct text decoded = {0}, compact = {0};
    struct json_cursor inner;
    const char *text = reader->scratch.data;
    size_t length = reader->scratch.length, start = strspn(text, " \t\r\n");
    if (start < length && text[start] == '%') {
        decode_percent(text, length, &decoded);
        text = decoded.data != NULL ? decoded.data : "";
        length = decoded.length;
    }
    json_cursor_open(&inner, text, length);
    bool good = json_cursor_peek(&inner) == CURSOR_OBJECT && json_cursor_compact(&inner, &compact, NULL) &&
                json_cursor_peek(&inner) == CURSOR_END && inner.error == NULL && inner.complaint == NULL;
    if (good && compact.data != NULL) {
        add_document(reader, kind, compact.data, compact.length, line, "", document);
    } else {
        export_problem(reader, "error", "invalid-policy", line, column,
                       "the policy document is a string that is neither JSON nor percent-encoded JSON");
        add_garbage(reader, kind, text, line, document);
    }
    text_free(&decoded);
    text_free(&compact);
}

/* A document whose very bytes were read before. held->place.length is how long it is if it is JSON, or 0. */
static bool find_place(struct export_reader *reader, enum policy_kind kind, struct export_held *held)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t length = json_cursor_peek(cursor) == CURSOR_OBJECT ? json_cursor_span(cursor) : 0;
    held->place = (struct document_place){.length = length};
    if (length == 0)
        return false;
    document_place_key(reader->documents, kind, cursor->depth, cursor->at, length, held->place.link.key);
    const struct document_place *found = document_table_find_place(reader->documents, held->place.link.key);
    if (found == NULL)
        return false;
    held->document = (struct batch_document){.entry = found->entry, .line = cursor->line, .layout = found->layout};
    json_cursor_pass(cursor, length, found->lines, found->line_start);
    return true;
}

static void hold_text(struct export_reader *reader, enum policy_kind kind, struct export_held *held)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *before = cursor->complaint;
    uint64_t start = json_cursor_offset(cursor);
    uint32_t line = cursor->line;
    held->text.length = held->lines.length = 0;
    text_append(&held->text, "", 0);
    text_append(&held->lines, "", 0);
    cursor->complaint = NULL;
    if (!json_cursor_compact(cursor, &held->text, &held->lines))
        return;
    held->document.line = line;
    held->place.lines = cursor->line - line;
    held->place.line_start = held->place.lines > 0 ? (uint32_t)(cursor->line_start - start) : 0;
    if (json_cursor_offset(cursor) != start + held->place.length)
        held->place.length = 0;
    if (cursor->complaint != NULL) {
        export_complaint(reader);
        add_garbage(reader, kind, "a policy document with invalid text", line, &held->document);
    } else {
        held->is_text = true;
    }
    cursor->complaint = before;
}

void export_hold_document(struct export_reader *reader, enum policy_kind kind)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_held *held = &reader->held;
    enum json_cursor_type type = json_cursor_peek(cursor);
    uint32_t line = cursor->line, column = json_cursor_column(cursor);
    held->document = (struct batch_document){.layout = ""};
    held->is_text = false;
    if (type == CURSOR_NULL) {
        json_cursor_skip(cursor);
    } else if (type == CURSOR_STRING) {
        bool has_nul = false;
        export_complaint(reader);
        if (!json_cursor_string(cursor, &reader->scratch, &has_nul))
            return;
        if (has_nul)
            export_problem(reader, "error", "nul-character", line, column, "the policy document holds \\u0000");
        if (export_complaint(reader) || has_nul)
            add_garbage(reader, kind, "a policy document with invalid text", line, &held->document);
        else
            add_encoded(reader, kind, line, column, &held->document);
    } else if (!find_place(reader, kind, held)) {
        if (type != CURSOR_OBJECT)
            export_problem(reader, "error", "invalid-policy", 0, 0, "a policy document is an object or a string");
        hold_text(reader, kind, held);
    }
}

void export_take_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document)
{
    struct export_held *held = &reader->held;
    *document = held->document;
    if (!held->is_text)
        return;
    add_document(reader, kind, held->text.data, held->text.length, held->document.line,
                 export_keep(reader, held->lines.data, held->lines.length), document);
    if (document->entry == NULL || held->place.length == 0)
        return;
    held->place.entry = document->entry;
    held->place.layout = document->layout;
    document_table_add_place(reader->documents, &held->place);
}

void export_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document)
{
    export_hold_document(reader, kind);
    export_take_document(reader, kind, document);
}

struct batch_principal *export_principal(struct export_reader *reader, enum batch_standing standing)
{
    struct batch_principal *principal = export_allocate(reader, sizeof *principal);
    if (principal != NULL)
        *principal = (struct batch_principal){.standing = standing,
                                              .unique_id = "",
                                              .created = "",
                                              .max_session_duration = -1,
                                              .trust = {.layout = ""},
                                              .line = reader->cursor.line};
    return principal;
}

void export_add_inline(struct export_reader *reader, struct batch_principal *principal, const char *name,
                       const struct batch_document *document)
{
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    if (policy == NULL)
        return;
    policy->name = name != NULL ? name : "";
    if (document != NULL)
        policy->document = *document;
    export_append_policy(&principal->inline_policies, policy);
}

void export_add_managed(struct export_reader *reader, struct batch_principal *principal, const char *arn)
{
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    const char *slash = strrchr(arn, '/');
    if (policy == NULL)
        return;
    policy->name = slash != NULL ? slash + 1 : arn;
    policy->arn = arn;
    export_append_policy(&principal->managed_policies, policy);
}

void export_add_pair(struct export_reader *reader, struct batch_pair **list, const char *key, const char *value)
{
    struct batch_pair *pair = export_allocate(reader, sizeof *pair);
    if (pair == NULL)
        return;
    pair->key = key;
    pair->value = value;
    while (*list != NULL)
        list = &(*list)->next;
    *list = pair;
}

bool export_add_group(struct export_reader *reader, struct batch_principal *principal, const char *arn)
{
    struct arn parts;
    if (arn == NULL || !arn_parse(arn, strlen(arn), &parts) || parts.kind != ARN_GROUP)
        return false;
    export_add_pair(reader, &principal->groups, export_keep(reader, parts.name.at, parts.name.length), NULL);
    return true;
}

bool export_tags(struct export_reader *reader, struct batch_pair **tags)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, known = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *key = export_keep(reader, reader->name.data, reader->name.length), *value = export_string(reader);
        if (value != NULL)
            export_add_pair(reader, tags, key, value);
        else
            known = false;
    }
    return known;
}

struct batch_managed_policy *export_policy(struct export_reader *reader, const char *arn, const char *name,
                                           enum batch_standing standing, const struct batch_document *document)
{
    struct arn parts;
    struct batch_managed_policy *policy = export_allocate(reader, sizeof *policy);
    if (policy == NULL || arn == NULL || !arn_parse(arn, strlen(arn), &parts) || parts.kind != ARN_POLICY)
        return NULL;
    policy->arn = arn;
    policy->standing = standing;
    policy->account = arn_is_account_id(parts.account.at, parts.account.length)
                          ? export_keep(reader, parts.account.at, parts.account.length)
                          : NULL;
    policy->name = name != NULL ? name : export_keep(reader, parts.name.at, parts.name.length);
    policy->version = "";
    policy->document = *document;
    if (policy->document.layout == NULL)
        policy->document.layout = "";
    BATCH_APPEND(reader->batch->managed_policies, policy);
    return policy;
}

struct batch_fact *export_fact(struct export_reader *reader, enum batch_fact_type type, const char *a, const char *b,
                               const char *c, const char *d)
{
    struct batch_fact *fact = export_allocate(reader, sizeof *fact);
    if (fact == NULL)
        return NULL;
    fact->type = type;
    fact->texts[0] = a;
    fact->texts[1] = b;
    fact->texts[2] = c;
    fact->texts[3] = d;
    BATCH_APPEND(reader->batch->facts, fact);
    return fact;
}
