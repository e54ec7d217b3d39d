#include "graph/policy/condition.h"

#include "graph/policy/pattern.h"
#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
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

bool condition_parse_number(const char *text, double *number)
{
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    if (strspn(digits, "0123456789.eE+-") != strlen(digits) || !((*digits >= '0' && *digits <= '9') || *digits == '.'))
        return false;
    char *end = NULL;
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

static bool parse_digits(const char **text, int count, int *number)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return true;
}

/* Days since 1970-01-01 of a Gregorian date; from Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
static long days_from_civil(int year, int month, int day)
{
    year -= month <= 2;
    long era = (year >= 0 ? year : year - 399) / 400;
    long year_of_era = year - era * 400;
    long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool parse_zone(const char *text, double *offset)
{
    *offset = 0;
    if (*text == '\0' || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if (*text != '+' && *text != '-')
        return false;
    double sign = *text++ == '+' ? 1 : -1;
    int hours = 0, minutes = 0;
    if (!parse_digits(&text, 2, &hours))
        return false;
    if (*text == ':')
        text++;
    if (!parse_digits(&text, 2, &minutes) || *text != '\0' || hours > 23 || minutes > 59)
        return false;
    *offset = sign * (hours * 3600.0 + minutes * 60.0);
    return true;
}

bool condition_parse_date(const char *text, double *epoch_seconds)
{
    const char *at = text;
    int year = 0, month = 1, day = 1, hour = 0, minute = 0;
    double second = 0, offset = 0;
    bool calendar = parse_digits(&at, 4, &year) && (*at == '\0' || *at == '-');
    if (!calendar)
        return condition_parse_number(text, epoch_seconds);
    if (*at == '-') {
        at++;
        if (!parse_digits(&at, 2, &month))
            return false;
        if (*at == '-') {
            at++;
            if (!parse_digits(&at, 2, &day))
                return false;
            if (*at == 'T' || *at == 't' || *at == ' ') {
                at++;
                if (!parse_digits(&at, 2, &hour) || *at++ != ':' || !parse_digits(&at, 2, &minute))
                    return false;
                if (*at == ':') {
                    int whole = 0;
                    at++;
                    if (!parse_digits(&at, 2, &whole))
                        return false;
                    second = whole;
                    if (*at == '.') {
                        double scale = 1;
                        for (at++; *at >= '0' && *at <= '9'; at++) {
                            scale /= 10;
                            second += scale * (*at - '0');
                        }
                    }
                }
            }
            if (!parse_zone(at, &offset))
                return false;
            at = "";
        }
    }
    if (*at != '\0' || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 24 ||
        minute > 59 || second > 60)
        return false;
    *epoch_seconds =
        (double)days_from_civil(year, month, day) * 86400.0 + hour * 3600.0 + minute * 60.0 + second - offset;
    return true;
}

bool condition_parse_network(const char *text, struct condition_network *network)
{
    char address[64];
    const char *slash = strchr(text, '/');
    size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
    if (length == 0 || length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    memset(network, 0, sizeof *network);
    network->v6 = strchr(address, ':') != NULL;
    if (inet_pton(network->v6 ? AF_INET6 : AF_INET, address, network->address) != 1)
        return false;
    network->bits = network->v6 ? 128 : 32;
    if (slash != NULL) {
        if (strspn(slash + 1, "0123456789") != strlen(slash + 1) || slash[1] == '\0' || strlen(slash + 1) > 3)
            return false;
        long bits = strtol(slash + 1, NULL, 10);
        if (bits > network->bits)
            return false;
        network->bits = (int)bits;
    }
    return true;
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

/* Equal bytes have equal base64 text but for padding and the unused bits of the last digit. */
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
        return op->glob         ? pattern_matches(policy, request)
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
