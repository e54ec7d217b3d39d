#include "analyzer/analysis/administrators_inside.h"

#include "graph/control/control_rights.h"
#include "graph/model/model_trial.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

enum leaning { NOT_LOOKED, LOOKING, STANDS, LEANS };

/* Whether a principal changed by the trial makes it an administrator, directly or through others. */
static bool leans(const struct model *model, const struct account_administrators *before, uint32_t number,
                  enum leaning *known)
{
    enum leaning answer = NOT_LOOKED;
    uint32_t at = number;
    for (; answer == NOT_LOOKED; at = before->holders[at].through) {
        if (at == NOT_OPEN)
            answer = STANDS;
        else if (known[at] != NOT_LOOKED)
            answer = known[at] == STANDS ? STANDS : LEANS; /* circular reasons are decided again, too */
        else if (model_principal_is_tried(model, before->holders[at].principal))
            answer = known[at] = LEANS;
        else
            known[at] = LOOKING;
        if (answer != NOT_LOOKED)
            break;
    }
    for (at = number; at != NOT_OPEN && known[at] == LOOKING; at = before->holders[at].through)
        known[at] = answer;
    return known[number] == LEANS;
}

/* If somebody is an administrator without help, only the ways through an administrator depend on them, and assuming
 * them is not such a way. If they stop being one, whoever can change them becomes an administrator by that, and others
 * through it. */
static bool may_change(struct spreading *work, const struct found_holder *holder, uint32_t to)
{
    struct control_rights rights = control_rights_of(work->control, holder->principal);
    const struct control_how *how = NULL;
    if (holder->changed)
        return true;
    return control_rights_over_others(&rights) &&
           (control_possible(&rights, control_edit_permissions(&rights, to, NULL, &how)) ||
            control_possible(&rights, control_lift_boundary(&rights, to, NULL, &how)));
}

bool administrators_gain(struct spreading *work, const struct account_administrators *before)
{
    const struct model *model = work->analysis->model;
    bool gains = false;
    for (uint32_t i = 0; i < before->holder_count && !gains; i++) {
        const struct found_holder *loses = &before->holders[i];
        if (loses->given != 0 || !loses->needs_nobody || !model_principal_is_tried(model, loses->principal))
            continue;
        for (uint32_t j = 0; j < before->holder_count && !gains; j++)
            gains = administrators_rank(&before->holders[j].best) < 3 &&
                    before->holders[j].principal != loses->principal &&
                    may_change(work, &before->holders[j], loses->principal);
    }
    return gains;
}

void administrators_open_changed(struct spreading *work, const struct account_administrators *before)
{
    enum leaning *known = memory_zeroed(before->holder_count, sizeof *known);
    for (uint32_t i = 0; i < before->holder_count; i++) {
        const struct found_holder *one = &before->holders[i];
        if (!leans(work->analysis->model, before, i, known)) {
            work->numbers[one->principal - work->first][one->given] = work->holder_count;
            ARRAY_ADD(work->holders, work->holder_count, work->holder_room,
                      ((struct holder){.principal = one->principal,
                                       .given = one->given,
                                       .best = one->best,
                                       .through = NOT_OPEN,
                                       .needs_nobody = one->needs_nobody,
                                       .settled = true}));
        } else if (one->given == 0 && administrators_may_be_one(work, one->principal)) {
            administrators_open_holder(work, one->principal, 0);
        }
    }
    free(known);
}
