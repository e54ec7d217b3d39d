#include "analyzer/commands/explain_error.h"

#include "analyzer/analysis/analysis.h"
#include "analyzer/errors/error_events.h"
#include "analyzer/errors/error_parties.h"
#include "analyzer/report/error_answer.h"
#include "graph/model/lookup.h"
#include "ingest/input/input_stream.h"
#include "ingest/support/json_build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PIECE = 65536 };
#define TEXT_MOST (16u << 20)

/* A question about one error. */
struct asking {
    struct analysis *analysis;
    struct arena *arena;
    const char *caller, *role; /* from the command line; NULL: not given */
};

/* ---- reading */

/* The whole file. False: an error was printed. */
static bool read_file(const char *path, struct text *text)
{
    struct input_stream stream;
    const char *error = NULL;
    uint64_t digest[2];
    char piece[PIECE];
    if (!input_stream_open(&stream, path, &error)) {
        command_error("explain: %s: %s", path, error);
        return false;
    }
    for (size_t got; (got = input_stream_read(&stream, piece, PIECE)) > 0 && text->length <= TEXT_MOST;)
        text_append(text, piece, got);
    error = stream.error;
    input_stream_close(&stream, piece, PIECE, digest);
    if (text->length > TEXT_MOST)
        error = "it has more than 16 MiB; give the part with the error";
    if (error != NULL)
        command_error("explain: %s: %s", path, error);
    return error == NULL;
}

static int read_error(const char *given, struct arena *arena, struct aws_errors *errors)
{
    struct text text = {0};
    bool good = strcmp(given, "-") == 0 ? read_file("-", &text) : true;
    if (good && text.length == 0)
        text_append_string(&text, strcmp(given, "-") == 0 ? "" : given);
    if (good)
        *errors = aws_errors_read(arena, text.data != NULL ? text.data : "", text.length);
    if (good && errors->count == 0)
        command_error("explain: --error: no message of AWS about assuming roles is in that text; paste it as it was "
                      "printed, from \"User: \" or \"An error occurred\" on, or give a CloudTrail record with --event");
    text_free(&text);
    return good && errors->count > 0 ? EXIT_YES : EXIT_USAGE;
}

static int read_events(const char *path, struct arena *arena, struct aws_errors *errors)
{
    struct text text = {0};
    const char *problem = NULL;
    bool good = read_file(path, &text);
    if (good && !error_events_read(arena, text.data != NULL ? text.data : "", text.length, errors, &problem)) {
        command_error("explain: --event: %s: it is not JSON (%s); a message alone is for --error", path, problem);
        good = false;
    } else if (good && errors->count == 0) {
        command_error("explain: --event: %s: it contains no call to assume a role", path);
        good = false;
    }
    text_free(&text);
    return good ? EXIT_YES : EXIT_USAGE;
}

/* ---- asking the exports */

static void note(struct error_answer *answer, const char *words)
{
    if (words != NULL && answer->note_count < sizeof answer->notes / sizeof answer->notes[0])
        answer->notes[answer->note_count++] = words;
}

/* Takes the party, or the reason why it was not found. A principal that does not exist cannot call or be called. */
static bool take_party(const struct error_party *party, struct error_answer *answer)
{
    note(answer, party->note);
    if (party->absent && answer->error->form != NULL) {
        note(answer, party->obstacle);
        answer->agreement = AGREEMENT_DENIED;
    } else {
        answer->obstacle = party->obstacle;
    }
    return party->obstacle == NULL;
}

/* Finds the role. False: the answer says why not. */
static bool find_role(const struct asking *asking, struct error_answer *answer, uint32_t *role)
{
    const struct aws_error *error = answer->error;
    const char *named =
        error->values[ERROR_RESOURCE] != NULL ? error->values[ERROR_RESOURCE] : error->values[ERROR_ROLE];
    if (named == NULL || asking->role != NULL)
        named = asking->role;
    if (named == NULL) {
        answer->obstacle = "which role was called, the error does not say: name the role after the error (explain "
                           "--error TEXT ROLE, or PRINCIPAL ROLE)";
        return false;
    }
    struct error_party party = error_find_role(asking->analysis, asking->arena, named, role);
    return take_party(&party, answer);
}

/* The action on a role that was called; STS_ACTION_COUNT: another, or the error does not say. */
static enum sts_action_id action_of(const struct aws_error *error)
{
    return error->values[ERROR_ACTION] != NULL ? sts_action_find(error->values[ERROR_ACTION]) : STS_ACTION_COUNT;
}

/* The identity providers that the role trusts, of the kind that the error is about. */
struct admitted {
    const struct edges *edges;
    enum caller_kind kind;
    struct text names;
    const struct caller *one;
    uint32_t count;
};

static bool note_admitted(uint32_t caller, const struct edge *edge, void *context)
{
    struct admitted *admitted = context;
    const struct caller *provider = &admitted->edges->nodes[caller];
    (void)edge;
    if (provider->kind != admitted->kind)
        return true;
    text_format(&admitted->names, "%s%s", admitted->count > 0 ? ", " : "", provider->text);
    admitted->one = provider;
    admitted->count++;
    return true;
}

/* The caller with a token or an assertion, if the error does not name it: the only provider that the role trusts.
 * False: the answer says why not. */
static bool find_provider(const struct asking *asking, struct error_answer *answer, uint32_t role,
                          struct caller *caller)
{
    bool saml = action_of(answer->error) == STS_ASSUME_ROLE_WITH_SAML;
    struct admitted admitted = {.edges = analysis_edges(asking->analysis),
                                .kind = saml ? CALLER_SAML_PROVIDER : CALLER_WEB_IDENTITY};
    const char *name = asking->analysis->model->principals[role].name, *kind = saml ? "SAML provider" : "OIDC provider";
    struct arena *arena = asking->arena;
    edges_each_caller(admitted.edges, role, note_admitted, &admitted);
    if (admitted.count == 1) {
        *caller = *admitted.one;
        note(answer,
             arena_print(arena, "%s is taken as the caller: no other %s can assume the role", caller->text, kind));
    } else if (admitted.count == 0) {
        note(answer, arena_print(arena, "no %s can assume role %s", kind, name));
        answer->agreement = AGREEMENT_DENIED;
    } else {
        answer->obstacle = arena_print(arena, "role %s admits several (%s): name the %s and the role after the error",
                                       name, admitted.names.data, kind);
    }
    text_free(&admitted.names);
    return admitted.count == 1;
}

/* Finds the caller; `usual` is used if nothing names it. */
static bool find_caller(const struct asking *asking, struct error_answer *answer, const char *usual,
                        struct caller *caller)
{
    const char *named = answer->error->values[ERROR_CALLER];
    if (named == NULL || asking->caller != NULL)
        named = asking->caller != NULL ? asking->caller : usual;
    if (named == NULL) {
        answer->obstacle = "the error does not say who called: add caller and role (explain --error TEXT PRINCIPAL "
                           "ROLE); for a token or an assertion, the caller is the identity provider";
        return false;
    }
    struct error_party party = error_find_caller(asking->analysis, asking->arena, named, caller);
    return take_party(&party, answer);
}

/* The actions that the call needs: the one with which this caller assumes roles, and the one that was denied. */
static void set_actions(const struct asking *asking, const struct aws_error *error, struct decision_question *question)
{
    const char *usual = sts_actions[caller_action(&question->caller)].name, *denied = error->values[ERROR_ACTION];
    if (denied == NULL || strcasecmp(denied, usual) == 0)
        return;
    const char **actions = arena_allocate_array(asking->arena, 2, sizeof *actions);
    actions[0] = usual;
    actions[1] = denied;
    question->actions = actions;
    question->action_count = 2;
}

static bool denied_in(const struct decision *decision, enum decision_layer_kind layer)
{
    bool denies = decision->layers[layer].result == LAYER_DENIES || decision->layers[layer].result == LAYER_SILENT;
    for (uint32_t i = 0; i < decision->gap_count && !denies; i++)
        denies = decision->gaps[i].layer == layer;
    return denies;
}

/* Compares what AWS did with what the exports say; `elsewhere`: the exports deny the call too, but in another policy
 * than AWS says. */
static enum error_agreement agreement_of(const struct aws_error *error, enum verdict verdict, bool elsewhere)
{
    bool allowed = error->form == NULL;
    switch (verdict) {
    case VERDICT_DENIED:
        return allowed ? AGREEMENT_CONTRADICTION : elsewhere ? AGREEMENT_OTHER_LAYER : AGREEMENT_DENIED;
    case VERDICT_CONDITIONAL:
        return allowed ? AGREEMENT_ALLOWED_IF : AGREEMENT_IF;
    default:
        return allowed ? AGREEMENT_ALLOWED : AGREEMENT_CONTRARY;
    }
}

static bool denies_elsewhere(const struct aws_error *error, const struct decision *decision)
{
    enum decision_layer_kind layer;
    if (error->denier == DENIER_UNNAMED)
        return false;
    return !error_denier_layer(error->denier, &layer) || !denied_in(decision, layer);
}

/* Whether the call was made with a token or an assertion, and the error does not say whose. */
static bool is_of_provider(const struct aws_error *error)
{
    enum sts_action_id action = action_of(error);
    return error->values[ERROR_CALLER] == NULL &&
           (action == STS_ASSUME_ROLE_WITH_SAML || action == STS_ASSUME_ROLE_WITH_WEB_IDENTITY);
}

/* The subject of a token; its key begins with the provider's name. */
static void add_subject(const struct asking *asking, const char *subject, struct decision_question *question)
{
    struct fixed_key *fixed = arena_allocate_array(asking->arena, question->fixed_count + 1, sizeof *fixed);
    const char **values = arena_allocate_array(asking->arena, 1, sizeof *values);
    if (question->caller.kind != CALLER_WEB_IDENTITY)
        return;
    values[0] = subject;
    for (uint32_t i = 0; i < question->fixed_count; i++)
        fixed[i] = question->fixed[i];
    fixed[question->fixed_count++] = (struct fixed_key){
        .key = arena_print(asking->arena, "%s:sub", question->caller.name), .values = values, .count = 1};
    question->fixed = fixed;
}

static void ask_access(const struct asking *asking, struct error_answer *answer, const char *usual)
{
    struct decision_question *question = arena_allocate(asking->arena, sizeof *question);
    struct explanation *explanation = arena_allocate(asking->arena, sizeof *explanation);
    *question = (struct decision_question){
        .fixed = answer->error->keys, .fixed_count = answer->error->key_count, .now = asking->analysis->now};
    if (!find_role(asking, answer, &question->role))
        return;
    bool provider = is_of_provider(answer->error) && asking->caller == NULL;
    if (provider ? !find_provider(asking, answer, question->role, &question->caller)
                 : !find_caller(asking, answer, usual, &question->caller))
        return;
    if (provider && answer->error->subject != NULL)
        add_subject(asking, answer->error->subject, question);
    set_actions(asking, answer->error, question);
    explanation_find(asking->analysis, question, asking->arena, explanation);
    answer->explanation = explanation;
    answer->agreement = agreement_of(answer->error, explanation->decision->verdict,
                                     denies_elsewhere(answer->error, explanation->decision));
}

static void ask_permission(const struct asking *asking, struct error_answer *answer)
{
    struct caller caller;
    uint32_t role;
    if (!find_role(asking, answer, &role) || !find_caller(asking, answer, NULL, &caller))
        return;
    const struct model_principal *target = &asking->analysis->model->principals[role];
    if (caller.principal == MODEL_NONE) {
        answer->obstacle = "the caller's policies are not in the exports";
        return;
    }
    const struct permission_question question = {.caller = &caller,
                                                 .action = answer->error->values[ERROR_ACTION],
                                                 .resource = target->arn,
                                                 .target = target,
                                                 .now = asking->analysis->now};
    answer->residual = decision_permits(asking->analysis->evaluator, &question);
    answer->permission_asked = true;
    answer->permission = answer->residual == CONSTRAINT_FALSE  ? VERDICT_DENIED
                         : answer->residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED
                                                               : VERDICT_CONDITIONAL;
    answer->agreement = agreement_of(answer->error, answer->permission, false);
}

/* Whether the principal that IAM refuses exists. */
static void ask_principal(const struct asking *asking, struct error_answer *answer)
{
    struct caller caller;
    struct error_party party =
        error_find_caller(asking->analysis, asking->arena, answer->error->values[ERROR_PRINCIPAL], &caller);
    note(answer,
         party.obstacle != NULL ? party.obstacle : "nothing in the exports says that this principal does not exist");
}

/* Whether the role's trust policy names the issuer, whose provider may be in another account. */
static void ask_provider(const struct asking *asking, struct error_answer *answer)
{
    const char *issuer = answer->error->values[ERROR_ISSUER];
    const char **providers;
    struct text words = {0};
    struct lookup lookup = {.model = asking->analysis->model, .store = asking->analysis->store, .arena = asking->arena};
    issuer = strncasecmp(issuer, "https://", 8) == 0 ? issuer + 8 : issuer;
    size_t count = lookup_providers(&lookup, issuer, &providers);
    if (count == 0) {
        note(answer, "no trust policy in the exports names a provider of this issuer");
        return;
    }
    text_append_string(&words, "trust policies in the exports name this issuer as ");
    for (size_t i = 0; i < count && i < 5; i++)
        text_format(&words, "%s%s", i > 0 ? ", " : "", providers[i]);
    note(answer, text_keep(&words, asking->arena));
}

/* How long the role's sessions may last, if that was exported. */
static void note_duration(const struct asking *asking, struct error_answer *answer)
{
    uint32_t role;
    if (answer->error->form->cause != CAUSE_LIMIT || asking->role == NULL ||
        error_find_role(asking->analysis, asking->arena, asking->role, &role).obstacle != NULL)
        return;
    const struct model_principal *principal = &asking->analysis->model->principals[role];
    if (principal->max_session_duration > 0)
        note(answer, arena_print(asking->arena, "sessions of role %s last %u seconds at most", principal->name,
                                 principal->max_session_duration));
}

static void ask(const struct asking *asking, struct error_answer *answer)
{
    const struct error_form *form = answer->error->form;
    bool on_role = answer->error->values[ERROR_ACTION] == NULL || action_of(answer->error) < STS_ACTION_COUNT;
    if (form == NULL || (form->question == ASK_ACCESS && on_role))
        ask_access(asking, answer, NULL);
    else if (form->question == ASK_ACCESS || form->question == ASK_PERMISSION)
        ask_permission(asking, answer);
    else if (form->question == ASK_SERVICE)
        ask_access(asking, answer, form->service);
    else if (form->question == ASK_PRINCIPAL)
        ask_principal(asking, answer);
    else if (form->question == ASK_PROVIDER)
        ask_provider(asking, answer);
    else
        note_duration(asking, answer);
}

/* ---- answering */

static int answer_all(const struct asking *asking, struct output *output, const struct aws_errors *errors)
{
    struct analysis *analysis = asking->analysis;
    struct error_answer *answers = arena_allocate_array(asking->arena, errors->count, sizeof *answers);
    json_t *list = json_array();
    int status = EXIT_YES;
    for (uint32_t i = 0; i < errors->count; i++) {
        answers[i].error = &errors->list[i];
        ask(asking, &answers[i]);
        enum error_agreement agreement = answers[i].agreement;
        bool denied =
            agreement == AGREEMENT_DENIED || agreement == AGREEMENT_OTHER_LAYER || agreement == AGREEMENT_CONTRADICTION;
        status = denied ? EXIT_NO : status;
    }
    bool good = analysis_can_answer(analysis), json = strcmp(output->format, "json") == 0;
    for (uint32_t i = 0; i < errors->count && good; i++)
        if (json)
            json_add(list, error_answer_json(analysis, &answers[i]));
        else
            error_answer_print(analysis, output, &answers[i], i + 1, errors->count);
    if (good && json) {
        json_t *document = json_answer("explain-error", 1);
        json_put(document, "errors", json_incref(list));
        json_put(document, "more", json_boolean(errors->more));
        json_print(analysis, output, document);
    } else if (good && errors->more) {
        fprintf(output->stream, "\nThe text contains more errors; only the first %u are explained.\n", errors->count);
    }
    json_decref(list);
    for (uint32_t i = 0; i < errors->count; i++)
        if (answers[i].explanation != NULL)
            explanation_free(answers[i].explanation);
    return status;
}

int explain_error(const struct command_line *line, struct output *output)
{
    const char *error = command_line_value(line, "error"), *event = command_line_value(line, "event");
    const char *const *arguments;
    size_t count = command_line_arguments(line, &arguments);
    struct arena arena = {0};
    struct aws_errors errors;
    struct analysis analysis;
    int status = error != NULL ? read_error(error, &arena, &errors) : read_events(event, &arena, &errors);
    if (status == EXIT_YES)
        status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES) {
        const struct asking asking = {.analysis = &analysis,
                                      .arena = &arena,
                                      .caller = count == 2 ? arguments[0] : NULL,
                                      .role = count > 0 ? arguments[count - 1] : NULL};
        status = analysis_end(&analysis, answer_all(&asking, output, &errors));
    }
    arena_free(&arena);
    return status;
}
