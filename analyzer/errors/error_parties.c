#include "analyzer/errors/error_parties.h"

#include "analyzer/analysis/names.h"
#include "ingest/policy/arn.h"
#include "ingest/support/likeness.h"
#include <string.h>

struct seeking {
    struct analysis *analysis;
    struct arena *arena;
    const char *text; /* as in the error */
    struct arn arn;   /* if it is an ARN */
    const char *name; /* bare name, of a user or role */
    bool roles_only;
};

static const char *account_words(const struct seeking *seeking, const char *id)
{
    struct text text = {0};
    model_append_account(&text, seeking->analysis->model, id);
    return text_keep(&text, seeking->arena);
}

static struct error_party obstacle(const char *words)
{
    return (struct error_party){.obstacle = words};
}

static struct error_party absent(const char *words)
{
    return (struct error_party){.obstacle = words, .absent = true};
}

/* The most similar name of a user or role in that account; NULL: none is similar. */
static const char *likest(const struct seeking *seeking, const struct model_account *account)
{
    const struct model *model = seeking->analysis->model;
    const char **names = arena_allocate_array(seeking->arena, account->principal_count, sizeof *names);
    size_t count = 0;
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *principal = &model->principals[account->first_principal + i];
        if (principal->is_role || !seeking->roles_only)
            names[count++] = principal->name;
    }
    return nearest_name_close(seeking->name, names, count);
}

/* What the exports say about a name that they do not contain. */
static struct error_party missing(const struct seeking *seeking, uint32_t index)
{
    const struct model *model = seeking->analysis->model;
    char id[13] = "";
    size_t length = seeking->arn.account.length < sizeof id ? seeking->arn.account.length : sizeof id - 1;
    memcpy(id, seeking->arn.account.at, length);
    if (index == MODEL_NONE || model->accounts[index].detail == ACCOUNT_NOT_EXPORTED)
        return obstacle(arena_print(seeking->arena, "account %s is not in the exports: load it to have its side judged",
                                    account_words(seeking, id)));
    const struct model_account *account = &model->accounts[index];
    const char *kind = seeking->arn.kind == ARN_USER ? "user" : "role";
    uint32_t same = model_find_role_name(model, index, seeking->name);
    if (same != MODEL_NONE && seeking->roles_only)
        return absent(arena_print(
            seeking->arena,
            "the role's ARN is %s: with another path, AWS finds no role and denies the call with the same message",
            model->principals[same].arn));
    const char *nearest = likest(seeking, account);
    const char *words = arena_print(
        seeking->arena, "account %s has no %s %s%s%s%s%s", account_words(seeking, account->id), kind, seeking->name,
        nearest != NULL ? " (the nearest name is " : "", nearest != NULL ? nearest : "", nearest != NULL ? ")" : "",
        seeking->roles_only ? "; AWS denies a call on a role that does not exist in the same words" : "");
    return account->detail == ACCOUNT_FULL || seeking->roles_only ? absent(words) : obstacle(words);
}

/* If the account is masked or missing: the only principal of that name, which sets *principal. */
static struct error_party find_by_name(const struct seeking *seeking, uint32_t *principal)
{
    const struct model *model = seeking->analysis->model;
    struct lookup lookup = {.model = model, .store = seeking->analysis->store, .arena = seeking->arena};
    struct lookup_principal *list;
    size_t candidates = lookup_principals(&lookup, seeking->name, &list), count = 0;
    const char *arn = NULL, *other = NULL;
    for (size_t i = 0; i < candidates; i++) {
        bool wanted = seeking->roles_only || seeking->arn.kind == ARN_ROLE || seeking->arn.kind == ARN_ROLE_SESSION
                          ? list[i].is_role
                          : seeking->arn.kind != ARN_USER || !list[i].is_role;
        if (!wanted)
            continue;
        other = arn;
        arn = list[i].arn;
        count++;
    }
    if (count == 0)
        return obstacle(arena_print(seeking->arena, "no account in the exports has a %s called %s",
                                    seeking->roles_only ? "role" : "user or role", seeking->name));
    if (count > 1)
        return obstacle(
            arena_print(seeking->arena,
                        "%zu accounts in the exports have a principal called %s (%s, %s%s), and the error does not "
                        "say which: name it after the error",
                        count, seeking->name, other, arn, count > 2 ? ", …" : ""));
    *principal = model_find_arn(model, arn);
    return (struct error_party){.note = arena_print(seeking->arena,
                                                    "assuming that %s is %s, the only one of that name in the exports",
                                                    seeking->text, arn)};
}

/* Splits the text. */
static struct seeking seek(struct analysis *analysis, struct arena *arena, const char *text, bool roles_only)
{
    struct seeking seeking = {.analysis = analysis, .arena = arena, .text = text, .roles_only = roles_only};
    const char *slash = strrchr(text, '/');
    seeking.name = slash != NULL ? slash + 1 : text;
    if (!arn_parse(text, strlen(text), &seeking.arn)) {
        seeking.arn = (struct arn){.kind = ARN_OTHER};
    } else if (seeking.arn.name.length > 0) {
        seeking.name = arena_copy_text(arena, seeking.arn.name.at, seeking.arn.name.length);
    }
    return seeking;
}

static bool has_account(const struct seeking *seeking)
{
    return arn_is_account_id(seeking->arn.account.at, seeking->arn.account.length);
}

/* What the ARN stands for; NULL: a role, or not an ARN. */
static const char *no_role(const struct seeking *seeking)
{
    static const char *const words[] = {[ARN_ACCOUNT_ROOT] = "an account",
                                        [ARN_USER] = "a user",
                                        [ARN_GROUP] = "a group",
                                        [ARN_POLICY] = "a policy",
                                        [ARN_ROLE_SESSION] = "a role session; the ARN of a role contains :role/",
                                        [ARN_FEDERATED_USER] = "a federated user",
                                        [ARN_SAML_PROVIDER] = "a SAML provider",
                                        [ARN_OIDC_PROVIDER] = "an OIDC provider",
                                        [ARN_INSTANCE_PROFILE] = "an instance profile",
                                        [ARN_ROLE] = NULL};
    if (seeking->arn.kind == ARN_OTHER)
        return seeking->arn.resource.length > 0 ? "something else" : NULL;
    return words[seeking->arn.kind];
}

struct error_party error_find_role(struct analysis *analysis, struct arena *arena, const char *text, uint32_t *role)
{
    struct seeking seeking = seek(analysis, arena, text, true);
    const struct model *model = analysis->model;
    const char *other = no_role(&seeking);
    if (other != NULL)
        return obstacle(arena_print(arena, "%s is the ARN of %s: only roles can be assumed", text, other));
    if (seeking.arn.kind != ARN_ROLE || !has_account(&seeking))
        return find_by_name(&seeking, role);
    *role = model_find_arn(model, text);
    if (*role != MODEL_NONE)
        return (struct error_party){0};
    char id[13] = "";
    memcpy(id, seeking.arn.account.at, seeking.arn.account.length);
    return missing(&seeking, model_find_account(model, id));
}

struct error_party error_find_caller(struct analysis *analysis, struct arena *arena, const char *text,
                                     struct caller *caller)
{
    struct seeking seeking = seek(analysis, arena, text, false);
    const struct model *model = analysis->model;
    bool principal =
        seeking.arn.kind == ARN_USER || seeking.arn.kind == ARN_ROLE || seeking.arn.kind == ARN_ROLE_SESSION;
    uint32_t index = MODEL_NONE;
    if (principal && !has_account(&seeking)) {
        struct error_party party = find_by_name(&seeking, &index);
        if (party.obstacle == NULL)
            caller_of_principal(model, index, caller);
        return party;
    }
    if (!caller_parse(model, arena, text, caller)) {
        struct error_party party = find_by_name(&seeking, &index);
        if (party.obstacle == NULL)
            caller_of_principal(model, index, caller);
        return party;
    }
    bool whole = caller->account_index != MODEL_NONE && model->accounts[caller->account_index].detail == ACCOUNT_FULL;
    if (principal && caller->principal == MODEL_NONE && whole)
        return missing(&seeking, caller->account_index);
    return (struct error_party){0};
}
