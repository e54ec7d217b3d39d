#include "graph/edges/edges_inside.h"

#include "graph/edges/arn_order.h"
#include "ingest/support/order.h"
#include <stdlib.h>

static bool found_role(uint32_t role, void *context)
{
    struct building *building = context;
    if (building->stamps[role] != building->stamp)
        building->found_keys[building->found_count++] = (int64_t)building->classes->role_sets.of[role] << 32 | role;
    building->stamps[role] = building->stamp;
    return true;
}

/* The found roles, sorted by role set, then role. If there are many, all roles are visited in this order instead, since
 * sorting costs about ten steps per role. */
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

/* Roles of a list whose ARN matches the class's patterns, without duplicates, sorted by role set, then role. */
static void find_roles(struct building *building, uint32_t class, const uint32_t *roles, uint32_t count)
{
    const struct reach_filter *filter = &building->filters[class];
    building->stamp++;
    building->found_count = 0;
    for (uint32_t i = 0; filter->open && i < count; i++)
        found_role(roles[i], building);
    for (uint32_t i = 0; !filter->open && i < filter->count; i++)
        arn_order_match(building->model, building->trust->colons_in_paths, roles, count, &building->ends,
                        building->patterns[filter->first + i], found_role, building);
    sort_found(building);
}

/* Decides the block against the role sets that its patterns may reach; all roles of these are also listed by name. */
static void ask_reachable(struct building *building, const struct partition *callers, uint32_t block, bool across,
                          const uint32_t *sets, uint32_t set_count, const uint32_t *roles, uint32_t role_count)
{
    const struct partition *all = &building->classes->role_sets;
    uint32_t class = building->classes->permissions.of[callers->members[callers->first[block]]];
    if (!filter_may_assume_any(&building->filters[class]))
        return;
    if (building->classes->role_details[class] == ROLE_BY_SET) {
        for (uint32_t i = 0; i < set_count; i++)
            building_ask_block(building, callers, block, all->members + all->first[sets[i]],
                               all->first[sets[i] + 1] - all->first[sets[i]], across);
        return;
    }
    find_roles(building, class, roles, role_count);
    for (uint32_t i = 0, end; i < building->found_count; i = end) {
        for (end = i + 1; end < building->found_count && all->of[building->found[end]] == all->of[building->found[i]];)
            end++;
        building_ask_block(building, callers, block, building->found + i, end - i, across);
    }
}

/* Roles that trust the class's account. */
void building_add_delegated(struct building *building, uint32_t class)
{
    const struct trust_index *trust = building->trust;
    const struct partition *permissions = &building->classes->permissions;
    uint32_t account = building->model->principals[permissions->members[permissions->first[class]]].account;
    uint32_t set = trust->account_first[account], role = trust->account_role_first[account];
    ask_reachable(building, permissions, class, false, trust->account_sets + set,
                  trust->account_first[account + 1] - set, trust->account_roles + role,
                  trust->account_role_first[account + 1] - role);
}

/* Roles of other accounts that trust anyone. */
void building_add_across(struct building *building, uint32_t profile)
{
    const struct trust_index *trust = building->trust;
    ask_reachable(building, &building->classes->profiles, profile, true, trust->anyone, trust->anyone_count,
                  trust->anyone_roles, trust->anyone_role_count);
}

/* In its own account, a role that trusts anyone needs no permission of the caller. */
void building_add_neighbours(struct building *building, uint32_t set)
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
                building_ask_block(building, permissions, class, sets->members + first, end - first, false);
        }
    }
}
