#include "graph/control/control_answers_inside.h"
#include "graph/control/control_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <string.h>

/* ---- statements about an action */

struct action_lists *answers_of_action(struct control_answers *answers, const char *action)
{
    size_t at = ((size_t)(uintptr_t)action / 8) % ACTION_SLOTS;
    while (answers->actions[at].action != NULL && answers->actions[at].action != action)
        at = (at + 1) % ACTION_SLOTS;
    struct action_lists *lists = &answers->actions[at];
    if (lists->action != NULL)
        return lists;
    if (answers->action_count + 1 == ACTION_SLOTS)
        return NULL;
    answers->action_count++;
    lists->action = action;
    lists->list_of = memory_zeroed((size_t)answers->model->document_count + 1, sizeof *lists->list_of);
    return lists;
}

uint32_t answers_slot(const struct control_answers *answers, const struct action_lists *lists)
{
    return (uint32_t)(lists - answers->actions);
}

static uint32_t make_list(struct control_answers *answers, uint32_t number, const char *action)
{
    const struct model_document *document = &answers->model->documents[number];
    uint32_t start = answers->list_count;
    if (document->broken != NULL)
        return LIST_OF_EACH;
    ARRAY_ADD(answers->lists, answers->list_count, answers->list_room, 0);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        uint32_t place = document->first_statement + i;
        const struct statement *statement = &answers->model->statements[place];
        if (statement->broken == NULL && !statement_covers_action(statement, action))
            continue;
        if (control_statement_is_of_each(statement)) {
            answers->list_count = start;
            return LIST_OF_EACH;
        }
        ARRAY_ADD(answers->lists, answers->list_count, answers->list_room, place);
        answers->lists[start]++;
    }
    if (answers->lists[start] > 0)
        return start;
    answers->list_count = start;
    return LIST_EMPTY;
}

uint32_t answers_of_document(struct control_answers *answers, const struct action_lists *lists, uint32_t document)
{
    uint32_t *list = &lists->list_of[document];
    if (*list == LIST_NOT_ASKED)
        *list = make_list(answers, document, lists->action);
    return *list;
}

bool control_answers_about(struct control_answers *answers, const char *action, uint32_t document,
                           struct statements_about *about)
{
    const struct action_lists *lists = answers_of_action(answers, action);
    if (lists == NULL || document >= answers->model->document_count)
        return false;
    uint32_t list = answers_of_document(answers, lists, document);
    *about = (struct statements_about){list + 1, list >= LIST_FIRST ? answers->lists[list] : 0};
    return list != LIST_OF_EACH;
}

uint32_t control_answers_place(const struct control_answers *answers, const struct statements_about *about, uint32_t i)
{
    return answers->lists[about->first + i];
}

/* ---- what a matching statement says */

static void add_number(struct text *words, uint32_t number)
{
    text_append(words, (const char *)&number, sizeof number);
}

static void add_content_text(struct control_answers *answers, struct text *words, const char *text)
{
    add_number(words, intern_add(&answers->texts, text, strlen(text)));
}

/* Its effect and conditions: equal statements of different documents count as one. */
static uint32_t find_content(struct control_answers *answers, const struct statement *statement)
{
    struct text words = {0};
    add_number(&words, (uint32_t)statement->allow + 2 * (uint32_t)statement->variables);
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        add_number(&words, (uint32_t)(condition->name.op - condition_operators));
        add_number(&words, (uint32_t)condition->name.set * 2 + (uint32_t)condition->name.if_exists);
        add_content_text(answers, &words, condition->key);
        add_number(&words, condition->value_count);
        for (uint32_t j = 0; j < condition->value_count; j++)
            add_content_text(answers, &words, condition->values[j]);
    }
    uint32_t content = intern_add(&answers->contents, words.data, words.length);
    text_free(&words);
    return content;
}

uint32_t answers_content(struct control_answers *answers, uint32_t place)
{
    uint32_t *known = &answers->content_of[place];
    if (*known == 0)
        *known = 1 + find_content(answers, &answers->model->statements[place]);
    return *known;
}

/* ---- lists of principals and accounts */

void answers_keep(struct control_answers *answers, uint32_t word)
{
    ARRAY_ADD(answers->kept_lists, answers->kept_count, answers->kept_room, word);
}

/* Appends the statements of policies; false: the answer is not shared. */
static bool keep_documents(struct control_answers *answers, const struct action_lists *lists, uint32_t first,
                           uint32_t count)
{
    const struct model *model = answers->model;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t document = model->uses[first + i].document;
        uint32_t list = document < model->document_count ? answers_of_document(answers, lists, document) : LIST_OF_EACH;
        if (list == LIST_OF_EACH)
            return false;
        for (uint32_t j = 0; list >= LIST_FIRST && j < answers->lists[list]; j++)
            answers_keep(answers, answers->lists[list + 1 + j]);
    }
    return true;
}

static bool keep_guardrails(struct control_answers *answers, const struct action_lists *lists, uint32_t account)
{
    const struct model_guardrails *scps = &answers->model->scps[account];
    bool shared = true;
    for (uint32_t i = 0; i < scps->level_count && shared; i++) {
        answers_keep(answers, scps->levels[i].complete ? MARK_LEVEL : MARK_INCOMPLETE_LEVEL);
        shared = keep_documents(answers, lists, scps->levels[i].first_policy, scps->levels[i].policy_count);
    }
    return shared;
}

static void begin_account(struct control_answers *answers, uint32_t account)
{
    id_map_free(&answers->kept);
    answers->kept = (struct id_map){.count = 0};
    id_map_free(&answers->on_resource);
    answers->on_resource = (struct id_map){.count = 0};
    id_map_free(&answers->known_of_all);
    answers->known_of_all = (struct id_map){.count = 0};
    intern_free(&answers->resources);
    answers->resources = (struct intern){.count = 0};
    intern_free(&answers->said);
    answers->said = (struct intern){.count = 0};
    answers->kept_count = 0;
    answers->account = account;
}

/* owner: a principal, or -1 for the SCPs of the account. */
static uint32_t kept_list(struct control_answers *answers, const struct action_lists *lists, uint32_t account,
                          int64_t owner)
{
    bool fresh;
    if (answers->account != account)
        begin_account(answers, account);
    uint32_t *place = id_map_add(&answers->kept, owner * (int64_t)ACTION_SLOTS + answers_slot(answers, lists), &fresh);
    if (!fresh)
        return *place;
    const struct model_principal *who = owner >= 0 ? &answers->model->principals[owner] : NULL;
    uint32_t at = answers->kept_count;
    answers_keep(answers, 0);
    bool shared = who != NULL ? keep_documents(answers, lists, who->first_policy, who->policy_count)
                              : keep_guardrails(answers, lists, account);
    answers->kept_lists[at] = answers->kept_count - at - 1;
    return *place = shared ? at : NOT_SHARED;
}

uint32_t answers_of_principal(struct control_answers *answers, const struct action_lists *lists, uint32_t principal)
{
    return kept_list(answers, lists, answers->model->principals[principal].account, principal);
}

uint32_t answers_of_scps(struct control_answers *answers, const struct action_lists *lists, uint32_t account)
{
    return kept_list(answers, lists, account, -1);
}
