/*
 * What must hold of decisions in every world, asked of random ones (sample.h):
 *
 *   one more Allow     takes nothing away; one more Deny gives nothing
 *   rewriting          policies that say the same otherwise give the same verdict and the same conditions
 *   fixing keys        lands inside what the conditions said: allowed if they hold, denied if not
 *   witnesses          a request that satisfies the conditions is allowed, one that does not is denied
 *   remedies           applied, they help, whenever no Deny, SCP or RCP stands in the way
 *
 * ROLECHAIN_RANDOM_COUNT worlds (default: a few hundred) from ROLECHAIN_RANDOM_SEED. A failure prints the seed, the
 * number of the world, and the smallest world found in which the property fails too, as text for tests/graph/cases.
 */
#include "graph/decision/remedy.h"
#include "graph/edges/edges.h"
#include "ingest/policy/context_key.h"
#include "tests/graph/random/sample.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 400u
#define DEFAULT_SEED 20260101u
#define SMALLER_TRIES 400u

struct world {
    struct scenario scenario;
    bool slot; /* which of the stores */
    struct model *model;
    struct evaluator *evaluator;
    struct constraint_pool *pool;
    struct arena arena;
    struct decision_question question;
    struct decision decision;
};

/* Two worlds are open at a time; making a database costs more than filling it. */
static struct store *stores[2];
static bool store_taken[2];

static struct store *take_store(struct world *world)
{
    char *error = NULL;
    world->slot = store_taken[0];
    assert_false(store_taken[world->slot]);
    store_taken[world->slot] = true;
    if (stores[world->slot] == NULL)
        stores[world->slot] = store_open(STORE_MEMORY, STORE_CREATE, &error);
    if (stores[world->slot] == NULL)
        fail_msg("%s", error != NULL ? error : "no database");
    return stores[world->slot];
}

static void close_world(struct world *world)
{
    evaluator_free(world->evaluator);
    model_free(world->model);
    store_taken[world->slot] = false;
    scenario_free(&world->scenario);
    arena_free(&world->arena);
}

static bool ask(struct world *world, const char *caller, const struct fixed_key *fixed, uint32_t count,
                struct decision *decision)
{
    world->question.fixed = fixed;
    world->question.fixed_count = count;
    if (!caller_parse(world->model, &world->arena, caller, &world->question.caller))
        return false;
    decision_decide(world->evaluator, &world->question, decision);
    return true;
}

/* Loads the sample and asks its question. The pool is shared, so that conditions of two worlds can be compared. */
static void open_world(struct world *world, const struct sample *sample, struct constraint_pool *pool)
{
    struct text text = {0};
    char *error = NULL;
    *world = (struct world){.pool = pool};
    sample_write(sample, &text);
    bool good = scenario_read(&world->scenario, text.data, 1);
    struct store *store = take_store(world);
    good = good && scenario_load_again(&world->scenario, store);
    world->model = good ? model_load(store, &error) : NULL;
    world->evaluator = world->model != NULL ? evaluator_new(world->model, pool) : NULL;
    if (world->evaluator != NULL)
        world->question.role = model_find_arn(world->model, sample_role_arn(sample));
    if (world->evaluator == NULL || world->question.role == MODEL_NONE ||
        !ask(world, sample_caller_arn(sample), NULL, 0, &world->decision))
        fail_msg("%s %s in:\n%s", world->scenario.error, error != NULL ? error : "", text.data);
    free(error);
    text_free(&text);
}

/* ---- telling */

static void tell_answer(struct text *story, struct constraint_pool *pool, const char *what,
                        const struct decision *decision)
{
    json_t *words = constraint_words(pool, decision->residual), *word;
    size_t i;
    text_format(story, "%s: %s/%s", what, verdict_word(decision->verdict), decision_reason_word(decision->reason));
    json_array_foreach(words, i, word) text_format(story, "%s%s", i > 0 ? " and " : " if ", json_string_value(word));
    text_append_char(story, '\n');
    json_decref(words);
}

static void tell_sample(struct text *story, const char *title, const struct sample *sample)
{
    text_format(story, "case %s\n", title);
    sample_write(sample, story);
    text_format(story, "ask %s %s\n", sample_caller(sample), sample_role(sample));
}

/* ---- properties: false with a story if one fails; with the same random numbers they do the same again */

/* A role's session has no MFA, and always a time of its token; apart from that a request may be any. */
static constraint possible(struct constraint_pool *pool, const struct sample *sample, constraint formula)
{
    struct condition_name name;
    const char *no = "false";
    if (!sample->caller_is_role)
        return formula;
    condition_name_parse("BoolIfExists", &name);
    formula = constraint_and(pool, formula, constraint_atom(pool, &name, "aws:MultiFactorAuthPresent", "", &no, 1));
    condition_name_parse("Null", &name);
    return constraint_and(pool, formula, constraint_atom(pool, &name, "aws:TokenIssueTime", "", &no, 1));
}

static constraint nothing_passed(struct constraint_pool *pool, constraint first, constraint second)
{
    static const char *const passed[] = {"aws:RequestTag/*", "aws:TagKeys", "sts:TransitiveTagKeys",
                                         "sts:SourceIdentity"};
    constraint result = CONSTRAINT_TRUE;
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++)
        result = constraint_and(pool, result,
                                constraint_and(pool, constraint_absent(pool, first, passed[i]),
                                               constraint_absent(pool, second, passed[i])));
    return result;
}

/* The verdict and the conditions of `less` are inside those of `more`. Of requests without tags and source identity: a
 * call that passes some is another call, which conditions name only if they look at the tags. */
static bool is_within(struct constraint_pool *pool, const struct decision *less, const struct decision *more)
{
    constraint plain = constraint_and(pool, less->residual, nothing_passed(pool, less->residual, more->residual));
    return less->verdict <= more->verdict && constraint_implies(pool, plain, more->residual) != CONSTRAINT_NO;
}

static bool added_statement(struct world *world, const struct sample *sample, struct random *random, struct text *story,
                            bool allow)
{
    struct sample changed = *sample;
    struct world other;
    if (!sample_add(&changed, random, allow))
        return true;
    open_world(&other, &changed, world->pool);
    bool good = allow ? is_within(world->pool, &world->decision, &other.decision)
                      : is_within(world->pool, &other.decision, &world->decision);
    if (!good) {
        tell_sample(story, "before", sample);
        tell_answer(story, world->pool, "gave", &world->decision);
        tell_sample(story, "after", &changed);
        tell_answer(story, world->pool, "gave", &other.decision);
    }
    close_world(&other);
    return good;
}

static bool more_allowed(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    return added_statement(world, sample, random, story, true);
}

static bool more_denied(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    return added_statement(world, sample, random, story, false);
}

static bool rewritten(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    struct sample changed = *sample;
    struct world other;
    bool reworded;
    sample_rearrange(&changed, random, &reworded);
    open_world(&other, &changed, world->pool);
    constraint before = world->decision.residual, after = other.decision.residual;
    constraint plain = possible(world->pool, sample, nothing_passed(world->pool, before, after));
    bool good = world->decision.verdict == other.decision.verdict && world->decision.reason == other.decision.reason &&
                constraint_implies(world->pool, constraint_and(world->pool, before, plain), after) != CONSTRAINT_NO &&
                constraint_implies(world->pool, constraint_and(world->pool, after, plain), before) != CONSTRAINT_NO;
    if (good && !reworded) {
        json_t *first = constraint_words(world->pool, before), *second = constraint_words(world->pool, after);
        good = json_equal(first, second);
        json_decref(first);
        json_decref(second);
    }
    if (!good) {
        tell_sample(story, "as written", sample);
        tell_answer(story, world->pool, "gave", &world->decision);
        tell_sample(story, "rewritten", &changed);
        tell_answer(story, world->pool, "gave", &other.decision);
    }
    close_world(&other);
    return good;
}

/* ---- fixing keys */

#define MAXIMUM_KEYS 12

struct fixing {
    const struct sample *sample;
    struct random *random;
    struct fixed_key keys[MAXIMUM_KEYS];
    const char *values[MAXIMUM_KEYS];
    uint32_t count;
    bool related;        /* two unknown keys are compared: what becomes of it the conditions cannot say */
    const char *session; /* the caller's session name is looked at: fixed by asking as that session */
    uint32_t percent;
};

static bool choose_value(const struct constraint_key *key, bool fact, void *context)
{
    static const char *const names[] = {"day", "night-1", "x7", "zz"};
    struct fixing *fixing = context;
    if (!fact && strcmp(key->name, KEY_CALLER_SESSION) == 0) {
        fixing->session = names[random_below(fixing->random, 4)];
        return true;
    }
    fixing->related = fixing->related || (fact && strstr(key->name, "${") != NULL);
    for (uint32_t i = 0; i < fixing->count; i++)
        if (strcmp(fixing->keys[i].key, key->name) == 0)
            return true;
    const char **value = &fixing->values[fixing->count];
    if (fact || fixing->count == MAXIMUM_KEYS || !random_chance(fixing->random, fixing->percent) ||
        !sample_request_value(fixing->sample, fixing->random, key->name, value))
        return true;
    fixing->keys[fixing->count] = (struct fixed_key){key->name, value, *value != NULL};
    fixing->count++;
    return true;
}

static void tell_fixed(struct text *story, const struct fixing *fixing)
{
    if (fixing->session != NULL)
        text_format(story, "  as session %s\n", fixing->session);
    for (uint32_t i = 0; i < fixing->count; i++)
        text_format(story, "  %s %s%s%s\n", fixing->values[i] != NULL ? "with" : "without", fixing->keys[i].key,
                    fixing->values[i] != NULL ? "=" : "", fixing->values[i] != NULL ? fixing->values[i] : "");
}

static constraint key_is(struct constraint_pool *pool, const char *operator_name, const char *key,
                         const char *const *values, uint32_t count)
{
    struct condition_name name;
    condition_name_parse(operator_name, &name);
    return constraint_atom(pool, &name, key, "", values, count);
}

/* That the keys have the values to which they are fixed: with what AWS says of keys that go together this may say more
 * of other keys. */
static constraint as_fixed(struct constraint_pool *pool, const struct fixing *fixing)
{
    static const char *const operators[] = {[KEY_TEXT] = "StringEquals",
                                            [KEY_BOOL] = "Bool",
                                            [KEY_INTEGER] = "NumericEquals",
                                            [KEY_TIME] = "DateEquals",
                                            [KEY_ADDRESS] = "IpAddress"};
    static const char *const yes[] = {"true"};
    constraint result = CONSTRAINT_TRUE;
    if (fixing->session != NULL)
        result = key_is(pool, "StringEquals", KEY_CALLER_SESSION, &fixing->session, 1);
    for (uint32_t i = 0; i < fixing->count; i++) {
        const struct fixed_key *fixed = &fixing->keys[i];
        const struct context_key *about = context_key_find(fixed->key);
        if (fixed->count == 0)
            result = constraint_and(pool, result, key_is(pool, "Null", fixed->key, yes, 1));
        else if (!about->multivalued)
            result = constraint_and(pool, result, key_is(pool, operators[about->domain], fixed->key, fixed->values, 1));
        for (uint32_t j = 0; about->multivalued && j < fixed->count; j++)
            result = constraint_and(pool, result,
                                    key_is(pool, "ForAnyValue:StringEquals", fixed->key, &fixed->values[j], 1));
        if (about->multivalued && fixed->count > 0)
            result = constraint_and(pool, result,
                                    key_is(pool, "ForAllValues:StringEquals", fixed->key, fixed->values, fixed->count));
    }
    return result;
}

/* Asks with the keys fixed: the answer must be what the conditions say of such requests. */
static bool fixed_as_said(struct world *world, const struct fixing *fixing, struct text *story)
{
    char session[128];
    const char *caller = sample_caller_arn(fixing->sample);
    struct decision decision;
    struct constraint_pool *pool = world->pool;
    constraint said = world->decision.residual, expected = said;
    constraint fixed = possible(pool, fixing->sample, as_fixed(pool, fixing));
    if (constraint_satisfiable(pool, fixed) != CONSTRAINT_YES)
        return true;
    if (fixing->session != NULL) {
        snprintf(session, sizeof session, "arn:aws:sts::111111111111:assumed-role/source/%s", fixing->session);
        caller = session;
        expected = constraint_fix(pool, expected, KEY_CALLER_SESSION, &fixing->session, 1);
    }
    for (uint32_t i = 0; i < fixing->count; i++)
        expected = constraint_fix(pool, expected, fixing->keys[i].key, fixing->keys[i].values, fixing->keys[i].count);
    if (!ask(world, caller, fixing->keys, fixing->count, &decision))
        fail_msg("out of memory");
    constraint both = constraint_and(pool, fixed, said), answered = constraint_and(pool, fixed, decision.residual);
    constraint plain = nothing_passed(pool, expected, decision.residual);
    bool good =
        decision.undecided || (constraint_implies(pool, both, decision.residual) != CONSTRAINT_NO &&
                               constraint_implies(pool, constraint_and(pool, answered, plain), said) != CONSTRAINT_NO);
    if (constraint_implies(pool, fixed, said) == CONSTRAINT_YES)
        good = good && decision.verdict == VERDICT_ALLOWED;
    else if (constraint_satisfiable(pool, both) == CONSTRAINT_NO)
        good = good && decision.verdict == VERDICT_DENIED;
    if (!good) {
        tell_sample(story, "left open", fixing->sample);
        tell_answer(story, pool, "gave", &world->decision);
        tell_fixed(story, fixing);
        tell_answer(story, pool, "gave", &decision);
    }
    return good;
}

static bool keys_fixed(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    constraint residual = world->decision.residual;
    bool good = true;
    for (int round = 0; good && round < 4 && residual > CONSTRAINT_TRUE; round++) {
        struct fixing fixing = {.sample = sample, .random = random, .percent = round < 2 ? 100 : 50};
        if (!constraint_each_key(world->pool, residual, choose_value, &fixing) || fixing.related)
            return true;
        good = fixed_as_said(world, &fixing, story);
    }
    return good;
}

/* Fixes every key to what the witness has. False if it holds something that cannot be fixed. */
static bool follow_witness(const json_t *witness, struct arena *arena, struct fixing *fixing)
{
    const char *key;
    json_t *values, *value;
    size_t i;
    json_object_foreach((json_t *)witness, key, values)
    {
        if (strcmp(key, KEY_CALLER_SESSION) == 0) {
            fixing->session = json_string_value(json_array_get(values, 0));
            if (fixing->session == NULL)
                return false;
            continue;
        }
        const char **texts = arena_allocate_array(arena, json_array_size(values) + 1, sizeof *texts);
        if (fixing->count == MAXIMUM_KEYS || texts == NULL)
            return false;
        json_array_foreach(values, i, value) texts[i] = json_string_value(value);
        fixing->values[fixing->count] = texts[0];
        fixing->keys[fixing->count++] = (struct fixed_key){key, texts, (uint32_t)json_array_size(values)};
    }
    return true;
}

static bool note_fact(const struct constraint_key *key, bool fact, void *context)
{
    (void)key;
    *(bool *)context = *(bool *)context || fact;
    return true;
}

static bool witnesses(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    constraint residual = world->decision.residual;
    bool facts = false, good = true;
    (void)random;
    constraint_each_key(world->pool, residual, note_fact, &facts);
    if (residual <= CONSTRAINT_TRUE || facts)
        return true;
    for (int side = 0; good && side < 2; side++) {
        constraint wanted = side == 0 ? residual : constraint_not(world->pool, residual);
        json_t *witness = constraint_witness(world->pool, possible(world->pool, sample, wanted));
        struct fixing fixing = {.sample = sample};
        if (witness != NULL && follow_witness(witness, &world->arena, &fixing))
            good = fixed_as_said(world, &fixing, story);
        json_decref(witness);
    }
    return good;
}

/* ---- remedies */

static bool free_of_obstacles(const struct sample *sample)
{
    for (uint32_t i = 0; i < sample->statement_count; i++)
        if (!sample->statements[i].allow || sample->statements[i].place >= PLACE_SCP)
            return false;
    return !sample->full_access_away;
}

static void apply(struct sample *changed, const struct remedy *remedy, struct arena *arena)
{
    enum sample_place place = remedy->kind == REMEDY_TRUST      ? PLACE_TRUST
                              : remedy->kind == REMEDY_IDENTITY ? PLACE_IDENTITY
                                                                : PLACE_BOUNDARY;
    json_t *statements = json_object_get(remedy->policy, "Statement");
    for (size_t i = 0; i < (statements != NULL ? json_array_size(statements) : 1); i++) {
        char *text = json_dumps(statements != NULL ? json_array_get(statements, i) : remedy->policy, JSON_COMPACT);
        if (changed->more_count[place] < 4)
            changed->more[place][changed->more_count[place]++] = arena_copy_text(arena, text, strlen(text));
        free(text);
    }
}

static bool remedied(struct world *world, const struct sample *sample, struct random *random, struct text *story)
{
    struct sample changed = *sample;
    struct decision decision;
    struct remedy *remedies;
    struct world other;
    uint32_t count;
    bool helps = true, on_purpose = false;
    (void)random;
    if (world->decision.verdict != VERDICT_DENIED)
        return true;
    if (!ask(world, sample_caller_arn(sample), NULL, 0, &decision))
        fail_msg("the caller is none");
    decision_explain(world->evaluator, &world->question, &world->arena, &decision);
    remedy_propose(world->evaluator, &world->question, &decision, &world->arena, &remedies, &count);
    for (uint32_t i = 0; i < count; i++) {
        helps = helps && remedies[i].policy != NULL;
        on_purpose = on_purpose || remedies[i].kind == REMEDY_CONDITION;
        if (remedies[i].policy != NULL)
            apply(&changed, &remedies[i], &world->arena);
        json_decref(remedies[i].policy);
    }
    /* Conditions that contradict each other are for their owners to sort out. */
    if (!helps && (on_purpose || !free_of_obstacles(sample)))
        return true;
    open_world(&other, &changed, world->pool);
    bool good = other.decision.verdict != VERDICT_DENIED;
    if (!good) {
        tell_sample(story, "denied", sample);
        tell_answer(story, world->pool, "gave", &world->decision);
        for (uint32_t i = 0; i < count; i++)
            text_format(story, "remedy: %s\n", remedies[i].text);
        tell_sample(story, "with the remedies", &changed);
        tell_answer(story, world->pool, "gave", &other.decision);
    }
    close_world(&other);
    return good;
}

/* ---- outsiders */

/* Whether an edge lets some outside party into the role. */
static bool lists_outsiders(const struct edges *edges, uint32_t role)
{
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++)
        if (edges->nodes[node].kind != CALLER_SERVICE && edges_between(edges, node, role) != NULL)
            return true;
    return false;
}

/* Of outsiders that nobody exported who-can names somebody if explain says that one can. */
static bool outsiders_listed(struct world *world, const struct sample *sample, struct random *random,
                             struct text *story)
{
    static const char *const arn[] = {"arn:aws:iam::444444444444:role/deploy"}, *const account[] = {"444444444444"},
                             *const id[] = {"AROAOFTHATACCOUNT000:day"};
    static const struct fixed_key of_organization[] = {
        {"aws:PrincipalArn", arn, 1}, {"aws:PrincipalAccount", account, 1}, {"aws:userid", id, 1}};
    static const struct fixed_key of_none[] = {{"aws:PrincipalArn", arn, 1},
                                               {"aws:PrincipalAccount", account, 1},
                                               {"aws:PrincipalOrgID", NULL, 0},
                                               {"aws:PrincipalOrgPaths", NULL, 0},
                                               {"aws:userid", id, 1}};
    /* Words that are no ids do not name anybody, so what an outsider is, is told. */
    static const struct {
        const char *name;
        const struct fixed_key *known;
        uint32_t count;
    } outsiders[] = {{"444444444444", of_none, 5},
                     {"arn:aws:iam::444444444444:role/deploy", of_none, 5},
                     {"o-another0001", of_organization, 3},
                     {"AROASOMEBODYELSE0000", of_none, 4}};
    uint32_t which = random_below(random, sizeof outsiders / sizeof outsiders[0]);
    const char *outsider = outsiders[which].name;
    struct decision decision;
    struct edges *edges = edges_compute(world->model, world->pool, 0);
    if (!ask(world, outsider, outsiders[which].known, outsiders[which].count, &decision))
        fail_msg("%s is nobody", outsider);
    bool good = decision.verdict == VERDICT_DENIED || lists_outsiders(edges, world->question.role);
    if (!good) {
        tell_sample(story, "nobody is listed", sample);
        text_format(story, "%s ", outsider);
        tell_answer(story, world->pool, "gave", &decision);
    }
    edges_free(edges);
    return good;
}

/* ---- the run */

static struct property {
    const char *name;
    bool (*holds)(struct world *world, const struct sample *sample, struct random *random, struct text *story);
    char *failure;
} properties[] = {
    {"one more Allow takes nothing away", more_allowed, NULL},
    {"one more Deny gives nothing", more_denied, NULL},
    {"policies that say the same get the same answer", rewritten, NULL},
    {"fixing keys lands inside what the conditions said", keys_fixed, NULL},
    {"witnesses of the conditions are allowed, of their negation denied", witnesses, NULL},
    {"remedies help", remedied, NULL},
    {"outsiders who can are listed", outsiders_listed, NULL},
};
#define PROPERTY_COUNT (sizeof properties / sizeof properties[0])

static uint64_t seed;
static uint32_t verdicts[3];

/* The story of the property's failure in the sample; NULL if it holds. */
static char *failure_in(const struct property *property, const struct sample *sample, struct random random)
{
    struct constraint_pool *pool = constraint_pool_new();
    struct world world;
    struct text story = {0};
    open_world(&world, sample, pool);
    bool good = property->holds(&world, sample, &random, &story);
    close_world(&world);
    constraint_pool_free(pool);
    if (good)
        text_free(&story);
    return good ? NULL : text_release(&story);
}

static char *smallest_failure(const struct property *property, struct sample sample, struct random random, char *story)
{
    uint32_t tries = 0;
    for (uint32_t step = 0; tries < SMALLER_TRIES; tries++) {
        struct sample smaller = sample;
        if (!sample_reduce(&smaller, step))
            break;
        char *again = failure_in(property, &smaller, random);
        step++;
        if (again == NULL)
            continue;
        free(story);
        story = again;
        sample = smaller;
        step = 0;
    }
    return story;
}

static void try_world(uint64_t number)
{
    struct random random = {seed * 0xD1342543DE82EF95u + number};
    struct sample sample;
    struct world world;
    struct constraint_pool *pool = constraint_pool_new();
    char *stories[PROPERTY_COUNT] = {0};
    sample_random(&sample, &random);
    open_world(&world, &sample, pool);
    verdicts[world.decision.verdict]++;
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        struct text story = {0};
        struct random own = {random.state + i};
        if (properties[i].failure == NULL && !properties[i].holds(&world, &sample, &own, &story))
            stories[i] = text_release(&story);
    }
    close_world(&world);
    constraint_pool_free(pool);
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        struct random own = {random.state + i};
        if (stories[i] == NULL)
            continue;
        properties[i].failure = smallest_failure(&properties[i], sample, own, stories[i]);
        printf("%s: fails; seed %llu, world %llu\n%s", properties[i].name, (unsigned long long)seed,
               (unsigned long long)number, properties[i].failure);
        fflush(stdout);
    }
}

static int run(void **state)
{
    (void)state;
    uint64_t count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT);
    uint64_t first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED);
    for (uint64_t number = first; number < first + count; number++)
        try_world(number);
    print_message("seed %llu: %llu worlds, %u allowed, %u conditional, %u denied\n", (unsigned long long)seed,
                  (unsigned long long)count, verdicts[VERDICT_ALLOWED], verdicts[VERDICT_CONDITIONAL],
                  verdicts[VERDICT_DENIED]);
    return 0;
}

static void property_holds(void **state)
{
    const struct property *property = *state;
    assert_null(property->failure);
}

static int forget(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROPERTY_COUNT; i++)
        free(properties[i].failure);
    for (size_t i = 0; i < 2; i++)
        store_close(stores[i]);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[PROPERTY_COUNT];
    for (size_t i = 0; i < PROPERTY_COUNT; i++)
        tests[i] = (struct CMUnitTest){properties[i].name, property_holds, NULL, NULL, &properties[i]};
    return _cmocka_run_group_tests("random worlds", tests, PROPERTY_COUNT, run, forget);
}
