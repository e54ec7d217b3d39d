// Findings: filters, the list by kind, and one with its evidence, steps, patch and caveats.

function findingFilter(state) {
  const severe = state.severity === undefined ? undefined : new Set(state.severity.split(","));
  const only = (key) => (state[key] ? new Set(state[key].split("\n")) : undefined);
  const inUnits = only("unit");
  const ofRules = only("rule");
  const words = (state.words ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return (finding) => {
    const rule = data.rules[finding.rule];
    if (severe && !severe.has(severities[finding.severity])) return false;
    if (inUnits && !(finding.account >= 0 && inUnits.has(unitName(finding.account)))) return false;
    if (ofRules && !ofRules.has(rule.id)) return false;
    if (state.account && (finding.account < 0 || data.accounts.id[finding.account] !== state.account)) return false;
    if (state.administrators === "1" && !(finding.node >= 0 && isAdministrator(finding.node))) return false;
    if (state.patched === "1" && !(finding.patches?.length > 0)) return false;
    if (words.length === 0) return true;
    const text = [rule.id, finding.code, rule.title, finding.resource, finding.subject, finding.detail, accountName(finding.account)].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

// A fieldset of boxes whose ticked values are in the address.
function facet(legend, key, values, state, separator) {
  const chosen = new Set(state[key] === undefined || state[key] === "" ? [] : state[key].split(separator));
  const turn = (value, on) => {
    if (on) chosen.add(value);
    else chosen.delete(value);
    go({ [key]: [...chosen].join(separator), finding: undefined });
  };
  return make(
    "fieldset",
    {},
    make("legend", {}, legend),
    values.map(({ value, words, count, before }) => {
      const input = make("input", { type: "checkbox", checked: chosen.has(value), value, onchange: () => turn(value, input.checked) });
      return make("label", {}, input, before, make("span", { class: "text", title: short(words) }, printable(words)), make("span", { class: "count" }, number(count)));
    }),
  );
}

function countBy(list, keyOf) {
  const counts = new Map();
  for (const item of list) {
    const key = keyOf(item);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function filtersElement(state) {
  const levels = countBy(data.findings, (finding) => severities[finding.severity]);
  const inUnits = countBy(data.findings, (finding) => (finding.account >= 0 ? unitName(finding.account) : undefined));
  const ofRules = countBy(data.findings, (finding) => finding.rule);
  const accounts = [...countBy(data.findings, (finding) => (finding.account >= 0 ? finding.account : undefined)).keys()];
  accounts.sort((one, another) => accountWords(one).localeCompare(accountWords(another)));
  const only = (words, key, test) => ({ value: "1", words, count: data.findings.filter(test).length, key });
  const shows = [
    only("Administrators only", "administrators", (finding) => finding.node >= 0 && isAdministrator(finding.node)),
    only("With a tested patch", "patched", (finding) => finding.patches?.length > 0),
  ];
  const contents = [
    make("label", { class: "field" }, make("span", { class: "unseen" }, "Filter findings"), wordsInput("Filter by words", state)),
    facet("Severity", "severity", [...severities].reverse().filter((word) => levels.has(word)).map((word) => ({ value: word, words: word, count: levels.get(word), before: markOf(word) })), state, ","),
    inUnits.size > 1 ? facet("OU", "unit", [...inUnits].map(([unit, count]) => ({ value: unit, words: unit, count })), state, "\n") : null,
    accounts.length > 1 ? make("fieldset", {}, make("legend", {}, "Account"), choice("All accounts", state, "account", accounts.map((account) => [data.accounts.id[account], short(accountWords(account), 60)]))) : null,
    make(
      "fieldset",
      {},
      make("legend", {}, "Show"),
      shows.map(({ words, count, key }) => {
        const input = make("input", { type: "checkbox", checked: state[key] === "1", onchange: () => go({ [key]: input.checked ? "1" : "" }) });
        return make("label", {}, input, make("span", { class: "text" }, words), make("span", { class: "count" }, number(count)));
      }),
    ),
    facet("Rule", "rule", [...ofRules].sort(([, one], [, another]) => another - one).map(([rule, count]) => ({ value: data.rules[rule].id, words: data.rules[rule].title, count })), state, "\n"),
  ];
  if (!narrow.matches) return make("div", { class: "filters", role: "group", "aria-label": "Filters" }, contents);
  return make("div", { class: "filters" }, make("details", {}, make("summary", {}, "Filters"), contents));
}

// Groups that are closed or opened by hand, beyond the first three.
const turnedGroups = new Map();

function findingEntries(indexes, chosen) {
  const entries = [];
  findingGroups(indexes).forEach((group, place) => {
    const open = turnedGroups.get(group.key) ?? (place < 3 || group.list.includes(chosen));
    entries.push({ group, open });
    if (open) for (const index of group.list) entries.push({ index });
  });
  return entries;
}

function findingRow(entry, state, chosen) {
  if (entry.group) {
    const { group, open } = entry;
    const turn = () => {
      turnedGroups.set(group.key, !open);
      render();
    };
    const places = rolesIn(group.list);
    return make(
      "div",
      { class: "row group", role: "row" },
      make("div", { role: "cell" }, make("button", { type: "button", "aria-expanded": String(open), onclick: turn }, markOf(severities[group.severity]), make("span", { class: "unseen" }, severities[group.severity]), make("span", { class: "text", title: groupTitle(group) }, groupTitle(group)))),
      make("div", { role: "cell", class: "third" }, group.list.length === places ? plural(places, "place") : `${number(group.list.length)} in ${plural(places, "place")}`),
    );
  }
  const finding = data.findings[entry.index];
  const row = make(
    "div",
    { class: `row item ${entry.index === chosen ? "chosen" : ""}`, role: "row", "aria-selected": entry.index === chosen ? "true" : undefined },
    make("div", { role: "cell" }, make("a", { class: "open", href: findingHref(entry.index, { ...state, view: "findings" }), "aria-current": entry.index === chosen ? "true" : undefined }, nameOf(resourceWords(finding)))),
    make("div", { role: "cell", class: "second" }, finding.account >= 0 ? nameOf(accountName(finding.account)) : ""),
    make("div", { role: "cell", class: "second" }, finding.node >= 0 && isAdministrator(finding.node) ? "administrator" : ""),
  );
  row.style.gridTemplateColumns = "minmax(0, 1fr) minmax(0, .6fr) 84px";
  return row;
}

// ---- one finding

const roleName = (name) => {
  const node = findNode(name);
  return node === undefined ? short(name) : nodeName(node);
};

function stepsElement(finding) {
  const chain = Array.isArray(finding.chain) ? finding.chain : [];
  const steps = chain.map((hop) => ({ to: hop.to, conditions: hop.conditions ?? [], kind: hop.kind, statements: hop.statements ?? [] }));
  const list = [];
  if (chain.length > 0) list.push({ name: chain[0].from });
  else if (finding.witness?.principal) list.push({ name: finding.witness.principal });
  if (steps.length === 0 && finding.witness?.role) steps.push({ to: finding.witness.role, conditions: finding.conditions ?? [], statements: [] });
  if (list.length === 0) return null;
  const line = ({ name, to, conditions, kind, statements }, place) => {
    const node = findNode(name ?? to);
    const known = node !== undefined && node < principalCount;
    return make(
      "li",
      { "data-step": String(place + 1) },
      make("b", {}, node === undefined ? short(name ?? to, 120) : make("a", { href: nodeHref(node) }, short(nodeName(node), 120))),
      known ? ` in ${printable(accountName(nodeAccount(node)))}` : "",
      known && isAdministrator(node) ? [" ", make("span", { class: "badge" }, "administrator")] : "",
      to !== undefined
        ? make("div", { class: "second" }, kind && kind !== "assume" ? `${kind.replace(/-/g, " ")}; ` : "", conditions?.length > 0 ? `if ${short(conditions.join(" and "), 600)}` : "no condition")
        : null,
      (statements ?? []).filter((one) => one?.source?.file).slice(0, 2).map((one) => make("div", { class: "place" }, short(placeText(one.source.file, one.source.line), 300))),
    );
  };
  return [make("h3", {}, "How it works"), make("ol", { class: `steps ${severities[finding.severity]}` }, [...list, ...steps].map(line))];
}

function evidenceElement(finding) {
  if (finding.evidence.length === 0) return null;
  const most = 8;
  const lines = finding.evidence.slice(0, most).map(([policy, holder, sid, statement, file, line]) =>
    make(
      "li",
      {},
      `${printable(policy)}${sid !== "" ? `, statement "${short(sid, 80)}"` : statement >= 0 ? `, ${ordinal(statement + 1)} statement` : ""} of `,
      findNode(holder) !== undefined ? make("a", { href: nodeHref(findNode(holder)) }, short(roleName(holder), 120)) : short(holder, 200),
      make("div", { class: "place" }, short(placeText(data.files[file], line), 300)),
    ),
  );
  const rest = finding.places - Math.min(most, finding.evidence.length);
  return [make("h3", {}, "Evidence"), make("ul", { class: "notes" }, lines, rest > 0 ? make("li", {}, `and ${plural(rest, "more statement")}`) : null)];
}

function patchesElement(finding) {
  if (finding.patches === undefined)
    return make("p", { class: "third" }, `The patches of the ${number(data.about.findings_whole)} most dangerous findings are in this file; for this one: rolechain findings --only ${data.rules[finding.rule].id} --patches`);
  const old = finding.node >= 0 ? trustOf(finding.node) : undefined;
  return finding.patches.map((patch) => [
    make("p", {}, short(patch.words, 600), ":"),
    patchElement(patch.policy, old),
    make("div", { class: "buttons" }, copyButton("Copy policy", () => policyText(patch.policy), true), patch.apply ? copyButton("Copy command", () => patch.apply) : null),
    patch.caution ? make("ul", { class: "notes" }, make("li", {}, short(patch.caution, 4000))) : null,
  ]);
}

function findingDetail(index, place, of) {
  const finding = data.findings[index];
  const rule = data.rules[finding.rule];
  const node = finding.node;
  const back = make("a", { class: "back", href: hrefOf({ ...readState(), view: "findings", finding: undefined }) }, "← All findings");
  return make(
    "section",
    { class: "detail", "aria-label": "Finding", tabindex: "0" },
    back,
    make("div", { class: "top" }, severityOf(finding.severity), make("span", { class: "second" }, finding.code ? `${rule.id}/${printable(finding.code)}` : rule.id), make("span", { class: "third" }, place >= 0 ? `${number(place + 1)} of ${number(of)}` : "")),
    make("h2", {}, rule.title),
    make("p", {}, make("b", {}, node >= 0 ? make("a", { href: nodeHref(node) }, short(nodeName(node), 120)) : short(finding.resource, 200)), finding.account >= 0 ? ` in ${printable(accountWords(finding.account))}. ` : ". ", short(finding.detail, 4000)),
    make("p", { class: "second" }, printable(rule.why)),
    make("p", { class: "second" }, `Who can use it: ${whoGetsIn[finding.who] ?? finding.who}${finding.leads > 0 ? `; it leads to administrators of ${plural(finding.leads, "account")}` : ""}${finding.sure ? "" : "; only under conditions that the caller cannot choose, or that are not known"}.`),
    stepsElement(finding),
    finding.conditions?.length > 0 ? [make("h3", {}, "It holds if"), make("ul", { class: "notes" }, finding.conditions.map((words) => make("li", {}, short(words, 2000))))] : null,
    evidenceElement(finding),
    make("h3", {}, "Fix"),
    make("p", {}, short(finding.fix ?? rule.fix, 4000)),
    patchesElement(finding),
    make("div", { class: "buttons" }, copyButton("Copy link", () => location.href), /^https:\/\//.test(rule.reference ?? "") ? make("a", { class: "button", href: rule.reference, rel: "noreferrer noopener" }, "AWS documentation") : null),
    node >= 0 && data.principals.used[node] !== null ? [make("h3", {}, "Used"), make("p", { class: "second" }, data.principals.used[node] === "" ? "Never used, as far as AWS tracks it." : `Last used on ${day(data.principals.used[node])}.`)] : null,
    make("p", { class: "third" }, `Fingerprint ${finding.print}`),
  );
}

// A colleague's place may name the fingerprint alone.
const findingByPrint = (print) => data.findings.findIndex((finding) => finding.print === print);

function findingsView(state) {
  const passes = findingFilter(state);
  const indexes = everyFinding.filter((index) => passes(data.findings[index]));
  const order = findingGroups(indexes).flatMap((group) => group.list);
  const asked = state.finding === undefined ? -1 : findingByPrint(state.finding);
  const chosen = asked >= 0 ? asked : narrow.matches ? -1 : (order[0] ?? -1);
  const entries = findingEntries(indexes, chosen);
  const list = longList({ label: "Findings", count: entries.length, height: 34, draw: (at) => findingRow(entries[at], state, chosen) });
  const at = entries.findIndex((entry) => entry.index === chosen);
  if (at >= 0 && asked >= 0) requestAnimationFrame(() => list.show(at));
  const words = `${number(indexes.length)} of ${plural(data.findings.length, "finding")}${data.about.suppressed > 0 ? `; ${number(data.about.suppressed)} accepted in the ignore file` : ""}`;
  return [
    head("Findings", words),
    leftOutElement(),
    make("div", { class: `panes ${asked >= 0 ? "opened" : ""}` }, filtersElement(state), indexes.length === 0 ? make("p", { class: "nothing" }, "No finding passes these filters.") : list.element, chosen >= 0 ? findingDetail(chosen, order.indexOf(chosen), order.length) : make("div")),
  ];
}
