/*
 * graph_tables: --format neo4j, which is three files: that of --output ("org.neo4j") says how the other two are
 * imported, and beside it stand the tables, "org-nodes.csv" and "org-edges.csv".
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_TABLES_H
#define ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_TABLES_H

#include "analyzer/analysis/analysis.h"

struct graph_tables {
    char *nodes, *edges; /* paths */
};

/* Whether the format is this one. */
bool graph_tables_are(const char *format);

/* Names the tables, in output->writes too, before anything is read. False: an error of usage was printed. Either way
 * end with graph_tables_end. */
bool graph_tables_begin(struct graph_tables *tables, const struct command_line *line, const struct command *command,
                        struct output *output);
/* False: not all could be written; an error was printed. */
bool graph_tables_write(const struct graph_tables *tables, struct analysis *analysis, struct output *output,
                        bool folded);
void graph_tables_end(struct graph_tables *tables, struct output *output);

#endif
