#include "ingest/policy/key_values.h"

#include "ingest/policy/context_key.h"
#include "ingest/policy/operands.h"
#include "ingest/policy/policy.h"
#include "ingest/policy/services.h"
#include "ingest/support/likeness.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Longer values are not checked: they cannot be meant as one of these. */
#define LONGEST 512

/* ---- patterns */

static bool is_same(char a, char b, bool folds_case)
{
    return a == b || (folds_case && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* The second pattern, and the byte that the first one's stars do not match ('\0': they match all). */
struct meeting {
    const char *other;
    bool plain, folds_case;
    char border;
};

/* Positions in the second pattern that correspond to one in the first; all are between `first` and `last`. */
struct places {
    bool at[LONGEST + 1];
    size_t first, last;
};

static bool has_place(const struct places *places, size_t place)
{
    return place >= places->first && place <= places->last && places->at[place];
}

/* The next positions after one position of the first pattern. False: none. */
static bool step(const struct meeting *meeting, const char *pattern, const struct places *from, struct places *next)
{
    const char *other = meeting->other;
    size_t length = strlen(other), last = from->last;
    bool star = *pattern == '*', is_last = pattern[0] != '\0' && pattern[1] == '\0', more = false;
    next->first = from->first;
    next->at[from->first] = false;
    for (size_t j = from->first; j <= last; j++) {
        bool here = more || has_place(from, j);
        more = false;
        if (j < length)
            next->at[j + 1] = false;
        next->at[j] = next->at[j] || (here && star);
        if (!here || j == length)
            continue;
        if (!meeting->plain && other[j] == '*')
            more = next->at[j] = true;
        else if (star)
            more = is_last || other[j] != meeting->border;
        else
            next->at[j + 1] = *pattern == '?' || (!meeting->plain && other[j] == '?') ||
                              is_same(*pattern, other[j], meeting->folds_case);
        last = more && last == j ? j + 1 : last;
    }
    next->last = last < length ? last + 1 : length;
    while (next->last > next->first && !next->at[next->last])
        next->last--;
    while (next->first < next->last && !next->at[next->first])
        next->first++;
    return next->at[next->first];
}

/* Whether some text matches both patterns; '*' and '?' are wildcards in the other one only if it is not plain. The
 * stars of an ARN's form stay within their fields, except the last one. */
static bool patterns_meet(const char *pattern, const char *other, bool plain, bool folds_case)
{
    const struct meeting meeting = {other, plain, folds_case, strncmp(pattern, "arn:", 4) == 0 ? ':' : '\0'};
    struct places rows[2];
    size_t length = strlen(other), now = 0;
    bool more = false;
    rows[0].at[0] = true;
    rows[0].first = rows[0].last = 0;
    for (; *pattern != '\0'; pattern++, now = 1 - now)
        if (!step(&meeting, pattern, &rows[now], &rows[1 - now]))
            return false;
    for (size_t j = rows[now].first; j < length; j++)
        more = (more || has_place(&rows[now], j)) && !plain && other[j] == '*';
    return more || has_place(&rows[now], length);
}

/* ---- what the operator compares */

static bool is_truth(const char *value)
{
    return strcasecmp(value, "true") == 0 || strcasecmp(value, "false") == 0;
}

/* RFC 1918, loopback, link-local; fc00::/7, fe80::/10, ::1. A network counts if all of it is. */
static bool is_private(const struct condition_network *network)
{
    const unsigned char *at = network->address;
    if (network->v6) {
        static const unsigned char loopback[16] = {[15] = 1};
        return (network->bits >= 7 && (at[0] & 0xFE) == 0xFC) ||
               (network->bits >= 10 && at[0] == 0xFE && (at[1] & 0xC0) == 0x80) ||
               (network->bits == 128 && memcmp(at, loopback, sizeof loopback) == 0);
    }
    return (network->bits >= 8 && (at[0] == 10 || at[0] == 127)) ||
           (network->bits >= 12 && at[0] == 172 && (at[1] & 0xF0) == 16) ||
           (network->bits >= 16 && ((at[0] == 192 && at[1] == 168) || (at[0] == 169 && at[1] == 254)));
}

/* Source: "aws:SourceIp" in
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip */
static bool is_address(const struct context_key *about, const char *value, char *why, int size)
{
    struct condition_network network;
    if (!condition_parse_network(value, &network)) {
        snprintf(why, (size_t)size, "expected an address or a network such as 203.0.113.0/24");
        return false;
    }
    if (about->relation == RELATED_ADDRESS && is_private(&network)) {
        snprintf(why, (size_t)size,
                 "it is private, and aws:SourceIp is the public address of a call; calls through a VPC endpoint have "
                 "aws:VpcSourceIp instead");
        return false;
    }
    return true;
}

static bool is_arn(const char *value, bool glob)
{
    size_t colons = 0;
    for (const char *at = value; *at != '\0'; at++)
        colons += *at == ':';
    const char first[] = {'a', 'r', 'n', '\0'};
    char begin[8];
    snprintf(begin, sizeof begin, "%.*s", (int)(strcspn(value, ":") % sizeof begin), value);
    return strcmp(value, "*") == 0 || (colons >= 5 && patterns_meet(first, begin, !glob, false));
}

/* False: the operator matches nothing with such a value, whatever the key. */
static bool is_operand(const struct context_key *about, const struct condition_operator *op, const char *value,
                       char *why, int size)
{
    double number;
    const char *expected = NULL;
    switch (op->family) {
    case CONDITION_NULL:
    case CONDITION_BOOL:
        expected = is_truth(value) ? NULL : "true or false";
        break;
    case CONDITION_NUMERIC:
        expected = condition_parse_number(value, &number) ? NULL : "a number";
        break;
    case CONDITION_DATE:
        expected = condition_parse_date(value, &number) ? NULL : "a date such as 2026-11-30T00:00:00Z";
        break;
    case CONDITION_ARN:
        expected = is_arn(value, true) ? NULL : "an ARN of six fields";
        break;
    case CONDITION_IP:
        return is_address(about, value, why, size);
    default:
        break;
    }
    if (expected != NULL)
        snprintf(why, (size_t)size, "expected %s", expected);
    return expected == NULL;
}

/* ---- possible values of the key */

static bool is_wild(const char *value)
{
    return strpbrk(value, "*?") != NULL;
}

/* As one form and the next: "o-…", "Account, AssumedRole". */
static void say_forms(const struct context_key *about, char *why, int size)
{
    int used = snprintf(why, (size_t)size, "expected ");
    for (size_t i = 0; about->forms[i] != NULL && used < size - 8; i++) {
        used += snprintf(why + used, (size_t)(size - used), "%s", i > 0 ? ", " : "");
        for (const char *at = about->forms[i]; *at != '\0' && used < size - 8; at++)
            used += snprintf(why + used, (size_t)(size - used), *at == '*' ? "…" : "%c", *at);
    }
}

static bool has_form(const struct context_key *about, const struct condition_operator *op, const char *value, char *why,
                     int size)
{
    bool plain = !op->glob, all_plain = true;
    size_t count = 0;
    for (; about->forms != NULL && about->forms[count] != NULL; count++) {
        all_plain = all_plain && !is_wild(about->forms[count]);
        if (patterns_meet(about->forms[count], value, plain, op->folds_case))
            return true;
    }
    if (count == 0)
        return true;
    const char *near = all_plain ? nearest_name_close(value, about->forms, count) : NULL;
    if (near != NULL)
        snprintf(why, (size_t)size, "the nearest is \"%s\"", near);
    else
        say_forms(about, why, size);
    return false;
}

static bool allows(const struct context_key *about, char byte, bool folds_case)
{
    unsigned char c = (unsigned char)byte;
    return context_key_allows_byte(about, c) ||
           (folds_case && (context_key_allows_byte(about, (unsigned char)tolower(c)) ||
                           context_key_allows_byte(about, (unsigned char)toupper(c))));
}

static bool has_bytes(const struct context_key *about, const struct condition_operator *op, const char *value,
                      char *why, int size)
{
    int length = 0;
    bool star = false;
    for (const char *at = value; *at != '\0'; at++) {
        bool wild = op->glob && (*at == '*' || *at == '?');
        star = star || (op->glob && *at == '*');
        length += !(op->glob && *at == '*');
        if (wild || about->alphabet == NULL || allows(about, *at, op->folds_case))
            continue;
        if (isprint((unsigned char)*at))
            snprintf(why, (size_t)size, "it cannot contain \"%c\"", *at);
        else
            snprintf(why, (size_t)size, "it contains a character that is not allowed");
        return false;
    }
    if ((about->longest == 0 || length <= about->longest) && (star || length >= about->shortest))
        return true;
    if (about->shortest == about->longest)
        snprintf(why, (size_t)size, "expected %d characters", about->longest);
    else if (length < about->shortest)
        snprintf(why, (size_t)size, "expected at least %d characters", about->shortest);
    else
        snprintf(why, (size_t)size, "expected at most %d characters", about->longest);
    return false;
}

/* Ids such as vpc-0123456789abcdef0. */
static bool has_id(const struct context_key *about, const struct condition_operator *op, const char *value, char *why,
                   int size)
{
    static const char digits[] = "0123456789abcdef";
    size_t prefix = about->resource != NULL ? strlen(about->resource) : 0, length = strlen(value);
    if (prefix == 0 || length < prefix || strncasecmp(value, about->resource, prefix) != 0)
        return true; /* has_form has reported it, or there is a wildcard */
    size_t good = strspn(value + prefix, op->glob ? "0123456789abcdef*?" : digits), rest = length - prefix;
    bool star = op->glob && strchr(value, '*') != NULL;
    if (op->folds_case || (good == rest && (star ? rest <= 18 : rest == 8 || rest == 17)))
        return true;
    snprintf(why, (size_t)size, "expected %s and 8 or 17 hexadecimal digits, as all such ids have so far",
             about->resource);
    return false;
}

static bool has_service(const char *key, const char *value, char *why, int size)
{
    if (!context_key_names_services(key) || is_wild(value) || service_find(value) != NULL ||
        strstr(value, ".amazonaws.com") == NULL)
        return true;
    const char *near = service_nearest(value);
    int used = snprintf(why, (size_t)size, "rolechain knows no such service (" SERVICES_AS_OF ")");
    if (near != NULL && used < size)
        snprintf(why + used, (size_t)(size - used), "; the nearest is \"%s.amazonaws.com\"", near);
    return false;
}

static bool has_domain(const struct context_key *about, const char *value, char *why, int size)
{
    bool good = about->domain != KEY_BOOL || is_truth(value) || is_wild(value);
    if (!good)
        snprintf(why, (size_t)size, "expected true or false");
    return good;
}

/* Tags of resources outside IAM can contain characters that IAM's cannot. Source:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
static bool is_tag_of_any_service(const struct context_key *about)
{
    return about->relation == RELATED_PASSED_TAG || about->relation == RELATED_PASSED_TAG_NAMES ||
           strcmp(about->name, "aws:ResourceTag/*") == 0;
}

bool key_value_possible(const char *key, const struct condition_operator *op, const char *value, char *why, int size)
{
    const struct context_key *about = context_key_find(key);
    if (strstr(value, "${") != NULL || strstr(value, POLICY_UNKNOWN_PART) != NULL || strlen(value) > LONGEST)
        return true;
    if (!is_operand(about, op, value, why, size))
        return false;
    if (op->family != CONDITION_STRING && op->family != CONDITION_ARN)
        return true;
    if (strcmp(value, "*") == 0 || (!op->glob && is_wild(value)) || is_tag_of_any_service(about))
        return true;
    return has_form(about, op, value, why, size) && has_domain(about, value, why, size) &&
           has_bytes(about, op, value, why, size) && has_id(about, op, value, why, size) &&
           has_service(key, value, why, size);
}
