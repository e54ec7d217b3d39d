/*
 * json_build: builds values for JSON output without silent losses.
 *
 * jansson refuses text that is not UTF-8 (file names can be anything) and reports that by a NULL or -1 that is easily
 * overlooked. Here such bytes are written as \xNN, and a value that cannot be added ends the program as an internal
 * error.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_BUILD_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the text is ASCII, as almost all texts are: jansson then need not check whether it is UTF-8. */
bool json_is_ascii(const char *text, size_t length);

/* A new string; text NULL gives null. Bytes that are not UTF-8 become \xNN. */
json_t *json_text(const char *text);

/* A new string of the formatted text. */
json_t *json_text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets the value of a key. Takes over the reference. */
void json_put(json_t *object, const char *key, json_t *value);

/* Adds a value to the end of an array. Takes over the reference. */
void json_add(json_t *array, json_t *value);

/* A new object with only that member; a new array with only that value. Both take over the reference. */
json_t *json_object_of(const char *key, json_t *value);
json_t *json_list_of(json_t *value);

/* Inserts before the element at the index; replaces that element. Both take over the reference. */
void json_insert(json_t *array, size_t place, json_t *value);
void json_replace(json_t *array, size_t place, json_t *value);

/* Adds all values of another array; all members of another object, replacing those with the same name. */
void json_add_all(json_t *array, json_t *values);
void json_put_all(json_t *object, json_t *members);

/* A copy whose arrays and objects may be changed; it shares strings and numbers, which never change. NULL stays
 * NULL. */
json_t *json_like(const json_t *value);

/* A new array with the values of the array, or with the one value (NULL: empty). Source for members that hold one value
 * or a list of them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
json_t *json_listed(json_t *value);

/* As json_put of json_text; NULL adds nothing. */
void json_put_text(json_t *object, const char *key, const char *text);

/* Writes the value as text (flags of json_dumps), piece by piece; write returns 0 on success, as for
 * json_dump_callback. */
void json_write(const json_t *value, json_dump_callback_t write, void *context, size_t flags);

#endif
