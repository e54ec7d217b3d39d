/*
 * Where values that are not known yet come from, and which account that is in.
 */
#include "ingest/readers/terraform_inside.h"

#include "ingest/policy/arn.h"
#include <string.h>

/* ---- addresses */

/* The text after an index in brackets, which may contain a quoted text. */
static const char *behind_index(const char *at)
{
    bool quoted = false;
    for (; *at != '\0'; at++) {
        if (*at == '\\' && quoted && at[1] != '\0')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == ']' && !quoted)
            return at + 1;
    }
    return at;
}

const char *terraform_resource_in(const char *address)
{
    while (strncmp(address, "module.", strlen("module.")) == 0) {
        const char *at = address + strlen("module.");
        while (*at != '\0' && *at != '.')
            at = *at == '[' ? behind_index(at) : at + 1;
        if (*at == '\0')
            return address;
        address = at + 1;
    }
    return address;
}

void terraform_append_stripped(struct text *out, const char *address)
{
    while (*address != '\0')
        if (*address == '[')
            address = behind_index(address);
        else
            text_append_char(out, *address++);
}

size_t terraform_resource_length(const char *reference)
{
    const char *dot = strchr(reference, '.');
    const char *at = dot != NULL ? dot + 1 : reference + strlen(reference);
    while (*at != '\0' && *at != '.' && *at != '[')
        at++;
    if (*at == '[')
        at = behind_index(at);
    return (size_t)(at - reference);
}

/* ---- accounts */

static struct terraform_provider *maker_of(struct terraform_reading *plan, const char *address)
{
    plan->key.length = 0;
    terraform_append_stripped(&plan->key, address);
    uint32_t number =
        plan->key.length > 0 ? intern_find(&plan->configured, plan->key.data, plan->key.length) : INTERN_NONE;
    return number != INTERN_NONE ? plan->makers[number] : NULL;
}

void terraform_notice(struct export_reader *reader, const char *address, const char *text)
{
    struct terraform_reading *plan = reader->state;
    struct arn arn;
    planned_notice_arn(reader, &plan->planned, text);
    if (text == NULL || !arn_parse(text, strlen(text), &arn) || !arn_is_account_id(arn.account.at, arn.account.length))
        return;
    struct terraform_notice *notice = export_allocate(reader, sizeof *notice);
    *notice =
        (struct terraform_notice){address, export_keep(reader, arn.account.at, arn.account.length), plan->notices};
    plan->notices = notice;
}

/* The configuration may not give a provider's account; then its resources do. */
static void place_providers(struct terraform_reading *plan)
{
    for (const struct terraform_notice *notice = plan->notices; notice != NULL; notice = notice->next) {
        struct terraform_provider *provider = maker_of(plan, notice->address);
        if (provider == NULL || provider->said || provider->several)
            continue;
        const char *before = provider->scope.account;
        provider->several = before != NULL && strcmp(before, notice->account) != 0;
        provider->scope.account = provider->several ? NULL : notice->account;
    }
    /* If there is only one, it needs no name. */
    for (uint32_t i = 0; i < plan->providers.count && plan->providers.count == 1; i++)
        plan->provider_list[i]->scope.name = "";
}

const struct planned_scope *terraform_scope(struct terraform_reading *plan, const char *address)
{
    const struct terraform_provider *provider = maker_of(plan, address);
    return provider != NULL ? &provider->scope : NULL;
}

/* ---- sources of values */

/* The key of the entity that an attribute of the resource at the address comes from; NULL: unknown. *configured: the
 * configuration has the attribute. */
static const char *target_of(struct export_reader *reader, const char *address, const char *attribute, bool *configured)
{
    struct terraform_reading *plan = reader->state;
    struct text *key = &plan->key;
    const char *resource = terraform_resource_in(address), *index = resource + terraform_resource_length(resource);
    key->length = 0;
    terraform_append_stripped(key, address);
    text_format(key, " %s", attribute);
    uint32_t number = intern_find(&plan->references, key->data, key->length);
    const char *target = number != INTERN_NONE ? plan->targets[number] : NULL;
    *configured = *configured || target != NULL;
    if (target == NULL || target[0] == '\0')
        return NULL;
    /* The same instance of the other resource, or the only one. */
    while (index > resource && index[-1] == ']')
        for (index--; index > resource && *index != '['; index--)
            ;
    for (int with_index = 1; with_index >= 0; with_index--) {
        key->length = 0;
        text_append(key, address, (size_t)(resource - address));
        text_append_string(key, target);
        if (with_index == 1 && strchr(target, '[') == NULL)
            text_append_string(key, index);
        number = intern_find(&plan->planned.keys, key->data, key->length);
        if (number != INTERN_NONE)
            return intern_text(&plan->planned.keys, number);
    }
    return NULL;
}

const char *terraform_document_of(struct terraform_reading *plan, const char *address)
{
    struct text *key = &plan->key;
    key->length = 0;
    terraform_append_stripped(key, address);
    size_t module = (size_t)(terraform_resource_in(key->data) - key->data);
    text_append_string(key, " document");
    uint32_t number = intern_find(&plan->references, key->data, key->length);
    const char *target = number != INTERN_NONE ? plan->targets[number] : "";
    if (target[0] == '\0')
        return NULL;
    key->length = module;
    terraform_append_stripped(key, target);
    return key->data;
}

static void resolve_owner(struct export_reader *reader, struct planned_link *link)
{
    static const char *const names[][2] = {
        [PLANNED_USER] = {"user", "users"}, [PLANNED_ROLE] = {"role", "roles"}, [PLANNED_GROUP] = {"group", "groups"}};
    const char *address = link->owner.key, *key = NULL;
    bool configured = false;
    for (int i = 0; i < 2 && key == NULL; i++)
        key = target_of(reader, address, names[link->owner_kind][i], &configured);
    link->owner.key = key;
    link->absent = link->optional && !configured;
}

static void resolve_target(struct export_reader *reader, struct planned_link *link)
{
    const char *address = link->to.key, *key = NULL;
    bool configured = false;
    const char *const names[] = {link->what == LINK_MANAGED ? "policy_arn" : "group", "groups"};
    for (int i = 0; i < (link->what == LINK_MANAGED ? 1 : 2) && key == NULL; i++)
        key = target_of(reader, address, names[i], &configured);
    link->to.key = key;
    link->absent = link->absent || (link->optional && !configured);
}

void terraform_resolve(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    bool configured = false;
    terraform_place_by_variables(reader);
    place_providers(plan);
    for (struct planned_link *link = plan->planned.links; link != NULL; link = link->next) {
        link->scope = terraform_scope(plan, link->owner.key);
        if (link->owner.name == NULL && !link->owner_known)
            resolve_owner(reader, link);
        else if (!link->owner_known)
            link->owner.key = NULL;
        if (link->what != LINK_INLINE && link->to.name == NULL && !link->to_known)
            resolve_target(reader, link);
        else if (!link->to_known)
            link->to.key = NULL;
    }
    for (struct planned_entity *entity = plan->planned.first; entity != NULL; entity = entity->next) {
        entity->scope = terraform_scope(plan, entity->key);
        if (intern_find(&plan->boundaries, entity->key, strlen(entity->key)) != INTERN_NONE) {
            entity->has_boundary = true;
            entity->boundary.key = target_of(reader, entity->key, "permissions_boundary", &configured);
        }
    }
}
