/*
 * graph_export: the whole graph for other tools, with ONE table of formats. Nothing is left out: every user, role and
 * outside party that can become a role or be become, and an edge for each pair. Folded, it has the groups that edges
 * are stored between instead: an edge of kind "member" leads from a member into its group of callers, and from a group
 * of roles to each of them.
 *
 *   json         nodes and edges; analyzer/report/schema/graph.schema.json
 *   graphml      GraphML 1.0, as yEd, Gephi and NetworkX read it
 *   opengraph    BloodHound's OpenGraph; kinds begin with AWS_
 *   neo4j-nodes  one of the two tables that neo4j-admin imports
 *   neo4j-edges  the other
 *   neo4j        both, in separate files: graph_tables.h
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_EXPORT_H
#define ROLECHAIN_ANALYZER_REPORT_GRAPH_GRAPH_EXPORT_H

#include "analyzer/analysis/analysis.h"

#define GRAPH_EXPORT_FORMATS "json,graphml,opengraph,neo4j,neo4j-nodes,neo4j-edges"

/* Whether it is one of these formats. */
bool graph_export_has(const char *format);

/* Writes the edges of the analysis as they are now (with control edges, if requested). Memory does not grow with the
 * number of pairs. Of "neo4j" it writes one table, which output->format must name (graph_tables.h writes both). */
void graph_export(struct analysis *analysis, struct output *output, bool folded);

#endif
