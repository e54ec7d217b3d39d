#include "ingest/input/input_files.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* A file of this load (its number), or one that only an earlier load had (NO_FILE). */
struct labelled {
    const char *name;
    size_t length, file;
};

#define NO_FILE SIZE_MAX

/* A slash sorts before everything else, so that a name is adjacent to those that end in it. */
static int rank(char c)
{
    return c == '/' ? 0 : 1 + (unsigned char)c;
}

/* Sorted by their ends, so that names with the same end are adjacent. */
static int by_end(const void *one, const void *other)
{
    const struct labelled *a = one, *b = other;
    size_t shorter = a->length < b->length ? a->length : b->length;
    for (size_t i = 1; i <= shorter; i++) {
        int x = rank(a->name[a->length - i]), y = rank(b->name[b->length - i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Where a's label must begin so that b does not end in it at a slash. */
static size_t apart(const struct labelled *a, const struct labelled *b)
{
    size_t at = a->length, same = 0;
    while (same < a->length && same < b->length && a->name[a->length - same - 1] == b->name[b->length - same - 1])
        same++;
    at -= same;
    /* One can be the complete end of the other. */
    if (at == 0 || (same == b->length && a->name[at - 1] == '/'))
        at = at > 0 ? at - 1 : 0;
    while (at > 0 && a->name[at - 1] != '/')
        at--;
    return at;
}

void input_files_label(struct input_files *files, const struct intern *earlier)
{
    struct labelled *list = memory_zeroed(files->count + earlier->count, sizeof *list);
    size_t count = 0;
    struct intern names = {0};
    for (size_t i = 0; i < files->count; i++) {
        const char *name = files->items[i].name;
        list[count++] = (struct labelled){name, strlen(name), i};
        intern_add(&names, name, strlen(name));
    }
    for (uint32_t i = 0; i < earlier->count; i++) {
        const char *name = intern_text(earlier, i);
        if (intern_find(&names, name, strlen(name)) == INTERN_NONE)
            list[count++] = (struct labelled){name, strlen(name), NO_FILE};
    }
    if (count > 0)
        qsort(list, count, sizeof *list, by_end);
    for (size_t i = 0; i < count && count > 1; i++) {
        size_t before = i > 0 ? apart(&list[i], &list[i - 1]) : list[i].length,
               behind = i + 1 < count ? apart(&list[i], &list[i + 1]) : list[i].length;
        if (list[i].file != NO_FILE)
            files->items[list[i].file].label = list[i].name + (before < behind ? before : behind);
    }
    intern_free(&names);
    free(list);
}
