#include "analyzer/analysis/gaps.h"

#include "graph/edges/edges_workloads.h"
#include "graph/model/listed_providers.h"
#include "graph/model/people.h"
#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* How many names a sentence lists. */
#define NAMES_SHOWN 5

/* The stored word for each kind, and its sentence: the words before and after the names, for one and for several. Kinds
 * without these words get numbers, see sentence_of. */
/* clang-format off */
static const struct {
    const char *word;
    const char *one, *many, *is, *are, *what;
} kinds[GAP_KINDS] = {
    [GAP_SCPS] = {"scps", "SCPs of account ", "SCPs of accounts ", " are", " are",
                  " not in the export and could deny some of this"},
    [GAP_SOME_SCPS] = {.word = "some-scps"},
    [GAP_RCPS] = {"rcps", "RCPs of account ", "RCPs of accounts ", " are", " are",
                  " not in the export and could deny some of this"},
    [GAP_SOME_RCPS] = {.word = "some-rcps"},
    [GAP_EXPORT] = {"export", "account ", "accounts ", " is", " are",
                    " named but not exported: whether policies there allow a call is unknown"},
    [GAP_DETAILS] = {"details", "account ", "accounts ", " is", " are",
                     " exported only in part (no authorization details): users, roles or policies may be missing"},
    [GAP_MEMBERSHIP] = {"member", "account ", "accounts ", " is", " are",
                        " not in list-accounts: assuming that no SCP or RCP applies"},
    [GAP_TRUST] = {"trust", "the trust policy of ", "the trust policies of ", " is", " are",
                   " not in the export: others could assume the role"},
    [GAP_READABLE_TRUST] = {"readable-trust", "the trust policy of ", "the trust policies of ", " is", " are",
                            " not fully valid: assuming that the invalid parts allow nobody"},
    [GAP_TRUSTED] = {"trusted", "the trust policy of ", "the trust policies of ", " names", " name",
                     " principals known only after deployment, who could assume the role too"},
    [GAP_PAGES] = {"pages", "the export of account ", "the export of account ", " ends", " ends",
                   " before its last page: users, roles or policies are missing"},
    [GAP_DOCUMENTS] = {.word = "documents"},
    [GAP_PROVIDERS] = {"providers", "the identity providers of account ", "the identity providers of accounts ",
                       " are", " are",
                       " not in the export: where one does not exist, whoever can create it can assume the role"},
    [GAP_PEOPLE] = {"people", "people who can become ", "people who can become ", " may", " may",
                    " be missing: the exports of IAM Identity Center are incomplete"},
    [GAP_WORKLOADS] = {"workloads", "workloads with ", "workloads with ", " may", " may",
                       " be missing: the exports are incomplete (status says what is missing)"},
    [GAP_SEARCH] = {.word = "search"},
};
/* clang-format on */

const char *gap_kind_word(enum gap_kind kind)
{
    return kinds[kind].word;
}

void gaps_add(struct gaps *gaps, enum gap_kind kind, const char *sentence)
{
    size_t at = gaps->count++;
    for (; at > 0 && strcmp(gaps->list[at - 1].sentence, sentence) > 0; at--)
        gaps->list[at] = gaps->list[at - 1];
    gaps->list[at] = (struct gap){kind, sentence};
}

/* ---- what is missing for accounts */
static enum gap_kind kind_of_word(const char *word)
{
    int kind = 0;
    while (kind < GAP_KINDS && strcmp(kinds[kind].word, word) != 0)
        kind++;
    return (enum gap_kind)kind;
}

/* ---- what accounts lack */

struct lack {
    enum gap_kind kind;
    const char *account; /* account ID; "": the organization */
    const char *name;    /* ARN of a role; else "" */
    int64_t amount;
};

struct lacks {
    struct lack *items;
    size_t count, room;
    struct listed_providers providers;
};

static void free_lacks(struct lacks *lacks)
{
    listed_providers_free(&lacks->providers);
    free(lacks->items);
}

static void add_lack(struct lacks *lacks, enum gap_kind kind, const char *account, const char *name, int64_t amount)
{
    ARRAY_ADD(lacks->items, lacks->count, lacks->room, (struct lack){kind, account, name, amount});
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
                                 enum gap_kind all, enum gap_kind some)
{
    bool complete = true;
    if (guardrails->apply == FACT_UNKNOWN)
        add_lack(lacks, all, account, "", 1);
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++)
        complete = complete && guardrails->levels[i].complete;
    if (!complete)
        add_lack(lacks, some, account, "", 1);
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

static bool names_put_off(const struct model *model, const struct policy_use *use)
{
    const struct model_document *document = use->document != MODEL_NONE ? &model->documents[use->document] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; statement->allow && j < statement->principal_count; j++)
            if (statement->principals[j].form == PRINCIPAL_PUT_OFF)
                return true;
    }
    return false;
}

/* Whether the role trusts an identity provider of its account whose existence is unknown. AWS creates its own roles
 * together with their providers. */
static bool trusts_unlisted_provider(struct lacks *lacks, const struct model *model, const struct model_principal *role,
                                     const char *account)
{
    const struct policy_use *trust = role->trust;
    if (trust == NULL || trust->document == MODEL_NONE || arn_is_reserved_role(role->arn))
        return false;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; statement->allow && !statement->not_principal && j < statement->principal_count; j++) {
            const struct statement_principal *principal = &statement->principals[j];
            bool federated = principal->form == PRINCIPAL_SAML || principal->form == PRINCIPAL_WEB_IDENTITY;
            if (federated && principal->account != NULL && strcmp(principal->account, account) == 0 &&
                listed_provider(&lacks->providers, model->store, principal->form, account, principal->value) ==
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
        add_lack(lacks, GAP_TRUST, account, principal->arn, 1);
    else if (principal->is_role && is_unreadable(model, principal->trust))
        add_lack(lacks, GAP_READABLE_TRUST, account, principal->arn, 1);
    if (principal->is_role && principal->trust != NULL && names_put_off(model, principal->trust))
        add_lack(lacks, GAP_TRUSTED, account, principal->arn, 1);
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
        add_lack(lacks, GAP_EXPORT, account->id, "", 1);
    } else {
        find_guardrail_lacks(lacks, &model->scps[index], account->id, GAP_SCPS, GAP_SOME_SCPS);
        find_guardrail_lacks(lacks, &model->rcps[index], account->id, GAP_RCPS, GAP_SOME_RCPS);
        if (account->in_organization == FACT_NO)
            add_lack(lacks, GAP_MEMBERSHIP, account->id, "", 1);
    }
    if (account->detail == ACCOUNT_ROLES_ONLY)
        add_lack(lacks, GAP_DETAILS, account->id, "", 1);
    if (account->truncated)
        add_lack(lacks, GAP_PAGES, account->id, "", 1);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *principal = &model->principals[account->first_principal + i];
        missing += find_principal_lacks(lacks, model, principal, account->id);
        unlisted += trusts_unlisted_provider(lacks, model, principal, account->id);
    }
    if (unlisted > 0)
        add_lack(lacks, GAP_PROVIDERS, account->id, "", unlisted);
    if (missing > 0)
        add_lack(lacks, GAP_DOCUMENTS, account->id, "", missing);
    return missing;
}

static void find_all_lacks(struct lacks *lacks, const struct model *model)
{
    int64_t missing = 0;
    for (uint32_t i = 0; i < model->use_count; i++)
        missing += model->uses[i].document == MODEL_NONE;
    for (uint32_t i = 0; i < model->account_count; i++)
        missing -= find_account_lacks(lacks, model, i);
    /* Policies of groups count for their members. */
    for (uint32_t i = 0; i < model->group_count; i++)
        for (uint32_t j = 0; j < model->groups[i].policy_count; j++)
            missing -= model->uses[model->groups[i].first_policy + j].document == MODEL_NONE;
    if (missing > 0)
        add_lack(lacks, GAP_DOCUMENTS, "", "", missing);
}

/* ---- summary: one per kind */

struct summary {
    enum gap_kind kind;
    int64_t holders;                /* number of accounts or roles that lack it */
    int64_t amount;                 /* the total number */
    const char *names[NAMES_SHOWN]; /* the first names */
    size_t name_count;
};

/* Sums up the lacks of one kind from *at on; *at moves past them. */
static struct summary summarize(const struct lacks *lacks, size_t *at)
{
    struct summary summary = {.kind = lacks->items[*at].kind};
    for (; *at < lacks->count && lacks->items[*at].kind == summary.kind; (*at)++) {
        const struct lack *lack = &lacks->items[*at];
        summary.holders++;
        summary.amount += lack->amount;
        if (summary.name_count < NAMES_SHOWN)
            summary.names[summary.name_count++] = lack->name[0] != '\0' ? lack->name : lack->account;
    }
    return summary;
}

static void append_names(struct text *text, const struct summary *summary)
{
    bool one = summary->holders == 1;
    text_append_string(text, one ? kinds[summary->kind].one : kinds[summary->kind].many);
    for (size_t i = 0; i < summary->name_count; i++)
        text_format(text, "%s%s", i == 0 ? "" : ", ", summary->names[i]);
    if (summary->holders > NAMES_SHOWN)
        text_format(text, " and %lld more", (long long)summary->holders - NAMES_SHOWN);
    if (summary->kind == GAP_PROVIDERS)
        text_format(text, " (%lld role%s)", (long long)summary->amount,
                    summary->amount == 1 ? " trusts one" : "s trust one");
    text_append_string(text, one ? kinds[summary->kind].is : kinds[summary->kind].are);
    text_append_string(text, kinds[summary->kind].what);
}

static const char *sentence_of(const struct summary *summary, struct arena *arena)
{
    struct text text = {0};
    if (summary->kind == GAP_SOME_SCPS || summary->kind == GAP_SOME_RCPS)
        text_format(&text, "not all %s of %lld account%s are in the export: others could deny some of this",
                    summary->kind == GAP_SOME_SCPS ? "SCPs" : "RCPs", (long long)summary->holders,
                    summary->holders == 1 ? "" : "s");
    else if (summary->kind == GAP_DOCUMENTS)
        text_format(&text, "%lld attached polic%s no document in the export: what %s is unknown",
                    (long long)summary->amount, summary->amount == 1 ? "y has" : "ies have",
                    summary->amount == 1 ? "it allows or denies" : "they allow or deny");
    else
        append_names(&text, summary);
    return text_keep(&text, arena);
}

static int compare_gaps(const void *a, const void *b)
{
    return strcmp(((const struct gap *)a)->sentence, ((const struct gap *)b)->sentence);
}

static void sort_lacks(struct lacks *lacks)
{
    if (lacks->count > 1)
        qsort(lacks->items, lacks->count, sizeof *lacks->items, compare_lacks);
}

void gaps_find(struct gaps *gaps, struct model *model)
{
    struct lacks lacks = {0};
    find_all_lacks(&lacks, model);
    sort_lacks(&lacks);
    gaps->count = 0;
    for (size_t at = 0; at < lacks.count;) {
        struct summary summary = summarize(&lacks, &at);
        gaps->list[gaps->count++] = (struct gap){summary.kind, sentence_of(&summary, &model->arena)};
    }
    qsort(gaps->list, gaps->count, sizeof *gaps->list, compare_gaps);
    free_lacks(&lacks);
}

void gaps_add_people(struct gaps *gaps, struct model *model, const struct people *people)
{
    uint32_t count = 0;
    const uint32_t *roles = people != NULL ? people_roles(people, &count) : NULL;
    struct summary summary = {.kind = GAP_PEOPLE};
    for (uint32_t i = 0; i < count; i++) {
        if (people_role_is_complete(people, i))
            continue;
        summary.holders++;
        if (summary.name_count < NAMES_SHOWN)
            summary.names[summary.name_count++] = model->principals[roles[i]].arn;
    }
    if (summary.holders == 0)
        return;
    gaps->list[gaps->count++] = (struct gap){GAP_PEOPLE, sentence_of(&summary, &model->arena)};
    qsort(gaps->list, gaps->count, sizeof *gaps->list, compare_gaps);
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The roles of services and clusters whose workloads are not all known; may contain duplicates. */
static uint32_t *roles_of_unknown_workloads(const struct edges *edges, uint32_t *count)
{
    uint32_t *roles = NULL, room = 0;
    *count = 0;
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++) {
        struct hop_cursor cursor;
        struct hop hop;
        if (!edges_stands_for_workloads(edges, node))
            continue;
        for (hop_cursor_begin(&cursor, edges, node); hop_cursor_next(&cursor, &hop);)
            ARRAY_ADD(roles, *count, room, hop.to);
    }
    if (*count > 1)
        qsort(roles, *count, sizeof *roles, compare_numbers);
    return roles;
}

void gaps_add_workloads(struct gaps *gaps, struct model *model, const struct edges *edges)
{
    struct summary summary = {.kind = GAP_WORKLOADS};
    uint32_t count = 0;
    uint32_t *roles = edges != NULL ? roles_of_unknown_workloads(edges, &count) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && roles[i] == roles[i - 1])
            continue;
        summary.holders++;
        if (summary.name_count < NAMES_SHOWN)
            summary.names[summary.name_count++] = model->principals[roles[i]].arn;
    }
    free(roles);
    if (summary.holders == 0)
        return;
    gaps->list[gaps->count++] = (struct gap){GAP_WORKLOADS, sentence_of(&summary, &model->arena)};
    qsort(gaps->list, gaps->count, sizeof *gaps->list, compare_gaps);
}

/* ---- stored */

static json_t *names_json(const struct summary *summary)
{
    json_t *names = json_array();
    for (size_t i = 0; i < summary->name_count; i++)
        json_add(names, json_text(summary->names[i]));
    return names;
}

/* Writes table gap from all lacks, and the row that marks answers as derived. */
static void write_gaps(struct store *store, struct lacks *lacks)
{
    store_execute(store, "DELETE FROM gap; INSERT INTO gap VALUES ('', 0, 0, '[]')");
    struct query *insert = query_open(store, "INSERT INTO gap VALUES (?, ?, ?, ?)");
    sort_lacks(lacks);
    for (size_t at = 0; at < lacks->count;) {
        struct summary summary = summarize(lacks, &at);
        json_t *names = names_json(&summary);
        char *words = json_words(names, JSON_COMPACT);
        query_bind_text(insert, 1, kinds[summary.kind].word);
        query_bind_integer(insert, 2, summary.holders);
        query_bind_integer(insert, 3, summary.amount);
        query_bind_text(insert, 4, words);
        query_run(insert);
        free(words);
        json_decref(names);
    }
    query_close(insert);
}

void gaps_read(struct gaps *gaps, struct store *store, struct arena *arena)
{
    struct query *rows = query_open(store, "SELECT kind, holders, amount, names FROM gap WHERE kind <> ''");
    gaps->count = 0;
    while (query_next(rows) && gaps->count < GAP_KINDS) {
        struct summary summary = {.kind = kind_of_word(query_text(rows, 0)),
                                  .holders = query_integer(rows, 1),
                                  .amount = query_integer(rows, 2)};
        json_t *names = json_loads(query_text(rows, 3), 0, NULL);
        for (; summary.name_count < NAMES_SHOWN && summary.name_count < json_array_size(names); summary.name_count++)
            summary.names[summary.name_count] = json_string_value(json_array_get(names, summary.name_count));
        if (summary.kind != GAP_KINDS)
            gaps->list[gaps->count++] = (struct gap){summary.kind, sentence_of(&summary, arena)};
        json_decref(names);
    }
    query_close(rows);
    qsort(gaps->list, gaps->count, sizeof *gaps->list, compare_gaps);
}

static void write_lacks(struct store *store, const struct lacks *lacks)
{
    struct query *insert = query_open(store, "INSERT OR REPLACE INTO lack VALUES (?, ?, ?, ?)");
    for (size_t i = 0; i < lacks->count; i++) {
        const struct lack *lack = &lacks->items[i];
        query_bind_text(insert, 1, kinds[lack->kind].word);
        query_bind_text(insert, 2, lack->account);
        query_bind_text(insert, 3, lack->name);
        query_bind_integer(insert, 4, lack->amount);
        query_run(insert);
    }
    query_close(insert);
}

static void read_lacks(struct store *store, struct intern *strings, struct lacks *lacks)
{
    struct query *rows = query_open(store, "SELECT kind, account, name, amount FROM lack");
    while (query_next(rows)) {
        enum gap_kind kind = kind_of_word(query_text(rows, 0));
        const char *account = intern_string(strings, query_text(rows, 1)),
                   *name = intern_string(strings, query_text(rows, 2));
        if (kind != GAP_KINDS)
            add_lack(lacks, kind, account, name, query_integer(rows, 3));
    }
    query_close(rows);
}

void gaps_store(struct model *model)
{
    struct lacks lacks = {0};
    find_all_lacks(&lacks, model);
    store_execute(model->store, "DELETE FROM lack");
    write_lacks(model->store, &lacks);
    write_gaps(model->store, &lacks);
    free_lacks(&lacks);
}

/* Accounts that are listed or named in policies, but were not exported. */
static const char not_exported[] =
    "DELETE FROM lack WHERE kind = 'export';"
    "WITH RECURSIVE named (id) AS (SELECT substr(min(subject), 1, 12) FROM mention WHERE subject >= '0' AND subject < "
    "':' UNION ALL SELECT (SELECT substr(min(subject), 1, 12) FROM mention WHERE subject >= named.id || ';' AND "
    "subject < ':') FROM named WHERE id IS NOT NULL) "
    "INSERT INTO lack SELECT 'export', id, '', 1 FROM (SELECT id FROM account WHERE detail = 'none' UNION "
    "SELECT id FROM named WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM account) UNION "
    "SELECT management_account FROM (SELECT management_account FROM organization ORDER BY id LIMIT 1) WHERE "
    "management_account <> '' AND management_account NOT IN (SELECT id FROM account));";

void gaps_refresh(struct model *model)
{
    struct lacks found = {0}, all = {0};
    struct query *rows = query_open(model->store, "SELECT id FROM changed_account");
    while (query_next(rows)) {
        uint32_t account = model_find_account(model, query_text(rows, 0));
        if (account != MODEL_NONE)
            find_account_lacks(&found, model, account);
    }
    query_close(rows);
    store_execute(model->store, "DELETE FROM lack WHERE account IN (SELECT id FROM changed_account)");
    write_lacks(model->store, &found);
    store_execute(model->store, not_exported);
    read_lacks(model->store, &model->strings, &all);
    write_gaps(model->store, &all);
    free_lacks(&found);
    free_lacks(&all);
}
