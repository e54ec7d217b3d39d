/*
 * export_kind: the kinds of exports, each a row that says how its files are known, who reads them, and what they mean.
 *
 * A reader's file ends in the rows of its kinds, an array that an empty row ends; export_kind.c lists the arrays.
 * export.c reads files by these rows, and the writer asks them; neither knows a kind by name.
 */
#ifndef ROLECHAIN_INGEST_READERS_EXPORT_KIND_H
#define ROLECHAIN_INGEST_READERS_EXPORT_KIND_H

#include "ingest/input/json_cursor.h"
#include "ingest/policy/batch.h"

struct export_reader;

/* A member of a top-level object that is read. */
struct export_member {
    const char *name;           /* NULL: the list ends */
    enum json_cursor_type type; /* of its value; CURSOR_END: any */
    /* Reads the value that the cursor stands before. NULL: an object that is read as if it stood alone. */
    void (*read)(struct export_reader *reader, const char *member);
    bool shared; /* others use the name too: it is the reader that recognises the kind (reader.h), or does not */
};

/* An object that may be an element of an array, or (alone) of a file that has one in each line. Any of the members
 * tells it, if its value is a text that begins so; the hint does unless a member of another kind follows. */
struct export_element {
    void (*read)(struct export_reader *reader); /* NULL: the list ends */
    const char *hint;                           /* NULL: none */
    const char *members[8];
    const char *begins; /* NULL: the value does not matter */
    bool alone;
};

/* An object that is recognised, by all of these members, but not read. "Users[].UserId" is a member of
 * the first element of one. */
struct export_other {
    const char *why; /* NULL: the list ends */
    const char *members[3];
};

struct export_kind {
    const char *name; /* the word in the table source, and what is shown */

    /* How its files are known. NULL: not so. */
    const struct export_member *members;
    /* Other services use the names of these members too, and the value, before which the cursor stands and stays, tells
     * whose it is: one of theirs. NULL: it is not asked. */
    bool (*is_foreign)(struct export_reader *reader);
    const struct export_element *elements;
    const struct export_other *others;
    /* By where it lies: reads the file, or says in the batch's refusal why not. False: it is not of the kind. */
    bool (*read_file)(struct export_reader *reader, const char *path);
    /* By how it begins, if it is no JSON: `length` bytes of it, at least one. */
    bool (*is_text)(const char *path, const char *at, size_t length);
    void (*read_text)(struct export_reader *reader); /* NULL: it is refused */
    const char *refusal;

    /* The size of reader->state: zeroed when the first member of the kind is met, then passed to begin. With finish it
     * lasts until the end of the object with the member, where finish is called; else until the end of the file. end
     * frees what the state holds. */
    size_t state_size;
    void (*begin)(void *state);
    void (*finish)(struct export_reader *reader);
    void (*end)(void *state);

    int rank; /* of several kinds in a file the highest rank names the file; among equals the first */
    enum batch_standing standing; /* of the principals of its files */

    /* What is expected of a file. */
    bool own_names;      /* no other kind has members of these names, so a value of another type is an error */
    bool small_token;    /* "nextToken" says that more pages follow */
    bool only_objects;   /* a list has elements that are objects: another one is an error */
    bool details;        /* what account authorization details are made of */
    bool may_be_details; /* likewise, if they turn out to be (batch.full_details) */
    bool all_roles;      /* a list of all roles, if no page follows */

    /* What it means for what earlier loads said. */
    bool replaces_path; /* what the same path said before is replaced; identity providers are added */
    bool is_collection; /* its files belong together: when one disappears, so does its data */
    bool is_capture;    /* its data is deleted when a later capture reports the deletion */
    bool is_log;        /* its data is its own: it is deleted when the file is read again */
    bool lists_roles;   /* its data is deleted when all roles of the account are listed again */
};

/* A file of no kind; its name is "". */
extern const struct export_kind export_kind_none;

/* All kinds, in the order in which they are tried:
 *     struct export_kinds at = {0};
 *     while (export_kinds_next(&at))
 *         use(at.kind); */
struct export_kinds {
    const struct export_kind *const *family; /* the array of a reader's file */
    const struct export_kind *kind;
};

bool export_kinds_next(struct export_kinds *at);

/* The kind of that name, as earlier loads stored it; export_kind_none: no such kind (any more). */
const struct export_kind *export_kind_named(const char *name);

#endif
