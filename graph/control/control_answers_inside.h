/*
 * Internals of control_answers.h: control_answers.c (what an answer depends on) and control_answers_lists.c (which
 * statements are about an action, by document, by principal and by account).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_ANSWERS_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_ANSWERS_INSIDE_H

#include "graph/control/control_answers.h"
#include "ingest/support/id_map.h"
#include "ingest/support/intern.h"

#define ACTION_SLOTS 256u

/* A list of statements is represented by its offset in the lists, or by one of these. */
enum { LIST_NOT_ASKED, LIST_EMPTY, LIST_OF_EACH, LIST_FIRST };

/* One action: its statements by document. */
struct action_lists {
    const char *action;
    uint32_t *list_of; /* per document of the model */
};

struct control_answers {
    const struct model *model;
    struct evaluator *evaluator;
    struct action_lists actions[ACTION_SLOTS];
    uint32_t action_count;
    uint32_t *lists, list_count, list_room; /* a count, then statements of the model */
    struct intern keys, texts, contents;
    uint32_t account;                            /* the account for whose principals lists are kept */
    struct id_map kept;                          /* by principal or account, and action: their offset in kept_lists */
    struct intern resources;                     /* in questions about principals of the account */
    struct id_map on_resource;                   /* by resource and action: what SCPs say, in kept_lists */
    struct intern said;                          /* what they say, per action */
    struct id_map known_of_all;                  /* per number of `said` and class of rights: the shared answer */
    uint32_t *kept_lists, kept_count, kept_room; /* a count, then statements of the model and marks */
    uint32_t *content_of; /* per statement of the model: its number in contents, plus one; 0: not computed */
    constraint *known;    /* per key */
    uint32_t known_room;
};

/* Words in the lists that are not statements. */
#define MARK_BOUNDARY 0x80000000u
#define MARK_LEVEL 0x80000001u
#define MARK_INCOMPLETE_LEVEL 0x80000002u
#define MARK_GROUP 0x80000003u
#define MARK_ALLOWED 0x80000004u
#define MARKS 0x80000000u

#define NOT_SHARED UINT32_MAX

/* NULL: there are too many actions. */
struct action_lists *answers_of_action(struct control_answers *answers, const char *action);
uint32_t answers_slot(const struct control_answers *answers, const struct action_lists *lists);

/* Of a document of the model. */
uint32_t answers_of_document(struct control_answers *answers, const struct action_lists *lists, uint32_t document);

/* The statements of the principal's identity policies, or marks and statements of the SCPs of its account, in
 * kept_lists: a count, then these. NOT_SHARED: some statement in them means something different for each holder. Kept
 * for one account at a time. */
uint32_t answers_of_principal(struct control_answers *answers, const struct action_lists *lists, uint32_t principal);
uint32_t answers_of_scps(struct control_answers *answers, const struct action_lists *lists, uint32_t account);

/* Appends a word to kept_lists. */
void answers_keep(struct control_answers *answers, uint32_t word);

/* The number for a statement that is known to match: statements of different documents with the same effect and
 * conditions share it. */
uint32_t answers_content(struct control_answers *answers, uint32_t place);

#endif
