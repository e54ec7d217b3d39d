/*
 * Conditions and resources of a statement, as constraints on one call.
 */
#include "graph/decision/request_inside.h"

#include "graph/policy/condition_values.h"
#include "graph/policy/pattern.h"
#include "ingest/support/memory.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

constraint request_literal(struct constraint_pool *pool, struct condition_name name, const char *key,
                           const char *const *values, uint32_t count)
{
    return constraint_atom(pool, &name, key, "", values, count);
}

/* Whether the key can have a value that the policy's value describes: impossible alternatives are left out. */
static bool in_domain(const struct context_key *about, const struct condition_operator *op, const char *value)
{
    bool open = false;
    int length = 0;
    if (op->family != CONDITION_STRING || about->domain != KEY_TEXT || context_key_is_put_off(value))
        return true;
    for (; *value != '\0'; value++) {
        bool escaped = *value == PATTERN_ESCAPE && value[1] != '\0';
        unsigned char byte = (unsigned char)*(escaped ? ++value : value);
        if (!escaped && op->glob && byte == '*') {
            open = true;
            continue;
        }
        length++;
        if ((!escaped && op->glob && byte == '?') || context_key_allows_byte(about, byte))
            continue;
        if (!op->folds_case || (!context_key_allows_byte(about, (unsigned char)tolower(byte)) &&
                                !context_key_allows_byte(about, (unsigned char)toupper(byte))))
            return false;
    }
    return (about->longest == 0 || length <= about->longest) && (open || length >= about->shortest);
}

/* Subjects of Kubernetes, whoever the issuer is, hold names of namespaces and service accounts, which are lower-case
 * DNS names. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
static bool is_no_service_account(const char *value)
{
    static const char prefix[] = "system:serviceaccount:";
    return strncmp(value, prefix, sizeof prefix - 1) == 0 && strpbrk(value, "*?") != NULL;
}

/* In a principal's ARN, only the path can contain '*' or '?'. */
static bool is_no_principal(const char *value)
{
    const char *path = strchr(value, '/'), *name = strrchr(value, '/'), *wildcard = strpbrk(value, "*?");
    return wildcard != NULL && (path == NULL || wildcard < path || strpbrk(name, "*?") != NULL);
}

/* Whether the value has '*' or '?' as plain characters where the key cannot have them. */
static bool has_misplaced_wildcard(const struct context_key *about, const struct condition_operator *op,
                                   const char *value)
{
    if (op->family != CONDITION_STRING || op->glob)
        return false;
    return about->source == SOURCE_PRINCIPAL_ARN ? is_no_principal(value)
                                                 : about->class == KEY_PROVIDER && is_no_service_account(value);
}

/* TRUE or FALSE if the key's domain decides it. */
static constraint decided_atom(struct constraint_pool *pool, constraint atom)
{
    if (constraint_satisfiable(pool, atom) == CONSTRAINT_NO)
        return CONSTRAINT_FALSE;
    if (constraint_satisfiable(pool, constraint_not(pool, atom)) == CONSTRAINT_NO)
        return CONSTRAINT_TRUE;
    return atom;
}

/* An atom on an unknown key; TRUE or FALSE if the key's domain decides it. */
static constraint unknown_atom(const struct request *request, const struct condition_name *name,
                               const struct key_value *value, const char *const *values, uint32_t count)
{
    struct constraint_pool *pool = request->pool;
    const char **possible = arena_allocate_array(request->arena, count, sizeof *possible);
    const struct context_key *about = context_key_find(value->key);
    uint32_t possible_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (value->prefix[0] != '\0' || values[i] == NULL ||
            (in_domain(about, name->op, values[i]) && !has_misplaced_wildcard(about, name->op, values[i])))
            possible[possible_count++] = values[i];
    if (possible_count == 0 && count > 0) {
        static const char *const nothing[] = {NULL};
        constraint never = decided_atom(pool, constraint_atom(pool, name, value->key, value->prefix, nothing, 1));
        if (never <= CONSTRAINT_TRUE)
            return never;
    } else {
        values = possible;
        count = possible_count;
    }
    return decided_atom(pool, constraint_atom(pool, name, value->key, value->prefix, values, count));
}

/* Whether all values name the exported organization (or paths in it), without a wildcard before the end of its ID. */
static bool all_ours(const struct request *request, const char *const *values, uint32_t count)
{
    const char *ours = request->model->organization;
    size_t length = ours != NULL ? strlen(ours) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (length == 0 || values[i] == NULL || strncmp(values[i], ours, length) != 0 ||
            (values[i][length] != '\0' && values[i][length] != '/'))
            return false;
    return count > 0;
}

static constraint decide_value(const struct request *request, const struct condition_name *name,
                               const struct key_value *value, const char *const *values, uint32_t count)
{
    if (value->state == VALUE_KNOWN)
        return constraint_of(condition_holds(name, value->values, value->count, values, count));
    bool if_absent = condition_holds(name, NULL, 0, values, count);
    if (value->not_ours && name->op->family != CONDITION_NULL && all_ours(request, values, count)) {
        static const char *const foreign[] = {"-"};
        bool if_foreign = condition_holds(name, foreign, 1, values, count);
        if (if_absent == if_foreign)
            return constraint_of(if_absent);
    }
    if (value->state == VALUE_EITHER) {
        bool if_present = condition_holds(name, value->values, value->count, values, count);
        if (if_absent == if_present)
            return constraint_of(if_absent);
        static const char *const yes[] = {"true"};
        if (if_absent)
            return request_literal(request->pool, condition_plain(OPERATOR_NULL), value->key, yes, 1);
    }
    return unknown_atom(request, name, value, values, count);
}

/* A comparison with a value that is itself unknown: a relation between two unknowns. */
static constraint relation(const struct request *request, const struct statement_condition *condition,
                           const char *written)
{
    const char *set = condition->name.set == CONDITION_FOR_ALL_VALUES  ? "every "
                      : condition->name.set == CONDITION_FOR_ANY_VALUE ? "some "
                                                                       : "";
    char *words = memory_print("%s%s %s \"%s\"", set, condition->key, condition->name.op->symbol, written);
    constraint fact = constraint_fact_of(request->pool, FACT_OF_CALL, words);
    free(words);
    return fact;
}

/* aws:EpochTime is aws:CurrentTime in seconds: comparing the numbers is comparing the dates. */
static struct condition_name name_of_time(const struct statement_condition *condition)
{
    struct condition_name result = condition->name;
    for (uint32_t i = 0; i < condition->value_count; i++)
        if (strspn(condition->values[i], "0123456789") != strlen(condition->values[i]))
            return result;
    if (result.op->of_dates != OPERATOR_NONE)
        result.op = &condition_operators[result.op->of_dates];
    return result;
}

/* A value that is only known after deployment is the same text in every call. If the key is open too, the value stays
 * in the condition like any other. */
static bool is_text_put_off(const struct key_value *value, const char *written)
{
    return value->state == VALUE_UNKNOWN && value->prefix[0] == '\0' && context_key_is_put_off(written);
}

constraint request_condition(const struct request *request, const struct statement_condition *condition, bool variables)
{
    const struct condition_operator *op = condition->name.op;
    const struct condition_values *by_text = condition->by_text;
    struct key_value value = request_value_of(request, condition->about, condition->key);
    if (by_text != NULL && value.state == VALUE_KNOWN && !(variables && op->variables && by_text->variables))
        return constraint_of(condition_values_hold(by_text, &condition->name, value.values, value.count));
    const char **values = arena_allocate_array(request->arena, condition->value_count, sizeof *values);
    constraint open = CONSTRAINT_FALSE;
    uint32_t count = 0;
    struct condition_name name = condition->name;
    if (condition->about->relation == RELATED_EPOCH_TIME)
        name = name_of_time(condition);
    for (uint32_t i = 0; i < condition->value_count; i++) {
        const char *replaced = condition->values[i];
        enum substitution state =
            variables && op->variables ? request_substitute(request, condition->values[i], &replaced) : SUBSTITUTED;
        if (state != OPEN_VALUE || is_text_put_off(&value, condition->values[i])) {
            values[count++] = state != OPEN_VALUE ? replaced : condition->values[i];
            continue;
        }
        /* If a value does not even match with a star for its unknown part, it cannot match at all. */
        bool possible = true;
        if (value.state == VALUE_KNOWN && (op->family == CONDITION_STRING || op->family == CONDITION_ARN)) {
            possible = false;
            for (uint32_t j = 0; j < value.count; j++)
                possible = possible || pattern_matches_ignoring_case(replaced, value.values[j]);
        }
        if (possible)
            open = constraint_or(request->pool, open, relation(request, condition, condition->values[i]));
    }
    constraint result = decide_value(request, &name, &value, values, count);
    if (open == CONSTRAINT_FALSE)
        return result;
    return op->negated ? constraint_and(request->pool, result, constraint_not(request->pool, open))
                       : constraint_or(request->pool, result, open);
}

/* AWS does not document whether guardrails complete ARNs too. */
static constraint if_completed(const struct request *request, const struct statement *statement, uint32_t i,
                               bool guardrail)
{
    if (!guardrail || i < statement->resource_count - statement->resource_completions)
        return CONSTRAINT_TRUE;
    char *words = memory_print("an incomplete ARN in an SCP or RCP stands for \"%s\"", statement->resources[i]);
    constraint fact = constraint_fact_of(request->pool, FACT_UNDOCUMENTED, words);
    free(words);
    return fact;
}

constraint request_resources(const struct request *request, const struct statement *statement, bool guardrail,
                             const struct statement_place *places, uint32_t count)
{
    constraint result = CONSTRAINT_FALSE;
    bool all = places == NULL || places[0].part == STATEMENT_WHOLE;
    for (uint32_t at = 0; at < (all ? statement->resource_count : count) && result != CONSTRAINT_TRUE; at++) {
        uint32_t i = all ? at : places[at].part;
        const char *pattern = statement->resources[i];
        enum substitution state =
            statement->variables ? request_substitute(request, statement->resources[i], &pattern) : SUBSTITUTED;
        if (state == NULL_VALUE || !pattern_matches(pattern, request->resource))
            continue;
        constraint match = if_completed(request, statement, i, guardrail);
        if (state != SUBSTITUTED) {
            char *words = memory_print("\"%s\" matches %s", statement->resources[i], request->resource);
            match = constraint_and(request->pool, match, constraint_fact_of(request->pool, FACT_OF_CALL, words));
            free(words);
        }
        result = constraint_or(request->pool, result, match);
    }
    return statement->not_resource ? constraint_not(request->pool, result) : result;
}
