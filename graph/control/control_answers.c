#include "graph/control/control_answers_inside.h"

#include "graph/control/control_inside.h"
#include "graph/model/model_trial.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#define KEY_WORDS 500u

/* What the answer depends on. */
struct key {
    struct control_answers *answers;
    const struct permission_question *question;
    const struct model_principal *who;
    const struct action_lists *lists;
    uint32_t words[KEY_WORDS], count;
    bool shared;      /* false: on something that texts cannot tell */
    bool of_resource; /* it may depend on the resource */
    bool by_policies; /* it may depend on the resource because of the principal's own policies */
    bool allowed;     /* some statement of an identity policy allows it */
    bool freely;      /* a statement without conditions does: then other allows add nothing */
    bool by_action;   /* conditions may depend on the action, and on fixed keys */
};

struct control_answers *control_answers_new(const struct model *model, struct evaluator *evaluator)
{
    struct control_answers *answers = memory_zeroed(1, sizeof *answers);
    answers->model = model;
    answers->evaluator = evaluator;
    answers->list_count = LIST_FIRST;
    answers->account = MODEL_NONE;
    answers->content_of = memory_zeroed((size_t)model->statement_count + 1, sizeof *answers->content_of);
    return answers;
}

void control_answers_free(struct control_answers *answers)
{
    if (answers == NULL)
        return;
    for (uint32_t i = 0; i < ACTION_SLOTS; i++)
        free(answers->actions[i].list_of);
    intern_free(&answers->keys);
    intern_free(&answers->texts);
    intern_free(&answers->contents);
    free(answers->content_of);
    free(answers->lists);
    id_map_free(&answers->kept);
    id_map_free(&answers->on_resource);
    id_map_free(&answers->known_of_all);
    intern_free(&answers->resources);
    intern_free(&answers->said);
    free(answers->kept_lists);
    free(answers->known);
    free(answers);
}

/* ---- keys */

static void add_word(struct key *key, uint32_t word)
{
    key->shared = key->shared && key->count < KEY_WORDS;
    if (key->shared)
        key->words[key->count++] = word;
}

static void add_text(struct key *key, const char *text)
{
    add_word(key, intern_add(&key->answers->texts, text, strlen(text)));
}

/* How the holder's ARN compares with the values. */
static void add_arn(struct key *key, const struct statement_condition *condition)
{
    const char *arn = key->who->arn;
    if (condition->name.op->folds_case)
        add_text(key, arn);
    for (uint32_t i = 0; i < condition->value_count && !condition->name.op->folds_case; i++) {
        const char *value = condition->values[i];
        add_word(key, control_arn_mark(value, arn));
    }
}

static void add_condition(struct key *key, const struct statement_condition *condition)
{
    enum key_source source = condition->about->source;
    key->by_action = key->by_action || source != SOURCE_PRINCIPAL_ARN;
    switch (source) {
    case SOURCE_PRINCIPAL_ARN:
        add_arn(key, condition);
        break;
    case SOURCE_PRINCIPAL_ACCOUNT:
    case SOURCE_PRINCIPAL_ORG_ID:
    case SOURCE_PRINCIPAL_ORG_PATHS:
        add_word(key, key->who->account);
        break;
    case SOURCE_PRINCIPAL_TAG:
    case SOURCE_USER_NAME:
    case SOURCE_USER_ID:
        add_text(key, key->who->arn);
        break;
    case SOURCE_RESOURCE_ACCOUNT:
    case SOURCE_RESOURCE_ORG_ID:
    case SOURCE_RESOURCE_ORG_PATHS:
    case SOURCE_RESOURCE_TAG:
        add_text(key, key->question->resource);
        key->of_resource = true;
        break;
    default: /* the same for all users, and for all roles */
        break;
    }
}

static bool matches(struct key *key, const struct statement *statement)
{
    bool any = false;
    for (uint32_t i = 0; i < statement->resource_count && !any; i++) {
        const char *pattern = statement->resources[i];
        bool all = strcmp(pattern, "*") == 0;
        key->of_resource = key->of_resource || !all;
        any = all || pattern_matches(pattern, key->question->resource);
    }
    return statement->has_resource && any != statement->not_resource;
}

/* It matches. */
static void add_content(struct key *key, uint32_t place)
{
    const struct statement *statement = &key->answers->model->statements[place];
    add_word(key, answers_content(key->answers, place));
    for (uint32_t i = 0; i < statement->condition_count; i++)
        add_condition(key, &statement->conditions[i]);
}

static void allow_freely(struct key *key)
{
    key->allowed = key->freely = true;
    add_word(key, MARK_ALLOWED);
}

static void add_statement(struct key *key, uint32_t place, bool identity)
{
    const struct statement *statement = &key->answers->model->statements[place];
    bool grants = identity && statement->allow;
    if ((grants && key->freely) || !matches(key, statement))
        return;
    key->allowed = key->allowed || grants;
    if (grants && statement->condition_count == 0)
        allow_freely(key);
    else
        add_content(key, place);
}

static void add_document(struct key *key, uint32_t document, bool identity)
{
    struct control_answers *answers = key->answers;
    if (document == MODEL_NONE || document >= answers->model->document_count) {
        key->shared = false;
        return;
    }
    uint32_t list = answers_of_document(answers, key->lists, document);
    if (list == LIST_OF_EACH)
        key->shared = false;
    for (uint32_t i = 0; list >= LIST_FIRST && i < answers->lists[list]; i++)
        add_statement(key, answers->lists[list + 1 + i], identity);
}

static void add_documents(struct key *key, uint32_t first, uint32_t count, bool identity)
{
    for (uint32_t i = 0; i < count && key->shared; i++)
        add_document(key, key->answers->model->uses[first + i].document, identity);
}

/* ---- what SCPs say about a resource */

/* The policies of the principal. */
static void add_identity(struct key *key)
{
    uint32_t list = answers_of_principal(key->answers, key->lists, key->question->caller->principal);
    key->shared = key->shared && list != NOT_SHARED;
    for (uint32_t i = 1; key->shared && i <= key->answers->kept_lists[list]; i++)
        add_statement(key, key->answers->kept_lists[list + i], true);
}

/* What SCPs say about a resource: these words, then statements and marks. */
enum {
    SAID_COUNT,
    SAID_OF_RESOURCE, /* some of their statements name resources */
    SAID_NUMBER, /* equal for resources about which they say the same; MODEL_NONE: they look at the resource itself */
    SAID_FIRST
};

/* Whether the statement's conditions look at the resource itself. */
static bool looks_at_resource(const struct statement *statement)
{
    bool any = false;
    for (uint32_t i = 0; i < statement->condition_count && !any; i++)
        any = control_condition_is_of_resource(&statement->conditions[i]);
    return any;
}

/* If everything on a level allows without conditions, only its denies matter: keeps these. `from`: where the level
 * begins. */
static void close_level(struct control_answers *answers, uint32_t from)
{
    const struct statement *statements = answers->model->statements;
    uint32_t *words = answers->kept_lists, kept = from;
    bool freely = false;
    if (from == answers->kept_count || words[from] != MARK_LEVEL)
        return;
    for (uint32_t i = from + 1; i < answers->kept_count; i++)
        freely = freely || (statements[words[i]].allow && statements[words[i]].condition_count == 0);
    if (!freely)
        return;
    for (uint32_t i = from + 1; i < answers->kept_count; i++)
        if (!statements[words[i]].allow)
            words[kept++] = words[i];
    answers->kept_count = kept;
}

/* The statements in the list that match the resource, with the marks. */
static uint32_t find_said(struct key *key, uint32_t list)
{
    struct control_answers *answers = key->answers;
    uint32_t at = answers->kept_count, count = answers->kept_lists[list], level = at + SAID_FIRST;
    bool of_resource = key->of_resource, itself = false;
    for (int i = 0; i < SAID_FIRST; i++)
        answers_keep(answers, 0);
    key->of_resource = false;
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t word = answers->kept_lists[list + i];
        if (word < MARKS && !matches(key, &answers->model->statements[word]))
            continue;
        itself = itself || (word < MARKS && looks_at_resource(&answers->model->statements[word]));
        if (word >= MARKS) {
            close_level(answers, level);
            level = answers->kept_count;
        }
        answers_keep(answers, word);
    }
    close_level(answers, level);
    uint32_t *said = &answers->kept_lists[at];
    said[SAID_COUNT] = answers->kept_count - at - SAID_FIRST;
    said[SAID_OF_RESOURCE] = key->of_resource;
    said[SAID_NUMBER] =
        itself ? MODEL_NONE
               : intern_add(&answers->said, (const char *)(said + SAID_FIRST), said[SAID_COUNT] * sizeof *said);
    key->of_resource = of_resource;
    return at;
}

/* Computed once for each resource and action; NOT_SHARED: there is no such list. */
static uint32_t said_of(struct key *key)
{
    struct control_answers *answers = key->answers;
    const struct permission_question *question = key->question;
    uint32_t list = answers_of_scps(answers, key->lists, key->who->account);
    bool fresh;
    if (list == NOT_SHARED)
        return NOT_SHARED;
    int64_t resource =
        question->target != NULL
            ? 2 * (int64_t)(question->target - answers->model->principals)
            : 2 * (int64_t)intern_add(&answers->resources, question->resource, strlen(question->resource)) + 1;
    int64_t about = resource * (int64_t)ACTION_SLOTS + answers_slot(answers, key->lists);
    uint32_t *place = id_map_add(&answers->on_resource, about, &fresh);
    return fresh ? *place = find_said(key, list) : *place;
}

/* Whether SCPs limit the principal. */
static bool is_limited(const struct key *key)
{
    return key->answers->model->scps[key->who->account].apply == FACT_YES && !key->who->service_linked;
}

static void add_guardrails(struct key *key)
{
    const struct control_answers *answers = key->answers;
    uint32_t said = said_of(key);
    key->shared = key->shared && said != NOT_SHARED;
    if (!key->shared)
        return;
    key->of_resource = key->of_resource || answers->kept_lists[said + SAID_OF_RESOURCE] != 0;
    for (uint32_t i = 0; key->shared && i < answers->kept_lists[said + SAID_COUNT]; i++) {
        uint32_t word = answers->kept_lists[said + SAID_FIRST + i];
        if (word >= MARKS)
            add_word(key, word);
        else
            add_content(key, word);
    }
}

/* The key of the shared answer of all callers with the same rights, if their own policies do not distinguish resources;
 * -1: none. */
static int64_t known_of_all(struct key *key, uint32_t rights, bool *of_resource)
{
    uint32_t slot = answers_slot(key->answers, key->lists), said = 0, number = 0;
    if (rights == MODEL_NONE || key->question->fixed_count > 0)
        return -1;
    if (is_limited(key)) {
        said = said_of(key);
        if (said == NOT_SHARED || key->answers->kept_lists[said + SAID_NUMBER] >= UINT32_MAX / ACTION_SLOTS - 1)
            return -1;
        *of_resource = *of_resource || key->answers->kept_lists[said + SAID_OF_RESOURCE] != 0;
        number = 1 + key->answers->kept_lists[said + SAID_NUMBER];
    }
    return (int64_t)rights << 32 | (number * ACTION_SLOTS + slot);
}
static void make_key(struct key *key)
{
    const struct permission_question *question = key->question;
    const struct model_account *account = &key->answers->model->accounts[key->who->account];
    const struct decision_gain *gain = &question->gain;
    const bool bits[] = {key->who->is_role, key->who->service_linked, account->in_organization == FACT_NO,
                         gain->account_usable};
    uint32_t word = 0;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        word |= (uint32_t)bits[i] << i;
    key->shared = key->who->identity_known && account->state == ACCOUNT_OPEN && question->fixed_count <= 1 &&
                  (question->fixed_count == 0 || question->fixed[0].count == 1);
    add_word(key, word);
    if (gain->any_permission)
        allow_freely(key);
    /* Policies on trial will be different next time. */
    if (model_principal_is_tried(key->answers->model, question->caller->principal))
        add_documents(key, key->who->first_policy, key->who->policy_count, true);
    else
        add_identity(key);
    if (gain->group != NULL) {
        add_word(key, MARK_GROUP);
        add_documents(key, gain->group->first_policy, gain->group->policy_count, true);
    }
    key->by_policies = key->of_resource;
    if (key->shared && !key->allowed)
        return;
    if (key->who->boundary != NULL && !gain->no_boundary) {
        add_word(key, MARK_BOUNDARY);
        add_document(key, key->who->boundary->document, false);
    }
    key->by_policies = key->of_resource;
    if (is_limited(key))
        add_guardrails(key);
    if (!key->by_action)
        return;
    add_word(key, answers_slot(key->answers, key->lists));
    for (size_t i = 0; i < question->fixed_count; i++) {
        add_text(key, question->fixed[i].key);
        add_text(key, question->fixed[i].values[0]);
    }
}

static constraint find_answer(struct key *key)
{
    struct control_answers *answers = key->answers;
    if (!key->shared)
        return decision_permits(answers->evaluator, key->question);
    if (!key->allowed)
        return CONSTRAINT_FALSE; /* whatever boundary and SCPs say */
    uint32_t before = answers->keys.count;
    uint32_t number = intern_add(&answers->keys, (const char *)key->words, key->count * sizeof *key->words);
    if (number == before) {
        constraint answer = decision_permits(answers->evaluator, key->question);
        ARRAY_REACH(answers->known, number, answers->known_room);
        answers->known[number] = answer;
    }
    return answers->known[number];
}

constraint control_answers_ask(struct control_answers *answers, const struct permission_question *question,
                               uint32_t rights, bool *of_resource)
{
    struct key key;
    bool fresh;
    key.answers = answers;
    key.question = question;
    key.who = &answers->model->principals[question->caller->principal];
    key.lists = answers_of_action(answers, question->action);
    key.count = 0;
    key.of_resource = key.allowed = key.by_policies = key.freely = key.by_action = false;
    *of_resource = *of_resource || key.lists == NULL;
    if (key.lists == NULL)
        return decision_permits(answers->evaluator, question);
    int64_t of_all = known_of_all(&key, rights, of_resource);
    const uint32_t *known = of_all >= 0 ? id_map_find(&answers->known_of_all, of_all) : NULL;
    if (known != NULL)
        return *known;
    make_key(&key);
    *of_resource = *of_resource || !key.shared || key.of_resource;
    constraint answer = find_answer(&key);
    if (of_all >= 0 && key.shared && !key.by_policies)
        *id_map_add(&answers->known_of_all, of_all, &fresh) = answer;
    return answer;
}
