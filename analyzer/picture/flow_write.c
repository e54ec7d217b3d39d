#include "analyzer/picture/flow.h"

#include "analyzer/analysis/analysis.h"
#include <string.h>

/* False with *reason (static text): Graphviz cannot do it. */
static bool write_as(struct flow *flow, const char *format, FILE *stream, const char **reason)
{
    if (strcmp(format, "dot") == 0) {
        Agraph_t *graph = flow_graph(flow, true);
        agwrite(graph, stream);
        agclose(graph);
        return true;
    }
    if (strcmp(format, "mermaid") == 0) {
        flow_write_mermaid(flow, stream);
        return true;
    }
    struct drawing drawing = {0};
    bool good = flow_draw(flow, &drawing, reason) && drawing_write(&drawing, format, stream, reason);
    drawing_free(&drawing);
    return good;
}

bool flow_print(struct flow *flow, struct analysis *analysis, struct output *output)
{
    const char *reason;
    bool text = strcmp(output->format, "dot") == 0 || strcmp(output->format, "mermaid") == 0;
    progress_work(analysis->progress, "drawing");
    if (!(text || output->terminal ? analysis_can_answer(analysis) : analysis_healthy(analysis)))
        return false;
    bool good = write_as(flow, output->format, output->stream, &reason);
    if (!good)
        command_error("%s", reason);
    return good;
}
