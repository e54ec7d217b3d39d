#include "analyzer/findings/facts/account_usage.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/findings.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

#define UNASKED UINT32_MAX

enum { NEWCOMERS_UNASKED, NEWCOMERS_OUT, NEWCOMERS_IN };

/* Counts for the roles of a set with one trust document, for one of its statements and one account. */
struct usage_answers {
    bool looked_at, same_for_all; /* the statement looks only at the caller's account */
    constraint everybody;         /* then: who gets in by it; UNASKED: not asked */
    constraint *of_class;         /* else: for each permission class of the account */
    uint32_t admitted;            /* UNASKED: not counted; including the role itself */
    unsigned char newcomers;
    bool counted;
    struct usage usage; /* for the roles of other accounts without edges of their own from this account */

    /* For the account's own roles without edges of their own: all are decided together at the second question. */
    bool asked;
    constraint *possible; /* per principal of the account: the condition for each role; NULL: not decided together */
    uint32_t able, sure;  /* over all, whichever role they get into */
    uint32_t first[USAGE_FIRST + 1];
};

static uint32_t first_class(const struct analysis *analysis, uint32_t principal)
{
    const struct partition *classes = &analysis->edges->classes.permissions;
    /* Numbered in the order met, account by account. */
    return principal < analysis->model->principal_count ? classes->of[principal] : classes->count;
}

/* The counts so far. */
struct usages {
    struct intern keys; /* of a role set, a statement of a trust document and an account */
    struct usage_answers *answers;
    uint32_t count, room;
    struct usage_marks {
        uint32_t *of, mark;
        constraint *residuals;
        uint32_t *list, count, room; /* the marked ones, each once */
    } marks;                         /* per principal: the marked ones have an edge */
};

static void usages_free(void *notes)
{
    struct usages *usages = notes;
    for (uint32_t i = 0; i < usages->count; i++) {
        free(usages->answers[i].of_class);
        free(usages->answers[i].possible);
    }
    free(usages->answers);
    free(usages->marks.of);
    free(usages->marks.residuals);
    free(usages->marks.list);
    intern_free(&usages->keys);
}

static const struct notes_kind usage_notes = {sizeof(struct usages), usages_free, false};

static struct usage_answers *answers_of(struct analysis *analysis, struct usages *usages,
                                        const struct trust_statement *at, uint32_t account)
{
    const struct classes *classes = &analysis->edges->classes;
    /* Edges inside an account may lead to a local set. */
    uint32_t local = at->who->account == account ? classes->local_sets.of[at->role] : MODEL_NONE;
    const uint32_t key[] = {classes->same_trusts.of[at->role], at->statement->position, account, local};
    uint32_t number = intern_add(&usages->keys, (const char *)key, sizeof key);
    if (number == usages->count)
        ARRAY_ADD(usages->answers, usages->count, usages->room,
                  (struct usage_answers){.everybody = UNASKED, .admitted = UNASKED});
    return &usages->answers[number];
}

/* ---- whom the statement admits */

static constraint ask(struct analysis *analysis, const struct trust_statement *at, uint32_t principal)
{
    struct caller caller;
    caller_of_principal(analysis->model, principal, &caller);
    return trust_speaks_for(analysis, &caller, at);
}

static void prepare_classes(const struct analysis *analysis, struct usage_answers *answers,
                            const struct model_account *of)
{
    uint32_t count =
        first_class(analysis, of->first_principal + of->principal_count) - first_class(analysis, of->first_principal);
    answers->of_class = memory_resize(NULL, count, sizeof *answers->of_class);
    for (uint32_t i = 0; i < count; i++)
        answers->of_class[i] = UNASKED;
}

/* Whether the conditions are the same for everybody in one account: only about what is passed, when, and from where.
 */
static bool looks_at_nobody(const struct statement *statement)
{
    static const char *const keys[] = {"sts:ExternalId",       "sts:RoleSessionName", "aws:PrincipalOrgID",
                                       "aws:PrincipalAccount", "aws:SourceIp",        "aws:CurrentTime",
                                       "aws:EpochTime",        "aws:SecureTransport", "aws:RequestedRegion"};
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        bool known = false;
        for (size_t j = 0; j < sizeof keys / sizeof keys[0] && !known; j++)
            known = strcasecmp(condition->key, keys[j]) == 0;
        for (uint32_t j = 0; j < condition->value_count && known; j++)
            known = strstr(condition->values[j], "${") == NULL;
        if (!known)
            return false;
    }
    return true;
}

static constraint speaks_for(struct analysis *analysis, struct usage_answers *answers, const struct trust_statement *at,
                             const struct model_account *of, uint32_t principal)
{
    const struct classes *classes = &analysis->edges->classes;
    if (!answers->looked_at)
        answers->same_for_all = looks_at_nobody(at->statement);
    answers->looked_at = true;
    if (answers->same_for_all && answers->everybody == UNASKED)
        answers->everybody = ask(analysis, at, principal);
    if (answers->same_for_all)
        return answers->everybody;
    if (classes->caller_details[classes->role_sets.of[at->role]] == CALLER_BY_NAME)
        return ask(analysis, at, principal);
    if (answers->of_class == NULL)
        prepare_classes(analysis, answers, of);
    constraint *known =
        &answers->of_class[classes->permissions.of[principal] - first_class(analysis, of->first_principal)];
    if (*known == UNASKED)
        *known = ask(analysis, at, principal);
    return *known;
}

static void count_admitted(struct analysis *analysis, struct usage_answers *answers, const struct trust_statement *at,
                           const struct model_account *of)
{
    uint32_t count = 0;
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++) {
        count += speaks_for(analysis, answers, at, of, i) != CONSTRAINT_FALSE;
    }
    answers->admitted = count;
}

/* ---- who has an edge */

struct from_end {
    const struct edges *edges;
    edge_end from;
};

static int compare_from(const void *key, const void *item)
{
    const struct from_end *wanted = key;
    edge_end from = wanted->edges->edges[*(const uint32_t *)item].from;
    return (wanted->from > from) - (wanted->from < from);
}

/* The first in-edge of [low, high) that leaves this end or a later one. */
static uint32_t in_edge_from(const struct edges *edges, uint32_t low, uint32_t high, edge_end from)
{
    const struct from_end wanted = {edges, from};
    return low + (uint32_t)order_lower_bound(&wanted, edges->in_edges + low, high - low, sizeof *edges->in_edges,
                                             compare_from);
}

/* Marks the principals [first, end) at the other end of the edges that enter `to` from ends [from, until); returns
 * whether there are any. marks NULL: only return the answer. */
static bool mark_edges(const struct edges *edges, struct usage_marks *marks, edge_end to, edge_end from, edge_end until,
                       uint32_t first, uint32_t end)
{
    uint32_t low, high;
    bool any = false;
    edges_in(edges, to, &low, &high);
    for (uint32_t i = in_edge_from(edges, low, high, from); i < high; i++) {
        const struct edge *edge = &edges->edges[edges->in_edges[i]];
        uint32_t count;
        if (edge->from >= until)
            break;
        if (edge->kind != EDGE_ASSUME)
            continue;
        const uint32_t *members = edges_members(edges, &edge->from, &count);
        size_t j = order_lower_bound(&first, members, count, sizeof *members, order_numbers);
        for (; j < count && members[j] < end; j++) {
            any = true;
            if (marks == NULL)
                return true;
            if (marks->of[members[j]] != marks->mark)
                ARRAY_ADD(marks->list, marks->count, marks->room, members[j]);
            marks->of[members[j]] = marks->mark;
            marks->residuals[members[j]] = edge->residual;
        }
    }
    return any;
}

/* The ends of the account, from wide to narrow, since narrow ends are exact. marks NULL: only return the answer. */
static bool mark_account(const struct analysis *analysis, struct usage_marks *marks, const edge_end *targets,
                         uint32_t target_count, const struct model_account *of)
{
    const struct edges *edges = analysis->edges;
    uint32_t first = of->first_principal, end = first + of->principal_count, classes = edges->classes.permissions.count;
    const edge_end ranges[][2] = {
        {EDGE_GROUP | classes, EDGE_GROUP | (classes + edges->classes.profiles.count)},
        {EDGE_GROUP | first_class(analysis, first), EDGE_GROUP | first_class(analysis, end)},
        {first, end},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        for (uint32_t j = target_count; j > 0; j--)
            any = mark_edges(edges, marks, targets[j - 1], ranges[i][0], ranges[i][1], first, end) || any;
    return any;
}

static void marks_begin(struct usage_marks *marks, const struct model *model)
{
    if (marks->of == NULL) {
        marks->of = memory_zeroed(model->principal_count, sizeof *marks->of);
        marks->residuals = memory_zeroed(model->principal_count, sizeof *marks->residuals);
    }
    marks->mark++;
    marks->count = 0;
}

/* The marked principals in order: sorted if they are few, otherwise collected by a pass over the account. */
static void sort_marked(struct usage_marks *marks, const struct model_account *of)
{
    if (marks->count < of->principal_count / 16) {
        order_sort_numbers(marks->list, marks->count);
        return;
    }
    marks->count = 0;
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++)
        if (marks->of[i] == marks->mark)
            marks->list[marks->count++] = i;
}

/* ---- both */

static void set_admitted(struct analysis *analysis, struct usage_answers *answers, const struct trust_statement *at,
                         const struct model_account *of, struct usage *usage)
{
    bool inside = at->who->account == (uint32_t)(of - analysis->model->accounts);
    if (answers->admitted == UNASKED)
        count_admitted(analysis, answers, at, of);
    usage->admitted = answers->admitted;
    if (inside && speaks_for(analysis, answers, at, of, at->role) != CONSTRAINT_FALSE)
        usage->admitted--;
}

/* list NULL: only count. */
static void measure(struct analysis *analysis, struct usages *usages, struct usage_answers *answers,
                    const struct trust_statement *at, const struct model_account *of, struct usage *usage,
                    struct usage_list *list)
{
    struct usage_marks *marks = &usages->marks;
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(analysis->edges, at->role, targets);
    constraint residual = UNASKED, speaks = UNASKED, possible = CONSTRAINT_FALSE;
    bool inside = at->who->account == (uint32_t)(of - analysis->model->accounts);
    *usage = (struct usage){.principals = of->principal_count - inside};
    marks_begin(marks, analysis->model);
    if (!mark_account(analysis, marks, targets, target_count, of))
        return;
    sort_marked(marks, of);
    for (uint32_t k = 0; k < marks->count; k++) {
        uint32_t i = marks->list[k];
        constraint speaks_too = speaks_for(analysis, answers, at, of, i);
        if (marks->residuals[i] != residual || speaks_too != speaks) {
            residual = marks->residuals[i];
            speaks = speaks_too;
            possible = constraint_and(analysis->pool, residual, speaks);
            if (constraint_satisfiable(analysis->pool, possible) == CONSTRAINT_NO)
                possible = CONSTRAINT_FALSE;
        }
        if (possible == CONSTRAINT_FALSE)
            continue;
        if (i == at->role) {
            usage->itself = true;
            if (list != NULL)
                list->of_itself = possible;
            continue;
        }
        if (list != NULL) {
            list->able[usage->able] = i;
            list->conditions[usage->able] = possible;
        }
        if (usage->able < USAGE_FIRST)
            usage->first[usage->able] = i;
        usage->able++;
        usage->sure += possible == CONSTRAINT_TRUE;
    }
    if (usage->able > 0)
        set_admitted(analysis, answers, at, of, usage);
}

/* ---- those who get into roles of their own account */

static void ask_all_at_once(struct analysis *analysis, struct usages *usages, struct usage_answers *answers,
                            const struct trust_statement *at, const struct model_account *of)
{
    uint32_t count = of->principal_count, first = of->first_principal;
    struct usage_list list = {.able = memory_zeroed((size_t)count + 1, sizeof *list.able),
                              .conditions = memory_zeroed(count, sizeof *list.conditions)};
    measure(analysis, usages, answers, at, of, &list.usage, &list);
    answers->possible = memory_zeroed(count, sizeof *answers->possible);
    for (uint32_t i = 0; i < count; i++)
        answers->possible[i] = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < list.usage.able; i++)
        answers->possible[list.able[i] - first] = list.conditions[i];
    if (list.usage.itself)
        answers->possible[at->role - first] = list.of_itself;
    for (uint32_t i = 0; i < count; i++) {
        if (answers->possible[i] == CONSTRAINT_FALSE)
            continue;
        if (answers->able <= USAGE_FIRST)
            answers->first[answers->able] = first + i;
        answers->able++;
        answers->sure += answers->possible[i] == CONSTRAINT_TRUE;
    }
    usage_list_close(&list);
}

/* All of them except the role itself. */
static void leave_out_itself(struct analysis *analysis, struct usage_answers *answers, const struct trust_statement *at,
                             const struct model_account *of, struct usage *usage)
{
    constraint own = answers->possible[at->role - of->first_principal];
    *usage = (struct usage){.principals = of->principal_count - 1, .itself = own != CONSTRAINT_FALSE};
    usage->able = answers->able - usage->itself;
    usage->sure = answers->sure - (own == CONSTRAINT_TRUE);
    for (uint32_t i = 0, kept = 0; i < answers->able && i <= USAGE_FIRST && kept < USAGE_FIRST; i++)
        if (answers->first[i] != at->role)
            usage->first[kept++] = answers->first[i];
    if (usage->able > 0)
        set_admitted(analysis, answers, at, of, usage);
}

static void count_inside(struct analysis *analysis, struct usages *usages, struct usage_answers *answers,
                         const struct trust_statement *at, const struct model_account *of, struct usage *usage)
{
    const edge_end own = at->role;
    bool alone = mark_account(analysis, NULL, &own, 1, of);
    if (alone || !answers->asked) {
        answers->asked = answers->asked || !alone;
        measure(analysis, usages, answers, at, of, usage, NULL);
        return;
    }
    if (answers->possible == NULL)
        ask_all_at_once(analysis, usages, answers, at, of);
    leave_out_itself(analysis, answers, at, of, usage);
}

void usage_count(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                 uint32_t account, struct usage *usage)
{
    const struct model_account *of = &analysis->model->accounts[account];
    struct usages *usages = findings_notes(findings, &usage_notes);
    struct usage_answers *answers = answers_of(analysis, usages, at, account);
    edge_end targets[EDGES_ENDS];
    uint32_t own = edges_targets(analysis->edges, at->role, targets) - 1; /* the role set comes last */
    if (at->who->account == account) {
        count_inside(analysis, usages, answers, at, of, usage);
        return;
    }
    bool alone = mark_account(analysis, NULL, targets, own, of);
    if (!alone && answers->counted) {
        *usage = answers->usage;
        return;
    }
    measure(analysis, usages, answers, at, of, usage, NULL);
    if (!alone) {
        answers->usage = *usage;
        answers->counted = true;
    }
}

void usage_list_open(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     uint32_t account, struct usage_list *list)
{
    const struct model_account *of = &analysis->model->accounts[account];
    struct usages *usages = findings_notes(findings, &usage_notes);
    *list = (struct usage_list){.able = memory_zeroed((size_t)of->principal_count + 1, sizeof *list->able),
                                .conditions = memory_zeroed(of->principal_count, sizeof *list->conditions)};
    measure(analysis, usages, answers_of(analysis, usages, at, account), at, of, &list->usage, list);
    list->able[list->usage.able] = at->role;
}

void usage_list_close(struct usage_list *list)
{
    free(list->able);
    free(list->conditions);
    *list = (struct usage_list){0};
}

void usage_mark_callers(const struct analysis *analysis, struct findings *findings, uint32_t role, uint32_t account,
                        bool *enters)
{
    const struct model_account *of = &analysis->model->accounts[account];
    struct usage_marks *marks = &((struct usages *)findings_notes(findings, &usage_notes))->marks;
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(analysis->edges, role, targets);
    marks_begin(marks, analysis->model);
    mark_account(analysis, marks, targets, target_count, of);
    for (uint32_t i = 0; i < of->principal_count; i++)
        enters[i] = marks->of[of->first_principal + i] == marks->mark;
}

/* ---- newcomers */

static bool admits_newcomers(struct analysis *analysis, const struct trust_statement *at, const char *account)
{
    static const char *const kinds[] = {"user", "role"};
    const struct model *model = analysis->model;
    bool admits = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !admits; i++) {
        struct caller caller;
        char *arn = memory_print("arn:%.*s:iam::%s:%s/a-name-that-no-policy-names", (int)strcspn(at->who->arn + 4, ":"),
                                 at->who->arn + 4, account, kinds[i]);
        admits = !caller_parse(model, &analysis->model->arena, arn, &caller) ||
                 trust_speaks_for(analysis, &caller, at) != CONSTRAINT_FALSE;
        free(arn);
    }
    return admits;
}

bool usage_admits_newcomers(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                            uint32_t account)
{
    struct usage_answers *answers = answers_of(analysis, findings_notes(findings, &usage_notes), at, account);
    if (answers->newcomers == NEWCOMERS_UNASKED)
        answers->newcomers =
            admits_newcomers(analysis, at, analysis->model->accounts[account].id) ? NEWCOMERS_IN : NEWCOMERS_OUT;
    return answers->newcomers == NEWCOMERS_IN;
}
