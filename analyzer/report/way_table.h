/*
 * way_table: the ways of control (graph/control/ways.h) for people; docs/control.md is generated from it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_WAY_TABLE_H
#define ROLECHAIN_ANALYZER_REPORT_WAY_TABLE_H

#include "analyzer/command_line/output.h"

/* As text, JSON or Markdown, depending on the output's format. */
void way_table_print(struct output *output);

#endif
