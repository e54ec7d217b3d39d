/*
 * Internals of the Terraform reader: terraform.c (the file), terraform_resources.c (resources),
 * terraform_configuration.c (the other parts that are read), terraform_references.c (where unknown values come from),
 * terraform_providers.c (accounts) and terraform_documents.c (policies that only the configuration has).
 */
#ifndef ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H

#include "ingest/readers/planned.h"
#include <jansson.h>

/* A provider of the configuration: everything it creates is in one account. */
struct terraform_provider {
    struct planned_scope scope;
    bool said;            /* the configuration names the account */
    const char *variable; /* the variable that names the account: "var.role", "var.accounts.prod"; NULL: none */
    bool several;         /* its resources are in several accounts, so that it tells nothing */
};

/* The ARN of something that exists. */
struct terraform_notice {
    const char *address, *account;
    struct terraform_notice *next;
};

/* A planned identity provider, which has no ARN yet. */
struct terraform_made {
    const char *address;
    struct batch_fact *fact;
    struct terraform_made *next;
};

/* A policy document that the plan does not contain. */
struct terraform_late {
    const char *address; /* of its resource */
    enum policy_kind kind;
    uint32_t line;
    const char *why, *pointer; /* the problem to report if it stays unknown; why NULL: none */
    struct batch_document *document;
    struct terraform_late *next;
};

/* reader->state of these kinds. */
struct terraform_reading {
    struct planned planned;
    bool only_account;        /* only determine the accounts of resources, do not add them */
    struct intern boundaries; /* addresses whose boundary is not known yet */
    struct intern references; /* "ADDRESS ATTRIBUTE" in the configuration, without indexes */
    const char **targets;     /* by number: the target, with its index if written; "": several, or none */
    uint32_t target_room;
    json_t *variables;       /* {"NAME": {"value": …}} from the plan; NULL: none */
    struct intern providers; /* keys in the configuration: "aws.prod" */
    struct terraform_provider **provider_list;
    uint32_t provider_room;
    struct intern configured; /* addresses without indexes; by number, their providers */
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

/* Reads a resource, which the cursor is before. */
void terraform_read_resource(struct export_reader *reader);

/* The parts of a plan that terraform_configuration.c reads: resource_changes, prior_state, variables, configuration. */
void terraform_read_changes(struct export_reader *reader, const char *member);
void terraform_read_prior_state(struct export_reader *reader, const char *member);
void terraform_read_variables(struct export_reader *reader, const char *member);
void terraform_read_configuration(struct export_reader *reader, const char *member);

/* {"KEY": {"expressions": {…}}} of the configuration. */
void terraform_read_providers(struct export_reader *reader);

/* The provider with that key, created if needed. */
struct terraform_provider *terraform_provider_of(struct export_reader *reader, const char *key);

/* After everything is read: accounts that the configuration leaves to variables. */
void terraform_place_by_variables(struct export_reader *reader);

/* Notes the ARN (may be NULL) of the resource with that address. */
void terraform_notice(struct export_reader *reader, const char *address, const char *arn);

/* The provider that creates the resource with that address; NULL: unknown. */
const struct planned_scope *terraform_scope(struct terraform_reading *plan, const char *address);

/* Reads the expressions of the data source with that address (without indexes). */
void terraform_read_document(struct export_reader *reader, const char *address);

/* Notes that the document of a resource is unknown, and what to report if it stays so (NULL: nothing). */
void terraform_expect_document(struct export_reader *reader, const char *address, enum policy_kind kind, uint32_t line,
                               const char *why, struct batch_document *document);

/* Fills in those documents that the configuration contains. */
void terraform_take_documents(struct export_reader *reader);

/* The address of the single data source that the document of a resource comes from; NULL: none, or several. */
const char *terraform_document_of(struct terraform_reading *plan, const char *address);

/* Addresses are module.NAME[INDEX].TYPE.NAME[INDEX]. The first function returns the part after the module's path; */
const char *terraform_resource_in(const char *address);
/* the second appends the address without indexes; */
void terraform_append_stripped(struct text *out, const char *address);
/* the third returns the length of TYPE.NAME[INDEX] in a reference such as TYPE.NAME[INDEX].ATTRIBUTE. */
size_t terraform_resource_length(const char *reference);

/* Connects links and boundaries, whose keys are still addresses, to the entities they refer to. */
void terraform_resolve(struct export_reader *reader);

#endif
