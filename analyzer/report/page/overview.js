// The overview: gaps first, since they qualify all else; numbers; what to fix first; the picture.

// Findings of one kind and severity as one, in the order in which they are to be fixed.
function findingGroups(indexes) {
  const groups = new Map();
  for (const index of indexes) {
    const finding = data.findings[index];
    const key = `${finding.severity} ${finding.rule}`;
    if (!groups.has(key)) groups.set(key, { key, severity: finding.severity, rule: finding.rule, list: [] });
    groups.get(key).list.push(index);
  }
  return [...groups.values()].sort((one, another) => another.severity - one.severity);
}

const everyFinding = data.findings.map((_, index) => index);
const groupTitle = (group) => data.rules[group.rule].title;
const findingHref = (index, more = {}) => hrefOf({ view: "findings", ...more, finding: data.findings[index].print });
const resourceWords = (finding) => (finding.node >= 0 ? nodeName(finding.node) : finding.resource);
const rolesIn = (list) => new Set(list.map((index) => data.findings[index].resource)).size;

function gapsElement() {
  if (data.gaps.length === 0) return null;
  return make(
    "div",
    { class: "gaps" },
    make("p", {}, make("b", {}, `${plural(data.gaps.length, "gap")} in the export. `), short(data.gaps.map(sentence).join(" "), 420), " ", make("a", { href: hrefOf({ view: "limits" }) }, "What this means")),
  );
}

function leftOutElement() {
  const { principals_left_out: principals, findings_left_out: findings } = data.about;
  if (principals === 0 && findings === 0) return null;
  return make(
    "div",
    { class: "gaps left-out" },
    make(
      "p",
      {},
      make("b", {}, "This file is not the whole. "),
      principals > 0 ? `${plural(principals, "user or role", "users and roles")} that no finding, administrator or outside caller touches ${principals === 1 ? "is" : "are"} left out. ` : "",
      findings > 0 ? `${plural(findings, "less dangerous finding")} ${findings === 1 ? "is" : "are"} left out; rolechain findings lists all.` : "",
    ),
  );
}

function numbersElement() {
  const { summary, about } = data;
  const [, , , high, critical] = summary.findings;
  const cell = (count, words, state) => make("a", { href: hrefOf(state) }, make("b", {}, number(count)), words);
  return make(
    "div",
    { class: "numbers" },
    cell(about.roles, `roles in ${plural(about.accounts, "account")}`, { view: "roles" }),
    cell(summary.administrators, "administrator roles", { view: "roles", administrators: "1" }),
    cell(summary.reached, "of them within reach of users, services or outsiders", { view: "administrators" }),
    cell(summary.users_on_their_way, "users who are not administrators can become one", { view: "principals", kind: "user", leads: "1" }),
    cell(summary.open_to_outsiders, "roles let in outsiders directly", { view: "roles", outside: "1" }),
    cell(critical, `critical findings, ${number(high)} high`, { view: "findings", severity: "critical,high" }),
  );
}

function firstFindings() {
  const groups = findingGroups(everyFinding).filter((group) => group.severity > 0).slice(0, 10);
  const row = (group) => {
    const first = data.findings[group.list[0]];
    const roles = rolesIn(group.list);
    const administrators = new Set(group.list.map((index) => data.findings[index].node).filter(isAdministrator)).size;
    return make(
      "tr",
      {},
      make("td", {}, severityOf(group.severity)),
      make("td", {}, make("a", { class: "claim", href: findingHref(group.list[0]), title: groupTitle(group) }, groupTitle(group))),
      make("td", { class: "number", "data-noun": roles === 1 ? " place" : " places" }, number(roles)),
      make("td", { class: "number" }, administrators > 0 ? number(administrators) : "–"),
      make("td", { class: "second" }, whoGetsIn[first.who] ?? first.who),
      make("td", { class: "second such" }, nameOf(resourceWords(first))),
    );
  };
  const widths = ["86px", "", "52px", "52px", "128px", "150px"];
  const columns = make("colgroup");
  widths.forEach((width) => {
    const column = make("col");
    column.style.width = width;
    if (width === "150px") column.className = "such";
    columns.append(column);
  });
  return make(
    "section",
    {},
    make("h2", {}, groups.length === 10 ? "Ten findings to fix first" : "Findings to fix first"),
    groups.length === 0
      ? make("p", { class: "nothing" }, "No findings.")
      : make(
          "table",
          { class: "plain top" },
          columns,
          make("thead", {}, make("tr", {}, ["Severity", "Finding", "Places", "Admin", "Who gets in", "Such as"].map((title, place) => make("th", { scope: "col", class: place === 2 || place === 3 ? "number" : place === 5 ? "such" : "" }, title)))),
          make("tbody", {}, groups.map(row)),
        ),
    data.findings.length > 0 ? make("p", {}, make("a", { href: hrefOf({ view: "findings" }) }, `All ${plural(data.findings.length, "finding")}`)) : null,
  );
}

function changesElement() {
  if (data.changes.length === 0) return null;
  return make(
    "section",
    {},
    make("h2", {}, "Changes that help most"),
    make(
      "table",
      { class: "plain" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Remove or narrow"), make("th", { scope: "col", class: "number cut" }, "Cuts off"))),
      make("tbody", {}, data.changes.slice(0, 5).map((change) => make("tr", {}, make("td", { class: "wrap", title: short(change.place) }, short(change.words, 200)), make("td", { class: "number" }, number(change.principals))))),
    ),
    make("p", { class: "third" }, `${plural(data.summary.on_their_way, "principal")} can become administrator.`),
  );
}

function unitsElement() {
  const counts = new Map();
  for (const finding of data.findings) {
    if (finding.severity < 3 || finding.account < 0) continue;
    const unit = unitName(finding.account);
    const of = counts.get(unit) ?? { critical: 0, high: 0 };
    of[severities[finding.severity]]++;
    counts.set(unit, of);
  }
  const list = [...counts].sort(([, one], [, another]) => another.critical - one.critical || another.high - one.high).slice(0, 12);
  if (list.length === 0 || units.length < 2) return null;
  const most = Math.max(...list.map(([, of]) => of.critical + of.high));
  const share = (kind, count) => {
    const part = make("i", { class: kind });
    part.style.width = `${(100 * count) / most}%`;
    return part;
  };
  return make(
    "section",
    { class: "units" },
    make("h2", {}, "Where they are"),
    make(
      "table",
      { class: "plain" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Organizational unit"), make("th", { scope: "col", class: "number slim" }, "Critical"), make("th", { scope: "col", class: "number slim" }, "High"), make("th", { scope: "col", class: "slim" }, make("span", { class: "unseen" }, "share")))),
      make(
        "tbody",
        {},
        list.map(([unit, of]) => make("tr", {}, make("td", {}, make("a", { class: "claim", href: hrefOf({ view: "findings", unit }) }, nameOf(unit))), make("td", { class: "number" }, number(of.critical)), make("td", { class: "number" }, number(of.high)), make("td", {}, make("div", { class: "share" }, share("critical", of.critical), share("high", of.high))))),
      ),
    ),
  );
}

// On a narrow screen the picture's arrows are a list, the worst first: their tooltips say them.
function waysList(svg) {
  const arrows = [...svg.querySelectorAll("title")].map((title) => title.textContent.split("\n")).filter(([first]) => first.includes(" → "));
  const level = ([, worst]) => severities.findIndex((word) => (worst ?? "").endsWith(word));
  return make(
    "ul",
    { class: "ways" },
    arrows
      .sort((one, another) => level(another) - level(one))
      .slice(0, 12)
      .map((lines) => make("li", {}, markOf(severities[Math.max(0, level(lines))]), make("span", {}, printable(lines[0])))),
  );
}

let paintedPicture;
function pictureElement() {
  paintedPicture ??= document.querySelector("#picture svg");
  if (!paintedPicture) return null;
  return make(
    "section",
    {},
    make("h2", { class: "ways-head" }, "The ways that matter"),
    make("div", { class: "picture", tabindex: "0", role: "region", "aria-label": "Picture of the ways that matter" }, paintedPicture),
    waysList(paintedPicture),
  );
}

function overviewView() {
  const { about } = data;
  const parts = [
    about.organization ? `Organization ${about.organization}` : "No organization data",
    about.units > 0 ? `${plural(about.accounts, "account")} in ${plural(about.units, "OU")}` : plural(about.accounts, "account"),
    about.loaded ? `loaded ${day(about.loaded)}, ${about.loaded.slice(11, 16)} UTC` : "",
    `${plural(about.roles, "role")}, ${plural(about.users, "user")}`,
  ];
  return [
    head("Who can assume which role", printable(parts.filter(Boolean).join(" · "))),
    gapsElement(),
    leftOutElement(),
    numbersElement(),
    make("div", { class: "two" }, firstFindings(), make("div", {}, changesElement(), unitsElement())),
    pictureElement(),
  ];
}
