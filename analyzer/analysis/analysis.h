/*
 * analysis: an opened database with its model, edges and evaluator: what every question and every finding starts from.
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
    struct people *people;                     /* of Identity Center, read with the edges; NULL: none */
    struct workloads *workloads;               /* the same of what runs with roles */
    double now;                                /* epoch seconds; from SOURCE_DATE_EPOCH or the clock */
    struct progress *progress;                 /* of the program; NULL: none is shown */
    const struct account_lists *account_lists; /* analyzer/findings/facts/account_lists.h; NULL: none */
    struct exported exported;                  /* answers about documents as they were written */
    struct gaps gaps;                          /* see analysis_gaps */
    bool gaps_found;
    bool failure_told;                     /* see analysis_healthy */
    int64_t data_version;                  /* of the store when the model was read */
    bool derives;                          /* edges are decided again, whatever is stored */
    bool shares_pool;                      /* the pool is the caller's */
    bool part;                             /* the model is what one question needs, see question.h */
    struct administrators *administrators; /* the results of administrators.h so far */
    struct control *control;               /* see analysis_control */
};

/* The time of the analysis: SOURCE_DATE_EPOCH, else the clock. */
double analysis_time(void);

/* Reports on stderr an input that could not be read whole. */
void analysis_say_unread(const struct load_verdict *verdict);

/* Whether the command would write over an export that was read, perhaps in a folder; if so, an error was printed. */
bool analysis_overwrites(const struct output *output, const struct load_result *result);

/* --account: NULL without it; where it is the command's own, the first number. False: it is no account id, which was
 * printed. */
bool analysis_account(const struct command_line *line, const char **account);

/* Opens what --from or -d names. --from loads into a private in-memory database and reports on stderr what was not
 * read. With --store, which writes answers into the database, a transaction is open, so that no load can interfere.
 * Returns an exit status; EXIT_YES and *analysis filled, or an error already printed. With --from of inputs that could
 * not be read whole the status is EXIT_USAGE unless --keep-going. */
int analysis_open(const struct command_line *line, struct output *output, struct analysis *analysis);
/* The same of a database, whatever its version, or of a file or folder of exports, with a pool of the caller's. */
int analysis_open_path(const struct command_line *line, struct output *output, const char *path, double now,
                       struct constraint_pool *pool, struct analysis *analysis);
/* Makes the pool, if there is none yet, and the evaluator for store and model. */
void analysis_start(struct analysis *analysis);
void analysis_close(struct analysis *analysis);

/* Whether no read failed so far, so that an answer may be given. False: the database error was printed, once. Every
 * command asks before it prints its answer, and ends with analysis_end. */
bool analysis_healthy(struct analysis *analysis);

/* The same, directly before the answer is printed: no progress is shown from here on. */
bool analysis_can_answer(struct analysis *analysis);

/* Closes; the exit status of the command: EXIT_INTERNAL in place of `status` where the analysis is not healthy. */
int analysis_end(struct analysis *analysis, int status);

/* Adds people and workloads to the edges, once: analysis_edges does, unless the answers of a load are derived. */
void analysis_add_people(struct analysis *analysis);

/* The edges, read back or computed once. */
const struct edges *analysis_edges(struct analysis *analysis);

/* The same with control edges (graph/control/control_edges.h), which are added to the others: nodes keep their numbers,
 * edges do not. */
const struct edges *analysis_edges_with_control(struct analysis *analysis);

/* With them if --control is given. */
const struct edges *analysis_edges_for(struct analysis *analysis, const struct command_line *line);

/* For questions about control (graph/control/control_rights.h), made on first use. */
struct control *analysis_control(struct analysis *analysis);

/* The caller's node with all its edges, see edges_of_caller. */
uint32_t analysis_node(struct analysis *analysis, const struct caller *caller);

/* The caller or role of that name, see names.h. Prints why not (with the candidates of an ambiguous name, or the
 * nearest name) and returns false. Strings live as long as the analysis. */
bool analysis_resolve_caller(struct analysis *analysis, const char *name, struct caller *caller);
bool analysis_resolve_role(struct analysis *analysis, const char *name, uint32_t *principal);

/* Data that answers depend on and that is missing from the database, found on first use. Lives as long as the analysis.
 */
const struct gaps *analysis_gaps(struct analysis *analysis);
/* Adds what this answer left out to the gaps; once for each answer. The sentence is copied. */
void analysis_leave_out(struct analysis *analysis, const char *sentence);

#endif
