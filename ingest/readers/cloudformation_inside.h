/*
 * Internals of the CloudFormation reader: cloudformation.c (reads the template), cloudformation_resources.c (interprets
 * its resources).
 */
#ifndef ROLECHAIN_INGEST_READERS_CLOUDFORMATION_INSIDE_H
#define ROLECHAIN_INGEST_READERS_CLOUDFORMATION_INSIDE_H

#include "ingest/readers/template_values.h"

struct template_resource {
    const char *id, *type;
    const char *condition;      /* the condition of the template under which it is created; NULL: always */
    json_t *properties, *lines; /* lines: of each property, by name */
    uint32_t line;
    struct planned_entity *entity; /* NULL: it has no entity of its own */
    struct template_resource *next;
};

struct template_reading {
    struct planned planned;
    struct template_values values;
    struct template_resource *first, **end;
    size_t bytes;
    uint32_t transform; /* its line; 0: none */
};

/* Creates the entity for the resource, with name and path, so that other resources can refer to it. */
void template_make_entity(struct export_reader *reader, struct template_resource *resource);
/* Reads the rest of the resource, when the names of all are known. */
void template_fill(struct export_reader *reader, struct template_resource *resource);

#endif
