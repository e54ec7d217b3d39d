#include "analyzer/findings/suppressions.h"

#include "analyzer/findings/finding_names.h"
#include "graph/policy/condition.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DAY (24 * 60 * 60)
#define BLANKS " \t\r"

/* Cuts off the next word; NULL: end of the line. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, BLANKS);
    size_t length = strcspn(word, BLANKS);
    if (length == 0)
        return NULL;
    *at = word + length;
    if (**at != '\0')
        *(*at)++ = '\0';
    return word;
}

static bool is_made_of(const char *word, size_t length, const char *set)
{
    return strlen(word) == length && strspn(word, set) == length;
}

static bool is_fingerprint(const char *word)
{
    return is_made_of(word, 32, "0123456789abcdef");
}

static bool is_account(const char *word)
{
    return is_made_of(word, 12, "0123456789");
}

static bool read_day(const char *word, double *day)
{
    return strlen(word) == strlen("2027-01-31") && word[4] == '-' && word[7] == '-' && condition_parse_date(word, day);
}

/* What follows the id: [RESOURCE] [until DAY] because REASON. Returns what is wrong, or NULL. */
static const char *read_rest(char *at, double now, struct suppression *suppression)
{
    char *word = next_word(&at);
    double day;
    if (word != NULL && strcmp(word, "until") != 0 && strcmp(word, "because") != 0) {
        suppression->resource = word;
        word = next_word(&at);
    }
    if (word != NULL && strcmp(word, "until") == 0) {
        suppression->until = next_word(&at);
        if (suppression->until == NULL || !read_day(suppression->until, &day))
            return "expected a date after \"until\", such as until 2027-01-31";
        suppression->expired = now >= day + DAY;
        word = next_word(&at);
    }
    if (word == NULL)
        return "no reason given: end the line with \"because\" and the reason";
    if (strcmp(word, "because") != 0)
        return "expected ID [RESOURCE] [until YYYY-MM-DD] because REASON";
    at += strspn(at, BLANKS);
    for (size_t end = strlen(at); end > 0 && strchr(BLANKS, at[end - 1]) != NULL;)
        at[--end] = '\0';
    suppression->reason = at;
    return suppression->reason[0] == '\0' ? "no reason given after \"because\"" : NULL;
}

static bool read_line(const char *path, char *line, unsigned number, double now, struct suppressions *suppressions)
{
    struct suppression read = {.line = number};
    char where[300];
    read.what = next_word(&line);
    if (read.what == NULL || read.what[0] == '#')
        return true;
    snprintf(where, sizeof where, "%.280s:%u", path, number);
    if (!is_fingerprint(read.what) && !finding_name_check(where, read.what))
        return false;
    const char *wrong = read_rest(line, now, &read);
    if (wrong != NULL) {
        command_error("%s: %s", where, wrong);
        return false;
    }
    ARRAY_ADD(suppressions->list, suppressions->count, suppressions->room, read);
    return true;
}

static char *read_file(const char *path, size_t *length)
{
    struct text text = {0};
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "r");
    if (file == NULL) {
        memory_check_errno();
        command_error("%s: %s", path, command_reason(errno));
        return NULL;
    }
    bool good = text_append_file(&text, file, SIZE_MAX);
    int reason = errno;
    if (!standard)
        fclose(file);
    *length = text.length;
    if (good)
        return text_release(&text);
    command_error("%s: %s", path, command_reason(reason));
    text_free(&text);
    return NULL;
}

bool suppressions_read(const char *path, double now, struct suppressions *suppressions)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    size_t length = 0;
    unsigned number = 0;
    bool good;
    *suppressions = (struct suppressions){.path = path, .text = read_file(path, &length)};
    good = suppressions->text != NULL;
    json_t *valid = good && strlen(suppressions->text) == length ? json_string(suppressions->text) : NULL;
    if (good && valid == NULL) {
        command_error("%s: not a text file in UTF-8", path);
        good = false;
    }
    json_decref(valid);
    char *at = suppressions->text;
    if (good && strncmp(at, byte_order_mark, strlen(byte_order_mark)) == 0)
        at += strlen(byte_order_mark);
    while (good && at != NULL) {
        char *end = strchr(at, '\n');
        if (end != NULL)
            *end = '\0';
        good = read_line(path, at, ++number, now, suppressions);
        at = end != NULL ? end + 1 : NULL;
    }
    if (!good)
        suppressions_free(suppressions);
    return good;
}

void suppressions_free(struct suppressions *suppressions)
{
    free(suppressions->text);
    free(suppressions->list);
    *suppressions = (struct suppressions){0};
}

static bool hides(const struct suppression *suppression, const struct finding *finding)
{
    const char *resource = suppression->resource;
    if (!finding_is_named(finding, suppression->what) && !finding_has_fingerprint(finding, suppression->what))
        return false;
    return resource == NULL || (is_account(resource) ? strcmp(resource, finding->account) == 0
                                                     : pattern_matches(resource, finding->resource));
}

bool suppressions_need(const struct suppressions *suppressions, const struct finding_rule *rule)
{
    for (size_t i = 0; i < suppressions->count; i++) {
        const struct suppression *suppression = &suppressions->list[i];
        if (!suppression->expired &&
            (is_fingerprint(suppression->what) || finding_rule_is_named(rule, suppression->what)))
            return true;
    }
    return false;
}

void suppressions_apply(struct suppressions *suppressions, struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        for (size_t j = 0; j < suppressions->count; j++) {
            struct suppression *suppression = &suppressions->list[j];
            if (suppression->expired || !hides(suppression, &findings->list[i]))
                continue;
            suppression->used = true;
            if (findings->list[i].suppression == NULL)
                findings->list[i].suppression = suppression;
        }
}

void suppressions_report(const struct suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->count; i++) {
        const struct suppression *suppression = &suppressions->list[i];
        if (suppression->expired)
            command_error("%s:%u: expired on %s and accepts nothing any more: %s, because %s", suppressions->path,
                          suppression->line, suppression->until, suppression->what, suppression->reason);
        else if (!suppression->used)
            command_error("%s:%u: matches no finding: %s%s%s", suppressions->path, suppression->line, suppression->what,
                          suppression->resource != NULL ? " " : "",
                          suppression->resource != NULL ? suppression->resource : "");
    }
}

json_t *suppression_json(const struct suppression *suppression)
{
    json_t *object = json_object();
    json_put(object, "reason", json_text(suppression->reason));
    json_put(object, "line", json_integer(suppression->line));
    json_put_text(object, "until", suppression->until);
    return object;
}
