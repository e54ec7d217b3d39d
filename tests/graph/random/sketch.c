#include "tests/graph/random/sketch.h"

#define PICK(random, table) (table)[random_below(random, sizeof(table) / sizeof(table)[0])]

static const char *const names[SKETCH_MEMBERS] = {"group %c/staff",  "user %c/alice", "user %c/ops/bob",
                                                  "role %c/deploy",  "role %c/audit", "role %c/admin",
                                                  "role %c/app/deep"};

static char letter(struct random *random)
{
    return (char)('A' + random_below(random, SKETCH_ACCOUNTS + 1));
}

static void write_conditions(struct random *random, struct text *text)
{
    static const char *const conditions[] = {
        "StringEquals sts:ExternalId x7",
        "StringEquals aws:PrincipalOrgID o-example0001",
        "StringEquals aws:PrincipalTag/team core",
        "StringNotEquals aws:PrincipalTag/team core",
        "StringEquals aws:PrincipalAccount $A,$C",
        "StringNotEquals aws:PrincipalAccount $B",
        "StringEquals aws:PrincipalOrgID o-another0001",
        "ArnEquals aws:PrincipalArn arn:aws:iam::$C:role/deploy",
        "StringEquals aws:ResourceTag/team core",
        "ArnLike aws:PrincipalArn arn:aws:iam::$B:role/*",
        "ArnNotLike aws:PrincipalArn arn:aws:iam::*:role/a*",
        "Bool aws:MultiFactorAuthPresent true",
        "DateLessThan aws:CurrentTime 2029-01-01T00:00:00Z",
        "StringEquals aws:userid AROAB0000000000000:day",
        "StringLike aws:PrincipalOrgPaths o-example0001/r-root/ou-root-unit/*",
    };
    if (random_chance(random, 45))
        text_format(text, " if %s", PICK(random, conditions));
}

static void write_trust(struct random *random, struct text *text)
{
    bool allow = random_chance(random, 85);
    text_format(text, "  trust %s sts:AssumeRole%s from ", allow ? "allow" : "deny",
                random_chance(random, 20) ? ",sts:TagSession" : "");
    text_append_string(text, random_chance(random, allow ? 5 : 30) ? "not " : "");
    for (uint32_t i = 1 + random_below(random, 2); i > 0; i--) {
        char of = letter(random);
        switch (random_below(random, 10)) {
        case 0:
        case 1:
            text_format(text, "root:%c", of);
            break;
        case 2:
            text_format(text, "user:%c/alice", of);
            break;
        case 3:
            text_format(text, "role:%c/%s", of, random_chance(random, 50) ? "deploy" : "audit");
            break;
        case 4:
            text_format(text, "session:%c/deep/day", of);
            break;
        case 5:
            text_format(text, "AROA%c0000000000000", of);
            break;
        case 6:
            text_append_string(text, random_chance(random, 50) ? "service:ec2.amazonaws.com"
                                                               : "service:lambda.amazonaws.com");
            break;
        case 7:
            text_format(text, "saml:%c/idp", of);
            break;
        case 8:
            text_format(text, "role:%c/admin", of);
            break;
        default:
            text_append_string(text, "*");
        }
        text_append_string(text, i > 1 ? "," : "");
    }
    write_conditions(random, text);
    text_append_char(text, '\n');
}

static void write_permission(struct random *random, struct text *text)
{
    static const char *const resources[] = {"*",
                                            "arn:aws:iam::*:role/*",
                                            "arn:aws:iam::*:role/a*",
                                            "arn:aws:iam::$B:role/*",
                                            "arn:aws:iam::$C:role/deploy,arn:aws:iam::$A:role/*",
                                            "arn:aws:iam::$D:role/app/deep",
                                            "not arn:aws:iam::$A:role/*",
                                            "arn:aws:iam::*:role/${aws:PrincipalTag/team}"};
    static const char *const holders[] = {"may", "may", "attach first", "attach second", "boundary limit"};
    static const char *const actions[] = {
        "*",
        "*",
        "s3:*",
        "iam:PutRolePolicy,iam:PutUserPolicy",
        "iam:UpdateAssumeRolePolicy,iam:CreateAccessKey",
        "iam:PassRole,ec2:RunInstances",
        "iam:*",
        "iam:AddUserToGroup,iam:PutGroupPolicy",
        "iam:DeleteRolePermissionsBoundary,iam:PutRolePolicy,lambda:UpdateFunctionCode",
        "ssm:SendCommand,iam:UpdateSAMLProvider"};
    const char *holder = PICK(random, holders);
    if (random_chance(random, 6)) {
        text_append_string(text, "  missing lost\n");
        return;
    }
    text_format(text, "  %s %s %s on %s", holder, random_chance(random, 85) ? "allow" : "deny",
                random_chance(random, 65) ? "sts:AssumeRole" : PICK(random, actions), PICK(random, resources));
    write_conditions(random, text);
    text_append_char(text, '\n');
}

static void write_member(const struct sketch *sketch, int account, int index, struct text *text)
{
    const struct sketch_account *of = &sketch->accounts[account];
    const struct sketch_member *member = &of->members[index];
    bool role = index >= 3;
    text_format(text, names[index], 'A' + account);
    if (member->tag % 3 != 0 && index > 0)
        text_format(text, " tag team=%s", member->tag % 3 == 1 ? "core" : "admin");
    text_append_string(text, member->grouped && !role && index > 0 && of->members[0].there ? " group staff\n" : "\n");
    if (role && member->tag % 5 == 1)
        text_append_string(text, "  profile p\n");
    for (int i = 0; i < SKETCH_LINES; i++) {
        struct random random = {member->seeds[i]};
        if (member->seeds[i] == 0)
            continue;
        if (role && i < 2)
            write_trust(&random, text);
        else if (!of->roles_only)
            write_permission(&random, text);
    }
}

static void write_guardrail(const char *kind, uint64_t seed, struct text *text)
{
    static const char *const scps[] = {"root deny sts:AssumeRole on arn:aws:iam::*:role/admin",
                                       "ou:unit deny sts:AssumeRole on * if ArnNotLike aws:PrincipalArn "
                                       "arn:aws:iam::*:role/*",
                                       "B deny sts:* on * if StringNotEquals aws:PrincipalTag/team core"};
    static const char *const rcps[] = {
        "root deny sts:AssumeRole on * if StringNotEqualsIfExists aws:PrincipalOrgID o-example0001",
        "C deny sts:AssumeRole on * if StringNotEquals aws:PrincipalAccount $A"};
    struct random random = {seed};
    if (seed != 0)
        text_format(text, "%s %s\n", kind, kind[0] == 's' ? PICK(&random, scps) : PICK(&random, rcps));
}

void sketch_write(const struct sketch *sketch, struct text *text)
{
    text_append_string(text, "# a world\n");
    if (sketch->organization) {
        text_append_string(text, "organization M members A B C D\nou unit A B\n");
        write_guardrail("scp", sketch->scp, text);
        write_guardrail("rcp", sketch->rcp, text);
    }
    for (int i = 0; i < SKETCH_ACCOUNTS; i++) {
        const struct sketch_account *account = &sketch->accounts[i];
        if (!account->there)
            continue;
        text_format(text, "%s %c\n", account->roles_only ? "roles-only" : "exported", 'A' + i);
        for (int j = account->roles_only ? 3 : 0; j < SKETCH_MEMBERS; j++)
            if (account->members[j].there)
                write_member(sketch, i, j, text);
    }
}

static uint64_t fresh(struct random *random)
{
    return random->state * 2 + random_below(random, 1000000) + 1;
}

static void roll_member(struct sketch_member *member, struct random *random)
{
    member->there = random_chance(random, 75);
    member->grouped = random_chance(random, 50);
    member->tag = fresh(random);
    for (int i = 0; i < SKETCH_LINES; i++)
        member->seeds[i] = random_chance(random, 60) ? fresh(random) : 0;
}

static void roll_account(struct sketch_account *account, struct random *random)
{
    account->roles_only = random_chance(random, 15);
    for (int i = 0; i < SKETCH_MEMBERS; i++)
        roll_member(&account->members[i], random);
}

void sketch_roll(struct sketch *sketch, struct random *random)
{
    *sketch = (struct sketch){.organization = random_chance(random, 50), .now = 1800000000};
    sketch->scp = random_chance(random, 50) ? fresh(random) : 0;
    sketch->rcp = random_chance(random, 40) ? fresh(random) : 0;
    for (int i = 0; i < SKETCH_ACCOUNTS; i++) {
        roll_account(&sketch->accounts[i], random);
        sketch->accounts[i].there = random_chance(random, 80);
    }
}

void sketch_change(struct sketch *sketch, struct random *random)
{
    struct sketch_account *account = &sketch->accounts[random_below(random, SKETCH_ACCOUNTS)];
    struct sketch_member *member = &account->members[random_below(random, SKETCH_MEMBERS)];
    uint32_t kind = random_below(random, 100);
    if (kind < 45)
        member->seeds[random_below(random, SKETCH_LINES)] = random_chance(random, 80) ? fresh(random) : 0;
    else if (kind < 60)
        member->there = !member->there;
    else if (kind < 70)
        member->tag = fresh(random);
    else if (kind < 78)
        member->grouped = !member->grouped;
    else if (kind < 90)
        roll_member(member, random);
    else if (kind < 94)
        roll_account(account, random);
    else if (kind < 97 && sketch->scp != 0)
        sketch->scp = fresh(random);
    else
        roll_member(member, random);
    if (kind >= 97)
        sketch->now += 100000000;
    account->there = true;
}
