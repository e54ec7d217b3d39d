#include "analyzer/findings/patches/patch_accepted.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TRUST_QUOTA 2048u /* "Role trust policy length"; can be raised */
#define TRUST_LIMIT 4096u

/* ---- principals */

struct naming {
    const struct model *model;
    json_t *gone;                   /* array: what was left out */
    struct intern gone_names;       /* likewise, for look-ups */
    const struct policy_use *trust; /* of today; NULL: none, or it was read */
    /* The spellings in today's trust policy, which IAM has accepted; the first for each name. */
    struct intern written;
    const struct statement_principal **principals;
    uint32_t count, room;
};

static void naming_open(struct naming *naming, const struct model *model, const struct policy_use *trust)
{
    *naming = (struct naming){
        .model = model, .gone = json_array(), .trust = trust != NULL && trust->document != MODEL_NONE ? trust : NULL};
}

/* On first use: a policy that lets nobody in has no names. */
static void read_written(struct naming *naming)
{
    const struct model *model = naming->model;
    const struct model_document *document = &model->documents[naming->trust->document];
    naming->trust = NULL;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            const struct statement_principal *principal = &statement->principals[j];
            if (intern_add(&naming->written, principal->value, strlen(principal->value)) == naming->count)
                ARRAY_ADD(naming->principals, naming->count, naming->room, principal);
        }
    }
}

static void naming_close(struct naming *naming)
{
    json_decref(naming->gone);
    intern_free(&naming->gone_names);
    intern_free(&naming->written);
    free(naming->principals);
}

static const struct statement_principal *find_written(struct naming *naming, const char *written)
{
    if (naming->trust != NULL)
        read_written(naming);
    uint32_t found = intern_find(&naming->written, written, strlen(written));
    return found != INTERN_NONE ? naming->principals[found] : NULL;
}

static void leave_out(struct naming *naming, json_t *name)
{
    const char *text = json_string_value(name);
    if (intern_add(&naming->gone_names, text, strlen(text)) == json_array_size(naming->gone))
        json_add(naming->gone, json_incref(name));
}

/* The principal as IAM accepts it; NULL: it does not exist. */
static const char *accepted_name(struct naming *naming, const char *written)
{
    const struct statement_principal *principal = find_written(naming, written);
    if (principal == NULL)
        return written;
    if (principal->form == PRINCIPAL_UNIQUE_ID) {
        uint32_t found = model_find_unique_id(naming->model, written);
        return found != MODEL_NONE ? naming->model->principals[found].arn : NULL;
    }
    return trust_is_missing(naming->model, principal) ? NULL : written;
}

static void name_anew(struct naming *naming, json_t *principal)
{
    json_t *names = json_listed(json_object_get(principal, "AWS")), *left = json_array(), *name;
    bool changed = false;
    size_t i;
    json_array_foreach(names, i, name)
    {
        const char *written = json_string_value(name);
        const char *accepted = written != NULL ? accepted_name(naming, written) : NULL;
        if (accepted == NULL && written != NULL)
            leave_out(naming, name);
        else if (accepted == written)
            json_add(left, json_incref(name));
        else
            policy_json_add_once(left, json_text(accepted));
        changed = changed || accepted != written;
    }
    if (changed)
        policy_json_set(principal, "AWS", left);
    json_decref(left);
    json_decref(names);
}

/* A statement that no longer names anybody is removed; one that no longer excludes anybody would have to be
 * rewritten. */
static bool name_existing(struct naming *naming, json_t *policy)
{
    json_t *statements = json_listed(json_object_get(policy, "Statement")), *statement;
    bool good = true;
    size_t i;
    json_array_foreach(statements, i, statement)
    {
        json_t *named = json_object_get(statement, "Principal"), *spared = json_object_get(statement, "NotPrincipal");
        name_anew(naming, named);
        name_anew(naming, spared);
        good = good && (!json_is_object(spared) || json_object_size(spared) > 0);
        if (json_is_object(named) && json_object_size(named) == 0)
            policy_json_remove(policy, statement);
    }
    json_decref(statements);
    return good;
}

static bool holds_statements(const json_t *policy)
{
    const json_t *statements = json_object_get(policy, "Statement");
    return json_is_object(statements) || json_array_size(statements) > 0;
}

static const char *say_left_out(struct findings *findings, const json_t *gone)
{
    struct text names = {0};
    const json_t *name;
    size_t i;
    if (json_array_size(gone) == 0)
        return NULL;
    json_array_foreach(gone, i, name) text_format(&names, "%s%s", i > 0 ? ", " : "", json_string_value(name));
    const char *words =
        finding_text(findings, "It leaves out %s: IAM rejects a policy with principals that do not exist.", names.data);
    text_free(&names);
    return words;
}

bool accepted_policy_is_left(const struct model *model, uint32_t role, const json_t *policy)
{
    struct naming naming;
    naming_open(&naming, model, model->principals[role].trust);
    json_t *copy = json_like(policy);
    bool left = name_existing(&naming, copy) && holds_statements(copy);
    json_decref(copy);
    naming_close(&naming);
    return left;
}

/* ---- lists and sizes */

static bool has_empty_list(json_t *value)
{
    const char *name;
    json_t *part;
    size_t i;
    if (json_is_array(value) && json_array_size(value) == 0)
        return true;
    json_array_foreach(value, i, part) if (has_empty_list(part)) return true;
    json_object_foreach(value, name, part) if (has_empty_list(part)) return true;
    return false;
}

/* Whether the policy comes from a plan or template and depends on what is deployed: in AWS such a condition is never
 * true. */
static bool has_our_keys(const json_t *policy)
{
    json_t *statements = json_listed(json_object_get(policy, "Statement")), *statement, *keys, *values;
    const char *name, *key;
    bool found = false;
    size_t i;
    json_array_foreach(statements, i, statement)
        json_object_foreach(json_object_get(statement, "Condition"), name, keys) json_object_foreach(keys, key, values)
            found = found || context_key_find(key)->our_own;
    json_decref(statements);
    return found;
}

size_t accepted_policy_size(const json_t *policy)
{
    char *text = json_words(policy, JSON_COMPACT);
    size_t size = 0;
    for (const char *at = text; *at != '\0'; at++)
        size += !isspace((unsigned char)*at);
    free(text);
    return size;
}

size_t accepted_policy_limit(const struct policy_use *use)
{
    if (use->kind == USE_TRUST)
        return TRUST_LIMIT;
    if (use->kind != USE_INLINE)
        return 6144;
    return strstr(use->holder, ":user/") != NULL ? 2048 : strstr(use->holder, ":group/") != NULL ? 5120 : 10240;
}

/* If today's policy is as long, the quota was already raised. */
static const char *say_quota(struct analysis *analysis, struct findings *findings, uint32_t role, size_t size)
{
    if (size <= TRUST_QUOTA)
        return NULL;
    json_t *today = trust_policy_json(analysis, analysis->model->principals[role].trust);
    bool raised = today != NULL && accepted_policy_size(today) >= size;
    json_decref(today);
    return raised ? NULL
                  : finding_text(findings,
                                 "It has %zu characters: IAM accepts it only in accounts whose trust policy quota was "
                                 "raised from the default, %u, to at least that (%u at most).",
                                 size, TRUST_QUOTA, TRUST_LIMIT);
}

void accepted_policy_make(struct analysis *analysis, struct findings *findings, uint32_t role,
                          const struct patch *patch, struct accepted_policy *accepted)
{
    *accepted = (struct accepted_policy){.document = json_like(patch->document)};
    bool good = true;
    if (role != MODEL_NONE) {
        struct naming naming;
        naming_open(&naming, analysis->model, analysis->model->principals[role].trust);
        good = name_existing(&naming, accepted->document);
        accepted->left_out = say_left_out(findings, naming.gone);
        naming_close(&naming);
    }
    size_t size = accepted_policy_size(accepted->document);
    good = good && !has_empty_list(accepted->document) && !has_our_keys(accepted->document) &&
           size <= (role != MODEL_NONE ? TRUST_LIMIT : accepted_policy_limit(patch->use));
    if (good && role != MODEL_NONE)
        accepted->quota = say_quota(analysis, findings, role, size);
    else if (!good)
        accepted_policy_free(accepted);
}

void accepted_policy_free(struct accepted_policy *accepted)
{
    json_decref(accepted->document);
    *accepted = (struct accepted_policy){0};
}
