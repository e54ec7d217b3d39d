#include "ingest/policy/document_table.h"

#include "ingest/support/array.h"
#include "ingest/support/digest.h"
#include "ingest/support/hash_index.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 64

/* What is stored under a digest. */
struct known {
    struct hash_index index;
    struct known_item {
        uint64_t key[2];
        void *what;
    } * items;
    uint32_t count, room;
};

/* Entries are never moved or removed, so a found entry may be used without the lock. */
struct shard {
    pthread_mutex_t lock;
    struct arena arena;
    struct known entries, places;
};

struct document_table {
    struct digest_key key, fixed;
    struct shard shards[SHARDS];
    struct arena kept; /* for the writer: texts that outlive their batch */
};

struct document_table *document_table_new(void)
{
    struct document_table *table = memory_zeroed(1, sizeof *table);
    digest_key_draw(&table->key);
    digest_key_fix(&table->fixed);
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&table->shards[i].lock, NULL);
        table->shards[i].arena.block_size = 4096;
    }
    return table;
}

static void free_known(struct known *known)
{
    hash_index_free(&known->index);
    free(known->items);
}

void document_table_free(struct document_table *table)
{
    if (table == NULL)
        return;
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_destroy(&table->shards[i].lock);
        arena_free(&table->shards[i].arena);
        free_known(&table->shards[i].entries);
        free_known(&table->shards[i].places);
    }
    arena_free(&table->kept);
    free(table);
}

/* With the shard's lock held. Half of a key picks the shard, the other half the slot. */
static void *find(const struct known *known, const uint64_t key[2])
{
    struct hash_probe probe = hash_index_probe(key[1]);
    for (uint32_t number; (number = hash_index_next(&known->index, &probe)) != HASH_INDEX_NONE;)
        if (memcmp(known->items[number].key, key, sizeof known->items[number].key) == 0)
            return known->items[number].what;
    return NULL;
}

static void add(struct known *known, const uint64_t key[2], void *what)
{
    hash_index_add(&known->index, key[1], known->count);
    ARRAY_ADD(known->items, known->count, known->room, (struct known_item){{key[0], key[1]}, what});
}

static struct shard *shard_of(struct document_table *table, const uint64_t key[2])
{
    return &table->shards[key[0] % SHARDS];
}

/* ---- entries */

static struct document_content *make_content(struct document_table *table, struct arena *arena, enum policy_kind kind,
                                             const char *text, size_t length)
{
    struct document_content *content = arena_allocate(arena, sizeof *content);
    *content = (struct document_content){
        .text = arena_copy_text(arena, text, length), .length = length, .kind = kind, .parsed = true};
    digest_bytes(&table->fixed, (uint32_t)kind, text, length, content->digest);
    policy_parse(arena, content->text, length, kind, &content->policy);
    return content;
}

struct document_entry *document_table_add(struct document_table *table, struct arena *arena,
                                          struct document_entry **added, enum policy_kind kind, const char *text,
                                          size_t length)
{
    uint64_t key[2];
    digest_bytes(&table->key, (uint32_t)kind, text, length, key);
    struct shard *shard = shard_of(table, key);
    pthread_mutex_lock(&shard->lock);
    struct document_entry *entry = find(&shard->entries, key);
    bool is_new = entry == NULL;
    if (is_new) {
        entry = arena_allocate(&shard->arena, sizeof *entry);
        atomic_init(&entry->ready, false);
        add(&shard->entries, key, entry);
    }
    pthread_mutex_unlock(&shard->lock);
    if (!is_new)
        return entry;
    entry->content = make_content(table, arena, kind, text, length);
    entry->next_added = *added;
    *added = entry;
    /* From here on the content belongs to the writer, which may have met the entry in another file. */
    atomic_store_explicit(&entry->ready, true, memory_order_release);
    return entry;
}

struct document_content *document_entry_content(struct document_table *table, struct document_entry *entry)
{
    while (!atomic_load_explicit(&entry->ready, memory_order_acquire))
        sched_yield();
    struct document_content *content = entry->content;
    if (content != NULL && !content->parsed) {
        policy_parse(&table->kept, content->text, content->length, content->kind, &content->policy);
        content->parsed = true;
    }
    return content;
}

void document_entry_written(struct document_entry *entry, int64_t id)
{
    entry->id = id;
    entry->content = NULL;
}

void document_table_release(struct document_table *table, struct document_entry *added)
{
    for (struct document_entry *entry = added, *next; entry != NULL; entry = next) {
        const struct document_content *content = entry->content;
        next = entry->next_added;
        if (content == NULL)
            continue;
        struct document_content *kept = arena_allocate(&table->kept, sizeof *kept);
        *kept = (struct document_content){.text = arena_copy_text(&table->kept, content->text, content->length),
                                          .length = content->length,
                                          .kind = content->kind,
                                          .digest = {content->digest[0], content->digest[1]}};
        entry->content = kept;
    }
}

/* ---- places */

void document_place_key(const struct document_table *table, enum policy_kind kind, uint32_t depth, const char *bytes,
                        size_t length, uint64_t key[2])
{
    digest_bytes(&table->key, depth << 8 | (uint32_t)kind, bytes, length, key);
}

const struct document_place *document_table_find_place(struct document_table *table, const uint64_t key[2])
{
    struct shard *shard = shard_of(table, key);
    pthread_mutex_lock(&shard->lock);
    const struct document_place *found = find(&shard->places, key);
    pthread_mutex_unlock(&shard->lock);
    return found;
}

void document_table_add_place(struct document_table *table, const uint64_t key[2], const struct document_place *place)
{
    struct shard *shard = shard_of(table, key);
    pthread_mutex_lock(&shard->lock);
    if (find(&shard->places, key) == NULL) {
        struct document_place *copy = arena_allocate(&shard->arena, sizeof *copy);
        *copy = *place;
        copy->layout = arena_copy_text(&shard->arena, place->layout, strlen(place->layout));
        add(&shard->places, key, copy);
    }
    pthread_mutex_unlock(&shard->lock);
}
