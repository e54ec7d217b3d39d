/*
 * planned: users, groups, roles and policies as Terraform and CloudFormation describe them: separately, by references,
 * with names and ARNs that may only be known after deployment.
 *
 * A reader adds entities in any order; planned_place gives them ARNs, planned_finish resolves the references and moves
 * everything to the batch with the given standing. What is unknown stays unknown: a policy without text, a role without
 * trust policy, a principal with an incomplete list of policies.
 *
 * Two things are one only if the file says so. A thing whose name is made later is called "(KEY)", or "(KEY in FILE)"
 * where other files are there; a name that another thing of the file has in the same account gives "(NAME of SCOPE)".
 * No name in IAM has parentheses, so neither is ever taken for another. Characters that mean something in ARNs and
 * patterns are spelt otherwise in them.
 *
 * The account is that of the thing's own ARN, else the one that its scope is known to be of, else the one that the user
 * gives, else that of all ARNs of the file if it is one, else the one of the path.
 */
#ifndef ROLECHAIN_INGEST_READERS_PLANNED_H
#define ROLECHAIN_INGEST_READERS_PLANNED_H

#include "ingest/readers/reader.h"
#include "ingest/support/intern.h"

/* Something named by its name or ARN, or by the key of an entity of the file. All NULL: not known. */
struct planned_reference {
    const char *name, *key;
};

struct planned_reference_list {
    struct planned_reference *items;
    size_t count, room;
    bool unknown; /* there may be more */
};

enum planned_kind { PLANNED_USER = BATCH_USER, PLANNED_ROLE = BATCH_ROLE, PLANNED_GROUP = BATCH_GROUP, PLANNED_POLICY };

/* What a thing is made by, where a file has several makers: a provider of Terraform. */
struct planned_scope {
    const char *name;    /* "" if it is the only one */
    const char *account; /* NULL: not known */
    bool other_account;  /* not known, but it is made to be another than the rest */
};

/* Zeroed but for kind, key, principal (not of policies) and line by planned_add. */
struct planned_entity {
    enum planned_kind kind;
    const char *key;  /* unique in the file: address, logical id */
    const char *name; /* NULL: made later */
    const char *path; /* NULL: "/" */
    const char *arn;  /* NULL: made of the others */
    const struct planned_scope *scope;
    struct batch_principal *principal;
    struct batch_document document; /* of a policy */
    struct planned_reference boundary;
    bool has_boundary;
    const char *account; /* when it is placed; NULL: it is one of several */
    struct planned_entity *next;
};

enum planned_link_kind { LINK_INLINE, LINK_MANAGED, LINK_MEMBER };

/* A policy or a group that somebody has. */
struct planned_link {
    enum planned_kind owner_kind;
    struct planned_reference owner;
    const struct planned_scope *scope;
    enum planned_link_kind what;
    const char *name; /* LINK_INLINE */
    struct batch_document document;
    struct planned_reference to; /* LINK_MANAGED: name is an ARN; LINK_MEMBER: of a group */
    const char *provided;        /* LINK_MANAGED: as in struct batch_policy */
    bool owner_known, to_known;  /* their keys are those of entities already */
    bool optional;               /* nothing says that it is there */
    bool absent;                 /* it is not */
    uint32_t line;
    const char *pointer;
    struct planned_link *next;
};

struct planned {
    enum batch_standing standing;
    const char *account, *partition; /* of the ARNs of the file; NULL: none was met */
    bool several;                    /* ARNs of several accounts were met */
    const char *label;               /* ":FILE" and the like, when it is placed: tells the document from all others */
    const char *stack;               /* what the document is of, if the file says so of each; NULL: it does not */
    struct planned_entity *first, **end;
    struct planned_link *links, **links_end;
    struct intern keys, names;
    struct planned_entity **by_key, **by_name; /* by number; names: see planned.c */
    uint32_t key_room, name_room;
};

/* The same key again gives a new entity that replaces the first in references. */
struct planned_entity *planned_add(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                                   const char *key);
struct planned_link *planned_link(struct export_reader *reader, struct planned *planned);

/* Takes account and partition of an ARN of the deploying account, if they are not known yet. */
void planned_notice_arn(struct export_reader *reader, struct planned *planned, const char *arn);

/* Whose something without an ARN is; NULL: not known. */
const char *planned_account(const struct export_reader *reader, const struct planned *planned,
                            const struct planned_scope *scope);

void planned_list_add(struct export_reader *reader, struct planned_reference_list *list,
                      struct planned_reference reference);

/* Gives everything its name and ARN, so that they can be referred to. False: without an account the file is refused;
 * it needs none if it holds nothing but policies of others. */
bool planned_place(struct export_reader *reader, struct planned *planned);

/* Ties everything together, when it is placed, and puts it into the batch. */
void planned_finish(struct export_reader *reader, struct planned *planned);
void planned_free(struct planned *planned);

#endif
