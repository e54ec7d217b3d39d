#include "analyzer/findings/finding_names.h"

#include "analyzer/command_line/command.h"
#include "ingest/support/likeness.h"
#include <string.h>

#define MAXIMUM_RULES 128
#define MAXIMUM_CODES 64

bool finding_is_named(const struct finding *finding, const char *name)
{
    size_t length = strlen(finding->rule->id);
    return strncmp(name, finding->rule->id, length) == 0 &&
           (name[length] == '\0' || (name[length] == '/' && strcmp(name + length + 1, finding->code) == 0));
}

bool finding_rule_is_named(const struct finding_rule *rule, const char *name)
{
    size_t length = strcspn(name, "/");
    return strlen(rule->id) == length && strncmp(name, rule->id, length) == 0;
}

const struct finding_rule *finding_rule_find(const char *where, const char *id, size_t length)
{
    const char *names[MAXIMUM_RULES];
    size_t count, known = 0;
    const struct finding_rule *rules = finding_rules(&count);
    for (; known < count && known < MAXIMUM_RULES; known++) {
        names[known] = rules[known].id;
        if (strlen(names[known]) == length && strncmp(names[known], id, length) == 0)
            return &rules[known];
    }
    const char *nearest = nearest_name(id, names, known);
    if (nearest != NULL)
        command_error("%s: no finding \"%s\"; did you mean %s?", where, id, nearest);
    else
        command_error("%s: no finding \"%s\"; see rolechain findings --list", where, id);
    return NULL;
}

static bool check_code(const char *where, const struct finding_rule *rule, const char *code)
{
    const char *codes[MAXIMUM_CODES];
    size_t count = 0;
    for (; count < MAXIMUM_CODES && (codes[count] = finding_rule_code(rule, count)) != NULL; count++)
        if (strcmp(codes[count], code) == 0)
            return true;
    const char *nearest = count > 0 ? nearest_name(code, codes, count) : NULL;
    if (count == 0)
        command_error("%s: %s has no sub-codes; say %s", where, rule->id, rule->id);
    else if (nearest != NULL)
        command_error("%s: %s has no sub-code \"%s\"; did you mean %s/%s?", where, rule->id, code, rule->id, nearest);
    else
        command_error("%s: %s has no sub-code \"%s\"; see rolechain findings --describe %s", where, rule->id, code,
                      rule->id);
    return false;
}

bool finding_name_check(const char *where, const char *name)
{
    size_t length = strcspn(name, "/");
    const struct finding_rule *rule = finding_rule_find(where, name, length);
    return rule != NULL && (name[length] == '\0' || check_code(where, rule, name + length + 1));
}
