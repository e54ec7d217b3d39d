/*
 * policy_json: the JSON of a policy document as a tree, and the JSON of its normal form.
 *
 * Ordinary documents are read here, in one pass: printable ASCII without escapes, whole numbers, no repeated members.
 * jansson reads the others, so that its error messages are used, and its tree is converted. A tree lives in the arena
 * it was made in; its texts are NUL-terminated.
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
    POLICY_JSON_SCALAR, /* a number or boolean; text is its spelling in the normal form */
    POLICY_JSON_ARRAY,
    POLICY_JSON_OBJECT,
};

struct policy_json {
    enum policy_json_type type;
    bool repeated;      /* a member whose name occurred before in its object (policy_duplicates.h) */
    const char *name;   /* for a member; with the mark if repeated */
    size_t name_length; /* without the mark */
    const char *text;
    size_t length;
    size_t count; /* number of elements or members, from `first` on, in document order */
    struct policy_json *first, *last, *next;
};

/* The document's tree; NULL: it is not ordinary, or not a JSON object. */
struct policy_json *policy_json_read(struct arena *arena, const char *text, size_t length);

/* The same tree from a value that jansson read. */
struct policy_json *policy_json_convert(struct arena *arena, const json_t *value);

/* The value that jansson reads from JSON text (flags of json_loads); ordinary text goes through such a tree, which is
 * faster. NULL: not JSON. New reference. */
json_t *policy_json_load(const char *text, size_t length, size_t flags);

/* Appends an element or member of that type to its container. Given texts and names are not copied; name_length is the
 * whole length of the name. */
struct policy_json *policy_json_add(struct arena *arena, struct policy_json *array, enum policy_json_type type);
struct policy_json *policy_json_add_text(struct arena *arena, struct policy_json *array, const char *text,
                                         size_t length);
struct policy_json *policy_json_put(struct arena *arena, struct policy_json *object, const char *name,
                                    size_t name_length, enum policy_json_type type);

/* The member with exactly that name; NULL: there is none, or it is not an object. */
struct policy_json *policy_json_member(const struct policy_json *object, const char *name, size_t name_length);

/* Whether the member has that name, ignoring the mark of repeated ones. */
bool policy_json_is_named(const struct policy_json *member, const char *name);

/* Appends the value as JSON without white space, with sorted members. */
void policy_json_write(const struct policy_json *value, struct text *out);

#endif
