/*
 * template_values: what the intrinsic functions of a CloudFormation template come to, as far as the template answers
 * them. Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
#ifndef ROLECHAIN_INGEST_READERS_TEMPLATE_VALUES_H
#define ROLECHAIN_INGEST_READERS_TEMPLATE_VALUES_H

#include "ingest/readers/planned.h"
#include <jansson.h>

struct template_values {
    struct planned *planned;       /* users, groups, roles and managed policies of the template, by their logical ids */
    json_t *parameters, *mappings; /* as the template has them; NULL: none */
    json_t *conditions;            /* likewise */
    json_t *used;                  /* names of the parameters whose defaults were taken; NULL: none */
    const char *account;           /* NULL unknown */
    json_t *assumed;               /* conditions that are taken to be true or false, and names of parameters (as
                                      template_value_key has them) that are taken to be a text; NULL: none */
    const char *asked;             /* the first condition that was met and is neither known nor assumed */
    json_t *choices;       /* NULL; else `asked` is no condition but what a key of Fn::FindInMap refers to, and it
                              is one of these members: the map has no others */
    bool constants_only;   /* parameters do not count with their defaults */
    bool placed;           /* the planned have their names and ARNs */
    unsigned depth, steps; /* see template_inside.h */
    size_t written;
};

/* The value with every function replaced by what it comes to; members and elements that come to AWS::NoValue are left
 * out. What is not known becomes a text for which template_is_unresolved holds, or has it in it. New reference; NULL
 * for NULL and AWS::NoValue. */
json_t *template_resolve(struct template_values *values, json_t *value);

bool template_is_unresolved(const char *text);

/* Whether a condition of the template holds whatever its parameters are; *known: false if they decide. */
bool template_condition(struct template_values *values, const char *name, bool *known);

/* Appends the condition key that stands for a parameter or pseudo parameter (number 0), or for the number-th of other
 * values that only the deployment knows; see template_later.h. */
void template_value_key(const struct template_values *values, const char *name, uint32_t number, struct text *key);

/* What the value may be, by the conditions that parameters decide: [{"value": …, "if": {"NAME": true, …}}, …], where
 * Fn::If as the whole value is looked through and nothing else is resolved. Where a key of Fn::FindInMap is not known,
 * the cases are those of the map: "if" has {"deployment.NAME": "KEY"} then. `outer` is the branch that the value is in,
 * or NULL. New reference. */
json_t *template_branches(struct template_values *values, json_t *value, const json_t *outer);

/* The same for the conditions that are met anywhere in the value, which is resolved in each case. */
json_t *template_cases(struct template_values *values, json_t *value, const json_t *outer);

/* The conditions of a branch as a Condition of policies in the normal form; nothing if it has none. */
void template_provided(const struct template_values *values, const json_t *branch, struct text *out);

/* A policy document: as template_resolve gives it, but that a text is read as JSON, and that a statement which depends
 * on conditions or keys of maps stands there once for each case, with the condition key TEMPLATE_CONDITION/NAME (the
 * conditions of other files are others: NAME:FILE) or that of template_value_key. `branch` is one of template_branches
 * that the document is in, or NULL. New reference; NULL as of template_resolve. */
#define TEMPLATE_CONDITION "cloudformation:Condition"
json_t *template_document(struct template_values *values, json_t *value, const json_t *branch);

/* Appends the text with what `replacing` appends for each value in it that is not known. */
typedef void (*template_replacing)(struct text *out, const char *name, size_t length, void *context);
void template_replace(struct text *out, const char *text, template_replacing replacing, void *context);

/* Appends the text with what is not known in words. */
void template_spell(struct text *out, const char *text);

#endif
