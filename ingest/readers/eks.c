/*
 * What runs in EKS clusters: list-clusters, describe-cluster, list-pod-identity-associations,
 * describe-pod-identity-association, list-capabilities, describe-capability, describe-nodegroup, and the service
 * accounts that kubectl lists. Lists do not name account, region and cluster: folders accounts/ID/REGION, file names
 * (CALL.CLUSTER.json) and envelopes do. Shapes: https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

#define LIST_ASSOCIATIONS "list-pod-identity-associations"
#define LIST_CAPABILITIES "list-capabilities"
#define LIST_ACCOUNTS "kubectl-get-serviceaccounts"

/* Indexes into eks_kinds. */
enum { DESCRIBE_CLUSTER = 1, DESCRIBE_ASSOCIATION = 3, DESCRIBE_CAPABILITY = 5, DESCRIBE_NODES = 6 };
extern const struct export_kind eks_kinds[];

static const char *flag(bool set)
{
    return set ? "1" : "0";
}

static void say_unknown(struct export_reader *reader, const char *what)
{
    char *message = memory_print("the file does not say which %s it is about; put it into a folder "
                                 "accounts/ACCOUNT-ID/REGION%s",
                                 what, strcmp(what, "cluster") == 0 ? " and rename it to CALL.CLUSTER.json" : "");
    export_problem(reader, PROBLEM_WARNING, "place-unknown", 0, 0, message);
    free(message);
}

/* The cluster that the answer is about; NULL: not given. */
static const char *cluster_asked(struct export_reader *reader)
{
    return reader->argument[0] != '\0' ? export_resource(reader, "eks", "cluster/", reader->argument) : NULL;
}

/* The cluster's ARN from the ARN of something in it, "…:podidentityassociation/CLUSTER/…"; NULL: another ARN. */
static const char *cluster_of(struct export_reader *reader, const char *text, const char *cluster)
{
    struct arn arn;
    struct text whole = {0};
    if (text == NULL || cluster == NULL || !arn_parse(text, strlen(text), &arn) || !span_equals(arn.service, "eks"))
        return NULL;
    text_format(&whole, "%.*scluster/%s", (int)(arn.resource.at - text), text, cluster);
    return export_keep_text(reader, &whole);
}

/* ---- clusters */

static void add_cluster(struct export_reader *reader, const char *text, const char *issuer, bool listed)
{
    static const char scheme[] = "https://";
    struct arn arn;
    if (issuer != NULL && strncmp(issuer, scheme, sizeof scheme - 1) == 0)
        issuer += sizeof scheme - 1;
    if (arn_parse(text, strlen(text), &arn) && arn.resource.length > 8)
        EXPORT_WORKLOAD(reader, WORKLOAD_CLUSTER, text, export_keep(reader, arn.account.at, arn.account.length),
                        export_keep(reader, arn.region.at, arn.region.length),
                        export_keep(reader, arn.resource.at + 8, arn.resource.length - 8), issuer, flag(listed));
}

static void read_clusters(struct export_reader *reader, const char *member)
{
    const char *scope = export_scope(reader);
    struct export_list list;
    (void)member;
    if (scope == NULL)
        say_unknown(reader, "account and region");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *name = export_string(reader);
        list.lost = list.lost || name == NULL;
        if (name != NULL && scope != NULL)
            add_cluster(reader, export_resource(reader, "eks", "cluster/", name), NULL, true);
    }
    if (scope != NULL)
        export_listing(reader, "eks-list-clusters", scope, list.lost);
}

static bool is_eks(const char *text)
{
    struct arn arn;
    return text != NULL && arn_parse(text, strlen(text), &arn) && span_equals(arn.service, "eks");
}

/* Other services have members with these names, too: the ARN inside decides. */
static void read_cluster(struct export_reader *reader, const char *member)
{
    json_t *one = export_json(reader);
    const char *arn = export_json_text(reader, one, "arn");
    const json_t *oidc = json_object_get(json_object_get(one, "identity"), "oidc");
    (void)member;
    if (is_eks(arn)) {
        export_recognise(reader, &eks_kinds[DESCRIBE_CLUSTER]);
        add_cluster(reader, arn, export_json_text(reader, oidc, "issuer"), false);
    }
    json_decref(one);
}

/* ---- Pod Identity */

static void add_association(struct export_reader *reader, const json_t *one, const char *cluster, bool described)
{
    const json_t *off = json_object_get(one, "disableSessionTags");
    EXPORT_WORKLOAD(reader, WORKLOAD_ASSOCIATION, cluster, export_json_text(reader, one, "associationId"),
                    export_json_text(reader, one, "namespace"), export_json_text(reader, one, "serviceAccount"),
                    export_json_text(reader, one, "roleArn"), described ? flag(!json_is_true(off)) : NULL,
                    export_json_text(reader, one, "targetRoleArn"), export_json_text(reader, one, "externalId"),
                    flag(json_object_get(one, "policy") != NULL), flag(!described));
}

/* The association's cluster; NULL: it does not say. */
static const char *cluster_of_association(struct export_reader *reader, const json_t *one)
{
    const char *cluster = cluster_of(reader, export_json_text(reader, one, "associationArn"),
                                     export_json_text(reader, one, "clusterName"));
    bool whole = json_is_string(json_object_get(one, "associationId")) &&
                 json_is_string(json_object_get(one, "namespace")) &&
                 json_is_string(json_object_get(one, "serviceAccount"));
    return whole ? cluster : NULL;
}

#define ASSOCIATION_PARTS "associationArn, associationId, clusterName, namespace or serviceAccount"

/* ---- capabilities */

static void add_capability(struct export_reader *reader, const json_t *one, const char *cluster, bool described)
{
    const char *arn = export_json_text(reader, one, "arn"), *role = export_json_text(reader, one, "roleArn");
    struct arn parts;
    (void)described;
    if (!arn_parse(arn, strlen(arn), &parts))
        return;
    EXPORT_WORKLOAD(reader, WORKLOAD_RESOURCE, arn, export_keep(reader, parts.account.at, parts.account.length),
                    export_keep(reader, parts.region.at, parts.region.length), LIST_CAPABILITIES, cluster,
                    export_json_text(reader, one, "status"), flag(role == NULL), flag(role != NULL));
    if (role != NULL)
        EXPORT_WORKLOAD(reader, WORKLOAD_ROLE, arn, "eks-capability", role);
}

/* "…:capability/CLUSTER/TYPE/NAME/…" contains the cluster's name. */
static const char *cluster_of_capability(struct export_reader *reader, const json_t *one)
{
    const char *text = export_json_text(reader, one, "arn");
    struct arn arn;
    const char *slash =
        text != NULL && is_eks(text) && arn_parse(text, strlen(text), &arn) ? strchr(arn.resource.at, '/') : NULL;
    return slash != NULL ? cluster_of(reader, text, export_keep(reader, slash + 1, strcspn(slash + 1, "/"))) : NULL;
}

/* ---- associations and capabilities alike */

/* Something in a cluster, which its own ARN or members name: a list, or a single description. */
struct in_cluster {
    const char *list;  /* the listing that the list answers */
    const char *lacks; /* what is missing from an element that does not say where it belongs */
    const char *described_lacks;
    const char *arn;                                                         /* the member with its own ARN */
    int described;                                                           /* index of its description in eks_kinds */
    const char *(*cluster)(struct export_reader *reader, const json_t *one); /* NULL: it does not say */
    void (*add)(struct export_reader *reader, const json_t *one, const char *cluster, bool described);
};

static const struct in_cluster associations = {
    .list = LIST_ASSOCIATIONS,
    .lacks = "an association lacks " ASSOCIATION_PARTS,
    .described_lacks = "an association lacks roleArn, " ASSOCIATION_PARTS,
    .arn = "associationArn",
    .described = DESCRIBE_ASSOCIATION,
    .cluster = cluster_of_association,
    .add = add_association,
};

static const struct in_cluster capabilities = {
    .list = LIST_CAPABILITIES,
    .lacks = "a capability has no arn",
    .described_lacks = "a capability lacks arn or roleArn",
    .arn = "arn",
    .described = DESCRIBE_CAPABILITY,
    .cluster = cluster_of_capability,
    .add = add_capability,
};

static void read_list_of(struct export_reader *reader, const struct in_cluster *kind)
{
    const char *cluster = cluster_asked(reader);
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, kind->lacks);
        const char *of = kind->cluster(reader, one);
        if (one != NULL && of == NULL)
            export_list_lose(reader, &list, kind->lacks);
        else if (of != NULL)
            kind->add(reader, one, of, false);
        cluster = of != NULL ? of : cluster;
        json_decref(one);
    }
    if (cluster != NULL)
        export_listing(reader, kind->list, cluster, list.lost);
    else
        say_unknown(reader, "cluster");
}

static void read_described(struct export_reader *reader, const struct in_cluster *kind)
{
    json_t *one = export_json(reader);
    const char *cluster = kind->cluster(reader, one);
    if (is_eks(export_json_text(reader, one, kind->arn)))
        export_recognise(reader, &eks_kinds[kind->described]);
    if (reader->recognised && (cluster == NULL || !json_is_string(json_object_get(one, "roleArn"))))
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, kind->described_lacks);
    else if (reader->recognised)
        kind->add(reader, one, cluster, true);
    json_decref(one);
}

static void read_associations(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list_of(reader, &associations);
}

static void read_association(struct export_reader *reader, const char *member)
{
    (void)member;
    read_described(reader, &associations);
}

static void read_capabilities(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list_of(reader, &capabilities);
}

static void read_capability(struct export_reader *reader, const char *member)
{
    (void)member;
    read_described(reader, &capabilities);
}

/* ---- nodes */

static void read_nodes(struct export_reader *reader, const char *member)
{
    json_t *one = export_json(reader);
    const char *cluster =
        cluster_of(reader, export_json_text(reader, one, "nodegroupArn"), export_json_text(reader, one, "clusterName"));
    const char *name = export_json_text(reader, one, "nodegroupName"),
               *role = export_json_text(reader, one, "nodeRole");
    (void)member;
    if (cluster != NULL)
        export_recognise(reader, &eks_kinds[DESCRIBE_NODES]);
    if (cluster != NULL && name != NULL && role != NULL)
        EXPORT_WORKLOAD(reader, WORKLOAD_NODES, cluster, name, role);
    else if (cluster != NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a node group lacks nodegroupName or nodeRole");
    json_decref(one);
}

/* ---- service accounts */

/* {"kind": "ServiceAccount", "metadata": {"namespace", "name", "annotations"}} */
static bool read_account(struct export_reader *reader, const json_t *one, const char *cluster)
{
    const json_t *about = json_object_get(one, "metadata"), *notes = json_object_get(about, "annotations");
    const char *space = export_json_text(reader, about, "namespace"), *name = export_json_text(reader, about, "name");
    if (space == NULL || name == NULL)
        return false;
    if (cluster != NULL)
        EXPORT_WORKLOAD(reader, WORKLOAD_SERVICE_ACCOUNT, cluster, space, name,
                        export_json_text(reader, notes, "eks.amazonaws.com/role-arn"));
    return true;
}

static void read_accounts(struct export_reader *reader, const char *member)
{
    const char *cluster = cluster_asked(reader);
    struct export_list list;
    (void)member;
    if (cluster == NULL)
        say_unknown(reader, "cluster");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, "expected an object");
        if (one != NULL && !read_account(reader, one, cluster))
            export_list_lose(reader, &list, "a service account lacks metadata.namespace or metadata.name");
        json_decref(one);
    }
    if (cluster != NULL)
        export_listing(reader, LIST_ACCOUNTS, cluster, list.lost);
}

/* ---- answers of other services */

static bool is_called(const struct export_reader *reader, const char *call)
{
    return export_may_be_of(reader, "eks") && strcmp(reader->call, call) == 0;
}

/* ECS and others have objects in lists with this name; an empty one is EKS's if the file is named so. */
static bool are_other_clusters(struct export_reader *reader)
{
    struct json_cursor mark;
    bool first = true, text = false, empty = false;
    if (!export_may_be_of(reader, "eks") || json_cursor_peek(&reader->cursor) != CURSOR_ARRAY)
        return true;
    json_cursor_mark(&reader->cursor, &mark);
    if (json_cursor_enter(&reader->cursor, CURSOR_ARRAY)) {
        empty = !json_cursor_next_element(&reader->cursor, &first);
        text = !empty && json_cursor_peek(&reader->cursor) == CURSOR_STRING;
    }
    json_cursor_return(&reader->cursor, &mark);
    return !text && !(empty && is_called(reader, "list-clusters"));
}

static bool are_other_associations(struct export_reader *reader)
{
    static const char *const names[] = {"associationArn", "serviceAccount", NULL};
    return export_first_members(reader, names) != 3 && !is_called(reader, LIST_ASSOCIATIONS);
}

static bool are_other_capabilities(struct export_reader *reader)
{
    static const char *const names[] = {"capabilityName", NULL};
    return export_first_members(reader, names) == 0 && !is_called(reader, LIST_CAPABILITIES);
}

static bool is_other_object(struct export_reader *reader)
{
    return !export_may_be_of(reader, "eks");
}

/* kubectl lists all kinds of objects like this. */
static bool are_other_items(struct export_reader *reader)
{
    static const char kind[] = "\"ServiceAccount\"";
    size_t length = json_cursor_ahead(&reader->cursor, 512);
    bool found = false;
    for (size_t i = 0; i + sizeof kind - 1 <= length && !found; i++)
        found = memcmp(reader->cursor.at + i, kind, sizeof kind - 1) == 0;
    return !found && strcmp(reader->call, LIST_ACCOUNTS) != 0;
}

/* clang-format off */
#define ONE_MEMBER(name, type, read, shared) (const struct export_member[]){{name, type, read, shared}, {0}}

const struct export_kind eks_kinds[] = {
    {.name = "eks-list-clusters", .members = ONE_MEMBER("clusters", CURSOR_ARRAY, read_clusters, false),
     .is_foreign = are_other_clusters, .small_token = true},
    {.name = "describe-cluster", .members = ONE_MEMBER("cluster", CURSOR_OBJECT, read_cluster, true), .is_foreign = is_other_object},
    {.name = LIST_ASSOCIATIONS, .members = ONE_MEMBER("associations", CURSOR_ARRAY, read_associations, false),
     .is_foreign = are_other_associations, .small_token = true},
    {.name = "describe-pod-identity-association", .members = ONE_MEMBER("association", CURSOR_OBJECT, read_association, true),
     .is_foreign = is_other_object},
    {.name = LIST_CAPABILITIES, .members = ONE_MEMBER("capabilities", CURSOR_ARRAY, read_capabilities, false),
     .is_foreign = are_other_capabilities, .small_token = true},
    {.name = "describe-capability", .members = ONE_MEMBER("capability", CURSOR_OBJECT, read_capability, true),
     .is_foreign = is_other_object},
    {.name = "describe-nodegroup", .members = ONE_MEMBER("nodegroup", CURSOR_OBJECT, read_nodes, true), .is_foreign = is_other_object},
    {.name = LIST_ACCOUNTS, .members = ONE_MEMBER("items", CURSOR_ARRAY, read_accounts, false), .is_foreign = are_other_items},
    {0},
};
/* clang-format on */
