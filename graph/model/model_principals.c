/* Users and roles with their tags and policies. */
#include "graph/model/model_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/support/order.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct model_loading *loading;
    struct loading_rows principals, tags, policies, groups;
    struct query *boundary, *others, *group, *of_group;
    struct id_map group_numbers;
    struct group_policies {
        uint32_t first, count;
    } * by_group; /* into group_uses, by number */
    struct policy_use *group_uses;
    uint32_t group_count, group_room, group_use_count, group_use_room;
    struct intern borrowed; /* ARNs of managed policies → database ids of other accounts' documents, 0 none */
    int64_t *borrowed_documents;
    uint32_t borrowed_room;
    struct model_tag *of_one; /* of the principal being read */
    uint32_t of_one_room;
};

/* Text that few principals share is not interned. */
static const char *own_text(struct model_loading *loading, struct query *row, int column)
{
    const char *text = loading_peek(row, column);
    return text[0] != '\0' ? arena_copy_text(&loading->model->arena, text, strlen(text)) : "";
}

/* A name is stored as the end of its ARN. */
static const char *name_in_arn(struct model_loading *loading, const char *arn, struct query *row, int column)
{
    const char *name = loading_peek(row, column);
    size_t whole = strlen(arn), length = strlen(name);
    if (length < whole && strcmp(arn + whole - length, name) == 0)
        return arn + whole - length;
    return loading_text(loading, row, column);
}

static bool is(struct query *row, int column, const char *word)
{
    return strcmp(loading_peek(row, column), word) == 0;
}

/* ---- policies */

/* The document of a managed policy that the principal's own account did not export: another account's copy, or
 * MODEL_NONE and *built_in, for ours. */
static uint32_t borrowed_document(struct reading *reading, const char *arn, bool *built_in)
{
    struct model_loading *loading = reading->loading;
    if (!arn_is_aws_managed_policy(arn))
        return MODEL_NONE;
    uint32_t known = reading->borrowed.count, number = intern_add(&reading->borrowed, arn, strlen(arn));
    if (number == known) {
        query_bind_text(reading->others, 1, arn);
        int64_t document = query_next(reading->others) ? query_integer(reading->others, 0) : 0;
        query_reset(reading->others);
        ARRAY_ADD(reading->borrowed_documents, known, reading->borrowed_room, document);
    }
    *built_in = reading->borrowed_documents[number] == 0;
    return loading_meet_document(loading, reading->borrowed_documents[number]);
}

/* Reads a row: principal, kind, name, arn, document, source, line, layout, provided. */
static struct policy_use read_policy(struct reading *reading, struct query *row, const char *holder)
{
    struct model_loading *loading = reading->loading;
    struct policy_use use = {
        .kind = is(row, 1, "managed") ? USE_MANAGED : USE_INLINE,
        .name = loading_text(loading, row, 2),
        .arn = loading_text_or_null(loading, row, 3),
        .holder = holder,
        .document = loading_meet_document(loading, query_integer(row, 4)),
        .source = loading_id(row, 5),
        .line = (uint32_t)query_integer(row, 6),
        .layout = loading_id(row, 7),
        .provided = loading_text_or_null(loading, row, 8),
    };
    if (use.document == MODEL_NONE && use.kind == USE_MANAGED)
        use.document = borrowed_document(reading, use.arn, &use.built_in);
    return use;
}

static const char *group_arn(struct reading *reading, int64_t group)
{
    query_bind_integer(reading->group, 1, group);
    const char *arn = query_next(reading->group) ? loading_text(reading->loading, reading->group, 0) : "";
    query_reset(reading->group);
    return arn;
}

/* The number of a group; its policies are read when its first member appears. */
static uint32_t number_group(struct reading *reading, int64_t group)
{
    bool fresh = false;
    uint32_t *number = id_map_add(&reading->group_numbers, group, &fresh);
    if (!fresh)
        return *number;
    *number = reading->group_count;
    const char *arn = group_arn(reading, group);
    struct group_policies policies = {.first = reading->group_use_count};
    query_bind_integer(reading->of_group, 1, group);
    while (query_next(reading->of_group)) {
        struct policy_use use = read_policy(reading, reading->of_group, arn);
        use.via_group = true;
        ARRAY_ADD(reading->group_uses, reading->group_use_count, reading->group_use_room, use);
    }
    policies.count = reading->group_use_count - policies.first;
    ARRAY_ADD(reading->by_group, reading->group_count, reading->group_room, policies);
    return reading->group_count - 1;
}

/* A group that was not exported. */
static void add_unknown_group(struct reading *reading, const struct model_principal *user)
{
    struct model_loading *loading = reading->loading;
    char text[256];
    snprintf(text, sizeof text, "of group %.200s (the group", loading_peek(reading->groups.query, 1));
    *loading_add_use(loading) = (struct policy_use){.kind = USE_INLINE,
                                                    .via_group = true,
                                                    .name = intern_string(&loading->model->strings, text),
                                                    .holder = user->arn,
                                                    .document = MODEL_NONE};
}

static void add_group_uses(struct reading *reading, uint32_t number)
{
    const struct group_policies *group = &reading->by_group[number];
    for (uint32_t i = 0; i < group->count; i++)
        *loading_add_use(reading->loading) = reading->group_uses[group->first + i];
}

static void read_policies(struct reading *reading, struct model_principal *principal)
{
    struct model_loading *loading = reading->loading;
    principal->first_group = loading->membership_count;
    principal->first_policy = loading->model->use_count;
    for (bool more = loading_rows_of(&reading->policies, principal->id); more;
         more = loading_rows_next(&reading->policies) && loading_rows_are(&reading->policies, principal->id))
        *loading_add_use(loading) = read_policy(reading, reading->policies.query, principal->arn);
    for (bool more = !principal->is_role && loading_rows_of(&reading->groups, principal->id); more;
         more = loading_rows_next(&reading->groups) && loading_rows_are(&reading->groups, principal->id)) {
        if (query_is_null(reading->groups.query, 2)) {
            add_unknown_group(reading, principal);
            continue;
        }
        uint32_t number = number_group(reading, query_integer(reading->groups.query, 2));
        add_group_uses(reading, number);
        /* The group's index, once groups are sorted. */
        if (loading->groups) {
            ARRAY_ADD(loading->model->memberships, loading->membership_count, loading->membership_room, number);
            principal->group_count++;
        }
    }
    principal->policy_count = loading->model->use_count - principal->first_policy;
}

/* ---- principals */

static void read_tags(struct reading *reading, struct model_principal *principal)
{
    struct model_loading *loading = reading->loading;
    uint32_t count = 0;
    for (bool more = loading_rows_of(&reading->tags, principal->id); more;
         more = loading_rows_next(&reading->tags) && loading_rows_are(&reading->tags, principal->id))
        ARRAY_ADD(reading->of_one, count, reading->of_one_room,
                  ((struct model_tag){loading_text(loading, reading->tags.query, 1),
                                      loading_text(loading, reading->tags.query, 2)}));
    principal->tags = arena_copy(&loading->model->arena, reading->of_one, count, sizeof *reading->of_one);
    principal->tag_count = count;
}

static void read_trust(struct reading *reading, struct query *row, const struct model_principal *principal)
{
    if (query_is_null(row, 7))
        return;
    struct model_loading *loading = reading->loading;
    struct policy_use use = {.kind = USE_TRUST,
                             .name = "",
                             .holder = principal->arn,
                             .document = loading_meet_document(loading, query_integer(row, 7)),
                             .source = principal->source,
                             .line = (uint32_t)query_integer(row, 8),
                             .layout = loading_id(row, 9)};
    *loading_add_use(loading) = use;
}

static void read_boundary(struct reading *reading, struct query *row, const struct model_principal *principal)
{
    struct model_loading *loading = reading->loading;
    const char *arn = loading_text_or_null(loading, row, 10);
    if (arn == NULL)
        return;
    const char *slash = strrchr(arn, '/');
    struct policy_use use = {.kind = USE_BOUNDARY,
                             .name = slash != NULL ? slash + 1 : arn,
                             .arn = arn,
                             .holder = principal->arn,
                             .document = loading_meet_document(loading, query_integer(row, 11))};
    if (use.document == MODEL_NONE)
        use.document = borrowed_document(reading, arn, &use.built_in);
    query_bind_text(reading->boundary, 1, query_text(row, 1));
    query_bind_text(reading->boundary, 2, arn);
    if (query_next(reading->boundary)) {
        use.source = loading_id(reading->boundary, 0);
        use.line = (uint32_t)query_integer(reading->boundary, 1);
        use.layout = loading_id(reading->boundary, 2);
    }
    query_reset(reading->boundary);
    *loading_add_use(loading) = use;
}

/* Whether the contents of the principal's policies are wanted. */
static bool is_asked(const struct model_loading *loading, int64_t principal)
{
    return !loading->outline && (loading->asked == NULL || bsearch(&principal, loading->asked, loading->asked_count,
                                                                   sizeof *loading->asked, order_ids) != NULL);
}

static void read_principal(struct reading *reading)
{
    struct model_loading *loading = reading->loading;
    struct model *model = loading->model;
    struct query *row = reading->principals.query;
    const char *account = loading_peek(row, 1);
    ARRAY_RESERVE(model->principals, model->principal_count + 1, loading->principal_room);
    struct model_principal *principal = &model->principals[model->principal_count++];
    *principal = (struct model_principal){
        .id = query_integer(row, 0),
        .account = intern_add(&loading->account_ids, account, strlen(account)),
        .is_role = is(row, 2, "role"),
        .arn = own_text(loading, row, 3),
        .path = loading_text(loading, row, 5),
        .unique_id = own_text(loading, row, 6),
        .identity_known = query_integer(row, 12) != 0,
        .tags_known = query_integer(row, 13) != 0,
        .max_session_duration = (uint32_t)query_integer(row, 14),
        .last_used = query_is_null(row, 15) ? NULL : own_text(loading, row, 15),
        .source = loading_id(row, 16),
        .line = (uint32_t)query_integer(row, 17),
        .created = own_text(loading, row, 18),
        .in_instance_profile = query_is_null(row, 19)        ? FACT_UNKNOWN
                               : query_integer(row, 19) != 0 ? FACT_YES
                                                             : FACT_NO,
    };
    principal->name = name_in_arn(loading, principal->arn, row, 4);
    principal->service_linked = arn_path_is_service_linked(principal->path);
    loading->silent = !is_asked(loading, principal->id);
    read_trust(reading, row, principal);
    principal->first_policy = model->use_count;
    if (loading->silent)
        return;
    read_boundary(reading, row, principal);
    read_policies(reading, principal);
    read_tags(reading, principal);
}

#define PRINCIPALS                                                                                                     \
    "SELECT id, account, kind, arn, name, path, unique_id, trust_document, trust_line, trust_layout, boundary_arn, "   \
    "boundary_document, identity_known, tags_known, coalesce(max_session_duration, 0), last_used, source, line, "      \
    "created, in_instance_profile "                                                                                    \
    "FROM principal WHERE kind <> 'group' "
#define TAGS "SELECT principal, key, value FROM principal_tag "
#define POLICIES "SELECT principal, kind, name, arn, document, source, line, layout, provided FROM attachment "
#define GROUPS_THERE "SELECT id, account, arn FROM principal WHERE kind = 'group'"
#define GROUPS "SELECT user, group_name, group_principal FROM group_membership "

static void reading_open(struct reading *reading)
{
    struct model_loading *loading = reading->loading;
    loading_rows_open(loading, &reading->principals, PRINCIPALS "AND id >= ? ORDER BY id");
    loading_rows_open(loading, &reading->tags, TAGS "WHERE principal >= ? ORDER BY principal, key");
    loading_rows_open(loading, &reading->policies, POLICIES "WHERE principal >= ? ORDER BY principal, position");
    loading_rows_open(loading, &reading->groups, GROUPS "WHERE user >= ? ORDER BY user, group_name");
    reading->boundary =
        query_open(loading->store, "SELECT source, line, layout FROM managed_policy WHERE account = ? AND arn = ?");
    reading->others = query_open(
        loading->store,
        "SELECT document FROM managed_policy WHERE arn = ? AND document IS NOT NULL ORDER BY account LIMIT 1");
    reading->group = query_open(loading->store, "SELECT arn FROM principal WHERE id = ?");
    reading->of_group = query_open(loading->store, POLICIES "WHERE principal = ? ORDER BY position");
}

static void reading_close(struct reading *reading)
{
    query_close(reading->principals.query);
    query_close(reading->tags.query);
    query_close(reading->policies.query);
    query_close(reading->groups.query);
    query_close(reading->boundary);
    query_close(reading->others);
    query_close(reading->group);
    query_close(reading->of_group);
    id_map_free(&reading->group_numbers);
    free(reading->by_group);
    free(reading->group_uses);
    intern_free(&reading->borrowed);
    free(reading->borrowed_documents);
    free(reading->of_one);
}

/* ---- groups */

/* Adds the groups in the rows: id, account, ARN. */
static void read_groups_of(struct reading *reading, struct query *row, uint32_t *room)
{
    struct model_loading *loading = reading->loading;
    struct model *model = loading->model;
    while (query_next(row)) {
        uint32_t number = number_group(reading, query_integer(row, 0));
        const char *account = loading_peek(row, 1);
        ARRAY_REACH(model->groups, number, *room);
        struct model_group *group = &model->groups[number];
        *group = (struct model_group){.arn = loading_text(loading, row, 2),
                                      .account = intern_add(&loading->account_ids, account, strlen(account)),
                                      .first_policy = model->use_count,
                                      .policy_count = reading->by_group[number].count};
        add_group_uses(reading, number);
    }
}

/* All groups of the model's accounts, with or without members. */
static void read_groups(struct reading *reading)
{
    struct model_loading *loading = reading->loading;
    struct model *model = loading->model;
    struct query *row =
        query_open(loading->store, loading->part == NULL ? GROUPS_THERE : GROUPS_THERE " AND account = ?");
    uint32_t room = 0, accounts = loading->part == NULL ? 1 : loading->account_ids.count;
    for (uint32_t i = 0; i < accounts; i++) {
        if (loading->part != NULL)
            query_bind_text(row, 1, intern_text(&loading->account_ids, i));
        read_groups_of(reading, row, &room);
    }
    query_close(row);
    model->group_count = reading->group_count;
    if (reading->group_count > 0)
        ARRAY_REACH(model->groups, reading->group_count - 1, room);
    /* A damaged database may name groups that do not exist. */
    for (uint32_t i = 0; i < reading->group_count; i++)
        if (model->groups[i].arn == NULL)
            model->groups[i].arn = "";
}

void loading_principals(struct model_loading *loading)
{
    struct reading reading = {.loading = loading};
    reading_open(&reading);
    for (size_t i = 0; i < loading->part_count; i++)
        if (loading_rows_of(&reading.principals, loading->part[i]))
            read_principal(&reading);
    loading->silent = false;
    for (bool more = loading->part == NULL && loading_rows_first(&reading.principals); more;
         more = loading_rows_next(&reading.principals))
        read_principal(&reading);
    if (loading->groups)
        read_groups(&reading);
    reading_close(&reading);
}

/* ---- settling */

/* The uses of a principal were added in this order, one principal after the other. */
static void find_own_uses(struct model *model)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        struct model_principal *principal = &model->principals[i];
        for (; next < principal->first_policy; next++)
            *(model->uses[next].kind == USE_TRUST ? &principal->trust : &principal->boundary) = &model->uses[next];
        next += principal->policy_count;
    }
}

static int compare_arns(const void *a, const void *b)
{
    return strcmp(((const struct model_principal *)a)->arn, ((const struct model_principal *)b)->arn);
}

/* Sorts by account, then ARN. The accounts' counts determine their positions. */
static void sort_principals(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct model_principal *sorted = memory_zeroed((size_t)model->principal_count + 1, sizeof *sorted);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        struct model_principal *principal = &model->principals[i];
        principal->account = model_find_account(model, intern_text(&loading->account_ids, principal->account));
        model->accounts[principal->account].principal_count++;
    }
    for (uint32_t i = 0, first = 0; i < model->account_count; i++) {
        model->accounts[i].first_principal = first;
        first += model->accounts[i].principal_count;
        model->accounts[i].principal_count = 0;
    }
    for (uint32_t i = 0; i < model->principal_count; i++) {
        struct model_account *account = &model->accounts[model->principals[i].account];
        sorted[account->first_principal + account->principal_count++] = model->principals[i];
    }
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].principal_count > 1)
            qsort(&sorted[model->accounts[i].first_principal], model->accounts[i].principal_count, sizeof *sorted,
                  compare_arns);
    free(model->principals);
    model->principals = sorted;
}

/* A group and its number before they were sorted. */
struct numbered_group {
    struct model_group group;
    uint32_t number;
};

static int compare_groups(const void *a, const void *b)
{
    const struct model_group *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return strcmp(x->arn, y->arn);
}

/* Sorts by account, then ARN, and renumbers memberships. */
static void sort_groups(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct numbered_group *sorted = memory_zeroed((size_t)model->group_count + 1, sizeof *sorted);
    uint32_t *indexes = memory_zeroed((size_t)model->group_count + 1, sizeof *indexes);
    for (uint32_t i = 0; i < model->group_count; i++) {
        sorted[i] = (struct numbered_group){model->groups[i], i};
        sorted[i].group.account =
            model_find_account(model, intern_text(&loading->account_ids, model->groups[i].account));
    }
    if (model->group_count > 1)
        qsort(sorted, model->group_count, sizeof *sorted, compare_groups);
    for (uint32_t i = 0; i < model->group_count; i++) {
        struct model_account *account = &model->accounts[sorted[i].group.account];
        if (account->group_count++ == 0)
            account->first_group = i;
        model->groups[i] = sorted[i].group;
        indexes[sorted[i].number] = i;
    }
    for (uint32_t i = 0; i < loading->membership_count; i++)
        model->memberships[i] = indexes[model->memberships[i]];
    free(sorted);
    free(indexes);
}

static void settle_use(struct model_loading *loading, struct policy_use *use)
{
    use->document =
        use->built_in ? loading_built_in(loading, use->arn) : loading_numbered_document(loading, use->document);
    use->built_in = use->built_in && use->document != MODEL_NONE;
    if (use->provided != NULL && use->document != MODEL_NONE)
        use->document = loading_provided(loading, use->document, use->provided);
}

void loading_settle(struct model_loading *loading)
{
    struct model *model = loading->model;
    find_own_uses(model);
    sort_principals(loading);
    sort_groups(loading);
    for (uint32_t i = 0; i < model->group_count; i++)
        for (uint32_t j = 0; j < model->groups[i].policy_count; j++)
            settle_use(loading, &model->uses[model->groups[i].first_policy + j]);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        if (principal->trust != NULL)
            settle_use(loading, &model->uses[principal->trust - model->uses]);
        if (principal->boundary != NULL)
            settle_use(loading, &model->uses[principal->boundary - model->uses]);
        for (uint32_t j = 0; j < principal->policy_count; j++)
            settle_use(loading, &model->uses[principal->first_policy + j]);
    }
}
