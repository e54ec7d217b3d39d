// The search at the top: roles, users, outside parties and accounts by name.

const search = (() => {
  const input = document.getElementById("search");
  const found = document.getElementById("found");
  const most = 12;
  let lowered;
  let hits = [];
  let chosen = -1;

  function find(words) {
    const wanted = words.toLowerCase();
    lowered ??= Array.from({ length: nodeCount }, (_, node) => nodeName(node).toLowerCase());
    const list = [];
    exportedAccounts.forEach((account) => {
      if (list.length < 4 && accountWords(account).toLowerCase().includes(wanted))
        list.push({ name: accountWords(account), what: "account", href: hrefOf({ view: "roles", account: data.accounts.id[account] }) });
    });
    for (const begins of [true, false])
      for (let node = 0; node < nodeCount && list.length < most; node++) {
        const at = lowered[node].indexOf(wanted);
        if (begins ? at === 0 : at > 0)
          list.push({ name: nodeName(node), what: [nodeKind(node), node < principalCount ? accountName(nodeAccount(node)) : ""].filter(Boolean).join(" · "), href: nodeHref(node) });
      }
    return list;
  }

  function close() {
    found.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = index;
    [...found.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", `found-${index}`);
      found.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function open(index) {
    const hit = hits[index];
    if (hit === undefined) return;
    input.value = "";
    close();
    location.hash = hit.href;
    document.getElementById("main").focus();
  }

  function show() {
    const words = input.value.trim();
    hits = words === "" ? [] : find(words);
    found.replaceChildren(
      ...hits.map((hit, index) =>
        make("div", { role: "option", id: `found-${index}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => open(index) }, nameOf(hit.name), make("span", { class: "third" }, printable(hit.what))),
      ),
    );
    if (words !== "" && hits.length === 0) found.append(make("div", { role: "option", "aria-selected": "false", "aria-disabled": "true" }, "Nothing of that name"));
    found.hidden = words === "";
    input.setAttribute("aria-expanded", String(!found.hidden));
    choose(hits.length > 0 ? 0 : -1);
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value !== "" && show());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && hits.length > 0) choose((chosen + 1) % hits.length);
    else if (event.key === "ArrowUp" && hits.length > 0) choose((chosen + hits.length - 1) % hits.length);
    else if (event.key === "Enter") open(chosen);
    else if (event.key === "Escape") {
      input.value = "";
      close();
      input.blur();
    } else return;
    event.preventDefault();
  });
  return { focus: () => input.focus() };
})();
