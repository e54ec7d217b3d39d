#include "tests/analyzer/picture/drawn.h"

#include "tests/support/testing.h"
#include <stdlib.h>
#include <string.h>

void drawn_open(struct drawn *drawn, const char *text)
{
    char *error = NULL;
    *drawn = (struct drawn){.analysis = {.now = 1767225600}};
    if (!scenario_read(&drawn->scenario, text, 1))
        fail_msg("%s", drawn->scenario.error);
    drawn->analysis.store = scenario_load(&drawn->scenario);
    assert_non_null(drawn->analysis.store);
    drawn->analysis.model = model_load(drawn->analysis.store, &error);
    assert_non_null(drawn->analysis.model);
    analysis_start(&drawn->analysis);
    view_open(&drawn->view, &drawn->analysis, analysis_edges(&drawn->analysis));
}

void drawn_close(struct drawn *drawn)
{
    flow_free(&drawn->flow);
    view_close(&drawn->view);
    analysis_close(&drawn->analysis);
    scenario_free(&drawn->scenario);
}

char *drawn_as(struct drawn *drawn, const char *format, size_t *length)
{
    char *text = NULL;
    const char *reason = "";
    FILE *stream = open_memstream(&text, length);
    struct drawing drawing = {0};
    if (strcmp(format, "dot") == 0) {
        Agraph_t *graph = flow_graph(&drawn->flow, true);
        agwrite(graph, stream);
        agclose(graph);
    } else if (strcmp(format, "mermaid") == 0) {
        flow_write_mermaid(&drawn->flow, stream);
    } else {
        if (!flow_draw(&drawn->flow, &drawing, &reason))
            fail_msg("%s", reason);
        if (strcmp(format, "svg") == 0)
            drawing_write_svg(&drawing, stream);
        else if (!drawing_write_image(&drawing, format, stream, &reason))
            fail_msg("%s", reason);
        drawing_free(&drawing);
    }
    fclose(stream);
    return text;
}

const struct flow_box *drawn_box(const struct drawn *drawn, const char *name)
{
    for (uint32_t i = 0; i < drawn->flow.box_count; i++)
        if (strcmp(drawn->flow.boxes[i].name, name) == 0)
            return &drawn->flow.boxes[i];
    return NULL;
}

const struct flow_arc *drawn_arc(const struct drawn *drawn, const char *from, const char *to)
{
    for (uint32_t i = 0; i < drawn->flow.arc_count; i++)
        if (strcmp(drawn->flow.boxes[drawn->flow.arcs[i].from].name, from) == 0 &&
            strcmp(drawn->flow.boxes[drawn->flow.arcs[i].to].name, to) == 0)
            return &drawn->flow.arcs[i];
    return NULL;
}
