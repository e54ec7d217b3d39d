// Policies as lines, with those of some statements marked.

const policyText = (policy) => JSON.stringify(policy, null, 2);

// Lines of the text with the index of the statement that each belongs to; -1: none.
function statementLines(policy) {
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  const lines = [];
  let statement = -1;
  for (const line of policyText({ ...policy, Statement: statements }).split("\n")) {
    if (line.startsWith("    {")) statement++;
    const inside = statement >= 0 && /^ {4}/.test(line);
    lines.push({ line, statement: inside ? statement : -1 });
  }
  return lines;
}

// marked: a Set of statements; whole: all lines of a document that is pointed to as a whole.
function policyElement(policy, marked = new Set()) {
  const element = make("pre", { class: "policy", tabindex: "0", "aria-label": "policy" });
  if (policy === null || typeof policy !== "object" || policy.Statement === undefined) {
    element.append(make("span", {}, short(policyText(policy), 20000)));
    return element;
  }
  for (const { line, statement } of statementLines(policy))
    element.append(make("span", { class: marked.has(statement) ? "matters" : "" }, short(line, 4000)));
  return element;
}

// The new policy, with the lines marked that the old one does not have.
function patchElement(policy, old) {
  const known = new Set(old ? policyText(old).split("\n").map((line) => line.trim().replace(/,$/, "")) : []);
  const element = make("pre", { class: "policy", tabindex: "0", "aria-label": "patched policy" });
  for (const line of policyText(policy).split("\n")) {
    const fresh = old && /[^\s{}[\],]/.test(line) && !known.has(line.trim().replace(/,$/, ""));
    element.append(make("span", { class: fresh ? "added" : "" }, short(line, 4000)));
  }
  return element;
}

function trustOf(node) {
  const place = node < principalCount ? data.documents.of[node] : -1;
  return place < 0 ? undefined : data.documents.text[place];
}

const placeText = (file, line) => (file === "" ? "" : line > 0 ? `${file}:${line}` : file);
