/*
 * condition: the operators of the Condition element, in one table, evaluated on concrete values.
 *
 * Whether a key is known, and what happens when it is not, is decision.h's and constraint.h's business: here a value is
 * given or absent. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CONDITION_H
#define ROLECHAIN_GRAPH_POLICY_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

/* What kind of values an operator compares; decides how candidates for unknown keys are found (constraint.c). */
enum condition_family {
    CONDITION_STRING,
    CONDITION_NUMERIC,
    CONDITION_DATE,
    CONDITION_BOOL,
    CONDITION_BINARY,
    CONDITION_IP,
    CONDITION_ARN,
    CONDITION_NULL
};

struct condition_operator {
    const char *name; /* without set prefix and IfExists */
    enum condition_family family;
    bool negated;       /* …Not…: holds when no value matches, and when the key is absent */
    bool glob;          /* values may hold * and ? */
    bool variables;     /* values may hold policy variables */
    const char *symbol; /* how it prints: "=", "!=", "like", "<", "in" … ; for negated operators of the negation */
    bool (*matches)(const char *request_value,
                    const char *policy_value); /* the positive form, one value against one value */
};

enum condition_set { CONDITION_SINGLE, CONDITION_FOR_ALL_VALUES, CONDITION_FOR_ANY_VALUE };

/* One operator with its modifiers, as written in a policy: "ForAllValues:StringLikeIfExists". */
struct condition_name {
    const struct condition_operator *op;
    enum condition_set set;
    bool if_exists;
};

/* Splits the name. False if no such operator exists (NullIfExists does not). */
bool condition_name_parse(const char *name, struct condition_name *parsed);

/* Evaluates on concrete values: values/count are the request's (count 0 = the key is absent),
 * policy_values/policy_count the policy's, after substitution; a NULL policy value is a variable without value and
 * default: it matches nothing. A single-valued operator on several request values holds like ForAnyValue (negated: none
 * matches). */
bool condition_holds(const struct condition_name *name, const char *const *values, size_t count,
                     const char *const *policy_values, size_t policy_count);

/* Parsers shared with constraint.c. False if the text has another form. */
bool condition_parse_number(const char *text, double *number);
bool condition_parse_date(const char *text, double *epoch_seconds); /* W3C profile of ISO 8601, or UNIX seconds */
struct condition_network {
    unsigned char address[16];
    int bits; /* prefix length */
    bool v6;
};
bool condition_parse_network(const char *text, struct condition_network *network); /* address or CIDR, v4 or v6 */

#endif
