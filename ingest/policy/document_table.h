/*
 * document_table: each distinct policy text of a load once, parsed once, whichever thread meets it first. Thread-safe.
 *
 * Most documents of an organization repeat byte for byte, lay-out included, so they are looked up as they lie in the
 * file before anything else is done with them; only what is new there is validated, stripped of white space and looked
 * up again by its text.
 *
 * Texts are known by 128-bit digests under a key drawn for the load (digest.h), so that a text can be given back once
 * it is in the database.
 */
#ifndef ROLECHAIN_INGEST_POLICY_DOCUMENT_TABLE_H
#define ROLECHAIN_INGEST_POLICY_DOCUMENT_TABLE_H

#include "ingest/policy/policy.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* What the writer needs of a document until it is in the database. */
struct document_content {
    const char *text; /* compact JSON */
    size_t length;
    enum policy_kind kind;
    uint64_t digest[2]; /* under the fixed key: what the database holds */
    struct policy policy;
    bool parsed; /* policy is filled in */
};

/* One distinct (kind, text). */
struct document_entry {
    struct document_content *content;  /* NULL once it is written. The writer's, once it is ready */
    struct document_entry *next_added; /* of the same batch */
    int64_t id;                        /* database id; 0 until the writer met it. The writer's alone. */
    atomic_bool ready;                 /* content is filled in */
};

/* A document as it lies in a file: its bytes, white space included, and what a reader must know to pass over them. */
struct document_place {
    struct document_entry *entry;
    const char *layout; /* as in struct batch_document */
    size_t length;
    uint32_t lines;      /* line ends in it */
    uint32_t line_start; /* offset of its last line, if there is a line end */
};

struct document_table;

struct document_table *document_table_new(void);
void document_table_free(struct document_table *table);

/* The entry of the text. If it is new its content is made in the arena and put at the head of *added ; the arena must
 * live until document_table_release. */
struct document_entry *document_table_add(struct document_table *table, struct arena *arena,
                                          struct document_entry **added, enum policy_kind kind, const char *text,
                                          size_t length);

/* The key of a document as it lies in a file. depth: the open brackets around it, for what is nested too deep in one
 * place may not be in another. */
void document_place_key(const struct document_table *table, enum policy_kind kind, uint32_t depth, const char *bytes,
                        size_t length, uint64_t key[2]);

/* The place with that key, or NULL. */
const struct document_place *document_table_find_place(struct document_table *table, const uint64_t key[2]);

/* Remembers a place (copied, with its layout) under its key. */
void document_table_add_place(struct document_table *table, const uint64_t key[2], const struct document_place *place);

/* The writer's: waits until the content is there, parsed, and returns it; NULL once it is written. */
struct document_content *document_entry_content(struct document_table *table, struct document_entry *entry);

/* The writer's: the content is not needed any more. */
void document_entry_written(struct document_entry *entry, int64_t id);

/* The writer's: the arena of these contents is about to go. Texts that are not written yet are kept elsewhere. */
void document_table_release(struct document_table *table, struct document_entry *added);

#endif
