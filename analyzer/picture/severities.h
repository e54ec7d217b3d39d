/*
 * severities: the colour of arcs: the worst finding about a trust statement that covers the caller and that such a
 * caller can use (struct danger: what only anyone and strangers can use does not colour the ways of our own users).
 * Other findings, and those that nobody can use, colour no arc.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_SEVERITIES_H
#define ROLECHAIN_ANALYZER_PICTURE_SEVERITIES_H

#include "analyzer/findings/findings.h"
#include "analyzer/picture/blocks.h"

#define NO_SEVERITY (-1)

struct severities {
    struct analysis *analysis;
    struct findings findings;
    bool trusts_alone;           /* the findings are those of trusts alone */
    uint32_t *first;             /* per role (principal), with one more: into `list` */
    const struct finding **list; /* about its trust policy, the worst first */
};

/* Runs the rules; trusts_alone: those that colours are made of. If the database could not be read, an error was printed
 * and the analysis is not healthy (analysis_healthy). */
void severities_open(struct severities *severities, struct analysis *analysis, bool trusts_alone);
void severities_close(struct severities *severities);

/* The worst finding about the role's trust policy, NO_SEVERITY: none; for_outsiders: of what others than one's own
 * users, roles and services can use. */
int severities_of_role(const struct severities *severities, uint32_t role, bool for_outsiders);

/* Sets the severity of every arc. */
void severities_colour(const struct severities *severities, struct blocks *blocks);

#endif
