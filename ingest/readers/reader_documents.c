/*
 * The policy documents of reader.h, in all the forms that exports have.
 */
#include "ingest/readers/reader.h"

#include <string.h>

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* RFC 3986: '+' is a plus. Anything that is not an escape is kept. */
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
}

void export_text_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                          uint32_t line, struct batch_document *document)
{
    add_document(reader, kind, text, length, line, "", document);
}

/* Text that is not JSON is kept as a JSON string, so that the policy exists and is reported as unreadable. */
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
        text = decoded.data;
        length = decoded.length;
    }
    json_cursor_open(&inner, text, length);
    bool good = json_cursor_peek(&inner) == CURSOR_OBJECT && json_cursor_compact(&inner, &compact, NULL) &&
                json_cursor_peek(&inner) == CURSOR_END && inner.error == NULL && inner.complaint == NULL;
    if (good) {
        add_document(reader, kind, compact.data, compact.length, line, "", document);
    } else {
        export_problem(reader, PROBLEM_ERROR, "invalid-policy", line, column,
                       "the policy document is a string that is neither JSON nor percent-encoded JSON");
        add_garbage(reader, kind, text, line, document);
    }
    text_free(&decoded);
    text_free(&compact);
}

/* A document with exactly these bytes that was read before. held->place.length: its length if it is JSON, or 0. */
static bool find_place(struct export_reader *reader, enum policy_kind kind, struct export_held *held)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t length = json_cursor_peek(cursor) == CURSOR_OBJECT ? json_cursor_span(cursor) : 0;
    held->place = (struct document_place){.length = length};
    if (length == 0)
        return false;
    document_place_key(reader->documents, kind, cursor->depth, cursor->at, length, held->place_key);
    const struct document_place *found = document_table_find_place(reader->documents, held->place_key);
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
        add_garbage(reader, kind, "a policy document with invalid characters", line, &held->document);
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
            export_problem(reader, PROBLEM_ERROR, "nul-character", line, column, "the policy document holds \\u0000");
        if (export_complaint(reader) || has_nul)
            add_garbage(reader, kind, "a policy document with invalid characters", line, &held->document);
        else
            add_encoded(reader, kind, line, column, &held->document);
    } else if (!find_place(reader, kind, held)) {
        if (type != CURSOR_OBJECT)
            export_problem(reader, PROBLEM_ERROR, "invalid-policy", 0, 0,
                           "expected a policy document: an object or a string");
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
    if (held->place.length == 0)
        return;
    held->place.entry = document->entry;
    held->place.layout = document->layout;
    document_table_add_place(reader->documents, held->place_key, &held->place);
}

void export_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document)
{
    export_hold_document(reader, kind);
    export_take_document(reader, kind, document);
}
