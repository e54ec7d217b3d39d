/*
 * error_forms: the messages about assuming roles that AWS and the tools around it print, as ONE table: how each reads,
 * what it proves, what the exports can be asked about it, what to do, and the page that it comes from.
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_FORMS_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a message may tell: the names of the fields in the table's forms. */
enum error_field {
    ERROR_CALLER,
    ERROR_ACTION,
    ERROR_RESOURCE, /* of the call, mostly a role's ARN */
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

/* Its name there: "caller". */
const char *error_field_word(enum error_field field);

/* Where the cause lies. */
enum error_cause {
    CAUSE_POLICIES,    /* the policies that rolechain evaluates */
    CAUSE_CREDENTIALS, /* the caller, the call's signature, MFA, the clock */
    CAUSE_REQUEST,     /* a parameter of the call */
    CAUSE_LIMIT,       /* durations and sizes */
    CAUSE_PROVIDER,    /* the identity provider in IAM */
    CAUSE_TOKEN,       /* the token or assertion */
    CAUSE_REGION,
    CAUSE_SAVING,   /* IAM refuses the policy that is being saved */
    CAUSE_PASSING,  /* a role is passed to a service, or a service assumes it */
    CAUSE_NO_ANSWER /* AWS was not asked */
};
/* As a word for JSON: policies, credentials, request, limit, provider, token, region, saving, passing, no-answer. */
const char *error_cause_word(enum error_cause cause);

/* What the exports can tell about it. */
enum error_question {
    ASK_NOTHING,
    ASK_ACCESS,     /* whether the caller can assume the role, and why not */
    ASK_PERMISSION, /* whether the caller is allowed the action on the resource */
    ASK_SERVICE,    /* whether the role trusts the service */
    ASK_PRINCIPAL,  /* whether the principal that a policy names exists */
    ASK_PROVIDER,   /* whether some trust policy names the provider */
};

struct error_form {
    const char *id; /* a word for JSON and tests */
    /* How it reads, whatever the case of letters: "{caller}" is a word without spaces, "{value...}" any words; a space
     * is any space, or none. */
    const char *reads;
    const char *code; /* the message counts only with this code around it; NULL: with any */
    enum error_cause cause;
    enum error_question question;
    const char *action;  /* that was denied, where the message does not say it in a field; NULL: none */
    const char *service; /* ASK_SERVICE: which, if the message does not say */
    const char *means;   /* sentences without the last full stop */
    const char *to_do;   /* NULL: what the answer of the exports says */
    const char *source;  /* a page */
};

/* Ends in a row without id. */
extern const struct error_form error_forms[];

/* The row of that id; NULL: there is none. */
const struct error_form *error_form_named(const char *id);

/* What stands around messages, with {code} or {operation}; ends in NULL. */
extern const char *const error_wrappers[];

/* A place in a text. */
struct error_place {
    size_t start, end;
    size_t value_start[ERROR_FIELD_COUNT], value_end[ERROR_FIELD_COUNT]; /* equal: has no value */
};

/* The first place of the text, from `from` on, that reads so. False: there is none. */
bool error_form_find(const char *reads, const char *text, size_t from, struct error_place *place);

#endif
