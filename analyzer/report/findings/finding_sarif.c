/*
 * Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), with what GitHub's code scanning requires
 * in addition: a file in every result, relative URIs, no empty strings, primaryLocationLineHash.
 *
 * A result's level follows its severity. GitHub ranks alerts by the rule's security-severity instead, which is
 * therefore the worst of the rule's results, so that a gate on it misses nothing.
 */
#include "analyzer/findings/suppressions.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_words.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/sarif.h"
#include "graph/model/exported.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define MOST_RESULTS 25000

static const struct {
    const char *level, *security; /* GitHub: over 9 critical, from 7 high, from 4 medium, else low */
} levels[] = {
    [SEVERITY_INFO] = {"note", "0.1"},  [SEVERITY_LOW] = {"note", "2.0"},       [SEVERITY_MEDIUM] = {"warning", "5.0"},
    [SEVERITY_HIGH] = {"error", "8.0"}, [SEVERITY_CRITICAL] = {"error", "9.5"},
};

/* Empty strings are not accepted. */
static json_t *message(const char *words)
{
    return json_object_of("text", json_text(words[0] != '\0' ? words : "-"));
}

/* ---- the tool */

static json_t *rule_json(const struct finding_rule *rule, enum severity worst)
{
    static const char *const tags[] = {"security", "aws", "iam"};
    char *help = memory_print("%s\n\nFix: %s", rule->why, rule->fix);
    json_t *object = json_object(), *properties = json_object(), *tag_list = json_array();
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        json_add(tag_list, json_text(tags[i]));
    json_put(properties, "tags", tag_list);
    json_put(properties, "precision", json_text("high"));
    json_put(properties, "security-severity", json_text(levels[worst].security));
    json_put(object, "id", json_text(rule->id));
    json_put(object, "shortDescription", message(rule->title));
    json_put(object, "fullDescription", message(rule->why));
    json_put(object, "help", message(help));
    json_put(object, "helpUri", json_text(rule->reference));
    json_put(object, "defaultConfiguration", json_object_of("level", json_text(levels[rule->severity].level)));
    json_put(object, "properties", properties);
    free(help);
    return object;
}

/* The worst severity of the rule's standing findings; its own if it found nothing. */
static enum severity worst_of(const struct finding_report *report, const struct finding_rule *rule)
{
    enum severity worst = SEVERITY_INFO;
    bool found = false;
    for (size_t i = 0; i < report->standing; i++) {
        const struct finding *finding = &report->findings->list[i];
        if (finding->rule != rule)
            continue;
        found = true;
        worst = finding->severity > worst ? finding->severity : worst;
    }
    return found ? worst : rule->severity;
}

static json_t *tool_json(const struct finding_report *report)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    json_t *driver = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_add(list, rule_json(&rules[i], worst_of(report, &rules[i])));
    json_put(driver, "name", json_text("rolechain"));
    json_put(driver, "version", json_text(ROLECHAIN_VERSION));
    json_put(driver, "semanticVersion", json_text(ROLECHAIN_VERSION));
    json_put(driver, "rules", list);
    return json_object_of("driver", driver);
}

/* So that alerts of two organizations in one repository do not close each other. */
static json_t *automation_json(const struct finding_report *report)
{
    const char *organization = report->analysis->model->organization;
    return json_object_of("id", json_text_format("rolechain/%s%s", organization != NULL ? organization : "",
                                                 organization != NULL ? "/" : ""));
}

/* Gaps are reported beside the results, so that an empty list is not read as a clean bill of health. */
static json_t *invocation_json(const struct finding_report *report)
{
    const struct gaps *gaps = analysis_gaps(report->analysis);
    json_t *invocation = json_object(), *list = json_array();
    for (size_t i = 0; i < gaps->count; i++) {
        json_t *note = json_object();
        json_put(note, "level", json_text("note"));
        json_put(note, "message", message(gaps->list[i].sentence));
        json_add(list, note);
    }
    json_put(invocation, "executionSuccessful", json_true());
    json_put(invocation, "toolExecutionNotifications", list);
    return json_list_of(invocation);
}

/* ---- a result */

static json_t *region_json(uint32_t line)
{
    json_t *region = json_object();
    json_put(region, "startLine", json_integer(line));
    json_put(region, "startColumn", json_integer(1));
    json_put(region, "endLine", json_integer(line));
    json_put(region, "endColumn", json_integer(2));
    return region;
}

static json_t *location_json(const char *file, uint32_t line, const char *name, const char *words)
{
    json_t *location = json_object();
    if (file[0] != '\0') /* GitHub requires a region */
        json_put(location, "physicalLocation", sarif_physical_location(file, region_json(line > 0 ? line : 1)));
    if (name[0] != '\0')
        json_put(location, "logicalLocations", json_list_of(json_object_of("fullyQualifiedName", json_text(name))));
    if (words != NULL)
        json_put(location, "message", message(words));
    return location;
}

static json_t *evidence_location(const struct finding_evidence *evidence, const char *words)
{
    struct text place = {0};
    finding_place(&place, evidence);
    json_t *location =
        location_json(evidence->file, evidence->line, evidence->holder, words != NULL ? words : place.data);
    text_free(&place);
    return location;
}

/* The first location is the one that is shown, and it must be a file: a finding without a statement gets the first
 * export. */
static json_t *locations_json(const struct finding *finding, const char *first_file)
{
    size_t first = 0;
    while (first < finding->evidence_count && finding->evidence[first].file[0] == '\0')
        first++;
    return json_list_of(first == finding->evidence_count ? location_json(first_file, 0, finding->resource, NULL)
                                                         : evidence_location(&finding->evidence[first], NULL));
}

static json_t *related_json(const struct finding *finding)
{
    json_t *list = json_array();
    for (size_t i = 1; i < finding->evidence_count; i++)
        json_add(list, evidence_location(&finding->evidence[i], NULL));
    return list;
}

/* A hop's location is the trust statement that allows it. */
static json_t *hop_json(const struct finding *finding, const char *from, const char *to)
{
    char *words = from == NULL ? memory_print("starts as %s", to) : memory_print("%s becomes %s", from, to);
    json_t *location = NULL;
    for (size_t i = 0; from != NULL && location == NULL && i < finding->evidence_count; i++)
        if (strcmp(finding->evidence[i].holder, to) == 0)
            location = evidence_location(&finding->evidence[i], words);
    if (location == NULL)
        location = location_json("", 0, to, words);
    free(words);
    return json_object_of("location", location);
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
            json_add(steps, hop_json(finding, before, name));
        before = name;
    }
    if (json_array_size(steps) > 1)
        return json_list_of(json_object_of("threadFlows", json_list_of(json_object_of("locations", steps))));
    json_decref(steps);
    return NULL;
}

static json_t *words_of(const struct finding *finding)
{
    struct text words = {0};
    char *conditions = finding_conditions(finding);
    text_append_string(&words, finding->detail[0] != '\0' ? finding->detail : finding->rule->title);
    if (conditions[0] != '\0')
        text_format(&words, " It holds if %s.", conditions);
    if (finding_own_fix(finding)[0] != '\0')
        text_format(&words, " %s", finding->fix);
    json_t *object = message(words.data);
    free(conditions);
    text_free(&words);
    return object;
}

static json_t *properties_json(const struct finding_report *report, const struct finding *finding)
{
    json_t *object = json_object();
    const struct {
        const char *name;
        json_t *value;
    } parts[] = {{"witness", finding->witness},
                 {"facts", finding->facts},
                 {"patch", finding->patch},
                 {"patch_notes", finding->patch_notes}};
    json_put(object, "severity", json_text(severity_word(finding->severity)));
    json_put(object, "security-severity", json_text(levels[finding->severity].security));
    json_put(object, "resource", json_text(finding->resource));
    if (finding->code[0] != '\0')
        json_put(object, "code", json_text(finding_report_id(report, finding)));
    if (finding->account[0] != '\0')
        json_put(object, "account", json_text(finding->account));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL)
            json_put(object, parts[i].name, json_incref(parts[i].value));
    return object;
}

static json_t *suppression_object(const struct suppression *suppression)
{
    json_t *object = json_object();
    json_put(object, "kind", json_text("external"));
    json_put(object, "status", json_text("accepted"));
    json_put(object, "justification", json_text(suppression->reason));
    return object;
}

static json_t *result_json(const struct finding_report *report, const struct finding *finding, const char *first_file)
{
    size_t count;
    json_t *result = json_object(), *fingerprints = json_object();
    json_t *flows = flows_json(finding), *related = related_json(finding);
    json_put(fingerprints, "primaryLocationLineHash", json_text_format("%s:1", finding->fingerprint));
    json_put(fingerprints, "rolechain/v1", json_text(finding->fingerprint));
    json_put(result, "ruleId", json_text(finding->rule->id));
    json_put(result, "ruleIndex", json_integer(finding->rule - finding_rules(&count)));
    json_put(result, "level", json_text(levels[finding->severity].level));
    json_put(result, "message", words_of(finding));
    json_put(result, "locations", locations_json(finding, first_file));
    json_put(result, "partialFingerprints", fingerprints);
    json_put(result, "properties", properties_json(report, finding));
    if (json_array_size(related) > 0)
        json_put(result, "relatedLocations", json_incref(related));
    if (flows != NULL)
        json_put(result, "codeFlows", flows);
    if (finding->suppression != NULL)
        json_put(result, "suppressions", json_list_of(suppression_object(finding->suppression)));
    json_decref(related);
    return result;
}

static void warn_of_size(const struct finding_report *report, const struct output *output)
{
    if (report->standing + report->suppressed > MOST_RESULTS && !output->quiet)
        command_error("GitHub code scanning accepts at most %d results per file, this file has %zu; use --min-severity "
                      "or --only for fewer",
                      MOST_RESULTS, report->standing + report->suppressed);
}

void finding_sarif_print(const struct finding_report *report, struct output *output)
{
    char *first_file = exported_first_file(report->analysis->store);
    warn_of_size(report, output);
    fputs("{\n  \"$schema\": \"" SARIF_SCHEMA "\",\n  \"version\": \"" SARIF_VERSION
          "\",\n  \"runs\": [\n    {\n      \"tool\": ",
          output->stream);
    json_print_inside(output, 6, tool_json(report));
    fputs(",\n      \"columnKind\": \"unicodeCodePoints\",\n      \"automationDetails\": ", output->stream);
    json_print_inside(output, 6, automation_json(report));
    fputs(",\n      \"invocations\": ", output->stream);
    json_print_inside(output, 6, invocation_json(report));
    fprintf(output->stream,
            ",\n      \"properties\": {\"in_baseline\": %zu, \"suppressed\": %zu},\n      \"results\": [",
            report->known, report->suppressed);
    for (size_t i = 0; i < report->standing + report->suppressed; i++) {
        struct finding *finding = finding_report_at(report, i);
        fputs(i > 0 ? ",\n        " : "\n        ", output->stream);
        json_print_inside(output, 8, result_json(report, finding, first_file));
        finding_release(finding);
    }
    fputs("\n      ]\n    }\n  ]\n}\n", output->stream);
    free(first_file);
}
