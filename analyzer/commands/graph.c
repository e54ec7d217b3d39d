#include "analyzer/analysis/administrators.h"
#include "analyzer/picture/dot.h"
#include "analyzer/picture/image.h"
#include "analyzer/report/lines.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

enum level { LEVEL_PRINCIPAL, LEVEL_ACCOUNT };
static const char *const level_words[] = {[LEVEL_PRINCIPAL] = "principal", [LEVEL_ACCOUNT] = "account", NULL};

/* Adds the nodes that --focus names. False: an error was printed. */
static bool resolve_focus(struct analysis *analysis, const char *const *names, size_t count, uint32_t *nodes)
{
    for (size_t i = 0; i < count; i++) {
        struct caller caller;
        if (!analysis_resolve_caller(analysis, names[i], &caller))
            return false;
        nodes[i] = analysis_node(analysis, &caller);
    }
    return true;
}

/* False with *reason: Graphviz cannot. */
static bool write_picture(const struct picture *picture, struct output *output, const char **reason)
{
    Agraph_t *graph = dot_graph(picture);
    bool good = true;
    if (strcmp(output->format, "dot") == 0)
        agwrite(graph, output->stream);
    else
        good = image_write(graph, output->format, output->stream, reason);
    agclose(graph);
    return good;
}

static void say_what_is_missing(const struct picture *picture, const struct output *output)
{
    for (uint32_t i = 0; i < picture->caption_count && !output->quiet; i++)
        if (picture->caption[i].too_large)
            command_error("%s --focus NODE draws a part whole.", picture->caption[i].sentence);
}

static int draw(struct analysis *analysis, struct output *output, const struct picture_options *options)
{
    struct picture *picture = picture_new(analysis->edges, options);
    const char *reason;
    bool good = analysis_healthy(analysis);
    if (good && !write_picture(picture, output, &reason)) {
        command_error("%s", reason);
        good = false;
    }
    say_what_is_missing(picture, output);
    picture_free(picture);
    return good ? EXIT_YES : EXIT_INTERNAL;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  struct picture_options *options)
{
    const struct model *model = analysis->model;
    const char *const *names;
    size_t count = command_line_values(line, "focus", &names);
    uint32_t *focus = memory_zeroed(count, sizeof *focus);
    bool *administrators = memory_zeroed(model->principal_count, sizeof *administrators);
    int status = EXIT_USAGE;
    analysis_edges_for(analysis, line);
    if (resolve_focus(analysis, names, count, focus)) {
        for (uint32_t i = 0; i < model->principal_count; i++)
            administrators[i] = administrators_has(analysis, i);
        options->focus = focus;
        options->focus_count = (uint32_t)count;
        options->administrators = administrators;
        status = draw(analysis, output, options);
    }
    free(administrators);
    free(focus);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct picture_options options = {.hops = 1};
    uint32_t level = LEVEL_PRINCIPAL;
    bool hops = command_line_number(line, "hops", &options.hops);
    command_line_number(line, "max-nodes", &options.maximum_nodes);
    command_line_word(line, "level", &level);
    options.accounts = level == LEVEL_ACCOUNT;
    if (hops && !command_line_has(line, "focus")) {
        command_error("--hops counts from a --focus NODE");
        return EXIT_USAGE;
    }
    if (output->terminal && strcmp(output->format, "png") == 0) {
        command_error("a PNG is not for a terminal; use --output FILE");
        return EXIT_USAGE;
    }
    int status = analysis_open(line, output, &analysis);
    return status == EXIT_YES ? analysis_end(&analysis, answer(&analysis, line, output, &options)) : status;
}

static const struct command_option options_of_graph[] = {
    {.name = "focus",
     .value = "NODE",
     .help = "only what is near this principal, role, account or provider",
     .repeatable = true},
    {.name = "hops",
     .value = "N",
     .help = "how far from the focus (default: 1)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = "control", .help = "also control: edit-trust, edit-permissions, take-credentials, pass-role, take-over"},
    {.name = "level",
     .value = "LEVEL",
     .help = "principal (default), or account: one node an account",
     .kind = OPTION_WORD,
     .words = level_words},
    {.name = "max-nodes",
     .value = "N",
     .help = "draw fleets and sinks together above so many nodes (default: 300)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = NULL},
};

const struct command command_graph = {
    .name = "graph",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "the picture: accounts, principals, who can assume which role",
    .help = "Accounts are clusters, what can assume what are arrows, dashed where conditions must hold. A picture of\n"
            "more than some hundred nodes is drawn with fleets of alike roles as one node, and says so.\n\n"
            "Examples:\n  rolechain graph --from exports/ --format svg -o roles.svg\n"
            "  rolechain graph --from exports/ --focus 111122223333/deploy --hops 2 | dot -Tpdf > deploy.pdf",
    .options = options_of_graph,
    .formats = "dot,svg,png",
    .reads_database = true,
    .run = run,
};
