/*
 * loading: a scratch folder of exports and a database in memory, for tests of loading.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_LOADING_H
#define ROLECHAIN_TESTS_SUPPORT_LOADING_H

#include "ingest/load.h"

#define TRUST(who)                                                                                                     \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" who                   \
    "\"},\"Action\":\"sts:AssumeRole\"}]}"
#define ROLE(account, name)                                                                                            \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"RoleId\":\"AROA" name "00000000000\",\"Arn\":\"arn:aws:iam::" account \
    ":role/" name "\",\"CreateDate\":\"2024-01-01T00:00:00Z\",\"AssumeRolePolicyDocument\":" TRUST(                    \
        "111122223333") ",\"InstanceProfileList\":[],\"RolePolicyList\":[],\"AttachedManagedPolicies\":[],\"Tags\":[]" \
                        "}"
#define USER(account, name)                                                                                            \
    "{\"Path\":\"/\",\"UserName\":\"" name "\",\"UserId\":\"AIDA" name "00000000000\",\"Arn\":\"arn:aws:iam::" account \
    ":user/" name                                                                                                      \
    "\",\"CreateDate\":\"2024-01-01T00:00:00Z\",\"GroupList\":[],\"AttachedManagedPolicies\":[],\"Tags\":[]}"
#define DETAILS(users, roles)                                                                                          \
    "{\"UserDetailList\":[" users "],\"GroupDetailList\":[],\"RoleDetailList\":[" roles                                \
    "],\"Policies\":[],\"IsTruncated\":false}"

struct world {
    char *folder;
    struct store *store;
    struct load_result result;
};

int set_up(void **state);
int tear_down(void **state);

/* Puts a file into the folder. */
void put(struct world *world, const char *name, const void *bytes, size_t length);
void put_text(struct world *world, const char *name, const char *text);

/* Loads the folder into the database. */
void load_with(struct world *world, const struct load_options *options);
void load(struct world *world);

/* The first number of a query's answer. */
int64_t number(struct world *world, const char *sql);
void assert_number(struct world *world, const char *sql, int64_t expected);

/* The last load's verdict on the file whose path contains name; its problem with that code. */
const struct load_verdict *verdict_of(const struct world *world, const char *name);
void assert_verdict(const struct world *world, const char *name, const char *verdict, const char *detail);
const struct load_problem *problem_of(const struct world *world, const char *code);

/* The good text is loaded completely, the text cut off never; cut off, or with one character replaced by one that
 * matters to a reader, it leaves a valid database. Every third position is tried. */
void assert_withstands(struct world *world, const char *name, const char *text);

/* References are valid and the database is intact. */
void assert_sound(struct world *world);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
