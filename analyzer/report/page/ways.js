// Who can become whom, directly and through other roles, from the direct edges between nodes and groups of nodes.
// A step is possible if an edge covers both its ends; ways are one step after the other.

const ways = (() => {
  const groupCount = data.groups.members.length;
  const endCount = nodeCount + groupCount;
  const starts = [0];
  for (const size of data.groups.kinds) starts.push(starts[starts.length - 1] + size);
  const members = data.groups.members.map((differences) => {
    let at = 0;
    return differences.map((difference) => (at += difference));
  });
  // Per kind of group, and node: the end that the group is; -1: none.
  const groupOf = data.groups.kinds.map((size, kind) => {
    const of = new Int32Array(nodeCount).fill(-1);
    for (let group = starts[kind]; group < starts[kind + 1]; group++)
      for (const node of members[group]) of[node] = nodeCount + group;
    return of;
  });
  const edgeCount = data.edges.length / 3;
  const from = new Int32Array(edgeCount);
  const to = new Int32Array(edgeCount);
  const condition = new Int32Array(edgeCount);
  for (let edge = 0, at = 0; edge < edgeCount; edge++) {
    at += data.edges[3 * edge];
    from[edge] = at;
    to[edge] = data.edges[3 * edge + 1];
    condition[edge] = data.edges[3 * edge + 2];
  }
  const index = (ends) => {
    const first = new Int32Array(endCount + 1);
    for (const end of ends) first[end + 1]++;
    for (let end = 0; end < endCount; end++) first[end + 1] += first[end];
    const next = first.slice();
    const list = new Int32Array(ends.length);
    ends.forEach((end, edge) => (list[next[end]++] = edge));
    return { first, list };
  };
  const leaving = index(from);
  const entering = index(to);
  const refuted = new Map();
  for (let i = 0; i < data.refuted.length; i += 2) refuted.set(data.refuted[i], new Set(data.refuted[i + 1]));

  const out = (role, caller) => refuted.get(role)?.has(caller) ?? false;

  const sources = (node) => [node, groupOf[0][node], groupOf[1][node]];
  const targets = (node) => [node, groupOf[2][node], groupOf[3][node]];
  const nodesOf = (end) => (end < nodeCount ? [end] : members[end - nodeCount]);

  // Everything that steps lead to from these nodes, or back from them: how many steps each takes (0: none), and the node
  // that comes before it. A start is reached only if steps lead to it again.
  function spread(begin, backwards, sureOnly = false) {
    const hops = new Int32Array(nodeCount);
    const before = new Int32Array(nodeCount).fill(-1);
    const passed = new Uint8Array(endCount);
    const entered = new Uint8Array(endCount);
    const started = new Set(begin);
    const queue = [...begin];
    const order = [];
    const edges = backwards ? entering : leaving;
    const other = backwards ? from : to;
    for (let i = 0; i < queue.length; i++) {
      const node = queue[i];
      for (const end of backwards ? targets(node) : sources(node)) {
        if (end < 0 || passed[end]) continue;
        passed[end] = 1;
        for (let j = edges.first[end]; j < edges.first[end + 1]; j++) {
          const edge = edges.list[j];
          if ((sureOnly && condition[edge] >= 0) || entered[other[edge]]) continue;
          entered[other[edge]] = 1;
          for (const met of nodesOf(other[edge])) {
            if (hops[met] > 0) continue;
            hops[met] = (started.has(node) ? 0 : hops[node]) + 1;
            before[met] = node;
            order.push(met);
            if (!started.has(met)) queue.push(met);
          }
        }
      }
    }
    return { hops, before, order };
  }

  // The edge that says when one can become the other in one step; undefined: none. Narrow ends come first.
  function between(one, another) {
    for (const source of sources(one))
      for (const target of targets(another)) {
        if (source < 0 || target < 0) continue;
        for (let j = leaving.first[source]; j < leaving.first[source + 1]; j++)
          if (to[leaving.list[j]] === target) return leaving.list[j];
      }
    return undefined;
  }

  // What one step demands; "": nothing.
  const demands = (one, another) => {
    const edge = between(one, another);
    return edge === undefined || condition[edge] < 0 ? "" : data.conditions[condition[edge]];
  };

  // All from whom steps lead to the node (backwards), or to whom they lead from it: [{node, hops, sure}], and of each its
  // way. A way of which every step is sure by itself is told before a shorter one that is not.
  function around(node, backwards) {
    const all = spread([node], backwards);
    const sure = spread([node], backwards, true);
    const list = all.order
      .filter((met) => met !== node && !(backwards ? out(node, met) : out(met, node)))
      .map((met) => ({ node: met, hops: all.hops[met], sure: sure.hops[met] > 0 }));
    const way = (met) => {
      const { before } = sure.hops[met] > 0 ? sure : all;
      const nodes = [met];
      while (nodes[nodes.length - 1] !== node) nodes.push(before[nodes[nodes.length - 1]]);
      return backwards ? nodes : nodes.reverse();
    };
    return { list, way };
  }

  // The roles that users, roles and sessions of these accounts can become: Set of nodes, with hops.
  const nodesByAccount = new Map();
  for (let node = 0; node < nodeCount; node++) {
    const stands = node < principalCount ? node : data.parties[node - principalCount][4];
    if (stands < 0) continue;
    const account = nodeAccount(stands);
    if (!nodesByAccount.has(account)) nodesByAccount.set(account, []);
    nodesByAccount.get(account).push(node);
  }
  const fromAccounts = (accounts) => spread(accounts.flatMap((account) => nodesByAccount.get(account) ?? []), false);

  // How many roles the node can become.
  const counts = new Map();
  function count(node) {
    if (!sources(node).some((end) => end >= 0 && leaving.first[end + 1] > leaving.first[end])) return 0;
    if (!counts.has(node)) counts.set(node, spread([node], false).order.filter((met) => met !== node && !out(met, node)).length);
    return counts.get(node);
  }

  return { around, between, count, demands, spread, fromAccounts };
})();
