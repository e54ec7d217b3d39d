// Long lists: only the rows that are seen exist. Arrow keys move from row to row.

const narrow = matchMedia("(max-width: 760px)");
const printedMost = 2000;
const openLists = new Set();

// draw(index) gives the row's element; height in pixels. Returns {element, update(count), show(index)}.
function longList({ label, count, height, draw, titles, tall, role = "table" }) {
  const sheet = make("div", { class: "sheet", role: role === "table" ? "rowgroup" : "presentation" });
  const top = titles ? make("div", { class: "top", role: "rowgroup" }, titles) : null;
  const scroll = make("div", { class: "scroll", role: "presentation" }, top, sheet);
  const element = make("div", { class: "rows", role, "aria-label": label }, scroll);
  let total = count;
  let shown = new Map();

  function put(index) {
    const row = draw(index);
    row.style.top = `${index * height}px`;
    row.style.height = `${height}px`;
    row.dataset.index = index;
    if (role === "table") row.setAttribute("aria-rowindex", index + (titles ? 2 : 1));
    sheet.append(row);
    shown.set(index, row);
  }

  function paint(everything = false) {
    const first = everything ? 0 : Math.max(0, Math.floor(scroll.scrollTop / height) - 8);
    const seen = everything ? printedMost : Math.ceil((scroll.clientHeight || 800) / height) + 16;
    const end = Math.min(total, first + seen);
    for (const [index, row] of shown)
      if (index < first || index >= end) {
        if (row.contains(document.activeElement)) continue;
        row.remove();
        shown.delete(index);
      }
    for (let index = first; index < end; index++) if (!shown.has(index)) put(index);
    if (everything)
      for (const index of [...shown.keys()].sort((one, another) => one - another)) sheet.append(shown.get(index));
  }

  function update(newCount = total) {
    total = newCount;
    for (const row of shown.values()) row.remove();
    shown = new Map();
    sheet.style.height = `${total * height}px`;
    if (role === "table") element.setAttribute("aria-rowcount", total + (titles ? 1 : 0));
    if (tall !== undefined) scroll.style.height = `${Math.min(tall, total * height + 2)}px`;
    paint();
  }

  // The titles stay above the rows.
  const covered = () => top?.offsetHeight ?? 0;

  function show(index) {
    const begin = index * height;
    const end = begin + height + covered();
    if (begin < scroll.scrollTop) scroll.scrollTop = begin;
    else if (end > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = end - scroll.clientHeight;
    paint();
  }

  const target = (row) => row?.querySelector("a, button");
  element.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -total, End: total }[event.key];
    const row = event.target.closest?.(".row");
    if (steps === undefined || !row) return;
    event.preventDefault();
    let index = Math.max(0, Math.min(total - 1, Number(row.dataset.index) + steps));
    show(index);
    while (!target(shown.get(index)) && index > 0 && index < total - 1) show((index += steps > 0 ? 1 : -1));
    target(shown.get(index))?.focus();
  });
  scroll.addEventListener("scroll", () => paint());
  const self = { element, update, show, paint };
  openLists.add(self);
  sheet.style.height = `${total * height}px`;
  new ResizeObserver(() => paint()).observe(scroll);
  update();
  return self;
}

addEventListener("beforeprint", () => openLists.forEach((list) => list.element.isConnected && list.paint(true)));
addEventListener("afterprint", () => openLists.forEach((list) => list.element.isConnected && list.paint()));

// A table of nodes or anything else. columns: [{key, title, width, number, wide, value(item), cell(item)}]; the first
// links with href(item). The order is in the address.
function longTable({ label, items, columns, href, state, order }) {
  const [sorted, falling] = (state.sort ?? order).split("-").concat("");
  const column = columns.find((one) => one.key === sorted && one.value) ?? columns[0];
  const direction = falling === "down" ? -1 : 1;
  const keys = new Map(items.map((item) => [item, column.value(item)]));
  const list = [...items].sort((one, another) => {
    const left = keys.get(one);
    const right = keys.get(another);
    return left === right ? 0 : (left < right ? -1 : 1) * direction;
  });
  const template = columns.map((one) => one.width).join(" ");
  const titles = make("div", { class: "titles", role: "row" });
  titles.style.gridTemplateColumns = template;
  for (const one of columns) {
    const now = one === column ? (direction < 0 ? "descending" : "ascending") : undefined;
    const turn = now === undefined ? (one.number ? "-down" : "") : direction < 0 ? "" : "-down";
    titles.append(
      make(
        "div",
        { role: "columnheader", class: one.number ? "number" : "", "aria-sort": now },
        one.value
          ? make("button", { type: "button", onclick: () => go({ sort: `${one.key}${turn}` }) }, one.title)
          : make("span", { class: "still" }, one.title),
      ),
    );
  }
  const draw = (index) => {
    const item = list[index];
    const row = make("div", { class: "row cells", role: "row" });
    row.style.gridTemplateColumns = template;
    columns.forEach((one, place) => {
      const content = one.cell(item);
      row.append(
        make(
          "div",
          { role: "cell", class: `cell ${place === 0 ? "first" : ""} ${one.number ? "number" : ""} ${one.wide ? "wide" : ""} ${one.under ? "under" : ""}` },
          place === 0 ? make("a", { class: "open", href: href(item) }, content) : content,
        ),
      );
    });
    return row;
  };
  return longList({ label, count: list.length, height: narrow.matches ? 54 : 33, draw, titles }).element;
}

// An input that narrows a list while one types; the words are in the address.
function wordsInput(label, state, key = "words") {
  const input = make("input", { type: "search", "aria-label": label, placeholder: label, class: "words", spellcheck: "false" });
  input.value = state[key] ?? "";
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      go({ [key]: input.value }, true);
      render();
    }, 120);
  });
  return input;
}

function choice(label, state, key, values) {
  const select = make("select", { "aria-label": label, onchange: () => go({ [key]: select.value }) }, make("option", { value: "" }, label));
  for (const [value, words] of values) select.append(make("option", { value, selected: state[key] === value }, words));
  return select;
}

function tick(label, state, key) {
  const input = make("input", { type: "checkbox", checked: state[key] === "1", onchange: () => go({ [key]: input.checked ? "1" : "" }) });
  return make("label", { class: "tick" }, input, label);
}
