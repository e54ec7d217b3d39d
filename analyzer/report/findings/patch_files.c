#include "analyzer/report/findings/patch_files.h"

#include "analyzer/command_line/command.h"
#include "analyzer/command_line/whole_folder.h"
#include "analyzer/findings/patches/patch_command.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/text.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INDEX "index.json"
#define FINGERPRINT_SHOWN 8
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define SAFE LETTERS "._+=,@-"

/* Bytes of a holder's name in a file name: IAM's longest is 128. */
enum { LONGEST_ACCOUNT = 16, LONGEST_NAME = 80 };

struct patch_files {
    char *folder, *index; /* the paths; without slashes at the end */
    struct intern taken;  /* names of files in lower case */
    struct patch_file {
        char *name, *text;
        json_t *entry; /* of the index */
    } * list;          /* in the order in which findings were taken */
    size_t count, room;
    struct taken_finding {
        bool taken;
        size_t first, count; /* its files */
    } * findings;            /* by their indexes in the report */
    size_t finding_room;
};

struct patch_files *patch_files_new(const char *folder)
{
    const char *refusal = folder[0] != '\0' ? whole_folder_refusal(folder) : "it has no name";
    struct patch_files *files;
    size_t length = strlen(folder);
    if (refusal != NULL) {
        command_error("--patches-dir %s: %s; name a new or an empty folder", folder, refusal);
        return NULL;
    }
    while (length > 1 && folder[length - 1] == '/')
        length--;
    files = memory_zeroed(1, sizeof *files);
    files->folder = memory_text_part(folder, length);
    files->index = memory_print("%s/" INDEX, files->folder);
    return files;
}

const char *patch_files_index(const struct patch_files *files)
{
    return files->index;
}

static void append_safe(struct text *text, const char *word, size_t length, size_t most)
{
    for (size_t i = 0; i < length && i < most; i++) {
        const char *safe = memchr(SAFE, word[i], sizeof SAFE - 1);
        text_append_char(text, *(safe != NULL ? safe : "_"));
    }
}

/* "444455556666-app-deploy" for an ARN; anything else as it is. */
static void append_holder(struct text *text, const char *holder)
{
    struct arn arn;
    if (!arn_parse(holder, strlen(holder), &arn)) {
        append_safe(text, holder, strlen(holder), LONGEST_NAME);
        return;
    }
    append_safe(text, arn.account.at, arn.account.length, LONGEST_ACCOUNT);
    text_append_char(text, '-');
    append_safe(text, arn.name.at, arn.name.length, LONGEST_NAME);
}

/* Whether no other file has that name, even on file systems that ignore case. */
static bool claim(struct patch_files *files, const char *name)
{
    char *small = memory_text(name);
    uint32_t before = files->taken.count;
    for (char *at = small; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    bool is_new = intern_add(&files->taken, small, strlen(small)) == before;
    free(small);
    return is_new;
}

static char *name_file(struct patch_files *files, const struct finding *finding, const char *style,
                       const json_t *replaces)
{
    struct text base = {0};
    append_holder(&base, json_string_value(json_object_get(replaces, "holder")));
    text_format(&base, "-%s-%s-%.*s", finding->rule->id, style, FINGERPRINT_SHOWN, finding->fingerprint);
    /* Never a hidden file, nor a name that a command would take for an option. */
    const char *lead = strchr(LETTERS, base.data[0]) != NULL ? "" : "_";
    char *name = memory_print("%s%s.json", lead, base.data);
    for (unsigned number = 2; !claim(files, name); number++) {
        free(name);
        name = memory_print("%s%s-%u.json", lead, base.data, number);
    }
    text_free(&base);
    return name;
}

static json_t *entry_of(const struct finding_report *report, const struct finding *finding, json_t *notes,
                        const char *name)
{
    json_t *entry = json_object(), *told = json_copy(notes);
    const char *apply = json_string_value(json_object_get(notes, "apply"));
    json_put_text(entry, "file", name);
    json_put_text(entry, "finding", finding_report_id(report, finding));
    json_put_text(entry, "fingerprint", finding->fingerprint);
    json_put_text(entry, "severity", severity_word(finding->severity));
    json_put_text(entry, "account", finding->account);
    json_put_text(entry, "resource", finding->resource);
    if (apply != NULL) {
        char *command = patch_command_with(apply, name);
        json_put_text(told, "apply", command);
        free(command);
    }
    json_put_all(entry, told);
    json_decref(told);
    return entry;
}

static void take_new(struct patch_files *files, const struct finding_report *report, const struct finding *finding)
{
    const char *style;
    json_t *policy;
    json_object_foreach(finding->patch, style, policy)
    {
        json_t *notes = json_object_get(finding->patch_notes, style);
        char *name = name_file(files, finding, style, json_object_get(notes, "replaces"));
        char *text = json_words(policy, JSON_INDENT(2));
        ARRAY_ADD(files->list, files->count, files->room,
                  (struct patch_file){.name = name,
                                      .text = memory_print("%s\n", text),
                                      .entry = entry_of(report, finding, notes, name)});
        free(text);
    }
}

void patch_files_take(struct patch_files *files, const struct finding_report *report, size_t index)
{
    const struct finding *finding = &report->findings->list[index];
    const char *style;
    json_t *policy;
    ARRAY_REACH(files->findings, index, files->finding_room);
    struct taken_finding *taken = &files->findings[index];
    if (!taken->taken) {
        *taken = (struct taken_finding){.taken = true, .first = files->count};
        take_new(files, report, finding);
        taken->count = files->count - taken->first;
    }
    size_t place = taken->first;
    json_object_foreach(finding->patch, style, policy)
    {
        char *path = memory_print("%s/%s", files->folder, files->list[place++].name);
        json_put_text(json_object_get(finding->patch_notes, style), "file", path);
        free(path);
    }
}

static void say_written(const struct patch_files *files)
{
    if (files->count == 0)
        command_error("no tested patch for these findings; %s is an empty list", files->index);
    else
        command_error("%zu tested patch%s written to %s; " INDEX " there lists %s", files->count,
                      files->count == 1 ? "" : "es", files->folder, files->count == 1 ? "it" : "them");
}

/* In the order of the findings, whatever order they were shown in. */
static char *index_text(const struct patch_files *files, size_t findings)
{
    json_t *index = json_object(), *patches = json_array();
    for (size_t i = 0; i < findings; i++)
        for (size_t j = 0; j < files->findings[i].count; j++)
            json_add(patches, json_incref(files->list[files->findings[i].first + j].entry));
    json_put(index, "rolechain", json_integer(1));
    json_put(index, "patches", patches);
    char *words = json_words(index, JSON_INDENT(2)), *text = memory_print("%s\n", words);
    free(words);
    json_decref(index);
    return text;
}

bool patch_files_write(struct patch_files *files, const struct finding_report *report, bool quiet)
{
    for (size_t i = 0; i < report->standing; i++)
        if (i >= files->finding_room || !files->findings[i].taken)
            finding_release(finding_report_at(report, i));
    char *index = index_text(files, report->standing);
    struct folder_file *list = memory_zeroed(files->count + 1, sizeof *list);
    for (size_t i = 0; i < files->count; i++)
        list[i] = (struct folder_file){.name = files->list[i].name, .text = files->list[i].text};
    list[files->count] = (struct folder_file){.name = INDEX, .text = index};
    bool good = whole_folder_write(files->folder, list, files->count + 1);
    if (!good)
        command_error("%s: could not be written: %s", files->folder, command_reason(errno));
    else if (!quiet)
        say_written(files);
    free(list);
    free(index);
    return good;
}

void patch_files_free(struct patch_files *files)
{
    if (files == NULL)
        return;
    for (size_t i = 0; i < files->count; i++) {
        free(files->list[i].name);
        free(files->list[i].text);
        json_decref(files->list[i].entry);
    }
    free(files->list);
    free(files->findings);
    free(files->folder);
    free(files->index);
    intern_free(&files->taken);
    free(files);
}
