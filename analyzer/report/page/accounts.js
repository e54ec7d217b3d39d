// The accounts: how many roles of the column's account the row's can become, through chains, too. OUs fold.

const unfoldedMost = 60;
const linesMost = 120;
const openUnits = new Set(exportedAccounts.length <= unfoldedMost ? units : []);
const reachedFrom = new Map();

// What a row's accounts can become: per account how many roles, how many of them administrators, and which.
function reachOf(line) {
  if (!reachedFrom.has(line.key)) {
    const { hops, order } = ways.fromAccounts(line.accounts);
    const byAccount = new Map();
    for (const node of order) {
      if (!isRole(node)) continue;
      const account = nodeAccount(node);
      if (!byAccount.has(account)) byAccount.set(account, []);
      byAccount.get(account).push(node);
    }
    reachedFrom.set(line.key, { byAccount, hops });
  }
  return reachedFrom.get(line.key);
}

function cellOf(row, column) {
  if (row === column) return undefined;
  const { byAccount } = reachOf(row);
  const own = new Set(row.accounts);
  const roles = column.accounts.filter((account) => !own.has(account)).flatMap((account) => byAccount.get(account) ?? []);
  return { roles, administrators: roles.filter(isAdministrator).length };
}

const stepOf = ({ roles, administrators }) => (administrators > 0 ? (administrators >= 3 ? 5 : 4) : roles.length >= 10 ? 3 : roles.length >= 3 ? 2 : 1);

// How many roles of other accounts it can become; how many of them are administrators counts first.
function weightOf(line) {
  const beyond = [...reachOf(line).byAccount].flatMap(([account, nodes]) => (line.accounts.includes(account) ? [] : nodes));
  return beyond.filter(isAdministrator).length + beyond.length / 1e6;
}
const lineOf = (account, unit) => ({ key: `account ${account}`, name: accountName(account), unit, accounts: [account] });

// The management account first, then the units whose accounts reach most administrators, then most roles; in each likewise.
function unitLines() {
  const blocks = units.map((unit) => {
    const accounts = exportedAccounts.filter((account) => unitName(account) === unit);
    const folded = { key: `unit ${unit}`, name: unit, unit, folded: true, accounts };
    if (!openUnits.has(unit)) return { unit, weight: weightOf(folded) / accounts.length, lines: [folded] };
    const weighed = accounts.map((account) => lineOf(account, unit)).map((line) => ({ line, weight: weightOf(line) }));
    weighed.sort((one, another) => another.weight - one.weight);
    const lines = weighed.slice(0, unfoldedMost).map(({ line }) => line);
    const rest = weighed.slice(unfoldedMost).flatMap(({ line }) => line.accounts);
    if (rest.length > 0) lines.push({ key: `rest ${unit}`, name: plural(rest.length, "more account"), unit, accounts: rest });
    return { unit, weight: weighed.reduce((sum, { weight }) => sum + weight, 0) / accounts.length, lines };
  });
  const first = ({ unit }) => Number(unit === "Management account");
  blocks.sort((one, another) => first(another) - first(one) || another.weight - one.weight || another.lines.length - one.lines.length);
  return blocks.flatMap(({ lines }) => lines.map((line, place) => ({ ...line, begins: place === 0, of: lines.length })));
}

function fold(unit) {
  if (openUnits.has(unit)) openUnits.delete(unit);
  else {
    if (unitLines().length + exportedAccounts.filter((account) => unitName(account) === unit).length > linesMost) openUnits.clear();
    openUnits.add(unit);
  }
  render();
}

const lineWords = (line) => (line.folded ? `OU ${line.name}, ${plural(line.accounts.length, "account")}` : line.accounts.length === 1 ? accountWords(line.accounts[0]) : `${line.name} of ${line.unit}`);

function lineHead(line, scope, chosen) {
  const label = line.folded ? (scope === "col" ? line.name : "") : line.name;
  const words = printable(short(label, 40));
  return make("th", { scope, class: `${scope === "col" && line.begins ? "begin" : ""} ${chosen === line.key ? "framed" : ""}`, title: short(lineWords(line)) }, words === "" ? make("span", { class: "unseen" }, printable(line.name)) : make("span", {}, words));
}

// Beside the rows of a unit: its name, which folds and unfolds it.
function unitHead(line) {
  if (!line.begins) return null;
  const accounts = exportedAccounts.filter((account) => unitName(account) === line.unit).length;
  const words = printable(short(line.unit, 40));
  const fixed = accounts === 1;
  const name = fixed ? make("b", {}, words) : make("button", { type: "button", "aria-expanded": String(!line.folded), onclick: () => fold(line.unit), title: line.folded ? "Unfold" : "Fold" }, make("b", {}, words), make("span", { class: "third" }, `${line.folded ? "▸" : "▾"} ${plural(accounts, "account")}`));
  return make("th", { scope: "rowgroup", rowspan: line.of, class: "unit" }, name);
}

function matrixElement(lines, state) {
  const rows = lines.map((row) => {
    const cells = lines.map((column) => {
      const begin = column.begins ? "begin" : "";
      const cell = cellOf(row, column);
      if (cell === undefined) return make("td", { class: `itself ${begin}` });
      if (cell.roles.length === 0) return make("td", { class: begin });
      const current = state.from === row.key && state.into === column.key;
      const words = `${lineWords(row)} can become ${plural(cell.roles.length, "role")} of ${lineWords(column)}, ${plural(cell.administrators, "administrator")}`;
      return make("td", { class: begin }, make("a", { class: `c${stepOf(cell)}`, href: hrefOf({ view: "accounts", from: row.key, into: column.key }), "aria-label": short(words), title: short(words), "aria-current": current ? "true" : undefined }, number(cell.roles.length)));
    });
    return make("tr", { class: row.begins ? "first" : "" }, units.length > 1 ? unitHead(row) : null, lineHead(row, "row", state.from), cells);
  });
  return make("div", { class: "matrix", tabindex: "0", role: "region", "aria-label": "Matrix of accounts" }, make("table", { class: "cells" }, make("caption", { class: "unseen" }, "Rows: from. Columns: into."), make("thead", {}, make("tr", {}, make("td", { class: "corner", colspan: units.length > 1 ? 2 : 1 }, "From ↓ into →"), lines.map((line) => lineHead(line, "col", state.into)))), make("tbody", {}, rows)));
}

function panelElement(lines, state) {
  const row = lines.find((line) => line.key === state.from);
  const column = lines.find((line) => line.key === state.into);
  if (row === undefined || column === undefined || row === column) return null;
  const { hops } = reachOf(row);
  const cell = cellOf(row, column);
  const list = [...cell.roles].sort((one, another) => Number(isAdministrator(another)) - Number(isAdministrator(one)) || hops[one] - hops[another] || (byName(one) < byName(another) ? -1 : 1));
  const draw = (at) => {
    const node = list[at];
    const element = make("div", { class: "row", role: "row" }, make("div", { role: "cell", class: "cell first" }, make("a", { class: "open", href: nodeHref(node) }, nameCell(node))), make("div", { role: "cell", class: "number" }, plural(hops[node], "hop")));
    element.style.gridTemplateColumns = "minmax(0, 1fr) 56px";
    return element;
  };
  const back = cellOf(column, row).roles.length;
  return make(
    "aside",
    { class: "panel", "aria-label": "Selected cell" },
    make("div", { class: "top" }, make("h3", {}, "Selected cell"), make("a", { href: hrefOf({ view: "accounts" }) }, "Esc closes")),
    make("h2", {}, `${short(row.name, 60)} can become ${plural(list.length, "role")} of ${short(column.name, 60)}`),
    make("p", { class: "second" }, `${short(lineWords(row))} into ${short(lineWords(column))}. ${plural(cell.administrators, "of the roles is an administrator", "of the roles are administrators")}.`),
    longList({ label: "Roles of the cell", count: list.length, height: 31, draw, tall: 434 }).element,
    make("p", {}, back > 0 ? make("a", { href: hrefOf({ view: "accounts", from: column.key, into: row.key }) }, `The other way round: ${plural(back, "role")}`) : make("span", { class: "third" }, "The other way round: no roles")),
  );
}

function accountsView(state) {
  if (exportedAccounts.length < 2) return [head("Accounts", "How many roles of each account every other account can become"), make("p", { class: "nothing" }, "One account was exported: there is no other to reach.")];
  const lines = unitLines();
  let pairs = 0;
  let administrators = 0;
  for (const row of lines)
    for (const column of lines) {
      const cell = cellOf(row, column);
      if (cell === undefined || cell.roles.length === 0) continue;
      pairs++;
      if (cell.administrators > 0) administrators++;
    }
  const steps = ["1–2 roles", "3–9 roles", "10 or more roles", "1–2 administrators", "3 or more administrators"];
  const open = units.filter((unit) => openUnits.has(unit));
  const words = `How many roles of the column's account the row's account can become, directly or through other roles · ${number(pairs)} of ${plural(lines.length * (lines.length - 1), "pair")} have a way, ${number(administrators)} reach an administrator`;
  const turnAll = () => {
    if (open.length > 0) openUnits.clear();
    else units.forEach((unit) => openUnits.add(unit));
    render();
  };
  requestAnimationFrame(() => document.querySelector("table.cells a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  return [
    head("Accounts", words),
    make("div", { class: "legend" }, steps.map((step, place) => make("span", {}, make("i", { class: `c${place + 1}` }), step)), units.length > 1 && (open.length > 0 || exportedAccounts.length <= linesMost) ? make("button", { type: "button", class: "button", "aria-pressed": String(open.length < units.length), onclick: turnAll }, open.length > 0 ? "Fold OUs" : "Unfold OUs") : null),
    make("div", { class: "matrix-and" }, matrixElement(lines, state), panelElement(lines, state)),
  ];
}
