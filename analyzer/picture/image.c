#include "analyzer/picture/image.h"

#include <graphviz/gvc.h>

/* One context for the whole run: Graphviz's text plugin remembers a font of the last context, and uses it after that
 * context was freed. */
static GVC_t *the_context(void)
{
    static GVC_t *context;
    if (context == NULL)
        context = gvContext();
    return context;
}

static const char missing[] = "Graphviz cannot be used; is its library installed whole (libgvc6)?";

/* Renders into memory first: a failure half-way must not leave half a file. stream NULL: discard. */
static bool render(Agraph_t *graph, const char *layout, const char *format, FILE *stream, const char **reason)
{
    GVC_t *context = the_context();
    char *data = NULL;
    unsigned length = 0;
    *reason = missing;
    /* Suppresses warnings that a text is wider than its box: fonts differ. */
    agseterr(AGERR);
    if (context == NULL || gvLayout(context, graph, layout) != 0)
        return false;
    bool good = gvRenderData(context, graph, format, &data, &length) == 0 && data != NULL;
    if (good && stream != NULL)
        fwrite(data, 1, length, stream);
    if (good)
        gvFreeRenderData(data);
    else
        *reason = "Graphviz cannot write this format here; --format svg and dot always work";
    gvFreeLayout(context, graph);
    return good;
}

bool image_lay_out(Agraph_t *graph, const char **reason)
{
    return render(graph, "dot", "dot", NULL, reason);
}

bool image_write(Agraph_t *graph, const char *layout, const char *format, FILE *stream, const char **reason)
{
    return render(graph, layout, format, stream, reason);
}
