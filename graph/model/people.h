/*
 * people: who may become which role through IAM Identity Center, from its exports: a person is assigned a permission
 * set in an account, directly or through a group, or account access manager entitles the person to a role.
 *
 * A permission set's role in an account is recognized only by its name: AWSReservedSSO_SET_16HEX under the path
 * /aws-reserved/sso.amazonaws.com/. If a list was not exported, the answer is unknown, never nobody. Rules and sources:
 * docs/decisions.md, "People".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_PEOPLE_H
#define ROLECHAIN_GRAPH_MODEL_PEOPLE_H

#include "graph/model/model.h"

/* The prefix of a person's name in everything that people read and type. */
#define PERSON_PREFIX "identitycenter:user/"

/* A way of a person or group into a role. */
struct people_way {
    uint32_t role;           /* model index */
    const char *set;         /* name of the permission set; NULL: an entitlement */
    const char *duration;    /* of the set's sessions, ISO 8601; NULL: unknown */
    const char *entitlement; /* its id; NULL: an assignment */
    const char *application; /* ARN of the account access application; NULL: unknown */
};

struct people_ways {
    struct people_way *list;
    uint32_t count, room;
};

struct people_group {
    const char *id, *name; /* name: the id if unknown */
    struct people_ways ways;
};

struct person {
    const char *id, *name;  /* name: UserName; NULL: unknown */
    const char *text;       /* PERSON_PREFIX with the name, or with the id if the name is unknown or not unique */
    const char *attributes; /* JSON; NULL: unknown */
    enum fact enabled;
    bool provisioned; /* by another identity provider, which may pass tags that the export does not contain */
    struct people_ways ways;
    uint32_t *groups; /* those with ways, ascending */
    uint32_t group_count, group_room;
};

struct people;

/* The people and groups with ways into the model's roles. part: there are few roles, so each is looked up. NULL: the
 * database has no Identity Center data. Model and store must outlive it. */
struct people *people_load(const struct model *model, struct store *store, bool part);
void people_free(struct people *people);

/* The database ids of the roles that the person with that name or id can become by assignments, for questions that do
 * not load everything; may be too many if names are similar. False: the person has entitlements, which depend on the
 * roles' trust policies, or the store has failed. The caller frees *roles. */
bool people_roles_of(struct store *store, const char *name, int64_t **roles, size_t *count);

/* Ordered by text. */
const struct person *people_list(const struct people *people, uint32_t *count);
const struct people_group *people_groups(const struct people *people, uint32_t *count);

/* Roles of Identity Center (model indexes, ascending), and whether the export contains everyone who can become the
 * role. */
const uint32_t *people_roles(const struct people *people, uint32_t *count);
bool people_role_is_complete(const struct people *people, uint32_t place);
/* The same for a role: FACT_YES, FACT_NO; FACT_UNKNOWN: not such a role. people NULL: none. */
enum fact people_role_known(const struct people *people, uint32_t role);

/* Whether the role belongs to Identity Center, and the name of its permission set (*length characters). */
bool people_set_of_role(const struct model_principal *role, const char **set, size_t *length);

/* The session name of the person in such roles; NULL: unknown. */
const char *person_session_name(const struct person *person);

/* A tag of these sessions, ignoring the case of the key: FACT_YES with *value, FACT_NO: not present. */
enum fact person_tag(struct people *people, const struct person *person, const char *key, const char **value);

#endif
