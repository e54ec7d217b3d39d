#include "graph/edges/name_matches.h"

#include "graph/edges/arn_order.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After this many searches among all principals, they are sorted by name. */
#define SEARCHES_BEFORE_SORTING 16u

static bool is_on_username(const struct statement_condition *condition)
{
    return condition->about->source == SOURCE_USER_NAME;
}

bool name_matches_reads(const struct statement_condition *condition, bool variables)
{
    if (condition->about->source != SOURCE_PRINCIPAL_ARN && !is_on_username(condition))
        return false;
    for (uint32_t i = 0; variables && i < condition->value_count; i++)
        if (strstr(condition->values[i], "${") != NULL)
            return false;
    return condition->name.op->family != CONDITION_NULL;
}

/* ---- one value */

struct search {
    struct name_matches *matches;
    const struct condition_operator *op;
    const char *value;
    bool username;
};

static bool consider(uint32_t index, void *context)
{
    struct search *search = context;
    struct name_matches *matches = search->matches;
    const struct model_principal *principal = &matches->model->principals[index];
    if (search->username && principal->is_role)
        return true;
    if (condition_matches(search->op, search->username ? principal->name : principal->arn, search->value))
        matches->found[matches->found_count++] = index;
    return true;
}

static void consider_account(struct search *search, uint32_t index)
{
    const struct model_account *account = &search->matches->model->accounts[index];
    for (uint32_t i = 0; i < account->principal_count; i++)
        consider(account->first_principal + i, search);
}

/* Everyone in the account whose id the text begins with; nobody if it has no users and roles here. */
static void consider_told(struct search *search, const char *text)
{
    char id[13];
    snprintf(id, sizeof id, "%.12s", text);
    uint32_t account = model_find_account(search->matches->model, id);
    if (account != MODEL_NONE)
        consider_account(search, account);
}

static void sort_by_name(struct name_matches *matches)
{
    uint32_t count = matches->model->principal_count;
    matches->by_name = memory_zeroed(count, sizeof *matches->by_name);
    for (uint32_t i = 0; i < count; i++)
        matches->by_name[i] = i;
    arn_order_sort(matches->model, matches->by_name, count);
    matches->colons = arn_order_has_colons(matches->model);
}

static void consider_all(struct search *search)
{
    struct name_matches *matches = search->matches;
    const struct model *model = matches->model;
    bool pattern = !search->username && (search->op->family == CONDITION_STRING || search->op->family == CONDITION_ARN);
    if (pattern && matches->by_name == NULL && ++matches->searches > SEARCHES_BEFORE_SORTING)
        sort_by_name(matches);
    if (!pattern || matches->by_name == NULL) {
        for (uint32_t i = 0; i < model->principal_count; i++)
            consider(i, search);
        return;
    }
    /* The value, as a pattern, matches whatever the operator matches; if it had no wildcards it would name the
     * account. */
    arn_order_match(model, matches->colons, matches->by_name, model->principal_count, &matches->ends, search->value,
                    consider, search);
    qsort(matches->found, matches->found_count, sizeof *matches->found, order_numbers);
}

/* Whether the value is a principal's exact ARN. */
static bool is_whole_arn(const struct search *search)
{
    if (search->username || strchr(search->value, PATTERN_ESCAPE) != NULL)
        return false;
    bool text = search->op->family == CONDITION_STRING && !search->op->form && !search->op->folds_case;
    return (text && !search->op->glob) ||
           ((text || search->op->family == CONDITION_ARN) && !pattern_has_wildcard(search->value));
}

static void consider_one(struct search *search, uint32_t account)
{
    const struct model *model = search->matches->model;
    uint32_t found = model_find_arn(model, search->value);
    if (found != MODEL_NONE && (account == MODEL_NONE || model->principals[found].account == account))
        consider(found, search);
}

static uint32_t find_set(struct name_matches *matches, const struct statement_condition *condition, uint32_t value,
                         uint32_t account)
{
    struct search search = {matches, condition->name.op, condition->values[value], is_on_username(condition)};
    const char *told = search.username ? NULL : pattern_account(search.value);
    if (matches->found == NULL)
        matches->found = memory_zeroed(matches->model->principal_count, sizeof *matches->found);
    matches->found_count = 0;
    if (is_whole_arn(&search))
        consider_one(&search, account);
    else if (account != MODEL_NONE)
        consider_account(&search, account);
    else if (told == NULL)
        consider_all(&search);
    else
        consider_told(&search, told);
    return intern_add(&matches->sets, (const char *)matches->found, matches->found_count * sizeof *matches->found);
}

uint32_t name_matches_add(struct name_matches *matches, const struct statement_condition *condition, uint32_t value,
                          uint32_t account)
{
    struct text key = {0};
    uint32_t known = matches->values.count;
    text_format(&key, "%u %s%d %s", account, condition->name.op->name, is_on_username(condition),
                condition->values[value]);
    uint32_t number = intern_add(&matches->values, key.data, key.length);
    text_free(&key);
    if (number == known) {
        ARRAY_RESERVE(matches->set_of, known + 1, matches->value_room);
        matches->set_of[number] = find_set(matches, condition, value, account);
        ARRAY_REACH(matches->wide, matches->set_of[number], matches->set_room);
    }
    uint32_t set = matches->set_of[number];
    matches->wide[set] = matches->wide[set] || account == MODEL_NONE;
    return set;
}

/* ---- the sets of a principal */

void name_matches_list(struct name_matches *matches)
{
    uint32_t principals = matches->model->principal_count;
    size_t total = 0;
    for (uint32_t i = 0; i < matches->sets.count; i++)
        total += intern_length(&matches->sets, i) / sizeof(uint32_t);
    matches->first = memory_zeroed((size_t)principals + 2, sizeof *matches->first);
    matches->containing = memory_zeroed(total, sizeof *matches->containing);
    for (int filling = 0; filling < 2; filling++) {
        for (uint32_t i = 0; i < matches->sets.count; i++) {
            const char *members = intern_text(&matches->sets, i);
            for (size_t at = 0; at < intern_length(&matches->sets, i); at += sizeof(uint32_t)) {
                uint32_t principal;
                memcpy(&principal, members + at, sizeof principal);
                if (filling == 0)
                    matches->first[principal + 2]++;
                else
                    matches->containing[matches->first[principal + 1]++] = i;
            }
        }
        for (uint32_t i = 1; filling == 0 && i <= principals; i++)
            matches->first[i + 1] += matches->first[i];
    }
}

void name_matches_free(struct name_matches *matches)
{
    intern_free(&matches->values);
    intern_free(&matches->sets);
    free(matches->set_of);
    free(matches->wide);
    free(matches->first);
    free(matches->containing);
    free(matches->found);
    free(matches->by_name);
    arn_ends_free(&matches->ends);
    *matches = (struct name_matches){0};
}
