// Elements. Data only ever becomes text or a property: no markup is made of strings.

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

// A name whose middle gives way: prefix and suffix carry the meaning.
function nameOf(text) {
  const shown = short(text);
  const tail = shown.length > 24 ? 8 : 0;
  return make(
    "span",
    { class: "name", title: shown },
    make("span", { class: "front" }, shown.slice(0, shown.length - tail)),
    tail > 0 ? make("span", { class: "tail" }, shown.slice(-tail)) : null,
  );
}

const shapes = {
  critical: "M5 0L10 5L5 10L0 5Z",
  high: "M5 .5L10 9.5H0Z",
  medium: "M5 1A4 4 0 1 1 5 9A4 4 0 1 1 5 1Z",
  low: "M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5Z",
  info: "",
};
function markOf(word) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("class", `mark ${word}`);
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", shapes[word]);
  svg.append(path);
  return svg;
}

const severityOf = (level) =>
  make("span", { class: `severity ${severities[level]}` }, markOf(severities[level]), severities[level]);

const administratorBar = () => [make("span", { class: "bar", title: "administrator" }), make("span", { class: "unseen" }, "administrator ")];

const ifMark = (why) => make("span", { class: "if", title: short(why, 2000) }, "if");

// Says it to readers who do not see it.
function tell(words) {
  document.getElementById("told").textContent = words;
}

function copyButton(label, text, main = false) {
  const button = make("button", { class: main ? "button main" : "button", type: "button" }, label);
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = "Copied";
    tell("Copied");
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

// Files opened from disk have no clipboard of their own in some browsers.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

const head = (title, second, crumbs) =>
  make("div", { class: "head" }, crumbs, make("h1", {}, title), second ? make("p", { class: "second" }, second) : null);
