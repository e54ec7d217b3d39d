#include "graph/control/control_edges_inside.h"

#include "graph/control/control_groups.h"
#include "ingest/support/array.h"
#include <stdlib.h>

const char *edge_kind_word(enum edge_kind kind)
{
    static const char *const words[] = {[EDGE_ASSUME] = "assume",
                                        [EDGE_EDIT_TRUST] = "edit-trust",
                                        [EDGE_EDIT_PERMISSIONS] = "edit-permissions",
                                        [EDGE_TAKE_CREDENTIALS] = "take-credentials",
                                        [EDGE_PASS_ROLE] = "pass-role",
                                        [EDGE_TAKE_OVER] = "take-over"};
    return words[kind];
}

const char *edge_word(const struct edge *edge)
{
    return edge->kind == EDGE_ASSUME && edge->how != NULL ? edge->how : edge_kind_word(edge->kind);
}

/* A copy of the text that lives as long as the edges. */
const char *control_edges_keep(struct adding *work, const char *text)
{
    uint32_t known = work->words.count, number = intern_add(&work->words, text, strlen(text));
    if (number == known)
        ARRAY_ADD(work->kept, known, work->kept_room, arena_copy_text(&work->edges->arena, text, strlen(text)));
    return work->kept[number];
}

/* VERDICT_DENIED: it cannot be true. */
static enum verdict verdict_of(struct adding *work, constraint formula)
{
    enum verdict verdict = VERDICT_CONDITIONAL;
    ARRAY_REACH(work->verdicts, formula, work->verdict_room);
    if (work->verdicts[formula] != 0)
        return (enum verdict)(work->verdicts[formula] - 1);
    if (constraint_satisfiable(work->pool, formula) == CONSTRAINT_NO)
        verdict = VERDICT_DENIED;
    else if (constraint_valid(work->pool, formula) == CONSTRAINT_YES)
        verdict = VERDICT_ALLOWED;
    work->verdicts[formula] = (uint8_t)(verdict + 1);
    return verdict;
}

void control_edges_put(struct adding *work, uint32_t from, uint32_t to, enum edge_kind kind, constraint formula,
                       const char *how)
{
    struct edges *edges = work->edges;
    enum verdict verdict = formula == CONSTRAINT_FALSE ? VERDICT_DENIED : verdict_of(work, formula);
    if (verdict == VERDICT_DENIED)
        return;
    bool sure = verdict == VERDICT_ALLOWED;
    ARRAY_ADD(edges->edges, edges->edge_count, work->room,
              (struct edge){.from = from,
                            .to = to,
                            .verdict = verdict,
                            .residual = sure ? CONSTRAINT_TRUE : formula,
                            .kind = kind,
                            .how = how});
}

/* ---- all */

static void add_all(struct adding *work, struct control_grouping *groups, const uint32_t *members, uint32_t count)
{
    uint32_t first = work->edges->edge_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = members[i];
        struct control_rights rights = control_rights_of(work->control, from);
        bool alike = i > 0 && control_rights_alike(work->control, members[i - 1], from);
        if (!alike)
            control_named_find(work, &rights);
        for (uint32_t j = 0; j < work->now->count; j++) {
            const struct named_edge *edge = &work->now->edges[j];
            control_edges_put(work, from, edge->to, edge->kind, edge->formula, edge->how);
        }
        if (control_rights_change(&rights))
            control_gained_add(work, &rights, alike);
        control_groups_take(groups, first);
    }
}

static bool has_ways(struct control *control, uint32_t principal)
{
    struct control_rights rights;
    if (!control_rights_any(control, principal))
        return false;
    rights = control_rights_of(control, principal);
    return control_rights_over_others(&rights) || control_rights_change(&rights);
}

void control_edges_add(struct edges *edges)
{
    control_edges_add_of(edges, NULL);
}

void control_edges_add_of(struct edges *edges, const bool *accounts)
{
    const struct model *model = edges->model;
    struct adding work = {.edges = edges, .model = model, .pool = edges->pool, .room = edges->edge_count};
    uint32_t *members = memory_zeroed(model->principal_count, sizeof *members);
    uint32_t count = 0;
    struct control_grouping *groups = control_groups_begin(edges);
    work.evaluator = evaluator_new(model, edges->pool);
    work.control = control_new(model, edges->pool, edges->now);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if ((accounts == NULL || accounts[model->principals[i].account]) && has_ways(work.control, i))
            members[count++] = i;
    control_rights_sort(work.control, members, count);
    work.named = control_named_new(&work);
    work.gained = control_gained_new(&work);
    add_all(&work, groups, members, count);
    control_gained_free(&work);
    evaluator_free(work.evaluator);
    control_free(work.control);
    free(members);
    control_named_free(work.named);
    free(work.kept);
    free(work.verdicts);
    intern_free(&work.words);
    control_groups_end(groups);
    edges->with_control = true;
    edges_index(edges);
}
