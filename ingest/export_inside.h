/*
 * The inside of export.h while a file is read: export.c (the file, its arrays), export_object.c (one object, member by
 * member), export_envelope.c (what an answer in an envelope was asked), export_states.c (the rows of kinds by names,
 * and what their readers keep).
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

/* A file while it is read. */
struct export_reading {
    struct export_reader reader;
    struct kind_state *states;
    size_t state_count, state_room;
    bool paged; /* the current object says that more pages follow */
    /* The first object that no reader takes. */
    const struct export_kind *other_kind;
    const char *other_why; /* NULL: there is none */
    uint32_t other_line;
};

/* The row for a member of that name, and its kind, behind the kind *of (NULL: the first of all); NULL: no kind there
 * has such a member. */
const struct export_member *reading_find_member(const char *name, const struct export_kind **of);
/* The row for an element with such a member; the cursor stands before its value. *hint: the member alone is not enough
 * to recognise the kind. */
const struct export_element *reading_find_element(struct json_cursor *cursor, const char *name,
                                                  const struct export_kind **of, bool *hint);

/* The state of the kind's reader, created on first use; NULL: it keeps none. */
void *reading_state_of(struct export_reading *reading, const struct export_kind *kind);
/* Finishes the states that last only for one object. */
void reading_finish_object(struct export_reading *reading);
void reading_end_states(struct export_reading *reading);

/* An envelope {"call", "args", "output"}: looks ahead for the call and its arguments, in whatever order the members
 * come. The cursor stands before the value of `member`, and is put back there. */
void export_read_envelope(struct export_reader *reader, const char *member);

/* Notes what a part of a file's name, or the value of an option, says that was asked (struct export_asked). The text
 * must stay. */
void export_ask(struct export_reader *reader, const char *written);

/* One object that is a page, or an envelope of one. */
void reading_object(struct export_reading *reading);

#define EXPORT_UNKNOWN "JSON, but not an export that rolechain reads"
/* Notes an object that is not read. If the file holds nothing else, this becomes what is said of the file. */
void reading_note_other(struct export_reading *reading, const struct export_kind *kind, const char *why, uint32_t line);

#endif
