#include "analyzer/analysis/names.h"

#include "analyzer/analysis/analysis.h"
#include "ingest/support/likeness.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_SHOWN 10

/* ---- what a name means */

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* Whether the principal is called that in its account: its name, or path and name without the first slash. */
static bool is_called_inside(const struct lookup_principal *principal, const char *name)
{
    if (strcmp(principal->name, name) == 0)
        return true;
    size_t path = strlen(principal->path);
    return path > 1 && strncmp(principal->path + 1, name, path - 1) == 0 &&
           strcmp(name + path - 1, principal->name) == 0;
}

static bool is_called(const struct lookup_principal *principal, const char *name)
{
    const char *const accounts[] = {principal->account, principal->alias, principal->account_name};
    if (is_called_inside(principal, name))
        return true;
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        size_t length = strlen(accounts[i]);
        if (length > 0 && strncmp(name, accounts[i], length) == 0 && name[length] == '/' &&
            is_called_inside(principal, name + length + 1))
            return true;
    }
    return false;
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

struct meaning names_role(const struct lookup *lookup, const char *name)
{
    return strncmp(name, "arn:", 4) == 0 ? one_text(lookup, MEANING_CALLER, name) : find_principals(lookup, name, true);
}

struct meaning names_caller(const struct lookup *lookup, const char *name)
{
    struct caller caller;
    if (caller_parse(NULL, lookup->arena, name, &caller))
        return one_text(lookup, MEANING_CALLER, name);
    const char *account = strchr(name, '/') == NULL ? lookup_account(lookup, name) : NULL;
    if (account != NULL)
        return one_text(lookup, MEANING_CALLER, account);
    const char **providers;
    size_t count = lookup_providers(lookup, name, &providers);
    if (count > 0)
        return (struct meaning){count == 1 ? MEANING_CALLER : MEANING_SEVERAL_PROVIDERS, providers, count};
    return find_principals(lookup, name, false);
}

/* ---- what is said where it means nothing, or too much */

static void say_ambiguous(const char *name, const struct meaning *meaning)
{
    command_error("\"%s\" is the name of %zu principals; name one by its ARN or as ACCOUNT/NAME:", name,
                  meaning->count);
    for (size_t i = 0; i < meaning->count && i < MAXIMUM_SHOWN; i++) {
        struct text text = {0};
        text_append_printable(&text, meaning->texts[i]);
        char *arn = text_release(&text);
        fprintf(stderr, "  %s\n", arn);
        free(arn);
    }
    if (meaning->count > MAXIMUM_SHOWN)
        fprintf(stderr, "  and %zu more\n", meaning->count - MAXIMUM_SHOWN);
}

static void say_unknown(const struct model *model, const char *name, bool roles_only)
{
    const char *what = roles_only ? "role" : "user, role, account, service or identity provider";
    const char **names = memory_zeroed(model->principal_count, sizeof *names);
    size_t count = 0;
    const char *last = last_part(name);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (!roles_only || model->principals[i].is_role)
            names[count++] = model->principals[i].name;
    const char *nearest = nearest_name(last[0] != '\0' ? last : name, names, count);
    if (nearest != NULL)
        command_error("there is no %s \"%s\" in the export; did you mean \"%s\"?", what, name, nearest);
    else
        command_error("there is no %s \"%s\" in the export; `rolechain status` tells what was loaded", what, name);
    free(names);
}

static void say_user(const char *arn)
{
    command_error("%s is a user: only roles can be assumed", arn);
}

static bool is_in_whole_account(const struct model *model, const struct caller *caller)
{
    return caller->account_index != MODEL_NONE && model->accounts[caller->account_index].detail == ACCOUNT_FULL;
}

/* An ARN where a role is asked for, and it is of none that is in the model. */
static void say_no_role(struct analysis *analysis, const char *arn)
{
    struct caller caller;
    if (caller_parse(analysis->model, &analysis->model->arena, arn, &caller) &&
        is_in_whole_account(analysis->model, &caller))
        say_unknown(analysis->model, arn, true);
    else
        command_error(
            "%s is not in the export: who can assume it is in its trust policy, so load the account it belongs to",
            arn);
}

/* ---- resolving over the model */

static struct lookup lookup_of(struct analysis *analysis)
{
    return (struct lookup){.model = analysis->model, .store = analysis->store, .arena = &analysis->model->arena};
}

bool analysis_resolve_role(struct analysis *analysis, const char *name, uint32_t *principal)
{
    const struct model *model = analysis->model;
    struct lookup lookup = lookup_of(analysis);
    struct meaning meaning = names_role(&lookup, name), user = {0};
    *principal = meaning.count == 1 ? model_find_arn(model, meaning.texts[0]) : MODEL_NONE;
    if (*principal != MODEL_NONE && model->principals[*principal].is_role)
        return true;
    if (meaning.kind == MEANING_NONE)
        user = find_principals(&lookup, name, false);
    if (meaning.kind == MEANING_SEVERAL_PRINCIPALS)
        say_ambiguous(name, &meaning);
    else if (*principal != MODEL_NONE)
        say_user(name);
    else if (user.count == 1)
        say_user(user.texts[0]);
    else if (meaning.kind == MEANING_CALLER)
        say_no_role(analysis, name);
    else
        say_unknown(model, name, true);
    return false;
}

bool analysis_resolve_caller(struct analysis *analysis, const char *name, struct caller *caller)
{
    const struct model *model = analysis->model;
    struct lookup lookup = lookup_of(analysis);
    struct meaning meaning = names_caller(&lookup, name);
    switch (meaning.kind) {
    case MEANING_PRINCIPAL:
        caller_of_principal(model, model_find_arn(model, meaning.texts[0]), caller);
        return true;
    case MEANING_CALLER:
        if (caller_parse(model, &analysis->model->arena, meaning.texts[0], caller) &&
            ((caller->kind != CALLER_USER && !caller_is_role(caller)) || caller->principal != MODEL_NONE ||
             !is_in_whole_account(model, caller)))
            return true;
        break;
    case MEANING_SEVERAL_PRINCIPALS:
        say_ambiguous(name, &meaning);
        return false;
    case MEANING_SEVERAL_PROVIDERS:
        command_error("several accounts have an identity provider \"%s\"; name one by its ARN: %s, %s%s", name,
                      meaning.texts[0], meaning.texts[1], meaning.count > 2 ? " …" : "");
        return false;
    case MEANING_NONE:
        break;
    }
    say_unknown(model, name, false);
    return false;
}
