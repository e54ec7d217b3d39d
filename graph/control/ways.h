/*
 * ways: how a principal that may change IAM, or something that runs with a role, can come to act as a user or role. ONE
 * table: what a way needs, what it reaches, and where AWS documents it; docs/control.md is generated from it.
 *
 * A way is a list of steps, all of which its holder must be allowed. way_form says what resource they are about. The
 * actions are those that ingest/policy/policy_actions.c keeps from policies (a test compares).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_WAYS_H
#define ROLECHAIN_GRAPH_CONTROL_WAYS_H

#include "ingest/support/text.h"
#include <stdbool.h>
#include <stddef.h>

/* What the steps are about: the resource on which the actions must be allowed, and what the way reaches. */
enum way_form {
    WAY_EDIT_TRUST,        /* on a role: its trust policy is made to name the holder, who assumes it */
    WAY_CREDENTIALS,       /* on a user: the holder signs in as it */
    WAY_SAML_METADATA,     /* on a SAML provider: the holder signs its assertions, for every role that trusts it */
    WAY_POLICIES_OF_USER,  /* on a user, who can then do anything within boundary and SCPs */
    WAY_POLICIES_OF_ROLE,  /* on a role, likewise */
    WAY_POLICIES_OF_GROUP, /* on a group, for its members */
    WAY_POLICY_VERSIONS,   /* on a managed policy, for everyone who has it, also as a boundary */
    WAY_EARLIER_VERSION,   /* likewise, on a policy that has another version */
    WAY_BOUNDARY_OF_USER,  /* on a user, who then may do what its policies allow */
    WAY_BOUNDARY_OF_ROLE,  /* on a role, likewise */
    WAY_JOIN_GROUP,        /* on a group, for the holder, if it is a user */
    WAY_PASS_ROLE, /* iam:PassRole on a role to a service that it trusts, and the steps that make the service run with
                      the role whatever the holder wants */
    WAY_TAKE_OVER, /* on something that already runs with a role of this service: no iam:PassRole */
    WAY_FORMS
};

/* One action, and its resource. */
struct way_step {
    const char *action; /* NULL ends the list */
    /* PASS_ROLE, TAKE_OVER: the kind of resource on which the action must be allowed, as an ARN with stars (two stars:
     * possibly empty), P for the partition and A for the account of the holder; steps with the same text act on the
     * same resource. It is a kind that AWS requires for the action; if there are several, those that are always
     * required. Source: the tables of actions of the Service Authorization Reference. NULL for other forms: the form
     * says it. */
    const char *resource;
};
#define WAY_ON_ANYTHING "*" /* the action supports no resource type: only Resource "*" allows it */

#define WAY_STEPS 6u

struct way {
    const char *id; /* never changes */
    enum way_form form;
    const char *service; /* PASS_ROLE, TAKE_OVER: principal that the role trusts (and iam:PassedToService); else NULL */
    struct way_step steps[WAY_STEPS];
    bool needs_profile; /* the role must be in an instance profile */
    bool unsure;        /* AWS does not document that this is sufficient */
    const char *exists; /* TAKE_OVER: what must exist, see way_add_fact; likewise in PASS_ROLE, usually NULL */
    const char *note;   /* when it works and when it does not; "" */
    const char *known;  /* IDs in the catalogue of pathfinding.cloud, for comparison; "" */
    const char *source; /* URL of AWS's page */
};

extern const struct way ways[];
extern const size_t way_count;

/* The form as a word: edit-trust, credentials, saml-metadata … */
const char *way_form_word(enum way_form form);

/* The action that its holder needs in any case: iam:PassRole, or the action of the first step. */
const char *way_first_action(const struct way *way);

/* Appends the actions of its steps, without duplicates, in those quotes ("" for none), separated by commas. */
void way_add_actions(const struct way *way, const char *quote, struct text *text);

/* Appends a fact that a way needs; <role> in it is replaced by the role. */
void way_add_fact(const char *fact, const char *role, struct text *text);
#define WAY_IN_PROFILE "<role> is in an instance profile" /* for ways that need one */

/* Whether the service of that name (before .amazonaws.com, without region) runs whatever its users want, so that its
 * users can act as a role that trusts it: a service in the table, or one whose ways are unknown. */
bool way_service_runs_code(const char *name);

#endif
