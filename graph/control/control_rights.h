/*
 * control_rights: what a user or role may do to another one in its account through IAM, or through something that runs
 * with a role. ways.h lists the ways. Decided by the usual evaluation: identity policies within boundary and SCPs, with
 * their conditions.
 *
 * Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_RIGHTS_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_RIGHTS_H

#include "graph/control/control.h"

struct text;
struct way_list;

#define CONTROL_NOT_ASKED (MODEL_NONE - 1)

/* The rights of one principal. What it points to lives as long as the control. */
struct control_rights {
    struct control *control;
    struct caller caller;
    uint32_t principal;
    const struct way_list *open; /* the ways for which Allow statements of its policies cover each action */
    constraint *launches;        /* per way through a service: whether it may take its steps; NULL: not computed */
    struct decision_gain gain;   /* permissions that it gained */
    uint32_t class;              /* class of rights, including the gain; CONTROL_NOT_ASKED: not computed yet */
    struct control_forms *forms; /* what it may do on any resource; NULL: not computed */
};

struct control_rights control_rights_of(struct control *control, uint32_t principal);

/* The rights of the same principal with additional permissions. Below, a gain of NULL means the gain in the rights. */
struct control_rights control_rights_with(const struct control_rights *rights, const struct decision_gain *gain);

/* Sorts principals by account, users first, so that those with the same rights are adjacent. */
void control_rights_sort(struct control *control, uint32_t *principals, uint32_t count);

/* Whether there is some way to become others, or to change their permissions. */
bool control_rights_over_others(const struct control_rights *rights);

/* Whether there is some way to change the permissions of others. */
bool control_rights_over_permissions(const struct control_rights *rights);

/* Whether there is some way to become others without assuming them; surely: a way that does not require something
 * already running with their roles. */
bool control_rights_become(const struct control_rights *rights, bool surely);

/* Whether there is some way to change anybody's permissions, its own included. */
bool control_rights_change(const struct control_rights *rights);

/* If all it can do to others is to take over what runs with a role: appends what decides whether another principal of
 * its account can do the same, given the services that roles of the account trust (control_note_services). */
bool control_rights_describe(struct control_rights *rights, const bool *services, struct text *words);
/* Marks the services of ways that the role trusts, by way; false: none. */
bool control_note_services(struct control *control, uint32_t role, bool *services);

/* The same number for principals that may do the same to others: they have the same policies about control, and
 * neither those nor the SCPs distinguish them. MODEL_NONE: something distinguishes the principal from everybody, or
 * may do so. */
uint32_t control_rights_class(struct control *control, uint32_t principal);

/* Whether both have the same such number. */
bool control_rights_alike(struct control *control, uint32_t a, uint32_t b);

/* Whether it is a role of a service or of IAM Identity Center: these cannot be changed in the account. */
bool control_is_protected(const struct model_principal *target);

/* The pool of its formulas. */
const struct model *control_model(const struct control_rights *rights);
struct constraint_pool *control_pool(const struct control_rights *rights);

/* Whether a formula can be true. */
bool control_possible(const struct control_rights *rights, constraint formula);

/* How it is done, in words for answers. */
struct control_how {
    const char *actions; /* "iam:PutUserPolicy"; "iam:PassRole to ec2.amazonaws.com, ec2:RunInstances" */
    const char *first;   /* only these actions */
    const char *service; /* the service that it passes a role to; NULL: none */
    bool by_trust;       /* it changes a trust policy, not permissions */
};

/* Below, *how is set to the words for a possible way, which live as long as the control; NULL or unchanged if there is
 * none. If only the condition matters, how is NULL. */

/* For a role: rewrite its trust policy. For a user: create credentials for it. */
constraint control_over(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                        const struct control_how **how);

/* Attach or write policies on the target (may be itself) or its groups, or new versions of policies attached to it. */
constraint control_edit_permissions(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                    const struct control_how **how);

/* Remove or change the boundary of the target (may be itself): the attached policy, or a new version of it. */
constraint control_lift_boundary(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                 const struct control_how **how);

/* Replace the metadata of a SAML provider, so that it signs its assertions itself. */
constraint control_saml_provider(struct control_rights *rights, const char *provider, const struct control_how **how);

/* The same for any SAML provider of the account whose assertions let their signer become the role. */
constraint control_saml_role(struct control_rights *rights, uint32_t role, const struct control_how **how);

/* Make a service that the role trusts run something of the holder's choice with the role. */
constraint control_pass_role(struct control_rights *rights, uint32_t role, const struct control_how **how);

/* Take over what may already run with the role: never sure, as the exports do not say what runs. */
constraint control_take_over(struct control_rights *rights, uint32_t role, const struct control_how **how);

/* A change that the principal may make to itself, and the resulting permissions. */
struct control_gain {
    constraint formula; /* the condition for the change */
    struct decision_gain gain;
    const struct control_how *first, *how; /* the first change, and the last one */
};

/* Everything that it can give itself, change after change: any permission through its own policies or a group's, its
 * boundary removed, a group joined (one at a time). The caller frees the list. */
struct control_gain *control_gains(struct control_rights *rights, uint32_t *count);

/* The condition under which a principal with these rights and this gain can create a principal in its account with any
 * permission, and become it; boundaries and SCPs count. Only if it is free (control_is_free): conditions that limit
 * what may be granted (iam:PolicyARN, iam:PermissionsBoundary) and unknown facts rule it out. *how: its actions. */
constraint control_administers(struct control_rights *rights, const struct decision_gain *gain,
                               const struct control_how **how);

/* Whether some alternative of the formula is open to anybody who makes the call the right way: without facts, and
 * without keys that limit what is granted. */
bool control_is_free(const struct control_rights *rights, constraint formula);

#endif
