#include "ingest/policy/statement_spelling.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static int compare_strings(const void *a, const void *b)
{
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

static void sort_lists(json_t *value, bool once)
{
    size_t i, count = json_array_size(value), strings = 0;
    const char *key;
    json_t *item;
    json_object_foreach(value, key, item) sort_lists(item, once);
    json_array_foreach(value, i, item)
    {
        sort_lists(item, once);
        strings += json_is_string(item);
    }
    if (count < 2 || strings < count)
        return;
    json_t **items = memory_zeroed(count, sizeof(json_t *));
    json_array_foreach(value, i, item) items[i] = json_incref(item);
    qsort(items, count, sizeof(json_t *), compare_strings);
    json_array_clear(value);
    for (i = 0; i < count; i++)
        if (i == 0 || !once || compare_strings(&items[i - 1], &items[i]) != 0)
            json_add(value, json_incref(items[i]));
    for (i = 0; i < count; i++)
        json_decref(items[i]);
    free(items);
}

char *statement_spelling(json_t *statement, bool once)
{
    json_object_del(statement, "Sid");
    sort_lists(statement, once);
    return json_words(statement, JSON_SORT_KEYS | JSON_COMPACT);
}
