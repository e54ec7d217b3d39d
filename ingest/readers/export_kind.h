/*
 * export_kind: the kinds of exports. Each is a row that says how its files are recognised, how they are read, and what
 * they mean.
 *
 * A reader's file ends with the rows of its kinds, an array that ends in an empty row; export_kind.c lists the arrays.
 * export.c reads files by these rows, and the writer consults them; neither knows a kind by name.
 */
#ifndef ROLECHAIN_INGEST_READERS_EXPORT_KIND_H
#define ROLECHAIN_INGEST_READERS_EXPORT_KIND_H

#include "ingest/input/json_cursor.h"
#include "ingest/policy/batch.h"

struct export_reader;

/* A member of a top-level object that is read. */
struct export_member {
    const char *name;           /* NULL ends the list */
    enum json_cursor_type type; /* of its value; CURSOR_END: any type */
    /* Reads the value, which the cursor is before. NULL: the value is an object that is read as if it were
     * top-level. */
    void (*read)(struct export_reader *reader, const char *member);
    bool shared; /* other kinds use the name too: the reader recognises the kind (reader.h), or does not */
};

/* An object that can be an element of an array or, if `alone`, a line of a file with one object per line. Any of the
 * members identifies it, if its value is a text that starts with `begins`; the hint identifies it unless a member of
 * another kind follows. */
struct export_element {
    void (*read)(struct export_reader *reader); /* NULL ends the list */
    const char *hint;                           /* NULL: none */
    const char *members[8];
    const char *begins; /* NULL: any value */
    bool alone;
};

/* An object that is recognised, by all of these members together, but not read. "Users[].UserId" is a member of the
 * first element of a list. */
struct export_other {
    const char *why; /* NULL ends the list */
    const char *members[3];
};

struct export_kind {
    const char *name; /* the word in table source, and the one shown */

    /* How its files are recognised. NULL: not in this way. */
    const struct export_member *members;
    /* Other services use the same member names, and the value (the cursor is and stays before it) shows whose it is:
     * true if it is another service's. NULL: no such check. */
    bool (*is_foreign)(struct export_reader *reader);
    const struct export_element *elements;
    const struct export_other *others;
    /* By its location: reads the file, or sets the batch's refusal to the reason. False: it is not of this kind. */
    bool (*read_file)(struct export_reader *reader, const char *path);
    /* By its beginning, if it is not JSON: `length` bytes, at least one. */
    bool (*is_text)(const char *path, const char *at, size_t length);
    void (*read_text)(struct export_reader *reader); /* NULL: the file is refused */
    const char *refusal;

    /* The size of reader->state, which is zeroed when the first member of the kind is met, then passed to begin. With
     * finish, the state lasts until the end of the object with the member, where finish is called; otherwise until the
     * end of the file. end frees what the state holds. */
    size_t state_size;
    void (*begin)(void *state);
    void (*finish)(struct export_reader *reader);
    void (*end)(void *state);

    int rank; /* if a file has several kinds, the one with the highest rank names it, the first among equals */
    enum batch_standing standing; /* of the principals in its files */

    /* What is expected of a file. */
    bool own_names;      /* no other kind has members with these names, so a value of another type is an error */
    bool small_token;    /* "nextToken" says that more pages follow */
    bool only_objects;   /* its list must contain only objects: anything else is an error */
    bool details;        /* its data counts as authorization details of an account */
    bool may_be_details; /* the same, if it turns out to be complete (batch.full_details) */
    bool all_roles;      /* a list of all roles, unless another page follows */

    /* How it affects data of earlier loads. */
    bool replaces_path; /* data from the same path is replaced; identity providers are added */
    bool is_collection; /* its files belong together: if one disappears, its data is removed */
    bool is_capture;    /* its data is deleted if a later capture reports the deletion */
    bool is_log;        /* its data belongs to the file: deleted when the file is read again */
    bool lists_roles;   /* its data is deleted when all roles of the account are listed again */
};

/* For a file of no known kind; its name is "". */
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

/* The kind with that name, as stored by earlier loads; export_kind_none: no such kind (any more). */
const struct export_kind *export_kind_named(const char *name);

#endif
