/*
 * analysis: an opened database with its model, edges and evaluator, which every question and every finding starts from.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ANALYSIS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ANALYSIS_H

#include "analyzer/analysis/gaps.h"
#include "analyzer/command_line/command.h"
#include "analyzer/command_line/progress.h"
#include "graph/chains/chains.h"
#include "graph/decision/decision.h"
#include "graph/edges/edges.h"
#include "graph/model/exported.h"
#include "graph/model/model.h"

struct account_lists;
struct administrators;
struct control;
struct load_result;
struct people;
struct workloads;
struct load_verdict;

struct analysis {
    struct store *store;
    struct model *model;
    struct constraint_pool *pool;
    struct evaluator *evaluator;
    struct edges *edges;                       /* made on first use, see analysis_edges */
    struct people *people;                     /* people of Identity Center, read with the edges; NULL: none */
    struct workloads *workloads;               /* the same for what runs with roles */
    double now;                                /* epoch seconds; from SOURCE_DATE_EPOCH or the clock */
    struct progress *progress;                 /* the program's; NULL: not shown */
    const struct account_lists *account_lists; /* analyzer/findings/facts/account_lists.h; NULL: none */
    struct exported exported;                  /* answers questions about documents as they were written */
    struct gaps gaps;                          /* see analysis_gaps */
    bool gaps_found;
    bool failure_told;                     /* whether analysis_healthy has printed its message */
    int64_t data_version;                  /* of the store when the model was read */
    bool derives;                          /* decide edges again, even if they are stored */
    bool shares_pool;                      /* the caller owns the pool */
    bool part;                             /* the model contains only what one question needs, see question.h */
    struct administrators *administrators; /* cached results of administrators.h */
    struct control *control;               /* see analysis_control */
};

/* The current time: SOURCE_DATE_EPOCH, else the clock. */
double analysis_time(void);

/* Reports on stderr an input that could not be read completely. */
void analysis_say_unread(const struct load_verdict *verdict);

/* Whether the command would overwrite an export that it read, possibly from a folder; if so, an error was printed. */
bool analysis_overwrites(const struct output *output, const struct load_result *result);

/* The value of --account, or NULL; if the command has its own --account, the first value. False: it is not an account
 * id; an error was printed. */
bool analysis_account(const struct command_line *line, const char **account);

/* Opens the input given by --from or -d. --from loads into a private in-memory database and reports on stderr what
 * could not be read. With --store, which writes answers into the database, a transaction is open, so that no load can
 * interfere. Returns an exit status: EXIT_YES with *analysis filled in, otherwise an error was printed. If inputs of
 * --from could not be read completely, the status is EXIT_USAGE unless --keep-going is given. */
int analysis_open(const struct command_line *line, struct output *output, struct analysis *analysis);
/* The same for a database of any version, or a file or folder of exports, with a pool that the caller owns. */
int analysis_open_path(const struct command_line *line, struct output *output, const char *path, double now,
                       struct constraint_pool *pool, struct analysis *analysis);
/* Creates the pool, unless there is one, and the evaluator for store and model. */
void analysis_start(struct analysis *analysis);
void analysis_close(struct analysis *analysis);

/* Whether no read has failed, so that an answer may be given. False: the database error was printed, once. Every
 * command asks before it prints its answer, and ends with analysis_end. */
bool analysis_healthy(struct analysis *analysis);

/* The same, immediately before the answer is printed: hides progress from here on. */
bool analysis_can_answer(struct analysis *analysis);

/* Closes; returns the command's exit status: `status`, or EXIT_INTERNAL if the analysis is not healthy. */
int analysis_end(struct analysis *analysis, int status);

/* Adds people and workloads to the edges, once. analysis_edges does so, except while a load derives its answers. */
void analysis_add_people(struct analysis *analysis);

/* The edges, read or computed once. */
const struct edges *analysis_edges(struct analysis *analysis);

/* The same with control edges (graph/control/control_edges.h) added: nodes keep their numbers, edges do not. */
const struct edges *analysis_edges_with_control(struct analysis *analysis);

/* With control edges if --control was given. */
const struct edges *analysis_edges_for(struct analysis *analysis, const struct command_line *line);

/* For questions about control (graph/control/control_rights.h); created on first use. */
struct control *analysis_control(struct analysis *analysis);

/* The caller's node, with all its edges; see edges_of_caller. */
uint32_t analysis_node(struct analysis *analysis, const struct caller *caller);

/* Finds the caller or role with that name, see names.h. If there is none, prints why (with the candidates for an
 * ambiguous name, or the most similar name) and returns false. Strings live as long as the analysis. */
bool analysis_resolve_caller(struct analysis *analysis, const char *name, struct caller *caller);
bool analysis_resolve_role(struct analysis *analysis, const char *name, uint32_t *principal);

/* Data that answers depend on and that is missing from the database; found on first use. Lives as long as the
 * analysis. */
const struct gaps *analysis_gaps(struct analysis *analysis);
/* Adds what this answer leaves out to the gaps; at most once per answer. The sentence is copied. */
void analysis_leave_out(struct analysis *analysis, const char *sentence);

#endif
