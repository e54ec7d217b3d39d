#include "analyzer/analysis/workload_explained.h"

#include "analyzer/analysis/edge_explained.h"
#include "graph/edges/edges_workloads.h"
#include "ingest/store/query.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <string.h>

struct explaining {
    struct edge_explaining by;
    const struct workload *workload; /* NULL: it runs with none of the known roles */
};

static const char *kept(struct explaining *work, struct text *text)
{
    return text_keep(text, work->by.arena);
}

/* ---- what is known of the workload */

static const struct workload *find_workload(const struct explaining *work)
{
    uint32_t count = 0;
    const struct workload *list =
        work->by.analysis->workloads != NULL ? workloads_list(work->by.analysis->workloads, &count) : NULL;
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(list[i].text, work->by.question->caller.text) == 0)
            return &list[i];
    return NULL;
}

static const struct workload_way *find_way(const struct explaining *work)
{
    for (uint32_t i = 0; work->workload != NULL && i < work->workload->way_count; i++)
        if (work->workload->ways[i].role == work->by.question->role)
            return &work->workload->ways[i];
    return NULL;
}

/* What gives it the role; follows the word "named". */
static const char *describe_way(struct explaining *work, const struct workload_way *way)
{
    const struct pod_association *association = way->association;
    struct text text = {0};
    if (association == NULL) {
        if (work->workload->sort == SORT_CERTIFICATE)
            text_format(&text,
                        "an enabled profile names the role, and any enabled trust anchor of the region goes with "
                        "it%s",
                        way->limited ? "; session policies of the profile, which are not read, take away from what the "
                                       "role may do"
                                     : "");
        else if (way->fact != NULL)
            text_append_string(&text, "the nodes have the role, and what is on them can ask for its sessions");
        else
            text_format(&text, "the resource names the role (%s)", way->how);
        return kept(work, &text);
    }
    text_format(&text, "a Pod Identity association of service account %s/%s names the role%s",
                work->workload->namespace, work->workload->service_account,
                association->tags == FACT_NO ? "; its sessions have no tags" : "");
    if (association->target != NULL)
        text_format(&text, "; the pod gets %s through it", association->target);
    if (association->limited)
        text_append_string(&text, "; its session policy, which was not read, limits what the role can do");
    return kept(work, &text);
}

/* Whether the service account is annotated with the role's ARN. */
static bool is_annotated(const struct explaining *work)
{
    const struct workload *pod = work->workload;
    struct query *row = query_open(work->by.analysis->store, "SELECT 1 FROM service_account WHERE cluster = ? AND "
                                                             "namespace = ? AND name = ? AND role = ?");
    QUERY_BIND(row, sql_text(pod->arn), sql_text(pod->namespace), sql_text(pod->service_account),
               sql_text(work->by.role->arn));
    bool annotated = query_next(row);
    query_close(row);
    return annotated;
}

/* ---- identity pools */

static bool gives(const struct pool_visitor *visitor, const struct edge *edge)
{
    for (uint32_t i = 0; i < visitor->count; i++)
        if ((visitor->gifts[i].role == MODEL_NONE || visitor->gifts[i].role == edge->to) &&
            (strcmp(visitor->gifts[i].how, edge->how) == 0 || strcmp(edge->how, HOW_SEVERAL) == 0))
            return true;
    return false;
}

/* The names of the pools through which the visitor may get the role. */
static void append_pools(struct explaining *work, const struct edge *edge, struct text *text)
{
    const struct identity_pools *pools = workloads_pools(work->by.analysis->workloads);
    size_t named = 0;
    for (uint32_t i = 0; i < pools->count; i++)
        for (uint32_t j = 0; j < pools->list[i].count; j++)
            if (strcmp(pools->list[i].visitors[j].text, work->workload->text) == 0 &&
                gives(&pools->list[i].visitors[j], edge)) {
                text_format(text, "%s%s", named++ > 0 ? " or " : "", pools->list[i].name);
                break;
            }
}

static const char *describe_pools(struct explaining *work, const struct edge *edge)
{
    struct text text = {0};
    bool classic = strcmp(edge->how, HOW_CLASSIC) == 0, guest = work->workload->sort == SORT_GUEST;
    text_append_string(&text, "identity pool ");
    append_pools(work, edge, &text);
    if (classic)
        text_append_string(&text, " allows the basic (classic) flow, in which the user names the role");
    else
        text_format(&text, " gives the role to %s%s", guest ? "guests" : "its users",
                    guest ? "; AWS limits what sessions of guests may do to some services" : "");
    return kept(work, &text);
}

/* ---- the answer */

static void deny_way(struct explaining *work, const struct workload_way *way)
{
    struct text text = {0};
    edge_explaining_set_layer(&work->by, LAYER_IDENTITY, LAYER_ALLOWS, describe_way(work, way));
    edge_explaining_set_layer(&work->by, LAYER_TRUST, LAYER_SILENT, NULL);
    if (way->association != NULL && way->association->tags == FACT_YES)
        text_format(&text,
                    "the role's trust policy does not allow %s to assume it for this cluster, with the tags of "
                    "namespace %s and service account %s",
                    way->service, work->workload->namespace, work->workload->service_account);
    else if (way->association != NULL)
        text_format(&text, "the role's trust policy does not allow %s to assume it for this cluster, without tags",
                    way->service);
    else
        text_format(&text,
                    "the resource names the role, but the role's trust policy does not allow %s to assume it "
                    "for that resource",
                    way->service);
    edge_explaining_deny(&work->by, LAYER_TRUST, kept(work, &text));
}

static void deny_pod(struct explaining *work)
{
    const struct workload *pod = work->workload;
    struct text text = {0};
    bool annotated = is_annotated(work);
    edge_explaining_set_layer(&work->by, LAYER_IDENTITY, LAYER_SILENT, NULL);
    text_format(&text,
                "no Pod Identity association of service account %s/%s names the role, and the role's trust policy does "
                "not accept tokens of the cluster for " POD_SUBJECT "%s:%s%s",
                pod->namespace, pod->service_account, pod->namespace, pod->service_account,
                annotated ? "; the annotation with the role on the service account grants nothing by itself" : "");
    edge_explaining_deny(&work->by, annotated ? LAYER_TRUST : LAYER_IDENTITY, kept(work, &text));
    if (annotated)
        edge_explaining_set_layer(&work->by, LAYER_TRUST, LAYER_SILENT, NULL);
}

static void explain_denied(struct explaining *work)
{
    const struct workload_way *way = find_way(work);
    if (way != NULL) {
        deny_way(work, way);
    } else if (work->workload != NULL && work->workload->namespace != NULL) {
        deny_pod(work);
    } else if (caller_is_of_pool(&work->by.question->caller)) {
        edge_explaining_set_layer(&work->by, LAYER_IDENTITY, LAYER_SILENT, NULL);
        edge_explaining_deny(&work->by, LAYER_IDENTITY,
                             "no identity pool in the exports gives the role to them, or the role's trust policy does "
                             "not let in the pool's tokens");
    } else {
        edge_explaining_set_layer(&work->by, LAYER_IDENTITY, LAYER_SILENT, NULL);
        edge_explaining_deny(&work->by, LAYER_IDENTITY, "nothing in the exports of workloads gives it the role");
    }
}

void workload_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct decision *decision)
{
    struct explaining work = {edge_explaining_begin(analysis, question, arena, decision), NULL};
    const struct edge *edge = work.by.edge;
    work.workload = find_workload(&work);
    if (edge == NULL) {
        explain_denied(&work);
        return;
    }
    const struct workload_way *way = edges_workload_way(analysis->edges, edge);
    bool sure = edge->verdict == VERDICT_ALLOWED;
    bool of_pool = caller_is_of_pool(&question->caller);
    edge_explaining_set_layer(&work.by, LAYER_IDENTITY, LAYER_ALLOWS,
                              way != NULL ? describe_way(&work, way)
                              : of_pool   ? describe_pools(&work, edge)
                                          : "the cluster gives the pod tokens of its service account");
    edge_explaining_set_layer(&work.by, LAYER_TRUST, sure ? LAYER_ALLOWS : LAYER_CONDITIONAL,
                              way != NULL ? "allows the service for that resource"
                              : of_pool   ? "accepts tokens of the identity pool"
                                          : "accepts tokens of the service account");
}

/* ---- sessions */

json_t *workload_session_json(struct analysis *analysis, const struct decision_question *question)
{
    static const char *const keys[] = {"eks-cluster-arn", "eks-cluster-name", "kubernetes-namespace",
                                       "kubernetes-service-account"};
    uint32_t node = analysis_node(analysis, &question->caller);
    const struct edge *edge = edges_between(analysis->edges, node, question->role);
    const struct workload *workload = edges_workload(analysis->edges, node);
    if (edge == NULL || workload == NULL)
        return NULL;
    json_t *session = json_object(), *tags = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value;
        if (edges_workload_tag(analysis->edges, edge, keys[i], &value) == FACT_YES)
            json_put(tags, keys[i], json_text(value));
    }
    const char *name = edges_workload_session(analysis->edges, edge);
    json_put(session, "name", name != NULL ? json_text(name) : json_null());
    json_put(session, "tags", tags);
    return session;
}
