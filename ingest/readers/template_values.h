/*
 * template_values: evaluates the intrinsic functions of a CloudFormation template, as far as the template determines
 * them. Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_VALUES_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_VALUES_H

#include "ingest/readers/planned.h"
#include <jansson.h>

struct template_values {
    struct planned *planned;       /* users, groups, roles and managed policies of the template, by logical id */
    json_t *parameters, *mappings; /* as in the template; NULL: none */
    json_t *conditions;            /* as in the template; NULL: none */
    json_t *used;                  /* names of the parameters whose defaults were used; NULL: none */
    const char *account;           /* NULL: unknown */
    json_t *assumed;               /* assumptions: conditions that are true or false, and names of parameters (as in
                                      template_value_key) with a text as value; NULL: none */
    const char *asked;             /* the first condition that was needed and is neither known nor assumed */
    json_t *choices; /* NULL, or `asked` is not a condition but the operand of a key of Fn::FindInMap, and must be one
                        of these members, since the map has no others */
    bool constants_only;   /* defaults of parameters are not used */
    bool placed;           /* planned_place was called */
    unsigned depth, steps; /* see template_inside.h */
    size_t written;
};

/* The value with every function replaced by its result; members and elements with the result AWS::NoValue are left out.
 * An unknown part becomes a text for which template_is_unresolved is true. New reference; NULL for NULL and
 * AWS::NoValue. */
json_t *template_resolve(struct template_values *values, json_t *value);

bool template_is_unresolved(const char *text);

/* Whether a condition of the template is true for all values of its parameters; *known: false if it depends on them. */
bool template_condition(struct template_values *values, const char *name, bool *known);

/* Appends the condition key for a parameter or pseudo parameter (number 0), or for another value that is only known
 * after deployment (its number); see template_later.h. */
void template_value_key(const struct template_values *values, const char *name, uint32_t number, struct text *key);

/* The possible values, by the conditions that parameters decide: [{"value": …, "if": {"NAME": true, …}}, …]. Only an
 * Fn::If that is the whole value is evaluated, nothing else. If a key of Fn::FindInMap is unknown, the cases are those
 * of the map, and "if" has {"deployment.NAME": "KEY"}. `outer` is the branch that contains the value, or NULL. New
 * reference. */
json_t *template_branches(struct template_values *values, json_t *value, const json_t *outer);

/* The same for conditions anywhere in the value, which is resolved for each case. */
json_t *template_cases(struct template_values *values, json_t *value, const json_t *outer);

/* Appends the conditions of a branch as a policy Condition in normal form; nothing if there are none. */
void template_provided(const struct template_values *values, const json_t *branch, struct text *out);

/* A policy document, as from template_resolve, except that a text is parsed as JSON, and that a statement which depends
 * on conditions or keys of maps appears once for each case, with the condition key TEMPLATE_CONDITION/NAME (NAME:FILE
 * if several files have conditions) or that of template_value_key. `branch` is the one of template_branches that
 * contains the document, or NULL. New reference; NULL as from template_resolve. */
#define TEMPLATE_CONDITION "cloudformation:Condition"
json_t *template_document(struct template_values *values, json_t *value, const json_t *branch);

/* Appends the text; for each unknown value in it, `replacing` appends the replacement. */
typedef void (*template_replacing)(struct text *out, const char *name, size_t length, void *context);
void template_replace(struct text *out, const char *text, template_replacing replacing, void *context);

/* Appends the text with its unknown values in words. */
void template_spell(struct text *out, const char *text);

#endif
