#include "ingest/input/json_cursor.h"

#include "ingest/input/json_span.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define SMALLEST_WINDOW ((size_t)256 * 1024)

static void reserve_window(struct json_window *window, size_t room)
{
    ARRAY_RESERVE(window->buffer, room < SMALLEST_WINDOW ? SMALLEST_WINDOW : room, window->room);
}

void json_cursor_open(struct json_cursor *cursor, const char *text, size_t length)
{
    *cursor = (struct json_cursor){.at = text, .end = text + length, .begin = text, .line = 1};
}

uint64_t json_cursor_offset(const struct json_cursor *cursor)
{
    return cursor->passed + (uint64_t)(cursor->at - cursor->begin);
}

uint32_t json_cursor_column(const struct json_cursor *cursor)
{
    return (uint32_t)(json_cursor_offset(cursor) - cursor->line_start) + 1;
}

void json_cursor_fail(struct json_cursor *cursor, const char *message)
{
    if (cursor->error == NULL) {
        cursor->error = message;
        cursor->error_line = cursor->line;
        cursor->error_column = json_cursor_column(cursor);
    }
    cursor->at = cursor->end;
}

void json_cursor_open_window(struct json_cursor *cursor, struct json_window *window)
{
    reserve_window(window, 0);
    json_cursor_open(cursor, window->buffer, 0);
    cursor->window = window;
}

static void complain(struct json_cursor *cursor, const char *message)
{
    cursor->complaint = message;
    cursor->complaint_line = cursor->line;
    cursor->complaint_column = json_cursor_column(cursor);
}

/* Reads more text after `end`. Text before the current position is dropped, unless it must be kept, and the rest moves:
 * only the cursor's own pointers into the text stay valid. False at the end of the text. */
static bool refill(struct json_cursor *cursor)
{
    struct json_window *window = cursor->window;
    if (window == NULL || cursor->error != NULL)
        return false;
    const char *from = cursor->keep != NULL ? cursor->keep : cursor->at;
    size_t rest = (size_t)(cursor->end - from), kept = (size_t)(cursor->at - from);
    if (rest > 0 && from > cursor->begin)
        memmove(window->buffer, from, rest);
    cursor->passed += (uint64_t)(from - cursor->begin);
    reserve_window(window, rest + SMALLEST_WINDOW / 2);
    size_t got = window->read(window->context, window->buffer + rest, window->room - rest);
    cursor->begin = window->buffer;
    cursor->at = cursor->begin + kept;
    cursor->end = cursor->begin + rest + got;
    if (cursor->keep != NULL)
        cursor->keep = cursor->begin;
    return got > 0;
}

size_t json_cursor_ahead(struct json_cursor *cursor, size_t length)
{
    while ((size_t)(cursor->end - cursor->at) < length && refill(cursor))
        ;
    return (size_t)(cursor->end - cursor->at);
}

/* Longer values are not searched: the window would have to hold them. */
#define LONGEST_SPAN ((size_t)1 << 20)

size_t json_cursor_span(struct json_cursor *cursor)
{
    struct json_span span = {0};
    size_t passed = 0, available = (size_t)(cursor->end - cursor->at), length;
    char last[JSON_SPAN_BLOCK];
    while (passed < LONGEST_SPAN) {
        if (available - passed < JSON_SPAN_BLOCK)
            available = json_cursor_ahead(cursor, passed + JSON_SPAN_BLOCK);
        if (available - passed < JSON_SPAN_BLOCK) {
            memset(last, ' ', sizeof last);
            memcpy(last, cursor->at + passed, available - passed);
            length = json_span_add(&span, last);
            return length > 0 ? passed + length : 0;
        }
        length = json_span_add(&span, cursor->at + passed);
        if (length > 0)
            return passed + length;
        passed += JSON_SPAN_BLOCK;
    }
    return 0;
}

void json_cursor_pass(struct json_cursor *cursor, size_t length, uint32_t lines, uint32_t line_start)
{
    if (lines > 0)
        cursor->line_start = json_cursor_offset(cursor) + line_start;
    cursor->line += lines;
    cursor->at += length;
}

void json_cursor_mark(struct json_cursor *cursor, struct json_cursor *mark)
{
    cursor->keep = cursor->at;
    *mark = *cursor;
}

void json_cursor_return(struct json_cursor *cursor, const struct json_cursor *mark)
{
    struct json_cursor back = *mark;
    back.at = cursor->keep;
    back.end = cursor->end;
    back.begin = cursor->begin;
    back.passed = cursor->passed;
    back.keep = NULL;
    *cursor = back;
}

void json_cursor_forget(struct json_cursor *cursor)
{
    cursor->keep = NULL;
}

/* Moves over spaces: exports are indented. */
static inline const char *skip_blanks(const char *at, const char *end)
{
#if defined(__SSE2__)
    const __m128i blank = _mm_set1_epi8(' ');
    while (end - at >= 16) {
        unsigned mask =
            (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), blank));
        if (mask != 0xFFFFu)
            return at + __builtin_ctz(~mask);
        at += 16;
    }
#endif
    while (at < end && *at == ' ')
        at++;
    return at;
}

static inline void skip_space(struct json_cursor *cursor)
{
    const char *at = cursor->at, *end = cursor->end;
    if (at<end && * at> ' ')
        return;
    for (;;) {
        at = skip_blanks(at, end);
        if (at == end) {
            cursor->at = at;
            if (!refill(cursor))
                return;
            at = cursor->at;
            end = cursor->end;
            continue;
        }
        if (*at == '\n') {
            cursor->line++;
            cursor->line_start = cursor->passed + (uint64_t)(at + 1 - cursor->begin);
        } else if (*at != '\t' && *at != '\r') {
            break;
        }
        at++;
    }
    cursor->at = at;
}

void json_cursor_pass_space(struct json_cursor *cursor)
{
    skip_space(cursor);
}

enum json_cursor_type json_cursor_peek(struct json_cursor *cursor)
{
    skip_space(cursor);
    if (cursor->at == cursor->end)
        return CURSOR_END;
    switch (*cursor->at) {
    case '{':
        return CURSOR_OBJECT;
    case '[':
        return CURSOR_ARRAY;
    case '"':
        return CURSOR_STRING;
    case 't':
        return CURSOR_TRUE;
    case 'f':
        return CURSOR_FALSE;
    case 'n':
        return CURSOR_NULL;
    default:
        if (*cursor->at == '-' || (*cursor->at >= '0' && *cursor->at <= '9'))
            return CURSOR_NUMBER;
        json_cursor_fail(cursor, "expected a JSON value");
        return CURSOR_END;
    }
}

/* ---- strings */

/* Skips bytes of a string that need no closer look: printable ASCII other than quotes and backslashes. */
static inline const char *skip_plain(const char *at, const char *end)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1F);
    while (end - at >= 16) {
        __m128i chunk = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i bad = _mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, backslash));
        /* Signed: bytes of 0x80 and more are negative and so not greater than 0x1F either. */
        __m128i plain = _mm_cmpgt_epi8(chunk, control);
        unsigned mask = (unsigned)_mm_movemask_epi8(bad) | (~(unsigned)_mm_movemask_epi8(plain) & 0xFFFFu);
        if (mask != 0)
            return at + __builtin_ctz(mask);
        at += 16;
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && (signed char)*at > 0x1F)
        at++;
    return at;
}

/* Length of the valid UTF-8 sequence at `at`, 0 if there is none. */
static size_t sequence_length(const unsigned char *at, const unsigned char *end)
{
    size_t length = at[0] >= 0xC2 && at[0] < 0xE0 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >= 0xF0 && at[0] < 0xF5 ? 4 : 0;
    if (length == 0 || (size_t)(end - at) < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] >= 0xA0) || (at[0] == 0xF0 && at[1] < 0x90) ||
        (at[0] == 0xF4 && at[1] >= 0x90))
        return 0;
    return length;
}

static bool read_hex(const char *at, const char *end, uint32_t *value)
{
    if (end - at < 4)
        return false;
    *value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static void append_code(struct text *text, uint32_t code)
{
    char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i > 1; i--, code >>= 6)
        bytes[i - 1] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(length == 1 ? code : lead[length] | code);
    text_append(text, bytes, length);
}

/* One escape. The cursor is at the backslash, and the bytes of two escapes are in the window. text may be NULL. */
static bool read_escape(struct json_cursor *cursor, struct text *text, bool *has_nul)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (cursor->end - cursor->at < 2) {
        json_cursor_fail(cursor, "the file ends inside a string");
        return false;
    }
    char c = cursor->at[1];
    const char *name = c != '\0' ? strchr(names, c) : NULL;
    if (name != NULL) {
        if (text != NULL)
            text_append_char(text, values[name - names]);
        cursor->at += 2;
        return true;
    }
    uint32_t code = 0, low = 0;
    if (c != 'u' || !read_hex(cursor->at + 2, cursor->end, &code)) {
        json_cursor_fail(cursor, "invalid escape in a string");
        return false;
    }
    const char *after = cursor->at + 6;
    if (code >= 0xD800 && code < 0xDC00 && cursor->end - after >= 6 && after[0] == '\\' && after[1] == 'u' &&
        read_hex(after + 2, cursor->end, &low) && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        after += 6;
    }
    if (code >= 0xD800 && code < 0xE000) {
        complain(cursor, "an unpaired surrogate in a string");
        code = 0xFFFD;
    }
    if (code == 0 && has_nul != NULL)
        *has_nul = true;
    else if (text != NULL && code != 0)
        append_code(text, code);
    cursor->at = after;
    return true;
}

/* The longest part of a string that is read as a whole: a surrogate pair in two escapes. */
#define LONGEST_CHARACTER 12

/* Moves past a string; the cursor is at its opening quote. Appends it decoded to `decoded`, or unchanged to `raw`;
 * either or both may be NULL. */
static bool read_string(struct json_cursor *cursor, struct text *decoded, struct text *raw, bool *has_nul)
{
    const char *start = cursor->at++; /* of the text that is not in raw yet */
    for (;;) {
        const char *plain = cursor->at;
        cursor->at = skip_plain(plain, cursor->end);
        if (decoded != NULL && cursor->at > plain)
            text_append(decoded, plain, (size_t)(cursor->at - plain));
        if (cursor->at < cursor->end && *cursor->at == '"') {
            cursor->at++;
            if (raw != NULL)
                text_append(raw, start, (size_t)(cursor->at - start));
            return true;
        }
        if (cursor->end - cursor->at < LONGEST_CHARACTER) {
            if (raw != NULL)
                text_append(raw, start, (size_t)(cursor->at - start));
            json_cursor_ahead(cursor, LONGEST_CHARACTER);
            start = cursor->at;
        }
        if (cursor->at == cursor->end) {
            json_cursor_fail(cursor, "the file ends inside a string");
            return false;
        }
        unsigned char c = (unsigned char)*cursor->at;
        if (c == '\\') {
            if (!read_escape(cursor, decoded, has_nul))
                return false;
            continue;
        }
        if (c < 0x20) {
            json_cursor_fail(cursor, "a control character inside a string");
            return false;
        }
        size_t length =
            c < 0x80 ? 1 : sequence_length((const unsigned char *)cursor->at, (const unsigned char *)cursor->end);
        if (length == 0) {
            complain(cursor, "invalid UTF-8");
            if (decoded != NULL)
                append_code(decoded, 0xFFFD);
            cursor->at++;
            continue;
        }
        if (decoded != NULL && c != '"')
            text_append(decoded, cursor->at, length);
        if (c != '"')
            cursor->at += length;
    }
}

bool json_cursor_string(struct json_cursor *cursor, struct text *text, bool *has_nul)
{
    bool nul = false;
    text->length = 0;
    text_append(text, "", 0);
    if (json_cursor_peek(cursor) != CURSOR_STRING) {
        json_cursor_fail(cursor, "expected a string");
        return false;
    }
    bool done = read_string(cursor, text, NULL, &nul);
    if (has_nul != NULL)
        *has_nul = nul;
    return done;
}

/* ---- numbers and literals */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Brings all of a number into memory. */
static void gather_number(struct json_cursor *cursor)
{
    size_t length = 0;
    do
        while (cursor->at + length < cursor->end && cursor->at[length] != '\0' &&
               strchr("+-.0123456789Ee", cursor->at[length]) != NULL)
            length++;
    while (cursor->at + length == cursor->end && refill(cursor));
}

static bool read_number(struct json_cursor *cursor)
{
    gather_number(cursor);
    const char *at = cursor->at, *end = cursor->end;
    if (*at == '-')
        at++;
    const char *digits = at;
    at = skip_digits(at, end);
    bool good = at > digits && (*digits != '0' || at == digits + 1);
    if (good && at < end && *at == '.') {
        const char *fraction = ++at;
        at = skip_digits(at, end);
        good = at > fraction;
    }
    if (good && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        const char *exponent = at;
        at = skip_digits(at, end);
        good = at > exponent;
    }
    if (!good) {
        json_cursor_fail(cursor, "not a number");
        return false;
    }
    cursor->at = at;
    return true;
}

static bool read_literal(struct json_cursor *cursor, const char *word)
{
    size_t length = strlen(word);
    if (json_cursor_ahead(cursor, length) < length || memcmp(cursor->at, word, length) != 0) {
        json_cursor_fail(cursor, "expected true, false or null");
        return false;
    }
    cursor->at += length;
    return true;
}

/* ---- objects and arrays */

bool json_cursor_enter(struct json_cursor *cursor, enum json_cursor_type type)
{
    if (json_cursor_peek(cursor) != type) {
        json_cursor_fail(cursor, type == CURSOR_OBJECT ? "expected an object" : "expected an array");
        return false;
    }
    if (++cursor->depth > JSON_CURSOR_MAXIMUM_DEPTH) {
        json_cursor_fail(cursor, "nested too deeply");
        return false;
    }
    cursor->at++;
    return true;
}

/* Moves to the next item of an object or array, or past its end. */
static bool next_item(struct json_cursor *cursor, bool *first, char close)
{
    if (cursor->error != NULL)
        return false;
    skip_space(cursor);
    if (cursor->at == cursor->end) {
        json_cursor_fail(cursor, close == '}' ? "the file ends inside an object" : "the file ends inside an array");
        return false;
    }
    if (*cursor->at == close) {
        cursor->at++;
        cursor->depth--;
        return false;
    }
    if (!*first) {
        if (*cursor->at != ',') {
            json_cursor_fail(cursor, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
            return false;
        }
        cursor->at++;
        skip_space(cursor);
        if (cursor->at < cursor->end && *cursor->at == close) {
            json_cursor_fail(cursor, "a comma before the closing bracket");
            return false;
        }
    }
    *first = false;
    return true;
}

static bool read_colon(struct json_cursor *cursor)
{
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != ':') {
        json_cursor_fail(cursor, "expected ':'");
        return false;
    }
    cursor->at++;
    return true;
}

bool json_cursor_next_member(struct json_cursor *cursor, bool *first, struct text *name)
{
    return next_item(cursor, first, '}') && json_cursor_string(cursor, name, NULL) && read_colon(cursor);
}

bool json_cursor_next_element(struct json_cursor *cursor, bool *first)
{
    return next_item(cursor, first, ']');
}

/* ---- whole values */

struct layout_state {
    struct text *lines; /* NULL: not wanted */
    uint32_t first_line;
    uint32_t statements; /* seen so far */
    bool in_statement;   /* the value that follows is that of "Statement" */
};

static void note_statement(struct layout_state *layout, const struct json_cursor *cursor)
{
    text_format(layout->lines, layout->statements++ == 0 ? "%u" : ",%u", cursor->line - layout->first_line);
}

/* The open brackets of a value. Beyond the maximum depth they are still counted, so that reading can continue after the
 * value. */
struct brackets {
    char shallow[JSON_CURSOR_MAXIMUM_DEPTH];
    struct text deep;
    uint32_t level;
};

static void open_bracket(struct brackets *brackets, char bracket)
{
    if (brackets->level < JSON_CURSOR_MAXIMUM_DEPTH)
        brackets->shallow[brackets->level] = bracket;
    else
        text_append_char(&brackets->deep, bracket);
    brackets->level++;
}

static char innermost(const struct brackets *brackets)
{
    if (brackets->level <= JSON_CURSOR_MAXIMUM_DEPTH)
        return brackets->shallow[brackets->level - 1];
    return brackets->deep.data[brackets->deep.length - 1];
}

static void close_bracket(struct brackets *brackets)
{
    if (brackets->level > JSON_CURSOR_MAXIMUM_DEPTH)
        brackets->deep.length--;
    brackets->level--;
}

static bool pass_member_name(struct json_cursor *cursor, const struct brackets *brackets, struct layout_state *layout,
                             struct text *out)
{
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != '"') {
        json_cursor_fail(cursor, "expected a member name");
        return false;
    }
    size_t before = out != NULL ? out->length : 0;
    if (!read_string(cursor, NULL, out, NULL))
        return false;
    if (layout->lines != NULL && brackets->level == 1)
        layout->in_statement =
            out != NULL && out->length - before == 11 && memcmp(out->data + before, "\"Statement\"", 11) == 0;
    if (out != NULL)
        text_append_char(out, ':');
    return read_colon(cursor);
}

/* Moves past one value, appending it compactly to out if that is not NULL. Not recursive, so that no input can exhaust
 * the stack. */
static bool pass_nested(struct json_cursor *cursor, struct text *out, struct layout_state *layout,
                        struct brackets *brackets)
{
    uint32_t outer = cursor->depth;
    for (;;) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        uint64_t start = json_cursor_offset(cursor);
        bool first = false;
        if (layout->lines != NULL && layout->in_statement &&
            ((brackets->level == 1 && type == CURSOR_OBJECT) || (brackets->level == 2 && innermost(brackets) == '[')))
            note_statement(layout, cursor);
        if (type == CURSOR_END) {
            json_cursor_fail(cursor, "the file ends where a value is expected");
            return false;
        }
        if (type == CURSOR_OBJECT || type == CURSOR_ARRAY) {
            open_bracket(brackets, *cursor->at);
            cursor->at++;
            first = true;
            if (brackets->level + outer == JSON_CURSOR_MAXIMUM_DEPTH + 1)
                complain(cursor, "nested too deeply");
        } else if (type == CURSOR_STRING   ? !read_string(cursor, NULL, out, NULL)
                   : type == CURSOR_NUMBER ? !read_number(cursor)
                                           : !read_literal(cursor, type == CURSOR_TRUE    ? "true"
                                                                   : type == CURSOR_FALSE ? "false"
                                                                                          : "null")) {
            return false;
        }
        if (out != NULL && type != CURSOR_STRING)
            text_append(out, cursor->at - (json_cursor_offset(cursor) - start),
                        (size_t)(json_cursor_offset(cursor) - start));
        /* Close what ends here, then move to the next value. */
        for (;;) {
            if (brackets->level == 0)
                return true;
            bool comma = !first;
            char close = innermost(brackets) == '{' ? '}' : ']';
            cursor->depth++;
            bool more = next_item(cursor, &first, close);
            cursor->depth = outer;
            if (more) {
                if (out != NULL && comma)
                    text_append_char(out, ',');
                break;
            }
            if (cursor->error != NULL)
                return false;
            if (out != NULL)
                text_append_char(out, close);
            close_bracket(brackets);
            first = false;
        }
        if (innermost(brackets) == '{' && !pass_member_name(cursor, brackets, layout, out))
            return false;
    }
}

static bool pass_value(struct json_cursor *cursor, struct text *out, struct text *lines)
{
    struct brackets brackets;
    brackets.deep = (struct text){0};
    brackets.level = 0;
    json_cursor_peek(cursor);
    struct layout_state layout = {.lines = lines, .first_line = cursor->line};
    bool done = pass_nested(cursor, out, &layout, &brackets);
    text_free(&brackets.deep);
    return done;
}

bool json_cursor_skip(struct json_cursor *cursor)
{
    return pass_value(cursor, NULL, NULL);
}

bool json_cursor_compact(struct json_cursor *cursor, struct text *out, struct text *lines)
{
    return pass_value(cursor, out, lines);
}
