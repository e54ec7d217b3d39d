/*
 * Internals of control.h and control_rights.h: control.c (the cache), control_documents.c (what policies say about the
 * actions of ways, and for whom they say the same), control_classes.c (who has the same rights), control_rights.c (over
 * others), control_services.c (through services), control_gains.c (gained permissions).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_INSIDE_H

#include "graph/control/control_answers.h"
#include "graph/control/control_rights.h"

#define CONTROL_ACTIONS 192u
#define CONTROL_WORDS (CONTROL_ACTIONS / 64)

/* A set of actions of ways: one bit each. */
struct control_mask {
    uint64_t bits[CONTROL_WORDS];
};

/* Which users or roles of one account the document's statements about control distinguish. */
enum document_apart {
    APART_NOBODY,
    APART_BY_ARN, /* its conditions compare ARNs with patterns */
    APART_EACH,
};

/* What a document says about the actions of ways. */
struct document_actions {
    struct control_mask allows;
    bool known;
    bool bears;  /* some statement is about one of them, including a Deny or one that cannot be read */
    bool denies; /* some such statement is a Deny, or cannot be read */
    enum document_apart apart;
};

/* Ways by number, grouped by form; within a form in the order of the table. */
struct way_list {
    uint16_t first[WAY_FORMS + 1];
    uint16_t ways[];
};

/* A service in the table of ways that a role trusts. */
struct trusted_service {
    const char *service;   /* as in ways */
    const char *principal; /* as the trust policy writes it */
    size_t way;            /* the first way of that service */
    constraint formula;    /* the condition under which it becomes the role */
};

struct trusted_services {
    const struct trusted_service *list;
    uint32_t count;
    bool known;
};

/* What must exist for a way to lead to a role. */
struct known_fact {
    uint32_t way, role;
    constraint formula;
};

struct control {
    const struct model *model;
    struct constraint_pool *pool;
    struct evaluator *evaluator;
    struct control_answers *answers;
    double now;
    struct arena arena;
    const char *actions[CONTROL_ACTIONS]; /* the distinct actions of all ways */
    size_t action_count;
    uint8_t (*steps)[WAY_STEPS];  /* per way: its steps as numbers of actions */
    struct control_mask *needs;   /* per way */
    const struct way_list *all;   /* all ways */
    const struct way_list **open; /* by number in open_masks: the ways whose actions are all in the mask */
    uint32_t open_room;
    struct intern open_masks;            /* masks as bytes */
    bool of_resource;                    /* set when an answer depends on the resource; callers reset it */
    size_t *same_service;                /* per way: the first way with its service */
    const struct control_how **way_hows; /* per way with one step: its words; NULL: not needed yet */
    struct intern action_patterns;       /* of Action and NotAction */
    struct control_mask *pattern_masks;
    uint32_t pattern_room;
    struct document_actions *documents; /* per document */
    struct trusted_services *services;  /* per principal */
    struct intern classes;              /* what distinguishes principals by their rights */
    struct intern scp_classes;          /* what SCPs distinguish principals by */
    uint32_t *scp_class_of;             /* per principal, as class_of */
    uint32_t *class_of;                 /* per principal: its class + 1; MODEL_NONE: it has none */
    struct intern launch_keys;          /* by principal and gain: number of its control_rights.launches */
    constraint **launches;
    uint32_t launch_room;
    constraint **class_launches; /* per class; NULL: not computed */
    uint32_t class_launch_room;
    struct known_fact *facts;
    uint32_t fact_count, fact_room;
    struct hash_index fact_index;
    struct intern meets;  /* by pattern and kind of resource in meet_account: number in meeting */
    const char **meeting; /* a resource that matches both; NULL: none */
    struct arena meet_texts;
    const char *(*kinds)[WAY_STEPS]; /* per way: the kinds of its steps as patterns, in meet_account; or NULL */
    uint32_t meet_room, meet_account;
    uint8_t *is_free; /* per formula: 0 not computed, 1 not free, 2 free; valid until the pool is returned to an earlier
                         state */
    uint32_t free_room;
    uint64_t free_returns;
    struct intern service_names; /* of trust policies */
    size_t *service_ways;        /* per number of service_names: the first way of the service; way_count: none */
    uint32_t service_room;
    struct intern words;       /* the actions of `hows` */
    struct control_how **hows; /* by their number */
    uint32_t how_room;
};

/* The document must not be MODEL_NONE. */
const struct document_actions *control_document(struct control *control, uint32_t document);
/* Whether the statement means something different for each holder or each resource. */
bool control_statement_is_of_each(const struct statement *statement);
/* Whether the condition is about the account, organization or tags of the resource. */
bool control_condition_is_of_resource(const struct statement_condition *condition);
/* How a pattern compares with an ARN under all operators that do not fold case, as a number. */
uint32_t control_arn_mark(const char *pattern, const char *arn);

/* control_rights_class including gained permissions. Also MODEL_NONE while one of its policies is on trial. */
uint32_t control_class_of(struct control_rights *rights);

/* The ways for which Allow statements of the principal's policies cover each action; principals with the same mask
 * share a list. */
const struct way_list *control_open_ways(struct control *control, uint32_t principal);

/* "111122223333/name", as in facts about roles. The caller frees it. */
char *control_name(const struct model *model, uint32_t principal);

/* The condition under which the service or identity provider becomes the role. */
constraint control_becomes(struct control *control, const char *caller, uint32_t role);

/* The services of ways that the role trusts; they are only known by name. */
const struct trusted_services *control_services_of(struct control *control, uint32_t role);

/* The condition under which the holder may perform the action on the resource; target: set if the resource is a user or
 * role, else NULL. */
constraint control_allows(struct control_rights *rights, const char *action, const char *resource,
                          const struct model_principal *target, const struct decision_gain *gain);

/* An equal one that lives as long as the control. */
const struct control_how *control_how_keep(struct control *control, struct control_how how);
/* The condition under which some way of the form works on the resource; *how: the action of a possible one. */
constraint control_by(struct control_rights *rights, enum way_form form, const char *resource,
                      const struct model_principal *target, const struct decision_gain *gain,
                      const struct control_how **how);

/* The condition for attaching or writing policies on the group, or new versions of policies attached to it. */
constraint control_edit_group(struct control_rights *rights, const struct model_group *group,
                              const struct decision_gain *gain, const struct control_how **how);

#endif
