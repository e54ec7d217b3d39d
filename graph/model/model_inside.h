/*
 * Internals of model.h: model.c (the whole, or a part), model_principals.c, model_documents.c, model_accounts.c,
 * model_guardrails.c, model_index.c, model_places.c, model_credentials.c; model_trial.c indexes policies on trial. If
 * the database cannot be read, there are fewer rows here; model.c asks the store once, at the end.
 *
 * The order of loading: principals and their policies, whose documents and accounts are numbered as they are met; the
 * documents; the accounts; the guardrails; then the numbers become indexes.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_MODEL_INSIDE_H
#define ROLECHAIN_GRAPH_MODEL_MODEL_INSIDE_H

#include "graph/model/model.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/id_map.h"
#include <jansson.h>

/* For model_locate: cached answers. */
struct model_places {
    struct intern paths;
    struct id_map sources;       /* of a source: its path's number, or INTERN_NONE */
    struct id_map layouts;       /* of a layout: its index in lines */
    json_t *lines;               /* an array of arrays; null: unknown */
    struct query *path, *layout; /* NULL: not needed yet */
};

/* For model_policy_versions: cached answers. */
struct model_versions {
    struct intern arns;
    uint32_t *counts; /* by the number in arns */
    uint32_t room;
    struct query *query; /* NULL: not needed yet */
};

/* For model_find_…. */
struct model_index {
    struct hash_index by_arn, by_unique_id, by_role_name; /* numbers of principals; by_role_name: within an account */
    const char **paths;                                   /* organization path per account, NULL: unknown */
    struct model_places places;
    struct model_versions versions;
};

/* State while the model is loaded. */
struct model_loading {
    struct model *model;
    struct store *store;
    const int64_t *part; /* database ids of the wanted principals, ascending; NULL: the whole database */
    size_t part_count;
    bool groups;          /* who is a member of which group, and groups without members */
    bool outline;         /* for the part: nothing is decided over it, see model_load_outline */
    const int64_t *asked; /* those of the part that get policies, ascending; NULL: all, or none of an outline */
    size_t asked_count;
    bool silent; /* the statements of documents met now are not needed */
    struct intern
        account_ids; /* of the principals' accounts; until loading_settle model_principal.account is a number in this */
    struct id_map document_numbers; /* of database ids */
    struct met_document {
        int64_t id;
        uint32_t index; /* in the model; MODEL_NONE until it is loaded */
        bool silent;    /* its statements are not needed */
    } * met_documents;  /* by number */
    uint32_t met_count, met_room;
    struct intern built_in; /* ARN tails → number in built_in_documents */
    uint32_t *built_in_documents, built_in_room;
    struct intern provided; /* "DOCUMENT CONDITIONS" → number in provided_documents */
    uint32_t *provided_documents, provided_room;
    uint32_t principal_room, use_room, document_room, statement_room, membership_count, membership_room;
    bool *guarded; /* per account: its guardrails are wanted; NULL: all */
};

/* Rows sorted by their first column, an id, from a query for rows with this id or a greater one. Ids must be requested
 * in ascending order; rows in between are skipped one by one as long as they are few. */
struct loading_rows {
    struct query *query;
    int64_t id; /* of the current row */
    bool asked, more;
};
void loading_rows_open(struct model_loading *loading, struct loading_rows *rows, const char *sql);
/* Moves to the first row with the id; false if there is none. */
bool loading_rows_of(struct loading_rows *rows, int64_t id);
/* Move to the first row of all, or to the next one. False: there is none. */
bool loading_rows_first(struct loading_rows *rows);
bool loading_rows_next(struct loading_rows *rows);
static inline bool loading_rows_are(const struct loading_rows *rows, int64_t id)
{
    return rows->more && rows->id == id;
}

/* The column's text: valid until the next step, or interned; "" for NULL unless the name says otherwise. */
const char *loading_peek(struct query *row, int column);
const char *loading_text(struct model_loading *loading, struct query *row, int column);
const char *loading_text_or_null(struct model_loading *loading, struct query *row, int column);
/* Ids of sources and layouts in 32 bits; 0 for ids that no load writes. */
uint32_t loading_id(struct query *row, int column);
/* A new use without name, holder and document; valid until the next is added. */
struct policy_use *loading_add_use(struct model_loading *loading);

/* Users and roles with tags and policies. The uses of each are adjacent, in the order of the principals: the trust
 * policy, the boundary, the others. */
void loading_principals(struct model_loading *loading);
/* Sorts them; numbers of documents and accounts become indexes. */
void loading_settle(struct model_loading *loading);

/* The number of a database document (0: none → MODEL_NONE). */
uint32_t loading_meet_document(struct model_loading *loading, int64_t id);
/* Loads all documents, or those of the part. */
void loading_documents(struct model_loading *loading);
/* After loading_documents: the model index of a database document (0: none), or of a number. */
uint32_t loading_document(const struct model_loading *loading, int64_t id);
uint32_t loading_numbered_document(const struct model_loading *loading, uint32_t number);
/* Index of rolechain's own copy of an AWS managed policy; MODEL_NONE if there is none. */
uint32_t loading_built_in(struct model_loading *loading, const char *arn);
/* Index of a copy of the document whose statements have the additional conditions. */
uint32_t loading_provided(struct model_loading *loading, uint32_t document, const char *conditions);

/* Builds the indexes of a document; of all documents, once all are loaded. */
void model_index_document(struct model *model, struct model_document *document);
void loading_indexes(struct model_loading *loading);

void loading_accounts(struct model_loading *loading);
void loading_guardrails(struct model_loading *loading);
void loading_index(struct model_loading *loading);
/* Needs the index. */
void loading_credentials(struct model_loading *loading);
void model_index_free(struct model_index *index);
void model_places_free(struct model_places *places);
void model_versions_free(struct model_versions *versions);

#endif
