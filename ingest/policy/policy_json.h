/*
 * policy_json: the JSON of a policy document as a tree, and that of its normal form.
 *
 * Ordinary documents are read here, in one pass: printable ASCII without escapes, whole numbers, no repeated members.
 * jansson reads the others, so that errors are reported in its words, and its tree is converted into this one. A tree
 * lives in the arena it was made in; its texts are NUL-terminated.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_JSON_H
#define ROLECHAIN_INGEST_POLICY_POLICY_JSON_H

#include "ingest/support/arena.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum policy_json_type {
    POLICY_JSON_NULL,
    POLICY_JSON_TEXT,
    POLICY_JSON_SCALAR, /* a number or boolean; text is what the normal form writes */
    POLICY_JSON_ARRAY,
    POLICY_JSON_OBJECT,
};

struct policy_json {
    enum policy_json_type type;
    bool repeated;      /* a member whose name occurs before in its object (policy_duplicates.h) */
    const char *name;   /* of a member: with the mark of repeated ones */
    size_t name_length; /* without it */
    const char *text;
    size_t length;
    size_t count; /* of elements or members, from first on, in the order of the document */
    struct policy_json *first, *last, *next;
};

/* The document's tree; NULL: it is not of the ordinary shape, or no JSON object. */
struct policy_json *policy_json_read(struct arena *arena, const char *text, size_t length);

/* The same tree of a value that jansson read. */
struct policy_json *policy_json_convert(struct arena *arena, const json_t *value);

/* What jansson reads from JSON text (flags of json_loads), by way of such a tree where the text is of the ordinary
 * shape. NULL: it is no JSON. New reference. */
json_t *policy_json_load(const char *text, size_t length, size_t flags);

/* An element or member of that type at the end of its container. Texts and names that are given are not copied;
 * name_length is all of the name. */
struct policy_json *policy_json_add(struct arena *arena, struct policy_json *array, enum policy_json_type type);
struct policy_json *policy_json_add_text(struct arena *arena, struct policy_json *array, const char *text,
                                         size_t length);
struct policy_json *policy_json_put(struct arena *arena, struct policy_json *object, const char *name,
                                    size_t name_length, enum policy_json_type type);

/* The member of just that name; NULL: there is none, or it is no object. */
struct policy_json *policy_json_member(const struct policy_json *object, const char *name, size_t name_length);

/* Whether the member has that name, or had it before it was marked. */
bool policy_json_is_named(const struct policy_json *member, const char *name);

/* Appends the value as JSON without white space, with sorted members. */
void policy_json_write(const struct policy_json *value, struct text *out);

#endif
