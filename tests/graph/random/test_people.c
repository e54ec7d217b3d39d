/* Random worlds of Identity Center: who becomes which role, and with which session names and tags, against a walk over
 * the rows that knows nothing of edges. ROLECHAIN_RANDOM_COUNT and _SEED change how many and which. */
#include "graph/chains/chains.h"
#include "graph/chains/exposure.h"
#include "graph/edges/edges_people.h"
#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 60u
#define DEFAULT_SEED 20261130u

enum { ACCOUNTS = 2, SETS = 3, GROUPS = 3, PEOPLE = 5, PLAIN = 4, MANAGED = 2, APPLICATIONS = 2, COPIES = 2 };

/* What a plain role's trust policy wants of sessions in its account. */
enum want { WANT_NOTHING, WANT_TAG, WANT_NAME, WANT_OTHER_TAG, WANTS };

static const char *const account_ids[] = {"111122223333", "444455556666"};
static const char *const set_names[] = {"Ops", "Ops_Admin", "Read"};
static const char *const tag_values[] = {"red", "blue"};

struct sketch {
    bool role[ACCOUNTS][SETS][COPIES]; /* a reserved role is there */
    bool assigned_group[ACCOUNTS][SETS][GROUPS], assigned_person[ACCOUNTS][SETS][PEOPLE];
    bool listed[ACCOUNTS][SETS], members_listed[GROUPS], sets_listed;
    bool member[GROUPS][PEOPLE];
    bool gone[PEOPLE], disabled[PEOPLE];
    int tag[PEOPLE]; /* -1: no value */
    enum want want[ACCOUNTS][PLAIN];
    int wanted[ACCOUNTS][PLAIN];   /* tag value or person */
    bool bound[ACCOUNTS][MANAGED]; /* the role trusts account access manager for the first application alone */
    bool trusts[ACCOUNTS][MANAGED];
    bool entitled_group[ACCOUNTS][MANAGED][APPLICATIONS][GROUPS];
    bool entitled_person[ACCOUNTS][MANAGED][APPLICATIONS][PEOPLE];
};

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 11) % below;
}

static bool chance(uint32_t of_hundred)
{
    return draw(100) < of_hundred;
}

static void draw_flags(bool *flags, size_t count, uint32_t of_hundred)
{
    for (size_t i = 0; i < count; i++)
        flags[i] = chance(of_hundred);
}
#define DRAW(field, of_hundred) draw_flags((bool *)(field), sizeof(field), of_hundred)

static void draw_sketch(struct sketch *sketch)
{
    *sketch = (struct sketch){.sets_listed = chance(80)};
    DRAW(sketch->role, 50);
    DRAW(sketch->assigned_group, 25);
    DRAW(sketch->assigned_person, 12);
    DRAW(sketch->listed, 85);
    DRAW(sketch->members_listed, 85);
    DRAW(sketch->member, 35);
    DRAW(sketch->gone, 10);
    DRAW(sketch->disabled, 15);
    DRAW(sketch->bound, 70);
    DRAW(sketch->trusts, 70);
    DRAW(sketch->entitled_group, 12);
    DRAW(sketch->entitled_person, 8);
    for (int i = 0; i < PEOPLE; i++)
        sketch->tag[i] = (int)draw(3) - 1;
    for (int a = 0; a < ACCOUNTS; a++)
        for (int p = 0; p < PLAIN; p++) {
            sketch->want[a][p] = (enum want)draw(WANTS);
            sketch->wanted[a][p] = (int)draw(sketch->want[a][p] == WANT_NAME ? PEOPLE : 2);
        }
}

/* ---- the exports */

#define ALLOW(who, action, condition)                                                                                  \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":" who ",\"Action\":" action        \
    ",\"Condition\":" condition "}]}"

static void add_role(struct text *roles, const char *account, const char *path, const char *name, const char *trust,
                     bool may_assume)
{
    text_format(roles,
                "%s{\"Path\":\"%s\",\"RoleName\":\"%s\",\"RoleId\":\"AROA%sX%zu\",\"Arn\":\"arn:aws:iam::%s:role%s%s\","
                "\"AssumeRolePolicyDocument\":%s,\"RolePolicyList\":[%s],\"AttachedManagedPolicies\":[],\"Tags\":[]}",
                roles->length > 0 ? "," : "", path, name, account, roles->length, account, path, name, trust,
                may_assume
                    ? "{\"PolicyName\":\"p\",\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{"
                      "\"Effect\":\"Allow\",\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],\"Resource\":\"*\"}"
                      "]}}"
                    : "");
}

static void name_reserved(char *name, size_t size, int set, int copy, int account)
{
    snprintf(name, size, "AWSReservedSSO_%s_%014x%d%d", set_names[set], 0xabcdef, copy, account);
}

static void add_reserved(struct text *roles, const struct sketch *sketch, int account)
{
    for (int set = 0; set < SETS; set++)
        for (int copy = 0; copy < COPIES; copy++) {
            char name[100], trust[600];
            name_reserved(name, sizeof name, set, copy, account);
            snprintf(trust, sizeof trust,
                     ALLOW("{\"Federated\":\"arn:aws:iam::%s:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE\"}",
                           "[\"sts:AssumeRoleWithSAML\",\"sts:TagSession\"]",
                           "{\"StringEquals\":{\"SAML:aud\":\"https://signin.aws.amazon.com/saml\"}}"),
                     account_ids[account]);
            if (sketch->role[account][set][copy])
                add_role(roles, account_ids[account], "/aws-reserved/sso.amazonaws.com/eu-west-3/", name, trust, true);
        }
}

static void add_plain(struct text *roles, const struct sketch *sketch, int account, int number)
{
    char name[20], trust[600], condition[200] = "{}";
    snprintf(name, sizeof name, "plain-%d", number);
    int wanted = sketch->wanted[account][number];
    switch (sketch->want[account][number]) {
    case WANT_TAG:
        snprintf(condition, sizeof condition, "{\"StringEquals\":{\"aws:PrincipalTag/team\":\"%s\"}}",
                 tag_values[wanted]);
        break;
    case WANT_OTHER_TAG:
        snprintf(condition, sizeof condition, "{\"StringNotEquals\":{\"aws:PrincipalTag/team\":\"%s\"}}",
                 tag_values[wanted]);
        break;
    case WANT_NAME:
        snprintf(condition, sizeof condition, "{\"StringLike\":{\"aws:userid\":\"*:p%d@firm.test\"}}", wanted);
        break;
    default:
        break;
    }
    snprintf(trust, sizeof trust, ALLOW("{\"AWS\":\"arn:aws:iam::%s:root\"}", "\"sts:AssumeRole\"", "%s"),
             account_ids[account], condition);
    add_role(roles, account_ids[account], "/", name, trust, false);
}

static void add_managed(struct text *roles, const struct sketch *sketch, int account, int number)
{
    char name[20], trust[600];
    snprintf(name, sizeof name, "managed-%d", number);
    snprintf(
        trust, sizeof trust,
        ALLOW("{\"Service\":\"%s.amazonaws.com\"}", "[\"sts:AssumeRole\",\"sts:SetContext\"]", "%s"),
        sketch->trusts[account][number] ? "account-access" : "ec2",
        sketch->bound[account][number]
            ? "{\"StringEquals\":{\"aws:SourceAccount\":\"111122223333\",\"aws:SourceArn\":\"arn:aws:account-access:"
              "eu-west-3:111122223333:application/aam-0\"}}"
            : "{}");
    add_role(roles, account_ids[account], "/", name, trust, false);
}

static void put_accounts(struct world *world, const struct sketch *sketch)
{
    for (int account = 0; account < ACCOUNTS; account++) {
        struct text roles = {0}, file = {0};
        char name[40];
        add_reserved(&roles, sketch, account);
        for (int i = 0; i < PLAIN; i++)
            add_plain(&roles, sketch, account, i);
        for (int i = 0; i < MANAGED; i++)
            add_managed(&roles, sketch, account, i);
        text_format(&file, "{\"UserDetailList\":[],\"GroupDetailList\":[],\"RoleDetailList\":[%s],\"Policies\":[]}",
                    roles.data);
        snprintf(name, sizeof name, "%s.json", account_ids[account]);
        put_text(world, name, file.data);
        text_free(&roles);
        text_free(&file);
    }
}

static void run(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void run(struct world *world, const char *format, ...)
{
    char sql[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    if (!store_execute(world->store, sql))
        fail_msg("%s: %s", sql, store_error(world->store));
}

static void write_people(struct world *world, const struct sketch *sketch)
{
    run(world,
        "INSERT INTO listing VALUES ('identitystore-list-users', 'd-1', 1), ('identitystore-list-groups', 'd-1', "
        "1), ('access-control-attributes', '', 1)");
    run(world, "INSERT INTO access_attribute VALUES ('team', '[\"${path:title}\"]')");
    for (int i = 0; i < PEOPLE; i++) {
        if (!sketch->gone[i])
            run(world, "INSERT INTO person VALUES ('d-1', 'u%d', 'p%d@firm.test', %d, 0, '{%s%s%s}')", i, i,
                !sketch->disabled[i], sketch->tag[i] >= 0 ? "\"title\":\"" : "",
                sketch->tag[i] >= 0 ? tag_values[sketch->tag[i]] : "", sketch->tag[i] >= 0 ? "\"" : "");
        for (int g = 0; g < GROUPS; g++)
            if (sketch->member[g][i])
                run(world, "INSERT INTO person_membership VALUES ('g%d', 'u%d')", g, i);
    }
    for (int g = 0; g < GROUPS; g++) {
        run(world, "INSERT INTO person_group VALUES ('d-1', 'g%d', 'team %d')", g, g);
        if (sketch->members_listed[g])
            run(world, "INSERT INTO listing VALUES ('list-group-memberships', 'g%d', 1)", g);
    }
}

static void write_assignments(struct world *world, const struct sketch *sketch)
{
    for (int set = 0; set < SETS; set++)
        run(world, "INSERT INTO permission_set VALUES ('ps-%d', 'ssoins-1', '%s', 'PT1H', 1)", set, set_names[set]);
    if (sketch->sets_listed)
        run(world, "INSERT INTO listing VALUES ('list-permission-sets', '', 1)");
    for (int a = 0; a < ACCOUNTS; a++)
        for (int set = 0; set < SETS; set++) {
            if (sketch->listed[a][set])
                run(world, "INSERT INTO listing VALUES ('list-account-assignments', '%s ps-%d', 1)", account_ids[a],
                    set);
            for (int g = 0; g < GROUPS; g++)
                if (sketch->assigned_group[a][set][g])
                    run(world, "INSERT INTO account_assignment VALUES ('%s', 'ps-%d', 'GROUP', 'g%d')", account_ids[a],
                        set, g);
            for (int i = 0; i < PEOPLE; i++)
                if (sketch->assigned_person[a][set][i])
                    run(world, "INSERT INTO account_assignment VALUES ('%s', 'ps-%d', 'USER', 'u%d')", account_ids[a],
                        set, i);
        }
}

static void write_entitlements(struct world *world, const struct sketch *sketch)
{
    int number = 0;
    for (int app = 0; app < APPLICATIONS; app++) {
        run(world,
            "INSERT INTO access_application VALUES ('aam-%d', 'arn:aws:account-access:eu-west-3:111122223333:"
            "application/aam-%d')",
            app, app);
        for (int a = 0; a < ACCOUNTS; a++)
            for (int m = 0; m < MANAGED; m++) {
                for (int g = 0; g < GROUPS; g++)
                    if (sketch->entitled_group[a][m][app][g])
                        run(world,
                            "INSERT INTO entitlement VALUES ('e%d', 'aam-%d', 'GROUP', 'g%d', 'arn:aws:iam::%s:role/"
                            "managed-%d')",
                            number++, app, g, account_ids[a], m);
                for (int i = 0; i < PEOPLE; i++)
                    if (sketch->entitled_person[a][m][app][i])
                        run(world,
                            "INSERT INTO entitlement VALUES ('e%d', 'aam-%d', 'USER', 'u%d', 'arn:aws:iam::%s:role/"
                            "managed-%d')",
                            number++, app, i, account_ids[a], m);
            }
    }
}

/* ---- what must hold */

static bool may_begin(const struct sketch *sketch, int person)
{
    return !sketch->gone[person] && !sketch->disabled[person];
}

static bool is_assigned(const struct sketch *sketch, int account, int set, int person)
{
    bool assigned = sketch->assigned_person[account][set][person];
    for (int g = 0; g < GROUPS; g++)
        assigned = assigned || (sketch->assigned_group[account][set][g] && sketch->member[g][person]);
    return assigned && may_begin(sketch, person);
}

static bool is_entitled(const struct sketch *sketch, int account, int managed, int person)
{
    bool entitled = false;
    for (int app = 0; app < APPLICATIONS; app++) {
        bool named = sketch->entitled_person[account][managed][app][person];
        for (int g = 0; g < GROUPS; g++)
            named = named || (sketch->entitled_group[account][managed][app][g] && sketch->member[g][person]);
        entitled = entitled || (named && (app == 0 || !sketch->bound[account][managed]));
    }
    return entitled && sketch->trusts[account][managed] && may_begin(sketch, person);
}

static bool meets(const struct sketch *sketch, int account, int plain, int person)
{
    int wanted = sketch->wanted[account][plain], tag = sketch->tag[person];
    switch (sketch->want[account][plain]) {
    case WANT_TAG:
        return tag == wanted;
    case WANT_OTHER_TAG:
        return tag != wanted;
    case WANT_NAME:
        return person == wanted;
    default:
        return true;
    }
}

/* Whether the person becomes the role of that name. */
static bool expected(const struct sketch *sketch, int account, const char *role, int person)
{
    int number = role[strlen(role) - 1] - '0';
    if (strncmp(role, "managed-", 8) == 0)
        return is_entitled(sketch, account, number, person);
    bool any = false;
    for (int set = 0; set < SETS; set++)
        for (int copy = 0; copy < COPIES; copy++) {
            char name[100];
            name_reserved(name, sizeof name, set, copy, account);
            bool enters = sketch->role[account][set][copy] && is_assigned(sketch, account, set, person);
            if (strcmp(name, role) == 0)
                return enters;
            any = any || enters;
        }
    return strncmp(role, "plain-", 6) == 0 && any && meets(sketch, account, number, person);
}

/* Whether all who become the role of Identity Center are known. */
static bool is_known(const struct sketch *sketch, int account, const char *role)
{
    for (int set = 0; set < SETS; set++)
        for (int copy = 0; copy < COPIES; copy++) {
            char name[100];
            name_reserved(name, sizeof name, set, copy, account);
            bool known = sketch->sets_listed && sketch->listed[account][set];
            for (int g = 0; g < GROUPS; g++)
                known = known && (!sketch->assigned_group[account][set][g] || sketch->members_listed[g]);
            if (strcmp(name, role) == 0)
                return known;
        }
    return false;
}

struct reached {
    enum verdict *of; /* per node */
};

static bool note_reached(const struct chain *chain, void *context)
{
    struct reached *reached = context;
    reached->of[chain->hops[chain->hop_count - 1].to] = chain->verdict;
    return true;
}

static bool note_caller(const struct chain *chain, void *context)
{
    struct reached *reached = context;
    reached->of[chain->hops[0].from] = chain->verdict;
    return true;
}

static int account_of(const struct model *model, uint32_t role)
{
    return strcmp(model->accounts[model->principals[role].account].id, account_ids[0]) == 0 ? 0 : 1;
}

static uint32_t node_of(const struct edges *edges, int person)
{
    char name[60];
    snprintf(name, sizeof name, PERSON_PREFIX "p%d@firm.test", person);
    const struct caller caller = {
        .kind = CALLER_PERSON, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = name};
    return edges_find_node(edges, &caller);
}

static uint64_t told[2];

/* Person by person, forwards. */
static void check_reach(const struct edges *edges, const struct sketch *sketch, uint64_t seed)
{
    const struct model *model = edges->model;
    struct reached reached = {memory_zeroed(edges->node_count, sizeof *reached.of)};
    for (int person = 0; person < PEOPLE; person++) {
        uint32_t node = node_of(edges, person);
        memset(reached.of, 0, edges->node_count * sizeof *reached.of);
        if (node != MODEL_NONE)
            chains_reach(edges, node, &(struct chain_limits){0}, note_reached, &reached);
        for (uint32_t role = 0; role < model->principal_count; role++) {
            bool wanted = expected(sketch, account_of(model, role), model->principals[role].name, person);
            told[wanted]++;
            if (reached.of[role] != (wanted ? VERDICT_ALLOWED : VERDICT_DENIED))
                fail_msg("seed %llu: p%d and %s: %s", (unsigned long long)seed, person, model->principals[role].arn,
                         verdict_word(reached.of[role]));
        }
    }
    free(reached.of);
}

/* Role by role, backwards; how many people are counted; and whether the provider gave way. */
static void check_roles(const struct edges *edges, const struct sketch *sketch, uint64_t seed)
{
    const struct model *model = edges->model;
    struct reached reached = {memory_zeroed(edges->node_count, sizeof *reached.of)};
    struct exposure *exposure = memory_zeroed(edges->node_count, sizeof *exposure);
    exposure_count(edges, NULL, exposure);
    for (uint32_t role = 0; role < model->principal_count; role++) {
        const char *name = model->principals[role].name, *set;
        int account = account_of(model, role);
        size_t length;
        uint32_t people = 0;
        bool provider = false;
        memset(reached.of, 0, edges->node_count * sizeof *reached.of);
        chains_who_can(edges, role, &(struct chain_limits){0}, note_caller, &reached);
        for (int person = 0; person < PEOPLE; person++) {
            uint32_t node = node_of(edges, person);
            bool wanted = expected(sketch, account, name, person);
            people += wanted;
            if ((node != MODEL_NONE ? reached.of[node] : VERDICT_DENIED) != (wanted ? VERDICT_ALLOWED : VERDICT_DENIED))
                fail_msg("seed %llu: towards %s from p%d", (unsigned long long)seed, name, person);
        }
        for (uint32_t node = model->principal_count; node < edges->node_count; node++)
            provider = provider ||
                       (edges->nodes[node].kind == CALLER_SAML_PROVIDER && edges_between(edges, node, role) != NULL);
        bool reserved = people_set_of_role(&model->principals[role], &set, &length);
        if (reserved && provider == is_known(sketch, account, name))
            fail_msg("seed %llu: the provider of %s", (unsigned long long)seed, name);
        if (exposure[role].people < people || (reserved && exposure[role].people != people))
            fail_msg("seed %llu: %s: %u people, not %u", (unsigned long long)seed, name, exposure[role].people, people);
    }
    free(exposure);
    free(reached.of);
}

static void one_world(uint64_t seed)
{
    void *made;
    struct sketch sketch;
    char *error = NULL;
    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    draw_sketch(&sketch);
    set_up(&made);
    struct world *world = made;
    put_accounts(world, &sketch);
    load(world);
    run(world, "PRAGMA foreign_keys = OFF");
    write_people(world, &sketch);
    write_assignments(world, &sketch);
    write_entitlements(world, &sketch);
    struct model *model = model_load(world->store, &error);
    struct constraint_pool *pool = constraint_pool_new();
    struct edges *edges = edges_compute(model, pool, 0);
    struct people *people = people_load(model, world->store, draw(2) == 0);
    edges_add_people(edges, people);
    check_reach(edges, &sketch, seed);
    check_roles(edges, &sketch, seed);
    edges_free(edges);
    people_free(people);
    constraint_pool_free(pool);
    model_free(model);
    tear_down(&made);
}

static void people_become_what_rows_say(void **state)
{
    uint64_t worlds = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT);
    uint64_t first = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED);
    (void)state;
    for (uint64_t i = 0; i < worlds; i++)
        one_world(first + i);
    print_message("%llu worlds: %llu ways, %llu none\n", (unsigned long long)worlds, (unsigned long long)told[1],
                  (unsigned long long)told[0]);
    assert_true(told[0] > 0 && told[1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(people_become_what_rows_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
