#include "graph/edges.h"

#include "graph/evaluator.h"
#include "graph/pattern.h"
#include "graph/trust_index.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Match signatures are kept for so many patterns of a caller; beyond, each role is decided for itself. */
#define SIGNATURE_PATTERNS 64u
#define REMEMBERED 4u

/* What a permission class may assume, roughly: a filter before the decision. */
struct reach_filter {
    bool open;             /* something here cannot be told from patterns: ask the decision */
    uint32_t first, count; /* Resource patterns of its Allow statements */
    uint32_t all_count;    /* these and those of all other statements */
};

struct building {
    struct edges *edges;
    struct evaluator *evaluator;
    const struct model *model;
    const struct classes *classes;
    const struct trust_index *trust;
    double now;
    struct reach_filter *filters; /* per permission class */
    const char **patterns;
    uint32_t pattern_count, pattern_room;
    uint32_t edge_room, node_room;
    struct intern node_keys; /* "kind text" of outside parties */
    uint32_t *stamps, stamp; /* per principal: the last search that met it */
    uint32_t *found, found_count;
    const struct edges_watcher *watcher; /* NULL: nobody */
    uint64_t steps, all_steps;
    char **error;
    bool failed;
};

static bool fail(struct building *building)
{
    building->failed = true;
    if (*building->error == NULL)
        *building->error = strdup("out of memory");
    return false;
}

/* ---- what a class may reach */

static void add_pattern(struct building *building, const char *pattern)
{
    if (building->pattern_count == building->pattern_room) {
        uint32_t room = building->pattern_room == 0 ? 1024 : building->pattern_room * 2;
        const char **grown = realloc(building->patterns, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
            return;
        }
        building->patterns = grown;
        building->pattern_room = room;
    }
    building->patterns[building->pattern_count++] = pattern;
}

/* The statements that let it assume roles come first, then all others that bear on it. */
static void add_document_patterns(struct building *building, const struct policy_use *use, bool granting,
                                  struct reach_filter *filter)
{
    const struct model *model = building->model;
    if (use->document == MODEL_NONE) {
        filter->open = true;
        return;
    }
    const struct model_document *document = &model->documents[use->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken != NULL)
            continue;
        bool grants = statement->allow && statement_covers_action(statement, "sts:AssumeRole");
        if (granting != grants || !classes_statement_bears(statement))
            continue;
        filter->open = filter->open || statement->not_resource;
        for (uint32_t j = 0; j < statement->resource_count; j++) {
            if (statement->variables && strstr(statement->resources[j], "${") != NULL)
                filter->open = true;
            add_pattern(building, statement->resources[j]);
        }
    }
}

static const struct model_principal *first_of_class(const struct building *building, uint32_t class)
{
    const struct partition *permissions = &building->classes->permissions;
    return &building->model->principals[permissions->members[permissions->first[class]]];
}

static void make_filter(struct building *building, uint32_t class)
{
    const struct model *model = building->model;
    const struct model_principal *who = first_of_class(building, class);
    struct reach_filter *filter = &building->filters[class];
    *filter = (struct reach_filter){!who->identity_known, building->pattern_count, 0, 0};
    for (uint32_t i = 0; i < who->policy_count; i++)
        add_document_patterns(building, &model->uses[who->first_policy + i], true, filter);
    filter->count = building->pattern_count - filter->first;
    bool open = filter->open;
    for (uint32_t i = 0; i < who->policy_count; i++)
        add_document_patterns(building, &model->uses[who->first_policy + i], false, filter);
    for (int granting = 0; granting < 2 && who->boundary != NULL; granting++)
        add_document_patterns(building, who->boundary, granting != 0, filter);
    filter->all_count = building->pattern_count - filter->first;
    filter->open = open;
}

static bool may_assume_any(const struct reach_filter *filter)
{
    return filter->open || filter->count > 0;
}

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
        fail(building);
        return MODEL_NONE;
    }
    uint32_t node = building->model->principal_count + number;
    if (node < edges->node_count)
        return node;
    if (edges->node_count == building->node_room) {
        uint32_t room = building->node_room * 2 + 64;
        struct caller *grown = realloc(edges->nodes, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
            return MODEL_NONE;
        }
        edges->nodes = grown;
        building->node_room = room;
    }
    edges->nodes[edges->node_count++] = *caller;
    return node;
}

static void add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision)
{
    struct edges *edges = building->edges;
    if (decision->verdict == VERDICT_DENIED || from == MODEL_NONE)
        return;
    if (edges->edge_count == building->edge_room) {
        uint32_t room = building->edge_room == 0 ? 1024 : building->edge_room * 2;
        struct edge *grown = realloc(edges->edges, room * sizeof *grown);
        if (grown == NULL) {
            fail(building);
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

static void decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision)
{
    struct decision_question question = {.caller = *caller, .role = role, .now = building->now};
    if (!decision_decide(building->evaluator, &question, decision))
        fail(building);
}

static void connect(struct building *building, edge_end from, uint32_t caller, edge_end to, uint32_t role)
{
    struct decision decision;
    struct caller who;
    caller_of_principal(building->model, caller, &who);
    decide(building, &who, role, &decision);
    add_edge(building, from, to, &decision);
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
            add_edge(building, asking->from, role, &asking->known[i].decision);
            return;
        }
    struct decision decision;
    struct caller who;
    caller_of_principal(building->model, asking->caller, &who);
    decide(building, &who, role, &decision);
    add_edge(building, asking->from, role, &decision);
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
    uint32_t account = first_of_class(building, class)->account;
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
    if (!may_assume_any(&building->filters[class]))
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
    decide(building, caller, sets->members[sets->first[set]], &decision);
    if (decision.verdict != VERDICT_DENIED)
        add_edge(building, outside_node(building, caller), set_end(building, set), &decision);
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

/* ---- order of outside parties */

static const struct caller *sorting_nodes;

static int compare_outside(const void *a, const void *b)
{
    const struct caller *x = &sorting_nodes[*(const uint32_t *)a], *y = &sorting_nodes[*(const uint32_t *)b];
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Outside parties get their final order: by kind, then text. */
static bool sort_outside(struct edges *edges)
{
    uint32_t base = edges->model->principal_count, count = edges->node_count - base;
    uint32_t *order = calloc((size_t)count + 1, sizeof *order), *place = calloc((size_t)count + 1, sizeof *place);
    struct caller *sorted = calloc((size_t)count + 1, sizeof *sorted);
    bool good = order != NULL && place != NULL && sorted != NULL;
    if (good) {
        for (uint32_t i = 0; i < count; i++)
            order[i] = base + i;
        sorting_nodes = edges->nodes;
        if (count > 1)
            qsort(order, count, sizeof *order, compare_outside);
        for (uint32_t i = 0; i < count; i++) {
            sorted[i] = edges->nodes[order[i]];
            place[order[i] - base] = base + i;
        }
        if (count > 0)
            memcpy(edges->nodes + base, sorted, count * sizeof *sorted);
        for (uint32_t i = 0; i < edges->edge_count; i++)
            if (edges->edges[i].from >= base && (edges->edges[i].from & EDGE_GROUP) == 0)
                edges->edges[i].from = place[edges->edges[i].from - base];
    }
    free(order);
    free(place);
    free(sorted);
    return good;
}

/* ---- the whole */

static bool prepare(struct building *building)
{
    const struct model *model = building->model;
    struct edges *edges = building->edges;
    if (!classes_make(&edges->classes, model, edges->pool) ||
        (edges->trust = trust_index_new(model, &edges->classes)) == NULL)
        return fail(building);
    building->classes = &edges->classes;
    building->trust = edges->trust;
    edges->group_count =
        edges->classes.permissions.count + edges->classes.profiles.count + edges->classes.role_sets.count;
    building->node_room = model->principal_count + 64;
    edges->nodes = calloc(building->node_room, sizeof *edges->nodes);
    building->filters = calloc((size_t)edges->classes.permissions.count + 1, sizeof *building->filters);
    building->stamps = calloc((size_t)model->principal_count + 1, sizeof *building->stamps);
    building->found = calloc((size_t)model->principal_count + 1, sizeof *building->found);
    if (edges->nodes == NULL || building->filters == NULL || building->stamps == NULL || building->found == NULL)
        return fail(building);
    edges->node_count = model->principal_count;
    for (uint32_t i = 0; i < model->principal_count; i++)
        caller_of_principal(model, i, &edges->nodes[i]);
    for (uint32_t i = 0; i < edges->classes.permissions.count && !building->failed; i++)
        make_filter(building, i);
    return !building->failed;
}

static void tell_step(struct building *building)
{
    if (building->watcher != NULL && building->steps++ % 64 == 0)
        building->watcher->step(building->watcher->context, "finding edges", building->steps, building->all_steps);
}

static void find_edges(struct building *building)
{
    const struct classes *classes = building->classes;
    building->all_steps = (uint64_t)classes->role_sets.count + classes->permissions.count + classes->profiles.count +
                          building->trust->anyone_role_count;
    for (uint32_t i = 0; i < classes->role_sets.count && !building->failed; i++, tell_step(building))
        add_set(building, i);
    for (uint32_t i = 0; i < classes->permissions.count && !building->failed; i++, tell_step(building))
        if (may_assume_any(&building->filters[i]))
            add_delegated(building, i);
    for (uint32_t i = 0; i < classes->profiles.count && !building->failed; i++, tell_step(building))
        add_across(building, i);
    for (uint32_t i = 0; i < building->trust->anyone_role_count && !building->failed; i++, tell_step(building))
        add_neighbours(building, building->trust->anyone_roles[i]);
}

struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now, char **error)
{
    return edges_compute_watched(model, pool, now, NULL, error);
}

struct edges *edges_compute_watched(const struct model *model, struct constraint_pool *pool, double now,
                                    const struct edges_watcher *watcher, char **error)
{
    struct building building = {.model = model, .now = now, .watcher = watcher, .error = error};
    *error = NULL;
    building.edges = calloc(1, sizeof *building.edges);
    building.evaluator = evaluator_new(model, pool);
    bool good = building.edges != NULL && building.evaluator != NULL;
    if (good) {
        building.edges->model = model;
        building.edges->pool = pool;
        building.edges->now = now;
        good = prepare(&building);
    }
    if (good)
        find_edges(&building);
    good = good && !building.failed && sort_outside(building.edges) && edges_index(building.edges);
    if (!good && *error == NULL)
        *error = strdup("out of memory");
    evaluator_free(building.evaluator);
    intern_free(&building.node_keys);
    free(building.filters);
    free(building.patterns);
    free(building.stamps);
    free(building.found);
    if (!good) {
        edges_free(building.edges);
        return NULL;
    }
    return building.edges;
}

/* The node of the caller, a new one at the end if it has none yet. */
static uint32_t node_for(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    uint32_t node = edges_find_node(edges, caller);
    if (node != MODEL_NONE)
        return node;
    struct caller *grown = realloc(edges->nodes, ((size_t)edges->node_count + 1) * sizeof *grown);
    if (grown == NULL) {
        fail(building);
        return MODEL_NONE;
    }
    edges->nodes = grown;
    edges->nodes[edges->node_count] = *caller;
    return edges->node_count++;
}

/* An account whose users and roles are all known can what any of them can. */
static void add_member_edges(struct building *building, uint32_t node, const struct model_account *account)
{
    struct edges *edges = building->edges;
    const struct model *model = building->model;
    struct decision *best = calloc((size_t)model->principal_count + 1, sizeof *best);
    uint32_t *seen = calloc((size_t)model->principal_count + 1, sizeof *seen);
    if (best == NULL || seen == NULL)
        fail(building);
    for (uint32_t i = 0; i < account->principal_count && !building->failed; i++) {
        struct hop_cursor cursor;
        struct hop hop;
        for (hop_cursor_begin(&cursor, edges, account->first_principal + i); hop_cursor_next(&cursor, &hop);) {
            const struct edge *edge = &edges->edges[hop.edge];
            /* The first edge between a pair is the exact one. */
            if (edge->kind != EDGE_ASSUME || seen[hop.to] == i + 1)
                continue;
            seen[hop.to] = i + 1;
            best[hop.to].verdict = edge->verdict > best[hop.to].verdict ? edge->verdict : best[hop.to].verdict;
            best[hop.to].residual = constraint_or(edges->pool, best[hop.to].residual, edge->residual);
        }
    }
    for (uint32_t role = 0; role < model->principal_count && !building->failed; role++) {
        if (best[role].verdict == VERDICT_CONDITIONAL &&
            constraint_valid(edges->pool, best[role].residual) == CONSTRAINT_YES)
            best[role] = (struct decision){.verdict = VERDICT_ALLOWED, .residual = CONSTRAINT_TRUE};
        add_edge(building, node, role, &best[role]);
    }
    free(best);
    free(seen);
}

uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now, char **error)
{
    struct building building = {
        .edges = edges, .model = edges->model, .now = now, .error = error, .edge_room = edges->edge_count};
    const struct partition *sets = &edges->classes.role_sets;
    *error = NULL;
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    building.evaluator = evaluator_new(edges->model, edges->pool);
    uint32_t known = edges->node_count, node = node_for(&building, caller);
    if (building.evaluator == NULL)
        fail(&building);
    const struct model_account *whole = caller_whole_account(edges->model, caller);
    if (whole != NULL && node >= known && !building.failed)
        add_member_edges(&building, node, whole);
    for (uint32_t set = 0; whole == NULL && set < sets->count && !building.failed; set++) {
        if (!trust_index_may_admit(edges->trust, set, caller))
            continue;
        for (uint32_t i = sets->first[set]; i < sets->first[set + 1] && !building.failed; i++) {
            struct decision decision;
            if (node < known && edges_between(edges, node, sets->members[i]) != NULL)
                continue;
            decide(&building, caller, sets->members[i], &decision);
            if (!building.failed)
                add_edge(&building, node, sets->members[i], &decision);
        }
    }
    evaluator_free(building.evaluator);
    if (!building.failed && !edges_index(edges))
        fail(&building);
    return building.failed ? MODEL_NONE : node;
}

void edges_free(struct edges *edges)
{
    if (edges == NULL)
        return;
    arena_free(&edges->arena);
    classes_free(&edges->classes);
    trust_index_free(edges->trust);
    free(edges->nodes);
    free(edges->edges);
    free(edges->out_first);
    free(edges->out_first_group);
    free(edges->in_first);
    free(edges->in_first_group);
    free(edges->in_edges);
    free(edges);
}

uint32_t edges_find_node(const struct edges *edges, const struct caller *caller)
{
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++)
        if (edges->nodes[i].kind == caller->kind && strcmp(edges->nodes[i].text, caller->text) == 0)
            return i;
    return MODEL_NONE;
}
