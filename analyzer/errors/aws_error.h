/*
 * aws_error: parses what AWS prints if a role cannot be assumed: which message it is, who called what on which role,
 * and which kind of policy it names as the reason. Messages come as people paste them: from a terminal, a log, JSON,
 * XML, with the words of an SDK or of Terraform around them.
 *
 * The usual denial of sts:AssumeRole gives no reason, and is also the answer for a role that does not exist: see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_AWS_ERROR_H
#define ROLECHAIN_ANALYZER_ERRORS_AWS_ERROR_H

#include "analyzer/errors/error_forms.h"
#include "graph/decision/decision.h"
#include "ingest/support/arena.h"

/* The kind of policy that a denial names. */
enum error_denier {
    DENIER_UNNAMED, /* the message does not say */
    DENIER_IDENTITY,
    DENIER_SCP,
    DENIER_RCP,
    DENIER_BOUNDARY,
    DENIER_SESSION,
    DENIER_ENDPOINT, /* a VPC endpoint policy */
    DENIER_TRUST,
};

/* "service control policy"; NULL for DENIER_UNNAMED. */
const char *error_denier_words(enum error_denier denier);

/* The layer of a decision for that kind; false: no export contains such policies, or the kind is unknown. */
bool error_denier_layer(enum error_denier denier, enum decision_layer_kind *layer);

/* One error. Texts live in the arena; NULL: not given in the message. */
struct aws_error {
    const struct error_form *form; /* NULL: an event of a call that AWS allowed */
    const char *code;              /* AccessDenied, without the "Exception" that SDKs append */
    const char *operation;         /* the API operation: AssumeRole */
    const char *values[ERROR_FIELD_COUNT];
    enum error_denier denier;
    bool explicit_deny;           /* denied by a Deny, not because nothing allows it */
    const char *policy_arn;       /* the policy that denies */
    const char *when;             /* for an event: 2026-11-02T08:14:09Z */
    const char *subject;          /* for an event: the token's subject, if the provider is not given */
    const struct fixed_key *keys; /* condition keys of the call that the event gives */
    uint32_t key_count;
};

struct aws_errors {
    struct aws_error *list;
    uint32_t count;
    bool more; /* there were more than ERRORS_MOST; these are the first ones */
};

enum { ERRORS_MOST = 20 };

/* The errors in a text of any length, in order, without duplicates. count 0: no known error. */
struct aws_errors aws_errors_read(struct arena *arena, const char *text, size_t length);

/* The error in a single message, such as that of an event; NULL: not a known one. */
const struct aws_error *aws_error_of_message(struct arena *arena, const char *message);

#endif
