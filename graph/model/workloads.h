/*
 * workloads: what runs with which role, from its exports: pods, by the service accounts of their clusters, resources
 * that name a role, and those who come to a role with a certificate or through an identity pool. Whether the role
 * admits them is decided by its trust policy (graph/edges/edges_workloads.h).
 *
 * If a list was not exported, the answer is unknown, never nobody: inventories.h. Rules and sources: docs/decisions.md,
 * "Workloads".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_WORKLOADS_H
#define ROLECHAIN_GRAPH_MODEL_WORKLOADS_H

#include "graph/model/identity_pools.h"
#include "graph/model/inventories.h"
#include "graph/model/model.h"

/* The prefix of a pod's name in everything that people read and type: "k8s:CLUSTER-ARN:NAMESPACE/SERVICE-ACCOUNT". */
#define POD_PREFIX "k8s:"

/* The prefix of a trust anchor's ARN of IAM Roles Anywhere: the holders of its certificates. */
#define CERTIFICATE_PREFIX "certificate of "

/* Followed by the name of a node group, in place of namespace and service account: whatever runs on these nodes. */
#define ANY_POD "any pod on "

/* The subject of a cluster's tokens, followed by "NAMESPACE:SERVICE-ACCOUNT". */
#define POD_SUBJECT "system:serviceaccount:"

/* A Pod Identity association. */
struct pod_association {
    enum fact tags;          /* whether its sessions have the tags that say where the pod runs */
    const char *target;      /* ARN of the role that the pod gets through this one; NULL: it gets this role itself */
    const char *external_id; /* the one that EKS passes to the target; NULL: none */
    bool limited;            /* by a session policy, which is not evaluated */
};

enum workload_sort {
    SORT_POD,
    SORT_RESOURCE,
    SORT_CERTIFICATE,
    SORT_GUEST, /* of identity pools, like the next one */
    SORT_POOL_USER,
};

/* A role that the workload is configured to have. */
struct workload_way {
    uint32_t role;       /* model index */
    const char *how;     /* as in edges: pod-identity, eks-capability … */
    const char *service; /* the service that opens the sessions */
    bool session;        /* its sessions have the workload's `session` as their name */
    bool source;         /* aws:SourceArn of the call is the workload's `arn` */
    const char *fact;    /* an additional condition for having the role, in words; NULL: none */
    const char *fields;  /* certificate fields that become tags, as JSON; NULL: the usual ones, or not a certificate */
    bool limited;        /* by session policies of its profile, which are not evaluated */
    const struct pod_association *association; /* for pod-identity; else NULL */
};

struct workload {
    const char *text; /* unique: POD_PREFIX…, CERTIFICATE_PREFIX…, GUEST, POOL_USER_PREFIX…, or its ARN */
    enum workload_sort sort;
    const char *name;    /* for people: "payments/api in cluster prod", "function:report" */
    const char *arn;     /* of the resource, or of the pod's cluster; NULL: guests and users of identity pools */
    const char *account; /* 12 digits; NULL: likewise */
    const char *session; /* the last part of the ARN, which is the session name of some; NULL: a pod */
    const char *cluster, *namespace, *service_account; /* of a pod; else NULL. "Any pod" of nodes has no namespace */
    struct workload_way *ways;
    uint32_t way_count, way_room;
};

/* A cluster, and the range of its pods in workloads_list. */
struct workload_cluster {
    const char *arn, *name;
    const char *issuer; /* of its tokens, without https://; NULL: unknown */
    bool pods_known;    /* all its service accounts are listed */
    uint32_t first, count;
};

struct workloads;

/* The workloads of the model's roles, and the service accounts of clusters whose issuer is one of `issuers`, which are
 * sorted and only needed during the call. part: there are few roles, so each is looked up. NULL: the database has no
 * workload data. Model and store must outlive it. */
struct workloads *workloads_load(const struct model *model, struct store *store, bool part, const char *const *issuers,
                                 size_t issuer_count);
void workloads_free(struct workloads *workloads);

/* Sorted by sort, then text. Guests and users of identity pools have no ways here: edges_pools.h. */
const struct workload *workloads_list(const struct workloads *workloads, uint32_t *count);
const struct workload_cluster *workloads_clusters(const struct workloads *workloads, uint32_t *count);

const struct identity_pools *workloads_pools(const struct workloads *workloads);

/* For which accounts and regions everything is known. */
const struct inventories *workloads_inventories(const struct workloads *workloads);

/* Whether the database has workloads of that service, or lists of them. */
bool workloads_are_told(const struct workloads *workloads, const char *service);

/* The audiences of tokens for the provider, as JSON; NULL: unknown. */
const char *workloads_audiences(const struct workloads *workloads, const char *provider);

#endif
