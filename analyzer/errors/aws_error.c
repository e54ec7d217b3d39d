#include "analyzer/errors/aws_error.h"

#include "analyzer/errors/error_cleaning.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the reason */

/* Source of the words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html. Both spellings
 * of "session policy" stand there. */
static const struct denier_words {
    const char *words;
    enum error_denier denier;
} denier_words[] = {{"identity-based policy", DENIER_IDENTITY}, {"service control policy", DENIER_SCP},
                    {"resource control policy", DENIER_RCP},    {"permissions boundary", DENIER_BOUNDARY},
                    {"session policy", DENIER_SESSION},         {"sessions policy", DENIER_SESSION},
                    {"VPC endpoint policy", DENIER_ENDPOINT},   {"role trust policy", DENIER_TRUST},
                    {"resource-based policy", DENIER_TRUST}};

const char *error_denier_words(enum error_denier denier)
{
    if (denier == DENIER_TRUST)
        return "role trust policy";
    for (size_t i = 0; i < sizeof denier_words / sizeof denier_words[0]; i++)
        if (denier_words[i].denier == denier)
            return denier_words[i].words;
    return NULL;
}

bool error_denier_layer(enum error_denier denier, enum decision_layer_kind *layer)
{
    static const struct {
        bool known;
        enum decision_layer_kind layer;
    } layers[] = {[DENIER_UNNAMED] = {false, LAYER_COUNT},    [DENIER_IDENTITY] = {true, LAYER_IDENTITY},
                  [DENIER_SCP] = {true, LAYER_SCP},           [DENIER_RCP] = {true, LAYER_RCP},
                  [DENIER_BOUNDARY] = {true, LAYER_BOUNDARY}, [DENIER_SESSION] = {false, LAYER_SESSION},
                  [DENIER_ENDPOINT] = {false, LAYER_COUNT},   [DENIER_TRUST] = {true, LAYER_TRUST}};
    *layer = layers[denier].layer;
    return layers[denier].known;
}

/* The text after one of these words and the spaces after it; NULL: none of them begins here. */
static const char *behind_one_of(const char *text, const char *const *words)
{
    text += strspn(text, " ,;:.");
    for (size_t i = 0; words[i] != NULL; i++)
        if (strncasecmp(text, words[i], strlen(words[i])) == 0)
            return text + strlen(words[i]);
    return NULL;
}

static const char *read_denier(const char *text, enum error_denier *denier)
{
    for (size_t i = 0; i < sizeof denier_words / sizeof denier_words[0]; i++)
        if (strncasecmp(text, denier_words[i].words, strlen(denier_words[i].words)) == 0) {
            *denier = denier_words[i].denier;
            return text + strlen(denier_words[i].words);
        }
    return NULL;
}

/* Cut at quotation marks (no name has any), and without the characters that end a sentence or a bracket.
 */
static const char *keep_word(struct arena *arena, const char *start, size_t length)
{
    while (length > 0 && strchr("\"'`(<[", start[0]) != NULL) {
        start++;
        length--;
    }
    for (size_t i = 0; i < length; i++)
        if (strchr("\"'`<>", start[i]) != NULL)
            length = i;
    while (length > 0 && strchr(".,;:)\"'`>]}\\", start[length - 1]) != NULL)
        length--;
    return length > 0 ? arena_copy_text(arena, start, length) : NULL;
}

/* Parses the reason at the end of a denial, in the forms of AWS's guide and of the console: "because no session policy
 * allows", "with an explicit deny in a session policy: arn:…", "Context: a service control policy explicitly denies the
 * action". */
static void read_reason(struct arena *arena, const char *text, struct aws_error *error)
{
    static const char *const implicit[] = {"because no ", "because the ", "Context: no ", "no ", NULL};
    static const char *const explicit[] = {"with an explicit deny in an ",
                                           "with an explicit deny in a ",
                                           "with an explicit deny in the ",
                                           "Context: an ",
                                           "Context: a ",
                                           "an ",
                                           "a ",
                                           NULL};
    const char *none = behind_one_of(text, implicit), *deny = behind_one_of(text, explicit);
    const char *rest = none != NULL ? none : deny;
    rest = rest != NULL ? read_denier(rest, &error->denier) : NULL;
    if (rest == NULL)
        return;
    error->explicit_deny = deny != NULL;
    if (strncasecmp(rest, " transitively through a ", 24) == 0)
        read_denier(rest + 24, &error->denier);
    if (deny != NULL && strncmp(rest, ": arn:", 6) == 0)
        error->policy_arn = keep_word(arena, rest + 2, strcspn(rest + 2, " "));
}

/* ---- one message */

/* The error code without what SDKs add to it. */
static const char *plain_code(struct arena *arena, const char *start, size_t length)
{
    static const char *const same[][2] = {{"AccessDeniedException", "AccessDenied"},
                                          {"UnauthorizedOperation", "AccessDenied"},
                                          {"Client.UnauthorizedOperation", "AccessDenied"}};
    size_t suffix = strlen("Exception");
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (length == strlen(same[i][0]) && strncmp(start, same[i][0], length) == 0)
            return same[i][1];
    bool region = length == strlen("RegionDisabledException") && strncmp(start, "Region", 6) == 0;
    if (!region && length > suffix && strncmp(start + length - suffix, "Exception", suffix) == 0)
        length -= suffix;
    return arena_copy_text(arena, start, length);
}

enum { AROUND = 400 }; /* bytes before and after a message in which its code is searched */

static void read_wrapper(struct arena *arena, const char *text, const struct error_place *message,
                         struct aws_error *error)
{
    size_t from = message->start > AROUND ? message->start - AROUND : 0;
    for (size_t i = 0; error_wrappers[i] != NULL; i++) {
        struct error_place place;
        if (!error_form_find(error_wrappers[i], text, from, &place) || place.start > message->end + AROUND)
            continue;
        size_t code = place.value_start[ERROR_CODE], operation = place.value_start[ERROR_OPERATION];
        if (error->code == NULL && place.value_end[ERROR_CODE] > code)
            error->code = plain_code(arena, text + code, place.value_end[ERROR_CODE] - code);
        if (error->operation == NULL && place.value_end[ERROR_OPERATION] > operation)
            error->operation = arena_copy_text(arena, text + operation, place.value_end[ERROR_OPERATION] - operation);
    }
}

/* An action as policies write it: the console leaves out the service. */
static void complete_action(struct arena *arena, struct aws_error *error)
{
    const char *action = error->values[ERROR_ACTION], *service = error->values[ERROR_SERVICE];
    if (action == NULL || service == NULL || strchr(action, ':') != NULL)
        return;
    error->values[ERROR_ACTION] = arena_print(arena, "%s:%s", service, action);
}

static void read_message(struct arena *arena, const char *text, const struct error_form *form,
                         const struct error_place *place, struct aws_error *error)
{
    *error = (struct aws_error){.form = form};
    for (int i = 0; i < ERROR_FIELD_COUNT; i++)
        if (place->value_end[i] > place->value_start[i])
            error->values[i] =
                keep_word(arena, text + place->value_start[i], place->value_end[i] - place->value_start[i]);
    complete_action(arena, error);
    if (error->values[ERROR_ACTION] == NULL)
        error->values[ERROR_ACTION] = form->action;
    read_wrapper(arena, text, place, error);
    if (form->cause == CAUSE_POLICIES)
        read_reason(arena, text + place->end, error);
}

/* Whether the match really is such a message: the code that the form needs is nearby, and what was denied is an
 * action. */
static bool counts(struct arena *arena, const char *text, const struct error_form *form,
                   const struct error_place *place)
{
    size_t start = place->value_start[ERROR_ACTION], length = place->value_end[ERROR_ACTION] - start;
    bool service = place->value_end[ERROR_SERVICE] > place->value_start[ERROR_SERVICE];
    struct aws_error error = {0};
    if (length > 0 && !service && memchr(text + start, ':', length) == NULL)
        return false;
    if (form->code == NULL)
        return true;
    read_wrapper(arena, text, place, &error);
    return error.code != NULL && strcmp(error.code, form->code) == 0;
}

/* Where a form matches next. */
struct upcoming {
    struct error_place place;
    bool found, over; /* over: nowhere */
};

static void look_ahead(struct arena *arena, const char *text, size_t from, const struct error_form *form,
                       struct upcoming *next)
{
    if (next->over || (next->found && next->place.start >= from))
        return;
    next->found = false;
    while (!next->found && error_form_find(form->reads, text, from, &next->place)) {
        next->found = counts(arena, text, form, &next->place);
        from = next->place.start + 1;
    }
    next->over = !next->found;
}

/* The next message in the text; NULL: none. If several forms match at one position, the longest match wins. `upcoming`
 * has an entry per form. */
static const struct error_form *next_message(struct arena *arena, const char *text, size_t from,
                                             struct upcoming *upcoming, struct error_place *found)
{
    const struct error_form *best = NULL;
    for (size_t i = 0; error_forms[i].id != NULL; i++) {
        const struct error_place *place = &upcoming[i].place;
        look_ahead(arena, text, from, &error_forms[i], &upcoming[i]);
        if (!upcoming[i].found)
            continue;
        if (best == NULL || place->start < found->start || (place->start == found->start && place->end > found->end)) {
            best = &error_forms[i];
            *found = *place;
        }
    }
    return best;
}

/* ---- all of a text */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_error(const struct aws_error *a, const struct aws_error *b)
{
    bool same = a->form == b->form && a->denier == b->denier && a->explicit_deny == b->explicit_deny;
    for (int i = 0; i < ERROR_FIELD_COUNT && same; i++)
        same = same_text(a->values[i], b->values[i]);
    return same;
}

static void add_error(struct aws_errors *errors, const struct aws_error *error)
{
    for (uint32_t i = 0; i < errors->count; i++)
        if (same_error(&errors->list[i], error))
            return;
    errors->more = errors->more || errors->count == ERRORS_MOST;
    if (errors->count < ERRORS_MOST)
        errors->list[errors->count++] = *error;
}

struct aws_errors aws_errors_read(struct arena *arena, const char *text, size_t length)
{
    struct aws_errors errors = {.list = arena_allocate_array(arena, ERRORS_MOST, sizeof *errors.list)};
    struct text clean = {0};
    struct error_place place;
    size_t forms = 0, at = 0;
    while (error_forms[forms].id != NULL)
        forms++;
    struct upcoming *upcoming = arena_allocate_array(arena, forms, sizeof *upcoming);
    error_clean(&clean, text, length);
    while (clean.length > 0 && !errors.more) {
        const struct error_form *form = next_message(arena, clean.data, at, upcoming, &place);
        struct aws_error error;
        if (form == NULL)
            break;
        read_message(arena, clean.data, form, &place, &error);
        add_error(&errors, &error);
        at = place.end;
    }
    text_free(&clean);
    return errors;
}

const struct aws_error *aws_error_of_message(struct arena *arena, const char *message)
{
    struct aws_errors errors = aws_errors_read(arena, message, strlen(message));
    return errors.count > 0 ? &errors.list[0] : NULL;
}
