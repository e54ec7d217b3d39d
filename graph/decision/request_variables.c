/*
 * Policy variables: ${key} and ${key, 'default'} in values and resources.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
#include "graph/decision/request_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/support/text.h"
#include <string.h>

static void append_escaped(struct text *text, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '*' || *value == '?' || *value == PATTERN_ESCAPE)
            text_append_char(text, PATTERN_ESCAPE);
        text_append_char(text, *value);
    }
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

/* ${key} or ${key, 'default'} between at and end. */
static enum substitution substitute_one(const struct request *request, const char *at, const char *end,
                                        struct text *out)
{
    const char *comma = memchr(at, ',', (size_t)(end - at));
    const char *key_end = comma != NULL ? comma : end;
    at = skip_spaces(at, key_end);
    while (key_end > at && key_end[-1] == ' ')
        key_end--;
    char *key = arena_copy_text(request->arena, at, (size_t)(key_end - at));
    struct key_value value = request_value(request, key);
    if (value.state == VALUE_KNOWN && value.count == 1) {
        append_escaped(out, value.values[0]);
        return SUBSTITUTED;
    }
    if (value.state != VALUE_KNOWN) {
        text_append_char(out, '*');
        return OPEN_VALUE;
    }
    const char *quote = comma != NULL ? memchr(comma, '\'', (size_t)(end - comma)) : NULL;
    const char *close = quote != NULL ? memchr(quote + 1, '\'', (size_t)(end - quote - 1)) : NULL;
    if (close == NULL)
        return NULL_VALUE;
    char *fallback = arena_copy_text(request->arena, quote + 1, (size_t)(close - quote - 1));
    append_escaped(out, fallback);
    return SUBSTITUTED;
}

enum substitution request_substitute(const struct request *request, const char *value, const char **result)
{
    *result = value;
    if (strstr(value, "${") == NULL)
        return SUBSTITUTED;
    struct text out = {0};
    enum substitution state = SUBSTITUTED;
    text_append_string(&out, "");
    while (*value != '\0') {
        const char *end = value[0] == '$' && value[1] == '{' ? strchr(value, '}') : NULL;
        if (end == NULL) {
            text_append_char(&out, *value++);
            continue;
        }
        const char *inside = value + 2;
        if (end - inside == 1 && (*inside == '*' || *inside == '?' || *inside == '$')) {
            if (*inside != '$')
                text_append_char(&out, PATTERN_ESCAPE);
            text_append_char(&out, *inside);
        } else {
            enum substitution one = substitute_one(request, inside, end, &out);
            state = one > state || (one == NULL_VALUE) ? one : state;
            if (one == NULL_VALUE)
                break;
        }
        value = end + 1;
    }
    *result = text_keep(&out, request->arena);
    if (state == NULL_VALUE)
        *result = NULL;
    return state;
}
