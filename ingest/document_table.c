#include "ingest/document_table.h"

#include "ingest/support/intern.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 64

struct shard {
    pthread_mutex_t lock;
    struct arena arena;
    struct document_entry **slots; /* chains */
    size_t slot_count, count;
};

struct document_table {
    struct shard shards[SHARDS];
};

struct document_table *document_table_new(void)
{
    struct document_table *table = calloc(1, sizeof *table);
    for (int i = 0; table != NULL && i < SHARDS; i++)
        pthread_mutex_init(&table->shards[i].lock, NULL);
    return table;
}

void document_table_free(struct document_table *table)
{
    for (int i = 0; table != NULL && i < SHARDS; i++) {
        pthread_mutex_destroy(&table->shards[i].lock);
        arena_free(&table->shards[i].arena);
        free(table->shards[i].slots);
    }
    free(table);
}

void document_digest(const char *bytes, size_t length, uint64_t seed, uint64_t digest[2])
{
    /* Two passes over halves that differ in their start: intern_hash is not seeded. */
    uint64_t whole = intern_hash(bytes, length);
    uint64_t tail = intern_hash(bytes + length / 3, length - length / 3);
    uint64_t mixed[3] = {whole, tail, seed * 0x9E3779B97F4A7C15u + length};
    digest[0] = whole ^ seed * 0xD6E8FEB86659FD93u;
    digest[1] = intern_hash((const char *)mixed, sizeof mixed);
}

static bool grow(struct shard *shard)
{
    if (shard->count < shard->slot_count)
        return true;
    size_t slot_count = shard->slot_count == 0 ? 64 : shard->slot_count * 4;
    struct document_entry **slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < shard->slot_count; i++)
        for (struct document_entry *entry = shard->slots[i], *next; entry != NULL; entry = next) {
            next = entry->next;
            size_t at = (entry->digest[0] >> 8) & (slot_count - 1);
            entry->next = slots[at];
            slots[at] = entry;
        }
    free(shard->slots);
    shard->slots = slots;
    shard->slot_count = slot_count;
    return true;
}

static struct document_entry *find_or_add(struct shard *shard, const struct document_entry *wanted, bool *added)
{
    if (!grow(shard))
        return NULL;
    struct document_entry **slot = &shard->slots[(wanted->digest[0] >> 8) & (shard->slot_count - 1)];
    for (struct document_entry *entry = *slot; entry != NULL; entry = entry->next)
        if (entry->digest[0] == wanted->digest[0] && entry->kind == wanted->kind && entry->length == wanted->length &&
            memcmp(entry->text, wanted->text, wanted->length) == 0)
            return entry;
    struct document_entry *entry = arena_allocate(&shard->arena, sizeof *entry);
    char *text = arena_copy_text(&shard->arena, wanted->text, wanted->length);
    if (entry == NULL || text == NULL)
        return NULL;
    *entry = *wanted;
    entry->text = text;
    atomic_init(&entry->ready, false);
    entry->next = *slot;
    *slot = entry;
    shard->count++;
    *added = true;
    return entry;
}

struct document_entry *document_table_add(struct document_table *table, struct arena *parse_arena,
                                          enum policy_kind kind, const char *text, size_t length)
{
    struct document_entry wanted = {.text = text, .length = length, .kind = kind};
    bool added = false;
    document_digest(text, length, (uint64_t)kind + 1, wanted.digest);
    struct shard *shard = &table->shards[wanted.digest[0] % SHARDS];
    pthread_mutex_lock(&shard->lock);
    struct document_entry *entry = find_or_add(shard, &wanted, &added);
    pthread_mutex_unlock(&shard->lock);
    if (added) {
        entry->failed = !policy_parse(parse_arena, entry->text, entry->length, kind, &entry->policy);
        atomic_store_explicit(&entry->ready, true, memory_order_release);
    }
    return entry;
}

void document_entry_wait(const struct document_entry *entry)
{
    while (!atomic_load_explicit(&entry->ready, memory_order_acquire))
        sched_yield();
}
