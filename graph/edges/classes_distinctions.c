/*
 * Which properties of callers and roles policies test.
 */
#include "graph/edges/classes_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool classes_statement_bears(const struct statement *statement)
{
    for (enum sts_action_id id = STS_FIRST_BESIDE; id < STS_ACTION_COUNT; id++)
        if (statement_covers_sts(statement, id))
            return true;
    return statement_covers_sts(statement, STS_ASSUME_ROLE);
}

/* Whether the pattern matches the ARN of every role of AWS's main partition, or of every role of whatever partition the
 * pattern names. */
static bool pattern_is_whole(const char *pattern)
{
    /* The two have no digit in common, so a pattern with digits cannot match both. */
    static const char *const extremes[] = {"000000000000:role/", "999999999999:role/"};
    size_t length = strlen(pattern);
    char head[64], start[64];
    if (length == 0 || length >= sizeof head || pattern[length - 1] != '*' ||
        (length > 1 && pattern[length - 2] == PATTERN_ESCAPE))
        return false;
    memcpy(head, pattern, length - 1);
    head[length - 1] = '\0';
    for (size_t i = 0; i < 2; i++) {
        bool matches = false;
        size_t whole = (size_t)snprintf(start, sizeof start, "arn:aws:iam::%s", extremes[i]);
        for (size_t cut = 0; cut <= whole && !matches; cut++) {
            char kept = start[cut];
            start[cut] = '\0';
            matches = pattern_matches(head, start);
            start[cut] = kept;
        }
        if (!matches)
            return false;
    }
    return true;
}

size_t classes_fold_tag(const char *key, char folded[LONGEST_TAG_KEY])
{
    size_t length = 0;
    for (; key[length] != '\0' && length + 1 < LONGEST_TAG_KEY; length++)
        folded[length] = (char)(key[length] >= 'A' && key[length] <= 'Z' ? key[length] + 32 : key[length]);
    return length;
}

static void note_tag(struct intern *table, const char *key)
{
    char folded[LONGEST_TAG_KEY];
    intern_add(table, folded, classes_fold_tag(key, folded));
}

static uint8_t looks_of_key(struct making *work, const char *key)
{
    switch (context_key_find(key)->source) {
    case SOURCE_PRINCIPAL_ARN:
    case SOURCE_USER_NAME:
    case SOURCE_USER_ID:
        return LOOKS_NAME;
    case SOURCE_PRINCIPAL_ACCOUNT:
        return LOOKS_ACCOUNT;
    case SOURCE_RESOURCE_ACCOUNT:
        return LOOKS_ROLE_ACCOUNT;
    case SOURCE_PRINCIPAL_ORG_PATHS:
    case SOURCE_RESOURCE_ORG_PATHS:
        work->org_paths = true;
        return 0;
    case SOURCE_PRINCIPAL_TAG:
        note_tag(&work->tag_keys, strchr(key, '/') + 1);
        return 0;
    case SOURCE_RESOURCE_TAG:
        note_tag(&work->role_tags, strchr(key, '/') + 1);
        return LOOKS_ROLE_TAGS;
    default:
        return 0;
    }
}

/* The keys of the policy variables in a text. */
static uint8_t looks_of_variables(struct making *work, const char *text)
{
    uint8_t looks = 0;
    for (const char *at = strstr(text, "${"); at != NULL; at = strstr(at + 2, "${")) {
        char key[300];
        const char *start = at + 2 + strspn(at + 2, " ");
        size_t length = strcspn(start, " ,}");
        if (length == 0 || length >= sizeof key || start[length] == '\0')
            continue;
        memcpy(key, start, length);
        key[length] = '\0';
        looks |= looks_of_key(work, key);
    }
    return looks;
}

static bool is_variable(const char *value, const char *key)
{
    size_t length = strlen(key);
    return strncmp(value, "${", 2) == 0 && strncasecmp(value + 2, key, length) == 0 &&
           strcmp(value + 2 + length, "}") == 0;
}

/* A condition that compares the caller's or the role's account with IDs distinguishes those accounts from all others.
 * One that compares the two with each other distinguishes only the role's own account, which is distinguished anyway,
 * as long as it is not worse off. */
static bool compares_accounts(struct making *work, const struct statement *statement,
                              const struct statement_condition *condition)
{
    bool role = condition->about->source == SOURCE_RESOURCE_ACCOUNT;
    const char *other_key = role ? "aws:PrincipalAccount" : "aws:ResourceAccount";
    if ((!role && condition->about->source != SOURCE_PRINCIPAL_ACCOUNT) ||
        condition->name.op->family != CONDITION_STRING)
        return false;
    for (uint32_t i = 0; i < condition->value_count; i++) {
        const char *value = condition->values[i];
        bool id = strlen(value) == 12 && strspn(value, "0123456789") == 12;
        bool other =
            statement->variables && statement->allow != condition->name.op->negated && is_variable(value, other_key);
        if (!id && !other)
            return false;
    }
    for (uint32_t i = 0; i < condition->value_count; i++) {
        uint32_t account = model_find_account(work->model, condition->values[i]);
        if (account != MODEL_NONE)
            (role ? work->single_role_account : work->single_account)[account] = true;
    }
    return true;
}

static void single_out(struct making *work, const char *account)
{
    uint32_t index = model_find_account(work->model, account);
    if (index != MODEL_NONE)
        work->single_account[index] = true;
}

static uint8_t looks_of_statement(struct making *work, const struct statement *statement)
{
    uint8_t looks = statement->broken != NULL || statement->doubt != NULL ? LOOKS_UNREADABLE : 0;
    if (statement->broken != NULL || !classes_statement_bears(statement))
        return looks;
    looks |= BEARS;
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        if (compares_accounts(work, statement, condition))
            continue;
        if (name_matches_reads(condition, statement->variables))
            looks |= LOOKS_MATCHES;
        else
            looks |= looks_of_key(work, condition->key);
        for (uint32_t j = 0; statement->variables && j < condition->value_count; j++)
            looks |= looks_of_variables(work, condition->values[j]);
    }
    for (uint32_t i = 0; i < statement->resource_count; i++) {
        if (statement->not_resource || !pattern_is_whole(statement->resources[i]))
            looks |= LOOKS_ROLE_NAME;
        if (statement->variables && strstr(statement->resources[i], "${") != NULL)
            looks |= looks_of_variables(work, statement->resources[i]) | LOOKS_ROLE_ACCOUNT;
    }
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        enum principal_form form = statement->principals[i].form;
        if (form == PRINCIPAL_SAML || form == PRINCIPAL_WEB_IDENTITY)
            looks |= LOOKS_ROLE_ACCOUNT;
        if (form == PRINCIPAL_ACCOUNT && (!statement->allow || statement->not_principal))
            single_out(work, statement->principals[i].account);
    }
    return looks;
}

static bool lets_in_anyone(const struct statement *statement)
{
    bool anyone = statement->not_principal;
    for (uint32_t i = 0; i < statement->principal_count && !anyone; i++)
        anyone = statement->principals[i].form == PRINCIPAL_ANYONE;
    return anyone && statement->allow && statement->broken == NULL;
}

/* A trust policy that trusts anyone and also some accounts may require less of these. */
static void single_out_favoured(struct making *work, const struct model_document *document)
{
    const struct statement *statements = &work->model->statements[document->first_statement];
    bool anyone = false;
    for (uint32_t i = 0; i < document->statement_count && !anyone; i++)
        anyone = lets_in_anyone(&statements[i]);
    for (uint32_t i = 0; i < document->statement_count && anyone; i++)
        for (uint32_t j = 0; j < statements[i].principal_count; j++)
            if (statements[i].principals[j].form == PRINCIPAL_ACCOUNT)
                single_out(work, statements[i].principals[j].account);
}

void classes_look_at_documents(struct making *work)
{
    const struct model *model = work->model;
    for (uint32_t i = 0; i < model->document_count; i++) {
        const struct model_document *document = &model->documents[i];
        if (document->broken != NULL)
            work->looks[i] |= LOOKS_UNREADABLE;
        single_out_favoured(work, document);
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            work->looks[i] |= looks_of_statement(work, statement);
            for (uint32_t k = 0; k < statement->principal_count; k++) {
                const struct statement_principal *named = &statement->principals[k];
                if (statement->allow && !statement->not_principal)
                    break;
                uint32_t found = named->form == PRINCIPAL_UNIQUE_ID ? model_find_unique_id(model, named->value)
                                 : named->name != NULL              ? model_find_arn(model, named->value)
                                                                    : MODEL_NONE;
                if (found != MODEL_NONE)
                    work->single[found] = true;
            }
        }
    }
}

/* ---- SCPs and RCPs */

static void watch_condition(struct making *work, const struct statement *statement,
                            const struct statement_condition *condition)
{
    for (uint32_t i = 0; statement->variables && i < condition->value_count; i++)
        work->all_by_name = work->all_by_name || (looks_of_variables(work, condition->values[i]) & LOOKS_NAME) != 0;
    if (!name_matches_reads(condition, statement->variables)) {
        bool looks = (looks_of_key(work, condition->key) & LOOKS_NAME) != 0;
        work->all_by_name = work->all_by_name || (looks && condition->name.op->family != CONDITION_NULL);
        return;
    }
    for (uint32_t i = 0; i < condition->value_count; i++)
        name_matches_add(&work->matches, condition, i, MODEL_NONE);
}

static void watch_document(struct making *work, uint32_t index)
{
    const struct model_document *document = &work->model->documents[index];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &work->model->statements[document->first_statement + i];
        if (statement->broken != NULL || !classes_statement_bears(statement))
            continue;
        for (uint32_t j = 0; j < statement->condition_count; j++)
            watch_condition(work, statement, &statement->conditions[j]);
        for (uint32_t j = 0; j < statement->resource_count; j++) {
            const char *pattern = statement->resources[j];
            if (statement->variables && strstr(pattern, "${") != NULL) {
                work->role_by_role = true;
                work->all_by_name = work->all_by_name || (looks_of_variables(work, pattern) & LOOKS_NAME) != 0;
            } else if (!pattern_is_whole(pattern))
                intern_add(&work->patterns, pattern, strlen(pattern));
        }
    }
}

/* Equal texts mean the same for every caller and role. Documents represented by facts include the place where they are
 * attached. */
static void describe_guardrails(struct making *work, const struct model_guardrails *guardrails, bool *watched,
                                struct text *text)
{
    const struct model *model = work->model;
    text_format(text, "%d", (int)guardrails->apply);
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++) {
        const struct model_level *level = &guardrails->levels[i];
        text_format(text, "|%d", level->complete);
        for (uint32_t j = 0; j < level->policy_count; j++) {
            const struct policy_use *use = &model->uses[level->first_policy + j];
            bool fact = use->document == MODEL_NONE || (work->looks[use->document] & LOOKS_UNREADABLE) != 0;
            text_format(text, " %u%s%s", use->document, fact ? " of " : "", fact ? level->id : "");
            if (use->document != MODEL_NONE && !watched[use->document]) {
                watched[use->document] = true;
                watch_document(work, use->document);
            }
        }
    }
}

void classes_sign_guardrails(struct making *work)
{
    const struct model *model = work->model;
    struct intern texts = {0};
    struct text text = {0};
    bool *watched = memory_zeroed(model->document_count, sizeof *watched);
    for (uint32_t i = 0; i < model->account_count; i++)
        for (int kind = 0; kind < 2; kind++) {
            text.length = 0;
            describe_guardrails(work, kind == 0 ? &model->scps[i] : &model->rcps[i], watched, &text);
            (kind == 0 ? work->scp_signature : work->rcp_signature)[i] = intern_add(&texts, text.data, text.length);
        }
    free(watched);
    text_free(&text);
    intern_free(&texts);
}

uint8_t classes_looks_of(const struct making *work, const struct model_guardrails *guardrails)
{
    uint8_t looks = 0;
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count; j++) {
            uint32_t document = work->model->uses[guardrails->levels[i].first_policy + j].document;
            looks |= document != MODEL_NONE ? work->looks[document] : 0;
        }
    return looks;
}
