#include "analyzer/findings/selection.h"

#include "analyzer/command_line/whole_file.h"
#include "analyzer/findings/finding_names.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IGNORE_FILE ".rolechainignore"

static bool check_names(const char *option, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strchr(names[i], ',') != NULL) {
            command_error("%s takes one finding; give the option again for another: %s %.*s %s …", option, option,
                          (int)strcspn(names[i], ","), names[i], option);
            return false;
        }
        if (!finding_name_check(option, names[i]))
            return false;
    }
    return true;
}

/* ---- the baseline */

/* Adds the fingerprint of one entry; false: it has none. */
static bool read_entry(json_t *set, const json_t *entry)
{
    const char *fingerprint = json_string_value(json_object_get(entry, "fingerprint"));
    if (fingerprint == NULL || strlen(fingerprint) != 32 || strspn(fingerprint, "0123456789abcdef") != 32)
        return false;
    json_put(set, fingerprint, json_false());
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
    if (file == NULL && error.line < 0) {
        memory_check_errno();
        command_error("%s: %s", path, command_reason(errno));
    } else if (file == NULL) {
        command_error("%s:%d:%d: %s", path, error.line, error.column, error.text);
    } else if (json_integer_value(json_object_get(file, "rolechain")) != 1 || !json_is_array(entries)) {
        command_error(
            "%s: not a baseline; expected what --write-baseline writes: {\"rolechain\": 1, \"baseline\": […]}", path);
    } else {
        set = json_object();
    }
    json_array_foreach(entries, i, entry)
    {
        if (set != NULL && !read_entry(set, entry)) {
            command_error("%s: /baseline/%zu: expected an object with \"fingerprint\": 32 hexadecimal digits", path, i);
            json_decref(set);
            set = NULL;
        }
    }
    json_decref(file);
    return set;
}

static int compare_entries(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
    int order = strcmp(x->resource, y->resource);
    if (order == 0)
        order = strcmp(x->rule->id, y->rule->id);
    if (order == 0)
        order = strcmp(x->code, y->code);
    if (order == 0)
        order = strcmp(x->subject, y->subject);
    return order != 0 ? order : strcmp(x->fingerprint, y->fingerprint);
}

static json_t *baseline_json(const struct findings *findings, size_t standing, size_t kept)
{
    json_t *entries = json_array(), *file = json_object();
    const struct finding **sorted = memory_zeroed(standing + kept, sizeof *sorted);
    for (size_t i = 0; i < standing; i++)
        sorted[i] = &findings->list[i];
    for (size_t i = 0; i < kept; i++)
        sorted[standing + i] = &findings->list[findings->count - kept + i];
    qsort(sorted, standing + kept, sizeof *sorted, compare_entries);
    for (size_t i = 0; i < standing + kept; i++) {
        json_t *entry = json_object();
        json_put(entry, "id", json_text(sorted[i]->rule->id));
        json_put(entry, "code", json_text(sorted[i]->code));
        json_put(entry, "severity", json_text(severity_word(sorted[i]->severity)));
        json_put(entry, "resource", json_text(sorted[i]->resource));
        json_put(entry, "detail", json_text(sorted[i]->detail));
        json_put(entry, "fingerprint", json_text(sorted[i]->fingerprint));
        json_add(entries, entry);
    }
    free(sorted);
    json_put(file, "rolechain", json_integer(1));
    json_put(file, "baseline", entries);
    return file;
}

static bool write_baseline(json_t *file, FILE *stream)
{
    return json_dumpf(file, stream, JSON_INDENT(2)) == 0 && fputc('\n', stream) == '\n';
}

bool finding_baseline_write(const struct findings *findings, size_t standing, size_t kept, const char *path,
                            FILE *stream)
{
    json_t *baseline = baseline_json(findings, standing, kept);
    struct whole_file file;
    bool good;
    if (strcmp(path, "-") == 0) {
        good = write_baseline(baseline, stream);
    } else {
        bool open = whole_file_open(&file, path), written = open && write_baseline(baseline, file.stream);
        good = open && whole_file_close(&file, written) && written;
    }
    if (!good)
        command_error("%s: could not be written: %s", path, command_reason(errno));
    json_decref(baseline);
    return good;
}

/* ---- the selection */

bool finding_selection_read(const struct command_line *line, struct finding_selection *selection)
{
    const char *ignore = command_line_value(line, "ignore-file"), *baseline = command_line_value(line, "baseline");
    uint32_t least = SEVERITY_INFO;
    command_line_word(line, "min-severity", &least);
    *selection = (struct finding_selection){.least = (enum severity)least};
    selection->whole = command_line_number(line, "top", &selection->top) && selection->top == 0;
    selection->rewrites = baseline != NULL && command_line_has(line, "write-baseline");
    selection->only_count = command_line_values(line, "only", &selection->only);
    selection->skip_count = command_line_values(line, "skip", &selection->skip);
    if (!check_names("--only", selection->only, selection->only_count) ||
        !check_names("--skip", selection->skip, selection->skip_count))
        return false;
    if (ignore == NULL && access(IGNORE_FILE, F_OK) == 0)
        ignore = IGNORE_FILE;
    if (ignore != NULL && !suppressions_read(ignore, analysis_time(), &selection->suppressions))
        return false;
    if (baseline != NULL)
        selection->baseline = read_baseline(baseline);
    if (baseline == NULL || selection->baseline != NULL)
        return true;
    finding_selection_free(selection);
    return false;
}

void finding_selection_free(struct finding_selection *selection)
{
    json_decref(selection->baseline);
    selection->baseline = NULL;
    finding_focus_free(&selection->focus);
    suppressions_free(&selection->suppressions);
}

bool finding_selection_needs(const struct finding_selection *selection, const struct finding_rule *rule)
{
    bool wanted = selection->only_count == 0;
    for (size_t i = 0; i < selection->only_count; i++)
        wanted = wanted || finding_rule_is_named(rule, selection->only[i]);
    for (size_t i = 0; i < selection->skip_count; i++)
        wanted = wanted && strcmp(rule->id, selection->skip[i]) != 0;
    /* Only its fingerprint says which finding an entry of the baseline is about. */
    return wanted || selection->rewrites ||
           (selection->reports && (selection->baseline != NULL || suppressions_need(&selection->suppressions, rule)));
}

static bool is_wanted(const struct finding_selection *selection, const struct finding *finding)
{
    bool wanted = selection->only_count == 0;
    if (finding->severity < selection->least)
        return false;
    for (size_t i = 0; i < selection->only_count; i++)
        wanted = wanted || finding_is_named(finding, selection->only[i]);
    for (size_t i = 0; i < selection->skip_count; i++)
        wanted = wanted && !finding_is_named(finding, selection->skip[i]);
    return wanted;
}

/* Whether the baseline has the finding, by its fingerprint or the former one; `mark`: marks it there. */
static bool is_known(const struct finding_selection *selection, const struct finding *finding, bool mark)
{
    const char *const names[] = {finding->fingerprint, finding->former_fingerprint};
    bool known = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_object_get(selection->baseline, names[i]) != NULL) {
            known = true;
            if (mark)
                json_put(selection->baseline, names[i], json_true());
        }
    return known;
}

enum place { PLACE_STANDING, PLACE_SUPPRESSED, PLACE_KEPT, PLACE_NOWHERE, PLACES };

static enum place place_of(struct finding_selection *selection, const struct model *model,
                           const struct finding *finding, bool known, size_t *fresh)
{
    bool suppressed = finding->suppression != NULL;
    enum place otherwise = known && !suppressed && selection->rewrites ? PLACE_KEPT : PLACE_NOWHERE;
    if (!is_wanted(selection, finding))
        return otherwise;
    if (!finding_focus_has(&selection->focus, model, finding)) {
        selection->narrowed += !suppressed && !known;
        return otherwise;
    }
    if (suppressed || known || selection->top == 0 || (*fresh)++ < selection->top)
        return suppressed ? PLACE_SUPPRESSED : PLACE_STANDING;
    selection->cut++;
    return PLACE_NOWHERE;
}

void finding_selection_apply(struct finding_selection *selection, const struct model *model, struct findings *findings,
                             size_t *standing, size_t *kept)
{
    size_t counts[PLACES] = {0}, ends[PLACES] = {0}, fresh = 0;
    enum place *places = memory_zeroed(findings->count, sizeof *places);
    struct finding *sorted = memory_zeroed(findings->count, sizeof *sorted);
    suppressions_apply(&selection->suppressions, findings);
    for (size_t i = 0; i < findings->count; i++) {
        bool known = is_known(selection, &findings->list[i], true);
        places[i] = place_of(selection, model, &findings->list[i], known, &fresh);
        counts[places[i]]++;
        if (places[i] == PLACE_NOWHERE)
            finding_release(&findings->list[i]);
    }
    for (size_t place = 1; place < PLACES; place++)
        ends[place] = ends[place - 1] + counts[place - 1];
    for (size_t i = 0; i < findings->count; i++)
        sorted[ends[places[i]]++] = findings->list[i];
    findings->count -= counts[PLACE_NOWHERE];
    if (findings->count > 0)
        memcpy(findings->list, sorted, findings->count * sizeof *sorted);
    free(places);
    free(sorted);
    *standing = counts[PLACE_STANDING];
    *kept = counts[PLACE_KEPT];
}

void finding_selection_drop_kept(struct findings *findings, size_t kept)
{
    for (; kept > 0; kept--)
        finding_release(&findings->list[--findings->count]);
}

void finding_selection_report(const struct finding_selection *selection)
{
    const char *fingerprint;
    json_t *found;
    size_t gone = 0;
    json_object_foreach(selection->baseline, fingerprint, found) gone += json_is_false(found);
    suppressions_report(&selection->suppressions);
    if (gone > 0)
        command_error("%zu finding%s in the baseline %s gone; --write-baseline updates it", gone, gone == 1 ? "" : "s",
                      gone == 1 ? "is" : "are");
}

size_t finding_selection_hide_known(const struct finding_selection *selection, struct findings *findings,
                                    size_t *standing)
{
    size_t kept = 0, known = 0;
    for (size_t i = 0; i < findings->count; i++) {
        bool left_out = i < *standing && is_known(selection, &findings->list[i], false);
        known += left_out;
        if (left_out)
            finding_release(&findings->list[i]);
        else
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
    *standing -= known;
    return known;
}
