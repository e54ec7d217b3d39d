/*
 * Which callers are asked about which roles, and the edges that the answers are.
 */
#include "graph/edges_building.h"

#include "graph/pattern.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Match signatures are kept for so many patterns of a caller; beyond, each role is decided for itself. */
#define SIGNATURE_PATTERNS 64u
#define REMEMBERED 4u

/* ---- nodes and edges */

static uint32_t outside_node(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    char key[2300];
    int length = snprintf(key, sizeof key, "%d %s", (int)caller->kind, caller->text);
    if (length < 0 || (size_t)length >= sizeof key)
        return MODEL_NONE;
    uint32_t number = intern_add(&building->node_keys, key, (size_t)length);
    if (number == INTERN_NONE) {
        building_fail(building);
        return MODEL_NONE;
    }
    uint32_t node = building->model->principal_count + number;
    if (node < edges->node_count)
        return node;
    if (edges->node_count == building->node_room) {
        uint32_t room = building->node_room * 2 + 64;
        struct caller *grown = realloc(edges->nodes, room * sizeof *grown);
        if (grown == NULL) {
            building_fail(building);
            return MODEL_NONE;
        }
        edges->nodes = grown;
        building->node_room = room;
    }
    edges->nodes[edges->node_count++] = *caller;
    return node;
}

void building_add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision)
{
    struct edges *edges = building->edges;
    if (decision->verdict == VERDICT_DENIED || from == MODEL_NONE)
        return;
    if (edges->edge_count == building->edge_room) {
        uint32_t room = building->edge_room == 0 ? 1024 : building->edge_room * 2;
        struct edge *grown = realloc(edges->edges, room * sizeof *grown);
        if (grown == NULL) {
            building_fail(building);
            return;
        }
        edges->edges = grown;
        building->edge_room = room;
    }
    edges->edges[edges->edge_count++] =
        (struct edge){.from = from, .to = to, .verdict = decision->verdict, .residual = decision->residual};
}

static edge_end end_of(const struct partition *partition, uint32_t base, uint32_t block)
{
    uint32_t first = partition->first[block];
    return partition->first[block + 1] - first == 1 ? partition->members[first] : EDGE_GROUP | (base + block);
}

static edge_end class_end(const struct building *building, uint32_t class)
{
    return end_of(&building->classes->permissions, 0, class);
}

static edge_end profile_end(const struct building *building, uint32_t profile)
{
    return end_of(&building->classes->profiles, building->classes->permissions.count, profile);
}

static edge_end set_end(const struct building *building, uint32_t set)
{
    const struct classes *classes = building->classes;
    return end_of(&classes->role_sets, classes->permissions.count + classes->profiles.count, set);
}

/* ---- deciding */

void building_decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision)
{
    struct decision_question question = {.caller = *caller, .role = role, .now = building->now};
    if (!decision_decide(building->evaluator, &question, decision))
        building_fail(building);
}

static void connect(struct building *building, edge_end from, uint32_t caller, edge_end to, uint32_t role)
{
    struct decision decision;
    struct caller who;
    caller_of_principal(building->model, caller, &who);
    building_decide(building, &who, role, &decision);
    building_add_edge(building, from, to, &decision);
}

/* Which patterns of the class match the role: a role with the same signature gets the same answer. */
static uint64_t signature(const struct building *building, uint32_t class, uint32_t role)
{
    const struct reach_filter *filter = &building->filters[class];
    const char *arn = building->model->principals[role].arn;
    uint64_t bits = 0;
    for (uint32_t i = 0; i < filter->all_count; i++)
        if (pattern_matches(building->patterns[filter->first + i], arn))
            bits |= (uint64_t)1 << i;
    return bits;
}

/* One caller against roles, where roles of one set and one signature share an answer. */
struct asking {
    struct building *building;
    edge_end from;
    uint32_t caller, class; /* the principal asked for, and its permission class */
    bool by_signature;
    uint32_t set;
    struct {
        uint64_t signature;
        struct decision decision;
    } known[REMEMBERED];
    uint32_t known_count;
};

static struct asking asking_of(struct building *building, edge_end from, uint32_t caller)
{
    uint32_t class = building->classes->permissions.of[caller];
    return (struct asking){.building = building,
                           .from = from,
                           .caller = caller,
                           .class = class,
                           .by_signature = building->classes->role_details[class] != ROLE_BY_ITSELF &&
                                           building->filters[class].all_count <= SIGNATURE_PATTERNS,
                           .set = MODEL_NONE};
}

static void ask_role(struct asking *asking, uint32_t role)
{
    struct building *building = asking->building;
    uint32_t set = building->classes->role_sets.of[role];
    if (!asking->by_signature) {
        connect(building, asking->from, asking->caller, role, role);
        return;
    }
    if (set != asking->set) {
        asking->set = set;
        asking->known_count = 0;
    }
    uint64_t own = signature(building, asking->class, role);
    for (uint32_t i = 0; i < asking->known_count; i++)
        if (asking->known[i].signature == own) {
            building_add_edge(building, asking->from, role, &asking->known[i].decision);
            return;
        }
    struct decision decision;
    struct caller who;
    caller_of_principal(building->model, asking->caller, &who);
    building_decide(building, &who, role, &decision);
    building_add_edge(building, asking->from, role, &decision);
    if (asking->known_count < REMEMBERED) {
        asking->known[asking->known_count].signature = own;
        asking->known[asking->known_count++].decision = decision;
    }
}

/* One caller against roles of one set: one edge to the whole set if all of it says the same. */
static void ask_roles(struct asking *asking, const uint32_t *roles, uint32_t count)
{
    struct building *building = asking->building;
    const struct partition *sets = &building->classes->role_sets;
    struct edges *edges = building->edges;
    uint32_t set = sets->of[roles[0]], before = edges->edge_count;
    for (uint32_t i = 0; i < count && !building->failed; i++)
        ask_role(asking, roles[i]);
    bool whole = count > 1 && count == sets->first[set + 1] - sets->first[set] && edges->edge_count - before == count;
    for (uint32_t i = before + 1; whole && i < edges->edge_count; i++)
        whole = edges->edges[i].residual == edges->edges[before].residual &&
                edges->edges[i].verdict == edges->edges[before].verdict;
    if (whole) {
        edges->edges[before].to = set_end(building, set);
        edges->edge_count = before + 1;
    }
}

/* A caller that a trust policy names, against all roles of the set. */
static void ask_set(struct building *building, edge_end from, uint32_t caller, uint32_t set)
{
    const struct partition *sets = &building->classes->role_sets;
    struct asking asking = asking_of(building, from, caller);
    if (building->classes->role_details[asking.class] == ROLE_BY_SET) {
        connect(building, from, caller, set_end(building, set), sets->members[sets->first[set]]);
        return;
    }
    ask_roles(&asking, sets->members + sets->first[set], sets->first[set + 1] - sets->first[set]);
}

/* ---- callers of trusted accounts, and of any account */

/* Calls each with an end and the principal that speaks for it, in the detail that the role's policies look for. */
static void ask_members(struct building *building, uint32_t class, enum caller_detail detail, uint32_t role_or_set,
                        bool is_set)
{
    const struct partition *permissions = &building->classes->permissions, *sets = &building->classes->role_sets;
    uint32_t first = permissions->first[class], last = permissions->first[class + 1];
    uint32_t role = is_set ? sets->members[sets->first[role_or_set]] : role_or_set;
    edge_end to = is_set ? set_end(building, role_or_set) : role_or_set;
    if (detail != CALLER_BY_NAME) {
        uint32_t member = trust_index_speaker(building->trust, permissions, class, sets->of[role], MODEL_NONE);
        if (member != MODEL_NONE)
            connect(building, class_end(building, class), member, to, role);
        return;
    }
    for (uint32_t i = first; i < last && !building->failed; i++)
        connect(building, permissions->members[i], permissions->members[i], to, role);
}

/* Roles whose ARN the class's patterns match, out of a list, once each: sorted by role set, then role. */
static bool found_role(uint32_t role, void *context)
{
    struct building *building = context;
    if (building->stamps[role] != building->stamp)
        building->found[building->found_count++] = role;
    building->stamps[role] = building->stamp;
    return true;
}

static const struct partition *sorting_sets;

static int compare_by_set(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (sorting_sets->of[x] != sorting_sets->of[y])
        return sorting_sets->of[x] < sorting_sets->of[y] ? -1 : 1;
    return (x > y) - (x < y);
}

static void find_roles(struct building *building, uint32_t class, const uint32_t *roles, uint32_t count)
{
    const struct reach_filter *filter = &building->filters[class];
    building->stamp++;
    building->found_count = 0;
    for (uint32_t i = 0; filter->open && i < count; i++)
        found_role(roles[i], building);
    for (uint32_t i = 0; !filter->open && i < filter->count; i++)
        trust_index_match(building->trust, roles, count, building->patterns[filter->first + i], found_role, building);
    sorting_sets = &building->classes->role_sets;
    if (building->found_count > 1)
        qsort(building->found, building->found_count, sizeof *building->found, compare_by_set);
}

/* Calls ask for the found roles of one set after the other. */
static void each_found_set(struct building *building,
                           void (*ask)(struct building *building, const uint32_t *roles, uint32_t count, void *context),
                           void *context)
{
    const uint32_t *of = building->classes->role_sets.of;
    for (uint32_t i = 0, end; i < building->found_count && !building->failed; i = end) {
        for (end = i + 1; end < building->found_count && of[building->found[end]] == of[building->found[i]];)
            end++;
        ask(building, building->found + i, end - i, context);
    }
}

struct class_asking {
    struct asking asking; /* for the class as a whole */
    uint32_t class;
};

static void ask_by_class(struct building *building, const uint32_t *roles, uint32_t count, void *context)
{
    struct class_asking *work = context;
    uint32_t set = building->classes->role_sets.of[roles[0]];
    uint32_t member =
        trust_index_speaker(building->trust, &building->classes->permissions, work->class, set, MODEL_NONE);
    if (building->classes->caller_details[set] == CALLER_BY_NAME) {
        for (uint32_t i = 0; i < count && !building->failed; i++)
            ask_members(building, work->class, CALLER_BY_NAME, roles[i], false);
    } else if (member != MODEL_NONE) {
        work->asking.caller = member;
        ask_roles(&work->asking, roles, count);
    }
}

/* Roles that trust the class's account. */
static void add_delegated(struct building *building, uint32_t class)
{
    const struct trust_index *trust = building->trust;
    const struct partition *permissions = &building->classes->permissions;
    uint32_t account = building->model->principals[permissions->members[permissions->first[class]]].account;
    if (building->classes->role_details[class] == ROLE_BY_SET) {
        for (uint32_t i = trust->account_first[account]; i < trust->account_first[account + 1]; i++) {
            uint32_t set = trust->account_sets[i];
            ask_members(building, class, building->classes->caller_details[set], set, true);
        }
        return;
    }
    uint32_t first = trust->account_role_first[account];
    struct class_asking work = {
        asking_of(building, class_end(building, class), permissions->members[permissions->first[class]]), class};
    find_roles(building, class, trust->account_roles + first, trust->account_role_first[account + 1] - first);
    each_found_set(building, ask_by_class, &work);
}

/* A member of the partition's block outside the account; MODEL_NONE if all are in it. Members of an account are
 * neighbours. */
static uint32_t member_outside(const struct building *building, const struct partition *partition, uint32_t block,
                               uint32_t account)
{
    uint32_t first = partition->members[partition->first[block]];
    uint32_t last = partition->members[partition->first[block + 1] - 1];
    const struct model_principal *principals = building->model->principals;
    return principals[first].account != account ? first : principals[last].account != account ? last : MODEL_NONE;
}

/* A caller of the block and a role of the set in different accounts. */
static bool pair_across(const struct building *building, const struct partition *callers, uint32_t block, uint32_t set,
                        uint32_t *caller, uint32_t *role)
{
    const struct partition *sets = &building->classes->role_sets;
    const struct model_principal *principals = building->model->principals;
    *caller = trust_index_speaker(building->trust, callers, block, set, MODEL_NONE);
    if (*caller == MODEL_NONE)
        return false;
    *role = member_outside(building, sets, set, principals[*caller].account);
    if (*role != MODEL_NONE)
        return true;
    *role = sets->members[sets->first[set]];
    *caller = trust_index_speaker(building->trust, callers, block, set, principals[*role].account);
    return *caller != MODEL_NONE;
}

/* A profile against a set of roles that let in anyone. */
static void ask_across(struct building *building, uint32_t profile, uint32_t set)
{
    const struct partition *profiles = &building->classes->profiles, *permissions = &building->classes->permissions;
    enum caller_detail detail = building->classes->caller_details[set];
    edge_end to = set_end(building, set);
    uint32_t caller, role;
    if (detail == CALLER_BY_PROFILE) {
        if (pair_across(building, profiles, profile, set, &caller, &role))
            connect(building, profile_end(building, profile), caller, to, role);
        return;
    }
    for (uint32_t i = profiles->first[profile]; i < profiles->first[profile + 1] && !building->failed; i++) {
        uint32_t member = profiles->members[i], class = permissions->of[member];
        bool first = permissions->members[permissions->first[class]] == member;
        role =
            member_outside(building, &building->classes->role_sets, set, building->model->principals[member].account);
        if (role == MODEL_NONE || (detail != CALLER_BY_NAME && !first))
            continue;
        edge_end from = detail == CALLER_BY_NAME ? member : class_end(building, class);
        if (detail != CALLER_BY_NAME)
            member = trust_index_speaker(building->trust, permissions, class, set, MODEL_NONE);
        if (member != MODEL_NONE)
            connect(building, from, member, to, role);
    }
}

struct profile_asking {
    struct asking asking;
    uint32_t profile;
};

static void ask_by_profile(struct building *building, const uint32_t *roles, uint32_t count, void *context)
{
    struct profile_asking *work = context;
    const struct partition *profiles = &building->classes->profiles, *permissions = &building->classes->permissions;
    const struct model_principal *principals = building->model->principals;
    uint32_t set = building->classes->role_sets.of[roles[0]], first = profiles->first[work->profile];
    enum caller_detail detail = building->classes->caller_details[set];
    uint32_t anybody = trust_index_speaker(building->trust, profiles, work->profile, set, MODEL_NONE);
    bool across = detail == CALLER_BY_PROFILE && anybody != MODEL_NONE;
    for (uint32_t i = 0; i < count && across; i++)
        across = principals[roles[i]].account != principals[anybody].account;
    if (across) {
        work->asking.caller = anybody;
        ask_roles(&work->asking, roles, count);
        return;
    }
    for (uint32_t i = 0; i < count && !building->failed; i++) {
        uint32_t caller =
            trust_index_speaker(building->trust, profiles, work->profile, set, principals[roles[i]].account);
        if (detail == CALLER_BY_PROFILE && caller != MODEL_NONE)
            connect(building, work->asking.from, caller, roles[i], roles[i]);
        for (uint32_t j = first; detail != CALLER_BY_PROFILE && j < profiles->first[work->profile + 1]; j++) {
            uint32_t member = profiles->members[j], class = permissions->of[member];
            bool speaks = detail == CALLER_BY_NAME || permissions->members[permissions->first[class]] == member;
            if (principals[member].account == principals[roles[i]].account || !speaks)
                continue;
            edge_end from = detail == CALLER_BY_NAME ? member : class_end(building, class);
            if (detail != CALLER_BY_NAME)
                member = trust_index_speaker(building->trust, permissions, class, set, MODEL_NONE);
            if (member != MODEL_NONE)
                connect(building, from, member, roles[i], roles[i]);
        }
    }
}

/* Roles of other accounts that let in anyone. */
static void add_across(struct building *building, uint32_t profile)
{
    const struct partition *profiles = &building->classes->profiles;
    uint32_t caller = profiles->members[profiles->first[profile]];
    uint32_t class = building->classes->permissions.of[caller];
    if (!filter_may_assume_any(&building->filters[class]))
        return;
    if (building->classes->role_details[class] == ROLE_BY_SET) {
        for (uint32_t i = 0; i < building->trust->anyone_count && !building->failed; i++)
            ask_across(building, profile, building->trust->anyone[i]);
        return;
    }
    struct profile_asking work = {asking_of(building, profile_end(building, profile), caller), profile};
    find_roles(building, class, building->trust->anyone_roles, building->trust->anyone_role_count);
    each_found_set(building, ask_by_profile, &work);
}

/* In its own account a role that lets in anyone asks for no permission. */
static void add_neighbours(struct building *building, uint32_t role)
{
    const struct model *model = building->model;
    const struct partition *permissions = &building->classes->permissions;
    const struct model_account *account = &model->accounts[model->principals[role].account];
    enum caller_detail detail = building->classes->caller_details[building->classes->role_sets.of[role]];
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++) {
        uint32_t class = permissions->of[i];
        if (permissions->members[permissions->first[class]] == i && !building->failed)
            ask_members(building, class, detail, role, false);
    }
}

/* ---- what a trust policy names */

static void try_outside(struct building *building, const struct caller *caller, uint32_t set)
{
    const struct partition *sets = &building->classes->role_sets;
    struct decision decision;
    building_decide(building, caller, sets->members[sets->first[set]], &decision);
    if (decision.verdict != VERDICT_DENIED)
        building_add_edge(building, outside_node(building, caller), set_end(building, set), &decision);
}

/* A principal that is named but not in the export. */
static void try_named(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    struct caller caller;
    const char *name = principal->form == PRINCIPAL_ACCOUNT ? principal->account : principal->value;
    if (!caller_parse(building->model, &building->edges->arena, name, &caller))
        return;
    if (caller.kind == CALLER_ACCOUNT && principal->partition != NULL)
        caller.partition = principal->partition;
    try_outside(building, &caller, set);
}

static void add_principal(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    const struct model *model = building->model;
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    bool exported =
        account != MODEL_NONE && model->accounts[account].detail == ACCOUNT_FULL && !model->accounts[account].truncated;
    static const struct caller anyone = {
        .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};
    uint32_t found = MODEL_NONE;
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
        try_outside(building, &anyone, set);
        return;
    case PRINCIPAL_ACCOUNT:
        break;
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        found = model_find_arn(model, principal->value);
        break;
    case PRINCIPAL_UNIQUE_ID:
        found = model_find_unique_id(model, principal->value);
        if (found == MODEL_NONE)
            return;
        break;
    case PRINCIPAL_SERVICE:
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        exported = false;
        break;
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_INVALID:
        return;
    }
    if (found != MODEL_NONE)
        ask_set(building, found, found, set);
    else if (!exported)
        try_named(building, principal, set);
}

static void add_set(struct building *building, uint32_t set)
{
    const struct model *model = building->model;
    const struct model_document *document = trust_index_document(building->trust, set);
    for (uint32_t i = 0; i < document->statement_count && !building->failed; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        static const struct statement_principal everyone = {.form = PRINCIPAL_ANYONE};
        if (statement->broken != NULL || !statement->allow)
            continue;
        if (statement->not_principal)
            add_principal(building, &everyone, set);
        else
            for (uint32_t j = 0; j < statement->principal_count && !building->failed; j++)
                add_principal(building, &statement->principals[j], set);
    }
}

/* ---- all candidates */

static void tell_step(struct building *building)
{
    if (building->watcher != NULL && building->steps++ % 64 == 0)
        building->watcher->step(building->watcher->context, "finding edges", building->steps, building->all_steps);
}

void building_find_edges(struct building *building)
{
    const struct classes *classes = building->classes;
    building->all_steps = (uint64_t)classes->role_sets.count + classes->permissions.count + classes->profiles.count +
                          building->trust->anyone_role_count;
    for (uint32_t i = 0; i < classes->role_sets.count && !building->failed; i++, tell_step(building))
        add_set(building, i);
    for (uint32_t i = 0; i < classes->permissions.count && !building->failed; i++, tell_step(building))
        if (filter_may_assume_any(&building->filters[i]))
            add_delegated(building, i);
    for (uint32_t i = 0; i < classes->profiles.count && !building->failed; i++, tell_step(building))
        add_across(building, i);
    for (uint32_t i = 0; i < building->trust->anyone_role_count && !building->failed; i++, tell_step(building))
        add_neighbours(building, building->trust->anyone_roles[i]);
}
