#include "graph/edges/edges_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include <stdio.h>

/* Match signatures cover up to this many patterns of a caller; with more, each role is decided by itself. */
#define SIGNATURE_PATTERNS 64u
#define REMEMBERED 16u

/* ---- nodes and edges */

uint32_t building_outside_node(struct building *building, const struct caller *caller)
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

edge_end building_set_end(const struct building *building, uint32_t set)
{
    const struct classes *classes = building->classes;
    return end_of(&classes->role_sets, classes->permissions.count + classes->profiles.count + classes->local_sets.count,
                  set);
}

/* The end that consists of exactly these roles of one set, ascending; MODEL_NONE: there is none. */
static edge_end roles_end(const struct building *building, const uint32_t *roles, uint32_t count)
{
    const struct classes *classes = building->classes;
    const struct partition *sets = &classes->role_sets, *locals = &classes->local_sets;
    uint32_t set = sets->of[roles[0]], local = locals->of[roles[0]];
    if (count == 1)
        return roles[0];
    if (count == sets->first[set + 1] - sets->first[set])
        return building_set_end(building, set);
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

/* Which patterns of the class match the role, and its tags: roles with the same signature get the same answer. */
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

/* Decides a caller, or a block of similar callers, against roles of one set. */
struct asking {
    struct building *building;
    edge_end from;
    uint32_t caller, class;          /* the caller, or the first of the block; and its permission class */
    const struct partition *callers; /* NULL: a single caller */
    uint32_t block;
    bool across;       /* only roles of other accounts than the caller's */
    bool by_signature; /* roles of one signature share an answer */
    struct {
        struct signature signature;
        struct decision decision;
    } known[REMEMBERED];
    uint32_t known_count;
};

/* The caller to decide for the role; MODEL_NONE: nobody. */
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

/* The known answer for roles with this signature, or NULL. */
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

/* Roles in the account of a caller that is asked about other accounts allow no less than similar roles elsewhere, so an
 * edge to all of them may include those. */
static bool like_the_asked(const struct asking *asking, uint32_t role)
{
    const struct building *building = asking->building;
    return building->classes->role_details[asking->class] == ROLE_BY_SET ||
           (asking->by_signature && known_answer(asking, signature(building, asking->class, role)) != NULL);
}

/* One edge to all of the roles, if they have an end of their own and all give the same answer. */
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

void building_ask_principal(struct building *building, uint32_t principal, const uint32_t *roles, uint32_t count,
                            bool across)
{
    struct asking asking = {.building = building,
                            .from = principal,
                            .caller = principal,
                            .class = building->classes->permissions.of[principal],
                            .across = across};
    ask(&asking, roles, count);
}

/* Groups of similar callers, as fine as the roles' trust policy requires. */
void building_ask_block(struct building *building, const struct partition *callers, uint32_t block,
                        const uint32_t *roles, uint32_t count, bool across)
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
            building_ask_principal(building, member, roles, count, across);
        else if (permissions->members[permissions->first[class]] == member)
            building_ask_block(building, permissions, class, roles, count, across);
    }
}
