#include "analyzer/findings/kept.h"

#include "ingest/support/order.h"
#include <stdlib.h>

int kept_read(struct analysis *analysis, const char *const *names, size_t count, struct kept *kept)
{
    kept->callers = calloc(count + 1, sizeof *kept->callers);
    if (kept->callers == NULL) {
        command_error("out of memory");
        return EXIT_INTERNAL;
    }
    for (; kept->count < count; kept->count++)
        if (!analysis_resolve_caller(analysis, names[kept->count], &kept->callers[kept->count]))
            return EXIT_USAGE;
    return EXIT_YES;
}

void kept_free(struct kept *kept)
{
    free(kept->callers);
    history_free(kept->history);
    *kept = (struct kept){0};
}

/* When the caller gets in. */
static constraint access_of(struct analysis *analysis, const struct caller *caller, uint32_t role, bool *failed)
{
    struct decision decision = {0};
    const struct decision_question question = {
        .caller = *caller, .role = role, .now = analysis->now, .verdict_only = true};
    if (!decision_decide(analysis->evaluator, &question, &decision))
        *failed = true;
    return decision.verdict != VERDICT_DENIED ? decision.residual : CONSTRAINT_FALSE;
}

static void add_call(struct analysis *analysis, struct kept_calls *calls, const struct caller *caller, uint32_t role,
                     const char *why)
{
    constraint access = access_of(analysis, caller, role, &calls->failed);
    if (access == CONSTRAINT_FALSE || calls->failed)
        return;
    if (calls->count == calls->room) {
        size_t room = calls->room * 2 + 8;
        struct kept_call *grown = realloc(calls->list, room * sizeof *grown);
        calls->failed = grown == NULL;
        if (grown == NULL)
            return;
        calls->list = grown;
        calls->room = room;
    }
    calls->list[calls->count++] = (struct kept_call){*caller, role, access, why};
}

static void add_used(struct analysis *analysis, struct kept_calls *calls, const struct history_call *call)
{
    struct caller caller;
    if (call->caller != MODEL_NONE)
        caller_of_principal(analysis->model, call->caller, &caller);
    else if (!caller_parse(analysis->model, &analysis->model->arena, call->name, &caller))
        return;
    add_call(analysis, calls, &caller, call->role, "who used it, as the loaded events say");
}

const struct history *kept_history(const struct analysis *analysis, struct kept *kept)
{
    if (kept->history == NULL)
        kept->history = history_load(analysis->model);
    return kept->history;
}

static bool read_history(struct analysis *analysis, struct kept *kept, struct kept_calls *calls)
{
    calls->failed = kept_history(analysis, kept) == NULL;
    return !calls->failed;
}

void kept_calls_into(struct analysis *analysis, struct kept *kept, uint32_t role, struct kept_calls *calls)
{
    size_t count;
    if (!read_history(analysis, kept, calls))
        return;
    const struct history_call *used = history_calls_on(kept->history, role, &count);
    for (size_t i = 0; i < kept->count; i++)
        add_call(analysis, calls, &kept->callers[i], role, "whom --keep names");
    for (size_t i = 0; i < count; i++)
        add_used(analysis, calls, &used[i]);
}

static bool is_among(uint32_t principal, const uint32_t *principals, uint32_t count)
{
    return principal != MODEL_NONE && bsearch(&principal, principals, count, sizeof principal, order_numbers) != NULL;
}

/* Every role that the caller can assume, or (`alone`) those that no others of its permission class need have. False:
 * more calls than `most`, or out of memory. */
static bool add_reach(struct analysis *analysis, struct kept_calls *calls, const struct caller *caller, bool alone,
                      size_t most, const char *why)
{
    const struct edges *edges = analysis->edges;
    edge_end ends[3];
    uint32_t end_count = edges_sources(edges, caller->principal, ends), first, last, count;
    for (uint32_t i = 0; i < (alone ? 1 : end_count); i++) {
        edges_out(edges, ends[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            if (edges->edges[j].kind != EDGE_ASSUME)
                continue;
            const uint32_t *members = edges_members(edges, &edges->edges[j].to, &count);
            for (uint32_t k = 0; k < count && !calls->failed && calls->count <= most; k++)
                add_call(analysis, calls, caller, members[k], why);
        }
    }
    return !calls->failed && calls->count <= most;
}

bool kept_calls_all(struct analysis *analysis, const uint32_t *principals, uint32_t count, size_t most,
                    struct kept_calls *calls)
{
    const struct partition *classes = &analysis->edges->classes.permissions;
    bool *met = calloc((size_t)classes->count + 1, sizeof *met);
    calls->failed = met == NULL;
    bool good = met != NULL;
    for (uint32_t i = 0; i < count && good; i++) {
        uint32_t class = classes->of[principals[i]];
        bool alone = class != MODEL_NONE && met[class];
        struct caller caller;
        caller_of_principal(analysis->model, principals[i], &caller);
        if (class != MODEL_NONE)
            met[class] = true;
        good = add_reach(analysis, calls, &caller, alone, most, NULL);
    }
    free(met);
    return good;
}

void kept_calls_of(struct analysis *analysis, struct kept *kept, const uint32_t *principals, uint32_t count,
                   struct kept_calls *calls)
{
    if (!read_history(analysis, kept, calls))
        return;
    for (size_t i = 0; i < kept->count; i++)
        if (is_among(kept->callers[i].principal, principals, count))
            add_reach(analysis, calls, &kept->callers[i], false, SIZE_MAX, "whom --keep names");
    for (size_t i = 0; i < kept->history->call_count; i++)
        if (is_among(kept->history->calls[i].caller, principals, count))
            add_used(analysis, calls, &kept->history->calls[i]);
}

const struct kept_call *kept_calls_refused(struct analysis *analysis, struct kept_calls *calls)
{
    for (size_t i = 0; i < calls->count && !calls->failed; i++) {
        const struct kept_call *call = &calls->list[i];
        constraint access = access_of(analysis, &call->caller, call->role, &calls->failed);
        if (constraint_implies(analysis->pool, call->access, access) != CONSTRAINT_YES)
            return call;
    }
    return NULL;
}

void kept_calls_free(struct kept_calls *calls)
{
    free(calls->list);
    *calls = (struct kept_calls){0};
}
