#include "analyzer/findings/patches/shut_out.h"

#include "analyzer/analysis/wording.h"
#include "analyzer/findings/facts/alike_callers.h"
#include "analyzer/findings/facts/organizing_roles.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/model/listed_providers.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define CALLERS_ASKED 400u
#define CALLERS_LISTED 2000u /* some appear several times */
#define CALLERS_SEEN 100000u
#define NAMES_SHOWN 3u

/* ---- who gets in today */

struct callers {
    const struct edges *edges;
    uint32_t *list, count, room, visits;
};

/* Outside parties are few, and all are listed. */
static bool list_caller(uint32_t caller, const struct edge *edge, void *context)
{
    struct callers *callers = context;
    bool outside = caller >= callers->edges->model->principal_count;
    if (edge->kind == EDGE_ASSUME && (outside || callers->count < CALLERS_LISTED))
        ARRAY_ADD(callers->list, callers->count, callers->room, caller);
    return ++callers->visits < CALLERS_SEEN;
}

/* Outside parties first, without duplicates; then as many users and roles as requested. */
static void list_callers(const struct edges *edges, struct shut_out *out, struct callers *callers)
{
    uint32_t unique = 0, inside = 0;
    callers->edges = edges;
    bool all = edges_each_caller(edges, out->role, list_caller, callers) && callers->count < CALLERS_LISTED;
    order_sort_numbers(callers->list, callers->count);
    for (uint32_t i = 0; i < callers->count; i++)
        if (i == 0 || callers->list[i] != callers->list[i - 1])
            callers->list[unique++] = callers->list[i];
    while (inside < unique && callers->list[inside] < edges->model->principal_count)
        inside++;
    uint32_t asked = inside < CALLERS_ASKED ? inside : CALLERS_ASKED, outside = unique - inside;
    uint32_t *list = memory_zeroed(unique, sizeof *list);
    if (outside > 0)
        memcpy(list, callers->list + inside, outside * sizeof *list);
    if (asked > 0)
        memcpy(list + outside, callers->list, asked * sizeof *list);
    free(callers->list);
    callers->list = list;
    callers->count = outside + asked;
    out->more = !all || asked < inside;
}

/* ---- whether anybody else would get in */

/* An exported account itself decides whom a trust in it admits later. */
static bool may_enter(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at)
{
    bool delegated = caller->kind == CALLER_ACCOUNT && caller->account_index != MODEL_NONE &&
                     analysis->model->accounts[caller->account_index].detail != ACCOUNT_NOT_EXPORTED;
    return trust_speaks_for(analysis, caller, at) != CONSTRAINT_FALSE &&
           (delegated || trust_access(analysis, caller, at->role) != CONSTRAINT_FALSE);
}

/* Whether a Deny for everybody else makes an exception. */
static bool spares_somebody(struct analysis *analysis, const struct trust_statement *at)
{
    struct caller caller;
    for (uint32_t i = 0; i < at->statement->named_count; i++)
        if (trust_caller(analysis, &at->statement->named[i], &caller) &&
            trust_access(analysis, &caller, at->role) != CONSTRAINT_FALSE)
            return true;
    return false;
}

/* Whether a statement of the model's current policy names somebody. */
static bool names_somebody(struct analysis *analysis, uint32_t role)
{
    struct trust_statement at = {.role = role};
    while (trust_walk_role(analysis->model, &at)) {
        const struct statement_principal *named;
        struct caller caller;
        if (at.statement->allow ? at.statement->not_principal : spares_somebody(analysis, &at))
            return true;
        for (uint32_t i = 0; (named = trust_named(at.statement, i)) != NULL; i++)
            if (trust_caller(analysis, named, &caller) && may_enter(analysis, &caller, &at))
                return true;
    }
    return false;
}

/* Unexported members of the organization are not callers of edges. */
static bool admits_members(struct analysis *analysis, const struct statement_principal *named)
{
    const struct model *model = analysis->model;
    if (named->form != PRINCIPAL_ORGANIZATION || model->organization == NULL ||
        strcmp(named->value, model->organization) != 0)
        return false;
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].in_organization == FACT_YES && model->accounts[i].detail != ACCOUNT_FULL)
            return true;
    return false;
}

static bool may_admit_members(struct analysis *analysis, uint32_t role)
{
    struct trust_statement at = {.role = role};
    while (trust_walk_role(analysis->model, &at)) {
        const struct statement_principal *named;
        for (uint32_t i = 0; (named = trust_named(at.statement, i)) != NULL; i++)
            if (admits_members(analysis, named))
                return true;
    }
    return false;
}

static void providers_free(void *notes)
{
    listed_providers_free(notes);
}

static const struct notes_kind provider_notes = {sizeof(struct listed_providers), providers_free, false};

struct asking {
    struct analysis *analysis;
    struct findings *findings;
    uint32_t role;
};

/* An identity provider that the account is known not to have lets nobody in. */
static bool is_missing_provider(const struct asking *asking, const struct caller *caller)
{
    const struct model *model = asking->analysis->model;
    const char *home = model->accounts[model->principals[asking->role].account].id;
    if ((caller->kind != CALLER_SAML_PROVIDER && caller->kind != CALLER_WEB_IDENTITY) || caller->account == NULL)
        return false;
    return listed_provider(findings_notes(asking->findings, &provider_notes), asking->analysis->store,
                           caller->kind == CALLER_SAML_PROVIDER ? PRINCIPAL_SAML : PRINCIPAL_WEB_IDENTITY, home,
                           caller->text) == FACT_NO;
}

static bool is_nobody(uint32_t caller, const struct edge *edge, void *context)
{
    const struct asking *asking = context;
    return edge->kind != EDGE_ASSUME || caller == asking->role ||
           is_missing_provider(asking, &asking->analysis->edges->nodes[caller]);
}

void shut_out_compare(struct analysis *analysis, struct findings *findings, struct shut_out *out)
{
    struct asking asking = {analysis, findings, out->role};
    if (out->nobody)
        out->somebody_today = !edges_each_caller(analysis->edges, out->role, is_nobody, &asking) ||
                              may_admit_members(analysis, out->role);
}

/* ---- what the organization itself needs */

/* Another account that is, or may be, the organization's own. */
static bool may_organize(const struct model *model, uint32_t role, const char *account)
{
    uint32_t found = account != NULL ? model_find_account(model, account) : MODEL_NONE;
    if (account == NULL || found == model->principals[role].account)
        return false;
    return found != MODEL_NONE ? model->accounts[found].in_organization != FACT_NO : model->organization == NULL;
}

/* Whether the model's current policy trusts the account as a whole. */
static bool trusts_account(const struct model *model, uint32_t role, const char *account)
{
    struct trust_statement at = {.role = role};
    while (trust_walk_role(model, &at)) {
        const struct statement_principal *named;
        for (uint32_t i = 0; (named = trust_named(at.statement, i)) != NULL; i++)
            if (named->form == PRINCIPAL_ACCOUNT && strcmp(named->account, account) == 0)
                return true;
    }
    return false;
}

/* A whole account keeps access: an ARN is bound to the principal that enters today, and once that is deleted nobody
 * else could enter. */
static bool loses(struct analysis *analysis, uint32_t role, const struct statement_principal *named)
{
    struct caller caller;
    if (!may_organize(analysis->model, role, named->account) || !trust_caller(analysis, named, &caller))
        return false;
    return trust_access(analysis, &caller, role) == CONSTRAINT_FALSE ||
           (named->form == PRINCIPAL_ACCOUNT && !trusts_account(analysis->model, role, named->account));
}

/* Principals that today's trust policy names to manage the account, but that the tried one does not admit. */
static const char *organizer_lost(struct analysis *analysis, uint32_t role, const struct policy_use *today)
{
    const struct model *model = analysis->model;
    if (!organizing_role_is_named(model->principals[role].name) || today == NULL || today->document == MODEL_NONE)
        return NULL;
    const struct model_document *document = &model->documents[today->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        const struct statement_principal *named;
        for (uint32_t j = 0; statement->broken == NULL && (named = trust_named(statement, j)) != NULL; j++)
            if (loses(analysis, role, named))
                return named->account;
    }
    return NULL;
}

/* ---- */

/* Answers for principals that represent others. */
struct entering {
    struct analysis *analysis;
    uint32_t role;
    struct alike_callers alike;
    unsigned char *known; /* per group: 0 not asked, 1 it does not get in, 2 it does */
    uint32_t room;
};

static bool gets_in(struct entering *entering, uint32_t node)
{
    struct analysis *analysis = entering->analysis;
    uint32_t group =
        node < analysis->model->principal_count ? alike_callers_group(&entering->alike, node) : INTERN_NONE;
    if (group == INTERN_NONE)
        return trust_access(analysis, &analysis->edges->nodes[node], entering->role) != CONSTRAINT_FALSE;
    ARRAY_REACH(entering->known, group, entering->room);
    if (entering->known[group] == 0)
        entering->known[group] =
            trust_access(analysis, &analysis->edges->nodes[node], entering->role) != CONSTRAINT_FALSE ? 2 : 1;
    return entering->known[group] == 2;
}

void shut_out_find(struct analysis *analysis, uint32_t role, const struct policy_use *today, struct shut_out *out)
{
    struct callers callers = {0};
    *out = (struct shut_out){.role = role, .organizer = organizer_lost(analysis, role, today)};
    list_callers(analysis->edges, out, &callers);
    bool some_stay = false;
    struct entering entering = {.analysis = analysis, .role = role};
    alike_callers_open(&entering.alike, analysis->model, &analysis->edges->classes.permissions, role);
    for (uint32_t i = 0; i < callers.count; i++) {
        uint32_t node = callers.list[i];
        if (gets_in(&entering, node))
            some_stay = some_stay || node != role;
        else
            callers.list[out->count++] = node;
    }
    alike_callers_close(&entering.alike);
    free(entering.known);
    out->who = callers.list;
    out->nobody = !some_stay && !names_somebody(analysis, role);
    for (uint32_t i = 0;
         i < out->count && out->organizer == NULL && organizing_role_is_named(analysis->model->principals[role].name);
         i++) {
        const char *account = analysis->edges->nodes[out->who[i]].account;
        if (may_organize(analysis->model, role, account))
            out->organizer = account;
    }
}

void shut_out_free(struct shut_out *out)
{
    free(out->who);
    *out = (struct shut_out){0};
}

/* An account without a name in the exports is shown by number only. */
static void add_name(const struct analysis *analysis, const struct caller *caller, struct text *text)
{
    char *words = wording_caller(analysis, caller);
    if (caller->kind == CALLER_ANYONE)
        text_append_string(text, "anyone outside");
    else
        text_append_string(text, words);
    free(words);
}

const char *shut_out_words(const struct analysis *analysis, struct findings *findings, const struct shut_out *out)
{
    struct text text = {0};
    uint32_t lost = 0, shown = 0;
    for (uint32_t i = 0; i < out->count; i++)
        lost += out->who[i] != out->role;
    for (uint32_t i = 0; i < out->count && shown < NAMES_SHOWN; i++) {
        if (out->who[i] == out->role)
            continue;
        const char *joint = shown == 0 ? "" : shown + 1 == lost ? " and " : ", ";
        text_append_string(&text, joint);
        add_name(analysis, &analysis->edges->nodes[out->who[i]], &text);
        shown++;
    }
    if (lost > shown || (lost > 0 && out->more))
        text_format(&text, out->more ? " and more" : " and %u more", lost - shown);
    const char *words = lost > 0 ? finding_text(findings, "%s", text.data) : NULL;
    text_free(&text);
    return words;
}
