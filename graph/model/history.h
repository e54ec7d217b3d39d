/*
 * history: which roles were assumed by whom according to the loaded CloudTrail events, and the period that these cover.
 *
 * A call between accounts is in the trails of both; the role's side names the caller by unique id only, which is looked
 * up in the exports. Denied calls do not count.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_HISTORY_H
#define ROLECHAIN_GRAPH_MODEL_HISTORY_H

#include "graph/model/model.h"

/* All calls of one caller on one role. Instants are ISO 8601 in UTC, to the second. */
struct history_call {
    uint32_t role;
    uint32_t caller;     /* principal; MODEL_NONE: none of the exports */
    const char *name;    /* ARN of a user, role or identity provider; service; unique id */
    const char *account; /* "" unknown, or a service */
    const char *first, *last;
    uint64_t count; /* at least */
};

/* What the tokens or assertions of a provider were like that assumed a role. Both texts are "" where some were like
 * nothing that was kept. */
struct history_token {
    uint32_t role;
    const char *provider; /* as the name of the call */
    const char *subject, *audience;
};

/* What the trail of an account covers. */
struct history_trail {
    uint32_t account;
    const char *first, *last;
    const char *regions; /* sorted, separated by blanks */
};

/* Strings live with it. */
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

/* NULL: there is no trail of the account. */
const struct history_trail *history_trail_of(const struct history *history, uint32_t account);

/* The tokens of a provider that assumed the role; *count of them. None (NULL): nothing is known of them. */
const struct history_token *history_tokens_of(const struct history *history, uint32_t role, const char *provider,
                                              size_t *count);

/* The calls on a role; *count of them. None: NULL. */
const struct history_call *history_calls_on(const struct history *history, uint32_t role, size_t *count);

#endif
