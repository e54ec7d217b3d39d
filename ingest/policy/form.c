#include "ingest/policy/form.h"

#include "ingest/support/memory.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool form_has_byte(const char *bytes, size_t length, unsigned char byte)
{
    const char *end = bytes + length;
    for (const char *at = bytes; at < end; at++) {
        if (at + 2 < end && at[1] == '-') {
            if (byte >= (unsigned char)at[0] && byte <= (unsigned char)at[2])
                return true;
            at += 2;
        } else if (byte == (unsigned char)*at) {
            return true;
        }
    }
    return false;
}

void form_list_bytes(const char *bytes, size_t length, bool has[256])
{
    const char *end = bytes + length;
    memset(has, false, 256 * sizeof *has);
    for (const char *at = bytes; at < end; at++) {
        bool range = at + 2 < end && at[1] == '-';
        unsigned char last = (unsigned char)(range ? at[2] : at[0]);
        for (unsigned byte = (unsigned char)at[0]; byte <= last; byte++)
            has[byte] = true;
        at += range ? 2 : 0;
    }
}

const char *form_name(const char *name, const char **bytes, size_t *length)
{
    *bytes = name + 1;
    *length = strcspn(name + 1, (const char[]){FORM_NAME, '\0'});
    const char *end = name + 1 + *length;
    return *end == FORM_NAME ? end + 1 : end;
}

static bool is_same(char a, char b, bool ignoring_case)
{
    return a == b || (ignoring_case && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* How much of the text the form can have matched: from[i] says that its first i bytes match everything before the
 * current part, to[i] that they match the part too. */
static const char *read_part(const char *form, const char *text, size_t length, bool ignoring_case, const bool *from,
                             bool *to)
{
    const char *bytes = NULL, *end = form + 1;
    size_t count = 0;
    if (*form == FORM_NAME)
        end = form_name(form, &bytes, &count);
    to[0] = *form == '*' && from[0];
    for (size_t i = 0; i < length; i++)
        to[i + 1] = *form == '*'    ? from[i + 1] || to[i]
                    : bytes != NULL ? (from[i] || to[i]) && form_has_byte(bytes, count, (unsigned char)text[i])
                                    : from[i] && is_same(*form, text[i], ignoring_case);
    return end;
}

bool form_matches(const char *form, const char *text, bool ignoring_case)
{
    size_t length = strlen(text);
    for (; *form != '\0' && *form != FORM_NAME && *form != '*'; form++, text++, length--)
        if (length == 0 || !is_same(*form, *text, ignoring_case))
            return false;
    bool *from = memory_zeroed(2 * (length + 1), sizeof *from), *to = from + length + 1, *both = from;
    from[0] = true;
    while (*form != '\0') {
        form = read_part(form, text, length, ignoring_case, from, to);
        bool *read = to;
        to = from;
        from = read;
    }
    bool matches = from[length];
    free(both);
    return matches;
}
