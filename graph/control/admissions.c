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

/* The account that it belongs to; MODEL_NONE: none, or unknown. */
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

/* ---- whom they distinguish */

/* Keys that have the same value for all callers in an account. */
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

/* Whether its variables have the same value for all callers in an account. */
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

/* A condition that compares the caller's ARN with patterns: which of them match is part of what distinguishes the
 * caller. */
static bool compares_arn(const struct statement_condition *condition)
{
    return strcasecmp(condition->key, "aws:PrincipalArn") == 0 && !condition->name.op->folds_case;
}

/* Whether it affects questions with gained permissions: assuming a role, taking over a principal. */
static bool bears(const struct statement *statement)
{
    static const char *const actions[] = {"iam:UpdateAssumeRolePolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile",
                                          "iam:UpdateLoginProfile"};
    bool any = statement->broken != NULL || statement->sts_actions != 0;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0] && !any; i++)
        any = statement_covers_action(statement, actions[i]);
    return any;
}

/* tags: conditions on the caller's tags count. They do in trust policies, since few roles have them. */
static bool looks_at_caller(const struct statement *statement, bool tags)
{
    if (statement->broken != NULL)
        return true;
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        if (!is_of_call(condition->key) && (tags || !is_tag(condition->key)) && !compares_arn(condition))
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

/* What distinguishes callers, in all policies. */
static void note_marks(struct admissions *admissions, const struct model *model)
{
    for (uint32_t i = 0; i < model->statement_count; i++) {
        const struct statement *statement = &model->statements[i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            bool arn = compares_arn(condition);
            bool tag = is_tag(condition->key) && !admissions->trusts[statement->document];
            if ((!arn && !tag) || !bears(statement))
                continue;
            if (tag)
                intern_add(&admissions->tags, condition->key + 17, strlen(condition->key + 17));
            for (uint32_t k = 0; k < condition->value_count && arn; k++)
                intern_add(&admissions->patterns, condition->values[k], strlen(condition->values[k]));
        }
    }
}

void admissions_mark(const struct admissions *admissions, const struct model_principal *who, struct text *words)
{
    text_append_char(words, ' ');
    for (uint32_t i = 0; i < admissions->compared_count; i++) {
        const char *pattern = intern_text(&admissions->patterns, admissions->compared[i]);
        int mark = pattern_matches(pattern, who->arn) | pattern_matches_arn(pattern, who->arn) << 1 |
                   (strcmp(pattern, who->arn) == 0) << 2;
        text_append_char(words, (char)('0' + mark));
    }
    for (uint32_t i = 0; i < admissions->tags.count; i++)
        for (uint32_t j = 0; j < who->tag_count; j++)
            if (strcasecmp(intern_text(&admissions->tags, i), who->tags[j].key) == 0)
                text_format(words, " %u=%s", (unsigned)i, who->tags[j].value);
    if (admissions->tags.count > 0 && !who->tags_known)
        text_append_string(words, " ?");
    /* Sessions of such a role may have other values. */
    if (admissions->tags.count > 0 && who->is_role &&
        decision_takes_tags(admissions->model, (uint32_t)(who - admissions->model->principals)))
        text_append_string(words, " +");
}

/* Computed once. */
static bool document_looks(struct admissions *admissions, uint32_t number)
{
    const struct model *model = admissions->model;
    if (number == MODEL_NONE)
        return false;
    enum admission_look *known = &admissions->documents[number];
    const struct model_document *document = &model->documents[number];
    if (*known != LOOK_NOT_ASKED)
        return *known == LOOKS;
    *known = LOOKS_NOT;
    for (uint32_t i = 0; i < document->statement_count && *known == LOOKS_NOT; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (bears(statement) && looks_at_caller(statement, admissions->trusts[number]))
            *known = LOOKS;
    }
    return *known == LOOKS;
}

static bool guardrails_look(struct admissions *admissions, const struct model_guardrails *guardrails,
                            enum admission_look *known)
{
    bool look = *known == LOOKS;
    for (uint32_t i = 0; i < guardrails->level_count && *known == LOOK_NOT_ASKED; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count && !look; j++)
            look = document_looks(admissions, admissions->model->uses[guardrails->levels[i].first_policy + j].document);
    *known = look ? LOOKS : LOOKS_NOT;
    return look;
}

static bool find_sorts(const struct admissions *admissions, uint32_t number, bool denies_only, bool *looks)
{
    const struct model *model = admissions->model;
    const struct model_document *document = &model->documents[number];
    bool any = false;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (!bears(statement) || (denies_only && statement->broken == NULL && statement->allow))
            continue;
        any = true;
        *looks = *looks || looks_at_caller(statement, admissions->trusts[number]);
    }
    return any;
}

enum { SORTS_ASKED = 1, SORTS_ANY = 2, SORTS_LOOKS = 4 };

bool admissions_sorts(struct admissions *admissions, uint32_t number, bool denies_only, bool *looks)
{
    uint8_t *known = &admissions->sorts[number][denies_only];
    if (*known == 0) {
        bool look = false, any = find_sorts(admissions, number, denies_only, &look);
        *known = SORTS_ASKED | (any ? SORTS_ANY : 0) | (look ? SORTS_LOOKS : 0);
    }
    *looks = *looks || (*known & SORTS_LOOKS) != 0;
    return (*known & SORTS_ANY) != 0;
}

bool admissions_look(struct admissions *admissions, uint32_t role)
{
    const struct model *model = admissions->model;
    const struct policy_use *trust = model->principals[role].trust;
    uint32_t account = model->principals[role].account;
    return (trust != NULL && document_looks(admissions, trust->document)) ||
           guardrails_look(admissions, &model->scps[admissions->account], &admissions->scps[admissions->account]) ||
           guardrails_look(admissions, &model->rcps[account], &admissions->rcps[account]);
}

/* ---- the current account */

/* Files the principal with others of the same text. */
static void add_text(struct intern *texts, const char *text, uint32_t **last, uint32_t *room, uint32_t *before,
                     uint32_t principal)
{
    uint32_t known = texts->count, number = intern_add(texts, text, strlen(text));
    ARRAY_REACH(*last, number, *room);
    *before = number < known ? (*last)[number] : MODEL_NONE;
    (*last)[number] = principal;
}

static void forget_account(struct admissions *admissions)
{
    intern_free(&admissions->names);
    intern_free(&admissions->ids);
    admissions->names = admissions->ids = (struct intern){.count = 0};
    free(admissions->same_name);
    free(admissions->same_id);
    admissions->same_name = admissions->same_id = NULL;
}

void admissions_begin(struct admissions *admissions, uint32_t number)
{
    const struct model_account *account = &admissions->model->accounts[number];
    forget_account(admissions);
    admissions->account = number;
    admissions->same_name = memory_zeroed(account->principal_count, sizeof *admissions->same_name);
    admissions->same_id = memory_zeroed(account->principal_count, sizeof *admissions->same_id);
    for (uint32_t i = 0; i < account->principal_count; i++) {
        const struct model_principal *who = &admissions->model->principals[account->first_principal + i];
        add_text(&admissions->names, who->name, &admissions->with_name, &admissions->name_room,
                 &admissions->same_name[i], account->first_principal + i);
        add_text(&admissions->ids, who->unique_id, &admissions->with_id, &admissions->id_room, &admissions->same_id[i],
                 account->first_principal + i);
    }
    admissions->compared_count = 0;
    for (uint32_t i = 0; i < admissions->patterns.count; i++) {
        const char *of = pattern_account(intern_text(&admissions->patterns, i));
        if (of == NULL || strncmp(of, account->id, strlen(account->id)) == 0)
            admissions->compared[admissions->compared_count++] = i;
    }
}

struct visiting {
    const struct admissions *admissions;
    void (*each)(uint32_t principal, void *context);
    void *context;
};

static void visit(const struct visiting *visiting, const struct intern *texts, const char *text, const uint32_t *last,
                  const uint32_t *before)
{
    uint32_t number = intern_find(texts, text, strlen(text));
    const struct admissions *admissions = visiting->admissions;
    uint32_t first = admissions->model->accounts[admissions->account].first_principal;
    for (uint32_t i = number != INTERN_NONE ? last[number] : MODEL_NONE; i != MODEL_NONE; i = before[i - first])
        visiting->each(i, visiting->context);
}

void admissions_each_named(const struct admissions *admissions, uint32_t role,
                           void (*each)(uint32_t principal, void *context), void *context)
{
    const struct visiting visiting = {admissions, each, context};
    const struct policy_use *trust = admissions->model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return;
    const struct model_document *document = &admissions->model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &admissions->model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            const struct statement_principal *named = &statement->principals[j];
            if (named->name != NULL)
                visit(&visiting, &admissions->names, named->name, admissions->with_name, admissions->same_name);
            if (named->form == PRINCIPAL_UNIQUE_ID)
                visit(&visiting, &admissions->ids, named->value, admissions->with_id, admissions->same_id);
        }
    }
}

/* ---- the whole */

void admissions_find(struct admissions *admissions, const struct model *model)
{
    admissions->model = model;
    admissions->sorts = memory_zeroed((size_t)model->document_count + 1, sizeof *admissions->sorts);
    admissions->documents = memory_zeroed((size_t)model->document_count + 1, sizeof *admissions->documents);
    admissions->scps = memory_zeroed((size_t)model->account_count + 1, sizeof *admissions->scps);
    admissions->rcps = memory_zeroed((size_t)model->account_count + 1, sizeof *admissions->rcps);
    admissions->trusts = memory_zeroed((size_t)model->document_count + 1, sizeof *admissions->trusts);
    for (uint32_t role = 0; role < model->principal_count; role++)
        if (model->principals[role].trust != NULL && model->principals[role].trust->document != MODEL_NONE)
            admissions->trusts[model->principals[role].trust->document] = true;
    note_marks(admissions, model);
    admissions->compared = memory_zeroed((size_t)admissions->patterns.count + 1, sizeof *admissions->compared);
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

void admissions_free(struct admissions *admissions)
{
    forget_account(admissions);
    intern_free(&admissions->patterns);
    intern_free(&admissions->tags);
    free(admissions->list);
    free(admissions->compared);
    free(admissions->documents);
    free(admissions->sorts);
    free(admissions->trusts);
    free(admissions->scps);
    free(admissions->rcps);
    free(admissions->with_name);
    free(admissions->with_id);
}
