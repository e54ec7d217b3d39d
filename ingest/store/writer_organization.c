#include "ingest/store/writer_inside.h"

#include <stdio.h>
#include <string.h>

static bool is_account(const char *id)
{
    return id[0] >= '0' && id[0] <= '9';
}

/* The kind of identity providers that the call lists; NULL: it lists others. */
static const char *providers_listed(const char *call)
{
    return strcmp(call, "list-saml-providers") == 0              ? "saml"
           : strcmp(call, "list-open-id-connect-providers") == 0 ? "oidc"
                                                                 : NULL;
}

static void note_providers(struct writer *writer, const char *account)
{
    if (!changes_note_providers(writer->changes, account, writer->error))
        writer->failed = true;
}

static void write_listing(struct writer *writer, const struct batch_fact *fact, int64_t source,
                          const char *path_account)
{
    const char *call = fact->texts[0], *argument = fact->texts[1];
    if (argument == NULL)
        argument = path_account;
    if (argument == NULL)
        return;
    if (providers_listed(call) != NULL)
        note_providers(writer, argument);
    writer->members_list = writer->members_list || strcmp(call, "list-accounts") == 0;
    writer_run(writer, INSERT_LISTING, "tti", call, argument, source);
}

static void note_members_listed(struct writer *writer)
{
    sqlite3_stmt *select = writer->statements[SELECT_LISTED];
    sqlite3_bind_text(select, 1, "list-accounts", -1, SQLITE_STATIC);
    if (sqlite3_step(select) == SQLITE_ROW)
        snprintf(writer->members_listed, sizeof writer->members_listed, "%s",
                 (const char *)sqlite3_column_text(select, 0));
    sqlite3_reset(select);
}

/* The first page of an answer replaces what an earlier load's answer to the same call said. */
static void clear_before(struct writer *writer, const struct batch_fact *listing, const char *path_account)
{
    const char *call = listing->texts[0], *providers = providers_listed(call);
    const char *of_path = providers != NULL && path_account != NULL ? path_account : "";
    const char *argument = listing->texts[1] != NULL ? listing->texts[1] : of_path;
    char key[256];
    int length = snprintf(key, sizeof key, "%s %s", call, argument);
    if (!writer->had_data || length < 0 || (size_t)length >= sizeof key ||
        intern_find(&writer->listings, key, (size_t)length) != INTERN_NONE)
        return;
    intern_add(&writer->listings, key, (size_t)length);
    if (strcmp(call, "list-accounts") == 0)
        note_members_listed(writer);
    writer_run(writer, DELETE_LISTING, "tt", call, argument);
    static const struct {
        const char *call;
        enum writer_statement clear;
    } clears[] = {
        {"list-targets-for-policy", CLEAR_POLICY_TARGETS},
        {"list-accounts-for-parent", CLEAR_PARENT_ACCOUNTS},
        {"list-organizational-units-for-parent", CLEAR_PARENT_UNITS},
        {"policy-types", CLEAR_POLICY_TYPES},
    };
    for (size_t i = 0; i < sizeof clears / sizeof clears[0]; i++)
        if (strcmp(call, clears[i].call) == 0)
            writer_run(writer, clears[i].clear, "t", argument);
    if (providers != NULL && !listing->more)
        writer_run(writer, CLEAR_PROVIDERS, "tti", argument, providers, writer->last_source);
    else if (strcmp(call, "list-accounts") == 0)
        writer_run(writer, CLEAR_ORG_ACCOUNTS, "");
    else if (strcmp(call, "list-policies-for-target") == 0) {
        const char *type = strchr(argument, ' ');
        char target[64] = {0};
        size_t size = type != NULL ? (size_t)(type - argument) : 0;
        if (type == NULL || size >= sizeof target)
            return;
        memcpy(target, argument, size);
        writer_run(writer, CLEAR_TARGET_POLICIES, "tt", target, type + 1);
    }
}

/* Ids of policies begin with p-, so types are never taken for one. */
static void note_policies(struct writer *writer, const struct batch_fact *fact)
{
    bool all = fact->type == FACT_LISTING && !fact->more && strcmp(fact->texts[0], "list-policies") == 0;
    const char *name = fact->type == FACT_ORG_POLICY ? fact->texts[0] : all ? fact->texts[1] : NULL;
    if (writer->had_data && name != NULL && intern_add(&writer->policies, name, strlen(name)) == INTERN_NONE)
        writer_fail(writer, "out of memory");
}

static bool has_named(const struct writer *writer, const char *name)
{
    return name != NULL && intern_find(&writer->policies, name, strlen(name)) != INTERN_NONE;
}

bool writer_drop_left_policies(struct writer *writer)
{
    sqlite3_stmt *rows = writer->statements[SELECT_ORG_POLICIES];
    while (writer->policies.count > 0 && !writer->failed && sqlite3_step(rows) == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(rows, 0), *type = (const char *)sqlite3_column_text(rows, 1);
        if (!has_named(writer, type) || has_named(writer, id))
            continue;
        writer_run(writer, CLEAR_POLICY_TARGETS, "t", id);
        writer_run(writer, DELETE_LISTING, "tt", "list-targets-for-policy", id);
        writer_run(writer, DELETE_ORG_POLICY, "t", id);
    }
    sqlite3_reset(rows);
    return !writer->failed;
}

/* An answer that does not name its account is that of the path's, in the partition in which that account is. */
static void write_provider(struct writer *writer, const char *const *texts, int64_t source, const char *path_account,
                           bool planned)
{
    const char *account = texts[1] != NULL ? texts[1] : path_account;
    struct text arn = {0};
    if (account == NULL)
        return;
    if (strncmp(texts[0], "arn:", 4) == 0) {
        text_append_string(&arn, texts[0]);
    } else {
        sqlite3_stmt *select = writer->statements[SELECT_PARTITION];
        sqlite3_bind_text(select, 1, account, -1, SQLITE_STATIC);
        bool known = sqlite3_step(select) == SQLITE_ROW;
        text_format(&arn, "arn:%s:iam::%s:%s-provider/%s", known ? (const char *)sqlite3_column_text(select, 0) : "aws",
                    account, texts[2], texts[0]);
        sqlite3_reset(select);
    }
    note_providers(writer, account);
    if (arn.failed)
        writer_fail(writer, "out of memory");
    else
        writer_run(writer, planned ? INSERT_PLANNED_PROVIDER : INSERT_PROVIDER, "tttti", arn.data, account, texts[2],
                   texts[3], source);
    writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, account);
    text_free(&arn);
}

static void write_fact(struct writer *writer, struct batch_fact *fact, int64_t source, const char *path_account,
                       bool planned)
{
    const char *const *texts = fact->texts;
    note_policies(writer, fact);
    switch (fact->type) {
    case FACT_ORGANIZATION:
        writer_run(writer, UPSERT_ORGANIZATION, "tttt", texts[0], texts[1], texts[2], texts[3]);
        break;
    case FACT_ACCOUNT:
        writer_account(writer, texts[0], NULL);
        writer_run(writer, UPSERT_ORG_ACCOUNT, "tttt", texts[0], texts[1], texts[2], texts[3]);
        break;
    case FACT_NODE:
        writer_run(writer, UPSERT_NODE, "tttt", texts[0], texts[1], texts[2],
                   strncmp(texts[0], "r-", 2) == 0 ? "root" : "ou");
        break;
    case FACT_PARENT:
        writer_run(writer, INSERT_NODE, "tt", texts[1], strncmp(texts[1], "r-", 2) == 0 ? "root" : "ou");
        if (is_account(texts[0])) {
            writer_account(writer, texts[0], NULL);
            writer_run(writer, SET_ACCOUNT_PARENT, "tt", texts[0], texts[1]);
        } else {
            writer_run(writer, SET_NODE_PARENT, "tt", texts[0], texts[1]);
        }
        break;
    case FACT_POLICY_TYPE:
        writer_run(writer, UPSERT_POLICY_TYPE, "ttt", texts[0], texts[1], texts[2]);
        break;
    case FACT_ORG_POLICY:
        writer_run(writer, UPSERT_ORG_POLICY, "tttii", texts[0], texts[1], texts[2],
                   (int64_t)(texts[3] != NULL && texts[3][0] != '\0'), source);
        if (fact->document.entry != NULL)
            writer_run(writer, SET_ORG_POLICY_DOCUMENT, "tniin", texts[0],
                       writer_document(writer, fact->document.entry), source, (int64_t)fact->document.line,
                       writer_layout(writer, fact->document.layout));
        break;
    case FACT_TARGET:
        writer_run(writer, INSERT_TARGET, "tt", texts[0], texts[1]);
        break;
    case FACT_LISTING:
        if (!fact->more)
            write_listing(writer, fact, source, path_account);
        break;
    case FACT_PROVIDER:
        write_provider(writer, texts, source, path_account, planned);
        break;
    case FACT_ALIAS:
        if (path_account != NULL) {
            writer_account(writer, path_account, NULL);
            writer_run(writer, SET_ALIAS, "tt", path_account, texts[1]);
        }
        break;
    case FACT_IDENTITY:
    case FACT_TYPES:
        break;
    }
}

/* Answers that do not name their account. */
static void say_whose(struct batch *batch, const struct batch_fact *fact)
{
    bool alias = fact->type == FACT_ALIAS;
    struct batch_problem *problem = arena_allocate(&batch->arena, sizeof *problem);
    if (problem == NULL)
        return;
    *problem = (struct batch_problem){
        .severity = "warning",
        .code = alias ? "whose-alias" : "whose-provider",
        .account = "",
        .pointer = alias ? "/AccountAliases" : "/Url",
        .message = alias ? "the answer does not say whose alias this is; put the file into a folder named after the "
                           "account: accounts/111122223333/list-account-aliases.json"
                         : "the answer does not say whose provider this is; put the file into a folder named after the "
                           "account: accounts/111122223333/get-open-id-connect-provider.json",
    };
    BATCH_APPEND(batch->problems, problem);
}

bool writer_facts(struct writer *writer, struct batch *batch, int64_t source, const char *path_account)
{
    bool organization = false, of_account = false;
    for (struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next) {
        bool iam = fact->type == FACT_PROVIDER || fact->type == FACT_ALIAS ||
                   (fact->type == FACT_LISTING && providers_listed(fact->texts[0]) != NULL);
        organization = organization || !iam;
        of_account = of_account || iam;
        if (!iam && fact->type != FACT_IDENTITY)
            changes_note_organization(writer->changes);
    }
    for (struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next)
        if (fact->type == FACT_LISTING)
            clear_before(writer, fact, path_account);
    bool planned = writer_is_planned(batch);
    for (struct batch_fact *fact = batch->facts.first; fact != NULL && !writer->failed; fact = fact->next) {
        write_fact(writer, fact, source, path_account, planned);
        bool unnamed = fact->type == FACT_ALIAS || (fact->type == FACT_PROVIDER && fact->texts[1] == NULL);
        if (unnamed && path_account == NULL)
            say_whose(batch, fact);
    }
    if (organization)
        writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, "");
    if (of_account && path_account != NULL)
        writer_run(writer, INSERT_SOURCE_ACCOUNT, "it", source, path_account);
    return !writer->failed;
}
