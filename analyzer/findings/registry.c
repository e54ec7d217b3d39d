#include "analyzer/findings/rules.h"

#include <stddef.h>
#include <string.h>

const char *const finding_code_words[] = {
    [FINDING_NO_CODE] = "",
#define NONE
#define CODES_FROM(function)
#define PATCH(function)
#define FINDING(id, severity, title, why, fix, reference, rule, codes, patch) [rule##_codes] = NULL,
#define PART(function)
#define CODE(name, word) [name] = word, /* NOLINT(bugprone-macro-parentheses): a designator takes none */
#include "analyzer/findings/registry.def"
    [FINDING_CODE_END] = NULL,
};

static const struct finding_rule rules[] = {
#define NONE NULL
#define CODES_FROM(function) function
#define PATCH(function) function
#define FINDING(id, severity, title, why, fix, reference, rule, codes, patch)                                          \
    {id, severity, title, why, fix, reference, rule, &finding_code_words[rule##_codes + 1], codes, patch},
#define PART(function)
#define CODE(name, word)
#include "analyzer/findings/registry.def"
};

const struct finding_rule *finding_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

bool finding_has_code(const struct finding *finding, enum finding_code code)
{
    return strcmp(finding->code, finding_code_words[code]) == 0;
}

const char *finding_rule_code(const struct finding_rule *rule, size_t index)
{
    if (rule->code_at != NULL)
        return rule->code_at(index);
    for (size_t i = 0; i < index; i++)
        if (rule->codes[i] == NULL)
            return NULL;
    return rule->codes[index];
}
