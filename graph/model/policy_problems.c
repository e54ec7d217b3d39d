#include "graph/model/policy_problems.h"

#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>

/* The first holder of a document in an account, and the number of its holders there. */
static const char problems_query[] =
    "WITH problem (document) AS MATERIALIZED ("
    " SELECT DISTINCT document FROM document_problem WHERE code IN (SELECT value FROM json_each(?1))), "
    "holder (document, kind, name, arn, account, source, line, layout) AS ("
    " SELECT trust_document, 0, '', arn, account, source, trust_line, trust_layout FROM principal "
    "  WHERE trust_document IN (SELECT document FROM problem) AND path NOT GLOB '/aws-service-role/*'"
    " UNION ALL SELECT a.document, 1, a.name, p.arn, p.account, a.source, a.line, a.layout FROM attachment a "
    "  JOIN principal p ON p.id = a.principal WHERE a.kind = 'inline' AND a.document IN (SELECT document FROM problem)"
    " UNION ALL SELECT document, 2, name, arn, account, source, line, layout FROM managed_policy "
    "  WHERE document IN (SELECT document FROM problem) AND arn NOT GLOB " ARN_AWS_MANAGED_GLOB
    " UNION ALL SELECT document, 3, name, id, '', source, line, layout FROM org_policy "
    "  WHERE document IN (SELECT document FROM problem) AND aws_managed = 0) "
    "SELECT p.document, p.ordinal, p.severity, p.code, p.position, p.words, h.kind, h.name, h.arn, h.account, "
    "h.source, "
    "h.line, h.layout, count(*) OVER (PARTITION BY p.document, p.ordinal, h.account) AS holders, "
    "row_number() OVER (PARTITION BY p.document, p.ordinal, h.account ORDER BY h.arn, h.name) AS place, p.pointer, "
    "p.facts "
    "FROM document_problem p JOIN holder h ON h.document = p.document "
    "WHERE p.code IN (SELECT value FROM json_each(?1)) "
    "ORDER BY p.document, p.ordinal, h.account, place";

static const char *text_of(struct query *query, int column)
{
    const char *text = query_text(query, column);
    return text != NULL ? text : "";
}

static enum problem_kind kind_of(enum policy_problem_code code)
{
    return code == GRAMMAR_UNKNOWN_OPERATOR   ? PROBLEM_OF_OPERATORS
           : policy_problem_is_of_names(code) ? PROBLEM_OF_NAMES
                                              : PROBLEM_OTHER;
}

/* The words for that kind as a JSON list for SQL. malloc'ed. */
static char *words_of(enum problem_kind kind)
{
    json_t *words = json_array();
    for (enum policy_problem_code code = 0; code < GRAMMAR_CODES; code++)
        if (code != GRAMMAR_NOTPRINCIPAL_WITH_ALLOW && kind_of(code) == kind)
            json_add(words, json_text(policy_problem_word(code)));
    char *list = json_words(words, JSON_COMPACT);
    json_decref(words);
    return list;
}

/* Most organizations have no problems, and so need not search all holders of policies. */
static bool has_any(struct store *store, const char *words)
{
    struct query *query = query_open(
        store, "SELECT EXISTS (SELECT 1 FROM document_problem WHERE code IN (SELECT value FROM json_each(?1)))");
    query_bind_text(query, 1, words);
    bool any = query_next(query) && query_integer(query, 0) != 0;
    query_close(query);
    return any;
}

void policy_problems_each(struct store *store, enum problem_kind kind,
                          void (*each)(const struct held_problem *problem, void *context), void *context)
{
    char *words = words_of(kind);
    struct query *query = has_any(store, words) ? query_open(store, problems_query) : NULL;
    if (query != NULL)
        query_bind_text(query, 1, words);
    while (query != NULL && query_next(query)) {
        if (query_integer(query, 14) != 1)
            continue;
        const struct held_problem problem = {.code = query_text(query, 3),
                                             .pointer = text_of(query, 15),
                                             .words = text_of(query, 5),
                                             .facts = text_of(query, 16),
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
    if (query != NULL)
        query_close(query);
    free(words);
}
