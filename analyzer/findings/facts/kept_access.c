#include "analyzer/findings/facts/kept_access.h"

#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/same_grants.h"
#include "analyzer/findings/findings.h"
#include "ingest/policy/services.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>

int kept_access_read(struct analysis *analysis, const char *const *names, size_t count, struct kept_access *kept)
{
    kept->callers = memory_zeroed(count, sizeof *kept->callers);
    for (; kept->count < count; kept->count++)
        if (!analysis_resolve_caller(analysis, names[kept->count], &kept->callers[kept->count]))
            return EXIT_USAGE;
    return EXIT_YES;
}

void kept_access_free(struct kept_access *kept)
{
    free(kept->callers);
    history_free(kept->history);
    *kept = (struct kept_access){0};
}

/* If nobody was named. */
static void free_notes(void *notes)
{
    kept_access_free(notes);
}

static const struct notes_kind nobody_named = {sizeof(struct kept_access), free_notes, false};

struct kept_access *kept_access_of(struct findings *findings)
{
    return findings->kept != NULL ? findings->kept : findings_notes(findings, &nobody_named);
}

/* `when`: what is known of the call. */
static void add_call_when(struct analysis *analysis, struct kept_calls *calls, const struct caller *caller,
                          uint32_t role, constraint when, const char *why)
{
    constraint access = constraint_and(analysis->pool, trust_access(analysis, caller, role), when);
    if (constraint_satisfiable(analysis->pool, access) != CONSTRAINT_NO)
        ARRAY_ADD(calls->list, calls->count, calls->room, (struct kept_call){*caller, role, access, why});
}

static void add_call(struct analysis *analysis, struct kept_calls *calls, const struct caller *caller, uint32_t role,
                     const char *why)
{
    add_call_when(analysis, calls, caller, role, CONSTRAINT_TRUE, why);
}

static constraint key_is(struct analysis *analysis, const char *host, const char *claim, const char *value)
{
    char *name = memory_print("%s:%s", host, claim);
    const char *key = constraint_key_copy(analysis->pool, name);
    free(name);
    return party_key_is(analysis, key, value);
}

/* For applications that sign people in, the audience is not always what the key has (Google's azp), and the subject of
 * an assertion is not always SAML:sub; then less is known. */
constraint kept_token(struct analysis *analysis, const struct caller *caller, const struct history_token *token)
{
    constraint when = CONSTRAINT_TRUE;
    bool saml = caller->kind == CALLER_SAML_PROVIDER;
    const struct issuer *issuer = saml ? NULL : issuer_find(analysis->model, NULL, caller->name);
    const char *host = saml ? "SAML" : caller->name;
    if (token->subject[0] != '\0' && !saml)
        when = key_is(analysis, host, issuer->subject, token->subject);
    if (token->audience[0] != '\0' && (issuer == NULL || !issuer->many_audiences))
        when = constraint_and(analysis->pool, when,
                              key_is(analysis, host, issuer != NULL ? issuer->audience : "aud", token->audience));
    return when;
}

/* Roles are passed to a service in their own account (iam:PassRole); the events do not say for which account the
 * service acted. */
static constraint known_of_service(struct analysis *analysis, const struct caller *caller, uint32_t role)
{
    const struct service *service = service_find(caller->text);
    const struct model_principal *who = &analysis->model->principals[role];
    if (service == NULL || (service->traits & SERVICE_SAYS_FOR_WHOM) == 0)
        return CONSTRAINT_TRUE;
    return party_key_is(analysis, "aws:SourceAccount", analysis->model->accounts[who->account].id);
}

static void add_used(struct analysis *analysis, const struct history *history, struct kept_calls *calls,
                     const struct history_call *call)
{
    static const char *const why = "which used it according to the loaded events";
    size_t count;
    struct caller caller;
    if (call->caller != MODEL_NONE)
        caller_of_principal(analysis->model, call->caller, &caller);
    else if (!caller_parse(analysis->model, &analysis->model->arena, call->name, &caller) ||
             caller.kind == CALLER_UNIQUE_ID)
        return;
    bool service = caller.kind == CALLER_SERVICE;
    const struct history_token *tokens = history_tokens_of(history, call->role, call->name, &count);
    for (size_t i = 0; i < count; i++)
        add_call_when(analysis, calls, &caller, call->role, kept_token(analysis, &caller, &tokens[i]), why);
    if (count == 0)
        add_call_when(analysis, calls, &caller, call->role,
                      service ? known_of_service(analysis, &caller, call->role) : CONSTRAINT_TRUE, why);
}

const struct history *kept_history(const struct analysis *analysis, struct findings *findings)
{
    struct kept_access *kept = kept_access_of(findings);
    if (kept->history == NULL)
        kept->history = history_load(analysis->model);
    return kept->history;
}

void kept_calls_into(struct analysis *analysis, struct findings *findings, uint32_t role, struct kept_calls *calls)
{
    const struct kept_access *kept = kept_access_of(findings);
    const struct history *history = kept_history(analysis, findings);
    size_t count;
    const struct history_call *used = history_calls_on(history, role, &count);
    for (size_t i = 0; i < kept->count; i++)
        add_call(analysis, calls, &kept->callers[i], role, "named by --keep");
    for (size_t i = 0; i < count; i++)
        add_used(analysis, history, calls, &used[i]);
}

static bool is_among(uint32_t principal, const uint32_t *principals, uint32_t count)
{
    return principal != MODEL_NONE && bsearch(&principal, principals, count, sizeof principal, order_numbers) != NULL;
}

static void add_edge(const struct analysis *analysis, struct kept_calls *calls, const struct caller *caller,
                     uint32_t role, const char *why)
{
    const struct edge *edge = edges_between(analysis->edges, caller->principal, role);
    if (edge != NULL)
        ARRAY_ADD(calls->list, calls->count, calls->room, (struct kept_call){*caller, role, edge->residual, why});
}

/* Every role that the caller can assume or, with `alone`, those that others in its permission class may not have.
 * False: more calls than `most`. */
static bool add_reach(struct analysis *analysis, struct kept_calls *calls, const struct caller *caller, bool alone,
                      size_t most, const char *why)
{
    const struct edges *edges = analysis->edges;
    edge_end ends[EDGES_ENDS];
    uint32_t end_count = edges_sources(edges, caller->principal, ends), first, last, count;
    for (uint32_t i = 0; i < (alone ? 1 : end_count); i++) {
        edges_out(edges, ends[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            if (edges->edges[j].kind != EDGE_ASSUME)
                continue;
            const uint32_t *members = edges_members(edges, &edges->edges[j].to, &count);
            for (uint32_t k = 0; k < count && calls->count <= most; k++)
                add_edge(analysis, calls, caller, members[k], why);
        }
    }
    return calls->count <= most;
}

bool kept_calls_all(struct analysis *analysis, const uint32_t *principals, uint32_t count, size_t most,
                    struct kept_calls *calls)
{
    const struct partition *classes = &analysis->edges->classes.permissions;
    bool *met = memory_zeroed(classes->count, sizeof *met);
    bool good = true;
    for (uint32_t i = 0; i < count && good; i++) {
        uint32_t class = classes->of[principals[i]];
        bool alone = class != MODEL_NONE && met[class];
        struct caller caller;
        caller_of_principal(analysis->model, principals[i], &caller);
        if (class != MODEL_NONE)
            met[class] = true;
        good = add_reach(analysis, calls, &caller, alone, most, NULL);
    }
    free(met);
    return good;
}

void kept_calls_of(struct analysis *analysis, struct findings *findings, const uint32_t *principals, uint32_t count,
                   struct kept_calls *calls)
{
    const struct kept_access *kept = kept_access_of(findings);
    const struct history *history = kept_history(analysis, findings);
    for (size_t i = 0; i < kept->count; i++)
        if (is_among(kept->callers[i].principal, principals, count))
            add_reach(analysis, calls, &kept->callers[i], false, SIZE_MAX, "named by --keep");
    for (size_t i = 0; i < history->call_count; i++)
        if (is_among(history->calls[i].caller, principals, count))
            add_used(analysis, history, calls, &history->calls[i]);
}

const struct kept_call *kept_calls_refused(struct analysis *analysis, const struct kept_calls *calls, uint32_t before,
                                           uint32_t after)
{
    const struct model *model = analysis->model;
    struct same_grants grants;
    same_grants_open(&grants, model, before, after);
    for (size_t i = 0; i < calls->count; i++) {
        const struct kept_call *call = &calls->list[i];
        if (same_grants_for(&grants, model->principals[call->role].arn))
            continue;
        constraint access = trust_access(analysis, &call->caller, call->role);
        if (constraint_implies(analysis->pool, call->access, access) != CONSTRAINT_YES)
            return call;
    }
    return NULL;
}

void kept_calls_free(struct kept_calls *calls)
{
    free(calls->list);
    *calls = (struct kept_calls){0};
}
