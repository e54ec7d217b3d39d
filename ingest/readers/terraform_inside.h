/*
 * The inside of the Terraform reader, shared by terraform.c (resources) and terraform_references.c (what is not known
 * yet, and what it comes from).
 */
#ifndef ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H

#include "ingest/readers/planned.h"

/* A provider of the configuration: what is made by one is of one account. */
struct terraform_provider {
    struct planned_scope scope;
    bool said;    /* the configuration names the account */
    bool several; /* what it made is of several accounts, so that it tells nothing */
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

/* reader->state of these kinds. */
struct terraform_reading {
    struct planned planned;
    bool only_account;        /* resources are looked at for whose they are, and not added */
    struct intern boundaries; /* addresses whose boundary is made later */
    struct intern references; /* "ADDRESS ATTRIBUTE" of the configuration, without indexes */
    const char **targets; /* by number: what is referred to, with its index if one is written; "": several, or none */
    uint32_t target_room;
    struct intern providers; /* keys of the configuration: "aws.prod" */
    struct terraform_provider **provider_list;
    uint32_t provider_room;
    struct intern configured; /* addresses without indexes, and by number what makes them */
    struct terraform_provider **makers;
    uint32_t maker_room;
    struct terraform_notice *notices;
    struct terraform_made *made;
    struct text key;
};

/* {"resources": […], "child_modules": [{…}]} */
void terraform_read_module(struct export_reader *reader);

/* The parts of a plan that terraform_references.c reads: resource_changes, prior_state, configuration. */
void terraform_read_changes(struct export_reader *reader, const char *member);
void terraform_read_prior_state(struct export_reader *reader, const char *member);
void terraform_read_configuration(struct export_reader *reader, const char *member);

/* Notes the ARN (may be NULL) of what has the address. */
void terraform_notice(struct export_reader *reader, const char *address, const char *arn);

/* What makes the thing of the address; NULL: not known. */
const struct planned_scope *terraform_scope(struct terraform_reading *plan, const char *address);

/* Ties links and boundaries, whose keys are addresses so far, to the entities that they come from. */
void terraform_resolve(struct export_reader *reader);

#endif
