/*
 * What runs with roles: rows of workloads.sql and pools.sql.
 */
#include "ingest/store/writer_inside.h"

static struct query_value flag_of(const char *text)
{
    return text != NULL ? sql_integer(text[0] == '1') : sql_text(NULL);
}

static void write_resource(struct writer *writer, const char *const *texts)
{
    struct query_value described = flag_of(texts[7]);
    WRITE(writer, UPSERT_WORKLOAD, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]), sql_text(texts[3]),
          sql_text(texts[4]), sql_text(texts[5]), flag_of(texts[6]), described, flag_of(texts[8]));
    if (texts[7][0] == '1')
        WRITE(writer, CLEAR_WORKLOAD_ROLES, sql_text(texts[0]));
}

static void write_row(struct writer *writer, const struct batch_workload *row)
{
    const char *const *texts = row->texts;
    switch (row->type) {
    case WORKLOAD_REGION:
        WRITE(writer, INSERT_REGION, sql_text(texts[0]), sql_text(texts[1]));
        break;
    case WORKLOAD_CLUSTER:
        WRITE(writer, UPSERT_CLUSTER, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]), sql_text(texts[3]),
              sql_text(texts[4]), flag_of(texts[5]));
        break;
    case WORKLOAD_ASSOCIATION:
        WRITE(writer, UPSERT_ASSOCIATION, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]), sql_text(texts[4]), flag_of(texts[5]), sql_text(texts[6]), sql_text(texts[7]),
              flag_of(texts[8]), flag_of(texts[9]));
        break;
    case WORKLOAD_SERVICE_ACCOUNT:
        WRITE(writer, INSERT_SERVICE_ACCOUNT, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case WORKLOAD_NODES:
        WRITE(writer, INSERT_NODE_GROUP, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]));
        break;
    case WORKLOAD_RESOURCE:
        write_resource(writer, texts);
        break;
    case WORKLOAD_PROFILE:
        WRITE(writer, INSERT_ANYWHERE_PROFILE, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]), flag_of(texts[4]), flag_of(texts[5]), sql_text(texts[6]));
        break;
    case WORKLOAD_GONE:
        WRITE(writer, CLEAR_WORKLOAD_ROLES, sql_text(texts[0]));
        WRITE(writer, DELETE_WORKLOAD, sql_text(texts[0]));
        break;
    case WORKLOAD_ROLE:
        WRITE(writer, INSERT_WORKLOAD_ROLE, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case WORKLOAD_POOL:
        WRITE(writer, UPSERT_POOL, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]), flag_of(texts[3]),
              flag_of(texts[4]), sql_text(texts[5]), flag_of(texts[6]));
        break;
    case WORKLOAD_POOL_ROLES:
        WRITE(writer, UPSERT_POOL_ROLES, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case WORKLOAD_TYPES:
        break;
    }
}

void writer_workloads(struct writer *writer, const struct batch *batch)
{
    for (const struct batch_workload *row = batch->workloads.first; row != NULL; row = row->next)
        write_row(writer, row);
}
