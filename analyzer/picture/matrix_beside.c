#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/matrix_inside.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define FULL_PERCENT 80u

/* ---- beside it */

static double legend_row(struct matrix *matrix, double x, double y, enum ink ink, const char *text, uint32_t count)
{
    drawing_box(matrix->drawing, x, y - 12, 26, 16, ink, INK_NONE);
    drawing_text(matrix->drawing, x + 36, y, 12, INK_TEXT, text);
    if (count != UINT32_MAX)
        drawing_text(matrix->drawing, x + SIDE_WIDTH - 20, y, 12, INK_SECOND,
                     flow_text(&matrix->words, "%s pair%s", flow_number(&matrix->words, count), text_plural(count)))
            ->anchor = ANCHOR_END;
    return y + 22;
}

static double draw_steps(struct matrix *matrix, double x, double y)
{
    static const char *const steps[STEPS] = {"1–2 roles", "3–9 roles", "10 or more roles", "1–2 administrators",
                                             "3 or more administrators"};
    frame_head(matrix->drawing, x, y, SIDE_WIDTH - 20,
               matrix->reach.by_unit ? "ROLES OF THE COLUMN’S UNIT" : "ROLES OF THE COLUMN’S ACCOUNT");
    y += 32;
    for (uint32_t i = 0; i < STEPS; i++)
        y = matrix->counts[i] == 0
                ? y
                : legend_row(matrix, x, y, (enum ink)((matrix->named ? INK_CELL_1 : INK_SMALL_1) + (int)i), steps[i],
                             matrix->counts[i]);
    if (matrix->pairs > matrix->ways)
        y = legend_row(matrix, x, y, INK_WASH, "no way", matrix->pairs - matrix->ways);
    return legend_row(matrix, x, y, INK_ITSELF, matrix->reach.by_unit ? "the unit itself" : "the account itself",
                      UINT32_MAX);
}

/* Up to four names of lines for which the question is true, and how many there are. */
static const char *name_lines(struct matrix *matrix, bool (*is)(const struct account_reach *reach, uint32_t line),
                              uint32_t *count)
{
    struct text text = {0};
    *count = 0;
    for (uint32_t i = 0; i < matrix->reach.count; i++) {
        if (!is(&matrix->reach, i))
            continue;
        if (*count < 4)
            text_format(&text, "%s%s", *count > 0 ? ", " : "",
                        fit_name(&matrix->words.arena, matrix->reach.lines[i].name, 12, 160));
        (*count)++;
    }
    if (*count > 4)
        text_format(&text, " and %u more", *count - 4);
    const char *kept = flow_text(&matrix->words, "%s", text.data != NULL ? text.data : "");
    text_free(&text);
    return kept;
}

static bool reaches_most(const struct account_reach *reach, uint32_t line)
{
    return reach->count > 2 && reach->lines[line].reached_lines * 100 > (reach->count - 1) * FULL_PERCENT;
}

static bool is_reached_by_most(const struct account_reach *reach, uint32_t line)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < reach->count; i++)
        rows += i != line && account_reach_cell(reach, i, line)->roles > 0;
    return reach->count > 2 && rows * 100 > (reach->count - 1) * FULL_PERCENT;
}

static bool reaches_nothing(const struct account_reach *reach, uint32_t line)
{
    return reach->lines[line].reached == 0;
}

static bool is_lower(const struct reach_line *line)
{
    static const char *const words[] = {"nonprod", "non-prod", "dev", "test", "sandbox", "staging"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(line->unit, words[i]) != NULL)
            return true;
    return false;
}

static bool is_production(const struct reach_line *line)
{
    return strcasestr(line->unit, "prod") != NULL && !is_lower(line);
}

/* From lower environments into administrators of production. */
static const char *say_upwards(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    uint32_t pairs = 0, from = 0, into = 0;
    bool lower = false, production = false, *is_into = memory_zeroed(reach->count, sizeof *is_into);
    for (uint32_t j = 0; j < reach->count; j++) {
        is_into[j] = is_production(&reach->lines[j]);
        production = production || is_into[j];
    }
    for (uint32_t i = 0; i < reach->count; i++) {
        if (!is_lower(&reach->lines[i]))
            continue;
        lower = true;
        for (uint32_t j = 0; j < reach->count; j++)
            if (is_into[j] && account_reach_cell(reach, i, j)->administrators > 0) {
                from = pairs == 0 ? i : from;
                into = pairs == 0 ? j : into;
                pairs++;
            }
    }
    free(is_into);
    if (!lower || !production)
        return NULL;
    if (pairs == 0)
        return "No development, test or sandbox account reaches an administrator of production.";
    return flow_text(&matrix->words,
                     "%s pair%s lead%s from development, test or sandbox to an administrator of "
                     "production, such as %s into %s.",
                     flow_number(&matrix->words, pairs), text_plural(pairs), pairs == 1 ? "s" : "",
                     reach->lines[from].name, reach->lines[into].name);
}

static void draw_sentences(struct matrix *matrix, double x, double y)
{
    const char *sentences[5] = {NULL}, *unit = matrix->reach.by_unit ? "unit" : "account";
    uint32_t rows, columns, none;
    const char *row_names = name_lines(matrix, reaches_most, &rows);
    const char *column_names = name_lines(matrix, is_reached_by_most, &columns);
    const char *none_names = name_lines(matrix, reaches_nothing, &none);
    if (rows > 0)
        sentences[0] = flow_text(&matrix->words, "%u full row%s: %s reach%s into more than %u%% of the %ss.", rows,
                                 text_plural(rows), row_names, rows == 1 ? "es" : "", FULL_PERCENT, unit);
    if (columns > 0)
        sentences[1] = flow_text(&matrix->words, "%u full column%s: nearly every %s can become a role of %s.", columns,
                                 text_plural(columns), unit, column_names);
    sentences[2] = say_upwards(matrix);
    if (none > 0)
        sentences[3] = flow_text(&matrix->words, "%u %s%s reach%s no other: %s.", none, unit, text_plural(none),
                                 none == 1 ? "es" : "", none_names);
    y += 26;
    frame_head(matrix->drawing, x, y, SIDE_WIDTH - 20, "WHAT STANDS OUT");
    y += 34;
    for (int i = 0; i < 5; i++)
        if (sentences[i] != NULL)
            y = frame_paragraph(matrix->drawing, x, y, SIDE_WIDTH - 30, 12, INK_TEXT, sentences[i]) + 8;
    y = frame_paragraph(
        matrix->drawing, x, y + 4, SIDE_WIDTH - 30, 12, INK_THIRD,
        "Sorted by unit, then by administrators and roles reached. Each step is possible by itself; services, "
        "identity providers and accounts outside the organization are not in this picture.");
    if (y > matrix->drawing->height)
        matrix->drawing->height = y;
}

void matrix_draw_beside(struct matrix *matrix, double x, double y)
{
    draw_sentences(matrix, x, draw_steps(matrix, x, y));
}
