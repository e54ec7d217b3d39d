#include "ingest/support/json_memory.h"

#include "ingest/support/memory.h"
#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define BLOCK ((size_t)64 * 1024)
#define STEP 16u
#ifdef __SANITIZE_ADDRESS__
#define LARGEST 0u /* so that use after free is detected */
#else
#define LARGEST 512u
#endif

/* A piece: its size in steps (0: from memory.h), then what jansson gets. In a free list, the pointer to the next one is
 * there. */
struct piece {
    uint64_t steps;
    union {
        struct piece *next;
        double as_jansson_needs;
    } content;
};

#define HEAD offsetof(struct piece, content)

/* The free pieces of one thread. */
struct pieces {
    struct piece *free[LARGEST / STEP + 1]; /* by steps */
    unsigned char *fresh;                   /* the unused part of the last block */
    size_t left;
    struct pieces *next; /* the sets of threads that have ended */
};

/* Every block starts with a pointer to the previous one, so that leak checkers find all of them. */
struct block {
    struct block *before;
    uint64_t room[(BLOCK - sizeof(void *)) / sizeof(uint64_t)];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pieces *without_thread;
static struct block *blocks;
static pthread_key_t ends;
static _Thread_local struct pieces *mine;

static void thread_ends(void *ending)
{
    struct pieces *pieces = ending;
    pthread_mutex_lock(&lock);
    pieces->next = without_thread;
    without_thread = pieces;
    pthread_mutex_unlock(&lock);
    mine = NULL;
}

static struct pieces *thread_begins(void)
{
    pthread_mutex_lock(&lock);
    mine = without_thread;
    if (mine != NULL)
        without_thread = mine->next;
    pthread_mutex_unlock(&lock);
    if (mine == NULL)
        mine = memory_zeroed(1, sizeof *mine);
    pthread_setspecific(ends, mine);
    return mine;
}

/* The rest of the last block is lost: less than the largest piece. */
static struct piece *cut(struct pieces *pieces, size_t size)
{
    if (pieces->left < size) {
        struct block *block = memory_get(sizeof *block);
        pthread_mutex_lock(&lock);
        block->before = blocks;
        blocks = block;
        pthread_mutex_unlock(&lock);
        pieces->fresh = (unsigned char *)block->room;
        pieces->left = sizeof block->room;
    }
    void *piece = pieces->fresh;
    pieces->fresh += size;
    pieces->left -= size;
    return piece;
}

static void *take(size_t size)
{
    size_t steps = (HEAD + size + STEP - 1) / STEP;
    struct piece *piece;
    if (size > LARGEST - HEAD || LARGEST == 0) {
        if (size > SIZE_MAX - HEAD)
            memory_exhausted();
        piece = memory_get(HEAD + size);
        piece->steps = 0;
        return &piece->content;
    }
    struct pieces *pieces = mine != NULL ? mine : thread_begins();
    piece = pieces->free[steps];
    if (piece != NULL) {
        pieces->free[steps] = piece->content.next;
    } else {
        piece = cut(pieces, steps * STEP);
        piece->steps = steps;
    }
    return &piece->content;
}

static void give_back(void *memory)
{
    if (memory == NULL)
        return;
    struct piece *piece = (struct piece *)((unsigned char *)memory - HEAD);
    if (piece->steps == 0) {
        free(piece);
        return;
    }
    struct pieces *pieces = mine != NULL ? mine : thread_begins();
    piece->content.next = pieces->free[piece->steps];
    pieces->free[piece->steps] = piece;
}

void json_memory_install(void)
{
    static bool installed;
    if (!installed && pthread_key_create(&ends, thread_ends) != 0)
        memory_exhausted();
    installed = true;
    json_set_alloc_funcs(take, give_back);
}
