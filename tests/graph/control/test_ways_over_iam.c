/* The rows of the table of ways over IAM: each where it leads, and beside it what keeps it from leading. */
#include "graph/control/ways.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"
#include <stdlib.h>
#include <string.h>

/* ---- each row */

#define WAITS "role B/waits\n trust allow sts:AssumeRole from root:A\n"

/* By form, where its ways lead. In the world ACTION stands for the action of the row, RESOURCE for what it is allowed
 * on: `right`, or `wrong`, from which it leads nowhere. The actor is eve. */
static const struct place {
    const char *world, *right, *wrong, *to;
    enum edge_kind kind;
} places[WAY_FORMS] = {
    [WAY_EDIT_TRUST] =
        {"user A/eve\n may allow ACTION on RESOURCE\nrole A/it\n trust allow sts:AssumeRole from root:B\n", "role:A/it",
         "role:A/other,role:B/it,user:A/it", "it", EDGE_EDIT_TRUST},
    [WAY_CREDENTIALS] = {"user A/eve\n may allow ACTION on RESOURCE\nuser A/it\n may allow s3:* on *\n", "user:A/it",
                         "user:A/other,user:B/it,role:A/it", "it", EDGE_TAKE_CREDENTIALS},
    [WAY_SAML_METADATA] = {"user A/eve\n may allow ACTION on RESOURCE\n"
                           "role A/it\n trust allow sts:AssumeRoleWithSAML from saml:A/idp\n",
                           "saml:A/idp", "saml:A/other,saml:B/idp", "it", EDGE_TAKE_CREDENTIALS},
    [WAY_POLICIES_OF_USER] = {"user A/eve\n may allow ACTION on RESOURCE\n" WAITS, "user:A/eve",
                              "user:A/other,role:A/eve", "waits", EDGE_EDIT_PERMISSIONS},
    [WAY_POLICIES_OF_ROLE] = {"role A/eve\n may allow ACTION on RESOURCE\n" WAITS, "role:A/eve",
                              "role:A/other,user:A/eve", "waits", EDGE_EDIT_PERMISSIONS},
    [WAY_POLICIES_OF_GROUP] = {"user A/eve group staff\n may allow ACTION on RESOURCE\n"
                               "group A/staff\n may allow s3:* on *\ngroup A/other\n may allow s3:* on *\n" WAITS,
                               "group:A/staff", "group:A/other", "waits", EDGE_EDIT_PERMISSIONS},
    [WAY_POLICY_VERSIONS] = {"user A/eve\n may allow ACTION on RESOURCE\n attach own allow s3:* on *\n" WAITS,
                             "policy:A/own", "policy:A/other,arn:aws:iam::aws:policy/own", "waits",
                             EDGE_EDIT_PERMISSIONS},
    [WAY_EARLIER_VERSION] = {"user A/eve\n may allow ACTION on RESOURCE\n attach own allow s3:* on *\n" WAITS,
                             "policy:A/own", "policy:A/other,arn:aws:iam::aws:policy/own", "waits",
                             EDGE_EDIT_PERMISSIONS},
    [WAY_BOUNDARY_OF_USER] = {"user A/eve\n may allow ACTION on RESOURCE\n may allow sts:AssumeRole on *\n"
                              " boundary b allow iam:* on *\n" WAITS,
                              "user:A/eve", "user:A/other,role:A/eve", "waits", EDGE_EDIT_PERMISSIONS},
    [WAY_BOUNDARY_OF_ROLE] = {"role A/eve\n may allow ACTION on RESOURCE\n may allow sts:AssumeRole on *\n"
                              " boundary b allow iam:* on *\n" WAITS,
                              "role:A/eve", "role:A/other,user:A/eve", "waits", EDGE_EDIT_PERMISSIONS},
    [WAY_JOIN_GROUP] = {"user A/eve\n may allow ACTION on RESOURCE\ngroup A/may\n may allow sts:AssumeRole on *\n"
                        "group A/others\n may allow s3:* on *\n" WAITS,
                        "group:A/may", "group:A/others,user:A/eve", "waits", EDGE_EDIT_PERMISSIONS},
};

/* The place's world with these in it, and another statement of eve's. */
static void fill(struct text *text, const struct place *place, const char *action, const char *resource,
                 const char *besides)
{
    text->length = 0;
    for (const char *at = place->world; *at != '\0';) {
        if (strncmp(at, "ACTION", 6) == 0) {
            text_append_string(text, action);
            at += 6;
        } else if (strncmp(at, "RESOURCE", 8) == 0) {
            text_format(text, "%s%s", resource, besides);
            at += 8;
        } else {
            text_append_char(text, *at++);
        }
    }
}

static void assert_leads(const struct way *way, const struct text *world, const char *expected)
{
    const struct place *place = &places[way->form];
    const char *found = edge_world_leads(world->data, "eve", place->to, place->kind);
    if (strcmp(found, expected) != 0)
        fail_msg("%s: found \"%s\", expected \"%s\" in\n%s", way->id, found, expected, world->data);
}

static void each_row(void **state)
{
    struct text text = {0};
    (void)state;
    for (size_t i = 0; i < way_count; i++) {
        const struct way *way = &ways[i];
        const struct place *place = &places[way->form];
        const char *action = way->steps[0].action, *sure = way->exists != NULL ? "conditional" : "allowed";
        if (way->service != NULL)
            continue;
        if (place->world == NULL)
            fail_msg("no world for %s", way_form_word(way->form));
        fill(&text, place, action, place->right, "");
        assert_leads(way, &text, sure);
        fill(&text, place, action, "*", "");
        assert_leads(way, &text, sure);
        fill(&text, place, action, place->wrong, "");
        assert_leads(way, &text, "");
        fill(&text, place, "iam:ListUsers", "*", "");
        assert_leads(way, &text, "");
        char *denied = memory_print("\n may deny %s on %s", action, place->right);
        fill(&text, place, action, "*", denied);
        assert_leads(way, &text, "");
        free(denied);
        fill(&text, place, action, "*", " if IpAddress aws:SourceIp 192.0.2.0/24");
        assert_leads(way, &text, "conditional");
    }
    text_free(&text);
}

/* ---- versions of a policy */

#define SWITCHES "user A/a\n may allow iam:SetDefaultPolicyVersion on *\n attach m allow s3:ListAllMyBuckets on *\n"
#define COUNTED "user A/b\n attach other allow s3:ListAllMyBuckets on *\n versions 2\n"
#define ELSEWHERE "role B/waits\n trust allow sts:AssumeRole from root:A\n"

static void earlier_versions(void **state)
{
    static const struct {
        const char *world, *expected;
    } rows[] = {
        {SWITCHES ELSEWHERE, "conditional"}, /* exports may list the default alone */
        {SWITCHES " versions 2\n" ELSEWHERE, "conditional"},
        {SWITCHES " versions 5\n" ELSEWHERE, "conditional"},
        {SWITCHES COUNTED ELSEWHERE, ""},
        {SWITCHES COUNTED " attach m allow s3:ListAllMyBuckets on *\n versions 3\n" ELSEWHERE, "conditional"},
        /* Known of the account's own exports alone. */
        {SWITCHES "user B/b\n attach other allow s3:ListAllMyBuckets on *\n versions 2\n" ELSEWHERE, "conditional"},
        /* Who may create versions needs no earlier one. */
        {SWITCHES " may allow iam:CreatePolicyVersion on *\n" COUNTED ELSEWHERE, "allowed"},
        /* The boundary's policy. */
        {"user A/a\n may allow iam:SetDefaultPolicyVersion,sts:AssumeRole on *\n"
         " boundary m allow iam:* on *\n" ELSEWHERE,
         "conditional"},
        {"user A/a\n may allow iam:SetDefaultPolicyVersion,sts:AssumeRole on *\n"
         " boundary m allow iam:* on *\n" COUNTED ELSEWHERE,
         ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found = edge_world_leads(rows[i].world, "a", "waits", EDGE_EDIT_PERMISSIONS);
        if (strcmp(found, rows[i].expected) != 0)
            fail_msg("%s\nfound \"%s\", expected \"%s\"", rows[i].world, found, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_row), cmocka_unit_test(earlier_versions)};
    return cmocka_run_group_tests(tests, NULL, edge_world_end);
}
