/*
 * The matrix of accounts: row = from, column = into, in the same order. It is not laid out by Graphviz.
 */
#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/matrix_inside.h"
#include "analyzer/report/escape.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MOST 1000u /* with more, units represent them */
#define NAMED_MOST 60u      /* up to this many have names and numbers */
#define UNIT_NAMED_MOST 4u  /* units of so few keep names where the others have none */
#define CELL_NAMED 25.0
#define CELL_FEW 15.0
#define CELL_SMALL 4.1
#define CELL_LEAST 1.0
#define SMALL_UP_TO 250u
#define UNIT_GAP 5.0
#define BAR_LENGTH 90.0
#define BESIDE (BAR_LENGTH + 70) /* units with up to this many accounts keep names where the others have none */
#define BAR_HEIGHT 44.0
#define HEADING 16.0 /* a row of names of units */
#define NAMES_TURNED 122.0
#define NAMES_NUMBERS 34.0
#define NAMES_NONE 52.0
#define LEAST_WIDTH 860.0
#define LEAST_SEEN 3.0

static uint32_t step_of(const struct reach_cell *cell)
{
    if (cell->administrators > 0)
        return cell->administrators >= 3 ? 4 : 3;
    return cell->roles >= 10 ? 2 : cell->roles >= 3 ? 1 : 0;
}

static const char *unit_words(const struct reach_line *line)
{
    return line->management ? "Management" : line->unit[0] != '\0' ? line->unit : "No unit";
}

/* The lines of one unit, from `first` on. */
static uint32_t unit_end(const struct account_reach *reach, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < reach->count && !reach->by_unit && strcmp(reach->lines[end].unit, reach->lines[first].unit) == 0)
        end++;
    return end;
}

static void place_lines(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    double at = 0, small = reach->count <= SMALL_UP_TO ? CELL_SMALL : CELL_LEAST;
    matrix->named = reach->count <= NAMED_MOST;
    for (uint32_t first = 0; first < reach->count;) {
        uint32_t end = unit_end(reach, first);
        double size = matrix->named ? CELL_NAMED : end - first <= UNIT_NAMED_MOST ? CELL_FEW : small;
        for (uint32_t i = first; i < end; i++) {
            matrix->at[i] = at;
            matrix->size[i] = size;
            at += size;
        }
        first = end;
        at += UNIT_GAP;
    }
    matrix->extent = at - UNIT_GAP;
}

static void count_cells(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    for (uint32_t i = 0; i < reach->count; i++)
        for (uint32_t j = 0; j < reach->count; j++) {
            const struct reach_cell *cell = account_reach_cell(reach, i, j);
            matrix->pairs += i != j;
            if (i == j || cell->roles == 0)
                continue;
            matrix->ways++;
            matrix->to_administrators += cell->administrators > 0;
            matrix->counts[step_of(cell)]++;
        }
}

/* ---- cells */

static void draw_grounds(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    for (uint32_t i = 0; i < reach->count; i = unit_end(reach, i))
        for (uint32_t j = 0; j < reach->count; j = unit_end(reach, j)) {
            uint32_t rows = unit_end(reach, i) - 1, columns = unit_end(reach, j) - 1;
            drawing_box(matrix->drawing, matrix->left + matrix->at[j], matrix->top + matrix->at[i],
                        matrix->at[columns] + matrix->size[columns] - matrix->at[j],
                        matrix->at[rows] + matrix->size[rows] - matrix->at[i], INK_WASH, INK_NONE);
        }
}

static void draw_cell(struct matrix *matrix, uint32_t i, uint32_t j, uint32_t last)
{
    const struct account_reach *reach = &matrix->reach;
    const struct reach_cell *cell = account_reach_cell(reach, i, j);
    double x = matrix->left + matrix->at[j], y = matrix->top + matrix->at[i], gap = matrix->named ? 1 : 0;
    double width = matrix->at[last] + matrix->size[last] - matrix->at[j] - gap, height = matrix->size[i] - gap;
    bool small = matrix->size[i] < 8 || matrix->size[j] < 8;
    enum ink ink = i == j ? INK_ITSELF : (enum ink)((small ? INK_SMALL_1 : INK_CELL_1) + (int)step_of(cell));
    if (!matrix->named) {
        /* A single pair that reaches an administrator must be visible among a million. */
        double more = i != j && cell->administrators > 0 && height < LEAST_SEEN ? LEAST_SEEN - height : 0;
        drawing_box(matrix->drawing, x - more / 2, y - more / 2, width + more, height + more, ink, INK_NONE);
        return;
    }
    drawing_group(matrix->drawing,
                  i == j
                      ? NULL
                      : flow_text(&matrix->words, "%s can become %u role%s of %s, %u of them administrator%s",
                                  fit_name(&matrix->words.arena, reach->lines[i].name, 1, 60), cell->roles,
                                  text_plural(cell->roles), fit_name(&matrix->words.arena, reach->lines[j].name, 1, 60),
                                  cell->administrators, text_plural(cell->administrators)),
                  NULL);
    drawing_box(matrix->drawing, x, y, width, height, ink, INK_NONE);
    if (i != j) {
        struct shape *number = drawing_text(
            matrix->drawing, x + width / 2, y + height / 2 + 4, cell->roles > 999 ? 8 : 10.5,
            step_of(cell) >= 3 ? INK_CELL_PALE_TEXT : INK_CELL_DARK_TEXT, flow_text(&matrix->words, "%u", cell->roles));
        number->anchor = ANCHOR_MIDDLE;
        number->bold = step_of(cell) >= 3;
    }
    drawing_group_end(matrix->drawing);
}

/* If cells are small, neighbours of one colour become one shape. */
static void draw_row(struct matrix *matrix, uint32_t i)
{
    const struct account_reach *reach = &matrix->reach;
    for (uint32_t j = 0; j < reach->count; j++) {
        const struct reach_cell *cell = account_reach_cell(reach, i, j);
        uint32_t last = j;
        if (i != j && cell->roles == 0)
            continue;
        while (!matrix->named && i != j && last + 1 < reach->count && last + 1 != i &&
               matrix->at[last + 1] - matrix->at[last] - matrix->size[last] < 0.5 &&
               matrix->size[last + 1] == matrix->size[j] && account_reach_cell(reach, i, last + 1)->roles > 0 &&
               step_of(account_reach_cell(reach, i, last + 1)) == step_of(cell))
            last++;
        draw_cell(matrix, i, j, last);
        j = last;
    }
}

/* ---- names and totals around it */

static bool has_name(const struct matrix *matrix, uint32_t line)
{
    return matrix->size[line] >= CELL_FEW;
}

/* If text cannot be rotated, a column shows the number of its row. */
static void draw_number(struct matrix *matrix, uint32_t line, double x, double y)
{
    drawing_text(matrix->drawing, x, y, 11, INK_SECOND, flow_text(&matrix->words, "%u", line + 1))->anchor =
        ANCHOR_MIDDLE;
}

static void draw_names(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    struct arena *arena = &matrix->words.arena;
    for (uint32_t i = 0; i < reach->count; i++) {
        double middle = matrix->at[i] + matrix->size[i] / 2;
        if (!has_name(matrix, i))
            continue;
        drawing_text(matrix->drawing, matrix->left - 10, matrix->top + middle + 4, 11.5, INK_TEXT,
                     fit_name(arena, reach->lines[i].name, 11.5, matrix->named && matrix->drawing->upright ? 112 : 130))
            ->anchor = ANCHOR_END;
        if (!matrix->named)
            continue;
        if (matrix->drawing->upright) {
            draw_number(matrix, i, matrix->left + middle, matrix->top - 8);
            draw_number(matrix, i, matrix->left - 134, matrix->top + middle + 4);
        } else {
            drawing_text(matrix->drawing, matrix->left + middle + 4, matrix->top - 10, 11.5, INK_TEXT,
                         fit_name(arena, reach->lines[i].name, 11.5, 100))
                ->turned = true;
        }
    }
}

static void draw_bracket(struct matrix *matrix, double from, double to, bool across)
{
    struct drawing *drawing = matrix->drawing;
    double line = across ? matrix->top - matrix->names : matrix->left - 150;
    double a = (across ? matrix->left : matrix->top) + from, b = (across ? matrix->left : matrix->top) + to - 1;
    const struct point ends[] = {across ? (struct point){a, line + 5} : (struct point){line + 5, a},
                                 across ? (struct point){a, line} : (struct point){line, a},
                                 across ? (struct point){b, line} : (struct point){line, b},
                                 across ? (struct point){b, line + 5} : (struct point){line + 5, b}};
    for (int i = 0; i < 3; i++)
        drawing_line(drawing, ends[i], ends[i + 1], INK_THIRD, 1);
}

/* A unit's name over its bracket. */
struct heading {
    uint32_t first, last, row;
    double x, end; /* of the text */
    const char *text;
};

/* If names would collide, the one further left is placed higher, with a leader line, so that no leader crosses a name.
 */
static uint32_t raise_headings(struct heading *headings, uint32_t count)
{
    uint32_t rows = 0;
    for (uint32_t i = count; i-- > 0;) {
        for (uint32_t j = i + 1; j < count && headings[j].x < headings[i].end; j++)
            headings[i].row = headings[j].row + 1 > headings[i].row ? headings[j].row + 1 : headings[i].row;
        rows = headings[i].row > rows ? headings[i].row : rows;
    }
    return rows;
}

static struct heading *find_headings(struct matrix *matrix, uint32_t *count, uint32_t *rows)
{
    const struct account_reach *reach = &matrix->reach;
    struct heading *headings = memory_zeroed(reach->count, sizeof *headings);
    *count = 0;
    bool units = !reach->by_unit && (unit_end(reach, 0) < reach->count || reach->lines[0].unit[0] != '\0');
    for (uint32_t first = 0; first < reach->count && units; first = unit_end(reach, first)) {
        uint32_t last = unit_end(reach, first) - 1;
        const char *name = fit_name(&matrix->words.arena, unit_words(&reach->lines[first]), 12, 150);
        const char *text = last > first ? flow_text(&matrix->words, "%s · %u", name, last - first + 1) : name;
        headings[(*count)++] = (struct heading){first, last, 0, matrix->at[first], 0, text};
        headings[*count - 1].end = matrix->at[first] + fit_width(text, 12) + 6;
    }
    *rows = raise_headings(headings, *count);
    return headings;
}

static void draw_unit(struct matrix *matrix, const struct heading *heading)
{
    double from = matrix->at[heading->first], to = matrix->at[heading->last] + matrix->size[heading->last];
    double x = matrix->left + from, y = matrix->top - matrix->names - 9, up = HEADING * heading->row;
    double middle = matrix->top + (from + to) / 2;
    uint32_t count = heading->last - heading->first + 1;
    bool room = count > 1 && to - from > 30;
    draw_bracket(matrix, from, to, true);
    draw_bracket(matrix, from, to, false);
    if (heading->row > 0)
        drawing_line(matrix->drawing, (struct point){x + 1, y + 9}, (struct point){x + 1, y + 5 - up}, INK_THIRD, 1);
    drawing_text(matrix->drawing, x, y - up, 12, INK_TEXT, heading->text);
    drawing_text(matrix->drawing, matrix->left - 160, middle + (room ? -2 : 4), 12, INK_TEXT,
                 fit_name(&matrix->words.arena, unit_words(&matrix->reach.lines[heading->first]), 12, 120))
        ->anchor = ANCHOR_END;
    if (room)
        drawing_text(matrix->drawing, matrix->left - 160, middle + 14, 11.5, INK_SECOND,
                     flow_text(&matrix->words, "%u accounts", count))
            ->anchor = ANCHOR_END;
}

static uint32_t most_of(const struct account_reach *reach, bool given)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < reach->count; i++) {
        uint32_t value = given ? reach->lines[i].given : reach->lines[i].reached;
        most = value > most ? value : most;
    }
    return most;
}

static void draw_row_total(struct matrix *matrix, uint32_t i, uint32_t most)
{
    const struct reach_line *line = &matrix->reach.lines[i];
    double x = matrix->left + matrix->extent + 12, y = matrix->top + matrix->at[i], height = matrix->size[i];
    double bar = height > 12 ? 12 : height, length = BAR_LENGTH * line->reached / most;
    if (line->reached == 0)
        return;
    drawing_box(matrix->drawing, x, y + (height - bar) / 2, length, bar, INK_BAR, INK_NONE);
    drawing_box(matrix->drawing, x, y + (height - bar) / 2, BAR_LENGTH * line->reached_administrators / most, bar,
                INK_TEXT, INK_NONE);
    if (has_name(matrix, i))
        drawing_text(matrix->drawing, x + length + 8, y + height / 2 + 4, 11, INK_SECOND,
                     flow_number(&matrix->words, line->reached));
}

static void draw_column_total(struct matrix *matrix, uint32_t j, uint32_t most)
{
    const struct reach_line *line = &matrix->reach.lines[j];
    double x = matrix->left + matrix->at[j], width = matrix->size[j], bar = width > 12 ? 12 : width;
    double length = BAR_HEIGHT * line->given / most, y = matrix->top + matrix->extent + 8;
    if (!matrix->named)
        y = matrix->top - 6 - length;
    drawing_box(matrix->drawing, x + (width - bar) / 2, y, bar, length, INK_BAR, INK_NONE);
    if (matrix->named)
        drawing_text(matrix->drawing, x + width / 2, y + length + 13, 10.5, INK_SECOND,
                     flow_text(&matrix->words, "%u", line->given))
            ->anchor = ANCHOR_MIDDLE;
}

static void draw_totals(struct matrix *matrix)
{
    const struct account_reach *reach = &matrix->reach;
    double side = matrix->left + matrix->extent + 12;
    uint32_t reached = most_of(reach, false), given = most_of(reach, true);
    for (uint32_t i = 0; i < reach->count; i++) {
        draw_row_total(matrix, i, reached);
        draw_column_total(matrix, i, given);
    }
    drawing_text(matrix->drawing, side, matrix->top - 10, 11, INK_SECOND, "roles it can become");
    drawing_text(matrix->drawing, matrix->left - 10,
                 matrix->named ? matrix->top + matrix->extent + 18 : matrix->top - 10, 11, INK_SECOND,
                 "roles others can become")
        ->anchor = ANCHOR_END;
    if (matrix->named)
        drawing_text(matrix->drawing, FRAME_LEFT, matrix->top - 10, 11, INK_SECOND, "From ↓ into →");
}

/* ---- all of it */

static void open_matrix(struct matrix *matrix, struct view *view, struct drawing *drawing)
{
    *matrix = (struct matrix){.view = view, .drawing = drawing};
    account_reach_find(&matrix->reach, view, ACCOUNTS_MOST, true);
    matrix->at = memory_zeroed(matrix->reach.count, sizeof *matrix->at);
    matrix->size = memory_zeroed(matrix->reach.count, sizeof *matrix->size);
    place_lines(matrix);
    count_cells(matrix);
}

static void close_matrix(struct matrix *matrix)
{
    account_reach_free(&matrix->reach);
    flow_free(&matrix->words);
    free(matrix->at);
    free(matrix->size);
}

static void draw_matrix(struct matrix *matrix, double y)
{
    uint32_t headings, rows;
    struct heading *heading = find_headings(matrix, &headings, &rows);
    matrix->names = !matrix->named ? NAMES_NONE : matrix->drawing->upright ? NAMES_NUMBERS : NAMES_TURNED;
    matrix->top = y + 48 + matrix->names + HEADING * rows;
    matrix->drawing->height = matrix->top + matrix->extent + (matrix->named ? BAR_HEIGHT + 50 : 40);
    draw_grounds(matrix);
    for (uint32_t i = 0; i < matrix->reach.count; i++)
        draw_row(matrix, i);
    draw_names(matrix);
    for (uint32_t i = 0; i < headings; i++)
        draw_unit(matrix, &heading[i]);
    free(heading);
    draw_totals(matrix);
    matrix_draw_beside(matrix, matrix->left + matrix->extent + BESIDE, matrix->top);
}

/* "7,003 of 39,800 pairs of accounts have a way …" */
static const char *pairs_words(struct matrix *matrix)
{
    const char *unit = matrix->reach.by_unit ? "unit" : "account";
    if (matrix->reach.count < 2)
        return flow_text(&matrix->words, "There are no pairs to show: the export holds %s %s.",
                         matrix->reach.count == 0 ? "no" : "one", unit);
    return flow_text(&matrix->words, "%s of %s pairs of %ss have a way; %s of them reach%s an administrator",
                     flow_number(&matrix->words, matrix->ways), flow_number(&matrix->words, matrix->pairs), unit,
                     flow_number(&matrix->words, matrix->to_administrators),
                     matrix->to_administrators == 1 ? "es" : "");
}

void view_matrix(struct view *view, struct drawing *drawing)
{
    struct matrix matrix;
    open_matrix(&matrix, view, drawing);
    const char *lines[] = {flow_text(&matrix.words, "%s · directly or through chains of roles",
                                     frame_origin(&matrix.words.arena, view->model)),
                           pairs_words(&matrix)};
    bool any = matrix.reach.count > 1;
    matrix.left = FRAME_LEFT + 260;
    drawing->width = any ? matrix.left + matrix.extent + BESIDE + SIDE_WIDTH : 0;
    if (drawing->width < LEAST_WIDTH)
        drawing->width = LEAST_WIDTH;
    drawing->title = matrix.reach.by_unit ? "How many roles of each unit every other unit can become"
                                          : "How many roles of each account every other account can become";
    double y = frame_title(drawing, drawing->title, NULL, lines, 2, drawing->width - 2 * FRAME_LEFT);
    drawing->height = y + 30;
    if (any)
        draw_matrix(&matrix, y);
    close_matrix(&matrix);
}

void view_matrix_csv(struct view *view, FILE *stream)
{
    struct account_reach reach;
    struct text out = {0};
    account_reach_find(&reach, view, ACCOUNTS_MOST, true);
    const char *unit = reach.by_unit ? "unit" : "account";
    text_format(&out, "from_%s,from_name,into_%s,into_name,roles,administrators\n", unit, unit);
    for (uint32_t i = 0; i < reach.count; i++)
        for (uint32_t j = 0; j < reach.count; j++) {
            const struct reach_cell *cell = account_reach_cell(&reach, i, j);
            const uint32_t lines[] = {i, j};
            if (cell->roles == 0)
                continue;
            for (int k = 0; k < 2; k++) {
                const struct reach_line *line = &reach.lines[lines[k]];
                text_append_csv(&out,
                                line->account != MODEL_NONE ? view->model->accounts[line->account].id : line->name);
                text_append_char(&out, ',');
                text_append_csv(&out, line->name);
                text_append_char(&out, ',');
            }
            text_format(&out, "%u,%u\n", cell->roles, cell->administrators);
        }
    fwrite(out.data, 1, out.length, stream);
    text_free(&out);
    account_reach_free(&reach);
}
