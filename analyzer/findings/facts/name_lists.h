/*
 * name_lists: lists of users and roles in the facts of findings. A thousand roles that trust one account would repeat
 * its principals a thousand times, so a finding has how many they are and the first of them, and each list of more is
 * held once, beside the findings, where these are printed whole (struct findings, lists).
 *
 *     {"count": 12, "first": ["arn:…", … 8 of them], "list": 3, "except": "arn:…"}
 *
 * list: the number of the list that holds all, from 0; only where `first` does not, and lists are kept. except: who is
 * in that list and is not meant, since lists that differ by the role itself are one.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_NAME_LISTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_NAME_LISTS_H

#include "analyzer/findings/findings.h"

#define NAME_LIST_FIRST 8u

/* New reference. principals: ascending, `except` (MODEL_NONE: nobody) among them. */
json_t *name_list_json(struct findings *findings, const struct model *model, const uint32_t *principals, uint32_t count,
                       uint32_t except);

/* How many lists are kept, and the names of one of them. New reference. */
uint32_t name_lists_count(struct findings *findings);
json_t *name_lists_at(struct findings *findings, const struct model *model, uint32_t number);

#endif
