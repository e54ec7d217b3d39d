/*
 * error_forms: the messages about assuming roles that AWS and the tools around it print, as ONE table: their patterns,
 * what each proves, what to ask the exports about it, what to do, and the source page.
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_FORMS_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a message may contain: the fields in the patterns of the table. */
enum error_field {
    ERROR_CALLER,
    ERROR_ACTION,
    ERROR_RESOURCE, /* of the call, usually a role's ARN */
    ERROR_ROLE,     /* a role's bare name */
    ERROR_PRINCIPAL,
    ERROR_ISSUER,
    ERROR_ACCOUNT,
    ERROR_SERVICE,
    ERROR_CODE,
    ERROR_OPERATION,
    ERROR_VALUE,
    ERROR_NOW,
    ERROR_THEN,
    ERROR_FIELD_COUNT
};

/* The field's name in patterns: "caller". */
const char *error_field_word(enum error_field field);

/* What causes the error. */
enum error_cause {
    CAUSE_POLICIES,    /* the policies that rolechain evaluates */
    CAUSE_CREDENTIALS, /* the caller, the call's signature, MFA, the clock */
    CAUSE_REQUEST,     /* a parameter of the call */
    CAUSE_LIMIT,       /* a limit of durations or sizes */
    CAUSE_PROVIDER,    /* the identity provider in IAM */
    CAUSE_TOKEN,       /* the token or assertion */
    CAUSE_REGION,
    CAUSE_SAVING,   /* IAM refuses a policy while it is saved */
    CAUSE_PASSING,  /* passing a role to a service, or a service assuming it */
    CAUSE_NO_ANSWER /* AWS was not reached */
};
/* As a word for JSON: policies, credentials, request, limit, provider, token, region, saving, passing, no-answer. */
const char *error_cause_word(enum error_cause cause);

/* What the exports are asked about it. */
enum error_question {
    ASK_NOTHING,
    ASK_ACCESS,     /* whether the caller can assume the role, and why not */
    ASK_PERMISSION, /* whether the caller is allowed the action on the resource */
    ASK_SERVICE,    /* whether the role trusts the service */
    ASK_PRINCIPAL,  /* whether a principal named in a policy exists */
    ASK_PROVIDER,   /* whether any trust policy names the provider */
};

struct error_form {
    const char *id; /* a word for JSON and tests */
    /* The pattern, ignoring case: "{caller}" matches a word without spaces, "{value...}" any words; a space matches any
     * white space, or none. */
    const char *reads;
    const char *code; /* the message only counts with this error code; NULL: with any */
    enum error_cause cause;
    enum error_question question;
    const char *action;  /* the denied action, if no field of the message gives it; NULL: none */
    const char *service; /* ASK_SERVICE: the service, if the message does not give it */
    const char *means;   /* sentences without the final full stop */
    const char *to_do;   /* NULL: the answer from the exports says it */
    const char *source;  /* URL of a page */
};

/* Ends in a row without id. */
extern const struct error_form error_forms[];

/* The row with that id; NULL: there is none. */
const struct error_form *error_form_named(const char *id);

/* Patterns of texts around messages, with {code} or {operation}; ends in NULL. */
extern const char *const error_wrappers[];

/* A match in a text. */
struct error_place {
    size_t start, end;
    size_t value_start[ERROR_FIELD_COUNT], value_end[ERROR_FIELD_COUNT]; /* equal: no value */
};

/* The first match of the pattern in the text from `from` on. False: there is none. */
bool error_form_find(const char *reads, const char *text, size_t from, struct error_place *place);

#endif
