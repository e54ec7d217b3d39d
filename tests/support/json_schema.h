/*
 * json_schema: JSON Schema, as far as the schemas of this project use it: $ref to #/$defs/NAME, type, const, enum,
 * required, properties, additionalProperties, items, minItems, minLength, minimum, pattern. A schema with any other
 * keyword is itself a violation.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_JSON_SCHEMA_H
#define ROLECHAIN_TESTS_SUPPORT_JSON_SCHEMA_H

#include <jansson.h>

/* Where and why the value violates the schema: "/findings/0/id: …". malloc'ed; NULL: it is valid. */
char *json_schema_violation(const json_t *schema, const json_t *value);

#endif
