/*
 * workload_shapes: where AWS calls and AWS Config items say which role something runs with.
 */
#ifndef ROLECHAIN_INGEST_READERS_WORKLOAD_SHAPES_H
#define ROLECHAIN_INGEST_READERS_WORKLOAD_SHAPES_H

#include "ingest/readers/reader.h"

/* A role of a resource: its purpose, and where it is: members from the outside in, "a.b[].c" if b is a list. */
struct workload_use {
    const char *use, *path; /* use NULL ends the list */
};

/* Adds a resource and its roles. call, scope: see table workload. */
struct workload_found {
    const char *arn, *call, *scope, *state;
    bool listed;
    const char *metadata; /* "1", "0"; NULL: not given */
};
void workload_add(struct export_reader *reader, const struct workload_found *found, const json_t *resource,
                  const struct workload_use *uses);

/* "1" if containers on an instance with these metadata options can reach its credentials, "0" if not, NULL: not given.
 * Members are spelt as in EC2 or (with small letters) as in AWS Config. */
const char *workload_metadata(const json_t *options);

/* Whether AWS Config items of that type are about something that runs with roles; reads one. */
bool workload_is_item(const char *type);
void workload_read_item(struct export_reader *reader, const char *type, const char *arn, const json_t *configuration);

#endif
