#include "graph/model/former_members.h"

#include "ingest/store/query.h"
#include <string.h>

/* "2024-01-02" of an instant. */
static const char *day_of(struct arena *arena, const char *instant)
{
    return arena_copy_text(arena, instant, strnlen(instant, strlen("2024-01-02")));
}

struct former_member *former_members_read(const struct model *model, struct store *store, struct arena *arena)
{
    struct former_member *members = NULL;
    if (model->organization == NULL)
        return NULL;
    struct query *query =
        query_open(store, "SELECT account, listed, missing FROM former_member WHERE organization = ?");
    query_bind_text(query, 1, model->organization);
    while (query_next(query)) {
        uint32_t account = model_find_account(model, query_text(query, 0));
        if (account == MODEL_NONE || model->accounts[account].in_organization == FACT_YES)
            continue;
        if (members == NULL)
            members = arena_allocate_array(arena, model->account_count, sizeof *members);
        members[account] =
            (struct former_member){day_of(arena, query_text(query, 1)), day_of(arena, query_text(query, 2))};
    }
    query_close(query);
    return members;
}
