/*
 * Names on the command line: full ARNs, ACCOUNT/NAME, ALIAS/NAME, account name/NAME, or a bare name that is unique.
 */
#include "analyzer/analysis/analysis.h"
#include "analyzer/command_line/command.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define MAXIMUM_SHOWN 10

static bool account_matches(const struct model_account *account, const char *word, size_t length)
{
    const char *names[] = {account->id, account->alias, account->name};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i][0] != '\0' && strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
            return true;
    return false;
}

/* Whether the principal is called that: its name, or path and name without the first slash. */
static bool name_matches(const struct model_principal *principal, const char *name)
{
    if (strcmp(principal->name, name) == 0)
        return true;
    size_t path = strlen(principal->path) - 1;
    return path > 0 && strncmp(principal->path + 1, name, path) == 0 && strcmp(name + path, principal->name) == 0;
}

/* All principals of that name; roles only if wanted. Fills at most `room`; returns how many there are. */
static uint32_t find_all(const struct model *model, const char *name, bool roles_only, uint32_t *found, uint32_t room)
{
    uint32_t count = 0;
    const char *slash = strchr(name, '/');
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        if (roles_only && !principal->is_role)
            continue;
        bool qualified = slash != NULL &&
                         account_matches(&model->accounts[principal->account], name, (size_t)(slash - name)) &&
                         name_matches(principal, slash + 1);
        if (!qualified && !name_matches(principal, name))
            continue;
        if (count < room)
            found[count] = i;
        count++;
    }
    return count;
}

static void say_ambiguous(const struct model *model, const char *name, const uint32_t *found, uint32_t count)
{
    command_error("\"%s\" is the name of %u principals; name one by its ARN or as ACCOUNT/NAME:", name, count);
    for (uint32_t i = 0; i < count && i < MAXIMUM_SHOWN; i++) {
        struct text text = {0};
        text_append_printable(&text, model->principals[found[i]].arn);
        fprintf(stderr, "  %s\n", text.data != NULL ? text.data : "");
        text_free(&text);
    }
    if (count > MAXIMUM_SHOWN)
        fprintf(stderr, "  and %u more\n", count - MAXIMUM_SHOWN);
}

/* A user where a role is asked for. */
static bool say_user(const struct model *model, const char *name)
{
    uint32_t found;
    if (find_all(model, name, false, &found, 1) != 1)
        return false;
    command_error("%s is a user: only roles can be assumed", model->principals[found].arn);
    return true;
}

static void say_unknown(const struct model *model, const char *name, bool roles_only)
{
    const char *what = roles_only ? "role" : "user, role, account, service or identity provider";
    const char **names = calloc((size_t)model->principal_count + 1, sizeof *names);
    size_t count = 0;
    const char *last = strrchr(name, '/');
    for (uint32_t i = 0; names != NULL && i < model->principal_count; i++)
        if (!roles_only || model->principals[i].is_role)
            names[count++] = model->principals[i].name;
    const char *nearest =
        names != NULL ? nearest_name(last != NULL && last[1] != '\0' ? last + 1 : name, names, count) : NULL;
    if (nearest != NULL)
        command_error("there is no %s \"%s\" in the export; did you mean \"%s\"?", what, name, nearest);
    else
        command_error("there is no %s \"%s\" in the export; `rolechain status` tells what was loaded", what, name);
    free(names);
}

static bool resolve_name(const struct model *model, const char *name, bool roles_only, uint32_t *principal)
{
    uint32_t found[MAXIMUM_SHOWN];
    uint32_t count = find_all(model, name, roles_only, found, MAXIMUM_SHOWN);
    if (count == 1) {
        *principal = found[0];
        return true;
    }
    if (count > 1)
        say_ambiguous(model, name, found, count);
    else if (!roles_only || !say_user(model, name))
        say_unknown(model, name, roles_only);
    return false;
}

bool analysis_resolve_role(struct analysis *analysis, const char *name, uint32_t *principal)
{
    const struct model *model = analysis->model;
    if (strncmp(name, "arn:", 4) != 0)
        return resolve_name(model, name, true, principal);
    *principal = model_find_arn(model, name);
    if (*principal != MODEL_NONE && model->principals[*principal].is_role)
        return true;
    if (*principal != MODEL_NONE) {
        command_error("%s is a user: only roles can be assumed", name);
        return false;
    }
    struct caller caller;
    if (caller_parse(model, &analysis->model->arena, name, &caller) && caller.account_index != MODEL_NONE &&
        model->accounts[caller.account_index].detail == ACCOUNT_FULL)
        say_unknown(model, name, true);
    else
        command_error(
            "%s is not in the export: who can assume it is in its trust policy, so load the account it belongs to",
            name);
    return false;
}

/* An identity provider by its bare name, as trust policies name it. Returns how many there are. */
static uint32_t find_providers(const struct model *model, const char *name, const char **first, const char **second)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->statement_count; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const struct statement_principal *principal = &model->statements[i].principals[j];
            if ((principal->form != PRINCIPAL_SAML && principal->form != PRINCIPAL_WEB_IDENTITY) ||
                principal->name == NULL || strcmp(principal->name, name) != 0 ||
                (count > 0 && principal->value == *first) || (count > 1 && principal->value == *second))
                continue;
            *(count == 0 ? first : second) = principal->value;
            count++;
        }
    return count;
}

bool analysis_resolve_caller(struct analysis *analysis, const char *name, struct caller *caller)
{
    const struct model *model = analysis->model;
    uint32_t principal;
    if (caller_parse(model, &analysis->model->arena, name, caller)) {
        const struct model_account *account =
            caller->account_index != MODEL_NONE ? &model->accounts[caller->account_index] : NULL;
        bool named = caller->kind == CALLER_USER || caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION;
        if (named && caller->principal == MODEL_NONE && account != NULL && account->detail == ACCOUNT_FULL) {
            say_unknown(model, name, false);
            return false;
        }
        return true;
    }
    for (uint32_t i = 0; i < model->account_count; i++)
        if (strchr(name, '/') == NULL && account_matches(&model->accounts[i], name, strlen(name)))
            return caller_parse(model, &analysis->model->arena, model->accounts[i].id, caller);
    const char *provider = NULL, *another = NULL;
    uint32_t providers = find_providers(model, name, &provider, &another);
    if (providers == 1)
        return caller_parse(model, &analysis->model->arena, provider, caller);
    if (providers > 1) {
        command_error("several accounts have an identity provider \"%s\"; name one by its ARN: %s, %s%s", name,
                      provider, another, providers > 2 ? " …" : "");
        return false;
    }
    if (!resolve_name(model, name, false, &principal))
        return false;
    caller_of_principal(model, principal, caller);
    return true;
}
