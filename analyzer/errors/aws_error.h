/*
 * aws_error: what AWS printed when a role could not be assumed, taken apart: which message it is, who called what on
 * which role, and which kind of policy it names as the reason. Messages come as people paste them: out of a terminal,
 * a log, JSON, XML, with the words of an SDK or of Terraform around them.
 *
 * The usual denial of sts:AssumeRole names no reason, and stands for a role that does not exist as well: see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_AWS_ERROR_H
#define ROLECHAIN_ANALYZER_ERRORS_AWS_ERROR_H

#include "analyzer/errors/error_forms.h"
#include "graph/decision/decision.h"
#include "ingest/support/arena.h"

/* The kind of policy that a denial names. */
enum error_denier {
    DENIER_UNNAMED, /* the message names none */
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

/* The layer of a decision that it is; false: none, as no export holds such policies or none is named. */
bool error_denier_layer(enum error_denier denier, enum decision_layer_kind *layer);

/* One error. Texts live in the arena; NULL: the message does not say. */
struct aws_error {
    const struct error_form *form; /* NULL: an event of a call that AWS allowed */
    const char *code;              /* AccessDenied, without the "Exception" that SDKs add */
    const char *operation;         /* of the API: AssumeRole */
    const char *values[ERROR_FIELD_COUNT];
    enum error_denier denier;
    bool explicit_deny;           /* a Deny, rather than that nothing allows */
    const char *policy_arn;       /* of the policy that denies */
    const char *when;             /* of an event: 2026-11-02T08:14:09Z */
    const char *subject;          /* of an event: of the token, where the provider is not told */
    const struct fixed_key *keys; /* condition keys of the call that an event tells */
    uint32_t key_count;
};

struct aws_errors {
    struct aws_error *list;
    uint32_t count;
    bool more; /* there were more than ERRORS_MOST; these are the first */
};

enum { ERRORS_MOST = 20 };

/* The errors in a text of any length, in their order, each once. count 0: none is known. */
struct aws_errors aws_errors_read(struct arena *arena, const char *text, size_t length);

/* The error that one message is (NULL: none that is known): for the message of an event. */
const struct aws_error *aws_error_of_message(struct arena *arena, const char *message);

#endif
