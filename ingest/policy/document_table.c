#include "ingest/policy/document_table.h"

#include "ingest/support/digest.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 64

/* Chains, found by key. */
struct chains {
    struct document_link **slots;
    size_t slot_count, count;
};

struct shard {
    pthread_mutex_t lock;
    struct arena arena;
    struct chains entries, places;
};

struct document_table {
    struct digest_key key, fixed;
    struct shard shards[SHARDS];
    struct arena kept; /* the writer's: texts that outlive their batch */
};

struct document_table *document_table_new(void)
{
    struct document_table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    digest_key_draw(&table->key);
    digest_key_fix(&table->fixed);
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&table->shards[i].lock, NULL);
        table->shards[i].arena.block_size = 4096;
    }
    return table;
}

void document_table_free(struct document_table *table)
{
    for (int i = 0; table != NULL && i < SHARDS; i++) {
        pthread_mutex_destroy(&table->shards[i].lock);
        arena_free(&table->shards[i].arena);
        free(table->shards[i].entries.slots);
        free(table->shards[i].places.slots);
    }
    if (table != NULL)
        arena_free(&table->kept);
    free(table);
}

/* ---- chains */

static struct document_link **slot_of(const struct chains *chains, const uint64_t key[2])
{
    return &chains->slots[key[1] & (chains->slot_count - 1)];
}

static struct document_link *find(const struct chains *chains, const uint64_t key[2])
{
    struct document_link *link = chains->slot_count > 0 ? *slot_of(chains, key) : NULL;
    while (link != NULL && (link->key[0] != key[0] || link->key[1] != key[1]))
        link = link->next;
    return link;
}

static bool grow(struct chains *chains)
{
    if (chains->count < chains->slot_count)
        return true;
    struct chains grown = {.slot_count = chains->slot_count == 0 ? 64 : chains->slot_count * 2};
    grown.slots = calloc(grown.slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < chains->slot_count; i++)
        for (struct document_link *link = chains->slots[i], *next; link != NULL; link = next) {
            struct document_link **slot = slot_of(&grown, link->key);
            next = link->next;
            link->next = *slot;
            *slot = link;
        }
    free(chains->slots);
    chains->slots = grown.slots;
    chains->slot_count = grown.slot_count;
    return true;
}

static void add(struct chains *chains, struct document_link *link)
{
    struct document_link **slot = slot_of(chains, link->key);
    link->next = *slot;
    *slot = link;
    chains->count++;
}

static struct shard *shard_of(struct document_table *table, const uint64_t key[2])
{
    return &table->shards[key[0] % SHARDS];
}

/* ---- entries */

static struct document_entry *find_or_add(struct shard *shard, const uint64_t key[2], bool *added)
{
    struct document_entry *entry = (struct document_entry *)find(&shard->entries, key); /* its first member */
    if (entry != NULL || !grow(&shard->entries))
        return entry;
    entry = arena_allocate(&shard->arena, sizeof *entry);
    if (entry == NULL)
        return NULL;
    atomic_init(&entry->ready, false);
    memcpy(entry->link.key, key, sizeof entry->link.key);
    add(&shard->entries, &entry->link);
    *added = true;
    return entry;
}

static struct document_content *make_content(struct document_table *table, struct arena *arena, enum policy_kind kind,
                                             const char *text, size_t length)
{
    struct document_content *content = arena_allocate(arena, sizeof *content);
    if (content == NULL)
        return NULL;
    *content = (struct document_content){.text = arena_copy_text(arena, text, length), .length = length, .kind = kind};
    digest_bytes(&table->fixed, (uint32_t)kind, text, length, content->digest);
    content->failed = content->text == NULL || !policy_parse(arena, content->text, length, kind, &content->policy);
    content->parsed = true;
    return content;
}

struct document_entry *document_table_add(struct document_table *table, struct arena *arena,
                                          struct document_entry **added, enum policy_kind kind, const char *text,
                                          size_t length)
{
    uint64_t key[2];
    bool is_new = false;
    digest_bytes(&table->key, (uint32_t)kind, text, length, key);
    struct shard *shard = shard_of(table, key);
    pthread_mutex_lock(&shard->lock);
    struct document_entry *entry = find_or_add(shard, key, &is_new);
    pthread_mutex_unlock(&shard->lock);
    if (!is_new)
        return entry;
    entry->content = make_content(table, arena, kind, text, length);
    if (entry->content != NULL) {
        entry->next_added = *added;
        *added = entry;
    }
    atomic_store_explicit(&entry->ready, true, memory_order_release);
    return entry->content != NULL ? entry : NULL;
}

struct document_content *document_entry_content(struct document_table *table, struct document_entry *entry)
{
    while (!atomic_load_explicit(&entry->ready, memory_order_acquire))
        sched_yield();
    struct document_content *content = entry->content;
    if (content != NULL && !content->parsed) {
        content->failed = !policy_parse(&table->kept, content->text, content->length, content->kind, &content->policy);
        content->parsed = true;
    }
    return content != NULL && !content->failed ? content : NULL;
}

void document_entry_written(struct document_entry *entry, int64_t id)
{
    entry->id = id;
    entry->content = NULL;
}

bool document_table_release(struct document_table *table, struct document_entry *added)
{
    for (struct document_entry *entry = added, *next; entry != NULL; entry = next) {
        const struct document_content *content = entry->content;
        next = entry->next_added;
        if (content == NULL)
            continue;
        struct document_content *kept = arena_allocate(&table->kept, sizeof *kept);
        if (kept == NULL)
            return false;
        *kept = (struct document_content){.text = arena_copy_text(&table->kept, content->text, content->length),
                                          .length = content->length,
                                          .kind = content->kind,
                                          .digest = {content->digest[0], content->digest[1]}};
        if (kept->text == NULL)
            return false;
        entry->content = kept;
    }
    return true;
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
    const struct document_link *found = find(&shard->places, key);
    pthread_mutex_unlock(&shard->lock);
    return (const struct document_place *)found;
}

void document_table_add_place(struct document_table *table, const struct document_place *place)
{
    struct shard *shard = shard_of(table, place->link.key);
    pthread_mutex_lock(&shard->lock);
    if (find(&shard->places, place->link.key) == NULL && grow(&shard->places)) {
        struct document_place *copy = arena_allocate(&shard->arena, sizeof *copy);
        const char *layout = arena_copy_text(&shard->arena, place->layout, strlen(place->layout));
        if (copy != NULL && layout != NULL) {
            *copy = *place;
            copy->layout = layout;
            add(&shard->places, &copy->link);
        }
    }
    pthread_mutex_unlock(&shard->lock);
}
