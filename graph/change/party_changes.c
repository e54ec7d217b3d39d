#include "graph/change/party_changes.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

struct comparing {
    const struct counterparts *counterparts;
    struct policy_contents *contents;
    const struct model *models[STATES];
    uint32_t *accounts; /* per account of NEW: a set of PARTY_… and KNOWN */
    uint32_t *lists[STATES];
    size_t list_count[STATES], list_room[STATES];
};

#define KNOWN (1u << 31)

/* ---- policies */

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What the policies say: texts first, since equal texts need not be read. */
static void list_uses(struct comparing *work, int state, const struct policy_use *uses, uint32_t count, bool contents)
{
    work->list_count[state] = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t document = uses[i].document, number = INTERN_NONE;
        if (document != MODEL_NONE)
            number = contents ? policy_contents_of(work->contents, state, document)
                              : work->contents->documents_of[state][document].text;
        ARRAY_ADD(work->lists[state], work->list_count[state], work->list_room[state], number);
    }
    if (count > 1)
        order_sort_numbers(work->lists[state], count);
}

static bool is_same_list(const struct comparing *work)
{
    size_t count = work->list_count[STATE_OLD];
    return count == work->list_count[STATE_NEW] && (count == 0 || memcmp(work->lists[STATE_OLD], work->lists[STATE_NEW],
                                                                         count * sizeof *work->lists[STATE_OLD]) == 0);
}

/* Whether a policy depends on a condition of a template, or its document is unknown: names count then. */
static bool asks_for_names(const struct policy_use *uses, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (uses[i].provided != NULL || uses[i].document == MODEL_NONE)
            return true;
    return false;
}

static bool is_same_one_by_one(const struct policy_use *old, const struct policy_use *new, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!is_same_text(old[i].provided, new[i].provided) || strcmp(old[i].name, new[i].name) != 0)
            return false;
    return true;
}

static bool same_uses(struct comparing *work, const struct policy_use *old, uint32_t old_count,
                      const struct policy_use *new, uint32_t new_count)
{
    bool built_in = false;
    if ((asks_for_names(old, old_count) || asks_for_names(new, new_count)) &&
        (old_count != new_count || !is_same_one_by_one(old, new, old_count)))
        return false;
    for (uint32_t i = 0; i < old_count; i++)
        built_in = built_in || old[i].built_in;
    for (uint32_t i = 0; i < new_count; i++)
        built_in = built_in || new[i].built_in;
    list_uses(work, STATE_OLD, old, old_count, false);
    list_uses(work, STATE_NEW, new, new_count, false);
    if (!built_in && is_same_list(work))
        return true;
    list_uses(work, STATE_OLD, old, old_count, true);
    list_uses(work, STATE_NEW, new, new_count, true);
    return is_same_list(work);
}

/* One policy, or none. */
static bool same_use(struct comparing *work, const struct policy_use *old, const struct policy_use *new)
{
    return same_uses(work, old, old != NULL, new, new != NULL);
}

/* ---- accounts */

static bool same_guardrails(struct comparing *work, const struct model_guardrails *old,
                            const struct model_guardrails *new)
{
    if (old->apply != new->apply || old->level_count != new->level_count)
        return false;
    for (uint32_t i = 0; i < old->level_count; i++) {
        const struct model_level *one = &old->levels[i], *other = &new->levels[i];
        if (one->missing != other->missing || one->complete != other->complete ||
            !same_uses(work, work->models[STATE_OLD]->uses + one->first_policy, one->policy_count,
                       work->models[STATE_NEW]->uses + other->first_policy, other->policy_count))
            return false;
    }
    return true;
}

static uint32_t compare_accounts(struct comparing *work, uint32_t old, uint32_t new)
{
    const struct model *one = work->models[STATE_OLD], *other = work->models[STATE_NEW];
    uint32_t *known = &work->accounts[new];
    if (*known != 0)
        return *known & ~KNOWN;
    *known = KNOWN;
    if (!same_guardrails(work, &one->scps[old], &other->scps[new]))
        *known |= PARTY_SCP;
    if (!same_guardrails(work, &one->rcps[old], &other->rcps[new]))
        *known |= PARTY_RCP;
    if (one->accounts[old].in_organization != other->accounts[new].in_organization ||
        !is_same_text(one->organization, other->organization) ||
        !is_same_text(model_organization_path(one, old), model_organization_path(other, new)))
        *known |= PARTY_PLACE;
    if (one->accounts[old].state != other->accounts[new].state)
        *known |= PARTY_STATE;
    return *known & ~KNOWN;
}

/* ---- users and roles */

static bool same_tags(const struct model_principal *old, const struct model_principal *new)
{
    if (old->tag_count != new->tag_count || old->tags_known != new->tags_known)
        return false;
    for (uint32_t i = 0; i < old->tag_count; i++)
        if (strcmp(old->tags[i].key, new->tags[i].key) != 0 || strcmp(old->tags[i].value, new->tags[i].value) != 0)
            return false;
    return true;
}

static uint32_t compare_principals(struct comparing *work, uint32_t old_index, uint32_t new_index)
{
    const struct model_principal *old = &work->models[STATE_OLD]->principals[old_index],
                                 *new = &work->models[STATE_NEW]->principals[new_index];
    uint32_t changes = compare_accounts(work, old->account, new->account);
    if (old->unique_id[0] != '\0' && new->unique_id[0] != '\0' && strcmp(old->unique_id, new->unique_id) != 0 &&
        !work->counterparts->by_arn)
        changes |= PARTY_RECREATED;
    if (strcmp(old->arn, new->arn) != 0)
        changes |= PARTY_RENAMED;
    if (!same_use(work, old->trust, new->trust))
        changes |= PARTY_TRUST;
    if (old->identity_known != new->identity_known ||
        !same_uses(work, work->models[STATE_OLD]->uses + old->first_policy, old->policy_count,
                   work->models[STATE_NEW]->uses + new->first_policy, new->policy_count))
        changes |= PARTY_IDENTITY;
    if (!same_use(work, old->boundary, new->boundary))
        changes |= PARTY_BOUNDARY;
    if (!same_tags(old, new))
        changes |= PARTY_TAGS;
    return changes;
}

uint32_t *party_changes_find(const struct counterparts *counterparts, struct policy_contents *contents)
{
    struct comparing work = {.counterparts = counterparts,
                             .contents = contents,
                             .models = {contents->models[STATE_OLD], contents->models[STATE_NEW]}};
    uint32_t *changes = memory_zeroed((size_t)counterparts->count + 1, sizeof *changes);
    work.accounts = memory_zeroed((size_t)work.models[STATE_NEW]->account_count + 1, sizeof *work.accounts);
    for (uint32_t party = 0; party < counterparts->count; party++) {
        const struct counterpart *who = &counterparts->list[party];
        bool was = who->node[STATE_OLD] != MODEL_NONE && who->node[STATE_OLD] < work.models[STATE_OLD]->principal_count,
             is = who->node[STATE_NEW] != MODEL_NONE && who->node[STATE_NEW] < work.models[STATE_NEW]->principal_count;
        if (!who->compared)
            continue;
        if (was && is)
            changes[party] = compare_principals(&work, who->node[STATE_OLD], who->node[STATE_NEW]);
        else if (was || is)
            changes[party] = is ? PARTY_CAME : PARTY_WENT;
    }
    free(work.accounts);
    free(work.lists[STATE_OLD]);
    free(work.lists[STATE_NEW]);
    return changes;
}
