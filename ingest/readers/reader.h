/*
 * reader: the toolkit of all readers of exports. A reader is called with the cursor before a value (export_kind.h) and
 * leaves it after that value. What it finds goes into the batch, and so do problems. Texts returned from here live in
 * the arena of the batch.
 *
 * reader.c reads values, reader_documents.c policy documents; reader_facts.c builds batch entries.
 */
#ifndef ROLECHAIN_INGEST_READERS_READER_H
#define ROLECHAIN_INGEST_READERS_READER_H

#include "ingest/input/json_cursor.h"
#include "ingest/readers/export_kind.h"
#include "ingest/support/intern.h"
#include <jansson.h>

/* A document that was read but not yet taken. */
struct export_held {
    struct batch_document document; /* complete unless is_text */
    bool is_text;                   /* it came as text: text, lines and place describe it */
    struct text text, lines;
    struct document_place place; /* length 0: do not remember it */
    uint64_t place_key[2];
};

/* What a call of Identity Center was asked about, each as the last part of its ARN or id: in file names as
 * CALL.333344445555.ps-3c4d5e6f708192a3.json, in envelopes as options. NULL: not given. */
struct export_asked {
    const char *account, *permission_set, *group, *application;
    bool narrowed; /* the call asked for a part of the answer only (--provisioning-status) */
};

/* A file being read. */
struct export_reader {
    struct batch *batch;
    struct document_table *documents;
    struct json_cursor cursor;
    const char *account;                /* from the path or the user; NULL: unknown */
    bool account_given;                 /* given by the user */
    const char *label;                  /* distinguishes the file from all others; "" if there are no others */
    const char *named_account, *region; /* of the answer, from the path or the envelope; NULL: unknown */
    const char *service;                /* of the call, from the file name or the envelope: "eks"; "": unknown */
    const char *call;     /* from the file name or the envelope: "list-accounts-for-parent"; "": unknown */
    const char *argument; /* likewise: "ou-ab12-…"; "" if the call has none or it is unknown */
    const char *filter;   /* likewise: "SERVICE_CONTROL_POLICY" if the call asked for one type of policy; else "" */
    struct export_asked asked;
    struct text pointer; /* JSON pointer of the element being read */
    struct text name;    /* of the last member read */
    struct text scratch;
    struct export_held held;
    struct intern scopes; /* scopes of planned entities that this file has reported (planned.h) */
    void *state;          /* for the kind whose reader is called: see export_kind.h */
    bool recognised;      /* set by export_recognise */
    bool small_letters;   /* members of IAM's shapes begin with a small letter, as in AWS Config */
};

/* Says that the file is of that kind, so that a problem in it makes the load incomplete. For readers of members whose
 * name alone does not prove the kind. */
void export_recognise(struct export_reader *reader, const struct export_kind *kind);

/* Zeroed memory in the batch's arena; a copy of a text in it. */
void *export_allocate(struct export_reader *reader, size_t size);
const char *export_keep(struct export_reader *reader, const char *text, size_t length);

/* A copy of the text, which is freed. */
const char *export_keep_text(struct export_reader *reader, struct text *text);

/* ---- the current place, and problems there */

/* Adds a problem for the current element, at the line and column of the cursor unless line is given. */
void export_problem(struct export_reader *reader, enum problem_severity severity, const char *code, uint32_t line,
                    uint32_t column, const char *message);

/* Reports the cursor's complaint as an error of the current element; true if there was one. */
bool export_complaint(struct export_reader *reader);

/* Extends the JSON pointer (RFC 6901) by a member of the current element; returns the value for export_point_back. */
size_t export_point(struct export_reader *reader, const char *member);
void export_point_back(struct export_reader *reader, size_t before);

/* ---- values */

/* json_cursor_next_member into reader->name, spelt as in IAM's API. */
bool export_next_member(struct export_reader *reader, bool *first);

/* Reads a string; NULL with a problem if it is something else, or contains a NUL. null gives NULL without a problem. */
const char *export_string(struct export_reader *reader);

/* Reads a value of any type. NULL: it is invalid, which is the cursor's error, or jansson refuses it. New reference. */
json_t *export_json(struct export_reader *reader);

/* The text of the object's member (both may be NULL or of another type); NULL: not a text. In the batch's arena. */
const char *export_json_text(struct export_reader *reader, const json_t *object, const char *member);

/* Reads a number or a string as text (dates can be either). */
const char *export_text(struct export_reader *reader);

/* Whether the next value has that type (CURSOR_OBJECT, CURSOR_ARRAY). If not, it is skipped, with a problem unless it
 * is null. */
bool export_expects(struct export_reader *reader, enum json_cursor_type type);

/* Reads the named string members of an object; others are skipped. values[i] is NULL if names[i] is absent. */
void export_strings(struct export_reader *reader, const char *const *names, const char **values, size_t count);
/* The same, then returns the cursor to the beginning of the object. */
void export_strings_ahead(struct export_reader *reader, const char *const *names, const char **values, size_t count);

/* Which of the names (ending in NULL) the first element of the next array has as members: a bit for each. The cursor
 * returns to the beginning of the array. */
unsigned export_first_members(struct export_reader *reader, const char *const *names);

/* Reads an array of strings as canonical JSON; NULL, with a problem, if an element is not a string. */
const char *export_text_array(struct export_reader *reader);

/* An array being read; the JSON pointer is that of the element. */
struct export_list {
    size_t pointer, index;
    uint32_t line, column; /* where the element begins */
    bool first;
    bool lost; /* an element could not be read, so absence from the list proves nothing */
};

bool export_list_enter(struct export_reader *reader, struct export_list *list);
bool export_list_next(struct export_reader *reader, struct export_list *list);
/* Reads the next element if it is an object; NULL: it is not, which is reported as `what`. New reference. */
json_t *export_list_object(struct export_reader *reader, struct export_list *list, const char *what);
/* Reports an error for the element and marks the list as lost. */
void export_list_lose(struct export_reader *reader, struct export_list *list, const char *message);

/* JSON inside a string: between export_embed and export_embed_end the reader reads the contents of the string. Lines
 * and columns are those of the string. export_embed returns false, with a problem, if the next value is not such a
 * string; the value is skipped. */
struct export_embedded {
    struct json_cursor outer;
    struct text text;
};
bool export_embed(struct export_reader *reader, struct export_embedded *embedded);
void export_embed_end(struct export_reader *reader, struct export_embedded *embedded);
/* Instead of export_embed_end, if the contents of the string are not for this reader. */
void export_embed_leave(struct export_reader *reader, struct export_embedded *embedded);
/* Whether the next value is a string that begins like an object. */
bool export_embeds_object(struct export_reader *reader);

/* ---- policy documents */

/* Reads a policy document: an object, JSON in a string, or percent-encoded JSON in a string. */
void export_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* Uses JSON text as a policy document on that line. */
void export_text_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                          uint32_t line, struct batch_document *document);

/* export_document in two steps, for a document that may turn out not to count: only documents that are taken are parsed
 * and kept. Reading the next one drops a document that was not taken. */
void export_hold_document(struct export_reader *reader, enum policy_kind kind);
void export_take_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* ---- building batch entries: texts are kept as given */

/* An empty principal, and functions that add to it. A document may have no entry, or be NULL: the policy exists, its
 * text is unknown. provided: as in struct batch_policy. */
struct batch_principal *export_principal(struct export_reader *reader, enum batch_standing standing);
void export_add_inline(struct export_reader *reader, struct batch_principal *principal, const char *name,
                       const struct batch_document *document);
void export_add_managed(struct export_reader *reader, struct batch_principal *principal, const char *arn,
                        const char *provided);
void export_add_pair(struct export_reader *reader, struct batch_pair **list, const char *key, const char *value);
void export_append_policy(struct batch_policy **list, struct batch_policy *policy);

/* False: the text (may be NULL) is not the ARN of a group. */
bool export_add_group(struct export_reader *reader, struct batch_principal *principal, const char *arn);

/* Reads {"KEY": "VALUE"}; false if a value is not a string, so that not all tags are known. */
bool export_tags(struct export_reader *reader, struct batch_pair **tags);

/* Fills in kind, account, partition, name and path from the principal's ARN; returns NULL, or why that is
 * impossible. */
const char *export_settle(struct export_reader *reader, struct batch_principal *principal);

/* Adds a managed policy; NULL: the ARN (may be NULL) is not the ARN of a policy. */
struct batch_managed_policy *export_policy(struct export_reader *reader, const char *arn, const char *name,
                                           enum batch_standing standing, const struct batch_document *document);

/* Adds a fact. */
struct batch_fact *export_fact(struct export_reader *reader, enum batch_fact_type type, const char *a, const char *b,
                               const char *c, const char *d);

/* Adds a policy of an organization; name NULL: unknown. */
struct batch_fact *export_organization_policy(struct export_reader *reader, const char *id, const char *type,
                                              const char *name, bool aws_managed);

/* Adds a row about something that runs with roles; its texts in order, missing ones are NULL. */
#define EXPORT_WORKLOAD(reader, type, ...)                                                                             \
    export_workload((reader), (type), (const char *const[BATCH_WORKLOAD_TEXTS]){__VA_ARGS__})
void export_workload(struct export_reader *reader, enum batch_workload_type type,
                     const char *const texts[BATCH_WORKLOAD_TEXTS]);

/* "ACCOUNT REGION" of the answer, the argument of listings for one region; NULL: one of them is unknown. */
const char *export_scope(struct export_reader *reader);

/* "arn:aws:SERVICE:REGION:ACCOUNT:BEFORE NAME" without the space, for the account and region of the answer; NULL: one
 * of them is unknown. */
const char *export_resource(struct export_reader *reader, const char *service, const char *before, const char *name);

/* Whether the answer can come from the service: file name and envelope name no service or this one. */
bool export_may_be_of(const struct export_reader *reader, const char *service);

/* Adds the fact that the answer to a call is a complete list; lost: it is not. A NextToken comes later; the fact is
 * then marked. */
void export_listing(struct export_reader *reader, const char *call, const char *argument, bool lost);

/* For arn:P:organizations::MANAGEMENT:account/o-x/ID and the like: notes the organization, its management account and
 * partition, and returns its id; NULL if the text (may be NULL) is not such an ARN. */
const char *export_organization_of(struct export_reader *reader, const char *arn);

/* Adds the fact that an OpenID Connect provider exists: by its ARN, or (NULL) by its URL in the account named by the
 * path. client_ids: from export_text_array. */
void export_oidc_provider(struct export_reader *reader, const char *arn, const char *url, const char *client_ids);

#endif
