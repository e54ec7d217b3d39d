#include "ingest/policy/operators.h"

#include "ingest/support/memory.h"
#include <string.h>

/* clang-format off */
const struct condition_operator condition_operators[OPERATOR_COUNT] = {
    [OPERATOR_STRING_EQUALS] = {"StringEquals", CONDITION_STRING, "=", "!=",
         .variables = true, .opposite = OPERATOR_STRING_NOT_EQUALS},
    [OPERATOR_STRING_NOT_EQUALS] = {"StringNotEquals", CONDITION_STRING, "=", "!=",
         .negated = true, .variables = true, .opposite = OPERATOR_STRING_EQUALS},
    [OPERATOR_STRING_EQUALS_IGNORE_CASE] = {"StringEqualsIgnoreCase", CONDITION_STRING, "= (any case)", "!= (any case)",
         .folds_case = true, .variables = true, .opposite = OPERATOR_STRING_NOT_EQUALS_IGNORE_CASE},
    [OPERATOR_STRING_NOT_EQUALS_IGNORE_CASE] = {"StringNotEqualsIgnoreCase", CONDITION_STRING, "= (any case)", "!= (any case)",
         .negated = true, .folds_case = true, .variables = true, .opposite = OPERATOR_STRING_EQUALS_IGNORE_CASE},
    [OPERATOR_STRING_LIKE] = {"StringLike", CONDITION_STRING, "like", "not like",
         .glob = true, .variables = true, .opposite = OPERATOR_STRING_NOT_LIKE},
    [OPERATOR_STRING_NOT_LIKE] = {"StringNotLike", CONDITION_STRING, "like", "not like",
         .negated = true, .glob = true, .variables = true, .opposite = OPERATOR_STRING_LIKE},
    [OPERATOR_NUMERIC_EQUALS] = {"NumericEquals", CONDITION_NUMERIC, "=", "!=",
         .opposite = OPERATOR_NUMERIC_NOT_EQUALS, .of_dates = OPERATOR_DATE_EQUALS},
    [OPERATOR_NUMERIC_NOT_EQUALS] = {"NumericNotEquals", CONDITION_NUMERIC, "=", "!=",
         .negated = true, .opposite = OPERATOR_NUMERIC_EQUALS, .of_dates = OPERATOR_DATE_NOT_EQUALS},
    [OPERATOR_NUMERIC_LESS_THAN] = {"NumericLessThan", CONDITION_NUMERIC, "<", ">=",
         .comparison = COMPARE_LESS, .opposite = OPERATOR_NUMERIC_GREATER_THAN_EQUALS, .of_dates = OPERATOR_DATE_LESS_THAN},
    [OPERATOR_NUMERIC_LESS_THAN_EQUALS] = {"NumericLessThanEquals", CONDITION_NUMERIC, "<=", ">",
         .comparison = COMPARE_AT_MOST, .opposite = OPERATOR_NUMERIC_GREATER_THAN, .of_dates = OPERATOR_DATE_LESS_THAN_EQUALS},
    [OPERATOR_NUMERIC_GREATER_THAN] = {"NumericGreaterThan", CONDITION_NUMERIC, ">", "<=",
         .comparison = COMPARE_GREATER, .opposite = OPERATOR_NUMERIC_LESS_THAN_EQUALS, .of_dates = OPERATOR_DATE_GREATER_THAN},
    [OPERATOR_NUMERIC_GREATER_THAN_EQUALS] = {"NumericGreaterThanEquals", CONDITION_NUMERIC, ">=", "<",
         .comparison = COMPARE_AT_LEAST, .opposite = OPERATOR_NUMERIC_LESS_THAN, .of_dates = OPERATOR_DATE_GREATER_THAN_EQUALS},
    [OPERATOR_DATE_EQUALS] = {"DateEquals", CONDITION_DATE, "=", "!=",
         .opposite = OPERATOR_DATE_NOT_EQUALS},
    [OPERATOR_DATE_NOT_EQUALS] = {"DateNotEquals", CONDITION_DATE, "=", "!=",
         .negated = true, .opposite = OPERATOR_DATE_EQUALS},
    [OPERATOR_DATE_LESS_THAN] = {"DateLessThan", CONDITION_DATE, "before", "at or after",
         .comparison = COMPARE_LESS, .opposite = OPERATOR_DATE_GREATER_THAN_EQUALS},
    [OPERATOR_DATE_LESS_THAN_EQUALS] = {"DateLessThanEquals", CONDITION_DATE, "at or before", "after",
         .comparison = COMPARE_AT_MOST, .opposite = OPERATOR_DATE_GREATER_THAN},
    [OPERATOR_DATE_GREATER_THAN] = {"DateGreaterThan", CONDITION_DATE, "after", "at or before",
         .comparison = COMPARE_GREATER, .opposite = OPERATOR_DATE_LESS_THAN_EQUALS},
    [OPERATOR_DATE_GREATER_THAN_EQUALS] = {"DateGreaterThanEquals", CONDITION_DATE, "at or after", "before",
         .comparison = COMPARE_AT_LEAST, .opposite = OPERATOR_DATE_LESS_THAN},
    [OPERATOR_BOOL] = {"Bool", CONDITION_BOOL, "=", "!=",
         .folds_case = true, .variables = true},
    [OPERATOR_BINARY_EQUALS] = {"BinaryEquals", CONDITION_BINARY, "=", "!="},
    [OPERATOR_IP_ADDRESS] = {"IpAddress", CONDITION_IP, "in", "not in",
         .opposite = OPERATOR_NOT_IP_ADDRESS},
    [OPERATOR_NOT_IP_ADDRESS] = {"NotIpAddress", CONDITION_IP, "in", "not in",
         .negated = true, .opposite = OPERATOR_IP_ADDRESS},
    [OPERATOR_ARN_EQUALS] = {"ArnEquals", CONDITION_ARN, "like", "not like",
         .glob = true, .variables = true, .opposite = OPERATOR_ARN_NOT_EQUALS},
    [OPERATOR_ARN_LIKE] = {"ArnLike", CONDITION_ARN, "like", "not like",
         .glob = true, .variables = true, .opposite = OPERATOR_ARN_NOT_LIKE},
    [OPERATOR_ARN_NOT_EQUALS] = {"ArnNotEquals", CONDITION_ARN, "like", "not like",
         .negated = true, .glob = true, .variables = true, .opposite = OPERATOR_ARN_EQUALS},
    [OPERATOR_ARN_NOT_LIKE] = {"ArnNotLike", CONDITION_ARN, "like", "not like",
         .negated = true, .glob = true, .variables = true, .opposite = OPERATOR_ARN_LIKE},
    [OPERATOR_NULL] = {"Null", CONDITION_NULL, "absent", "!="},
};

const struct condition_operator condition_in_form = {"", CONDITION_STRING, "of the form", "not of the form",
    .glob = true, .form = true};
const struct condition_operator condition_in_form_ignoring_case = {"", CONDITION_STRING, "of the form", "not of the form",
    .glob = true, .folds_case = true, .form = true};
/* clang-format on */

static const char suffix[] = "IfExists";
static const char *const set_prefixes[] = {
    [CONDITION_SINGLE] = "", [CONDITION_FOR_ALL_VALUES] = "ForAllValues:", [CONDITION_FOR_ANY_VALUE] = "ForAnyValue:"};

bool condition_name_parse(const char *name, struct condition_name *parsed)
{
    *parsed = (struct condition_name){NULL, CONDITION_SINGLE, false};
    for (enum condition_set set = CONDITION_FOR_ALL_VALUES; set <= CONDITION_FOR_ANY_VALUE; set++) {
        size_t length = strlen(set_prefixes[set]);
        if (strncmp(name, set_prefixes[set], length) == 0) {
            parsed->set = set;
            name += length;
            break;
        }
    }
    size_t length = strlen(name);
    if (length > sizeof suffix - 1 && strcmp(name + length - (sizeof suffix - 1), suffix) == 0) {
        parsed->if_exists = true;
        length -= sizeof suffix - 1;
    }
    for (enum condition_operator_id id = OPERATOR_NONE + 1; id < OPERATOR_COUNT; id++) {
        const struct condition_operator *op = &condition_operators[id];
        if (strncmp(op->name, name, length) == 0 && op->name[length] == '\0') {
            parsed->op = op;
            return op->family != CONDITION_NULL || !parsed->if_exists;
        }
    }
    return false;
}

char *condition_name_text(const struct condition_name *name)
{
    return memory_print("%s%s%s", set_prefixes[name->set], name->op->name, name->if_exists ? suffix : "");
}
