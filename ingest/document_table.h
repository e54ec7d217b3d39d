/*
 * document_table: each distinct policy text of a load once, parsed once, whichever thread meets it first. Thread-safe.
 */
#ifndef ROLECHAIN_INGEST_DOCUMENT_TABLE_H
#define ROLECHAIN_INGEST_DOCUMENT_TABLE_H

#include "ingest/policy.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* One distinct (kind, text). */
struct document_entry {
    const char *text; /* compact JSON */
    size_t length;
    enum policy_kind kind;
    uint64_t digest[2];
    struct policy policy;
    atomic_bool ready; /* policy is filled in */
    bool failed;       /* out of memory while parsing */
    int64_t id;        /* database id; 0 until the writer met it. The writer's alone. */
    struct document_entry *next;
};

struct document_table;

struct document_table *document_table_new(void); /* NULL: out of memory */
void document_table_free(struct document_table *table);

/* The entry of the text, which is copied if it is new and parsed with its statements in parse_arena (the calling
 * thread's own, living as long as the table). NULL: out of memory. */
struct document_entry *document_table_add(struct document_table *table, struct arena *parse_arena,
                                          enum policy_kind kind, const char *text, size_t length);

/* Waits until another thread has parsed the entry. */
void document_entry_wait(const struct document_entry *entry);

/* 128 bits over kind and bytes, not keyed: equality is always decided by comparison. */
void document_digest(const char *bytes, size_t length, uint64_t seed, uint64_t digest[2]);

#endif
