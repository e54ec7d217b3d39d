/* Choke points of small worlds: written ones, and random ones in which every statement is taken away for real. */
#include "graph/chains/chokepoints.h"
#include "ingest/support/text.h"
#include "tests/graph/random/sample.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 64

/* The question about a world: roles called t… are targets, users and outside parties sources. */
struct asked {
    bool *targets, *sources, *excluded;
    struct chokepoints points;
};

static void ask(const struct edge_world *world, uint32_t top, bool roles_too, struct asked *asked)
{
    uint32_t count = world->edges->node_count;
    *asked = (struct asked){
        calloc(count + 1, sizeof(bool)), calloc(count + 1, sizeof(bool)), calloc(count + 1, sizeof(bool)), {0}};
    for (uint32_t i = 0; i < count; i++) {
        const struct caller *node = &world->edges->nodes[i];
        bool role = i < world->model->principal_count && world->model->principals[i].is_role;
        asked->targets[i] = role && node->name[0] == 't';
        asked->sources[i] = roles_too || !role;
    }
    struct chokepoints_question question = {asked->targets, asked->sources, asked->excluded, top};
    chokepoints_find(world->edges, &question, &asked->points);
}

static void forget(struct asked *asked)
{
    chokepoints_free(&asked->points);
    free(asked->targets);
    free(asked->sources);
    free(asked->excluded);
}

/* "trust t0/0 3/2/1; …": whose policy and statement, principals, sources and targets. */
static void write_point(const struct chokepoint *point, struct text *text)
{
    const struct removable *what = &point->statement;
    const char *name = strrchr(what->use->arn != NULL ? what->use->arn : what->use->holder, '/');
    text_format(text, "%s%s ", text->length > 0 ? "; " : "", name + 1);
    if (what->statement != NULL)
        text_format(text, "%s", what->statement->sid[0] != '\0' ? what->statement->sid : "-");
    else
        text_append_string(text, "whole");
    text_format(text, " %u/%u/%u", point->principals, point->sources, point->targets);
}

static void assert_points(const char *world_text, const char *ranking, const char *cut)
{
    struct edge_world world;
    struct asked asked;
    struct text text = {0};
    edge_world_open_in_turn(&world, world_text);
    ask(&world, 0, false, &asked);
    text_append(&text, "", 0);
    for (uint32_t i = 0; i < asked.points.ranked; i++)
        write_point(&asked.points.ranking[i], &text);
    assert_string_equal(text.data, ranking);
    text.length = 0;
    text_append(&text, "", 0);
    for (uint32_t i = 0; i < asked.points.cut_count; i++)
        write_point(&asked.points.cut[i], &text);
    assert_string_equal(text.data, cut);
    assert_true(asked.points.cut_possible);
    assert_int_equal(asked.points.cut_at_least, asked.points.cut_count);
    text_free(&text);
    forget(&asked);
    edge_world_close(&world);
}

static void one_funnel(void **state)
{
    (void)state;
    assert_points("user A/u1\n may allow sts:AssumeRole on *\n"
                  "user A/u2\n may allow sts:AssumeRole on *\n"
                  "role A/hub\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n"
                  "role B/t1\n trust allow sts:AssumeRole from role:A/hub\n"
                  "role C/t2\n trust allow sts:AssumeRole from role:A/hub\n",
                  "hub - 3/2/2; hub - 2/2/2; u1 - 1/1/0; u2 - 1/1/0", "hub - 3/2/2");
}

static void an_alternative_keeps_the_way(void **state)
{
    (void)state;
    assert_points("user A/u\n may allow sts:AssumeRole on role:B/t\n may allow sts:* on *\n"
                  "role B/t\n trust allow sts:AssumeRole from user:A/u\n trust allow sts:AssumeRole from root:A\n",
                  "", "t - 0/0/0; t - 1/1/1");
}

/* In its own account a user that the trust policy names needs no permission. */
static void named_in_the_own_account(void **state)
{
    (void)state;
    assert_points("user A/u\n may allow sts:AssumeRole on *\n"
                  "role A/t\n trust allow sts:AssumeRole from user:A/u\n",
                  "t - 1/1/1", "t - 1/1/1");
}

/* The permission's condition fits one trust statement only. */
static void conditions_pair_statements(void **state)
{
    (void)state;
    assert_points("user A/u\n may allow sts:AssumeRole on * if StringEquals sts:ExternalId aa\n"
                  "role B/t\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId aa\n"
                  " trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId bb\n",
                  "t - 1/1/1; u - 1/1/1", "t - 1/1/1");
}

/* One managed policy of all is one statement; two inline policies of the same text are two. */
static void shared_policies(void **state)
{
    (void)state;
    assert_points("user A/u1\n attach p allow sts:AssumeRole on *\n"
                  "user A/u2\n missing p\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n"
                  "role B/t2\n trust allow sts:AssumeRole from user:A/u1,user:A/u2\n",
                  "p - 2/2/2", "p - 2/2/2");
    assert_points("group A/g\n may allow sts:AssumeRole on *\n"
                  "user A/u1 group g\n"
                  "user A/u2 group g\n may allow iam:* on *\n may allow sts:AssumeRole on role:C/x\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n"
                  "role B/t2\n trust allow sts:AssumeRole from root:A\n",
                  "g - 2/2/2", "g - 2/2/2");
    assert_points("user A/u1\n may allow sts:AssumeRole on *\n"
                  "user A/u2\n may allow sts:AssumeRole on *\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n",
                  "t1 - 2/2/1; u1 - 1/1/0; u2 - 1/1/0", "t1 - 2/2/1");
}

/* Callers that differ otherwise: taking their one policy away is still one edit, and less than two trust statements. */
static void one_policy_of_different_callers(void **state)
{
    (void)state;
    assert_points("user A/u1\n attach p allow sts:AssumeRole on *\n may allow sts:TagSession on role:C/x\n"
                  "user A/u2\n missing p\n may allow sts:TagSession on role:C/y\n"
                  "role B/t1\n trust allow sts:AssumeRole from user:A/u1\n"
                  "role B/t2\n trust allow sts:AssumeRole from user:A/u2\n",
                  "p - 2/2/2; t1 - 1/1/1; t2 - 1/1/1", "p - 2/2/2");
}

/* What the policy of one lets through for the other is no way. */
static void policies_lead_on_only_their_own_holders(void **state)
{
    (void)state;
    assert_points("user A/u1\n attach p allow sts:AssumeRole on *\n may allow sts:TagSession on role:C/x\n"
                  "user A/u2\n missing p\n"
                  "role B/t1\n trust allow sts:AssumeRole from user:A/u1\n"
                  "role B/other\n trust allow sts:AssumeRole from user:A/u2\n",
                  "t1 - 1/1/1; p - 1/1/1", "t1 - 1/1/1");
}

/* Policies of AWS can only be detached; what is not in the export may be the one that allows. */
static void whole_policies(void **state)
{
    (void)state;
    assert_points("user A/u1\n attach aws:AdministratorAccess allow * on *\n"
                  "user A/u2\n missing aws:AdministratorAccess\n"
                  "user A/u3\n missing somewhere\n"
                  "role B/t1\n trust allow sts:AssumeRole from user:A/u1,user:A/u2,user:A/u3\n"
                  "role B/t2\n trust allow sts:AssumeRole from user:A/u1\n",
                  "t1 - 2/2/1; AdministratorAccess whole 1/1/1; AdministratorAccess whole 1/1/0; somewhere whole 1/1/0",
                  "t1 - 2/2/1; t2 - 1/1/1");
}

/* Nobody else's statement keeps an outside party out; services are outside parties. */
static void outside_parties(void **state)
{
    (void)state;
    assert_points("role A/mid\n trust allow sts:AssumeRole from root:D,service:ec2.amazonaws.com,*\n"
                  "role A/t\n trust allow sts:AssumeRole from role:A/mid\n",
                  "t - 4/3/1; mid - 3/3/1", "t - 4/3/1");
}

/* What only a target reaches is reached through it, but needs no cut of its own. */
static void targets_behind_targets(void **state)
{
    (void)state;
    assert_points("user A/u\n"
                  "role A/t1\n trust allow sts:AssumeRole from user:A/u\n"
                  "role A/t2\n trust allow sts:AssumeRole from role:A/t1\n",
                  "t1 - 1/1/2", "t1 - 1/1/2");
}

/* One edge leads to roles that say the same, but one of them is in reach of a statement that does not reach the other.
 */
static void roles_alike_reached_by_other_statements(void **state)
{
    (void)state;
    assert_points("group A/g\n may allow sts:AssumeRole on *\n"
                  "user A/u group g\n may allow sts:AssumeRole on role:C/*\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n"
                  "role C/t1\n trust allow sts:AssumeRole from root:A\n",
                  "", "t1 - 0/0/1; t1 - 1/1/1");
    /* Of several callers. */
    assert_points("user A/u\n may allow sts:AssumeRole on *\n attach p allow sts:AssumeRole on role:B/*\n"
                  "user A/v\n may allow sts:AssumeRole on *\n missing p\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n"
                  "role C/t1\n trust allow sts:AssumeRole from root:A\n",
                  "", "t1 - 0/0/1; t1 - 2/2/1");
    /* A statement that leaves one out, and a condition that both have. */
    assert_points("user A/u\n may allow sts:AssumeRole on * if StringEquals sts:ExternalId aa\n"
                  " attach p allow sts:AssumeRole on not role:B/* if StringEquals sts:ExternalId aa\n"
                  "role B/t1\n trust allow sts:AssumeRole from root:A\n"
                  "role C/t1\n trust allow sts:AssumeRole from root:A\n",
                  "", "t1 - 0/0/1; t1 - 1/1/1");
}

/* More pairs of statements than are told apart. */
static void many_statements(void **state)
{
    struct text text = {0};
    struct edge_world world;
    struct asked asked;
    (void)state;
    text_append_string(&text, "user A/u\n");
    for (int i = 0; i < 16; i++)
        text_append_string(&text, " may allow sts:AssumeRole on *\n");
    text_append_string(&text, "user A/v\n may allow sts:AssumeRole on *\nrole B/t\n");
    for (int i = 0; i < 18; i++)
        text_append_string(&text, " trust allow sts:AssumeRole from root:A\n");
    edge_world_open_in_turn(&world, text.data);
    ask(&world, 0, false, &asked);
    assert_int_equal(asked.points.ranked, 1);
    assert_int_equal(asked.points.cut_count, 17);
    assert_int_equal(asked.points.cut_at_least, 17);
    assert_true(asked.points.cut[0].statement.use->kind == USE_INLINE);
    forget(&asked);
    edge_world_close(&world);
    text_free(&text);
}

static void nobody(void **state)
{
    (void)state;
    assert_points("user A/u\nrole A/t\n trust allow sts:AssumeRole from user:A/other\n", "", "");
    assert_points("user A/u\n", "", "");
}

/* ---- random worlds */

#define ITEMS 14
#define MOST_ITEMS 20

enum item_kind { ITEM_TRUST, ITEM_INLINE, ITEM_GROUP, ITEM_MANAGED };

/* A statement that can be taken away. */
struct item {
    enum item_kind kind;
    uint32_t of;    /* role, principal, group or managed policy */
    const char *on; /* whom a trust policy names; which roles a permission is for */
    const char *condition;
};

#define PRINCIPALS 7
static const char *const principals[PRINCIPALS] = {"user A/u0", "user A/u1", "user B/u2", "role A/r0",
                                                   "role B/r1", "role B/t0", "role C/t1"};
#define FIRST_ROLE 3
static const char accounts_of[] = "AABABBC";

struct plan {
    struct item items[MOST_ITEMS];
    uint32_t count;
    bool in_group[2][PRINCIPALS], attached[2][PRINCIPALS], tagged[PRINCIPALS];
    const char *limits[PRINCIPALS]; /* lines that stay: denies and boundaries */
};

static const char *pick(struct random *random, const char *const *list, uint32_t count)
{
    return list[random_below(random, count)];
}

static const char *const trusted[] = {
    "{\"AWS\":\"$A\"}",
    "{\"AWS\":\"$B\"}",
    "{\"AWS\":\"arn:aws:iam::$A:user/u0\"}",
    "{\"AWS\":\"arn:aws:iam::$A:user/u1\"}",
    "{\"AWS\":\"arn:aws:iam::$B:user/u2\"}",
    "{\"AWS\":\"arn:aws:iam::$A:role/r0\"}",
    "{\"AWS\":\"arn:aws:iam::$B:role/r1\"}",
    "{\"AWS\":\"arn:aws:iam::$B:role/t0\"}",
    "{\"AWS\":\"$D\"}",
    "\"*\"",
    "{\"Service\":\"ec2.amazonaws.com\"}",
    "{\"AWS\":[\"arn:aws:iam::$A:user/u0\",\"arn:aws:iam::$B:role/r1\"]}",
    "{\"AWS\":[\"$A\",\"$B\"]}",
};
static const char *const resources[] = {
    "\"Resource\":\"*\"",
    "\"Resource\":\"arn:aws:iam::$B:role/r1\"",
    "\"Resource\":\"arn:aws:iam::$A:role/r0\"",
    "\"Resource\":\"arn:aws:iam::$B:role/t0\"",
    "\"Resource\":\"arn:aws:iam::$C:role/t1\"",
    "\"Resource\":\"arn:aws:iam::*:role/t*\"",
    "\"NotResource\":\"arn:aws:iam::$B:role/t0\"",
};
static const char *const conditions[] = {
    "",
    "",
    "",
    ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"aa\"}}",
    ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"bb\"}}",
    ",\"Condition\":{\"StringEquals\":{\"aws:PrincipalTag/team\":\"x\"}}",
    ",\"Condition\":{\"StringLike\":{\"aws:PrincipalArn\":\"*1\"}}",
};
static const char *const user_limits[] = {
    "",
    "",
    "",
    "",
    " may deny sts:AssumeRole on role:B/t0\n",
    " boundary bound allow sts:AssumeRole on role:B/r1,role:A/r0\n",
    " boundary bound allow * on *\n",
};
static const char *const role_limits[] = {
    "",
    "",
    "",
    "",
    " trust deny sts:AssumeRole from user:A/u1\n",
    " trust deny sts:AssumeRole from root:B if StringEquals sts:ExternalId aa\n",
    " may deny sts:AssumeRole on role:C/*\n",
};

static void plan_world(struct plan *plan, struct random *random)
{
    *plan = (struct plan){.count = 9 + random_below(random, ITEMS - 8)};
    for (uint32_t i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        bool trust = random_chance(random, 55);
        item->kind = trust                       ? ITEM_TRUST
                     : random_chance(random, 50) ? ITEM_INLINE
                     : random_chance(random, 30) ? ITEM_GROUP
                                                 : ITEM_MANAGED;
        item->of = trust                       ? FIRST_ROLE + random_below(random, PRINCIPALS - FIRST_ROLE)
                   : item->kind == ITEM_INLINE ? random_below(random, PRINCIPALS)
                                               : random_below(random, 2);
        item->on = trust ? pick(random, trusted, sizeof trusted / sizeof trusted[0])
                         : pick(random, resources, sizeof resources / sizeof resources[0]);
        item->condition = pick(random, conditions, sizeof conditions / sizeof conditions[0]);
    }
    for (uint32_t i = 0; i < PRINCIPALS; i++) {
        plan->tagged[i] = random_chance(random, 40);
        plan->limits[i] = i < FIRST_ROLE ? pick(random, user_limits, sizeof user_limits / sizeof user_limits[0])
                                         : pick(random, role_limits, sizeof role_limits / sizeof role_limits[0]);
    }
    for (uint32_t i = 0; i < PRINCIPALS; i++)
        for (uint32_t j = 0; j < 2; j++) {
            plan->in_group[j][i] = i < 2 && random_chance(random, 60);
            plan->attached[j][i] = accounts_of[i] == 'A' + (char)j && random_chance(random, 70);
        }
}

/* The targets say the same, in two accounts: to whom it is all one, an edge leads to both. */
static void make_targets_alike(struct plan *plan)
{
    uint32_t count = plan->count;
    plan->limits[PRINCIPALS - 1] = plan->limits[PRINCIPALS - 2];
    for (uint32_t i = 0; i < count; i++) {
        struct item *item = &plan->items[i];
        item->condition = i % 3 != 0 ? "" : item->condition;
        if (item->kind != ITEM_TRUST || item->of < PRINCIPALS - 2)
            continue;
        item->of = PRINCIPALS - 2;
        item->on = i % 3 != 0 ? "{\"AWS\":\"$A\"}" : item->on;
    }
    for (uint32_t i = 0; i < count && plan->count < MOST_ITEMS; i++)
        if (plan->items[i].kind == ITEM_TRUST && plan->items[i].of == PRINCIPALS - 2) {
            plan->items[plan->count] = plan->items[i];
            plan->items[plan->count++].of = PRINCIPALS - 1;
        }
}

static bool is_there(const struct plan *plan, uint32_t without, enum item_kind kind, uint32_t of, uint32_t i)
{
    return (without >> i & 1) == 0 && plan->items[i].kind == kind && plan->items[i].of == of;
}

/* Every statement has its number as Sid. */
static void write_statement(const struct item *item, uint32_t number, const char *how, struct text *text)
{
    text_format(text, " %s {\"Sid\":\"S%u\",\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",%s%s%s}\n", how, number,
                item->kind == ITEM_TRUST ? "\"Principal\":" : "", item->on, item->condition);
}

static void write_world(const struct plan *plan, uint32_t without, struct text *text)
{
    bool written[2] = {false, false};
    for (uint32_t group = 0; group < 2; group++) {
        text_format(text, "group A/g%u\n", group);
        for (uint32_t i = 0; i < plan->count; i++)
            if (is_there(plan, without, ITEM_GROUP, group, i))
                write_statement(&plan->items[i], i, "may", text);
    }
    for (uint32_t p = 0; p < PRINCIPALS; p++) {
        text_format(text, "%s%s%s%s\n%s", principals[p], plan->tagged[p] ? " tag team=x" : "",
                    plan->in_group[0][p] ? " group g0" : "", plan->in_group[1][p] ? " group g1" : "", plan->limits[p]);
        for (uint32_t i = 0; i < plan->count; i++)
            if (is_there(plan, without, ITEM_TRUST, p, i))
                write_statement(&plan->items[i], i, "trust", text);
        for (uint32_t i = 0; i < plan->count; i++)
            if (is_there(plan, without, ITEM_INLINE, p, i))
                write_statement(&plan->items[i], i, "may", text);
        for (uint32_t policy = 0; policy < 2; policy++) {
            if (!plan->attached[policy][p])
                continue;
            bool any = false;
            for (uint32_t i = 0; i < plan->count; i++)
                if (is_there(plan, without, ITEM_MANAGED, policy, i)) {
                    char how[32];
                    snprintf(how, sizeof how, "attach p%u", policy);
                    if (!written[policy])
                        write_statement(&plan->items[i], i, how, text);
                    any = true;
                }
            if (any && written[policy])
                text_format(text, " missing p%u\n", policy);
            written[policy] = written[policy] || any;
        }
    }
}

/* Who has a way to a target, and which targets sources reach, by walking all pairs. Nodes by name. */
struct truth {
    char names[NODES][48];
    bool has_way[NODES], is_source[NODES], reached[NODES], is_target[NODES];
    uint32_t count;
};

static void walk(const struct edges *edges, uint32_t from, bool *seen)
{
    uint32_t stack[NODES], depth = 0;
    seen[from] = true;
    stack[depth++] = from;
    while (depth > 0) {
        struct hop_cursor cursor;
        struct hop hop;
        hop_cursor_begin(&cursor, edges, stack[--depth]);
        while (hop_cursor_next(&cursor, &hop))
            if (!seen[hop.to]) {
                seen[hop.to] = true;
                stack[depth++] = hop.to;
            }
    }
}

static void find_truth(const struct plan *plan, uint32_t without, struct truth *truth)
{
    struct edge_world world;
    struct text text = {0};
    write_world(plan, without, &text);
    edge_world_open_in_turn(&world, text.data);
    const struct edges *edges = world.edges;
    *truth = (struct truth){.count = edges->node_count};
    assert_true(edges->node_count < NODES);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        bool role = i < world.model->principal_count && world.model->principals[i].is_role;
        snprintf(truth->names[i], sizeof truth->names[i], "%s", edges->nodes[i].text);
        truth->is_target[i] = role && edges->nodes[i].name[0] == 't';
        truth->is_source[i] = !role;
    }
    for (uint32_t i = 0; i < edges->node_count; i++) {
        bool seen[NODES] = {false};
        walk(edges, i, seen);
        /* An account may what anyone may, although it has edges only where it is named. */
        for (uint32_t j = 0; edges->nodes[i].kind == CALLER_ACCOUNT && j < edges->node_count; j++)
            if (edges->nodes[j].kind == CALLER_ANYONE)
                walk(edges, j, seen);
        for (uint32_t j = 0; j < edges->node_count; j++)
            if (seen[j] && truth->is_target[j] && !truth->is_target[i]) {
                truth->has_way[i] = true;
                truth->reached[j] = truth->reached[j] || truth->is_source[i];
            }
    }
    text_free(&text);
    edge_world_close(&world);
}

/* An account that no trust policy names any more is as good as anyone. */
static uint32_t same_node(const struct truth *truth, const char *name)
{
    uint32_t anyone = truth->count;
    for (uint32_t i = 0; i < truth->count; i++) {
        if (strcmp(truth->names[i], name) == 0)
            return i;
        if (strcmp(truth->names[i], "*") == 0)
            anyone = i;
    }
    return strcmp(name, "444444444444") == 0 ? anyone : truth->count;
}

static struct chokepoint lost_between(const struct truth *before, const struct truth *after)
{
    struct chokepoint lost = {0};
    for (uint32_t i = 0; i < before->count; i++) {
        uint32_t j = same_node(after, before->names[i]);
        bool loses = before->has_way[i] && (j == after->count || !after->has_way[j]);
        lost.principals += loses;
        lost.sources += loses && before->is_source[i];
        lost.targets += before->reached[i] && !after->reached[j];
    }
    return lost;
}

static bool any_source(const struct truth *truth)
{
    for (uint32_t i = 0; i < truth->count; i++)
        if (truth->has_way[i] && truth->is_source[i])
            return true;
    return false;
}

/* cmocka cuts long messages. */
#define fail_world(text, ...)                                                                                          \
    do {                                                                                                               \
        fputs(text, stderr);                                                                                           \
        fail_msg(__VA_ARGS__);                                                                                         \
    } while (0)

static uint32_t number_of(const struct chokepoint *point)
{
    return (uint32_t)atoi(point->statement.statement->sid + 1);
}

static void check_totals(const char *text, const struct truth *truth, const struct chokepoints *points)
{
    uint32_t principals_with = 0, sources = 0, targets = 0, reached = 0;
    for (uint32_t i = 0; i < truth->count; i++) {
        principals_with += truth->has_way[i];
        sources += truth->has_way[i] && truth->is_source[i];
        targets += truth->is_target[i];
        reached += truth->reached[i];
    }
    if (points->principals != principals_with || points->sources != sources || points->targets != targets ||
        points->reached != reached)
        fail_world(text, "%u/%u principals and %u/%u targets, not %u/%u and %u/%u", principals_with, sources, targets,
                   reached, points->principals, points->sources, points->targets, points->reached);
}

static void check_ranking(const struct plan *plan, const char *text, const struct truth *before,
                          const struct chokepoints *points)
{
    uint32_t useful = 0;
    for (uint32_t item = 0; item < plan->count; item++) {
        struct truth after;
        find_truth(plan, 1u << item, &after);
        struct chokepoint expected = lost_between(before, &after), got = {0};
        for (uint32_t i = 0; i < points->ranked; i++)
            if (number_of(&points->ranking[i]) == item)
                got = points->ranking[i];
        useful += expected.principals > 0;
        if (got.principals != expected.principals ||
            (got.principals > 0 && (got.sources != expected.sources || got.targets != expected.targets)))
            fail_world(text, "statement %u: %u/%u/%u, not %u/%u/%u", item, expected.principals, expected.sources,
                       expected.targets, got.principals, got.sources, got.targets);
    }
    assert_int_equal(useful, points->ranked);
    for (uint32_t i = 1; i < points->ranked; i++)
        assert_true(points->ranking[i - 1].principals >= points->ranking[i].principals);
}

/* Whether some set of so many statements cuts all sources off. */
static bool some_cut(const struct plan *plan, uint32_t size)
{
    for (uint32_t set = 0; set < 1u << plan->count; set++) {
        struct truth after;
        if ((uint32_t)__builtin_popcount(set) != size)
            continue;
        find_truth(plan, set, &after);
        if (!any_source(&after))
            return true;
    }
    return false;
}

static void check_cut(const struct plan *plan, const char *text, const struct truth *before,
                      const struct chokepoints *points)
{
    struct truth last = *before, after;
    uint32_t without = 0;
    assert_true(points->cut_possible);
    for (uint32_t i = 0; i < points->cut_count; i++) {
        without |= 1u << number_of(&points->cut[i]);
        find_truth(plan, without, &after);
        struct chokepoint lost = lost_between(&last, &after);
        if (lost.principals != points->cut[i].principals || lost.sources != points->cut[i].sources ||
            lost.targets != points->cut[i].targets)
            fail_world(text, "cut, step %u: %u/%u/%u, not %u/%u/%u", i, lost.principals, lost.sources, lost.targets,
                       points->cut[i].principals, points->cut[i].sources, points->cut[i].targets);
        last = after;
    }
    if (any_source(&last))
        fail_world(text, "the cut leaves a way");
    assert_true(points->cut_at_least <= points->cut_count);
    if (points->cut_at_least > 0 && points->cut_at_least <= 3 && some_cut(plan, points->cut_at_least - 1))
        fail_world(text, "%u statements are enough, not %u", points->cut_at_least - 1, points->cut_at_least);
}

static void random_worlds(void **state)
{
    const char *wanted = getenv("ROLECHAIN_CHOKEPOINT_WORLDS");
    uint32_t count = wanted != NULL ? (uint32_t)atoi(wanted) : 30, cuts = 0, several = 0, loose = 0;
    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        struct random random = {20260101u + i};
        struct plan plan;
        struct truth before;
        struct edge_world world;
        struct asked asked;
        struct text text = {0};
        plan_world(&plan, &random);
        if (i % 2 != 0)
            make_targets_alike(&plan);
        write_world(&plan, 0, &text);
        find_truth(&plan, 0, &before);
        edge_world_open_in_turn(&world, text.data);
        ask(&world, 0, false, &asked);
        struct chokepoints points = asked.points;
        check_totals(text.data, &before, &points);
        check_ranking(&plan, text.data, &before, &points);
        check_cut(&plan, text.data, &before, &points);
        cuts += points.cut_count > 0;
        several += points.cut_count > 1;
        loose += points.cut_at_least < points.cut_count;
        forget(&asked);
        edge_world_close(&world);
        text_free(&text);
    }
    assert_true(count < 30 || (cuts > 10 && several > 5));
    print_message("%u worlds: %u cuts, %u of several statements, %u not proven smallest\n", count, cuts, several,
                  loose);
}

/* ---- the statements that are shown of a step */

/* The Sids of the layer's statements as a set. */
static uint32_t shown_of(const struct decision_layer *layer)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < layer->statement_count; i++)
        if (layer->statements[i].statement->allow && layer->statements[i].statement->sid[0] == 'S')
            shown |= 1u << atoi(layer->statements[i].statement->sid + 1);
    return shown;
}

static bool leads(const struct plan *plan, uint32_t without, const char *from, const char *to)
{
    struct edge_world world;
    struct text text = {0};
    write_world(plan, without, &text);
    edge_world_open_in_turn(&world, text.data);
    uint32_t caller = model_find_arn(world.model, from), role = model_find_arn(world.model, to);
    bool found = edges_between(world.edges, caller, role) != NULL;
    edge_world_close(&world);
    text_free(&text);
    return found;
}

/* Without all statements of a layer that are shown, the step is gone; the trust policy's always, those of identity
 * policies where the role is in another account. */
static void check_step(const struct plan *plan, struct edge_world *world, uint32_t from, uint32_t to, const char *text)
{
    struct arena arena = {0};
    struct decision decision;
    struct evaluator *evaluator = evaluator_new(world->model, world->pool);
    const struct model_principal *caller = &world->model->principals[from], *role = &world->model->principals[to];
    const struct decision_question question = {.caller = world->edges->nodes[from], .role = to};
    decision_explain(evaluator, &question, &arena, &decision);
    assert_true(decision.verdict != VERDICT_DENIED);
    if (leads(plan, shown_of(&decision.layers[LAYER_TRUST]), caller->arn, role->arn))
        fail_world(text, "%s still becomes %s: trust", caller->arn, role->arn);
    if (caller->account != role->account &&
        leads(plan, shown_of(&decision.layers[LAYER_IDENTITY]), caller->arn, role->arn))
        fail_world(text, "%s still becomes %s: identity", caller->arn, role->arn);
    arena_free(&arena);
    evaluator_free(evaluator);
}

static void shown_statements_are_all(void **state)
{
    const char *wanted = getenv("ROLECHAIN_CHOKEPOINT_WORLDS");
    uint32_t count = wanted != NULL ? (uint32_t)atoi(wanted) : 12;
    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        struct random random = {20261130u + i};
        struct plan plan;
        struct edge_world world;
        struct text text = {0};
        plan_world(&plan, &random);
        if (i % 2 != 0)
            make_targets_alike(&plan);
        write_world(&plan, 0, &text);
        edge_world_open(&world, text.data); /* others are opened in turn meanwhile */
        for (uint32_t from = 0; from < world.model->principal_count; from++)
            for (uint32_t to = 0; to < world.model->principal_count; to++)
                if (from != to && edges_between(world.edges, from, to) != NULL)
                    check_step(&plan, &world, from, to, text.data);
        edge_world_close(&world);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_funnel),
        cmocka_unit_test(an_alternative_keeps_the_way),
        cmocka_unit_test(named_in_the_own_account),
        cmocka_unit_test(conditions_pair_statements),
        cmocka_unit_test(shared_policies),
        cmocka_unit_test(roles_alike_reached_by_other_statements),
        cmocka_unit_test(one_policy_of_different_callers),
        cmocka_unit_test(policies_lead_on_only_their_own_holders),
        cmocka_unit_test(whole_policies),
        cmocka_unit_test(outside_parties),
        cmocka_unit_test(targets_behind_targets),
        cmocka_unit_test(many_statements),
        cmocka_unit_test(nobody),
        cmocka_unit_test(random_worlds),
        cmocka_unit_test(shown_statements_are_all),
    };
    return cmocka_run_group_tests_name("chokepoints", tests, NULL, edge_world_end);
}
