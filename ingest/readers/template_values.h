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
    json_t *used;                  /* names of the parameters whose defaults were taken; NULL: none */
    const char *account;           /* NULL unknown */
    bool placed;                   /* the planned have their names and ARNs */
    unsigned depth, steps;         /* see template_values.c */
    size_t written;
};

/* The value with every function replaced by what it comes to; members and elements that come to AWS::NoValue are left
 * out. What is not known becomes a text for which template_is_unresolved holds, or has it in it. New reference; NULL
 * for NULL and AWS::NoValue. */
json_t *template_resolve(struct template_values *values, json_t *value);

bool template_is_unresolved(const char *text);

/* Appends the text with what is not known in words. */
void template_spell(struct text *out, const char *text);

#endif
