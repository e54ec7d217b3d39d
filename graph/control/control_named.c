/*
 * Who controls another principal without gaining permissions first. For principals that can only take over what runs
 * with roles, that depends on what they may do to the machines, functions and so on of the account; those with equal
 * rights share a list.
 */
#include "graph/control/control_edges_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>

struct provider {
    uint32_t account, node;
};

struct named {
    uint32_t account;   /* the current one */
    uint32_t *serviced; /* its roles that trust services in the table of ways */
    uint32_t serviced_count, serviced_room;
    bool *services;           /* which, by way */
    struct intern keys;       /* for principals that can only take over */
    struct named_list *lists; /* for each of these keys */
    uint32_t list_room;
    struct named_list single;       /* for another principal */
    struct provider *all_providers; /* SAML providers, by account */
    uint32_t all_count, all_room;
    uint32_t *providers; /* those of the account */
    uint32_t provider_count, provider_room;
};

static void name(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula,
                 const struct control_how *how)
{
    if (formula != CONSTRAINT_FALSE)
        ARRAY_ADD(work->now->edges, work->now->count, work->now->room,
                  (struct named_edge){to, kind, formula, control_edges_keep(work, how->actions)});
}

/* Adds a way to the same target. */
static void name_also(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula,
                      const struct control_how *how)
{
    for (uint32_t i = 0; i < work->now->count; i++) {
        struct named_edge *edge = &work->now->edges[i];
        if (edge->to == to && edge->kind == kind) {
            edge->formula = constraint_or(work->pool, edge->formula, formula);
            return;
        }
    }
    name(work, to, kind, formula, how);
}

/* Whoever can sign the assertions of a SAML provider can become any role that trusts it, except those of IAM Identity
 * Center: "AssumeRoleWithSAML will not work on IAM Identity Center managed roles"
 * (https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html). */
static void name_provider(struct adding *work, struct control_rights *rights, uint32_t node)
{
    const struct edges *edges = work->edges;
    const struct control_how *how = NULL;
    struct hop_cursor cursor;
    struct hop hop;
    constraint formula = control_saml_provider(rights, edges->nodes[node].text, &how);
    hop_cursor_begin(&cursor, edges, node);
    while (formula != CONSTRAINT_FALSE && hop_cursor_next(&cursor, &hop))
        if (!control_is_protected(&work->model->principals[hop.to]))
            name_also(work, hop.to, EDGE_TAKE_CREDENTIALS,
                      constraint_and(work->pool, formula, edges->edges[hop.edge].residual), how);
}

/* Adds ways through services, unless it certainly becomes the role anyway. */
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

/* Principals that can do nothing but take over what runs with roles. */
static void name_taken_over(struct adding *work, struct control_rights *rights)
{
    const struct named *named = work->named;
    for (uint32_t i = 0; i < named->serviced_count; i++) {
        const struct control_how *how = NULL;
        constraint formula = control_take_over(rights, named->serviced[i], &how);
        name(work, named->serviced[i], EDGE_TAKE_OVER, formula, how);
    }
}

static void name_all(struct adding *work, struct control_rights *rights)
{
    const struct model *model = work->model;
    const struct model_account *account = &model->accounts[rights->caller.account_index];
    uint32_t end = account->first_principal + account->principal_count;
    for (uint32_t to = account->first_principal; to < end; to++) {
        bool role = model->principals[to].is_role;
        const struct control_how *how = NULL;
        constraint formula = control_over(rights, to, NULL, &how);
        name(work, to, role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS, formula, how);
        if (role && formula != CONSTRAINT_TRUE)
            name_services(work, rights, to);
    }
    for (uint32_t i = 0; i < work->named->provider_count; i++)
        name_provider(work, rights, work->named->providers[i]);
}

/* ---- the current account */

static int compare_providers(const void *a, const void *b)
{
    const struct provider *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

struct named *control_named_new(const struct adding *work)
{
    struct named *named = memory_zeroed(1, sizeof *named);
    const struct edges *edges = work->edges;
    named->account = MODEL_NONE;
    named->services = memory_zeroed(way_count, sizeof *named->services);
    for (uint32_t node = work->model->principal_count; node < edges->node_count; node++)
        if (edges->nodes[node].kind == CALLER_SAML_PROVIDER)
            ARRAY_ADD(named->all_providers, named->all_count, named->all_room,
                      (struct provider){edges->nodes[node].account_index, node});
    if (named->all_count > 1)
        qsort(named->all_providers, named->all_count, sizeof *named->all_providers, compare_providers);
    return named;
}

static void forget_account(struct named *named)
{
    for (uint32_t i = 0; i < named->keys.count; i++)
        free(named->lists[i].edges);
    free(named->lists);
    intern_free(&named->keys);
    named->keys = (struct intern){.count = 0};
    named->lists = NULL;
    named->list_room = 0;
    named->serviced_count = named->provider_count = 0;
    memset(named->services, 0, way_count * sizeof *named->services);
}

void control_named_free(struct named *named)
{
    forget_account(named);
    free(named->serviced);
    free(named->services);
    free(named->single.edges);
    free(named->all_providers);
    free(named->providers);
    free(named);
}

static void begin_account(struct adding *work, uint32_t number)
{
    struct named *named = work->named;
    const struct model_account *account = &work->model->accounts[number];
    const struct provider first = {number, 0};
    forget_account(named);
    named->account = number;
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++)
        if (work->model->principals[i].is_role && control_note_services(work->control, i, named->services))
            ARRAY_ADD(named->serviced, named->serviced_count, named->serviced_room, i);
    size_t at = order_lower_bound(&first, named->all_providers, named->all_count, sizeof first, compare_providers);
    for (; at < named->all_count && named->all_providers[at].account == number; at++)
        ARRAY_ADD(named->providers, named->provider_count, named->provider_room, named->all_providers[at].node);
}

void control_named_find(struct adding *work, struct control_rights *rights)
{
    struct named *named = work->named;
    struct text words = {0};
    if (named->account != rights->caller.account_index)
        begin_account(work, rights->caller.account_index);
    if (control_rights_describe(rights, named->services, &words)) {
        uint32_t known = named->keys.count, number = intern_add(&named->keys, words.data, words.length);
        ARRAY_REACH(named->lists, number, named->list_room);
        work->now = &named->lists[number];
        if (number == known)
            name_taken_over(work, rights);
    } else {
        work->now = &named->single;
        named->single.count = 0;
        name_all(work, rights);
    }
    text_free(&words);
}
