/*
 * Patches are true: each one that is printed is put in place of the policy that its notes name, in the exports, which
 * are loaded again from nothing. Then
 *   - the finding is gone, and nothing worse is found about the same resource, nor any mistake of the new policy;
 *   - nobody gets into a role who did not get in before, unless the notes say so; with an external id to be filled
 *     in those who got in with another one do;
 *   - IAM would take it: its principals exist, its lists hold something, its size is within the quota, or the notes say
 *     which is to be raised;
 *   - whom --keep names and who used a role, as CloudTrail events say, still gets in, and no role is closed into which
 *     somebody gets.
 * What stands for something that only the owner knows is pasted as it is. And what is printed has the form that the
 * schema says.
 */
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/report/findings/finding_report.h"
#include "ingest/policy/arn.h"
#include "ingest/support/text.h"
#include "tests/analyzer/findings/case_world.h"
#include "tests/support/exports.h"
#include "tests/support/json_schema.h"
#include "tests/support/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPENS "It admits principals that the policy was meant to admit"

/* Rules that offered a patch in some world. */
static bool has_patch[128];

/* ---- what is printed */

/* Of a printed finding. */
static const char *member(const json_t *finding, const char *name)
{
    const char *text = json_string_value(json_object_get(finding, name));
    assert_non_null(text);
    return text;
}

static void assert_valid(const json_t *printed)
{
    json_t *schema = json_load_file("analyzer/report/schema/findings.schema.json", 0, NULL), *finding, *policy;
    const char *style;
    size_t i;
    char *violation = json_schema_violation(schema, printed);
    if (violation != NULL)
        fail_msg("%s", violation);
    json_decref(schema);
    json_array_foreach(json_object_get(printed, "findings"), i, finding)
    {
        const json_t *patch = json_object_get(finding, "patch"), *notes = json_object_get(finding, "patch_notes");
        assert_int_equal(json_object_size(patch), json_object_size(notes));
        json_object_foreach((json_t *)patch, style, policy) assert_non_null(json_object_get(notes, style));
    }
}

static json_t *print(struct case_world *world)
{
    const struct finding_report report = {
        .analysis = &world->analysis, .findings = &world->findings, .standing = world->findings.count};
    char *text = NULL;
    size_t size = 0;
    json_error_t error;
    struct output output = {.stream = open_memstream(&text, &size), .format = "json"};
    finding_json_print(&report, &output);
    fclose(output.stream);
    json_t *printed = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (printed == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    free(text);
    assert_valid(printed);
    return printed;
}

/* ---- one patch */

struct trial {
    struct case_world *before, after;
    const json_t *finding;
    const char *style;
    bool opens;
    struct text *faults; /* one per line */
};

static void fault(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fault(struct trial *trial, const char *format, ...)
{
    char words[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    const char *code = member(trial->finding, "code");
    text_format(trial->faults, "  %s%s%s %s, %s: %s\n", member(trial->finding, "id"), code[0] != '\0' ? "/" : "", code,
                member(trial->finding, "resource"), trial->style, words);
}

/* subject NULL: any. */
static size_t count_same(const struct findings *findings, const char *id, const char *code, const char *resource,
                         const char *subject, enum severity least)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *one = &findings->list[i];
        count += strcmp(one->rule->id, id) == 0 && strcmp(one->code, code) == 0 &&
                 strcmp(one->resource, resource) == 0 && (subject == NULL || strcmp(one->subject, subject) == 0) &&
                 one->severity >= least;
    }
    return count;
}

/* An offered policy has no mistakes of its own, however small; look_for_size judges its size. */
static bool is_about_wording(const struct finding *finding)
{
    return (strcmp(finding->rule->id, "policy-grammar") == 0 && strcmp(finding->code, "size-limit") != 0) ||
           strcmp(finding->rule->id, "condition-pitfall") == 0;
}

static void look_for_findings(struct trial *trial)
{
    const char *id = member(trial->finding, "id"), *code = member(trial->finding, "code"),
               *resource = member(trial->finding, "resource"), *subject = member(trial->finding, "subject");
    const struct findings *before = &trial->before->findings, *after = &trial->after.findings;
    enum severity severity = SEVERITY_INFO;
    while (strcmp(severity_word(severity), member(trial->finding, "severity")) != 0)
        severity++;
    if (count_same(after, id, code, resource, subject, SEVERITY_INFO) >=
        count_same(before, id, code, resource, subject, SEVERITY_INFO))
        fault(trial, "the finding is still there");
    for (size_t i = 0; i < after->count; i++) {
        const struct finding *one = &after->list[i];
        if (strcmp(one->resource, resource) == 0 && (one->severity > severity || is_about_wording(one)) &&
            count_same(before, one->rule->id, one->code, resource, NULL, one->severity) == 0)
            fault(trial, "there is now a %s %s %s", severity_word(one->severity), one->rule->id, one->code);
    }
}

/* The condition under which the caller with that name gets into the role with that ARN: names are the same in both
 * worlds. */
static constraint access_in(struct case_world *world, const char *caller, const char *role)
{
    struct analysis *analysis = &world->analysis;
    struct decision_question question = {.role = model_find_arn(analysis->model, role), .now = analysis->now};
    struct decision decision = {0};
    if (question.role == MODEL_NONE ||
        !caller_parse(analysis->model, &analysis->model->arena, caller, &question.caller))
        return CONSTRAINT_FALSE;
    decision_decide(analysis->evaluator, &question, &decision);
    return decision.verdict != VERDICT_DENIED ? decision.residual : CONSTRAINT_FALSE;
}

static bool implies(const struct trial *trial, constraint narrow, constraint wide)
{
    return narrow == wide || constraint_implies(trial->before->analysis.pool, narrow, wide) == CONSTRAINT_YES;
}

/* A caller with a filled-in id sends another one than before. */
static bool sends_another_id(const struct trial *trial)
{
    const json_t *notes = json_object_get(json_object_get(trial->finding, "patch_notes"), trial->style);
    return strcmp(trial->style, "external_id") == 0 && json_object_get(notes, "fill_in") != NULL;
}

static void look_for_gains(struct trial *trial)
{
    const struct edges *edges = analysis_edges(&trial->after.analysis);
    struct hop_cursor cursor;
    struct hop hop;
    assert_non_null(edges);
    for (uint32_t node = 0; node < edges->node_count; node++)
        for (hop_cursor_begin(&cursor, edges, node); hop_cursor_next(&cursor, &hop);) {
            const char *from = edges->nodes[hop.from].text, *to = edges->nodes[hop.to].text;
            const struct edge *edge = edges_between(edges, hop.from, hop.to);
            constraint before = edge != NULL ? access_in(trial->before, from, to) : CONSTRAINT_TRUE;
            if (before == CONSTRAINT_FALSE ||
                (edge != NULL && !sends_another_id(trial) && !implies(trial, edge->residual, before)))
                fault(trial, "%s gets into %s", from, to);
        }
}

/* known: what is known about the calls that must continue. */
static void look_for_loss(struct trial *trial, const char *caller, const char *role, constraint known)
{
    constraint before = constraint_and(trial->before->analysis.pool, access_in(trial->before, caller, role), known);
    if (!implies(trial, before, access_in(&trial->after, caller, role)))
        fault(trial, "%s does not get into %s any more", caller, role);
}

/* A call is known by its tokens; a service used the role for its own account. */
static void look_for_call(struct trial *trial, const struct history *history, const struct history_call *call)
{
    struct analysis *before = &trial->before->analysis;
    const struct model_principal *role = &before->model->principals[call->role];
    const char *name = call->caller != MODEL_NONE ? before->model->principals[call->caller].arn : call->name;
    struct caller caller;
    size_t count;
    const struct history_token *tokens = history_tokens_of(history, call->role, call->name, &count);
    if (!caller_parse(before->model, &before->model->arena, name, &caller))
        return;
    for (size_t i = 0; i < count; i++)
        look_for_loss(trial, name, role->arn, kept_token(before, &caller, &tokens[i]));
    if (count == 0)
        look_for_loss(trial, name, role->arn,
                      caller.kind == CALLER_SERVICE
                          ? party_key_is(before, "aws:SourceAccount", before->model->accounts[role->account].id)
                          : CONSTRAINT_TRUE);
}

static void look_for_kept(struct trial *trial)
{
    struct analysis *before = &trial->before->analysis;
    const struct kept_access *kept = &trial->before->kept;
    struct history *history = history_load(before->model);
    struct hop_cursor cursor;
    struct hop hop;
    assert_non_null(history);
    for (size_t i = 0; i < kept->count; i++) {
        uint32_t node = analysis_node(before, &kept->callers[i]);
        assert_int_not_equal(node, MODEL_NONE);
        for (hop_cursor_begin(&cursor, before->edges, node); hop_cursor_next(&cursor, &hop);)
            look_for_loss(trial, kept->callers[i].text, before->edges->nodes[hop.to].text, CONSTRAINT_TRUE);
    }
    for (size_t i = 0; i < history->call_count; i++)
        look_for_call(trial, history, &history->calls[i]);
    history_free(history);
}

/* A trust in a whole account that is narrowed to its users still admits every one of them. */
static void look_for_narrowed(struct trial *trial)
{
    const struct edges *edges = analysis_edges(&trial->before->analysis);
    const char *role = member(trial->finding, "resource");
    uint32_t node = model_find_arn(edges->model, role);
    if (strcmp(member(trial->finding, "id"), "trust-account-overbroad") != 0)
        return;
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (edges_between(edges, i, node) != NULL)
            look_for_loss(trial, edges->model->principals[i].arn, role, CONSTRAINT_TRUE);
}

/* How many get into the role, without itself and strangers; an identity provider that the account does not have lets in
 * nobody. */
struct counting {
    const struct edges *edges;
    uint32_t role, count;
    bool providers_are_missing;
};

static bool count_caller(uint32_t caller, const struct edge *edge, void *context)
{
    struct counting *counting = context;
    const struct caller *who = &counting->edges->nodes[caller];
    bool missing = counting->providers_are_missing && caller_is_federated(who);
    (void)edge;
    counting->count += caller != counting->role && !missing && who->kind != CALLER_ANYONE;
    return true;
}

static uint32_t count_callers(const struct trial *trial, struct case_world *world, const char *role)
{
    struct counting counting = {.edges = analysis_edges(&world->analysis),
                                .role = model_find_arn(world->analysis.model, role)};
    assert_non_null(counting.edges);
    counting.providers_are_missing = strcmp(member(trial->finding, "id"), "federated-provider-missing") == 0;
    edges_each_caller(counting.edges, counting.role, count_caller, &counting);
    return counting.count;
}

static bool is_cut(const char *style)
{
    return strncmp(style, "cut ", 4) == 0;
}

static const char *holder_of(const struct trial *trial)
{
    const json_t *notes = json_object_get(json_object_get(trial->finding, "patch_notes"), trial->style);
    return member(json_object_get(notes, "replaces"), "holder");
}

/* Whoever gets in may be meant to, unless the patch corrects a condition that does not do what it appears to. */
static void look_for_closed(struct trial *trial)
{
    const char *role = holder_of(trial);
    if (strcmp(trial->style, "corrected") == 0)
        return;
    uint32_t principal = model_find_arn(trial->before->analysis.model, role);
    if (principal != MODEL_NONE && count_callers(trial, trial->before, role) > 0 &&
        count_callers(trial, &trial->after, role) == 0)
        fault(trial, "nobody gets into %s any more", role);
}

/* A key that must equal a value the owner fills in and another value as well is never satisfied. */
static void look_for_twice_demanded(struct trial *trial, const json_t *document)
{
    const json_t *statements = json_object_get(document, "Statement"), *statement;
    json_t *block, *other, *value;
    const char *name, *other_name, *key;
    size_t i;
    json_array_foreach(statements, i, statement)
    {
        json_t *conditions = json_object_get(statement, "Condition");
        json_object_foreach(conditions, name, block) json_object_foreach(block, key, value)
            json_object_foreach(conditions, other_name, other)
        {
            bool plain = strstr(name, "Not") == NULL && strstr(other_name, "Not") == NULL &&
                         strcmp(name, "Null") != 0 && strcmp(other_name, "Null") != 0;
            if (plain && strcmp(name, other_name) < 0 && json_object_get(other, key) != NULL)
                fault(trial, "%s must be two things at once", key);
        }
    }
}

/* ---- what IAM looks up and counts when a policy is saved */

static size_t size_of(const json_t *policy)
{
    char *text = json_dumps(policy, JSON_COMPACT);
    size_t size = 0;
    for (const char *at = text; *at != '\0'; at++)
        size += *at > ' ';
    free(text);
    return size;
}

static void look_for_size(struct trial *trial, const json_t *notes, const json_t *policy)
{
    const char *kind = member(json_object_get(notes, "replaces"), "policy");
    bool trust = strcmp(kind, "trust policy") == 0, says = false;
    size_t size = size_of(policy), i;
    const json_t *caveat;
    json_array_foreach(json_object_get(notes, "caveats"), i, caveat) says =
        says || strstr(json_string_value(caveat), "2048") != NULL;
    if (size > (trust ? 4096u : 10240u))
        fault(trial, "IAM refuses a policy of %zu characters", size);
    if (says != (trust && size > 2048))
        fault(trial, "the quota is %s, at %zu characters", says ? "named" : "not named", size);
}

static bool has_entry(const struct model *model, const struct arn *arn, const char *name)
{
    char id[13] = "";
    snprintf(id, sizeof id, "%.*s", (int)arn->account.length, arn->account.at);
    uint32_t account = model_find_account(model, id);
    return account == MODEL_NONE || model->accounts[account].detail != ACCOUNT_FULL ||
           model->accounts[account].truncated || model_find_arn(model, name) != MODEL_NONE;
}

static void look_for_principal(struct trial *trial, const char *name)
{
    struct arn arn;
    if (strncmp(name, "AIDA", 4) == 0 || strncmp(name, "AROA", 4) == 0)
        fault(trial, "IAM refuses the id %s", name);
    else if (arn_parse(name, strlen(name), &arn) && (arn.kind == ARN_USER || arn.kind == ARN_ROLE) &&
             !has_entry(trial->before->analysis.model, &arn, name))
        fault(trial, "IAM refuses %s, which does not exist", name);
}

static void look_for_empty(struct trial *trial, const char *where, const json_t *value)
{
    const char *name;
    json_t *part;
    size_t i;
    if (json_is_array(value) && json_array_size(value) == 0)
        fault(trial, "IAM refuses an empty list: %s", where);
    json_array_foreach(value, i, part) look_for_empty(trial, where, part);
    json_object_foreach((json_t *)value, name, part) look_for_empty(trial, name, part);
}

static void look_for_refusal(struct trial *trial, const json_t *notes, const json_t *policy)
{
    static const char *const elements[] = {"Principal", "NotPrincipal"};
    const json_t *statements = json_object_get(policy, "Statement"), *statement, *name;
    json_t *list = json_is_array(statements) ? json_copy((json_t *)statements) : json_pack("[O]", statements);
    size_t i, j;
    json_array_foreach(list, i, statement) for (int k = 0; k < 2; k++)
    {
        const json_t *named = json_object_get(statement, elements[k]), *names = json_object_get(named, "AWS");
        if (json_is_object(named) && json_object_size(named) == 0)
            fault(trial, "IAM refuses a statement of nobody");
        if (json_is_string(names))
            look_for_principal(trial, json_string_value(names));
        json_array_foreach(names, j, name) look_for_principal(trial, json_string_value(name));
    }
    if (json_array_size(list) == 0)
        fault(trial, "IAM refuses a policy without statements");
    json_decref(list);
    look_for_empty(trial, "", policy);
    look_for_size(trial, notes, policy);
}

static void paste(struct trial *trial, struct exports *exports, const char *style, const json_t *document)
{
    const json_t *notes = json_object_get(json_object_get(trial->finding, "patch_notes"), style), *caveat,
                 *replaces = json_object_get(notes, "replaces");
    const char *policy = member(replaces, "policy"), *holder = member(replaces, "holder");
    size_t i;
    json_array_foreach(json_object_get(notes, "caveats"), i, caveat) trial->opens =
        trial->opens || strncmp(json_string_value(caveat), OPENS, strlen(OPENS)) == 0;
    look_for_twice_demanded(trial, document);
    look_for_refusal(trial, notes, document);
    if (strstr(holder, ":iam::aws:policy/") != NULL)
        fault(trial, "nobody can change %s", holder);
    else if (exports_paste(exports, policy, holder, document) == 0)
        fault(trial, "no export has the policy %s of %s", policy, holder);
}

/* One style; or, for patches that only together close the finding, all of them at the first. */
static void try_patch(struct trial *trial, struct exports *exports, const char *folder)
{
    const json_t *patch = json_object_get(trial->finding, "patch");
    const char *style;
    json_t *document;
    trial->opens = false;
    json_object_foreach((json_t *)patch, style, document)
    {
        if (strcmp(style, trial->style) == 0 || (is_cut(style) && is_cut(trial->style)))
            paste(trial, exports, style, document);
    }
    case_world_open_exports(&trial->after, folder, trial->before);
    look_for_findings(trial);
    if (!trial->opens)
        look_for_gains(trial);
    look_for_kept(trial);
    look_for_narrowed(trial);
    look_for_closed(trial);
    case_world_close(&trial->after);
    assert_true(exports_restore(exports));
}

static void note_patch(const char *id)
{
    size_t count, i = 0;
    const struct finding_rule *rules = finding_rules(&count);
    assert_true(count <= sizeof has_patch / sizeof has_patch[0]);
    while (i < count && strcmp(rules[i].id, id) != 0)
        i++;
    assert_true(i < count);
    has_patch[i] = true;
}

/* ---- all of a world */

/* The folder contains the exports of the world. Returns what is wrong, malloc'ed; NULL: nothing. */
static char *try_patches(struct case_world *world, const char *folder, const json_t *printed)
{
    struct text faults = {0};
    struct trial trial = {.before = world, .faults = &faults};
    struct exports exports;
    json_t *document;
    size_t i;
    assert_true(exports_read(&exports, folder));
    json_array_foreach(json_object_get(printed, "findings"), i, trial.finding)
    {
        bool cut = false;
        json_object_foreach(json_object_get(trial.finding, "patch"), trial.style, document)
        {
            note_patch(member(trial.finding, "id"));
            if (!cut || !is_cut(trial.style))
                try_patch(&trial, &exports, folder);
            cut = cut || is_cut(trial.style);
        }
    }
    exports_free(&exports);
    return faults.data;
}

/* Ends the world; folder NULL: no patch is printed. */
static void assert_patches_hold(struct case_world *world, char *folder, json_t *printed)
{
    char *faults = folder != NULL ? try_patches(world, folder, printed) : NULL;
    scratch_remove(folder);
    json_decref(printed);
    case_world_close(world);
    if (faults != NULL) {
        print_message("%s", faults);
        free(faults);
        fail();
    }
}

static bool offers_patches(const json_t *printed)
{
    const json_t *finding;
    size_t i;
    json_array_foreach(json_object_get(printed, "findings"), i,
                       finding) if (json_object_get(finding, "patch") != NULL) return true;
    return false;
}

static void run_case(void **state)
{
    struct case_world world;
    case_world_open(&world, *state);
    json_t *printed = print(&world);
    char *folder = offers_patches(printed) ? scratch_folder() : NULL;
    assert_true(folder == NULL || scenario_write(&world.scenario, folder));
    assert_patches_hold(&world, folder, printed);
}

static void assert_patches_of_exports_hold(const char *exports)
{
    struct case_world world;
    if (access(exports, R_OK) != 0)
        skip();
    char *folder = scratch_folder();
    assert_true(exports_copy(exports, folder));
    case_world_open_exports(&world, folder, NULL);
    assert_true(world.findings.count > 10);
    json_t *printed = print(&world);
    assert_true(offers_patches(printed));
    assert_patches_hold(&world, folder, printed);
}

static void samples(void **state)
{
    (void)state;
    assert_patches_of_exports_hold("samples");
}

static void a_real_account(void **state)
{
    (void)state;
    assert_patches_of_exports_hold("../shared/data/real");
}

static void a_real_organization(void **state)
{
    (void)state;
    assert_patches_of_exports_hold("../shared/data/awscli-v2");
}

/* ---- the proof itself */

/* The result for a trust in account D, whose user is kept, with this policy as its patch. */
static const struct {
    const char *statement, *holder, *says;
} wrong[] = {
    {"{'Effect':'Allow','Principal':{'AWS':'$D'},'Action':'sts:AssumeRole','Sid':'Other'}", "role:A/r",
     "the finding is still there"},
    {"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole'}", "role:A/r", "* gets into"},
    {"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole'}", "role:A/r",
     "there is now a critical trust-public"},
    {"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::$A:user/x'},'Action':'sts:AssumeRole'}", "role:A/r",
     "user/x gets into"},
    {"{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole'}", "role:A/r",
     "user/partner does not get into arn:aws:iam::111111111111:role/r any more"},
    {"{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole'}", "role:A/r", "nobody gets into"},
    {"{'Effect':'Allow','Principal':{'AWS':['$A','AIDAGONE0000000000001']},'Action':'sts:AssumeRole'}", "role:A/r",
     "refuses the id AIDAGONE0000000000001"},
    {"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::$A:user/gone'},'Action':'sts:AssumeRole'}", "role:A/r",
     "user/gone, which does not exist"},
    {"{'Effect':'Allow','Principal':{'Service':'ec2.amazonaws.com','AWS':[]},'Action':'sts:AssumeRole'}", "role:A/r",
     "an empty list: AWS"},
    {"{'Effect':'Allow','Principal':{},'Action':'sts:AssumeRole'}", "role:A/r", "a statement of nobody"},
    {"{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole'}", "role:A/none", "no export has the policy"},
    {"{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole'}", "arn:aws:iam::aws:policy/x", "nobody can change"},
};

static json_t *wrong_policy(struct scenario *scenario, const char *statement)
{
    char *text = strdup(scenario_expand(scenario, statement));
    assert_non_null(text);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    json_t *policy = json_pack("{s:s, s:[o]}", "Version", "2012-10-17", "Statement", json_loads(text, 0, NULL));
    free(text);
    assert_non_null(policy);
    return policy;
}

static void wrong_patches_are_noticed(void **state)
{
    json_t *one = json_pack("{s:[s, s, s], s:[s]}", "world", "role A/r", " trust allow sts:AssumeRole from account:D",
                            "user A/x", "keep", "user:D/partner");
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct case_world world;
        char *folder = scratch_folder();
        case_world_open(&world, one);
        assert_true(scenario_write(&world.scenario, folder));
        json_t *printed = print(&world);
        const char *holder = scenario_principal(&world.scenario, wrong[i].holder);
        json_t *finding = json_deep_copy(json_array_get(json_object_get(printed, "findings"), 0));
        assert_string_equal(member(finding, "id"), "trust-external-unknown");
        json_object_set_new(finding, "patch",
                            json_pack("{s:o}", "removed", wrong_policy(&world.scenario, wrong[i].statement)));
        json_object_set_new(
            finding, "patch_notes",
            json_pack("{s:{s:{s:s, s:s}}}", "removed", "replaces", "policy", "trust policy", "holder", holder));
        json_object_set_new(printed, "findings", json_pack("[o]", finding));
        char *faults = try_patches(&world, folder, printed);
        if (faults == NULL || strstr(faults, wrong[i].says) == NULL)
            fail_msg("%zu: %s", i, faults != NULL ? faults : "nothing was noticed");
        free(faults);
        json_decref(printed);
        scratch_remove(folder);
        case_world_close(&world);
    }
    json_decref(one);
}

/* Of two chains, the first takes all the work allowed. */
static void cuts_end_with_the_work_and_it_is_said(void **state)
{
    json_t *one = json_pack("{s:[s, s, s, s, s, s, s, s]}", "world", "user A/x", "user A/y", "role A/one",
                            " trust allow sts:AssumeRole from user:A/x,user:A/y,service:ec2.amazonaws.com",
                            " may allow * on *", "role A/two",
                            " trust allow sts:AssumeRole from user:A/x,service:ec2.amazonaws.com", " may allow * on *");
    struct case_world world;
    size_t cut = 0, told = 0;
    (void)state;
    case_world_open(&world, one);
    chain_cut_limit(&world.findings, 1);
    for (size_t i = 0; i < world.findings.count; i++) {
        struct finding *finding = &world.findings.list[i];
        if (strcmp(finding->rule->id, "chain-to-admin") != 0)
            continue;
        finding_elaborate(&world.analysis, &world.findings, finding);
        cut += finding->patch != NULL;
        told += finding->patch == NULL && strstr(finding->fix, "--role") != NULL;
    }
    assert_int_equal(cut, 1);
    assert_int_equal(told, 1);
    assert_int_equal(chain_cuts_left_out(&world.findings), 1);
    case_world_close(&world);
    json_decref(one);
}

/* After all worlds. */
static void every_rule_with_patches_offers_one_somewhere(void **state)
{
    size_t count, lacking = 0;
    const struct finding_rule *rules = finding_rules(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        if (rules[i].patch != NULL && !has_patch[i]) {
            print_message("%s: no case has a patch\n", rules[i].id);
            lacking++;
        }
    assert_int_equal(lacking, 0);
}

int main(void)
{
    const struct CMUnitTest others[] = {cmocka_unit_test(wrong_patches_are_noticed),
                                        cmocka_unit_test(cuts_end_with_the_work_and_it_is_said),
                                        cmocka_unit_test(samples),
                                        cmocka_unit_test(a_real_account),
                                        cmocka_unit_test(a_real_organization),
                                        cmocka_unit_test(every_rule_with_patches_offers_one_somewhere)};
    return cases_run("patches", run_case, others, sizeof others / sizeof others[0]);
}
