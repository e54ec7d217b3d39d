#include "ingest/store/writer_inside.h"

/* A report replaces what earlier loads knew about its account. */
static void write_credential(struct writer *writer, const struct batch_credential *row, int64_t source)
{
    struct written_account *state = writer_account_state(writer, row->account);
    if (!state->reported && writer->had_data)
        WRITE(writer, CLEAR_CREDENTIALS, sql_text(row->account), sql_integer(writer->last_source));
    state->reported = true;
    writer_account(writer, row->account, NULL);
    WRITE(writer, INSERT_CREDENTIAL, sql_text(row->arn), sql_text(row->account), sql_known(row->password),
          sql_text(row->password_last_used), sql_known(row->mfa), sql_known(row->access_keys),
          sql_text(row->key_last_used), sql_integer(source), sql_integer(row->line));
    WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(row->account));
}

void writer_usage(struct writer *writer, const struct batch *batch, int64_t source)
{
    for (const struct batch_credential *row = batch->credentials.first; row != NULL; row = row->next)
        write_credential(writer, row, source);
    for (const struct batch_use *use = batch->uses.first; use != NULL; use = use->next) {
        WRITE(writer, INSERT_USE, sql_integer(source), sql_text(use->account), sql_text(use->role),
              sql_text(use->caller), sql_text(use->caller_account), sql_text(use->first), sql_text(use->last),
              sql_integer(use->count), sql_integer(use->denied));
        for (const struct batch_token *token = use->tokens; token != NULL; token = token->next)
            WRITE(writer, INSERT_TOKEN, sql_integer(source), sql_text(use->account), sql_text(use->role),
                  sql_text(use->caller), sql_text(token->subject), sql_text(token->audience));
    }
    for (const struct batch_trail *trail = batch->trails.first; trail != NULL; trail = trail->next)
        WRITE(writer, INSERT_TRAIL, sql_integer(source), sql_text(trail->account), sql_text(trail->region),
              sql_text(trail->first), sql_text(trail->last), sql_integer(trail->events));
    /* Trails belong to no account whose reload would read them again. */
    if (batch->trails.count > 0)
        WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(""));
}
