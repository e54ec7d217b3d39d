#include "analyzer/picture/flow.h"

#include <string.h>

bool flow_write(struct flow *flow, const char *format, FILE *stream, const char **reason)
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
