/*
 * chain_rows: the answers of who-can and reach, one row per chain.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHAIN_ROWS_H
#define ROLECHAIN_ANALYZER_REPORT_CHAIN_ROWS_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/report/json_answer.h"
#include "ingest/support/text.h"

struct chain_row {
    uint32_t hop_count;
    const struct hop *hops; /* hop_count */
    enum verdict verdict;   /* of all chains together, as in chains.h */
    constraint residual;
    constraint own; /* the conditions of this chain alone */
};

struct chain_rows {
    struct arena arena;
    struct chain_row *list;
    size_t count, capacity;
};

/* The chain as a row, which lives as long as the chain. */
struct chain_row chain_row_of(const struct chain *chain);

/* Who the row is about: the source of the chain (towards = true), or the role at its end. */
const struct caller *chain_row_end(const struct edges *edges, const struct chain_row *row, bool towards);

/* A callback for the functions chains_…: context is the struct chain_rows, which must be zeroed. */
bool chain_rows_add(const struct chain *chain, void *context);
void chain_rows_free(struct chain_rows *rows);

/* Prints the rows for people: with towards the callers that can become the role, widest first, else the roles that the
 * caller can become. */
void chain_rows_print(struct analysis *analysis, struct output *output, const struct chain_rows *rows, bool towards);

/* Whether anyone with an AWS account is among the callers, without conditions. */
bool chain_rows_name_anyone(const struct analysis *analysis, const struct chain_rows *rows);

/* The list "results" of who-can (towards = true) or reach. */
void chain_rows_stream(struct analysis *analysis, struct json_stream *stream, const struct chain_rows *rows,
                       bool towards);

/* Adds "verdict", "hops", "chain", "kinds" and "conditions"; "chain_conditions" if all chains together have other
 * conditions. */
void chain_row_put(struct analysis *analysis, json_t *object, const struct chain_row *row);

/* The options shared by who-can and reach, and the limits they set. */
extern const struct command_option chain_options[];
struct chain_limits chain_options_limits(const struct command_line *line);

/* Appends the limit that a "no" holds for: " in one hop", " in 5 hops or fewer"; nothing if there was no limit (0). */
void chain_options_append_limit(uint32_t left_out_beyond, struct text *text);

/* Says that longer chains were not looked at, if the limit was given as a number. */
void chain_options_say_limit(const struct command_line *line, const struct chain_limits *limits);

#endif
