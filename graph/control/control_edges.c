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

/* The text for as long as the edges live. */
const char *control_edges_keep(struct adding *work, const char *text)
{
    uint32_t known = work->words.count, number = intern_add(&work->words, text, strlen(text));
    if (number == known)
        ARRAY_ADD(work->kept, known, work->kept_room, arena_copy_text(&work->edges->arena, text, strlen(text)));
    return work->kept[number];
}

void control_edges_put(struct adding *work, uint32_t from, uint32_t to, enum edge_kind kind, constraint formula,
                       const char *how)
{
    struct edges *edges = work->edges;
    if (formula == CONSTRAINT_FALSE || constraint_satisfiable(work->pool, formula) == CONSTRAINT_NO)
        return;
    bool sure = constraint_valid(work->pool, formula) == CONSTRAINT_YES;
    ARRAY_ADD(edges->edges, edges->edge_count, work->room,
              (struct edge){.from = from,
                            .to = to,
                            .verdict = sure ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                            .residual = sure ? CONSTRAINT_TRUE : formula,
                            .kind = kind,
                            .how = how});
}

/* ---- one principal over another */

static void name(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula,
                 const struct control_how *how)
{
    if (formula != CONSTRAINT_FALSE)
        ARRAY_ADD(work->named, work->named_count, work->named_room,
                  (struct named_edge){to, kind, formula, control_edges_keep(work, how->actions)});
}

/* One more way to the same end. */
static void name_also(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula,
                      const struct control_how *how)
{
    for (uint32_t i = 0; i < work->named_count; i++)
        if (work->named[i].to == to && work->named[i].kind == kind) {
            work->named[i].formula = constraint_or(work->pool, work->named[i].formula, formula);
            return;
        }
    name(work, to, kind, formula, how);
}

/* Who can sign the assertions of a SAML provider becomes any role that trusts it, but for those of IAM Identity Center:
 * "AssumeRoleWithSAML will not work on IAM Identity Center managed roles"
 * (https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html). */
static void name_providers(struct adding *work, struct control_rights *rights)
{
    const struct edges *edges = work->edges;
    for (uint32_t node = work->model->principal_count; node < edges->node_count; node++) {
        const struct caller *provider = &edges->nodes[node];
        struct hop_cursor cursor;
        struct hop hop;
        if (provider->kind != CALLER_SAML_PROVIDER || provider->account_index != rights->caller.account_index)
            continue;
        const struct control_how *how = NULL;
        constraint formula = control_saml_provider(rights, provider->text, &how);
        hop_cursor_begin(&cursor, edges, node);
        while (formula != CONSTRAINT_FALSE && hop_cursor_next(&cursor, &hop))
            if (!control_is_protected(&work->model->principals[hop.to]))
                name_also(work, hop.to, EDGE_TAKE_CREDENTIALS,
                          constraint_and(work->pool, formula, edges->edges[hop.edge].residual), how);
    }
}

/* Through services, where it does not surely become the role anyway. */
static void name_services(struct adding *work, struct control_rights *rights, uint32_t to)
{
    const struct control_how *how = NULL;
    constraint formula = control_pass_role(rights, to, &how);
    name(work, to, EDGE_PASS_ROLE, formula, how);
    if (formula == CONSTRAINT_TRUE)
        return;
    formula = control_take_over(rights, to, &how);
    name(work, to, EDGE_TAKE_OVER, formula, how);
}

static void name_all(struct adding *work, struct control_rights *rights)
{
    const struct model *model = work->model;
    const struct model_account *account = &model->accounts[rights->caller.account_index];
    uint32_t end = account->first_principal + account->principal_count;
    work->named_count = 0;
    for (uint32_t to = account->first_principal; to < end; to++) {
        bool role = model->principals[to].is_role;
        const struct control_how *how = NULL;
        constraint formula = control_over(rights, to, NULL, &how);
        name(work, to, role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS, formula, how);
        if (role && formula != CONSTRAINT_TRUE)
            name_services(work, rights, to);
    }
    name_providers(work, rights);
}

/* ---- all */

static void add_all(struct adding *work, const uint32_t *members, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = members[i];
        struct control_rights rights = control_rights_of(work->control, from);
        bool alike = i > 0 && control_rights_alike(work->model, members[i - 1], from);
        if (!alike)
            name_all(work, &rights);
        for (uint32_t j = 0; j < work->named_count; j++)
            control_edges_put(work, from, work->named[j].to, work->named[j].kind, work->named[j].formula,
                              work->named[j].how);
        control_gained_add(work, &rights, alike);
    }
}

void control_edges_add(struct edges *edges)
{
    const struct model *model = edges->model;
    struct adding work = {.edges = edges, .model = model, .pool = edges->pool, .room = edges->edge_count};
    uint32_t *members = memory_zeroed(model->principal_count, sizeof *members);
    uint32_t count = 0, first = edges->edge_count;
    work.evaluator = evaluator_new(model, edges->pool);
    work.control = control_new(model, edges->pool, edges->now);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (control_rights_any(work.control, i))
            members[count++] = i;
    control_rights_sort(model, members, count);
    work.gained = control_gained_new(&work);
    add_all(&work, members, count);
    control_gained_free(&work);
    evaluator_free(work.evaluator);
    control_free(work.control);
    free(members);
    free(work.named);
    free(work.kept);
    intern_free(&work.words);
    control_groups_make(edges, first);
    edges_index(edges);
}
