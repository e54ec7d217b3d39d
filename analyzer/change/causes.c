#include "analyzer/change/causes.h"

#include "analyzer/analysis/wording.h"
#include "graph/edges/edges_people.h"
#include <string.h>

const char *cause_kind_word(enum cause_kind kind)
{
    static const char *const words[] = {
        [CAUSE_STATEMENT] = "statement",
        [CAUSE_DENY] = "deny",
        [CAUSE_ATTACHMENT] = "attachment",
        [CAUSE_MEMBERSHIP] = "membership",
        [CAUSE_ASSIGNMENT] = "assignment",
        [CAUSE_BOUNDARY] = "boundary",
        [CAUSE_SCP] = "scp",
        [CAUSE_RCP] = "rcp",
        [CAUSE_PRINCIPAL] = "principal",
        [CAUSE_ACCOUNT] = "account",
        [CAUSE_RECREATED] = "recreated",
        [CAUSE_RENAMED] = "renamed",
        [CAUSE_TAGS] = "tags",
        [CAUSE_ORGANIZATION] = "organization",
        [CAUSE_ACCOUNT_STATE] = "account-state",
        [CAUSE_SESSION] = "session",
        [CAUSE_OTHER] = "other",
    };
    return words[kind];
}

/* ---- the list */

static const char *keep(struct cause_search *search, const char *text)
{
    return text != NULL && text[0] != '\0' ? arena_copy_text(search->arena, text, strlen(text)) : "";
}

static void add(struct cause_search *search, struct causes *causes, enum cause_kind kind, int state, const char *holder,
                const char *policy)
{
    if (causes->count < CAUSE_ROOM)
        causes->list[causes->count++] = (struct cause){.kind = kind,
                                                       .holder = keep(search, holder),
                                                       .policy = keep(search, policy),
                                                       .sid = "",
                                                       .file = "",
                                                       .statement = CAUSE_NO_STATEMENT,
                                                       .before = state == STATE_OLD};
}

/* A managed policy is identified by its own ARN, whoever has it. */
static const char *holder_of(const struct policy_use *use)
{
    return use->arn != NULL ? use->arn : use->holder;
}

static void add_statement(struct cause_search *search, struct causes *causes, enum cause_kind kind, int state,
                          const struct decision_statement *at)
{
    const struct model *model = search->states[state]->model;
    const char *file;
    uint32_t line;
    if (causes->count == CAUSE_ROOM)
        return;
    bool guardrail = at->use->kind == USE_SCP || at->use->kind == USE_RCP;
    add(search, causes, kind, state, guardrail ? at->use->holder : holder_of(at->use), wording_policy_name(at->use));
    struct cause *cause = &causes->list[causes->count - 1];
    model_locate(model, at->use, at->statement->position, &file, &line);
    cause->sid = keep(search, at->statement->sid);
    cause->statement = at->statement->position;
    cause->file = keep(search, file);
    cause->line = line;
}

/* ---- who is there */

static const struct model_principal *principal_of(const struct cause_search *search, int state, uint32_t party)
{
    uint32_t node = search->counterparts->list[party].node[state];
    const struct model *model = search->states[state]->model;
    return node != MODEL_NONE && node < model->principal_count ? &model->principals[node] : NULL;
}

/* Whether one of the two exists in only one state; if so, that is the cause. */
static bool is_of_one_state(struct cause_search *search, int more, uint32_t party, struct causes *causes)
{
    const struct model *less = search->states[!more]->model;
    const struct model_principal *principal = principal_of(search, more, party);
    if (principal == NULL || search->counterparts->list[party].node[!more] != MODEL_NONE)
        return false;
    const char *account = search->states[more]->model->accounts[principal->account].id;
    uint32_t index = model_find_account(less, account);
    bool whole = index == MODEL_NONE || less->accounts[index].detail == ACCOUNT_NOT_EXPORTED;
    add(search, causes, whole ? CAUSE_ACCOUNT : CAUSE_PRINCIPAL, more, whole ? account : principal->arn, NULL);
    return true;
}

/* ---- layers of policies */

/* Policies of one layer that the state has for the question. */
static const struct policy_use *uses_of(const struct cause_search *search, int state, uint32_t party,
                                        enum decision_layer_kind layer, uint32_t *count)
{
    const struct model_principal *principal = principal_of(search, state, party);
    *count = 0;
    if (principal == NULL)
        return NULL;
    if (layer == LAYER_IDENTITY) {
        *count = principal->policy_count;
        return search->states[state]->model->uses + principal->first_policy;
    }
    const struct policy_use *use = layer == LAYER_TRUST ? principal->trust : principal->boundary;
    *count = use != NULL;
    return use;
}

static bool document_has(struct cause_search *search, int state, uint32_t document, uint32_t content)
{
    const struct model *model = search->states[state]->model;
    if (document == MODEL_NONE)
        return false;
    const struct model_document *about = &model->documents[document];
    for (uint32_t i = 0; i < about->statement_count; i++)
        if (policy_contents_statement(search->contents, state, &model->statements[about->first_statement + i]) ==
            content)
            return true;
    return false;
}

static bool uses_have(struct cause_search *search, int state, const struct policy_use *uses, uint32_t count,
                      uint32_t content)
{
    for (uint32_t i = 0; i < count; i++)
        if (document_has(search, state, uses[i].document, content))
            return true;
    return false;
}

/* Compares policies on the same level of the account's path. */
static bool levels_have(struct cause_search *search, int state, const struct model_guardrails *guardrails,
                        const char *level, uint32_t content)
{
    for (uint32_t i = 0; i < guardrails->level_count; i++)
        if (strcmp(guardrails->levels[i].id, level) == 0 &&
            uses_have(search, state, search->states[state]->model->uses + guardrails->levels[i].first_policy,
                      guardrails->levels[i].policy_count, content))
            return true;
    return false;
}

static const struct model_guardrails *guardrails_of(const struct cause_search *search, int state, uint32_t party,
                                                    enum decision_layer_kind layer)
{
    const struct model *model = search->states[state]->model;
    const struct model_principal *principal = principal_of(search, state, party);
    if (principal == NULL)
        return NULL;
    return layer == LAYER_SCP ? &model->scps[principal->account] : &model->rcps[principal->account];
}

/* Whether the layer says the same in the other state. */
static bool is_there_too(struct cause_search *search, int state, uint32_t party, enum decision_layer_kind layer,
                         const struct decision_statement *at)
{
    uint32_t content = policy_contents_statement(search->contents, state, at->statement), count;
    if (layer == LAYER_SCP || layer == LAYER_RCP) {
        const struct model_guardrails *other = guardrails_of(search, !state, party, layer);
        return other != NULL && levels_have(search, !state, other, at->use->holder, content);
    }
    const struct policy_use *uses = uses_of(search, !state, party, layer, &count);
    return uses_have(search, !state, uses, count, content);
}

static bool is_in_group(const struct cause_search *search, int state, uint32_t party, const char *group)
{
    const struct model *model = search->states[state]->model;
    const struct model_principal *principal = principal_of(search, state, party);
    for (uint32_t i = 0; principal != NULL && i < principal->group_count; i++)
        if (strcmp(model->groups[model->memberships[principal->first_group + i]].arn, group) == 0)
            return true;
    return false;
}

static bool has_policy(const struct cause_search *search, int state, uint32_t party, const struct policy_use *like)
{
    uint32_t count;
    const struct policy_use *uses = uses_of(search, state, party, LAYER_IDENTITY, &count);
    for (uint32_t i = 0; i < count; i++)
        if (uses[i].arn != NULL && like->arn != NULL && strcmp(uses[i].arn, like->arn) == 0)
            return true;
    return false;
}

/* The caller has the statement through an attached policy, or through a group. */
static void add_identity(struct cause_search *search, struct causes *causes, int state, uint32_t party,
                         const struct decision_statement *at)
{
    if (at->use->via_group && !is_in_group(search, !state, party, at->use->holder))
        add(search, causes, CAUSE_MEMBERSHIP, state, at->use->holder, NULL);
    else if (at->use->arn != NULL && !has_policy(search, !state, party, at->use))
        add(search, causes, CAUSE_ATTACHMENT, state, at->use->arn, at->use->name);
    else
        add_statement(search, causes, CAUSE_STATEMENT, state, at);
}

static enum cause_kind kind_of(enum decision_layer_kind layer, bool allows)
{
    return layer == LAYER_SCP        ? CAUSE_SCP
           : layer == LAYER_RCP      ? CAUSE_RCP
           : layer == LAYER_BOUNDARY ? CAUSE_BOUNDARY
           : allows                  ? CAUSE_STATEMENT
                                     : CAUSE_DENY;
}

/* The first deciding statement of one state that the other state does not have; `allows`: only statements that
 * allow. */
static bool find_statement(struct cause_search *search, struct causes *causes, int state, uint32_t party,
                           enum decision_layer_kind kind, const struct decision *decision, bool allows)
{
    const struct decision_layer *layer = &decision->layers[kind];
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        const struct decision_statement *at = &layer->statements[i];
        if (at->statement->allow != allows || is_there_too(search, state, party, kind, at))
            continue;
        if (allows && kind == LAYER_IDENTITY)
            add_identity(search, causes, state, party, at);
        else
            add_statement(search, causes, kind_of(kind, allows), state, at);
        return true;
    }
    return false;
}

/* A layer that differs without a deciding statement of its own: one state has none. */
static void add_layer(struct cause_search *search, struct causes *causes, int more, uint32_t party,
                      enum decision_layer_kind layer)
{
    const struct model_principal *principal = principal_of(search, more, party);
    const struct model *model = search->states[more]->model;
    if (layer == LAYER_BOUNDARY)
        add(search, causes, CAUSE_BOUNDARY, more, principal->arn, NULL);
    else
        add(search, causes, kind_of(layer, true), more, model->accounts[principal->account].id, NULL);
}

static void explain(struct cause_search *search, int state, uint32_t from, uint32_t to, struct decision *decision)
{
    const struct counterparts *counterparts = search->counterparts;
    const struct edges *edges = counterparts->edges[state];
    struct decision_question question = {.caller = edges->nodes[counterparts->list[from].node[state]],
                                         .role = counterparts->list[to].node[state],
                                         .now = search->states[state]->now};
    decision_explain(search->states[state]->evaluator, &question, &search->scratch, decision);
}

static void find_in_layers(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes)
{
    static const struct {
        enum decision_layer_kind layer;
        uint32_t change;
        bool of_role, needs_statement;
    } layers[] = {{LAYER_TRUST, PARTY_TRUST, true, true},
                  {LAYER_IDENTITY, PARTY_IDENTITY, false, true},
                  {LAYER_BOUNDARY, PARTY_BOUNDARY, false, false},
                  {LAYER_SCP, PARTY_SCP, false, false},
                  {LAYER_RCP, PARTY_RCP, true, false}};
    struct decision decisions[STATES];
    explain(search, STATE_OLD, from, to, &decisions[STATE_OLD]);
    explain(search, STATE_NEW, from, to, &decisions[STATE_NEW]);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        uint32_t party = layers[i].of_role ? to : from;
        enum decision_layer_kind layer = layers[i].layer;
        if ((search->touched[party] & layers[i].change) == 0)
            continue;
        bool found = find_statement(search, causes, !more, party, layer, &decisions[!more], false) ||
                     find_statement(search, causes, more, party, layer, &decisions[more], true);
        if (!found && !layers[i].needs_statement &&
            decisions[STATE_OLD].layers[layer].result != decisions[STATE_NEW].layers[layer].result)
            add_layer(search, causes, more, party, layer);
    }
    arena_reset(&search->scratch);
}

/* ---- other causes */

static void find_elsewhere(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes)
{
    static const struct {
        uint32_t change;
        enum cause_kind kind;
        bool of_account;
    } others[] = {{PARTY_RECREATED, CAUSE_RECREATED, false},
                  {PARTY_RENAMED, CAUSE_RENAMED, false},
                  {PARTY_TAGS, CAUSE_TAGS, false},
                  {PARTY_PLACE, CAUSE_ORGANIZATION, true},
                  {PARTY_STATE, CAUSE_ACCOUNT_STATE, true},
                  {PARTY_IDENTITY, CAUSE_STATEMENT, false},
                  {PARTY_TRUST, CAUSE_STATEMENT, false},
                  {PARTY_SCP, CAUSE_SCP, true},
                  {PARTY_RCP, CAUSE_RCP, true}};
    const uint32_t ends[] = {to, from};
    for (size_t i = 0; i < sizeof others / sizeof others[0] && causes->count == 0; i++)
        for (size_t j = 0; j < 2 && causes->count == 0; j++) {
            const struct model_principal *principal = principal_of(search, more, ends[j]);
            if (principal == NULL || (search->touched[ends[j]] & others[i].change) == 0)
                continue;
            const struct model *model = search->states[more]->model;
            add(search, causes, others[i].kind, more,
                others[i].of_account ? model->accounts[principal->account].id : principal->arn, NULL);
        }
    if (causes->count == 0)
        add(search, causes, CAUSE_OTHER, more, counterpart_caller(search->counterparts, to)->text, NULL);
}

/* ---- people */

struct way_search {
    struct cause_search *search;
    struct causes *causes;
    int more;
    const struct person *other; /* the person in the other state; NULL: none */
    uint32_t role;              /* in the other state */
    bool same;
};

static const char *way_name(const struct people_way *way)
{
    return way->set != NULL ? way->set : way->entitlement;
}

static bool is_same_way(const struct people_way *way, const struct people_group *group, void *context)
{
    struct way_search *ways = context;
    const struct cause *cause = &ways->causes->list[0];
    bool same = strcmp(way_name(way), cause->policy) == 0 && strcmp(group != NULL ? group->id : "", cause->sid) == 0;
    ways->same = ways->same || same;
    return !ways->same;
}

static bool is_member(const struct edges *edges, const struct person *person, const char *id)
{
    uint32_t count;
    const struct people_group *groups = people_groups(edges->people, &count);
    for (uint32_t i = 0; person != NULL && i < person->group_count; i++)
        if (strcmp(groups[person->groups[i]].id, id) == 0)
            return true;
    return false;
}

/* The first way that the person does not have in the other state. */
static bool look_at_way(const struct people_way *way, const struct people_group *group, void *context)
{
    struct way_search *ways = context;
    struct cause_search *search = ways->search;
    const struct edges *other = search->counterparts->edges[!ways->more];
    ways->causes->count = 0;
    ways->same = false;
    add(search, ways->causes, CAUSE_ASSIGNMENT, ways->more, group != NULL ? group->name : "", way_name(way));
    ways->causes->list[0].sid = keep(search, group != NULL ? group->id : "");
    if (ways->other != NULL && ways->role != MODEL_NONE)
        edges_each_way(other, ways->other, ways->role, is_same_way, ways);
    bool joined = group != NULL && other->people != NULL && !is_member(other, ways->other, group->id);
    ways->causes->list[0].sid = "";
    if (joined)
        ways->causes->list[0].kind = CAUSE_MEMBERSHIP;
    return ways->same;
}

static void find_ways(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes)
{
    const struct counterparts *counterparts = search->counterparts;
    const struct counterpart *who = &counterparts->list[from], *role = &counterparts->list[to];
    const struct edges *edges = counterparts->edges[more], *other = counterparts->edges[!more];
    const struct person *person = edges_person(edges, who->node[more]);
    struct way_search ways = {.search = search, .causes = causes, .more = more, .role = role->node[!more]};
    if (who->node[!more] != MODEL_NONE)
        ways.other = edges_person(other, who->node[!more]);
    edges_each_way(edges, person, role->node[more], look_at_way, &ways);
    if (causes->count > 0 && causes->list[0].holder[0] == '\0')
        causes->list[0].holder = keep(search, person->text);
}

void causes_find(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes)
{
    const struct counterparts *counterparts = search->counterparts;
    *causes = (struct causes){.count = 0};
    if (is_of_one_state(search, more, to, causes) || is_of_one_state(search, more, from, causes))
        return;
    if (counterpart_caller(counterparts, from)->kind == CALLER_PERSON)
        find_ways(search, more, from, to, causes);
    else if (!caller_is_before_roles(counterpart_caller(counterparts, from)) &&
             counterparts->list[from].node[!more] != MODEL_NONE && counterparts->list[to].node[!more] != MODEL_NONE)
        find_in_layers(search, more, from, to, causes);
    if (causes->count == 0)
        find_elsewhere(search, more, from, to, causes);
}
