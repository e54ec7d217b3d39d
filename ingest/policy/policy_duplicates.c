#include "ingest/policy/policy_duplicates.h"

#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Appended to the name, followed by the number. */
#define MARK '\x1F'

struct seen_name {
    const char *at;
    size_t length;
    uint32_t object;
    uint32_t count;
};

struct renamer {
    struct seen_name *seen; /* of all open objects, innermost last */
    size_t count, capacity;
    struct text out;
};

/* Writes the name (with its quotes, from at to end), marked if the object already has it. */
static void write_name(struct renamer *renamer, const char *at, const char *end, uint32_t object)
{
    size_t length = (size_t)(end - at);
    for (size_t i = renamer->count; i > 0 && renamer->seen[i - 1].object == object; i--) {
        struct seen_name *seen = &renamer->seen[i - 1];
        if (seen->length == length && memcmp(seen->at, at, length) == 0) {
            text_append(&renamer->out, at, length - 1);
            text_format(&renamer->out, "\\u%04x%u\"", (unsigned)MARK, ++seen->count);
            return;
        }
    }
    ARRAY_ADD(renamer->seen, renamer->count, renamer->capacity, (struct seen_name){at, length, object, 1});
    text_append(&renamer->out, at, length);
}

static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at < end ? at + 1 : end;
}

/* Names in the two spellings "a" and "\u0061" count as different here; the caller refuses such a document. */
char *policy_rename_duplicates(const char *text, size_t length)
{
    struct renamer renamer = {0};
    const char *at = text, *end = text + length;
    uint32_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            const char *after = string_end(at, end), *colon = after;
            while (colon < end && strchr(" \t\r\n", *colon) != NULL)
                colon++;
            if (colon < end && *colon == ':')
                write_name(&renamer, at, after, depth);
            else
                text_append(&renamer.out, at, (size_t)(after - at));
            at = after;
            continue;
        }
        if (*at == '{')
            depth++;
        if (*at == '}') {
            while (renamer.count > 0 && renamer.seen[renamer.count - 1].object == depth)
                renamer.count--;
            depth--;
        }
        text_append_char(&renamer.out, *at++);
    }
    free(renamer.seen);
    return text_release(&renamer.out);
}

size_t policy_name_length(const char *name)
{
    const char *mark = strchr(name, MARK);
    return mark != NULL ? (size_t)(mark - name) : strlen(name);
}

bool policy_is_repeated(const char *name)
{
    return strchr(name, MARK) != NULL;
}
