#include "analyzer/findings/selection.h"

#include "analyzer/command_line.h"
#include <stdlib.h>
#include <string.h>

/* "id" or "id/code". */
static bool selects(const char *word, const struct finding *finding)
{
    size_t length = strlen(finding->rule->id);
    return strncmp(word, finding->rule->id, length) == 0 &&
           (word[length] == '\0' || (word[length] == '/' && strcmp(word + length + 1, finding->code) == 0));
}

static bool check_code(const char *option, const struct finding_rule *rule, const char *code)
{
    size_t count = 0;
    const char *const *codes = rule->codes != NULL ? rule->codes(&count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    const char *nearest = count > 0 ? nearest_name(code, codes, count) : NULL;
    if (count == 0)
        command_error("--%s: %s has no sub-codes; give --%s %s", option, rule->id, option, rule->id);
    else if (nearest != NULL)
        command_error("--%s: %s has no sub-code \"%s\"; did you mean %s/%s?", option, rule->id, code, rule->id,
                      nearest);
    else
        command_error("--%s: %s has no sub-code \"%s\"; rolechain findings --describe %s has all", option, rule->id,
                      code, rule->id);
    return false;
}

static bool check_ids(const char *option, const char *const *words, size_t count)
{
    size_t rules;
    const struct finding_rule *rule = finding_rules(&rules);
    for (size_t i = 0; i < count; i++) {
        const char *names[64];
        size_t length = strcspn(words[i], "/");
        bool known = false, coded = words[i][length] == '/';
        for (size_t j = 0; j < rules && j < 64; j++) {
            names[j] = rule[j].id;
            if (strlen(rule[j].id) != length || strncmp(rule[j].id, words[i], length) != 0)
                continue;
            known = true;
            if (coded && !check_code(option, &rule[j], words[i] + length + 1))
                return false;
        }
        if (!known && strchr(words[i], ',') != NULL) {
            command_error("--%s takes one finding; give the option again for another: --%s %.*s --%s …", option, option,
                          (int)strcspn(words[i], ","), words[i], option);
            return false;
        }
        if (!known) {
            const char *nearest = nearest_name(words[i], names, rules < 64 ? rules : 64);
            command_error("--%s: no finding \"%s\"%s%s%s", option, words[i], nearest != NULL ? "; did you mean " : "",
                          nearest != NULL ? nearest : "; rolechain findings --list has all",
                          nearest != NULL ? "?" : "");
            return false;
        }
    }
    return true;
}

static json_t *read_baseline(const char *path)
{
    json_error_t error;
    json_t *file = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
                                          : json_load_file(path, JSON_REJECT_DUPLICATES, &error),
           *entry;
    json_t *entries = json_object_get(file, "baseline"), *set = NULL;
    size_t i;
    if (file == NULL && error.line < 0)
        command_error("--baseline: %s", error.text);
    else if (file == NULL)
        command_error("%s:%d:%d: %s", path, error.line, error.column, error.text);
    else if (!json_is_array(entries))
        command_error("%s: no baseline; expected what --write-baseline writes: {\"rolechain\": 1, \"baseline\": […]}",
                      path);
    else
        set = json_object();
    json_array_foreach(entries, i, entry)
    {
        const char *fingerprint = json_string_value(json_object_get(entry, "fingerprint"));
        if (set == NULL)
            break;
        if (fingerprint == NULL) {
            command_error("%s: /baseline/%zu: expected an object with \"fingerprint\"", path, i);
            json_decref(set);
            set = NULL;
        } else {
            json_object_set_new(set, fingerprint, json_true());
        }
    }
    json_decref(file);
    return set;
}

bool finding_selection_read(const struct command_line *line, struct finding_selection *selection)
{
    const char *least = command_line_value(line, "min-severity"), *baseline = command_line_value(line, "baseline");
    *selection = (struct finding_selection){.least = SEVERITY_INFO};
    selection->only_count = command_line_values(line, "only", &selection->only);
    selection->skip_count = command_line_values(line, "skip", &selection->skip);
    if (least != NULL && !severity_parse(least, &selection->least)) {
        command_error("--min-severity takes info, low, medium, high or critical, not \"%s\"", least);
        return false;
    }
    if (!check_ids("only", selection->only, selection->only_count) ||
        !check_ids("skip", selection->skip, selection->skip_count))
        return false;
    if (baseline != NULL)
        selection->baseline = read_baseline(baseline);
    return baseline == NULL || selection->baseline != NULL;
}

void finding_selection_free(struct finding_selection *selection)
{
    json_decref(selection->baseline);
    selection->baseline = NULL;
}

static bool is_wanted(const struct finding_selection *selection, const struct finding *finding)
{
    bool wanted = selection->only_count == 0;
    if (finding->severity < selection->least)
        return false;
    for (size_t i = 0; i < selection->only_count; i++)
        wanted = wanted || selects(selection->only[i], finding);
    for (size_t i = 0; i < selection->skip_count; i++)
        wanted = wanted && !selects(selection->skip[i], finding);
    return wanted;
}

/* Keeps those for which `keep` holds; returns how many went. */
static size_t keep_only(const struct finding_selection *selection, struct findings *findings,
                        bool (*keep)(const struct finding_selection *, const struct finding *))
{
    size_t kept = 0, before = findings->count;
    for (size_t i = 0; i < before; i++)
        if (keep(selection, &findings->list[i])) {
            struct finding swap = findings->list[kept];
            findings->list[kept++] = findings->list[i];
            findings->list[i] = swap;
        }
    for (size_t i = kept; i < before; i++)
        finding_release(&findings->list[i]);
    findings->count = kept;
    return before - kept;
}

static bool is_new(const struct finding_selection *selection, const struct finding *finding)
{
    return json_object_get(selection->baseline, finding->fingerprint) == NULL;
}

void finding_selection_apply(const struct finding_selection *selection, struct findings *findings)
{
    keep_only(selection, findings, is_wanted);
}

size_t finding_selection_hide_known(const struct finding_selection *selection, struct findings *findings)
{
    return keep_only(selection, findings, is_new);
}

bool finding_baseline_write(const struct findings *findings, const char *path, FILE *stream)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        json_array_append_new(entries,
                              json_pack("{s:s, s:s, s:s, s:s}", "fingerprint", finding->fingerprint, "id",
                                        finding->rule->id, "resource", finding->resource, "subject", finding->subject));
    }
    json_t *file = json_pack("{s:i, s:o}", "rolechain", 1, "baseline", entries);
    bool to_stream = strcmp(path, "-") == 0;
    bool good =
        file != NULL && (to_stream ? json_dumpf(file, stream, JSON_INDENT(2)) == 0 && fputc('\n', stream) == '\n'
                                   : json_dump_file(file, path, JSON_INDENT(2)) == 0);
    json_decref(file);
    if (!good)
        command_error("%s: could not be written", path);
    return good;
}
