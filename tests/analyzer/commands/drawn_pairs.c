#include "tests/analyzer/commands/drawn_pairs.h"

#include "ingest/support/text.h"
#include "tests/analyzer/commands/asking.h"

#include <graphviz/cgraph.h>
#include <stdlib.h>
#include <string.h>

char *drawn_pair_name(const char *from, const char *to)
{
    struct text text = {0};
    text_format(&text, "%s -> %s", from, to);
    return text_release(&text);
}

/* The callers that the node represents, one per line of its tooltip. */
static json_t *members_of(Agnode_t *node)
{
    json_t *members = json_array();
    for (const char *line = agget(node, "tooltip"); line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");
        bool anyone = strncmp(line, "anyone ", strlen("anyone ")) == 0;
        json_array_append_new(members, anyone ? json_string("*") : json_stringn(line, length));
        line += length + (line[length] == '\n');
    }
    return members;
}

static void add_arrow(json_t *pairs, Agedge_t *arrow)
{
    json_t *from = members_of(agtail(arrow)), *to = members_of(aghead(arrow)), *x, *y;
    const char *style = agget(arrow, "style");
    size_t i, j;
    json_array_foreach(from, i, x) json_array_foreach(to, j, y)
    {
        char *name = drawn_pair_name(json_string_value(x), json_string_value(y));
        json_object_set_new(pairs, name, json_boolean(style != NULL && strstr(style, "dashed") != NULL));
        free(name);
    }
    json_decref(from);
    json_decref(to);
}

json_t *drawn_pairs(const char *database)
{
    json_t *pairs = json_object();
    int status;
    char *text = ask_text(
        &status, (const char *const[]){"graph", "-d", database, "--format", "dot", "--view", "principals", NULL});
    Agraph_t *graph = text != NULL ? agmemread(text) : NULL;
    for (Agnode_t *node = graph != NULL ? agfstnode(graph) : NULL; node != NULL; node = agnxtnode(graph, node))
        for (Agedge_t *arrow = agfstout(graph, node); arrow != NULL; arrow = agnxtout(graph, arrow))
            add_arrow(pairs, arrow);
    if (graph != NULL)
        agclose(graph);
    free(text);
    return pairs;
}
