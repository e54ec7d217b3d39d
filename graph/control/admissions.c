#include "graph/control/control_edges_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- whom trust policies admit */

static void admit(struct admissions *admissions, uint32_t account, uint32_t role)
{
    ARRAY_ADD(admissions->list, admissions->count, admissions->room, (struct admission){account, role});
}

/* The account of which it is somebody; MODEL_NONE: none, or not known. */
static uint32_t account_of(const struct model *model, const struct statement_principal *principal)
{
    if (principal->form == PRINCIPAL_UNIQUE_ID) {
        uint32_t found = model_find_unique_id(model, principal->value);
        return found != MODEL_NONE ? model->principals[found].account : MODEL_NONE;
    }
    return principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
}

static int compare_admissions(const void *a, const void *b)
{
    const struct admission *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->role > y->role) - (x->role < y->role);
}

static void admit_statement(struct admissions *admissions, const struct model *model, const struct statement *statement,
                            uint32_t role)
{
    if (statement->broken != NULL || !statement->allow)
        return;
    if (statement->not_principal)
        admit(admissions, MODEL_NONE, role);
    for (uint32_t j = 0; !statement->not_principal && j < statement->principal_count; j++) {
        const struct statement_principal *principal = &statement->principals[j];
        uint32_t account = account_of(model, principal);
        if (principal->form == PRINCIPAL_ANYONE || account != MODEL_NONE)
            admit(admissions, principal->form == PRINCIPAL_ANYONE ? MODEL_NONE : account, role);
    }
}

uint32_t admissions_first(const struct admissions *admissions, uint32_t account)
{
    return (uint32_t)order_lower_bound(&(struct admission){account, 0}, admissions->list, admissions->count,
                                       sizeof *admissions->list, compare_admissions);
}

/* ---- whom they tell apart */

/* What the request holds whoever of an account calls. */
static bool is_of_call(const char *key)
{
    static const char *const keys[] = {
        "sts:ExternalId",
        "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge",
        "aws:SourceIp",
        "aws:RequestedRegion",
        "aws:SecureTransport",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:PrincipalIsAWSService",
        "SAML:aud",
        "sts:DurationSeconds",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcasecmp(key, keys[i]) == 0)
            return true;
    return strncasecmp(key, "aws:ResourceTag/", 16) == 0 || strncasecmp(key, "iam:ResourceTag/", 16) == 0;
}

/* Whether its variables read the same whoever of an account calls. */
static bool is_of_call_in(const char *text)
{
    for (const char *at = strstr(text, "${"); at != NULL; at = strstr(at + 2, "${")) {
        char key[64];
        size_t length = strcspn(at + 2, "},");
        if (length >= sizeof key)
            return false;
        memcpy(key, at + 2, length);
        key[length] = '\0';
        if (!is_of_call(key))
            return false;
    }
    return true;
}

static bool is_tag(const char *key)
{
    return strncasecmp(key, "aws:PrincipalTag/", 17) == 0;
}

/* A condition that compares the caller's ARN with patterns: whom they match is part of what he is told apart by. */
static bool compares_arn(const struct statement_condition *condition)
{
    return strcasecmp(condition->key, "aws:PrincipalArn") == 0 && !condition->name.op->folds_case;
}

/* Says something of what is asked with more permissions than one has: to assume a role, to take over a principal. */
static bool bears(const struct statement *statement)
{
    static const char *const actions[] = {"iam:UpdateAssumeRolePolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile",
                                          "iam:UpdateLoginProfile"};
    bool any = statement->broken != NULL || statement->sts_actions != 0;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0] && !any; i++)
        any = statement_covers_action(statement, actions[i]);
    return any;
}

static bool looks_at_caller(const struct statement *statement)
{
    if (statement->broken != NULL)
        return true;
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        if (!is_of_call(condition->key) && !is_tag(condition->key) && !compares_arn(condition))
            return true;
        for (uint32_t j = 0; j < condition->value_count; j++)
            if (!is_of_call_in(condition->values[j]))
                return true;
    }
    for (uint32_t i = 0; i < statement->resource_count; i++)
        if (!is_of_call_in(statement->resources[i]))
            return true;
    return false;
}

/* What callers are told apart by, in the policies of all. */
static void note_marks(struct admissions *admissions, const struct model *model)
{
    for (uint32_t i = 0; i < model->statement_count; i++) {
        const struct statement *statement = &model->statements[i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            bool arn = compares_arn(condition), tag = is_tag(condition->key);
            if ((!arn && !tag) || !bears(statement))
                continue;
            admissions->tags = admissions->tags || tag;
            for (uint32_t k = 0; k < condition->value_count && arn; k++)
                intern_add(&admissions->patterns, condition->values[k], strlen(condition->values[k]));
        }
    }
}

void admissions_mark(const struct admissions *admissions, const struct model_principal *who, struct text *words)
{
    text_append_char(words, ' ');
    for (uint32_t i = 0; i < admissions->patterns.count; i++) {
        const char *pattern = intern_text(&admissions->patterns, i);
        int mark = pattern_matches(pattern, who->arn) | pattern_matches_arn(pattern, who->arn) << 1 |
                   (strcmp(pattern, who->arn) == 0) << 2;
        text_append_char(words, (char)('0' + mark));
    }
    for (uint32_t i = 0; i < who->tag_count && admissions->tags; i++)
        text_format(words, " %s=%s", who->tags[i].key, who->tags[i].value);
    if (admissions->tags && !who->tags_known)
        text_append_string(words, " ?");
}

void admissions_free(struct admissions *admissions)
{
    intern_free(&admissions->patterns);
    free(admissions->list);
}

static bool document_looks(const struct model *model, uint32_t number)
{
    if (number == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[number];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (bears(statement) && looks_at_caller(statement))
            return true;
    }
    return false;
}

static bool guardrails_look(const struct model *model, const struct model_guardrails *guardrails)
{
    for (uint32_t i = 0; i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count; j++)
            if (document_looks(model, model->uses[guardrails->levels[i].first_policy + j].document))
                return true;
    return false;
}

bool admissions_sorts(const struct model *model, uint32_t number, bool denies_only, bool *looks)
{
    const struct model_document *document = &model->documents[number];
    bool any = false;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (!bears(statement) || (denies_only && statement->broken == NULL && statement->allow))
            continue;
        any = true;
        *looks = *looks || looks_at_caller(statement);
    }
    return any;
}

bool admissions_look(const struct model *model, uint32_t account, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    return (trust != NULL && document_looks(model, trust->document)) || guardrails_look(model, &model->scps[account]) ||
           guardrails_look(model, &model->rcps[model->principals[role].account]);
}

bool admissions_name_any(const struct model *model, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++)
            if (statement->principals[j].name != NULL || statement->principals[j].form == PRINCIPAL_UNIQUE_ID)
                return true;
    }
    return false;
}

bool admissions_name(const struct model *model, uint32_t role, uint32_t principal)
{
    const struct policy_use *trust = model->principals[role].trust;
    const struct model_principal *who = &model->principals[principal];
    if (trust == NULL || trust->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            const struct statement_principal *named = &statement->principals[j];
            if ((named->name != NULL && strcmp(named->name, who->name) == 0) ||
                (named->form == PRINCIPAL_UNIQUE_ID && strcmp(named->value, who->unique_id) == 0))
                return true;
        }
    }
    return false;
}

void admissions_find(struct admissions *admissions, const struct model *model)
{
    note_marks(admissions, model);
    for (uint32_t role = 0; role < model->principal_count; role++) {
        const struct policy_use *trust = model->principals[role].trust;
        if (trust == NULL || trust->document == MODEL_NONE)
            continue;
        const struct model_document *document = &model->documents[trust->document];
        for (uint32_t i = 0; i < document->statement_count; i++)
            admit_statement(admissions, model, &model->statements[document->first_statement + i], role);
    }
    if (admissions->count > 1)
        qsort(admissions->list, admissions->count, sizeof *admissions->list, compare_admissions);
}
