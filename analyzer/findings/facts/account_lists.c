#include "analyzer/findings/facts/account_lists.h"

#include "graph/policy/condition.h"
#include "ingest/policy/arn.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0

static bool fail(char **error, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(char **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    *error = memory_print_arguments(format, arguments);
    va_end(arguments);
    return false;
}

/* Numbers lose leading zeros. */
static bool read_id(const json_t *value, char id[13])
{
    if (json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) < 1000000000000)
        snprintf(id, 13, "%012lld", (long long)json_integer_value(value));
    else
        snprintf(id, 13, "%s", json_is_string(value) ? json_string_value(value) : "");
    return arn_is_account_id(id, strlen(id)) && (!json_is_string(value) || json_string_length(value) == 12);
}

/* ---- known accounts */

static const char *first_text(const json_t *value)
{
    const char *text = json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);
    return text != NULL ? text : "";
}

static bool add_known(struct account_lists *lists, const json_t *id, const json_t *entry, char **error)
{
    char digits[13];
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (!read_id(id, digits))
        return fail(error, "\"%s\" is not a 12-digit account ID", json_is_string(id) ? json_string_value(id) : "?");
    if (name == NULL)
        return fail(error, "account %s: expected an object with \"name\"", digits);
    const json_t *enabled = json_object_get(entry, "enabled");
    json_t *row = json_object();
    json_put(row, "name", json_text(name));
    json_put(row, "source", json_text(first_text(json_object_get(entry, "source"))));
    json_put(row, "aws", json_boolean(strcmp(first_text(json_object_get(entry, "type")), "aws") == 0));
    json_put(row, "enabled", json_boolean(!json_is_false(enabled)));
    json_put(lists->known, digits, row);
    return true;
}

bool account_lists_know(struct account_lists *lists, const json_t *document, char **error)
{
    json_t *accounts = json_is_object(document) ? json_object_get(document, "accounts") : NULL;
    const char *id;
    json_t *entry, *number;
    size_t i, j;
    bool good = true;
    *error = NULL;
    if (lists->known == NULL)
        lists->known = json_object();
    if (!json_is_object(accounts) && !json_is_array(document))
        return fail(error, "expected {\"accounts\": {\"ID\": {\"name\": …}}}, or the list of known_aws_accounts as "
                           "JSON: [{\"name\": …, \"accounts\": [\"ID\"]}]");
    json_object_foreach(accounts, id, entry)
    {
        json_t *text = json_text(id);
        good = good && add_known(lists, text, entry, error);
        json_decref(text);
    }
    if (json_is_array(document))
        json_array_foreach(document, i, entry)
        {
            json_t *numbers = json_object_get(entry, "accounts");
            if (good && !json_is_array(numbers))
                good = fail(error, "/%zu: expected an object with \"name\" and \"accounts\"", i);
            json_array_foreach(numbers, j, number) good = good && add_known(lists, number, entry, error);
        }
    return good;
}

bool account_is_known(const struct account_lists *lists, const char *id, struct known_account *account)
{
    const json_t *row = lists != NULL ? json_object_get(lists->known, id) : NULL;
    if (row == NULL)
        return false;
    *account = (struct known_account){
        json_string_value(json_object_get(row, "name")), json_string_value(json_object_get(row, "source")),
        json_is_true(json_object_get(row, "aws")), json_is_true(json_object_get(row, "enabled"))};
    return true;
}

/* ---- trusted accounts */

static bool add_trusted(struct account_lists *lists, const json_t *id, const char *owner, const char *expires,
                        char **error)
{
    char digits[13];
    double date;
    if (!read_id(id, digits))
        return fail(error, "\"%s\" is not a 12-digit account ID", json_is_string(id) ? json_string_value(id) : "?");
    if (owner == NULL || owner[0] == '\0')
        return fail(error, "account %s: expected an owner", digits);
    if (expires != NULL && expires[0] != '\0' &&
        (strlen(expires) != 10 || expires[4] != '-' || !condition_parse_date(expires, &date)))
        return fail(error, "account %s: expected a date like 2027-01-31, not \"%s\"", digits, expires);
    json_t *row = json_object();
    json_put(row, "owner", json_text(owner));
    json_put(row, "expires", json_text(expires != NULL ? expires : ""));
    json_put(lists->trusted, digits, row);
    return true;
}

static bool trust_json(struct account_lists *lists, json_t *document, char **error)
{
    json_t *accounts = json_is_object(document) ? json_object_get(document, "accounts") : document;
    const char *key;
    json_t *entry;
    size_t i;
    bool good = true;
    if (json_is_object(accounts) && accounts != document) {
        json_object_foreach(accounts, key, entry)
        {
            json_t *id = json_text(key);
            good = good && add_trusted(lists, id, json_string_value(json_object_get(entry, "owner")),
                                       json_string_value(json_object_get(entry, "expires")), error);
            json_decref(id);
        }
        return good;
    }
    if (!json_is_array(accounts))
        return fail(error, "expected [{\"id\": …, \"owner\": …, \"expires\": …}]");
    json_array_foreach(accounts, i, entry) good =
        good && add_trusted(lists, json_object_get(entry, "id"), json_string_value(json_object_get(entry, "owner")),
                            json_string_value(json_object_get(entry, "expires")), error);
    return good;
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t\r\"");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\"", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

static bool trust_lines(struct account_lists *lists, char *text, char **error)
{
    bool good = true;
    unsigned number = 0;
    for (char *line; good && (line = strsep(&text, "\n")) != NULL;) {
        number++;
        line[strcspn(line, "#")] = '\0';
        char *rest = line, *id = trimmed(strsep(&rest, ",")), *owner = rest != NULL ? strsep(&rest, ",") : NULL;
        if (id[0] == '\0' || (number == 1 && strcasecmp(id, "id") == 0))
            continue;
        json_t *value = json_text(id);
        char *problem = NULL;
        good = add_trusted(lists, value, owner != NULL ? trimmed(owner) : NULL, rest != NULL ? trimmed(rest) : NULL,
                           &problem);
        json_decref(value);
        if (!good)
            fail(error, "line %u: %s", number, problem);
        free(problem);
    }
    return good;
}

bool account_lists_trust(struct account_lists *lists, const char *text, char **error)
{
    const char *start = text + strspn(text, " \t\r\n");
    json_error_t where;
    *error = NULL;
    if (lists->trusted == NULL)
        lists->trusted = json_object();
    if (*start != '{' && *start != '[') {
        char *copy = memory_text(text);
        bool good = trust_lines(lists, copy, error);
        free(copy);
        return good;
    }
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    bool good = document != NULL ? trust_json(lists, document, error)
                                 : fail(error, "%d:%d: %s", where.line, where.column, where.text);
    json_decref(document);
    return good;
}

bool account_is_trusted(const struct account_lists *lists, const char *id, struct trusted_account *account)
{
    const json_t *row = lists != NULL ? json_object_get(lists->trusted, id) : NULL;
    double date;
    if (row == NULL)
        return false;
    *account = (struct trusted_account){json_string_value(json_object_get(row, "owner")),
                                        json_string_value(json_object_get(row, "expires")), false};
    account->expired = condition_parse_date(account->expires, &date) && lists->now >= date + DAY;
    return true;
}

void account_lists_free(struct account_lists *lists)
{
    json_decref(lists->known);
    json_decref(lists->trusted);
    *lists = (struct account_lists){0};
}

/* ---- the options */

static bool report(const char *path, char *error)
{
    command_error("%s: %s", path, error);
    free(error);
    return false;
}

static bool read_known(struct account_lists *lists, const char *path)
{
    json_error_t where;
    char *error = NULL;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (document == NULL) {
        if (where.line < 0) /* the file could not be opened */
            memory_check_errno();
        if (where.line < 0)
            command_error("%s: %s", path, command_reason(errno));
        else
            command_error("%s:%d:%d: %s", path, where.line, where.column, where.text);
        return false;
    }
    bool good = account_lists_know(lists, document, &error);
    json_decref(document);
    return good || report(path, error);
}

static bool read_trusted(struct account_lists *lists, const char *path)
{
    struct text text = {0};
    char *error = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        memory_check_errno();
        command_error("%s: %s", path, command_reason(errno));
        return false;
    }
    bool good = text_append_file(&text, file, SIZE_MAX);
    if (!good)
        command_error("%s: %s", path, command_reason(errno));
    fclose(file);
    if (good && !account_lists_trust(lists, text.data != NULL ? text.data : "", &error))
        good = report(path, error);
    text_free(&text);
    return good;
}

bool account_lists_read(const struct command_line *line, double now, struct account_lists *lists)
{
    const char *const *paths;
    *lists = (struct account_lists){.now = now};
    size_t count = command_line_values(line, "known-accounts", &paths);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = read_known(lists, paths[i]);
    count = command_line_values(line, "trusted-accounts", &paths);
    for (size_t i = 0; good && i < count; i++)
        good = read_trusted(lists, paths[i]);
    if (!good)
        account_lists_free(lists);
    return good;
}
