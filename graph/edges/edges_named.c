#include "graph/edges/edges_inside.h"

#include "graph/model/trust_names.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

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
        node = node != MODEL_NONE ? node : building_outside_node(building, caller);
        building_add_edge(building, node, alike ? building_set_end(building, set) : sets->members[i], &decision);
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

/* A principal that is named, but is not in the export. */
static void try_named(struct building *building, const struct statement_principal *principal, uint32_t set)
{
    struct caller caller;
    if (parse_named(building, principal, &caller))
        try_outside(building, &caller, set);
}

/* A principal that is only known after deployment is a caller named by the template's text; a provider may be of either
 * kind. */
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

/* A role that trusts anyone, and the callers that its conditions name: one that gets in just as anyone does needs no
 * node. */
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
        building_add_edge(building, building_outside_node(building, &caller), opening->to, &decision);
}

/* The callers that conditions name, for roles of the set that trust anyone. */
static void add_conditioned(struct building *building, uint32_t set)
{
    const struct partition *sets = &building->classes->role_sets;
    bool alike = building->classes->strangers_alike[set];
    uint32_t first = sets->first[set], last = alike ? first + 1 : sets->first[set + 1];
    for (uint32_t i = first; i < last; i++) {
        struct opening opening = {.building = building,
                                  .to = alike ? building_set_end(building, set) : sets->members[i],
                                  .role = sets->members[i]};
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
        building_ask_principal(building, found, sets->members + sets->first[set],
                               sets->first[set + 1] - sets->first[set], false);
    else if (!exported && !trust_names_is_stored(model, principal))
        try_named(building, principal, set);
}

void building_add_named(struct building *building, uint32_t set)
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
