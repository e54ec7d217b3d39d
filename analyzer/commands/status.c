#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "analyzer/report/verdicts.h"
#include "ingest/store/contents.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* Most rows of a block in text; JSON has all. */
#define ROWS_SHOWN 30

/* The organization in numbers. */
struct organization {
    bool known;
    const char *id, *management_account; /* "" unknown */
    uint32_t roots, units, members, with_scps, with_rcps;
};

static struct organization count_organization(const struct model *model)
{
    struct organization found = {.known = model->organization != NULL || model->node_count > 0,
                                 .id = model->organization != NULL ? model->organization : "",
                                 .management_account =
                                     model->management_account != NULL ? model->management_account : ""};
    for (uint32_t i = 0; i < model->node_count; i++) {
        found.roots += model->nodes[i].root;
        found.units += !model->nodes[i].root;
    }
    for (uint32_t i = 0; i < model->account_count; i++) {
        found.members += model->accounts[i].in_organization == FACT_YES;
        found.with_scps += model->scps[i].apply == FACT_YES;
        found.with_rcps += model->rcps[i].apply == FACT_YES;
    }
    return found;
}

static struct load_verdict verdict_of(const struct stored_file *file)
{
    return (struct load_verdict){file->path, file->kind, file->verdict, file->detail, false};
}

/* ---- JSON */

static json_t *sources_json(const struct contents *contents)
{
    json_t *list = json_array();
    for (size_t i = 0; i < contents->file_count; i++) {
        const struct stored_file *file = &contents->files[i];
        const struct load_verdict verdict = verdict_of(file);
        json_t *object = verdict_json(&verdict);
        json_put(object, "bytes", json_integer(file->bytes));
        json_put(object, "loaded", json_text(file->loaded));
        json_put(object, "problems", json_integer(file->problems));
        json_add(list, object);
    }
    return list;
}

static json_t *accounts_json(const struct contents *contents)
{
    json_t *list = json_array();
    for (size_t i = 0; i < contents->account_count; i++) {
        const struct stored_account *account = &contents->accounts[i];
        json_t *object = json_object();
        json_put(object, "id", json_text(account->id));
        json_put(object, "name", json_text(account->name));
        json_put(object, "alias", json_text(account->alias));
        json_put(object, "status", json_text(account->status));
        json_put(object, "detail", json_text(account->roles_only ? "roles" : "full"));
        json_put(object, "truncated", json_integer(account->truncated));
        json_put(object, "loaded", json_text(account->loaded));
        json_put(object, "users", json_integer(account->users));
        json_put(object, "groups", json_integer(account->groups));
        json_put(object, "roles", json_integer(account->roles));
        json_add(list, object);
    }
    return list;
}

static json_t *policies_json(const struct contents *contents)
{
    json_t *list = json_array();
    for (size_t i = 0; i < contents->policy_count; i++) {
        const struct stored_policy *policy = &contents->policies[i];
        json_t *object = json_object();
        json_put(object, "policy", json_text(policy->policy));
        json_put(object, "attachments", json_integer(policy->attachments));
        json_put(object, "example", json_text(policy->example));
        json_add(list, object);
    }
    return list;
}

static json_t *problems_json(const struct contents *contents)
{
    json_t *list = json_array();
    for (size_t i = 0; i < contents->problem_count; i++) {
        const struct stored_problem *problem = &contents->problems[i];
        const struct load_problem told = {.path = problem->path,
                                          .severity = problem->severity,
                                          .code = problem->code,
                                          .pointer = problem->pointer,
                                          .line = (uint32_t)problem->line,
                                          .column = (uint32_t)problem->column,
                                          .message = problem->message};
        json_add(list, problem_json(&told, problem->account));
    }
    return list;
}

static json_t *events_json(const struct contents *contents)
{
    json_t *list = json_array();
    for (size_t i = 0; i < contents->event_count; i++) {
        const struct stored_events *held = &contents->events[i];
        json_t *object = json_object();
        json_put(object, "account", json_text(held->account));
        json_put(object, "events", json_integer(held->events));
        json_put(object, "regions", json_integer(held->regions));
        json_put(object, "first", json_text(held->first));
        json_put(object, "last", json_text(held->last));
        json_add(list, object);
    }
    return list;
}

static json_t *not_exported_json(const struct model *model)
{
    static const char *const membership[] = {[FACT_YES] = "member", [FACT_NO] = "outside", [FACT_UNKNOWN] = "unknown"};
    json_t *list = json_array();
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (account->detail != ACCOUNT_NOT_EXPORTED)
            continue;
        json_t *object = json_object();
        json_put(object, "id", json_text(account->id));
        json_put(object, "name", json_text(account->name));
        json_put(object, "status", json_text(account->status));
        json_put(object, "organization", json_text(membership[account->in_organization]));
        json_add(list, object);
    }
    return list;
}

static json_t *organization_json(const struct organization *organization)
{
    if (!organization->known)
        return json_null();
    json_t *object = json_object();
    json_put(object, "id", json_text(organization->id));
    json_put(object, "management_account", json_text(organization->management_account));
    json_put(object, "roots", json_integer(organization->roots));
    json_put(object, "organizational_units", json_integer(organization->units));
    json_put(object, "members", json_integer(organization->members));
    json_put(object, "accounts_under_scps", json_integer(organization->with_scps));
    json_put(object, "accounts_under_rcps", json_integer(organization->with_rcps));
    return object;
}

static json_t *missing_json(const struct stored_calls *calls)
{
    json_t *missing = json_array();
    for (size_t i = 0; i < calls->count; i++) {
        json_t *call = json_object();
        json_put(call, "call", json_text(calls->list[i].call));
        json_put(call, "answers", json_integer(calls->list[i].missing));
        json_put(call, "example", json_text(calls->list[i].example));
        json_add(missing, call);
    }
    return missing;
}

static json_t *people_json(const struct contents *contents)
{
    json_t *object = json_object();
    json_put(object, "people", json_integer(contents->identity_center.people));
    json_put(object, "groups", json_integer(contents->identity_center.groups));
    json_put(object, "permission_sets", json_integer(contents->identity_center.sets));
    json_put(object, "assignments", json_integer(contents->identity_center.assignments));
    json_put(object, "entitlements", json_integer(contents->identity_center.entitlements));
    json_put(object, "missing", missing_json(&contents->identity_center.missing));
    return object;
}

static json_t *workloads_json(const struct contents *contents)
{
    json_t *object = json_object();
    json_put(object, "clusters", json_integer(contents->workloads.clusters));
    json_put(object, "service_accounts", json_integer(contents->workloads.service_accounts));
    json_put(object, "pod_identity_associations", json_integer(contents->workloads.associations));
    json_put(object, "resources", json_integer(contents->workloads.resources));
    json_put(object, "identity_pools", json_integer(contents->workloads.pools));
    json_put(object, "missing", missing_json(&contents->workloads.missing));
    return object;
}

static json_t *answer_json(const struct model *model, const struct contents *contents,
                           const struct organization *organization)
{
    json_t *answer = json_answer("status", 2);
    json_put(answer, "sources", sources_json(contents));
    json_put(answer, "accounts", accounts_json(contents));
    json_put(answer, "policies_without_document", policies_json(contents));
    json_put(answer, "problems", problems_json(contents));
    json_put(answer, "cloudtrail", events_json(contents));
    json_put(answer, "accounts_not_exported", not_exported_json(model));
    json_put(answer, "organization", organization_json(organization));
    if (contents->identity_center.known)
        json_put(answer, "identity_center", people_json(contents));
    if (contents->workloads.known)
        json_put(answer, "workloads", workloads_json(contents));
    return answer;
}

/* ---- text */

/* Prints that there are more rows, if the one with this index is the first left out. */
static bool is_enough(struct output *output, size_t index, size_t count)
{
    if (index < ROWS_SHOWN)
        return false;
    line_print(output, STYLE_FAINT, "  %zu more; --format json lists them\n", count - index);
    return true;
}

static void print_sources(struct output *output, const struct contents *contents)
{
    size_t count = contents->file_count;
    struct load_verdict *verdicts = memory_zeroed(count, sizeof *verdicts);
    line_print(output, STYLE_BOLD, "\n%zu file%s\n", count, text_plural(count));
    for (size_t i = 0; i < count; i++)
        verdicts[i] = verdict_of(&contents->files[i]);
    verdicts_print(output, verdicts, count, false);
    free(verdicts);
}

static const char *account_name(const struct stored_account *account)
{
    return account->name[0] != '\0' ? account->name : account->alias;
}

static int digits(long long number, int least)
{
    int count = snprintf(NULL, 0, "%lld", number);
    return count > least ? count : least;
}

/* Widths of the names and numbers that are printed. */
struct account_columns {
    int name, users, groups, roles;
};

static struct account_columns measure_accounts(const struct contents *contents)
{
    struct account_columns wide = {0};
    for (size_t i = 0; i < contents->account_count && i < ROWS_SHOWN; i++) {
        const struct stored_account *account = &contents->accounts[i];
        const char *name = account_name(account);
        int columns = (int)styled_columns(name, strlen(name));
        wide.name = columns > wide.name ? columns : wide.name;
        wide.users = digits(account->users, wide.users);
        wide.groups = digits(account->groups, wide.groups);
        wide.roles = digits(account->roles, wide.roles);
    }
    return wide;
}

static void print_accounts(struct output *output, const struct contents *contents)
{
    size_t count = contents->account_count;
    const struct account_columns wide = measure_accounts(contents);
    line_print(output, STYLE_BOLD, "%zu account%s\n", count, text_plural(count));
    for (size_t i = 0; i < count && !is_enough(output, i, count); i++) {
        const struct stored_account *account = &contents->accounts[i];
        struct styled line = {0};
        const char *name = account_name(account);
        styled_add(&line, STYLE_PLAIN, "%s  %s%*s  %*lld %-5s  %*lld %-6s  %*lld %-5s", account->id, name,
                   wide.name - (int)styled_columns(name, strlen(name)), "", wide.users, (long long)account->users,
                   account->users == 1 ? "user" : "users", wide.groups, (long long)account->groups,
                   account->groups == 1 ? "group" : "groups", wide.roles, (long long)account->roles,
                   account->roles == 1 ? "role" : "roles");
        if (account->roles_only)
            styled_add(&line, STYLE_MAYBE, "  roles only: identity policies unknown");
        if (account->truncated)
            styled_add(&line, STYLE_MAYBE, "  last page missing");
        char day[18] = "";
        snprintf(day, sizeof day, "loaded %.10s", account->loaded);
        styled_print(&line, output, 2, 15, day);
    }
}

static void print_not_exported(struct output *output, const struct model *model)
{
    static const char *const membership[] = {
        [FACT_YES] = ", in the organization", [FACT_NO] = ", outside the organization", [FACT_UNKNOWN] = ""};
    size_t count = 0, printed = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        count += model->accounts[i].detail == ACCOUNT_NOT_EXPORTED;
    if (count == 0)
        return;
    line_print(output, STYLE_BOLD, "\n%zu account%s named but not exported\n", count, text_plural(count));
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (account->detail != ACCOUNT_NOT_EXPORTED)
            continue;
        if (is_enough(output, printed++, count))
            break;
        struct text name = {0};
        model_append_account(&name, model, account->id);
        line_print(output, STYLE_PLAIN, "  %s%s\n", name.data, membership[account->in_organization]);
        text_free(&name);
    }
}

static void print_policies(struct output *output, const struct contents *contents)
{
    size_t count = contents->policy_count;
    if (count == 0)
        return;
    line_print(output, STYLE_BOLD, "\n%zu attached polic%s without a document in the export\n", count,
               count == 1 ? "y" : "ies");
    for (size_t i = 0; i < count && !is_enough(output, i, count); i++) {
        const struct stored_policy *policy = &contents->policies[i];
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%s, attached %lld time%s, such as to %s", policy->policy,
                   (long long)policy->attachments, text_plural((uint64_t)policy->attachments), policy->example);
        styled_print(&line, output, 2, 4, NULL);
    }
}

/* Doubtful data that the answers rest on; notes are left out. */
static void print_problems(struct output *output, const struct contents *contents)
{
    size_t count = 0, printed = 0;
    for (size_t i = 0; i < contents->problem_count; i++)
        count += contents->problems[i].severity != PROBLEM_NOTE;
    if (count == 0)
        return;
    line_print(output, STYLE_BOLD, "\n%zu problem%s in the exports\n", count, text_plural(count));
    for (size_t i = 0; i < contents->problem_count; i++) {
        const struct stored_problem *problem = &contents->problems[i];
        if (problem->severity == PROBLEM_NOTE)
            continue;
        if (is_enough(output, printed++, count))
            break;
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%s:%lld: ", problem->path, (long long)problem->line);
        styled_add(&line, problem->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_MAYBE, "%s",
                   problem_severity_word(problem->severity));
        styled_add(&line, STYLE_PLAIN, ": %s", problem->message);
        styled_add(&line, STYLE_FAINT, " [%s]", problem->code);
        styled_print(&line, output, 2, 4, NULL);
    }
}

static void print_events(struct output *output, const struct contents *contents)
{
    size_t count = contents->event_count;
    if (count > 0)
        line_print(output, STYLE_BOLD, "\nCloudTrail\n");
    for (size_t i = 0; i < count && !is_enough(output, i, count); i++) {
        const struct stored_events *held = &contents->events[i];
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%lld event%s of account %s in %lld region%s, from %s to %s",
                   (long long)held->events, text_plural((uint64_t)held->events), held->account,
                   (long long)held->regions, text_plural((uint64_t)held->regions), held->first, held->last);
        styled_print(&line, output, 2, 4, NULL);
    }
}

static void print_missing(struct output *output, const struct stored_calls *calls)
{
    struct styled line = {0};
    for (size_t i = 0; i < calls->count; i++) {
        const struct stored_call *call = &calls->list[i];
        styled_add(&line, STYLE_MAYBE, "missing: %s", call->call);
        if (call->example[0] != '\0')
            styled_add(&line, STYLE_PLAIN, ", %lld answer%s, such as of %s", (long long)call->missing,
                       text_plural((uint64_t)call->missing), call->example);
        styled_print(&line, output, 2, 4, NULL);
    }
}

static void print_people(struct output *output, const struct contents *contents)
{
    struct styled line = {0};
    if (!contents->identity_center.known)
        return;
    line_print(output, STYLE_BOLD, "\nIAM Identity Center\n");
    const long long people = contents->identity_center.people, groups = contents->identity_center.groups,
                    sets = contents->identity_center.sets, assignments = contents->identity_center.assignments,
                    entitlements = contents->identity_center.entitlements;
    styled_add(&line, STYLE_PLAIN,
               "%lld %s, %lld group%s, %lld permission set%s, %lld assignment%s, %lld entitlement%s", people,
               people == 1 ? "person" : "people", groups, text_plural((uint64_t)groups), sets,
               text_plural((uint64_t)sets), assignments, text_plural((uint64_t)assignments), entitlements,
               text_plural((uint64_t)entitlements));
    styled_print(&line, output, 2, 2, NULL);
    print_missing(output, &contents->identity_center.missing);
}

static void print_workloads(struct output *output, const struct contents *contents)
{
    struct styled line = {0};
    const long long clusters = contents->workloads.clusters, accounts = contents->workloads.service_accounts,
                    associations = contents->workloads.associations, others = contents->workloads.resources,
                    pools = contents->workloads.pools;
    if (!contents->workloads.known)
        return;
    line_print(output, STYLE_BOLD, "\nWorkloads\n");
    styled_add(&line, STYLE_PLAIN,
               "%lld EKS cluster%s with %lld service account%s and %lld Pod Identity association%s; %lld other "
               "workload%s; %lld Cognito identity pool%s",
               clusters, text_plural((uint64_t)clusters), accounts, text_plural((uint64_t)accounts), associations,
               text_plural((uint64_t)associations), others, text_plural((uint64_t)others), pools,
               text_plural((uint64_t)pools));
    styled_print(&line, output, 2, 2, NULL);
    print_missing(output, &contents->workloads.missing);
}

static void print_organization(struct output *output, const struct model *model,
                               const struct organization *organization)
{
    struct styled line = {0};
    struct text management = {0};
    if (!organization->known) {
        line_print(output, STYLE_BOLD, "\nNo organization data\n");
        return;
    }
    line_print(output, STYLE_BOLD, "\nOrganization %s\n", organization->id);
    if (organization->management_account[0] != '\0')
        model_append_account(&management, model, organization->management_account);
    styled_add(&line, STYLE_PLAIN,
               "management account %s, %u organizational unit%s, %u member%s; %u account%s under SCPs, %u under RCPs",
               management.length > 0 ? management.data : "unknown", organization->units,
               text_plural(organization->units), organization->members, text_plural(organization->members),
               organization->with_scps, text_plural(organization->with_scps), organization->with_rcps);
    styled_print(&line, output, 2, 2, NULL);
    text_free(&management);
}

static void print(struct analysis *analysis, struct output *output, const struct contents *contents)
{
    const struct organization organization = count_organization(analysis->model);
    if (strcmp(output->format, "json") == 0) {
        json_print(analysis, output, answer_json(analysis->model, contents, &organization));
        return;
    }
    print_accounts(output, contents);
    print_organization(output, analysis->model, &organization);
    print_people(output, contents);
    print_workloads(output, contents);
    print_not_exported(output, analysis->model);
    print_policies(output, contents);
    print_problems(output, contents);
    print_events(output, contents);
    print_sources(output, contents);
    line_gaps(analysis, output);
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct contents contents;
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    contents_read(&contents, analysis.store);
    if (analysis_can_answer(&analysis))
        print(&analysis, output, &contents);
    contents_free(&contents);
    return analysis_end(&analysis, EXIT_YES);
}

const struct command command_status = {
    .name = "status",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "what the database holds, and what is missing from it",
    .help =
        "Lists files, accounts, accounts that are named but not exported, attached policies without a document, and\n"
        "organization data, then what the answers do not cover because of what is missing.\n\n"
        "Example:\n  rolechain status -d rolechain.db",
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
