// One role, user or outside party: who can become it by hops, what it can become, its trust policy, its findings.

function hopColumns(node, towards) {
  const { list, way } = ways.around(node, towards);
  const columns = [];
  for (const entry of list) (columns[entry.hops - 1] ??= []).push(entry);
  return { columns: Array.from(columns, (column) => column ?? []), list, way };
}

const kindWords = (entries) => {
  const users = entries.filter(({ node }) => nodeKind(node) === "user").length;
  const roles = entries.filter(({ node }) => isRole(node)).length;
  const others = entries.length - users - roles;
  return [users > 0 ? plural(users, "user") : "", roles > 0 ? plural(roles, "role") : "", others > 0 ? plural(others, "other") : ""].filter(Boolean).join(", ");
};

// The members of a column by account, narrowed to the words: rows of accounts and members.
function columnRows(entries, words) {
  const wanted = words.toLowerCase();
  const groups = new Map();
  for (const entry of entries) {
    const account = nodeAccount(entry.node);
    const name = entry.node >= principalCount && nodeKind(entry.node) === "service" ? "AWS services" : account >= 0 ? accountName(account) : "Outside";
    if (wanted !== "" && !`${nodeName(entry.node)} ${name}`.toLowerCase().includes(wanted)) continue;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(entry);
  }
  return [...groups]
    .sort(([, one], [, another]) => another.length - one.length)
    .flatMap(([name, members]) => [{ name, count: members.length }, ...members.sort((one, another) => Number(isAdministrator(another.node)) - Number(isAdministrator(one.node)) || (byName(one.node) < byName(another.node) ? -1 : 1))]);
}

const sureWords = (entry) => (entry.hops === 1 ? "under a condition" : "each step is possible; some have conditions");

function hopColumn({ title, noun, entries, litNode, last, light, sureOf }) {
  let rows = columnRows(entries, "");
  const draw = (at) => {
    const row = rows[at];
    if (row.node === undefined) return make("div", { class: "row account", role: "listitem" }, make("span", {}, nameOf(row.name)), make("span", {}, number(row.count)));
    const { node } = row;
    return make(
      "div",
      { class: `row ${node === litNode ? "chosen" : ""}`, role: "listitem" },
      make("button", { type: "button", "aria-pressed": String(node === litNode), onclick: () => light(node) }, isAdministrator(node) ? administratorBar() : null, nameOf(nodeShort(node)), sureOf(row) ? null : ifMark(sureWords(row))),
    );
  };
  const list = longList({ label: `${title}: ${noun}`, count: rows.length, height: 28, draw, tall: 380, role: "list" });
  const filter = make("input", { type: "search", placeholder: `Filter ${plural(entries.length, noun)}`, "aria-label": `Filter ${title}` });
  filter.addEventListener("input", () => {
    rows = columnRows(entries, filter.value);
    list.update(rows.length);
  });
  const lit = litNode === undefined ? make("div", { class: "lit none" }) : make("div", { class: `lit ${last ? "" : "on"}` }, isAdministrator(litNode) ? administratorBar() : null, nameOf(nodeShort(litNode)));
  return make("section", { class: "hops", "aria-label": title }, make("header", {}, make("b", {}, title), make("span", { class: "second" }, plural(entries.length, noun))), make("div", { class: "kinds" }, kindWords(entries)), filter, lit, list.element);
}

const selfColumn = (node, towards) =>
  make("section", { class: "hops self", "aria-label": "This one" }, make("header", {}, make("b", {}, isRole(node) ? "This role" : "This one")), make("div", { class: "kinds" }, administratorText(node) === "yes" ? "administrator" : administratorText(node)), make("div", { class: `lit ${towards ? "" : "on"}` }, isAdministrator(node) ? administratorBar() : null, nameOf(nodeName(node))));

// Columns by hops, the node at the right (who can become it) or at the left (what it can become).
function hopsElement(node, towards, state) {
  const { columns, list, way } = hopColumns(node, towards);
  const noun = towards ? "caller" : "role";
  if (list.length === 0) return { element: make("p", { class: "nothing" }, towards ? "Nobody can become this role." : "It can assume no role."), count: 0 };
  const asked = state.way === undefined ? undefined : findNode(state.way);
  const met = list.find((entry) => entry.node === asked) ?? list.reduce((best, entry) => (entry.hops > best.hops ? entry : best));
  const nodes = way(met.node);
  // Of a way of k nodes, this node apart: the place in it of the column's.
  const litIn = (hops) => (towards ? nodes[nodes.length - 1 - hops] : nodes[hops]);
  const light = (other) => {
    go({ way: nodeKey(other) }, true);
    render();
  };
  const shown = Math.max(columns.length, nodes.length - 1);
  const elements = Array.from({ length: shown }, (_, place) => {
    const hops = place + 1;
    const title = hops === 1 ? "Direct" : `${hops} hops`;
    const litNode = hops < nodes.length ? litIn(hops) : undefined;
    return hopColumn({ title, noun, entries: columns[place] ?? [], litNode, last: !towards && hops === nodes.length - 1, light, sureOf: (entry) => entry.sure });
  });
  const self = selfColumn(node, towards);
  const element = make("div", { class: "columns", tabindex: "0", role: "group", "aria-label": towards ? "Who can become it" : "What it can become" }, towards ? [...elements.reverse(), self] : [self, ...elements]);
  return { element, count: list.length, nodes };
}

function litWay(nodes) {
  const accounts = new Set(nodes.map(nodeAccount).filter((account) => account >= 0)).size;
  const steps = nodes.slice(1).map((to, place) => ways.demands(nodes[place], to));
  const doubtful = nodes.length > 2 && steps.some(Boolean);
  return make(
    "section",
    {},
    make("h2", {}, `The way that is lit: ${plural(nodes.length - 1, "hop")}, ${plural(accounts, "account")}`),
    make(
      "ol",
      { class: "steps" },
      nodes.map((node, place) =>
        make("li", { "data-step": place === 0 ? "" : String(place) }, make("b", {}, make("a", { href: nodeHref(node) }, short(nodeName(node), 120))), nodeAccount(node) >= 0 && node < principalCount ? ` in ${printable(accountName(nodeAccount(node)))}` : "", place === 0 ? null : make("div", { class: "second" }, steps[place - 1] ? `if ${short(steps[place - 1], 1500)}` : "no condition")),
      ),
    ),
    doubtful ? make("p", { class: "third" }, "Each step is possible by itself. Whether all conditions on this way can hold together: rolechain paths FROM TO.") : null,
  );
}

function trustElement(node) {
  const policy = trustOf(node);
  if (!isRole(node)) return null;
  const marked = new Set();
  for (const index of findingsOf.get(node) ?? []) for (const [name, holder, , statement] of data.findings[index].evidence) if (name === "trust policy" && holder === data.findings[index].resource && statement >= 0) marked.add(statement);
  const place = placeText(data.files[data.documents.file[node]], data.documents.line[node]);
  return make(
    "section",
    {},
    make("h2", {}, "Trust policy"),
    policy === undefined
      ? make("p", { class: "second" }, hasFlag(node, flag.trustUnknown) ? "Its trust policy is not in the export." : "Left out of this file, which would be too large.")
      : [policyElement(policy, marked), make("p", { class: "second" }, marked.size > 0 ? "Marked: statements that findings are about. " : "", make("span", { class: "place" }, short(place, 300))), make("div", { class: "buttons" }, copyButton("Copy policy", () => policyText(policy)))],
  );
}

function findingsElement(node) {
  const list = findingsOf.get(node) ?? [];
  return make("section", {}, make("h2", {}, "Findings"), list.length === 0 ? make("p", { class: "second" }, "None about it.") : make("ul", { class: "plain" }, list.slice(0, 12).map((index) => make("li", {}, severityOf(data.findings[index].severity), make("a", { href: findingHref(index) }, data.rules[data.findings[index].rule].title))), list.length > 12 ? make("li", {}, make("span"), `${number(list.length - 12)} more`) : null));
}

function factsElement(node, callers) {
  const { direct, outside } = data.principals;
  const account = nodeAccount(node);
  const administrator = administratorText(node);
  const fact = (words, value) => make("span", {}, words, " ", make("b", {}, value));
  return make(
    "div",
    { class: "facts" },
    administrator === "yes" ? make("span", { class: "badge" }, "administrator") : null,
    administrator !== "yes" && administrator !== "" ? make("span", {}, `administrator: ${administrator}`) : null,
    account >= 0 ? make("span", {}, "Account ", make("b", {}, printable(accountName(account))), ` ${data.accounts.name[account] ? data.accounts.id[account] : ""}`) : null,
    account >= 0 && data.accounts.unit[account] ? fact("OU", printable(unitName(account))) : null,
    isRole(node) ? make("span", {}, make("b", {}, `${callersText(node)} ${data.principals.most[node] === 1 ? "principal" : "principals"}`), ` can become it: ${number(direct[node])} directly, ${number(Math.max(0, data.principals.most[node] - direct[node]))} through other roles; ${number(outside[node])} of them outside parties`) : null,
    callers !== undefined && isRole(node) && callers < data.principals.most[node] && data.about.principals_left_out > 0 ? make("span", {}, `${number(callers)} of them are in this file`) : null,
    node < principalCount ? fact("Last used", data.principals.used[node] ? day(data.principals.used[node]) : usedText(node)) : null,
    hasFlag(node, flag.policiesUnknown) ? make("span", {}, "its own policies are not in the export") : null,
  );
}

function nodeView(state) {
  const key = state.role ?? state.principal;
  const node = findNode(key);
  if (node === undefined) return [head("Not in this report", short(key)), make("p", {}, make("a", { href: hrefOf({ view: "roles" }) }, "All roles"))];
  const here = { [isRole(node) ? "role" : "principal"]: nodeKey(node) };
  const becomes = ways.around(node, false).list.length;
  const tab = state.tab ?? (isRole(node) ? "callers" : "becomes");
  const hops = hopsElement(node, tab === "callers", state);
  const link = (name, words) => make("a", { href: hrefOf({ ...here, tab: name }), "aria-current": tab === name ? "page" : undefined }, words);
  const crumbs = make("div", { class: "crumbs" }, make("a", { href: hrefOf({ view: isRole(node) ? "roles" : "principals" }) }, isRole(node) ? "Roles" : "Principals"), " / ", nodeAccount(node) >= 0 ? make("a", { href: hrefOf({ view: isRole(node) ? "roles" : "principals", account: data.accounts.id[nodeAccount(node)] }) }, printable(accountName(nodeAccount(node)))) : nodeKind(node).replace(/-/g, " "));
  return [
    head(short(nodeName(node), 200), null, crumbs),
    factsElement(node, tab === "callers" ? hops.count : undefined),
    make("nav", { class: "tabs", "aria-label": "Direction" }, isRole(node) ? link("callers", "Who can become it") : null, link("becomes", `Can become ${plural(becomes, "role")}`)),
    hops.element,
    make("div", { class: "below" }, hops.nodes ? litWay(hops.nodes) : make("div"), trustElement(node), findingsElement(node)),
  ];
}
