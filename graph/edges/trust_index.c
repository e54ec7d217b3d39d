#include "graph/edges/trust_index.h"

#include "graph/edges/arn_order.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct model_document *trust_index_document(const struct trust_index *index, uint32_t set)
{
    const struct partition *sets = &index->classes->role_sets;
    const struct model_principal *role = &index->model->principals[sets->members[sets->first[set]]];
    return &index->model->documents[role->trust->document];
}

/* ---- principals that sets name */

static uint32_t find_named(const struct model *model, const struct statement_principal *principal)
{
    bool by_arn = principal->form == PRINCIPAL_USER_ARN || principal->form == PRINCIPAL_ROLE_ARN ||
                  principal->form == PRINCIPAL_SESSION_ARN;
    return principal->form == PRINCIPAL_UNIQUE_ID ? model_find_unique_id(model, principal->value)
           : by_arn                               ? model_find_arn(model, principal->value)
                                                  : MODEL_NONE;
}

/* Writes the principals that the set's trust policy names, if there is room for them; returns how many. */
static uint32_t list_named(const struct trust_index *index, uint32_t set, uint32_t *named)
{
    const struct model_document *document = trust_index_document(index, set);
    uint32_t count = 0;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &index->model->statements[document->first_statement + i];
        if (statement->broken != NULL || !statement->allow || statement->not_principal)
            continue;
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            uint32_t found = find_named(index->model, &statement->principals[j]);
            if (found != MODEL_NONE && named != NULL)
                named[count] = found;
            count += found != MODEL_NONE;
        }
    }
    return count;
}

static void find_all_named(struct trust_index *index)
{
    uint32_t sets = index->classes->role_sets.count, total = 0;
    for (uint32_t i = 0; i < sets; i++)
        total += list_named(index, i, NULL);
    index->named_first = memory_zeroed((size_t)sets + 1, sizeof *index->named_first);
    index->named = memory_zeroed(total, sizeof *index->named);
    for (uint32_t i = 0; i < sets; i++) {
        uint32_t *named = index->named + index->named_first[i], count = list_named(index, i, named);
        qsort(named, count, sizeof *named, order_numbers);
        index->named_first[i + 1] = index->named_first[i] + count;
    }
}

/* Whether an Allow statement of the set's trust policy names the user or role itself. */
static bool is_named(const struct trust_index *index, uint32_t set, uint32_t principal)
{
    const uint32_t *named = index->named + index->named_first[set];
    size_t count = index->named_first[set + 1] - index->named_first[set];
    return bsearch(&principal, named, count, sizeof *named, order_numbers) != NULL;
}

uint32_t trust_index_speaker(const struct trust_index *index, const struct partition *callers, uint32_t block,
                             uint32_t set, uint32_t account)
{
    const struct model *model = index->model;
    uint32_t i = callers->first[block], last = callers->first[block + 1];
    while (i < last) {
        uint32_t member = callers->members[i];
        if (model->principals[member].account != account) {
            if (last - callers->first[block] == 1 || !is_named(index, set, member))
                return member;
            i++;
            continue;
        }
        /* Skips the account. */
        uint32_t end = model->accounts[account].first_principal + model->accounts[account].principal_count;
        i += (uint32_t)order_lower_bound(&end, callers->members + i, last - i, sizeof end, order_numbers);
    }
    return MODEL_NONE;
}

/* ---- sets by trusted account */

struct pair {
    uint32_t account, set;
};

struct gathering {
    struct trust_index *index;
    struct pair *pairs;
    uint32_t count, room;
};

static void gather_account(struct gathering *work, uint32_t account, uint32_t set)
{
    const struct pair *last = work->count > 0 ? &work->pairs[work->count - 1] : NULL;
    if (last == NULL || last->account != account || last->set != set)
        ARRAY_ADD(work->pairs, work->count, work->room, (struct pair){account, set});
}

static void gather_set(struct gathering *work, uint32_t set)
{
    struct trust_index *index = work->index;
    const struct model_document *document = trust_index_document(index, set);
    bool anyone = false;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &index->model->statements[document->first_statement + i];
        if (statement->broken != NULL || !statement->allow)
            continue;
        anyone = anyone || statement->not_principal;
        for (uint32_t j = 0; j < statement->principal_count && !statement->not_principal; j++) {
            const struct statement_principal *principal = &statement->principals[j];
            anyone = anyone || principal->form == PRINCIPAL_ANYONE;
            uint32_t account = principal->form == PRINCIPAL_ACCOUNT
                                   ? model_find_account(index->model, principal->account)
                                   : MODEL_NONE;
            if (account != MODEL_NONE)
                gather_account(work, account, set);
        }
    }
    if (anyone)
        index->anyone[index->anyone_count++] = set;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->set > y->set) - (x->set < y->set);
}

/* ---- roles by name */

/* Appends the roles of the sets, sorted by name. */
static uint32_t append_roles(const struct trust_index *index, const uint32_t *sets, uint32_t count, uint32_t *roles)
{
    const struct partition *all = &index->classes->role_sets;
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = all->first[sets[i]]; j < all->first[sets[i] + 1]; j++)
            roles[total++] = all->members[j];
    arn_order_sort(index->model, roles, total);
    return total;
}

static uint32_t roles_of(const struct trust_index *index, const uint32_t *sets, uint32_t count)
{
    const struct partition *all = &index->classes->role_sets;
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += all->first[sets[i] + 1] - all->first[sets[i]];
    return total;
}

static void list_accounts(struct trust_index *index, struct gathering *work)
{
    uint32_t accounts = index->model->account_count, kept = 0, roles = 0;
    index->account_first = memory_zeroed((size_t)accounts + 2, sizeof *index->account_first);
    index->account_sets = memory_zeroed(work->count, sizeof *index->account_sets);
    index->account_role_first = memory_zeroed((size_t)accounts + 2, sizeof *index->account_role_first);
    if (work->count > 1)
        qsort(work->pairs, work->count, sizeof *work->pairs, compare_pairs);
    for (uint32_t i = 0, account = 0; account < accounts; account++) {
        index->account_first[account] = kept;
        for (; i < work->count && work->pairs[i].account == account; i++)
            if (i == 0 || compare_pairs(&work->pairs[i], &work->pairs[i - 1]) != 0)
                index->account_sets[kept++] = work->pairs[i].set;
        index->account_first[account + 1] = kept;
        roles +=
            roles_of(index, index->account_sets + index->account_first[account], kept - index->account_first[account]);
    }
    index->account_roles = memory_zeroed(roles, sizeof *index->account_roles);
    roles = 0;
    for (uint32_t account = 0; account < accounts; account++) {
        uint32_t first = index->account_first[account];
        index->account_role_first[account] = roles;
        roles += append_roles(index, index->account_sets + first, index->account_first[account + 1] - first,
                              index->account_roles + roles);
    }
    index->account_role_first[accounts] = roles;
}

struct trust_index *trust_index_new(const struct model *model, const struct classes *classes)
{
    struct trust_index *index = memory_zeroed(1, sizeof *index);
    struct gathering work = {.index = index};
    index->model = model;
    index->classes = classes;
    index->anyone = memory_zeroed(classes->role_sets.count, sizeof *index->anyone);
    index->colons_in_paths = arn_order_has_colons(model);
    for (uint32_t i = 0; i < classes->role_sets.count; i++)
        gather_set(&work, i);
    list_accounts(index, &work);
    find_all_named(index);
    index->anyone_roles =
        memory_zeroed(roles_of(index, index->anyone, index->anyone_count), sizeof *index->anyone_roles);
    index->anyone_role_count = append_roles(index, index->anyone, index->anyone_count, index->anyone_roles);
    free(work.pairs);
    return index;
}

void trust_index_free(struct trust_index *index)
{
    if (index == NULL)
        return;
    free(index->anyone);
    free(index->account_first);
    free(index->account_sets);
    free(index->anyone_roles);
    free(index->account_role_first);
    free(index->account_roles);
    free(index->named_first);
    free(index->named);
    free(index);
}

/* ---- one caller */

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool may_name(const struct trust_index *index, const struct statement_principal *principal,
                     const struct caller *caller)
{
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
        return true;
    case PRINCIPAL_ACCOUNT:
        return same(principal->account, caller->account);
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        return same(principal->account, caller->account) &&
               (caller->name == NULL || same(principal->name, caller->name));
    case PRINCIPAL_UNIQUE_ID:
        return caller->principal != MODEL_NONE &&
               same(principal->value, index->model->principals[caller->principal].unique_id);
    case PRINCIPAL_SERVICE:
        return caller->kind == CALLER_SERVICE && strcasecmp(principal->value, caller->text) == 0;
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        return same(principal->value, caller->text);
    case PRINCIPAL_PUT_OFF:
        return true;
    case PRINCIPAL_FEDERATED_USER:
    case PRINCIPAL_ORGANIZATION:
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
    case PRINCIPAL_INVALID:
        break;
    }
    return false;
}

bool trust_index_may_admit(const struct trust_index *index, uint32_t set, const struct caller *caller)
{
    const struct model_document *document = trust_index_document(index, set);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &index->model->statements[document->first_statement + i];
        if (statement->broken != NULL || !statement->allow)
            continue;
        if (statement->not_principal)
            return true;
        for (uint32_t j = 0; j < statement->principal_count; j++)
            if (may_name(index, &statement->principals[j], caller))
                return true;
    }
    return false;
}
