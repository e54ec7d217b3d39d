/*
 * The inside of model.h: model.c (the whole, or a part), model_principals.c, model_documents.c, model_organization.c
 * (accounts, guardrails), model_index.c, model_places.c and model_credentials.c.
 *
 * The order of loading: principals with what they have, whose documents and accounts are numbered as they are met; the
 * documents; the accounts; the guardrails; then the numbers become indexes.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_MODEL_INSIDE_H
#define ROLECHAIN_GRAPH_MODEL_MODEL_INSIDE_H

#include "graph/model/model.h"
#include "ingest/support/id_map.h"
#include <jansson.h>

/* Principals found by a text of theirs: open addressing, index + 1, 0 free. */
struct principal_table {
    uint32_t *slots;
    uint32_t slot_count; /* a power of two, or 0 */
};

/* Answers model_locate: what was asked for so far. */
struct model_places {
    struct id_map sources; /* of a source: its path's number among the model's strings, or INTERN_NONE */
    struct id_map layouts; /* of a layout: its index in lines */
    json_t *lines;         /* an array of arrays; null: not known */
    sqlite3_stmt *path, *layout;
};

/* Answers model_find_…. */
struct model_index {
    struct principal_table by_arn, by_unique_id;
    struct principal_table by_role_name; /* and account */
    const char **paths;                  /* organization path per account, NULL unknown */
    struct model_places places;
};

/* While the model is loaded. */
struct model_loading {
    struct model *model;
    sqlite3 *database;
    const int64_t *part; /* database ids of the principals that are wanted, ascending; NULL: the whole */
    size_t part_count;
    struct intern
        account_ids; /* of the principals' accounts; until loading_settle model_principal.account numbers these */
    struct id_map document_numbers; /* of database ids */
    struct met_document {
        int64_t id;
        uint32_t index; /* in the model; MODEL_NONE until it is loaded */
    } * met_documents;  /* by number */
    uint32_t met_count, met_room;
    struct intern built_in; /* ARN tails → number in built_in_documents */
    uint32_t *built_in_documents, built_in_room;
    uint32_t principal_room, use_room, document_room, statement_room;
    bool *guarded; /* per account: its guardrails are wanted; NULL: of all */
    char **error;
    bool failed;
};

bool loading_fail(struct model_loading *loading, const char *what);
/* NULL on failure, which later calls with it bear. */
sqlite3_stmt *loading_prepare(struct model_loading *loading, const char *sql);
/* Whether there is another row; a database that cannot be read fails the loading. */
bool loading_step(struct model_loading *loading, sqlite3_stmt *statement);

/* Rows in the order of their first column, an id, by a query for those of this id or a greater one. Ids are asked for
 * in ascending order; rows of ids in between are passed over one by one as long as they are few. */
struct loading_rows {
    sqlite3_stmt *statement;
    int64_t id; /* of the row on which they stand */
    bool asked, more;
};
void loading_rows_open(struct model_loading *loading, struct loading_rows *rows, const char *sql);
/* Stands on the first row of the id; false if it has none. */
bool loading_rows_of(struct model_loading *loading, struct loading_rows *rows, int64_t id);
/* Stands on the first row of all, or the next one. False: there is none. */
bool loading_rows_first(struct model_loading *loading, struct loading_rows *rows);
bool loading_rows_next(struct model_loading *loading, struct loading_rows *rows);
static inline bool loading_rows_are(const struct loading_rows *rows, int64_t id)
{
    return rows->more && rows->id == id;
}

/* The column's text, interned; "" for NULL. */
const char *loading_text(struct model_loading *loading, sqlite3_stmt *statement, int column);
const char *loading_text_or_null(struct model_loading *loading, sqlite3_stmt *statement, int column);
/* The array with room for one more behind count; fails the loading when memory is exhausted. */
void *loading_grow(struct model_loading *loading, void *array, uint32_t *room, uint32_t count, size_t size);
/* Ids of sources and layouts, which the model keeps short; 0 for those that no load writes. */
uint32_t loading_id(sqlite3_stmt *statement, int column);
struct policy_use *loading_add_use(struct model_loading *loading);

/* Users and roles with tags and policies. The uses of each stand together, in the order of the principals: the trust
 * policy, the boundary, the others. */
void loading_principals(struct model_loading *loading);
/* Sorts them; numbers of documents and accounts become indexes. */
void loading_settle(struct model_loading *loading);

/* The number of a database document (0: none → MODEL_NONE). */
uint32_t loading_meet_document(struct model_loading *loading, int64_t id);
/* All documents, or those of the part. */
void loading_documents(struct model_loading *loading);
/* Afterwards: the model index of a database document (0: none), or of a number. */
uint32_t loading_document(const struct model_loading *loading, int64_t id);
uint32_t loading_numbered_document(const struct model_loading *loading, uint32_t number);
/* Index of rolechain's own copy of an AWS-managed policy; MODEL_NONE if it has none. */
uint32_t loading_built_in(struct model_loading *loading, const char *arn);

bool loading_accounts(struct model_loading *loading);
bool loading_guardrails(struct model_loading *loading);
bool loading_index(struct model_loading *loading);
/* Needs the index. */
bool loading_credentials(struct model_loading *loading);
void model_index_free(struct model_index *index);
void model_places_free(struct model_places *places);

#endif
