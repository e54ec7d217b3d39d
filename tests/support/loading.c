#include "tests/support/loading.h"

#include "ingest/store/query.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    char *error = NULL;
    world->folder = scratch_folder();
    world->store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    *state = world;
    return world->folder == NULL || world->store == NULL;
}

int tear_down(void **state)
{
    struct world *world = *state;
    load_result_free(&world->result);
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

void put(struct world *world, const char *name, const void *bytes, size_t length)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    assert_true(scratch_write(path, bytes, length));
}

void put_text(struct world *world, const char *name, const char *text)
{
    put(world, name, text, strlen(text));
}

void load_with(struct world *world, const struct load_options *options)
{
    const char *const paths[] = {world->folder};
    char *error = NULL;
    load_result_free(&world->result);
    if (!load_paths(world->store, paths, 1, options, &world->result, &error))
        fail_msg("%s", error);
}

void load(struct world *world)
{
    const struct load_options options = {.jobs = 2};
    load_with(world, &options);
}

int64_t number(struct world *world, const char *sql)
{
    int64_t value = store_number(world->store, sql);
    if (store_error(world->store) != NULL)
        fail_msg("%s", store_error(world->store));
    return value;
}

void assert_number(struct world *world, const char *sql, int64_t expected)
{
    int64_t found = number(world, sql);
    if (found != expected)
        fail_msg("%s gives %lld, not %lld", sql, (long long)found, (long long)expected);
}

const struct load_verdict *verdict_of(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->result.verdict_count; i++)
        if (strstr(world->result.verdicts[i].path, name) != NULL)
            return &world->result.verdicts[i];
    fail_msg("no verdict for %s", name);
    return NULL;
}

void assert_verdict(const struct world *world, const char *name, const char *verdict, const char *detail)
{
    const struct load_verdict *found = verdict_of(world, name);
    if (strcmp(batch_verdict_word(found->verdict), verdict) != 0 || strstr(found->detail, detail) == NULL)
        fail_msg("%s: %s: %s", found->path, batch_verdict_word(found->verdict), found->detail);
}

const struct load_problem *problem_of(const struct world *world, const char *code)
{
    for (size_t i = 0; i < world->result.problem_count; i++)
        if (strcmp(world->result.problems[i].code, code) == 0)
            return &world->result.problems[i];
    fail_msg("no problem %s", code);
    return NULL;
}

static void load_bytes(struct world *world, const char *name, const char *text, size_t length)
{
    put(world, name, text, length);
    load(world);
}

/* Every load is a transaction; no word of the formats is so short that no place in it is tried. */
#define STRIDE 3

void assert_withstands(struct world *world, const char *name, const char *text)
{
    static const char characters[] = "\"{}[],:0n%,\\";
    size_t length = strlen(text), step = 0;
    char *copy = strdup(text);
    assert_non_null(copy);
    load_bytes(world, name, text, length);
    assert_verdict(world, name, "loaded", "");
    for (size_t cut = 0; cut < length; cut += STRIDE) {
        load_bytes(world, name, text, cut);
        if (verdict_of(world, name)->verdict == BATCH_LOADED)
            fail_msg("loaded although it ends at byte %zu of %zu", cut, length);
    }
    for (size_t i = 0; i < length; i += STRIDE) {
        copy[i] = characters[step++ % (sizeof characters - 1)];
        load_bytes(world, name, copy, length);
        copy[i] = text[i];
    }
    assert_sound(world);
    free(copy);
}

void assert_sound(struct world *world)
{
    assert_number(world, "SELECT count(*) FROM pragma_foreign_key_check", 0);
    assert_number(world, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 0);
}
