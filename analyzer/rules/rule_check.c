#include "analyzer/rules/rule_check.h"

#include "analyzer/rules/rule_parser.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MOST_BYTES (16u << 20)

/* False with errno. */
static bool read_whole(const char *path, struct text *text)
{
    FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    bool good = stream != NULL && text_append_file(text, stream, MOST_BYTES);
    int failure = errno;
    if (stream != NULL && stream != stdin)
        fclose(stream);
    errno = failure;
    return good;
}

bool rules_read(const char *path, struct rule_file *file)
{
    struct text text = {0};
    struct rule_errors errors = {0};
    *file = (struct rule_file){.path = path};
    bool good = read_whole(path, &text);
    if (!good)
        command_error("%s: cannot be read: %s", path, command_reason(errno));
    else
        good = rules_parse(text.data, text.length, file, &errors);
    for (uint32_t i = 0; i < errors.count; i++)
        command_error("%s:%u:%u: %s", path, errors.list[i].place.line, errors.list[i].place.column,
                      errors.list[i].text);
    if (good && file->rule_count == 0) {
        command_error("%s: no rule in it; `rolechain check --example` prints some", path);
        good = false;
    }
    if (!good)
        rule_file_free(file);
    rule_errors_free(&errors);
    text_free(&text);
    return good;
}

bool rules_check(struct analysis *analysis, const struct rule_file *file, struct rule_results *results)
{
    struct rule_sets sets;
    *results = (struct rule_results){0};
    bool good = rule_sets_open(&sets, analysis, file);
    if (good)
        rules_judge(analysis, file, &sets, results);
    rule_sets_close(&sets);
    return good;
}
