/* Whom identity pools let into roles: the pool must give the role or allow the basic flow, the trust policy must let in
 * its tokens, and Cognito's issuer gives way only where no other pool's tokens are let in. */
#include "tests/support/scene.h"
#include "tests/support/testing.h"

#include <string.h>

#define ACCOUNT "111122223333"
#define SHOP "eu-west-1:0a0a0a0a-1111-4111-8111-aaaaaaaaaaaa"
#define OTHER "eu-west-1:0b0b0b0b-1111-4111-8111-bbbbbbbbbbbb"
#define ISSUER "cognito-identity.amazonaws.com"
#define ARN(name) "arn:aws:iam::" ACCOUNT ":role/" name
#define ROLE_OF(name, condition)                                                                                       \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"RoleId\":\"AROA" name "XXXXXXXXXXXX\",\"Arn\":\"" ARN(                \
        name) "\",\"AssumeRolePolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","      \
              "\"Principal\":{\"Federated\":\"" ISSUER                                                                 \
              "\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":" condition                              \
              "}]},\"RolePolicyList\":[],\"AttachedManagedPolicies\":[],\"Tags\":[]}"
#define AUD(pools) "\"StringEquals\":{\"" ISSUER ":aud\":[" pools "]}"
#define AMR(value) "\"ForAnyValue:StringLike\":{\"" ISSUER ":amr\":\"" value "\"}"
#define GOOGLE "user of accounts.google.com"
#define STAFF "user of cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A"

/* clang-format off */
static const char roles[] = DETAILS("",
    ROLE_OF("guest", "{" AUD("\"" SHOP "\"") "," AMR("unauthenticated") "}")
    "," ROLE_OF("user", "{" AUD("\"" SHOP "\"") "," AMR("authenticated") "}")
    "," ROLE_OF("gold", "{" AUD("\"" SHOP "\"") "," AMR("authenticated") "}")
    "," ROLE_OF("stale", "{" AUD("\"" SHOP "\"") "," AMR("authenticated") "}")
    "," ROLE_OF("both", "{" AUD("\"" SHOP "\",\"" OTHER "\"") "," AMR("authenticated") "}")
    "," ROLE_OF("careless", "{" AMR("authenticated") "}")
    "," ROLE_OF("google", "{" AUD("\"" SHOP "\"") "," AMR("accounts.google.com") "}")
    "," ROLE_OF("somebody", "{" AUD("\"" SHOP "\"") "," AMR("accounts.google.com:7:*") "}"));
/* clang-format on */

#define LOGINS                                                                                                         \
    "[\"accounts.google.com\",\"cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A:c1\","                                 \
    "\"arn:aws:iam::" ACCOUNT ":oidc-provider/idp.example.com\"]"
#define SHOP_POOL(guests, classic, roles, mappings)                                                                    \
    "DELETE FROM identity_pool; INSERT INTO identity_pool VALUES ('" SHOP "', '" ACCOUNT                               \
    "', 'eu-west-1', 'shop', " guests ", " classic ", '" LOGINS "', '" roles "', " mappings ", 1);"
#define USERS "{\"authenticated\":\"" ARN("user") "\",\"unauthenticated\":\"" ARN("guest") "\"}"
#define RULE(type, value, role)                                                                                        \
    "{\"Claim\":\"tier\",\"MatchType\":\"" type "\",\"Value\":\"" value "\",\"RoleARN\":\"" ARN(role) "\"}"
#define RULES(otherwise, rules)                                                                                        \
    "'{\"accounts.google.com\":{\"Type\":\"Rules\",\"AmbiguousRoleResolution\":\"" otherwise                           \
    "\",\"RulesConfiguration\":{\"Rules\":[" rules "]}}}'"

static void expect(const struct scene *scene, const char *who, const char *role, const char *verdict)
{
    scene_expect(scene, scene_node(scene, who), who, role, verdict);
}

/* The pool's own role for each, and no other, whatever roles trust the pool. */
static void enhanced_flow(void **state)
{
    struct scene scene;
    scene_open(&scene, *state, ACCOUNT, roles, SHOP_POOL("1", "0", USERS, "NULL"));
    expect(&scene, GUEST, "guest", "allowed");
    expect(&scene, GUEST, "user", "denied");
    expect(&scene, GOOGLE, "user", "allowed");
    expect(&scene, STAFF, "user", "allowed");
    expect(&scene, "user of idp.example.com", "user", "allowed");
    expect(&scene, GOOGLE, "stale", "denied");
    expect(&scene, ISSUER, "stale", "denied");
    expect(&scene, ISSUER, "guest", "denied");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles, SHOP_POOL("0", "0", USERS, "NULL"));
    expect(&scene, GUEST, "guest", "denied");
    expect(&scene, ISSUER, "guest", "denied");
    scene_close(&scene);
}

/* Any role that lets the tokens in, once the client itself may ask STS. */
static void classic_flow(void **state)
{
    struct scene scene;
    scene_open(&scene, *state, ACCOUNT, roles, SHOP_POOL("1", "1", "{}", "NULL"));
    expect(&scene, GUEST, "guest", "allowed");
    expect(&scene, GUEST, "stale", "denied");
    expect(&scene, GOOGLE, "stale", "allowed");
    expect(&scene, GOOGLE, "careless", "allowed");
    expect(&scene, GOOGLE, "guest", "denied");
    expect(&scene, GOOGLE, "google", "allowed");
    expect(&scene, STAFF, "google", "conditional");
    expect(&scene, GOOGLE, "somebody", "conditional");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles, SHOP_POOL("1", "NULL", "{}", "NULL"));
    expect(&scene, GOOGLE, "stale", "conditional");
    scene_close(&scene);
}

static void rules_and_tokens(void **state)
{
    struct scene scene;
    scene_open(&scene, *state, ACCOUNT, roles,
               SHOP_POOL("0", "0", USERS, RULES("Deny", RULE("Equals", "gold", "gold"))));
    expect(&scene, GOOGLE, "gold", "conditional");
    expect(&scene, GOOGLE, "user", "denied");
    expect(&scene, STAFF, "user", "allowed");
    expect(&scene, STAFF, "gold", "denied");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles,
               SHOP_POOL("0", "0", USERS, RULES("AuthenticatedRole", RULE("NotEqual", "x", "gold"))));
    expect(&scene, GOOGLE, "user", "conditional");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles,
               SHOP_POOL("0", "0", USERS,
                         "'{\"accounts.google.com\":{\"Type\":\"Token\",\"AmbiguousRoleResolution\":\"Deny\"}}'"));
    expect(&scene, GOOGLE, "stale", "conditional");
    expect(&scene, GOOGLE, "guest", "denied");
    expect(&scene, STAFF, "stale", "denied");
    scene_close(&scene);
}

/* A pool that is not in the exports, or only in part, might give the role to anybody. */
static void who_gives_way(void **state)
{
    struct scene scene;
    scene_open(&scene, *state, ACCOUNT, roles, SHOP_POOL("1", "0", USERS, "NULL"));
    expect(&scene, ISSUER, "both", "conditional");
    expect(&scene, ISSUER, "careless", "conditional");
    expect(&scene, ISSUER, "gold", "denied");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles,
               "INSERT INTO identity_pool VALUES ('" OTHER "', NULL, 'eu-west-1', NULL, 0, 0, '[]', '{}', NULL, 0)");
    expect(&scene, ISSUER, "both", "denied");
    expect(&scene, ISSUER, "careless", "conditional");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles, "UPDATE identity_pool SET roles = NULL WHERE id = '" SHOP "'");
    expect(&scene, ISSUER, "gold", "conditional");
    expect(&scene, GOOGLE, "user", "denied");
    scene_close(&scene);
    scene_open(&scene, *state, ACCOUNT, roles,
               SHOP_POOL("1", "0", USERS, "NULL") "UPDATE identity_pool SET listed = 0; INSERT INTO listing VALUES "
                                                  "('cognito-list-identity-pools', '" ACCOUNT " eu-west-1', 1)");
    expect(&scene, GUEST, "guest", "denied");
    expect(&scene, ISSUER, "guest", "conditional");
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(enhanced_flow),
        TEST(classic_flow),
        TEST(rules_and_tokens),
        TEST(who_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
