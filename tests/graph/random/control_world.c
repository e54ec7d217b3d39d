#include "tests/graph/random/control_world.h"

#include "ingest/support/memory.h"
#include "tests/support/testing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICK(random, table) (table)[random_below(random, sizeof(table) / sizeof(table)[0])]

static const char *const actions[] = {
    "*",
    "iam:*",
    "iam:Put*",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateSAMLProvider",
    "iam:PutUserPolicy",
    "iam:PutUserPolicy,iam:PutRolePolicy",
    "iam:AttachUserPolicy,iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:PutGroupPolicy",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:DeleteUserPermissionsBoundary,iam:DeleteRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "iam:AddUserToGroup",
    "iam:AddUserToGroup,iam:PutGroupPolicy",
    "iam:CreateUser,iam:AttachUserPolicy,iam:CreateAccessKey",
    "iam:PassRole,lambda:*",
    "iam:PassRole",
    "lambda:CreateFunction,lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "iam:PassRole,ec2:RunInstances",
    "iam:PassRole,ec2:RunInstances,iam:CreateInstanceProfile,iam:AddRoleToInstanceProfile",
    "ec2:ModifyInstanceAttribute,ec2:StopInstances,ec2:StartInstances",
    "ec2:*",
    "ssm:SendCommand",
    "codebuild:*",
    "codebuild:StartBuild",
    "codebuild:UpdateProject",
    "sts:AssumeRole",
    "sts:AssumeRole",
    "s3:GetObject",
};

static const char *const resources[] = {
    "*",
    "*",
    "*",
    "*",
    "*",
    "role:A/*",
    "role:A/r0",
    "role:A/r1,role:A/r2",
    "role:*",
    "user:A/*",
    "user:A/u0,user:A/u1",
    "user:A/${aws:username}",
    "group:A/*",
    "group:A/g0",
    "policy:A/*",
    "policy:A/m0",
    "saml:A/*",
    "role:B/*",
    "arn:aws:lambda:*:$A:function:one",
    "arn:aws:lambda:*:$A:function:t*",
    "arn:aws:ec2:*:$A:instance/i-one",
    "arn:aws:ec2:*:$A:instance/*,arn:aws:ssm:*:*:document/*",
    "arn:aws:codebuild:*:$A:project/one",
    "arn:aws:iam::$A:instance-profile/*",
    "arn:aws:ec2:*:$A:instance/*,arn:aws:ec2:*::image/*",
};

static const char *const conditions[] = {
    "Bool aws:MultiFactorAuthPresent true",
    "ArnEquals iam:PolicyARN arn:aws:iam::aws:policy/ReadOnlyAccess",
    "StringEquals iam:PassedToService lambda.amazonaws.com",
    "StringEquals aws:ResourceTag/team x",
    "StringEquals aws:PrincipalTag/team x",
    "ArnLike aws:PrincipalArn arn:aws:iam::*:user/u1",
    "DateLessThan aws:CurrentTime 2019-01-01T00:00:00Z",
};

/* Within which something can be done, if it is given first. */
static const char *const boundaries[] = {
    "allow iam:PutUserPolicy,iam:PutRolePolicy,iam:PassRole,lambda:*,codebuild:* on *",
    "allow iam:Put*,sts:AssumeRole,iam:CreateAccessKey on *",
    "allow iam:*Boundary,iam:*RolePolicy,iam:*UserPolicy,s3:* on *",
    "allow not-action iam:Create*,iam:UpdateAssumeRolePolicy on *",
};

static const char *const trusts[] = {
    "allow sts:AssumeRole from root:A",
    "allow sts:AssumeRole from root:A",
    "allow sts:AssumeRole from user:A/u0,role:A/r1",
    "allow sts:AssumeRole from role:A/r0",
    "allow sts:AssumeRole from root:B",
    "allow sts:AssumeRole from root:A if StringEquals aws:PrincipalTag/team x",
    "allow sts:AssumeRole from anyone if StringEquals sts:ExternalId e1",
    "deny sts:AssumeRole from user:A/u1",
    "allow sts:AssumeRole from service:lambda.amazonaws.com",
    "allow sts:AssumeRole from service:lambda.amazonaws.com",
    "allow sts:AssumeRole from service:ec2.amazonaws.com",
    "allow sts:AssumeRole from service:ec2.amazonaws.com,service:codebuild.amazonaws.com",
    "allow sts:AssumeRoleWithSAML from saml:A/idp if StringEquals SAML:aud https://signin.aws.amazon.com/saml",
    "allow sts:AssumeRoleWithSAML from saml:A/idp,saml:A/second",
};

static void write_statement(struct random *random, struct text *lines, uint32_t denies)
{
    text_format(lines, "%s %s%s", random_chance(random, denies) ? "deny" : "allow",
                random_chance(random, 4) ? "not-action " : "", PICK(random, actions));
    text_format(lines, " on %s%s", random_chance(random, 6) ? "not " : "", PICK(random, resources));
    if (random_chance(random, 15))
        text_format(lines, " if %s", PICK(random, conditions));
    text_append_char(lines, '\n');
}

/* What a user, role or group may. */
static void write_policies(struct random *random, struct text *lines, bool bounded)
{
    for (uint32_t count = random_below(random, 3); count > 0; count--) {
        text_append_string(lines, " may ");
        write_statement(random, lines, 12);
    }
    if (random_chance(random, 25)) {
        text_format(lines, " attach m%u ", (unsigned)random_below(random, 2));
        write_statement(random, lines, 10);
        if (random_chance(random, 30))
            text_format(lines, " versions %u\n", (unsigned)random_below(random, 4));
    }
    if (bounded && random_chance(random, 20)) {
        text_format(lines, " boundary %s ", random_chance(random, 50) ? "b0" : "m0");
        if (random_chance(random, 50))
            text_format(lines, "%s\n", PICK(random, boundaries));
        else
            write_statement(random, lines, 10);
    }
}

/* The same as another one's, so that both are asked as one, or its own. */
static void write_own(struct random *random, struct text *lines, struct text *before, bool bounded)
{
    if (before->length == 0 || !random_chance(random, 35)) {
        text_free(before);
        write_policies(random, before, bounded);
    }
    if (before->length > 0)
        text_append(lines, before->data, before->length);
}

static void write_groups(struct random *random, struct text *lines, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        text_format(lines, "group A/g%u\n", i);
        write_policies(random, lines, false);
    }
}

static void write_users(struct random *random, struct text *lines, char account, uint32_t count, uint32_t groups)
{
    struct text before = {0};
    for (uint32_t i = 0; i < count; i++) {
        text_format(lines, "user %c/u%u", account, i);
        if (random_chance(random, 40))
            text_format(lines, " tag team=%s", random_chance(random, 50) ? "x" : "y");
        if (groups > 0 && random_chance(random, 40))
            text_format(lines, " group g%u", (unsigned)random_below(random, groups));
        text_append_char(lines, '\n');
        write_own(random, lines, &before, true);
    }
    text_free(&before);
}

static void write_role(struct random *random, struct text *lines, struct text *before, const char *name)
{
    text_format(lines, "role %s%s\n", name, random_chance(random, 30) ? " tag team=x" : "");
    for (uint32_t count = 1 + random_below(random, 2); count > 0; count--)
        text_format(lines, " trust %s\n", PICK(random, trusts));
    write_own(random, lines, before, true);
    if (random_chance(random, 30))
        text_append_string(lines, " profile p\n");
}

void control_world_write(struct random *random, struct text *lines)
{
    static const char *const roles[] = {"A/r0", "A/r1", "A/r2", "A/r3", "B/r0", "B/r1"};
    struct text before = {0};
    uint32_t groups = random_below(random, 3);
    if (random_chance(random, 40)) {
        text_append_string(lines, "organization M members A B\n");
        for (uint32_t count = random_below(random, 3); count > 0; count--) {
            text_append_string(lines, "scp A ");
            write_statement(random, lines, 100);
        }
    }
    write_groups(random, lines, groups);
    write_users(random, lines, 'A', 2 + random_below(random, 3), groups);
    write_users(random, lines, 'B', random_below(random, 2), 0);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (random_chance(random, 80))
            write_role(random, lines, &before, roles[i]);
    if (random_chance(random, 30))
        write_role(random, lines, &before, "A/aws-reserved/sso.amazonaws.com/sso");
    if (random_chance(random, 20))
        write_role(random, lines, &before, "A/aws-service-role/x.amazonaws.com/linked");
    text_free(&before);
}

bool control_world_reduce(const char *lines, uint32_t step, char **fewer)
{
    for (const char *line = lines; *line != '\0';) {
        const char *next = strchr(line, '\n') + 1;
        /* Members of a group that is gone would have policies that nobody knows. */
        bool free_to_go = *line == ' ' || (*next != ' ' && strncmp(line, "group ", 6) != 0);
        if (free_to_go && step-- == 0) {
            struct text text = {0};
            text_append(&text, lines, (size_t)(line - lines));
            text_append_string(&text, next);
            *fewer = text_release(&text);
            return true;
        }
        line = next;
    }
    return false;
}

char *control_world_smallest(const char *lines, bool (*holds)(const char *lines, struct text *story))
{
    char *world = memory_text(lines), *fewer = NULL;
    for (uint32_t step = 0; control_world_reduce(world, step, &fewer);) {
        struct text ignored = {0};
        if (holds(fewer, &ignored)) {
            free(fewer);
            step++;
        } else {
            free(world);
            world = fewer;
            step = 0;
        }
        text_free(&ignored);
    }
    return world;
}

static void fail_smallest(const char *lines, uint64_t seed, uint64_t number,
                          bool (*holds)(const char *lines, struct text *story))
{
    char *world = control_world_smallest(lines, holds);
    struct text story = {0};
    holds(world, &story);
    printf("seed %llu, world %llu:\n%s%s", (unsigned long long)seed, (unsigned long long)number, world, story.data);
    fflush(stdout);
    fail();
}

uint64_t control_worlds_ask(uint64_t count, uint64_t seed, bool (*holds)(const char *lines, struct text *story))
{
    count = number_from("ROLECHAIN_RANDOM_COUNT", count);
    uint64_t first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    seed = number_from("ROLECHAIN_RANDOM_SEED", seed);
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed + number * 0x9E3779B9u};
        struct text lines = {0}, story = {0};
        control_world_write(&random, &lines);
        if (!holds(lines.data, &story))
            fail_smallest(lines.data, seed, number, holds);
        text_free(&lines);
        text_free(&story);
    }
    return count;
}
