/*
 * The inside of the Terraform reader, shared by terraform.c (resources) and terraform_references.c (what is not known
 * yet, and what it comes from).
 */
#ifndef ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H
#define ROLECHAIN_INGEST_READERS_TERRAFORM_INSIDE_H

#include "ingest/readers/planned.h"

/* reader->state of these kinds. */
struct terraform_reading {
    struct planned planned;
    bool only_account;        /* resources are looked at for whose they are, and not added */
    struct intern boundaries; /* addresses whose boundary is made later */
    struct intern references; /* "ADDRESS ATTRIBUTE" of the configuration, without indexes */
    const char **targets; /* by number: what is referred to, with its index if one is written; "": several, or none */
    uint32_t target_room;
    struct text key;
};

/* {"resources": […], "child_modules": [{…}]} */
void terraform_read_module(struct export_reader *reader);

/* The parts of a plan that terraform_references.c reads: resource_changes, prior_state, configuration. */
void terraform_read_changes(struct export_reader *reader, const char *member);
void terraform_read_prior_state(struct export_reader *reader, const char *member);
void terraform_read_configuration(struct export_reader *reader, const char *member);

/* Ties links and boundaries, whose keys are addresses so far, to the entities that they come from. */
void terraform_resolve(struct export_reader *reader);

#endif
