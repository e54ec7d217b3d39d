#include "analyzer/errors/error_forms.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { FIELD_MOST = 2048 }; /* longest value, in bytes: longer than any ARN */

const char *error_field_word(enum error_field field)
{
    static const char *const words[] = {[ERROR_CALLER] = "caller",
                                        [ERROR_ACTION] = "action",
                                        [ERROR_RESOURCE] = "resource",
                                        [ERROR_ROLE] = "role",
                                        [ERROR_PRINCIPAL] = "principal",
                                        [ERROR_ISSUER] = "issuer",
                                        [ERROR_ACCOUNT] = "account",
                                        [ERROR_SERVICE] = "service",
                                        [ERROR_CODE] = "code",
                                        [ERROR_OPERATION] = "operation",
                                        [ERROR_VALUE] = "value",
                                        [ERROR_NOW] = "now",
                                        [ERROR_THEN] = "then"};
    return words[field];
}

/* Reads a field of a form ("{caller}", "{value...}"); returns what follows it; NULL: no field begins here. */
static const char *read_field(const char *reads, enum error_field *field, bool *words)
{
    for (int i = 0; i < ERROR_FIELD_COUNT && reads[0] == '{'; i++) {
        const char *word = error_field_word((enum error_field)i);
        size_t length = strlen(word);
        if (strncmp(reads + 1, word, length) != 0)
            continue;
        const char *end = reads + 1 + length;
        *words = strncmp(end, "...", 3) == 0;
        end += *words ? 3 : 0;
        if (*end != '}')
            continue;
        *field = (enum error_field)i;
        return end + 1;
    }
    return NULL;
}

static bool match(const char *reads, const char *text, size_t at, struct error_place *place);

/* The shortest value after which the rest of the form matches; at the form's end, the whole word. */
static bool match_field(const char *rest, enum error_field field, bool words, const char *text, size_t at,
                        struct error_place *place)
{
    size_t end = at;
    while (text[end] != '\0' && (words || text[end] != ' ') && end - at < FIELD_MOST) {
        end++;
        bool last = *rest == '\0';
        if (last && text[end] != '\0' && text[end] != ' ')
            continue;
        if (match(rest, text, end, place)) {
            place->value_start[field] = at;
            place->value_end[field] = end;
            return true;
        }
    }
    return false;
}

/* Fills in the place's end and values. Values are set from the last to the first, so a failed match leaves none. */
static bool match(const char *reads, const char *text, size_t at, struct error_place *place)
{
    for (; *reads != '\0'; reads++) {
        enum error_field field;
        bool words;
        const char *rest = read_field(reads, &field, &words);
        if (rest != NULL)
            return match_field(rest, field, words, text, at, place);
        if (*reads == ' ') {
            while (text[at] == ' ')
                at++;
            continue;
        }
        if (tolower((unsigned char)*reads) != tolower((unsigned char)text[at]))
            return false;
        at++;
    }
    place->end = at;
    return true;
}

bool error_form_find(const char *reads, const char *text, size_t from, struct error_place *place)
{
    enum error_field field;
    bool words;
    bool begins_with_field = read_field(reads, &field, &words) != NULL;
    for (size_t at = from; text[at] != '\0'; at++) {
        bool starts = at == 0 || text[at - 1] == ' ' || text[at - 1] == '"' || text[at - 1] == '\'';
        if (begins_with_field ? !starts : tolower((unsigned char)text[at]) != tolower((unsigned char)reads[0]))
            continue;
        *place = (struct error_place){.start = at};
        if (match(reads, text, at, place))
            return true;
    }
    return false;
}
