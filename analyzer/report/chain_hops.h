/*
 * chain_hops: one chain for people, hop by hop, each hop with its conditions and the statements that allow it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHAIN_HOPS_H
#define ROLECHAIN_ANALYZER_REPORT_CHAIN_HOPS_H

#include "analyzer/report/chain_rows.h"

/* The verdict of this chain alone; the row's verdict is that of all chains. */
enum verdict chain_own_verdict(const struct chain_row *row);

void chain_hops_print(struct analysis *analysis, struct output *output, const struct chain_row *row);

/* {"hops":[…],"verdict","conditions"}: a chain in the JSON of `paths`; with "all_chains" if the verdict of all chains
 * differs. */
json_t *chain_path_json(struct analysis *analysis, const struct chain_row *row);

#endif
