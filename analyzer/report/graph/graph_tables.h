/*
 * graph_tables: --format neo4j writes three files: the file of --output ("org.neo4j") says how to import the other two;
 * beside it are the tables, "org-nodes.csv" and "org-edges.csv".
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_TABLES_H
#define ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_TABLES_H

#include "analyzer/analysis/analysis.h"

struct graph_tables {
    char *nodes, *edges; /* paths */
};

/* Whether the format is neo4j. */
bool graph_tables_are(const char *format);

/* Names the tables, also in output->writes, before anything is read. False: a usage error was printed. Call
 * graph_tables_end in either case. */
bool graph_tables_begin(struct graph_tables *tables, const struct command_line *line, const struct command *command,
                        struct output *output);
/* False: not everything could be written; an error was printed. */
bool graph_tables_write(const struct graph_tables *tables, struct analysis *analysis, struct output *output,
                        bool folded);
void graph_tables_end(struct graph_tables *tables, struct output *output);

#endif
