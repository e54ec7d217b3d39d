#include "analyzer/analysis/targets.h"

#include "analyzer/analysis/administrators.h"
#include <string.h>

static uint32_t find_account(const struct model *model, const char *name, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (strcmp(account->id, name) == 0 || model_account_is_called(account, name)) {
            *found = i;
            count++;
        }
    }
    return count;
}

static uint32_t find_unit(const struct model *model, const char *name, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->node_count; i++)
        if (strcmp(model->nodes[i].id, name) == 0 ||
            (name[0] != '\0' && model->nodes[i].name != NULL && strcmp(model->nodes[i].name, name) == 0)) {
            *found = i;
            count++;
        }
    return count;
}

static bool is_under(const struct model *model, uint32_t account, uint32_t unit)
{
    uint32_t node = model->accounts[account].node;
    for (uint32_t depth = 0; node != MODEL_NONE && depth <= model->node_count; depth++) {
        if (node == unit)
            return true;
        node = model->nodes[node].parent;
    }
    return false;
}

static uint32_t mark_account(const struct model *model, uint32_t account, bool users_too, bool *targets)
{
    const struct model_account *of = &model->accounts[account];
    uint32_t count = 0;
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++)
        if (users_too || model->principals[i].is_role) {
            targets[i] = true;
            count++;
        }
    return count;
}

/* Finds the account or unit with that name; the other one is MODEL_NONE. False: several have that name; an error was
 * printed. */
static bool find_place(const struct model *model, const char *name, uint32_t *account, uint32_t *unit)
{
    *account = *unit = MODEL_NONE;
    if (find_account(model, name, account) + find_unit(model, name, unit) <= 1)
        return true;
    command_error("\"%s\" is the name of several accounts or organizational units; use the ID of one", name);
    return false;
}

static uint32_t mark_place(const struct model *model, uint32_t account, uint32_t unit, bool users_too, bool *targets)
{
    uint32_t marked = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        if (i == account || (unit != MODEL_NONE && is_under(model, i, unit)))
            marked += mark_account(model, i, users_too, targets);
    return marked;
}

bool targets_mark(struct analysis *analysis, const char *name, bool *targets)
{
    const struct model *model = analysis->model;
    uint32_t account, unit, role;
    if (!find_place(model, name, &account, &unit))
        return false;
    if (account == MODEL_NONE && unit == MODEL_NONE) {
        if (!analysis_resolve_role(analysis, name, &role))
            return false;
        targets[role] = true;
        return true;
    }
    if (mark_place(model, account, unit, false, targets) > 0)
        return true;
    command_error("no roles in %s \"%s\"; `rolechain status` shows what was loaded",
                  account != MODEL_NONE ? "account" : "unit", name);
    return false;
}

bool targets_find(struct analysis *analysis, const char *name, struct target_place *place)
{
    const struct model *model = analysis->model;
    struct caller caller;
    *place = (struct target_place){.node = MODEL_NONE};
    if (!find_place(model, name, &place->account, &place->unit))
        return false;
    bool exported = place->account != MODEL_NONE && model->accounts[place->account].principal_count > 0;
    if (exported || place->unit != MODEL_NONE)
        return true;
    place->account = MODEL_NONE;
    if (!analysis_resolve_caller(analysis, name, &caller))
        return false;
    place->node = analysis_node(analysis, &caller);
    return true;
}

void targets_mark_place(const struct model *model, const struct target_place *place, bool *nodes)
{
    if (place->node != MODEL_NONE)
        nodes[place->node] = true;
    else
        mark_place(model, place->account, place->unit, true, nodes);
}

void targets_mark_administrators(struct analysis *analysis, bool *targets, bool *excluded)
{
    for (uint32_t i = 0; i < analysis->model->principal_count; i++) {
        bool administrator = administrators_has(analysis, i);
        targets[i] = administrator && analysis->model->principals[i].is_role;
        excluded[i] = administrator && !analysis->model->principals[i].is_role;
    }
}

bool targets_trust_is_unknown(const struct model *model, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return true;
    const struct model_document *document = &model->documents[trust->document];
    bool unknown = document->broken != NULL;
    for (uint32_t i = 0; i < document->statement_count && !unknown; i++)
        unknown = model->statements[document->first_statement + i].broken != NULL;
    return unknown;
}

static unsigned kind_of(const struct edges *edges, uint32_t node)
{
    if (node < edges->model->principal_count)
        return edges->model->principals[node].is_role ? TARGETS_FROM_ROLES : TARGETS_FROM_USERS;
    if (edges->nodes[node].kind == CALLER_PERSON)
        return TARGETS_FROM_USERS;
    return edges->nodes[node].kind == CALLER_SERVICE || caller_is_before_roles(&edges->nodes[node])
               ? TARGETS_FROM_SERVICES
               : TARGETS_FROM_OUTSIDE;
}

uint32_t targets_mark_sources(const struct edges *edges, unsigned kinds, const bool *targets, bool *sources)
{
    uint32_t unknown = 0;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        unsigned kind = kind_of(edges, i);
        sources[i] = (kinds & kind) != 0;
        if (kind != TARGETS_FROM_ROLES || sources[i] || targets[i] ||
            (kinds & (TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE)) == 0 || !targets_trust_is_unknown(edges->model, i))
            continue;
        sources[i] = true;
        unknown++;
    }
    return unknown;
}
