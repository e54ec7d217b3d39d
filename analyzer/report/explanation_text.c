/*
 * explain as text. The first lines answer; each layer is a line, with the statements that decided below it.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_hops.h"
#include "analyzer/report/chain_line.h"
#include "analyzer/report/explanation.h"
#include "analyzer/report/lines.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 12, RESULT = 12, SAYS = 28 }; /* columns at which the answer, a layer's result and its statements begin */

/* ---- the answer */

static int head_columns(const struct explanation *explanation)
{
    return explanation->decision->verdict == VERDICT_CONDITIONAL ? HEAD + 3 : HEAD;
}

/* Ends the current line, and starts the next one of the answer. */
static void answer_line(struct styled *line, struct output *output, const struct explanation *explanation)
{
    styled_print(line, output, head_columns(explanation), head_columns(explanation), NULL);
}

static void print_conditions(struct analysis *analysis, struct output *output, const struct explanation *explanation,
                             constraint residual)
{
    struct constraint_phrases phrases = constraint_phrases(analysis->pool, residual);
    const char *label = wording_condition_label(analysis, residual);
    for (uint32_t i = 0; i < phrases.count; i++) {
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%s", i > 0 ? "and " : "");
        styled_add(&line, STYLE_BOLD, "%s", phrases.items[i].words);
        answer_line(&line, output, explanation);
    }
    constraint_phrases_free(&phrases);
    if (label != NULL) {
        struct styled line = {0};
        styled_add(&line, STYLE_FAINT, "(%s)", label);
        answer_line(&line, output, explanation);
    }
}

/* The first line: the word with its mark, and the claim. */
static void print_claim(struct analysis *analysis, struct output *output, const struct explanation *explanation,
                        enum styled_sign sign, enum line_style style, const char *word, const char *verb,
                        const char *end)
{
    const struct decision_question *question = explanation->question;
    struct styled line = {0};
    struct text who = {0}, head = {0};
    caller_append_name(&who, &question->caller);
    text_format(&head, "%s%s", styled_sign(output, sign), word);
    size_t columns = styled_columns(head.data, head.length);
    styled_add(&line, style, "%s", head.data);
    size_t wanted = (size_t)head_columns(explanation);
    styled_add(&line, STYLE_PLAIN, "%*s", columns < wanted ? (int)(wanted - columns) : 1, "");
    styled_add(&line, STYLE_BOLD, "%s", who.data);
    styled_add(&line, STYLE_PLAIN, " %s ", verb);
    for (uint32_t i = 0; i < question->action_count; i++)
        styled_add(&line, STYLE_PLAIN, "%s %s ", i == 0 ? "call" : "and", question->actions[i]);
    styled_add(&line, STYLE_PLAIN, "%s", question->action_count > 0 ? "on " : "assume ");
    styled_add(&line, STYLE_BOLD, "role %s", analysis->model->principals[question->role].name);
    styled_add(&line, STYLE_PLAIN, "%s", end);
    styled_print(&line, output, 0, head_columns(explanation), NULL);
    text_free(&who);
    text_free(&head);
}

/* The caller's account and the role's. */
static void print_accounts(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    const struct model *model = analysis->model;
    const struct caller *caller = &explanation->question->caller;
    const struct model_account *own = &model->accounts[model->principals[explanation->question->role].account];
    struct styled line = {0};
    struct text from = {0}, to = {0};
    bool one_partition = caller->partition == NULL || strcmp(caller->partition, own->partition) == 0;
    if (!one_partition) {
        text_format(&from, "%s ", caller->partition);
        text_format(&to, "%s ", own->partition);
    }
    model_append_account(&to, model, own->id);
    if (caller->account != NULL && one_partition && strcmp(caller->account, own->id) == 0) {
        styled_add(&line, STYLE_FAINT, "both in %s", to.data);
    } else if (caller->account != NULL) {
        model_append_account(&from, model, caller->account);
        styled_add(&line, STYLE_FAINT, "caller in %s, role in %s", from.data, to.data);
    } else {
        styled_add(&line, STYLE_FAINT, "in %s", to.data);
    }
    answer_line(&line, output, explanation);
    text_free(&from);
    text_free(&to);
}

/* The main reason: the first gap, in the order of evaluation. */
static void print_reason(struct output *output, const struct explanation *explanation)
{
    const struct decision *decision = explanation->decision;
    struct styled line = {0};
    if (decision->gap_count == 0)
        styled_add(&line, STYLE_PLAIN, "%s", decision_reason_word(decision->reason));
    else
        styled_add(&line, STYLE_PLAIN, "%s", decision->gaps[0].text);
    answer_line(&line, output, explanation);
    for (uint32_t i = 1; i < decision->gap_count; i++) {
        styled_add(&line, STYLE_PLAIN, "and %s", decision->gaps[i].text);
        answer_line(&line, output, explanation);
    }
}

/* A denial does not stop administrators of the account, who can change its roles. */
static void print_administrator(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    const struct model *model = analysis->model;
    uint32_t caller = explanation->question->caller.principal,
             account = model->principals[explanation->question->role].account;
    if (caller == MODEL_NONE || model->principals[caller].account != account)
        return;
    const struct administrator *administrator = administrators_get(analysis, caller);
    if (administrator->verdict == VERDICT_DENIED)
        return;
    struct styled line = {0};
    struct text why = {0};
    administrators_tell(model, administrator, &why);
    styled_add(&line, STYLE_MAYBE, "but %s %s %s administrator of the account%s: %s",
               model->principals[caller].is_role ? "role" : "user", model->principals[caller].name,
               administrator->how == ADMINISTRATOR_BY_POLICY ? "is an" : "can become",
               administrator->verdict == VERDICT_CONDITIONAL ? " under conditions" : "", why.data);
    answer_line(&line, output, explanation);
    text_free(&why);
}

static void print_chain(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    const struct chain_row *row = explanation->chain;
    struct styled line = {0};
    bool conditional = row->verdict == VERDICT_CONDITIONAL;
    styled_add(&line, STYLE_PLAIN, "but can become it through a chain of %u hop%s%s", row->hop_count,
               text_plural(row->hop_count), conditional ? ", if" : "");
    answer_line(&line, output, explanation);
    if (conditional)
        print_conditions(analysis, output, explanation, row->residual);
    chain_line_add(&line, analysis, output, row->hops, row->hop_count);
    answer_line(&line, output, explanation);
    if (explanation->question->fixed_count > 0) {
        styled_add(&line, STYLE_FAINT, "(--context and --absent are not applied to the chain)");
        answer_line(&line, output, explanation);
    }
}

static void print_answer(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    const struct decision *decision = explanation->decision;
    const struct chain_row *chain = explanation->chain;
    struct styled line = {0};
    switch (decision->verdict) {
    case VERDICT_DENIED:
        if (chain != NULL) {
            print_claim(analysis, output, explanation, SIGN_MAYBE, STYLE_MAYBE, "by chain", "cannot", " directly,");
            print_chain(analysis, output, explanation);
        } else {
            print_claim(analysis, output, explanation, SIGN_NO, STYLE_BAD, "denied", "cannot", "");
            print_reason(output, explanation);
            print_administrator(analysis, output, explanation);
        }
        break;
    case VERDICT_CONDITIONAL:
        print_claim(analysis, output, explanation, SIGN_MAYBE, STYLE_MAYBE, "conditional", "can", " if");
        print_conditions(analysis, output, explanation, decision->residual);
        if (chain != NULL) {
            styled_add(&line, STYLE_PLAIN, "without conditions through a chain of %u hops: ", chain->hop_count);
            chain_line_add(&line, analysis, output, chain->hops, chain->hop_count);
            answer_line(&line, output, explanation);
        }
        break;
    case VERDICT_ALLOWED:
        print_claim(analysis, output, explanation, SIGN_YES, STYLE_GOOD, "allowed", "can", "");
    }
    print_accounts(analysis, output, explanation);
}

/* ---- the layers */

static bool is_guardrail(const struct decision_statement *statement)
{
    return statement->use->kind == USE_SCP || statement->use->kind == USE_RCP;
}

/* A guardrail that is attached at several levels of the organization is printed once. */
static bool same_guardrail(const struct decision_statement *a, const struct decision_statement *b)
{
    return is_guardrail(a) && a->use->kind == b->use->kind && a->statement == b->statement &&
           a->condition == b->condition && strcmp(a->action, b->action) == 0;
}

/* Whether the statements are about more than one action. */
static bool several_actions(const struct explanation *explanation)
{
    const char *first = NULL;
    for (int i = 0; i < LAYER_COUNT; i++)
        for (uint32_t j = 0; j < explanation->decision->layers[i].statement_count; j++) {
            const char *action = explanation->decision->layers[i].statements[j].action;
            if (first != NULL && strcmp(first, action) != 0)
                return true;
            first = action;
        }
    return explanation->question->action_count > 1;
}

/* What the statement at `index` says, and its location. False: it was printed with an earlier one. */
static bool describe_statement(struct analysis *analysis, const struct decision_layer *layer, uint32_t index,
                               bool with_action, struct text *text, struct text *place)
{
    const struct decision_statement *statement = &layer->statements[index];
    uint32_t levels = 0;
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        bool same = same_guardrail(statement, &layer->statements[i]);
        if (same && i < index)
            return false;
        levels += same && i > index;
    }
    char *conditions = wording_conditions(analysis, statement->condition);
    wording_statement_words(statement, text);
    if (levels > 0)
        text_format(text, " and %u level%s below", levels, text_plural(levels));
    if (with_action)
        text_format(text, ", for %s", statement->action);
    if (conditions[0] != '\0')
        text_format(text, ", if %s", conditions);
    bool ordinary = is_guardrail(statement) && statement->statement->allow && conditions[0] == '\0';
    if (!ordinary)
        wording_statement_place(analysis->model, statement, place);
    free(conditions);
    return true;
}

/* A layer's name and result, followed on the first line by the first statement. */
static void begin_layer(struct styled *line, const struct explanation *explanation, enum decision_layer_kind kind)
{
    static const char *const names[] = {
        [LAYER_TRUST] = "trust",     [LAYER_IDENTITY] = "identity", [LAYER_BOUNDARY] = "boundary",
        [LAYER_SESSION] = "session", [LAYER_SCP] = "SCP",           [LAYER_RCP] = "RCP"};
    static const char *const results[] = {[LAYER_ALLOWS] = "allows",
                                          [LAYER_CONDITIONAL] = "allows, if",
                                          [LAYER_DENIES] = "denies",
                                          [LAYER_SILENT] = "does not allow",
                                          [LAYER_ABSENT] = "none"};
    enum layer_result result = explanation->decision->layers[kind].result;
    bool stops = explanation->decision->verdict == VERDICT_DENIED && (result == LAYER_DENIES || result == LAYER_SILENT);
    enum line_style style = stops ? STYLE_MAYBE : STYLE_PLAIN;
    const struct caller *caller = &explanation->question->caller;
    const char *name = kind != LAYER_IDENTITY || !caller_is_before_roles(caller) ? names[kind]
                       : caller->kind == CALLER_PERSON                           ? "assigned"
                       : caller_is_of_pool(caller)                               ? "pool"
                                                                                 : "runs with";
    styled_add(line, style, "%-*s%-*s", RESULT - 2, name, SAYS - RESULT,
               explanation->decision->layers[kind].assumed_absent ? "unknown" : results[result]);
}

static void print_layer(struct analysis *analysis, struct output *output, const struct explanation *explanation,
                        enum decision_layer_kind kind, bool with_action)
{
    const struct decision_layer *layer = &explanation->decision->layers[kind];
    struct styled line = {0};
    bool begun = false;
    begin_layer(&line, explanation, kind);
    if (layer->note != NULL) {
        styled_add(&line, STYLE_PLAIN, "%s", layer->note);
        styled_print(&line, output, 2, SAYS, NULL);
        begun = true;
    }
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        struct text text = {0}, place = {0};
        if (describe_statement(analysis, layer, i, with_action, &text, &place)) {
            styled_add(&line, STYLE_PLAIN, "%s", text.data);
            styled_print(&line, output, begun ? SAYS : 2, SAYS, place.data);
            begun = true;
        }
        text_free(&text);
        text_free(&place);
    }
    if (!begun)
        styled_print(&line, output, 2, SAYS, NULL);
}

static void print_layers(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    bool with_action = several_actions(explanation);
    line_print(output, STYLE_BOLD, explanation->chain != NULL ? "\nThe direct call\n" : "\nLayer by layer\n");
    for (int kind = 0; kind < LAYER_COUNT; kind++)
        if ((kind != LAYER_SESSION && !caller_is_before_roles(&explanation->question->caller)) ||
            explanation->decision->layers[kind].result != LAYER_ABSENT)
            print_layer(analysis, output, explanation, (enum decision_layer_kind)kind, with_action);
}

/* ---- what would have to change */

static void print_remedies(struct output *output, const struct explanation *explanation, bool reachable)
{
    bool printed = false;
    for (uint32_t i = 0; i < explanation->remedy_count; i++) {
        const struct remedy *remedy = &explanation->remedies[i];
        if (remedy->kind == REMEDY_NONE)
            continue;
        if (!printed)
            line_print(output, STYLE_BOLD, "\nTo allow %s (only if intended)\n",
                       reachable ? "the direct call" : "this");
        printed = true;
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%s%s", remedy->text, remedy->policy != NULL ? ":" : ".");
        styled_print(&line, output, 2, 2, NULL);
        if (remedy->policy != NULL)
            line_json(output, 4, remedy->policy);
    }
}

static void print_limits(struct output *output, const struct decision *decision)
{
    fputc('\n', output->stream);
    struct styled line = {0};
    styled_add(&line, STYLE_FAINT,
               "Not covered by this answer: session policies, VPC endpoint policies, changes after "
               "the export");
    for (uint32_t i = 0; i < decision->note_count; i++)
        styled_add(&line, STYLE_FAINT, "; %s", decision->notes[i]);
    styled_add(&line, STYLE_FAINT, ".");
    styled_print(&line, output, 0, 0, NULL);
}

void explanation_print_text(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    const struct decision *decision = explanation->decision;
    bool only_chain = explanation->chain != NULL && decision->verdict == VERDICT_DENIED;
    print_answer(analysis, output, explanation);
    if (only_chain) {
        fputc('\n', output->stream);
        chain_hops_print(analysis, output, explanation->chain);
    }
    if (!decision_reason_is_refusal(decision->reason))
        print_layers(analysis, output, explanation);
    print_remedies(output, explanation, only_chain);
    print_limits(output, decision);
}
