/* The order of findings within a severity: who can use it, what it leads to, how certain it is. */
#include "analyzer/findings/findings.h"
#include "ingest/support/text.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

/* The findings of one severity in their order: "id resource's name who leads_to sure|unsure". */
static char *order_of(const char *lines, enum severity severity)
{
    struct scenario scenario;
    struct findings findings = {0};
    struct text text = {0};
    char *error = NULL;
    if (!scenario_read(&scenario, lines, 1))
        fail_msg("%s", scenario.error);
    struct analysis analysis = {.store = scenario_load(&scenario)};
    assert_non_null(analysis.store);
    analysis.model = model_load(analysis.store, &error);
    analysis_start(&analysis);
    assert_true(findings_compute(&analysis, &findings));
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.list[i];
        const char *slash = strrchr(finding->resource, '/');
        if (finding->severity == severity)
            text_format(&text, "%s %s %s %u %s\n", finding->rule->id, slash != NULL ? slash + 1 : finding->resource,
                        danger_word(finding->danger.who), finding->danger.leads_to,
                        finding->danger.sure ? "sure" : "unsure");
    }
    findings_free(&findings);
    analysis_close(&analysis);
    scenario_free(&scenario);
    text_append_string(&text, "");
    return text_release(&text);
}

static const struct order_case {
    const char *name, *world;
    enum severity severity;
    const char *expected; /* lines that must come in this order, possibly with others between them */
} cases[] = {
    {"anyone before outsiders, though these become administrator",
     "role A/z\n trust allow sts:AssumeRole from *\n"
     "role A/a\n trust allow sts:AssumeRole from root:C\n may allow *:* on *\n",
     SEVERITY_CRITICAL, "trust-public z anyone 0 sure\ntrust-external-to-admin a outsiders 1 unsure\n"},
    {"more accounts before fewer, whatever the alphabet says",
     "role D/a\n trust allow sts:AssumeRole from *\n"
     "role E/b\n trust allow sts:AssumeRole from *\n may allow iam:* on *\n"
     "role A/c\n trust allow sts:AssumeRole from *\n may allow sts:AssumeRole on *\n"
     "role B/x\n trust allow sts:AssumeRole from role:A/c\n may allow *:* on *\n"
     "role C/y\n trust allow sts:AssumeRole from role:A/c\n may allow *:* on *\n",
     SEVERITY_CRITICAL, "trust-public c anyone 3 sure\ntrust-public b anyone 1 sure\ntrust-public a anyone 0 sure\n"},
    {"two administrators of one account are one account",
     "role A/c\n trust allow sts:AssumeRole from *\n may allow sts:AssumeRole on *\n"
     "role B/x\n trust allow sts:AssumeRole from role:A/c\n may allow *:* on *\n"
     "role B/y\n trust allow sts:AssumeRole from role:A/c\n may allow *:* on *\n",
     SEVERITY_CRITICAL, "trust-public c anyone 1 sure\n"},
    {"sure before what the network decides",
     "role A/a\n trust allow sts:AssumeRole from * if IpAddress aws:SourceIp 192.0.2.0/24\n"
     "role A/b\n trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x123\n",
     SEVERITY_HIGH, "trust-public-weak-condition b anyone 0 sure\ntrust-public a anyone 0 unsure\n"},
    {"what the caller chooses leaves it sure",
     "role A/a\n trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x123\n", SEVERITY_HIGH,
     "trust-public-weak-condition a anyone 0 sure\n"},
    {"many before few",
     "role A/a\n trust allow sts:AssumeRole from user:B/u1\n may allow *:* on *\n"
     "role A/b\n trust allow sts:AssumeRole from root:B\n may allow *:* on *\n"
     "user B/u1\n may allow sts:AssumeRole on role:A/a,role:A/b\n"
     "user B/u2\n may allow sts:AssumeRole on role:A/b\nuser B/u3\n may allow sts:AssumeRole on role:A/b\n"
     "user B/u4\n may allow sts:AssumeRole on role:A/b\nuser B/u5\n may allow sts:AssumeRole on role:A/b\n"
     "user B/u6\n may allow sts:AssumeRole on role:A/b\nuser B/u7\n may allow sts:AssumeRole on role:A/b\n"
     "user B/u8\n may allow sts:AssumeRole on role:A/b\nuser B/u9\n may allow sts:AssumeRole on role:A/b\n"
     "user B/ua\n may allow sts:AssumeRole on role:A/b\nuser B/ub\n may allow sts:AssumeRole on role:A/b\n",
     SEVERITY_MEDIUM, "chain-to-admin b many 1 sure\nchain-to-admin a few 1 sure\n"},
    {"a chain is as wide as where it begins",
     "role A/a\n trust allow sts:AssumeRole from role:A/entry\n may allow *:* on *\n"
     "role A/entry\n trust allow sts:AssumeRole from *\n may allow sts:AssumeRole on *\n",
     SEVERITY_CRITICAL, "chain-from-outside a anyone 1 sure\ntrust-public entry anyone 1 sure\n"},
    {"who holds a policy uses what it allows",
     "user B/u\n may allow sts:AssumeRole on *\nrole B/r\n trust allow sts:AssumeRole from root:B\n may allow *:* on "
     "*\n",
     SEVERITY_HIGH, "assume-any-role u few 1 sure\n"},
    {"what nobody can use is last, ties stand by account and resource",
     "role B/a\n trust allow sts:AssumeRole from *\nrole A/b\n trust allow sts:AssumeRole from *\n"
     "role A/a\n trust allow sts:AssumeRole from *\n",
     SEVERITY_CRITICAL, "trust-public a anyone 0 sure\ntrust-public b anyone 0 sure\ntrust-public a anyone 0 sure\n"},
};

static void in_the_order_of_danger(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *order = order_of(cases[i].world, cases[i].severity);
        const char *at = order, *wanted = cases[i].expected;
        while (*wanted != '\0') {
            size_t length = strcspn(wanted, "\n") + 1;
            while (*at != '\0' && strncmp(at, wanted, length) != 0)
                at += strcspn(at, "\n") + 1;
            if (*at == '\0')
                fail_msg("%s: not in this order:\n%sbut\n%s", cases[i].name, cases[i].expected, order);
            at += length;
            wanted += length;
        }
        free(order);
    }
}

static void weights(void **state)
{
    static const struct danger descending[] = {
        {DANGER_ANYONE, 3, true},     {DANGER_ANYONE, 0, true},    {DANGER_ANYONE, 0, false},
        {DANGER_OUTSIDERS, 40, true}, {DANGER_OUTSIDERS, 1, true}, {DANGER_OUTSIDERS, 0, true},
        {DANGER_MANY, 1, true},       {DANGER_MANY, 0, true},      {DANGER_FEW, 2, true},
        {DANGER_FEW, 0, true},        {DANGER_FEW, 0, false},      {DANGER_NOBODY, 9, true},
    };
    (void)state;
    for (size_t i = 1; i < sizeof descending / sizeof descending[0]; i++)
        if (danger_weight(&descending[i - 1]) <= danger_weight(&descending[i]))
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_order_of_danger),
        cmocka_unit_test(weights),
    };
    return cmocka_run_group_tests_name("danger", tests, NULL, NULL);
}
