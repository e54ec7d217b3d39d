#include "tests/support/case_texts.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "tests/support/scratch.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/graph/cases"

static void add(struct case_texts *texts, const char *file, const char *start, const char *end, unsigned line)
{
    size_t title = strcspn(start, "\n");
    const char *body = start[title] != '\0' ? start + title + 1 : start + title;
    struct case_text one = {memory_text(file), memory_text_part(start + 5, title - 5),
                            memory_text_part(body, (size_t)(end - body)), line + 1};
    ARRAY_ADD(texts->list, texts->count, texts->room, one);
}

static bool read_file(struct case_texts *texts, const char *name)
{
    char path[512];
    size_t length;
    snprintf(path, sizeof path, FOLDER "/%s", name);
    char *text = scratch_read(path, &length), *start = NULL;
    unsigned line = 1, start_line = 1;
    for (char *at = text; at != NULL && *at != '\0'; line++) {
        char *end = strchr(at, '\n');
        if (strncmp(at, "case ", 5) == 0) {
            if (start != NULL)
                add(texts, name, start, at, start_line);
            start = at;
            start_line = line;
        }
        at = end != NULL ? end + 1 : at + strlen(at);
    }
    if (start != NULL)
        add(texts, name, start, text + length, start_line);
    free(text);
    return text != NULL;
}

static int wanted(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".cases") == 0;
}

bool case_texts_read(struct case_texts *texts)
{
    struct dirent **entries;
    int count = scandir(FOLDER, &entries, wanted, alphasort);
    bool good = count > 0;
    *texts = (struct case_texts){0};
    for (int i = 0; i < count; i++) {
        good = read_file(texts, entries[i]->d_name) && good;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}

void case_texts_free(struct case_texts *texts)
{
    for (unsigned i = 0; i < texts->count; i++) {
        free(texts->list[i].file);
        free(texts->list[i].title);
        free(texts->list[i].body);
    }
    free(texts->list);
    *texts = (struct case_texts){0};
}
