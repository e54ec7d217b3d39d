/*
 * Names in a statement that match nothing in AWS: actions, principals, condition keys and their values, compared with
 * the tables of this version (known_actions.h, services.h, context_key.h, key_values.h). Unknown services as principals
 * are reported by the finding service-principal-unknown.
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/key_values.h"
#include "ingest/policy/known_actions.h"
#include "ingest/policy/operators.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

/* Longest quoted part of a name. */
#define SHOWN 150

/* The statement being checked. */
struct naming {
    struct policy_reader *reader;
    bool allow, trust;
};

static bool is_unresolved(const char *name)
{
    return context_key_is_put_off(name) || strstr(name, POLICY_UNKNOWN_PART) != NULL;
}

/* facts: without the name, which comes first. */
static void report(const struct naming *naming, enum problem_severity severity, enum policy_problem_code code,
                   const char *member, const char *name, enum policy_words words, const char *facts[POLICY_FACTS])
{
    char pointer[320], shown[SHOWN + 1];
    snprintf(pointer, sizeof pointer, "/%s/%.*s", member, text_prefix(name, 180), name);
    snprintf(shown, sizeof shown, "%.*s", text_prefix(name, SHOWN), name);
    if (facts[0] == NULL)
        facts[0] = shown;
    policy_report(naming->reader, severity, code, pointer, words, facts);
}

/* ---- actions */

static void check_action(const struct naming *naming, const char *member, const char *action)
{
    bool not = member[0] == 'N',
         reported = !policy_action_has_service(action) || (naming->trust && !not &&strncasecmp(action, "sts:", 4) != 0);
    char buffer[160];
    if (reported || known_action_matches(action) || is_unresolved(action))
        return;
    const char *near = known_action_nearest(action, buffer, sizeof buffer);
    enum policy_words effect = not ? (naming->allow ? WORDS_ACTION_LEFT_OUT : WORDS_ACTION_EXEMPTED)
                                   : (naming->allow ? WORDS_ACTION_ALLOWED : WORDS_ACTION_DENIED);
    const char *facts[POLICY_FACTS] = {NULL, ACTIONS_AS_OF, near, policy_words_id(effect)};
    enum problem_severity severity = not || (naming->allow && naming->trust) ? PROBLEM_WARNING
                                     : naming->allow                         ? PROBLEM_NOTE
                                                                             : PROBLEM_ERROR;
    report(naming, severity, GRAMMAR_UNKNOWN_ACTION, member, action, WORDS_ACTION_UNKNOWN, facts);
}

/* ---- principals */

/* The text, trimmed; NULL: there is nothing to trim, or nothing would be left. */
static const char *trimmed(const char *value, char *buffer, size_t size)
{
    static const char space[] = " \t\r\n";
    const char *begin = value + strspn(value, space), *end = value + strlen(value);
    while (end > begin && strchr(space, end[-1]) != NULL)
        end--;
    if ((begin == value && *end == '\0') || begin == end || (size_t)(end - begin) >= size)
        return NULL;
    snprintf(buffer, size, "%.*s", (int)(end - begin), begin);
    return buffer;
}

/* Adds the kind of principal that its resource may mean. */
static const char *nearest_arn(const struct arn *arn, const char *value, char *buffer, size_t size)
{
    static const char *const kinds[] = {"root", "user", "role", "assumed-role", "federated-user"};
    char kind[32];
    size_t length = 0;
    while (length < arn->resource.length && arn->resource.at[length] != '/')
        length++;
    if (length >= sizeof kind)
        return NULL;
    snprintf(kind, sizeof kind, "%.*s", (int)length, arn->resource.at);
    const char *near = nearest_name_close(kind, kinds, sizeof kinds / sizeof kinds[0]);
    if (near == NULL || strcmp(near, kind) == 0)
        return NULL;
    int used =
        snprintf(buffer, size, "%.*s%s%s", (int)(arn->resource.at - value), value, near, arn->resource.at + length);
    return (size_t)used < size ? buffer : NULL;
}

/* For a principal with nothing wrong. */
#define NO_FAULT WORDS_OF_POLICIES

/* What is wrong with an AWS principal; NO_FAULT also if that is reported elsewhere. *near: what was probably meant. */
static enum policy_words aws_fault(const char *value, const char **near, char *buffer, size_t size)
{
    struct arn arn;
    size_t length = strlen(value);
    if ((length > 0 && strspn(value, "0123456789") == length) || strpbrk(value, "*?") != NULL ||
        arn_is_unique_id(value, length))
        return NO_FAULT;
    if ((*near = trimmed(value, buffer, size)) != NULL)
        return WORDS_SPACE_AROUND;
    if (strstr(value, ".amazonaws.com") != NULL && strchr(value, ':') == NULL)
        return WORDS_UNDER_SERVICE;
    if (!arn_parse(value, length, &arn)) {
        if (strncasecmp(value, "arn:", 4) == 0)
            return WORDS_NOT_AN_ARN;
        return WORDS_ARN_EXPECTED;
    }
    if (!arn_is_account_id(arn.account.at, arn.account.length) || arn.kind == ARN_GROUP)
        return NO_FAULT;
    if (arn.kind == ARN_SAML_PROVIDER || arn.kind == ARN_OIDC_PROVIDER)
        return WORDS_UNDER_FEDERATED;
    if (arn.kind == ARN_ACCOUNT_ROOT || arn.kind == ARN_USER || arn.kind == ARN_ROLE || arn.kind == ARN_ROLE_SESSION ||
        arn.kind == ARN_FEDERATED_USER)
        return NO_FAULT;
    *near = nearest_arn(&arn, value, buffer, size);
    if (span_equals(arn.service, "sts") && arn.resource.length > 12 && memcmp(arn.resource.at, "assumed-role", 12) == 0)
        return WORDS_SESSION_ARN;
    return WORDS_ARN_OF_NO_PRINCIPAL;
}

static enum policy_words federated_fault(const char *value, const char **near)
{
    static const char *const built_in[] = {"accounts.google.com", "cognito-identity.amazonaws.com",
                                           "graph.facebook.com", "www.amazon.com"};
    struct arn arn;
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++)
        if (strcmp(value, built_in[i]) == 0)
            return NO_FAULT;
    if (arn_parse(value, strlen(value), &arn) && (arn.kind == ARN_SAML_PROVIDER || arn.kind == ARN_OIDC_PROVIDER))
        return strpbrk(value, "*?") != NULL ? WORDS_NO_WILDCARDS_HERE : NO_FAULT;
    *near = nearest_name_close(value, built_in, sizeof built_in / sizeof built_in[0]);
    return WORDS_NO_SUCH_PROVIDER;
}

static void check_principal(const struct naming *naming, const char *member, const char *kind, const char *value)
{
    char buffer[300];
    const char *near = NULL;
    enum policy_words fault = strcmp(kind, "AWS") == 0         ? aws_fault(value, &near, buffer, sizeof buffer)
                              : strcmp(kind, "Federated") == 0 ? federated_fault(value, &near)
                              : strcmp(kind, "Service") == 0   ? NO_FAULT
                                                               : WORDS_CANONICAL_USER;
    if (fault == NO_FAULT || is_unresolved(value))
        return;
    bool not = member[0] == 'N';
    enum policy_words effect = not             ? WORDS_PRINCIPAL_LEFT_OUT
                               : naming->allow ? WORDS_PRINCIPAL_ALLOWED
                                               : WORDS_PRINCIPAL_DENIED;
    const char *facts[POLICY_FACTS] = {NULL, policy_words_id(fault), near, policy_words_id(effect),
                                       CONDITION_KEYS_AS_OF};
    report(naming, !not &&!naming->allow ? PROBLEM_ERROR : PROBLEM_WARNING, GRAMMAR_UNKNOWN_PRINCIPAL, member, value,
           WORDS_PRINCIPAL_UNKNOWN, facts);
}

/* ---- conditions */

/* When a condition is true if none of its values can match, or if no call has its key. */
enum holding { HOLDS_NEVER, HOLDS_ALWAYS, HOLDS_WITHOUT_KEY };

static enum holding holding_without_key(const struct condition_name *name, const struct policy_json *values)
{
    if (name->op->family == CONDITION_NULL)
        return strcasecmp(values->first->text, "true") == 0 ? HOLDS_ALWAYS : HOLDS_NEVER;
    if (name->set != CONDITION_SINGLE)
        return name->set == CONDITION_FOR_ALL_VALUES ? HOLDS_ALWAYS : HOLDS_NEVER;
    return name->if_exists || name->op->negated ? HOLDS_ALWAYS : HOLDS_NEVER;
}

static enum holding holding_without_match(const struct condition_name *name)
{
    if (name->op->negated)
        return HOLDS_ALWAYS;
    return name->set == CONDITION_FOR_ALL_VALUES || (name->set == CONDITION_SINGLE && name->if_exists)
               ? HOLDS_WITHOUT_KEY
               : HOLDS_NEVER;
}

static enum problem_severity effect_of(const struct naming *naming, enum holding holding, enum policy_words *effect)
{
    static const enum policy_words effects[2][3] = {{WORDS_DENY_NEVER, WORDS_DENY_ALWAYS, WORDS_DENY_WITHOUT_KEY},
                                                    {WORDS_ALLOW_NEVER, WORDS_ALLOW_ALWAYS, WORDS_ALLOW_WITHOUT_KEY}};
    static const enum problem_severity severities[2][3] = {{PROBLEM_ERROR, PROBLEM_WARNING, PROBLEM_ERROR},
                                                           {PROBLEM_WARNING, PROBLEM_ERROR, PROBLEM_WARNING}};
    *effect = effects[naming->allow][holding];
    return severities[naming->allow][holding];
}

/* For one value among others that may match. */
static enum problem_severity small_effect_of(const struct naming *naming, bool negated, enum policy_words *effect)
{
    *effect = naming->allow ? (negated ? WORDS_VALUE_EXCLUDES : WORDS_VALUE_ALLOWS)
                            : (negated ? WORDS_VALUE_EXEMPTS : WORDS_VALUE_DENIES);
    return naming->allow == negated ? PROBLEM_WARNING : PROBLEM_NOTE;
}

static void check_key(const struct naming *naming, const char *operator_name, const struct condition_name *name,
                      const char *key, const struct policy_json *values)
{
    char buffer[160], member[80];
    enum policy_words effect;
    const char *near = context_key_nearest(key, buffer, sizeof buffer);
    enum problem_severity severity = effect_of(naming, holding_without_key(name, values), &effect);
    const char *facts[POLICY_FACTS] = {NULL, CONDITION_KEYS_AS_OF, near, operator_name, policy_words_id(effect)};
    snprintf(member, sizeof member, "Condition/%.60s", operator_name);
    report(naming, severity, GRAMMAR_UNKNOWN_CONDITION_KEY, member, key, WORDS_KEY_UNKNOWN, facts);
}

static void check_values(const struct naming *naming, const char *operator_name, const struct condition_name *name,
                         const char *key, const struct policy_json *values)
{
    char why[300], other[300], member[80];
    size_t wrong = 0;
    const char *first = NULL;
    for (const struct policy_json *one = values->first; one != NULL; one = one->next) {
        const char *value = one->text;
        if (key_value_possible(key, name->op, value, first == NULL ? why : other, sizeof why))
            continue;
        first = first == NULL ? value : first;
        wrong++;
    }
    if (wrong == 0)
        return;
    char value[SHOWN + 1], shown_key[SHOWN + 1], more[24] = "";
    enum policy_words effect;
    snprintf(value, sizeof value, "%.*s", text_prefix(first, SHOWN), first);
    snprintf(shown_key, sizeof shown_key, "%.*s", text_prefix(key, SHOWN), key);
    if (wrong > 1)
        snprintf(more, sizeof more, "%zu", wrong - 1);
    enum problem_severity severity = wrong == values->count ? effect_of(naming, holding_without_match(name), &effect)
                                                            : small_effect_of(naming, name->op->negated, &effect);
    const char *facts[POLICY_FACTS] = {value, more, shown_key, operator_name, policy_words_id(effect), why};
    snprintf(member, sizeof member, "Condition/%.60s", operator_name);
    report(naming, severity, GRAMMAR_IMPOSSIBLE_VALUE, member, key, WORDS_VALUE_IMPOSSIBLE, facts);
}

static void check_conditions(const struct naming *naming, const char *operator_name, const struct policy_json *keys)
{
    struct condition_name name;
    if (!condition_name_parse(operator_name, &name))
        return;
    for (const struct policy_json *values = keys->first; values != NULL; values = values->next) {
        const char *key = values->name;
        if (values->count == 0 || is_unresolved(key) || strstr(key, "${") != NULL)
            continue;
        if (context_key_is_known(key))
            check_values(naming, operator_name, &name, key, values);
        else
            check_key(naming, operator_name, &name, key, values);
    }
}

/* ---- all of it */

static const struct policy_json *first_of(const struct policy_json *body, const char *member)
{
    const struct policy_json *value = policy_json_member(body, member, strlen(member));
    return value != NULL ? value->first : NULL;
}

static void each_text(const struct naming *naming, const struct policy_json *body, const char *member)
{
    for (const struct policy_json *one = first_of(body, member); one != NULL; one = one->next)
        check_action(naming, member, one->text);
}

static void each_principal(const struct naming *naming, const struct policy_json *body, const char *member)
{
    for (const struct policy_json *list = first_of(body, member); list != NULL; list = list->next)
        for (const struct policy_json *one = list->first; one != NULL; one = one->next)
            check_principal(naming, member, list->name, one->text);
}

void policy_check_names(struct policy_reader *reader, const struct policy_statement *statement,
                        const struct policy_json *body)
{
    if (statement->effect == NULL || statement->broken != NULL)
        return;
    const struct naming naming = {reader, strcmp(statement->effect, "Allow") == 0, reader->kind == POLICY_TRUST};
    each_text(&naming, body, "Action");
    each_text(&naming, body, "NotAction");
    if (naming.trust) {
        each_principal(&naming, body, "Principal");
        each_principal(&naming, body, "NotPrincipal");
    }
    for (const struct policy_json *keys = first_of(body, "Condition"); keys != NULL; keys = keys->next)
        check_conditions(&naming, keys->name, keys);
}
