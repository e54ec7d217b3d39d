#include "analyzer/picture/frame.h"

#include "analyzer/picture/fit.h"
#include "analyzer/picture/flow.h"
#include "graph/model/model.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* "2026-11-30T…" is 30 November 2026. */
static void append_date(struct text *text, const char *iso)
{
    char *month, *day, *end;
    unsigned long year = strtoul(iso, &month, 10), number, date;
    if (*month != '-')
        return;
    number = strtoul(month + 1, &day, 10);
    date = *day == '-' ? strtoul(day + 1, &end, 10) : 0;
    if (date > 0 && number >= 1 && number <= 12)
        text_format(text, " · loaded %lu %s %lu", date, months[number - 1], year);
}

const char *frame_origin(struct arena *arena, const struct model *model)
{
    struct text text = {0};
    const char *loaded = "";
    uint32_t exported = 0;
    for (uint32_t i = 0; i < model->account_count; i++) {
        if (model->accounts[i].detail == ACCOUNT_NOT_EXPORTED)
            continue;
        exported++;
        if (strcmp(model->accounts[i].loaded, loaded) > 0)
            loaded = model->accounts[i].loaded;
    }
    if (model->organization != NULL)
        text_format(&text, "Organization %s · ", model->organization);
    if (exported < 1000)
        text_format(&text, "%u account%s", exported, text_plural(exported));
    else
        text_format(&text, "%u,%03u accounts", exported / 1000, exported % 1000);
    append_date(&text, loaded);
    return text_keep(&text, arena);
}

double frame_paragraph(struct drawing *drawing, double x, double y, double width, double size, enum ink ink,
                       const char *text)
{
    struct text line = {0};
    for (const char *at = text; *at != '\0';) {
        size_t word = strcspn(at, " ");
        size_t before = line.length;
        if (line.length > 0)
            text_append_char(&line, ' ');
        text_append(&line, at, word);
        if (before > 0 && fit_width(line.data, size) > width) {
            line.length = before;
            line.data[before] = '\0';
            drawing_text(drawing, x, y, size, ink, line.data);
            y += size * 1.5;
            line.length = 0;
            text_append(&line, at, word);
        }
        at += word;
        at += strspn(at, " ");
    }
    if (line.length > 0)
        drawing_text(drawing, x, y, size, ink, line.data);
    text_free(&line);
    return y + size * 1.5;
}

double frame_title(struct drawing *drawing, const char *title, const char *rest, const char *const *lines,
                   uint32_t count, double width)
{
    struct arena arena = {0};
    const char *fitting = fit_name(&arena, title, 22, width * (rest != NULL ? 0.6 : 1));
    double y = 70;
    drawing_text(drawing, FRAME_LEFT, 46, 22, INK_TEXT, fitting)->bold = true;
    if (rest != NULL)
        drawing_text(drawing, FRAME_LEFT + fit_width(fitting, 22) * 1.06 + 10, 46, 22, INK_SECOND, rest);
    for (uint32_t i = 0; i < count; i++)
        y = frame_paragraph(drawing, FRAME_LEFT, y, width, 13, INK_SECOND, lines[i]);
    arena_free(&arena);
    return y - 13;
}

void frame_head(struct drawing *drawing, double x, double y, double width, const char *text)
{
    struct shape *head = drawing_text(drawing, x, y, 11, INK_SECOND, text);
    head->spaced = true;
    drawing_line(drawing, (struct point){x, y + 10}, (struct point){x + width, y + 10}, INK_HAIRLINE, 1);
}

enum ink frame_text_ink(int severity)
{
    return severity == SEVERITY_CRITICAL ? INK_CRITICAL_TEXT
           : severity == SEVERITY_HIGH   ? INK_HIGH_TEXT
           : severity == SEVERITY_MEDIUM ? INK_MEDIUM_TEXT
                                         : INK_SECOND;
}

static void draw_dot(struct drawing *drawing, double x, double y, double radius, enum ink ink)
{
    struct shape *dot = drawing_box(drawing, x - radius, y - radius, 2 * radius, 2 * radius, ink, INK_NONE);
    dot->radius = radius;
}

void frame_mark(struct drawing *drawing, double x, double y, int severity)
{
    enum ink ink = flow_ink(severity);
    const struct point diamond[] = {{x, y - 5.5}, {x + 5.5, y}, {x, y + 5.5}, {x - 5.5, y}};
    const struct point triangle[] = {{x, y - 4.8}, {x + 5.2, y + 4.2}, {x - 5.2, y + 4.2}};
    if (severity == SEVERITY_CRITICAL)
        drawing_polygon(drawing, diamond, 4, ink);
    else if (severity == SEVERITY_HIGH)
        drawing_polygon(drawing, triangle, 3, ink);
    else if (severity == SEVERITY_MEDIUM)
        draw_dot(drawing, x, y, 4, ink);
}

static double legend_word(struct drawing *drawing, double x, double y, const char *word, enum ink ink)
{
    drawing_text(drawing, x, y, 12, ink, word);
    return x + fit_width(word, 12) + 22;
}

static double legend_line(struct drawing *drawing, double x, double y, int severity, bool dashed)
{
    drawing_line(drawing, (struct point){x, y - 4}, (struct point){x + 26, y - 4},
                 dashed ? INK_TEXT : flow_ink(severity), dashed ? 1.2 : flow_line_width(severity))
        ->dashed = dashed;
    return x + 33;
}

static double legend_separator(struct drawing *drawing, double x, double y)
{
    drawing_line(drawing, (struct point){x, y - 12}, (struct point){x, y + 3}, INK_HAIRLINE, 1);
    return x + 20;
}

static double legend_severities(struct drawing *drawing, double x, double y, const struct frame_legend *legend)
{
    static const int severities[] = {SEVERITY_CRITICAL, SEVERITY_HIGH, SEVERITY_MEDIUM, SEVERITY_INFO};
    x = legend_word(drawing, x, y, legend->of, INK_SECOND);
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        if ((legend->severities & 1u << severities[i]) == 0)
            continue;
        if (legend->marks && severities[i] >= SEVERITY_MEDIUM) {
            frame_mark(drawing, x + 4, y - 4, severities[i]);
            x += 14;
        }
        x = legend_line(drawing, x, y, severities[i], false);
        x = legend_word(drawing, x, y, flow_severity_word(severities[i]), INK_TEXT);
    }
    return x;
}

/* An entry that does not fit on the row begins another. */
static double legend_part(struct drawing *drawing, double x, double *y, double right, double needed)
{
    if (x + needed > right) {
        *y += 22;
        return FRAME_LEFT;
    }
    return legend_separator(drawing, x, *y);
}

double frame_legend(struct drawing *drawing, double y, double width, const struct frame_legend *legend)
{
    static const char administrator[] = "administrator of its account",
                      critical[] = "how many in the box have a critical trust finding; alone: all";
    double x = FRAME_LEFT, right = FRAME_LEFT + width;
    drawing_line(drawing, (struct point){x, y}, (struct point){right, y}, INK_HAIRLINE, 1);
    y += 28;
    if (legend->severities != 0)
        x = legend_severities(drawing, x, y, legend);
    if (legend->dashed != NULL) {
        x = legend_part(drawing, x, &y, right, fit_width(legend->dashed, 12) + 55);
        x = legend_line(drawing, x, y, SEVERITY_INFO, true);
        x = legend_word(drawing, x, y, legend->dashed, INK_TEXT);
    }
    if (legend->administrator) {
        x = legend_part(drawing, x, &y, right, fit_width(administrator, 12) + 55);
        drawing_box(drawing, x, y - 12, 26, 16, INK_PAGE, INK_BOX_LINE)->radius = 2;
        drawing_box(drawing, x, y - 12, 5, 16, INK_TEXT, INK_NONE);
        x = legend_word(drawing, x + 34, y, administrator, INK_TEXT);
    }
    if (legend->critical) {
        x = legend_part(drawing, x, &y, right, fit_width(critical, 12) + 41);
        frame_mark(drawing, x + 6, y - 4, SEVERITY_CRITICAL);
        x = legend_word(drawing, x + 19, y, critical, INK_TEXT);
    }
    if (legend->ground != NULL) {
        x = legend_part(drawing, x, &y, right, fit_width(legend->ground, 12) + 55);
        drawing_box(drawing, x, y - 12, 26, 16, INK_WASH, INK_NONE)->radius = 3;
        legend_word(drawing, x + 34, y, legend->ground, INK_TEXT);
    }
    return y + 24;
}
