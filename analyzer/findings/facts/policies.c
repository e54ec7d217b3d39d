#include "analyzer/findings/facts/policies.h"

#include "analyzer/findings/facts/name_lists.h"

#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

bool policy_is_of_aws(const struct policy_use *use)
{
    return use->built_in || arn_is_aws_managed_policy(use->arn);
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
    return memory_print("%s%s", words[use->kind], use->kind != USE_TRUST ? use->name : "");
}

/* Shared by the holders of one policy. */
struct policy_holders {
    uint32_t *list;
    uint32_t count, room;
};

/* The policy's place in the list. */
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
    uint32_t place = intern_add(&policies->keys, key.data, key.length);
    text_free(&key);
    ARRAY_REACH(policies->holders, place, policies->holders_room);
    if (place == policies->count)
        ARRAY_ADD(policies->list, policies->count, policies->room,
                  (struct owned_policy){.use = use, .account = account, .bound = MODEL_NONE});
    return place;
}

static void add_holder(struct policies *policies, uint32_t place, uint32_t holder)
{
    struct policy_holders *holders = &policies->holders[place];
    if (holders->count == 0 || holders->list[holders->count - 1] != holder)
        ARRAY_ADD(holders->list, holders->count, holders->room, holder);
    policies->list[place].holders = holders->list;
    policies->list[place].holder_count = holders->count;
}

static void add(struct policies *policies, const struct model *model, const bool *wanted, const struct policy_use *use,
                uint32_t holder)
{
    if (use == NULL || use->document == MODEL_NONE || !wanted[use->document])
        return;
    /* An AWS managed policy is the same in every account. */
    const char *account = policy_is_of_aws(use) ? "" : model->accounts[model->principals[holder].account].id;
    add_holder(policies, place_of(policies, use, account), holder);
}

static void add_guardrails(struct policies *policies, const struct model *model, const bool *wanted,
                           const struct model_guardrails *guardrails, uint32_t account)
{
    for (uint32_t i = 0; i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count; j++) {
            const struct policy_use *use = &model->uses[guardrails->levels[i].first_policy + j];
            if (use->document == MODEL_NONE || !wanted[use->document])
                continue;
            uint32_t place = place_of(policies, use, "");
            if (policies->list[place].bound == MODEL_NONE)
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

/* The policy that a patch changes, in its current state. */
static void collect_only(const struct model *model, const struct findings_scope *scope,
                         bool (*wanted)(const struct statement *statement),
                         bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies)
{
    bool trust = scope->role != NULL;
    uint32_t role = trust ? (uint32_t)(scope->role - model->principals) : MODEL_NONE;
    const struct policy_use *use = trust ? scope->role->trust : scope->policy;
    const uint32_t *holders = trust ? &role : scope->holders;
    uint32_t count = trust ? 1 : scope->holder_count;
    if (use == NULL || use->document == MODEL_NONE || !has_wanted(model, use->document, wanted))
        return;
    for (uint32_t i = 0; i < count; i++)
        if (counts == NULL || counts(holders[i], context))
            add_holder(policies, place_of(policies, use, model->accounts[model->principals[holders[i]].account].id),
                       holders[i]);
}

static void collect_all(const struct model *model, const bool *wanted,
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
}

void policies_collect(const struct model *model, const struct findings *findings,
                      bool (*wanted)(const struct statement *statement),
                      bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies)
{
    if (findings->scope.role != NULL || findings->scope.policy != NULL) {
        collect_only(model, &findings->scope, wanted, counts, context, policies);
        return;
    }
    bool *documents = memory_zeroed(model->document_count, sizeof *documents);
    for (uint32_t i = 0; i < model->document_count; i++)
        documents[i] = has_wanted(model, i, wanted);
    collect_all(model, documents, counts, context, policies);
    free(documents);
}

void policies_free(struct policies *policies)
{
    for (uint32_t i = 0; i < policies->count; i++)
        free(policies->holders[i].list);
    free(policies->holders);
    free(policies->list);
    intern_free(&policies->keys);
    *policies = (struct policies){0};
}

const uint32_t *policy_copy_holders(struct findings *findings, const struct owned_policy *policy)
{
    uint32_t *holders = arena_allocate_array(&findings->arena, (size_t)policy->holder_count + 1, sizeof *holders);
    memcpy(holders, policy->holders, policy->holder_count * sizeof *holders);
    holders[policy->holder_count] = MODEL_NONE;
    return holders;
}

void policy_hold(struct findings *findings, struct finding *finding, const struct owned_policy *policy)
{
    finding->about = finding->holders = policy_copy_holders(findings, policy);
}

json_t *policy_held_json(const struct model *model, struct findings *findings, const struct finding *finding,
                         uint32_t *count)
{
    const uint32_t *holders = finding->about;
    for (*count = 0; holders[*count] != MODEL_NONE;)
        ++*count;
    return name_list_json(findings, model, holders, *count, MODEL_NONE);
}
