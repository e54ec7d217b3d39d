#include "analyzer/findings/facts/control_hops.h"

#include "analyzer/analysis/administrators.h"
#include "graph/control/control_rights.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

/* All edges made so far. */
struct kept {
    struct edges **list;
    uint32_t count, room;
};

static void free_kept(void *notes)
{
    struct kept *kept = notes;
    for (uint32_t i = 0; i < kept->count; i++)
        edges_and_free(kept->list[i]);
    free(kept->list);
}

static const struct notes_kind kept_notes = {sizeof(struct kept), free_kept, false};

/* A role that can be entered and may change something. */
struct holder {
    uint32_t role;
    struct control_rights rights;
    bool *asked; /* per principal of its account */
};

struct finding_hops {
    struct analysis *analysis;
    bool *leads;  /* per node: to a target */
    bool *enters; /* per node: chains reach it */
    struct edge *hops;
    uint32_t count, room;
    struct holder *holders;
    uint32_t holder_count, holder_room;
};

static void list_holders(struct finding_hops *work)
{
    struct analysis *analysis = work->analysis;
    const struct model *model = analysis->model;
    struct control *control = analysis_control(analysis);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        if (who->is_role && who->identity_known && !who->service_linked && control_rights_any(control, i) &&
            !administrators_has(analysis, i))
            ARRAY_ADD(work->holders, work->holder_count, work->holder_room,
                      (struct holder){i, control_rights_of(control, i),
                                      memory_zeroed(model->accounts[who->account].principal_count + 1, sizeof(bool))});
    }
}

/* The surest way; FALSE: none is sure. */
static constraint way_over(struct control_rights *rights, uint32_t to, enum edge_kind *kind,
                           const struct control_how **how)
{
    bool role = control_model(rights)->principals[to].is_role;
    *kind = role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS;
    constraint formula = control_over(rights, to, NULL, how);
    if (control_is_free(rights, formula))
        return formula;
    *kind = EDGE_PASS_ROLE;
    formula = role ? control_pass_role(rights, to, how) : CONSTRAINT_FALSE;
    if (control_is_free(rights, formula))
        return formula;
    *kind = EDGE_TAKE_CREDENTIALS;
    formula = role ? control_saml_role(rights, to, how) : CONSTRAINT_FALSE;
    return control_is_free(rights, formula) ? formula : CONSTRAINT_FALSE;
}

/* False: it reaches nobody new. */
static bool ask_holder(struct finding_hops *work, struct holder *holder)
{
    const struct model *model = work->analysis->model;
    const struct model_account *account = &model->accounts[model->principals[holder->role].account];
    bool any = false;
    for (uint32_t i = 0; i < account->principal_count; i++) {
        uint32_t to = account->first_principal + i;
        enum edge_kind kind;
        const struct control_how *how = NULL;
        if (holder->asked[i] || to == holder->role || !work->leads[to] || administrators_has(work->analysis, to))
            continue;
        holder->asked[i] = true;
        constraint formula = way_over(&holder->rights, to, &kind, &how);
        if (formula == CONSTRAINT_FALSE)
            continue;
        ARRAY_ADD(work->hops, work->count, work->room,
                  (struct edge){.from = holder->role,
                                .to = to,
                                .verdict = formula == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                                .residual = formula,
                                .kind = kind,
                                .how = how->actions});
        work->leads[holder->role] = true;
        work->enters[to] = true;
        any = true;
    }
    return any;
}

struct edges *control_hops_add(struct analysis *analysis, struct findings *findings, const bool *entered,
                               const bool *targets)
{
    const struct edges *edges = analysis->edges;
    struct finding_hops work = {.analysis = analysis,
                                .leads = memory_copy(targets, edges->node_count, sizeof(bool)),
                                .enters = memory_copy(entered, edges->node_count, sizeof(bool))};
    struct edges *wide = NULL;
    list_holders(&work);
    if (work.holder_count > 0)
        chains_reach_backwards(edges, work.leads);
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < work.holder_count; i++)
            if (work.enters[work.holders[i].role])
                changed = ask_holder(&work, &work.holders[i]) || changed;
        if (changed)
            chains_reach_backwards(edges, work.leads);
    }
    if (work.count > 0) {
        struct kept *kept = findings_notes(findings, &kept_notes);
        wide = edges_and(edges, work.hops, work.count);
        ARRAY_ADD(kept->list, kept->count, kept->room, wide);
    }
    for (uint32_t i = 0; i < work.holder_count; i++)
        free(work.holders[i].asked);
    free(work.holders);
    free(work.leads);
    free(work.enters);
    free(work.hops);
    return wide;
}

const struct hop *control_hops_last(const struct edges *edges, const struct hop *hops, uint32_t count)
{
    for (uint32_t i = count; i > 0; i--)
        if (edges->edges[hops[i - 1].edge].kind != EDGE_ASSUME)
            return &hops[i - 1];
    return NULL;
}
