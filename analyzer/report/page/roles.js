// Tables of roles, of all principals, and of administrators.

const worstOf = (node) => {
  const list = findingsOf.get(node);
  return list === undefined ? -1 : Math.max(...list.map((index) => data.findings[index].severity));
};
const byName = (node) => nodeName(node).toLowerCase();
const nameCell = (node) => [isAdministrator(node) ? administratorBar() : null, nameOf(nodeName(node))];
const findingsCell = (node) => {
  const worst = worstOf(node);
  return worst < 0 ? "" : make("span", { class: `severity ${severities[worst]}` }, markOf(severities[worst]), make("span", { class: "unseen" }, severities[worst]), number(findingsOf.get(node).length));
};
const accountColumn = { key: "account", title: "Account", width: "minmax(0, 1fr)", under: true, value: (node) => accountName(nodeAccount(node)).toLowerCase(), cell: (node) => make("span", { class: "second" }, nameOf(accountName(nodeAccount(node)))) };
const usedColumn = { key: "used", title: "Last used", width: "92px", wide: true, value: (node) => (node < principalCount ? (data.principals.used[node] ?? "") : ""), cell: (node) => make("span", { class: "second" }, node < principalCount ? usedText(node) : "") };
const findingsColumn = { key: "findings", title: "Findings", width: "68px", wide: true, value: (node) => worstOf(node) * 1e6 + (findingsOf.get(node)?.length ?? 0), number: false, cell: findingsCell };
const administratorColumn = { key: "administrator", title: "Administrator", width: "112px", wide: true, value: administratorText, cell: administratorText };

function passesPlace(state) {
  const words = (state.words ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const isMember = passesMembers(state);
  return (node) => {
    if (!isMember(node)) return false;
    const account = nodeAccount(node);
    if (state.account && (account < 0 || data.accounts.id[account] !== state.account)) return false;
    if (state.unit && (account < 0 || unitName(account) !== state.unit)) return false;
    if (words.length === 0) return true;
    const text = `${nodeKey(node)} ${nodeName(node)} ${accountName(account)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

const accountChoice = (state) => (exportedAccounts.length > 1 ? choice("All accounts", state, "account", [...exportedAccounts].sort((one, another) => accountWords(one).localeCompare(accountWords(another))).map((account) => [data.accounts.id[account], short(accountWords(account), 60)])) : null);
const unitChoice = (state) => (units.length > 1 ? choice("All OUs", state, "unit", [...units].sort().map((unit) => [unit, short(unit, 60)])) : null);
const orNothing = (list, element) => (list.length === 0 ? make("p", { class: "nothing" }, "Nothing passes these filters.") : element());

function rolesView(state) {
  const { direct, most, outside } = data.principals;
  const all = Array.from({ length: principalCount }, (_, node) => node).filter(isRole);
  const passes = passesPlace(state);
  const list = all.filter((node) => passes(node) && (state.administrators !== "1" || isAdministrator(node)) && (state.outside !== "1" || letsOutsidersIn(node)));
  const columns = [
    { key: "name", title: "Role", width: "minmax(0, 1.7fr)", value: byName, cell: nameCell },
    accountColumn,
    { key: "direct", title: "Direct", width: "60px", number: true, wide: true, value: (node) => direct[node], cell: (node) => number(direct[node]) },
    { key: "callers", title: "Can become it", width: "96px", number: true, value: (node) => most[node], cell: callersText },
    { key: "outside", title: "From outside", width: "92px", number: true, wide: true, value: (node) => outside[node], cell: (node) => number(outside[node]) },
    administratorColumn,
    findingsColumn,
    usedColumn,
  ];
  return [
    head("Roles", `${number(list.length)} of ${plural(all.length, "role")}, by how many users, roles and others can become each`),
    membersNote(state),
    make("div", { class: "tools" }, wordsInput("Filter roles", state), accountChoice(state), unitChoice(state), tick("Administrators", state, "administrators"), tick("Outsiders directly", state, "outside")),
    orNothing(list, () => longTable({ label: "Roles", items: list, columns, href: nodeHref, state, order: "callers-down" })),
  ];
}

// Whether it is neither one's own nor a service, as the overview counts them.
const isOutsider = (node) => node >= principalCount && data.parties[node - principalCount][6];
let openRoles;
function letsOutsidersIn(role) {
  if (openRoles === undefined) {
    openRoles = new Set();
    for (let node = principalCount; node < nodeCount; node++)
      if (isOutsider(node)) {
        const { order, hops } = ways.spread([node], false);
        for (const met of order) if (hops[met] === 1) openRoles.add(met);
      }
  }
  return openRoles.has(role);
}

function principalsView(state) {
  const passes = passesPlace(state);
  const kindOf = (node) => (node < principalCount ? nodeKind(node) : "outside");
  const all = Array.from({ length: nodeCount }, (_, node) => node);
  const list = all.filter((node) => passes(node) && (!state.kind || kindOf(node) === state.kind) && (state.leads !== "1" || hasFlag(node, flag.leads)));
  const assumes = (node) => (node < principalCount ? data.principals.assumes[node] : data.parties[node - principalCount][5]);
  const columns = [
    { key: "name", title: "Principal", width: "minmax(0, 1.7fr)", value: byName, cell: nameCell },
    { key: "kind", title: "Kind", width: "104px", wide: true, value: nodeKind, cell: (node) => make("span", { class: "second" }, nodeKind(node).replace(/-/g, " ")) },
    accountColumn,
    { key: "assumes", title: "Can assume", width: "80px", number: true, value: assumes, cell: (node) => number(assumes(node)) },
    { key: "becomes", title: "Can become", width: "84px", number: true, wide: true, cell: (node) => number(ways.count(node)) },
    administratorColumn,
    findingsColumn,
    usedColumn,
  ];
  return [
    head("Principals", `${number(list.length)} of ${plural(all.length, "user, role or outside party", "users, roles and outside parties")}, by how many roles each can assume`),
    membersNote(state),
    make("div", { class: "tools" }, wordsInput("Filter principals", state), choice("All kinds", state, "kind", [["user", "Users"], ["role", "Roles"], ["outside", "Outside"]]), accountChoice(state), unitChoice(state), tick("Can become administrator", state, "leads")),
    orNothing(list, () => longTable({ label: "Principals", items: list, columns, href: nodeHref, state, order: "assumes-down" })),
  ];
}

function administratorsView(state) {
  const passes = passesPlace(state);
  const all = data.administrators.map(([node, sure, how, reason, conditions]) => ({ node, sure, how, reason: data.reasons[reason], conditions: data.reasons[conditions] }));
  const list = all.filter(({ node, sure }) => passes(node) && (sure || state.conditional === "1"));
  const callers = (node) => (isRole(node) ? data.principals.most[node] : -1);
  const columns = [
    { key: "name", title: "Administrator", width: "minmax(0, 1.2fr)", value: ({ node }) => byName(node), cell: ({ node }) => nameCell(node) },
    { key: "kind", title: "Kind", width: "48px", wide: true, value: ({ node }) => nodeKind(node), cell: ({ node }) => make("span", { class: "second" }, nodeKind(node)) },
    { key: "account", title: "Account", width: "minmax(0, .8fr)", under: true, value: ({ node }) => accountColumn.value(node), cell: ({ node }) => accountColumn.cell(node) },
    { key: "reason", title: "Why", width: "minmax(0, 1.6fr)", wide: true, value: ({ reason }) => reason, cell: ({ how, reason }) => make("span", { title: short(reason, 1000) }, how === "policy" ? "" : "can make itself one: ", short(reason)) },
    ...(state.conditional === "1" ? [{ key: "sure", title: "If", width: "minmax(0, .8fr)", wide: true, value: ({ conditions }) => conditions, cell: ({ conditions }) => make("span", { class: "second", title: short(conditions, 2000) }, short(conditions)) }] : []),
    { key: "callers", title: "Can become it", width: "96px", number: true, value: ({ node }) => callers(node), cell: ({ node }) => (isRole(node) ? callersText(node) : "–") },
  ];
  return [
    head("Administrators", `${plural(list.length, "user or role", "users and roles")} that can give themselves any permission in their account`),
    make("div", { class: "tools" }, wordsInput("Filter administrators", state), accountChoice(state), unitChoice(state), tick(`Also the ${number(all.filter(({ sure }) => !sure).length)} under conditions`, state, "conditional")),
    orNothing(list, () => longTable({ label: "Administrators", items: list, columns, href: ({ node }) => nodeHref(node), state, order: "callers-down" })),
  ];
}
