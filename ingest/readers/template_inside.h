/*
 * Internals of template_values.h: template_values.c (evaluates functions), template_conditions.c (which conditions are
 * true), template_cases.c (the possible values, depending on what is unknown), template_documents.c (policy documents
 * for all cases).
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_INSIDE_H

#include "ingest/readers/template_values.h"

/* Functions can be nested so that texts double at each level: a template beyond these limits cannot work. */
#define DEEPEST 64u
#define MOST_STEPS 2000000u
#define MOST_TEXT ((size_t)32 << 20)

/* The most cases of one value; with more it is unknown. AWS has about forty regions. */
#define MOST_BRANCHES 64u

/* The text for an unknown value. */
json_t *template_unresolved(const char *what);

/* Appends the text of a scalar; false: it is not a scalar. */
bool template_append_scalar(struct text *out, const json_t *value);

/* The value of an object's only member, if it has that name. */
json_t *template_function_argument(json_t *value, const char *name);

/* ["CONDITION", then, else]: the branch that applies; NULL: unknown. */
json_t *template_branch_of(struct template_values *values, json_t *argument);

/* Adds {"value": value, "if": conditions} to the list; takes the value's reference, copies the conditions (NULL:
 * {}). */
void template_add_branch(json_t *list, json_t *value, json_t *conditions);

#endif
