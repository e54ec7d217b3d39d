#include "analyzer/picture/accounts_inside.h"
#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "ingest/support/text.h"

#include <string.h>

#define CARD_WIDTH 460.0
#define CARD_HEAD 40.0
#define ROW 24.0
#define CARD_GAP 26.0
#define CARD_GAP_MOST 72.0
#define CARD_GAP_OF_UNITS 300.0
#define BETWEEN 400.0
#define CHIP_WIDTH 206.0
#define CHIP_HEIGHT 42.0
#define CHIP_GAP 8.0
#define CHIPS_A_ROW 3u
#define GROUND_HEAD 32.0
#define GROUND_INSET 12.0
#define GROUND_GAP 12.0
#define UNIT_LINE 28.0 /* for a unit that represents its accounts */
#define UNIT_GAP_MOST 60.0

/* ---- words */

static const char *how_many(struct accounts *accounts, const struct row *row)
{
    uint32_t all = accounts_in_unit(accounts, &accounts->units[row->unit]);
    if (accounts->reach.by_unit)
        return flow_text(&accounts->words, "%u account%s", all, text_plural(all));
    return all == 1               ? "1 account"
           : row->accounts == all ? flow_text(&accounts->words, all == 2 ? "both accounts" : "all %u accounts", all)
                                  : flow_text(&accounts->words, "%u of %u accounts", row->accounts, all);
}

static const char *what(struct accounts *accounts, const struct row *row)
{
    return flow_text(&accounts->words, "%s role%s", flow_number(&accounts->words, row->sum.roles),
                     text_plural(row->sum.roles));
}

/* Anyone and unknown accounts first. */
static int outsider_rank(const char *who)
{
    return strcmp(who, "anyone") == 0 ? 0 : strcmp(who, "outside") == 0 ? 1 : 2;
}

/* "anyone 2 · GitHub 3 · +2": as many as fit, and the number of further kinds. */
static const char *outsider_words(struct accounts *accounts, uint32_t line, double room)
{
    const struct outsiders *outsiders = &accounts->outsiders[line];
    const char *words = "", *none = "closed to outsiders";
    uint32_t told = 0;
    for (int rank = 0; rank <= 2; rank++)
        for (uint32_t i = 0; i < outsiders->count; i++) {
            uint32_t left = outsiders->count - told - 1;
            if (outsider_rank(outsiders->list[i].who) != rank)
                continue;
            const char *more =
                flow_text(&accounts->words, "%s%s%s %s", words, told > 0 ? " · " : "", outsiders->list[i].who,
                          flow_number(&accounts->words, outsiders->list[i].roles));
            const char *rest = left > 0 ? " · +9" : outsiders->more ? " · others" : "";
            if (told > 0 && fit_width(more, 11.5) + fit_width(rest, 11.5) > room)
                return flow_text(&accounts->words, "%s · +%u", words, left + 1);
            words = more;
            told++;
        }
    return told == 0 ? none : outsiders->more ? flow_text(&accounts->words, "%s · others", words) : words;
}

/* ---- drawing */

static double unit_height(const struct accounts *accounts, const struct unit *unit)
{
    uint32_t chips = unit->last - unit->first + 1;
    if (accounts->reach.by_unit)
        return GROUND_HEAD + UNIT_LINE;
    uint32_t rows = (chips + CHIPS_A_ROW - 1) / CHIPS_A_ROW;
    return GROUND_HEAD + rows * (CHIP_HEIGHT + CHIP_GAP) - CHIP_GAP + GROUND_INSET;
}

/* What outsiders can assume in a unit that represents its accounts, and how much of it is critical. */
static void draw_outsiders(struct accounts *accounts, struct drawing *drawing, uint32_t line, double x, double y)
{
    const struct outsiders *outsiders = &accounts->outsiders[line];
    double room = 3 * CHIP_WIDTH + 2 * CHIP_GAP;
    if (outsiders->severity >= SEVERITY_MEDIUM) {
        frame_mark(drawing, x + 5, y + 6, outsiders->severity);
        x += 16;
        room -= 16;
    }
    if (outsiders->critical > 0) {
        const char *critical =
            flow_text(&accounts->words, "%s critical", flow_number(&accounts->words, outsiders->critical));
        drawing_text(drawing, x, y + 10, 12, INK_CRITICAL_TEXT, critical);
        x += fit_width(critical, 12) + 14;
        room -= fit_width(critical, 12) + 14;
    }
    drawing_group(drawing, outsider_words(accounts, line, 1e9), NULL);
    drawing_text(drawing, x, y + 10, 12, INK_SECOND,
                 fit_sentence(&accounts->words.arena, outsider_words(accounts, line, room), 12, room));
    drawing_group_end(drawing);
}

static void draw_chip(struct accounts *accounts, struct drawing *drawing, uint32_t line, double x, double y)
{
    const struct reach_line *of = &accounts->reach.lines[line];
    const struct outsiders *outsiders = &accounts->outsiders[line];
    struct arena *arena = &accounts->words.arena;
    bool mark = outsiders->severity >= SEVERITY_MEDIUM;
    const char *roles =
        flow_text(&accounts->words, "%s role%s", flow_number(&accounts->words, of->roles), text_plural(of->roles));
    const char *words = outsider_words(accounts, line, CHIP_WIDTH - 34), *all = outsider_words(accounts, line, 1e9);
    const char *critical = outsiders->critical > 0 ? flow_text(&accounts->words, "\n%u of them with a critical finding",
                                                               outsiders->critical)
                                                   : "";
    drawing_group(
        drawing,
        flow_text(&accounts->words, "%s\n%s%s", accounts->view->model->accounts[of->account].id, all, critical), NULL);
    drawing_box(drawing, x + 0.5, y + 0.5, CHIP_WIDTH - 1, CHIP_HEIGHT - 1, INK_PAGE, INK_HAIRLINE)->radius = 3;
    drawing_text(drawing, x + 10, y + 18, 13, INK_TEXT,
                 fit_name(arena, of->name, 13, CHIP_WIDTH - 24 - fit_width(roles, 12)));
    drawing_text(drawing, x + CHIP_WIDTH - 10, y + 18, 12, INK_SECOND, roles)->anchor = ANCHOR_END;
    if (mark)
        frame_mark(drawing, x + 15, y + 30, outsiders->severity);
    drawing_text(drawing, x + (mark ? 26 : 10), y + 34, 11.5, INK_SECOND,
                 fit_sentence(arena, words, 11.5, CHIP_WIDTH - 34));
    drawing_group_end(drawing);
}

static void draw_unit(struct accounts *accounts, struct drawing *drawing, const struct unit *unit, double x)
{
    const struct account_reach *reach = &accounts->reach;
    uint32_t roles = 0, administrators = 0, count = accounts_in_unit(accounts, unit);
    double width = 3 * CHIP_WIDTH + 2 * CHIP_GAP + 2 * GROUND_INSET;
    for (uint32_t i = unit->first; i <= unit->last; i++) {
        roles += reach->lines[i].roles;
        administrators += reach->lines[i].administrators;
    }
    const char *counts =
        flow_text(&accounts->words, "%s account%s · %s role%s · %s administrator%s",
                  flow_number(&accounts->words, count), text_plural(count), flow_number(&accounts->words, roles),
                  text_plural(roles), flow_number(&accounts->words, administrators), text_plural(administrators));
    drawing_box(drawing, x, unit->y, width, unit->height, INK_WASH, INK_NONE)->radius = 3;
    drawing_text(drawing, x + GROUND_INSET, unit->y + 20, 13, INK_TEXT,
                 fit_name(&accounts->words.arena, unit->name, 13, width - 40 - fit_width(counts, 12)))
        ->bold = true;
    drawing_text(drawing, x + width - GROUND_INSET, unit->y + 20, 12, INK_SECOND, counts)->anchor = ANCHOR_END;
    if (reach->by_unit)
        draw_outsiders(accounts, drawing, unit->first, x + GROUND_INSET, unit->y + GROUND_HEAD);
    for (uint32_t i = unit->first; i <= unit->last && !reach->by_unit; i++) {
        uint32_t place = i - unit->first, row = place / CHIPS_A_ROW;
        draw_chip(accounts, drawing, i, x + GROUND_INSET + place % CHIPS_A_ROW * (CHIP_WIDTH + CHIP_GAP),
                  unit->y + GROUND_HEAD + row * (CHIP_HEIGHT + CHIP_GAP));
    }
}

static uint32_t rows_of(const struct accounts *accounts, uint32_t card)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < accounts->row_count; i++)
        count += accounts->rows[i].card == card;
    return count;
}

static double card_height(const struct accounts *accounts, uint32_t card)
{
    return CARD_HEAD + ROW * rows_of(accounts, card) + 8;
}

static void draw_row(struct accounts *accounts, struct drawing *drawing, struct row *row, double y)
{
    double x = FRAME_LEFT + 14, right = FRAME_LEFT + CARD_WIDTH - 14;
    row->y = y + ROW / 2;
    drawing_line(drawing, (struct point){x, y}, (struct point){right, y}, INK_HAIRLINE, 1);
    drawing_text(drawing, x, y + 16, 13, INK_TEXT,
                 fit_name(&accounts->words.arena, accounts->units[row->unit].name, 13, 110));
    drawing_text(drawing, x + 118, y + 16, 12, INK_SECOND, how_many(accounts, row));
    drawing_text(drawing, x + 296, y + 16, 13, INK_TEXT,
                 row->sum.administrators > 0 ? flow_text(&accounts->words, "%s,", what(accounts, row))
                                             : what(accounts, row))
        ->anchor = ANCHOR_END;
    if (row->sum.administrators > 0)
        drawing_text(drawing, x + 302, y + 16, 13, INK_TEXT,
                     flow_text(&accounts->words, "%s admin", flow_number(&accounts->words, row->sum.administrators)))
            ->bold = true;
    if (row->severity >= SEVERITY_MEDIUM) {
        drawing_text(drawing, right - 16, y + 16, 12, frame_text_ink(row->severity), flow_severity_word(row->severity))
            ->anchor = ANCHOR_END;
        frame_mark(drawing, right - 5, y + 12, row->severity);
    }
}

static void draw_card(struct accounts *accounts, struct drawing *drawing, uint32_t card, double y)
{
    const struct reach_line *line = &accounts->reach.lines[accounts->cards[card]];
    const char *reached =
        flow_text(&accounts->words, "%s %s reached", flow_number(&accounts->words, line->reached_lines),
                  accounts->reach.by_unit    ? "units"
                  : line->reached_lines == 1 ? "account"
                                             : "accounts");
    const char *called = accounts->reach.by_unit ? accounts->units[accounts->cards[card]].name : line->name;
    const char *name = fit_name(&accounts->words.arena, called, 14, 190);
    double below = y + CARD_HEAD;
    drawing_box(drawing, FRAME_LEFT + 0.5, y + 0.5, CARD_WIDTH - 1, card_height(accounts, card) - 1, INK_PAGE,
                INK_BOX_LINE)
        ->radius = 4;
    drawing_text(drawing, FRAME_LEFT + 14, y + 24, 14, INK_TEXT, name)->bold = true;
    if (line->account != MODEL_NONE && strcmp(line->name, accounts->view->model->accounts[line->account].id) != 0)
        drawing_text(drawing, FRAME_LEFT + 26 + fit_width(name, 14), y + 24, 12, INK_SECOND,
                     accounts->view->model->accounts[line->account].id);
    drawing_text(drawing, FRAME_LEFT + CARD_WIDTH - 14, y + 24, 12, INK_SECOND, reached)->anchor = ANCHOR_END;
    for (uint32_t i = 0; i < accounts->row_count; i++)
        if (accounts->rows[i].card == card) {
            draw_row(accounts, drawing, &accounts->rows[i], below);
            below += ROW;
        }
}

static void draw_arrow(struct accounts *accounts, struct drawing *drawing, const struct row *row, double x, double y)
{
    double from = FRAME_LEFT + CARD_WIDTH, width = flow_line_width(row->severity), length = 7 + width;
    double middle = (from + x - length) / 2, half = 2.6 + width * 0.6;
    const struct point curve[] = {{from, row->y}, {middle, row->y}, {middle, y}, {x - length, y}};
    const struct point head[] = {{x, y}, {x - length, y - half}, {x - length, y + half}};
    drawing_group(
        drawing,
        flow_text(&accounts->words, "%s → %s: %s, %u of them administrators",
                  fit_name(&accounts->words.arena, accounts->reach.lines[accounts->cards[row->card]].name, 1, 60),
                  fit_name(&accounts->words.arena, accounts->units[row->unit].name, 1, 60), what(accounts, row),
                  row->sum.administrators),
        NULL);
    drawing_curve(drawing, curve, 4, flow_ink(row->severity), width)->dashed = !row->sure;
    drawing_polygon(drawing, head, 3, flow_ink(row->severity));
    drawing_group_end(drawing);
}

/* Arrows enter a unit one below the other, in the order of their origins. */
static void draw_arrows(struct accounts *accounts, struct drawing *drawing, double x)
{
    for (int severity = SEVERITY_LOW; severity <= SEVERITY_CRITICAL; severity++)
        for (uint32_t i = 0; i < accounts->row_count; i++) {
            const struct row *row = &accounts->rows[i];
            const struct unit *unit = &accounts->units[row->unit];
            uint32_t before = 0, all = 0;
            if (row->severity != severity && (severity > SEVERITY_LOW || row->severity > severity))
                continue;
            for (uint32_t j = 0; j < accounts->row_count; j++)
                if (accounts->rows[j].unit == row->unit) {
                    all++;
                    before += accounts->rows[j].y < row->y;
                }
            double step = unit->height / (all + 1) < 16 ? unit->height / (all + 1) : 16;
            draw_arrow(accounts, drawing, row, x, unit->y + unit->height / 2 + step * (before - (all - 1) / 2.0));
        }
}

static double draw_left(struct accounts *accounts, struct drawing *drawing, double top, double height)
{
    double all = 0, gap = CARD_GAP, y = top;
    for (uint32_t c = 0; c < accounts->card_count; c++)
        all += card_height(accounts, c);
    if (accounts->card_count > 1 && (height - all) / (accounts->card_count - 1) > gap)
        gap = (height - all) / (accounts->card_count - 1);
    double most = accounts->reach.by_unit ? CARD_GAP_OF_UNITS : CARD_GAP_MOST;
    gap = gap < most ? gap : most;
    for (uint32_t c = 0; c < accounts->card_count; c++) {
        draw_card(accounts, drawing, c, y);
        y += card_height(accounts, c) + gap;
    }
    return y - gap;
}

static void draw_legend(struct accounts *accounts, struct drawing *drawing, double y, double width)
{
    struct frame_legend legend = {.of = "Worst trust finding behind the arrow, or on roles open to outsiders",
                                  .marks = true};
    for (uint32_t i = 0; i < accounts->row_count; i++) {
        legend.severities |= 1u << (accounts->rows[i].severity >= SEVERITY_MEDIUM ? accounts->rows[i].severity : 0);
        if (!accounts->rows[i].sure)
            legend.dashed = "only with MFA or another condition";
    }
    for (uint32_t u = 0; u < accounts->unit_count; u++)
        for (uint32_t i = accounts->units[u].first; i <= accounts->units[u].last && accounts->units[u].drawn; i++)
            if (accounts->outsiders[i].severity >= SEVERITY_MEDIUM)
                legend.severities |= 1u << accounts->outsiders[i].severity;
    y = frame_legend(drawing, y, width, &legend);
    y = frame_paragraph(
        drawing, FRAME_LEFT, y, width, 12, INK_SECOND,
        accounts->reach.by_unit
            ? "In each unit: how many of its roles anyone, identity providers and outside accounts can assume, and of "
              "how "
              "many that is a critical finding."
            : "In each account: how many of its roles anyone, identity providers and outside accounts can assume.");
    const char *left[] = {accounts_left_out(accounts), accounts_units_left_out(accounts)};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != NULL)
            y = frame_paragraph(drawing, FRAME_LEFT, y, width, 12, INK_SECOND, left[i]);
    drawing->height = y + 12;
}

/* Units that represent their accounts are low: they are spread over the height of the cards. Returns the y below. */
static double place_units(struct accounts *accounts, double top)
{
    double left = 0, right = 0, gap = GROUND_GAP, y = top;
    uint32_t drawn = 0;
    for (uint32_t c = 0; c < accounts->card_count; c++)
        left += card_height(accounts, c) + (c > 0 ? CARD_GAP : 0);
    for (uint32_t u = 0; u < accounts->unit_count; u++) {
        right += accounts->units[u].drawn ? unit_height(accounts, &accounts->units[u]) : 0;
        drawn += accounts->units[u].drawn;
    }
    if (accounts->reach.by_unit && drawn > 1)
        gap = (left - right) / (drawn - 1);
    gap = gap < GROUND_GAP ? GROUND_GAP : gap > UNIT_GAP_MOST ? UNIT_GAP_MOST : gap;
    for (uint32_t u = 0; u < accounts->unit_count; u++) {
        if (!accounts->units[u].drawn)
            continue;
        accounts->units[u].y = y;
        accounts->units[u].height = unit_height(accounts, &accounts->units[u]);
        y += accounts->units[u].height + gap;
    }
    return y - gap + GROUND_GAP;
}

void view_accounts(struct view *view, struct drawing *drawing)
{
    struct accounts accounts;
    accounts_open(&accounts, view);
    const char *title = "Which accounts reach into which";
    const char *line = flow_text(&accounts.words,
                                 "%s · roles of another account that an account’s users and roles can assume directly",
                                 frame_origin(&accounts.words.arena, view->model));
    double right = FRAME_LEFT + CARD_WIDTH + BETWEEN, ground = 3 * CHIP_WIDTH + 2 * CHIP_GAP + 2 * GROUND_INSET;
    double width = right + ground - FRAME_LEFT, y = frame_title(drawing, title, NULL, &line, 1, width) + 40,
           top = y + 30;
    drawing->title = title;
    drawing->width = width + 2 * FRAME_LEFT;
    frame_head(drawing, FRAME_LEFT, y, CARD_WIDTH,
               accounts.reach.by_unit ? "UNITS THAT REACH INTO MOST OTHERS" : "ACCOUNTS THAT REACH INTO MOST OTHERS");
    frame_head(drawing, right, y, ground, "ACCOUNTS BY ORGANIZATIONAL UNIT");
    y = place_units(&accounts, top);
    double bottom = draw_left(&accounts, drawing, top, y - GROUND_GAP - top);
    draw_arrows(&accounts, drawing, right);
    for (uint32_t u = 0; u < accounts.unit_count; u++)
        if (accounts.units[u].drawn)
            draw_unit(&accounts, drawing, &accounts.units[u], right);
    if (accounts.card_count == 0)
        frame_paragraph(drawing, FRAME_LEFT, top + 10, CARD_WIDTH, 13, INK_TEXT,
                        "No account’s users or roles can assume a role of another account.");
    draw_legend(&accounts, drawing, (bottom > y ? bottom : y) + 18, width);
    accounts_close(&accounts);
}
