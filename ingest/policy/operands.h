/*
 * operands: parses the values that condition operators compare (operators.h). Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_OPERANDS_H
#define ROLECHAIN_INGEST_POLICY_OPERANDS_H

#include <stdbool.h>

/* All return false if the text has another form. */

bool condition_parse_number(const char *text, double *number);

/* W3C profile of ISO 8601, or UNIX seconds. */
bool condition_parse_date(const char *text, double *epoch_seconds);

struct condition_network {
    unsigned char address[16];
    int bits; /* prefix length */
    bool v6;
};

/* Address or CIDR, v4 or v6. */
bool condition_parse_network(const char *text, struct condition_network *network);

#endif
