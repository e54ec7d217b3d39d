/*
 * Internals of export.h for reading one file: export.c (the file, its arrays), export_object.c (one object, member by
 * member), export_envelope.c (the call and arguments in an envelope), export_states.c (finding kinds by member name,
 * and the state of their readers).
 */
#ifndef ROLECHAIN_INGEST_EXPORT_INSIDE_H
#define ROLECHAIN_INGEST_EXPORT_INSIDE_H

#include "ingest/export.h"
#include "ingest/readers/reader.h"

/* The state of one kind's reader. */
struct kind_state {
    const struct export_kind *kind;
    void *state;
};

/* A file being read. */
struct export_reading {
    struct export_reader reader;
    struct kind_state *states;
    size_t state_count, state_room;
    bool paged; /* the current object says that more pages follow */
    /* The first object that no reader takes. */
    const struct export_kind *other_kind;
    const char *other_why; /* NULL: there was none */
    uint32_t other_line;
};

/* Finds the row for a member of that name and its kind, searching after the kind *of (NULL: from the first); NULL: no
 * further kind has such a member. */
const struct export_member *reading_find_member(const char *name, const struct export_kind **of);
/* Finds the row for an array element with such a member; the cursor is before the member's value. *hint: the member
 * alone is not enough to recognise the kind. */
const struct export_element *reading_find_element(struct json_cursor *cursor, const char *name,
                                                  const struct export_kind **of, bool *hint);

/* The state of the kind's reader, created on first use; NULL: it has no state. */
void *reading_state_of(struct export_reading *reading, const struct export_kind *kind);
/* Finishes the states that last for one object only. */
void reading_finish_object(struct export_reading *reading);
void reading_end_states(struct export_reading *reading);

/* For an envelope {"call", "args", "output"}: looks ahead for the call and its arguments, in whatever order the members
 * come. The cursor is before the value of `member`, and is returned there. */
void export_read_envelope(struct export_reader *reader, const char *member);

/* Stores what a part of a file name, or the value of an option, says about the question asked (struct export_asked).
 * The text must stay valid. */
void export_ask(struct export_reader *reader, const char *written);

/* Reads one object: a page, or an envelope with a page. */
void reading_object(struct export_reading *reading);

#define EXPORT_UNKNOWN "JSON, but not an export that rolechain reads"
/* Notes an object that is not read. If the file contains nothing else, this becomes the message about the file. */
void reading_note_other(struct export_reading *reading, const struct export_kind *kind, const char *why, uint32_t line);

#endif
