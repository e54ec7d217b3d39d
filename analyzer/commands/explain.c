#include "analyzer/analysis/question.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_hops.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "graph/decision/remedy.h"
#include "ingest/support/json_build.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One more value of a key, which is new or among the first *count. */
static void fix_value(struct fixed_key *fixed, uint32_t *count, struct arena *arena, const char *key, const char *value)
{
    uint32_t place = 0;
    while (place < *count && strcasecmp(fixed[place].key, key) != 0)
        place++;
    if (place == *count)
        fixed[(*count)++] = (struct fixed_key){.key = key};
    struct fixed_key *target = &fixed[place];
    const char **list = arena_allocate_array(arena, target->count + 1, sizeof *list);
    if (target->count > 0)
        memcpy(list, target->values, target->count * sizeof *list);
    list[target->count++] = value;
    target->values = list;
}

/* Keys that the question fixes: --context KEY=VALUE (again: one more value) and --absent KEY. False: an error was
 * printed. */
static bool read_context(const struct command_line *line, struct arena *arena, struct decision_question *question)
{
    const char *const *values, *const *absent;
    size_t value_count = command_line_values(line, "context", &values),
           absent_count = command_line_values(line, "absent", &absent);
    struct fixed_key *fixed = arena_allocate_array(arena, value_count + absent_count, sizeof *fixed);
    uint32_t count = 0;
    for (size_t i = 0; i < value_count; i++) {
        const char *equals = strchr(values[i], '=');
        if (equals == NULL || equals == values[i]) {
            command_error("explain: --context takes KEY=VALUE, not \"%s\"", values[i]);
            return false;
        }
        const char *key = arena_copy_text(arena, values[i], (size_t)(equals - values[i]));
        fix_value(fixed, &count, arena, key, equals + 1);
    }
    uint32_t with_value = count;
    for (size_t i = 0; i < absent_count; i++) {
        for (uint32_t j = 0; j < with_value; j++)
            if (strcasecmp(fixed[j].key, absent[i]) == 0) {
                command_error("explain: %s has a value by --context and is --absent", absent[i]);
                return false;
            }
        fixed[count++] = (struct fixed_key){.key = absent[i]};
    }
    question->fixed = fixed;
    question->fixed_count = count;
    return true;
}

/* The actions on a role. */
static bool is_action(const char *word)
{
    const char *names[STS_ACTION_COUNT];
    for (enum sts_action_id id = 0; id < STS_ACTION_COUNT; id++) {
        names[id] = sts_actions[id].name;
        if (strcasecmp(word, names[id]) == 0)
            return true;
    }
    const char *nearest = nearest_name(word, names, STS_ACTION_COUNT);
    command_error("explain: --action takes an action of STS on a role, such as %s, not \"%s\"",
                  nearest != NULL ? nearest : sts_actions[STS_TAG_SESSION].name, word);
    return false;
}

/* ---- text */

static void print_conditions(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = wording_conditions(analysis, residual);
    const char *label = wording_condition_label(analysis, residual);
    line_paragraph(output, 4, conditions);
    if (label != NULL)
        line_print(output, STYLE_FAINT, "    (%s)\n", label);
    free(conditions);
}

static void print_verdict(struct analysis *analysis, struct output *output, const struct decision_question *question,
                          const struct decision *decision)
{
    static const enum line_style styles[] = {
        [VERDICT_DENIED] = STYLE_BAD, [VERDICT_CONDITIONAL] = STYLE_MAYBE, [VERDICT_ALLOWED] = STYLE_GOOD};
    char *who = wording_caller(analysis, &question->caller);
    const char *role = analysis->model->principals[question->role].arn,
               *word = decision->verdict == VERDICT_DENIED ? "CANNOT" : "CAN";
    struct text verb = {0};
    for (uint32_t i = 0; i < question->action_count; i++)
        text_format(&verb, "%s%s", i == 0 ? "call " : " and ", question->actions[i]);
    line_print(output, styles[decision->verdict], "%s %s %s %s%s%s\n", who, word,
               verb.data != NULL ? verb.data : "become", verb.data != NULL ? "on " : "", role,
               decision->verdict == VERDICT_CONDITIONAL ? ", if" : "");
    text_free(&verb);
    if (decision->verdict == VERDICT_CONDITIONAL)
        print_conditions(analysis, output, decision->residual);
    if (decision->verdict == VERDICT_DENIED)
        line_print(output, STYLE_PLAIN, "reason: %s\n", decision_reason_word(decision->reason));
    free(who);
}

/* The same where only a chain leads to the role. */
static void print_chain(struct analysis *analysis, struct output *output, const struct decision_question *question,
                        const struct decision *decision, const struct chain_row *row)
{
    bool conditional = row->verdict == VERDICT_CONDITIONAL;
    char *who = wording_caller(analysis, &question->caller);
    line_print(output, conditional ? STYLE_MAYBE : STYLE_GOOD,
               "%s cannot assume %s directly, but CAN become it through a chain of %u hops%s\n", who,
               analysis->model->principals[question->role].arn, row->hop_count, conditional ? ", if" : "");
    free(who);
    if (conditional)
        print_conditions(analysis, output, row->residual);
    if (question->fixed_count > 0)
        line_print(output, STYLE_FAINT, "    (--context and --absent are not applied to the chain)\n");
    fputc('\n', output->stream);
    chain_hops_print(analysis, output, row);
    line_print(output, STYLE_PLAIN, "\nThe direct call is denied, reason: %s\n",
               decision_reason_word(decision->reason));
}

/* A guardrail that hangs on several levels of the organization is printed once. */
static bool same_guardrail(const struct decision_statement *a, const struct decision_statement *b)
{
    return (a->use->kind == USE_SCP || a->use->kind == USE_RCP) && a->use->kind == b->use->kind &&
           a->statement == b->statement && a->condition == b->condition && strcmp(a->action, b->action) == 0;
}

static void print_statement(struct analysis *analysis, struct output *output, const struct decision_layer *layer,
                            uint32_t index, bool with_action)
{
    const struct decision_statement *statement = &layer->statements[index];
    uint32_t levels = 0;
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        bool same = same_guardrail(statement, &layer->statements[i]);
        if (same && i < index)
            return;
        levels += same && i > index;
    }
    char *text = wording_statement(analysis->model, statement),
         *conditions = wording_conditions(analysis, statement->condition);
    line_print(output, STYLE_FAINT, "            %s%s%s", text, conditions[0] != '\0' ? ", if " : "", conditions);
    if (with_action)
        line_print(output, STYLE_FAINT, ", for %s", statement->action);
    if (levels > 0)
        line_print(output, STYLE_FAINT, "; the same at %u more level%s below", levels, text_plural(levels));
    fputc('\n', output->stream);
    free(text);
    free(conditions);
}

/* Whether the statements speak for more than one action. */
static bool several_actions(const struct decision_question *question, const struct decision *decision)
{
    const char *first = NULL;
    for (int i = 0; i < LAYER_COUNT; i++)
        for (uint32_t j = 0; j < decision->layers[i].statement_count; j++) {
            const char *action = decision->layers[i].statements[j].action;
            if (first != NULL && strcmp(first, action) != 0)
                return true;
            first = action;
        }
    return question->action_count > 1;
}

static void print_layers(struct analysis *analysis, struct output *output, const struct decision *decision,
                         bool with_action)
{
    line_print(output, STYLE_BOLD, "\nLayer by layer:\n");
    for (int i = 0; i < LAYER_COUNT; i++) {
        const struct decision_layer *layer = &decision->layers[i];
        line_print(output, STYLE_PLAIN, "  %-9s %s%s%s\n", decision_layer_word((enum decision_layer_kind)i),
                   layer_result_word(layer->result), layer->note != NULL ? ": " : "",
                   layer->note != NULL ? layer->note : "");
        for (uint32_t j = 0; j < layer->statement_count; j++)
            print_statement(analysis, output, layer, j, with_action);
    }
}

static void print_rest(struct output *output, const struct decision *decision, const struct remedy *remedies,
                       uint32_t remedy_count, bool reachable)
{
    if (decision->gap_count > 0)
        line_print(output, STYLE_BOLD, "\nWhat is missing%s:\n", reachable ? " for the direct call" : "");
    for (uint32_t i = 0; i < decision->gap_count; i++)
        line_print(output, STYLE_PLAIN, "  - %s: %s\n", decision_layer_word(decision->gaps[i].layer),
                   decision->gaps[i].text);
    for (uint32_t i = 0, printed = 0; i < remedy_count; i++) {
        if (remedies[i].kind == REMEDY_NONE)
            continue;
        if (printed++ == 0)
            line_print(output, STYLE_BOLD, "\nTo allow %s (only if intended):\n",
                       reachable ? "the direct call" : "this");
        bool placed = remedies[i].account != NULL && remedies[i].account[0] != '\0';
        line_print(output, STYLE_PLAIN, "  - %s%s%s%s\n", placed ? "in account " : "",
                   placed ? remedies[i].account : "", placed ? ": " : "", remedies[i].text);
        if (remedies[i].policy != NULL)
            line_json(output, 6, remedies[i].policy);
    }
    if (decision->note_count > 0)
        line_print(output, STYLE_FAINT, "\nWhat this does not know:\n");
    for (uint32_t i = 0; i < decision->note_count; i++)
        line_print(output, STYLE_PLAIN, "  - %s\n", decision->notes[i]);
}

/* ---- JSON */

static json_t *reachable_json(struct analysis *analysis, const struct chain_row *row)
{
    json_t *object = json_object();
    chain_row_put(analysis, object, row);
    return object;
}

static json_t *layer_json(struct analysis *analysis, const struct decision *decision, enum decision_layer_kind kind)
{
    const struct decision_layer *layer = &decision->layers[kind];
    json_t *object = json_object(), *statements = json_array();
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        json_t *statement = wording_statement_json(analysis->model, &layer->statements[i]);
        json_put(statement, "action", json_text(layer->statements[i].action));
        json_put(statement, "conditions", constraint_words(analysis->pool, layer->statements[i].condition));
        json_add(statements, statement);
    }
    json_put(object, "layer", json_text(decision_layer_word(kind)));
    json_put(object, "result", json_text(layer_result_word(layer->result)));
    json_put(object, "statements", statements);
    json_put_text(object, "note", layer->note);
    return object;
}

static json_t *missing_json(const struct decision *decision)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < decision->gap_count; i++) {
        json_t *object = json_object();
        json_put(object, "layer", json_text(decision_layer_word(decision->gaps[i].layer)));
        json_put(object, "action", json_text(decision->gaps[i].action != NULL ? decision->gaps[i].action : ""));
        json_put(object, "denied", json_boolean(decision->gaps[i].denied));
        json_put(object, "text", json_text(decision->gaps[i].text));
        json_add(list, object);
    }
    return list;
}

static json_t *remedies_json(const struct remedy *remedies, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++) {
        const struct remedy *remedy = &remedies[i];
        json_t *object = json_object();
        json_put(object, "account", json_text(remedy->account != NULL ? remedy->account : ""));
        json_put(object, "attach_to", json_text(remedy->attach_to != NULL ? remedy->attach_to : ""));
        json_put(object, "kind", json_text(remedy_kind_word(remedy->kind)));
        json_put(object, "text", json_text(remedy->text));
        json_put(object, "policy", remedy->policy != NULL ? json_incref(remedy->policy) : json_null());
        json_add(list, object);
    }
    return list;
}

static json_t *texts_json(const char *const *texts, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_add(list, json_text(texts[i]));
    return list;
}

static json_t *explain_json(struct analysis *analysis, const struct decision_question *question,
                            const struct decision *decision, const struct remedy *remedies, uint32_t remedy_count,
                            const struct chain_row *chain)
{
    json_t *document = json_answer("explain"), *layers = json_array();
    for (int i = 0; i < LAYER_COUNT; i++)
        json_add(layers, layer_json(analysis, decision, (enum decision_layer_kind)i));
    json_put(document, "principal", json_text(question->caller.text));
    json_put(document, "role", json_text(analysis->model->principals[question->role].arn));
    json_put(document, "action",
             json_text(question->action_count > 0 ? question->actions[0]
                                                  : sts_actions[caller_action(&question->caller)].name));
    if (question->action_count > 1)
        json_put(document, "actions", texts_json(question->actions, question->action_count));
    json_put(document, "verdict", json_text(verdict_word(decision->verdict)));
    json_put(document, "conditions",
             decision->verdict == VERDICT_DENIED ? json_array() : constraint_words(analysis->pool, decision->residual));
    json_put(document, "constraint", constraint_json(analysis->pool, decision->residual));
    json_put(document, "reason", json_text(decision_reason_word(decision->reason)));
    json_put(document, "reachable", chain != NULL ? reachable_json(analysis, chain) : json_null());
    json_put(document, "layers", layers);
    json_put(document, "missing", missing_json(decision));
    json_put(document, "remedy", remedies_json(remedies, remedy_count));
    json_put(document, "notes", texts_json(decision->notes, decision->note_count));
    return document;
}

/* chain: NULL unless only a chain leads to the role, or it leads there more surely than the direct call. */
static void print(struct analysis *analysis, struct output *output, const struct decision_question *question,
                  const struct decision *decision, const struct remedy *remedies, uint32_t remedy_count,
                  const struct chain_row *chain)
{
    bool only_chain = chain != NULL && decision->verdict == VERDICT_DENIED;
    if (strcmp(output->format, "json") == 0) {
        json_print(analysis, output,
                   explain_json(analysis, question, decision, remedies, remedy_count, only_chain ? chain : NULL));
        return;
    }
    if (only_chain)
        print_chain(analysis, output, question, decision, chain);
    else
        print_verdict(analysis, output, question, decision);
    if (chain != NULL && !only_chain)
        line_print(output, STYLE_GOOD, "That is the direct call. Through a chain of %u hops it CAN in any case: %s\n",
                   chain->hop_count, "`rolechain paths` shows it");
    if (!decision_reason_is_refusal(decision->reason))
        print_layers(analysis, output, decision, several_actions(question, decision));
    print_rest(output, decision, remedies, remedy_count, only_chain);
}

struct found_chain {
    struct chain_rows rows;
    uint32_t role;
};

static bool keep_chain_to_role(const struct chain *chain, void *context)
{
    struct found_chain *work = context;
    if (chain->hops[chain->hop_count - 1].to != work->role)
        return true;
    if (chain->hop_count > 1)
        chain_rows_add(chain, &work->rows);
    return false;
}

/* The chain to the role, where the direct call is denied, and one without conditions where that has some. */
static void find_chain(struct analysis *analysis, const struct decision_question *question,
                       const struct decision *decision, struct found_chain *work)
{
    *work = (struct found_chain){.role = question->role};
    bool conditional = decision->verdict == VERDICT_CONDITIONAL && question->fixed_count == 0;
    if ((decision->verdict != VERDICT_DENIED && !conditional) || question->action_count > 0)
        return;
    analysis_edges(analysis);
    chains_reach(analysis->edges, analysis_node(analysis, &question->caller), &(struct chain_limits){0},
                 keep_chain_to_role, work);
    if (conditional && work->rows.count > 0 && work->rows.list[0].verdict != VERDICT_ALLOWED)
        work->rows.count = 0;
}

static int answer(struct analysis *analysis, struct output *output, struct decision_question *question,
                  const char *const names[2], struct arena *arena)
{
    struct decision decision;
    struct remedy *remedies;
    uint32_t remedy_count;
    struct found_chain chain;
    question->now = analysis->now;
    if (!analysis_resolve_caller(analysis, names[0], &question->caller) ||
        !analysis_resolve_role(analysis, names[1], &question->role))
        return EXIT_USAGE;
    decision_explain(analysis->evaluator, question, arena, &decision);
    remedy_propose(analysis->evaluator, question, &decision, arena, &remedies, &remedy_count);
    find_chain(analysis, question, &decision, &chain);
    if (analysis_healthy(analysis))
        print(analysis, output, question, &decision, remedies, remedy_count,
              chain.rows.count > 0 ? chain.rows.list : NULL);
    for (uint32_t i = 0; i < remedy_count; i++)
        json_decref(remedies[i].policy);
    chain_rows_free(&chain.rows);
    return decision.verdict == VERDICT_DENIED ? EXIT_NO : EXIT_YES;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct arena arena = {0};
    struct decision_question question = {0};
    const char *const *arguments, *const *actions;
    command_line_arguments(line, &arguments);
    question.action_count = (uint32_t)command_line_values(line, "action", &actions);
    question.actions = question.action_count > 0 ? actions : NULL;
    for (uint32_t i = 0; i < question.action_count; i++)
        if (!is_action(actions[i]))
            return EXIT_USAGE;
    const char *names[2] = {arguments[0], arguments[1]};
    int status = read_context(line, &arena, &question) ? question_open(line, output, QUESTION_PATHS, names, &analysis)
                                                       : EXIT_USAGE;
    if (status == EXIT_YES)
        status = analysis_end(&analysis, answer(&analysis, output, &question, names, &arena));
    arena_free(&arena);
    return status;
}

static const struct command_option options[] = {
    {.name = "action",
     .value = "ACTION",
     .help = "these sts actions must all be allowed (default: that of the caller's kind)",
     .repeatable = true},
    {.name = "context",
     .value = "KEY=VALUE",
     .help = "fix a condition key; the same key again adds a value",
     .repeatable = true},
    {.name = "absent", .value = "KEY", .help = "fix a condition key as not present", .repeatable = true},
    {.name = NULL},
};

const struct command command_explain = {
    .name = "explain",
    .arguments = "PRINCIPAL ROLE",
    .minimum_arguments = 2,
    .maximum_arguments = 2,
    .summary = "whether PRINCIPAL can assume ROLE, why, and what to add where if not",
    .help =
        "Shows each policy layer (trust, identity, boundary, session, SCP, RCP) with the statement that decided. "
        "Keys that\n"
        "cannot be known offline stay as conditions; --context fixes them. Exit status 1: the direct call is denied,\n"
        "also where a chain of roles leads to ROLE, which is then shown; paths asks for chains alone.\n\n"
        "Example:\n  rolechain explain alice 444455556666/deploy --context sts:ExternalId=x7 --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
