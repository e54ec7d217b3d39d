/*
 * decision: may this caller become a session of this role?
 *
 *   allowed  <=>  STS accepts the caller's kind, caller and role are in one partition and in accounts that are in use,
 *                 no Deny applies in {SCP, RCP, trust, identity, boundary}, the SCPs of every level allow,
 *                 the trust policy allows, and (same account, named directly) or (identity policies and boundary
 * allow).
 *
 * Rule by rule: docs/decisions.md.
 *
 * Everything that cannot be known offline stays in the verdict as a residual constraint: the verdict is one formula,
 * decided as a whole, so that a condition of the trust policy and one of an identity policy that contradict each other
 * give a denial. Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * (and -cross-account), https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
#ifndef ROLECHAIN_GRAPH_DECISION_DECISION_H
#define ROLECHAIN_GRAPH_DECISION_DECISION_H

#include "graph/constraint/constraint.h"
#include "graph/model/model.h"
#include "ingest/support/arena.h"
#include "ingest/support/text.h"

enum caller_kind {
    CALLER_USER,
    CALLER_ROLE,         /* any session of the role, whoever opened it and whatever its name */
    CALLER_ROLE_SESSION, /* a session with a given name */
    CALLER_ACCOUNT, /* an unnamed principal of the account: an existing one if the account was exported completely, else
                       one with every permission that its administrators could give */
    CALLER_ANYONE,  /* a principal of a stranger's account, with every permission there */
    CALLER_SERVICE,
    CALLER_SAML_PROVIDER, /* any holder of an assertion of the provider */
    CALLER_WEB_IDENTITY,  /* any holder of a token of the provider */
    CALLER_ROOT_USER,
    CALLER_FEDERATED_USER, /* session of GetFederationToken */
    CALLER_ORGANIZATION,   /* a principal of any account of the organization, with every permission there; for the
                              exported organization: of an account that was not exported whole */
    CALLER_ACCOUNTS_LIKE,  /* a principal of any account whose number matches the pattern, with every permission there,
                              except accounts that were exported or that a policy names */
    CALLER_ORGANIZATIONS_LIKE, /* the same of organizations */
    CALLER_KNOWN_LATER,        /* a principal that is only known when a template is deployed */
    CALLER_UNIQUE_ID,          /* the user or role with that unique id, which was not exported */
    CALLER_PERSON,             /* a person of Identity Center: has only the edges of graph/edges/edges_people.h */
    CALLER_POD,                /* what runs in a cluster, and other workloads: have only those of edges_workloads.h */
    CALLER_WORKLOAD,
    CALLER_CERTIFICATE,
    CALLER_GUEST, /* those whom identity pools let in, unauthenticated and signed in: likewise */
    CALLER_POOL_USER,
};

/* Strings live as long as the model (caller_parse, caller_of_principal) or as the creator of the struct says. */
struct caller {
    enum caller_kind kind;
    uint32_t principal;     /* model index of the user or role; MODEL_NONE: none, or not exported */
    uint32_t account_index; /* MODEL_NONE: none, or not in the model */
    const char *text;       /* its name: ARN, account id, service name, "*", organization id, unique id */
    const char *account;    /* 12 digits; NULL for services, providers without account, anyone, unknown */
    const char *partition;  /* NULL: any */
    const char *name;       /* user or role name; NULL otherwise */
    const char *session;    /* CALLER_ROLE_SESSION: its name */
    bool newcomer;          /* in an account that may join the organization later, whatever is listed today */
};

/* The kind as a word: user, role, role-session, account, anyone, service, saml-provider, web-identity, root-user,
 * federated-user, organization, accounts-like, organizations-like, known-later, unique-id, person, pod, workload,
 * certificate, guest, pool-user. */
const char *caller_kind_word(enum caller_kind kind);

/* Whether it is a role or a session of one; whether it calls with a token or assertion of an identity provider; whether
 * it calls with IAM credentials, as all others except services do. */
bool caller_is_role(const struct caller *caller);
bool caller_is_federated(const struct caller *caller);
bool caller_has_iam_credentials(const struct caller *caller);

/* Whether it is a guest or user of a Cognito identity pool. */
bool caller_is_of_pool(const struct caller *caller);

/* Whether it is not a principal in policies, but comes before our own roles: people, workloads, and those whom identity
 * pools let in. */
bool caller_is_before_roles(const struct caller *caller);

/* Whether it is any principal, with every permission, of an unknown account: anyone, or anyone in an organization, or
 * in accounts or organizations like a pattern. */
bool caller_is_stranger(const struct caller *caller);

/* Whether it stands for accounts of which only a part of the number or of the organization id is known. */
bool caller_is_pattern(const struct caller *caller);

/* Whether it is only known when a template is deployed: a principal, a service or an identity provider. The text is
 * what the template has, "${deployment.Who}", with the prefix "service:", "saml-provider:" or "web-identity:" for those
 * kinds; the name has no prefix. */
bool caller_is_known_later(const struct caller *caller);

/* Whether the service's name exists only in partition aws-cn. */
bool caller_is_of_china(const char *service);

/* Whether it stands for the accounts of the exported organization that were not exported. */
bool caller_is_own_members(const struct model *model, const struct caller *caller);

/* Appends its name in sentences, without its account: "user carol", "role deploy", "account 111122223333", "service
 * lambda.amazonaws.com", "anyone with an AWS account". */
void caller_append_name(struct text *text, const struct caller *caller);

/* The action with which this kind assumes a role. */
enum sts_action_id caller_action(const struct caller *caller);

/* Parses an ARN (user, role, assumed-role, root: the root user, federated-user, saml-provider, oidc-provider), a
 * 12-digit account id, a service name ("ec2.amazonaws.com"), a built-in web identity provider ("accounts.google.com"),
 * "identitycenter:user/NAME", an organization id, a pattern of account numbers ("2222*") or organizations ("o-a*"), a
 * name that is only known after deployment (caller_is_known_later), the unique id of a user or role, or "*". An
 * account's root user is "root-user:N". Copies what it keeps into the arena. Without a model (NULL) only what the text
 * says is filled in. False if the text is none of these. */
bool caller_parse(const struct model *model, struct arena *arena, const char *text, struct caller *caller);
/* The same for a text that lives as long as the arena: it is not copied. */
bool caller_read(const struct model *model, struct arena *arena, const char *text, struct caller *caller);
/* Parses the name of a workload: a pod, "k8s:CLUSTER-ARN:NAMESPACE/ACCOUNT", a resource's ARN, or "certificate of
 * TRUST-ANCHOR-ARN"; or of those whom identity pools let in: GUEST, or "user of PROVIDER". */
bool caller_of_workload(const struct model *model, struct arena *arena, const char *text, struct caller *caller);
void caller_of_principal(const struct model *model, uint32_t principal, struct caller *caller);

/* The calling account, if all its users and roles are in the export. Otherwise NULL: the caller is somebody in it, who
 * may have been given every permission by its administrators. */
const struct model_account *caller_whole_account(const struct model *model, const struct caller *caller);

enum verdict { VERDICT_DENIED, VERDICT_CONDITIONAL, VERDICT_ALLOWED };
const char *verdict_word(enum verdict verdict);

/* The first reason in evaluation order. */
enum decision_reason {
    REASON_GRANTED,
    REASON_CANNOT_CALL,    /* STS refuses this kind of caller, or the partitions differ */
    REASON_ACCOUNT_CLOSED, /* the caller's account or the role's is closed, suspended or was never activated */
    REASON_INVALID_POLICY, /* only a policy that cannot be read could allow it */
    REASON_EXPLICIT_DENY,
    REASON_RCP,
    REASON_SCP,
    REASON_NO_TRUST,
    REASON_NO_IDENTITY_PERMISSION,
    REASON_BOUNDARY,
    REASON_UNSATISFIABLE_CONDITIONS,
    REASON_NOT_ASSIGNED, /* for a person, see analyzer/analysis/person_explained.h */
};
const char *decision_reason_word(enum decision_reason reason);
/* Whether the call is refused whatever policies say. */
bool decision_reason_is_refusal(enum decision_reason reason);

enum decision_layer_kind {
    LAYER_TRUST,
    LAYER_IDENTITY,
    LAYER_BOUNDARY,
    LAYER_SESSION,
    LAYER_SCP,
    LAYER_RCP,
    LAYER_COUNT
};
const char *decision_layer_word(enum decision_layer_kind layer);

/* allows | conditional | denies | silent (grants nothing) | absent (there is no such policy, or it does not count
 * here). */
enum layer_result { LAYER_ALLOWS, LAYER_CONDITIONAL, LAYER_DENIES, LAYER_SILENT, LAYER_ABSENT };
const char *layer_result_word(enum layer_result result);

/* A statement that matched the request, under a condition. */
struct decision_statement {
    const struct policy_use *use;
    const struct statement *statement;
    const char *action;   /* the action it matched for */
    constraint condition; /* CONSTRAINT_TRUE: for all values of the unknown keys */
};

struct decision_layer {
    enum layer_result result;
    struct decision_statement *statements; /* the deciding ones: the denies if it denies, else the allows */
    uint32_t statement_count;
    bool assumed_absent; /* LAYER_ABSENT: unknown, missing from the export */
    const char *note; /* NULL, or a sentence: "not needed: the trust policy names the user itself", "SCPs are not in the
                         export" */
};

/* One thing that the call lacks to succeed. */
struct decision_gap {
    enum decision_layer_kind layer;
    const char *action; /* the action that is not allowed */
    bool denied;        /* blocked by an explicit Deny: adding a statement does not help */
    bool on_purpose;    /* blocked by an existing condition: a statement without it would help, but is not proposed */
    const struct decision_statement *deny; /* the Deny, if denied */
    const char
        *level; /* SCP, RCP: id of the root, OU or account whose policies lack the Allow or hold the Deny; else NULL */
    const char *demands; /* trust: what the call would have to be like, if only the keys fixed by the question keep the
                            trust policy from allowing it; else NULL */
    const char *known;   /* likewise, if those keys contradict what is known: the known fact */
    const char *text;    /* for people */
};

struct decision {
    enum verdict verdict;
    constraint residual; /* the condition; CONSTRAINT_TRUE if allowed, CONSTRAINT_FALSE if denied */
    enum decision_reason reason;
    bool undecided; /* the search limit was hit: conditional, "not fully decided" */
    /* From here on, filled in by decision_explain only. */
    struct decision_layer layers[LAYER_COUNT];
    struct decision_gap *gaps; /* empty unless denied */
    uint32_t gap_count;
    const char **notes; /* missing data that the answer depends on */
    uint32_t note_count;
};

/* A key that the question fixes. */
struct fixed_key {
    const char *key;
    const char *const *values;
    uint32_t count; /* 0: the key is absent */
};

/* Additional permissions, such as the caller could give itself; all zero: none. */
struct decision_gain {
    bool any_permission;  /* as if an identity policy allowed everything; its denies, boundary and SCPs still count */
    bool account_usable;  /* as if its account were not closed or suspended */
    bool no_boundary;     /* as if it had no permissions boundary */
    const char *only_rcp; /* as if, of the RCPs on the role's account, only the one with this id counted ("": none);
                             NULL: all count */
    const struct model_group *group; /* also has the policies of this group; NULL: none */
};

struct decision_question {
    struct caller caller;
    uint32_t role;              /* model index of the target */
    const char *const *actions; /* all of these must be allowed; NULL: the action for the caller's kind, plus TagSession
                                   and SetSourceIdentity if conditions or fixed keys imply them */
    uint32_t action_count;
    const struct fixed_key *fixed;
    uint32_t fixed_count;
    struct decision_gain gain;
    double now;        /* current time in epoch seconds, for conditions on time; 0: unknown */
    bool verdict_only; /* do not determine the reason for a denial, which costs as much as the verdict; it is left unset
                        */
};

/* Decides questions on one model. One per thread; owns scratch memory and uses the pool, in which residuals live. */
struct evaluator;
struct evaluator *evaluator_new(const struct model *model, struct constraint_pool *pool);
void evaluator_free(struct evaluator *evaluator);

/* The verdict alone. */
void decision_decide(struct evaluator *evaluator, const struct decision_question *question, struct decision *decision);

/* The verdict, every layer with the statements that decided, and everything that is missing. Arrays and texts live in
 * the arena. */
void decision_explain(struct evaluator *evaluator, const struct decision_question *question, struct arena *arena,
                      struct decision *decision);

/* The condition under which the account can be used: it is not closed, suspended or never activated. */
constraint decision_account_usable(struct constraint_pool *pool, const struct model_account *account);

/* The condition under which one statement of the role's trust policy applies to the caller's call to assume the role,
 * whatever else allows or denies it; CONSTRAINT_FALSE: no such call. */
constraint decision_statement_matches(struct evaluator *evaluator, const struct decision_question *question,
                                      const struct statement *statement);

/* Whether some readable Allow statement of the role's trust policy covers the action, or the trust policy is
 * unknown. */
bool decision_takes(const struct model *model, uint32_t role, enum sts_action_id action);

/* Whether callers may pass session tags when assuming the role, so that its sessions may have other tags than the role:
 * some readable Allow statement of its trust policy covers sts:TagSession, or the trust policy is unknown. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
bool decision_takes_tags(const struct model *model, uint32_t role);

/* A question about a permission other than assuming a role (administrators, control edges). */
struct permission_question {
    const struct caller *caller;
    const char *action, *resource;        /* the ARN */
    const struct model_principal *target; /* set if the resource is a user or role */
    const struct fixed_key *fixed;
    uint32_t fixed_count;
    struct decision_gain gain;
    double now; /* as in decision_question */
};

/* A pattern of the statement's Resource with the caller's variables replaced: known ones by their values, others by
 * stars. NULL: a variable has no value, so that the pattern matches nothing. Valid until the next question. */
const char *decision_resource(struct evaluator *evaluator, const struct caller *caller,
                              const struct statement *statement, uint32_t number);

/* The condition under which the caller's identity policies, within boundary and SCPs, allow it; TRUE: always, FALSE:
 * never, as in verdicts. */
constraint decision_permits(struct evaluator *evaluator, const struct permission_question *question);

#endif
