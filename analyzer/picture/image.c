#include "analyzer/picture/image.h"

#include <graphviz/gvc.h>

/* One context for the whole run: Graphviz's text plugin remembers a font of the last context, and looks at it after
 * that context was freed. */
static GVC_t *the_context(void)
{
    static GVC_t *context;
    if (context == NULL)
        context = gvContext();
    return context;
}

bool image_write(Agraph_t *graph, const char *format, FILE *stream, const char **reason)
{
    GVC_t *context = the_context();
    char *data = NULL;
    unsigned length = 0;
    *reason = "Graphviz cannot be used; is its library installed whole (libgvc6)?";
    if (context == NULL || gvLayout(context, graph, "dot") != 0)
        return false;
    /* Into memory first: a failure half-way must not leave half a file. */
    bool good = gvRenderData(context, graph, format, &data, &length) == 0 && data != NULL;
    if (good) {
        fwrite(data, 1, length, stream);
        gvFreeRenderData(data);
    } else {
        *reason = "Graphviz cannot write this format here; --format dot always works";
    }
    gvFreeLayout(context, graph);
    return good;
}
