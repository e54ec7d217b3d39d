/*
 * What AWS Config says was deleted. A unique ID is never reused, so whatever has it is gone for good. A name can be
 * reused: without IDs, the time decides, and between two loads their order. Authorization details and plans themselves
 * decide what exists, or will exist.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/array.h"
#include <string.h>

static bool covers(const struct writer *writer, const struct written_deletion *deletion, enum batch_standing standing,
                   int64_t as_of, const char *unique_id)
{
    const char *deleted = intern_text(&writer->deleted_ids, deletion->id);
    if (standing == STANDING_DETAILS || standing == STANDING_PLANNED)
        return false;
    return (as_of != 0 && as_of < deletion->as_of) || (unique_id[0] != '\0' && strcmp(unique_id, deleted) == 0);
}

bool writer_is_deleted(const struct writer *writer, const char *arn, enum batch_standing standing, const char *as_of,
                       const char *unique_id)
{
    uint32_t number = writer->deleted.count > 0 ? intern_find(&writer->deleted, arn, strlen(arn)) : INTERN_NONE;
    return number != INTERN_NONE && covers(writer, &writer->deletions[number], standing, writer_instant(as_of),
                                           unique_id != NULL ? unique_id : "");
}

/* The same for what an earlier load has written, from a file of that kind. */
static bool covers_earlier(const struct writer *writer, const struct written_deletion *deletion,
                           const struct export_kind *kind, const char *unique_id)
{
    const char *deleted = intern_text(&writer->deleted_ids, deletion->id);
    enum batch_standing standing = kind->standing;
    bool known = unique_id[0] != '\0' && deleted[0] != '\0';
    if (standing == STANDING_DETAILS || standing == STANDING_PLANNED)
        return false;
    return known ? strcmp(unique_id, deleted) == 0 : kind->is_capture;
}

/* kind: the first letter of user, role or group. */
static void delete_principal(struct writer *writer, struct written_principal *state, char kind, bool counted)
{
    size_t *count = kind == 'u' ? &writer->counts.users : kind == 'r' ? &writer->counts.roles : &writer->counts.groups;
    *count -= counted;
    writer->merged = true;
    if (kind == 'g' && writer->had_data)
        WRITE(writer, CLEAR_MEMBERS, sql_integer(state->id));
    writer_clear_policies(writer, state->id);
    WRITE(writer, CLEAR_TAGS, sql_integer(state->id));
    WRITE(writer, CLEAR_PROFILES, sql_integer(state->id));
    WRITE(writer, DELETE_PRINCIPAL, sql_integer(state->id));
    *state = (struct written_principal){0};
}

static void look_for_principal(struct writer *writer, const struct batch_deletion *deletion,
                               const struct written_deletion *noted)
{
    uint32_t number = intern_find(&writer->arns, deletion->arn, strlen(deletion->arn));
    struct written_principal earlier = {0}, *state = number != INTERN_NONE ? &writer->principals[number] : &earlier;
    bool in_this_load = state->id != 0, gone = false;
    char kind = '\0';
    if (!in_this_load && writer->had_data)
        writer_find_earlier(writer, deletion->arn, state);
    if (state->id == 0)
        return;
    struct query *select = writer->queries[SELECT_IDENTITY];
    QUERY_BIND(select, sql_integer(state->id));
    if (query_next(select)) {
        const char *unique_id = query_text(select, 0);
        gone = in_this_load ? covers(writer, noted, state->standing, state->as_of, unique_id)
                            : covers_earlier(writer, noted, export_kind_named(query_text(select, 1)), unique_id);
        kind = query_text(select, 2)[0];
    }
    query_reset(select);
    if (gone) {
        writer_note_account(writer, deletion->account);
        delete_principal(writer, state, kind, in_this_load);
    } else if (!in_this_load) {
        *state = (struct written_principal){0};
    }
}

static void look_for_policy(struct writer *writer, const struct batch_deletion *deletion,
                            const struct written_deletion *noted)
{
    struct query *select = writer->queries[SELECT_MANAGED];
    bool gone = false;
    QUERY_BIND(select, sql_text(deletion->account), sql_text(deletion->arn));
    if (query_next(select) && export_kind_named(query_text(select, 1))->is_capture) {
        uint32_t number = intern_find(&writer->dated_policies, deletion->arn, strlen(deletion->arn));
        int64_t as_of = number != INTERN_NONE ? writer->policy_dates[number] : 0;
        gone = query_integer(select, 0) <= writer->last_source || (as_of != 0 && as_of < noted->as_of);
    }
    query_reset(select);
    if (!gone)
        return;
    writer_note_account(writer, deletion->account);
    WRITE(writer, DELETE_MANAGED, sql_text(deletion->account), sql_text(deletion->arn));
}

void writer_deletions(struct writer *writer, const struct batch *batch, int64_t source)
{
    for (const struct batch_deletion *deletion = batch->deletions.first; deletion != NULL; deletion = deletion->next) {
        uint32_t number = intern_add(&writer->deleted, deletion->arn, strlen(deletion->arn));
        ARRAY_REACH(writer->deletions, number, writer->deletion_room);
        struct written_deletion *noted = &writer->deletions[number];
        int64_t as_of = writer_instant(deletion->as_of);
        if (noted->as_of == 0 || as_of > noted->as_of) {
            noted->as_of = as_of;
            noted->id = intern_add(&writer->deleted_ids, deletion->unique_id, strlen(deletion->unique_id));
        }
        look_for_principal(writer, deletion, noted);
        look_for_policy(writer, deletion, noted);
        /* So that the file is read again together with the account. */
        WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(deletion->account));
    }
}

bool writer_policy_is_older(struct writer *writer, const struct batch_managed_policy *policy)
{
    int64_t as_of = writer_instant(policy->as_of);
    if (as_of == 0)
        return false;
    uint32_t number = intern_add(&writer->dated_policies, policy->arn, strlen(policy->arn));
    ARRAY_REACH(writer->policy_dates, number, writer->policy_room);
    if (as_of < writer->policy_dates[number])
        return true;
    writer->policy_dates[number] = as_of;
    return false;
}
