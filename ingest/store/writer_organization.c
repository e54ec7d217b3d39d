#include "ingest/store/writer_inside.h"

#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_account(const char *id)
{
    return id[0] >= '0' && id[0] <= '9';
}

/* A call that lists something, and how to delete an earlier answer's data. */
struct listing_call {
    const char *name;
    bool members;          /* lists the accounts of the organization */
    const char *providers; /* the kind of identity providers that it lists; NULL: it lists something else */
    void (*clear)(struct writer *writer, const struct listing_call *call, const char *argument);
    enum writer_statement statement; /* the statements that clear runs */
    bool aside;                      /* no stored edge depends on it: people and their assignments, workloads */
};

static void clear_all(struct writer *writer, const struct listing_call *call, const char *argument)
{
    (void)argument;
    query_run(writer->queries[call->statement]);
}

static void clear_of_argument(struct writer *writer, const struct listing_call *call, const char *argument)
{
    WRITE(writer, call->statement, sql_text(argument));
}

/* argument: "TARGET TYPE", "ACCOUNT SET" of assignments, "ACCOUNT REGION". */
static void clear_of_target(struct writer *writer, const struct listing_call *call, const char *argument)
{
    const char *type = strchr(argument, ' ');
    if (type == NULL)
        return;
    char *target = memory_text_part(argument, (size_t)(type - argument));
    WRITE(writer, call->statement, sql_text(target), sql_text(type + 1));
    free(target);
}

static void clear_workloads(struct writer *writer, const struct listing_call *call, const char *argument)
{
    WRITE(writer, call->statement, sql_text(call->name), sql_text(argument));
}

static void clear_providers(struct writer *writer, const struct listing_call *call, const char *argument)
{
    WRITE(writer, call->statement, sql_text(argument), sql_text(call->providers), sql_integer(writer->last_source));
}

#define LIST_ACCOUNTS "list-accounts"
#define LIST_TARGETS "list-targets-for-policy"

/* clang-format off */
static const struct listing_call calls[] = {
    {LIST_ACCOUNTS,                          true,  NULL,   clear_all,         CLEAR_ORG_ACCOUNTS,       false},
    {LIST_TARGETS,                           false, NULL,   clear_of_argument, CLEAR_POLICY_TARGETS,     false},
    {"list-accounts-for-parent",             false, NULL,   clear_of_argument, CLEAR_PARENT_ACCOUNTS,    false},
    {"list-organizational-units-for-parent", false, NULL,   clear_of_argument, CLEAR_PARENT_UNITS,       false},
    {"policy-types",                         false, NULL,   clear_of_argument, CLEAR_POLICY_TYPES,       false},
    {"list-policies-for-target",             false, NULL,   clear_of_target,   CLEAR_TARGET_POLICIES,    false},
    {"list-saml-providers",                  false, "saml", clear_providers,   CLEAR_PROVIDERS,          false},
    {"list-open-id-connect-providers",       false, "oidc", clear_providers,   CLEAR_PROVIDERS,          false},
    {"sso-list-instances",                   false, NULL,   clear_all,         CLEAR_INSTANCES,          true},
    {"identitystore-list-users",             false, NULL,   clear_of_argument, CLEAR_PEOPLE,             true},
    {"identitystore-list-groups",            false, NULL,   clear_of_argument, CLEAR_PERSON_GROUPS,      true},
    {"list-group-memberships",               false, NULL,   clear_of_argument, CLEAR_PERSON_MEMBERSHIPS, true},
    {"list-permission-sets",                 false, NULL,   clear_all,         CLEAR_PERMISSION_SETS,    true},
    {"list-accounts-for-provisioned-permission-set",
                                             false, NULL,   clear_of_argument, CLEAR_PROVISIONED,        true},
    {"list-account-assignments",             false, NULL,   clear_of_target,   CLEAR_ASSIGNMENTS,        true},
    {"access-control-attributes",            false, NULL,   clear_all,         CLEAR_ATTRIBUTES,         true},
    {"list-entitlements",                    false, NULL,   clear_of_argument, CLEAR_ENTITLEMENTS,       true},
    {"list-regions",                         false, NULL,   clear_of_argument, CLEAR_REGIONS,            true},
    {"eks-list-clusters",                    false, NULL,   clear_of_target,   CLEAR_CLUSTERS,           true},
    {"list-pod-identity-associations",       false, NULL,   clear_of_argument, CLEAR_ASSOCIATIONS,       true},
    {"kubectl-get-serviceaccounts",          false, NULL,   clear_of_argument, CLEAR_SERVICE_ACCOUNTS,   true},
    {"rolesanywhere-list-trust-anchors",     false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"rolesanywhere-list-profiles",          false, NULL,   clear_of_target,   CLEAR_ANYWHERE_PROFILES,  true},
    {"cognito-list-identity-pools",          false, NULL,   clear_of_target,   CLEAR_POOLS,              true},
    {"ec2-describe-instances",               false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"lambda-list-functions",                false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"lambda-list-versions",                 false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"ecs-list-task-definitions",            false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"batch-describe-job-definitions",       false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"glue-get-jobs",                        false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"glue-get-dev-endpoints",               false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"glue-get-crawlers",                    false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"cloudformation-describe-stacks",       false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"amplify-list-apps",                    false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
    {"list-capabilities",                    false, NULL,   clear_workloads,   CLEAR_LISTED_WORKLOADS,   true},
};
/* clang-format on */

static const struct listing_call *call_of(const struct batch_fact *listing)
{
    static const struct listing_call other;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (strcmp(calls[i].name, listing->texts[0]) == 0)
            return &calls[i];
    return &other;
}

static void write_listing(struct writer *writer, const struct batch_fact *fact, int64_t source,
                          const char *path_account)
{
    const struct listing_call *call = call_of(fact);
    const char *argument = fact->texts[1] != NULL ? fact->texts[1] : path_account;
    if (argument == NULL)
        return;
    if (call->providers != NULL)
        changes_note_providers(writer->changes, argument);
    writer->members_list = writer->members_list || call->members;
    WRITE(writer, INSERT_LISTING, sql_text(fact->texts[0]), sql_text(argument), sql_integer(source));
}

static void note_members_listed(struct writer *writer)
{
    struct query *select = writer->queries[SELECT_LISTED];
    QUERY_BIND(select, sql_text(LIST_ACCOUNTS));
    if (query_next(select))
        snprintf(writer->members_listed, sizeof writer->members_listed, "%s", query_text(select, 0));
    query_reset(select);
}

/* The first page of an answer replaces what an earlier load's answer to the same call said. For identity providers,
 * only a complete answer does. */
static void clear_before(struct writer *writer, const struct batch_fact *listing, const char *path_account)
{
    const struct listing_call *call = call_of(listing);
    const char *of_path = call->providers != NULL && path_account != NULL ? path_account : "";
    const char *argument = listing->texts[1] != NULL ? listing->texts[1] : of_path;
    if (!writer->had_data)
        return;
    char *key = memory_print("%s %s", listing->texts[0], argument);
    uint32_t before = writer->listings.count;
    intern_add(&writer->listings, key, strlen(key));
    free(key);
    if (writer->listings.count == before)
        return;
    if (call->members)
        note_members_listed(writer);
    WRITE(writer, DELETE_LISTING, sql_text(listing->texts[0]), sql_text(argument));
    if (call->clear != NULL && (call->providers == NULL || !listing->more))
        call->clear(writer, call, argument);
}

/* IDs of policies begin with p-, so a type is never mistaken for one. */
static void note_policies(struct writer *writer, const struct batch_fact *fact)
{
    bool all = fact->type == FACT_LISTING && !fact->more && strcmp(fact->texts[0], "list-policies") == 0;
    const char *name = fact->type == FACT_ORG_POLICY ? fact->texts[0] : all ? fact->texts[1] : NULL;
    if (writer->had_data && name != NULL)
        intern_add(&writer->policies, name, strlen(name));
}

static bool has_named(const struct writer *writer, const char *name)
{
    return name != NULL && intern_find(&writer->policies, name, strlen(name)) != INTERN_NONE;
}

void writer_drop_left_policies(struct writer *writer)
{
    struct query *rows = writer->queries[SELECT_ORG_POLICIES];
    if (writer->policies.count == 0)
        return;
    while (query_next(rows)) {
        const char *id = query_text(rows, 0), *type = query_text(rows, 1);
        if (!has_named(writer, type) || has_named(writer, id))
            continue;
        WRITE(writer, CLEAR_POLICY_TARGETS, sql_text(id));
        WRITE(writer, DELETE_LISTING, sql_text(LIST_TARGETS), sql_text(id));
        WRITE(writer, DELETE_ORG_POLICY, sql_text(id));
    }
}

/* An answer that does not name its account belongs to the account in its path, in that account's partition. */
static void write_provider(struct writer *writer, const char *const *texts, int64_t source, const char *path_account,
                           bool planned)
{
    const char *account = texts[1] != NULL ? texts[1] : path_account;
    if (account == NULL)
        return;
    char *arn;
    if (strncmp(texts[0], "arn:", 4) == 0) {
        arn = memory_text(texts[0]);
    } else {
        struct query *select = writer->queries[SELECT_PARTITION];
        QUERY_BIND(select, sql_text(account));
        const char *partition = query_next(select) ? query_text(select, 0) : "aws";
        arn = memory_print("arn:%s:iam::%s:%s-provider/%s", partition, account, texts[2], texts[0]);
        query_reset(select);
    }
    changes_note_providers(writer->changes, account);
    WRITE(writer, planned ? INSERT_PLANNED_PROVIDER : INSERT_PROVIDER, sql_text(arn), sql_text(account),
          sql_text(texts[2]), sql_text(texts[3]), sql_integer(source));
    WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(account));
    free(arn);
}

static void write_fact(struct writer *writer, struct batch_fact *fact, int64_t source, const char *path_account,
                       bool planned)
{
    const char *const *texts = fact->texts;
    note_policies(writer, fact);
    switch (fact->type) {
    case FACT_ORGANIZATION:
        WRITE(writer, UPSERT_ORGANIZATION, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case FACT_ACCOUNT:
        writer_account(writer, texts[0], NULL);
        WRITE(writer, UPSERT_ORG_ACCOUNT, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case FACT_NODE:
        WRITE(writer, UPSERT_NODE, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(strncmp(texts[0], "r-", 2) == 0 ? "root" : "ou"));
        break;
    case FACT_PARENT:
        WRITE(writer, INSERT_NODE, sql_text(texts[1]), sql_text(strncmp(texts[1], "r-", 2) == 0 ? "root" : "ou"));
        if (is_account(texts[0])) {
            writer_account(writer, texts[0], NULL);
            WRITE(writer, SET_ACCOUNT_PARENT, sql_text(texts[0]), sql_text(texts[1]));
        } else {
            WRITE(writer, SET_NODE_PARENT, sql_text(texts[0]), sql_text(texts[1]));
        }
        break;
    case FACT_POLICY_TYPE:
        WRITE(writer, UPSERT_POLICY_TYPE, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]));
        break;
    case FACT_ORG_POLICY:
        WRITE(writer, UPSERT_ORG_POLICY, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_integer(fact->aws_managed), sql_integer(source));
        if (fact->document.entry != NULL)
            WRITE(writer, SET_ORG_POLICY_DOCUMENT, sql_text(texts[0]),
                  sql_reference(writer_document(writer, fact->document.entry)), sql_integer(source),
                  sql_integer(fact->document.line), sql_reference(writer_layout(writer, fact->document.layout)));
        break;
    case FACT_TARGET:
        WRITE(writer, INSERT_TARGET, sql_text(texts[0]), sql_text(texts[1]));
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
            WRITE(writer, SET_ALIAS, sql_text(path_account), sql_text(texts[1]));
        }
        break;
    default:
        writer_people_fact(writer, fact);
        break;
    }
}

/* Reports the answers that do not name their account. */
static void say_whose(struct batch *batch, const struct batch_fact *fact)
{
    bool alias = fact->type == FACT_ALIAS;
    struct batch_problem *problem = arena_allocate(&batch->arena, sizeof *problem);
    *problem = (struct batch_problem){
        .severity = PROBLEM_WARNING,
        .code = alias ? "whose-alias" : "whose-provider",
        .account = "",
        .pointer = alias ? "/AccountAliases" : "/Url",
        .message = alias ? "the file does not name its account; put it into a folder named after the account: "
                           "accounts/111122223333/list-account-aliases.json"
                         : "the file does not name its account; put it into a folder named after the account: "
                           "accounts/111122223333/get-open-id-connect-provider.json",
    };
    BATCH_APPEND(batch->problems, problem);
}

void writer_facts(struct writer *writer, struct batch *batch, int64_t source, const char *path_account)
{
    bool organization = batch->people.count + batch->workloads.count > 0, of_account = false;
    for (struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next) {
        bool iam = fact->type == FACT_PROVIDER || fact->type == FACT_ALIAS ||
                   (fact->type == FACT_LISTING && call_of(fact)->providers != NULL);
        organization = organization || !iam;
        of_account = of_account || iam;
        bool people = writer_is_about_people(fact) || (fact->type == FACT_LISTING && call_of(fact)->aside);
        if (!iam && !people && fact->type != FACT_IDENTITY)
            changes_note_organization(writer->changes);
    }
    for (struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next)
        if (fact->type == FACT_LISTING)
            clear_before(writer, fact, path_account);
    writer_people(writer, batch);
    writer_workloads(writer, batch);
    bool planned = batch->kind->replaces_path;
    for (struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next) {
        write_fact(writer, fact, source, path_account, planned);
        bool unnamed = fact->type == FACT_ALIAS || (fact->type == FACT_PROVIDER && fact->texts[1] == NULL);
        if (unnamed && path_account == NULL)
            say_whose(batch, fact);
    }
    if (organization)
        WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(""));
    if (of_account && path_account != NULL)
        WRITE(writer, INSERT_SOURCE_ACCOUNT, sql_integer(source), sql_text(path_account));
}
