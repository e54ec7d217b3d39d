/*
 * Users, groups, roles and managed policies: which file wins when several describe the same one (writer.h).
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

struct written_principal *writer_principal_state(struct writer *writer, const char *arn)
{
    uint32_t number = intern_add(&writer->arns, arn, strlen(arn));
    ARRAY_REACH(writer->principals, number, writer->principal_room);
    return &writer->principals[number];
}

#define ONE_IS_USED                                                                                                    \
    "another export has a different %s for %s; authorization details win, then what exists wins over what is "         \
    "planned, then the first export wins"
#define EACH_COUNTS                                                                                                    \
    "another plan or template has a different %s for %s; only one of them can be deployed, so answers depend on "      \
    "which one"

static void merge_problem(struct batch *batch, const struct batch_principal *principal, const char *what, bool shared)
{
    struct batch_problem *problem = arena_allocate(&batch->arena, sizeof *problem);
    struct text text = {0};
    if (shared)
        text_format(&text, EACH_COUNTS, what, principal->arn);
    else
        text_format(&text, ONE_IS_USED, what, principal->arn);
    *problem = (struct batch_problem){.severity = PROBLEM_WARNING,
                                      .code = "exports-disagree",
                                      .account = principal->account,
                                      .pointer = "",
                                      .message = text_keep(&text, &batch->arena),
                                      .line = principal->line,
                                      .column = 1};
    BATCH_APPEND(batch->problems, problem);
}

/* Tags; instance profiles, replacing those of an earlier load. */
static void write_lists(struct writer *writer, int64_t id, const struct batch_principal *principal)
{
    if (writer->had_data && principal->profiles != PROFILES_NOT_EXPORTED)
        WRITE(writer, CLEAR_PROFILES, sql_integer(id));
    for (const struct batch_pair *profile = principal->profile_list; profile != NULL; profile = profile->next)
        WRITE(writer, INSERT_PROFILE, sql_integer(id), sql_text(profile->key), sql_text(profile->value));
    for (const struct batch_pair *tag = principal->tags; tag != NULL; tag = tag->next)
        WRITE(writer, INSERT_TAG, sql_integer(id), sql_text(tag->key), sql_text(tag->value));
}

/* Policies and groups. managed: the ARNs of the batch's managed policies, in the order of the list. */
static void write_policies(struct writer *writer, int64_t source, const struct batch_principal *principal,
                           const struct intern *managed, const struct batch_managed_policy *const *managed_list)
{
    struct written_principal *state = writer_principal_state(writer, principal->arn);
    for (const struct batch_policy *policy = principal->inline_policies; policy != NULL; policy = policy->next)
        WRITE(writer, INSERT_ATTACHMENT, sql_integer(state->id), sql_integer(state->position++), sql_text("inline"),
              sql_text(policy->name), sql_text(NULL), sql_reference(writer_document(writer, policy->document.entry)),
              sql_integer(source), sql_integer(policy->document.line),
              sql_reference(writer_layout(writer, policy->document.layout)), sql_text(policy->provided));
    for (const struct batch_policy *policy = principal->managed_policies; policy != NULL; policy = policy->next) {
        static const struct batch_document unknown;
        uint32_t number = intern_find(managed, policy->arn, strlen(policy->arn));
        const struct batch_managed_policy *found = number != INTERN_NONE ? managed_list[number] : NULL;
        const struct batch_document *document = found != NULL ? &found->document : &unknown;
        WRITE(writer, INSERT_ATTACHMENT, sql_integer(state->id), sql_integer(state->position++), sql_text("managed"),
              sql_text(policy->name), sql_text(policy->arn), sql_reference(writer_document(writer, document->entry)),
              sql_integer(source), sql_integer(document->line), sql_reference(writer_layout(writer, document->layout)),
              sql_text(policy->provided));
    }
    for (const struct batch_pair *group = principal->groups; group != NULL; group = group->next)
        WRITE(writer, INSERT_MEMBERSHIP, sql_integer(state->id), sql_text(group->key));
}

static const char *const kind_words[] = {[BATCH_USER] = "user", [BATCH_ROLE] = "role", [BATCH_GROUP] = "group"};

int64_t writer_instant(const char *text)
{
    int64_t number = 0;
    int digits = 0;
    for (; text != NULL && *text != '\0' && digits < 14; text++)
        if (*text >= '0' && *text <= '9') {
            number = number * 10 + (*text - '0');
            digits++;
        }
    return number;
}

static struct query_value session_duration(const struct batch_principal *principal)
{
    return sql_reference(principal->max_session_duration < 0 ? 0 : principal->max_session_duration);
}

static struct query_value profiled(const struct batch_principal *principal)
{
    return principal->profiles == PROFILES_NOT_EXPORTED ? sql_text(NULL)
                                                        : sql_integer(principal->profiles == PROFILES_SOME);
}

/* Independent of the order of the parts. */
static uint64_t content_of(const struct batch_principal *principal)
{
    uint64_t sum =
        principal->boundary_arn != NULL ? 3 * hash_bytes(principal->boundary_arn, strlen(principal->boundary_arn)) : 0;
    for (const struct batch_policy *policy = principal->inline_policies; policy != NULL; policy = policy->next) {
        uint64_t document = (uintptr_t)policy->document.entry;
        sum += hash_bytes((const char *)&document, sizeof document) ^ hash_bytes(policy->name, strlen(policy->name));
    }
    for (const struct batch_policy *policy = principal->managed_policies; policy != NULL; policy = policy->next)
        sum += 5 * hash_bytes(policy->arn, strlen(policy->arn)) ^
               (policy->provided != NULL ? hash_bytes(policy->provided, strlen(policy->provided)) : 0);
    for (const struct batch_pair *group = principal->groups; group != NULL; group = group->next)
        sum += 7 * hash_bytes(group->key, strlen(group->key));
    return sum;
}

static void insert_principal(struct writer *writer, int64_t source, const struct batch_principal *principal,
                             struct written_principal *state)
{
    state->id = ++writer->next_principal;
    state->details = principal->details;
    state->lost = principal->identity_lost;
    state->standing = principal->standing;
    state->as_of = writer_instant(principal->as_of);
    state->trust = writer_document(writer, principal->trust.entry);
    state->content = principal->details ? content_of(principal) : 0;
    state->listed = state->trust != 0 && principal->standing == STANDING_LISTED;
    WRITE(writer, INSERT_PRINCIPAL, sql_integer(state->id), sql_text(principal->account),
          sql_text(kind_words[principal->kind]), sql_text(principal->arn), sql_text(principal->name),
          sql_text(principal->path), sql_text(principal->unique_id != NULL ? principal->unique_id : ""),
          sql_text(principal->created), sql_reference(state->trust), sql_integer(principal->trust.line),
          sql_reference(writer_layout(writer, principal->trust.layout)), sql_text(principal->boundary_arn),
          sql_integer(principal->details && !principal->identity_lost), sql_integer(principal->tags_known),
          session_duration(principal), sql_text(principal->last_used), sql_text(principal->last_used_region),
          sql_integer(source), sql_integer(principal->line), profiled(principal));
    write_lists(writer, state->id, principal);
}

void writer_find_earlier(struct writer *writer, const char *arn, struct written_principal *state)
{
    struct query *select = writer->queries[SELECT_PRINCIPAL];
    QUERY_BIND(select, sql_text(arn));
    if (query_next(select))
        *state = (struct written_principal){.id = query_integer(select, 0),
                                            .trust = query_integer(select, 1),
                                            .standing = export_kind_named(query_text(select, 2))->standing};
    query_reset(select);
    state->listed = state->trust != 0 && state->standing == STANDING_LISTED;
}

void writer_clear_policies(struct writer *writer, int64_t id)
{
    WRITE(writer, CLEAR_ATTACHMENTS, sql_integer(id));
    WRITE(writer, CLEAR_MEMBERSHIPS, sql_integer(id));
}

/* What another file of the same collection says about the principal. The first part in this load deletes what earlier
 * loads knew. */
static void add_part(struct writer *writer, int64_t source, const struct batch_principal *principal,
                     struct written_principal *state, bool first)
{
    int64_t trust = writer_document(writer, principal->trust.entry);
    if (first) {
        writer_clear_policies(writer, state->id);
        WRITE(writer, CLEAR_TAGS, sql_integer(state->id));
        state->standing = principal->standing;
    }
    state->details = state->details || principal->details;
    state->lost = state->lost || principal->identity_lost;
    state->trust = trust != 0 ? trust : state->trust;
    WRITE(writer, FILL_PRINCIPAL, sql_integer(state->id), sql_text(principal->unique_id), sql_text(principal->created),
          sql_reference(trust), sql_integer(principal->trust.line),
          sql_reference(writer_layout(writer, principal->trust.layout)),
          sql_reference(first || trust != 0 ? source : 0), sql_integer(principal->line),
          sql_text(principal->boundary_arn), sql_integer(state->details && !state->lost),
          sql_integer(principal->tags_known));
    write_lists(writer, state->id, principal);
}

/* Writes everything in authorization details; trust 0: the trust policy is unchanged. `listed`: list-roles has already
 * given it. */
static void update_details(struct writer *writer, int64_t source, const struct batch_principal *principal,
                           struct written_principal *state, int64_t trust, bool listed)
{
    WRITE(writer, UPDATE_PRINCIPAL_FULL, sql_integer(state->id), sql_text(principal->unique_id),
          sql_text(principal->created), sql_reference(trust), sql_integer(principal->trust.line),
          sql_reference(writer_layout(writer, principal->trust.layout)), sql_text(principal->boundary_arn),
          sql_integer(!principal->identity_lost), sql_integer(principal->tags_known), session_duration(principal),
          sql_text(principal->last_used), sql_text(principal->last_used_region), sql_reference(listed ? 0 : source),
          sql_integer(principal->line), profiled(principal));
    state->details = true;
    state->listed = listed;
    state->standing = principal->standing;
    state->as_of = writer_instant(principal->as_of);
    state->position = 0;
    state->content = content_of(principal);
    state->trust = trust != 0 ? trust : state->trust;
    write_lists(writer, state->id, principal);
}

/* Within a load, the details win; a later load of list-roles brings newer facts. */
static void update_listed(struct writer *writer, int64_t source, const struct batch_principal *principal,
                          struct written_principal *state, int64_t trust, bool in_this_load)
{
    bool planned = state->standing == STANDING_PLANNED && !state->listed;
    if (in_this_load && state->trust != 0 && !planned)
        trust = 0;
    WRITE(writer, UPDATE_PRINCIPAL_ROLE, sql_integer(state->id), sql_reference(trust),
          sql_integer(principal->trust.line), sql_reference(writer_layout(writer, principal->trust.layout)),
          session_duration(principal), sql_text(principal->last_used), sql_text(principal->last_used_region),
          sql_text(state->details ? NULL : principal->boundary_arn), sql_integer(principal->tags_known),
          sql_reference(!in_this_load || trust != 0 ? source : 0), sql_integer(principal->line));
    state->listed = state->listed || trust != 0;
    state->trust = trust != 0 ? trust : state->trust;
    write_lists(writer, state->id, principal);
}

/* Updates an existing principal. Returns whether to write its policies and groups, too. */
static bool update_principal(struct writer *writer, struct batch *batch, int64_t source,
                             const struct batch_principal *principal, struct written_principal *state,
                             bool in_this_load)
{
    int64_t trust = writer_document(writer, principal->trust.entry);
    bool later = principal->details && writer_instant(principal->as_of) > state->as_of;
    bool replaces = in_this_load && state->standing > STANDING_LISTED &&
                    (principal->standing > state->standing || (principal->standing == state->standing && later));
    /* A plan says whom the role will trust, list-roles whom it trusts. */
    bool listed = state->listed && principal->standing == STANDING_PLANNED;
    if (replaces)
        state->trust = 0;
    else if ((in_this_load || listed) && trust != 0 && state->trust != 0 && trust != state->trust)
        merge_problem(batch, principal, "trust policy", false);
    else if (principal->details && state->details && state->content != content_of(principal))
        merge_problem(batch, principal, "set of policies, groups or boundary", false);
    if (principal->details && state->details && !replaces)
        return false;
    if (listed)
        trust = 0;
    /* Replaces what an earlier load knew. */
    bool earlier = replaces || (writer->had_data && state->id <= writer->last_principal);
    if (earlier && principal->tags_known && (principal->details || !in_this_load))
        WRITE(writer, CLEAR_TAGS, sql_integer(state->id));
    if (!principal->details) {
        update_listed(writer, source, principal, state, trust, in_this_load);
        return false;
    }
    if (earlier)
        writer_clear_policies(writer, state->id);
    update_details(writer, source, principal, state, trust, listed);
    return true;
}

/* For two plans or templates that create a principal with that name. Returns as writer_share does. */
static bool share_principal(struct writer *writer, struct batch *batch, int64_t source,
                            struct batch_principal *principal, struct written_principal *state, bool in_this_load)
{
    bool same_trust = writer_document(writer, principal->trust.entry) == state->trust;
    bool same_policies = in_this_load && state->content == content_of(principal);
    if (!same_trust)
        merge_problem(batch, principal, "trust policy", true);
    else if (!same_policies)
        merge_problem(batch, principal, "set of policies, groups or boundary", true);
    return writer_share(writer, batch, source, principal, state, same_policies);
}

/* Returns whether to write the principal's policies and groups, too. */
static bool merge_principal(struct writer *writer, struct batch *batch, int64_t source,
                            struct batch_principal *principal)
{
    if (writer_is_deleted(writer, principal->arn, principal->standing, principal->as_of, principal->unique_id))
        return false;
    struct written_principal *state = writer_principal_state(writer, principal->arn);
    bool in_this_load = state->id != 0;
    size_t *counts[] = {[BATCH_USER] = &writer->counts.users,
                        [BATCH_ROLE] = &writer->counts.roles,
                        [BATCH_GROUP] = &writer->counts.groups};
    *counts[principal->kind] += !in_this_load;
    writer->parts = writer->parts || principal->part;
    if (!in_this_load && writer->had_data)
        writer_find_earlier(writer, principal->arn, state);
    if (state->id == 0) {
        insert_principal(writer, source, principal, state);
        return principal->details || principal->part;
    }
    writer->merged = writer->merged || in_this_load;
    if (!in_this_load && principal->standing < STANDING_DETAILS && writer_is_exported(writer, principal->account))
        state->standing = STANDING_DETAILS;
    if (principal->standing < state->standing && principal->standing > STANDING_LISTED)
        return false;
    if (principal->standing == STANDING_PLANNED && state->standing == STANDING_PLANNED && !state->listed)
        return share_principal(writer, batch, source, principal, state, in_this_load);
    if (!in_this_load)
        state->standing = STANDING_LISTED;
    if (principal->part && (!in_this_load || principal->standing == state->standing)) {
        add_part(writer, source, principal, state, !in_this_load);
        return true;
    }
    return update_principal(writer, batch, source, principal, state, in_this_load);
}

/* Whether versions other than the default are listed. Some tools (cloudsplaining download) write authorization details
 * without them, so that one listed version says nothing about the number of versions. For AWS managed policies, IAM
 * itself lists only the default. */
static bool lists_versions(const struct batch *batch)
{
    const struct batch_managed_policy *policy = batch->managed_policies.first;
    while (policy != NULL && (policy->account == NULL || policy->versions < 2))
        policy = policy->next;
    return policy != NULL;
}

void writer_principals(struct writer *writer, struct batch *batch, int64_t source, const char *account)
{
    struct intern managed = {0};
    const struct batch_managed_policy **list = memory_zeroed(batch->managed_policies.count, sizeof *list);
    bool counted = lists_versions(batch);
    for (struct batch_managed_policy *policy = batch->managed_policies.first; policy != NULL; policy = policy->next) {
        uint32_t number = intern_add(&managed, policy->arn, strlen(policy->arn));
        const char *owner = policy->account != NULL ? policy->account : account != NULL ? account : "";
        if (owner[0] == '\0' || batch->principals.first == NULL)
            WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(owner));
        if (writer_is_deleted(writer, policy->arn, policy->standing, policy->as_of, "") ||
            writer_policy_is_older(writer, policy))
            continue;
        list[number] = policy;
        writer->counts.policies++;
        bool kept = policy->standing < STANDING_DETAILS && policy->account != NULL && writer_is_exported(writer, owner);
        WRITE(writer, kept ? INSERT_MANAGED_IF_NEW : INSERT_MANAGED, sql_text(owner), sql_text(policy->arn),
              sql_text(policy->name), sql_text(policy->version),
              sql_reference(writer_document(writer, policy->document.entry)), sql_integer(source),
              sql_integer(policy->document.line), sql_reference(writer_layout(writer, policy->document.layout)),
              sql_known(counted && policy->account != NULL && policy->versions > 0 ? (int64_t)policy->versions : -1));
    }
    for (struct batch_principal *principal = batch->principals.first; principal != NULL; principal = principal->next) {
        if (merge_principal(writer, batch, source, principal))
            write_policies(writer, source, principal, &managed, list);
    }
    intern_free(&managed);
    free(list);
}
