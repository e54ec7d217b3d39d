/*
 * Questions that fix a key to another value than the known one: the question wins, and a resulting denial says so.
 */
#include "graph/decision/explanation_inside.h"
#include "graph/decision/request_inside.h"

#include <string.h>

static bool same_values(const struct fixed_key *fixed, const struct key_value *value)
{
    bool same = fixed->count == value->count;
    for (uint32_t i = 0; same && i < fixed->count; i++)
        same = strcmp(fixed->values[i], value->values[i]) == 0;
    return same;
}

static bool contradicts(const struct fixed_key *fixed, const struct key_value *value)
{
    if (value->state == VALUE_UNKNOWN)
        return fixed->count == 0 && context_key_find(fixed->key)->always;
    return !same_values(fixed, value) && (value->state == VALUE_KNOWN || fixed->count > 0);
}

static void append_values(struct text *text, const char *key, const char *const *values, uint32_t count)
{
    if (count == 0)
        text_format(text, "%s is absent", key);
    for (uint32_t i = 0; i < count; i++)
        text_format(text, i == 0 ? "%s = \"%s\"" : "%.0s and \"%s\"", key, values[i]);
}

void explaining_compare_with_question(struct explaining *work)
{
    struct decision_question open = *work->question;
    struct request request;
    struct decision without;
    struct text says = {0}, known = {0};
    if (work->decision->verdict != VERDICT_DENIED || open.fixed_count == 0)
        return;
    struct fixed_key *kept = arena_allocate_array(work->arena, open.fixed_count, sizeof *kept);
    uint32_t kept_count = 0;
    open.fixed_count = 0;
    question_request(work->evaluator, &open, "", &request);
    for (uint32_t i = 0; i < work->question->fixed_count; i++) {
        const struct fixed_key *fixed = &work->question->fixed[i];
        struct key_value value = request_value(&request, fixed->key);
        if (!contradicts(fixed, &value)) {
            kept[kept_count++] = *fixed;
            continue;
        }
        text_append_string(&says, says.length > 0 ? " and " : "");
        text_append_string(&known, known.length > 0 ? " and " : "");
        append_values(&says, fixed->key, fixed->values, fixed->count);
        if (value.state == VALUE_UNKNOWN)
            text_format(&known, "%s is in every call", fixed->key);
        else
            append_values(&known, fixed->key, value.values, value.count);
    }
    if (says.length > 0) {
        open.fixed = kept;
        open.fixed_count = kept_count;
        open.verdict_only = true;
        decision_decide(work->evaluator, &open, &without);
        if (without.verdict != VERDICT_DENIED) {
            work->says = arena_copy_text(work->arena, says.data, says.length);
            work->known = arena_copy_text(work->arena, known.data, known.length);
        }
    }
    text_free(&says);
    text_free(&known);
}
