/*
 * chain_rows: the answers of who-can and reach, as rows of chains.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHAIN_ROWS_H
#define ROLECHAIN_ANALYZER_REPORT_CHAIN_ROWS_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/report/json_answer.h"
#include "ingest/support/text.h"

struct chain_row {
    uint32_t hop_count;
    const struct hop *hops; /* hop_count */
    enum verdict verdict;   /* of all chains together, as chains.h has it */
    constraint residual;
    constraint own; /* what this chain demands */
};

struct chain_rows {
    struct arena arena;
    struct chain_row *list;
    size_t count, capacity;
};

/* The chain as a row that lives as long as it does. */
struct chain_row chain_row_of(const struct chain *chain);

/* Whom the row is about: the source of the chain (towards a role), or the role that it leads to. */
const struct caller *chain_row_end(const struct edges *edges, const struct chain_row *row, bool towards);

/* A chains_… callback: context is the struct chain_rows, which must be zeroed. */
bool chain_rows_add(const struct chain *chain, void *context);
void chain_rows_free(struct chain_rows *rows);

/* Prints the rows for people: sources of chains that end at the role, the widest first, or (towards = false) the roles
 * that the caller can become. */
void chain_rows_print(struct analysis *analysis, struct output *output, const struct chain_rows *rows, bool towards);

/* Whether anyone with an AWS account is among the sources, without conditions. */
bool chain_rows_name_anyone(const struct analysis *analysis, const struct chain_rows *rows);

/* The list "results" of who-can (towards) or reach. */
void chain_rows_stream(struct analysis *analysis, struct json_stream *stream, const struct chain_rows *rows,
                       bool towards);

/* Adds "verdict", "hops", "chain", "kinds" and "conditions"; "chain_conditions" where other chains say more. */
void chain_row_put(struct analysis *analysis, json_t *object, const struct chain_row *row);

/* The options that who-can and reach share, and their meaning. */
extern const struct command_option chain_options[];
struct chain_limits chain_options_limits(const struct command_line *line);

/* Appends what a "no" is true of: " in one hop", " in 5 hops or fewer"; nothing where nothing was left out (0). */
void chain_options_append_limit(uint32_t left_out_beyond, struct text *text);

/* Says that chains of more hops were not looked at, if the limit was given as a number. */
void chain_options_say_limit(const struct command_line *line, const struct chain_limits *limits);

#endif
