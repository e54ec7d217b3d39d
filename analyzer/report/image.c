#include "analyzer/report/image.h"

#include <graphviz/gvc.h>

bool image_write(Agraph_t *graph, const char *format, FILE *stream, const char **reason)
{
    GVC_t *context = gvContext();
    bool good = false;
    char *data = NULL;
    unsigned length = 0;
    *reason = "Graphviz cannot be used; is its library installed whole (libgvc6)?";
    if (context != NULL && gvLayout(context, graph, "dot") == 0) {
        /* Into memory first: a failure half-way must not leave half a file. */
        if (gvRenderData(context, graph, format, &data, &length) == 0 && data != NULL) {
            good = fwrite(data, 1, length, stream) == length;
            *reason = "the picture could not be written";
            gvFreeRenderData(data);
        } else {
            *reason = "Graphviz cannot write this format here; --format dot always works";
        }
        gvFreeLayout(context, graph);
    }
    if (context != NULL)
        gvFreeContext(context);
    return good;
}
