#include "graph/chains/chokepoints.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/report/lines.h"
#include "ingest/policy/arn.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 10

static const struct {
    const char *word;
    unsigned bit;
} source_kinds[] = {{"user", TARGETS_FROM_USERS},
                    {"outside", TARGETS_FROM_OUTSIDE},
                    {"service", TARGETS_FROM_SERVICES},
                    {"role", TARGETS_FROM_ROLES}};

/* What the command line asks for. */
struct asked {
    const char *const *names; /* of targets; none: administrators */
    size_t name_count;
    unsigned kinds;
    uint32_t top;
};

struct marks {
    bool *targets, *sources, *excluded;
    uint32_t target_count, unknown; /* roles that are sources since nobody knows whom they trust */
};

static bool read_options(const struct command_line *line, struct asked *asked)
{
    const char *const *kinds;
    size_t count = command_line_values(line, "source", &kinds);
    asked->name_count = command_line_values(line, "target", &asked->names);
    asked->kinds = count > 0 ? 0 : TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE | TARGETS_FROM_SERVICES;
    asked->top = DEFAULT_TOP;
    for (size_t i = 0; i < count; i++) {
        unsigned bit = 0;
        for (size_t j = 0; j < sizeof source_kinds / sizeof source_kinds[0]; j++)
            if (strcmp(kinds[i], source_kinds[j].word) == 0)
                bit = source_kinds[j].bit;
        if (bit == 0) {
            command_error("--source takes user, outside, service or role; give the option again for several");
            return false;
        }
        asked->kinds |= bit;
    }
    return command_line_top(line, &asked->top);
}

/* ---- targets and sources */

static bool mark_targets(struct analysis *analysis, const struct asked *asked, struct marks *marks)
{
    const struct model *model = analysis->model;
    for (size_t i = 0; i < asked->name_count; i++)
        if (!targets_mark(analysis, asked->names[i], marks->targets))
            return false;
    if (asked->name_count == 0)
        targets_mark_administrators(analysis, marks->targets, marks->excluded);
    for (uint32_t i = 0; i < model->principal_count; i++)
        marks->target_count += marks->targets[i];
    return true;
}

/* ---- words */

static const struct model_account *account_of(const struct model *model, const struct removable *what)
{
    const struct policy_use *use = what->use;
    const char *named = use->kind == USE_MANAGED && what->statement != NULL ? use->arn : use->holder;
    struct arn arn;
    char id[16];
    if (named == NULL || !arn_parse(named, strlen(named), &arn) || arn.account.length >= sizeof id)
        return NULL;
    memcpy(id, arn.account.at, arn.account.length);
    id[arn.account.length] = '\0';
    uint32_t account = model_find_account(model, id);
    return account != MODEL_NONE ? &model->accounts[account] : NULL;
}

static void locate(const struct model *model, const struct removable *what, const char **file, uint32_t *line)
{
    *file = "";
    *line = 0;
    if (!what->use->built_in && what->use->document != MODEL_NONE)
        model_locate(model, what->use, what->statement != NULL ? what->statement->position : 0, file, line);
}

/* The statement, its policy and its place, for people. malloc'ed. */
static char *describe(const struct model *model, const struct removable *what)
{
    const struct policy_use *use = what->use;
    const struct model_account *account = account_of(model, what);
    struct text text = {0};
    const char *file;
    uint32_t line;
    locate(model, what, &file, &line);
    if (account != NULL)
        text_format(&text, "account %s%s%s%s: ", account->id, account->name[0] != '\0' ? " (" : "", account->name,
                    account->name[0] != '\0' ? ")" : "");
    if (what->statement == NULL)
        text_format(&text, "policy %s as attached to %s", use->arn != NULL ? use->arn : use->name, use->holder);
    else if (what->statement->sid[0] != '\0')
        text_format(&text, "statement \"%s\" of ", what->statement->sid);
    else
        text_format(&text, "statement %u of ", what->statement->position);
    if (what->statement != NULL && use->kind == USE_TRUST)
        text_format(&text, "the trust policy of %s", use->holder);
    else if (what->statement != NULL && use->kind == USE_MANAGED)
        text_format(&text, "managed policy %s", use->arn);
    else if (what->statement != NULL)
        text_format(&text, "policy %s of %s", use->name, use->holder);
    if (file[0] != '\0')
        text_format(&text, ", %s:%u", file, line);
    return text_release(&text);
}

static json_t *string_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *point_json(const struct model *model, const struct chokepoint *point)
{
    const struct removable *what = &point->statement;
    const struct policy_use *use = what->use;
    const struct model_account *account = account_of(model, what);
    bool shared = use->kind == USE_MANAGED && what->statement != NULL;
    const char *file;
    uint32_t line;
    locate(model, what, &file, &line);
    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:{s:s, s:i}, s:i, s:i, s:i}", "remove",
                     what->statement != NULL ? "statement" : "attachment", "account",
                     string_or_null(account != NULL ? account->id : NULL), "policy",
                     use->kind == USE_TRUST ? "trust policy" : use->name, "policy_arn", string_or_null(use->arn),
                     "holder", string_or_null(shared ? NULL : use->holder), "sid",
                     string_or_null(what->statement != NULL ? what->statement->sid : NULL), "index",
                     what->statement != NULL ? json_integer(what->statement->position) : json_null(), "source", "file",
                     file, "line", (int)line, "principals", (int)point->principals, "sources", (int)point->sources,
                     "roles", (int)point->targets);
}

static json_t *points_json(const struct model *model, const struct chokepoint *points, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(list, point_json(model, &points[i]));
    return list;
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void print_points(const struct model *model, struct output *output, const struct chokepoint *points,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct chokepoint *point = &points[i];
        char *what = describe(model, &point->statement);
        line_print(output, STYLE_PLAIN, "  %u. ", i + 1);
        line_print(output, STYLE_BOLD, "%s: ",
                   point->statement.statement != NULL ? "remove or narrow this statement" : "detach this policy");
        line_print(output, STYLE_MAYBE, "%u principal%s (%u source%s)", point->principals, plural(point->principals),
                   point->sources, plural(point->sources));
        line_print(output, STYLE_PLAIN, " lose%s the last way", point->principals == 1 ? "s" : "");
        if (point->targets > 0)
            line_print(output, STYLE_PLAIN, "; %u role%s can no longer be reached", point->targets,
                       plural(point->targets));
        fputc('\n', output->stream);
        line_paragraph(output, 5, what != NULL ? what : "");
        free(what);
    }
}

static char *target_words(const struct asked *asked, uint32_t count)
{
    struct text text = {0};
    if (asked->name_count == 0)
        text_format(&text, "%u administrator role%s", count, plural(count));
    for (size_t i = 0; i < asked->name_count; i++)
        text_format(&text, "%s%s", i > 0 ? ", " : "", asked->names[i]);
    if (asked->name_count > 0)
        text_format(&text, " (%u role%s)", count, plural(count));
    return text_release(&text);
}

static void print_cut(const struct model *model, struct output *output, const struct asked *asked,
                      const struct chokepoints *points)
{
    uint32_t shown = asked->top > 0 && asked->top < points->cut_count ? asked->top : points->cut_count;
    if (points->sources == 0) {
        line_print(output, STYLE_BOLD, "\nNo source has a way: these are roles that nobody can become.\n");
        return;
    }
    if (!points->cut_possible) {
        line_print(output, STYLE_BOLD, "\nNo set of statements cuts all sources off.\n");
        return;
    }
    if (points->cut_at_least < points->cut_count)
        line_print(output, STYLE_BOLD, "\n%u statements that leave no source any way; at least %u are needed\n",
                   points->cut_count, points->cut_at_least);
    else
        line_print(output, STYLE_BOLD, "\nThe fewest statements that leave no source any way: %u\n", points->cut_count);
    line_paragraph(output, 2,
                   "Minimized is how many statements are edited, not what else they allow. Each with what it does "
                   "after those before it:");
    print_points(model, output, points->cut, shown);
    if (shown < points->cut_count)
        line_print(output, STYLE_FAINT, "  and %u more, with --top 0 or --format json\n", points->cut_count - shown);
}

static void print_text(struct analysis *analysis, struct output *output, const struct asked *asked,
                       const struct marks *marks, const struct chokepoints *points)
{
    char *words = target_words(asked, marks->target_count);
    if (points->principals == 0) {
        line_print(output, STYLE_BOLD, "Nobody else can end up as %s.\n", words != NULL ? words : "");
    } else {
        line_print(output, STYLE_BOLD, "%u principal%s can end up as %s:\n", points->principals,
                   plural(points->principals), words != NULL ? words : "");
        line_print(output, STYLE_PLAIN,
                   "  %u source%s at which ways begin, and %u role%s; sources reach %u of the roles\n", points->sources,
                   plural(points->sources), points->principals - points->sources,
                   plural(points->principals - points->sources), points->reached);
        if (marks->unknown > 0)
            line_print(output, STYLE_PLAIN, "  %u role%s whose trust policy is not known count%s as source%s\n",
                       marks->unknown, plural(marks->unknown), marks->unknown == 1 ? "s" : "", plural(marks->unknown));
        if (points->ranked > 0)
            line_print(output, STYLE_BOLD, "\nWhat one statement alone does, most first:\n");
        else
            line_print(output, STYLE_BOLD, "\nNo statement alone cuts anybody off: everybody has another way.\n");
        print_points(analysis->model, output, points->ranking, points->ranked);
        if (!points->ranking_complete)
            line_print(output, STYLE_PLAIN, "  The search was stopped: other statements may do more.\n");
        print_cut(analysis->model, output, asked, points);
    }
    free(words);
    line_gaps(analysis, output);
}

static json_t *answer_json(const struct analysis *analysis, const struct asked *asked, const struct marks *marks,
                           const struct chokepoints *points)
{
    json_t *document = json_answer("chokepoints"), *names = json_array(), *kinds = json_array();
    for (size_t i = 0; i < asked->name_count; i++)
        json_array_append_new(names, json_string(asked->names[i]));
    for (size_t i = 0; i < sizeof source_kinds / sizeof source_kinds[0]; i++)
        if ((asked->kinds & source_kinds[i].bit) != 0)
            json_array_append_new(kinds, json_string(source_kinds[i].word));
    json_object_set_new(document, "targets",
                        json_pack("{s:o, s:i, s:i}", "names", asked->name_count > 0 ? names : json_null(), "roles",
                                  (int)marks->target_count, "reached", (int)points->reached));
    if (asked->name_count == 0)
        json_decref(names);
    json_object_set_new(document, "source_kinds", kinds);
    json_object_set_new(document, "principals", json_integer(points->principals));
    json_object_set_new(document, "sources", json_integer(points->sources));
    json_object_set_new(document, "ranking", points_json(analysis->model, points->ranking, points->ranked));
    json_object_set_new(document, "ranking_complete", json_boolean(points->ranking_complete));
    json_object_set_new(document, "cut",
                        json_pack("{s:b, s:s, s:i, s:o}", "possible", points->cut_possible, "minimized",
                                  "number of statements", "at_least", (int)points->cut_at_least, "statements",
                                  points_json(analysis->model, points->cut, points->cut_count)));
    return document;
}

static int answer(struct analysis *analysis, const struct asked *asked, struct output *output, struct marks *marks)
{
    const struct edges *edges = analysis->edges;
    struct chokepoints points;
    struct chokepoints_question question = {marks->targets, marks->sources, marks->excluded, asked->top};
    if (!mark_targets(analysis, asked, marks))
        return EXIT_USAGE;
    marks->unknown = targets_mark_sources(edges, asked->kinds, marks->targets, marks->sources);
    if (!chokepoints_find(edges, &question, &points)) {
        command_error("out of memory");
        return EXIT_INTERNAL;
    }
    int status = points.principals > 0 ? EXIT_YES : EXIT_NO;
    if (strcmp(output->format, "json") == 0)
        status = json_print(analysis, output, answer_json(analysis, asked, marks, &points), status);
    else
        print_text(analysis, output, asked, marks, &points);
    chokepoints_free(&points);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct asked asked;
    struct marks marks = {0};
    int status = read_options(line, &asked) ? analysis_open(line, output, &analysis) : EXIT_USAGE;
    if (status != EXIT_YES)
        return status;
    const struct edges *edges = analysis_edges(&analysis);
    size_t count = edges != NULL ? (size_t)edges->node_count + 1 : 1;
    marks.targets = calloc(count, sizeof *marks.targets);
    marks.sources = calloc(count, sizeof *marks.sources);
    marks.excluded = calloc(count, sizeof *marks.excluded);
    if (edges == NULL || marks.targets == NULL || marks.sources == NULL || marks.excluded == NULL)
        status = EXIT_INTERNAL;
    else
        status = answer(&analysis, &asked, output, &marks);
    free(marks.targets);
    free(marks.sources);
    free(marks.excluded);
    analysis_close(&analysis);
    return status;
}

static const struct command_option options[] = {
    {"target", 0, "NAME", "a role, or all roles of an account or organizational unit (default: any administrator role)",
     true},
    {"top", 0, "N", "show so many statements (default: 10; 0: all)", false},
    {"source", 0, "KIND", "where ways begin: user, outside, service, role (default: the first three)", true},
    {NULL, 0, NULL, NULL, false},
};

const struct command command_chokepoints = {
    .name = "chokepoints",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "the statements to remove or narrow so that fewest, or none, end up as administrators or --target",
    .help =
        "First, statements that do most alone: how many principals (users, roles, outside parties) lose their last\n"
        "way to every target role when that one statement is removed. Then a smallest set of statements without\n"
        "which no source has a way: minimized is the number of statements, whatever else they allow; of the smallest\n"
        "sets one near to the targets is shown.\n\n"
        "Sources are users, outside parties (accounts, principals and identity providers outside the export, anyone)\n"
        "and services; roles are what ways lead through, unless --source role says that they too begin ways. Roles\n"
        "whose trust policy is not known are always sources beside users or outside parties. Who is a target, or by\n"
        "default an administrator, loses nothing.\n\n"
        "A statement is one edit: of the trust policy of one role, of an inline policy of one user, role or group,\n"
        "or of a customer managed policy wherever it is attached. Policies of AWS, and those whose document was not\n"
        "exported, count as one each time they are attached and are detached as a whole. Removing it takes only the\n"
        "steps that no other statement allows. A way is one sts:AssumeRole after the other, each possible under some\n"
        "conditions; whether the conditions of several steps can hold together is not looked at, so there may be\n"
        "ways too many, never too few. Boundaries, SCPs and RCPs limit ways but are not proposed for removal.\n\n"
        "Where one managed policy is attached to callers that differ, finding the smallest number is hard: then the\n"
        "set is a valid one that may be larger than needed, and how many are needed at least is said.\n\n"
        "Exit status 1: nobody has a way.\n\n"
        "Example:\n  rolechain chokepoints --target 444455556666 --target 111122223333/deploy --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
