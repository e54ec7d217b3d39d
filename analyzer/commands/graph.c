#include "analyzer/analysis/administrators.h"
#include "analyzer/picture/dot.h"
#include "analyzer/picture/image.h"
#include "analyzer/report/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *option, const char *text, uint32_t *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value > 1000000) {
        command_error("--%s takes a number, not \"%s\"", option, text);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

/* The nodes that --focus names. NULL: an error was printed. */
static uint32_t *resolve_focus(struct analysis *analysis, const struct command_line *line, uint32_t *count)
{
    const char *const *names;
    size_t given = command_line_values(line, "focus", &names);
    uint32_t *nodes = calloc(given + 1, sizeof *nodes);
    *count = 0;
    for (size_t i = 0; nodes != NULL && i < given; i++) {
        struct caller caller;
        uint32_t node = MODEL_NONE;
        if (analysis_resolve_caller(analysis, names[i], &caller))
            node = analysis_node(analysis, &caller);
        if (node == MODEL_NONE) {
            free(nodes);
            return NULL;
        }
        nodes[(*count)++] = node;
    }
    return nodes;
}

static int write_picture(const struct picture *picture, struct output *output)
{
    const char *reason = "";
    Agraph_t *graph = dot_graph(picture);
    bool good = graph != NULL;
    if (good && strcmp(output->format, "dot") == 0)
        good = agwrite(graph, output->stream) == 0;
    else if (good)
        good = image_write(graph, output->format, output->stream, &reason);
    else
        reason = "out of memory";
    if (!good && reason[0] != '\0')
        command_error("%s", reason);
    if (graph != NULL)
        agclose(graph);
    return good ? EXIT_YES : EXIT_INTERNAL;
}

static void say_what_is_missing(const struct picture *picture, const struct output *output)
{
    for (uint32_t i = picture->first_warning; i < picture->caption_count && !output->quiet; i++)
        if (strncmp(picture->caption[i], "Too large", 9) == 0)
            command_error("%s --focus NODE draws a part whole.", picture->caption[i]);
}

static bool *find_administrators(struct analysis *analysis)
{
    bool *list = calloc((size_t)analysis->model->principal_count + 1, sizeof *list);
    for (uint32_t i = 0; list != NULL && i < analysis->model->principal_count; i++)
        list[i] = administrators_has(analysis, i);
    return list;
}

static int draw(struct analysis *analysis, const struct command_line *line, struct output *output,
                struct picture_options *options)
{
    uint32_t *focus = resolve_focus(analysis, line, &options->focus_count);
    bool *administrators = find_administrators(analysis);
    struct picture *picture = NULL;
    int status = EXIT_USAGE;
    if (focus != NULL && administrators != NULL) {
        options->focus = focus;
        options->administrators = administrators;
        picture = picture_new(analysis->edges, options);
        if (picture == NULL) {
            command_error("out of memory");
            status = EXIT_INTERNAL;
        } else {
            status = write_picture(picture, output);
            say_what_is_missing(picture, output);
        }
    }
    picture_free(picture);
    free(administrators);
    free(focus);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct picture_options options = {.hops = 1};
    const char *hops = command_line_value(line, "hops"), *level = command_line_value(line, "level");
    const char *most = command_line_value(line, "max-nodes");
    if ((hops != NULL && !read_number("hops", hops, &options.hops)) ||
        (most != NULL && !read_number("max-nodes", most, &options.maximum_nodes)))
        return EXIT_USAGE;
    if (level != NULL && strcmp(level, "principal") != 0 && strcmp(level, "account") != 0) {
        command_error("--level takes principal or account, not \"%s\"", level);
        return EXIT_USAGE;
    }
    if (hops != NULL && !command_line_has(line, "focus")) {
        command_error("--hops counts from a --focus NODE");
        return EXIT_USAGE;
    }
    options.accounts = level != NULL && strcmp(level, "account") == 0;
    if (output->terminal && strcmp(output->format, "png") == 0) {
        command_error("a PNG is not for a terminal; use --output FILE");
        return EXIT_USAGE;
    }
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    status = analysis_edges_for(&analysis, line) != NULL ? draw(&analysis, line, output, &options) : EXIT_INTERNAL;
    analysis_close(&analysis);
    return status;
}

static const struct command_option options_of_graph[] = {
    {"focus", 0, "NODE", "only what is near this principal, role, account or provider", true},
    {"hops", 0, "N", "how far from the focus (default: 1)", false},
    {"control", 0, NULL, "also control over IAM: edit-trust, edit-permissions, take-credentials, pass-role", false},
    {"level", 0, "LEVEL", "principal (default), or account: one node an account", false},
    {"max-nodes", 0, "N", "draw fleets and sinks together above so many nodes (default: 300)", false},
    {NULL, 0, NULL, NULL, false},
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
