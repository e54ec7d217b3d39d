/*
 * policy_json: changes the JSON of a policy document in place; everything else stays as written.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_JSON_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* {"Version", "Statement": [statement]}; takes the statement over. New reference. */
json_t *policy_json_document(json_t *statement);

/* {"Effect", "Action", "Resource": "*"}; takes the actions (a text or a list) over. New reference. */
json_t *policy_json_statement(const char *effect, json_t *actions);

/* ---- members that hold one value or a list of them */

/* The value to write for a list from json_listed: a list of one without its brackets. Borrowed. */
json_t *policy_json_written(json_t *list);

/* Sets the member to the list, written that way; an empty list removes the member. */
void policy_json_set(json_t *object, const char *member, json_t *list);

/* Whether the list contains it. */
bool policy_json_has(const json_t *list, const json_t *value);
bool policy_json_has_text(const json_t *list, const char *text);

/* Adds it unless the list contains it; takes the value over. */
void policy_json_add_once(json_t *list, json_t *value);

/* ---- statements */

/* Puts a statement (taken over) behind another one of the policy, or at the end. */
void policy_json_insert(json_t *policy, const json_t *first, json_t *second);
void policy_json_append(json_t *policy, json_t *statement);

/* Removes a statement from the policy. */
void policy_json_remove(json_t *policy, const json_t *statement);

/* A copy without Sid, which must be unique in the policy. New reference. */
json_t *policy_json_copy(const json_t *statement);

#endif
