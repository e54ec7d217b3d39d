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

/* Which prefixes of a text can be read: at[i] for the first i bytes. Only valid from first to last. */
struct readings {
    bool *at;
    size_t first, last;
};

/* Extends the prefixes by one part of the form; false: none is left. */
static bool read_part(const char *form, const char *bytes, size_t count, const char *text, size_t length,
                      bool ignoring_case, const struct readings *from, struct readings *to)
{
    bool star = *form == '*', any = false;
    to->first = from->first + !star;
    to->last = star || bytes != NULL ? length : from->last + 1 < length ? from->last + 1 : length;
    for (size_t i = to->first; i <= to->last; i++) {
        bool before = i > from->first && i - 1 <= from->last && from->at[i - 1], more = i > to->first && to->at[i - 1];
        to->at[i] = star            ? (i <= from->last && from->at[i]) || more
                    : bytes != NULL ? (before || more) && form_has_byte(bytes, count, (unsigned char)text[i - 1])
                                    : before && is_same(*form, text[i - 1], ignoring_case);
        any = any || to->at[i];
        if (bytes != NULL && !to->at[i] && i > from->last)
            to->last = i;
    }
    return any;
}

bool form_matches(const char *form, const char *text, bool ignoring_case)
{
    size_t length = strlen(text);
    for (; *form != '\0' && *form != FORM_NAME && *form != '*'; form++, text++, length--)
        if (length == 0 || !is_same(*form, *text, ignoring_case))
            return false;
    bool *both = memory_zeroed(2 * (length + 1), sizeof *both), can = true;
    struct readings from = {both, 0, 0}, to = {both + length + 1, 0, 0};
    from.at[0] = true;
    while (*form != '\0' && can) {
        const char *bytes = NULL, *end = form + 1;
        size_t count = 0;
        if (*form == FORM_NAME)
            end = form_name(form, &bytes, &count);
        can = read_part(form, bytes, count, text, length, ignoring_case, &from, &to);
        struct readings read = to;
        to = from;
        from = read;
        form = end;
    }
    bool matches = can && from.last == length && from.at[length];
    free(both);
    return matches;
}
