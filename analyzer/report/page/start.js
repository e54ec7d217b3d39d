// Draws the place that the address tells, and moves between places.

const views = [
  { view: "overview", title: "Overview", draw: overviewView },
  { view: "findings", title: "Findings", draw: findingsView, count: data.summary.findings.reduce((sum, count) => sum + count, 0) },
  { view: "roles", title: "Roles", draw: rolesView, count: data.about.roles },
  { view: "principals", title: "Principals", draw: principalsView, count: data.about.roles + data.about.users + data.parties.length },
  { view: "administrators", title: "Administrators", draw: administratorsView, count: data.administrators.filter(([, sure]) => sure).length },
  { view: "accounts", title: "Accounts", draw: accountsView, count: data.about.accounts },
  { view: "limits", title: "Limits", draw: limitsView, count: data.gaps.length },
];

// What is drawn anew keeps the focus and the places to which it was scrolled.
function focusedPath() {
  const active = document.activeElement;
  if (!active || !document.getElementById("main").contains(active) || active.id === "main") return undefined;
  const label = active.getAttribute("aria-label");
  return { tag: active.tagName, label, href: active.getAttribute("href"), text: label === null ? active.textContent : undefined, value: active.value, at: active.selectionStart };
}

function focusAgain(path) {
  if (path === undefined) return;
  const again = [...document.querySelectorAll(`#main ${path.tag.toLowerCase()}`)].find(
    (one) => (path.tag === "INPUT" && path.label === null ? one.value === path.value : one.getAttribute("aria-label") === path.label) && one.getAttribute("href") === path.href && (path.text === undefined || one.textContent === path.text),
  );
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLInputElement && again.type === "search" && typeof path.at === "number") again.setSelectionRange(path.at, path.at);
}

let drawnView;
function render() {
  const state = readState();
  const view = state.view === "node" ? { title: short(state.role ?? state.principal ?? "", 80), draw: nodeView } : (views.find((one) => one.view === state.view) ?? views[0]);
  const main = document.getElementById("main");
  const path = focusedPath();
  const same = drawnView === state.view;
  const scrolls = same ? [main, ...main.querySelectorAll(".content, .scroll, .filters, .columns, .matrix")].map((one) => [one.scrollTop, one.scrollLeft]) : [];
  openLists.clear();
  main.className = `at-${state.view}`;
  const [top, ...rest] = view.draw(state).flat(3).filter(Boolean);
  main.replaceChildren(top, make("div", { class: "content" }, rest));
  if (same) [main, ...main.querySelectorAll(".content, .scroll, .filters, .columns, .matrix")].forEach((one, place) => scrolls[place] && one.scrollTo(scrolls[place][1], scrolls[place][0]));
  else scrollTo(0, 0);
  openLists.forEach((list) => list.paint());
  document.title = `${printable(view.title)} · rolechain`;
  document.querySelectorAll("#nav a").forEach((link) => {
    const current = link.dataset.view === state.view || (state.view === "node" && link.dataset.view === ("role" in state ? "roles" : "principals"));
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  if (same) focusAgain(path);
  else if (drawnView !== undefined) tell(view.title);
  drawnView = state.view;
}

function isTyping(element) {
  return element instanceof HTMLInputElement ? element.type === "search" : element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !isTyping(event.target)) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape" && readState().view === "accounts") location.hash = hrefOf({ view: "accounts" });
});

document.getElementById("nav").append(...views.map(({ view, title, count }) => make("a", { href: hrefOf({ view }), "data-view": view }, title, count === undefined ? null : make("span", {}, number(count)))));
document.getElementById("origin").textContent = printable(data.about.organization ?? "") + (data.about.organization ? "\n" : "") + `${plural(data.about.accounts, "account")}${data.about.loaded ? `, ${shortDay(data.about.loaded)}` : ""}`;
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
addEventListener("hashchange", render);
narrow.addEventListener("change", render);
render();
