#include "ingest/store/writer_inside.h"

/* A report replaces what earlier loads knew of its account. */
static void write_credential(struct writer *writer, const struct batch_credential *row, int64_t source)
{
    struct written_account *state = writer_account_state(writer, row->account);
    if (state == NULL)
        return;
    if (!state->reported && writer->had_data)
        writer_run(writer, CLEAR_CREDENTIALS, "ti", row->account, writer->last_source);
    state->reported = true;
    writer_account(writer, row->account, NULL);
    writer_run(writer, INSERT_CREDENTIAL, "ttmtmmtii", row->arn, row->account, (int64_t)row->password,
               row->password_last_used, (int64_t)row->mfa, (int64_t)row->access_keys, row->key_last_used, source,
               (int64_t)row->line);
    writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, row->account);
}

bool writer_usage(struct writer *writer, const struct batch *batch, int64_t source)
{
    for (const struct batch_credential *row = batch->credentials.first; row != NULL && !writer->failed; row = row->next)
        write_credential(writer, row, source);
    for (const struct batch_use *use = batch->uses.first; use != NULL && !writer->failed; use = use->next) {
        writer_run(writer, INSERT_USE, "ittttttii", source, use->account, use->role, use->caller, use->caller_account,
                   use->first, use->last, use->count, use->denied);
        for (const struct batch_token *token = use->tokens; token != NULL && !writer->failed; token = token->next)
            writer_run(writer, INSERT_TOKEN, "ittttt", source, use->account, use->role, use->caller, token->subject,
                       token->audience);
    }
    for (const struct batch_trail *trail = batch->trails.first; trail != NULL && !writer->failed; trail = trail->next)
        writer_run(writer, INSERT_TRAIL, "itttti", source, trail->account, trail->region, trail->first, trail->last,
                   trail->events);
    /* Trails are of no account whose reload would have them read again. */
    if (batch->trails.count > 0)
        writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, "");
    return !writer->failed;
}
