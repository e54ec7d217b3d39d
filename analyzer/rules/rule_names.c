#include "analyzer/rules/rule_names.h"

#include "analyzer/analysis/name_errors.h"
#include "graph/edges/edges_people.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include <stdlib.h>
#include <string.h>

/* ---- errors */

static const char *word_of(const struct selector *selector)
{
    return selector->kind == SELECT_ARN ? "ARN" : selector_words[selector->kind];
}

bool rule_names_nothing(const char *path, const struct selector *selector)
{
    command_error(
        "%s:%u:%u: %s \"%s%s%s\" matches nothing in the exports; write \"optional\" before it if that is fine", path,
        selector->place.line, selector->place.column, word_of(selector), selector->name,
        selector->value != NULL ? "=" : "", selector->value != NULL ? selector->value : "");
    return false;
}

/* Follows an error of name_errors.h, which says why. */
static bool unresolved(const char *path, const struct selector *selector)
{
    command_error("%s:%u:%u: expected the name of one %s, not \"%s\"", path, selector->place.line,
                  selector->place.column,
                  selector->kind == SELECT_ARN        ? "principal"
                  : selector->kind == SELECT_PROVIDER ? "identity provider"
                                                      : word_of(selector),
                  selector->name);
    return false;
}

/* ---- names without a star */

static void add_caller(struct rule_callers *callers, const struct caller *caller)
{
    ARRAY_ADD(callers->list, callers->count, callers->room, *caller);
}

static bool add_text(struct analysis *analysis, const char *text, struct rule_callers *callers)
{
    struct caller caller;
    if (!caller_parse(analysis->model, &analysis->model->arena, text, &caller) &&
        !caller_of_workload(analysis->model, &analysis->model->arena, text, &caller))
        return false;
    add_caller(callers, &caller);
    return true;
}

/* The users, or roles, that the name means. */
static bool add_principal(struct analysis *analysis, const char *path, const struct selector *selector,
                          struct rule_callers *callers)
{
    const struct model *model = analysis->model;
    struct lookup lookup = analysis_lookup(analysis);
    struct meaning meaning = names_caller(&lookup, selector->name);
    const char **arns = arena_allocate_array(&analysis->model->arena, meaning.count + 1, sizeof *arns);
    size_t count = 0;
    for (size_t i = 0; i < meaning.count; i++) {
        uint32_t principal = model_find_arn(model, meaning.texts[i]);
        if (principal != MODEL_NONE && model->principals[principal].is_role == (selector->kind == SELECT_ROLE))
            arns[count++] = meaning.texts[i];
    }
    if (count == 1)
        return add_text(analysis, arns[0], callers);
    if (selector->optional && count == 0)
        return true;
    if (count > 1)
        name_error_ambiguous(selector->name, &(struct meaning){MEANING_SEVERAL_PRINCIPALS, arns, count});
    else if (meaning.count > 0)
        command_error("%s is not a %s", meaning.texts[0], word_of(selector));
    else
        name_error_unknown(&lookup, selector->name, selector->kind == SELECT_ROLE);
    return unresolved(path, selector);
}

/* All identity providers with that name: several accounts may have the same one. */
static bool add_providers(struct analysis *analysis, const char *path, const struct selector *selector,
                          struct rule_callers *callers)
{
    struct lookup lookup = analysis_lookup(analysis);
    struct meaning meaning = names_caller(&lookup, selector->name);
    uint32_t before = callers->count;
    for (size_t i = 0; i < meaning.count; i++) {
        bool good = add_text(analysis, meaning.texts[i], callers);
        if (good && !caller_is_federated(&callers->list[callers->count - 1]))
            callers->count--;
    }
    if (callers->count > before || selector->optional)
        return true;
    name_error_unknown(&lookup, selector->name, false);
    return unresolved(path, selector);
}

/* What names_caller finds for the name with the prefix, if it is of that kind. */
static bool add_kind(struct analysis *analysis, const char *path, const struct selector *selector, const char *prefix,
                     enum caller_kind kind, struct rule_callers *callers)
{
    char *name = memory_print("%s%s", prefix, selector->name);
    struct lookup lookup = analysis_lookup(analysis);
    struct meaning meaning = names_caller(&lookup, name);
    bool good = meaning.kind == MEANING_CALLER && meaning.count == 1 && add_text(analysis, meaning.texts[0], callers);
    if (good && callers->list[callers->count - 1].kind != kind) {
        callers->count--;
        good = false;
    }
    free(name);
    if (good && kind == CALLER_SERVICE)
        name_warn_service(&callers->list[callers->count - 1]);
    return good || selector->optional || unresolved(path, selector);
}

static bool add_arn(struct analysis *analysis, const char *path, const struct selector *selector,
                    struct rule_callers *callers)
{
    struct caller caller;
    if (selector->optional && model_find_arn(analysis->model, selector->name) == MODEL_NONE) {
        add_text(analysis, selector->name, callers);
        return true;
    }
    if (!analysis_resolve_caller(analysis, selector->name, &caller))
        return unresolved(path, selector);
    add_caller(callers, &caller);
    return true;
}

/* ---- accounts and units */

static bool account_is(const struct model_account *account, const char *name)
{
    const char *const texts[] = {account->id, account->name, account->alias};
    bool is = false;
    for (size_t i = 0; i < 3 && !is; i++)
        is = texts[i] != NULL && texts[i][0] != '\0' && pattern_matches(name, texts[i]);
    return is;
}

static bool unit_is(const struct model_node *node, const char *name)
{
    return pattern_matches(name, node->id) ||
           (node->name != NULL && node->name[0] != '\0' && pattern_matches(name, node->name));
}

static bool unknown_place(const char *path, const struct selector *selector, const char **names, size_t count)
{
    const char *near = nearest_name(selector->name, names, count);
    command_error("%s:%u:%u: %s \"%s\" is not in the exports%s%s%s; write \"optional\" before it if that is fine", path,
                  selector->place.line, selector->place.column,
                  selector->kind == SELECT_OU ? "organizational unit" : "account", selector->name,
                  near != NULL ? " (did you mean " : "", near != NULL ? near : "", near != NULL ? "?)" : "");
    return false;
}

static bool several_places(const char *path, const struct selector *selector, size_t count)
{
    command_error("%s:%u:%u: \"%s\" is the name of %zu %s; use the ID of one", path, selector->place.line,
                  selector->place.column, selector->name, count,
                  selector->kind == SELECT_OU ? "organizational units" : "accounts");
    return false;
}

/* One account, which may be unknown to the exports. */
static bool add_account(struct analysis *analysis, const char *path, const struct selector *selector,
                        struct rule_callers *callers)
{
    const struct model *model = analysis->model;
    const char **names = memory_zeroed((size_t)model->account_count * 3 + 1, sizeof *names);
    size_t count = 0, found = 0;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        const char *const texts[] = {account->id, account->name, account->alias};
        for (size_t j = 0; j < 3; j++)
            if (texts[j] != NULL && texts[j][0] != '\0')
                names[count++] = texts[j];
        found += account_is(account, selector->name);
    }
    bool stranger = found == 0 && arn_is_account_id(selector->name, strlen(selector->name));
    bool good = found > 0 || stranger || selector->optional || unknown_place(path, selector, names, count);
    free(names);
    if (stranger)
        add_text(analysis, selector->name, callers);
    return found > 1 ? several_places(path, selector, found) : good;
}

static bool check_unit(const struct model *model, const char *path, const struct selector *selector)
{
    const char **names = memory_zeroed((size_t)model->node_count * 2 + 1, sizeof *names);
    size_t count = 0, found = 0;
    for (uint32_t i = 0; i < model->node_count; i++) {
        names[count++] = model->nodes[i].id;
        if (model->nodes[i].name != NULL && model->nodes[i].name[0] != '\0')
            names[count++] = model->nodes[i].name;
        found += unit_is(&model->nodes[i], selector->name);
    }
    bool good = found > 0 || selector->optional || unknown_place(path, selector, names, count);
    free(names);
    return found > 1 ? several_places(path, selector, found) : good;
}

static bool is_under(const struct model *model, uint32_t account, const char *name)
{
    uint32_t node = model->accounts[account].node;
    for (uint32_t depth = 0; node != MODEL_NONE && depth <= model->node_count; depth++) {
        if (unit_is(&model->nodes[node], name))
            return true;
        node = model->nodes[node].parent;
    }
    return false;
}

static bool is_own_organization(const struct model *model, const char *name)
{
    return model->organization != NULL && pattern_matches(name, model->organization);
}

static bool account_matches(const struct model *model, const struct selector *selector, uint32_t account)
{
    const char *name = selector->name;
    switch (selector->kind) {
    case SELECT_OU:
        return is_under(model, account, name);
    case SELECT_ORGANIZATION:
        return model->accounts[account].in_organization == FACT_YES && is_own_organization(model, name);
    default:
        return account_is(&model->accounts[account], name);
    }
}

/* If not every user and role of an account is known, adds an unnamed principal of it. */
static void add_accounts_in_part(struct analysis *analysis, const struct selector *selector,
                                 struct rule_callers *callers)
{
    const struct model *model = analysis->model;
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].detail != ACCOUNT_FULL && account_matches(model, selector, i))
            add_text(analysis, model->accounts[i].id, callers);
}

bool rule_names_callers(struct analysis *analysis, const char *path, const struct selector *selector,
                        struct rule_callers *callers)
{
    if (selector->kind == SELECT_ANYONE)
        return add_text(analysis, "*", callers);
    if (selector->kind == SELECT_OU || selector->kind == SELECT_ORGANIZATION || selector->kind == SELECT_ACCOUNT)
        add_accounts_in_part(analysis, selector, callers);
    if (pattern_has_wildcard(selector->name) ||
        ((selector->kind == SELECT_ROLE || selector->kind == SELECT_USER) && selector->defined != RULE_NONE))
        return true;
    switch (selector->kind) {
    case SELECT_ACCOUNT:
        return add_account(analysis, path, selector, callers);
    case SELECT_OU:
        return check_unit(analysis->model, path, selector);
    case SELECT_ROLE:
    case SELECT_USER:
        return add_principal(analysis, path, selector, callers);
    case SELECT_SERVICE:
        return add_kind(analysis, path, selector, "", CALLER_SERVICE, callers);
    case SELECT_ORGANIZATION:
        return add_kind(analysis, path, selector, "", CALLER_ORGANIZATION, callers);
    case SELECT_PERSON:
        return add_kind(analysis, path, selector, PERSON_PREFIX, CALLER_PERSON, callers);
    case SELECT_PROVIDER:
        return add_providers(analysis, path, selector, callers);
    case SELECT_ARN:
        return add_arn(analysis, path, selector, callers);
    default:
        return true;
    }
}

/* ---- members */

struct members {
    struct analysis *analysis;
    uint32_t known;
    const struct selector *selector;
    struct selected *selected;
};

static void add_node(struct members *members, uint32_t node)
{
    ARRAY_ADD(members->selected->nodes, members->selected->count, members->selected->room, node);
}

/* Everyone in a matching account: its users, roles and their sessions, and unnamed principals. Holders of an identity
 * provider's token belong to no account, wherever the provider is set up. */
static void add_accounts(struct members *members)
{
    const struct model *model = members->analysis->model;
    const struct edges *edges = members->analysis->edges;
    bool *matches = memory_zeroed((size_t)model->account_count + 1, sizeof *matches);
    for (uint32_t i = 0; i < model->account_count; i++)
        matches[i] = account_matches(model, members->selector, i);
    for (uint32_t i = 0; i < members->known; i++) {
        const struct caller *caller = &edges->nodes[i];
        bool organization = members->selector->kind == SELECT_ORGANIZATION && caller->kind == CALLER_ORGANIZATION &&
                            pattern_matches(members->selector->name, caller->text);
        bool of_account = caller->account_index != MODEL_NONE && matches[caller->account_index];
        if (organization || (of_account && !caller_is_federated(caller)))
            add_node(members, i);
    }
    free(matches);
}

static bool name_matches(const char *pattern, const char *path, const char *name)
{
    if (pattern_matches(pattern, name))
        return true;
    if (strchr(pattern, '/') == NULL || path == NULL || strcmp(path, "/") == 0)
        return false;
    char *whole = memory_print("%s%s", path[0] == '/' ? path + 1 : path, name);
    bool matches = pattern_matches(pattern, whole);
    free(whole);
    return matches;
}

/* [ACCOUNT/]NAME with stars: "*" in place of the account means any. */
static void add_principals(struct members *members)
{
    const struct model *model = members->analysis->model;
    const char *name = members->selector->name, *slash = strchr(name, '/');
    char *of_account = slash != NULL ? memory_text_part(name, (size_t)(slash - name)) : NULL;
    const char *rest = slash != NULL ? slash + 1 : name;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (of_account != NULL && !account_is(account, of_account))
            continue;
        for (uint32_t j = account->first_principal; j < account->first_principal + account->principal_count; j++) {
            const struct model_principal *principal = &model->principals[j];
            if (principal->is_role == (members->selector->kind == SELECT_ROLE) &&
                name_matches(rest, principal->path, principal->name))
                add_node(members, j);
        }
    }
    free(of_account);
}

static void add_tagged(struct members *members)
{
    const struct model *model = members->analysis->model;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        bool has = false;
        for (uint32_t j = 0; j < principal->tag_count && !has; j++)
            has = strcmp(principal->tags[j].key, members->selector->name) == 0 &&
                  pattern_matches(members->selector->value, principal->tags[j].value);
        if (has)
            add_node(members, i);
        if (!principal->tags_known)
            members->selected->unknown_tags = true;
    }
}

/* The name of a provider as people write it: the part of its ARN after "saml-provider/" or "oidc-provider/", or the
 * whole ARN. */
static bool party_matches(const struct members *members, const struct caller *caller)
{
    const char *name = members->selector->name, *slash = strchr(caller->text, '/');
    switch (members->selector->kind) {
    case SELECT_SERVICE:
        return caller->kind == CALLER_SERVICE && pattern_matches(name, caller->text);
    case SELECT_PROVIDER:
        return caller_is_federated(caller) &&
               (pattern_matches(name, caller->text) || (slash != NULL && pattern_matches(name, slash + 1)));
    case SELECT_PERSON:
        return caller->kind == CALLER_PERSON && pattern_matches(name, caller->name);
    default:
        return pattern_matches(name, caller->text);
    }
}

static void add_parties(struct members *members)
{
    const struct edges *edges = members->analysis->edges;
    uint32_t first = members->selector->kind == SELECT_ARN ? 0 : members->analysis->model->principal_count;
    for (uint32_t i = first; i < members->known; i++)
        if (party_matches(members, &edges->nodes[i]))
            add_node(members, i);
}

/* Users of IAM groups, as [ACCOUNT/]NAME. */
static void add_users_of_groups(struct members *members)
{
    const struct model *model = members->analysis->model;
    const char *name = members->selector->name, *slash = strchr(name, '/');
    char *of_account = slash != NULL ? memory_text_part(name, (size_t)(slash - name)) : NULL;
    bool *matches = memory_zeroed((size_t)model->group_count + 1, sizeof *matches);
    for (uint32_t i = 0; i < model->group_count; i++) {
        const struct model_group *group = &model->groups[i];
        const char *last = strrchr(group->arn, '/');
        matches[i] = pattern_matches(name, group->arn) ||
                     (last != NULL && pattern_matches(slash != NULL ? slash + 1 : name, last + 1) &&
                      (of_account == NULL || account_is(&model->accounts[group->account], of_account)));
    }
    for (uint32_t i = 0; i < model->principal_count; i++)
        for (uint32_t j = 0; j < model->principals[i].group_count; j++)
            if (matches[model->memberships[model->principals[i].first_group + j]])
                add_node(members, i);
    free(matches);
    free(of_account);
}

/* People of groups of Identity Center. */
static void add_people_of_groups(struct members *members)
{
    const struct edges *edges = members->analysis->edges;
    uint32_t count;
    if (edges->people == NULL)
        return;
    const struct people_group *groups = people_groups(edges->people, &count);
    for (uint32_t i = 0; i < edges->person_count; i++) {
        const struct person *person = edges_person(edges, edges->first_person + i);
        for (uint32_t j = 0; person != NULL && j < person->group_count; j++)
            if (pattern_matches(members->selector->name, groups[person->groups[j]].name))
                add_node(members, edges->first_person + i);
    }
}

/* Callers that need no AWS account at all: guests of identity pools. */
static void add_guests(struct members *members)
{
    for (uint32_t i = 0; i < members->known; i++)
        if (members->analysis->edges->nodes[i].kind == CALLER_GUEST)
            add_node(members, i);
}

void rule_names_members(struct analysis *analysis, uint32_t known, const struct selector *selector,
                        struct selected *selected)
{
    struct members members = {analysis, known, selector, selected};
    switch (selector->kind) {
    case SELECT_ACCOUNT:
    case SELECT_OU:
    case SELECT_ORGANIZATION:
        add_accounts(&members);
        break;
    case SELECT_ROLE:
    case SELECT_USER:
        if (pattern_has_wildcard(selector->name) || selector->defined != RULE_NONE)
            add_principals(&members);
        break;
    case SELECT_TAG:
        add_tagged(&members);
        break;
    case SELECT_ANYONE:
        add_guests(&members);
        break;
    case SELECT_GROUP:
        add_users_of_groups(&members);
        add_people_of_groups(&members);
        break;
    case SELECT_SERVICE:
    case SELECT_PROVIDER:
    case SELECT_PERSON:
    case SELECT_ARN:
        if (pattern_has_wildcard(selector->name))
            add_parties(&members);
        break;
    default:
        break;
    }
}
