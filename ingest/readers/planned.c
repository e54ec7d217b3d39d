#include "ingest/readers/planned.h"

#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <stdarg.h>
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

/* ---- resolving references */

static const char *const kind_words[] = {
    [PLANNED_USER] = "user", [PLANNED_ROLE] = "role", [PLANNED_GROUP] = "group", [PLANNED_POLICY] = "policy"};

static const struct planned_scope no_scope = {.name = ""};

static const struct planned_scope *scope_of(const struct planned_scope *scope)
{
    return scope != NULL ? scope : &no_scope;
}

static void append_small(struct text *out, const char *text)
{
    for (; *text != '\0'; text++)
        text_append_char(out, (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text));
}

/* "WHOSE role/NAME": names are unique by kind in an account, ignoring case. */
static const char *name_key(struct text *key, const char *whose, enum planned_kind kind, const char *name)
{
    key->length = 0;
    text_format(key, "%s %s/", whose, kind_words[kind]);
    append_small(key, name);
    return key->data;
}

/* Appends the text with slashes as colons, and without characters that have a meaning in ARNs and patterns. */
static void append_plain(struct text *out, const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '/')
            text_append_char(out, ':');
        else if (strchr(":%*?$", *text) != NULL)
            text_format(out, "%%%02X", (unsigned)*text);
        else
            text_append_char(out, *text);
}

/* ":FILE", ":STACK", ":NUMBER": distinguishes the current document from all others; "" if there is no other. */
static const char *document_label(struct export_reader *reader, const struct planned *planned)
{
    const char *stack = planned->stack != NULL ? planned->stack : "";
    struct text label = {0};
    uint32_t before = reader->scopes.count;
    bool again = intern_add(&reader->scopes, stack, strlen(stack)) < before;
    text_append(&label, "", 0);
    if (reader->label[0] != '\0')
        text_append_char(&label, ':');
    append_plain(&label, reader->label);
    if (stack[0] != '\0')
        text_append_char(&label, ':');
    append_plain(&label, stack);
    if (again) {
        text_format(&label, ":%u", before + 1);
        intern_add(&reader->scopes, label.data, label.length);
    }
    return export_keep_text(reader, &label);
}

/* The name of an entity whose real name is generated later. */
static const char *name_to_come(struct export_reader *reader, const char *key, const char *label)
{
    struct text text = {0};
    text_append_char(&text, '(');
    append_plain(&text, key);
    if (label[0] != '\0')
        text_format(&text, " in %s", label + 1);
    text_append_char(&text, ')');
    return export_keep_text(reader, &text);
}

/* The name of an entity whose name is already taken. */
static const char *second_name(struct export_reader *reader, const char *name, const char *of, const char *label)
{
    struct text text = {0};
    text_append_char(&text, '(');
    append_plain(&text, name);
    text_append_string(&text, " of ");
    append_plain(&text, of);
    if (label[0] != '\0')
        text_format(&text, " in %s", label + 1);
    text_append_char(&text, ')');
    return export_keep_text(reader, &text);
}

const char *planned_account(const struct export_reader *reader, const struct planned *planned,
                            const struct planned_scope *scope)
{
    bool one = planned->account != NULL && !planned->several;
    return scope_of(scope)->account != NULL ? scope->account
           : reader->account_given          ? reader->account
           : one                            ? planned->account
                                            : reader->account;
}

static void make_arn(struct export_reader *reader, const struct planned *planned, struct planned_entity *entity)
{
    struct text text = {0};
    const char *path = entity->path != NULL ? entity->path : "/";
    text_format(&text, "arn:%s:iam::%s:%s%s%s", planned->partition != NULL ? planned->partition : "aws",
                entity->account != NULL ? entity->account : "", kind_words[entity->kind], path[0] == '/' ? path : "/",
                entity->name);
    entity->arn = export_keep_text(reader, &text);
}

/* Registers the entity under a name; false: another one has it. */
static bool enter_name(struct planned *planned, struct planned_entity *entity, const char *whose, const char *name)
{
    struct text key = {0};
    name_key(&key, whose, entity->kind, name);
    uint32_t count = planned->names.count, number = intern_add(&planned->names, key.data, key.length);
    ARRAY_REACH(planned->by_name, number, planned->name_room);
    bool first = number == count;
    if (first)
        planned->by_name[number] = entity;
    text_free(&key);
    return first;
}

static void name_entity(struct export_reader *reader, struct planned *planned, struct planned_entity *entity)
{
    const struct planned_scope *scope = scope_of(entity->scope);
    struct arn arn;
    if (entity->name == NULL)
        entity->name = name_to_come(reader, entity->key, planned->label);
    const char *name = entity->name;
    if (entity->arn != NULL && arn_parse(entity->arn, strlen(entity->arn), &arn)) {
        entity->account = export_keep(reader, arn.account.at, arn.account.length);
        enter_name(planned, entity, entity->account, name);
    } else {
        entity->account = planned_account(reader, planned, entity->scope);
        const char *whose = entity->account != NULL ? entity->account : "";
        bool alone = enter_name(planned, entity, whose, name);
        /* Named after its scope or, if that already has an entity with this name, after its key, which is unique. */
        if (!alone && scope->name[0] != '\0') {
            entity->name = second_name(reader, name, scope->name, "");
            alone = enter_name(planned, entity, whose, entity->name);
        }
        if (!alone)
            entity->name = second_name(reader, name, entity->key, planned->label);
        make_arn(reader, planned, entity);
    }
    if (scope->name[0] != '\0')
        enter_name(planned, entity, scope->name, name);
}

static struct planned_entity *find_key(const struct planned *planned, const char *key)
{
    uint32_t number = key != NULL ? intern_find(&planned->keys, key, strlen(key)) : INTERN_NONE;
    return number != INTERN_NONE ? planned->by_key[number] : NULL;
}

static struct planned_entity *find_name(const struct planned *planned, const char *whose, enum planned_kind kind,
                                        const char *name)
{
    struct text key = {0};
    name_key(&key, whose, kind, name);
    uint32_t number = intern_find(&planned->names, key.data, key.length);
    text_free(&key);
    return number != INTERN_NONE ? planned->by_name[number] : NULL;
}

/* The entity that the reference, made in that scope, refers to. */
static struct planned_entity *find(const struct export_reader *reader, const struct planned *planned,
                                   enum planned_kind kind, const struct planned_reference *reference,
                                   const struct planned_scope *scope)
{
    struct planned_entity *entity = find_key(planned, reference->key);
    const char *account = planned_account(reader, planned, scope);
    if (entity == NULL && reference->name != NULL && scope_of(scope)->name[0] != '\0')
        entity = find_name(planned, scope->name, kind, reference->name);
    if (entity == NULL && reference->name != NULL)
        entity = find_name(planned, account != NULL ? account : "", kind, reference->name);
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

/* Everyone who may have it: all principals of the kind. False: there are none. */
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
    struct planned_entity *owner = find(reader, planned, link->owner_kind, &link->owner, link->scope);
    if (owner == NULL && link->owner.name == NULL && doubt_all(planned, link->owner_kind)) {
        say(reader, link, "unknown-owner",
            "whose policy or membership this is becomes known only after deployment: the policies of everyone it may "
            "belong to count as unknown");
        return;
    }
    if (owner == NULL) {
        say(reader, link, "unknown-owner",
            "a policy or membership of a user, group or role that is not in the file; skipped");
        return;
    }
    struct batch_principal *principal = owner->principal;
    if (link->what == LINK_INLINE) {
        export_add_inline(reader, principal, link->name, &link->document);
        return;
    }
    if (link->what == LINK_MEMBER) {
        struct planned_entity *group = find(reader, planned, PLANNED_GROUP, &link->to, link->scope);
        const char *name = group != NULL ? group->name : link->to.name;
        principal->identity_lost = principal->identity_lost || name == NULL;
        if (name != NULL)
            export_add_pair(reader, &principal->groups, name, NULL);
        return;
    }
    const char *arn = arn_of(planned, &link->to);
    principal->identity_lost = principal->identity_lost || arn == NULL;
    if (arn != NULL)
        export_add_managed(reader, principal, arn, link->provided);
    else
        say(reader, link, "unknown-policy",
            "which policy is attached becomes known only after deployment: its holder's policies count as unknown");
}

static void put(struct export_reader *reader, struct planned *planned, struct planned_entity *entity)
{
    struct batch_principal *principal = entity->principal;
    if (entity->kind == PLANNED_POLICY) {
        if (!export_policy(reader, entity->arn, entity->name, planned->standing, &entity->document))
            export_problem(reader, PROBLEM_ERROR, "foreign-object", 0, 0, "not the ARN of a policy; skipped");
        return;
    }
    principal->arn = entity->arn;
    if (entity->has_boundary) {
        principal->boundary_arn = arn_of(planned, &entity->boundary);
        principal->identity_lost = principal->identity_lost || principal->boundary_arn == NULL;
    }
    const char *wrong =
        entity->account == NULL
            ? "the file does not say which account this belongs to; skipped: name the account with --account ID"
            : export_settle(reader, principal);
    if (wrong != NULL)
        export_problem(reader, PROBLEM_ERROR, "foreign-object", principal->line, 1, wrong);
    else
        BATCH_APPEND(reader->batch->principals, principal);
}

static void say_account(struct export_reader *reader, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say_account(struct export_reader *reader, const char *code, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    export_problem(reader, PROBLEM_WARNING, code, 1, 1, text.data);
    text_free(&text);
}

/* Reports that the account comes from the user, not from the file. */
static void say_accounts(struct export_reader *reader, const struct planned *planned)
{
    size_t taken = 0;
    const struct planned_scope *unsure = NULL, *placed = NULL;
    for (const struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next) {
        const struct planned_scope *scope = scope_of(entity->scope);
        if (entity->arn != NULL)
            continue;
        taken += scope->account == NULL;
        placed = scope->account != NULL ? scope : placed;
        unsure = scope->other_account && scope->account == NULL ? scope : unsure;
    }
    if (reader->account_given && taken > 0 && planned->account != NULL &&
        (planned->several || strcmp(planned->account, reader->account) != 0))
        say_account(reader, "other-account",
                    "the file names account %s%s, but --account names %s, to which the file's %zu users, groups, roles "
                    "and policies without an account are added",
                    planned->account, planned->several ? " and others" : "", reader->account, taken);
    else if (reader->account_given && taken == 0 && placed != NULL && strcmp(placed->account, reader->account) != 0)
        say_account(reader, "other-account", "--account names %s, but the file names account %s, which is used",
                    reader->account, placed->account);
    if (unsure != NULL)
        say_account(reader, "unknown-account",
                    "provider %s has its own credentials, and the file does not say for which account: its resources "
                    "are counted in the account of the other providers",
                    unsure->name);
}

bool planned_place(struct export_reader *reader, struct planned *planned)
{
    bool any = false;
    if (planned->first == NULL)
        return true;
    for (struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next)
        any = any || entity->arn != NULL || planned_account(reader, planned, entity->scope) != NULL;
    if (!any && !planned->several) {
        reader->batch->refusal = "does not name its account: give it with --account ID, or put the file into a folder "
                                 "named after the account";
        return false;
    }
    say_accounts(reader, planned);
    planned->label = document_label(reader, planned);
    /* First entities with a known ARN, whose names are certain. */
    for (int known = 1; known >= 0; known--)
        for (struct planned_entity *entity = planned->first; entity != NULL; entity = entity->next)
            if ((entity->arn != NULL) == (known == 1))
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
