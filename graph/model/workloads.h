/*
 * workloads: what runs with which role, from its exports: pods, by the service accounts of their clusters, resources
 * that name a role, and who comes to a role with a certificate or through an identity pool. Whether the role lets them
 * in is for its trust policy to say (graph/edges/edges_workloads.h).
 *
 * A list that was not exported means that nobody knows, never nobody: inventories.h. Rules and sources:
 * docs/decisions.md, "Workloads".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_WORKLOADS_H
#define ROLECHAIN_GRAPH_MODEL_WORKLOADS_H

#include "graph/model/identity_pools.h"
#include "graph/model/inventories.h"
#include "graph/model/model.h"

/* Before the name of a pod in everything that people read and type: "k8s:CLUSTER-ARN:NAMESPACE/SERVICE-ACCOUNT". */
#define POD_PREFIX "k8s:"

/* Before the ARN of a trust anchor of IAM Roles Anywhere: who has one of its certificates. */
#define CERTIFICATE_PREFIX "certificate of "

/* In place of namespace and service account, before the name of a group of nodes: whatever runs on these. */
#define ANY_POD "any pod on "

/* What a token of the cluster's has for a subject, before "NAMESPACE:SERVICE-ACCOUNT". */
#define POD_SUBJECT "system:serviceaccount:"

/* A Pod Identity association. */
struct pod_association {
    enum fact tags;          /* whether its sessions have the tags that tell where the pod runs */
    const char *target;      /* ARN of the role that the pod gets through this one; NULL: it gets this one */
    const char *external_id; /* that EKS passes to the target; NULL: none */
    bool limited;            /* by a session policy, which is not read */
};

enum workload_sort {
    SORT_POD,
    SORT_RESOURCE,
    SORT_CERTIFICATE,
    SORT_GUEST, /* of identity pools, as are the next */
    SORT_POOL_USER,
};

/* A role that the workload is to have. */
struct workload_way {
    uint32_t role;       /* model index */
    const char *how;     /* pod-identity, eks-capability … as edges have it */
    const char *service; /* that opens the sessions */
    bool session;        /* its sessions are named as `session` of the workload says */
    bool source;         /* aws:SourceArn of the call is `arn` of the workload */
    const char *fact;    /* under which it holds the role, in words; NULL: under no other than the role's */
    const char
        *fields;  /* of certificates that become tags, as JSON; NULL: the usual ones, or it is of no certificate */
    bool limited; /* by session policies of its profile, which are not read */
    const struct pod_association *association; /* of pod-identity; else NULL */
};

struct workload {
    const char *text; /* tells it apart from all others: POD_PREFIX…, CERTIFICATE_PREFIX…, GUEST, POOL_USER_PREFIX…, or
                         its ARN */
    enum workload_sort sort;
    const char *name;    /* as people read it: "payments/api in cluster prod", "function:report" */
    const char *arn;     /* of the resource, or of the pod's cluster; NULL: guests and users of identity pools */
    const char *account; /* 12 digits; NULL: likewise */
    const char *session; /* the last part of the ARN, which names the sessions of some; NULL: of a pod */
    const char *cluster, *namespace, *service_account; /* of a pod: names; else NULL. "Any pod" of nodes has no
                                                          namespace and no account */
    struct workload_way *ways;
    uint32_t way_count, way_room;
};

/* A cluster, and the places of its pods in workloads_list. */
struct workload_cluster {
    const char *arn, *name;
    const char *issuer; /* of its tokens, without https://; NULL: not known */
    bool pods_known;    /* all its service accounts are listed */
    uint32_t first, count;
};

struct workloads;

/* Those of the model's roles, and the service accounts of clusters whose issuer is one of `issuers`, sorted (which need
 * not live on). part: of few roles, each is looked up. NULL: nothing of the kind is in the database. Model and store
 * must outlive it. */
struct workloads *workloads_load(const struct model *model, struct store *store, bool part, const char *const *issuers,
                                 size_t issuer_count);
void workloads_free(struct workloads *workloads);

/* By sort, each ordered by text. Guests and users of identity pools have no ways here: edges_pools.h. */
const struct workload *workloads_list(const struct workloads *workloads, uint32_t *count);
const struct workload_cluster *workloads_clusters(const struct workloads *workloads, uint32_t *count);

const struct identity_pools *workloads_pools(const struct workloads *workloads);

/* Of which accounts and regions all is known. */
const struct inventories *workloads_inventories(const struct workloads *workloads);

/* Whether the database has workloads of that service, or lists of them. */
bool workloads_are_told(const struct workloads *workloads, const char *service);

/* The audiences that tokens for the provider may have, as JSON; NULL: not known. */
const char *workloads_audiences(const struct workloads *workloads, const char *provider);

#endif
