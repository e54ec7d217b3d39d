#include "analyzer/findings/rules.h"

#include <stddef.h>
#include <string.h>

const char *const finding_code_words[] = {
    [FINDING_NO_CODE] = "",
#define FINDING(id, severity, title, why, fix, reference, rule, codes, patch) [rule##_codes] = NULL,
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
#include "analyzer/findings/registry.def"
};

/* By sub-code, and by the entry before a rule's first code. */
static const enum danger_who users[] = {
#define USED_BY(place, who) [place] = who, /* NOLINT(bugprone-macro-parentheses): a designator takes none */
#include "analyzer/findings/registry.def"
    [FINDING_CODE_END] = DANGER_BY_FACTS,
};

/* By the entry before a rule's first sub-code. */
static const bool of_no_trust[] = {
#define OF_NO_TRUST(place) [place] = true, /* NOLINT(bugprone-macro-parentheses): a designator takes none */
#include "analyzer/findings/registry.def"
    [FINDING_CODE_END] = false,
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

enum danger_who finding_used_by(const struct finding *finding)
{
    size_t rule = (size_t)(finding->rule->codes - finding_code_words) - 1, place = rule;
    for (size_t i = 0; finding->rule->codes[i] != NULL; i++)
        if (strcmp(finding->rule->codes[i], finding->code) == 0)
            place = rule + 1 + i;
    return users[place] != DANGER_BY_FACTS ? users[place] : users[rule];
}

bool finding_rule_is_of_trusts(const struct finding_rule *rule)
{
    return !of_no_trust[(size_t)(rule->codes - finding_code_words) - 1];
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
