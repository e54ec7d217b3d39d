#include "graph/policy/condition.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/form.h"
#include <string.h>
#include <strings.h>

/* ---- single values */

static bool same_text(const char *request, const char *policy)
{
    for (; *request != '\0'; request++, policy++) {
        if (*policy == PATTERN_ESCAPE && policy[1] != '\0')
            policy++;
        if (*request != *policy)
            return false;
    }
    return *policy == '\0';
}

static bool same_text_ignoring_case(const char *request, const char *policy)
{
    for (; *request != '\0'; request++, policy++) {
        if (*policy == PATTERN_ESCAPE && policy[1] != '\0')
            policy++;
        if (strncasecmp(request, policy, 1) != 0)
            return false;
    }
    return *policy == '\0';
}

static bool in_network(const char *request, const char *policy)
{
    struct condition_network address, network;
    if (!condition_parse_network(request, &address) || !condition_parse_network(policy, &network) ||
        address.v6 != network.v6 || address.bits < network.bits)
        return false;
    int whole = network.bits / 8, rest = network.bits % 8;
    if (memcmp(address.address, network.address, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((address.address[whole] ^ network.address[whole]) >> (8 - rest)) == 0;
}

static bool same_bool(const char *request, const char *policy)
{
    return (strcasecmp(policy, "true") == 0 || strcasecmp(policy, "false") == 0) && strcasecmp(request, policy) == 0;
}

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* Equal bytes have equal base64 text, except for padding and the unused bits of the last digit. */
static bool same_base64(const char *a, const char *b)
{
    size_t length_a = strcspn(a, "="), length_b = strcspn(b, "=");
    if (length_a != length_b || length_a % 4 == 1)
        return false;
    for (size_t i = 0; i < length_a; i++) {
        int x = base64_digit(a[i]), y = base64_digit(b[i]);
        if (x < 0 || y < 0)
            return false;
        int unused = i + 1 < length_a ? 0 : length_a % 4 == 2 ? 4 : length_a % 4 == 3 ? 2 : 0;
        if (x >> unused != y >> unused)
            return false;
    }
    return true;
}

static bool compare(enum condition_comparison comparison, double request, double policy)
{
    switch (comparison) {
    case COMPARE_LESS:
        return request < policy;
    case COMPARE_AT_MOST:
        return request <= policy;
    case COMPARE_GREATER:
        return request > policy;
    case COMPARE_AT_LEAST:
        return request >= policy;
    default:
        return request == policy;
    }
}

bool condition_matches(const struct condition_operator *op, const char *request, const char *policy)
{
    double a = 0, b = 0;
    switch (op->family) {
    case CONDITION_STRING:
        return op->form         ? form_matches(policy, request, op->folds_case)
               : op->glob       ? pattern_matches(policy, request)
               : op->folds_case ? same_text_ignoring_case(request, policy)
                                : same_text(request, policy);
    case CONDITION_ARN:
        return pattern_matches_arn(policy, request);
    case CONDITION_NUMERIC:
        return condition_parse_number(request, &a) && condition_parse_number(policy, &b) &&
               compare(op->comparison, a, b);
    case CONDITION_DATE:
        return condition_parse_date(request, &a) && condition_parse_date(policy, &b) && compare(op->comparison, a, b);
    case CONDITION_BOOL:
        return same_bool(request, policy);
    case CONDITION_BINARY:
        return same_base64(request, policy);
    case CONDITION_IP:
        return in_network(request, policy);
    default:
        return false;
    }
}

/* Whether one request value satisfies the operator against the list; negated operators: whether it equals none. */
static bool value_holds(const struct condition_operator *op, const char *value, const char *const *policy_values,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (policy_values[i] != NULL && condition_matches(op, value, policy_values[i]))
            return !op->negated;
    return op->negated;
}

static bool null_holds(size_t count, const char *const *policy_values, size_t policy_count)
{
    for (size_t i = 0; i < policy_count; i++) {
        if (policy_values[i] == NULL)
            continue;
        if ((strcasecmp(policy_values[i], "true") == 0 && count == 0) ||
            (strcasecmp(policy_values[i], "false") == 0 && count > 0))
            return true;
    }
    return false;
}

bool condition_holds(const struct condition_name *name, const char *const *values, size_t count,
                     const char *const *policy_values, size_t policy_count)
{
    const struct condition_operator *op = name->op;
    if (op->family == CONDITION_NULL)
        return null_holds(count, policy_values, policy_count);
    /* IfExists is ignored together with ForAnyValue: AWS documents that an empty set never satisfies ForAnyValue. */
    if (count == 0)
        return name->set == CONDITION_FOR_ALL_VALUES  ? true
               : name->set == CONDITION_FOR_ANY_VALUE ? false
                                                      : name->if_exists || op->negated;
    if (name->set == CONDITION_FOR_ALL_VALUES) {
        for (size_t i = 0; i < count; i++)
            if (!value_holds(op, values[i], policy_values, policy_count))
                return false;
        return true;
    }
    if (name->set == CONDITION_FOR_ANY_VALUE || !op->negated) {
        for (size_t i = 0; i < count; i++)
            if (value_holds(op, values[i], policy_values, policy_count))
                return true;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!value_holds(op, values[i], policy_values, policy_count))
            return false;
    return true;
}
