#include "graph/model/workloads.h"

#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* The purposes of resources' roles, and the service that opens the sessions. */
static const struct use {
    const char *how, *service;
    bool session;     /* the sessions have the resource's name */
    bool source;      /* aws:SourceArn is the resource's ARN */
    const char *call; /* the call that reports such resources, in table workload */
} uses[] = {
    {"eks-capability", "capabilities.eks.amazonaws.com", false, true, "list-capabilities"},
    {"instance-profile", "ec2.amazonaws.com", true, true, "ec2-describe-instances"},
    {"lambda", "lambda.amazonaws.com", true, true, "lambda-list-functions"},
    {"ecs-task", "ecs-tasks.amazonaws.com", false, false, "ecs-list-task-definitions"},
    {"ecs-execution", "ecs-tasks.amazonaws.com", false, false, "batch-describe-job-definitions"},
    {"codebuild", "codebuild.amazonaws.com", false, true, "codebuild-list-projects"},
    {"glue", "glue.amazonaws.com", false, false, "glue-get-jobs"},
    {"cloudformation", "cloudformation.amazonaws.com", false, false, "cloudformation-describe-stacks"},
    {"codepipeline", "codepipeline.amazonaws.com", false, false, "codepipeline-list-pipelines"},
    {"states", "states.amazonaws.com", false, true, "stepfunctions-list-state-machines"},
    {"sagemaker", "sagemaker.amazonaws.com", false, false, "sagemaker-list-notebook-instances"},
    {"apprunner", "tasks.apprunner.amazonaws.com", false, false, "apprunner-list-services"},
    {"apprunner-build", "build.apprunner.amazonaws.com", false, false, "apprunner-list-services"},
    {"events", "events.amazonaws.com", false, true, "events-list-rules"},
    {"airflow", "airflow-env.amazonaws.com", false, false, "mwaa-list-environments"},
    {"amplify", "amplify.amazonaws.com", false, false, "amplify-list-apps"},
};
#define USES (sizeof uses / sizeof uses[0])

struct workloads {
    struct arena arena;
    const struct model *model;
    struct workload_cluster *clusters;
    uint32_t cluster_count, cluster_room;
    struct workload *list;
    uint32_t count, room;
    struct intern texts; /* of list, in the order found */
    struct inventories *inventories;
    struct identity_pools pools;
    bool told[USES];
    struct intern providers; /* ARNs */
    const char **audiences;  /* per provider */
    uint32_t audience_count, audience_room;
};

static const char *keep(struct workloads *workloads, const char *text)
{
    return text != NULL ? arena_copy_text(&workloads->arena, text, strlen(text)) : NULL;
}

static const char *keep_text(struct workloads *workloads, struct text *text)
{
    return text_keep(text, &workloads->arena);
}

/* ---- pods */

/* Clusters that a complete list no longer names are gone. */
static void read_clusters(struct workloads *workloads, struct store *store)
{
    struct query *rows = query_open(
        store, "SELECT arn, name, issuer, EXISTS (SELECT 1 FROM listing WHERE call = 'kubectl-get-serviceaccounts' AND "
               "argument = arn) FROM cluster WHERE listed OR NOT EXISTS (SELECT 1 FROM listing WHERE call = "
               "'eks-list-clusters' AND argument = account || ' ' || region) ORDER BY arn");
    while (query_next(rows)) {
        struct workload_cluster cluster = {.arn = keep(workloads, query_text(rows, 0)),
                                           .name = keep(workloads, query_text(rows, 1)),
                                           .issuer = keep(workloads, query_text(rows, 2)),
                                           .pods_known = query_integer(rows, 3) != 0};
        ARRAY_ADD(workloads->clusters, workloads->cluster_count, workloads->cluster_room, cluster);
    }
    query_close(rows);
}

static int compare_cluster(const void *key, const void *element)
{
    return strcmp(key, ((const struct workload_cluster *)element)->arn);
}

static const struct workload_cluster *find_cluster(const struct workloads *workloads, const char *arn)
{
    return workloads->cluster_count > 0 ? bsearch(arn, workloads->clusters, workloads->cluster_count,
                                                  sizeof *workloads->clusters, compare_cluster)
                                        : NULL;
}

static const char *account_of(struct workloads *workloads, const char *text)
{
    struct arn arn;
    return arn_parse(text, strlen(text), &arn) ? arena_copy_text(&workloads->arena, arn.account.at, arn.account.length)
                                               : "";
}

/* The workload with that text, created if needed; *fresh: it is new. */
static struct workload *workload_of(struct workloads *workloads, const char *text, size_t length, bool *fresh)
{
    uint32_t number = intern_add(&workloads->texts, text, length);
    *fresh = number == workloads->count;
    if (*fresh)
        ARRAY_ADD(workloads->list, workloads->count, workloads->room,
                  (struct workload){.text = intern_text(&workloads->texts, number)});
    return &workloads->list[number];
}

static struct workload *pod_of(struct workloads *workloads, const struct workload_cluster *cluster, const char *space,
                               const char *account)
{
    struct text text = {0}, name = {0};
    bool fresh;
    text_format(&text, POD_PREFIX "%s:%s/%s", cluster->arn, space, account);
    struct workload *pod = workload_of(workloads, text.data, text.length, &fresh);
    text_free(&text);
    if (!fresh)
        return pod;
    text_format(&name, "%s/%s in cluster %s", space, account, cluster->name);
    pod->sort = SORT_POD;
    pod->name = keep_text(workloads, &name);
    pod->arn = cluster->arn;
    pod->account = account_of(workloads, cluster->arn);
    pod->cluster = cluster->name;
    pod->namespace = keep(workloads, space);
    pod->service_account = keep(workloads, account);
    return pod;
}

static void add_way(struct workload *workload, struct workload_way way)
{
    ARRAY_ADD(workload->ways, workload->way_count, workload->way_room, way);
}

/* cluster, namespace, service account, role, tags, target, external id, limited */
static void add_associations(struct workloads *workloads, struct query *rows)
{
    while (query_next(rows)) {
        const struct workload_cluster *cluster = find_cluster(workloads, query_text(rows, 0));
        uint32_t role = query_is_null(rows, 3) ? MODEL_NONE : model_find_arn(workloads->model, query_text(rows, 3));
        if (cluster == NULL || role == MODEL_NONE || !workloads->model->principals[role].is_role)
            continue;
        struct pod_association *association = arena_allocate(&workloads->arena, sizeof *association);
        *association = (struct pod_association){.tags = query_is_null(rows, 4)        ? FACT_UNKNOWN
                                                        : query_integer(rows, 4) != 0 ? FACT_YES
                                                                                      : FACT_NO,
                                                .target = keep(workloads, query_text(rows, 5)),
                                                .external_id = keep(workloads, query_text(rows, 6)),
                                                .limited = query_integer(rows, 7) != 0};
        struct workload *pod = pod_of(workloads, cluster, query_text(rows, 1), query_text(rows, 2));
        add_way(pod, (struct workload_way){.role = role,
                                           .how = "pod-identity",
                                           .service = "pods.eks.amazonaws.com",
                                           .source = true,
                                           .association = association});
    }
}

#define ASSOCIATIONS                                                                                                   \
    "SELECT cluster, namespace, service_account, role, tags, target, external_id, limited FROM pod_association a "     \
    "WHERE (listed OR NOT EXISTS (SELECT 1 FROM listing WHERE call = 'list-pod-identity-associations' AND argument = " \
    "a.cluster))"

static bool is_wanted(const char *const *issuers, size_t count, const char *issuer)
{
    for (size_t i = 0; i < count && issuer != NULL; i++)
        if (strcmp(issuers[i], issuer) == 0)
            return true;
    return false;
}

static void read_service_accounts(struct workloads *workloads, struct store *store, const char *const *issuers,
                                  size_t issuer_count)
{
    struct query *rows = query_open(store, "SELECT namespace, name FROM service_account WHERE cluster = ?");
    for (uint32_t i = 0; i < workloads->cluster_count; i++) {
        if (!is_wanted(issuers, issuer_count, workloads->clusters[i].issuer))
            continue;
        query_bind_text(rows, 1, workloads->clusters[i].arn);
        while (query_next(rows))
            pod_of(workloads, &workloads->clusters[i], query_text(rows, 0), query_text(rows, 1));
    }
    query_close(rows);
}

/* ---- resources */

static const struct use *use_of(const char *how)
{
    for (size_t i = 0; i < USES; i++)
        if (strcmp(uses[i].how, how) == 0)
            return &uses[i];
    return NULL;
}

static const char *last_part(const char *arn)
{
    const char *end = arn + strlen(arn);
    while (end > arn && end[-1] != '/' && end[-1] != ':')
        end--;
    return end;
}

/* The function's name, without the number of a version. */
static const char *session_name(struct workloads *workloads, const char *arn)
{
    static const char function[] = ":function:";
    const char *at = strstr(arn, function);
    return at != NULL
               ? arena_copy_text(&workloads->arena, at + sizeof function - 1, strcspn(at + sizeof function - 1, ":"))
               : last_part(arn);
}

/* ARN, account, use, role. A resource can only have roles of its own account, if it names them. */
static void add_resources(struct workloads *workloads, struct query *rows)
{
    const struct model *model = workloads->model;
    while (query_next(rows)) {
        const struct use *use = use_of(query_text(rows, 2));
        const char *text = query_text(rows, 0), *name = query_text(rows, 3);
        uint32_t account = model_find_account(model, query_text(rows, 1));
        uint32_t role = strncmp(name, "arn:", 4) == 0 ? model_find_arn(model, name)
                        : account != MODEL_NONE       ? model_find_role_name(model, account, name)
                                                      : MODEL_NONE;
        struct arn arn;
        bool fresh;
        if (use == NULL || role == MODEL_NONE || !model->principals[role].is_role ||
            !arn_parse(text, strlen(text), &arn))
            continue;
        struct workload *workload = workload_of(workloads, text, strlen(text), &fresh);
        if (fresh) {
            workload->sort = SORT_RESOURCE;
            workload->name = arena_copy_text(&workloads->arena, arn.resource.at, arn.resource.length);
            workload->account = keep(workloads, query_text(rows, 1));
            workload->arn = workload->text;
            workload->session = session_name(workloads, workload->text);
        }
        add_way(workload, (struct workload_way){role, use->how, use->service, use->session, use->source, NULL, NULL,
                                                false, NULL});
    }
}

#define RESOURCES                                                                                                      \
    "SELECT w.arn, w.account, r.use, coalesce(p.arn, r.role) FROM workload_role r JOIN workload w ON w.arn = "         \
    "r.workload LEFT JOIN instance_profile i ON r.use = 'instance-profile' AND i.arn = r.role AND (i.id IS NULL OR "   \
    "r.profile IS NULL OR i.id = r.profile) LEFT JOIN principal p ON p.id = i.role WHERE (w.listed OR NOT EXISTS "     \
    "(SELECT 1 FROM listing WHERE call = w.call AND argument = w.scope))"

/* ---- pods on nodes */

/* Whatever runs on a node can use the node's role unless it is kept from it; the node's own hop limit decides for
 * containers. Source: https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html */
#define REACHES "no network policy keeps pods from the instance metadata at 169.254.169.254"
#define MAY_REACH "pods reach the instance metadata of the nodes (their hop limit is not in the export)"

/* cluster, name, role, whether some instance lets containers through, whether that is unknown for some or there is
 * none */
static void add_nodes(struct workloads *workloads, struct query *rows)
{
    while (query_next(rows)) {
        const struct workload_cluster *cluster = find_cluster(workloads, query_text(rows, 0));
        uint32_t role = model_find_arn(workloads->model, query_text(rows, 2));
        bool open = query_integer(rows, 3) != 0, unknown = query_integer(rows, 4) != 0, fresh;
        struct text text = {0}, name = {0};
        if (cluster == NULL || role == MODEL_NONE || (!open && !unknown))
            continue;
        text_format(&text, POD_PREFIX "%s:" ANY_POD "%s", cluster->arn, query_text(rows, 1));
        text_format(&name, ANY_POD "%s in cluster %s", query_text(rows, 1), cluster->name);
        struct workload *pod = workload_of(workloads, text.data, text.length, &fresh);
        pod->name = keep_text(workloads, &name);
        pod->arn = cluster->arn;
        pod->account = account_of(workloads, cluster->arn);
        pod->cluster = cluster->name;
        add_way(pod, (struct workload_way){.role = role,
                                           .how = "instance-metadata",
                                           .service = "ec2.amazonaws.com",
                                           .fact = open ? REACHES : MAY_REACH});
        text_free(&text);
    }
}

#define NODES                                                                                                          \
    "SELECT n.cluster, n.name, n.role, max(w.metadata), count(*) > count(w.metadata) FROM node_group n LEFT JOIN "     \
    "principal p ON p.arn = n.role LEFT JOIN instance_profile i ON i.role = p.id LEFT JOIN workload_role r ON r.role " \
    "= i.arn AND r.use = 'instance-profile' LEFT JOIN workload w ON w.arn = r.workload "

static void read_nodes(struct workloads *workloads, struct store *store, bool part)
{
    struct query *rows = query_open(store, part ? NODES "WHERE n.role = ? GROUP BY n.cluster, n.name"
                                                : NODES "GROUP BY n.cluster, n.name");
    for (uint32_t i = 0; i < workloads->model->principal_count && part; i++) {
        query_bind_text(rows, 1, workloads->model->principals[i].arn);
        add_nodes(workloads, rows);
    }
    if (!part)
        add_nodes(workloads, rows);
    query_close(rows);
}

/* ---- certificates */

/* anchor, account, role, limited, fields: any enabled profile works with any enabled anchor of the region. */
static void add_certificates(struct workloads *workloads, struct query *rows)
{
    while (query_next(rows)) {
        const char *anchor = query_text(rows, 0);
        uint32_t role = model_find_arn(workloads->model, query_text(rows, 2));
        struct text text = {0}, name = {0};
        struct arn arn;
        bool fresh;
        if (role == MODEL_NONE || !workloads->model->principals[role].is_role ||
            !arn_parse(anchor, strlen(anchor), &arn))
            continue;
        text_format(&text, CERTIFICATE_PREFIX "%s", anchor);
        text_format(&name, CERTIFICATE_PREFIX "%.*s", (int)arn.resource.length, arn.resource.at);
        struct workload *one = workload_of(workloads, text.data, text.length, &fresh);
        one->sort = SORT_CERTIFICATE;
        one->name = keep_text(workloads, &name);
        one->arn = one->text + sizeof CERTIFICATE_PREFIX - 1;
        one->account = keep(workloads, query_text(rows, 1));
        add_way(one, (struct workload_way){.role = role,
                                           .how = "roles-anywhere",
                                           .service = "rolesanywhere.amazonaws.com",
                                           .source = true,
                                           .limited = query_integer(rows, 3) != 0,
                                           .fields = keep(workloads, query_text(rows, 4))});
        text_free(&text);
    }
}

#define CERTIFICATES                                                                                                   \
    "SELECT a.arn, a.account, p.role, p.limited, p.fields FROM anywhere_profile p JOIN workload a ON a.call = "        \
    "'rolesanywhere-list-trust-anchors' AND a.scope = p.account || ' ' || p.region WHERE p.enabled AND a.state = "     \
    "'enabled' AND (a.listed OR NOT EXISTS (SELECT 1 FROM listing WHERE call = a.call AND argument = a.scope))"

static void read_all_ways(struct workloads *workloads, struct store *store)
{
    struct query *associations = query_open(store, ASSOCIATIONS), *resources = query_open(store, RESOURCES);
    add_associations(workloads, associations);
    add_resources(workloads, resources);
    struct query *certificates = query_open(store, CERTIFICATES);
    add_certificates(workloads, certificates);
    query_close(associations);
    query_close(resources);
    query_close(certificates);
}

static void read_few_ways(struct workloads *workloads, struct store *store)
{
    const struct model *model = workloads->model;
    struct query *associations = query_open(store, ASSOCIATIONS " AND role = ?");
    struct query *resources =
        query_open(store, RESOURCES " AND r.role IN (SELECT ?1 UNION SELECT ?2 UNION SELECT i.arn FROM principal "
                                    "p JOIN instance_profile i ON i.role = p.id WHERE p.arn = ?1) AND (r.role <> "
                                    "?2 OR w.account = ?3)");
    struct query *certificates = query_open(store, CERTIFICATES " AND p.role = ?");
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *role = &model->principals[i];
        if (!role->is_role)
            continue;
        QUERY_BIND(certificates, sql_text(role->arn));
        add_certificates(workloads, certificates);
        QUERY_BIND(associations, sql_text(role->arn));
        add_associations(workloads, associations);
        QUERY_BIND(resources, sql_text(role->arn), sql_text(role->name), sql_text(model->accounts[role->account].id));
        add_resources(workloads, resources);
    }
    query_close(certificates);
    query_close(associations);
    query_close(resources);
}

static int compare_workloads(const void *a, const void *b)
{
    const struct workload *x = a, *y = b;
    if (x->sort != y->sort)
        return x->sort < y->sort ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Texts of a cluster's pods have a common prefix, so they are adjacent. */
static void place_pods(struct workloads *workloads)
{
    uint32_t at = 0;
    if (workloads->count > 1)
        qsort(workloads->list, workloads->count, sizeof *workloads->list, compare_workloads);
    while (at < workloads->count && workloads->list[at].cluster != NULL) {
        struct workload_cluster *cluster =
            &workloads->clusters[find_cluster(workloads, workloads->list[at].arn) - workloads->clusters];
        cluster->first = at;
        while (at < workloads->count && workloads->list[at].cluster != NULL && workloads->list[at].arn == cluster->arn)
            at++;
        cluster->count = at - cluster->first;
    }
}

/* ---- identity pools */

static enum workload_sort sort_of(const struct pool_visitor *visitor)
{
    return visitor->login == NULL ? SORT_GUEST : SORT_POOL_USER;
}

static void read_pools(struct workloads *workloads, struct store *store)
{
    identity_pools_load(&workloads->pools, workloads->model, store);
    for (uint32_t i = 0; i < workloads->pools.count; i++)
        for (uint32_t j = 0; j < workloads->pools.list[i].count; j++) {
            const struct pool_visitor *visitor = &workloads->pools.list[i].visitors[j];
            bool fresh;
            struct workload *one = workload_of(workloads, visitor->text, strlen(visitor->text), &fresh);
            one->sort = sort_of(visitor);
            one->name = one->text;
        }
}

static void place_visitors(struct workloads *workloads)
{
    for (uint32_t i = 0; i < workloads->pools.count; i++)
        for (uint32_t j = 0; j < workloads->pools.list[i].count; j++) {
            struct pool_visitor *visitor = &workloads->pools.list[i].visitors[j];
            const struct workload key = {.text = visitor->text, .sort = sort_of(visitor)};
            visitor->place = (uint32_t)order_lower_bound(&key, workloads->list, workloads->count,
                                                         sizeof *workloads->list, compare_workloads);
        }
}

/* ---- the whole */

static void read_told(struct workloads *workloads, struct store *store)
{
    struct query *row = query_open(store, "SELECT 1 FROM workload WHERE call = ? LIMIT 1");
    for (size_t i = 0; i < USES; i++) {
        query_bind_text(row, 1, uses[i].call);
        workloads->told[i] = query_next(row);
        query_reset(row);
    }
    query_close(row);
}

static void read_audiences(struct workloads *workloads, struct store *store)
{
    struct query *rows =
        query_open(store, "SELECT arn, client_ids FROM identity_provider WHERE client_ids IS NOT NULL");
    while (query_next(rows)) {
        const char *arn = query_text(rows, 0);
        uint32_t known = workloads->providers.count;
        if (intern_add(&workloads->providers, arn, strlen(arn)) == known)
            ARRAY_ADD(workloads->audiences, workloads->audience_count, workloads->audience_room,
                      keep(workloads, query_text(rows, 1)));
    }
    query_close(rows);
}

struct workloads *workloads_load(const struct model *model, struct store *store, bool part, const char *const *issuers,
                                 size_t issuer_count)
{
    if (store_number(store,
                     "SELECT EXISTS (SELECT 1 FROM cluster) OR EXISTS (SELECT 1 FROM workload) OR EXISTS (SELECT "
                     "1 FROM identity_pool) OR EXISTS (SELECT 1 FROM pod_association) OR EXISTS (SELECT 1 FROM listing "
                     "WHERE call IN "
                     "('eks-list-clusters', 'ec2-describe-instances', 'lambda-list-functions', "
                     "'rolesanywhere-list-profiles'))") == 0)
        return NULL;
    struct workloads *workloads = memory_zeroed(1, sizeof *workloads);
    workloads->model = model;
    read_clusters(workloads, store);
    if (part)
        read_few_ways(workloads, store);
    else
        read_all_ways(workloads, store);
    read_nodes(workloads, store, part);
    read_service_accounts(workloads, store, issuers, issuer_count);
    read_pools(workloads, store);
    place_pods(workloads);
    place_visitors(workloads);
    workloads->inventories = inventories_load(store);
    read_told(workloads, store);
    read_audiences(workloads, store);
    return workloads;
}

void workloads_free(struct workloads *workloads)
{
    if (workloads == NULL)
        return;
    for (uint32_t i = 0; i < workloads->count; i++)
        free(workloads->list[i].ways);
    free(workloads->list);
    free(workloads->clusters);
    free(workloads->audiences);
    intern_free(&workloads->texts);
    inventories_free(workloads->inventories);
    identity_pools_free(&workloads->pools);
    intern_free(&workloads->providers);
    arena_free(&workloads->arena);
    free(workloads);
}

const struct workload *workloads_list(const struct workloads *workloads, uint32_t *count)
{
    *count = workloads->count;
    return workloads->list;
}

const struct workload_cluster *workloads_clusters(const struct workloads *workloads, uint32_t *count)
{
    *count = workloads->cluster_count;
    return workloads->clusters;
}

const struct identity_pools *workloads_pools(const struct workloads *workloads)
{
    return &workloads->pools;
}

const struct inventories *workloads_inventories(const struct workloads *workloads)
{
    return workloads->inventories;
}

bool workloads_are_told(const struct workloads *workloads, const char *service)
{
    bool told = inventories_tell(workloads->inventories, service);
    for (size_t i = 0; i < USES; i++)
        told = told || (workloads->told[i] && strcmp(uses[i].service, service) == 0);
    return told;
}

const char *workloads_audiences(const struct workloads *workloads, const char *provider)
{
    uint32_t number = intern_find(&workloads->providers, provider, strlen(provider));
    return number != INTERN_NONE ? workloads->audiences[number] : NULL;
}
