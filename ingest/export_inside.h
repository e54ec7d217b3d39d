/*
 * The inside of export.h while a file is read: export.c (the file, its arrays), export_object.c (one object, member by
 * member), export_envelope.c (what an answer in an envelope was asked), export_states.c (the rows of kinds by names,
 * and what their readers keep).
 */
#ifndef ROLECHAIN_INGEST_EXPORT_INSIDE_H
#define ROLECHAIN_INGEST_EXPORT_INSIDE_H

#include "ingest/export.h"
#include "ingest/readers/reader.h"

/* What the reader of a kind keeps. */
struct kind_state {
    const struct export_kind *kind;
    void *state;
};

/* A file while it is read. */
struct export_reading {
    struct export_reader reader;
    struct kind_state *states;
    size_t state_count, state_room;
    bool paged; /* the object that is read said that more follow */
    /* The first object that is not read. */
    const struct export_kind *other_kind;
    const char *other_why; /* NULL: there is none */
    uint32_t other_line;
};

/* The row of the member of that name, and whose it is; NULL: no kind has one. */
const struct export_member *reading_find_member(const char *name, const struct export_kind **of);
/* The row of what has such a member, before whose value the cursor stands. *hint: the member alone does not tell. */
const struct export_element *reading_find_element(struct json_cursor *cursor, const char *name,
                                                  const struct export_kind **of, bool *hint);

/* The state of the kind, made if this is the first time; NULL: it has none. */
void *reading_state_of(struct export_reading *reading, const struct export_kind *kind);
/* Finishes the states that live as long as an object. */
void reading_finish_object(struct export_reading *reading);
void reading_end_states(struct export_reading *reading);

/* An envelope {"call", "args", "output"}: looks ahead for what was asked, in whatever order its members come. The
 * cursor stands before the value of the member of that name, and does so again afterwards. */
void export_read_envelope(struct export_reader *reader, const char *member);

/* Notes what a part of a file's name, or the value of an option, says that was asked (struct export_asked). The text
 * must stay. */
void export_ask(struct export_reader *reader, const char *written);

/* One object that is a page, or an envelope of one. */
void reading_object(struct export_reading *reading);

#define EXPORT_UNKNOWN "JSON, but not an export that rolechain reads"
/* Notes what is not read. If the file holds nothing else, it says what the file is. */
void reading_note_other(struct export_reading *reading, const struct export_kind *kind, const char *why, uint32_t line);

#endif
