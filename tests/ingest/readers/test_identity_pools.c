/* Cognito identity pools, as their three calls tell of them: what is put together, what a new answer replaces, and what
 * is no pool. */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <string.h>

#define HOME "accounts/111122223333/eu-west-1/"
#define POOL "eu-west-1:0a0a0a0a-1111-4111-8111-aaaaaaaaaaaa"
#define ROLE_ARN(name) "arn:aws:iam::111122223333:role/" name
#define RULE(type)                                                                                                     \
    "{\"Claim\":\"tier\",\"MatchType\":\"" type "\",\"Value\":\"gold\",\"RoleARN\":\"" ROLE_ARN("gold") "\"}"

static void pools(void **state)
{
    struct world *world = *state;
    put_text(world, HOME "list-identity-pools.json",
             "{\"IdentityPools\":[{\"IdentityPoolId\":\"" POOL "\",\"IdentityPoolName\":\"shop\"}]}");
    put_text(
        world, HOME "describe-identity-pool.json",
        "{\"IdentityPoolId\":\"" POOL "\",\"IdentityPoolName\":\"shop\",\"AllowUnauthenticatedIdentities\":true,"
        "\"SupportedLoginProviders\":{\"accounts.google.com\":\"7.apps\"},\"DeveloperProviderName\":\"login.shop\","
        "\"CognitoIdentityProviders\":[{\"ProviderName\":\"cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A\","
        "\"ClientId\":\"c1\"}],\"SamlProviderARNs\":[\"arn:aws:iam::111122223333:saml-provider/corp\"]}");
    put_text(world, HOME "get-identity-pool-roles.json",
             "{\"RoleMappings\":{\"accounts.google.com\":{\"Type\":\"Rules\",\"AmbiguousRoleResolution\":\"Deny\","
             "\"RulesConfiguration\":{\"Rules\":[" RULE("Equals") "]}}},\"Roles\":{\"unauthenticated\":\"" ROLE_ARN(
                 "guest") "\"},\"IdentityPoolId\":\"" POOL "\"}");
    load(world);
    assert_false(world->result.incomplete);
    assert_number(world,
                  "SELECT count(*) FROM identity_pool WHERE id = '" POOL
                  "' AND account = '111122223333' AND region = 'eu-west-1' AND name = 'shop' AND guests AND classic IS "
                  "NULL AND listed AND json_array_length(logins) = 4 AND roles ->> 'unauthenticated' = '" ROLE_ARN(
                      "guest") "' AND json_extract(mappings, "
                               "'$.\"accounts.google.com\".RulesConfiguration.Rules[0].Value') = 'gold'",
                  1);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE call = 'cognito-list-identity-pools' AND argument = "
                  "'111122223333 eu-west-1'",
                  1);
    /* What a new answer does not have any more, is gone. */
    put_text(world, HOME "describe-identity-pool.json",
             "{\"IdentityPoolId\":\"" POOL "\",\"AllowUnauthenticatedIdentities\":false,\"AllowClassicFlow\":true}");
    put_text(world, HOME "get-identity-pool-roles.json", "{\"IdentityPoolId\":\"" POOL "\"}");
    put_text(world, HOME "list-identity-pools.json", "{\"IdentityPools\":[]}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM identity_pool WHERE NOT guests AND classic AND logins = '[]' AND roles = '{}' "
                  "AND mappings IS NULL AND NOT listed",
                  1);
}

/* Whose it is tell its roles, where no folder does. */
static void without_folders(void **state)
{
    struct world *world = *state;
    put_text(world, "a.json",
             "{\"IdentityPoolId\":\"" POOL
             "\",\"Roles\":{\"authenticated\":\"" ROLE_ARN("user") "\",\"unauthenticated\":null}}");
    put_text(world, "b.json", "{\"IdentityPools\":[{\"IdentityPoolId\":\"" POOL "\"}]}");
    load(world);
    assert_false(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM identity_pool WHERE account = '111122223333' AND guests IS NULL", 1);
    assert_number(world, "SELECT count(*) FROM listing", 0);
}

static void damage(void **state)
{
    struct world *world = *state;
    static const char *const rows[] = {
        "{\"IdentityPoolId\":\"no-region\",\"AllowUnauthenticatedIdentities\":true}",
        "{\"IdentityPoolId\":\"" POOL "\",\"Roles\":{\"authenticated\":\"admin\"}}",
        "{\"IdentityPoolId\":\"" POOL "\",\"RoleMappings\":{\"x\":{\"Type\":\"Other\"}}}",
        "{\"IdentityPoolId\":\"" POOL "\",\"RoleMappings\":{\"x\":{\"Type\":\"Rules\"}}}",
        "{\"IdentityPoolId\":\"" POOL
        "\",\"RoleMappings\":{\"x\":{\"Type\":\"Rules\",\"RulesConfiguration\":{\"Rules\":[7]}}}}",
        "{\"IdentityPoolId\":\"" POOL "\",\"AllowUnauthenticatedIdentities\":\"yes\"}",
        "{\"IdentityPools\":[{\"IdentityPoolName\":\"x\"}]}",
    };
    assert_withstands(world, HOME "get-identity-pool-roles.json",
                      "{\"IdentityPoolId\":\"" POOL "\",\"Roles\":{\"authenticated\":\"" ROLE_ARN("user") "\"}}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_text(world, HOME "get-identity-pool-roles.json", rows[i]);
        load(world);
        if (!world->result.incomplete)
            fail_msg("%s: taken for whole", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pools),
        TEST(without_folders),
        TEST(damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
