/*
 * The inside of model.h, shared by model.c (principals and documents), model_organization.c (accounts, guardrails),
 * model_credentials.c and model_index.c.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_INSIDE_H
#define ROLECHAIN_GRAPH_MODEL_INSIDE_H

#include "graph/model.h"

/* Answers model_find_…; all keys are interned in model.strings, so a table by string number is an array. */
struct model_index {
    uint32_t *by_string; /* per string number: principal with that ARN, or MODEL_NONE */
    uint32_t *unique_by_string;
    uint32_t *account_by_string;
    uint32_t string_count;
    struct role_name *role_names; /* sorted by account, then name */
    uint32_t role_name_count;
    const char **paths; /* organization path per account, NULL unknown */
    sqlite3_stmt *locate;
};

struct role_name {
    uint32_t account;
    const char *name;
    uint32_t principal;
};

/* While the model is loaded. */
struct model_loading {
    struct model *model;
    sqlite3 *database;
    struct intern document_ids; /* decimal database ids → model document index */
    uint32_t use_room, document_room, statement_room;
    char *part, *part_documents; /* JSON arrays of ids; NULL: the whole */
    bool *guarded;               /* per account: its guardrails are wanted; NULL: of all */
    char **error;
    bool failed;
};

bool loading_fail(struct model_loading *loading, const char *what);
sqlite3_stmt *loading_prepare(struct model_loading *loading, const char *sql);
/* The column's text, interned; "" for NULL. */
const char *loading_text(struct model_loading *loading, sqlite3_stmt *statement, int column);
const char *loading_text_or_null(struct model_loading *loading, sqlite3_stmt *statement, int column);

/* Model index of a database document (0: none → MODEL_NONE), loaded when first met. */
uint32_t loading_document(struct model_loading *loading, int64_t id);
/* Index of rolechain's own copy of an AWS-managed policy; MODEL_NONE if it has none. */
uint32_t loading_built_in(struct model_loading *loading, const char *arn);
struct policy_use *loading_add_use(struct model_loading *loading);

bool loading_accounts(struct model_loading *loading);
bool loading_guardrails(struct model_loading *loading);
bool loading_index(struct model_loading *loading);
/* Needs the index. */
bool loading_credentials(struct model_loading *loading);

#endif
