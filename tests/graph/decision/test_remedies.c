/* What explain says to add must help: applied to the exports, the same question is allowed or conditional, unless
 * something that nobody can add to stands in the way (a Deny, an SCP or an RCP, a caller that STS refuses). */
#include "graph/decision/remedy.h"
#include "tests/support/scenario.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answer {
    enum verdict verdict;
    enum decision_reason reason;
    json_t *remedies; /* [{account, attach_to, kind, policy}] */
};

static struct answer explain(struct store *store, const char *caller, const char *role, const struct fixed_key *fixed,
                             uint32_t fixed_count, const char *const *actions, uint32_t action_count)
{
    char *error = NULL;
    struct arena arena = {0};
    struct model *model = model_load(store, &error);
    struct constraint_pool *pool = constraint_pool_new();
    struct evaluator *evaluator = model != NULL ? evaluator_new(model, pool) : NULL;
    struct decision_question question = {.fixed = fixed,
                                         .fixed_count = fixed_count,
                                         .actions = action_count > 0 ? actions : NULL,
                                         .action_count = action_count};
    struct decision decision;
    struct remedy *remedies;
    uint32_t count;
    assert_non_null(evaluator);
    assert_true(caller_parse(model, &arena, caller, &question.caller));
    question.role = model_find_arn(model, role);
    assert_int_not_equal(question.role, MODEL_NONE);
    decision_explain(evaluator, &question, &arena, &decision);
    remedy_propose(evaluator, &question, &decision, &arena, &remedies, &count);
    struct answer answer = {decision.verdict, decision.reason, json_array()};
    for (uint32_t i = 0; i < count; i++) {
        json_t *object = json_pack("{s:s, s:s, s:s}", "account", remedies[i].account != NULL ? remedies[i].account : "",
                                   "attach_to", remedies[i].attach_to != NULL ? remedies[i].attach_to : "", "kind",
                                   remedy_kind_word(remedies[i].kind));
        if (remedies[i].policy != NULL)
            json_object_set_new(object, "policy", remedies[i].policy);
        json_array_append_new(answer.remedies, object);
    }
    if (decision.verdict == VERDICT_DENIED) {
        assert_int_not_equal(decision.gap_count, 0);
        /* Nothing is proposed that opens a role to outsiders. */
        const struct caller *who = &question.caller;
        bool outsider = who->kind == CALLER_ANYONE ||
                        (who->account != NULL && (who->account_index == MODEL_NONE ||
                                                  model->accounts[who->account_index].detail == ACCOUNT_NOT_EXPORTED));
        assert_true(outsider ? count == 0 || caller_is_federated(who) : count != 0);
    }
    evaluator_free(evaluator);
    constraint_pool_free(pool);
    model_free(model);
    arena_free(&arena);
    return answer;
}

static bool stands_in_the_way(const json_t *remedies)
{
    size_t i;
    json_t *remedy;
    json_array_foreach(remedies, i, remedy) if (json_object_get(remedy, "policy") == NULL) return true;
    return json_array_size(remedies) == 0;
}

static void fail_unhelped(const char *caller, const char *role, const struct answer *first, const struct answer *again)
{
    char *text = json_dumps(first->remedies, JSON_INDENT(1)), *left = json_dumps(again->remedies, JSON_INDENT(1));
    print_message("%s -> %s: %s\napplied: %s\nthen %s: %s\n", caller, role, decision_reason_word(first->reason), text,
                  decision_reason_word(again->reason), left);
    free(text);
    free(left);
    fail();
}

/* Adds the statements of a policy to a document, which may not exist yet (NULL). New reference. */
static json_t *with_statements(json_t *document, const json_t *policy)
{
    json_t *added = json_object_get(policy, "Statement"),
           *result = json_is_object(document) ? json_deep_copy(document)
                                              : json_pack("{s:s, s:[]}", "Version", "2012-10-17", "Statement"),
           *list = json_object_get(result, "Statement"), *item;
    size_t i;
    if (!json_is_array(list)) {
        list = json_pack("[O]", list);
        json_object_set_new(result, "Statement", list);
    }
    if (added == NULL)
        json_array_append(list, (json_t *)policy);
    else
        json_array_foreach(added, i, item) json_array_append(list, item);
    return result;
}

static json_t *trust_with(json_t *document, json_t *policy)
{
    return json_object_get(policy, "Statement") != NULL ? json_incref(policy) : with_statements(document, policy);
}

/* ---- small worlds */

static json_t *find_principal(json_t *account, const char *arn)
{
    static const char *const kinds[] = {"user", "role"};
    size_t i;
    json_t *principal;
    for (int kind = 0; kind < 2; kind++)
        json_array_foreach(json_object_get(account, kinds[kind]), i,
                           principal) if (strcmp(json_string_value(json_object_get(principal, "arn")), arn) ==
                                          0) return principal;
    return NULL;
}

static void apply_to_world(struct scenario *scenario, const json_t *remedies)
{
    size_t i;
    json_t *remedy;
    json_array_foreach(remedies, i, remedy)
    {
        const char *kind = json_string_value(json_object_get(remedy, "kind")),
                   *target = json_string_value(json_object_get(remedy, "attach_to"));
        json_t *account = json_object_get(scenario->accounts, json_string_value(json_object_get(remedy, "account"))),
               *policy = json_object_get(remedy, "policy");
        assert_non_null(account);
        if (strcmp(kind, "boundary") == 0) {
            json_t *policies = json_object_get(account, "policies");
            json_object_set_new(policies, target, with_statements(json_object_get(policies, target), policy));
            continue;
        }
        json_t *principal = find_principal(account, target);
        assert_non_null(principal);
        bool trust = strcmp(kind, "trust") == 0;
        const char *member = trust ? "trust" : "may";
        json_t *old = json_object_get(principal, member);
        json_object_set_new(principal, member, trust ? trust_with(old, policy) : with_statements(old, policy));
    }
}

static struct answer ask_world(struct scenario *scenario, const struct scenario_question *question)
{
    struct store *store = scenario_load(scenario);
    assert_non_null(store);
    struct answer answer = explain(store, question->caller, question->role, question->fixed, question->fixed_count,
                                   question->actions, question->action_count);
    store_close(store);
    return answer;
}

/* Each question is asked of the world as it is written. Returns how many were denied and helped. */
static unsigned check_world(const char *text)
{
    unsigned helped = 0;
    size_t count = 1;
    for (size_t i = 0; i < count; i++) {
        struct scenario scenario = {0};
        if (!scenario_read(&scenario, text, 1))
            fail_msg("%s", scenario.error);
        count = scenario.question_count;
        const struct scenario_question *question = &scenario.questions[i];
        struct answer first = ask_world(&scenario, question), again = {0};
        if (strcmp(verdict_word(first.verdict), question->verdict) != 0)
            fail_msg("%s: %s", question->text, decision_reason_word(first.reason));
        if (first.verdict == VERDICT_DENIED && !stands_in_the_way(first.remedies)) {
            apply_to_world(&scenario, first.remedies);
            again = ask_world(&scenario, question);
            if (again.verdict == VERDICT_DENIED)
                fail_unhelped(question->caller, question->role, &first, &again);
            helped++;
        }
        json_decref(first.remedies);
        json_decref(again.remedies);
        scenario_free(&scenario);
    }
    return helped;
}

static void both_sides(void **state)
{
    (void)state;
    assert_int_equal(check_world("user A/alice\n"
                                 "user A/bob\n may allow sts:AssumeRole on *\n"
                                 "role A/caller\n boundary b allow s3:* on *\n"
                                 "role A/near\n"
                                 "role B/far\n trust allow sts:AssumeRole from user:A/alice\n"
                                 "role B/closed\n"
                                 "ask user:A/alice B/far => denied/no-identity-permission\n"
                                 "ask user:A/bob B/far => denied/no-trust\n"
                                 "ask user:A/alice B/closed => denied\n"
                                 "ask role:A/caller B/closed => denied\n"
                                 "ask session:A/caller/x B/closed => denied\n"
                                 "ask user:A/alice A/near => denied\n"
                                 "ask role:A/caller A/near => denied\n"
                                 "ask account:C B/closed => denied\n"
                                 "ask user:C/x B/closed => denied\n"
                                 "ask session:C/r/x B/closed => denied\n"
                                 "ask anyone B/closed => denied\n"
                                 "ask service:ec2.amazonaws.com B/closed => denied\n"
                                 "ask saml:B/idp B/closed => denied\n"
                                 "ask oidc:B/example.com B/closed => denied\n"
                                 "ask oidc:B/example.com B/closed with example.com:sub=me => denied\n"
                                 "ask accounts.google.com B/closed => denied\n"),
                     10);
}

/* A wrong external id is mended by another call, not by another policy: that one is stopped. So is the one where two
 * conditions contradict each other, and the one where a role session never has what the condition wants: whoever wrote
 * them must say which one goes. */
static void what_conditions_need(void **state)
{
    (void)state;
    assert_int_equal(
        check_world("user A/alice\n may allow sts:AssumeRole on * if StringEquals sts:ExternalId one1\n"
                    "user A/bob\n may allow sts:AssumeRole on * if StringEquals aws:RequestTag/team red\n"
                    "user A/carol\n may allow sts:AssumeRole on *\n"
                    "role A/mid\n may allow sts:AssumeRole on *\n"
                    "role B/external\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId two2\n"
                    "role B/open\n trust allow sts:AssumeRole from root:A\n"
                    "role B/tagged\n trust allow sts:AssumeRole from root:A if StringEquals aws:RequestTag/team x\n"
                    "role B/identity\n trust allow sts:AssumeRole from root:A if StringEquals sts:SourceIdentity me\n"
                    "role B/mfa\n trust allow sts:AssumeRole from root:A if Bool aws:MultiFactorAuthPresent true\n"
                    "ask user:A/alice B/external => denied/unsatisfiable-conditions\n"
                    "ask user:A/bob B/open => denied\n"
                    "ask user:A/carol B/tagged => denied\n"
                    "ask user:A/carol B/identity => denied\n"
                    "ask role:A/mid B/mfa => denied\n"
                    "ask user:A/carol B/external with sts:ExternalId=other => denied\n"
                    "ask user:A/carol B/open with aws:RequestTag/team=x => denied\n"
                    "ask user:A/carol B/open with sts:SourceIdentity=me => denied\n"
                    "ask user:A/carol B/open action sts:AssumeRole action sts:TagSession => denied\n"),
        6);
}

/* One of the actions that get around a deny is added: the one that nobody denies. */
static void what_gets_around_a_deny(void **state)
{
    (void)state;
#define UNLESS_PASSED "if StringNotEquals aws:RequestTag/cost web and StringNotEquals sts:SourceIdentity web\n"
    assert_int_equal(check_world("user A/alice\n may allow sts:AssumeRole on *\n"
                                 "role B/r\n trust allow sts:AssumeRole from root:A\n"
                                 " trust deny sts:AssumeRole from root:A " UNLESS_PASSED
                                 "role B/tags-denied\n trust allow sts:AssumeRole from root:A\n"
                                 " trust deny sts:AssumeRole from root:A " UNLESS_PASSED
                                 " trust deny sts:TagSession from root:A\n"
                                 "role B/not-trusted\n trust deny sts:AssumeRole,sts:TagSession from root:A"
                                 " if StringNotEquals aws:RequestTag/cost web\n"
                                 "role B/both-denied\n trust allow sts:AssumeRole from root:A\n"
                                 " trust deny sts:AssumeRole from root:A " UNLESS_PASSED
                                 " trust deny sts:TagSession,sts:SetSourceIdentity from root:A\n"
                                 "ask user:A/alice B/r => denied/unsatisfiable-conditions\n"
                                 "ask user:A/alice B/tags-denied => denied/unsatisfiable-conditions\n"
                                 "ask user:A/alice B/not-trusted => denied/no-trust\n"
                                 "ask user:A/alice B/both-denied => denied/unsatisfiable-conditions\n"),
                     3);
}

static void boundaries_that_contradict(void **state)
{
    (void)state;
    assert_int_equal(
        check_world("role A/caller\n may allow sts:AssumeRole on *\n"
                    " boundary b allow sts:AssumeRole on * if StringEquals sts:RoleSessionName abc\n"
                    "role B/r\n trust allow sts:AssumeRole from role:A/caller if StringEquals sts:RoleSessionName xyz\n"
                    "role B/none\n"
                    "ask role:A/caller B/r => denied/unsatisfiable-conditions\n"
                    "ask role:A/caller B/none => denied/no-trust\n"),
        1);
}

static void a_trust_policy_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(check_world("user A/alice\n may allow sts:AssumeRole on *\n"
                                 "role A/r\n trust {\"Effect\": \"Allow\"}\n"
                                 "ask user:A/alice A/r => denied\n"),
                     1);
}

/* Nothing can be added against these. */
static void what_stands_in_the_way(void **state)
{
    (void)state;
    assert_int_equal(
        check_world(
            "organization M members A B\n"
            "scp A deny sts:AssumeRole on *\n"
            "rcp B deny sts:AssumeRole on role:B/sealed\n"
            "user A/alice\n may allow sts:AssumeRole on *\n"
            "user C/carol\n may allow sts:AssumeRole on *\n may deny sts:AssumeRole on role:B/never\n"
            "role B/r\n trust allow sts:AssumeRole from root:A,root:C\n"
            "role B/sealed\n trust allow sts:AssumeRole from root:C\n"
            "role B/never\n trust allow sts:AssumeRole from root:C\n"
            "role B/denies\n trust allow sts:AssumeRole from root:C\n trust deny sts:AssumeRole from user:C/carol\n"
            "role B/jointly\n trust allow sts:AssumeRole from root:C\n"
            " trust deny sts:AssumeRole from root:C if StringEquals sts:ExternalId abc\n"
            " trust deny sts:AssumeRole from root:C if StringNotEquals sts:ExternalId abc\n"
            "ask user:A/alice B/r => denied/scp\n"
            "ask user:C/carol B/sealed => denied/rcp\n"
            "ask user:C/carol B/never => denied/explicit-deny\n"
            "ask user:C/carol B/denies => denied/explicit-deny\n"
            "ask user:C/carol B/jointly => denied\n"
            "ask root:C B/r => denied/cannot-call\n"
            "ask saml:C/idp B/r => denied/no-trust\n"),
        0);
}

/* Who has to act: what is wrong in the role's account is not for the caller's administrators. */
static void whose_account(void **state)
{
    (void)state;
    struct scenario scenario = {0};
    assert_true(
        scenario_read(&scenario,
                      "user A/alice\n may allow sts:AssumeRole on *\n"
                      "role B/r\n trust allow sts:AssumeRole from root:A\n trust deny sts:AssumeRole from root:A\n"
                      "ask user:A/alice B/r => denied\n",
                      1));
    struct answer answer = ask_world(&scenario, &scenario.questions[0]);
    assert_int_equal(json_array_size(answer.remedies), 1);
    json_t *remedy = json_array_get(answer.remedies, 0);
    assert_string_equal(json_string_value(json_object_get(remedy, "account")), "222222222222");
    assert_string_equal(json_string_value(json_object_get(remedy, "kind")), "deny");
    json_decref(answer.remedies);
    scenario_free(&scenario);
}

/* ---- samples/: every user and role, and outside callers, to every role */

struct exports {
    size_t count;
    char *paths[16];
    json_t *accounts[16];
};

static const char *const detail_lists[] = {"UserDetailList", "RoleDetailList"};

static json_t *find_exported(const struct exports *exports, const char *member, const char *arn)
{
    size_t j;
    json_t *item;
    for (size_t i = 0; i < exports->count; i++)
        json_array_foreach(json_object_get(exports->accounts[i], member), j,
                           item) if (strcmp(json_string_value(json_object_get(item, "Arn")), arn) == 0) return item;
    return NULL;
}

static void apply_to_exports(const struct exports *exports, const json_t *remedies)
{
    size_t i, j;
    json_t *remedy, *version;
    json_array_foreach(remedies, i, remedy)
    {
        const char *kind = json_string_value(json_object_get(remedy, "kind")),
                   *target = json_string_value(json_object_get(remedy, "attach_to"));
        json_t *policy = json_object_get(remedy, "policy");
        if (strcmp(kind, "boundary") == 0) {
            json_t *managed = find_exported(exports, "Policies", target);
            assert_non_null(managed);
            json_array_foreach(json_object_get(managed, "PolicyVersionList"), j, version)
                json_object_set_new(version, "Document", with_statements(json_object_get(version, "Document"), policy));
            continue;
        }
        json_t *role = find_exported(exports, "RoleDetailList", target),
               *user = find_exported(exports, "UserDetailList", target);
        assert_true(role != NULL || user != NULL);
        if (strcmp(kind, "trust") == 0) {
            json_object_set_new(role, "AssumeRolePolicyDocument",
                                trust_with(json_object_get(role, "AssumeRolePolicyDocument"), policy));
            continue;
        }
        json_t *holder = role != NULL ? role : user,
               *list = json_object_get(holder, role != NULL ? "RolePolicyList" : "UserPolicyList");
        if (list == NULL) {
            list = json_array();
            json_object_set_new(holder, role != NULL ? "RolePolicyList" : "UserPolicyList", list);
        }
        json_array_append_new(list, json_pack("{s:s, s:O}", "PolicyName", "added", "PolicyDocument", policy));
    }
}

static struct store *load_folders(const char *const *folders, size_t count)
{
    struct load_result result;
    char *error = NULL;
    struct store *store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    assert_non_null(store);
    assert_true(load_paths(store, folders, count, &(struct load_options){.jobs = 1}, &result, &error));
    assert_false(result.incomplete);
    load_result_free(&result);
    return store;
}

static struct exports read_exports(void)
{
    struct exports exports = {0};
    DIR *folder = opendir("samples/accounts");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && exports.count < 16;) {
        char path[512];
        json_error_t error;
        snprintf(path, sizeof path, "samples/accounts/%s/get-account-authorization-details.json", entry->d_name);
        json_t *account = entry->d_name[0] != '.' ? json_load_file(path, 0, &error) : NULL;
        if (account == NULL)
            continue;
        exports.paths[exports.count] = strdup(path);
        exports.accounts[exports.count++] = account;
    }
    closedir(folder);
    return exports;
}

static void free_exports(struct exports *exports)
{
    for (size_t i = 0; i < exports->count; i++) {
        free(exports->paths[i]);
        json_decref(exports->accounts[i]);
    }
}

static struct store *load_changed(const struct exports *exports, const json_t *remedies)
{
    char *folder = scratch_folder(), path[1024];
    struct exports changed = *exports;
    for (size_t i = 0; i < exports->count; i++)
        changed.accounts[i] = json_deep_copy(exports->accounts[i]);
    apply_to_exports(&changed, remedies);
    for (size_t i = 0; i < exports->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, exports->paths[i]);
        char *text = json_dumps(changed.accounts[i], 0);
        assert_true(scratch_write(path, text, strlen(text)));
        free(text);
        json_decref(changed.accounts[i]);
    }
    const char *folders[] = {folder, "samples/org"};
    struct store *store = load_folders(folders, 2);
    scratch_remove(folder);
    return store;
}

static void over_samples(void **state)
{
    static const char *const outside[] = {"777788889999", "*", "ec2.amazonaws.com", "accounts.google.com"};
    const char *const folders[] = {"samples/accounts", "samples/org"};
    (void)state;
    struct exports exports = read_exports();
    struct store *store = load_folders(folders, 2);
    json_t *callers = json_array(), *roles = json_array(), *item, *caller, *role;
    size_t i, j;
    unsigned helped = 0, stopped = 0;
    for (size_t k = 0; k < 4; k++)
        json_array_append_new(callers, json_string(outside[k]));
    for (size_t a = 0; a < exports.count; a++)
        for (int list = 0; list < 2; list++)
            json_array_foreach(json_object_get(exports.accounts[a], detail_lists[list]), i, item)
            {
                json_array_append(callers, json_object_get(item, "Arn"));
                if (list == 1)
                    json_array_append(roles, json_object_get(item, "Arn"));
            }
    json_array_foreach(callers, i, caller) json_array_foreach(roles, j, role)
    {
        const char *from = json_string_value(caller), *to = json_string_value(role);
        /* Loading again for each pair takes its time: a third of them, others at each change of samples/. */
        if ((i + j) % 3 != 0)
            continue;
        struct answer first = explain(store, from, to, NULL, 0, NULL, 0);
        if (first.verdict == VERDICT_DENIED && stands_in_the_way(first.remedies))
            stopped++;
        else if (first.verdict == VERDICT_DENIED) {
            struct store *changed = load_changed(&exports, first.remedies);
            struct answer again = explain(changed, from, to, NULL, 0, NULL, 0);
            if (again.verdict == VERDICT_DENIED)
                fail_unhelped(from, to, &first, &again);
            json_decref(again.remedies);
            store_close(changed);
            helped++;
        }
        json_decref(first.remedies);
    }
    assert_true(helped > 80);
    assert_true(stopped > 10);
    json_decref(callers);
    json_decref(roles);
    store_close(store);
    free_exports(&exports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides),
        cmocka_unit_test(what_conditions_need),
        cmocka_unit_test(what_gets_around_a_deny),
        cmocka_unit_test(boundaries_that_contradict),
        cmocka_unit_test(a_trust_policy_that_cannot_be_read),
        cmocka_unit_test(what_stands_in_the_way),
        cmocka_unit_test(whose_account),
        cmocka_unit_test(over_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
