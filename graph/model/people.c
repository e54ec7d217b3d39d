#include "graph/model/people.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/order.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
#define RESERVED_PATH "/aws-reserved/sso.amazonaws.com/"
#define RESERVED_NAME "AWSReservedSSO_"
#define SUFFIX 16u

struct permission_set {
    const char *id, *name, *duration; /* name NULL: not described */
};

/* A session tag and the attribute that gives its value. */
struct access_attribute {
    const char *key, *source;
};

struct people {
    struct arena arena;
    const struct model *model;
    struct permission_set *sets;
    uint32_t set_count, set_room;
    struct access_attribute *attributes;
    uint32_t attribute_count, attribute_room;
    bool tags_known;    /* which attributes become tags */
    bool sets_known;    /* all sets are listed and described */
    bool members_known; /* all people are listed */
    bool enterprise;    /* somebody has an attribute of the enterprise extension, so the extension was exported */
    uint32_t *roles;    /* of Identity Center */
    bool *complete;     /* per role of these */
    uint32_t role_count, role_room;
    struct intern role_keys;        /* "ACCOUNT SET" */
    uint32_t *first_role, key_room; /* per key: a place in roles */
    uint32_t *next_role;            /* per place: the next one with the same key, or MODEL_NONE */
    struct people_group *groups;
    uint32_t group_count, group_room;
    struct intern group_ids, person_ids;
    struct person *people; /* by the numbers of their ids; at the end sorted by text */
    uint32_t person_count, person_room;
};

bool people_set_of_role(const struct model_principal *role, const char **set, size_t *length)
{
    size_t size = strlen(role->name), before = sizeof RESERVED_NAME - 1;
    if (!role->is_role || strncmp(role->path, RESERVED_PATH, sizeof RESERVED_PATH - 1) != 0 ||
        strncmp(role->name, RESERVED_NAME, before) != 0 || size < before + 2 + SUFFIX ||
        role->name[size - SUFFIX - 1] != '_' || strspn(role->name + size - SUFFIX, "0123456789abcdef") != SUFFIX)
        return false;
    *set = role->name + before;
    *length = size - before - SUFFIX - 1;
    return true;
}

/* ---- small tables */

static const char *keep(struct people *people, const char *text)
{
    return text != NULL ? arena_copy_text(&people->arena, text, strlen(text)) : NULL;
}

static bool is_listed(struct query *listing, const char *call, const char *argument)
{
    QUERY_BIND(listing, sql_text(call), sql_text(argument));
    return query_finds(listing);
}

static void read_sets(struct people *people, struct store *store)
{
    struct query *rows = query_open(store, "SELECT id, name, duration, listed FROM permission_set ORDER BY id");
    while (query_next(rows)) {
        struct permission_set set = {keep(people, query_text(rows, 0)), keep(people, query_text(rows, 1)),
                                     keep(people, query_text(rows, 2))};
        people->sets_known = people->sets_known && (set.name != NULL || query_integer(rows, 3) == 0);
        ARRAY_ADD(people->sets, people->set_count, people->set_room, set);
    }
    query_close(rows);
}

static void read_attributes(struct people *people, struct store *store)
{
    struct query *rows = query_open(store, "SELECT key, json_extract(sources, '$[0]') FROM access_attribute");
    while (query_next(rows))
        ARRAY_ADD(people->attributes, people->attribute_count, people->attribute_room,
                  (struct access_attribute){keep(people, query_text(rows, 0)), keep(people, query_text(rows, 1))});
    query_close(rows);
}

static const struct permission_set *find_set(const struct people *people, const char *id)
{
    uint32_t low = 0, high = people->set_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(people->sets[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < people->set_count && strcmp(people->sets[low].id, id) == 0 ? &people->sets[low] : NULL;
}

/* ---- roles */

static void add_role(struct people *people, uint32_t role)
{
    const struct model_principal *principal = &people->model->principals[role];
    const char *set;
    size_t length;
    if (!people_set_of_role(principal, &set, &length))
        return;
    struct text key = {0};
    text_format(&key, "%s %.*s", people->model->accounts[principal->account].id, (int)length, set);
    uint32_t known = people->role_keys.count, place = people->role_count;
    uint32_t number = intern_add(&people->role_keys, key.data, key.length);
    text_free(&key);
    ARRAY_RESERVE(people->first_role, number + 1, people->key_room);
    people->next_role = memory_resize(people->next_role, (size_t)place + 1, sizeof *people->next_role);
    people->next_role[place] = number == known ? MODEL_NONE : people->first_role[number];
    people->first_role[number] = place;
    ARRAY_ADD(people->roles, people->role_count, people->role_room, role);
}

/* The first place, in roles, of the set's roles in the account. */
static uint32_t roles_of(const struct people *people, const char *account, const char *set)
{
    char *key = memory_print("%s %s", account, set);
    uint32_t number = intern_find(&people->role_keys, key, strlen(key));
    free(key);
    return number != INTERN_NONE ? people->first_role[number] : MODEL_NONE;
}

/* ---- who */

static uint32_t group_of(struct people *people, const char *id)
{
    uint32_t number = intern_add(&people->group_ids, id, strlen(id));
    if (number == people->group_count)
        ARRAY_ADD(people->groups, people->group_count, people->group_room,
                  (struct people_group){.id = intern_text(&people->group_ids, number)});
    return number;
}

static uint32_t person_of(struct people *people, const char *id)
{
    uint32_t number = intern_add(&people->person_ids, id, strlen(id));
    if (number == people->person_count)
        ARRAY_ADD(people->people, people->person_count, people->person_room,
                  (struct person){.id = intern_text(&people->person_ids, number), .enabled = FACT_UNKNOWN});
    return number;
}

static struct people_ways *ways_of(struct people *people, const char *kind, const char *id)
{
    bool group = strcmp(kind, "GROUP") == 0;
    uint32_t number = group ? group_of(people, id) : person_of(people, id);
    return group ? &people->groups[number].ways : &people->people[number].ways;
}

static void add_assignment(struct people *people, const char *account, const char *set_id, const char *kind,
                           const char *principal)
{
    const struct permission_set *set = find_set(people, set_id);
    uint32_t place = set != NULL && set->name != NULL ? roles_of(people, account, set->name) : MODEL_NONE;
    for (; place != MODEL_NONE; place = people->next_role[place]) {
        struct people_ways *ways = ways_of(people, kind, principal);
        ARRAY_ADD(ways->list, ways->count, ways->room,
                  (struct people_way){.role = people->roles[place], .set = set->name, .duration = set->duration});
    }
}

#define ASSIGNMENTS "SELECT account, permission_set, kind, principal FROM account_assignment"

static void add_rows(struct people *people, struct query *rows)
{
    while (query_next(rows))
        add_assignment(people, query_text(rows, 0), query_text(rows, 1), query_text(rows, 2), query_text(rows, 3));
}

/* Only those of the roles, set by set. */
static void read_few_assignments(struct people *people, struct store *store)
{
    struct query *rows = query_open(store, ASSIGNMENTS " WHERE account = ? AND permission_set = ?");
    for (uint32_t i = 0; i < people->role_keys.count; i++) {
        const struct model_principal *role = &people->model->principals[people->roles[people->first_role[i]]];
        const char *set = strchr(intern_text(&people->role_keys, i), ' ') + 1;
        for (uint32_t j = 0; j < people->set_count; j++) {
            if (people->sets[j].name == NULL || strcmp(people->sets[j].name, set) != 0)
                continue;
            QUERY_BIND(rows, sql_text(people->model->accounts[role->account].id), sql_text(people->sets[j].id));
            add_rows(people, rows);
        }
    }
    query_close(rows);
}

static void read_assignments(struct people *people, struct store *store, bool part)
{
    if (part) {
        read_few_assignments(people, store);
        return;
    }
    struct query *rows = query_open(store, ASSIGNMENTS);
    add_rows(people, rows);
    query_close(rows);
}

static void read_entitlements(struct people *people, struct store *store)
{
    struct query *rows = query_open(store, "SELECT e.id, e.kind, e.principal, e.role, a.arn FROM entitlement e LEFT "
                                           "JOIN access_application a ON a.id = e.application");
    while (query_next(rows)) {
        uint32_t role = model_find_arn(people->model, query_text(rows, 3));
        if (role == MODEL_NONE || !people->model->principals[role].is_role)
            continue;
        struct people_ways *ways = ways_of(people, query_text(rows, 1), query_text(rows, 2));
        ARRAY_ADD(ways->list, ways->count, ways->room,
                  (struct people_way){.role = role,
                                      .entitlement = keep(people, query_text(rows, 0)),
                                      .application = keep(people, query_text(rows, 4))});
    }
    query_close(rows);
}

static void name_groups(struct people *people, struct store *store)
{
    struct query *row = query_open(store, "SELECT name FROM person_group WHERE id = ?");
    for (uint32_t i = 0; i < people->group_count; i++) {
        struct people_group *group = &people->groups[i];
        query_bind_text(row, 1, group->id);
        bool named = query_next(row) && !query_is_null(row, 0);
        group->name = named ? keep(people, query_text(row, 0)) : group->id;
        query_reset(row);
    }
    query_close(row);
}

/* For groups that have ways. */
static void read_members(struct people *people, struct store *store)
{
    struct query *rows = query_open(store, "SELECT person FROM person_membership WHERE \"group\" = ? ORDER BY person");
    for (uint32_t i = 0; i < people->group_count; i++) {
        query_bind_text(rows, 1, people->groups[i].id);
        while (query_next(rows)) {
            uint32_t number = person_of(people, query_text(rows, 0));
            struct person *person = &people->people[number];
            ARRAY_ADD(person->groups, person->group_count, person->group_room, i);
        }
    }
    query_close(rows);
}

static void free_person(struct person *person)
{
    free(person->ways.list);
    free(person->groups);
}

/* If all people are listed, whoever is assigned but not listed was deleted. */
static void read_people(struct people *people, struct store *store)
{
    uint32_t kept = 0;
    struct query *row = query_open(store, "SELECT name, enabled, provisioned, attributes, (SELECT count(*) FROM person "
                                          "o WHERE o.name = p.name) FROM person p WHERE id = ?");
    for (uint32_t i = 0; i < people->person_count; i++) {
        struct person person = people->people[i];
        query_bind_text(row, 1, person.id);
        bool listed = query_next(row), alone = false;
        if (listed) {
            person.name = keep(people, query_text(row, 0));
            person.enabled = query_is_null(row, 1) ? FACT_UNKNOWN : query_integer(row, 1) != 0 ? FACT_YES : FACT_NO;
            person.provisioned = query_integer(row, 2) != 0;
            person.attributes = keep(people, query_text(row, 3));
            alone = query_integer(row, 4) == 1;
        }
        query_reset(row);
        if (!listed && people->members_known) {
            free_person(&person);
            continue;
        }
        struct text text = {0};
        text_format(&text, PERSON_PREFIX "%s", alone && person.name != NULL ? person.name : person.id);
        person.text = keep(people, text.data);
        text_free(&text);
        people->people[kept++] = person;
    }
    people->person_count = kept;
    query_close(row);
}

static int compare_people(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    return strcmp(x->text, y->text);
}

/* ---- completeness of the export */

/* Whether everyone assigned to the set in the account is known. */
static bool is_assignment_known(struct people *people, struct query *listing, struct query *provisioned,
                                struct query *groups, const char *account, const char *set)
{
    char *both = memory_print("%s %s", account, set);
    bool known = is_listed(listing, "list-account-assignments", both);
    free(both);
    QUERY_BIND(provisioned, sql_text(set), sql_text(account));
    if (!known)
        return is_listed(listing, "list-accounts-for-provisioned-permission-set", set) && !query_finds(provisioned);
    QUERY_BIND(groups, sql_text(account), sql_text(set));
    return people->members_known && !query_finds(groups);
}

static void find_complete(struct people *people, struct store *store, struct query *listing)
{
    struct query *provisioned =
        query_open(store, "SELECT 1 FROM permission_set_account WHERE permission_set = ? AND account = ?");
    /* Groups whose members are unknown; a deleted group has none. */
    struct query *groups = query_open(
        store, "SELECT 1 FROM account_assignment a WHERE account = ? AND permission_set = ? AND kind = 'GROUP' AND NOT "
               "EXISTS (SELECT 1 FROM listing WHERE call = 'list-group-memberships' AND argument = a.principal) AND "
               "(EXISTS (SELECT 1 FROM person_group g WHERE g.id = a.principal) OR NOT EXISTS (SELECT 1 FROM listing "
               "WHERE call = 'identitystore-list-groups'))");
    people->complete = memory_zeroed(people->role_count, sizeof *people->complete);
    for (uint32_t i = 0; i < people->role_count && people->sets_known; i++) {
        const struct model_principal *role = &people->model->principals[people->roles[i]];
        const char *account = people->model->accounts[role->account].id, *name = NULL;
        size_t length = 0;
        bool complete = people_set_of_role(role, &name, &length);
        for (uint32_t j = 0; j < people->set_count && complete; j++) {
            const struct permission_set *set = &people->sets[j];
            if (set->name != NULL && strncmp(set->name, name, length) == 0 && set->name[length] == '\0')
                complete = is_assignment_known(people, listing, provisioned, groups, account, set->id);
        }
        people->complete[i] = complete;
    }
    query_close(provisioned);
    query_close(groups);
}

/* ---- the whole */

static void read_all(struct people *people, struct store *store, bool part)
{
    struct query *listing = query_open(store, "SELECT 1 FROM listing WHERE call = ? AND argument = ?");
    people->tags_known = is_listed(listing, "access-control-attributes", "");
    people->sets_known = is_listed(listing, "list-permission-sets", "");
    people->members_known =
        store_number(store, "SELECT EXISTS (SELECT 1 FROM listing WHERE call = 'identitystore-list-users')") != 0;
    people->enterprise =
        store_number(store, "SELECT EXISTS (SELECT 1 FROM person WHERE attributes GLOB '*\"enterprise.*')") != 0;
    read_sets(people, store);
    read_attributes(people, store);
    for (uint32_t i = 0; i < people->model->principal_count; i++)
        add_role(people, i);
    read_assignments(people, store, part);
    read_entitlements(people, store);
    read_members(people, store);
    name_groups(people, store);
    read_people(people, store);
    if (people->person_count > 1)
        qsort(people->people, people->person_count, sizeof *people->people, compare_people);
    find_complete(people, store, listing);
    query_close(listing);
}

struct people *people_load(const struct model *model, struct store *store, bool part)
{
    if (store_number(store, "SELECT EXISTS (SELECT 1 FROM permission_set) OR EXISTS (SELECT 1 FROM entitlement) OR "
                            "EXISTS (SELECT 1 FROM account_assignment) OR EXISTS (SELECT 1 FROM person)") == 0)
        return NULL;
    struct people *people = memory_zeroed(1, sizeof *people);
    people->model = model;
    read_all(people, store, part);
    return people;
}

void people_free(struct people *people)
{
    if (people == NULL)
        return;
    for (uint32_t i = 0; i < people->person_count; i++)
        free_person(&people->people[i]);
    for (uint32_t i = 0; i < people->group_count; i++)
        free(people->groups[i].ways.list);
    free(people->people);
    free(people->groups);
    free(people->sets);
    free(people->attributes);
    free(people->roles);
    free(people->complete);
    free(people->first_role);
    free(people->next_role);
    intern_free(&people->role_keys);
    intern_free(&people->group_ids);
    intern_free(&people->person_ids);
    arena_free(&people->arena);
    free(people);
}

/* The person and its groups. */
#define HOLDERS                                                                                                        \
    "WITH holder (kind, id) AS (SELECT 'USER', ?1 UNION SELECT 'USER', id FROM person WHERE name = ?1 UNION SELECT "   \
    "'GROUP', m.\"group\" FROM person_membership m WHERE m.person = ?1 OR m.person IN (SELECT id FROM person WHERE "   \
    "name = ?1)) "

bool people_roles_of(struct store *store, const char *name, int64_t **roles, size_t *count)
{
    struct query *entitled = query_open(
        store, HOLDERS "SELECT 1 FROM holder h JOIN entitlement e ON e.principal = h.id AND e.kind = h.kind");
    /* The roles' names form one range; '~' sorts after every character they can contain. */
    struct query *rows =
        query_open(store, HOLDERS
                   "SELECT DISTINCT r.id FROM holder h JOIN account_assignment a ON a.principal = h.id AND a.kind = "
                   "h.kind JOIN permission_set s ON s.id = a.permission_set JOIN principal r ON r.account = "
                   "a.account AND r.kind = 'role' AND r.name >= '" RESERVED_NAME
                   "' || s.name || '_' AND r.name < '" RESERVED_NAME "' || s.name || '_~' ORDER BY r.id");
    size_t room = 0;
    *roles = NULL;
    *count = 0;
    query_bind_text(entitled, 1, name);
    query_bind_text(rows, 1, name);
    bool by_assignment = !query_finds(entitled);
    while (by_assignment && query_next(rows))
        ARRAY_ADD(*roles, *count, room, query_integer(rows, 0));
    query_close(entitled);
    query_close(rows);
    return by_assignment && store_error(store) == NULL;
}

const struct person *people_list(const struct people *people, uint32_t *count)
{
    *count = people->person_count;
    return people->people;
}

const struct people_group *people_groups(const struct people *people, uint32_t *count)
{
    *count = people->group_count;
    return people->groups;
}

const uint32_t *people_roles(const struct people *people, uint32_t *count)
{
    *count = people->role_count;
    return people->roles;
}

bool people_role_is_complete(const struct people *people, uint32_t place)
{
    return people->complete[place];
}

enum fact people_role_known(const struct people *people, uint32_t role)
{
    uint32_t count = people != NULL ? people->role_count : 0;
    uint32_t place =
        count > 0 ? (uint32_t)order_lower_bound(&role, people->roles, count, sizeof role, order_numbers) : 0;
    if (place == count || people->roles[place] != role)
        return FACT_UNKNOWN;
    return people->complete[place] ? FACT_YES : FACT_NO;
}

/* ---- sessions */

/* AWS does not document how it replaces characters that session names cannot have. Source:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const char *person_session_name(const struct person *person)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-";
    if (person->name == NULL)
        return NULL;
    size_t length = strlen(person->name);
    return length >= 2 && length <= 64 && strspn(person->name, allowed) == length ? person->name : NULL;
}

/* The PATH in "${path:PATH}", if the export has such attributes; the caller frees it. NULL: it does not. */
static char *path_of(const struct people *people, const char *source)
{
    static const char *const not_kept[] = {"addresses", "phoneNumbers", "birthdate"};
    size_t length = source != NULL ? strlen(source) : 0;
    if (length < 8 || strncmp(source, "${path:", 7) != 0 || source[length - 1] != '}' ||
        strchr(source + 7, '}') != source + length - 1)
        return NULL;
    for (size_t i = 0; i < sizeof not_kept / sizeof not_kept[0]; i++)
        if (strncasecmp(source + 7, not_kept[i], strlen(not_kept[i])) == 0)
            return NULL;
    if (strncmp(source + 7, "enterprise.", 11) == 0 && !people->enterprise)
        return NULL;
    return memory_text_part(source + 7, length - 8);
}

enum fact person_tag(struct people *people, const struct person *person, const char *key, const char **value)
{
    enum fact found = people->tags_known && !person->provisioned && person->attributes != NULL ? FACT_NO : FACT_UNKNOWN;
    *value = NULL;
    for (uint32_t i = 0; i < people->attribute_count && people->tags_known && person->attributes != NULL; i++) {
        if (strcasecmp(people->attributes[i].key, key) != 0)
            continue;
        char *path = path_of(people, people->attributes[i].source);
        if (path == NULL)
            return FACT_UNKNOWN;
        json_t *attributes = json_loads(person->attributes, 0, NULL);
        const char *text = json_string_value(json_object_get(attributes, path));
        if (text != NULL)
            *value = keep(people, text);
        found = text != NULL ? FACT_YES : FACT_NO;
        json_decref(attributes);
        free(path);
    }
    return found;
}
