#include "graph/policy/principal_index.h"

#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include <stdlib.h>
#include <string.h>

/* The keys by which a principal is looked up. */
enum lookup {
    BY_TEXT,
    BY_ACCOUNT, /* the whole account is named */
    BY_MEMBER,  /* somebody in the account is named, for callers that may be anyone in it */
    BY_NAME,    /* a role of the account, for callers whose path is unknown */
};

/* Keys with the same hash are found together; everything found is matched again anyway. */
struct entry {
    uint64_t hash;
    struct statement_place place;
};

struct principal_index {
    struct entry *entries; /* sorted by hash, then place */
    struct statement_place *always;
    uint32_t entry_count, always_count;
};

static uint64_t hash_text(const char *text)
{
    return hash_bytes(text, strlen(text));
}

static uint64_t hash_key(enum lookup lookup, const char *text, const char *name)
{
    uint64_t hash = hash_number(hash_text(text) + lookup);
    return name != NULL ? hash_number(hash ^ hash_text(name)) : hash;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return statement_place_compare(&x->place, &y->place);
}

/* ---- making */

struct making {
    struct entry *entries;
    struct statement_place *always;
    uint32_t entry_count, entry_room, always_count, always_room;
};

static void add_entry(struct making *making, uint64_t hash, struct statement_place place)
{
    ARRAY_ADD(making->entries, making->entry_count, making->entry_room, (struct entry){hash, place});
}

static void add_always(struct making *making, struct statement_place place)
{
    ARRAY_ADD(making->always, making->always_count, making->always_room, place);
}

static void add_principal(struct making *making, const struct statement_principal *principal,
                          struct statement_place place)
{
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
    case PRINCIPAL_PUT_OFF:
        add_always(making, place);
        break;
    case PRINCIPAL_ACCOUNT:
        add_entry(making, hash_key(BY_ACCOUNT, principal->account, NULL), place);
        break;
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        add_entry(making, hash_key(BY_NAME, principal->account, principal->name), place);
        /* fall through */
    case PRINCIPAL_USER_ARN:
        add_entry(making, hash_key(BY_MEMBER, principal->account, NULL), place);
        /* fall through */
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_UNIQUE_ID:
    case PRINCIPAL_SERVICE:
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        add_entry(making, hash_key(BY_TEXT, principal->value, NULL), place);
        break;
    case PRINCIPAL_ORGANIZATION:
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
    case PRINCIPAL_INVALID:
        break;
    }
}

const struct principal_index *principal_index_make(struct arena *arena, const struct statement *statements,
                                                   uint32_t count)
{
    struct making making = {0};
    uint64_t principals = 0;
    for (uint32_t i = 0; i < count; i++)
        principals += statements[i].principal_count;
    if (principals < PRINCIPAL_INDEX_FEWEST)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < statements[i].principal_count; j++)
            add_principal(&making, &statements[i].principals[j], (struct statement_place){i, j});
        if (statements[i].broken != NULL || statements[i].not_principal)
            add_always(&making, (struct statement_place){i, STATEMENT_WHOLE});
    }
    if (making.entry_count > 1)
        qsort(making.entries, making.entry_count, sizeof *making.entries, compare_entries);
    struct principal_index *index = arena_allocate(arena, sizeof *index);
    index->entries = arena_copy(arena, making.entries, making.entry_count, sizeof *making.entries);
    index->entry_count = making.entry_count;
    index->always = arena_copy(arena, making.always, making.always_count, sizeof *making.always);
    index->always_count = making.always_count;
    free(making.entries);
    free(making.always);
    return index;
}

/* ---- looking up */

struct finding_places {
    struct statement_place *list;
    uint32_t count, room;
};

static void find(const struct principal_index *index, uint64_t hash, struct finding_places *found)
{
    uint32_t low = 0, high = index->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->entries[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < index->entry_count && index->entries[low].hash == hash; low++)
        ARRAY_ADD(found->list, found->count, found->room, index->entries[low].place);
}

const struct statement_place *principal_index_find(const struct principal_index *index,
                                                   const struct principal_names *names, struct arena *scratch,
                                                   uint32_t *count)
{
    struct finding_places found = {0};
    if (names->text != NULL)
        find(index, hash_key(BY_TEXT, names->text, NULL), &found);
    if (names->unique_id != NULL)
        find(index, hash_key(BY_TEXT, names->unique_id, NULL), &found);
    if (names->account != NULL) {
        find(index, hash_key(BY_ACCOUNT, names->account, NULL), &found);
        if (names->name != NULL)
            find(index, hash_key(BY_NAME, names->account, names->name), &found);
        if (names->whole_account)
            find(index, hash_key(BY_MEMBER, names->account, NULL), &found);
    }
    for (uint32_t i = 0; i < index->always_count; i++)
        ARRAY_ADD(found.list, found.count, found.room, index->always[i]);
    if (found.count > 1)
        qsort(found.list, found.count, sizeof *found.list, statement_place_compare);
    struct statement_place *places = arena_allocate_array(scratch, found.count, sizeof *places);
    *count = 0;
    for (uint32_t i = 0; i < found.count; i++)
        if (i == 0 || statement_place_compare(&found.list[i], &found.list[i - 1]) != 0)
            places[(*count)++] = found.list[i];
    free(found.list);
    return places;
}
