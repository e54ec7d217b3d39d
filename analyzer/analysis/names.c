#include "analyzer/analysis/names.h"

#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/name_errors.h"
#include "graph/model/people.h"
#include "graph/model/workloads.h"
#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- what a name means */

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* The part after the prefix; NULL: the name does not begin with it. */
static const char *behind(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return length > 0 && strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

/* The part after "ACCOUNT/"; NULL: the name does not begin with an account. */
static const char *behind_account(const char *name, const char *account)
{
    const char *rest = account[0] != '\0' ? behind(name, account) : NULL;
    return rest != NULL && rest[0] == '/' ? rest + 1 : NULL;
}

/* Whether it is the principal's name, or its path and name without the first slash. */
static bool is_name_or_path(const struct lookup_principal *principal, const char *name)
{
    size_t path = strlen(principal->path);
    if (strcmp(principal->name, name) == 0)
        return true;
    return path > 1 && strncmp(principal->path + 1, name, path - 1) == 0 &&
           strcmp(name + path - 1, principal->name) == 0;
}

/* Whether that is the principal's name within its account: NAME or role/NAME. */
static bool is_called_inside(const struct lookup_principal *principal, const char *name)
{
    const char *of_kind = behind(name, principal->is_role ? "role/" : "user/");
    return is_name_or_path(principal, name) || (of_kind != NULL && is_name_or_path(principal, of_kind));
}

static bool is_called(const struct lookup_principal *principal, const char *name)
{
    const char *const accounts[] = {principal->account, principal->alias, principal->account_name};
    bool called = is_called_inside(principal, name);
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0] && !called; i++) {
        const char *rest = behind_account(name, accounts[i]);
        called = rest != NULL && is_called_inside(principal, rest);
    }
    return called;
}

static struct meaning one_text(const struct lookup *lookup, enum meaning_kind kind, const char *text)
{
    const char **texts = arena_allocate_array(lookup->arena, 1, sizeof *texts);
    texts[0] = arena_copy_text(lookup->arena, text, strlen(text));
    return (struct meaning){kind, texts, 1};
}

static struct meaning find_principals(const struct lookup *lookup, const char *name, bool roles_only)
{
    struct lookup_principal *list;
    size_t candidates = lookup_principals(lookup, last_part(name), &list), count = 0;
    const char **arns = arena_allocate_array(lookup->arena, candidates, sizeof *arns);
    for (size_t i = 0; i < candidates; i++)
        if ((list[i].is_role || !roles_only) && is_called(&list[i], name))
            arns[count++] = list[i].arn;
    enum meaning_kind kind = count == 0 ? MEANING_NONE : count == 1 ? MEANING_PRINCIPAL : MEANING_SEVERAL_PRINCIPALS;
    return (struct meaning){kind, arns, count};
}

/* Finds identity providers: PROVIDER, saml-provider/PROVIDER or oidc-provider/PROVIDER, each also after the number,
 * alias or name of an account. */
static size_t find_providers(const struct lookup *lookup, const char *name, const char ***providers)
{
    size_t found = lookup_providers(lookup, name, providers), count = 0;
    const char *slash = strchr(name, '/'), *account = NULL, *part = name;
    if (found > 0 || slash == NULL)
        return found;
    char *first = memory_text_part(name, (size_t)(slash - name));
    if (arn_is_account_id(first, strlen(first)))
        account = arena_copy_text(lookup->arena, first, strlen(first));
    else
        account = lookup_account(lookup, first);
    free(first);
    if (account != NULL)
        part = slash + 1;
    const char *saml = behind(part, "saml-provider/"), *oidc = behind(part, "oidc-provider/");
    found = lookup_providers(lookup, saml != NULL ? saml : oidc != NULL ? oidc : part, providers);
    for (size_t i = 0; i < found; i++) {
        struct arn arn;
        const char *text = (*providers)[i];
        if (arn_parse(text, strlen(text), &arn) && (account == NULL || span_equals(arn.account, account)) &&
            (saml == NULL || arn.kind == ARN_SAML_PROVIDER) && (oidc == NULL || arn.kind == ARN_OIDC_PROVIDER))
            (*providers)[count++] = text;
    }
    return count;
}

static struct meaning find_people(const struct lookup *lookup, const char *name)
{
    const char **texts;
    size_t count = lookup_people(lookup, name, &texts);
    enum meaning_kind kind = count == 0 ? MEANING_NONE : count == 1 ? MEANING_CALLER : MEANING_SEVERAL_PRINCIPALS;
    return (struct meaning){kind, texts, count};
}

static struct meaning find_workloads(const struct lookup *lookup, const char *name)
{
    const char **texts;
    size_t count = lookup_workloads(lookup, name, &texts);
    enum meaning_kind kind = count == 0 ? MEANING_NONE : count == 1 ? MEANING_CALLER : MEANING_SEVERAL_PRINCIPALS;
    return (struct meaning){kind, texts, count};
}

struct meaning names_role(const struct lookup *lookup, const char *name)
{
    return strncmp(name, "arn:", 4) == 0 ? one_text(lookup, MEANING_CALLER, name) : find_principals(lookup, name, true);
}

struct meaning names_caller(const struct lookup *lookup, const char *name)
{
    struct caller caller;
    if (strcmp(name, "anyone") == 0)
        name = "*";
    const char *person = behind(name, PERSON_PREFIX);
    if (person != NULL)
        return find_people(lookup, person);
    if (behind(name, POD_PREFIX) != NULL || identity_pools_are_visitors(name))
        return find_workloads(lookup, name);
    if (caller_parse(NULL, lookup->arena, name, &caller))
        return one_text(lookup, MEANING_CALLER, name);
    const char *account = strchr(name, '/') == NULL ? lookup_account(lookup, name) : NULL;
    if (account != NULL)
        return one_text(lookup, MEANING_CALLER, account);
    const char **providers;
    size_t count = find_providers(lookup, name, &providers);
    if (count > 0)
        return (struct meaning){count == 1 ? MEANING_CALLER : MEANING_SEVERAL_PROVIDERS, providers, count};
    struct meaning meaning = find_principals(lookup, name, false);
    if (meaning.kind == MEANING_NONE)
        meaning = find_people(lookup, name);
    return meaning.kind == MEANING_NONE ? find_workloads(lookup, name) : meaning;
}

/* ---- resolving over the model */

struct lookup analysis_lookup(struct analysis *analysis)
{
    return (struct lookup){.model = analysis->model, .store = analysis->store, .arena = &analysis->model->arena};
}

static bool is_in_whole_account(const struct model *model, const struct caller *caller)
{
    return caller->account_index != MODEL_NONE && model->accounts[caller->account_index].detail == ACCOUNT_FULL;
}

bool analysis_resolve_role(struct analysis *analysis, const char *name, uint32_t *principal)
{
    const struct model *model = analysis->model;
    struct lookup lookup = analysis_lookup(analysis);
    struct meaning meaning = names_role(&lookup, name), user = {0};
    *principal = meaning.count == 1 ? model_find_arn(model, meaning.texts[0]) : MODEL_NONE;
    if (*principal != MODEL_NONE && model->principals[*principal].is_role)
        return true;
    if (meaning.kind == MEANING_NONE)
        user = find_principals(&lookup, name, false);
    if (meaning.kind == MEANING_SEVERAL_PRINCIPALS)
        name_error_ambiguous(name, &meaning);
    else if (*principal != MODEL_NONE)
        name_error_user(name);
    else if (user.count == 1)
        name_error_user(user.texts[0]);
    else if (meaning.kind == MEANING_CALLER)
        name_error_arn(&lookup, name, true);
    else
        name_error_unknown(&lookup, name, true);
    return false;
}

bool analysis_resolve_caller(struct analysis *analysis, const char *name, struct caller *caller)
{
    const struct model *model = analysis->model;
    struct lookup lookup = analysis_lookup(analysis);
    struct meaning meaning = names_caller(&lookup, name);
    switch (meaning.kind) {
    case MEANING_PRINCIPAL:
        caller_of_principal(model, model_find_arn(model, meaning.texts[0]), caller);
        return true;
    case MEANING_CALLER:
        if (caller_parse(model, &analysis->model->arena, meaning.texts[0], caller) &&
            ((caller->kind != CALLER_USER && !caller_is_role(caller)) || caller->principal != MODEL_NONE ||
             !is_in_whole_account(model, caller))) {
            name_warn_service(caller);
            return true;
        }
        if (caller_of_workload(model, &analysis->model->arena, meaning.texts[0], caller))
            return true;
        break;
    case MEANING_SEVERAL_PRINCIPALS:
    case MEANING_SEVERAL_PROVIDERS:
        name_error_ambiguous(name, &meaning);
        return false;
    case MEANING_NONE:
        break;
    }
    name_error_unknown(&lookup, name, false);
    return false;
}
