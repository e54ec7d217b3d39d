/*
 * The inside of the CloudFormation reader: cloudformation.c (reads the template), cloudformation_resources.c (what its
 * resources are).
 */
#ifndef ROLECHAIN_INGEST_READERS_CLOUDFORMATION_INSIDE_H
#define ROLECHAIN_INGEST_READERS_CLOUDFORMATION_INSIDE_H

#include "ingest/readers/template_values.h"

struct template_resource {
    const char *id, *type;
    const char *condition;      /* of its parameters, under which it is made; NULL: always */
    json_t *properties, *lines; /* lines of the properties by their names */
    uint32_t line;
    struct planned_entity *entity; /* NULL: it has no entity of its own */
    struct template_resource *next;
};

struct template_reading {
    struct planned planned;
    struct template_values values;
    struct template_resource *first, **end;
    size_t bytes;
    uint32_t transform; /* its line; 0: there is none */
};

/* What the resource stands for, with its name and path: the rest refers to these. */
void template_make_entity(struct export_reader *reader, struct template_resource *resource);
/* All else that it says, once the names of all are known. */
void template_fill(struct export_reader *reader, struct template_resource *resource);

#endif
