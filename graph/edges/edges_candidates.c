/*
 * Which callers are asked about which roles, and the edges that the answers are.
 */
#include "graph/edges/edges_inside.h"

#include "graph/edges/arn_order.h"
#include "graph/model/trust_names.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdio.h>
#include <stdlib.h>

/* Match signatures are kept for so many patterns of a caller; beyond, each role is decided for itself. */
#define SIGNATURE_PATTERNS 64u
#define REMEMBERED 16u

/* ---- nodes and edges */

static uint32_t outside_node(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    char key[2300];
    int length = snprintf(key, sizeof key, "%d %s", (int)caller->kind, caller->text);
    if (length < 0 || (size_t)length >= sizeof key)
        return MODEL_NONE;
    uint32_t number = intern_add(&building->node_keys, key, (size_t)length);
    uint32_t node = building->model->principal_count + number;
    if (node == edges->node_count)
        ARRAY_ADD(edges->nodes, edges->node_count, building->node_room, *caller);
    return node;
}

void building_add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision)
{
    struct edges *edges = building->edges;
    if (decision->verdict != VERDICT_DENIED && from != MODEL_NONE)
        ARRAY_ADD(edges->edges, edges->edge_count, building->edge_room,
                  (struct edge){.from = from, .to = to, .verdict = decision->verdict, .residual = decision->residual});
}

static edge_end end_of(const struct partition *partition, uint32_t base, uint32_t block)
{
    uint32_t first = partition->first[block];
    return partition->first[block + 1] - first == 1 ? partition->members[first] : EDGE_GROUP | (base + block);
}

static edge_end callers_end(const struct building *building, const struct partition *callers, uint32_t block)
{
    const struct classes *classes = building->classes;
    return end_of(callers, callers == &classes->profiles ? classes->permissions.count : 0, block);
}

static edge_end set_end(const struct building *building, uint32_t set)
{
    const struct classes *classes = building->classes;
    return end_of(&classes->role_sets, classes->permissions.count + classes->profiles.count + classes->local_sets.count,
                  set);
}

/* The end that is just these roles of one set, ascending; MODEL_NONE: there is none. */
static edge_end roles_end(const struct building *building, const uint32_t *roles, uint32_t count)
{
    const struct classes *classes = building->classes;
    const struct partition *sets = &classes->role_sets, *locals = &classes->local_sets;
    uint32_t set = sets->of[roles[0]], local = locals->of[roles[0]];
    if (count == 1)
        return roles[0];
    if (count == sets->first[set + 1] - sets->first[set])
        return set_end(building, set);
    bool whole = local != MODEL_NONE && locals->of[roles[count - 1]] == local &&
                 count == locals->first[local + 1] - locals->first[local];
    return whole ? EDGE_GROUP | (classes->permissions.count + classes->profiles.count + local) : MODEL_NONE;
}

/* ---- deciding */

void building_decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision)
{
    struct decision_question question = {.caller = *caller, .role = role, .now = building->now, .verdict_only = true};
    decision_decide(building->evaluator, &question, decision);
}

/* Which patterns of the class match the role, and its tags: a role with the same signature gets the same answer. */
struct signature {
    uint64_t matches;
    uint32_t tags;
};

static struct signature signature(const struct building *building, uint32_t class, uint32_t role)
{
    const struct reach_filter *filter = &building->filters[class];
    const char *arn = building->model->principals[role].arn;
    struct signature result = {0, building->classes->role_tags[role]};
    for (uint32_t i = 0; i < filter->all_count; i++)
        if (pattern_matches(building->patterns[filter->first + i], arn))
            result.matches |= (uint64_t)1 << i;
    return result;
}

/* A caller, or a block of callers that are alike, against roles of one set. */
struct asking {
    struct building *building;
    edge_end from;
    uint32_t caller, class;          /* the caller, or the first of the block; and its permission class */
    const struct partition *callers; /* NULL: the caller alone */
    uint32_t block;
    bool across;       /* only roles of other accounts than the caller's */
    bool by_signature; /* roles of one signature share an answer */
    struct {
        struct signature signature;
        struct decision decision;
    } known[REMEMBERED];
    uint32_t known_count;
};

/* Who is asked about the role; MODEL_NONE: nobody. */
static uint32_t speaker(const struct asking *asking, uint32_t role)
{
    const struct building *building = asking->building;
    const struct model_principal *principals = building->model->principals;
    uint32_t account = asking->across ? principals[role].account : MODEL_NONE;
    if (asking->callers == NULL)
        return principals[asking->caller].account != account ? asking->caller : MODEL_NONE;
    return trust_index_speaker(building->trust, asking->callers, asking->block, building->classes->role_sets.of[role],
                               account);
}

/* The answer that is known for roles of this signature, or NULL. */
static const struct decision *known_answer(const struct asking *asking, struct signature own)
{
    for (uint32_t i = 0; asking->by_signature && i < asking->known_count; i++)
        if (asking->known[i].signature.matches == own.matches && asking->known[i].signature.tags == own.tags)
            return &asking->known[i].decision;
    return NULL;
}

static void ask_role(struct asking *asking, uint32_t caller, uint32_t role, struct decision *decision)
{
    struct building *building = asking->building;
    struct signature own = {0, 0};
    if (asking->by_signature)
        own = signature(building, asking->class, role);
    const struct decision *known = known_answer(asking, own);
    if (known != NULL) {
        *decision = *known;
        return;
    }
    struct caller who;
    caller_of_principal(building->model, caller, &who);
    building_decide(building, &who, role, decision);
    if (asking->by_signature && asking->known_count < REMEMBERED) {
        asking->known[asking->known_count].signature = own;
        asking->known[asking->known_count++].decision = *decision;
    }
}

/* Roles in the account of a caller who is asked about others do not say less than roles elsewhere that are like them,
 * so an edge to all may lead to them too. */
static bool like_the_asked(const struct asking *asking, uint32_t role)
{
    const struct building *building = asking->building;
    return building->classes->role_details[asking->class] == ROLE_BY_SET ||
           (asking->by_signature && known_answer(asking, signature(building, asking->class, role)) != NULL);
}

/* One edge to all of the roles if they have an end of their own and all say the same. */
static void ask(struct asking *asking, const uint32_t *roles, uint32_t count)
{
    struct building *building = asking->building;
    struct edges *edges = building->edges;
    edge_end to = roles_end(building, roles, count);
    enum role_detail detail = building->classes->role_details[asking->class];
    uint32_t before = edges->edge_count, asked = 0;
    struct decision decision;
    asking->by_signature =
        count > 1 && detail != ROLE_BY_ITSELF && building->filters[asking->class].all_count <= SIGNATURE_PATTERNS;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t caller = speaker(asking, roles[i]);
        if (caller == MODEL_NONE)
            continue;
        ask_role(asking, caller, roles[i], &decision);
        building_add_edge(building, asking->from, roles[i], &decision);
        asked++;
        if (to != MODEL_NONE && detail == ROLE_BY_SET)
            break;
    }
    bool whole = to != MODEL_NONE && edges->edge_count > before && edges->edge_count - before == asked;
    for (uint32_t i = before + 1; whole && i < edges->edge_count; i++)
        whole = edges->edges[i].residual == edges->edges[before].residual &&
                edges->edges[i].verdict == edges->edges[before].verdict;
    for (uint32_t i = 0; whole && detail != ROLE_BY_SET && asked < count && i < count; i++)
        whole = speaker(asking, roles[i]) != MODEL_NONE || like_the_asked(asking, roles[i]);
    if (whole) {
        edges->edges[before].to = to;
        edges->edge_count = before + 1;
    }
}

static void ask_principal(struct building *building, uint32_t principal, const uint32_t *roles, uint32_t count,
                          bool across)
{
    struct asking asking = {.building = building,
                            .from = principal,
                            .caller = principal,
                            .class = building->classes->permissions.of[principal],
                            .across = across};
    ask(&asking, roles, count);
}

/* Callers that are alike, in the detail that the roles' trust policy looks for. */
static void ask_block(struct building *building, const struct partition *callers, uint32_t block, const uint32_t *roles,
                      uint32_t count, bool across)
{
    const struct classes *classes = building->classes;
    const struct partition *permissions = &classes->permissions;
    enum caller_detail detail = classes->caller_details[classes->role_sets.of[roles[0]]];
    if (detail == CALLER_BY_PROFILE || (detail == CALLER_BY_CLASS && callers == permissions)) {
        struct asking asking = {.building = building,
                                .from = callers_end(building, callers, block),
                                .caller = callers->members[callers->first[block]],
                                .callers = callers,
                                .block = block,
                                .across = across};
        asking.class = permissions->of[asking.caller];
        ask(&asking, roles, count);
        return;
    }
    for (uint32_t i = callers->first[block]; i < callers->first[block + 1]; i++) {
        uint32_t member = callers->members[i], class = permissions->of[member];
        if (detail == CALLER_BY_NAME)
            ask_principal(building, member, roles, count, across);
        else if (permissions->members[permissions->first[class]] == member)
            ask_block(building, permissions, class, roles, count, across);
    }
}

/* ---- callers of trusted accounts, and of any account */

static bool found_role(uint32_t role, void *context)
{
    struct building *building = context;
    if (building->stamps[role] != building->stamp)
        building->found_keys[building->found_count++] = (int64_t)building->classes->role_sets.of[role] << 32 | role;
    building->stamps[role] = building->stamp;
    return true;
}

/* What was found, sorted by role set, then role. Where that is much, all roles are passed over in this order: sorting
 * costs some ten steps a role. */
static void sort_found(struct building *building)
{
    const struct partition *sets = &building->classes->role_sets;
    uint32_t count = building->found_count, all = sets->first[sets->count];
    if (count > all / 10) {
        uint32_t listed = 0;
        for (uint32_t i = 0; i < all && listed < count; i++)
            if (building->stamps[sets->members[i]] == building->stamp)
                building->found[listed++] = sets->members[i];
        return;
    }
    qsort(building->found_keys, count, sizeof *building->found_keys, order_ids);
    for (uint32_t i = 0; i < count; i++)
        building->found[i] = (uint32_t)building->found_keys[i];
}

/* Roles whose ARN the class's patterns match, out of a list, once each: sorted by role set, then role. */
static void find_roles(struct building *building, uint32_t class, const uint32_t *roles, uint32_t count)
{
    const struct reach_filter *filter = &building->filters[class];
    building->stamp++;
    building->found_count = 0;
    for (uint32_t i = 0; filter->open && i < count; i++)
        found_role(roles[i], building);
    for (uint32_t i = 0; !filter->open && i < filter->count; i++)
        arn_order_match(building->model, building->trust->colons_in_paths, roles, count,
                        building->patterns[filter->first + i], found_role, building);
    sort_found(building);
}

/* The block against role sets, of which all roles are listed too, by name: those that its patterns may reach. */
static void ask_reachable(struct building *building, const struct partition *callers, uint32_t block, bool across,
                          const uint32_t *sets, uint32_t set_count, const uint32_t *roles, uint32_t role_count)
{
    const struct partition *all = &building->classes->role_sets;
    uint32_t class = building->classes->permissions.of[callers->members[callers->first[block]]];
    if (!filter_may_assume_any(&building->filters[class]))
        return;
    if (building->classes->role_details[class] == ROLE_BY_SET) {
        for (uint32_t i = 0; i < set_count; i++)
            ask_block(building, callers, block, all->members + all->first[sets[i]],
                      all->first[sets[i] + 1] - all->first[sets[i]], across);
        return;
    }
    find_roles(building, class, roles, role_count);
    for (uint32_t i = 0, end; i < building->found_count; i = end) {
        for (end = i + 1; end < building->found_count && all->of[building->found[end]] == all->of[building->found[i]];)
            end++;
        ask_block(building, callers, block, building->found + i, end - i, across);
    }
}

/* Roles that trust the class's account. */
static void add_delegated(struct building *building, uint32_t class)
{
    const struct trust_index *trust = building->trust;
    const struct partition *permissions = &building->classes->permissions;
    uint32_t account = building->model->principals[permissions->members[permissions->first[class]]].account;
    uint32_t set = trust->account_first[account], role = trust->account_role_first[account];
    ask_reachable(building, permissions, class, false, trust->account_sets + set,
                  trust->account_first[account + 1] - set, trust->account_roles + role,
                  trust->account_role_first[account + 1] - role);
}

/* Roles of other accounts that let in anyone. */
static void add_across(struct building *building, uint32_t profile)
{
    const struct trust_index *trust = building->trust;
    ask_reachable(building, &building->classes->profiles, profile, true, trust->anyone, trust->anyone_count,
                  trust->anyone_roles, trust->anyone_role_count);
}

/* In its own account a role that lets in anyone asks for no permission. */
static void add_neighbours(struct building *building, uint32_t set)
{
    const struct model *model = building->model;
    const struct partition *permissions = &building->classes->permissions, *sets = &building->classes->role_sets;
    for (uint32_t first = sets->first[set], end; first < sets->first[set + 1]; first = end) {
        const struct model_account *account = &model->accounts[model->principals[sets->members[first]].account];
        uint32_t past = account->first_principal + account->principal_count;
        for (end = first + 1; end < sets->first[set + 1] && sets->members[end] < past;)
            end++;
        for (uint32_t i = account->first_principal; i < past; i++) {
            uint32_t class = permissions->of[i];
            if (permissions->members[permissions->first[class]] == i)
                ask_block(building, permissions, class, sets->members + first, end - first, false);
        }
    }
}

/* ---- what a trust policy names */

static void try_outside(struct building *building, const struct caller *caller, uint32_t set)
{
    const struct partition *sets = &building->classes->role_sets;
    uint32_t first = sets->first[set], node = MODEL_NONE;
    bool alike = building->classes->strangers_alike[set];
    for (uint32_t i = first; i < (alike ? first + 1 : sets->first[set + 1]); i++) {
        struct decision decision;
        building_decide(building, caller, sets->members[i], &decision);
        if (decision.verdict == VERDICT_DENIED)
            continue;
        node = node != MODEL_NONE ? node : outside_node(building, caller);
        building_add_edge(building, node, alike ? set_end(building, set) : sets->members[i], &decision);
    }
}

static bool parse_named(struct building *building, const struct statement_principal *principal, struct caller *caller)
{
    const char *name = principal->form == PRINCIPAL_ACCOUNT ? principal->account : principal->value;
    if (!caller_parse(building->model, &building->edges->arena, name, caller))
        return false;
    if (caller->kind == CALLER_ACCOUNT && principal->partition != NULL)
        caller->partition = principal->partition;
    return true;
}

/* A principal that is named but not in the export. */
static void try_named(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    struct caller caller;
    if (parse_named(building, principal, &caller))
        try_outside(building, &caller, set);
}

/* Whom only a deployment names is a caller by what the template has for it; a provider may be of either kind. */
static void try_known_later(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    static const enum caller_kind services[] = {CALLER_SERVICE},
                                  providers[] = {CALLER_SAML_PROVIDER, CALLER_WEB_IDENTITY};
    bool service = strcmp(principal->name, "Service") == 0, provider = strcmp(principal->name, "Federated") == 0;
    if (!service && !provider)
        try_named(building, principal, set);
    for (size_t i = 0; i < (service ? 1 : provider ? 2 : 0); i++) {
        struct statement_principal prefixed = *principal;
        char *text = memory_print("%s:%s", caller_kind_word((service ? services : providers)[i]), principal->value);
        prefixed.value = text;
        try_named(building, &prefixed, set);
        free(text);
    }
}

static const struct caller anyone = {
    .kind = CALLER_ANYONE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = "*"};

/* A role that lets in anyone, and whom conditions name: one who gets in just as anyone does needs no name. */
struct opening {
    struct building *building;
    edge_end to;
    uint32_t role;
    struct decision anyone; /* decided once somebody is named */
    bool decided;
};

static void try_conditioned(const struct statement_principal *principal, void *context)
{
    struct opening *opening = context;
    struct building *building = opening->building;
    struct caller caller;
    struct decision decision;
    if (!parse_named(building, principal, &caller))
        return;
    if (!opening->decided)
        building_decide(building, &anyone, opening->role, &opening->anyone);
    opening->decided = true;
    building_decide(building, &caller, opening->role, &decision);
    bool said = opening->anyone.verdict == decision.verdict && opening->anyone.residual == decision.residual;
    if (decision.verdict != VERDICT_DENIED && opening->anyone.verdict != VERDICT_ALLOWED && !said)
        building_add_edge(building, outside_node(building, &caller), opening->to, &decision);
}

/* Whom the conditions of the set's roles name where these let in anyone. */
static void add_conditioned(struct building *building, uint32_t set)
{
    const struct partition *sets = &building->classes->role_sets;
    bool alike = building->classes->strangers_alike[set];
    uint32_t first = sets->first[set], last = alike ? first + 1 : sets->first[set + 1];
    for (uint32_t i = first; i < last; i++) {
        struct opening opening = {
            .building = building, .to = alike ? set_end(building, set) : sets->members[i], .role = sets->members[i]};
        trust_names_each(building->model, sets->members[i], try_conditioned, &opening);
    }
}

static void add_principal(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    const struct model *model = building->model;
    const struct partition *sets = &building->classes->role_sets;
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    bool exported =
        account != MODEL_NONE && model->accounts[account].detail == ACCOUNT_FULL && !model->accounts[account].truncated;
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
    case PRINCIPAL_PUT_OFF:
        try_known_later(building, principal, set);
        return;
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_ORGANIZATION:
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
    case PRINCIPAL_INVALID:
        return;
    }
    if (found != MODEL_NONE)
        ask_principal(building, found, sets->members + sets->first[set], sets->first[set + 1] - sets->first[set],
                      false);
    else if (!exported && !trust_names_is_stored(model, principal))
        try_named(building, principal, set);
}

static void add_set(struct building *building, uint32_t set)
{
    const struct model *model = building->model;
    const struct model_document *document = trust_index_document(building->trust, set);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        static const struct statement_principal everyone = {.form = PRINCIPAL_ANYONE};
        if (statement->broken != NULL || !statement->allow)
            continue;
        if (statement->not_principal)
            add_principal(building, &everyone, set);
        else
            for (uint32_t j = 0; j < statement->principal_count; j++)
                add_principal(building, &statement->principals[j], set);
    }
    add_conditioned(building, set);
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
                          building->trust->anyone_count;
    for (uint32_t i = 0; i < classes->role_sets.count; i++, tell_step(building))
        add_set(building, i);
    for (uint32_t i = 0; i < classes->permissions.count; i++, tell_step(building))
        add_delegated(building, i);
    for (uint32_t i = 0; i < classes->profiles.count; i++, tell_step(building))
        add_across(building, i);
    for (uint32_t i = 0; i < building->trust->anyone_count; i++, tell_step(building))
        add_neighbours(building, building->trust->anyone[i]);
}
