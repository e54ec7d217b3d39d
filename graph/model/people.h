/*
 * people: who may become which role through IAM Identity Center, from its exports: a person because a permission set is
 * assigned to it or to one of its groups in an account, or because account access manager entitles it to a role.
 *
 * A permission set's role in an account is known by its name alone: AWSReservedSSO_SET_16HEX under the path
 * /aws-reserved/sso.amazonaws.com/. What stays unknown because a list was not exported is never taken for nobody. Rules
 * and sources: docs/decisions.md, "People".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_PEOPLE_H
#define ROLECHAIN_GRAPH_MODEL_PEOPLE_H

#include "graph/model/model.h"

/* Before the name of a person in everything that people read and type. */
#define PERSON_PREFIX "identitycenter:user/"

/* A way of a person or group into a role. */
struct people_way {
    uint32_t role;           /* model index */
    const char *set;         /* name of the permission set; NULL: an entitlement */
    const char *duration;    /* of the set's sessions, ISO 8601; NULL: not known */
    const char *entitlement; /* its id; NULL: an assignment */
    const char *application; /* ARN of the account access application; NULL: not known */
};

struct people_ways {
    struct people_way *list;
    uint32_t count, room;
};

struct people_group {
    const char *id, *name; /* name: the id, if it is not known */
    struct people_ways ways;
};

struct person {
    const char *id, *name;  /* name: UserName; NULL: not known */
    const char *text;       /* PERSON_PREFIX and the name, or the id where that is not known or several have it */
    const char *attributes; /* JSON; NULL: not known */
    enum fact enabled;
    bool provisioned; /* by another identity provider, which may pass tags that the export does not name */
    struct people_ways ways;
    uint32_t *groups; /* that have ways, ascending */
    uint32_t group_count, group_room;
};

struct people;

/* Those of the model's roles. part: of few roles, each is looked up. NULL: there is nothing of Identity Center in the
 * database. Model and store must outlive it. */
struct people *people_load(const struct model *model, struct store *store, bool part);
void people_free(struct people *people);

/* The database ids of the roles that the person of that name or id can become by assignments, for questions that do not
 * load all; more than there are, where names are like. False: entitlements are among its ways, which the roles' trust
 * policies decide, or the store has failed. The caller frees *roles. */
bool people_roles_of(struct store *store, const char *name, int64_t **roles, size_t *count);

/* Ordered by text. */
const struct person *people_list(const struct people *people, uint32_t *count);
const struct people_group *people_groups(const struct people *people, uint32_t *count);

/* Roles of Identity Center (model indexes, ascending), and whether the export says of the role who all becomes it. */
const uint32_t *people_roles(const struct people *people, uint32_t *count);
bool people_role_is_complete(const struct people *people, uint32_t place);
/* The same of a role: FACT_YES, FACT_NO; FACT_UNKNOWN: it is none of these. people NULL: there are none. */
enum fact people_role_known(const struct people *people, uint32_t role);

/* Whether the role is one of Identity Center, and if so the name of its set (*length characters). */
bool people_set_of_role(const struct model_principal *role, const char **set, size_t *length);

/* The name that the person's sessions of such roles have; NULL: not known. */
const char *person_session_name(const struct person *person);

/* The tag of that key (case does not matter) that these sessions have: FACT_YES and *value, FACT_NO: none. */
enum fact person_tag(struct people *people, const struct person *person, const char *key, const char **value);

#endif
