/*
 * Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), with what code scanning of GitHub asks for
 * beyond it: a file in every result, relative URIs, no empty strings, primaryLocationLineHash.
 *
 * A result's level follows its severity. GitHub ranks alerts by the rule's security-severity instead: that is the worst
 * of the rule's results, so that a gate on it lets nothing through.
 */
#include "analyzer/findings/suppressions.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_words.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#define MOST_RESULTS 25000

static const struct {
    const char *level, *security; /* GitHub: over 9 critical, from 7 high, from 4 medium, else low */
} levels[] = {
    [SEVERITY_INFO] = {"note", "0.1"},  [SEVERITY_LOW] = {"note", "2.0"},       [SEVERITY_MEDIUM] = {"warning", "5.0"},
    [SEVERITY_HIGH] = {"error", "8.0"}, [SEVERITY_CRITICAL] = {"error", "9.5"},
};

/* An empty string is not accepted. */
static json_t *message(const char *words)
{
    return json_pack("{s:s}", "text", words[0] != '\0' ? words : "-");
}

/* ---- the tool */

static json_t *rule_json(const struct finding_rule *rule, enum severity worst)
{
    struct text help = {0};
    text_format(&help, "%s\n\nFix: %s", rule->why, rule->fix);
    json_t *object =
        json_pack("{s:s, s:o, s:o, s:o, s:s, s:{s:s}, s:{s:[s, s, s], s:s, s:s}}", "id", rule->id, "shortDescription",
                  message(rule->title), "fullDescription", message(rule->why), "help",
                  message(help.data != NULL ? help.data : ""), "helpUri", rule->reference, "defaultConfiguration",
                  "level", levels[rule->severity].level, "properties", "tags", "security", "aws", "iam", "precision",
                  "high", "security-severity", levels[worst].security);
    text_free(&help);
    return object;
}

static json_t *tool_json(const struct finding_report *report)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        enum severity worst = SEVERITY_INFO;
        bool found = false;
        for (size_t j = 0; j < report->standing; j++)
            if (report->findings->list[j].rule == &rules[i]) {
                found = true;
                worst = report->findings->list[j].severity > worst ? report->findings->list[j].severity : worst;
            }
        json_array_append_new(list, rule_json(&rules[i], found ? worst : rules[i].severity));
    }
    return json_pack("{s:{s:s, s:s, s:s, s:o}}", "driver", "name", "rolechain", "version", ROLECHAIN_VERSION,
                     "semanticVersion", ROLECHAIN_VERSION, "rules", list);
}

/* Alerts of two organizations in one repository do not close each other. */
static json_t *automation_json(const struct finding_report *report)
{
    const char *organization = report->analysis->model->organization;
    struct text id = {0};
    text_format(&id, "rolechain/%s%s", organization != NULL ? organization : "", organization != NULL ? "/" : "");
    json_t *object = json_pack("{s:s}", "id", id.data != NULL ? id.data : "");
    text_free(&id);
    return object;
}

/* What is not known stands beside the results, so that an empty list is not read as a clean bill. */
static json_t *invocation_json(const struct finding_report *report)
{
    const struct gaps *gaps = analysis_gaps(report->analysis);
    json_t *list = json_array();
    for (size_t i = 0; i < gaps->count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:o}", "level", "note", "message", message(gaps->list[i].sentence)));
    return json_pack("[{s:b, s:o}]", "executionSuccessful", 1, "toolExecutionNotifications", list);
}

/* ---- a result */

static json_t *location_json(const char *file, uint32_t line, const char *name, const char *words)
{
    struct text uri = {0};
    json_t *location = json_object();
    if (file[0] != '\0') {
        text_append_file_uri(&uri, file);
        json_t *physical = json_pack("{s:{s:s}}", "artifactLocation", "uri", uri.data != NULL ? uri.data : "");
        if (line > 0)
            json_object_set_new(physical, "region",
                                json_pack("{s:i, s:i, s:i, s:i}", "startLine", (int)line, "startColumn", 1, "endLine",
                                          (int)line, "endColumn", 2));
        json_object_set_new(location, "physicalLocation", physical);
        text_free(&uri);
    }
    if (name[0] != '\0')
        json_object_set_new(location, "logicalLocations", json_pack("[{s:s}]", "fullyQualifiedName", name));
    if (words != NULL)
        json_object_set_new(location, "message", message(words));
    return location;
}

static json_t *evidence_location(const struct finding_evidence *evidence, const char *words)
{
    struct text place = {0};
    finding_place(&place, evidence);
    json_t *location = location_json(evidence->file, evidence->line, evidence->holder,
                                     words != NULL        ? words
                                     : place.data != NULL ? place.data
                                                          : "");
    text_free(&place);
    return location;
}

/* The first place is the one that is shown, and must be a file: what is about no statement stands at the first export.
 */
static json_t *locations_json(const struct finding *finding, const char *first_file)
{
    json_t *list = json_array();
    size_t first = 0;
    while (first < finding->evidence_count && finding->evidence[first].file[0] == '\0')
        first++;
    if (first == finding->evidence_count)
        json_array_append_new(list, location_json(first_file, 0, finding->resource, NULL));
    else
        json_array_append_new(list, evidence_location(&finding->evidence[first], NULL));
    return list;
}

static json_t *related_json(const struct finding *finding)
{
    json_t *list = json_array();
    for (size_t i = 1; i < finding->evidence_count; i++)
        json_array_append_new(list, evidence_location(&finding->evidence[i], NULL));
    return list;
}

/* A hop stands where the trust of the role it leads to allows it. */
static json_t *hop_json(const struct finding *finding, const char *from, const char *to)
{
    struct text words = {0};
    json_t *location = NULL;
    if (from == NULL)
        text_format(&words, "starts as %s", to);
    else
        text_format(&words, "%s becomes %s", from, to);
    for (size_t i = 0; from != NULL && location == NULL && i < finding->evidence_count; i++)
        if (strcmp(finding->evidence[i].holder, to) == 0)
            location = evidence_location(&finding->evidence[i], words.data != NULL ? words.data : "");
    if (location == NULL)
        location = location_json("", 0, to, words.data != NULL ? words.data : "");
    text_free(&words);
    return json_pack("{s:o}", "location", location);
}

/* facts.chain: who becomes whom, one after the other. NULL: none. */
static json_t *flows_json(const struct finding *finding)
{
    const json_t *chain = json_object_get(finding->facts, "chain");
    const char *before = NULL;
    size_t i;
    json_t *node, *steps = json_array();
    json_array_foreach(chain, i, node)
    {
        const char *name = json_string_value(node);
        if (name != NULL)
            json_array_append_new(steps, hop_json(finding, before, name));
        before = name;
    }
    if (json_array_size(steps) > 1)
        return json_pack("[{s:[{s:o}]}]", "threadFlows", "locations", steps);
    json_decref(steps);
    return NULL;
}

static json_t *words_of(const struct finding *finding)
{
    struct text words = {0};
    char *conditions = finding_conditions(finding);
    text_append_string(&words, finding->detail[0] != '\0' ? finding->detail : finding->rule->title);
    if (conditions != NULL && conditions[0] != '\0')
        text_format(&words, " It holds if %s.", conditions);
    if (strcmp(finding->fix, finding->rule->fix) != 0)
        text_format(&words, " %s", finding->fix);
    json_t *object = message(words.data != NULL ? words.data : "");
    free(conditions);
    text_free(&words);
    return object;
}

static json_t *properties_json(const struct finding_report *report, const struct finding *finding)
{
    json_t *object = json_pack("{s:s, s:s, s:s}", "severity", severity_word(finding->severity), "security-severity",
                               levels[finding->severity].security, "resource", finding->resource);
    const struct {
        const char *name;
        json_t *value;
    } parts[] = {{"witness", finding->witness},
                 {"facts", finding->facts},
                 {"patch", finding->patch},
                 {"patchNotes", finding->patch_notes}};
    if (finding->code[0] != '\0')
        json_object_set_new(object, "code", json_string(finding_report_id(report, finding)));
    if (finding->account[0] != '\0')
        json_object_set_new(object, "account", json_string(finding->account));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL)
            json_object_set(object, parts[i].name, parts[i].value);
    return object;
}

static json_t *result_json(const struct finding_report *report, const struct finding *finding, const char *first_file)
{
    size_t count;
    char hash[40];
    snprintf(hash, sizeof hash, "%s:1", finding->fingerprint);
    json_t *flows = flows_json(finding), *related = related_json(finding);
    json_t *result = json_pack("{s:s, s:i, s:s, s:o, s:o, s:{s:s, s:s}, s:o}", "ruleId", finding->rule->id, "ruleIndex",
                               (int)(finding->rule - finding_rules(&count)), "level", levels[finding->severity].level,
                               "message", words_of(finding), "locations", locations_json(finding, first_file),
                               "partialFingerprints", "primaryLocationLineHash", hash, "rolechain/v1",
                               finding->fingerprint, "properties", properties_json(report, finding));
    if (json_array_size(related) > 0)
        json_object_set(result, "relatedLocations", related);
    if (flows != NULL)
        json_object_set(result, "codeFlows", flows);
    if (finding->suppression != NULL)
        json_object_set_new(result, "suppressions",
                            json_pack("[{s:s, s:s, s:s}]", "kind", "external", "status", "accepted", "justification",
                                      finding->suppression->reason));
    json_decref(flows);
    json_decref(related);
    return result;
}

/* malloc'ed; NULL: out of memory. */
static char *first_export(const struct finding_report *report)
{
    struct text path = {0};
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(store_handle(report->analysis->store), "SELECT min(path) FROM source", -1, &query, NULL) ==
            SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        text_append_string(&path, (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    return text_release(&path);
}

static void warn_of_size(const struct finding_report *report, const struct output *output)
{
    if (report->standing + report->suppressed > MOST_RESULTS && !output->quiet)
        command_error(
            "code scanning of GitHub takes %d results of a file, these are %zu; --min-severity and --only leave "
            "out the others",
            MOST_RESULTS, report->standing + report->suppressed);
}

bool finding_sarif_print(const struct finding_report *report, struct output *output)
{
    char *first_file = first_export(report);
    warn_of_size(report, output);
    fputs("{\n  \"$schema\": \"" SCHEMA "\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n      \"tool\": ",
          output->stream);
    bool good = first_file != NULL && json_print_inside(output, 6, tool_json(report));
    fputs(",\n      \"columnKind\": \"unicodeCodePoints\",\n      \"automationDetails\": ", output->stream);
    good = good && json_print_inside(output, 6, automation_json(report));
    fputs(",\n      \"invocations\": ", output->stream);
    good = good && json_print_inside(output, 6, invocation_json(report));
    fprintf(output->stream,
            ",\n      \"properties\": {\"inBaseline\": %zu, \"suppressed\": %zu},\n      \"results\": [", report->known,
            report->suppressed);
    for (size_t i = 0; good && i < report->standing + report->suppressed; i++) {
        struct finding *finding = finding_report_at(report, i);
        fputs(i > 0 ? ",\n        " : "\n        ", output->stream);
        good = json_print_inside(output, 8, result_json(report, finding, first_file));
        finding_release(finding);
    }
    fputs("\n      ]\n    }\n  ]\n}\n", output->stream);
    free(first_file);
    return good;
}
