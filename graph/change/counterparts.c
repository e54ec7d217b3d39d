#include "graph/change/counterparts.h"

#include "graph/edges/edges_inside.h"
#include "graph/edges/edges_people.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include <stdlib.h>
#include <string.h>

/* ---- what can be compared */

static const struct model_account *account_in(const struct model *model, const char *account)
{
    uint32_t index = model_find_account(model, account);
    return index != MODEL_NONE ? &model->accounts[index] : NULL;
}

static bool is_exported(const struct model_account *account)
{
    return account != NULL && account->detail != ACCOUNT_NOT_EXPORTED;
}

/* Whether the state says that the account is not a member of its organization, while the other state says it is. */
static bool is_known_outside(const struct model *model, const struct model *other, const struct model_account *account)
{
    const struct model_account *here = account_in(model, account->id);
    return model->members_listed && account->in_organization == FACT_YES && model->organization != NULL &&
           other->organization != NULL && strcmp(model->organization, other->organization) == 0 &&
           (here == NULL || here->in_organization != FACT_YES);
}

enum comparability counterparts_account(const struct model *const models[STATES], const char *account)
{
    const struct model_account *old = account_in(models[STATE_OLD], account),
                               *new = account_in(models[STATE_NEW], account);
    bool was = is_exported(old), is = is_exported(new);
    if (was && !is && !is_known_outside(models[STATE_NEW], models[STATE_OLD], old))
        return ONLY_IN_OLD;
    if (is && !was && !is_known_outside(models[STATE_OLD], models[STATE_NEW], new))
        return ONLY_IN_NEW;
    if (!was || !is)
        return COMPARABLE;
    if (old->detail != new->detail)
        return old->detail == ACCOUNT_ROLES_ONLY ? ROLES_IN_OLD : ROLES_IN_NEW;
    if (old->truncated != new->truncated)
        return old->truncated ? CUT_OFF_IN_OLD : CUT_OFF_IN_NEW;
    return COMPARABLE;
}

static bool is_compared(const struct counterparts *counterparts, const struct caller *caller)
{
    const struct model *const models[STATES] = {counterparts->edges[STATE_OLD]->model,
                                                counterparts->edges[STATE_NEW]->model};
    return caller->account == NULL || counterparts_account(models, caller->account) == COMPARABLE;
}

/* ---- who is who */

static bool is_exported_node(const struct counterparts *counterparts, int state, uint32_t node)
{
    return node != MODEL_NONE && node < counterparts->edges[state]->model->principal_count;
}

/* A name that the party has in both states. */
static void append_name(const struct counterparts *counterparts, int state, uint32_t node, struct text *name)
{
    const struct edges *edges = counterparts->edges[state];
    const struct caller *caller = &edges->nodes[node];
    const struct person *person = edges_person(edges, node);
    const char *text = person != NULL && !counterparts->by_arn ? person->id : caller->text;
    text_format(name, "%d %s %s %s", is_exported_node(counterparts, state, node), caller_kind_word(caller->kind),
                caller->partition != NULL ? caller->partition : "", text);
}

static void pair(struct counterparts *counterparts, uint32_t old, uint32_t new)
{
    uint32_t party = counterparts->of[STATE_OLD][old];
    counterparts->list[party].node[STATE_NEW] = new;
    counterparts->of[STATE_NEW][new] = party;
}

/* Matches those of NEW that have the key of somebody in OLD: a unique id, or a name. */
static void match(struct counterparts *counterparts, bool by_id)
{
    struct intern keys = {.count = 0};
    uint32_t *holder = NULL, room = 0, holders = 0;
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = counterparts->edges[state];
        uint32_t last = by_id ? edges->model->principal_count : edges->node_count;
        for (uint32_t node = 0; node < last; node++) {
            struct text key = {0};
            uint32_t party = counterparts->of[state][node];
            if (party != MODEL_NONE && counterparts->list[party].node[!state] != MODEL_NONE)
                continue;
            if (by_id)
                text_append_string(&key, edges->model->principals[node].unique_id);
            else
                append_name(counterparts, state, node, &key);
            if (key.length == 0)
                continue;
            uint32_t number =
                state == STATE_OLD ? intern_add(&keys, key.data, key.length) : intern_find(&keys, key.data, key.length);
            text_free(&key);
            if (state == STATE_OLD && number == holders)
                ARRAY_ADD(holder, holders, room, node);
            else if (state == STATE_NEW && number != INTERN_NONE &&
                     counterparts->list[counterparts->of[STATE_OLD][holder[number]]].node[STATE_NEW] == MODEL_NONE)
                pair(counterparts, holder[number], node);
        }
    }
    intern_free(&keys);
    free(holder);
}

/* Whether it is a user or role of an account that is in both states, and exists only in this one: if a trust policy in
 * the other state names it, it does not exist there. */
static bool is_named_alone(const struct counterparts *counterparts, int state, uint32_t node)
{
    const struct caller *caller = &counterparts->edges[state]->nodes[node];
    bool named =
        !is_exported_node(counterparts, state, node) && (caller->kind == CALLER_USER || caller->kind == CALLER_ROLE);
    return named && model_find_arn(counterparts->edges[!state]->model, caller->text) != MODEL_NONE;
}

static void add_party(struct counterparts *counterparts, int state, uint32_t node, uint32_t *room)
{
    struct counterpart who = {{MODEL_NONE, MODEL_NONE}, false};
    who.node[state] = node;
    who.compared = is_compared(counterparts, &counterparts->edges[state]->nodes[node]) &&
                   !is_named_alone(counterparts, state, node);
    counterparts->of[state][node] = counterparts->count;
    ARRAY_ADD(counterparts->list, counterparts->count, *room, who);
}

/* Matches users and roles with the same account, ARN and unique id, in one pass over both lists: usually that is all of
 * them. */
static void match_same(struct counterparts *counterparts)
{
    const struct model *old = counterparts->edges[STATE_OLD]->model, *new = counterparts->edges[STATE_NEW]->model;
    for (uint32_t i = 0, j = 0; i < old->principal_count && j < new->principal_count;) {
        const struct model_principal *one = &old->principals[i], *other = &new->principals[j];
        int order = strcmp(old->accounts[one->account].id, new->accounts[other->account].id);
        order = order != 0 ? order : strcmp(one->arn, other->arn);
        if (order == 0 && strcmp(one->unique_id, other->unique_id) == 0)
            pair(counterparts, i, j);
        i += order <= 0;
        j += order >= 0;
    }
}

static void match_all(struct counterparts *counterparts)
{
    uint32_t room = 0;
    counterparts->count = 0;
    for (int state = 0; state < STATES; state++) {
        counterparts->of[state] = memory_get(((size_t)counterparts->edges[state]->node_count + 1) * sizeof(uint32_t));
        for (uint32_t i = 0; i < counterparts->edges[state]->node_count; i++)
            counterparts->of[state][i] = MODEL_NONE;
    }
    for (uint32_t i = 0; i < counterparts->edges[STATE_OLD]->node_count; i++)
        add_party(counterparts, STATE_OLD, i, &room);
    match_same(counterparts);
    if (!counterparts->by_arn)
        match(counterparts, true);
    match(counterparts, false);
    for (uint32_t i = 0; i < counterparts->edges[STATE_NEW]->node_count; i++)
        if (counterparts->of[STATE_NEW][i] == MODEL_NONE)
            add_party(counterparts, STATE_NEW, i, &room);
}

static void forget(struct counterparts *counterparts)
{
    free(counterparts->list);
    free(counterparts->of[STATE_OLD]);
    free(counterparts->of[STATE_NEW]);
    counterparts->list = NULL;
}

/* ---- callers from outside */

/* The outside caller as it is, or would be, in the state; false: the party is not one, or cannot exist there. */
static bool caller_in(const struct counterparts *counterparts, int state, uint32_t party, struct caller *caller)
{
    struct edges *edges = counterparts->edges[state];
    const struct counterpart *who = &counterparts->list[party];
    const struct caller *known = counterpart_caller(counterparts, party);
    if (!who->compared || caller_is_before_roles(known) ||
        is_exported_node(counterparts, STATE_OLD, who->node[STATE_OLD]) ||
        is_exported_node(counterparts, STATE_NEW, who->node[STATE_NEW]))
        return false;
    if (who->node[state] == MODEL_NONE)
        return edges_read_caller(edges, caller_kind_word(known->kind), known->text, known->partition, caller);
    *caller = edges->nodes[who->node[state]];
    return true;
}

static void complete(struct counterparts *counterparts, int state, const bool *callers, const bool *among)
{
    struct edges *edges = counterparts->edges[state];
    struct caller *list = memory_zeroed((size_t)counterparts->count + 1, sizeof *list);
    uint32_t count = 0;
    for (uint32_t party = 0; party < counterparts->count; party++)
        if (callers == NULL || callers[party])
            count += caller_in(counterparts, state, party, &list[count]);
    edges_of_callers(edges, list, count, edges->now, among);
    free(list);
}

void counterparts_complete(struct counterparts *counterparts, const bool *callers, const bool *roles)
{
    for (int state = 0; state < STATES; state++) {
        uint32_t principals = counterparts->edges[state]->model->principal_count;
        bool *among = memory_zeroed((size_t)principals + 1, sizeof *among), any = roles == NULL;
        for (uint32_t i = 0; i < principals && roles != NULL; i++) {
            among[i] = roles[counterparts->of[state][i]];
            any = any || among[i];
        }
        if (any)
            complete(counterparts, state, callers, roles != NULL ? among : NULL);
        free(among);
    }
}

/* Callers that only one state knows get nodes in the other, and all their edges in both. Returns whether there are
 * any. */
static bool add_unknown(struct counterparts *counterparts)
{
    bool *callers = memory_zeroed((size_t)counterparts->count + 1, sizeof *callers), any = false;
    for (uint32_t party = 0; party < counterparts->count; party++) {
        const uint32_t *nodes = counterparts->list[party].node;
        struct caller caller;
        callers[party] =
            (nodes[STATE_OLD] == MODEL_NONE || nodes[STATE_NEW] == MODEL_NONE) &&
            caller_in(counterparts, nodes[STATE_OLD] == MODEL_NONE ? STATE_OLD : STATE_NEW, party, &caller);
        any = any || callers[party];
    }
    if (any)
        counterparts_complete(counterparts, callers, NULL);
    free(callers);
    return any;
}

void counterparts_find(struct counterparts *counterparts, struct edges *old, struct edges *new)
{
    const char *one = old->model->organization, *other = new->model->organization;
    *counterparts = (struct counterparts){.edges = {old, new}};
    counterparts->by_arn = one != NULL && other != NULL && strcmp(one, other) != 0;
    match_all(counterparts);
    if (add_unknown(counterparts)) {
        forget(counterparts);
        match_all(counterparts);
    }
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = counterparts->edges[state];
        counterparts->within[state] = memory_zeroed((size_t)edges->node_count + 1, sizeof(bool));
        for (uint32_t i = 0; i < edges->node_count; i++)
            counterparts->within[state][i] = counterparts->list[counterparts->of[state][i]].compared;
    }
}

void counterparts_free(struct counterparts *counterparts)
{
    forget(counterparts);
    free(counterparts->within[STATE_OLD]);
    free(counterparts->within[STATE_NEW]);
    *counterparts = (struct counterparts){.count = 0};
}
