#include "graph/edges/edges_workloads.h"

#include "graph/edges/edges_inside.h"
#include "graph/edges/edges_pools.h"
#include "graph/policy/service_sessions.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REQUEST_TAG "aws:RequestTag/"
#define PRINCIPAL_TAG "aws:PrincipalTag/"

struct joining {
    struct edges *edges;
    struct workloads *workloads;
    const struct workload *list;
    uint32_t count;
    struct token_edges tokens; /* by number of the workload, until there are nodes */
    struct edge *found;        /* likewise */
    uint32_t found_count, found_room;
};

/* ---- what is known about sessions */

/* The tags that Cognito makes are not read. */
static bool is_of_pool(const struct workload *workload)
{
    return workload->sort == SORT_GUEST || workload->sort == SORT_POOL_USER;
}

/* A tag of the session: FACT_YES with *value, FACT_NO: not present. */
static enum fact tag_of(const struct workload *workload, const struct workload_way *way, const char *key,
                        const char **value)
{
    const struct {
        const char *key, *value;
    } tags[] = {{"eks-cluster-arn", workload->arn},
                {"eks-cluster-name", workload->cluster},
                {"kubernetes-namespace", workload->namespace},
                {"kubernetes-service-account", workload->service_account}};
    *value = NULL;
    if (is_of_pool(workload))
        return FACT_UNKNOWN;
    if (way != NULL && (strcmp(way->how, "eks-capability") == 0 || strcmp(way->how, "roles-anywhere") == 0))
        return FACT_UNKNOWN;
    if (way == NULL || way->association == NULL || way->association->tags != FACT_YES)
        return way != NULL && way->association != NULL && way->association->tags == FACT_UNKNOWN ? FACT_UNKNOWN
                                                                                                 : FACT_NO;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (strcasecmp(tags[i].key, key) == 0)
            *value = tags[i].value;
    bool of_pod = strcasecmp(key, "kubernetes-pod-name") == 0 || strcasecmp(key, "kubernetes-pod-uid") == 0;
    return *value != NULL ? FACT_YES : of_pod ? FACT_UNKNOWN : FACT_NO;
}

struct settling {
    const struct edges *edges;
    const struct workload *workload;
    const struct workload_way *way; /* NULL: by a token */
    uint32_t hop;
    constraint formula;
};

static void fix(struct settling *settling, const char *key, enum fact known, const char *const *values, size_t count)
{
    if (known != FACT_UNKNOWN)
        settling->formula =
            constraint_fix_in_hop(settling->edges->pool, settling->formula, (struct constraint_key){key, settling->hop},
                                  values, known == FACT_YES ? count : 0);
}

static bool fix_tag(const struct constraint_key *key, bool fact, void *context)
{
    struct settling *settling = context;
    const char *value;
    if (fact || key->hop != settling->hop || strncasecmp(key->name, REQUEST_TAG, sizeof REQUEST_TAG - 1) != 0)
        return true;
    enum fact known = tag_of(settling->workload, settling->way, key->name + sizeof REQUEST_TAG - 1, &value);
    fix(settling, key->name, known, &value, 1);
    return true;
}

/* Settles tags, which are all transitive. */
static void fix_tags(struct settling *settling)
{
    static const char *const keys[] = {"eks-cluster-arn",      "eks-cluster-name",
                                       "kubernetes-namespace", "kubernetes-service-account",
                                       "kubernetes-pod-name",  "kubernetes-pod-uid"};
    const struct workload_way *way = settling->way;
    enum fact tagged = way == NULL ? FACT_NO : way->association != NULL ? way->association->tags : FACT_NO;
    constraint_each_key(settling->edges->pool, settling->formula, fix_tag, settling);
    if (way != NULL && strcmp(way->how, "eks-capability") == 0)
        tagged = FACT_UNKNOWN;
    fix(settling, "aws:TagKeys", tagged, keys, sizeof keys / sizeof keys[0]);
    fix(settling, "sts:TransitiveTagKeys", tagged, keys, sizeof keys / sizeof keys[0]);
}

enum fact edges_workload_tag(const struct edges *edges, const struct edge *edge, const char *key, const char **value)
{
    *value = NULL;
    return strcmp(edge->how, HOW_SEVERAL) == 0
               ? FACT_UNKNOWN
               : tag_of(edges_workload(edges, edge->from), edges_workload_way(edges, edge), key, value);
}

static const char *session_of(const struct workload *workload, const struct workload_way *way)
{
    return way != NULL && way->session ? workload->session : NULL;
}

const char *edges_workload_session(const struct edges *edges, const struct edge *edge)
{
    return session_of(edges_workload(edges, edge->from), edges_workload_way(edges, edge));
}

const char *edges_workload_limit(const struct edges *edges, const struct edge *edge)
{
    const struct workload_way *way = (edge->from & EDGE_GROUP) == 0 ? edges_workload_way(edges, edge) : NULL;
    if ((edge->from & EDGE_GROUP) == 0 && edge->how != NULL && strcmp(edge->how, HOW_GUEST) == 0)
        return "limited by AWS to some services, as every session that a guest gets from the pool";
    if (way != NULL && way->limited)
        return "limited by session policies of its profile";
    return way != NULL && way->association != NULL && way->association->limited
               ? "limited by the session policy of its Pod Identity association"
               : NULL;
}

/* The usual fields of certificates that become tags. Source:
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/attribute-mapping.html */
#define USUAL_FIELDS "[\"x509Subject/*\",\"x509Issuer/*\",\"x509SAN/DNS\",\"x509SAN/URI\",\"x509SAN/Name/*\"]"

/* Whether one of the fields is the one for the tag. */
static bool is_mapped(const struct workload_way *way, const char *tag)
{
    json_t *fields = json_loads(way->fields != NULL ? way->fields : USUAL_FIELDS, 0, NULL), *field;
    size_t index;
    bool mapped = false;
    json_array_foreach(fields, index, field)
    {
        const char *text = json_string_value(field);
        size_t length = text != NULL ? strlen(text) : 0;
        bool any = length > 0 && text[length - 1] == '*';
        mapped = mapped || (length > 0 && (any ? strncasecmp(text, tag, length - 1) : strcasecmp(text, tag)) == 0);
    }
    json_decref(fields);
    return mapped;
}

/* Certificates bring the fields that the profile maps, and no other tags; the trust policy sees them as tags of the
 * principal. */
static bool fix_field(const struct constraint_key *key, bool fact, void *context)
{
    struct settling *settling = context;
    size_t before = strncasecmp(key->name, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) == 0 ? sizeof PRINCIPAL_TAG - 1
                    : strncasecmp(key->name, REQUEST_TAG, sizeof REQUEST_TAG - 1) == 0   ? sizeof REQUEST_TAG - 1
                                                                                         : 0;
    if (!fact && key->hop == settling->hop && before > 0 && !is_mapped(settling->way, key->name + before))
        fix(settling, key->name, FACT_NO, NULL, 0);
    return true;
}

/* Services pass no source identity here, and an EKS token has none. */
static void settle_session(struct settling *settling)
{
    const char *name = session_of(settling->workload, settling->way);
    if (settling->workload->sort == SORT_CERTIFICATE) {
        constraint_each_key(settling->edges->pool, settling->formula, fix_field, settling);
        return;
    }
    fix_tags(settling);
    fix(settling, "sts:SourceIdentity", FACT_NO, NULL, 0);
    fix(settling, "sts:RoleSessionName", name != NULL ? FACT_YES : FACT_UNKNOWN, &name, 1);
}

/* The key in a session that says what it runs in. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
static bool tells_where(const struct workload_way *way, const char *key)
{
    return way != NULL &&
           ((strcmp(way->how, "instance-profile") == 0 && strcasecmp(key, "ec2:SourceInstanceARN") == 0) ||
            (strcmp(way->how, "lambda") == 0 && strcasecmp(key, "lambda:SourceFunctionArn") == 0));
}

/* All tags of pods are transitive, so later hops cannot change them. */
static bool fix_what_lasts(const struct constraint_key *key, bool fact, void *context)
{
    struct settling *settling = context;
    const char *value;
    if (fact || key->hop == 0)
        return true;
    settling->hop = key->hop;
    if (key->hop == 1 && tells_where(settling->way, key->name))
        fix(settling, key->name, FACT_YES, &settling->workload->arn, 1);
    if (strncasecmp(key->name, PRINCIPAL_TAG, sizeof PRINCIPAL_TAG - 1) != 0)
        return true;
    if (tag_of(settling->workload, settling->way, key->name + sizeof PRINCIPAL_TAG - 1, &value) == FACT_YES)
        fix(settling, key->name, FACT_YES, &value, 1);
    return true;
}

constraint edges_settle_workload(const struct edges *edges, const struct edge *edge, constraint formula)
{
    struct settling settling = {edges, edges_workload(edges, edge->from), edges_workload_way(edges, edge), 0, formula};
    if (strcmp(edge->how, HOW_SEVERAL) == 0 || is_of_pool(settling.workload))
        return formula;
    settle_session(&settling);
    constraint_each_key(edges->pool, settling.formula, fix_what_lasts, &settling);
    return settling.formula;
}

constraint edges_settle_target(const struct edges *edges, const struct edge *edge, uint32_t role, constraint formula)
{
    const struct workload_way *way = edges_workload_way(edges, edge);
    const struct pod_association *association = way != NULL ? way->association : NULL;
    if (association == NULL || association->target == NULL ||
        strcmp(association->target, edges->model->principals[role].arn) != 0)
        return formula;
    struct settling settling = {edges, edges_workload(edges, edge->from), way, 1, formula};
    fix(&settling, "sts:ExternalId", association->external_id != NULL ? FACT_YES : FACT_NO, &association->external_id,
        1);
    fix_tags(&settling);
    return settling.formula;
}

/* ---- edges */

/* A service may be trusted under its name, under its name in China, or under a regional name. */
enum spelling { PLAIN, OF_CHINA, OF_REGION, SPELLINGS };

/* The node of the service with that name; MODEL_NONE: no role trusts it. */
static uint32_t service_node(const struct edges *edges, const char *service, const char *arn, enum spelling spelling)
{
    struct text name = {0};
    struct arn parts;
    if (spelling == OF_REGION && arn_parse(arn, strlen(arn), &parts))
        text_format(&name, "%.*s.%.*s.amazonaws.com", (int)strcspn(service, "."), service, (int)parts.region.length,
                    parts.region.at);
    else
        text_format(&name, "%s%s", service, spelling == OF_CHINA ? ".cn" : "");
    const struct caller caller = {
        .kind = CALLER_SERVICE, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = name.data};
    uint32_t node = edges_find_node(edges, &caller);
    text_free(&name);
    return node;
}

static constraint of_service(const struct joining *work, const struct workload *workload,
                             const struct workload_way *way, constraint formula)
{
    struct constraint_pool *pool = work->edges->pool;
    const struct service_session *session = service_session_find(way->service);
    struct settling settling = {work->edges, workload, way, 0, formula};
    if (formula == CONSTRAINT_TRUE)
        return formula;
    fix(&settling, "aws:SourceAccount", FACT_YES, &workload->account, 1);
    fix(&settling, "aws:SourceArn", way->source ? FACT_YES : FACT_UNKNOWN, &workload->arn, 1);
    settle_session(&settling);
    formula = settling.formula;
    if (session != NULL && session->unless != NULL && way->association != NULL &&
        way->association->tags != FACT_UNKNOWN)
        formula = constraint_settle_fact(pool, formula, session->unless, way->association->tags == FACT_NO);
    return constraint_satisfiable(pool, formula) == CONSTRAINT_NO ? CONSTRAINT_FALSE : formula;
}

static void add_way(struct joining *work, uint32_t place, const struct workload_way *way)
{
    const struct workload *workload = &work->list[place];
    constraint residual = CONSTRAINT_FALSE;
    for (int spelling = 0; spelling < SPELLINGS; spelling++) {
        uint32_t service = service_node(work->edges, way->service, workload->arn, (enum spelling)spelling);
        const struct edge *edge = service != MODEL_NONE ? edges_between(work->edges, service, way->role) : NULL;
        if (edge != NULL)
            residual = constraint_or(work->edges->pool, residual, of_service(work, workload, way, edge->residual));
    }
    if (way->fact != NULL)
        residual = constraint_and(work->edges->pool, residual, constraint_fact(work->edges->pool, way->fact));
    if (residual != CONSTRAINT_FALSE)
        ARRAY_ADD(work->found, work->found_count, work->found_room,
                  (struct edge){.from = place, .to = way->role, .residual = residual, .how = way->how});
}

static int compare_edges(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* If there are several pools, `how` is from one of them. */
static void add_to(const struct joining *work, struct edge *edge, const struct edge *other)
{
    bool same = strcmp(edge->how, other->how) == 0 || is_of_pool(&work->list[edge->from]);
    edge->how = other->residual == CONSTRAINT_TRUE && same ? other->how : same ? edge->how : HOW_SEVERAL;
    edge->residual = constraint_or(work->edges->pool, edge->residual, other->residual);
}

/* One edge per pair: a role that a workload has in several ways is open if one of them works. */
static void merge(struct joining *work)
{
    uint32_t kept = 0;
    if (work->found_count > 1)
        qsort(work->found, work->found_count, sizeof *work->found, compare_edges);
    for (uint32_t i = 0; i < work->found_count; i++) {
        struct edge *last = kept > 0 ? &work->found[kept - 1] : NULL;
        if (last != NULL && compare_edges(last, &work->found[i]) == 0)
            add_to(work, last, &work->found[i]);
        else
            work->found[kept++] = work->found[i];
    }
    work->found_count = kept;
    for (uint32_t i = 0; i < kept; i++)
        work->found[i].verdict = work->found[i].residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
}

static void find_edges(struct joining *work)
{
    for (uint32_t i = 0; i < work->count; i++)
        for (uint32_t j = 0; j < work->list[i].way_count; j++)
            add_way(work, i, &work->list[i].ways[j]);
    tokens_find(&work->tokens, work->edges, work->workloads);
    pools_find(&work->tokens, work->edges, work->workloads);
    for (uint32_t i = 0; i < work->tokens.count; i++)
        ARRAY_ADD(work->found, work->found_count, work->found_room,
                  (struct edge){.from = work->tokens.list[i].workload,
                                .to = work->tokens.list[i].role,
                                .residual = work->tokens.list[i].residual,
                                .how = work->tokens.list[i].how});
    merge(work);
}

/* ---- who gives way */

/* Whether the service opens sessions of the role only for resources in regions where everything is known: what it calls
 * for is in the role's account. */
static bool is_for_known_regions(const struct joining *work, const char *service, const struct edge *edge,
                                 const char *account)
{
    struct constraint_pool *pool = work->edges->pool;
    const struct condition_name like = condition_plain(OPERATOR_STRING_LIKE);
    uint32_t count;
    const char *const *regions = inventories_regions(workloads_inventories(work->workloads), service, account, &count);
    if (count == 0)
        return false;
    char **patterns = memory_zeroed(count, sizeof *patterns);
    for (uint32_t i = 0; i < count; i++)
        patterns[i] = memory_print("arn:*:*:%s:%s:*", regions[i], account);
    constraint inside = constraint_atom(pool, &like, "aws:SourceArn", "", (const char *const *)patterns, count);
    constraint outside = constraint_and(pool, edge->residual, constraint_not(pool, inside));
    for (uint32_t i = 0; i < count; i++)
        free(patterns[i]);
    free(patterns);
    return constraint_satisfiable(pool, outside) == CONSTRAINT_NO;
}

static bool is_known_whole(const struct joining *work, const char *service, const struct edge *edge, uint32_t role)
{
    const struct model *model = work->edges->model;
    const char *account = model->accounts[model->principals[role].account].id;
    return inventories_know_all(workloads_inventories(work->workloads), service, account) ||
           (edge->residual != CONSTRAINT_TRUE && is_for_known_regions(work, service, edge, account));
}

static void let_services_go(struct joining *work)
{
    struct edges *edges = work->edges;
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++) {
        const struct caller *caller = &edges->nodes[node];
        struct hop_cursor cursor;
        struct hop hop;
        if (caller->kind != CALLER_SERVICE || !inventories_tell(workloads_inventories(work->workloads), caller->text))
            continue;
        for (hop_cursor_begin(&cursor, edges, node); hop_cursor_next(&cursor, &hop);) {
            const struct edge *edge = edges_between(edges, node, hop.to);
            if (is_known_whole(work, caller->text, edge, hop.to))
                edges_give_way(edges, node, hop.to);
        }
    }
}

/* ---- nodes */

/* Adds nodes for workloads with a role; from here on edges are by node. */
static void add_nodes(struct joining *work)
{
    static const enum caller_kind kinds[] = {[SORT_POD] = CALLER_POD,
                                             [SORT_RESOURCE] = CALLER_WORKLOAD,
                                             [SORT_CERTIFICATE] = CALLER_CERTIFICATE,
                                             [SORT_GUEST] = CALLER_GUEST,
                                             [SORT_POOL_USER] = CALLER_POOL_USER};
    struct edges *edges = work->edges;
    bool sorted = edges->sorted_nodes == edges->node_count;
    uint32_t last = MODEL_NONE;
    edges->first_workload = edges->node_count;
    edges->nodes = memory_resize(edges->nodes, (size_t)edges->node_count + work->found_count + 1, sizeof *edges->nodes);
    edges->workload_of = memory_zeroed((size_t)work->found_count + 1, sizeof *edges->workload_of);
    for (uint32_t i = 0; i < work->found_count; i++) {
        uint32_t place = work->found[i].from;
        const struct workload *workload = &work->list[place];
        if (place != last) {
            edges->workload_of[edges->workload_count++] = place;
            edges->nodes[edges->node_count++] = (struct caller){
                .kind = kinds[workload->sort],
                .principal = MODEL_NONE,
                .account_index =
                    workload->account != NULL ? model_find_account(edges->model, workload->account) : MODEL_NONE,
                .account = workload->account,
                .text = workload->text,
                .name = workload->name};
        }
        last = place;
        work->found[i].from = edges->node_count - 1;
    }
    if (sorted)
        edges->sorted_nodes = edges->node_count;
}

static void append_edges(struct joining *work)
{
    struct edges *edges = work->edges;
    edges->edges = memory_resize(edges->edges, (size_t)edges->edge_count + work->found_count + 1, sizeof *edges->edges);
    if (work->found_count > 0)
        memcpy(edges->edges + edges->edge_count, work->found, work->found_count * sizeof *work->found);
    edges->edge_count += work->found_count;
}

void edges_add_workloads(struct edges *edges, struct workloads *workloads)
{
    if (workloads == NULL || edges->workloads != NULL)
        return;
    struct joining work = {.edges = edges, .workloads = workloads};
    work.list = workloads_list(workloads, &work.count);
    edges->workloads = workloads;
    find_edges(&work);
    let_services_go(&work);
    edges_drop_given_way(edges);
    add_nodes(&work);
    append_edges(&work);
    free(work.found);
    tokens_free(&work.tokens);
    edges_index(edges);
}

/* ---- looking up workloads */

const struct workload *edges_workload(const struct edges *edges, uint32_t node)
{
    uint32_t count;
    if (node < edges->first_workload || node - edges->first_workload >= edges->workload_count)
        return NULL;
    return &workloads_list(edges->workloads, &count)[edges->workload_of[node - edges->first_workload]];
}

const struct workload_way *edges_workload_way(const struct edges *edges, const struct edge *edge)
{
    const struct workload *workload = edges_workload(edges, edge->from);
    for (uint32_t i = 0; workload != NULL && i < workload->way_count; i++)
        if (workload->ways[i].role == edge->to && strcmp(workload->ways[i].how, edge->how) == 0)
            return &workload->ways[i];
    return NULL;
}

bool edges_stands_for_workloads(const struct edges *edges, uint32_t node)
{
    static const char of_eks[] = "oidc.eks.";
    const struct caller *caller = &edges->nodes[node];
    uint32_t count;
    if (edges->workloads == NULL)
        return false;
    if (caller->kind == CALLER_SERVICE)
        return workloads_are_told(edges->workloads, caller->text);
    if (caller->kind != CALLER_WEB_IDENTITY || caller->name == NULL ||
        strncmp(caller->name, of_eks, sizeof of_eks - 1) != 0)
        return false;
    const struct workload_cluster *clusters = workloads_clusters(edges->workloads, &count);
    for (uint32_t i = 0; i < count; i++)
        if (clusters[i].pods_known && clusters[i].issuer != NULL && strcmp(clusters[i].issuer, caller->name) == 0)
            return false;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **edges_issuers(const struct edges *edges, size_t *count)
{
    const char **list = NULL;
    size_t room = 0;
    *count = 0;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++)
        if (edges->nodes[i].kind == CALLER_WEB_IDENTITY && edges->nodes[i].name != NULL)
            ARRAY_ADD(list, *count, room, edges->nodes[i].name);
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare_texts);
    return list;
}
