#include "graph/edges/classes_inside.h"

#include "graph/decision/decision.h"
#include "graph/policy/pattern.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* ---- partitions */

void partition_open(struct partition *partition, uint32_t principals)
{
    partition->of = memory_zeroed(principals, sizeof *partition->of);
    for (uint32_t i = 0; i < principals; i++)
        partition->of[i] = MODEL_NONE;
}

void partition_close(struct partition *partition, uint32_t principals)
{
    partition->first = memory_zeroed((size_t)partition->count + 2, sizeof *partition->first);
    partition->members = memory_zeroed(principals, sizeof *partition->members);
    for (uint32_t i = 0; i < principals; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->first[partition->of[i] + 2]++;
    for (uint32_t i = 1; i <= partition->count; i++)
        partition->first[i + 1] += partition->first[i];
    for (uint32_t i = 0; i < principals; i++)
        if (partition->of[i] != MODEL_NONE)
            partition->members[partition->first[partition->of[i] + 1]++] = i;
}

void partition_free(struct partition *partition)
{
    free(partition->of);
    free(partition->first);
    free(partition->members);
    *partition = (struct partition){0};
}

/* ---- callers */

#define DOCUMENTS_SORTED 256

struct described {
    uint8_t looks; /* of identity policies, boundary and SCPs */
    bool own;      /* nobody else is like this principal */
};

/* Keys of blocks are lists of facts: a letter, then a number as bytes or a text with its NUL. */
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
        size_t length = classes_fold_tag(principal->tags[i].key, folded);
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
        qsort(documents, count, sizeof *documents, order_numbers);
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

/* The sets of names that it is in: those requested for all accounts, and those of its own account. */
static void add_matches(const struct making *work, uint32_t principal, bool wide, struct text *text)
{
    const struct name_matches *matches = &work->matches;
    for (uint32_t i = matches->first[principal]; i < matches->first[principal + 1]; i++)
        if (matches->wide[matches->containing[i]] == wide)
            add_number(text, 'm', matches->containing[i]);
}

/* The account's place in the organization, as far as statements look at it, and whether it is in use. That it is being
 * closed is a fact about this account only. */
static void add_place(const struct making *work, const struct model_account *account, struct text *text)
{
    add_number(text, 'u', (uint32_t)account->state);
    if (account->state == ACCOUNT_CLOSING)
        add_text(text, 'a', account->id);
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
    /* What SCPs say about names and role names is distinguished by add_matches and by role sets. */
    uint8_t own_looks = described.looks;
    uint8_t looks = own_looks | classes_looks_of(work, &model->scps[principal->account]);
    if ((own_looks & (LOOKS_NAME | LOOKS_MATCHES)) != 0 || described.own)
        add_text(text, 'w', principal->arn);
    size_t common = text->length;
    add_number(text, 'a', principal->account);
    add_matches(work, index, false, text);
    uint32_t class = intern_add(class_keys, text->data, text->length);
    text->length = common;
    add_number(text, 's', work->scp_signature[principal->account]);
    add_place(work, account, text);
    if ((looks & LOOKS_ACCOUNT) != 0 || !principal->identity_known || work->single_account[principal->account])
        add_number(text, 'a', principal->account);
    classes->permissions.of[index] = class;
    classes->profiles.of[index] = intern_add(profile_keys, text->data, text->length);
    class_looks[class] = (uint8_t)((own_looks & LOOKS_ROLE_NAME) | (looks & (LOOKS_ROLE_ACCOUNT | LOOKS_ROLE_TAGS)));
}

static void classify_callers(struct making *work)
{
    struct classes *classes = work->classes;
    const struct model *model = work->model;
    struct intern class_keys = {0}, profile_keys = {0};
    struct text text = {0};
    uint8_t *class_looks = memory_zeroed(model->principal_count, sizeof *class_looks);
    partition_open(&classes->permissions, model->principal_count);
    partition_open(&classes->profiles, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count; i++)
        classify_caller(work, i, &class_keys, &profile_keys, class_looks, &text);
    classes->permissions.count = class_keys.count;
    classes->profiles.count = profile_keys.count;
    classes->role_details = memory_zeroed(class_keys.count, sizeof *classes->role_details);
    partition_close(&classes->permissions, model->principal_count);
    partition_close(&classes->profiles, model->principal_count);
    for (uint32_t i = 0; i < class_keys.count; i++)
        classes->role_details[i] = (class_looks[i] & LOOKS_ROLE_ACCOUNT) != 0 || work->role_by_role ? ROLE_BY_ITSELF
                                   : class_looks[i] != 0                                            ? ROLE_BY_PATTERN
                                                                                                    : ROLE_BY_SET;
    free(class_looks);
    intern_free(&class_keys);
    intern_free(&profile_keys);
    text_free(&text);
}

/* ---- roles */

/* Whether the trust policy depends on the role's own account, so that the account is part of its meaning. */
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
    uint8_t rcp_looks = role->service_linked ? 0 : classes_looks_of(work, &model->rcps[role->account]);
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
    uint32_t set = intern_add(keys, text->data, text->length);
    if (set == known)
        work->said[set] = said;
    work->classes->strangers_alike[set] =
        work->said[set] == said && (set == known || work->classes->strangers_alike[set]);
    work->classes->caller_details[set] = (looks & LOOKS_NAME) != 0                    ? CALLER_BY_NAME
                                         : ((looks | rcp_looks) & LOOKS_ACCOUNT) != 0 ? CALLER_BY_CLASS
                                                                                      : CALLER_BY_PROFILE;
    return set;
}

static void classify_roles(struct making *work)
{
    struct classes *classes = work->classes;
    const struct model *model = work->model;
    struct intern keys = {0};
    struct text text = {0};
    classes->caller_details = memory_zeroed(model->principal_count, sizeof *classes->caller_details);
    classes->strangers_alike = memory_zeroed(model->principal_count, sizeof *classes->strangers_alike);
    work->said = memory_zeroed(model->principal_count, sizeof *work->said);
    partition_open(&classes->role_sets, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *role = &model->principals[i];
        if (role->is_role && role->trust != NULL && role->trust->document != MODEL_NONE)
            classes->role_sets.of[i] = classify_role(work, i, &keys, &text);
    }
    classes->role_sets.count = keys.count;
    partition_close(&classes->role_sets, model->principal_count);
    intern_free(&keys);
    text_free(&text);
}

static void find_local_sets(struct classes *classes, const struct model *model)
{
    const struct partition *sets = &classes->role_sets;
    struct partition *locals = &classes->local_sets;
    partition_open(locals, model->principal_count);
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
    partition_close(locals, model->principal_count);
}

/* Roles are numbered by the values of the tags that statements look at. */
static void number_tags(struct making *work)
{
    const struct model *model = work->model;
    struct intern keys = {0};
    struct text text = {0};
    uint32_t *tags = work->classes->role_tags = memory_zeroed(model->principal_count, sizeof *tags);
    for (uint32_t i = 0; i < model->principal_count && work->role_tags.count > 0; i++) {
        if (!model->principals[i].is_role)
            continue;
        text.length = 0;
        add_number(&text, 'k', model->principals[i].tags_known);
        add_tags(&model->principals[i], &work->role_tags, &text);
        tags[i] = intern_add(&keys, text.data, text.length);
    }
    intern_free(&keys);
    text_free(&text);
}

static void find_same_trusts(struct classes *classes, const struct model *model)
{
    struct partition *same = &classes->same_trusts;
    struct intern keys = {0};
    partition_open(same, model->principal_count);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        if (classes->role_sets.of[i] == MODEL_NONE)
            continue;
        const uint32_t key[] = {classes->role_sets.of[i], model->principals[i].trust->document};
        same->of[i] = intern_add(&keys, (const char *)key, sizeof key);
    }
    same->count = keys.count;
    intern_free(&keys);
    partition_close(same, model->principal_count);
}

/* ---- the whole */

void classes_make(struct classes *classes, const struct model *model)
{
    struct making work = {.classes = classes, .model = model, .matches = {.model = model}};
    *classes = (struct classes){0};
    work.looks = memory_zeroed(model->document_count, sizeof *work.looks);
    work.single = memory_zeroed(model->principal_count, sizeof *work.single);
    work.single_account = memory_zeroed(model->account_count, sizeof *work.single_account);
    work.single_role_account = memory_zeroed(model->account_count, sizeof *work.single_role_account);
    work.scp_signature = memory_zeroed(model->account_count, sizeof *work.scp_signature);
    work.rcp_signature = memory_zeroed(model->account_count, sizeof *work.rcp_signature);
    classes_look_at_documents(&work);
    classes_sign_guardrails(&work);
    trust_contents_make(&work.contents, &work.matches);
    name_matches_list(&work.matches);
    classify_callers(&work);
    number_tags(&work);
    classify_roles(&work);
    find_local_sets(classes, model);
    find_same_trusts(classes, model);
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
}

void classes_free(struct classes *classes)
{
    partition_free(&classes->permissions);
    partition_free(&classes->profiles);
    partition_free(&classes->role_sets);
    partition_free(&classes->local_sets);
    partition_free(&classes->same_trusts);
    partition_free(&classes->controllers);
    partition_free(&classes->people);
    partition_free(&classes->controlled);
    free(classes->role_details);
    free(classes->role_tags);
    free(classes->caller_details);
    free(classes->strangers_alike);
    *classes = (struct classes){0};
}
