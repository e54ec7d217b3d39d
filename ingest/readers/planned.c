#include "ingest/readers/planned.h"

#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* ---- what readers add */

struct planned_entity *planned_add(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                                   const char *key)
{
    struct planned_entity *entity = export_allocate(reader, sizeof *entity);
    entity->kind = kind;
    entity->key = key;
    if (kind != PLANNED_POLICY) {
        entity->principal = export_principal(reader, planned->standing);
        entity->principal->details = true;
    }
    uint32_t number = intern_add(&planned->keys, key, strlen(key));
    ARRAY_REACH(planned->by_key, number, planned->key_room);
    planned->by_key[number] = entity;
    if (planned->end == NULL)
        planned->end = &planned->first;
    *planned->end = entity;
    planned->end = &entity->next;
    return entity;
}

struct planned_link *planned_link(struct export_reader *reader, struct planned *planned)
{
    struct planned_link *link = export_allocate(reader, sizeof *link);
    link->line = reader->cursor.line;
    link->pointer = export_keep(reader, reader->pointer.data, reader->pointer.length);
    link->document.layout = "";
    if (planned->links_end == NULL)
        planned->links_end = &planned->links;
    *planned->links_end = link;
    planned->links_end = &link->next;
    return link;
}

void planned_notice_arn(struct export_reader *reader, struct planned *planned, const char *text)
{
    struct arn arn;
    if (text == NULL || !arn_parse(text, strlen(text), &arn) || !arn_is_account_id(arn.account.at, arn.account.length))
        return;
    if (planned->account != NULL) {
        planned->several = planned->several || !span_equals(arn.account, planned->account);
        return;
    }
    planned->account = export_keep(reader, arn.account.at, arn.account.length);
    planned->partition = export_keep(reader, arn.partition.at, arn.partition.length);
}

void planned_list_add(struct export_reader *reader, struct planned_reference_list *list,
                      struct planned_reference reference)
{
    if (list->count == list->room) {
        size_t wanted = list->room == 0 ? 8 : list->room * 2;
        struct planned_reference *grown = export_allocate(reader, wanted * sizeof *grown);
        if (list->count > 0)
            memcpy(grown, list->items, list->count * sizeof *grown);
        list->items = grown;
        list->room = wanted;
    }
    list->items[list->count++] = reference;
}

void planned_free(struct planned *planned)
{
    intern_free(&planned->keys);
    intern_free(&planned->names);
    free(planned->by_key);
    free(planned->by_name);
    *planned = (struct planned){0};
}

/* ---- tying together */

static const char *const kind_words[] = {
    [PLANNED_USER] = "user", [PLANNED_ROLE] = "role", [PLANNED_GROUP] = "group", [PLANNED_POLICY] = "policy"};

/* "role/NAME": names are unique by kind in an account, whatever their case. */
static const char *name_key(struct text *key, enum planned_kind kind, const char *name)
{
    key->length = 0;
    text_format(key, "%s/%s", kind_words[kind], name);
    for (size_t i = 0; i < key->length; i++)
        if (key->data[i] >= 'A' && key->data[i] <= 'Z')
            key->data[i] = (char)(key->data[i] - 'A' + 'a');
    return key->data;
}

static void name_entity(struct export_reader *reader, struct planned *planned, struct planned_entity *entity)
{
    struct text text = {0}, key = {0};
    const char *path = entity->path != NULL ? entity->path : "/";
    struct arn arn;
    if (entity->name == NULL) {
        text_format(&text, "(%s)", entity->key);
        for (size_t i = 0; i < text.length; i++)
            if (strchr("/:", text.data[i]) != NULL)
                text.data[i] = '.';
        entity->name = export_keep_text(reader, &text);
    }
    if (entity->arn == NULL || !arn_parse(entity->arn, strlen(entity->arn), &arn)) {
        entity->placed_by_guess = planned->several;
        text_format(&text, "arn:%s:iam::%s:%s%s%s", planned->partition != NULL ? planned->partition : "aws",
                    planned->account, kind_words[entity->kind], path[0] == '/' ? path : "/", entity->name);
        entity->arn = export_keep_text(reader, &text);
    }
    const char *name = name_key(&key, entity->kind, entity->name);
    uint32_t number = intern_add(&planned->names, name, strlen(name));
    ARRAY_REACH(planned->by_name, number, planned->name_room);
    planned->by_name[number] = entity;
    text_free(&key);
}

static struct planned_entity *find_key(const struct planned *planned, const char *key)
{
    uint32_t number = key != NULL ? intern_find(&planned->keys, key, strlen(key)) : INTERN_NONE;
    return number != INTERN_NONE ? planned->by_key[number] : NULL;
}

static struct planned_entity *find(const struct planned *planned, enum planned_kind kind,
                                   const struct planned_reference *reference)
{
    struct planned_entity *entity = find_key(planned, reference->key);
    struct text key = {0};
    struct arn arn;
    if (entity == NULL && reference->name != NULL) {
        const char *name = reference->name;
        /* A policy is named by its ARN. */
        if (arn_parse(name, strlen(name), &arn) && arn.name.length > 0)
            name = arn.name.at;
        name = name_key(&key, kind, name);
        uint32_t number = intern_find(&planned->names, name, strlen(name));
        entity = number != INTERN_NONE ? planned->by_name[number] : NULL;
    }
    text_free(&key);
    return entity != NULL && entity->kind == kind ? entity : NULL;
}

static const char *arn_of(const struct planned *planned, const struct planned_reference *reference)
{
    const struct planned_entity *policy = find_key(planned, reference->key);
    struct arn arn;
    if (policy != NULL && policy->kind == PLANNED_POLICY)
        return policy->arn;
    return reference->name != NULL && arn_parse(reference->name, strlen(reference->name), &arn) &&
                   arn.kind == ARN_POLICY
               ? reference->name
               : NULL;
}

static void say(struct export_reader *reader, const struct planned_link *link, const char *code, const char *message)
{
    size_t before = reader->pointer.length;
    struct text outer = {0};
    text_append(&outer, reader->pointer.data, before);
    reader->pointer.length = 0;
    text_append_string(&reader->pointer, link->pointer);
    export_problem(reader, PROBLEM_WARNING, code, link->line, 1, message);
    reader->pointer.length = 0;
    text_append(&reader->pointer, outer.data, outer.length);
    text_free(&outer);
}

/* Whoever may have it: all of the kind. False: there are none. */
static bool doubt_all(struct planned *planned, enum planned_kind kind)
{
    bool any = false;
    for (struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next)
        if (entity->kind == kind && entity->principal != NULL)
            any = entity->principal->identity_lost = true;
    return any;
}

static void tie(struct export_reader *reader, struct planned *planned, const struct planned_link *link)
{
    struct planned_entity *owner = find(planned, link->owner_kind, &link->owner);
    if (owner == NULL && link->owner.name == NULL && doubt_all(planned, link->owner_kind)) {
        say(reader, link, "unknown-owner",
            "whose policy or membership this is will be known only later: the policies of all that it may belong to "
            "count as not known");
        return;
    }
    if (owner == NULL) {
        say(reader, link, "unknown-owner",
            "a policy or membership of a user, group or role that is not in the file: it is left out");
        return;
    }
    struct batch_principal *principal = owner->principal;
    if (link->what == LINK_INLINE) {
        export_add_inline(reader, principal, link->name, &link->document);
        return;
    }
    if (link->what == LINK_MEMBER) {
        struct planned_entity *group = find(planned, PLANNED_GROUP, &link->to);
        const char *name = group != NULL ? group->name : link->to.name;
        principal->identity_lost = principal->identity_lost || name == NULL;
        if (name != NULL)
            export_add_pair(reader, &principal->groups, name, NULL);
        return;
    }
    const char *arn = arn_of(planned, &link->to);
    principal->identity_lost = principal->identity_lost || arn == NULL;
    if (arn != NULL)
        export_add_managed(reader, principal, arn);
    else
        say(reader, link, "unknown-policy",
            "which policy is attached will be known only later: the policies of its holder count as not known");
}

static void put(struct export_reader *reader, struct planned *planned, struct planned_entity *entity)
{
    struct batch_principal *principal = entity->principal;
    if (entity->kind == PLANNED_POLICY) {
        if (!export_policy(reader, entity->arn, entity->name, planned->standing, &entity->document))
            export_problem(reader, PROBLEM_ERROR, "foreign-object", 0, 0, "not the ARN of a policy: it is left out");
        return;
    }
    principal->arn = entity->arn;
    if (entity->has_boundary) {
        principal->boundary_arn = arn_of(planned, &entity->boundary);
        principal->identity_lost = principal->identity_lost || principal->boundary_arn == NULL;
    }
    const char *wrong = export_settle(reader, principal);
    if (wrong == NULL && entity->placed_by_guess)
        wrong = "the file is about several accounts, and which of them this belongs to is not known: it is left out";
    if (wrong != NULL)
        export_problem(reader, PROBLEM_ERROR, "foreign-object", principal->line, 1, wrong);
    else
        BATCH_APPEND(reader->batch->principals, principal);
}

bool planned_place(struct export_reader *reader, struct planned *planned)
{
    if (planned->first == NULL)
        return true;
    if (planned->account == NULL)
        planned->account = reader->account;
    if (planned->account == NULL) {
        reader->batch->refusal = "does not name its account: give it with --account ID, or put the file into a folder "
                                 "named after the account";
        return false;
    }
    for (struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next)
        name_entity(reader, planned, entity);
    return true;
}

void planned_finish(struct export_reader *reader, struct planned *planned)
{
    for (const struct planned_link *link = planned->links; link != NULL; link = link->next)
        if (!link->absent)
            tie(reader, planned, link);
    for (struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next)
        put(reader, planned, entity);
}
