#include "graph/role_chaining.h"

#include "graph/context_key.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Facts about the caller's place and time hold for the whole chain. */
static bool is_shared(const char *key)
{
    static const char *const shared[] = {"aws:SourceIp",     "aws:VpcSourceIp",    "aws:SourceVpc", "aws:SourceVpce",
                                         "aws:SourceVpcArn", "aws:VpceAccount",    "aws:VpceOrgID", "aws:VpceOrgPaths",
                                         "aws:CurrentTime",  "aws:RequestedRegion"};
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++)
        if (strcasecmp(shared[i], key) == 0)
            return true;
    return false;
}

struct renaming {
    struct constraint_pool *pool;
    uint32_t hop; /* 0-based */
};

static const char *of_hop(struct constraint_pool *pool, uint32_t hop, const char *key)
{
    char text[512];
    if (hop == 0)
        return key;
    snprintf(text, sizeof text, "hop %u: %s", hop + 1, key);
    return constraint_key_copy(pool, text);
}

/* The session that makes hop n has the name chosen in hop n-1 and the source identity set there. */
static const char *rename_key(const char *key, void *context)
{
    const struct renaming *renaming = context;
    if (is_shared(key))
        return key;
    if (renaming->hop > 0 && strcasecmp(key, KEY_CALLER_SESSION) == 0)
        return of_hop(renaming->pool, renaming->hop - 1, "sts:RoleSessionName");
    if (renaming->hop > 0 && strcasecmp(key, "aws:SourceIdentity") == 0)
        return of_hop(renaming->pool, renaming->hop - 1, "sts:SourceIdentity");
    return of_hop(renaming->pool, renaming->hop, key);
}

constraint chaining_hop_residual(struct constraint_pool *pool, constraint residual, uint32_t hop)
{
    struct renaming renaming = {pool, hop};
    return residual <= CONSTRAINT_TRUE ? residual : constraint_rename(pool, residual, rename_key, &renaming);
}

bool chaining_extend(struct constraint_pool *pool, const struct chaining *before, constraint residual,
                     struct chaining *after)
{
    constraint hop = chaining_hop_residual(pool, residual, before->hops);
    *after = (struct chaining){before->carried, before->hops + 1};
    if (hop == CONSTRAINT_TRUE)
        return true;
    constraint both = constraint_and(pool, before->carried, hop);
    if (both == CONSTRAINT_FALSE || constraint_satisfiable(pool, both) == CONSTRAINT_NO)
        return false;
    after->carried = both;
    return true;
}
