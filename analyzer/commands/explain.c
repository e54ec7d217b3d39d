#include "analyzer/analysis/question.h"
#include "analyzer/commands/explain_error.h"
#include "analyzer/report/explanation.h"
#include "ingest/support/likeness.h"

#include <string.h>
#include <strings.h>

/* Adds a value to a key, which is new or one of the first *count. */
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

/* Keys that the question fixes: --context KEY=VALUE (given again, one more value) and --absent KEY. False: an error was
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
    if (sts_action_find(word) < STS_ACTION_COUNT)
        return true;
    for (enum sts_action_id id = 0; id < STS_ACTION_COUNT; id++)
        names[id] = sts_actions[id].name;
    const char *nearest = nearest_name(word, names, STS_ACTION_COUNT);
    command_error("explain: --action takes an action of STS on a role, such as %s, not \"%s\"",
                  nearest != NULL ? nearest : sts_actions[STS_TAG_SESSION].name, word);
    return false;
}

static int answer(struct analysis *analysis, struct output *output, struct decision_question *question,
                  const char *const names[2], struct arena *arena)
{
    struct explanation explanation;
    question->now = analysis->now;
    if (!analysis_resolve_caller(analysis, names[0], &question->caller) ||
        !analysis_resolve_role(analysis, names[1], &question->role))
        return EXIT_USAGE;
    explanation_find(analysis, question, arena, &explanation);
    bool good = analysis_can_answer(analysis);
    if (good && strcmp(output->format, "json") == 0)
        explanation_print_json(analysis, output, &explanation);
    else if (good)
        explanation_print_text(analysis, output, &explanation);
    int status = explanation.decision->verdict == VERDICT_DENIED ? EXIT_NO : EXIT_YES;
    explanation_free(&explanation);
    return status;
}

/* Whether no option repeats what the error itself says. False: an error was printed. */
static bool is_about_error_alone(const struct command_line *line)
{
    static const char *const others[] = {"action", "context", "absent"};
    if (command_line_has(line, "error") && command_line_has(line, "event")) {
        command_error("explain: --error and --event are two ways to give an error; choose one");
        return false;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (command_line_has(line, others[i])) {
            command_error("explain: --%s belongs to a question about PRINCIPAL and ROLE: an error says itself what was "
                          "called",
                          others[i]);
            return false;
        }
    return true;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct arena arena = {0};
    struct decision_question question = {0};
    const char *const *arguments, *const *actions;
    command_line_arguments(line, &arguments);
    if (command_line_has(line, "error") || command_line_has(line, "event"))
        return is_about_error_alone(line) ? explain_error(line, output) : EXIT_USAGE;
    question.action_count = (uint32_t)command_line_values(line, "action", &actions);
    question.actions = question.action_count > 0 ? actions : NULL;
    for (uint32_t i = 0; i < question.action_count; i++)
        if (!is_action(actions[i]))
            return EXIT_USAGE;
    const char *names[2] = {arguments[0], arguments[1]};
    int status = read_context(line, &arena, &question) ? question_open(line, output, QUESTION_EXPLAIN, names, &analysis)
                                                       : EXIT_USAGE;
    if (status == EXIT_YES)
        status = analysis_end(&analysis, answer(&analysis, output, &question, names, &arena));
    arena_free(&arena);
    return status;
}

static const struct command_option options[] = {
    {.name = "action",
     .value = "ACTION",
     .help = "STS actions that must all be allowed (default: the one that this kind of caller needs)",
     .repeatable = true},
    {.name = "context",
     .value = "KEY=VALUE",
     .help = "assume that a condition key has this value; the same key again adds a value",
     .repeatable = true},
    {.name = "absent", .value = "KEY", .help = "assume that a condition key is not in the request", .repeatable = true},
    {.name = "error",
     .value = "TEXT",
     .help = "explain this AWS error message, copied as it was printed (-: from standard input)",
     .says_arguments = true},
    {.name = "event",
     .value = "FILE",
     .help = "explain the failed call in this CloudTrail record (-: from standard input)",
     .kind = OPTION_INPUT,
     .says_arguments = true},
    {.name = NULL},
};

const struct command command_explain = {
    .name = "explain",
    .arguments = "PRINCIPAL ROLE",
    .minimum_arguments = 2,
    .maximum_arguments = 2,
    .summary = "whether PRINCIPAL can assume ROLE, and why; if not, what to add and where",
    .help = "Shows each policy layer (trust, identity, boundary, session, SCP, RCP) with the statement that decided. "
            "Keys that\ncannot be known offline stay as conditions; --context gives them a value. Exit status 1: the "
            "direct call is\ndenied. If a chain of roles leads to ROLE instead, it is shown; `rolechain paths` has all "
            "chains.\n\n--error and --event start from a call that failed: explain asks the exports about the same "
            "call, and says whether they agree with AWS, what to do, and where. PRINCIPAL and ROLE are needed only if "
            "the error does not name them; for a token or an assertion, ROLE alone is enough.\n\nExamples:\n  "
            "rolechain explain alice 444455556666/deploy --context sts:ExternalId=x7 --from exports/\n  aws sts "
            "assume-role … 2>&1 | rolechain explain --error - --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
