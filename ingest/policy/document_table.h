/*
 * document_table: stores and parses each distinct policy text of a load once, whichever thread meets it first.
 * Thread-safe.
 *
 * Most documents of an organization repeat byte for byte, including their layout. So the raw bytes in the file are
 * looked up first; only new ones are validated, stripped of white space and looked up again by their text.
 *
 * Texts are identified by 128-bit digests under a random key chosen for each load (digest.h), so that a text can be
 * freed when it is in the database.
 */
#ifndef ROLECHAIN_INGEST_POLICY_DOCUMENT_TABLE_H
#define ROLECHAIN_INGEST_POLICY_DOCUMENT_TABLE_H

#include "ingest/policy/policy.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* What the writer needs from a document until it is in the database. */
struct document_content {
    const char *text; /* compact JSON */
    size_t length;
    enum policy_kind kind;
    uint64_t digest[2]; /* under the fixed key: as stored in the database */
    struct policy policy;
    bool parsed; /* policy is filled in */
};

/* One distinct pair of kind and text. */
struct document_entry {
    struct document_content *content;  /* NULL after it was written. Owned by the writer once it is ready */
    struct document_entry *next_added; /* in the same batch */
    int64_t id;                        /* database id; 0 until the writer has met it. Used by the writer only */
    atomic_bool ready;                 /* content is filled in */
};

/* A document as it is in a file: its bytes, white space included, and what a reader needs to skip them. */
struct document_place {
    struct document_entry *entry;
    const char *layout; /* as in struct batch_document */
    size_t length;
    uint32_t lines;      /* number of line ends in it */
    uint32_t line_start; /* offset of its last line, if there is a line end */
};

struct document_table;

struct document_table *document_table_new(void);
void document_table_free(struct document_table *table);

/* The entry for the text. If it is new, its content is created in the arena and put at the head of *added; the arena
 * must live until document_table_release. */
struct document_entry *document_table_add(struct document_table *table, struct arena *arena,
                                          struct document_entry **added, enum policy_kind kind, const char *text,
                                          size_t length);

/* The key for a document's raw bytes. depth: number of open brackets around it, since a document that is nested too
 * deeply in one place may be valid in another. */
void document_place_key(const struct document_table *table, enum policy_kind kind, uint32_t depth, const char *bytes,
                        size_t length, uint64_t key[2]);

/* The place with that key, or NULL. */
const struct document_place *document_table_find_place(struct document_table *table, const uint64_t key[2]);

/* Remembers a place (copied, with its layout) under its key. */
void document_table_add_place(struct document_table *table, const uint64_t key[2], const struct document_place *place);

/* For the writer: waits until the content is ready, parsed, and returns it; NULL after it was written. */
struct document_content *document_entry_content(struct document_table *table, struct document_entry *entry);

/* For the writer: the content is no longer needed. */
void document_entry_written(struct document_entry *entry, int64_t id);

/* For the writer: call before the arena with these contents is freed. Texts that are not written yet are copied. */
void document_table_release(struct document_table *table, struct document_entry *added);

#endif
