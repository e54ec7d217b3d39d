/*
 * The policies of a generated organization. Each is generated from a seed, so that writing it again, at any depth,
 * gives the same policy.
 */
#ifndef ROLECHAIN_TESTS_BENCH_GENERATE_POLICIES_H
#define ROLECHAIN_TESTS_BENCH_GENERATE_POLICIES_H

#include "tests/bench/json_writer.h"
#include <stdint.h>

/* Names that occur in many places. */
#define GENERATED_TEAMS                                                                                                \
    "checkout fraud pricing stock shipping returns loyalty media content insights forecasting network storage"
#define GENERATED_TEAM_COUNT 13
#define GENERATED_PARTS                                                                                                \
    "api worker importer exporter scheduler frontend mailer resizer crawler ledger mirror archiver relay janitor"

/* ---- chance: splitmix64 */

struct chance {
    uint64_t state;
};
uint64_t chance_draw(struct chance *chance);
uint32_t chance_below(struct chance *chance, uint32_t limit);
bool chance_permille(struct chance *chance, unsigned share);
/* A random word from a list separated by single spaces, into a buffer of 64. */
const char *chance_word(struct chance *chance, const char *words, char word[64]);
/* The word with that number, modulo the length of the list. */
const char *word_at(const char *words, uint32_t number, char word[64]);

/* ---- the organization */

/* The first accounts have special roles. */
enum { MANAGEMENT_ACCOUNT, SECURITY_ACCOUNT, TOOLING_ACCOUNT, IDENTITY_ACCOUNT };

/* Hard mixes: how many more of these each account has. */
enum mix {
    MIX_ORGANIZATION_EQUAL,    /* roles that trust everyone in the organization, all with the same policy */
    MIX_ORGANIZATION_DISTINCT, /* the same, each with its own policy that means the same */
    MIX_ORGANIZATION_NAMES,    /* the same, each excluding some names of its own */
    MIX_ADMINISTRATORS,        /* users and roles that may assume anything */
    MIX_FLEETS,                /* role names that every account has, trusting the tooling account */
    MIX_EXTERNAL_IDS,          /* roles with their own external id, trusting a vendor or the tooling account */
    MIX_SCP_NAMES,             /* statements with conditions on names in each SCP of a root or OU, not per account */
    MIX_COUNT
};

struct organization {
    uint64_t seed;
    uint32_t account_count, unit_count;
    unsigned principals; /* approximate number of users and roles per account */
    unsigned mix[MIX_COUNT];
    char id[16], root[8];
};

struct account {
    const struct organization *organization;
    uint32_t index;
    char id[13];
    const char *region;
    struct chance chance;
};

void account_id(const struct organization *organization, uint32_t index, char id[13]);
/* Some account of the organization. */
void account_another(const struct account *account, struct chance *chance, char id[13]);

/* ---- parts of policies */

void policy_open(struct json_writer *writer, const char *key);
void policy_close(struct json_writer *writer);
/* The caller closes it with json_close. */
void policy_open_statement(struct json_writer *writer, const char *effect);
/* A Condition of one operator, one key, one value. */
void policy_condition(struct json_writer *writer, const char *operator, const char * key, const char *value);

/* ---- roles and their trust policies */

enum grants { GRANTS_SERVICE, GRANTS_HUMAN, GRANTS_DEPLOYMENT, GRANTS_ADMINISTRATOR, GRANTS_READ, GRANTS_MANAGED };

struct role_kind {
    unsigned weight; /* in the common mix, of about 1,000 */
    enum grants grants;
    bool instance_profile;
    const char *name, *path; /* the name contains it; one that ends in "-" is followed by a team, in "_" by a team and a
                                number, in "=" by a number that is the same in every account */
    void (*trust)(struct json_writer *writer, const struct account *account, struct chance *chance);
};

/* A kind from the common mix; the number-th role that a mix adds to an account, or NULL if it adds something else. */
const struct role_kind *role_kind_common(struct chance *chance);
const struct role_kind *role_kind_of_mix(enum mix mix, unsigned number);

void policy_trust(struct json_writer *writer, const struct role_kind *kind, const struct account *account,
                  uint64_t seed);
/* A policy with one statement about assuming roles, without Condition; "AWS" is the trusted principal. */
void policy_trust_of(struct json_writer *writer, const char *trusted);

/* ---- identity policies */

void policy_allow(struct json_writer *writer, const char *key, const char *action, const char *resource);
/* The permissions of an application: one of some hundred texts, most of them containing the account's id. */
void policy_application(struct json_writer *writer, const char *key, const struct account *account, uint64_t seed);
/* Which roles may be assumed. */
void policy_assume(struct json_writer *writer, const char *key, const struct account *account, uint64_t seed);

struct aws_policy {
    const char *name, *path;
    unsigned statements; /* of the default version */
    unsigned weight;     /* how often services have it (weight) */
};
extern const struct aws_policy aws_policies[];
extern const unsigned aws_policy_count;
/* Indexes of policies that the generator uses by name. */
enum { AWS_ADMINISTRATOR, AWS_POWER_USER, AWS_READ_ONLY, AWS_SECURITY_AUDIT };

unsigned aws_policy_for_service(struct chance *chance);
void policy_aws(struct json_writer *writer, const char *key, unsigned number, unsigned version);

#endif
