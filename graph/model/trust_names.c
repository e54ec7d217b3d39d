#include "graph/model/trust_names.h"

#include "graph/policy/named_callers.h"
#include "graph/policy/pattern.h"
#include "ingest/store/query.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

struct visiting {
    const struct model *model;
    trust_names_visit visit;
    void *context;
    bool exported;       /* true: those that are exported; false: those that are not */
    bool ids_only;       /* only those that are named by unique ID */
    const char *account; /* visit nobody, only check whether this account's number is named; or NULL */
    bool told;
    struct intern seen; /* FORM VALUE */
    struct text key;
};

bool trust_names_allows_anyone(const struct statement *statement)
{
    if (statement->broken != NULL || !statement->allow)
        return false;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (statement->principals[i].form == PRINCIPAL_ANYONE)
            return true;
    return statement->not_principal;
}

static bool is_stored(const struct model *model, const char *sql, const char *value, const char *account)
{
    struct query *row = query_open(model->store, sql);
    query_bind_text(row, 1, value);
    if (account != NULL)
        query_bind_text(row, 2, account);
    bool found = query_next(row);
    query_close(row);
    return found;
}

bool trust_names_is_stored(const struct model *model, const struct statement_principal *principal)
{
    switch (principal->form) {
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
        return model_find_arn(model, principal->value) != MODEL_NONE ||
               (model->part && is_stored(model, "SELECT 1 FROM principal WHERE arn = ?", principal->value, NULL));
    case PRINCIPAL_SESSION_ARN:
        return model_find_arn(model, principal->value) != MODEL_NONE ||
               (model->part &&
                is_stored(model, "SELECT 1 FROM principal WHERE kind = 'role' AND name = ? AND account = ?",
                          principal->name, principal->account));
    case PRINCIPAL_UNIQUE_ID:
        return model_find_unique_id(model, principal->value) != MODEL_NONE ||
               (model->part && is_stored(model, "SELECT 1 FROM principal WHERE unique_id = ?", principal->value, NULL));
    default:
        return false;
    }
}

static bool is_exported(const struct model *model, const struct statement_principal *principal)
{
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    bool whole =
        account != MODEL_NONE && model->accounts[account].detail == ACCOUNT_FULL && !model->accounts[account].truncated;
    switch (principal->form) {
    case PRINCIPAL_ACCOUNT:
        return whole;
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        return whole || trust_names_is_stored(model, principal);
    case PRINCIPAL_UNIQUE_ID:
        return trust_names_is_stored(model, principal);
    case PRINCIPAL_ORGANIZATION:
        return model_is_own_organization(model, principal->value) && !model_has_members_not_exported(model);
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
        return false;
    default:
        return true;
    }
}

static void visit_once(struct visiting *visiting, const struct statement_principal *named)
{
    uint32_t known = visiting->seen.count;
    visiting->key.length = 0;
    text_format(&visiting->key, "%d %s", (int)named->form, named->value);
    if (intern_add(&visiting->seen, visiting->key.data, visiting->key.length) < known)
        return;
    if (is_exported(visiting->model, named) == visiting->exported)
        visiting->visit(named, visiting->context);
}

/* Which listed but unexported accounts, or own organization, a pattern matches. */
static void visit_matching(struct visiting *visiting, const struct statement_principal *named)
{
    const struct model *model = visiting->model;
    struct statement_principal found = {.form = PRINCIPAL_ORGANIZATION, .value = model->organization};
    if (named->form == PRINCIPAL_ORGANIZATIONS_LIKE && model->organization != NULL &&
        pattern_matches(named->value, model->organization))
        visit_once(visiting, &found);
    for (uint32_t i = 0; i < model->account_count && named->form == PRINCIPAL_ACCOUNTS_LIKE; i++) {
        const struct model_account *account = &model->accounts[i];
        found = (struct statement_principal){.form = PRINCIPAL_ACCOUNT, .value = account->id, .account = account->id};
        bool listed = account->detail != ACCOUNT_NOT_EXPORTED || account->in_organization == FACT_YES;
        if (listed && pattern_matches(named->value, account->id))
            visit_once(visiting, &found);
    }
}

static void visit_statement(struct visiting *visiting, const struct statement *statement)
{
    if (visiting->account != NULL) {
        visiting->told = visiting->told || named_callers_tell(statement, visiting->account);
        return;
    }
    for (uint32_t i = 0; i < statement->named_count; i++) {
        if (visiting->ids_only && statement->named[i].form != PRINCIPAL_UNIQUE_ID)
            continue;
        visit_once(visiting, &statement->named[i]);
        if (!visiting->exported)
            visit_matching(visiting, &statement->named[i]);
    }
}

static void visit_document(struct visiting *visiting, uint32_t document)
{
    const struct model *model = visiting->model;
    const struct model_document *content = document != MODEL_NONE ? &model->documents[document] : NULL;
    if (content == NULL || (visiting->ids_only && !content->names_ids))
        return;
    for (uint32_t i = 0; i < content->statement_count; i++)
        visit_statement(visiting, &model->statements[content->first_statement + i]);
}

static void visit_guardrails(struct visiting *visiting, const struct model_guardrails *guardrails)
{
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count; j++)
            visit_document(visiting, visiting->model->uses[guardrails->levels[i].first_policy + j].document);
}

static void visit_role(struct visiting *visiting, uint32_t role)
{
    const struct model *model = visiting->model;
    const struct model_principal *who = &model->principals[role];
    if (who->trust == NULL || who->trust->document == MODEL_NONE)
        return;
    const struct model_document *document = &model->documents[who->trust->document];
    if (document->lets_anyone) {
        visit_document(visiting, who->trust->document);
        if (!who->service_linked)
            visit_guardrails(visiting, &model->rcps[who->account]);
    }
}

void trust_names_each(const struct model *model, uint32_t role, trust_names_visit visit, void *context)
{
    struct visiting visiting = {.model = model, .visit = visit, .context = context};
    visit_role(&visiting, role);
    intern_free(&visiting.seen);
    text_free(&visiting.key);
}

bool trust_names_tell(const struct model *model, uint32_t role, const char *account)
{
    struct visiting visiting = {.model = model, .account = account};
    visit_role(&visiting, role);
    return visiting.told;
}

void trust_names_each_exported(const struct model *model, uint32_t role, bool ids_only, trust_names_visit visit,
                               void *context)
{
    struct visiting visiting = {
        .model = model, .visit = visit, .context = context, .exported = true, .ids_only = ids_only};
    visit_role(&visiting, role);
    intern_free(&visiting.seen);
    text_free(&visiting.key);
}
