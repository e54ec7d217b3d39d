/* Versions of managed policies. Few questions need them, so the rows are read when first asked for. */
#include "graph/model/model_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

uint32_t model_policy_versions(const struct model *model, const char *arn)
{
    struct model_versions *versions = &model->index->versions;
    uint32_t known = versions->arns.count, number = intern_add(&versions->arns, arn, strlen(arn));
    if (number < known)
        return versions->counts[number];
    if (versions->query == NULL)
        versions->query =
            query_open(model->store, "SELECT versions FROM managed_policy WHERE arn = ? AND versions IS NOT NULL");
    query_bind_text(versions->query, 1, arn);
    uint32_t count = query_next(versions->query) ? (uint32_t)query_integer(versions->query, 0) : 0;
    query_reset(versions->query);
    ARRAY_ADD(versions->counts, known, versions->room, count);
    return count;
}

void model_versions_free(struct model_versions *versions)
{
    query_close(versions->query);
    intern_free(&versions->arns);
    free(versions->counts);
    *versions = (struct model_versions){0};
}
