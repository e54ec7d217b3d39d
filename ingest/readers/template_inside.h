/*
 * The inside of template_values.h: template_values.c (functions and what they come to), template_conditions.c (which
 * conditions hold), template_cases.c (what a value may be in each case of what is not known), template_documents.c
 * (policy documents of all cases).
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_INSIDE_H

#include "ingest/readers/template_values.h"

/* Functions can be nested so that texts double with each: more than this is no template that works. */
#define DEEPEST 64u
#define MOST_STEPS 2000000u
#define MOST_TEXT ((size_t)32 << 20)

/* Cases that are told apart in one value: more are not known. AWS has some forty regions. */
#define MOST_BRANCHES 64u

/* The text for a value that is not known. */
json_t *template_unresolved(const char *what);

/* Appends the text of a scalar; false: it is none. */
bool template_append_scalar(struct text *out, const json_t *value);

/* Of an object with this member alone: its value. */
json_t *template_function_argument(json_t *value, const char *name);

/* ["CONDITION", then, else]: the branch that counts; NULL: neither is known to. */
json_t *template_branch_of(struct template_values *values, json_t *argument);

/* Adds {"value": value, "if": conditions} to the list; takes the value's reference, copies the conditions (NULL: {}).
 */
void template_add_branch(json_t *list, json_t *value, json_t *conditions);

#endif
