#include "graph/chains/chokepoints.h"
#include "analyzer/analysis/removable_words.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 10

/* In the order of the bits TARGETS_FROM_… */
static const char *const source_words[] = {"user", "outside", "service", "role", NULL};

/* The question on the command line. */
struct asked {
    const char *const *names; /* of targets; none: administrators */
    size_t name_count;
    unsigned kinds;
    uint32_t top;
};

struct marks {
    bool *targets, *sources, *excluded;
    uint32_t target_count, unknown; /* roles that count as sources because their trust policies are unknown */
};

static struct asked read_options(const struct command_line *line)
{
    struct asked asked = {.kinds = command_line_words(line, "source"), .top = DEFAULT_TOP};
    asked.name_count = command_line_values(line, "target", &asked.names);
    command_line_number(line, "top", &asked.top);
    if (asked.kinds == 0)
        asked.kinds = TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE | TARGETS_FROM_SERVICES;
    return asked;
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

static json_t *point_json(const struct model *model, const struct chokepoint *point)
{
    const struct removable *what = &point->statement;
    const struct policy_use *use = what->use;
    const struct model_account *account = removable_account(model, what);
    bool shared = use->kind == USE_MANAGED && what->statement != NULL;
    json_t *object = json_object(), *source = json_object();
    const char *file;
    uint32_t line;
    removable_locate(model, what, &file, &line);
    json_put(source, "file", json_text(file));
    json_put(source, "line", json_integer(line));
    json_put(object, "remove", json_text(what->statement != NULL ? "statement" : "attachment"));
    json_put(object, "account", json_text(account != NULL ? account->id : NULL));
    json_put(object, "policy", json_text(wording_policy_name(use)));
    json_put(object, "policy_arn", json_text(use->arn));
    json_put(object, "holder", json_text(shared ? NULL : use->holder));
    json_put(object, "sid", json_text(what->statement != NULL ? what->statement->sid : NULL));
    json_put(object, "statement", what->statement != NULL ? json_integer(what->statement->position) : json_null());
    json_put(object, "source", source);
    json_put(object, "principals", json_integer(point->principals));
    json_put(object, "sources", json_integer(point->sources));
    json_put(object, "roles", json_integer(point->targets));
    return object;
}

static json_t *points_json(const struct model *model, const struct chokepoint *points, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_add(list, point_json(model, &points[i]));
    return list;
}

static void print_points(const struct model *model, struct output *output, const struct chokepoint *points,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct chokepoint *point = &points[i];
        struct text place = {0};
        char *what = removable_words(model, &point->statement, &place);
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%u. ", i + 1);
        styled_add(&line, STYLE_BOLD, "%s", what);
        styled_print(&line, output, 2, 5, place.length > 0 ? place.data : NULL);
        styled_add(&line, STYLE_PLAIN, "cuts off %u principal%s (%u starting point%s)", point->principals,
                   text_plural(point->principals), point->sources, text_plural(point->sources));
        if (point->targets > 0)
            styled_add(&line, STYLE_PLAIN, "; %u role%s can no longer be reached", point->targets,
                       text_plural(point->targets));
        styled_print(&line, output, 5, 5, NULL);
        free(what);
        text_free(&place);
    }
}

/* What the question is about: "the only administrator role", "one or more of 7 roles (production)". */
static char *target_words(const struct asked *asked, uint32_t count)
{
    const char *kind = asked->name_count == 0 ? "administrator role" : "role";
    struct text text = {0};
    if (count == 0)
        text_format(&text, "any %s: there is none", kind);
    else if (count > 1)
        text_format(&text, "one or more of %u %ss", count, kind);
    else if (asked->name_count == 0)
        text_append_string(&text, "the only administrator role");
    for (size_t i = 0; i < asked->name_count; i++)
        text_format(&text, "%s%s", i > 0 ? ", " : count == 1 ? "" : " (", asked->names[i]);
    if (asked->name_count > 0 && count != 1)
        text_append_string(&text, ")");
    return text_release(&text);
}

/* "users, outsiders or services" */
static char *source_names(unsigned kinds, const char *before_last)
{
    static const char *const names[] = {"users", "outsiders", "services", "roles"};
    struct text text = {0};
    for (unsigned i = 0; i < 4; i++)
        if ((kinds & 1u << i) != 0)
            text_format(&text, "%s%s", text.length == 0 ? "" : kinds >> (i + 1) == 0 ? before_last : ", ", names[i]);
    return text_release(&text);
}

static void print_cut(const struct model *model, struct output *output, const struct asked *asked,
                      const struct chokepoints *points, uint32_t targets)
{
    uint32_t shown = asked->top > 0 && asked->top < points->cut_count ? asked->top : points->cut_count;
    if (points->sources == 0) {
        char *kinds = source_names(asked->kinds, " or ");
        line_print(output, STYLE_BOLD, "\nNo %s can reach %s\n", kinds, targets == 1 ? "this role" : "these roles");
        free(kinds);
        return;
    }
    if (!points->cut_possible) {
        line_print(output, STYLE_BOLD, "\nNo set of statements cuts off all starting points\n");
        return;
    }
    if (points->cut_at_least < points->cut_count)
        line_print(output, STYLE_BOLD, "\n%u statements together cut off all starting points; at least %u are needed\n",
                   points->cut_count, points->cut_at_least);
    else
        line_print(output, STYLE_BOLD, "\n%u statement%s cut%s off all starting points\n", points->cut_count,
                   text_plural(points->cut_count), points->cut_count == 1 ? "s" : "");
    line_paragraph(
        output, 2,
        "Fewest edits; other access lost is not weighed. Each line shows what it adds to the lines before it.");
    print_points(model, output, points->cut, shown);
    if (shown < points->cut_count)
        line_print(output, STYLE_FAINT, "  %u more; --top 0 lists them\n", points->cut_count - shown);
}

static void print_text(struct analysis *analysis, struct output *output, const struct asked *asked,
                       const struct marks *marks, const struct chokepoints *points)
{
    char *words = target_words(asked, marks->target_count);
    if (points->principals == 0) {
        line_print(output, STYLE_BOLD, "Nobody else can become %s\n", words);
    } else {
        line_head(output, "%u principal%s can become %s", points->principals, text_plural(points->principals), words);
        struct styled line = {0};
        char *kinds = source_names(asked->kinds, ", ");
        styled_add(&line, STYLE_PLAIN, "%u starting point%s (%s; see --source) and %u role%s on the way",
                   points->sources, text_plural(points->sources), kinds, points->principals - points->sources,
                   text_plural(points->principals - points->sources));
        free(kinds);
        if (marks->target_count > 1)
            styled_add(&line, STYLE_PLAIN, "; the starting points can reach %u of the %u roles", points->reached,
                       marks->target_count);
        styled_print(&line, output, 2, 2, NULL);
        if (marks->unknown > 0)
            line_print(output, STYLE_PLAIN, "  %u role%s whose trust policy is unknown count%s as starting point%s\n",
                       marks->unknown, text_plural(marks->unknown), marks->unknown == 1 ? "s" : "",
                       text_plural(marks->unknown));
        if (points->ranked > 0)
            line_print(output, STYLE_BOLD,
                       "\nEffect of removing or narrowing one statement, the most effective first\n");
        else
            line_print(output, STYLE_BOLD, "\nNo single statement cuts anyone off: everyone has another way\n");
        print_points(analysis->model, output, points->ranking, points->ranked);
        if (!points->ranking_complete)
            line_print(output, STYLE_PLAIN, "  The search was stopped: other statements may cut off more\n");
        print_cut(analysis->model, output, asked, points, marks->target_count);
    }
    free(words);
    line_gaps(analysis, output);
}

static json_t *answer_json(const struct analysis *analysis, const struct asked *asked, const struct marks *marks,
                           const struct chokepoints *points)
{
    const struct model *model = analysis->model;
    json_t *document = json_answer("chokepoints", 2), *targets = json_object(), *names = json_array(),
           *kinds = json_array(), *cut = json_object();
    for (size_t i = 0; i < asked->name_count; i++)
        json_add(names, json_text(asked->names[i]));
    for (size_t i = 0; source_words[i] != NULL; i++)
        if ((asked->kinds & 1u << i) != 0)
            json_add(kinds, json_text(source_words[i]));
    json_put(targets, "names", asked->name_count > 0 ? json_incref(names) : json_null());
    json_decref(names);
    json_put(targets, "roles", json_integer(marks->target_count));
    json_put(targets, "reached", json_integer(points->reached));
    json_put(document, "targets", targets);
    json_put(document, "source_kinds", kinds);
    json_put(document, "principals", json_integer(points->principals));
    json_put(document, "sources", json_integer(points->sources));
    json_put(document, "ranking", points_json(model, points->ranking, points->ranked));
    json_put(document, "ranking_complete", json_boolean(points->ranking_complete));
    json_put(cut, "possible", json_boolean(points->cut_possible));
    json_put(cut, "minimized", json_text("number of statements"));
    json_put(cut, "at_least", json_integer(points->cut_at_least));
    json_put(cut, "statements", points_json(model, points->cut, points->cut_count));
    json_put(document, "cut", cut);
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
    progress_work(analysis->progress, "finding chokepoints");
    chokepoints_find(edges, &question, &points);
    int status = points.principals > 0 ? EXIT_YES : EXIT_NO;
    if (!analysis_can_answer(analysis))
        status = EXIT_INTERNAL;
    else if (strcmp(output->format, "json") == 0)
        json_print(analysis, output, answer_json(analysis, asked, marks, &points));
    else
        print_text(analysis, output, asked, marks, &points);
    chokepoints_free(&points);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct asked asked = read_options(line);
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    size_t count = analysis_edges(&analysis)->node_count;
    struct marks marks = {.targets = memory_zeroed(count, sizeof *marks.targets),
                          .sources = memory_zeroed(count, sizeof *marks.sources),
                          .excluded = memory_zeroed(count, sizeof *marks.excluded)};
    status = answer(&analysis, &asked, output, &marks);
    free(marks.targets);
    free(marks.sources);
    free(marks.excluded);
    return analysis_end(&analysis, status);
}

static const struct command_option options[] = {
    {.name = "target",
     .value = "NAME",
     .help = "a role, or all roles of an account or organizational unit (default: any administrator role)",
     .repeatable = true},
    {.name = "top",
     .value = "N",
     .help = "show at most N statements; 0: all (default: 10)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = "source",
     .value = "KIND",
     .help = "kinds of starting points: user, outside, service, role (default: the first three)",
     .repeatable = true,
     .kind = OPTION_WORD,
     .words = source_words},
    {.name = NULL},
};

const struct command command_chokepoints = {
    .name = "chokepoints",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "the statements to remove so that the fewest principals can become administrator (or --target)",
    .help =
        "The first list ranks single statements: how many principals (users, roles, outside parties) are cut off from "
        "every target role when only that statement is removed. The second list is a smallest set of statements that "
        "together cut off all starting points. It has the fewest edits; what else the statements allow is not weighed. "
        "Of several smallest sets, one close to the targets is shown.\n\nStarting points are users, outside parties "
        "(accounts, principals and identity providers outside the export,\nanyone) and services. Roles are only steps "
        "on the way, unless --source role makes them starting points too. Roles whose trust policy is unknown always "
        "count with users or outside parties. Targets (by default, administrators) never count as cut off.\n\nRemoving "
        "a statement is one edit: to the trust policy of one role, to an inline policy of one user, role or group, or "
        "to a customer managed policy wherever it is attached. AWS managed policies, and policies without an exported "
        "document, count as one edit per attachment and are detached as a whole. An edit removes only the steps that "
        "no other statement allows. A way is one or more sts:AssumeRole calls, each possible under some conditions. "
        "Whether the conditions of several calls can be met together is not checked, so there may be too many ways, "
        "never too few. Boundaries, SCPs and RCPs limit ways but are not proposed for removal.\n\nIf one managed "
        "policy is attached to callers that differ, finding the smallest set is hard: the set shown works but may be "
        "larger than needed, and the least number of edits is given.\n\nExit status 1: nobody has a way.\n\nExample:\n "
        " rolechain chokepoints --target 444455556666 --target 111122223333/deploy --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
