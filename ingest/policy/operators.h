/*
 * operators: the operators of the Condition element, in ONE table, used for reading policies and for evaluating them
 * (graph/policy/condition.h). Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_OPERATORS_H
#define ROLECHAIN_INGEST_POLICY_OPERATORS_H

#include <stdbool.h>

enum condition_operator_id {
    OPERATOR_NONE,
    OPERATOR_STRING_EQUALS,
    OPERATOR_STRING_NOT_EQUALS,
    OPERATOR_STRING_EQUALS_IGNORE_CASE,
    OPERATOR_STRING_NOT_EQUALS_IGNORE_CASE,
    OPERATOR_STRING_LIKE,
    OPERATOR_STRING_NOT_LIKE,
    OPERATOR_NUMERIC_EQUALS,
    OPERATOR_NUMERIC_NOT_EQUALS,
    OPERATOR_NUMERIC_LESS_THAN,
    OPERATOR_NUMERIC_LESS_THAN_EQUALS,
    OPERATOR_NUMERIC_GREATER_THAN,
    OPERATOR_NUMERIC_GREATER_THAN_EQUALS,
    OPERATOR_DATE_EQUALS,
    OPERATOR_DATE_NOT_EQUALS,
    OPERATOR_DATE_LESS_THAN,
    OPERATOR_DATE_LESS_THAN_EQUALS,
    OPERATOR_DATE_GREATER_THAN,
    OPERATOR_DATE_GREATER_THAN_EQUALS,
    OPERATOR_BOOL,
    OPERATOR_BINARY_EQUALS,
    OPERATOR_IP_ADDRESS,
    OPERATOR_NOT_IP_ADDRESS,
    OPERATOR_ARN_EQUALS,
    OPERATOR_ARN_LIKE,
    OPERATOR_ARN_NOT_EQUALS,
    OPERATOR_ARN_NOT_LIKE,
    OPERATOR_NULL,
    OPERATOR_COUNT
};

/* The type of values an operator takes. */
enum condition_family {
    CONDITION_STRING,
    CONDITION_NUMERIC,
    CONDITION_DATE,
    CONDITION_BOOL,
    CONDITION_BINARY, /* base64 */
    CONDITION_IP,     /* addresses and networks (CIDR), v4 and v6 */
    CONDITION_ARN,
    CONDITION_NULL /* whether the key is present; takes "true" and "false" */
};

/* How a number or date is compared with the policy's value. */
enum condition_comparison { COMPARE_EQUAL, COMPARE_LESS, COMPARE_AT_MOST, COMPARE_GREATER, COMPARE_AT_LEAST };

struct condition_operator {
    const char *name; /* without set prefix and IfExists */
    enum condition_family family;
    const char *symbol, *not_symbol; /* how a match and a mismatch are printed: "like", "not like" */
    enum condition_comparison comparison;
    bool negated;                        /* …Not…: true if no value matches, or the key is absent */
    bool glob;                           /* values may contain * and ? */
    bool folds_case;                     /* ignores the case of letters */
    bool form;                           /* values are forms: ingest/policy/form.h; never in policies */
    bool variables;                      /* values may contain policy variables */
    enum condition_operator_id opposite; /* the operator that is true for a value exactly if this one is false */
    enum condition_operator_id of_dates; /* the operator that compares dates the way this one compares numbers */
};

/* By id; the row for OPERATOR_NONE is empty. */
extern const struct condition_operator condition_operators[OPERATOR_COUNT];

/* Operators for "the value has one of these forms". Policies cannot contain them. */
extern const struct condition_operator condition_in_form, condition_in_form_ignoring_case;

enum condition_set { CONDITION_SINGLE, CONDITION_FOR_ALL_VALUES, CONDITION_FOR_ANY_VALUE };

/* One operator with its modifiers, as written in a policy: "ForAllValues:StringLikeIfExists". */
struct condition_name {
    const struct condition_operator *op;
    enum condition_set set;
    bool if_exists;
};

/* The operator without modifiers. */
static inline struct condition_name condition_plain(enum condition_operator_id id)
{
    return (struct condition_name){&condition_operators[id], CONDITION_SINGLE, false};
}

/* Splits the name. False if no such operator exists (NullIfExists does not). */
bool condition_name_parse(const char *name, struct condition_name *parsed);

/* The name as a policy writes it; the caller frees it. */
char *condition_name_text(const struct condition_name *name);

#endif
