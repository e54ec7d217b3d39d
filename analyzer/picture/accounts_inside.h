/*
 * accounts_inside: shared by the files of the accounts view: accounts_view.c (which accounts and rows), accounts_draw.c
 * (their positions).
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_ACCOUNTS_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_ACCOUNTS_INSIDE_H

#include "analyzer/picture/account_reach.h"

#define CARDS_MOST 8u
#define OUTSIDERS_TOLD 4u
#define ROWS_A_CARD 14u /* the worst, if there are more */
#define UNITS_MOST 36u  /* likewise */

/* The outsiders that can assume roles of a line, and how many. */
struct outsiders {
    struct {
        const char *who;
        uint32_t roles;
    } list[OUTSIDERS_TOLD];
    uint32_t count;
    bool more; /* there are more than listed */
    int severity;
    uint32_t critical; /* number of roles with a critical finding about outsiders */
};

/* One line of a card: what the card's account reaches in one unit. */
struct row {
    uint32_t card, unit, accounts;
    struct reach_cell sum;
    uint32_t administrator_pairs, critical_pairs; /* number of the `accounts` */
    int severity;
    bool sure;
    double y;
};

struct unit {
    uint32_t first, last; /* range of lines */
    const char *name;
    bool drawn;
    double y, height;
};

struct accounts {
    struct view *view;
    struct account_reach reach;
    struct blocks blocks;
    struct outsiders *outsiders; /* per line */
    struct unit *units;
    struct row *rows;
    uint32_t unit_count, row_count, row_room;
    uint32_t cards[CARDS_MOST], card_count; /* indexes of lines */
    uint32_t pairs_left, administrators_left, critical_left;
    struct flow words;
};

void accounts_open(struct accounts *accounts, struct view *view);
void accounts_close(struct accounts *accounts);

/* The number of accounts in the unit. */
uint32_t accounts_in_unit(const struct accounts *accounts, const struct unit *unit);

/* A sentence on the pairs, and the units, that are not drawn; NULL: all are drawn. Lives with the words. */
const char *accounts_left_out(struct accounts *accounts);
const char *accounts_units_left_out(struct accounts *accounts);

#endif
