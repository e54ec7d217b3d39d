#include "analyzer/report/page/page.h"

#include "analyzer/picture/flow.h"
#include "analyzer/report/page/page_inside.h"
#include <stdlib.h>
#include <string.h>

/* Made by the Makefile from the files beside this one: page_html, page_css, page_script and page_script_hash. */
#include "analyzer/report/page/page_files.h"

const struct page_limits page_limits = {.principals = PAGE_PRINCIPALS,
                                        .bytes = 24 << 20,
                                        .whole_findings = 2500,
                                        .documents = 4 << 20,
                                        .settled = 1000,
                                        .settled_callers = 500,
                                        .changes = 10};

/* The places that page.html has for generated parts. */
enum place { PLACE_NONE, PLACE_HASH, PLACE_STYLE, PLACE_PICTURE, PLACE_DATA, PLACE_SCRIPT };

static const struct {
    const char *mark;
    enum place place;
} places[] = {{"@HASH@", PLACE_HASH},
              {"@STYLE@", PLACE_STYLE},
              {"@PICTURE@", PLACE_PICTURE},
              {"@DATA@", PLACE_DATA},
              {"@SCRIPT@", PLACE_SCRIPT}};

char *page_picture(struct view *view)
{
    struct flow flow = {.report = ""};
    struct drawing drawing = {0};
    const char *reason;
    char *svg = NULL;
    size_t length;
    FILE *stream = open_memstream(&svg, &length);
    view_paths(view, NULL, NULL, &flow);
    if (flow.arc_count > 0 && flow_draw(&flow, &drawing, &reason))
        drawing_write_svg(&drawing, stream);
    fclose(stream);
    drawing_free(&drawing);
    flow_free(&flow);
    return svg;
}

static void write_data(struct page *page)
{
    struct page_json *json = &page->json;
    page_json_open(json, '{');
    page_json_named_number(json, "rolechain", 1);
    page_write_overview(page);
    page_write_accounts(page);
    page_write_principals(page);
    page_write_parties(page);
    page_write_groups(page);
    page_write_edges(page);
    page_write_refuted(page);
    page_write_documents(page);
    page_write_administrators(page);
    page_write_findings(page);
    page_write_about(page);
    page_write_texts(page, "paths", &page->paths);
    page_write_texts(page, "files", &page->files);
    page_write_texts(page, "reasons", &page->reasons);
    page_json_close(json, '}');
    page_json_end(json);
}

/* Without the XML declaration, which HTML does not allow. */
static void write_picture(const char *picture, FILE *stream)
{
    const char *svg = strstr(picture, "<svg");
    if (svg != NULL)
        fputs(svg, stream);
}

static void write_place(struct page *page, enum place place, const char *picture, FILE *stream)
{
    switch (place) {
    case PLACE_HASH:
        fputs(page_script_hash, stream);
        return;
    case PLACE_STYLE:
        fputs(page_css, stream);
        return;
    case PLACE_PICTURE:
        write_picture(picture, stream);
        return;
    case PLACE_DATA:
        write_data(page);
        return;
    case PLACE_SCRIPT:
        fputs(page_script, stream);
        return;
    case PLACE_NONE:
        return;
    }
}

static enum place place_at(const char *text, size_t *length)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        *length = strlen(places[i].mark);
        if (strncmp(text, places[i].mark, *length) == 0)
            return places[i].place;
    }
    *length = 1;
    return PLACE_NONE;
}

void page_write(struct view *view, const struct finding_report *report, const struct page_limits *limits,
                const char *picture, FILE *stream)
{
    struct page page = {.view = view,
                        .analysis = view->analysis,
                        .model = view->model,
                        .edges = view->edges,
                        .report = report,
                        .limits = limits,
                        .json = {.stream = stream}};
    size_t length;
    page_keep(&page);
    page_count_callers(&page);
    for (const char *at = page_html; *at != '\0'; at += length) {
        enum place place = place_at(at, &length);
        if (place == PLACE_NONE)
            fputc(*at, stream);
        else
            write_place(&page, place, picture, stream);
    }
    for (uint32_t i = 0; i < page.refuted_count; i++)
        free(page.refuted[i].callers);
    free(page.refuted);
    free(page.exposure);
    free(page.number);
    free(page.nodes);
    intern_free(&page.paths);
    intern_free(&page.files);
    intern_free(&page.reasons);
}
