#include "analyzer/picture/parts.h"

#include "analyzer/picture/fit.h"
#include "analyzer/picture/report_link.h"
#include "analyzer/report/escape.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define TOOLTIP_LINE 300
#define TOOLTIP_NAME 60.0 /* some hundred letters, at one pixel each */

void parts_open(struct parts *parts, const struct edges *edges, struct arena *arena)
{
    *parts = (struct parts){.arena = arena, .edges = edges, .of = memory_get(edges->node_count * sizeof *parts->of)};
    for (uint32_t i = 0; i < edges->node_count; i++)
        parts->of[i] = MODEL_NONE;
}

void parts_close(struct parts *parts)
{
    intern_free(&parts->keys);
    free(parts->list);
    free(parts->of);
    *parts = (struct parts){0};
}

struct part *parts_find(struct parts *parts, const char *key)
{
    uint32_t number = intern_add(&parts->keys, key, strlen(key));
    if (number == parts->count)
        ARRAY_ADD(parts->list, parts->count, parts->room,
                  (struct part){.name = "", .account = MODEL_NONE, .severity = -1});
    return &parts->list[number];
}

static bool is_administered(const struct edges *edges, uint32_t node)
{
    return node < edges->model->principal_count;
}

void parts_add(struct parts *parts, struct part *part, uint32_t node)
{
    uint32_t account = parts->edges->nodes[node].account_index;
    parts->of[node] = (uint32_t)(part - parts->list);
    if (part->members < PART_SAMPLE)
        part->sample[part->members] = node;
    part->members++;
    if (account != MODEL_NONE && (part->accounts == 0 || part->account != account)) {
        part->accounts++;
        part->account = account;
    }
}

void parts_count_critical(struct parts *parts, const struct severities *severities)
{
    for (uint32_t i = 0; i < parts->edges->model->principal_count; i++)
        if (parts->of[i] != MODEL_NONE && severities_of_role(severities, i, false) >= SEVERITY_CRITICAL)
            parts->list[parts->of[i]].critical++;
}

/* ---- names */

const char *account_short_name(const struct model *model, uint32_t account)
{
    const struct model_account *of = &model->accounts[account];
    return of->name != NULL && of->name[0] != '\0'     ? of->name
           : of->alias != NULL && of->alias[0] != '\0' ? of->alias
                                                       : of->id;
}

const char *account_full_name(struct arena *arena, const struct model *model, uint32_t account)
{
    const char *name = account_short_name(model, account), *id = model->accounts[account].id;
    struct text text = {0};
    if (name == id)
        return id;
    text_format(&text, "%s (%s)", name, id);
    return text_keep(&text, arena);
}

static const char *node_name(const struct model *model, uint32_t node)
{
    const char *name = model->nodes[node].name;
    return name != NULL && name[0] != '\0' ? name : model->nodes[node].id;
}

const char *account_unit(struct arena *arena, const struct model *model, uint32_t account)
{
    uint32_t unit = model->accounts[account].node, parent;
    if (model->accounts[account].management)
        return "Management account";
    if (unit == MODEL_NONE)
        return "";
    parent = model->nodes[unit].parent;
    for (uint32_t i = 0; i < model->node_count && parent != MODEL_NONE; i++)
        if (i != unit && strcmp(node_name(model, i), node_name(model, unit)) == 0) {
            struct text text = {0};
            text_format(&text, "%s/%s", node_name(model, parent), node_name(model, unit));
            return text_keep(&text, arena);
        }
    return node_name(model, unit);
}

/* Who issues a web identity's token. */
static const char *issuer_name(const char *text)
{
    static const struct {
        const char *part, *name;
    } issuers[] = {
        {"token.actions.githubusercontent.com", "GitHub Actions"},
        {"oidc.eks.", "EKS pods"},
        {"gitlab", "GitLab CI"},
        {"app.terraform.io", "HCP Terraform"},
        {"agent.buildkite.com", "Buildkite"},
        {"oidc.circleci.com", "CircleCI"},
        {"api.bitbucket.org", "Bitbucket Pipelines"},
        {"vstoken.dev.azure.com", "Azure DevOps"},
        {"accounts.google.com", "Google"},
        {"cognito-identity.amazonaws.com", "Cognito identity pools"},
        {"graph.facebook.com", "Facebook"},
        {"www.amazon.com", "Login with Amazon"},
    };
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        if (strstr(text, issuers[i].part) != NULL)
            return issuers[i].name;
    const char *slash = strchr(text, '/');
    return strncmp(text, "arn:", 4) == 0 && slash != NULL ? slash + 1 : text;
}

const char *node_short_name(const struct edges *edges, uint32_t node)
{
    const struct caller *caller = &edges->nodes[node];
    if (caller->principal != MODEL_NONE)
        return edges->model->principals[caller->principal].name;
    switch (caller->kind) {
    case CALLER_ANYONE:
        return "Anyone on AWS";
    case CALLER_WEB_IDENTITY:
        return issuer_name(caller->text);
    case CALLER_SAML_PROVIDER: {
        const char *slash = strrchr(caller->text, '/');
        if (caller->name != NULL && arn_is_identity_center_provider(caller->name))
            return "IAM Identity Center";
        return slash != NULL ? slash + 1 : caller->text;
    }
    case CALLER_ACCOUNT:
        return caller->account_index != MODEL_NONE ? account_short_name(edges->model, caller->account_index)
                                                   : caller->text;
    case CALLER_ROOT_USER:
        return "root user";
    default:
        return caller->name != NULL && caller->name[0] != '\0' ? caller->name : caller->text;
    }
}

/* For parties that are not providers: the name for several of them. */
static const char *outside_name(const struct edges *edges, uint32_t node, enum part_noun *noun)
{
    const struct caller *caller = &edges->nodes[node];
    const struct model_account *account =
        caller->account_index != MODEL_NONE ? &edges->model->accounts[caller->account_index] : NULL;
    bool member = account != NULL && account->in_organization == FACT_YES;
    *noun = NOUN_ACCOUNTS;
    switch (caller->kind) {
    case CALLER_ANYONE:
        *noun = NOUN_NONE;
        return "Anyone on AWS";
    case CALLER_PERSON:
        *noun = NOUN_PEOPLE;
        return "People";
    case CALLER_POD:
        *noun = NOUN_PODS;
        return "Pods";
    case CALLER_CERTIFICATE:
        *noun = NOUN_NONE;
        return "Certificates";
    case CALLER_GUEST:
        *noun = NOUN_NONE;
        return "Anyone on the internet";
    case CALLER_POOL_USER:
        *noun = NOUN_NONE;
        return "Users of Cognito";
    case CALLER_WORKLOAD:
        *noun = NOUN_WORKLOADS;
        return "Workloads";
    case CALLER_SERVICE:
        *noun = NOUN_SERVICES;
        return "AWS services";
    case CALLER_ORGANIZATION:
    case CALLER_ORGANIZATIONS_LIKE:
        *noun = NOUN_NONE;
        return caller_is_own_members(edges->model, caller) ? "Accounts that are not in the export"
                                                           : "Other organizations";
    case CALLER_ACCOUNTS_LIKE:
        *noun = NOUN_NONE;
        return "Accounts by a part of their number";
    case CALLER_UNIQUE_ID:
        *noun = NOUN_PRINCIPALS;
        return "Principals known by their ID only";
    case CALLER_KNOWN_LATER:
        *noun = NOUN_PRINCIPALS;
        return "Known when it is deployed";
    default:
        return member                                                       ? "Accounts that are not in the export"
               : account != NULL && account->detail != ACCOUNT_NOT_EXPORTED ? "Principals that are not in the export"
                                                                            : "Outside accounts";
    }
}

struct part *parts_find_outside(struct parts *parts, uint32_t node, uint32_t tier, bool apart)
{
    const struct edges *edges = parts->edges;
    bool provider = caller_is_federated(&edges->nodes[node]);
    enum part_noun noun = NOUN_PROVIDERS;
    const char *name = provider ? node_short_name(edges, node) : outside_name(edges, node, &noun);
    struct text key = {0};
    text_format(&key, "who %u %s %s", tier, name, apart ? edges->nodes[node].text : "");
    struct part *part = parts_find(parts, key.data);
    part->name = name;
    part->noun = noun;
    part->who = true;
    text_free(&key);
    return part;
}

/* ---- boxes */

static const char *noun_of(enum part_noun noun, uint32_t count)
{
    static const char *const nouns[][2] = {
        [NOUN_NONE] = {"", ""},
        [NOUN_USERS] = {"user", "users"},
        [NOUN_ROLES] = {"role", "roles"},
        [NOUN_PRINCIPALS] = {"principal", "principals"},
        [NOUN_ACCOUNTS] = {"account", "accounts"},
        [NOUN_SERVICES] = {"service", "services"},
        [NOUN_PROVIDERS] = {"provider", "providers"},
        [NOUN_PEOPLE] = {"person", "people"},
        [NOUN_PODS] = {"pod", "pods"},
        [NOUN_WORKLOADS] = {"workload", "workloads"},
    };
    return nouns[noun][count != 1];
}

static bool is_single_account(const struct model *model)
{
    uint32_t exported = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        exported += model->accounts[i].detail != ACCOUNT_NOT_EXPORTED;
    return exported == 1;
}

/* "29 roles", "24 of 64 users"; for one node, its account, unless the ground shows it. */
static const char *count_words(const struct parts *parts, const struct part *part, struct flow *flow)
{
    const struct model *model = parts->edges->model;
    uint32_t count = part->members;
    enum part_noun noun = part->noun;
    if (part->noun == NOUN_PROVIDERS && part->accounts > 0) {
        count = part->accounts;
        noun = NOUN_ACCOUNTS;
    } else if (part->noun == NOUN_ACCOUNTS) {
        count = part->accounts > 0 ? part->accounts : part->members;
    }
    if (part->of_all > 0 && part->members > 1)
        return flow_text(flow, "%s of %s %s", flow_number(flow, count), flow_number(flow, part->of_all),
                         noun_of(noun, part->of_all));
    if (part->members > 1)
        return noun == NOUN_NONE ? "" : flow_text(flow, "%s %s", flow_number(flow, count), noun_of(noun, count));
    uint32_t node = part->sample[0], account = parts->edges->nodes[node].account_index;
    if (parts->edges->nodes[node].kind == CALLER_ACCOUNT)
        return model->accounts[account].in_organization == FACT_NO ? "outside account" : "account";
    if (account == MODEL_NONE ||
        (part->ground != NULL && strcmp(part->ground, account_short_name(model, account)) == 0))
        return parts->edges->nodes[node].kind == CALLER_SERVICE  ? "service"
               : parts->edges->nodes[node].kind == CALLER_PERSON ? "person"
                                                                 : "";
    return model->accounts[account].detail != ACCOUNT_NOT_EXPORTED && is_single_account(model)
               ? ""
               : account_short_name(model, account);
}

/* "codebuild.amazonaws.com" becomes "codebuild"; the tooltip has the full name. */
static const char *box_name(const struct parts *parts, const struct part *part, struct flow *flow)
{
    static const char suffix[] = ".amazonaws.com";
    uint32_t node = part->sample[0];
    if (part->members > 1)
        return part->mixed ? flow_text(flow, "%s and others", part->name) : part->name;
    const char *name = node_short_name(parts->edges, node);
    size_t length = strlen(name), tail = sizeof suffix - 1;
    if (parts->edges->nodes[node].kind == CALLER_SERVICE && length > tail && strcmp(name + length - tail, suffix) == 0)
        return flow_text(flow, "%.*s", (int)(length - tail), name);
    return name;
}

static const char *tooltip_of(const struct parts *parts, const struct part *part, struct flow *flow)
{
    struct text text = {0};
    for (uint32_t i = 0; i < part->members && i < PART_SAMPLE; i++) {
        const struct caller *caller = &parts->edges->nodes[part->sample[i]];
        const char *who = caller->kind == CALLER_ANYONE ? "anyone with an AWS account" : caller->text;
        struct text line = {0};
        text_append_printable(&line, who);
        text_format(&text, "%s%.*s", i > 0 ? "\n" : "", text_prefix(line.data, TOOLTIP_LINE), line.data);
        text_free(&line);
    }
    if (part->members > PART_SAMPLE)
        text_format(&text, "\nand %u more", part->members - PART_SAMPLE);
    if (part->critical > 0 && part->members > 1)
        text_format(&text, "\n%u of them with a critical trust finding", part->critical);
    return text_keep(&text, &flow->arena);
}

static uint32_t ground_of(struct flow *flow, const struct part *part)
{
    if (part->ground == NULL)
        return FLOW_NONE;
    for (uint32_t i = 0; i < flow->ground_count; i++)
        if (flow->grounds[i].column == part->column && strcmp(flow->grounds[i].label, part->ground) == 0)
            return i;
    ARRAY_ADD(flow->grounds, flow->ground_count, flow->ground_room,
              (struct flow_ground){.label = part->ground, .column = part->column});
    return flow->ground_count - 1;
}

void parts_describe(struct parts *parts, struct flow *flow)
{
    parts_describe_from(parts, 0, flow);
}

void parts_describe_from(struct parts *parts, uint32_t from, struct flow *flow)
{
    for (uint32_t i = from; i < parts->count; i++) {
        const struct part *part = &parts->list[i];
        uint32_t first = part->sample[0];
        struct flow_box box = {
            .id = flow_text(flow, "b%u", i),
            .name = box_name(parts, part, flow),
            .count = count_words(parts, part, flow),
            .tooltip = tooltip_of(parts, part, flow),
            .shape = part->who ? FLOW_WHO : FLOW_ROLE,
            .administrator = part->administrator && is_administered(parts->edges, first),
            .critical = part->members > 1 ? part->critical : 0,
            .all_critical = part->critical == part->members,
            .column = part->column,
            .ground = ground_of(flow, part),
        };
        ARRAY_ADD(flow->boxes, flow->box_count, flow->box_room, box);
    }
    report_link_boxes(parts, from, flow);
}

/* Boxes with the same name can be on several grounds. */
static const char *place_of(struct flow *flow, const struct flow_box *box)
{
    const char *label = box->ground != FLOW_NONE ? flow->grounds[box->ground].label : "";
    return label[0] != '\0' ? flow_text(flow, " in %s", fit_name(&flow->arena, label, 1, TOOLTIP_NAME)) : "";
}

void parts_describe_arcs(struct flow *flow)
{
    for (uint32_t i = 0; i < flow->arc_count; i++) {
        struct flow_arc *arc = &flow->arcs[i];
        const struct flow_box *from = &flow->boxes[arc->from], *to = &flow->boxes[arc->to];
        if (arc->tooltip == NULL)
            arc->tooltip =
                flow_text(flow, "%s%s → %s%s%s\nworst finding: %s", fit_name(&flow->arena, from->name, 1, TOOLTIP_NAME),
                          place_of(flow, from), fit_name(&flow->arena, to->name, 1, TOOLTIP_NAME), place_of(flow, to),
                          arc->dashed ? ", each under a condition" : "", flow_severity_word(arc->severity));
    }
}
