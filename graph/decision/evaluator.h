/*
 * evaluator: internals of decision.h, shared by principal_matching.c, trust_layer.c and policy_layers.c (what each
 * policy says), action_parts.c (combining them), decision.c and decision_members.c (the verdict), explanation*.c,
 * grants.c and remedy.c.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_EVALUATOR_H
#define ROLECHAIN_GRAPH_DECISION_EVALUATOR_H

#include "graph/decision/decision.h"
#include "graph/decision/request.h"

struct evaluator {
    const struct model *model;
    struct constraint_pool *pool;
    struct arena scratch; /* reset for each question */
    /* Cached: what is certain about calls by users ([0]) and roles ([1]) in the organization ([0]) or outside it ([1]),
     * if the question fixes no key; valid for this time and this state of the pool. */
    struct evaluator_axioms {
        bool known;
        double now;
        uint64_t returns;
        constraint axioms;
    } axioms[2][2];
};

/* The form in which a trust policy names the caller: it decides what else is needed within one account. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html and
 * .../reference_policies_evaluation-logic.html */
enum trust_way {
    WAY_DELEGATED, /* by the account: identity policies must allow, too */
    WAY_USER,      /* the user's ARN */
    WAY_ROLE,      /* the role's ARN: boundary and session policy still limit it */
    WAY_SESSION,   /* the session's ARN */
    WAY_ANYONE,    /* "*" */
    WAY_SERVICE,
    WAY_FEDERATED,
    WAY_COUNT,
};

/* What the policies say about one action, as constraints. */
struct action_parts {
    constraint ways[WAY_COUNT];
    constraint identity;          /* some identity policy allows */
    constraint boundary;          /* the boundary allows, or there is none */
    constraint scp;               /* every level has an Allow */
    constraint deny[LAYER_COUNT]; /* some Deny of that layer applies */
    bool broken_trust;            /* a trust statement could not be read */
    bool same_account;
};

/* A statement of a trust policy, with the principals in it that can match the caller. */
struct trust_part {
    const struct policy_use *use;
    const struct statement *statement;
    const struct statement_place *places; /* NULL: all of its principals */
    uint32_t count;                       /* number of places */
};
uint32_t trust_part_count(const struct trust_part *part);
const struct statement_principal *trust_part_principal(const struct trust_part *part, uint32_t i);

/* The condition under which the principal matches the caller, and the way in which it would admit the caller. */
constraint principal_matches(const struct request *request, const struct statement_principal *principal, bool allow,
                             enum trust_way *way);
/* A Deny with NotPrincipal checks account, then user or role, then session: the caller is exempt only if every level is
 * in the list, and never if it has a permissions boundary. Sessions need an entry of their own only if the list names
 * sessions of the role. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
constraint principal_spared(const struct request *request, const struct trust_part *part);

/* Called for every statement that matched, if an explanation is wanted. */
struct recorder {
    void (*statement)(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                      const struct statement *statement, const char *action, constraint condition);
    /* An SCP level: the condition under which something there allows. */
    void (*level)(struct recorder *recorder, const struct model_level *level, const char *action, constraint allows);
};

void evaluator_parts(struct evaluator *evaluator, const struct request *request, struct recorder *recorder,
                     struct action_parts *parts);

/* Adds what one statement of the role's trust policy says; broken ones are ignored here. */
void evaluator_trust_statement(struct evaluator *evaluator, const struct request *request,
                               const struct statement *statement, struct action_parts *parts);

/* Combines the parts: each way of the trust policy with its requirements. */
constraint parts_granted(struct constraint_pool *pool, const struct action_parts *parts);
constraint parts_denied(struct constraint_pool *pool, const struct action_parts *parts);  /* any layer */
constraint parts_trusted(struct constraint_pool *pool, const struct action_parts *parts); /* any way */
/* Granted by everything that must grant, denied by nothing. */
constraint parts_formula(struct constraint_pool *pool, const struct action_parts *parts);
/* The ways that need no identity policy. */
constraint parts_direct(struct constraint_pool *pool, const struct action_parts *parts);

/* The first condition that cannot be true in an Allow of the trust policy that names the caller. NULL: there is no such
 * Allow. */
const struct statement_condition *evaluator_near_miss(const struct request *request,
                                                      const struct statement **near_statement);

/* decide_member answers for one user or role of the account; decide_members for all of them: the best answer that any
 * of them gets, under the conditions under which any of them can. */
void decide_member(struct evaluator *evaluator, const struct decision_question *question, uint32_t member,
                   struct decision *decision);
void decide_members(struct evaluator *evaluator, const struct decision_question *question,
                    const struct model_account *account, struct decision *decision);

/* Whether the caller is a service-linked role, which SCPs do not apply to. */
bool caller_service_linked(const struct model *model, const struct caller *caller);

/* Why the call is refused whatever policies say, as words and as a reason; NULL if it is not. */
const char *caller_refusal(const struct model *model, const struct decision_question *question, const char *action,
                           enum decision_reason *reason);

/* The actions of a question: those requested, else the one for the caller's kind, plus those that the fixed keys imply
 * (at most QUESTION_IMPLIED_ACTIONS). Returns the count. */
#define QUESTION_IMPLIED_ACTIONS 4
uint32_t question_actions(const struct decision_question *question, const char **implied, const char *const **actions);

/* Fills in a request for one action of the question. */
void question_request(struct evaluator *evaluator, const struct decision_question *question, const char *action,
                      struct request *request);

/* The whole question as one formula, including the additional actions that conditions require. */
constraint question_formula(struct evaluator *evaluator, const struct decision_question *question);

/* Whether the formula is satisfiable together with what is certain about the unknown keys. */
enum constraint_answer question_satisfiable(struct evaluator *evaluator, const struct decision_question *question,
                                            constraint formula);

#endif
