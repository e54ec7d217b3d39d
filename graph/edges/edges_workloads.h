/*
 * edges_workloads: workloads as callers: nodes after those of people, with edges into the roles whose sessions they
 * have. These edges are never stored, since they follow from those of services and identity providers, and from what
 * the exports say about workloads.
 *
 * A pod gets sessions of a role because an EKS Pod Identity association says so and the role's trust policy admits the
 * service with the cluster's ARN, account and tags; or because the trust policy admits tokens of its service account,
 * whatever the account's annotations are. Another resource gets sessions of the role that it names, if the role admits
 * its service. If the exports contain everything that can get the role that way, the service or provider gives way.
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_WORKLOADS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_WORKLOADS_H

#include "graph/edges/edges.h"
#include "graph/model/workloads.h"

/* The `how` of an edge if the pair has several ways. */
#define HOW_SEVERAL "workload"

/* Adds workloads, once; workloads NULL: none. workloads must outlive the edges. */
void edges_add_workloads(struct edges *edges, struct workloads *workloads);

/* The workload at the node; NULL: not a workload, or one without roles. */
const struct workload *edges_workload(const struct edges *edges, uint32_t node);

/* Why the workload has the role, for an edge from its node; NULL: by a token of its cluster, or in several ways. */
const struct workload_way *edges_workload_way(const struct edges *edges, const struct edge *edge);

/* A tag of the workload's session by that edge (node to node): FACT_YES with *value, FACT_NO: not present. */
enum fact edges_workload_tag(const struct edges *edges, const struct edge *edge, const char *key, const char **value);

/* The name of that session; NULL: unknown. */
const char *edges_workload_session(const struct edges *edges, const struct edge *edge);

/* A limit on what the session may do that is not evaluated, in words; NULL: none, or not an edge of a workload. */
const char *edges_workload_limit(const struct edges *edges, const struct edge *edge);

/* The conditions that later hops put on the workload's session by that edge, with the known properties of that session
 * settled: its name, its tags. Keys of hop 0. */
constraint edges_settle_workload(const struct edges *edges, const struct edge *edge, constraint formula);

/* The same for the call by which EKS assumes the second role for a pod, if the role is the target of the association:
 * in hop 1 of the formula. */
constraint edges_settle_target(const struct edges *edges, const struct edge *edge, uint32_t role, constraint formula);

/* Whether the node is a service or cluster that runs workloads, of which the exports contain some, but not all; for
 * roles whose workloads are all known, it has given way. False if there are no workloads. */
bool edges_stands_for_workloads(const struct edges *edges, uint32_t node);

/* The names of the identity providers among the nodes that may belong to clusters, sorted, for workloads_load; the
 * caller frees the list. */
const char **edges_issuers(const struct edges *edges, size_t *count);

#endif
