/*
 * severities: the colours of arcs: the worst finding about a trust statement that covers the caller and that such a
 * caller can use. (By struct danger: what only anyone and strangers can use does not colour the paths of our own
 * users.) Other findings, and those that nobody can use, do not colour arcs.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_SEVERITIES_H
#define ROLECHAIN_ANALYZER_PICTURE_SEVERITIES_H

#include "analyzer/findings/findings.h"
#include "analyzer/picture/blocks.h"

#define NO_SEVERITY (-1)

/* The part of a finding that colours need. */
struct colour {
    const struct statement *statement;
    enum severity severity;
    enum danger_who who;
};

struct severities {
    struct analysis *analysis;
    struct findings findings; /* all findings, if requested; else none */
    bool all;
    uint32_t *first;     /* per role (principal), plus one: offset into `list` */
    struct colour *list; /* about its trust policy, worst first */
};

/* Runs the rules. all: keep all findings, too. If the database could not be read, an error was printed and the analysis
 * is not healthy (analysis_healthy). */
void severities_open(struct severities *severities, struct analysis *analysis, bool all);
void severities_close(struct severities *severities);

/* The worst finding about the role's trust policy; NO_SEVERITY: none. for_outsiders: only those that others than our
 * own users, roles and services can use. */
int severities_of_role(const struct severities *severities, uint32_t role, bool for_outsiders);

/* Sets the severity of every arc. */
void severities_colour(const struct severities *severities, struct blocks *blocks);

#endif
