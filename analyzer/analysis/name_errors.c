#include "analyzer/analysis/name_errors.h"

#include "analyzer/command_line/command.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/services.h"
#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_SHOWN 10

void name_error_ambiguous(const char *name, const struct meaning *meaning)
{
    bool providers = meaning->kind == MEANING_SEVERAL_PROVIDERS;
    command_error("\"%s\" is the name of %zu %s; choose one by its ARN%s:", name, meaning->count,
                  providers ? "identity providers" : "principals", providers ? "" : " or as ACCOUNT/NAME");
    for (size_t i = 0; i < meaning->count && i < MAXIMUM_SHOWN; i++)
        command_error_item("%s", meaning->texts[i]);
    if (meaning->count > MAXIMUM_SHOWN)
        command_error_item("and %zu more", meaning->count - MAXIMUM_SHOWN);
}

void name_warn_service(const struct caller *caller)
{
    if (caller->kind != CALLER_SERVICE || service_find(caller->text) != NULL)
        return;
    const char *near = service_nearest(caller->text);
    command_error("warning: no AWS service \"%s\" is known%s%s%s", caller->text,
                  near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                  near != NULL ? ".amazonaws.com\"?" : "");
}

void name_error_user(const char *arn)
{
    command_error("%s is a user: only roles can be assumed", arn);
}

/* ---- what was probably meant */

/* A name split into its parts. */
struct asked {
    const struct lookup *lookup;
    bool roles_only;
    const char *last;                    /* after the last slash */
    const struct model_account *account; /* the account at the beginning of the name; NULL: none */
    char *account_word; /* the first part, if it is where an account belongs but names none; else NULL */
    const char *kind;   /* "user" or "role", if the name begins with it; else NULL */
};

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

static bool begins_with(const char *name, const char *word)
{
    size_t length = strlen(word);
    return length > 0 && strncmp(name, word, length) == 0 && name[length] == '/';
}

static void take_apart(struct asked *asked, const char *name)
{
    const struct model *model = asked->lookup->model;
    const char *slash = strchr(name, '/');
    asked->last = last_part(name);
    for (uint32_t i = 0; i < model->account_count && slash != NULL; i++) {
        const struct model_account *account = &model->accounts[i];
        if (begins_with(name, account->id) || begins_with(name, account->alias) || begins_with(name, account->name))
            asked->account = account;
    }
    size_t length = slash != NULL ? (size_t)(slash - name) : 0;
    asked->kind = begins_with(name, "role") ? "role" : begins_with(name, "user") ? "user" : NULL;
    bool is_kind = asked->kind != NULL || begins_with(name, "saml-provider") || strncmp(name, "arn:", 4) == 0;
    if (length > 0 && !is_kind && asked->account == NULL)
        asked->account_word = memory_text_part(name, length);
}

static bool means(const struct asked *asked, const char *name, const char *arn)
{
    struct meaning meaning = asked->roles_only ? names_role(asked->lookup, name) : names_caller(asked->lookup, name);
    return meaning.count == 1 && strcmp(meaning.texts[0], arn) == 0;
}

/* The shortest name of the principal that will be accepted, including its account if the name had one; malloc'ed. */
static char *accepted_name(const struct asked *asked, const struct model_principal *principal)
{
    const struct model_account *account = &asked->lookup->model->accounts[principal->account];
    const char *const accounts[] = {"", account->name, account->alias, account->id};
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        bool named = asked->account != NULL || asked->account_word != NULL;
        if (i == 0 ? named : accounts[i][0] == '\0')
            continue;
        char *name = memory_print("%s%s%s", accounts[i], i > 0 ? "/" : "", principal->name);
        if (means(asked, name, principal->arn))
            return name;
        free(name);
    }
    return memory_text(principal->arn);
}

struct candidates {
    const char **names;
    uint32_t *principals; /* MODEL_NONE: an account's name */
    size_t count, room, principal_room;
};

static void add_candidate(struct candidates *candidates, const char *name, uint32_t principal)
{
    size_t count = candidates->count;
    ARRAY_ADD(candidates->principals, count, candidates->principal_room, principal);
    ARRAY_ADD(candidates->names, candidates->count, candidates->room, name);
}

/* The candidate with the most similar name, as a name that will be accepted; malloc'ed; NULL: none is similar. */
static char *likest(const struct asked *asked, struct candidates *candidates, const char *word)
{
    const char *nearest = nearest_name(word, candidates->names, candidates->count);
    char *answer = NULL;
    for (size_t i = 0; i < candidates->count && nearest != NULL && answer == NULL; i++) {
        uint32_t principal = candidates->principals[i];
        if (candidates->names[i] == nearest)
            answer = principal == MODEL_NONE ? memory_text(nearest)
                                             : accepted_name(asked, &asked->lookup->model->principals[principal]);
    }
    free(candidates->names);
    free(candidates->principals);
    return answer;
}

/* Identity providers named in trust policies. */
static void add_providers(struct candidates *candidates, const struct model *model)
{
    for (uint32_t i = 0; i < model->statement_count; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const struct statement_principal *principal = &model->statements[i].principals[j];
            if ((principal->form == PRINCIPAL_SAML || principal->form == PRINCIPAL_WEB_IDENTITY) &&
                principal->name != NULL)
                add_candidate(candidates, principal->name, MODEL_NONE);
        }
}

/* Searches the principals of one account (NULL: of all) and, for callers, also the names of accounts and identity
 * providers. */
static char *likest_name(const struct asked *asked, const struct model_account *account, const char *word)
{
    const struct model *model = asked->lookup->model;
    struct candidates candidates = {0};
    uint32_t first = account != NULL ? account->first_principal : 0;
    uint32_t count = account != NULL ? account->principal_count : model->principal_count;
    for (uint32_t i = first; i < first + count; i++)
        if (!asked->roles_only || model->principals[i].is_role)
            add_candidate(&candidates, model->principals[i].name, i);
    if (account == NULL && !asked->roles_only) {
        add_candidate(&candidates, "anyone", MODEL_NONE);
        add_providers(&candidates, model);
    }
    for (uint32_t i = 0; i < model->account_count && account == NULL && !asked->roles_only; i++) {
        if (model->accounts[i].name[0] != '\0')
            add_candidate(&candidates, model->accounts[i].name, MODEL_NONE);
        if (model->accounts[i].alias[0] != '\0')
            add_candidate(&candidates, model->accounts[i].alias, MODEL_NONE);
    }
    return likest(asked, &candidates, word);
}

/* A principal of that name in the account most similar to the word; the first one if no account is similar. */
static char *elsewhere(const struct asked *asked)
{
    const struct model *model = asked->lookup->model;
    struct candidates candidates = {0};
    uint32_t first = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        const struct model_account *account = &model->accounts[principal->account];
        if ((asked->roles_only && !principal->is_role) || strcmp(principal->name, asked->last) != 0)
            continue;
        first = first == MODEL_NONE ? i : first;
        add_candidate(&candidates, account->id, i);
        add_candidate(&candidates, account->name, i);
        add_candidate(&candidates, account->alias, i);
    }
    char *answer = likest(asked, &candidates, asked->account_word != NULL ? asked->account_word : "");
    return answer == NULL && first != MODEL_NONE ? accepted_name(asked, &model->principals[first]) : answer;
}

static char *suggestion(const struct asked *asked)
{
    char *answer = asked->account != NULL ? likest_name(asked, asked->account, asked->last) : NULL;
    if (answer == NULL)
        answer = elsewhere(asked);
    return answer == NULL ? likest_name(asked, NULL, asked->last) : answer;
}

/* ---- messages */

/* Why there is no such name, as far as known; malloc'ed. */
static char *reason(const struct asked *asked)
{
    const struct model_account *account = asked->account;
    const char *what = asked->roles_only ? "role" : "user or role";
    struct text text = {0};
    if (account != NULL) {
        text_append_string(&text, ": account ");
        model_append_account(&text, asked->lookup->model, account->id);
        if (account->principal_count > 0)
            text_format(&text, " has no %s of that name", what);
        else
            text_append_string(&text, " is not in the export; load it first");
    } else if (asked->account_word != NULL && arn_is_account_id(asked->account_word, strlen(asked->account_word))) {
        text_format(&text, ": account %s is not in the export", asked->account_word);
    } else if (asked->account_word != NULL) {
        text_format(&text, ": no account or path is called \"%s\"", asked->account_word);
    } else if (asked->kind != NULL) {
        text_format(&text, ": no %s is called \"%s\"", asked->kind, asked->last);
    }
    return text_release(&text);
}

void name_error_arn(const struct lookup *lookup, const char *arn, bool roles_only)
{
    const struct model *model = lookup->model;
    struct caller caller;
    struct asked asked = {.lookup = lookup, .roles_only = roles_only};
    bool parsed = caller_parse(model, lookup->arena, arn, &caller);
    bool user = parsed && caller.kind == CALLER_USER && !roles_only;
    if (!parsed || (roles_only && caller.kind != CALLER_ROLE)) {
        command_error("%s is not the ARN of a %s; expected arn:aws:iam::ACCOUNT:%srole/NAME", arn,
                      roles_only ? "role" : "user, role, session or identity provider",
                      roles_only ? "" : "user/NAME, …:");
        return;
    }
    if (caller.account_index == MODEL_NONE || model->accounts[caller.account_index].detail != ACCOUNT_FULL) {
        command_error("%s is not in the export: load account %s, whose trust policies say who can assume it", arn,
                      caller.account);
        return;
    }
    asked.account = &model->accounts[caller.account_index];
    asked.last = last_part(arn);
    char *meant = suggestion(&asked);
    struct text account = {0};
    model_append_account(&account, model, caller.account);
    command_error("%s not found: account %s has no %s of that name%s%s%s", arn, account.data, user ? "user" : "role",
                  meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "", meant != NULL ? "\"?" : "");
    text_free(&account);
    free(meant);
}

void name_error_unknown(const struct lookup *lookup, const char *name, bool roles_only)
{
    const char *what = roles_only ? "role" : "principal";
    struct asked asked = {.lookup = lookup, .roles_only = roles_only};
    if (strncmp(name, "arn:", 4) == 0) {
        name_error_arn(lookup, name, roles_only);
        return;
    }
    if (command_names_path(name, what))
        return;
    take_apart(&asked, name);
    const char *service = roles_only || strchr(name, '.') == NULL ? NULL : service_nearest(name);
    char *why = reason(&asked);
    char *meant = service != NULL ? memory_print("%s.amazonaws.com", service) : suggestion(&asked);
    if (strspn(name, "0123456789") == strlen(name) && strlen(name) >= 9 && !roles_only)
        command_error("\"%s\" is not an account ID, which has 12 digits", name);
    else if (meant != NULL)
        command_error("%s \"%s\" not found%s; did you mean \"%s\"?", what, name, why, meant);
    else
        command_error("%s \"%s\" not found%s%s; rolechain status shows what was loaded", what, name, why,
                      roles_only || why[0] != '\0' ? ""
                                                   : ": expected a user, role, account, service or identity provider");
    free(meant);
    free(why);
    free(asked.account_word);
}
