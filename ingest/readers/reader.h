/*
 * reader: the toolkit of all readers of exports. A reader is called with the cursor before a value (export_kind.h) and
 * leaves it after that value. What it finds goes into the batch, and so do problems. Texts returned from here live in
 * the arena of the batch.
 *
 * reader.c has what is read, reader_documents.c policy documents, reader_facts.c what is put together.
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
    bool is_text;                   /* text, lines and place say what it is */
    struct text text, lines;
    struct document_place place; /* length 0: not to be remembered */
    uint64_t place_key[2];
};

/* What a call of Identity Center was asked about, each as the last part of its ARN or id: file names have it as
 * CALL.333344445555.ps-3c4d5e6f708192a3.json, envelopes as options. NULL: not said. */
struct export_asked {
    const char *account, *permission_set, *group, *application;
    bool narrowed; /* only a part of the answer was asked for (--provisioning-status) */
};

/* A file while it is read. */
struct export_reader {
    struct batch *batch;
    struct document_table *documents;
    struct json_cursor cursor;
    const char *account;                /* that the path names, or the user; NULL unknown */
    bool account_given;                 /* the user says so */
    const char *label;                  /* tells the file apart from all others; "" if there is no other */
    const char *named_account, *region; /* of the answer, as the path or the envelope names them; NULL unknown */
    const char *service;                /* of the call, where file name or envelope says so: "eks"; "" unknown */
    const char *call;                   /* from the file name or envelope: "list-accounts-for-parent"; "" unknown */
    const char *argument;               /* likewise: "ou-ab12-…"; "" if the call has none or it is unknown */
    const char *filter; /* likewise: "SERVICE_CONTROL_POLICY" where the call was asked for one type of policy; "" */
    struct export_asked asked;
    struct text pointer; /* JSON pointer of the element being read */
    struct text name;    /* of the member that was read last */
    struct text scratch;
    struct export_held held;
    struct intern scopes; /* of planned things that this file has told of (planned.h) */
    void *state;          /* of the kind whose reader is called: see export_kind.h */
    bool recognised;      /* export_recognise was called since this was set to false */
    bool small_letters;   /* member names of IAM's shapes begin with a small letter, as AWS Config writes them */
};

/* The file is of that kind, and a problem in it makes the load incomplete. For readers of members whose name alone does
 * not tell. */
void export_recognise(struct export_reader *reader, const struct export_kind *kind);

/* Zeroed memory of the batch, and a copy of a text in it. */
void *export_allocate(struct export_reader *reader, size_t size);
const char *export_keep(struct export_reader *reader, const char *text, size_t length);

/* A copy of what was put together, whose memory is given back. */
const char *export_keep_text(struct export_reader *reader, struct text *text);

/* ---- the current place, and problems there */

/* Adds a problem at the current element; line and column of the cursor unless line is given. */
void export_problem(struct export_reader *reader, enum problem_severity severity, const char *code, uint32_t line,
                    uint32_t column, const char *message);

/* Reports the cursor's error as an error of the current element; true if there was one. */
bool export_complaint(struct export_reader *reader);

/* Makes the JSON pointer (RFC 6901) that of a member of the current element; gives what export_point_back takes. */
size_t export_point(struct export_reader *reader, const char *member);
void export_point_back(struct export_reader *reader, size_t before);

/* ---- values */

/* json_cursor_next_member into reader->name, which is spelt as IAM's API spells it. */
bool export_next_member(struct export_reader *reader, bool *first);

/* Reads a string; NULL with a problem if it is something else, or holds a NUL. null gives NULL without a problem. */
const char *export_string(struct export_reader *reader);

/* Reads a value of any type. NULL: it is broken, which is the cursor's error, or holds what jansson refuses. New
 * reference. */
json_t *export_json(struct export_reader *reader);

/* The text of the object's member (both may be NULL or something else); NULL: it is none. In the batch's arena. */
const char *export_json_text(struct export_reader *reader, const json_t *object, const char *member);

/* Reads a number or a string as text (dates come as both). */
const char *export_text(struct export_reader *reader);

/* Whether a value of that type (CURSOR_OBJECT, CURSOR_ARRAY) comes. If not it is passed over, with a problem unless it
 * is null. */
bool export_expects(struct export_reader *reader, enum json_cursor_type type);

/* Reads an object of strings into the named members; others are passed over. values[i] is NULL if names[i] is absent.
 */
void export_strings(struct export_reader *reader, const char *const *names, const char **values, size_t count);
/* The same, and the cursor stands before the object again. */
void export_strings_ahead(struct export_reader *reader, const char *const *names, const char **values, size_t count);

/* Of the names (ending in NULL) those that the first element of the array that comes has as members: a bit for each.
 * The cursor stands before the array again. */
unsigned export_first_members(struct export_reader *reader, const char *const *names);

/* Reads an array of texts as canonical JSON; NULL, with a problem, if an element is no text. */
const char *export_text_array(struct export_reader *reader);

/* An array while it is read: the JSON pointer is that of the element. */
struct export_list {
    size_t pointer, index;
    uint32_t line, column; /* where the element begins */
    bool first;
    bool lost; /* an element was not read, so the list says nothing of what it does not name */
};

bool export_list_enter(struct export_reader *reader, struct export_list *list);
bool export_list_next(struct export_reader *reader, struct export_list *list);
/* The object that comes as an element; NULL: it is none, which is reported as `what`. New reference. */
json_t *export_list_object(struct export_reader *reader, struct export_list *list, const char *what);
/* Reports the element as an error. */
void export_list_lose(struct export_reader *reader, struct export_list *list, const char *message);

/* JSON in a string: from export_embed to export_embed_end the reader reads what the string holds. Lines and columns are
 * those of the string. export_embed gives false, with a problem, if no such string comes; the value is passed over. */
struct export_embedded {
    struct json_cursor outer;
    struct text text;
};
bool export_embed(struct export_reader *reader, struct export_embedded *embedded);
void export_embed_end(struct export_reader *reader, struct export_embedded *embedded);
/* Instead of export_embed_end, where what the string holds is not for the reader, whatever it is. */
void export_embed_leave(struct export_reader *reader, struct export_embedded *embedded);
/* Whether a string comes that begins as one with an object does. */
bool export_embeds_object(struct export_reader *reader);

/* ---- policy documents */

/* Reads a policy document: an object, JSON in a string, or percent-encoded JSON in a string. */
void export_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* Takes JSON text for a policy document that stands on that line. */
void export_text_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                          uint32_t line, struct batch_document *document);

/* The first in two steps, for a document of which one learns later whether it counts: only those that are taken are
 * parsed and kept. A document that is not taken before the next one is read is gone. */
void export_hold_document(struct export_reader *reader, enum policy_kind kind);
void export_take_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* ---- what is put together: texts are kept as they are */

/* An empty principal, and what belongs to it. A document may be without entry, or NULL: the policy is there, its text
 * is not known. provided: as in struct batch_policy. */
struct batch_principal *export_principal(struct export_reader *reader, enum batch_standing standing);
void export_add_inline(struct export_reader *reader, struct batch_principal *principal, const char *name,
                       const struct batch_document *document);
void export_add_managed(struct export_reader *reader, struct batch_principal *principal, const char *arn,
                        const char *provided);
void export_add_pair(struct export_reader *reader, struct batch_pair **list, const char *key, const char *value);
void export_append_policy(struct batch_policy **list, struct batch_policy *policy);

/* False: the text (may be NULL) is no ARN of a group. */
bool export_add_group(struct export_reader *reader, struct batch_principal *principal, const char *arn);

/* Reads {"KEY": "VALUE"}; false if a value is none, so that not all tags are known. */
bool export_tags(struct export_reader *reader, struct batch_pair **tags);

/* Fills in kind, account, partition, name and path from the principal's ARN; NULL, or why that cannot be. */
const char *export_settle(struct export_reader *reader, struct batch_principal *principal);

/* Adds a managed policy; NULL: the ARN (may be NULL) is not that of a policy. */
struct batch_managed_policy *export_policy(struct export_reader *reader, const char *arn, const char *name,
                                           enum batch_standing standing, const struct batch_document *document);

/* Adds a fact. */
struct batch_fact *export_fact(struct export_reader *reader, enum batch_fact_type type, const char *a, const char *b,
                               const char *c, const char *d);

/* Adds a policy of an organization; name NULL: not known. */
struct batch_fact *export_organization_policy(struct export_reader *reader, const char *id, const char *type,
                                              const char *name, bool aws_managed);

/* Adds a row about what runs with roles, with its texts in their order; those that are left out are NULL. */
#define EXPORT_WORKLOAD(reader, type, ...)                                                                             \
    export_workload((reader), (type), (const char *const[BATCH_WORKLOAD_TEXTS]){__VA_ARGS__})
void export_workload(struct export_reader *reader, enum batch_workload_type type,
                     const char *const texts[BATCH_WORKLOAD_TEXTS]);

/* "ACCOUNT REGION" of the answer, the argument of listings of what is in one; NULL: not both are known. */
const char *export_scope(struct export_reader *reader);

/* "arn:aws:SERVICE:REGION:ACCOUNT:BEFORE NAME" without the space, of the account and region that the answer is of;
 * NULL: not both are known. */
const char *export_resource(struct export_reader *reader, const char *service, const char *before, const char *name);

/* Whether the answer may be one of the service's: file name and envelope name none or this one. */
bool export_may_be_of(const struct export_reader *reader, const char *service);

/* Adds that the answer to a call lists all there is; lost: it does not. NextToken comes last and is seen after this:
 * the fact is then marked. */
void export_listing(struct export_reader *reader, const char *call, const char *argument, bool lost);

/* arn:P:organizations::MANAGEMENT:account/o-x/ID and the like: notes the organization, its management account and
 * partition, and returns its id; NULL if the text (may be NULL) is no such ARN. */
const char *export_organization_of(struct export_reader *reader, const char *arn);

/* Adds the fact that there is an OpenID Connect provider: by its ARN, or (NULL) by its URL in the account that the path
 * names. client_ids as of export_text_array. */
void export_oidc_provider(struct export_reader *reader, const char *arn, const char *url, const char *client_ids);

#endif
