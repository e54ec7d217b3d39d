#include "graph/edges/trust_contents.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

struct reading {
    const struct model *model;
    struct name_matches *matches;
    const struct model_document *document;
    uint32_t *accounts, account_count, account_room; /* the accounts whose callers it may admit; any: all */
    uint32_t *stamps, stamp;                         /* per account: the last policy that named it */
    bool any;
    const char **sorted; /* the values being read */
    uint32_t *sets;      /* the sets that they match */
    uint32_t sorted_room, set_room;
};

static const struct statement *statement_at(const struct reading *work, uint32_t position)
{
    return &work->model->statements[work->document->first_statement + position];
}

/* ---- whom the policy may let in */

static void add_account(struct reading *work, uint32_t account)
{
    if (work->stamps[account] == work->stamp)
        return;
    work->stamps[account] = work->stamp;
    ARRAY_ADD(work->accounts, work->account_count, work->account_room, account);
}

static void find_accounts(struct reading *work)
{
    work->account_count = 0;
    work->stamp++;
    work->any = false;
    for (uint32_t i = 0; i < work->document->statement_count; i++) {
        const struct statement *statement = statement_at(work, i);
        if (statement->broken != NULL || !statement->allow)
            continue;
        work->any = work->any || statement->not_principal;
        for (uint32_t j = 0; j < statement->principal_count && !work->any; j++) {
            const struct statement_principal *named = &statement->principals[j];
            uint32_t found =
                named->form == PRINCIPAL_UNIQUE_ID ? model_find_unique_id(work->model, named->value) : MODEL_NONE;
            uint32_t account = found != MODEL_NONE      ? work->model->principals[found].account
                               : named->account != NULL ? model_find_account(work->model, named->account)
                                                        : MODEL_NONE;
            work->any = named->form == PRINCIPAL_ANYONE;
            if (account != MODEL_NONE)
                add_account(work, account);
        }
    }
}

/* ---- what it says */

/* Numbers and texts are appended as bytes; a NUL ends a text. */
static void add_number(struct text *text, uint32_t number)
{
    text_append(text, (const char *)&number, sizeof number);
}

static void add_text(struct text *text, const char *value)
{
    text_append(text, value, strlen(value) + 1);
}

static void add_sorted(struct reading *work, uint32_t count, struct text *text)
{
    if (count > 1)
        qsort(work->sorted, count, sizeof *work->sorted, order_texts);
    add_number(text, count);
    for (uint32_t i = 0; i < count; i++)
        add_text(text, work->sorted[i]);
}

static void add_principals(struct reading *work, const struct statement *statement, struct text *text)
{
    uint32_t left = statement->principal_count;
    add_number(text, left * 2 + statement->not_principal);
    ARRAY_RESERVE(work->sorted, left, work->sorted_room);
    for (uint32_t form = 0; left > 0; form++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < statement->principal_count; i++)
            if (statement->principals[i].form == (enum principal_form)form)
                work->sorted[count++] = statement->principals[i].value;
        left -= count;
        if (count == 0)
            continue;
        add_number(text, form);
        add_sorted(work, count, text);
    }
}

/* Adds the sets that the values match, in place of the values. */
static void add_matches(struct reading *work, const struct statement_condition *condition, struct text *text)
{
    uint32_t scopes = work->any ? 1 : work->account_count;
    add_number(text, scopes);
    ARRAY_RESERVE(work->sets, condition->value_count, work->set_room);
    for (uint32_t scope = 0; scope < scopes; scope++) {
        uint32_t count = condition->value_count;
        for (uint32_t i = 0; i < count; i++)
            work->sets[i] =
                name_matches_add(work->matches, condition, i, work->any ? MODEL_NONE : work->accounts[scope]);
        qsort(work->sets, count, sizeof *work->sets, order_numbers);
        for (uint32_t i = 0; i < count; i++)
            if (i == 0 || work->sets[i] != work->sets[i - 1])
                add_number(text, work->sets[i]);
        add_number(text, MODEL_NONE);
    }
}

static void add_condition(struct reading *work, const struct statement *statement,
                          const struct statement_condition *condition, bool names, struct text *text)
{
    bool variables = false;
    for (uint32_t i = 0; statement->variables && i < condition->value_count; i++)
        variables = variables || strstr(condition->values[i], "${") != NULL;
    bool matches = names && condition->value_count > 0 && name_matches_reads(condition, statement->variables);
    add_text(text, condition->name.op->name);
    add_number(text, (uint32_t)condition->name.set << 3 | (uint32_t)condition->name.if_exists << 2 |
                         (uint32_t)variables << 1 | matches);
    add_text(text, condition->key); /* as spelled, since answers print it */
    if (matches) {
        add_matches(work, condition, text);
        return;
    }
    ARRAY_RESERVE(work->sorted, condition->value_count, work->sorted_room);
    for (uint32_t i = 0; i < condition->value_count; i++)
        work->sorted[i] = condition->values[i];
    add_sorted(work, condition->value_count, text);
}

/* Policies that cannot be read with certainty are unique, since their content includes their role. */
static void write_content(struct reading *work, bool names, struct text *text)
{
    text->length = 0;
    add_number(text, work->document->broken != NULL);
    for (uint32_t i = 0; i < work->document->statement_count; i++) {
        const struct statement *statement = statement_at(work, i);
        add_number(text, (uint32_t)statement->sts_actions << 3 | (uint32_t)(statement->broken != NULL) << 2 |
                             (uint32_t)statement->effect_known << 1 | statement->allow);
        add_principals(work, statement, text);
        add_number(text, statement->condition_count);
        for (uint32_t j = 0; j < statement->condition_count; j++)
            add_condition(work, statement, &statement->conditions[j], names, text);
    }
}

/* ---- all of them */

void trust_contents_make(struct trust_contents *contents, struct name_matches *matches)
{
    const struct model *model = matches->model;
    struct reading work = {
        .model = model, .matches = matches, .stamps = memory_zeroed(model->account_count, sizeof *work.stamps)};
    struct intern exact = {0}, alike = {0};
    struct text text = {0};
    contents->exact = memory_zeroed(model->document_count, sizeof *contents->exact);
    contents->alike = memory_zeroed(model->document_count, sizeof *contents->alike);
    for (uint32_t i = 0; i < model->document_count; i++)
        contents->exact[i] = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct policy_use *trust = model->principals[i].trust;
        if (trust == NULL || trust->document == MODEL_NONE || contents->exact[trust->document] != MODEL_NONE)
            continue;
        work.document = &model->documents[trust->document];
        find_accounts(&work);
        write_content(&work, false, &text);
        contents->exact[trust->document] = intern_add(&exact, text.data, text.length);
        write_content(&work, true, &text);
        contents->alike[trust->document] = intern_add(&alike, text.data, text.length);
    }
    intern_free(&exact);
    intern_free(&alike);
    text_free(&text);
    free(work.accounts);
    free(work.stamps);
    free(work.sorted);
    free(work.sets);
}

void trust_contents_free(struct trust_contents *contents)
{
    free(contents->exact);
    free(contents->alike);
    *contents = (struct trust_contents){0};
}
