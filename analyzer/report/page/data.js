// The report's data (analyzer/report/page/page_inside.h tells what it holds), and what is asked of a node by its number.

const data = JSON.parse(document.getElementById("data").textContent);
const principalCount = data.principals.name.length;
const nodeCount = principalCount + data.parties.length;

const flag = { role: 1, administrator: 2, maybeAdministrator: 4, leads: 8, serviceLinked: 16, policiesUnknown: 32, trustUnknown: 64 };
const hasFlag = (node, bit) => node < principalCount && (data.principals.flags[node] & bit) !== 0;
const isRole = (node) => hasFlag(node, flag.role);
const isAdministrator = (node) => hasFlag(node, flag.administrator);

const nodeName = (node) => (node < principalCount ? data.principals.name[node] : data.parties[node - principalCount][2]);
// The same where its account is told beside it.
const nodeShort = (node) => (node < principalCount ? nodeName(node) : data.parties[node - principalCount][7]);
const nodeAccount = (node) =>
  node < principalCount ? data.principals.account[node] : data.parties[node - principalCount][3];

function nodeKind(node) {
  if (node < principalCount) return isRole(node) ? "role" : "user";
  return data.parties[node - principalCount][0];
}

// The ARN, or how policies name it: what the address of the page holds.
function nodeKey(node) {
  if (node >= principalCount) return data.parties[node - principalCount][1];
  const account = data.principals.account[node];
  const path = data.paths[data.principals.path[node]];
  return `arn:${data.accounts.partition[account]}:iam::${data.accounts.id[account]}:${nodeKind(node)}${path}${data.principals.name[node]}`;
}

let nodesByKey;
function findNode(key) {
  if (nodesByKey === undefined) {
    nodesByKey = new Map();
    for (let node = 0; node < nodeCount; node++) nodesByKey.set(nodeKey(node), node);
  }
  return nodesByKey.get(key);
}

// An account's name, or its number; both, for people.
const accountName = (account) => (account < 0 ? "" : data.accounts.name[account] || data.accounts.id[account]);
const accountWords = (account) =>
  data.accounts.name[account] ? `${data.accounts.name[account]} (${data.accounts.id[account]})` : data.accounts.id[account];
const unitName = (account) => (account < 0 ? "" : data.accounts.unit[account]) || "No unit";

const exportedAccounts = data.accounts.id.map((_, account) => account).filter((account) => data.accounts.exported[account]);
const units = [...new Set(exportedAccounts.map(unitName))];

// Findings about each user and role, the worst first.
const findingsOf = new Map();
data.findings.forEach((finding, index) => {
  if (finding.node < 0) return;
  if (!findingsOf.has(finding.node)) findingsOf.set(finding.node, []);
  findingsOf.get(finding.node).push(index);
});

const nodeHref = (node) => hrefOf({ [isRole(node) ? "role" : "principal"]: nodeKey(node) });
const callersText = (node) => {
  const { certain, most } = data.principals;
  return certain[node] === most[node] ? number(most[node]) : `${number(certain[node])}–${number(most[node])}`;
};
const usedText = (node) => {
  const used = data.principals.used[node];
  return used === null ? "not exported" : used === "" ? "never" : used;
};
function administratorText(node) {
  if (isAdministrator(node)) return "yes";
  if (hasFlag(node, flag.maybeAdministrator)) return "under conditions";
  return hasFlag(node, flag.leads) ? "can become one" : "";
}
