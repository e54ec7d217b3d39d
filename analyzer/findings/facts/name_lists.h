/*
 * name_lists: lists of users and roles in the facts of findings. A thousand roles that trust one account would repeat
 * its principals a thousand times. So a finding holds the count and the first names; each longer list is stored once,
 * beside the findings, where they are printed whole (struct findings, lists).
 *
 *  {"count": 12, "first": ["arn:…", … 8 of them], "list": 3, "except": "arn:…"}
 *
 * list: the number of the list that holds all names, from 0; only if `first` does not hold them and lists are kept.
 * except: a name in that list that does not belong to this finding; lists that differ only by the role itself share one
 * list.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_NAME_LISTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_NAME_LISTS_H

#include "analyzer/findings/findings.h"

#define NAME_LIST_FIRST 8u

/* New reference. principals: ascending, including `except` (MODEL_NONE: nobody). */
json_t *name_list_json(struct findings *findings, const struct model *model, const uint32_t *principals, uint32_t count,
                       uint32_t except);

/* The number of lists, and the names in one of them. New reference. */
uint32_t name_lists_count(struct findings *findings);
json_t *name_lists_at(struct findings *findings, const struct model *model, uint32_t number);

#endif
