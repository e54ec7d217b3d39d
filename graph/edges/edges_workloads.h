/*
 * edges_workloads: what runs with roles as callers: nodes behind those of people, with edges into the roles whose
 * sessions they hold. These edges are never stored, for they follow from those of services and identity providers, and
 * from what the exports say of workloads.
 *
 * A pod holds sessions of a role because an EKS Pod Identity association says so and the role's trust policy lets in
 * the service with the cluster's ARN, account and tags; or because the trust policy lets in tokens of its service
 * account, whatever the account is annotated with. Another resource holds those of the role that it names, if the role
 * lets in its service. Where the exports have all that can hold a role so, the service or provider gives way. Sources:
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_WORKLOADS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_WORKLOADS_H

#include "graph/edges/edges.h"
#include "graph/model/workloads.h"

/* What edges of pairs that have several ways have for `how`. */
#define HOW_SEVERAL "workload"

/* Adds them, once; workloads NULL: there are none. workloads must outlive the edges. */
void edges_add_workloads(struct edges *edges, struct workloads *workloads);

/* The workload at the node; NULL: it is none, or one that holds no role. */
const struct workload *edges_workload(const struct edges *edges, uint32_t node);

/* Why the workload holds the role, of an edge from its node; NULL: by a token of its cluster, or in several ways. */
const struct workload_way *edges_workload_way(const struct edges *edges, const struct edge *edge);

/* The tag of that key that the session has which the workload holds by that edge (a node to a node): FACT_YES and
 * *value, FACT_NO: none. */
enum fact edges_workload_tag(const struct edges *edges, const struct edge *edge, const char *key, const char **value);

/* The name that this session has; NULL: not known. */
const char *edges_workload_session(const struct edges *edges, const struct edge *edge);

/* What takes away from what the session may do and is not looked at, in words; NULL: nothing, or it is no edge of a
 * workload. */
const char *edges_workload_limit(const struct edges *edges, const struct edge *edge);

/* A formula of what the session that the workload has by that edge demands in later hops, in which is settled what
 * is known of that session: its name, its tags. Keys of hop 0. */
constraint edges_settle_workload(const struct edges *edges, const struct edge *edge, constraint formula);

/* The same of the call by which EKS takes the second role for a pod, if the role is the target of the association: in
 * hop 1 of the formula. */
constraint edges_settle_target(const struct edges *edges, const struct edge *edge, uint32_t role, constraint formula);

/* Whether the node is a service or cluster in whose name workloads run of which the exports tell, but not all; those of
 * a role of which all are told have given way. False: there are no workloads. */
bool edges_stands_for_workloads(const struct edges *edges, uint32_t node);

/* The names of the identity providers among the nodes that may be clusters', sorted, for workloads_load; the caller
 * frees the list. */
const char **edges_issuers(const struct edges *edges, size_t *count);

#endif
