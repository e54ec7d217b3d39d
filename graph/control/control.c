#include "graph/control/control_inside.h"

#include "ingest/policy/policy.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- actions */

static uint8_t action_number(struct control *control, const char *action)
{
    size_t number = 0;
    while (number < control->action_count && strcmp(control->actions[number], action) != 0)
        number++;
    if (number == control->action_count && number < CONTROL_ACTIONS)
        control->actions[control->action_count++] = action;
    return (uint8_t)number;
}

static void set_bit(struct control_mask *mask, size_t number)
{
    mask->bits[number / 64] |= (uint64_t)1 << (number % 64);
}

static void add_bits(struct control_mask *mask, const struct control_mask *more)
{
    for (size_t i = 0; i < CONTROL_WORDS; i++)
        mask->bits[i] |= more->bits[i];
}

static bool is_empty(const struct control_mask *mask)
{
    for (size_t i = 0; i < CONTROL_WORDS; i++)
        if (mask->bits[i] != 0)
            return false;
    return true;
}

static bool has_all(const struct control_mask *mask, const struct control_mask *all)
{
    for (size_t i = 0; i < CONTROL_WORDS; i++)
        if ((all->bits[i] & ~mask->bits[i]) != 0)
            return false;
    return true;
}

static size_t first_of_service(const char *service)
{
    size_t i = 0;
    while (service != NULL && (ways[i].service == NULL || strcmp(ways[i].service, service) != 0))
        i++;
    return i;
}

static void number_ways(struct control *control)
{
    for (size_t i = 0; i < way_count; i++) {
        control->same_service[i] = first_of_service(ways[i].service);
        for (size_t j = 0; j < WAY_STEPS && ways[i].steps[j].action != NULL; j++) {
            control->steps[i][j] = action_number(control, ways[i].steps[j].action);
            set_bit(&control->needs[i], control->steps[i][j]);
        }
        if (ways[i].form == WAY_PASS_ROLE)
            set_bit(&control->needs[i], action_number(control, "iam:PassRole"));
    }
}

static struct control_mask mask_of_principal(struct control *control, uint32_t principal)
{
    const struct model_principal *who = &control->model->principals[principal];
    struct control_mask all = {{0}};
    for (uint32_t i = 0; i < who->policy_count; i++) {
        uint32_t document = control->model->uses[who->first_policy + i].document;
        if (document == MODEL_NONE)
            continue;
        add_bits(&all, &control_document(control, document)->allows);
    }
    return all;
}

bool control_rights_any(struct control *control, uint32_t principal)
{
    struct control_mask all = mask_of_principal(control, principal);
    return !is_empty(&all);
}

/* ---- ways */

static const struct way_list *list_ways(struct control *control, const struct control_mask *mask)
{
    struct way_list *list = arena_allocate(&control->arena, sizeof *list + way_count * sizeof *list->ways);
    uint16_t count = 0;
    for (int form = 0; form < WAY_FORMS; form++) {
        list->first[form] = count;
        for (size_t i = 0; i < way_count; i++)
            if (ways[i].form == (enum way_form)form && has_all(mask, &control->needs[i]))
                list->ways[count++] = (uint16_t)i;
    }
    list->first[WAY_FORMS] = count;
    return list;
}

const struct way_list *control_open_ways(struct control *control, uint32_t principal)
{
    struct control_mask mask = mask_of_principal(control, principal);
    uint32_t known = control->open_masks.count;
    uint32_t number = intern_add(&control->open_masks, (const char *)mask.bits, sizeof mask.bits);
    if (number == known) {
        ARRAY_RESERVE(control->open, number + 1, control->open_room);
        control->open[number] = list_ways(control, &mask);
    }
    return control->open[number];
}

/* ---- all of it */

struct control *control_new(const struct model *model, struct constraint_pool *pool, double now)
{
    struct control *control = memory_zeroed(1, sizeof *control);
    *control =
        (struct control){.model = model,
                         .pool = pool,
                         .evaluator = evaluator_new(model, pool),
                         .now = now,
                         .steps = memory_zeroed(way_count, sizeof *control->steps),
                         .same_service = memory_zeroed(way_count, sizeof *control->same_service),
                         .needs = memory_zeroed(way_count, sizeof *control->needs),
                         .kinds = memory_zeroed(way_count, sizeof *control->kinds),
                         .way_hows = memory_zeroed(way_count, sizeof *control->way_hows),
                         .documents = memory_zeroed((size_t)model->document_count + 1, sizeof *control->documents),
                         .services = memory_zeroed((size_t)model->principal_count + 1, sizeof *control->services)};
    control->meet_account = MODEL_NONE;
    control->answers = control_answers_new(model, control->evaluator);
    number_ways(control);
    struct control_mask everything;
    memset(&everything, 0xff, sizeof everything);
    control->all = list_ways(control, &everything);
    return control;
}

void control_free(struct control *control)
{
    if (control == NULL)
        return;
    control_answers_free(control->answers);
    evaluator_free(control->evaluator);
    intern_free(&control->words);
    free(control->hows);
    intern_free(&control->open_masks);
    free(control->open);
    arena_free(&control->arena);
    free(control->steps);
    free(control->same_service);
    free(control->needs);
    free(control->way_hows);
    free(control->kinds);
    intern_free(&control->service_names);
    free(control->service_ways);
    intern_free(&control->action_patterns);
    free(control->pattern_masks);
    free(control->documents);
    free(control->services);
    intern_free(&control->classes);
    free(control->class_of);
    intern_free(&control->scp_classes);
    free(control->scp_class_of);
    free(control->launches);
    free(control->class_launches);
    intern_free(&control->launch_keys);
    free(control->facts);
    intern_free(&control->meets);
    arena_free(&control->meet_texts);
    free(control->meeting);
    free(control->is_free);
    hash_index_free(&control->fact_index);
    free(control);
}

/* ---- services */

/* "ec2.amazonaws.com", also as "ec2.amazonaws.com.cn" and "ec2.eu-west-1.amazonaws.com". */
static bool names_service(const char *principal, const char *service)
{
    size_t length = strcspn(service, "\0");
    const char *suffix = strstr(service, ".amazonaws.com");
    size_t name = suffix != NULL ? (size_t)(suffix - service) : length;
    if (strncmp(principal, service, name) != 0 || principal[name] != '.')
        return false;
    const char *rest = strstr(principal + name, ".amazonaws.com");
    if (rest == NULL || (rest[14] != '\0' && strcmp(rest + 14, ".cn") != 0))
        return false;
    /* Between them is nothing, or a region: one label with a dash. */
    const char *region = principal + name;
    size_t between = (size_t)(rest - region);
    return between == 0 || (memchr(region + 1, '.', between - 1) == NULL && memchr(region, '-', between) != NULL);
}

/* The first way of the service; way_count: none. Looked up once for each name. */
static size_t way_of_service(struct control *control, const char *principal)
{
    uint32_t known = control->service_names.count;
    uint32_t number = intern_add(&control->service_names, principal, strlen(principal));
    size_t i = 0;
    if (number < known)
        return control->service_ways[number];
    while (i < way_count && (ways[i].service == NULL || !names_service(principal, ways[i].service)))
        i++;
    ARRAY_ADD(control->service_ways, known, control->service_room, i);
    return i;
}

constraint control_becomes(struct control *control, const char *caller, uint32_t role)
{
    struct decision decision;
    struct decision_question question = {.role = role, .now = control->now, .verdict_only = true};
    caller_parse(control->model, &control->arena, caller, &question.caller);
    decision_decide(control->evaluator, &question, &decision);
    return decision.verdict == VERDICT_DENIED ? CONSTRAINT_FALSE : decision.residual;
}

struct found_services {
    struct trusted_service *list;
    uint32_t count, room;
};

static void add_service(struct control *control, struct found_services *found, const char *principal, uint32_t role)
{
    size_t way = way_of_service(control, principal);
    for (uint32_t i = 0; i < found->count && way < way_count; i++)
        if (found->list[i].way == way)
            return;
    if (way == way_count)
        return;
    constraint formula = control_becomes(control, principal, role);
    if (formula != CONSTRAINT_FALSE)
        ARRAY_ADD(found->list, found->count, found->room,
                  (struct trusted_service){ways[way].service, principal, way, formula});
}

static void find_services(struct control *control, struct found_services *found, uint32_t role)
{
    const struct model *model = control->model;
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE || model->principals[role].service_linked)
        return;
    const struct model_document *document = &model->documents[trust->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->principal_count && statement->allow && !statement->not_principal; j++)
            if (statement->broken == NULL && statement->principals[j].form == PRINCIPAL_SERVICE)
                add_service(control, found, statement->principals[j].value, role);
    }
}

const struct trusted_services *control_services_of(struct control *control, uint32_t role)
{
    struct trusted_services *services = &control->services[role];
    if (services->known)
        return services;
    struct found_services found = {0};
    find_services(control, &found, role);
    const struct trusted_service *copy = arena_copy(&control->arena, found.list, found.count, sizeof *copy);
    free(found.list);
    const struct policy_use *trust = control->model->principals[role].trust;
    bool tried = trust != NULL && trust->document != MODEL_NONE && trust->document >= control->model->document_count;
    *services = (struct trusted_services){copy, found.count, !tried};
    return services;
}

/* ---- descriptions of ways */

const struct control_how *control_how_keep(struct control *control, struct control_how how)
{
    uint32_t known = control->words.count, number = intern_add(&control->words, how.actions, strlen(how.actions));
    if (number == known) {
        struct control_how *kept = arena_allocate(&control->arena, sizeof *kept);
        *kept = how;
        kept->actions = intern_text(&control->words, number);
        ARRAY_ADD(control->hows, known, control->how_room, kept);
    }
    return control->hows[number];
}
