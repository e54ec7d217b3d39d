#include "analyzer/analysis/gaps.h"
#include "analyzer/analysis/listed_providers.h"
#include "ingest/support/order.h"

#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* ---- what accounts lack */

enum lack_kind {
    LACK_SCPS,
    LACK_SOME_SCPS,
    LACK_RCPS,
    LACK_SOME_RCPS,
    LACK_EXPORT,
    LACK_DETAILS,
    LACK_MEMBERSHIP,
    LACK_TRUST,
    LACK_READABLE_TRUST,
    LACK_PAGES,
    LACK_DOCUMENTS,
    LACK_PROVIDERS,
    LACK_KINDS
};

/* As stored, in the order of enum lack_kind. */
static const char *const words[LACK_KINDS] = {"scps",           "some-scps", "rcps",      "some-rcps",
                                              "export",         "details",   "member",    "trust",
                                              "readable-trust", "pages",     "documents", "providers"};

struct lack {
    enum lack_kind kind;
    const char *account; /* id; "" the organization */
    const char *name;    /* ARN of a role; else "" */
    int64_t amount;
};

struct lacks {
    struct lack *items;
    size_t count, room;
    struct listed_providers providers;
    bool failed;
};

static void free_lacks(struct lacks *lacks)
{
    listed_providers_free(&lacks->providers);
    free(lacks->items);
}

static void add_lack(struct lacks *lacks, struct lack lack)
{
    if (lacks->count == lacks->room) {
        size_t room = lacks->room * 2 + 64;
        struct lack *grown = realloc(lacks->items, room * sizeof *grown);
        if (grown == NULL) {
            lacks->failed = true;
            return;
        }
        lacks->items = grown;
        lacks->room = room;
    }
    lacks->items[lacks->count++] = lack;
}

static int compare_lacks(const void *a, const void *b)
{
    const struct lack *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = strcmp(x->account, y->account);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void find_guardrail_lacks(struct lacks *lacks, const struct model_guardrails *guardrails, const char *account,
                                 enum lack_kind all, enum lack_kind some)
{
    bool complete = true;
    if (guardrails->apply == FACT_UNKNOWN)
        add_lack(lacks, (struct lack){all, account, "", 1});
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++)
        complete = complete && guardrails->levels[i].complete;
    if (!complete)
        add_lack(lacks, (struct lack){some, account, "", 1});
}

static bool is_unreadable(const struct model *model, const struct policy_use *use)
{
    if (use->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[use->document];
    bool broken = document->broken != NULL;
    for (uint32_t i = 0; i < document->statement_count; i++)
        broken = broken || model->statements[document->first_statement + i].broken != NULL;
    return broken;
}

/* Whether the role trusts an identity provider of its account of which nothing tells whether it is there. AWS makes its
 * own roles and their providers together. */
static bool trusts_unlisted_provider(struct lacks *lacks, const struct model *model, const struct model_principal *role,
                                     const char *account)
{
    const struct policy_use *trust = role->trust;
    if (trust == NULL || trust->document == MODEL_NONE || strstr(role->arn, ":role/aws-reserved/") != NULL)
        return false;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; statement->allow && !statement->not_principal && j < statement->principal_count; j++) {
            const struct statement_principal *principal = &statement->principals[j];
            bool federated = principal->form == PRINCIPAL_SAML || principal->form == PRINCIPAL_WEB_IDENTITY;
            if (federated && principal->account != NULL && strcmp(principal->account, account) == 0 &&
                listed_provider(&lacks->providers, store_handle(model->store), principal->form, account, principal->value) ==
                    FACT_UNKNOWN)
                return true;
        }
    }
    return false;
}

/* Returns how many of its policies have no document. */
static int64_t find_principal_lacks(struct lacks *lacks, const struct model *model,
                                    const struct model_principal *principal, const char *account)
{
    int64_t missing = 0;
    if (principal->is_role && principal->trust == NULL)
        add_lack(lacks, (struct lack){LACK_TRUST, account, principal->arn, 1});
    else if (principal->is_role && is_unreadable(model, principal->trust))
        add_lack(lacks, (struct lack){LACK_READABLE_TRUST, account, principal->arn, 1});
    for (uint32_t i = 0; i < principal->policy_count; i++)
        missing += model->uses[principal->first_policy + i].document == MODEL_NONE;
    missing += principal->boundary != NULL && principal->boundary->document == MODEL_NONE;
    return missing + (principal->trust != NULL && principal->trust->document == MODEL_NONE);
}

static int64_t find_account_lacks(struct lacks *lacks, const struct model *model, uint32_t index)
{
    const struct model_account *account = &model->accounts[index];
    int64_t missing = 0, unlisted = 0;
    if (account->detail == ACCOUNT_NOT_EXPORTED) {
        add_lack(lacks, (struct lack){LACK_EXPORT, account->id, "", 1});
    } else {
        find_guardrail_lacks(lacks, &model->scps[index], account->id, LACK_SCPS, LACK_SOME_SCPS);
        find_guardrail_lacks(lacks, &model->rcps[index], account->id, LACK_RCPS, LACK_SOME_RCPS);
        if (account->in_organization == FACT_NO)
            add_lack(lacks, (struct lack){LACK_MEMBERSHIP, account->id, "", 1});
    }
    if (account->detail == ACCOUNT_ROLES_ONLY)
        add_lack(lacks, (struct lack){LACK_DETAILS, account->id, "", 1});
    if (account->truncated)
        add_lack(lacks, (struct lack){LACK_PAGES, account->id, "", 1});
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *principal = &model->principals[account->first_principal + i];
        missing += find_principal_lacks(lacks, model, principal, account->id);
        unlisted += trusts_unlisted_provider(lacks, model, principal, account->id);
    }
    lacks->failed = lacks->failed || lacks->providers.failed;
    if (unlisted > 0)
        add_lack(lacks, (struct lack){LACK_PROVIDERS, account->id, "", unlisted});
    if (missing > 0)
        add_lack(lacks, (struct lack){LACK_DOCUMENTS, account->id, "", missing});
    return missing;
}

static void find_all_lacks(struct lacks *lacks, const struct model *model)
{
    int64_t missing = 0;
    for (uint32_t i = 0; i < model->use_count; i++)
        missing += model->uses[i].document == MODEL_NONE;
    for (uint32_t i = 0; i < model->account_count; i++)
        missing -= find_account_lacks(lacks, model, i);
    if (missing > 0)
        add_lack(lacks, (struct lack){LACK_DOCUMENTS, "", "", missing});
}

/* ---- as sentences */

static void add_gap(struct analysis *analysis, struct text *text)
{
    const char *copy = text->data != NULL ? arena_copy_text(&analysis->model->arena, text->data, text->length) : NULL;
    const char **grown = realloc(analysis->gaps, (analysis->gap_count + 1) * sizeof *grown);
    if (grown != NULL)
        analysis->gaps = grown;
    if (grown != NULL && copy != NULL)
        analysis->gaps[analysis->gap_count++] = copy;
    text_free(text);
}

/* What stands before the first five names, and behind them; NULL: nothing is said of the kind by names. */
static const struct {
    const char *one, *many, *is, *are, *what;
} sentences[LACK_KINDS] = {
    [LACK_SCPS] = {"SCPs of account ", "SCPs of accounts ", " are", " are",
                   " not in the export: they could deny what is said to be possible"},
    [LACK_RCPS] = {"RCPs of account ", "RCPs of accounts ", " are", " are",
                   " not in the export: they could deny what is said to be possible"},
    [LACK_EXPORT] = {"account ", "accounts ", " is", " are",
                     " named or listed but not exported: whether identity policies there allow a call is unknown"},
    [LACK_DETAILS] =
        {"account ", "accounts ", " is", " are",
         " known in part, without authorization details: there may be more users and roles, and policies may be "
         "missing"},
    [LACK_MEMBERSHIP] = {"account ", "accounts ", " is", " are",
                         " not in list-accounts and taken for no member of the organization: if it is one, its SCPs "
                         "and RCPs could deny what is said to be possible"},
    [LACK_TRUST] = {"the trust policy of ", "the trust policies of ", " is", " are",
                    " not in the export: whom it trusts is unknown, so others could assume the role"},
    [LACK_READABLE_TRUST] = {"the trust policy of ", "the trust policies of ", " is", " are",
                             " not readable in part or whole: what cannot be read allows nobody here"},
    [LACK_PROVIDERS] = {"the identity providers of account ", "the identity providers of accounts ", " are", " are",
                        " not in the export: whoever may create one that is missing becomes the role"},
    [LACK_PAGES] = {"the export of account ", "the export of account ", " ends", " ends",
                    " before its last page: users, roles and policies are missing"},
};

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

const char *gap_word(const char *sentence)
{
    for (int kind = 0; kind < LACK_KINDS; kind++)
        if (sentences[kind].what != NULL && ends_with(sentence, sentences[kind].what) &&
            (begins_with(sentence, sentences[kind].one) || begins_with(sentence, sentences[kind].many)))
            return words[kind];
    return words[begins_with(sentence, "the SCPs")   ? LACK_SOME_SCPS
                 : begins_with(sentence, "the RCPs") ? LACK_SOME_RCPS
                                                     : LACK_DOCUMENTS];
}

static void say(struct analysis *analysis, const struct lack *first, size_t count)
{
    struct text text = {0};
    enum lack_kind kind = first->kind;
    int64_t amount = 0;
    for (size_t i = 0; i < count; i++)
        amount += first[i].amount;
    if (kind == LACK_SOME_SCPS || kind == LACK_SOME_RCPS) {
        text_format(&text,
                    "the %s of %zu account%s are not all in the export: others could deny what is said to be possible",
                    kind == LACK_SOME_SCPS ? "SCPs" : "RCPs", count, count == 1 ? "" : "s");
    } else if (kind == LACK_DOCUMENTS) {
        text_format(&text, "%lld attached polic%s no document in the export: what %s is unknown", (long long)amount,
                    amount == 1 ? "y has" : "ies have", amount == 1 ? "it allows or denies" : "they allow or deny");
    } else {
        text_append_string(&text, count == 1 ? sentences[kind].one : sentences[kind].many);
        for (size_t i = 0; i < count && i < 5; i++)
            text_format(&text, "%s%s", i == 0 ? "" : ", ", first[i].name[0] != '\0' ? first[i].name : first[i].account);
        if (count > 5)
            text_format(&text, " and %zu more", count - 5);
        if (kind == LACK_PROVIDERS)
            text_format(&text, " (%lld role%s)", (long long)amount, amount == 1 ? " trusts one" : "s trust one");
        text_append_string(&text, count == 1 ? sentences[kind].is : sentences[kind].are);
        text_append_string(&text, sentences[kind].what);
    }
    add_gap(analysis, &text);
}

static void say_all(struct analysis *analysis, struct lacks *lacks)
{
    if (lacks->count > 1)
        qsort(lacks->items, lacks->count, sizeof *lacks->items, compare_lacks);
    for (size_t i = 0, end; i < lacks->count; i = end) {
        for (end = i + 1; end < lacks->count && lacks->items[end].kind == lacks->items[i].kind;)
            end++;
        say(analysis, &lacks->items[i], end - i);
    }
    if (analysis->gap_count > 1)
        qsort(analysis->gaps, analysis->gap_count, sizeof *analysis->gaps, order_texts);
    analysis->gaps_found = true;
}

void gaps_find(struct analysis *analysis)
{
    struct lacks lacks = {0};
    find_all_lacks(&lacks, analysis->model);
    say_all(analysis, &lacks);
    free_lacks(&lacks);
}

/* ---- stored */

void gaps_read(struct analysis *analysis)
{
    sqlite3_stmt *rows = NULL;
    analysis->gaps_found = true;
    if (sqlite3_prepare_v2(store_handle(analysis->store),
                           "SELECT sentence FROM gap WHERE sentence <> '' ORDER BY sentence", -1, &rows,
                           NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(rows) == SQLITE_ROW) {
        struct text text = {0};
        text_append_string(&text, (const char *)sqlite3_column_text(rows, 0));
        add_gap(analysis, &text);
    }
    sqlite3_finalize(rows);
}

static bool fail(struct analysis *analysis, char **error)
{
    if (*error == NULL)
        *error = strdup(sqlite3_errmsg(store_handle(analysis->store)));
    return false;
}

static bool write_sentences(struct analysis *analysis)
{
    sqlite3 *database = store_handle(analysis->store);
    sqlite3_stmt *insert = NULL;
    bool good = sqlite3_exec(database, "DELETE FROM gap", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(database, "INSERT INTO gap VALUES (?)", -1, &insert, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i <= analysis->gap_count; i++) {
        sqlite3_bind_text(insert, 1, i < analysis->gap_count ? analysis->gaps[i] : "", -1, SQLITE_STATIC);
        good = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return good;
}

static bool write_lacks(struct analysis *analysis, const struct lacks *lacks)
{
    sqlite3_stmt *insert = NULL;
    bool good = sqlite3_prepare_v2(store_handle(analysis->store), "INSERT OR REPLACE INTO lack VALUES (?, ?, ?, ?)", -1,
                                   &insert, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < lacks->count; i++) {
        const struct lack *lack = &lacks->items[i];
        sqlite3_bind_text(insert, 1, words[lack->kind], -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, lack->account, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 3, lack->name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, lack->amount);
        good = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return good;
}

static bool read_lacks(struct analysis *analysis, struct lacks *lacks)
{
    sqlite3_stmt *rows = NULL;
    int status = sqlite3_prepare_v2(store_handle(analysis->store), "SELECT kind, account, name, amount FROM lack", -1,
                                    &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        struct intern *strings = &analysis->model->strings;
        struct lack lack = {LACK_KINDS, intern_string(strings, (const char *)sqlite3_column_text(rows, 1)),
                            intern_string(strings, (const char *)sqlite3_column_text(rows, 2)),
                            sqlite3_column_int64(rows, 3)};
        for (int kind = 0; kind < LACK_KINDS; kind++)
            if (strcmp(words[kind], (const char *)sqlite3_column_text(rows, 0)) == 0)
                lack.kind = (enum lack_kind)kind;
        status = lack.account == NULL || lack.name == NULL ? SQLITE_NOMEM : SQLITE_OK;
        if (lack.kind != LACK_KINDS && status == SQLITE_OK)
            add_lack(lacks, lack);
    }
    sqlite3_finalize(rows);
    return status == SQLITE_DONE && !lacks->failed;
}

bool gaps_store(struct analysis *analysis, char **error)
{
    struct lacks lacks = {0};
    find_all_lacks(&lacks, analysis->model);
    bool good = !lacks.failed &&
                sqlite3_exec(store_handle(analysis->store), "DELETE FROM lack", NULL, NULL, NULL) == SQLITE_OK &&
                write_lacks(analysis, &lacks);
    say_all(analysis, &lacks);
    free_lacks(&lacks);
    return (good && write_sentences(analysis)) || fail(analysis, error);
}

/* Accounts that are listed or that policies name, and were not exported. */
static const char not_exported[] =
    "DELETE FROM lack WHERE kind = 'export';"
    "WITH RECURSIVE named (id) AS (SELECT substr(min(subject), 1, 12) FROM mention WHERE subject >= '0' AND subject < "
    "':' UNION ALL SELECT (SELECT substr(min(subject), 1, 12) FROM mention WHERE subject >= named.id || ';' AND "
    "subject < ':') FROM named WHERE id IS NOT NULL) "
    "INSERT INTO lack SELECT 'export', id, '', 1 FROM (SELECT id FROM account WHERE detail = 'none' UNION "
    "SELECT id FROM named WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM account) UNION "
    "SELECT management_account FROM (SELECT management_account FROM organization ORDER BY id LIMIT 1) WHERE "
    "management_account <> '' AND management_account NOT IN (SELECT id FROM account));";

bool gaps_refresh(struct analysis *analysis, char **error)
{
    struct lacks found = {0}, all = {0};
    sqlite3 *database = store_handle(analysis->store);
    sqlite3_stmt *rows = NULL;
    int status = sqlite3_prepare_v2(database, "SELECT id FROM changed_account", -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        uint32_t account = model_find_account(analysis->model, (const char *)sqlite3_column_text(rows, 0));
        if (account != MODEL_NONE)
            find_account_lacks(&found, analysis->model, account);
        status = SQLITE_OK;
    }
    sqlite3_finalize(rows);
    bool good = status == SQLITE_DONE && !found.failed &&
                sqlite3_exec(database, "DELETE FROM lack WHERE account IN (SELECT id FROM changed_account)", NULL, NULL,
                             NULL) == SQLITE_OK &&
                write_lacks(analysis, &found) && sqlite3_exec(database, not_exported, NULL, NULL, NULL) == SQLITE_OK &&
                read_lacks(analysis, &all);
    if (good) {
        say_all(analysis, &all);
        good = write_sentences(analysis);
    }
    free_lacks(&found);
    free_lacks(&all);
    return good || fail(analysis, error);
}
