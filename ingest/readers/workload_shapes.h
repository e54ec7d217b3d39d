/*
 * workload_shapes: where calls of AWS and items of AWS Config say with which role something runs.
 */
#ifndef ROLECHAIN_INGEST_READERS_WORKLOAD_SHAPES_H
#define ROLECHAIN_INGEST_READERS_WORKLOAD_SHAPES_H

#include "ingest/readers/reader.h"

/* A role of a resource: what it is for, and where it stands: members from the outside in, "a.b[].c" where b is a list.
 */
struct workload_use {
    const char *use, *path; /* use NULL: the list ends */
};

/* Adds a resource and its roles. call, scope: see table workload. */
struct workload_found {
    const char *arn, *call, *scope, *state;
    bool listed;
    const char *metadata; /* "1", "0"; NULL: not said */
};
void workload_add(struct export_reader *reader, const struct workload_found *found, const json_t *resource,
                  const struct workload_use *uses);

/* "1" if containers on the instance of these metadata options reach its credentials, "0" if not, NULL: not said.
 * Members are spelt as EC2 or (small) as AWS Config spells them. */
const char *workload_metadata(const json_t *options);

/* Whether items of AWS Config of that type are about something that runs with roles; reads what one says. */
bool workload_is_item(const char *type);
void workload_read_item(struct export_reader *reader, const char *type, const char *arn, const json_t *configuration);

#endif
