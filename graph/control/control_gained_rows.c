/*
 * Which principals reach the same. Principals with the same rights that give themselves the same and assume the same
 * roles reach the same targets, unless a target distinguishes them, or one of them is the target.
 */
#include "graph/control/control_gained_inside.h"

#include "graph/control/control_inside.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

void gained_forget_rows(struct gained *gained)
{
    for (uint32_t i = 0; i < gained->row_count; i++) {
        free(gained->rows[i].own);
        free(gained->rows[i].assumes);
        free(gained->rows[i].results);
    }
    gained->row_count = 0;
}

/* Whether all own sources have a sort: only sources that represent others of their sort count. */
static bool have_sorts(const struct gained *gained)
{
    for (uint32_t i = 0; i < gained->own_count; i++)
        if (gained->sources[i].sort == NO_SORT)
            return false;
    return true;
}

void gained_keep_row(struct adding *work, uint32_t principal)
{
    struct gained *gained = work->gained;
    uint32_t principals = work->model->accounts[gained->account].principal_count;
    if (gained->row_count == GAINED_ROWS || !have_sorts(gained))
        return;
    struct gained_row *row = &gained->rows[gained->row_count++];
    *row = (struct gained_row){.principal = principal, .own_count = gained->own_count};
    row->own = memory_zeroed((size_t)row->own_count + 1, sizeof *row->own);
    for (uint32_t i = 0; i < row->own_count; i++) {
        const struct source *source = &gained->sources[i];
        row->own[i] = (struct own_source){source->gain, source->formula, source->by, source->sort};
    }
    row->assumes = memory_copy(gained->assumes, principals, sizeof *row->assumes);
    row->results = memory_copy(gained->found, gained->target_count, sizeof *row->results);
}

static bool is_own(const struct own_source *own, const struct source *source)
{
    return own->sort == source->sort && own->formula == source->formula && own->by == source->by &&
           own->gain.any_permission == source->gain.any_permission &&
           own->gain.no_boundary == source->gain.no_boundary && own->gain.group == source->gain.group &&
           own->gain.account_usable == source->gain.account_usable;
}

/* Whether the current principal gives itself the same, and assumes the same others. */
static bool begins_alike(const struct adding *work, const struct gained_row *row, uint32_t principal)
{
    const struct gained *gained = work->gained;
    const struct model_account *account = &work->model->accounts[gained->account];
    if (row->own_count != gained->own_count)
        return false;
    for (uint32_t i = 0; i < row->own_count; i++)
        if (!is_own(&row->own[i], &gained->sources[i]))
            return false;
    for (uint32_t i = 0; i < account->principal_count; i++) {
        uint32_t to = account->first_principal + i;
        bool itself = to == principal || to == row->principal;
        if (!itself && (row->assumes[i].residual != gained->assumes[i].residual ||
                        row->assumes[i].surely != gained->assumes[i].surely))
            return false;
    }
    return true;
}

/* Whether what it can turn the other into leads nowhere else than what it turns itself into. */
static bool adds_nothing(const struct adding *work, const struct change *changes, uint32_t other)
{
    const struct gained *gained = work->gained;
    const struct change *change = &changes[other - work->model->accounts[gained->account].first_principal];
    if (change->edits == CONSTRAINT_FALSE && change->lifts == CONSTRAINT_FALSE)
        return true;
    for (uint32_t i = 0; i < gained->own_count; i++) {
        const struct source *own = &gained->sources[i];
        if (own->gain.any_permission && own->formula == CONSTRAINT_TRUE)
            return work->model->principals[other].boundary == NULL;
    }
    return false;
}

const struct gained_row *gained_row_of(struct adding *work, struct control_rights *rights)
{
    struct gained *gained = work->gained;
    for (uint32_t i = 0; i < gained->row_count; i++) {
        const struct gained_row *row = &gained->rows[i];
        if (!begins_alike(work, row, rights->principal))
            continue;
        const struct change *changes = gained_changes(work, rights);
        if (adds_nothing(work, changes, row->principal) && adds_nothing(work, changes, rights->principal))
            return row;
    }
    return NULL;
}

bool gained_row_tells(const struct adding *work, const struct gained_row *row, uint32_t principal, uint32_t target)
{
    const struct gained *gained = work->gained;
    const struct target *at = &gained->targets[target];
    const struct gained_result *result = &row->results[target];
    return result->asked && at->principal != principal && !at->looks && !gained_is_named(gained, at, principal) &&
           !gained_is_named(gained, at, row->principal);
}
