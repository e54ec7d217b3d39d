#include "graph/model/policy_problems.h"

#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include <string.h>

/* Of those of an account who have a document the first, and how many they are. */
static const char problems_query[] =
    "WITH holder (document, kind, name, arn, account, source, line, layout) AS ("
    " SELECT trust_document, 0, '', arn, account, source, trust_line, trust_layout FROM principal "
    "  WHERE trust_document IS NOT NULL AND path NOT GLOB '/aws-service-role/*'"
    " UNION ALL SELECT a.document, 1, a.name, p.arn, p.account, a.source, a.line, a.layout FROM attachment a "
    "  JOIN principal p ON p.id = a.principal WHERE a.kind = 'inline' AND a.document IS NOT NULL"
    " UNION ALL SELECT document, 2, name, arn, account, source, line, layout FROM managed_policy "
    "  WHERE document IS NOT NULL AND arn NOT GLOB " ARN_AWS_MANAGED_GLOB
    " UNION ALL SELECT document, 3, name, id, '', source, line, layout FROM org_policy "
    "  WHERE document IS NOT NULL AND aws_managed = 0) "
    "SELECT p.document, p.ordinal, p.severity, p.code, p.position, p.message, h.kind, h.name, h.arn, h.account, "
    "h.source, "
    "h.line, h.layout, count(*) OVER (PARTITION BY p.document, p.ordinal, h.account) AS holders, "
    "row_number() OVER (PARTITION BY p.document, p.ordinal, h.account ORDER BY h.arn, h.name) AS place, p.pointer "
    "FROM document_problem p JOIN holder h ON h.document = p.document "
    "WHERE p.code <> 'notprincipal-with-allow' "
    "ORDER BY p.document, p.ordinal, h.account, place";

static const char *text_of(struct query *query, int column)
{
    const char *text = query_text(query, column);
    return text != NULL ? text : "";
}

static enum problem_kind kind_of(const char *word)
{
    enum policy_problem_code code = policy_problem_of(word);
    return code == GRAMMAR_UNKNOWN_OPERATOR   ? PROBLEM_OF_OPERATORS
           : policy_problem_is_of_names(code) ? PROBLEM_OF_NAMES
                                              : PROBLEM_OTHER;
}

void policy_problems_each(struct store *store, enum problem_kind kind,
                          void (*each)(const struct held_problem *problem, void *context), void *context)
{
    /* Most organizations have none, and need not go through all holders of policies. */
    if (store_number(store, "SELECT EXISTS (SELECT 1 FROM document_problem WHERE code <> 'notprincipal-with-allow')") ==
        0)
        return;
    struct query *query = query_open(store, problems_query);
    while (query_next(query)) {
        if (query_integer(query, 14) != 1 || kind_of(query_text(query, 3)) != kind)
            continue;
        const struct held_problem problem = {.code = query_text(query, 3),
                                             .pointer = text_of(query, 15),
                                             .message = text_of(query, 5),
                                             .severity = problem_severity_of(query_text(query, 2)),
                                             .position = query_is_null(query, 4) ? MODEL_NONE
                                                                                 : (uint32_t)query_integer(query, 4),
                                             .policy = (enum problem_policy)query_integer(query, 6),
                                             .name = text_of(query, 7),
                                             .holder = text_of(query, 8),
                                             .account = text_of(query, 9),
                                             .source = (uint32_t)query_integer(query, 10),
                                             .line = (uint32_t)query_integer(query, 11),
                                             .layout = (uint32_t)query_integer(query, 12),
                                             .holders = (uint32_t)query_integer(query, 13)};
        each(&problem, context);
    }
    query_close(query);
}
