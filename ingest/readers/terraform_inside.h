/*
 * The inside of the Terraform reader, shared by terraform.c (the whole), terraform_resources.c (a resource),
 * terraform_configuration.c (what else is read), terraform_references.c (what values come from that are not known yet),
 * terraform_providers.c (in whose account) and terraform_documents.c (policies that only the configuration has).
 */
#ifndef ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H

#include "ingest/readers/planned.h"
#include <jansson.h>

/* A provider of the configuration: what is made by one is of one account. */
struct terraform_provider {
    struct planned_scope scope;
    bool said;            /* the configuration names the account */
    const char *variable; /* by which it does if that has a value: "var.role", "var.accounts.prod"; NULL: none */
    bool several;         /* what it made is of several accounts, so that it tells nothing */
};

/* An ARN of something that is there. */
struct terraform_notice {
    const char *address, *account;
    struct terraform_notice *next;
};

/* A planned provider of identity, which has no ARN yet. */
struct terraform_made {
    const char *address;
    struct batch_fact *fact;
    struct terraform_made *next;
};

/* A policy document that the plan does not have. */
struct terraform_late {
    const char *address; /* of the resource whose it is */
    enum policy_kind kind;
    uint32_t line;
    const char *why, *pointer; /* what is said if it stays unknown; why NULL: nothing */
    struct batch_document *document;
    struct terraform_late *next;
};

/* reader->state of these kinds. */
struct terraform_reading {
    struct planned planned;
    bool only_account;        /* resources are looked at for whose they are, and not added */
    struct intern boundaries; /* addresses whose boundary is made later */
    struct intern references; /* "ADDRESS ATTRIBUTE" of the configuration, without indexes */
    const char **targets; /* by number: what is referred to, with its index if one is written; "": several, or none */
    uint32_t target_room;
    json_t *variables;       /* {"NAME": {"value": …}} of the plan; NULL: none */
    struct intern providers; /* keys of the configuration: "aws.prod" */
    struct terraform_provider **provider_list;
    uint32_t provider_room;
    struct intern configured; /* addresses without indexes, and by number what makes them */
    struct terraform_provider **makers;
    uint32_t maker_room;
    struct terraform_notice *notices;
    struct terraform_made *made;
    struct intern documents;     /* addresses of data sources without indexes */
    const char **document_texts; /* by number; NULL: not constant */
    uint32_t document_room;
    struct terraform_late *late, **late_end;
    struct text key;
};

/* {"resources": […], "child_modules": [{…}]} */
void terraform_read_module(struct export_reader *reader);

/* A resource, before which the cursor stands. */
void terraform_read_resource(struct export_reader *reader);

/* The parts of a plan that terraform_configuration.c reads: resource_changes, prior_state, variables, configuration. */
void terraform_read_changes(struct export_reader *reader, const char *member);
void terraform_read_prior_state(struct export_reader *reader, const char *member);
void terraform_read_variables(struct export_reader *reader, const char *member);
void terraform_read_configuration(struct export_reader *reader, const char *member);

/* {"KEY": {"expressions": {…}}} of the configuration. */
void terraform_read_providers(struct export_reader *reader);

/* The provider with the key; a new one if there is none. */
struct terraform_provider *terraform_provider_of(struct export_reader *reader, const char *key);

/* Accounts that the configuration leaves to variables, when all is read. */
void terraform_place_by_variables(struct export_reader *reader);

/* Notes the ARN (may be NULL) of what has the address. */
void terraform_notice(struct export_reader *reader, const char *address, const char *arn);

/* What makes the thing of the address; NULL: not known. */
const struct planned_scope *terraform_scope(struct terraform_reading *plan, const char *address);

/* Reads the expressions of the data source of that address, which has no indexes. */
void terraform_read_document(struct export_reader *reader, const char *address);

/* Notes that the document of a resource is not known, and what to say if it stays so (NULL: nothing). */
void terraform_expect_document(struct export_reader *reader, const char *address, enum policy_kind kind, uint32_t line,
                               const char *why, struct batch_document *document);

/* Fills in those that the configuration has. */
void terraform_take_documents(struct export_reader *reader);

/* The address of the data source that the document of a resource comes from; NULL: none alone. */
const char *terraform_document_of(struct terraform_reading *plan, const char *address);

/* Addresses are module.NAME[INDEX].TYPE.NAME[INDEX]: where the module's path ends and the resource begins; */
const char *terraform_resource_in(const char *address);
/* appends the address without indexes; */
void terraform_append_stripped(struct text *out, const char *address);
/* the length of TYPE.NAME[INDEX] in a reference such as TYPE.NAME[INDEX].ATTRIBUTE. */
size_t terraform_resource_length(const char *reference);

/* Ties links and boundaries, whose keys are addresses so far, to the entities that they come from. */
void terraform_resolve(struct export_reader *reader);

#endif
