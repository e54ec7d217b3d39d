#include "graph/control/control_edges.h"

#include "graph/control/control_rights.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdio.h>
#include <stdlib.h>

const char *edge_kind_word(enum edge_kind kind)
{
    static const char *const words[] = {[EDGE_ASSUME] = "assume",
                                        [EDGE_EDIT_TRUST] = "edit-trust",
                                        [EDGE_EDIT_PERMISSIONS] = "edit-permissions",
                                        [EDGE_TAKE_CREDENTIALS] = "take-credentials",
                                        [EDGE_PASS_ROLE] = "pass-role",
                                        [EDGE_TAKE_OVER] = "take-over"};
    return words[kind];
}

/* A role whose trust policy might let in somebody of the account; MODEL_NONE: of any account. */
struct admission {
    uint32_t account, role;
};

/* What the principal at hand, and all with the same policies, can do to another. */
struct named {
    uint32_t to;
    enum edge_kind kind;
    constraint formula;
    const char *how;
};

/* A change that gives `actor` more than it has. */
struct source {
    struct control_rights *actor;
    struct control_gain gain;
    const char *how;
};

#define SOURCES (2 * CONTROL_GAINS)

struct adding {
    struct edges *edges;
    const struct model *model;
    struct evaluator *evaluator;
    struct control *control;
    struct constraint_pool *pool;
    uint32_t room;
    struct admission *admissions; /* sorted */
    uint32_t admission_count, admission_room;
    struct named *named;
    uint32_t named_count, named_room;
    struct intern words;
    const char **kept; /* by number of words */
    uint32_t kept_room;
};

/* The text for as long as the edges live. */
static const char *keep(struct adding *work, const char *text)
{
    uint32_t known = work->words.count, number = intern_add(&work->words, text, strlen(text));
    if (number == known)
        ARRAY_ADD(work->kept, known, work->kept_room, arena_copy_text(&work->edges->arena, text, strlen(text)));
    return work->kept[number];
}

static void add(struct adding *work, uint32_t from, uint32_t to, enum edge_kind kind, constraint formula,
                const char *how)
{
    struct edges *edges = work->edges;
    if (to == from || formula == CONSTRAINT_FALSE || constraint_satisfiable(work->pool, formula) == CONSTRAINT_NO)
        return;
    bool sure = constraint_valid(work->pool, formula) == CONSTRAINT_YES;
    ARRAY_ADD(edges->edges, edges->edge_count, work->room,
              (struct edge){.from = from,
                            .to = to,
                            .verdict = sure ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                            .residual = sure ? CONSTRAINT_TRUE : formula,
                            .kind = kind,
                            .how = how});
}

/* ---- what trust policies admit */

static void admit(struct adding *work, uint32_t account, uint32_t role)
{
    ARRAY_ADD(work->admissions, work->admission_count, work->admission_room, (struct admission){account, role});
}

static void admit_principal(struct adding *work, const struct statement_principal *principal, uint32_t role)
{
    if (principal->form == PRINCIPAL_ANYONE) {
        admit(work, MODEL_NONE, role);
    } else if (principal->form == PRINCIPAL_UNIQUE_ID) {
        uint32_t found = model_find_unique_id(work->model, principal->value);
        if (found != MODEL_NONE)
            admit(work, work->model->principals[found].account, role);
    } else if (principal->account != NULL) {
        uint32_t account = model_find_account(work->model, principal->account);
        if (account != MODEL_NONE)
            admit(work, account, role);
    }
}

static int compare_admissions(const void *a, const void *b)
{
    const struct admission *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->role > y->role) - (x->role < y->role);
}

static void find_admissions(struct adding *work)
{
    const struct model *model = work->model;
    for (uint32_t role = 0; role < model->principal_count; role++) {
        const struct policy_use *trust = model->principals[role].trust;
        if (trust == NULL || trust->document == MODEL_NONE)
            continue;
        const struct model_document *document = &model->documents[trust->document];
        for (uint32_t i = 0; i < document->statement_count; i++) {
            const struct statement *statement = &model->statements[document->first_statement + i];
            if (statement->broken != NULL || !statement->allow)
                continue;
            if (statement->not_principal)
                admit(work, MODEL_NONE, role);
            for (uint32_t j = 0; !statement->not_principal && j < statement->principal_count; j++)
                admit_principal(work, &statement->principals[j], role);
        }
    }
    if (work->admission_count > 1)
        qsort(work->admissions, work->admission_count, sizeof *work->admissions, compare_admissions);
}

static uint32_t first_admission(const struct adding *work, uint32_t account)
{
    return (uint32_t)order_lower_bound(&(struct admission){account, 0}, work->admissions, work->admission_count,
                                       sizeof *work->admissions, compare_admissions);
}

/* ---- one principal over another */

static void name(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula, const char *how)
{
    if (formula != CONSTRAINT_FALSE)
        ARRAY_ADD(work->named, work->named_count, work->named_room, (struct named){to, kind, formula, keep(work, how)});
}

/* Who can sign the assertions of a SAML provider becomes any role that trusts it, but for those of IAM Identity Center:
 * "AssumeRoleWithSAML will not work on IAM Identity Center managed roles"
 * (https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html). */
static void name_providers(struct adding *work, struct control_rights *rights)
{
    const struct edges *edges = work->edges;
    for (uint32_t node = work->model->principal_count; node < edges->node_count; node++) {
        const struct caller *provider = &edges->nodes[node];
        struct hop_cursor cursor;
        struct hop hop;
        if (provider->kind != CALLER_SAML_PROVIDER || provider->account_index != rights->caller.account_index)
            continue;
        const char *how = NULL;
        constraint formula = control_saml_provider(rights, provider->text, &how);
        hop_cursor_begin(&cursor, edges, node);
        while (formula != CONSTRAINT_FALSE && hop_cursor_next(&cursor, &hop))
            if (!arn_path_is_reserved(work->model->principals[hop.to].path))
                name(work, hop.to, EDGE_TAKE_CREDENTIALS,
                     constraint_and(work->pool, formula, edges->edges[hop.edge].residual), how);
    }
}

/* Through services, where it does not surely become the role anyway. */
static void name_services(struct adding *work, struct control_rights *rights, uint32_t to)
{
    const char *how = NULL;
    constraint formula = control_pass_role(rights, to, &how);
    name(work, to, EDGE_PASS_ROLE, formula, how);
    if (formula == CONSTRAINT_TRUE)
        return;
    formula = control_take_over(rights, to, &how);
    name(work, to, EDGE_TAKE_OVER, formula, how);
}

static void name_all(struct adding *work, struct control_rights *rights)
{
    const struct model *model = work->model;
    const struct model_account *account = &model->accounts[rights->caller.account_index];
    uint32_t end = account->first_principal + account->principal_count;
    work->named_count = 0;
    for (uint32_t to = account->first_principal; to < end; to++) {
        bool role = model->principals[to].is_role;
        const char *how = NULL;
        constraint formula = control_over(rights, to, NULL, &how);
        name(work, to, role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS, formula, how);
        if (role && formula != CONSTRAINT_TRUE)
            name_services(work, rights, to);
    }
    name_providers(work, rights);
}

/* ---- more than it has */

static void add_source(struct adding *work, struct source *sources, uint32_t *count, struct control_rights *actor,
                       const struct control_gain *gain, bool itself)
{
    char text[400];
    snprintf(text, sizeof text, "%s for %s", gain->how, itself ? "itself" : actor->caller.name);
    if (*count < SOURCES)
        sources[(*count)++] = (struct source){actor, *gain, keep(work, text)};
}

/* Those whom it can become in one hop and whose permissions it may edit: at most `room`, which is plenty to reach what
 * can be reached so. */
static uint32_t find_puppets(struct adding *work, struct control_rights *rights, struct control_rights *puppets,
                             struct control_gain *gains, uint32_t room)
{
    const struct model_account *account = &work->model->accounts[rights->caller.account_index];
    uint32_t count = 0, next = 0, end = account->first_principal + account->principal_count;
    for (uint32_t to = account->first_principal; to < end && count < room; to++) {
        const struct edge *edge = to != rights->principal ? edges_between(work->edges, rights->principal, to) : NULL;
        constraint formula = edge != NULL ? edge->residual : CONSTRAINT_FALSE;
        const char *how = NULL;
        for (; next < work->named_count && work->named[next].to <= to; next++)
            if (work->named[next].to == to)
                formula = constraint_or(work->pool, formula, work->named[next].formula);
        if (to == rights->principal || formula == CONSTRAINT_FALSE)
            continue;
        formula = constraint_and(work->pool, formula, control_edit_permissions(rights, to, NULL, &how));
        if (!control_possible(rights, formula))
            continue;
        puppets[count] = control_rights_of(work->control, to);
        gains[count++] = (struct control_gain){formula, {.any_permission = true}, how};
    }
    return count;
}

/* With the gain: assume the role, or control it. */
static constraint with_gain(struct adding *work, const struct source *source, uint32_t to)
{
    const struct model_principal *target = &work->model->principals[to];
    struct control_rights *actor = source->actor;
    constraint result = CONSTRAINT_FALSE;
    const char *how = NULL;
    if (target->is_role) {
        struct decision decision;
        struct decision_question question = {.caller = actor->caller,
                                             .role = to,
                                             .gain = source->gain.gain,
                                             .now = work->edges->now,
                                             .verdict_only = true};
        decision_decide(work->evaluator, &question, &decision);
        if (decision.verdict != VERDICT_DENIED)
            result = decision.residual;
    }
    result = constraint_or(work->pool, result, control_over(actor, to, &source->gain.gain, &how));
    if (result == CONSTRAINT_FALSE)
        return result;
    constraint both = constraint_and(work->pool, result, source->gain.formula);
    /* Two calls may each need another external id. */
    return control_possible(actor, both)
               ? both
               : constraint_fact_of(work->pool, FACT_UNDECIDED, "the conditions of two calls hold one after another");
}

static void add_gained(struct adding *work, uint32_t from, const struct source *sources, uint32_t count, uint32_t to)
{
    const struct edge *edge = edges_between(work->edges, from, to);
    constraint all = CONSTRAINT_FALSE;
    const char *how = NULL;
    if (to == from || (edge != NULL && edge->verdict == VERDICT_ALLOWED))
        return;
    for (uint32_t i = 0; i < count && all != CONSTRAINT_TRUE; i++) {
        constraint formula = sources[i].actor->principal != to ? with_gain(work, &sources[i], to) : CONSTRAINT_FALSE;
        if (formula == CONSTRAINT_FALSE)
            continue;
        if (how == NULL || formula == CONSTRAINT_TRUE)
            how = sources[i].how;
        all = constraint_or(work->pool, all, formula);
    }
    add(work, from, to, EDGE_EDIT_PERMISSIONS, all, how);
}

static void add_edit_permissions(struct adding *work, struct control_rights *rights)
{
    struct control_gain gains[CONTROL_GAINS];
    struct control_rights *puppets = memory_zeroed(CONTROL_GAINS, sizeof *puppets);
    struct source *sources = memory_zeroed(SOURCES, sizeof *sources);
    const struct model_account *account = &work->model->accounts[rights->caller.account_index];
    uint32_t count = 0, found = control_gains(rights, gains, CONTROL_GAINS);
    bool unlimited = false;
    for (uint32_t i = 0; i < found; i++) {
        bool bounded = work->model->principals[rights->principal].boundary != NULL && !gains[i].gain.no_boundary;
        unlimited = unlimited || (gains[i].gain.any_permission && gains[i].formula == CONSTRAINT_TRUE && !bounded);
        add_source(work, sources, &count, rights, &gains[i], true);
    }
    found = unlimited ? 0 : find_puppets(work, rights, puppets, gains, CONTROL_GAINS);
    for (uint32_t i = 0; i < found; i++)
        add_source(work, sources, &count, &puppets[i], &gains[i], false);
    uint32_t end = account->first_principal + account->principal_count;
    for (uint32_t to = account->first_principal; count > 0 && to < end; to++)
        add_gained(work, rights->principal, sources, count, to);
    const uint32_t admitted[] = {rights->caller.account_index, MODEL_NONE};
    for (int which = 0; count > 0 && which < 2; which++) {
        uint32_t last = MODEL_NONE;
        for (uint32_t i = first_admission(work, admitted[which]); i < work->admission_count; i++) {
            const struct admission *admission = &work->admissions[i];
            if (admission->account != admitted[which])
                break;
            if (admission->role == last || (admission->role >= account->first_principal && admission->role < end))
                continue;
            last = admission->role;
            add_gained(work, rights->principal, sources, count, last);
        }
    }
    free(puppets);
    free(sources);
}

/* ---- all */

static void add_all(struct adding *work, const uint32_t *members, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = members[i];
        struct control_rights rights = control_rights_of(work->control, from);
        if (i == 0 || !control_rights_alike(work->model, members[i - 1], from))
            name_all(work, &rights);
        for (uint32_t j = 0; j < work->named_count; j++)
            add(work, from, work->named[j].to, work->named[j].kind, work->named[j].formula, work->named[j].how);
        add_edit_permissions(work, &rights);
    }
}

void control_edges_add(struct edges *edges)
{
    const struct model *model = edges->model;
    struct adding work = {.edges = edges, .model = model, .pool = edges->pool, .room = edges->edge_count};
    uint32_t *members = memory_zeroed(model->principal_count, sizeof *members);
    uint32_t count = 0;
    work.evaluator = evaluator_new(model, edges->pool);
    work.control = control_new(model, edges->pool, edges->now);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (control_rights_any(work.control, i))
            members[count++] = i;
    control_rights_sort(model, members, count);
    if (count > 0)
        find_admissions(&work);
    add_all(&work, members, count);
    evaluator_free(work.evaluator);
    control_free(work.control);
    free(members);
    free(work.admissions);
    free(work.named);
    free(work.kept);
    intern_free(&work.words);
    edges_index(edges);
}
