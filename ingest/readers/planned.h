/*
 * planned: users, groups, roles and policies as Terraform and CloudFormation describe them: as separate resources that
 * refer to each other, with names and ARNs that may only be known after deployment.
 *
 * A reader adds entities in any order; planned_place gives them ARNs, planned_finish resolves the references and moves
 * everything to the batch with the given standing. What is unknown stays unknown: a policy without text, a role without
 * trust policy, a principal with an incomplete list of policies.
 *
 * Two entities are the same only if the file says so. An entity whose name is generated later is called "(KEY)", or
 * "(KEY in FILE)" if other files are loaded; if another entity of the file has its name in the same account, it is
 * called "(NAME of SCOPE)". IAM names have no parentheses, so these never match another name. Characters with a meaning
 * in ARNs and patterns are replaced.
 *
 * The account of an entity is the first of these that is known: the one in its own ARN, that of its scope, the one
 * given by the user, that of all ARNs of the file if there is only one, the one in the path.
 */
#ifndef ROLECHAIN_INGEST_READERS_PLANNED_H
#define ROLECHAIN_INGEST_READERS_PLANNED_H

#include "ingest/readers/reader.h"
#include "ingest/support/intern.h"

/* Refers to something by name or ARN, or by the key of an entity of the file. All NULL: unknown. */
struct planned_reference {
    const char *name, *key;
};

struct planned_reference_list {
    struct planned_reference *items;
    size_t count, room;
    bool unknown; /* there may be more */
};

enum planned_kind { PLANNED_USER = BATCH_USER, PLANNED_ROLE = BATCH_ROLE, PLANNED_GROUP = BATCH_GROUP, PLANNED_POLICY };

/* What creates an entity, if a file has several: a provider of Terraform. */
struct planned_scope {
    const char *name;    /* "" if it is the only one */
    const char *account; /* NULL: unknown */
    bool other_account;  /* unknown, but intended to be another account than the rest */
};

/* planned_add zeroes it, except for kind, key, principal (unless a policy) and line. */
struct planned_entity {
    enum planned_kind kind;
    const char *key;  /* unique in the file: address, logical id */
    const char *name; /* NULL: generated later */
    const char *path; /* NULL: "/" */
    const char *arn;  /* NULL: built from the other members */
    const struct planned_scope *scope;
    struct batch_principal *principal;
    struct batch_document document; /* for a policy */
    struct planned_reference boundary;
    bool has_boundary;
    const char *account; /* set by planned_place; NULL: one of several */
    struct planned_entity *next;
};

enum planned_link_kind { LINK_INLINE, LINK_MANAGED, LINK_MEMBER };

/* A policy or a group that a principal has. */
struct planned_link {
    enum planned_kind owner_kind;
    struct planned_reference owner;
    const struct planned_scope *scope;
    enum planned_link_kind what;
    const char *name; /* LINK_INLINE */
    struct batch_document document;
    struct planned_reference to; /* LINK_MANAGED: name is an ARN; LINK_MEMBER: names a group */
    const char *provided;        /* LINK_MANAGED: as in struct batch_policy */
    bool owner_known, to_known;  /* their keys already are keys of entities */
    bool optional;               /* the file does not say whether it exists */
    bool absent;                 /* it does not exist */
    uint32_t line;
    const char *pointer;
    struct planned_link *next;
};

struct planned {
    enum batch_standing standing;
    const char *account, *partition; /* from the file's ARNs; NULL: none seen */
    bool several;                    /* the ARNs are of several accounts */
    const char *label; /* ":FILE" or the like, set by planned_place: distinguishes the document from all others */
    const char *stack; /* what the document describes, if the file says so; else NULL */
    struct planned_entity *first, **end;
    struct planned_link *links, **links_end;
    struct intern keys, names;
    struct planned_entity **by_key, **by_name; /* by number; names: see planned.c */
    uint32_t key_room, name_room;
};

/* If the key was used before, the new entity replaces the first one in references. */
struct planned_entity *planned_add(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                                   const char *key);
struct planned_link *planned_link(struct export_reader *reader, struct planned *planned);

/* Takes account and partition from an ARN in the deploying account, if they are not known yet. */
void planned_notice_arn(struct export_reader *reader, struct planned *planned, const char *arn);

/* The account of something without an ARN; NULL: unknown. */
const char *planned_account(const struct export_reader *reader, const struct planned *planned,
                            const struct planned_scope *scope);

void planned_list_add(struct export_reader *reader, struct planned_reference_list *list,
                      struct planned_reference reference);

/* Gives every entity its name and ARN, so that others can refer to it. False: the file is refused because the account
 * is unknown; a file with nothing but other owners' policies needs no account. */
bool planned_place(struct export_reader *reader, struct planned *planned);

/* After planned_place: resolves all references and puts everything into the batch. */
void planned_finish(struct export_reader *reader, struct planned *planned);
void planned_free(struct planned *planned);

#endif
