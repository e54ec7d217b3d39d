/* Organizations data in all its forms, whole and in parts: which SCPs and RCPs bind an account, and what explain says
 * that it does not know. */
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include "graph/decision/decision.h"
#include "ingest/load.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORGANIZATION "arn:aws:organizations::999999999999:"
#define ACCOUNT(id)                                                                                                    \
    "{\"Id\":\"" id "\",\"Arn\":\"" ORGANIZATION "account/o-ab12cd34ef/" id                                            \
    "\",\"Name\":\"n\",\"Status\":\"ACTIVE\",\"JoinedTimestamp\":1700000000.25}"
#define POLICY(id, type, folder)                                                                                       \
    "{\"Id\":\"" id "\",\"Arn\":\"" ORGANIZATION "policy/o-ab12cd34ef/" folder "/" id "\",\"Name\":\"" id              \
    "\",\"Type\":\"" type "\",\"AwsManaged\":false}"
#define SCP(id) POLICY(id, "SERVICE_CONTROL_POLICY", "service_control_policy")
#define RCP(id) POLICY(id, "RESOURCE_CONTROL_POLICY", "resource_control_policy")
#define TARGET(id, type)                                                                                               \
    "{\"TargetId\":\"" id "\",\"Arn\":\"" ORGANIZATION "x/o-ab12cd34ef/" id "\",\"Name\":\"n\",\"Type\":\"" type "\"}"
#define EVERYWHERE                                                                                                     \
    TARGET("r-ab12", "ROOT")                                                                                           \
    "," TARGET("ou-ab12-11111111", "ORGANIZATIONAL_UNIT") "," TARGET("111111111111",                                   \
                                                                     "ACCOUNT") "," TARGET("999999999999", "ACCOUNT")
#define CONTENT(effect)                                                                                                \
    "\"Content\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":{\\\"Effect\\\":\\\"" effect                  \
    "\\\",\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\"}}\""

/* One answer of one call: what was asked, and the output. */
struct answer {
    const char *call, *option, *argument, *filter, *output;
};

static const struct answer whole[] = {
    {"describe-organization", NULL, NULL, NULL,
     "{\"Organization\":{\"Id\":\"o-ab12cd34ef\",\"Arn\":\"" ORGANIZATION
     "organization/o-ab12cd34ef\",\"FeatureSet\":\"ALL\",\"MasterAccountId\":\"999999999999\"}}"},
    {"list-accounts", NULL, NULL, NULL, "{\"Accounts\":[" ACCOUNT("999999999999") "," ACCOUNT("111111111111") "]}"},
    {"list-roots", NULL, NULL, NULL,
     "{\"Roots\":[{\"Id\":\"r-ab12\",\"Arn\":\"" ORGANIZATION
     "root/o-ab12cd34ef/r-ab12\",\"Name\":\"Root\",\"PolicyTypes\":[{\"Type\":\"SERVICE_CONTROL_POLICY\",\"Status\":"
     "\"ENABLED\"},{\"Type\":\"RESOURCE_CONTROL_POLICY\",\"Status\":\"ENABLED\"}]}]}"},
    {"list-organizational-units-for-parent", "parent-id", "r-ab12", NULL,
     "{\"OrganizationalUnits\":[{\"Id\":\"ou-ab12-11111111\",\"Arn\":\"" ORGANIZATION
     "ou/o-ab12cd34ef/ou-ab12-11111111\",\"Name\":\"Prod\"}]}"},
    {"list-accounts-for-parent", "parent-id", "r-ab12", NULL, "{\"Accounts\":[" ACCOUNT("999999999999") "]}"},
    {"list-accounts-for-parent", "parent-id", "ou-ab12-11111111", NULL, "{\"Accounts\":[" ACCOUNT("111111111111") "]}"},
    {"list-policies", NULL, NULL, "SERVICE_CONTROL_POLICY",
     "{\"Policies\":[" SCP("p-FullAWSAccess") "," SCP("p-scp00001") "]}"},
    {"list-policies", NULL, NULL, "RESOURCE_CONTROL_POLICY", "{\"Policies\":[" RCP("p-rcp00001") "]}"},
    {"describe-policy", "policy-id", "p-scp00001", NULL,
     "{\"Policy\":{\"PolicySummary\":" SCP("p-scp00001") "," CONTENT("Deny") "}}"},
    {"describe-policy", "policy-id", "p-rcp00001", NULL,
     "{\"Policy\":{" CONTENT("Deny") ",\"PolicySummary\":" RCP("p-rcp00001") "}}"},
    {"list-targets-for-policy", "policy-id", "p-FullAWSAccess", NULL, "{\"Targets\":[" EVERYWHERE "]}"},
    {"list-targets-for-policy", "policy-id", "p-scp00001", NULL,
     "{\"Targets\":[" TARGET("ou-ab12-11111111", "ORGANIZATIONAL_UNIT") "]}"},
    {"list-targets-for-policy", "policy-id", "p-rcp00001", NULL, "{\"Targets\":[" TARGET("r-ab12", "ROOT") "]}"},
};

/* The same organization by the calls that ask the other way round. */
static const struct answer other_calls[] = {
    {"list-children", "parent-id", "r-ab12", "ORGANIZATIONAL_UNIT",
     "{\"Children\":[{\"Id\":\"ou-ab12-11111111\",\"Type\":\"ORGANIZATIONAL_UNIT\"}]}"},
    {"list-parents", "child-id", "111111111111", NULL,
     "{\"Parents\":[{\"Id\":\"ou-ab12-11111111\",\"Type\":\"ORGANIZATIONAL_UNIT\"}]}"},
    {"list-children", "parent-id", "r-ab12", "ACCOUNT",
     "{\"Children\":[{\"Id\":\"999999999999\",\"Type\":\"ACCOUNT\"}]}"},
    {"list-policies-for-target", "target-id", "r-ab12", "SERVICE_CONTROL_POLICY",
     "{\"Policies\":[" SCP("p-FullAWSAccess") "]}"},
    {"list-policies-for-target", "target-id", "r-ab12", "RESOURCE_CONTROL_POLICY",
     "{\"Policies\":[" RCP("p-rcp00001") "]}"},
    {"list-policies-for-target", "target-id", "ou-ab12-11111111", "SERVICE_CONTROL_POLICY",
     "{\"Policies\":[" SCP("p-FullAWSAccess") "," SCP("p-scp00001") "]}"},
    {"list-policies-for-target", "target-id", "ou-ab12-11111111", "RESOURCE_CONTROL_POLICY", "{\"Policies\":[]}"},
    {"list-policies-for-target", "target-id", "111111111111", "SERVICE_CONTROL_POLICY",
     "{\"Policies\":[" SCP("p-FullAWSAccess") "]}"},
    {"list-policies-for-target", "target-id", "111111111111", "RESOURCE_CONTROL_POLICY", "{\"Policies\":[]}"},
};

#define WHOLE (sizeof whole / sizeof whole[0])
#define OTHER (sizeof other_calls / sizeof other_calls[0])

static const char accounts[] =
    "{\"UserDetailList\":[{\"Path\":\"/\",\"UserName\":\"u\",\"UserId\":\"AIDA1\",\"Arn\":\"arn:aws:iam::%s:user/u\","
    "\"GroupList\":[],\"AttachedManagedPolicies\":[]}],\"GroupDetailList\":[],\"RoleDetailList\":[{\"Path\":\"/\","
    "\"RoleName\":\"r\",\"RoleId\":\"AROA1\",\"Arn\":\"arn:aws:iam::%s:role/r\",\"AssumeRolePolicyDocument\":{"
    "\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"arn:aws:iam::"
    "111111111111:"
    "user/u\",\"arn:aws:iam::222222222222:user/u\",\"arn:aws:iam::999999999999:user/"
    "u\"]},\"Action\":\"sts:AssumeRole\"}}"
    ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[]}],\"Policies\":[],\"IsTruncated\":false}";

static char *folder;
static struct store *store;
static struct model *model;

static void put(const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(scratch_write(path, text, strlen(text)));
}

static void begin(void)
{
    static const char *const ids[] = {"111111111111", "222222222222", "999999999999"};
    folder = scratch_folder();
    for (size_t i = 0; i < 3; i++) {
        char text[2000], name[64];
        snprintf(text, sizeof text, accounts, ids[i], ids[i]);
        snprintf(name, sizeof name, "accounts/%s/details.json", ids[i]);
        put(name, text);
    }
}

static void put_file(const struct answer *answer)
{
    char name[256];
    snprintf(name, sizeof name, "org/%s%s%s%s%s.json", answer->call, answer->argument != NULL ? "." : "",
             answer->argument != NULL ? answer->argument : "", answer->filter != NULL ? "." : "",
             answer->filter != NULL ? answer->filter : "");
    put(name, answer->output);
}

static void put_files(const struct answer *answers, size_t count, const char *without)
{
    for (size_t i = 0; i < count; i++)
        if (without == NULL || strcmp(answers[i].call, without) != 0)
            put_file(&answers[i]);
}

static void load(void)
{
    struct load_result result;
    char *error = NULL;
    const char *paths[] = {folder};
    if (store == NULL)
        store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    assert_true(load_paths(store, paths, 1, &(struct load_options){.jobs = 1}, &result, &error));
    assert_false(result.incomplete);
    load_result_free(&result);
    model = model_load(store, &error);
    assert_non_null(model);
}

static void end(void)
{
    model_free(model);
    store_close(store);
    scratch_remove(folder);
    model = NULL;
    store = NULL;
}

static void append_guardrails(struct text *text, const char *name, const struct model_guardrails *guardrails)
{
    static const char *const words[] = {"no", "yes", "unknown"};
    text_format(text, " %s %s", name, words[guardrails->apply]);
    for (uint32_t i = 0; i < guardrails->level_count; i++) {
        const struct model_level *level = &guardrails->levels[i];
        text_format(text, " %s%s", level->id, level->complete ? ":" : "?");
        for (uint32_t j = 0; j < level->policy_count; j++)
            text_format(text, "%s%s", j > 0 ? "+" : "", model->uses[level->first_policy + j].arn);
    }
}

static void assert_account(const char *id, const char *expected)
{
    uint32_t account = model_find_account(model, id);
    struct text text = {0};
    assert_int_not_equal(account, MODEL_NONE);
    append_guardrails(&text, "scps", &model->scps[account]);
    append_guardrails(&text, "; rcps", &model->rcps[account]);
    assert_string_equal(text.data + 1, expected);
    text_free(&text);
}

static const char all_known[] = "scps yes r-ab12:p-FullAWSAccess ou-ab12-11111111:p-FullAWSAccess+p-scp00001 "
                                "111111111111:p-FullAWSAccess ; rcps yes r-ab12:p-rcp00001 ou-ab12-11111111: "
                                "111111111111:";

static void assert_whole(void)
{
    assert_account("111111111111", all_known);
    assert_account("999999999999", "scps no ; rcps no");
    assert_account("222222222222", "scps no ; rcps no");
}

static void placed_by_file_name(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, NULL);
    load();
    assert_whole();
    end();
}

/* An envelope; flags: members in alphabetical order, names as the API spells them. */
static char *envelope(const struct answer *answer, bool sorted, bool api)
{
    json_t *args = json_object(), *all;
    char call[128], option[64];
    snprintf(call, sizeof call, "%s", answer->call);
    snprintf(option, sizeof option, "%s", answer->option != NULL ? answer->option : "");
    if (api) {
        size_t length = 0;
        for (const char *at = answer->call; *at != '\0'; at++) {
            bool first = at == answer->call || at[-1] == '-';
            if (*at != '-')
                call[length++] = first ? (char)(*at - 'a' + 'A') : *at;
        }
        call[length] = '\0';
        if (option[0] != '\0')
            snprintf(option, sizeof option, "%c%.*sId", answer->option[0] - 'a' + 'A',
                     (int)strcspn(answer->option, "-") - 1, answer->option + 1);
    }
    if (answer->filter != NULL)
        json_object_set_new(args, api ? "Filter" : "filter", json_string(answer->filter));
    if (answer->argument != NULL)
        json_object_set_new(args, option, json_string(answer->argument));
    all = json_pack("{s:s, s:o, s:o}", "call", call, "args", args, "output", json_loads(answer->output, 0, NULL));
    char *text = json_dumps(all, JSON_COMPACT | (sorted ? JSON_SORT_KEYS : 0));
    json_decref(all);
    return text;
}

static void placed_by_envelope(void **state)
{
    (void)state;
    for (int form = 0; form < 8; form++) {
        struct text text = {0};
        bool list = form & 4;
        begin();
        for (size_t i = 0; i < WHOLE + OTHER; i++) {
            /* The second half says in other words what the first said; both are read. */
            const struct answer *answer = i < WHOLE ? &whole[i] : &other_calls[i - WHOLE];
            char *one = envelope(answer, form & 1, form & 2);
            text_format(&text, "%s%s\n", list ? (i == 0 ? "[" : ",") : "", one);
            free(one);
        }
        text_append_string(&text, list ? "]" : "");
        put("org/calls.ndjson", text.data);
        text_free(&text);
        load();
        assert_whole();
        end();
    }
}

static void asked_the_other_way_round(void **state)
{
    (void)state;
    begin();
    put_file(&whole[0]);
    put_file(&whole[1]);
    put_file(&whole[2]);
    put_file(&whole[8]);
    put_file(&whole[9]);
    put_files(other_calls, OTHER, NULL);
    load();
    assert_whole();
    end();
}

static void types_that_are_not_enabled(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, "list-roots");
    put("org/list-roots.json",
        "{\"Roots\":[{\"Id\":\"r-ab12\",\"Arn\":\"" ORGANIZATION
        "root/o-ab12cd34ef/r-ab12\",\"Name\":\"Root\",\"PolicyTypes\":[{\"Type\":\"SERVICE_CONTROL_"
        "POLICY\",\"Status\":\"PENDING_ENABLE\"}]}]}");
    load();
    assert_account("111111111111", "scps no ; rcps no");
    end();
    begin();
    put_files(whole, WHOLE, "describe-organization");
    put("org/describe-organization.json",
        "{\"Organization\":{\"Id\":\"o-ab12cd34ef\",\"FeatureSet\":\"CONSOLIDATED_BILLING\",\"MasterAccountId\":"
        "\"999999999999\"}}");
    load();
    assert_account("111111111111", "scps no ; rcps no");
    end();
}

static void assert_notes(const char *caller, const char *role, const char *verdict, const char *expected)
{
    struct arena arena = {0};
    struct constraint_pool *pool = constraint_pool_new();
    struct evaluator *evaluator = evaluator_new(model, pool);
    struct decision_question question = {.role = model_find_arn(model, role)};
    struct decision decision;
    struct text text = {0};
    assert_true(caller_parse(model, &arena, caller, &question.caller));
    decision_explain(evaluator, &question, &arena, &decision);
    text_append_string(&text, "");
    for (uint32_t i = 0; i < decision.note_count; i++)
        text_format(&text, "%s%s", i > 0 ? "; " : "", decision.notes[i]);
    assert_string_equal(text.data, expected);
    assert_string_equal(verdict_word(decision.verdict), verdict);
    text_free(&text);
    evaluator_free(evaluator);
    constraint_pool_free(pool);
    arena_free(&arena);
}

#define U1 "arn:aws:iam::111111111111:user/u"
#define R1 "arn:aws:iam::111111111111:role/r"
#define R2 "arn:aws:iam::222222222222:role/r"
#define U2 "arn:aws:iam::222222222222:user/u"
#define SCPS_UNKNOWN "the SCPs of account 111111111111 are not in the export and could deny this"
#define RCPS_UNKNOWN "the RCPs of account 111111111111 are not in the export and could deny this"

static void nothing_of_the_organization(void **state)
{
    (void)state;
    begin();
    load();
    assert_notes(U1, R1, "allowed", SCPS_UNKNOWN "; " RCPS_UNKNOWN);
    end();
}

static void only_list_accounts(void **state)
{
    (void)state;
    begin();
    put_file(&whole[1]);
    load();
    assert_account("111111111111", "scps unknown ; rcps unknown");
    /* Its ARNs name the organization and the management account. */
    assert_account("999999999999", "scps no ; rcps no");
    assert_notes(U1, R1, "allowed", SCPS_UNKNOWN "; " RCPS_UNKNOWN);
    end();
}

/* An account that the whole list does not name is outside; what is taken for granted is said. */
static void account_not_in_list_accounts(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, NULL);
    load();
    assert_notes(U2, R2, "allowed",
                 "account 222222222222 is not in list-accounts: assuming no SCP applies to it; "
                 "account 222222222222 is not in list-accounts: assuming no RCP applies to it");
    end();
}

static void one_page_of_many(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, "list-accounts");
    put("org/list-accounts.json", "{\"Accounts\":[" ACCOUNT("999999999999") "],\"NextToken\":\"x\"}");
    load();
    /* Its place in the tree tells that it is a member; of the other account nothing is known. */
    assert_account("111111111111", all_known);
    assert_account("222222222222", "scps unknown ; rcps unknown");
    end();
    begin();
    put_files(whole, WHOLE, "list-policies");
    put("org/list-policies.SERVICE_CONTROL_POLICY.json",
        "{\"Policies\":[" SCP("p-FullAWSAccess") "],\"NextToken\":\"x\"}");
    load();
    assert_account("111111111111",
                   "scps yes r-ab12?p-FullAWSAccess ou-ab12-11111111?p-FullAWSAccess+p-scp00001 "
                   "111111111111?p-FullAWSAccess ; rcps yes r-ab12?p-rcp00001 ou-ab12-11111111? 111111111111?");
    end();
}

/* All pages of an answer, in one file or in two. */
static void all_pages(void **state)
{
    static const char first[] = "{\"Accounts\":[" ACCOUNT("999999999999") "],\"NextToken\":\"x\"}\n",
                      second[] = "{\"Accounts\":[" ACCOUNT("111111111111") "]}\n";
    (void)state;
    begin();
    put_files(whole, WHOLE, "list-accounts");
    struct text both = {0};
    text_format(&both, "%s%s", first, second);
    put("org/list-accounts.json", both.data);
    text_free(&both);
    load();
    assert_whole();
    end();
    begin();
    put_files(whole, WHOLE, "list-accounts");
    put("org/list-accounts.1.json", first);
    put("org/list-accounts.2.json", second);
    load();
    assert_whole();
    /* Loading again replaces the answer by all its pages, not by the last. */
    model_free(model);
    put("org/list-accounts.2.json", "{\"Accounts\":[" ACCOUNT("111111111111") "] }\n");
    put("org/list-accounts.1.json", "{\"Accounts\":[" ACCOUNT("999999999999") "], \"NextToken\":\"x\"}\n");
    load();
    assert_whole();
    end();
}

static void policies_without_targets(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, "list-targets-for-policy");
    load();
    assert_account("111111111111", "scps yes r-ab12? ou-ab12-11111111? 111111111111? ; rcps yes r-ab12? "
                                   "ou-ab12-11111111? 111111111111?");
    assert_notes(U1, R1, "allowed",
                 "not all SCPs at r-ab12 are in the export; another one could deny this; not all SCPs at "
                 "ou-ab12-11111111 are in the export; another one could deny this; not all SCPs at 111111111111 are in "
                 "the export; another one could deny this; not all RCPs at r-ab12 are in the export; another one could "
                 "deny this; not all RCPs at ou-ab12-11111111 are in the export; another one could deny this; not all "
                 "RCPs at 111111111111 are in the export; another one could deny this");
    end();
    /* Whether the type is enabled at all cannot be told from a policy that hangs nowhere. */
    begin();
    put_files(whole, 2, NULL);
    put_file(&whole[8]);
    put_file(&whole[9]);
    load();
    assert_account("111111111111", "scps unknown ; rcps unknown");
    assert_notes(U1, R1, "allowed", SCPS_UNKNOWN "; " RCPS_UNKNOWN);
    end();
}

static void targets_without_policies(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, "describe-policy");
    load();
    assert_account("111111111111", all_known);
    assert_notes(U1, R1, "conditional", "");
    end();
}

static void a_unit_with_unknown_parent(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, "list-organizational-units-for-parent");
    load();
    /* The root binds all; what lies between is not known. */
    assert_account("111111111111", "scps yes r-ab12:p-FullAWSAccess ?? ou-ab12-11111111:p-FullAWSAccess+p-scp00001 "
                                   "111111111111:p-FullAWSAccess ; rcps yes r-ab12:p-rcp00001 ?? ou-ab12-11111111: "
                                   "111111111111:");
    end();
    begin();
    put_files(whole, WHOLE, "list-accounts-for-parent");
    load();
    assert_account("111111111111", "scps yes r-ab12:p-FullAWSAccess ?? 111111111111:p-FullAWSAccess ; rcps yes "
                                   "r-ab12:p-rcp00001 ?? 111111111111:");
    end();
}

/* Any account could be the management account, which nothing binds. */
static void management_account_unknown(void **state)
{
    (void)state;
    begin();
    put("org/describe-organization.json", "{\"Organization\":{\"Id\":\"o-ab12cd34ef\",\"FeatureSet\":\"ALL\"}}");
    put("org/list-roots.json", "{\"Roots\":[{\"Id\":\"r-ab12\",\"Name\":\"Root\",\"PolicyTypes\":[{\"Type\":\"SERVICE_"
                               "CONTROL_POLICY\",\"Status\":\"ENABLED\"}]}]}");
    put("org/list-accounts-for-parent.r-ab12.json", "{\"Accounts\":[{\"Id\":\"111111111111\"}]}");
    load();
    assert_account("111111111111", "scps unknown ; rcps unknown");
    end();
}

static void two_organizations(void **state)
{
    (void)state;
    begin();
    put_files(whole, WHOLE, NULL);
    put("other/list-accounts.json", "{\"Accounts\":[{\"Id\":\"222222222222\",\"Arn\":\"arn:aws:organizations::"
                                    "888888888888:account/o-zz99zz99zz/222222222222\",\"Name\":\"n\"}]}");
    load();
    uint32_t account = model_find_account(model, "222222222222");
    assert_int_equal(model->accounts[account].in_organization, FACT_NO);
    assert_account("111111111111", all_known);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placed_by_file_name),
        cmocka_unit_test(placed_by_envelope),
        cmocka_unit_test(asked_the_other_way_round),
        cmocka_unit_test(types_that_are_not_enabled),
        cmocka_unit_test(nothing_of_the_organization),
        cmocka_unit_test(only_list_accounts),
        cmocka_unit_test(account_not_in_list_accounts),
        cmocka_unit_test(one_page_of_many),
        cmocka_unit_test(all_pages),
        cmocka_unit_test(policies_without_targets),
        cmocka_unit_test(targets_without_policies),
        cmocka_unit_test(a_unit_with_unknown_parent),
        cmocka_unit_test(management_account_unknown),
        cmocka_unit_test(two_organizations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
