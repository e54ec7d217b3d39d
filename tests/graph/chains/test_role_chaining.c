/* What the session of one hop is for the next: what is carried, what is lost, what all hops share. */
#include "graph/chains/chains.h"
#include "graph/control/control_edges.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct edge_world world;

static void open_world(const char *text, bool control)
{
    edge_world_open(&world, text);
    if (control)
        control_edges_add(world.edges);
}

struct wanted {
    uint32_t to;
    struct text text;
};

static void append_chain(struct text *text, const struct chain *chain)
{
    json_t *words = constraint_words(world.pool, chain->residual), *word;
    size_t i;
    text_format(text, "%u hops", chain->hop_count);
    json_array_foreach(words, i, word) text_format(text, "%s%s", i == 0 ? " if " : " and ", json_string_value(word));
    json_decref(words);
}

/* The conditions of the chain, "never" without one. */
static bool note(const struct chain *chain, void *context)
{
    struct wanted *wanted = context;
    if (chain->hops[chain->hop_count - 1].to != wanted->to)
        return true;
    append_chain(&wanted->text, chain);
    return false;
}

static void assert_chain(const char *from, const char *to, const char *expected)
{
    struct caller caller;
    struct wanted wanted = {.to = model_find_arn(world.model, to)};
    assert_int_not_equal(wanted.to, MODEL_NONE);
    assert_true(caller_parse(world.model, &world.model->arena, from, &caller));
    uint32_t node = edges_of_caller(world.edges, &caller, 0);
    assert_int_not_equal(node, MODEL_NONE);
    chains_reach(world.edges, node, NULL, note, &wanted);
    if (strcmp(wanted.text.data != NULL ? wanted.text.data : "none", expected) != 0)
        fail_msg("%s -> %s: %s, expected %s", from, to, wanted.text.data != NULL ? wanted.text.data : "none", expected);
    text_free(&wanted.text);
}

struct wanted_caller {
    uint32_t from;
    struct text text;
};

static bool note_caller(const struct chain *chain, void *context)
{
    struct wanted_caller *wanted = context;
    if (chain->hops[0].from != wanted->from)
        return true;
    append_chain(&wanted->text, chain);
    return false;
}

/* The same from the other end. */
static void assert_caller(const char *from, const char *to, const char *expected)
{
    struct caller caller;
    assert_true(caller_parse(world.model, &world.model->arena, from, &caller));
    struct wanted_caller wanted = {.from = edges_of_caller(world.edges, &caller, 0)};
    chains_who_can(world.edges, model_find_arn(world.model, to), NULL, note_caller, &wanted);
    if (strcmp(wanted.text.data != NULL ? wanted.text.data : "none", expected) != 0)
        fail_msg("%s -> %s: %s, expected %s", from, to, wanted.text.data != NULL ? wanted.text.data : "none", expected);
    text_free(&wanted.text);
}

#define USER(name) "arn:aws:iam::111111111111:user/" name
#define ROLE(name) "arn:aws:iam::111111111111:role/" name

/* The caller's place and time are the same in all hops; region, external id and names are of each call. */
static void what_hops_share(void **state)
{
    (void)state;
    open_world(
        "user A/alice\n"
        "role A/mid\n trust allow sts:AssumeRole from user:A/alice if StringEquals aws:SourceVpc vpc-1 and "
        "StringEquals aws:RequestedRegion eu-west-1 and StringEquals sts:RoleSessionName one\n"
        "role A/other-vpc\n trust allow sts:AssumeRole from role:A/mid if StringEquals aws:SourceVpc vpc-2\n"
        "role A/other-region\n trust allow sts:AssumeRole from role:A/mid if StringEquals aws:RequestedRegion "
        "us-east-1 and StringEquals sts:RoleSessionName two\n"
        "role A/early\n trust allow sts:AssumeRole from user:A/alice if DateLessThan aws:CurrentTime 2030-01-01\n"
        "role A/late\n trust allow sts:AssumeRole from role:A/early if DateGreaterThan aws:EpochTime 1900000000\n",
        false);
    assert_chain(USER("alice"), ROLE("other-vpc"), "none");
    assert_chain(
        USER("alice"), ROLE("other-region"),
        "2 hops if aws:RequestedRegion = \"eu-west-1\" and aws:SourceVpc = \"vpc-1\" and hop 2: "
        "aws:RequestedRegion = \"us-east-1\" and hop 2: sts:RoleSessionName = \"two\" and sts:RoleSessionName = "
        "\"one\"");
    assert_chain(USER("alice"), ROLE("late"), "none");
    edge_world_close(&world);
}

/* aws:userid and a session's ARN hold the name that the hop before chose. */
static void session_names(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/pinned\n trust allow sts:AssumeRole from user:A/alice if StringLike sts:RoleSessionName a*\n"
               "role A/by-arn\n trust allow sts:AssumeRole from session:A/pinned/abc\n"
               "role A/by-other-arn\n trust allow sts:AssumeRole from session:A/pinned/xyz\n"
               "role A/by-id\n trust allow sts:AssumeRole from role:A/pinned if StringLike aws:userid *:abc\n"
               "role A/by-other-id\n trust allow sts:AssumeRole from role:A/pinned if StringEquals aws:userid "
               "AROAA0000000000000:xyz\n"
               "role A/by-another-id\n trust allow sts:AssumeRole from role:A/pinned if StringLike aws:userid *:xyz\n"
               "role A/by-id-without-colon\n trust allow sts:AssumeRole from role:A/pinned if StringLike aws:userid "
               "*a?c\n",
               false);
    assert_chain(USER("alice"), ROLE("by-arn"), "2 hops if sts:RoleSessionName = \"abc\"");
    assert_chain(USER("alice"), ROLE("by-other-arn"), "none");
    assert_chain(USER("alice"), ROLE("by-other-id"), "none");
    assert_chain(USER("alice"), ROLE("by-another-id"), "none");
    assert_chain(
        USER("alice"), ROLE("by-id-without-colon"),
        "2 hops if \"AROAA0000000000000:\" + sts:RoleSessionName like \"*a?c\" and sts:RoleSessionName like \"a*\"");
    assert_chain("arn:aws:sts::111111111111:assumed-role/pinned/abc", ROLE("by-id"), "1 hops");
    assert_chain("arn:aws:sts::111111111111:assumed-role/pinned/abc", ROLE("by-arn"), "1 hops");
    assert_chain("arn:aws:sts::111111111111:assumed-role/pinned/xyz", ROLE("by-arn"), "none");
    edge_world_close(&world);
}

/* Tags that were made transitive come along, and each later hop must allow sts:TagSession. */
static void transitive_tags_need_permission(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/marked\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if "
               "ForAnyValue:StringEquals sts:TransitiveTagKeys team\n"
               "role A/takes\n trust allow sts:AssumeRole,sts:TagSession from role:A/marked\n"
               "role A/refuses\n trust allow sts:AssumeRole from role:A/marked\n"
               "role A/later\n trust allow sts:AssumeRole from role:A/takes\n",
               false);
    assert_chain(USER("alice"), ROLE("takes"), "2 hops if some sts:TransitiveTagKeys = \"team\"");
    assert_chain(USER("alice"), ROLE("refuses"), "none");
    assert_chain(USER("alice"), ROLE("later"), "none");
    edge_world_close(&world);
}

/* What was made transitive cannot be passed again. */
static void transitive_tags_stay(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/marked\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if "
               "ForAnyValue:StringEquals sts:TransitiveTagKeys team and StringEquals aws:RequestTag/team blue\n"
               "role A/again\n trust allow sts:AssumeRole,sts:TagSession from role:A/marked if StringEquals "
               "aws:RequestTag/team red\n"
               "role A/another\n trust allow sts:AssumeRole,sts:TagSession from role:A/marked if StringEquals "
               "aws:RequestTag/cost red\n"
               "role A/unnamed\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if "
               "ForAnyValue:StringEquals sts:TransitiveTagKeys team\n"
               "role A/named\n trust allow sts:AssumeRole,sts:TagSession from role:A/unnamed if StringEquals "
               "aws:RequestTag/team red\n",
               false);
    assert_chain(USER("alice"), ROLE("again"), "none");
    assert_chain(USER("alice"), ROLE("named"), "none");
    assert_chain(USER("alice"), ROLE("another"),
                 "2 hops if aws:RequestTag/team = \"blue\" and hop 2: aws:RequestTag/cost = \"red\" and some "
                 "sts:TransitiveTagKeys = \"team\"");
    edge_world_close(&world);
}

/* The session of a call with a token tells the provider when it assumes another role; further sessions do not. */
static void provider_of_a_session(void **state)
{
    (void)state;
    open_world("user A/alice\n may allow sts:AssumeRole on *\n"
               "role A/ci\n trust allow sts:AssumeRole from user:A/alice\n"
               " trust allow sts:AssumeRoleWithWebIdentity from oidc:A/gitlab.com,federated:accounts.google.com\n"
               "role A/by-gitlab\n trust allow sts:AssumeRole from role:A/ci if StringEquals aws:FederatedProvider "
               "arn:aws:iam::$A:oidc-provider/gitlab.com\n"
               "role A/by-google\n trust allow sts:AssumeRole from role:A/ci if StringEquals aws:FederatedProvider "
               "accounts.google.com\n"
               "role A/by-none\n trust allow sts:AssumeRole from role:A/ci if Null aws:FederatedProvider true\n"
               "role A/further\n trust allow sts:AssumeRole from role:A/by-gitlab if Null aws:FederatedProvider "
               "false\n"
               "role A/further-without\n trust allow sts:AssumeRole from role:A/by-gitlab if "
               "Null aws:FederatedProvider true\n",
               false);
    static const char gitlab[] = "arn:aws:iam::111111111111:oidc-provider/gitlab.com";
    assert_chain(gitlab, ROLE("by-gitlab"), "2 hops");
    assert_chain(gitlab, ROLE("by-google"), "none");
    assert_chain(gitlab, ROLE("by-none"), "none");
    assert_chain("accounts.google.com", ROLE("by-google"), "2 hops");
    assert_chain("accounts.google.com", ROLE("by-gitlab"), "none");
    assert_chain(USER("alice"), ROLE("by-gitlab"), "none");
    assert_chain(USER("alice"), ROLE("by-none"), "2 hops");
    assert_chain(gitlab, ROLE("further"), "none");
    assert_chain(gitlab, ROLE("further-without"), "3 hops");
    assert_chain(ROLE("ci"), ROLE("by-google"), "1 hops if aws:FederatedProvider = \"accounts.google.com\"");
    edge_world_close(&world);
}

/* What stays of a token belongs to the session that the call with it gave, and to no further one. */
static void claims_that_last(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/ci\n trust allow sts:AssumeRole from user:A/alice,role:A/ci\n"
               " trust allow sts:AssumeRoleWithWebIdentity from federated:accounts.google.com if StringLike "
               "accounts.google.com:sub 12*\n"
               " trust allow sts:AssumeRoleWithSAML from saml:A/idp\n"
               "role A/same\n trust allow sts:AssumeRole from role:A/ci if StringEquals accounts.google.com:sub 1234\n"
               "role A/other\n trust allow sts:AssumeRole from role:A/ci if StringEquals accounts.google.com:sub 5678\n"
               "role A/without\n trust allow sts:AssumeRole from role:A/ci if Null accounts.google.com:sub true\n"
               "role A/saml\n trust allow sts:AssumeRole from role:A/ci if StringEquals saml:sub bob\n"
               "role A/lost\n trust allow sts:AssumeRole from role:A/ci if StringEquals saml:cn bob\n"
               "role A/further\n trust allow sts:AssumeRole from role:A/same if StringEquals accounts.google.com:sub "
               "1234\n",
               false);
    static const char saml[] = "arn:aws:iam::111111111111:saml-provider/idp";
    assert_chain("accounts.google.com", ROLE("same"), "2 hops if accounts.google.com:sub = \"1234\"");
    assert_chain("accounts.google.com", ROLE("other"), "none");
    assert_chain("accounts.google.com", ROLE("further"), "none");
    /* The role assumes itself: then nothing is left of the token. */
    assert_chain("accounts.google.com", ROLE("without"), "3 hops if accounts.google.com:sub like \"12*\"");
    assert_chain("accounts.google.com", ROLE("saml"), "none");
    assert_chain(saml, ROLE("saml"), "2 hops if saml:sub = \"bob\"");
    assert_chain(saml, ROLE("lost"), "none");
    assert_chain(USER("alice"), ROLE("same"), "none");
    assert_chain(USER("alice"), ROLE("without"), "2 hops");
    assert_chain(ROLE("ci"), ROLE("same"), "1 hops if accounts.google.com:sub = \"1234\"");
    assert_caller("accounts.google.com", ROLE("same"), "2 hops if accounts.google.com:sub = \"1234\"");
    assert_caller("accounts.google.com", ROLE("other"), "none");
    assert_caller(USER("alice"), ROLE("same"), "none");
    edge_world_close(&world);
}

/* Where a session runs tells it if the service opened it. */
static void sessions_that_services_deliver(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/worker\n trust allow sts:AssumeRole from user:A/alice,service:ec2.amazonaws.com\n"
               "role A/on-instance\n trust allow sts:AssumeRole from role:A/worker if ArnLike ec2:SourceInstanceARN "
               "arn:aws:ec2:*:*:instance/i-1\n"
               "role A/elsewhere\n trust allow sts:AssumeRole from role:A/worker if Null ec2:SourceInstanceARN true\n"
               "role A/further\n trust allow sts:AssumeRole from role:A/on-instance if Null ec2:SourceInstanceARN "
               "false\n",
               false);
    assert_chain(USER("alice"), ROLE("on-instance"), "none");
    assert_chain(USER("alice"), ROLE("elsewhere"), "2 hops");
    assert_chain("ec2.amazonaws.com", ROLE("on-instance"),
                 "2 hops if hop 2: ec2:SourceInstanceARN like \"arn:aws:ec2:*:*:instance/i-1\"");
    assert_chain("ec2.amazonaws.com", ROLE("further"), "none");
    edge_world_close(&world);
}

/* What the first caller's session brought, each hop must be allowed to pass on. */
static void what_the_first_session_brings(void **state)
{
    (void)state;
    open_world("role A/first\n trust allow sts:AssumeRole,sts:TagSession,sts:SetSourceIdentity from root:B\n"
               "role A/plain\n trust allow sts:AssumeRole from role:A/first\n"
               "role A/takes\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/first if Null "
               "sts:SourceIdentity true\n"
               "role A/by-plain\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/plain if StringEquals "
               "aws:SourceIdentity bob\n"
               "role A/by-takes\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/takes if StringEquals "
               "aws:SourceIdentity bob\n"
               "role A/silent\n trust allow sts:AssumeRole from role:A/takes if StringEquals aws:SourceIdentity bob\n",
               false);
    assert_chain(ROLE("first"), ROLE("by-plain"), "none");
    assert_chain(ROLE("first"), ROLE("by-takes"),
                 "2 hops if aws:SourceIdentity = \"bob\" and sts:SourceIdentity absent");
    assert_chain(ROLE("first"), ROLE("silent"), "none");
    edge_world_close(&world);
}

/* A tag that was passed and is not transitive is gone after the next hop: what the role has counts again. */
static void tags_that_are_not_transitive_go(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/marked\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if StringEquals "
               "aws:RequestTag/team y\n"
               "role A/own tag team=x\n trust allow sts:AssumeRole,sts:TagSession from role:A/marked\n"
               "role A/end\n trust allow sts:AssumeRole from role:A/own if StringEquals aws:PrincipalTag/team x and "
               "StringEquals sts:ExternalId x7\n",
               false);
    assert_chain(USER("alice"), ROLE("end"),
                 "3 hops if aws:RequestTag/team = \"y\" and hop 2: aws:RequestTag/team = \"x\" or hop 2: "
                 "aws:RequestTag/team absent and hop 3: sts:ExternalId = \"x7\" and sts:TransitiveTagKeys absent");
    edge_world_close(&world);
}

/* However long the chain: who passes a tag at its begin has it at its end. */
static void long_chains(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text,
                       "user A/alice\n"
                       "role A/r0\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if "
                       "ForAnyValue:StringEquals sts:TransitiveTagKeys team and Null aws:RequestTag/team false\n");
    for (int i = 1; i < 500; i++)
        text_format(&text, "role A/r%d\n trust allow sts:AssumeRole%s from role:A/r%d\n", i,
                    i < 250    ? ",sts:TagSession"
                    : i == 250 ? ",sts:SetSourceIdentity"
                               : "",
                    i - 1);
    text_append_string(&text, "role A/tagged\n trust allow sts:AssumeRole,sts:TagSession from role:A/r200 if "
                              "StringEquals aws:PrincipalTag/team x\n"
                              "role A/named\n trust allow sts:AssumeRole from session:A/r499/bob\n"
                              "role B/plain\n trust allow sts:AssumeRole from root:A\n");
    open_world(text.data, false);
    assert_chain(USER("alice"), ROLE("r249"),
                 "250 hops if aws:RequestTag/team present and some sts:TransitiveTagKeys = \"team\"");
    /* The tags cannot be passed on there. */
    assert_chain(USER("alice"), ROLE("r499"), "none");
    assert_chain(ROLE("r250"), ROLE("named"), "250 hops if hop 249: sts:RoleSessionName = \"bob\"");
    edge_world_close(&world);
    text_free(&text);
}

/* What a hop demands of its caller's tags is said of the hop that passed them, and of no other. */
static void tags_are_said_once(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/first\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice\n"
               "role A/second\n trust allow sts:AssumeRole,sts:TagSession from role:A/first\n"
               "role A/third\n trust allow sts:AssumeRole,sts:TagSession from role:A/second if StringEquals "
               "aws:PrincipalTag/team x\n"
               "role A/without\n trust allow sts:AssumeRole from role:A/second if StringEquals "
               "aws:PrincipalTag/team x\n",
               false);
    assert_chain(USER("alice"), ROLE("third"),
                 "3 hops if (aws:RequestTag/team = \"x\" and hop 2: aws:RequestTag/team absent and some "
                 "sts:TransitiveTagKeys = \"team\") or hop 2: aws:RequestTag/team = \"x\"");
    assert_chain(USER("alice"), ROLE("without"), "3 hops if hop 2: aws:RequestTag/team = \"x\"");
    edge_world_close(&world);
}

/* Tags of pods are transitive, and whoever comes with a certificate has a source identity. */
static void what_services_pass_stays(void **state)
{
    (void)state;
    open_world("role A/pod\n trust allow sts:AssumeRole,sts:TagSession from service:pods.eks.amazonaws.com,"
               "service:ec2.amazonaws.com\n"
               "role A/certificate\n trust allow sts:AssumeRole,sts:TagSession,sts:SetSourceIdentity from "
               "service:rolesanywhere.amazonaws.com\n"
               "role A/plain\n trust allow sts:AssumeRole from role:A/pod,role:A/certificate\n"
               "role A/tagged\n trust allow sts:AssumeRole,sts:TagSession from role:A/pod,role:A/certificate\n"
               "role A/all\n trust allow sts:AssumeRole,sts:TagSession,sts:SetSourceIdentity from role:A/certificate\n"
               "role A/further\n trust allow sts:AssumeRole from role:A/tagged,role:A/all\n",
               false);
    static const char disabled[] = "2 hops if the EKS Pod Identity association disables session tags";
    assert_chain("pods.eks.amazonaws.com", ROLE("plain"), disabled);
    assert_chain("pods.eks.amazonaws.com", ROLE("tagged"), "2 hops");
    assert_chain("pods.eks.amazonaws.com", ROLE("further"),
                 "3 hops if the EKS Pod Identity association disables session tags");
    assert_chain("ec2.amazonaws.com", ROLE("plain"), "2 hops");
    assert_chain("rolesanywhere.amazonaws.com", ROLE("plain"), "none");
    assert_chain("rolesanywhere.amazonaws.com", ROLE("tagged"), "none");
    assert_chain("rolesanywhere.amazonaws.com", ROLE("all"), "2 hops");
    assert_chain("rolesanywhere.amazonaws.com", ROLE("further"), "none");
    assert_caller("pods.eks.amazonaws.com", ROLE("plain"), disabled);
    assert_caller("pods.eks.amazonaws.com", ROLE("tagged"), "2 hops");
    assert_caller("pods.eks.amazonaws.com", ROLE("pod"), "1 hops");
    assert_caller("rolesanywhere.amazonaws.com", ROLE("plain"), "none");
    assert_caller("rolesanywhere.amazonaws.com", ROLE("all"), "2 hops");
    edge_world_close(&world);
    /* The sure way does not take the tags along, a longer one does. */
    open_world("role A/pod\n trust allow sts:AssumeRole,sts:TagSession from service:pods.eks.amazonaws.com\n"
               "role A/between\n trust allow sts:AssumeRole,sts:TagSession from role:A/pod\n"
               "role A/end\n trust allow sts:AssumeRole from role:A/pod\n"
               " trust allow sts:AssumeRole,sts:TagSession from role:A/between\n",
               false);
    assert_chain("pods.eks.amazonaws.com", ROLE("end"), "3 hops");
    assert_caller("pods.eks.amazonaws.com", ROLE("end"), "3 hops");
    edge_world_close(&world);
}

static void source_identity_stays(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "role A/bob\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/alice if StringEquals "
               "sts:SourceIdentity bob\n"
               "role A/again\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/bob if StringEquals "
               "sts:SourceIdentity bob\n"
               "role A/changed\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/bob if StringEquals "
               "sts:SourceIdentity carol\n"
               "role A/silent\n trust allow sts:AssumeRole from role:A/bob\n",
               false);
    assert_chain(USER("alice"), ROLE("again"), "2 hops if sts:SourceIdentity = \"bob\"");
    assert_chain(USER("alice"), ROLE("changed"), "none");
    assert_chain(USER("alice"), ROLE("silent"), "none");
    edge_world_close(&world);
}

/* An access key of a user knows nothing of the session that made it; nor does what a service runs. */
static void credentials_that_begin_anew(void **state)
{
    (void)state;
    open_world(
        "user A/alice\n"
        "role A/bob\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/alice if StringEquals "
        "sts:SourceIdentity bob\n"
        " may allow iam:CreateAccessKey on user:A/victim\n"
        " may allow iam:PassRole on role:A/worker\n"
        " may allow ec2:RunInstances on *\n"
        "user A/victim\n"
        "role A/of-victim\n trust allow sts:AssumeRole from user:A/victim\n"
        "role A/worker\n profile p\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n"
        "role A/of-worker\n trust allow sts:AssumeRole from role:A/worker\n"
        "role A/bob-only\n trust allow sts:AssumeRole from role:A/worker if StringEquals aws:SourceIdentity bob\n",
        true);
    assert_chain(USER("alice"), ROLE("of-victim"), "3 hops if sts:SourceIdentity = \"bob\"");
    assert_chain(USER("alice"), ROLE("of-worker"), "3 hops if sts:SourceIdentity = \"bob\"");
    assert_chain(USER("alice"), ROLE("bob-only"), "none");
    edge_world_close(&world);
}

/* MFA and external ids of one hop say nothing of another. */
static void what_is_lost(void **state)
{
    (void)state;
    open_world("user B/alice\n may allow sts:AssumeRole on *\n"
               "role A/mid\n trust allow sts:AssumeRole from user:B/alice if Bool aws:MultiFactorAuthPresent true and "
               "StringEquals sts:ExternalId one1\n may allow sts:AssumeRole on *\n"
               "role A/mfa\n trust allow sts:AssumeRole from root:A if Bool aws:MultiFactorAuthPresent true\n"
               "role A/external\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId two2\n",
               false);
    assert_chain("arn:aws:iam::222222222222:user/alice", ROLE("mfa"), "none");
    assert_chain(
        "arn:aws:iam::222222222222:user/alice", ROLE("external"),
        "2 hops if aws:MultiFactorAuthPresent = true and hop 2: sts:ExternalId = \"two2\" and sts:ExternalId = "
        "\"one1\"");
    edge_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hops_share),
        cmocka_unit_test(session_names),
        cmocka_unit_test(transitive_tags_need_permission),
        cmocka_unit_test(transitive_tags_stay),
        cmocka_unit_test(provider_of_a_session),
        cmocka_unit_test(claims_that_last),
        cmocka_unit_test(sessions_that_services_deliver),
        cmocka_unit_test(what_the_first_session_brings),
        cmocka_unit_test(tags_that_are_not_transitive_go),
        cmocka_unit_test(long_chains),
        cmocka_unit_test(what_services_pass_stays),
        cmocka_unit_test(tags_are_said_once),
        cmocka_unit_test(source_identity_stays),
        cmocka_unit_test(credentials_that_begin_anew),
        cmocka_unit_test(what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
