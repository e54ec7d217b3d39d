#include "graph/classes.h"

#include "graph/context_key.h"
#include "graph/decision.h"
#include "graph/pattern.h"
#include "graph/trust_contents.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What the statements of a document that bear on assuming roles look at, besides what classes always tell apart. */
enum {
    LOOKS_NAME = 1,         /* the caller's name or ARN, closer than name_matches.h tells */
    LOOKS_ACCOUNT = 2,      /* the caller's account */
    LOOKS_ROLE_ACCOUNT = 4, /* the account of the role */
    LOOKS_ROLE_TAGS = 8,
    LOOKS_ROLE_NAME = 16,  /* some Resource that only part of all roles match */
    LOOKS_UNREADABLE = 32, /* parts of it are facts about the very policy */
    BEARS = 64,            /* some statement is about assuming roles at all */
    LOOKS_MATCHES = 128    /* whether the caller's name matches patterns, see name_matches.h */
};

struct making {
    struct classes *classes;
    const struct model *model;
    uint8_t *looks;            /* per document */
    bool *single;              /* per principal: some Deny or NotPrincipal names it */
    bool *single_account;      /* per account: the same, or a condition on the caller's account does */
    bool *single_role_account; /* per account: some condition on the role's account does */
    bool org_paths;            /* some statement looks at where accounts stand in the organization */
    struct intern tag_keys;    /* caller tags that any statement looks at, lower case */
    struct intern role_tags;   /* role tags likewise */
    /* Of SCPs and RCPs, which bind whole accounts: */
    struct intern patterns;                  /* Resource patterns that only part of all roles match */
    bool all_by_name;                        /* some condition on the caller's name cannot be evaluated ahead */
    bool role_by_role;                       /* some Resource there has a variable */
    uint32_t *scp_signature, *rcp_signature; /* per account: equal numbers, equal policies */
    struct name_matches matches;
    struct trust_contents contents;
    uint32_t *said; /* per role set: the exact content of the first role's trust policy */
    bool failed;
};

static const char *const actions[] = {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"};

bool classes_statement_bears(const struct statement *statement)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (statement_covers_action(statement, actions[i]))
            return true;
    return false;
}

/* ---- what documents look at */

/* Whether the pattern matches the ARN of every role of AWS's main partition, or of every role of whatever partition the
 * pattern names. */
static bool pattern_is_whole(const char *pattern)
{
    /* No digit is common to the two, so a pattern that names digits cannot match both. */
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

#define LONGEST_TAG_KEY 300u

/* The key in lower case, as far as there is room; returns its length. */
static size_t fold_tag(const char *key, char folded[LONGEST_TAG_KEY])
{
    size_t length = 0;
    for (; key[length] != '\0' && length + 1 < LONGEST_TAG_KEY; length++)
        folded[length] = key[length] >= 'A' && key[length] <= 'Z' ? (char)(key[length] + 32) : key[length];
    return length;
}

static void note_tag(struct making *work, struct intern *table, const char *key)
{
    char folded[LONGEST_TAG_KEY];
    if (intern_add(table, folded, fold_tag(key, folded)) == INTERN_NONE)
        work->failed = true;
}

static uint8_t looks_of_key(struct making *work, const char *key)
{
    const char *name = context_key_find(key)->name;
    if (strcmp(name, "aws:PrincipalArn") == 0 || strcmp(name, "aws:username") == 0 || strcmp(name, "aws:userid") == 0)
        return LOOKS_NAME;
    if (strcmp(name, "aws:PrincipalAccount") == 0)
        return LOOKS_ACCOUNT;
    if (strcmp(name, "aws:ResourceAccount") == 0)
        return LOOKS_ROLE_ACCOUNT;
    if (strcmp(name, "aws:PrincipalOrgPaths") == 0 || strcmp(name, "aws:ResourceOrgPaths") == 0)
        work->org_paths = true;
    if (strcmp(name, "aws:PrincipalTag/*") == 0)
        note_tag(work, &work->tag_keys, strchr(key, '/') + 1);
    if (strcmp(name, "aws:ResourceTag/*") != 0 && strcmp(name, "iam:ResourceTag/*") != 0)
        return 0;
    note_tag(work, &work->role_tags, strchr(key, '/') + 1);
    return LOOKS_ROLE_TAGS;
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

/* A condition that compares the account of the caller or of the role with ids tells those accounts from all others,
 * which are alike to it. One that compares the two with each other tells only a role's own account from all others; it
 * is told apart anyway, as long as it is not worse off. */
static bool compares_accounts(struct making *work, const struct statement *statement,
                              const struct statement_condition *condition)
{
    static const char *const keys[] = {"aws:PrincipalAccount", "aws:ResourceAccount"};
    const char *name = context_key_find(condition->key)->name;
    bool role = strcmp(name, keys[1]) == 0;
    if ((!role && strcmp(name, keys[0]) != 0) || condition->name.op->family != CONDITION_STRING)
        return false;
    for (uint32_t i = 0; i < condition->value_count; i++) {
        const char *value = condition->values[i];
        bool id = strlen(value) == 12 && strspn(value, "0123456789") == 12;
        bool other = statement->variables && statement->allow != condition->name.op->negated &&
                     is_variable(value, keys[role ? 0 : 1]);
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

static void look_at_documents(struct making *work)
{
    const struct model *model = work->model;
    for (uint32_t i = 0; i < model->document_count; i++) {
        const struct model_document *document = &model->documents[i];
        if (document->broken != NULL)
            work->looks[i] |= LOOKS_UNREADABLE;
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
            } else if (!pattern_is_whole(pattern) &&
                       intern_add(&work->patterns, pattern, strlen(pattern)) == INTERN_NONE)
                work->failed = true;
        }
    }
}

/* Equal texts say equal things to every caller and role. Documents that are facts keep the place they hang at. */
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

static void sign_guardrails(struct making *work)
{
    const struct model *model = work->model;
    struct intern texts = {0};
    struct text text = {0};
    bool *watched = calloc((size_t)model->document_count + 1, sizeof *watched);
    work->failed = work->failed || watched == NULL;
    for (uint32_t i = 0; i < model->account_count && !work->failed; i++)
        for (int kind = 0; kind < 2; kind++) {
            text.length = 0;
            describe_guardrails(work, kind == 0 ? &model->scps[i] : &model->rcps[i], watched, &text);
            uint32_t number = text.data != NULL ? intern_add(&texts, text.data, text.length) : INTERN_NONE;
            work->failed = work->failed || number == INTERN_NONE;
            (kind == 0 ? work->scp_signature : work->rcp_signature)[i] = number;
        }
    free(watched);
    text_free(&text);
    intern_free(&texts);
}

static uint8_t looks_of_guardrails(const struct making *work, const struct model_guardrails *guardrails)
{
    uint8_t looks = 0;
    for (uint32_t i = 0; guardrails->apply == FACT_YES && i < guardrails->level_count; i++)
        for (uint32_t j = 0; j < guardrails->levels[i].policy_count; j++) {
            uint32_t document = work->model->uses[guardrails->levels[i].first_policy + j].document;
            looks |= document != MODEL_NONE ? work->looks[document] : 0;
        }
    return looks;
}

/* ---- partitions */

static bool partition_open(struct partition *partition, uint32_t principals)
{
    partition->of = malloc(((size_t)principals + 1) * sizeof *partition->of);
    for (uint32_t i = 0; partition->of != NULL && i < principals; i++)
        partition->of[i] = MODEL_NONE;
    return partition->of != NULL;
}

static bool partition_close(struct partition *partition, uint32_t principals)
{
    partition->first = calloc((size_t)partition->count + 2, sizeof *partition->first);
    partition->members = malloc(((size_t)principals + 1) * sizeof *partition->members);
    if (partition->first == NULL || partition->members == NULL)
        return false;
    for (uint32_t i = 0; i < principals; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->first[partition->of[i] + 2]++;
    for (uint32_t i = 1; i <= partition->count; i++)
        partition->first[i + 1] += partition->first[i];
    for (uint32_t i = 0; i < principals; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->members[partition->first[partition->of[i] + 1]++] = i;
    return true;
}

static void partition_free(struct partition *partition)
{
    free(partition->of);
    free(partition->first);
    free(partition->members);
    *partition = (struct partition){0};
}

/* ---- callers */

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

#define DOCUMENTS_SORTED 256

struct described {
    uint8_t looks; /* of identity policies, boundary and SCPs */
    bool own;      /* nobody else is like this principal */
};

/* Keys of blocks are facts: a letter, and a number as it is or a text with its NUL. */
static void add_number(struct text *text, char letter, uint32_t number)
{
    text_append_char(text, letter);
    text_append(text, (const char *)&number, sizeof number);
}

static void add_text(struct text *text, char letter, const char *value)
{
    text_append_char(text, letter);
    text_append(text, value, strlen(value) + 1);
}

static void add_tags(const struct model_principal *principal, const struct intern *keys, struct text *text)
{
    for (uint32_t i = 0; i < principal->tag_count; i++) {
        char folded[LONGEST_TAG_KEY];
        size_t length = fold_tag(principal->tags[i].key, folded);
        folded[length] = '\0';
        if (intern_find(keys, folded, length) != INTERN_NONE) {
            add_text(text, 't', folded);
            add_text(text, '=', principal->tags[i].value);
        }
    }
}

static void add_policies(const struct making *work, const struct model_principal *principal,
                         struct described *described, struct text *text)
{
    const struct model *model = work->model;
    uint32_t documents[DOCUMENTS_SORTED], count = 0;
    for (uint32_t i = 0; i < principal->policy_count; i++) {
        uint32_t document = model->uses[principal->first_policy + i].document;
        if (document == MODEL_NONE || count == DOCUMENTS_SORTED || (work->looks[document] & LOOKS_UNREADABLE) != 0) {
            described->own = true;
            continue;
        }
        described->looks |= work->looks[document];
        if ((work->looks[document] & BEARS) != 0)
            documents[count++] = document;
    }
    if (count > 0)
        qsort(documents, count, sizeof *documents, compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || documents[i] != documents[i - 1])
            add_number(text, 'd', documents[i]);
    if (principal->boundary == NULL)
        return;
    uint32_t boundary = principal->boundary->document;
    if (boundary == MODEL_NONE || (work->looks[boundary] & LOOKS_UNREADABLE) != 0)
        described->own = true;
    else
        described->looks |= work->looks[boundary];
    add_number(text, 'b', boundary);
}

/* The sets of names that it is in: those that are asked for among all accounts, or those of its own. */
static void add_matches(const struct making *work, uint32_t principal, bool wide, struct text *text)
{
    const struct name_matches *matches = &work->matches;
    for (uint32_t i = matches->first[principal]; i < matches->first[principal + 1]; i++)
        if (matches->wide[matches->containing[i]] == wide)
            add_number(text, 'm', matches->containing[i]);
}

/* Where in the organization the account is, as far as statements look at that. */
static void add_place(const struct making *work, const struct model_account *account, struct text *text)
{
    add_number(text, 'o', (uint32_t)account->in_organization);
    add_number(text, 'n', work->org_paths ? account->node : 0);
    add_text(text, 'p', account->partition);
}

static void classify_caller(struct making *work, uint32_t index, struct intern *class_keys, struct intern *profile_keys,
                            uint8_t *class_looks, struct text *text)
{
    struct classes *classes = work->classes;
    const struct model *model = work->model;
    const struct model_principal *principal = &model->principals[index];
    const struct model_account *account = &model->accounts[principal->account];
    struct described described = {0, work->single[index] || work->all_by_name};
    text->length = 0;
    bool takes_tags = work->tag_keys.count > 0 && principal->is_role && decision_takes_tags(model, index);
    add_number(text, 'k',
               (uint32_t)principal->is_role << 4 | (uint32_t)principal->service_linked << 3 |
                   (uint32_t)principal->identity_known << 2 | (uint32_t)principal->tags_known << 1 | takes_tags);
    add_policies(work, principal, &described, text);
    add_tags(principal, &work->tag_keys, text);
    add_matches(work, index, true, text);
    /* What SCPs say of names and role names is told apart by add_matches and by role sets. */
    uint8_t own_looks = described.looks;
    uint8_t looks = own_looks | looks_of_guardrails(work, &model->scps[principal->account]);
    if ((own_looks & (LOOKS_NAME | LOOKS_MATCHES)) != 0 || described.own)
        add_text(text, 'w', principal->arn);
    size_t common = text->length;
    add_number(text, 'a', principal->account);
    add_matches(work, index, false, text);
    uint32_t class = text->data != NULL ? intern_add(class_keys, text->data, text->length) : INTERN_NONE;
    text->length = common;
    add_number(text, 's', work->scp_signature[principal->account]);
    add_place(work, account, text);
    if ((looks & LOOKS_ACCOUNT) != 0 || !principal->identity_known || work->single_account[principal->account])
        add_number(text, 'a', principal->account);
    uint32_t profile = text->data != NULL ? intern_add(profile_keys, text->data, text->length) : INTERN_NONE;
    if (class == INTERN_NONE || profile == INTERN_NONE) {
        work->failed = true;
        return;
    }
    classes->permissions.of[index] = class;
    classes->profiles.of[index] = profile;
    class_looks[class] = (uint8_t)((own_looks & LOOKS_ROLE_NAME) | (looks & (LOOKS_ROLE_ACCOUNT | LOOKS_ROLE_TAGS)));
}

static bool classify_callers(struct making *work)
{
    struct classes *classes = work->classes;
    const struct model *model = work->model;
    struct intern class_keys = {0}, profile_keys = {0};
    struct text text = {0};
    uint8_t *class_looks = calloc((size_t)model->principal_count + 1, sizeof *class_looks);
    work->failed = work->failed || class_looks == NULL ||
                   !partition_open(&classes->permissions, model->principal_count) ||
                   !partition_open(&classes->profiles, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count && !work->failed; i++)
        classify_caller(work, i, &class_keys, &profile_keys, class_looks, &text);
    classes->permissions.count = class_keys.count;
    classes->profiles.count = profile_keys.count;
    classes->role_details = calloc((size_t)class_keys.count + 1, sizeof *classes->role_details);
    work->failed = work->failed || classes->role_details == NULL ||
                   !partition_close(&classes->permissions, model->principal_count) ||
                   !partition_close(&classes->profiles, model->principal_count);
    for (uint32_t i = 0; i < class_keys.count && !work->failed; i++)
        classes->role_details[i] = (class_looks[i] & LOOKS_ROLE_ACCOUNT) != 0 || work->role_by_role ? ROLE_BY_ITSELF
                                   : class_looks[i] != 0                                            ? ROLE_BY_PATTERN
                                                                                                    : ROLE_BY_SET;
    free(class_looks);
    intern_free(&class_keys);
    intern_free(&profile_keys);
    text_free(&text);
    return !work->failed;
}

/* ---- roles */

/* Whether the trust policy speaks of the role's own account: then the account is part of what it says. */
static bool names_account(const struct model *model, const struct model_document *document, uint32_t account)
{
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count; j++) {
            const struct statement_principal *named = &statement->principals[j];
            uint32_t found =
                named->form == PRINCIPAL_UNIQUE_ID ? model_find_unique_id(model, named->value) : MODEL_NONE;
            if ((named->account != NULL && strcmp(named->account, model->accounts[account].id) == 0) ||
                (found != MODEL_NONE && model->principals[found].account == account))
                return true;
        }
    }
    return false;
}

static uint32_t classify_role(struct making *work, uint32_t index, struct intern *keys, struct text *text)
{
    const struct model *model = work->model;
    const struct model_principal *role = &model->principals[index];
    const struct model_account *account = &model->accounts[role->account];
    uint32_t document = role->trust->document;
    uint8_t looks = work->looks[document];
    uint8_t rcp_looks = role->service_linked ? 0 : looks_of_guardrails(work, &model->rcps[role->account]);
    text->length = 0;
    add_number(text, 'c', work->contents.alike[document]);
    add_number(text, 'r', work->rcp_signature[role->account]);
    add_number(text, 'l', role->service_linked);
    add_place(work, account, text);
    if ((looks & LOOKS_UNREADABLE) != 0)
        add_text(text, 'w', role->arn);
    if (((looks | rcp_looks) & LOOKS_ROLE_ACCOUNT) != 0 || work->single_role_account[role->account] ||
        names_account(model, &model->documents[document], role->account))
        add_number(text, 'a', role->account);
    if (((looks | rcp_looks) & LOOKS_ROLE_TAGS) != 0)
        add_number(text, 't', work->classes->role_tags[index]);
    for (uint32_t i = 0; i < work->patterns.count; i++)
        text_append_char(text, pattern_matches(intern_text(&work->patterns, i), role->arn) ? '1' : '0');
    uint32_t known = keys->count, said = work->contents.exact[document];
    uint32_t set = text->data != NULL ? intern_add(keys, text->data, text->length) : INTERN_NONE;
    if (set == INTERN_NONE) {
        work->failed = true;
        return set;
    }
    if (set == known)
        work->said[set] = said;
    work->classes->strangers_alike[set] =
        work->said[set] == said && (set == known || work->classes->strangers_alike[set]);
    work->classes->caller_details[set] = (looks & LOOKS_NAME) != 0                    ? CALLER_BY_NAME
                                         : ((looks | rcp_looks) & LOOKS_ACCOUNT) != 0 ? CALLER_BY_CLASS
                                                                                      : CALLER_BY_PROFILE;
    return set;
}

static bool classify_roles(struct making *work)
{
    struct classes *classes = work->classes;
    const struct model *model = work->model;
    struct intern keys = {0};
    struct text text = {0};
    classes->caller_details = calloc((size_t)model->principal_count + 1, sizeof *classes->caller_details);
    classes->strangers_alike = calloc((size_t)model->principal_count + 1, sizeof *classes->strangers_alike);
    work->said = calloc((size_t)model->principal_count + 1, sizeof *work->said);
    work->failed = work->failed || classes->caller_details == NULL || classes->strangers_alike == NULL ||
                   work->said == NULL || !partition_open(&classes->role_sets, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count && !work->failed; i++) {
        const struct model_principal *role = &model->principals[i];
        if (role->is_role && role->trust != NULL && role->trust->document != MODEL_NONE)
            classes->role_sets.of[i] = classify_role(work, i, &keys, &text);
    }
    classes->role_sets.count = keys.count;
    work->failed = work->failed || !partition_close(&classes->role_sets, model->principal_count);
    intern_free(&keys);
    text_free(&text);
    return !work->failed;
}

static bool find_local_sets(struct classes *classes, const struct model *model)
{
    const struct partition *sets = &classes->role_sets;
    struct partition *locals = &classes->local_sets;
    if (!partition_open(locals, model->principal_count))
        return false;
    for (uint32_t set = 0; set < sets->count; set++)
        for (uint32_t first = sets->first[set], end; first < sets->first[set + 1]; first = end) {
            uint32_t account = model->principals[sets->members[first]].account;
            for (end = first + 1;
                 end < sets->first[set + 1] && model->principals[sets->members[end]].account == account;)
                end++;
            if (end - first == 1 || end - first == sets->first[set + 1] - sets->first[set])
                continue;
            for (uint32_t i = first; i < end; i++)
                locals->of[sets->members[i]] = locals->count;
            locals->count++;
        }
    return partition_close(locals, model->principal_count);
}

/* Roles are numbered by the values of the tags that statements look at. */
static bool number_tags(struct making *work)
{
    const struct model *model = work->model;
    struct intern keys = {0};
    struct text text = {0};
    uint32_t *tags = work->classes->role_tags = calloc((size_t)model->principal_count + 1, sizeof *tags);
    work->failed = work->failed || tags == NULL;
    for (uint32_t i = 0; i < model->principal_count && work->role_tags.count > 0 && !work->failed; i++) {
        if (!model->principals[i].is_role)
            continue;
        text.length = 0;
        add_number(&text, 'k', model->principals[i].tags_known);
        add_tags(&model->principals[i], &work->role_tags, &text);
        tags[i] = text.data != NULL ? intern_add(&keys, text.data, text.length) : INTERN_NONE;
        work->failed = tags[i] == INTERN_NONE;
    }
    intern_free(&keys);
    text_free(&text);
    return !work->failed;
}

static bool find_same_trusts(struct classes *classes, const struct model *model)
{
    struct partition *same = &classes->same_trusts;
    struct intern keys = {0};
    bool good = partition_open(same, model->principal_count);
    for (uint32_t i = 0; good && i < model->principal_count; i++) {
        if (classes->role_sets.of[i] == MODEL_NONE)
            continue;
        const uint32_t key[] = {classes->role_sets.of[i], model->principals[i].trust->document};
        same->of[i] = intern_add(&keys, (const char *)key, sizeof key);
        good = same->of[i] != INTERN_NONE;
    }
    same->count = keys.count;
    intern_free(&keys);
    return good && partition_close(same, model->principal_count);
}

/* ---- the whole */

bool classes_make(struct classes *classes, const struct model *model)
{
    struct making work = {.classes = classes, .model = model, .matches = {.model = model}};
    *classes = (struct classes){0};
    work.looks = calloc((size_t)model->document_count + 1, sizeof *work.looks);
    work.single = calloc((size_t)model->principal_count + 1, sizeof *work.single);
    work.single_account = calloc((size_t)model->account_count + 1, sizeof *work.single_account);
    work.single_role_account = calloc((size_t)model->account_count + 1, sizeof *work.single_role_account);
    work.scp_signature = calloc((size_t)model->account_count + 1, sizeof *work.scp_signature);
    work.rcp_signature = calloc((size_t)model->account_count + 1, sizeof *work.rcp_signature);
    work.failed = work.looks == NULL || work.single == NULL || work.single_account == NULL ||
                  work.single_role_account == NULL || work.scp_signature == NULL || work.rcp_signature == NULL;
    if (!work.failed) {
        look_at_documents(&work);
        sign_guardrails(&work);
    }
    bool good = !work.failed && trust_contents_make(&work.contents, &work.matches) &&
                name_matches_list(&work.matches) && classify_callers(&work) && number_tags(&work) &&
                classify_roles(&work) && find_local_sets(classes, model) && find_same_trusts(classes, model);
    free(work.looks);
    free(work.single);
    free(work.single_account);
    free(work.single_role_account);
    free(work.scp_signature);
    free(work.rcp_signature);
    free(work.said);
    name_matches_free(&work.matches);
    trust_contents_free(&work.contents);
    intern_free(&work.tag_keys);
    intern_free(&work.role_tags);
    intern_free(&work.patterns);
    if (!good)
        classes_free(classes);
    return good;
}

void classes_free(struct classes *classes)
{
    partition_free(&classes->permissions);
    partition_free(&classes->profiles);
    partition_free(&classes->role_sets);
    partition_free(&classes->local_sets);
    partition_free(&classes->same_trusts);
    free(classes->role_details);
    free(classes->role_tags);
    free(classes->caller_details);
    free(classes->strangers_alike);
    *classes = (struct classes){0};
}
