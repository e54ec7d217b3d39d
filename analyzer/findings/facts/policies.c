#include "analyzer/findings/facts/policies.h"

#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

bool policy_is_of_aws(const struct policy_use *use)
{
    return use->built_in || (use->arn != NULL && strstr(use->arn, ":iam::aws:policy/") != NULL);
}

const char *policy_resource(const struct policy_use *use)
{
    if (use->kind == USE_SCP || use->kind == USE_RCP)
        return use->name;
    return use->arn != NULL ? use->arn : use->holder;
}

char *policy_words(const struct policy_use *use)
{
    static const char *const words[] = {
        [USE_INLINE] = "Inline policy ",  [USE_MANAGED] = "Policy ", [USE_BOUNDARY] = "The boundary ",
        [USE_TRUST] = "The trust policy", [USE_SCP] = "SCP ",        [USE_RCP] = "RCP "};
    struct text text = {0};
    text_format(&text, "%s%s", words[use->kind], use->kind != USE_TRUST ? use->name : "");
    return text_release(&text);
}

/* MODEL_NONE: out of memory. */
static uint32_t place_of(struct policies *policies, const struct policy_use *use, const char *account)
{
    struct text key = {0};
    bool guardrail = use->kind == USE_SCP || use->kind == USE_RCP;
    text_append_char(&key, (char)use->kind);
    text_append(&key, (const char *)&use->document, sizeof use->document);
    text_append_string(&key, account);
    text_append_char(&key, ' ');
    text_append_string(&key, use->arn != NULL ? use->arn : guardrail ? "" : use->holder);
    text_append_char(&key, ' ');
    text_append_string(&key, use->arn == NULL ? use->name : "");
    uint32_t place = key.data != NULL && !key.failed ? intern_add(&policies->keys, key.data, key.length) : INTERN_NONE;
    text_free(&key);
    if (place == INTERN_NONE)
        return MODEL_NONE;
    if (place == policies->room) {
        uint32_t room = policies->room * 2 + 16;
        struct owned_policy *grown = realloc(policies->list, room * sizeof *grown);
        if (grown == NULL)
            return MODEL_NONE;
        policies->list = grown;
        policies->room = room;
    }
    if (place == policies->count)
        policies->list[policies->count++] = (struct owned_policy){.use = use, .account = account, .bound = MODEL_NONE};
    return place;
}

static bool add_holder(struct owned_policy *policy, uint32_t holder)
{
    if (policy->holder_count > 0 && policy->holders[policy->holder_count - 1] == holder)
        return true;
    if (policy->holder_count == policy->room) {
        uint32_t room = policy->room * 2 + 4;
        uint32_t *grown = realloc(policy->holders, room * sizeof *grown);
        if (grown == NULL)
            return false;
        policy->holders = grown;
        policy->room = room;
    }
    policy->holders[policy->holder_count++] = holder;
    return true;
}

static void add(struct policies *policies, const struct model *model, const bool *wanted, const struct policy_use *use,
                uint32_t holder)
{
    if (use == NULL || use->document == MODEL_NONE || !wanted[use->document] || policies->failed)
        return;
    /* A policy that AWS manages is the same in every account. */
    const char *account = policy_is_of_aws(use) ? "" : model->accounts[model->principals[holder].account].id;
    uint32_t place = place_of(policies, use, account);
    policies->failed = place == MODEL_NONE || !add_holder(&policies->list[place], holder);
}

static void add_guardrails(struct policies *policies, const struct model *model, const bool *wanted,
                           const struct model_guardrails *guardrails, uint32_t account)
{
    for (uint32_t i = 0; i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count && !policies->failed; j++) {
            const struct policy_use *use = &model->uses[guardrails->levels[i].first_policy + j];
            if (use->document == MODEL_NONE || !wanted[use->document])
                continue;
            uint32_t place = place_of(policies, use, "");
            policies->failed = place == MODEL_NONE;
            if (!policies->failed && policies->list[place].bound == MODEL_NONE)
                policies->list[place].bound = account;
        }
}

static bool has_wanted(const struct model *model, uint32_t document, bool (*wanted)(const struct statement *statement))
{
    const struct model_document *of = &model->documents[document];
    for (uint32_t i = 0; i < of->statement_count; i++)
        if (wanted(&model->statements[of->first_statement + i]))
            return true;
    return false;
}

/* The policy that a patch changes, as it is now. */
static bool collect_only(const struct model *model, const struct findings *findings,
                         bool (*wanted)(const struct statement *statement),
                         bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies)
{
    bool trust = findings->only_role != NULL;
    uint32_t role = trust ? (uint32_t)(findings->only_role - model->principals) : MODEL_NONE;
    const struct policy_use *use = trust ? findings->only_role->trust : findings->only_policy;
    const uint32_t *holders = trust ? &role : findings->only_holders;
    uint32_t count = trust ? 1 : findings->only_holder_count;
    if (use == NULL || use->document == MODEL_NONE || !has_wanted(model, use->document, wanted))
        return true;
    for (uint32_t i = 0; i < count && !policies->failed; i++) {
        uint32_t place = counts == NULL || counts(holders[i], context)
                             ? place_of(policies, use, model->accounts[model->principals[holders[i]].account].id)
                             : INTERN_NONE;
        if (place != INTERN_NONE)
            policies->failed = !add_holder(&policies->list[place], holders[i]);
    }
    return !policies->failed;
}

static bool collect_all(const struct model *model, const bool *wanted,
                        bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies)
{
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        bool any = (who->trust != NULL && who->trust->document != MODEL_NONE && wanted[who->trust->document]) ||
                   (who->boundary != NULL && who->boundary->document != MODEL_NONE && wanted[who->boundary->document]);
        for (uint32_t j = 0; j < who->policy_count && !any; j++) {
            uint32_t document = model->uses[who->first_policy + j].document;
            any = document != MODEL_NONE && wanted[document];
        }
        if (!any || (counts != NULL && !counts(i, context)))
            continue;
        add(policies, model, wanted, who->trust, i);
        for (uint32_t j = 0; j < who->policy_count; j++)
            add(policies, model, wanted, &model->uses[who->first_policy + j], i);
        add(policies, model, wanted, who->boundary, i);
    }
    for (uint32_t i = 0; i < model->account_count; i++) {
        add_guardrails(policies, model, wanted, &model->scps[i], i);
        add_guardrails(policies, model, wanted, &model->rcps[i], i);
    }
    return !policies->failed;
}

bool policies_collect(const struct model *model, const struct findings *findings,
                      bool (*wanted)(const struct statement *statement),
                      bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies)
{
    if (findings->only_role != NULL || findings->only_policy != NULL)
        return collect_only(model, findings, wanted, counts, context, policies);
    bool *documents = calloc((size_t)model->document_count + 1, sizeof *documents);
    for (uint32_t i = 0; documents != NULL && i < model->document_count; i++)
        documents[i] = has_wanted(model, i, wanted);
    bool good = documents != NULL && collect_all(model, documents, counts, context, policies);
    free(documents);
    return good;
}

void policies_free(struct policies *policies)
{
    for (uint32_t i = 0; i < policies->count; i++)
        free(policies->list[i].holders);
    free(policies->list);
    intern_free(&policies->keys);
    *policies = (struct policies){0};
}

const uint32_t *policy_copy_holders(struct findings *findings, const struct owned_policy *policy)
{
    uint32_t *holders = arena_allocate_array(&findings->arena, (size_t)policy->holder_count + 1, sizeof *holders);
    findings->failed = findings->failed || holders == NULL;
    if (holders == NULL)
        return NULL;
    memcpy(holders, policy->holders, policy->holder_count * sizeof *holders);
    holders[policy->holder_count] = MODEL_NONE;
    return holders;
}

bool policy_hold(struct findings *findings, struct finding *finding, const struct owned_policy *policy)
{
    finding->about = policy_copy_holders(findings, policy);
    return finding->about != NULL;
}

json_t *policy_held_json(const struct model *model, const struct finding *finding, uint32_t *count)
{
    const uint32_t *holders = finding->about;
    json_t *names = json_array();
    for (*count = 0; holders[*count] != MODEL_NONE; ++*count)
        json_array_append_new(names, json_string(model->principals[holders[*count]].arn));
    return names;
}
