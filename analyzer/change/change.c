#include "analyzer/change/change_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

static const char *const thing_kinds[] = {
    [THING_ACCOUNT] = "account",   [THING_PRINCIPAL] = "principal",
    [THING_TRUST] = "trust",       [THING_INLINE] = "inline",
    [THING_MANAGED] = "managed",   [THING_ATTACHMENT] = "attachment",
    [THING_BOUNDARY] = "boundary", [THING_SCP] = "scp",
    [THING_RCP] = "rcp",
};

static const char *const thing_changes[] = {
    [THING_ADDED] = "added",         [THING_REMOVED] = "removed", [THING_CHANGED] = "changed",
    [THING_RECREATED] = "recreated", [THING_RENAMED] = "renamed",
};

const char *thing_kind_word(enum thing_kind kind)
{
    return thing_kinds[kind];
}

const char *thing_change_word(enum thing_change change)
{
    return thing_changes[change];
}

int change_open(struct change *change, const struct command_line *line, struct output *output,
                const char *const paths[STATES])
{
    double now = analysis_time();
    int status = EXIT_YES;
    *change = (struct change){.pool = constraint_pool_new()};
    for (int state = 0; state < STATES && status == EXIT_YES; state++)
        status = analysis_open_path(line, output, paths[state], now, change->pool, &change->states[state]);
    return status;
}

/* ---- what cannot be compared */

static void compare_accounts(struct change *change)
{
    const struct model *const models[STATES] = {change->states[STATE_OLD].model, change->states[STATE_NEW].model};
    for (int state = 0; state < STATES; state++)
        for (uint32_t i = 0; i < models[state]->account_count; i++) {
            const char *id = models[state]->accounts[i].id;
            bool met = state == STATE_NEW && model_find_account(models[STATE_OLD], id) != MODEL_NONE;
            enum comparability why = met ? COMPARABLE : counterparts_account(models, id);
            if (why != COMPARABLE)
                ARRAY_ADD(change->incomparable, change->incomparable_count, change->incomparable_room,
                          (struct incomparable){id, why});
        }
    for (int state = 0; state < STATES; state++)
        change->organization_only[state] = models[state]->organization != NULL && models[!state]->organization == NULL;
}

bool change_find(struct change *change, bool with_findings)
{
    struct analysis *old = &change->states[STATE_OLD], *new = &change->states[STATE_NEW];
    analysis_edges(old);
    analysis_edges(new);
    if (!analysis_healthy(old) || !analysis_healthy(new) || (with_findings && !change_find_findings(change)))
        return false;
    progress_work(new->progress, "comparing access");
    compare_accounts(change);
    comparison_find(&change->comparison, old->edges, new->edges);
    change->other_organization = change->comparison.counterparts.by_arn;
    change_find_access(change);
    change_find_things(change);
    return analysis_healthy(old) && analysis_healthy(new);
}

int change_end(struct change *change, int status)
{
    for (int direction = 0; direction < CHANGE_DIRECTIONS; direction++) {
        for (size_t i = 0; i < change->entry_count[direction]; i++)
            free(change->entries[direction][i].pairs);
        free(change->entries[direction]);
    }
    comparison_free(&change->comparison);
    for (int state = 0; state < STATES; state++) {
        bool healthy = analysis_healthy(&change->states[state]);
        status = healthy ? status : EXIT_INTERNAL;
        findings_free(&change->findings[state]);
        analysis_close(&change->states[state]);
    }
    free(change->things);
    free(change->opened);
    free(change->closed);
    free(change->incomparable);
    arena_free(&change->arena);
    constraint_pool_free(change->pool);
    *change = (struct change){.pool = NULL};
    return status;
}
