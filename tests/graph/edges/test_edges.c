/* Edges between groups say of every pair of principals and roles what deciding that pair says: over samples, over all
 * cases, and over worlds in which many callers and roles are alike. ROLECHAIN_EDGES_OF names further exports to try. */
#include "graph/chains/chains.h"
#include "graph/chains/exposure.h"
#include "graph/chains/role_chaining.h"
#include "graph/edges/edges.h"
#include "tests/support/edge_world.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASES "tests/graph/cases"

static uint32_t pairs, wrong;

static void compare_pair(const struct edges *edges, struct evaluator *evaluator, uint32_t from, uint32_t role)
{
    struct decision decision;
    struct decision_question question = {.caller = edges->nodes[from], .role = role, .now = edges->now};
    const struct edge *edge = edges_between(edges, from, role);
    decision_decide(evaluator, &question, &decision);
    pairs++;
    enum verdict said = edge != NULL ? edge->verdict : VERDICT_DENIED;
    if (said == decision.verdict && (edge == NULL || edge->residual == decision.residual))
        return;
    if (wrong++ < 10)
        print_message("%s to %s: the edge says %s, deciding says %s\n", edges->nodes[from].text,
                      edges->model->principals[role].arn, verdict_word(said), verdict_word(decision.verdict));
}

/* Whether the role's trust policy names the outside party: others have no edges but by conditions. */
static bool is_named(const struct model *model, const struct caller *party, uint32_t role)
{
    uint32_t number = model->principals[role].trust->document;
    const struct model_document *document = number != MODEL_NONE ? &model->documents[number] : NULL;
    for (uint32_t i = 0; document != NULL && i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; statement->broken == NULL && statement->allow && j < statement->principal_count; j++)
            if (party->kind == CALLER_ACCOUNT ? statement->principals[j].form == PRINCIPAL_ACCOUNT &&
                                                    strcmp(statement->principals[j].account, party->account) == 0
                                              : strcmp(statement->principals[j].value, party->text) == 0)
                return !statement->not_principal;
    }
    return false;
}

/* Each step of a node once; the union is the node's edges. */
static void compare_steps(const struct edges *edges, uint32_t from)
{
    struct hop_cursor cursor;
    struct hop hop;
    hop_cursor_begin(&cursor, edges, from);
    while (hop_cursor_next(&cursor, &hop)) {
        assert_true(hop.from == from && hop.to < edges->model->principal_count);
        assert_non_null(edges_between(edges, from, hop.to));
    }
}

struct counts {
    uint32_t all, direct, certain, always;
};

static bool count_direct(const struct chain *chain, void *context)
{
    struct counts *counts = context;
    (void)chain;
    counts->direct++;
    return true;
}

static bool count_chain(const struct chain *chain, void *context)
{
    struct counts *counts = context;
    counts->all++;
    counts->certain += chain->hop_count == 1 || chain->own == CONSTRAINT_TRUE;
    counts->always += chain->own == CONSTRAINT_TRUE;
    return true;
}

/* ---- counting node by node what exposure_count counts for all at once */

struct naive {
    const struct edges *edges;
    bool *met;
    uint32_t *queue, count;
    bool sure, further;
};

static bool naive_meet(uint32_t caller, const struct edge *edge, void *context)
{
    struct naive *naive = context;
    bool laden = naive->further && (edge->from & EDGE_GROUP) == 0 && chaining_begins_laden(naive->edges, edge->from);
    if ((naive->sure && (edge->verdict != VERDICT_ALLOWED || laden)) || naive->met[caller])
        return true;
    naive->met[caller] = true;
    naive->queue[naive->count++] = caller;
    return true;
}

/* Who leads to the role, over one hop or any; sure: over hops without conditions. Of those met before too. */
static uint32_t naive_count(struct naive *naive, uint32_t role, bool sure, bool chains)
{
    uint32_t count = 0;
    naive->sure = sure;
    naive->further = false;
    edges_each_caller(naive->edges, role, naive_meet, naive);
    naive->further = true;
    for (uint32_t i = 0; chains && i < naive->count; i++)
        edges_each_caller(naive->edges, naive->queue[i], naive_meet, naive);
    for (uint32_t i = 0; i < naive->count; i++)
        count += naive->queue[i] != role;
    return count;
}

static void naive_forget(struct naive *naive)
{
    while (naive->count > 0)
        naive->met[naive->queue[--naive->count]] = false;
}

static struct exposure naive_exposure(struct naive *naive, uint32_t role)
{
    struct exposure exposure = {0};
    exposure.direct = naive_count(naive, role, false, false);
    naive_forget(naive);
    exposure.always = naive_count(naive, role, true, true);
    exposure.certain = naive_count(naive, role, false, false);
    naive_forget(naive);
    exposure.at_most = naive_count(naive, role, false, true);
    for (uint32_t i = 0; i < naive->count; i++)
        exposure.outside += exposure_is_outside(naive->edges, naive->queue[i]);
    naive_forget(naive);
    return exposure;
}

static void compare_with_naive(const struct edges *edges, const struct exposure *exposure)
{
    struct naive naive = {.edges = edges,
                          .met = calloc((size_t)edges->node_count + 1, sizeof *naive.met),
                          .queue = calloc((size_t)edges->node_count + 1, sizeof *naive.queue)};
    assert_true(naive.met != NULL && naive.queue != NULL);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        struct exposure one = naive_exposure(&naive, i);
        if (memcmp(&one, &exposure[i], sizeof one) != 0 && wrong++ < 10)
            print_message("%s: direct %u, certain %u, at most %u, always %u, outside %u; for all: %u, %u, %u, %u, %u\n",
                          edges->nodes[i].text, one.direct, one.certain, one.at_most, one.always, one.outside,
                          exposure[i].direct, exposure[i].certain, exposure[i].at_most, exposure[i].always,
                          exposure[i].outside);
    }
    free(naive.met);
    free(naive.queue);
}

/* What is counted without looking at single chains, against all chains. */
static void compare_exposure(const struct edges *edges)
{
    struct exposure *exposure = calloc((size_t)edges->node_count + 1, sizeof *exposure);
    assert_non_null(exposure);
    exposure_count(edges, NULL, exposure);
    compare_with_naive(edges, exposure);
    for (uint32_t i = 0; i < edges->model->principal_count; i++) {
        const struct chain_limits limits = {0}, one_hop = {.max_hops = 1};
        struct counts counts = {0};
        chains_who_can(edges, i, &one_hop, count_direct, &counts);
        chains_who_can(edges, i, &limits, count_chain, &counts);
        if (exposure[i].direct == counts.direct && exposure[i].certain >= counts.certain &&
            exposure[i].always <= counts.always && exposure[i].certain <= counts.all &&
            counts.all <= exposure[i].at_most)
            continue;
        if (wrong++ < 10)
            print_message("%s: chains: %u, %u direct; counted: %u to %u, %u direct\n", edges->nodes[i].text, counts.all,
                          counts.direct, exposure[i].certain, exposure[i].at_most, exposure[i].direct);
    }
    free(exposure);
}

static void compare(struct store *store, double now)
{
    char *error = NULL;
    struct model *model = store != NULL ? model_load(store, &error) : NULL;
    struct constraint_pool *pool = constraint_pool_new();
    struct edges *edges = model != NULL ? edges_compute(model, pool, now) : NULL;
    struct evaluator *evaluator = edges != NULL ? evaluator_new(model, pool) : NULL;
    assert_non_null(evaluator);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        compare_steps(edges, i);
        for (uint32_t j = 0; j < model->principal_count; j++)
            if (model->principals[j].is_role && model->principals[j].trust != NULL &&
                (i < model->principal_count || is_named(model, &edges->nodes[i], j) ||
                 edges_between(edges, i, j) != NULL))
                compare_pair(edges, evaluator, i, j);
    }
    compare_exposure(edges);
    evaluator_free(evaluator);
    edges_free(edges);
    constraint_pool_free(pool);
    model_free(model);
    store_close(store);
}

static void compare_world(const char *text)
{
    struct scenario scenario;
    if (!scenario_read(&scenario, text, 1))
        fail_msg("%s", scenario.error);
    compare(scenario_load(&scenario), 0);
    scenario_free(&scenario);
}

static void compare_exports(const char *path)
{
    struct load_result result;
    char *error = NULL;
    struct store *store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    assert_non_null(store);
    assert_true(load_paths(store, &path, 1, NULL, &result, &error));
    load_result_free(&result);
    compare(store, 1e9);
}

static void finish(void)
{
    assert_int_equal(wrong, 0);
    assert_true(pairs > 0);
    pairs = 0;
}

static void edges_of_cases(void **state)
{
    (void)state;
    struct dirent **entries;
    int count = scandir(CASES, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[512];
        size_t length;
        snprintf(path, sizeof path, CASES "/%s", entries[i]->d_name);
        free(entries[i]);
        char *text = strstr(path, ".cases") != NULL ? scratch_read(path, &length) : NULL;
        for (char *at = text != NULL ? strstr(text, "case ") : NULL; at != NULL;) {
            char *body = strchr(at, '\n'), *next = strstr(at, "\ncase ");
            if (next != NULL)
                *next++ = '\0';
            if (body != NULL)
                compare_world(body + 1);
            at = next;
        }
        free(text);
    }
    free(entries);
    finish();
}

static void edges_of_samples(void **state)
{
    (void)state;
    compare_exports("samples");
    finish();
}

static void edges_of_more_exports(void **state)
{
    (void)state;
    const char *path = getenv("ROLECHAIN_EDGES_OF");
    if (path == NULL)
        skip();
    compare_exports(path);
    finish();
}

/* Administrators and deployers alike in three accounts, roles alike that let in the organization, an account, some. */
static const char fleets[] =
    "organization M members A B C\n"
    "ou prod B C\n"
    "user A/root1\n  may allow * on *\n"
    "user A/root2\n  may allow * on *\n"
    "user B/root1\n  may allow * on *\n"
    "role C/root1\n  trust allow sts:AssumeRole from root:C\n  may allow * on *\n"
    "role A/root3\n  trust allow sts:AssumeRole from root:B\n  may allow * on *\n"
    "user D/stranger\n  may allow * on *\n"
    "user A/deploy1\n  may allow sts:AssumeRole on arn:aws:iam::*:role/shared-*\n"
    "user B/deploy2\n  may allow sts:AssumeRole on arn:aws:iam::*:role/shared-*\n"
    "user C/deploy3\n  may allow sts:AssumeRole on arn:aws:iam::*:role/shared-*\n"
    "user C/careful\n  may allow sts:AssumeRole on *\n  may deny sts:AssumeRole on arn:aws:iam::*:role/*-b\n"
    "user A/careful\n  may allow sts:AssumeRole on *\n  may deny sts:AssumeRole on arn:aws:iam::*:role/*-b\n"
    "user A/tagged tag team=red\n  may allow sts:AssumeRole on *\n"
    "user B/tagged tag team=blue\n  may allow sts:AssumeRole on *\n"
    "user B/nothing\n"
    "role A/shared-a\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
    "role B/shared-a\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
    "role C/shared-b\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
    "role A/open-b\n  trust allow sts:AssumeRole from *\n"
    "role B/open-b\n  trust allow sts:AssumeRole from *\n"
    "role A/audit\n  trust allow sts:AssumeRole from root:B\n"
    "role B/audit\n  trust allow sts:AssumeRole from root:B\n"
    "role C/audit\n  trust allow sts:AssumeRole from root:B\n"
    "role A/named\n  trust allow sts:AssumeRole from user:A/root1,user:B/root1\n"
    "role B/named\n  trust allow sts:AssumeRole from user:A/root1,user:B/root1\n"
    "role A/but\n  trust allow sts:AssumeRole from not user:A/root1,root:C\n"
    "role B/but\n  trust allow sts:AssumeRole from root:A\n  trust deny sts:AssumeRole from user:A/root2\n"
    "role A/denies\n  trust allow sts:AssumeRole from *\n  trust deny sts:AssumeRole from root:B\n"
    "role B/denies\n  trust allow sts:AssumeRole from *\n  trust deny sts:AssumeRole from root:B\n"
    "role A/names\n  trust allow sts:AssumeRole from * if ArnLike aws:PrincipalArn arn:aws:iam::*:user/root*\n"
    "role B/names\n  trust allow sts:AssumeRole from * if ArnLike aws:PrincipalArn arn:aws:iam::*:user/root*\n"
    "role C/names\n  trust allow sts:AssumeRole from root:A if ArnLike aws:PrincipalArn arn:aws:iam::*:user/root1\n"
    "role C/team\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalTag/team red\n"
    "role C/account\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalAccount $A\n"
    "role C/external\n  trust allow sts:AssumeRole from root:A,root:C if StringEquals sts:ExternalId x7\n"
    "role A/notthese\n  trust allow sts:AssumeRole from not root:B,user:A/root1\n"
    "role C/notthese\n  trust allow sts:AssumeRole from not root:B,user:A/root1\n"
    "role B/accounts\n  trust allow sts:AssumeRole from * if StringNotEquals aws:PrincipalAccount $A,$D\n"
    "role C/accounts\n  trust allow sts:AssumeRole from * if StringNotEquals aws:PrincipalAccount $A,$D\n"
    "role C/accountlike\n  trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 1*\n"
    "role A/paths\n  trust allow sts:AssumeRole from * if ForAnyValue:StringLike aws:PrincipalOrgPaths */ou-*/\n"
    "role C/paths\n  trust allow sts:AssumeRole from * if ForAnyValue:StringLike aws:PrincipalOrgPaths */ou-*/\n"
    "role C/same\n  trust allow sts:AssumeRole from * if StringEquals aws:ResourceAccount ${aws:PrincipalAccount}\n"
    "role A/same\n  trust allow sts:AssumeRole from * if StringEquals aws:ResourceAccount ${aws:PrincipalAccount}\n";

static const char guardrails[] =
    "organization M members A B C\n"
    "ou prod B C\n"
    "scp ou:prod deny sts:AssumeRole on arn:aws:iam::*:role/locked-* if ArnNotLike aws:PrincipalArn "
    "arn:aws:iam::*:user/boss*\n"
    "scp A deny sts:AssumeRole on * if StringNotEquals aws:ResourceAccount $A,$B\n"
    "rcp ou:prod deny sts:AssumeRole on * if ArnLike aws:PrincipalArn arn:aws:iam::*:user/intern*\n"
    "rcp C deny sts:AssumeRole on * if StringEquals aws:ResourceTag/closed yes\n"
    "user A/boss\n  may allow * on *\n"
    "user A/intern\n  may allow * on *\n"
    "user A/plain\n  may allow * on *\n"
    "user B/boss1\n  may allow * on *\n"
    "user B/boss2\n  may allow * on *\n"
    "user B/intern\n  may allow * on *\n"
    "user B/plain1\n  may allow * on *\n"
    "user B/plain2\n  may allow * on *\n"
    "user C/plain\n  may allow * on *\n"
    "user C/own\n  may allow sts:AssumeRole on arn:aws:iam::*:role/${aws:username}-*\n"
    "user C/locked\n  may allow sts:AssumeRole on arn:aws:iam::*:role/${aws:username}-*\n"
    "user C/tagged\n  may allow sts:AssumeRole on * if StringEquals aws:ResourceTag/open yes\n"
    "user C/missing\n  missing gone\n"
    "user C/missing2\n  missing gone\n"
    "user C/bounded\n  may allow * on *\n  boundary lid allow sts:AssumeRole on arn:aws:iam::*:role/locked-*\n"
    "role A/locked-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role B/locked-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role C/locked-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role A/own-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role B/own-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role C/own-x\n  trust allow sts:AssumeRole from root:A,root:B,root:C\n"
    "role C/tagged-1 tag open=yes\n  trust allow sts:AssumeRole from *\n"
    "role C/tagged-2 tag closed=yes\n  trust allow sts:AssumeRole from *\n"
    "role A/tagged-1 tag open=yes\n  trust allow sts:AssumeRole from *\n"
    "role A/tagged-2 tag closed=yes\n  trust allow sts:AssumeRole from *\n";

/* Several roles of one account with the trust policy of a fleet: with callers next to them who are denied some by name,
 * by tag or by what they are called, and a caller that the trust names by its unique id. */
static const char local_fleets[] =
    "organization M members A B C\n"
    "user A/admin\n  may allow * on *\n"
    "user A/admin2\n  may allow * on *\n"
    "user A/nothing\n"
    "user A/careful\n  may allow sts:AssumeRole on *\n  may deny sts:AssumeRole on arn:aws:iam::*:role/*-b\n"
    "user A/denied\n  may deny sts:AssumeRole on *\n"
    "user A/bounded\n  may allow * on *\n  boundary lid allow sts:AssumeRole on arn:aws:iam::*:role/fleet-b\n"
    "user A/some\n  may allow sts:AssumeRole on arn:aws:iam::*:role/fleet-a,arn:aws:iam::*:role/named-*\n"
    "user A/own\n  may deny sts:AssumeRole on arn:aws:iam::*:role/${aws:username}-a\n"
    "user A/fleet\n  may deny sts:AssumeRole on arn:aws:iam::*:role/${aws:username}-a\n"
    "user A/tagged\n  may deny sts:AssumeRole on * if StringEquals aws:ResourceTag/closed yes\n"
    "user B/careful\n  may allow sts:AssumeRole on *\n  may deny sts:AssumeRole on arn:aws:iam::*:role/*-b\n"
    "user B/some\n  may allow sts:AssumeRole on arn:aws:iam::*:role/fleet-a,arn:aws:iam::*:role/named-*\n"
    "role A/fleet-a\n  trust allow sts:AssumeRole from *\n"
    "role A/fleet-b tag closed=yes\n  trust allow sts:AssumeRole from *\n"
    "role A/fleet-c\n  trust allow sts:AssumeRole from *\n  may allow * on *\n"
    "role B/fleet-a\n  trust allow sts:AssumeRole from *\n"
    "role B/fleet-b\n  trust allow sts:AssumeRole from *\n"
    "role C/fleet-a\n  trust allow sts:AssumeRole from *\n"
    "role A/asks-a\n  trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x7\n  trust allow "
    "sts:AssumeRole from root:A\n"
    "role A/asks-b\n  trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x7\n  trust allow "
    "sts:AssumeRole from root:A\n"
    "role B/asks-a\n  trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x7\n  trust allow "
    "sts:AssumeRole from root:A\n"
    "role B/asks-b\n  trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x7\n  trust allow "
    "sts:AssumeRole from root:A\n"
    "role A/class-a\n  trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 1*\n"
    "role A/class-b\n  trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 1*\n"
    "role B/class-a\n  trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 1*\n"
    "role A/named-a\n  trust allow sts:AssumeRole from * if StringLike aws:userid *some*,*4*\n"
    "role A/named-b\n  trust allow sts:AssumeRole from * if StringLike aws:userid *some*,*4*\n"
    "role B/named-a\n  trust allow sts:AssumeRole from * if StringLike aws:userid *some*,*4*\n";

static void edges_of_fleets(void **state)
{
    (void)state;
    compare_world(fleets);
    compare_world(local_fleets);
    finish();
}

/* Trust policies that say the same in other words: another Sid, another order, another spelling of keys. */
static const char reworded[] =
    "user A/a\n  may allow * on *\n"
    "user B/b\n  may allow * on *\n"
    "role A/r1\n  trust "
    "{\"Sid\":\"One\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"*\"]},\"Action\":\"sts:AssumeRole\","
    "\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":[\"x\",\"y\"],\"aws:PrincipalTag/Team\":\"red\"}}}\n"
    "role A/r2\n  trust {\"Sid\":\"Two\",\"Action\":\"sts:AssumeRole\",\"Principal\":\"*\",\"Effect\":\"Allow\","
    "\"Condition\":{\"StringEquals\":{\"aws:principaltag/team\":[\"red\"],\"sts:externalid\":[\"y\",\"x\"]}}}\n"
    "role B/r3\n  trust {\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"sts:AssumeRole\",\"s3:*\"],"
    "\"Condition\":{\"StringEquals\":{\"aws:PrincipalTag/team\":[\"red\"],\"sts:ExternalId\":[\"y\",\"x\"]}}}\n"
    "role B/not1\n  trust {\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\","
    "\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":[\"x y\"],\"aws:PrincipalTag/Team\":\"red\"}}}\n"
    "role B/not2\n  trust {\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],"
    "\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":[\"x\",\"y\"],\"aws:PrincipalTag/Team\":\"red\"}}}\n"
    "role B/not3\n  trust {\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\","
    "\"Condition\":{\"StringNotEquals\":{\"sts:ExternalId\":[\"x\",\"y\"]},\"StringEquals\":{\"aws:PrincipalTag/"
    "Team\":\"red\"}}}\n"
    "role B/not4\n  trust "
    "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111111111111\"},\"Action\":\"sts:AssumeRole\"}\n"
    "role B/not5\n  trust {\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"111111111111\"},\"Action\":"
    "\"sts:AssumeRole\"}\n"
    "role B/not6\n  trust {\"Effect\":\"Allow\",\"NotPrincipal\":{\"AWS\":\"111111111111\"},\"Action\":"
    "\"sts:AssumeRole\"}\n"
    "role B/not7\n  trust "
    "{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"111111111111\"},\"Action\":\"sts:AssumeRole\"}\n";

/* Trust policies that look at the caller's name, also where outside parties are let in; callers that are alike but for
 * it. Thirty patterns for all accounts, so that the order of names is used too. */
static void edges_by_name(void **state)
{
    static const char *const conditions[] = {
        "ArnLike aws:PrincipalArn arn:aws:iam::*:role/ops-*",
        "ArnNotLike aws:PrincipalArn arn:aws:iam::*:role/ops-*",
        "StringNotLike aws:PrincipalArn arn:aws:iam::$A:role/nobody*",
        "StringNotLike aws:PrincipalArn arn:aws:iam::$B:role/not-there*",
        "StringNotLike aws:PrincipalArn arn:aws:iam::$A:role/ops-1",
        "StringEquals aws:PrincipalArn arn:aws:iam::$A:role/ops-1,arn:aws:iam::$B:user/ann",
        "StringEqualsIgnoreCase aws:PrincipalArn arn:aws:iam::$A:ROLE/OPS-1",
        "StringEqualsIgnoreCase aws:PrincipalArn ARN:aws:iam::$B:user/ANN",
        "ForAnyValue:StringLike aws:PrincipalArn *:role/*-2",
        "ForAllValues:StringNotLike aws:PrincipalArn *:role/*-2",
        "StringLikeIfExists aws:PrincipalArn *ann,*:role/a:b/*",
        "ArnLike aws:PrincipalArn arn:*:iam::*:*/ann",
        "ArnLike aws:PrincipalArn arn:aws:iam:*:role/ops-1",
        "StringLike aws:PrincipalArn arn:aws:iam:*:role/ops-1",
        "StringLike aws:PrincipalArn arn:aws:iam::*:ops-*",
        "ArnLike aws:PrincipalArn arn:aws:iam::$A:root",
        "Null aws:PrincipalArn true",
        "Null aws:username true",
        "StringLike aws:username ann,b*",
        "StringNotEquals aws:username ann",
        "StringLike aws:PrincipalArn arn:aws:iam::*:user/${aws:username}",
        "StringLike aws:PrincipalArn arn:aws:iam::*:role/ops-? and StringEquals sts:ExternalId x",
    };
    static const char *const trusted[] = {
        "*", "root:A", "root:A,root:D", "role:A/ops-1,root:B", "not role:A/ops-2", "service:ec2.amazonaws.com,*"};
    (void)state;
    for (size_t who = 0; who < sizeof trusted / sizeof trusted[0]; who++) {
        char *text = NULL;
        size_t length;
        FILE *stream = open_memstream(&text, &length);
        for (char account = 'A'; account <= 'B'; account++) {
            static const char *const names[] = {"user %c/ann",   "user %c/bob",       "role %c/ops-1",
                                                "role %c/ops-2", "role %c/a:b/ops-1", "role %c/x-2"};
            for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
                fprintf(stream, names[i], account);
                fputs("\n  may allow sts:AssumeRole on *\n", stream);
            }
        }
        for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
            for (char account = 'A'; account <= 'B'; account++)
                fprintf(stream, "role %c/t%zu\n  trust allow sts:AssumeRole from %s if %s\n", account, i, trusted[who],
                        conditions[i]);
        for (int i = 0; i < 30; i++)
            fprintf(stream,
                    "role C/wide%d\n  trust allow sts:AssumeRole from %s if ArnLike aws:PrincipalArn "
                    "arn:aws:iam::*:role/%s%d\n",
                    i, trusted[who], i % 2 == 0 ? "ops-" : "*", i / 2);
        fclose(stream);
        compare_world(text);
        free(text);
    }
    finish();
}

static void edges_of_reworded_trusts(void **state)
{
    (void)state;
    compare_world(reworded);
    finish();
}

/* A unique id tells no account: the caller's own account may hold some of the roles. */
static void edges_of_unique_ids(void **state)
{
    struct scenario scenario;
    (void)state;
    assert_true(scenario_read(&scenario, "user A/u0\n", 1));
    struct store *store = scenario_load(&scenario);
    char *error = NULL;
    struct model *model = store != NULL ? model_load(store, &error) : NULL;
    assert_non_null(model);
    char world[2048];
    snprintf(world, sizeof world,
             "user A/u0\nuser A/u1\n"
             "role A/r1\n trust allow sts:AssumeRole from %s\nrole A/r2\n trust allow sts:AssumeRole from %s\n"
             "role B/r1\n trust allow sts:AssumeRole from %s\nrole B/r2\n trust allow sts:AssumeRole from %s\n",
             model->principals[0].unique_id, model->principals[0].unique_id, model->principals[0].unique_id,
             model->principals[0].unique_id);
    model_free(model);
    store_close(store);
    scenario_free(&scenario);
    compare_world(world);
    finish();
}

/* Statements that compare the account or the tags of the role with the caller's, with ids, or both. */
static const char *const comparisons[] = {
    "deny sts:AssumeRole on * if StringNotEquals aws:ResourceAccount ${aws:PrincipalAccount}",
    "deny sts:AssumeRole on * if StringEquals aws:ResourceAccount ${aws:PrincipalAccount}",
    "deny sts:AssumeRole on * if StringNotLike aws:ResourceAccount ${aws:PrincipalAccount},$B",
    "deny sts:AssumeRole on * if StringNotEquals aws:PrincipalAccount ${aws:ResourceAccount}",
    "deny sts:AssumeRole on * if StringEquals aws:PrincipalAccount ${aws:ResourceAccount},$C",
    "deny sts:AssumeRole on * if StringNotEquals aws:ResourceAccount $A,$B",
    "deny sts:AssumeRole on * if StringEquals aws:ResourceAccount $C",
    "deny sts:AssumeRole on * if StringLike aws:ResourceAccount 3*",
    "deny sts:AssumeRole on arn:aws:iam::*:role/*-1 if StringNotEquals aws:ResourceTag/team ${aws:PrincipalTag/team}",
    "deny sts:AssumeRole on * if StringEquals aws:ResourceTag/team blue",
    "deny sts:AssumeRole on * if Null aws:ResourceTag/team true",
};

static void edges_of_comparisons(void **state)
{
    static const char *const trusted[] = {"*", "root:A", "root:A,root:B", "user:A/a,user:B/a"};
    (void)state;
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
        for (int place = 0; place < 3; place++) {
            char *text = NULL;
            size_t length;
            FILE *stream = open_memstream(&text, &length);
            fputs("organization M members A B C\n", stream);
            if (place == 0)
                fprintf(stream, "scp A %s\nscp B %s\n", comparisons[i], comparisons[i]);
            for (char account = 'A'; account <= 'C'; account++) {
                fprintf(stream, "user %c/a\n  may allow * on *\n", account);
                fprintf(stream, "user %c/b tag team=blue\n  may allow * on *\n", account);
                if (place == 1)
                    fprintf(stream, "user %c/c tag team=red\n  may allow * on *\n  may %s\n", account, comparisons[i]);
                for (size_t j = 0; j < sizeof trusted / sizeof trusted[0]; j++)
                    for (int k = 0; k < 3; k++) {
                        static const char *const tags[] = {"", " tag team=blue", " tag team=red"};
                        fprintf(stream, "role %c/r%zu-%d%s\n  trust allow sts:AssumeRole from %s\n", account, j, k,
                                tags[k], trusted[j]);
                        /* Without its Resource. */
                        const char *on = strstr(comparisons[i], " on "), *rest = strstr(comparisons[i], " if ");
                        if (place == 2)
                            fprintf(stream, "  trust %.*s from *%s\n", (int)(on - comparisons[i]), comparisons[i],
                                    rest);
                    }
            }
            fclose(stream);
            compare_world(text);
            free(text);
        }
    finish();
}

/* A role that asks more of anyone than of one account: callers of the same permissions are not the same to it. */
static void edges_of_favoured_accounts(void **state)
{
    static const char *const open[] = {
        "allow sts:AssumeRole from * if StringEquals sts:ExternalId x1",
        "allow sts:AssumeRole from not user:H/nobody if StringEquals sts:ExternalId x1",
        "allow sts:AssumeRole from * if StringEquals aws:PrincipalTag/team blue",
        "allow sts:AssumeRole from * if Bool aws:MultiFactorAuthPresent true",
    };
    static const char *const favoured[] = {"root:A", "root:A,root:B", "root:C", "user:A/a,root:D"};
    (void)state;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        for (size_t j = 0; j < sizeof favoured / sizeof favoured[0]; j++) {
            char text[2048];
            snprintf(text, sizeof text,
                     "user A/a\n may allow * on *\nuser B/a\n may allow * on *\nuser C/a\n may allow * on *\n"
                     "role B/r\n may allow * on *\n trust allow sts:AssumeRole from %s\n trust %s\n"
                     "role C/r\n may allow * on *\n trust allow sts:AssumeRole from %s\n trust %s\n"
                     "role C/closed\n may allow * on *\n trust deny sts:AssumeRole from root:A\n trust %s\n",
                     favoured[j], open[i], favoured[j], open[i], open[i]);
            compare_world(text);
        }
    finish();
}

static void edges_under_guardrails(void **state)
{
    (void)state;
    compare_world(guardrails);
    finish();
}

/* What ten accounts say over and over is stored a few times. */
/* Callers that are alike but for a trust policy that names one of them. */
static void edges_of_the_named(void **state)
{
    static const char *const permissions[] = {"*", "arn:aws:iam::*:role/r*", "arn:aws:iam::*:role/r"};
    (void)state;
    for (size_t i = 0; i < sizeof permissions / sizeof permissions[0]; i++) {
        char world[2048];
        snprintf(world, sizeof world,
                 "user A/u0\n may allow sts:AssumeRole on %s\n"
                 "user A/u1\n may allow sts:AssumeRole on %s\n"
                 "user B/u2\n may allow sts:AssumeRole on %s\n"
                 "role C/r\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId aa\n"
                 " trust allow sts:AssumeRole from user:A/u0\n"
                 "role C/r2\n trust allow sts:AssumeRole from * if StringEquals sts:ExternalId aa\n"
                 " trust allow sts:AssumeRole from user:A/u0,user:B/u2\n"
                 "role D/r3\n trust allow sts:AssumeRole from *,user:A/u0,user:A/u1,user:B/u2 if StringEquals "
                 "sts:ExternalId aa\n"
                 "role A/r4\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalTag/x y\n"
                 " trust allow sts:AssumeRole from user:A/u0\n"
                 "role A/r5\n trust allow sts:AssumeRole from * if StringLike aws:PrincipalAccount 2*\n"
                 " trust allow sts:AssumeRole from user:A/u0\n",
                 permissions[i], permissions[i], permissions[i]);
        compare_world(world);
    }
    finish();
}

static void edges_stay_few(void **state)
{
    (void)state;
    struct edge_world world;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    fputs("organization M members A B C D E F G H\nexported M\n", stream);
    for (char account = 'A'; account <= 'H'; account++) {
        for (int i = 0; i < 20; i++)
            fprintf(stream, "user %c/admin%d\n  may allow * on *\n", account, i);
        /* Some in other words, some but for a role that there is not. */
        for (int i = 0; i < 20; i++)
            if (i % 3 == 0)
                fprintf(stream,
                        "role %c/shared%d\n  trust {\"Sid\":\"Shared%d\",\"Effect\":\"Allow\",\"Principal\":\"*\","
                        "\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringEquals\":{\"aws:principalOrgId\":"
                        "\"o-example0001\"}}}\n",
                        account, i, i);
            else
                fprintf(stream,
                        "role %c/shared%d\n  trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID "
                        "o-example0001 and StringNotLike aws:PrincipalArn arn:aws:iam::$A:role/gone%d*\n",
                        account, i, i);
    }
    fclose(stream);
    edge_world_open(&world, text);
    uint32_t role = model_find_arn(world.model, "arn:aws:iam::111111111111:role/shared0");
    /* The other nineteen roles there may too: they are in the account, and a role that lets in anyone asks its
     * neighbours for no permission. It may itself, which does not count. */
    assert_int_equal(edges_count_callers(world.edges, role), 8 * 20 + 19);
    assert_true(world.edges->edge_count < 40);
    edge_world_close(&world);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_of_cases),        cmocka_unit_test(edges_of_samples),
        cmocka_unit_test(edges_of_fleets),       cmocka_unit_test(edges_under_guardrails),
        cmocka_unit_test(edges_of_the_named),    cmocka_unit_test(edges_stay_few),
        cmocka_unit_test(edges_by_name),         cmocka_unit_test(edges_of_reworded_trusts),
        cmocka_unit_test(edges_of_comparisons),  cmocka_unit_test(edges_of_unique_ids),
        cmocka_unit_test(edges_of_more_exports), cmocka_unit_test(edges_of_favoured_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
