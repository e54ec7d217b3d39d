/*
 * history: which roles were assumed by whom according to the loaded CloudTrail events, and the period that they cover.
 *
 * A call between accounts is in the trails of both; the role's side names the caller by unique id only, which is looked
 * up in the exports. Denied calls do not count.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_HISTORY_H
#define ROLECHAIN_GRAPH_MODEL_HISTORY_H

#include "graph/model/model.h"

/* All calls of one caller on one role. Times are ISO 8601 in UTC, to the second. */
struct history_call {
    uint32_t role;
    uint32_t caller;     /* principal; MODEL_NONE: not in the exports */
    const char *name;    /* ARN of a user, role or identity provider; service; unique id */
    const char *account; /* "": unknown, or a service */
    const char *first, *last;
    uint64_t count; /* lower bound */
};

/* Tokens or assertions of a provider with which a role was assumed. Both texts are "" for tokens without recorded
 * properties. */
struct history_token {
    uint32_t role;
    const char *provider; /* the same as the name of the call */
    const char *subject, *audience;
};

/* The coverage of an account's trail. */
struct history_trail {
    uint32_t account;
    const char *first, *last;
    const char *regions; /* sorted, separated by spaces */
};

/* It owns all strings. */
struct history {
    struct intern strings;
    struct history_call *calls; /* sorted by role, then name */
    size_t call_count;
    struct history_token *tokens; /* sorted by role, provider, subject, audience */
    size_t token_count;
    struct history_trail *trails; /* sorted by account */
    size_t trail_count;
};

/* Reads the history from the model's database; it may be empty, or incomplete if the store has failed (store_error).
 * Never NULL. */
struct history *history_load(const struct model *model);
void history_free(struct history *history);

/* NULL: the account has no trail. */
const struct history_trail *history_trail_of(const struct history *history, uint32_t account);

/* The tokens of a provider with which the role was assumed; *count: how many. NULL: none known. */
const struct history_token *history_tokens_of(const struct history *history, uint32_t role, const char *provider,
                                              size_t *count);

/* The calls on a role; *count: how many. NULL: none. */
const struct history_call *history_calls_on(const struct history *history, uint32_t role, size_t *count);

#endif
