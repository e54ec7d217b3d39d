#include "analyzer/findings/kept.h"

#include "graph/model_trial.h"
#include <stdlib.h>

int kept_read(struct analysis *analysis, const char *const *names, size_t count, struct kept *kept)
{
    kept->callers = calloc(count + 1, sizeof *kept->callers);
    if (kept->callers == NULL) {
        command_error("out of memory");
        return EXIT_INTERNAL;
    }
    for (; kept->count < count; kept->count++)
        if (!analysis_resolve_caller(analysis, names[kept->count], &kept->callers[kept->count]))
            return EXIT_USAGE;
    return EXIT_YES;
}

void kept_free(struct kept *kept)
{
    free(kept->callers);
    history_free(kept->history);
    *kept = (struct kept){0};
}

/* When the caller gets in. */
static constraint access_of(struct analysis *analysis, const struct caller *caller, uint32_t role, bool *failed)
{
    struct decision decision = {0};
    const struct decision_question question = {.caller = *caller, .role = role, .now = analysis->now};
    if (!decision_decide(analysis->evaluator, &question, &decision))
        *failed = true;
    return decision.verdict != VERDICT_DENIED ? decision.residual : CONSTRAINT_FALSE;
}

/* Those kept who get into the role now; malloc'ed. */
struct users {
    struct caller *callers;
    constraint *access; /* when they do */
    const char **why;
    size_t count;
};

static void add_user(struct analysis *analysis, struct users *users, const struct caller *caller, uint32_t role,
                     const char *why, bool *failed)
{
    constraint access = access_of(analysis, caller, role, failed);
    if (access == CONSTRAINT_FALSE)
        return;
    users->callers[users->count] = *caller;
    users->access[users->count] = access;
    users->why[users->count++] = why;
}

static bool find_users(struct analysis *analysis, struct kept *kept, uint32_t role, struct users *users)
{
    size_t call_count;
    bool failed = false;
    if (kept->history == NULL)
        kept->history = history_load(analysis->model);
    if (kept->history == NULL)
        return false;
    const struct history_call *calls = history_calls_on(kept->history, role, &call_count);
    users->callers = calloc(kept->count + call_count + 1, sizeof *users->callers);
    users->access = calloc(kept->count + call_count + 1, sizeof *users->access);
    users->why = calloc(kept->count + call_count + 1, sizeof(*users->why));
    if (users->callers == NULL || users->access == NULL || users->why == NULL)
        return false;
    for (size_t i = 0; i < kept->count; i++)
        add_user(analysis, users, &kept->callers[i], role, "whom --keep names", &failed);
    for (size_t i = 0; i < call_count; i++) {
        struct caller caller;
        if (calls[i].caller != MODEL_NONE)
            caller_of_principal(analysis->model, calls[i].caller, &caller);
        else if (!caller_parse(analysis->model, &analysis->model->arena, calls[i].name, &caller))
            continue;
        add_user(analysis, users, &caller, role, "who used it, as the loaded events say", &failed);
    }
    return !failed;
}

/* The index of one whom the policy refuses a call that succeeds now; users->count: none. */
static size_t refused(struct analysis *analysis, const struct users *users, uint32_t role, const json_t *policy,
                      bool *failed)
{
    struct model_trial trial;
    char *text = json_dumps(policy, JSON_COMPACT);
    size_t i = 0;
    if (text == NULL) {
        *failed = true;
        return 0;
    }
    /* What is no policy any more, since its last statement is gone, lets in nobody. */
    if (model_trial_begin(analysis->model, role, text, &trial)) {
        while (i < users->count &&
               constraint_implies(analysis->pool, users->access[i],
                                  access_of(analysis, &users->callers[i], role, failed)) == CONSTRAINT_YES)
            i++;
        model_trial_end(&trial);
    }
    free(text);
    return i;
}

bool kept_check(struct analysis *analysis, struct kept *kept, uint32_t role, json_t *policies, const char **whom,
                const char **why)
{
    struct users users = {0};
    bool good = find_users(analysis, kept, role, &users), failed = false;
    const char *style;
    json_t *policy;
    void *next;
    if (good && users.count > 0)
        json_object_foreach_safe(policies, next, style, policy)
        {
            size_t i = refused(analysis, &users, role, policy, &failed);
            if (i == users.count)
                continue;
            *whom = users.callers[i].text;
            *why = users.why[i];
            json_object_del(policies, style);
        }
    free(users.callers);
    free(users.access);
    free(users.why);
    return good && !failed;
}
