#include "analyzer/analysis/question.h"

#include "analyzer/analysis/names.h"
#include "graph/chains/policies_asked.h"
#include "graph/edges/edges_read.h"
#include "graph/model/people.h"
#include "graph/model/slice.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* A slice with more principals than this is no faster than the whole. */
#define SLICE_LIMIT 1000000u

struct named {
    int64_t party;    /* see table edge; 0: a person */
    const char *text; /* ARN, or the name of an outside party */
    int64_t *roles;   /* for a person: what they are assigned to */
    size_t role_count;
};

static bool find_role(const struct lookup *lookup, const char *name, struct named *named)
{
    struct meaning meaning = names_role(lookup, name);
    if (meaning.count != 1)
        return false;
    *named =
        (struct named){.party = slice_party_of_principal(lookup->store, meaning.texts[0]), .text = meaning.texts[0]};
    return named->party != 0;
}

/* Accounts, organizations, sessions and providers by bare name need the whole database, since there are no stored edges
 * for callers that get in only because anyone does. */
static bool find_caller(const struct lookup *lookup, const char *name, struct named *named)
{
    struct meaning meaning = names_caller(lookup, name);
    struct caller caller;
    if (meaning.count != 1)
        return false;
    const char *text = meaning.texts[0];
    bool person = strncmp(text, PERSON_PREFIX, sizeof PERSON_PREFIX - 1) == 0;
    if (meaning.kind == MEANING_CALLER && strcmp(text, name) != 0 && strcmp(text, "*") != 0 && !person)
        return false;
    caller_parse(NULL, lookup->arena, text, &caller);
    if (caller.kind == CALLER_PERSON) {
        named->text = text;
        return people_roles_of(lookup->store, caller.name, &named->roles, &named->role_count);
    }
    bool principal = caller.kind == CALLER_USER || caller.kind == CALLER_ROLE;
    if (!principal && caller.kind != CALLER_ANYONE && caller.kind != CALLER_SERVICE && !caller_is_federated(&caller))
        return false;
    *named =
        (struct named){.party = principal ? slice_party_of_principal(lookup->store, text)
                                          : slice_party_outside(lookup->store, caller_kind_word(caller.kind), text),
                       .text = text};
    return named->party != 0;
}

/* Follows everything on the paths from a caller; for a person, from the roles they are assigned to. */
static bool follow_caller(struct slice *slice, struct store *store, const struct named *named)
{
    return named->party != 0 ? slice_follow(slice, store, named->party, SLICE_FROM)
                             : slice_follow_all(slice, store, named->roles, named->role_count, SLICE_FROM);
}

static bool make_slice(struct store *store, enum question_shape shape, const struct named *named, struct slice *slice)
{
    switch (shape) {
    case QUESTION_WHO_CAN:
        return slice_follow(slice, store, named[0].party, SLICE_TOWARDS);
    case QUESTION_REACH:
        return follow_caller(slice, store, &named[0]);
    case QUESTION_PATHS:
    case QUESTION_EXPLAIN:
        break;
    }
    return follow_caller(slice, store, &named[0]) && slice_add(slice, named[1].party);
}

/* Adds the accounts of outside parties, since the answer names them. */
static struct model *load_outline(struct store *store, const struct edges_reading *reading, struct arena *arena,
                                  char **error)
{
    const char **accounts = memory_zeroed(reading->party_count, sizeof *accounts);
    size_t count = 0;
    for (uint32_t i = 0; i < reading->party_count; i++) {
        struct caller caller;
        if (caller_parse(NULL, arena, reading->parties[i].caller, &caller) && caller.account != NULL)
            accounts[count++] = caller.account;
    }
    size_t asked_count;
    int64_t *asked = policies_asked(reading, &asked_count);
    struct model *model = model_load_outline(store, reading->slice->principals, reading->slice->count, asked,
                                             asked_count, accounts, count, error);
    free(asked);
    free(accounts);
    return model;
}

static struct model *load_policies(struct store *store, const struct slice *slice)
{
    char *error = NULL;
    struct model *model = model_load_part(store, slice->principals, slice->count, &error);
    free(error);
    return model;
}

/* Loads the slice: its principals and their stored edges. False: nothing is loaded. */
static bool load_slice(struct analysis *analysis, const struct slice *slice, enum question_shape shape,
                       struct arena *arena)
{
    struct store *store = analysis->store;
    struct edges_reading reading;
    char *error = NULL;
    if (shape == QUESTION_EXPLAIN) {
        analysis->model = load_policies(store, slice);
        return analysis->model != NULL;
    }
    analysis->pool = constraint_pool_new();
    if (edges_reading_open(&reading, store, analysis->pool, slice))
        analysis->model =
            shape == QUESTION_PATHS ? load_policies(store, slice) : load_outline(store, &reading, arena, &error);
    if (analysis->model != NULL)
        analysis->edges = edges_read(&reading, analysis->model, analysis->now);
    edges_reading_close(&reading);
    if (analysis->edges != NULL)
        analysis_add_people(analysis);
    free(error);
    return analysis->edges != NULL;
}

/* False: the whole database must be read. */
static bool load_part(struct analysis *analysis, enum question_shape shape, const char *names[2])
{
    struct store *store = analysis->store;
    struct arena arena = {0};
    struct lookup lookup = {.store = store, .arena = &arena};
    struct named named[2] = {{0}, {0}};
    struct slice slice = {.limit = SLICE_LIMIT};
    bool found = slice_is_current(store, analysis->now) &&
                 (shape == QUESTION_WHO_CAN ? find_role(&lookup, names[0], &named[0])
                                            : find_caller(&lookup, names[0], &named[0]));
    found = found && (names[1] == NULL || find_role(&lookup, names[1], &named[1]));
    bool loaded = found && make_slice(store, shape, named, &slice) && load_slice(analysis, &slice, shape, &arena);
    for (size_t i = 0; loaded && i < 2; i++)
        if (named[i].text != NULL)
            names[i] = intern_string(&analysis->model->strings, named[i].text);
    slice_free(&slice);
    arena_free(&arena);
    free(named[0].roles);
    return loaded;
}

int question_open(const struct command_line *line, struct output *output, enum question_shape shape,
                  const char *names[2], struct analysis *analysis)
{
    const char *const *from;
    char *error = NULL;
    bool loaded = false;
    if (command_line_values(line, "from", &from) > 0 || command_line_has(line, "control"))
        return analysis_open(line, output, analysis);
    *analysis = (struct analysis){.now = analysis_time(), .part = true, .progress = output->progress};
    progress_work(analysis->progress, "reading the database");
    analysis->store = store_open(command_line_database(line), STORE_READ, &error);
    if (analysis->store != NULL && store_begin_reading(analysis->store, true)) {
        loaded = load_part(analysis, shape, names);
        store_rollback(analysis->store);
    }
    free(error);
    if (loaded) {
        analysis_start(analysis);
        return EXIT_YES;
    }
    if (!analysis_healthy(analysis))
        return analysis_end(analysis, EXIT_INTERNAL);
    analysis_close(analysis);
    return analysis_open(line, output, analysis);
}
