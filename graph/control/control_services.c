/*
 * Ways through services: what a service can be made to run with a role that is passed to it, and what already runs with
 * one.
 */
#include "graph/control/control_inside.h"

#include "graph/model/model_trial.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define RESOURCE_SIZE 2300

/* ---- on some resource of a kind */

/* A search over resources of the kind that the policies in question name, since these are the limits of what they allow
 * and exempt. */
struct trying {
    struct control_rights *rights;
    const struct way *way;
    size_t first;     /* the step; those with the same text act on the same resource */
    const char *kind; /* a pattern */
    constraint result;
};

/* The row's text with partition and account filled in; a star in it matches at least one byte. */
static char *write_kind(const struct control_rights *rights, const char *text)
{
    struct text pattern = {0};
    for (const char *at = text; *at != '\0'; at++) {
        bool field = at[0] != '*' && at[1] == ':' && at[0] < 'a';
        if (field && *at == 'P')
            text_append_string(&pattern, rights->caller.partition);
        else if (field && *at == 'A')
            text_append_string(&pattern, rights->caller.account);
        else if (at[0] == '*' && at[1] == '*')
            text_append_char(&pattern, *at++);
        else if (*at == '*')
            text_append_string(&pattern, "?*");
        else
            text_append_char(&pattern, *at);
    }
    return text_release(&pattern);
}

static bool is_same_resource(const struct way *way, size_t a, size_t b)
{
    const char *x = way->steps[a].resource, *y = way->steps[b].resource;
    return a == b || strcmp(x, y) == 0;
}

static void try_resource(struct trying *trying, const char *resource)
{
    struct constraint_pool *pool = trying->rights->control->pool;
    constraint all = CONSTRAINT_TRUE;
    for (size_t i = trying->first; i < WAY_STEPS && trying->way->steps[i].action != NULL && all != CONSTRAINT_FALSE;
         i++)
        if (is_same_resource(trying->way, trying->first, i))
            all = constraint_and(pool, all,
                                 control_allows(trying->rights, trying->way->steps[i].action, resource, NULL, NULL));
    trying->result = constraint_or(pool, trying->result, all);
}

static size_t colons(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == ':';
    return count;
}

/* Field by field, since a star in a policy also matches colons, and names have at most one. */
static bool is_of_kind(const struct trying *trying, const char *resource)
{
    return pattern_matches_arn(trying->kind, resource) && colons(resource) <= colons(trying->kind) + 1;
}

/* Resources are kept for one account at a time. */
static void begin_meets(struct control *control, uint32_t account)
{
    if (control->meet_account == account)
        return;
    intern_free(&control->meets);
    arena_free(&control->meet_texts);
    control->meets = (struct intern){0};
    control->meet_texts = (struct arena){0};
    memset(control->kinds, 0, way_count * sizeof *control->kinds);
    control->meet_account = account;
}

/* A resource that matches the pattern and may be of the kind; NULL: none. Computed once. */
static const char *find_resource(const struct trying *trying, const char *pattern)
{
    struct control *control = trying->rights->control;
    struct text key = {0};
    text_append(&key, pattern, strlen(pattern) + 1);
    text_append_string(&key, trying->kind);
    uint32_t known = control->meets.count, number = intern_add(&control->meets, key.data, key.length);
    text_free(&key);
    if (number == known) {
        char resource[RESOURCE_SIZE];
        bool meets = pattern_meet(pattern, trying->kind, resource, sizeof resource);
        ARRAY_REACH(control->meeting, number, control->meet_room);
        control->meeting[number] = meets ? arena_copy_text(&control->meet_texts, resource, strlen(resource)) : NULL;
    }
    return control->meeting[number];
}

static void try_pattern(struct trying *trying, const char *pattern)
{
    const char *resource = find_resource(trying, pattern);
    if (resource != NULL && is_of_kind(trying, resource))
        try_resource(trying, resource);
}

/* Tries the resources at which the statement limits what is allowed or denied. */
static void try_statement(struct trying *trying, const struct statement *statement)
{
    /* With any permission, it does not matter what its own policies allow. */
    if (statement->broken != NULL || statement->allow == statement->not_resource ||
        (statement->allow && trying->rights->gain.any_permission))
        return;
    for (uint32_t i = 0; i < statement->resource_count && trying->result != CONSTRAINT_TRUE; i++) {
        const char *pattern =
            decision_resource(trying->rights->control->evaluator, &trying->rights->caller, statement, i);
        if (pattern != NULL && strcmp(pattern, "*") != 0)
            try_pattern(trying, pattern);
    }
}

static void try_document(struct trying *trying, uint32_t number)
{
    struct control *control = trying->rights->control;
    const char *action = trying->way->steps[trying->first].action;
    struct statements_about about;
    if (number == MODEL_NONE || !control_document(control, number)->bears)
        return;
    const struct model_document *document = &control->model->documents[number];
    const struct statement *statements = control->model->statements;
    if (control_answers_about(control->answers, action, number, &about)) {
        for (uint32_t i = 0; i < about.count; i++)
            try_statement(trying, &statements[control_answers_place(control->answers, &about, i)]);
        return;
    }
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &statements[document->first_statement + i];
        if (statement->broken == NULL && statement_covers_action(statement, action))
            try_statement(trying, statement);
    }
}

static void try_guardrails(struct trying *trying)
{
    const struct model *model = trying->rights->control->model;
    const struct model_guardrails *scps = &model->scps[trying->rights->caller.account_index];
    for (uint32_t i = 0; i < scps->level_count && scps->apply == FACT_YES; i++)
        for (uint32_t j = 0; j < scps->levels[i].policy_count; j++)
            try_document(trying, model->uses[scps->levels[i].first_policy + j].document);
}

static void try_policies(struct trying *trying)
{
    const struct control_rights *rights = trying->rights;
    const struct model *model = rights->control->model;
    const struct model_principal *who = &model->principals[rights->principal];
    const struct model_group *group = rights->gain.group;
    for (uint32_t i = 0; i < who->policy_count && trying->result != CONSTRAINT_TRUE; i++)
        try_document(trying, model->uses[who->first_policy + i].document);
    for (uint32_t i = 0; group != NULL && i < group->policy_count && trying->result != CONSTRAINT_TRUE; i++)
        try_document(trying, model->uses[group->first_policy + i].document);
    if (trying->result != CONSTRAINT_TRUE && who->boundary != NULL)
        try_document(trying, who->boundary->document);
    if (trying->result != CONSTRAINT_TRUE)
        try_guardrails(trying);
}

static const char *kind_of(struct control_rights *rights, const struct way *way, size_t step)
{
    struct control *control = rights->control;
    begin_meets(control, rights->caller.account_index);
    const char **kind = &control->kinds[way - ways][step];
    if (*kind == NULL) {
        char *written = write_kind(rights, way->steps[step].resource);
        *kind = arena_copy_text(&control->meet_texts, written, strlen(written));
        free(written);
    }
    return *kind;
}

/* The step, and the others on the same resource, on some resource of its kind. */
static constraint somewhere(struct control_rights *rights, const struct way *way, size_t first)
{
    struct trying trying = {
        .rights = rights, .way = way, .first = first, .kind = kind_of(rights, way, first), .result = CONSTRAINT_FALSE};
    if (strcmp(way->steps[first].resource, WAY_ON_ANYTHING) == 0) {
        try_resource(&trying, WAY_ON_ANYTHING);
    } else {
        try_pattern(&trying, "*");
        try_policies(&trying);
    }
    return trying.result;
}

/* Whether an earlier step covers this one. */
static bool is_told(const struct way *way, size_t step)
{
    for (size_t i = 0; i < step; i++)
        if (is_same_resource(way, i, step))
            return true;
    return false;
}

static constraint find_launch(struct control_rights *rights, size_t number)
{
    const struct way *way = &ways[number];
    constraint launch = CONSTRAINT_TRUE;
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL && launch != CONSTRAINT_FALSE; i++)
        if (!is_told(way, i))
            launch = constraint_and(rights->control->pool, launch, somewhere(rights, way, i));
    return launch;
}

#define NOT_ASKED UINT32_MAX

/* Principals with the same rights share them. */
static constraint *launches_of_class(struct control_rights *rights)
{
    struct control *control = rights->control;
    uint32_t class = control_class_of(rights);
    if (class != MODEL_NONE)
        ARRAY_REACH(control->class_launches, class, control->class_launch_room);
    if (class != MODEL_NONE && control->class_launches[class] != NULL)
        return control->class_launches[class];
    constraint *launches = arena_allocate_array(&control->arena, way_count, sizeof *launches);
    memset(launches, 0xff, way_count * sizeof *launches);
    if (class != MODEL_NONE)
        control->class_launches[class] = launches;
    return launches;
}

/* Cached, except while one of its policies is on trial. */
static constraint *launches_of(struct control_rights *rights)
{
    struct control *control = rights->control;
    const struct decision_gain *gain = &rights->gain;
    const uint64_t key[] = {rights->principal, gain->any_permission + 2u * gain->no_boundary,
                            gain->group != NULL ? (uint64_t)(gain->group - control->model->groups) + 1 : 0};
    uint32_t known = control->launch_keys.count, number = known;
    if (rights->launches != NULL)
        return rights->launches;
    if (!model_principal_is_tried(control->model, rights->principal))
        number = intern_add(&control->launch_keys, (const char *)key, sizeof key);
    if (number < known)
        return rights->launches = control->launches[number];
    rights->launches = launches_of_class(rights);
    if (control->launch_keys.count > known) {
        ARRAY_RESERVE(control->launches, number + 1, control->launch_room);
        control->launches[number] = rights->launches;
    }
    return rights->launches;
}

/* For a way that is open to it; computed once for each way. */
static constraint launch_of(struct control_rights *rights, size_t number)
{
    constraint *launches = launches_of(rights);
    if (launches[number] == NOT_ASKED)
        launches[number] = find_launch(rights, number);
    return launches[number];
}

bool control_note_services(struct control *control, uint32_t role, bool *services)
{
    const struct trusted_services *trusted = control_services_of(control, role);
    for (uint32_t i = 0; i < trusted->count; i++)
        services[trusted->list[i].way] = true;
    return trusted->count > 0;
}

bool control_rights_describe(struct control_rights *rights, const bool *services, struct text *words)
{
    const struct way_list *open = rights->open;
    text_append_string(words, "");
    if (open->first[WAY_TAKE_OVER] > 0)
        return false;
    for (uint16_t at = 0; at < open->first[WAY_FORMS]; at++) {
        uint16_t way = open->ways[at];
        constraint launch = services[rights->control->same_service[way]] ? launch_of(rights, way) : CONSTRAINT_FALSE;
        if (launch != CONSTRAINT_FALSE)
            text_format(words, "%u %u ", (unsigned)way, (unsigned)launch);
    }
    return true;
}

/* ---- on one role */

char *control_name(const struct model *model, uint32_t principal)
{
    const struct model_principal *who = &model->principals[principal];
    return memory_print("%s/%s", model->accounts[who->account].id, who->name);
}

/* The fact that something exists, which names the role. */
static constraint fact_about(struct control *control, const char *fact, uint32_t role)
{
    struct text name = {0}, text = {0};
    char *who = control_name(control->model, role);
    text_format(&name, "role %s", who);
    way_add_fact(fact, name.data, &text);
    constraint result = constraint_fact(control->pool, text.data);
    free(who);
    text_free(&name);
    text_free(&text);
    return result;
}

static constraint find_fact(struct control *control, const struct way *way, uint32_t role)
{
    const struct model_principal *who = &control->model->principals[role];
    constraint result = CONSTRAINT_TRUE;
    if (way->needs_profile && who->in_instance_profile == FACT_NO)
        return CONSTRAINT_FALSE;
    if (way->needs_profile && who->in_instance_profile == FACT_UNKNOWN)
        result = fact_about(control, WAY_IN_PROFILE, role);
    if (way->exists != NULL)
        result = constraint_and(control->pool, result, fact_about(control, way->exists, role));
    if (way->unsure)
        result =
            constraint_and(control->pool, result, constraint_fact(control->pool, "AWS allows it (not documented)"));
    return result;
}

/* Computed once. */
static constraint what_must_be(struct control *control, uint32_t way, uint32_t role)
{
    uint64_t hash = hash_number((uint64_t)role * way_count + way);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t i; (i = hash_index_next(&control->fact_index, &probe)) != HASH_INDEX_NONE;)
        if (control->facts[i].way == way && control->facts[i].role == role)
            return control->facts[i].formula;
    struct known_fact found = {way, role, find_fact(control, &ways[way], role)};
    hash_index_add(&control->fact_index, hash, control->fact_count);
    ARRAY_ADD(control->facts, control->fact_count, control->fact_room, found);
    return found.formula;
}

/* "iam:PassRole to lambda.amazonaws.com, lambda:CreateFunction, lambda:InvokeFunction". */
static const struct control_how *tell(struct control *control, const struct way *way, const char *principal)
{
    struct text text = {0};
    if (way->form == WAY_PASS_ROLE)
        text_format(&text, "iam:PassRole to %s, ", principal);
    way_add_actions(way, "", &text);
    bool passes = way->form == WAY_PASS_ROLE;
    const struct control_how how = {
        .actions = text.data, .first = way_first_action(way), .service = passes ? principal : NULL};
    const struct control_how *kept = control_how_keep(control, how);
    text_free(&text);
    return kept;
}

/* Whether it may pass the role to the service. */
static constraint may_pass(struct control_rights *rights, const struct trusted_service *service, uint32_t role)
{
    struct control *control = rights->control;
    const struct model_principal *target = &control->model->principals[role];
    const struct fixed_key passed = {"iam:PassedToService", &service->principal, 1};
    constraint may = control_answers_ask(control->answers,
                                         &(struct permission_question){.caller = &rights->caller,
                                                                       .action = "iam:PassRole",
                                                                       .resource = target->arn,
                                                                       .target = target,
                                                                       .fixed = &passed,
                                                                       .fixed_count = 1,
                                                                       .gain = rights->gain,
                                                                       .now = control->now},
                                         MODEL_NONE, &control->of_resource);
    return constraint_and(control->pool, may, service->formula);
}

/* A question about one role. */
struct asking {
    struct control_rights *rights;
    enum way_form form;
    uint32_t role;
    constraint result;
    bool possible, tells;          /* some way is possible; `how` is wanted */
    const struct control_how *how; /* one that is */
    bool enough;                   /* one way needs only what must exist, so the conditions of others do not matter */
};

static void add_way(struct asking *asking, size_t number, const struct trusted_service *service, constraint passed)
{
    struct control *control = asking->rights->control;
    constraint formula = constraint_and(control->pool, passed, launch_of(asking->rights, number));
    formula = constraint_and(control->pool, formula, what_must_be(control, (uint32_t)number, asking->role));
    if (!control_possible(asking->rights, formula))
        return;
    asking->possible = true;
    if (asking->tells && (asking->how == NULL || formula == CONSTRAINT_TRUE))
        asking->how = tell(control, &ways[number], service->principal);
    asking->result = constraint_or(control->pool, asking->result, formula);
    asking->enough =
        asking->enough || constraint_and(control->pool, passed, launch_of(asking->rights, number)) == CONSTRAINT_TRUE;
}

static void by_service(struct asking *asking, const struct trusted_service *service, bool unsure)
{
    constraint passed = CONSTRAINT_TRUE;
    const struct control *control = asking->rights->control;
    bool asked = asking->form != WAY_PASS_ROLE;
    const struct way_list *open = asking->rights->open;
    for (uint16_t at = open->first[asking->form]; at < open->first[asking->form + 1] && passed != CONSTRAINT_FALSE;
         at++) {
        uint16_t i = open->ways[at];
        if (asking->form == WAY_TAKE_OVER ? asking->enough : asking->result == CONSTRAINT_TRUE)
            break;
        if (ways[i].unsure != unsure || control->same_service[i] != service->way ||
            launch_of(asking->rights, i) == CONSTRAINT_FALSE)
            continue;
        if (!asked)
            passed = may_pass(asking->rights, service, asking->role);
        asked = true;
        add_way(asking, i, service, passed);
    }
}

/* Ways that AWS does not document count only if there are no others. */
static constraint by_services(struct control_rights *rights, enum way_form form, uint32_t role,
                              const struct control_how **how)
{
    if (rights->open->first[form] == rights->open->first[form + 1])
        return CONSTRAINT_FALSE;
    const struct trusted_services *services = control_services_of(rights->control, role);
    struct asking asking = {
        .rights = rights, .form = form, .role = role, .result = CONSTRAINT_FALSE, .tells = how != NULL};
    for (int unsure = 0; unsure < 2 && !asking.possible; unsure++)
        for (uint32_t i = 0; i < services->count; i++)
            by_service(&asking, &services->list[i], unsure != 0);
    if (asking.how != NULL)
        *how = asking.how;
    return asking.result;
}

constraint control_pass_role(struct control_rights *rights, uint32_t role, const struct control_how **how)
{
    return by_services(rights, WAY_PASS_ROLE, role, how);
}

constraint control_take_over(struct control_rights *rights, uint32_t role, const struct control_how **how)
{
    return by_services(rights, WAY_TAKE_OVER, role, how);
}
