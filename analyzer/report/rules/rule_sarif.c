/*
 * Rules that do not pass as SARIF 2.1.0: a result is located at the line of the rule; the trust statements of its
 * shortest chain are related locations. A result keeps its identity as long as the rule's text is unchanged.
 */
#include "analyzer/report/json_answer.h"
#include "analyzer/report/rules/rule_report_words.h"
#include "analyzer/report/sarif.h"
#include "ingest/support/digest.h"
#include "ingest/support/json_build.h"

#include <inttypes.h>
#include <string.h>

static json_t *location_json(const char *file, uint32_t line, const char *words)
{
    json_t *region = json_object_of("startLine", json_integer(line > 0 ? line : 1));
    json_t *location =
        json_object_of("physicalLocation", sarif_physical_location(strcmp(file, "-") == 0 ? "stdin" : file, region));
    if (words != NULL)
        json_put(location, "message", json_object_of("text", json_text(words)));
    return location;
}

static void add_place(const char *file, uint32_t line, const char *words, void *context)
{
    if (file[0] != '\0')
        json_add(context, location_json(file, line, words));
}

static void append_reason(const char *reason, void *context)
{
    text_format(context, "\n%s", reason);
}

static const char *const ids[] = {
    [RULE_PASS] = "", [RULE_UNDECIDABLE] = "rule-undecidable", [RULE_BROKEN] = "rule-broken"};

static json_t *result_json(const struct rule_report *report, uint32_t at)
{
    const struct rule *rule = &report->file->rules[at];
    const struct rule_result *result = &report->results->list[at];
    struct text words = {0};
    struct digest_key key;
    uint64_t digest[2];
    json_t *object = json_object(), *related = json_array();
    text_format(&words, "%s: %s", result->outcome == RULE_BROKEN ? "Broken" : "Cannot be decided", rule->text);
    rule_each_reason(report, result, append_reason, &words);
    if (result->chain_count > 0)
        rule_each_place(report, &result->chains[0], add_place, related);
    digest_key_fix(&key);
    digest_bytes(&key, 0, rule->text, strlen(rule->text), digest);
    json_put(object, "ruleId", json_text(ids[result->outcome]));
    json_put(object, "level", json_text(result->outcome == RULE_BROKEN || report->strict ? "error" : "warning"));
    json_put(object, "message", json_object_of("text", json_text(words.data)));
    json_put(object, "locations", json_list_of(location_json(report->file->path, rule->place.line, NULL)));
    json_put(object, "partialFingerprints",
             json_object_of("rolechain/v1", json_text_format("%016" PRIx64 "%016" PRIx64, digest[0], digest[1])));
    if (json_array_size(related) > 0)
        json_put(object, "relatedLocations", json_incref(related));
    json_decref(related);
    text_free(&words);
    return object;
}

static json_t *described(enum rule_outcome outcome, const char *title)
{
    json_t *rule = json_object_of("id", json_text(ids[outcome]));
    json_put(rule, "shortDescription", json_object_of("text", json_text(title)));
    return rule;
}

void rule_sarif_print(const struct rule_report *report, struct output *output)
{
    json_t *driver = json_object_of("name", json_text("rolechain")), *rules = json_array(), *results = json_array();
    json_add(rules, described(RULE_BROKEN, "An access rule is broken"));
    json_add(rules, described(RULE_UNDECIDABLE, "The exports cannot decide an access rule"));
    json_put(driver, "version", json_text(ROLECHAIN_VERSION));
    json_put(driver, "rules", rules);
    for (uint32_t i = 0; i < report->results->count; i++)
        if (report->results->list[i].outcome != RULE_PASS)
            json_add(results, result_json(report, i));
    json_t *run = json_object_of("tool", json_object_of("driver", driver)), *log = json_object();
    json_put(run, "columnKind", json_text("unicodeCodePoints"));
    json_put(run, "results", results);
    json_put(log, "$schema", json_text(SARIF_SCHEMA));
    json_put(log, "version", json_text(SARIF_VERSION));
    json_put(log, "runs", json_list_of(run));
    json_print_inside(output, 0, log);
    fputc('\n', output->stream);
}
