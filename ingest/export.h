/*
 * export: recognises what a file is by its content and reads it into a batch.
 *
 * Kinds of exports are rows of ONE table (export.c): by which members of the top-level object they are known, and which
 * reader takes each member. One file may hold several documents (pages put together, NDJSON, arrays of pages) and
 * several kinds.
 */
#ifndef ROLECHAIN_INGEST_EXPORT_H
#define ROLECHAIN_INGEST_EXPORT_H

#include "ingest/input/json_cursor.h"
#include "ingest/policy/batch.h"

/* A document that was read and may not be wanted. */
struct export_held {
    struct batch_document document; /* complete unless is_text */
    bool is_text;                   /* text, lines and place say what it is */
    struct text text, lines;
    struct document_place place; /* length 0: not to be remembered */
};

/* A file while it is read. */
struct export_reader {
    struct batch *batch;
    struct document_table *documents;
    struct json_cursor cursor;
    const char *call;     /* from the file name or envelope: "list-accounts-for-parent"; "" unknown */
    const char *argument; /* likewise: "ou-ab12-…"; "" if the call has none or it is unknown */
    const char *filter;   /* likewise: "SERVICE_CONTROL_POLICY" where the call was asked for one type of policy; "" */
    const char *other_kind, *other_why; /* of the first object that is not read; NULL: there is none */
    uint32_t other_line;
    struct text pointer; /* JSON pointer of the element being read */
    struct text scratch, name;
    struct export_held held;
    bool paged;                            /* this document said that more follow */
    const char *provider_url, *client_ids; /* of this document, met so far; NULL: not */
    const char *account;                   /* that the path names, or the user; NULL unknown */
    struct template_reading *template;     /* cloudformation.c's; NULL: no template was met */
    struct terraform_reading *terraform;   /* terraform.c's; NULL: no plan was met */
    struct trail_reading *trail;           /* cloudtrail.c's; NULL: no events were met */
    bool recognised;                       /* see export_kind */
    bool small_letters; /* member names of IAM's shapes begin with a small letter, as AWS Config writes them */
    enum batch_standing standing; /* of the principals that are read */
    const char *as_of;            /* likewise */
};

/* Reads the text that comes through the window, and was found under that path (account: what the path or the user says
 * whose it is, or NULL), into the batch, which is
 * zero-initialised. What is wrong goes into the batch. */
void export_read(struct batch *batch, struct document_table *documents, const char *path, const char *account,
                 struct json_window *window);

/* ---- for the readers of single members */

/* The file is of that kind, and a problem in it makes the load incomplete. For readers of members whose name alone does
 * not tell. */
void export_kind(struct export_reader *reader, const char *kind);

/* Reads the value the cursor stands before. */
typedef void export_member_reader(struct export_reader *reader, const char *member);

export_member_reader read_principal_list; /* UserDetailList, GroupDetailList, RoleDetailList, Roles */
export_member_reader read_one_role;       /* Role */
export_member_reader read_policies;       /* Policies: IAM's (with versions or without) and Organizations' */
export_member_reader read_policy;         /* Policy: Organizations' describe-policy; IAM's get-policy is passed over */
export_member_reader read_organization;   /* Organization */
export_member_reader read_accounts;       /* Accounts */
export_member_reader read_roots;          /* Roots */
export_member_reader read_units;          /* OrganizationalUnits */
export_member_reader read_children;       /* Children */
export_member_reader read_parents;        /* Parents */
export_member_reader read_targets;        /* Targets */
export_member_reader read_saml_providers; /* SAMLProviderList */
export_member_reader read_oidc_providers; /* OpenIDConnectProviderList */
export_member_reader read_client_ids;     /* ClientIDList */
export_member_reader read_provider_url;   /* Url */
export_member_reader read_aliases;        /* AccountAliases */
export_member_reader read_config_items;   /* configurationItems, baseConfigurationItems, Results */
export_member_reader read_config_left;    /* unprocessedResourceKeys */
export_member_reader read_trail_records;  /* Records */
export_member_reader read_trail_events;   /* Events */
void trail_end(struct export_reader *reader);
export_member_reader read_planned_values;        /* planned_values */
export_member_reader read_state_values;          /* values */
export_member_reader read_resource_changes;      /* resource_changes */
export_member_reader read_prior_state;           /* prior_state */
export_member_reader read_configuration_of_plan; /* configuration */
export_member_reader read_template_resources;    /* Resources */
export_member_reader read_template_values;       /* Parameters, Mappings */
export_member_reader read_template_version;      /* AWSTemplateFormatVersion */
export_member_reader read_template_transform;    /* Transform */
/* At the end of the object that holds them; and to give up what is kept of it. */
void template_finish(struct export_reader *reader);
void template_end(struct export_reader *reader);
void terraform_finish(struct export_reader *reader);
void terraform_end(struct export_reader *reader);

/* The comma-separated lines of a credential report, before which the cursor stands. */
void read_credential_report(struct export_reader *reader);
export_member_reader read_encoded_report; /* Content of get-credential-report */

/* One element of a RoleDetailList that stands alone in an array (--query). */
void read_bare_principal(struct export_reader *reader);
/* The same of Policies. */
void read_bare_policy(struct export_reader *reader);
/* If the path is one of an iam-collect store: reads the file, or says why not. */
bool read_collected(struct export_reader *reader, const char *path);
/* Elements of nodes.json and groups.json, and of policies.json, of a PMapper graph. */
void read_pmapper_node(struct export_reader *reader);
void read_pmapper_policy(struct export_reader *reader);

/* Zeroed memory of the batch; NULL when memory is exhausted. */
void *export_allocate(struct export_reader *reader, size_t size);

/* For readers that put principals together: an empty one (NULL: out of memory), what belongs to it, and a managed
 * policy (NULL: the ARN is none of a policy). A document may be without entry: the policy is there, its text is not
 * known. Texts are kept as they are. */
struct batch_principal *export_principal(struct export_reader *reader, enum batch_standing standing);
void export_add_inline(struct export_reader *reader, struct batch_principal *principal, const char *name,
                       const struct batch_document *document);
void export_add_managed(struct export_reader *reader, struct batch_principal *principal, const char *arn);
void export_add_pair(struct export_reader *reader, struct batch_pair **list, const char *key, const char *value);
/* False: the text (may be NULL) is no ARN of a group. */
bool export_add_group(struct export_reader *reader, struct batch_principal *principal, const char *arn);
struct batch_managed_policy *export_policy(struct export_reader *reader, const char *arn, const char *name,
                                           enum batch_standing standing, const struct batch_document *document);
void export_append_policy(struct batch_policy **list, struct batch_policy *policy);

/* Reads [{"PolicyName", "PolicyDocument"}]. */
void export_inline_policies(struct export_reader *reader, struct batch_principal *principal);

/* Reads {"KEY": "VALUE"}; false if a value is none, so that not all tags are known. */
bool export_tags(struct export_reader *reader, struct batch_pair **tags);

/* Fills in kind, account, partition, name and path from the principal's ARN; NULL, or why that cannot be. */
const char *export_settle(struct export_reader *reader, struct batch_principal *principal);

/* Adds a problem at the current element; line and column of the cursor unless line is given. */
void export_problem(struct export_reader *reader, const char *severity, const char *code, uint32_t line,
                    uint32_t column, const char *message);

/* Takes what the cursor complained of as an error of the current element; true if there was something. */
bool export_complaint(struct export_reader *reader);

/* Makes the JSON pointer (RFC 6901) that of a member of the current element; gives what export_point_back takes. */
size_t export_point(struct export_reader *reader, const char *member);
void export_point_back(struct export_reader *reader, size_t before);

/* json_cursor_next_member into reader->name, which is spelt as IAM's API spells it. */
bool export_next_member(struct export_reader *reader, bool *first);

/* JSON in a string: from export_embed to export_embed_end the reader reads what the string holds. Lines and columns are
 * those of the string. export_embed gives false, with a problem, if no such string comes; the value is passed over. */
struct export_embedded {
    struct json_cursor outer;
    struct text text;
};
bool export_embed(struct export_reader *reader, struct export_embedded *embedded);
void export_embed_end(struct export_reader *reader, struct export_embedded *embedded);

/* Reads an array of texts as canonical JSON, kept in the batch; NULL, with a problem, if an element is no text. */
const char *export_text_array(struct export_reader *reader);

/* Adds the fact that there is an OpenID Connect provider: by its ARN, or (NULL) by its URL in the account that the path
 * names. client_ids as of export_text_array. */
void export_oidc_provider(struct export_reader *reader, const char *arn, const char *url, const char *client_ids);

/* An array while it is read: the JSON pointer is that of the element. */
struct export_list {
    size_t pointer, index;
    uint32_t line, column; /* where the element begins */
    bool first;
    bool lost; /* an element was not read, so the list says nothing of what it does not name */
};

bool export_list_enter(struct export_reader *reader, struct export_list *list);
bool export_list_next(struct export_reader *reader, struct export_list *list);
/* Reports the element as an error. */
void export_list_lose(struct export_reader *reader, struct export_list *list, const char *message);

/* A copy in the batch; "" when memory is exhausted. */
const char *export_keep(struct export_reader *reader, const char *text, size_t length);

/* Reads a string member, kept in the batch; NULL with a problem if it is something else, or holds a NUL. null gives
 * NULL without a problem. */
const char *export_string(struct export_reader *reader);

/* arn:P:organizations::MANAGEMENT:account/o-x/ID and the like: notes the organization, its management account and
 * partition, and returns its id; NULL if the text (may be NULL) is no such ARN. */
const char *export_organization_of(struct export_reader *reader, const char *arn);

/* Reads a number or a string as text (dates come as both). */
const char *export_text(struct export_reader *reader);

/* Reads a policy document: an object, JSON in a string, or percent-encoded JSON in a string. */
void export_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* Takes JSON text for a policy document that stands on that line. */
void export_text_document(struct export_reader *reader, enum policy_kind kind, const char *text, size_t length,
                          uint32_t line, struct batch_document *document);

/* The same in two steps, for a document of which one learns later whether it counts: only those that are taken are
 * parsed and kept. A document that is not taken before the next one is read is gone. */
void export_hold_document(struct export_reader *reader, enum policy_kind kind);
void export_take_document(struct export_reader *reader, enum policy_kind kind, struct batch_document *document);

/* Reads an object of strings into the named members; others are passed over. values[i] is NULL if names[i] is absent.
 */
void export_strings(struct export_reader *reader, const char *const *names, const char **values, size_t count);
/* The same, and the cursor stands before the object again. */
void export_strings_ahead(struct export_reader *reader, const char *const *names, const char **values, size_t count);

/* Adds a fact to the batch. */
struct batch_fact *export_fact(struct export_reader *reader, enum batch_fact_type type, const char *a, const char *b,
                               const char *c, const char *d);

#endif
