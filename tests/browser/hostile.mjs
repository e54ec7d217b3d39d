// An export whose names attack the page: markup, quotes, the ends of scripts and of CDATA, directions, lines, length.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const names = [
  "<script>window.broken = 1</script>",
  "</script><img src=x onerror=window.broken=2>",
  `"'><svg onload=window.broken=3>`,
  "]]><!-- <script> -->",
  "right\u202Eto left\u2066",
  "two\nlines\u2028three",
  `long-${"x".repeat(65536)}`,
  "${window.broken = 4}@DATA@@SCRIPT@",
  "javascript:window.broken=5",
];

export function writeHostile(folder) {
  const account = "111122223333";
  mkdirSync(folder, { recursive: true });
  const trust = (name) => ({
    Version: "2012-10-17",
    Statement: [{ Sid: name.slice(0, 2000), Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "sts:ExternalId": name } } }],
  });
  const roles = names.map((name, place) => ({
    Path: "/",
    RoleName: name,
    RoleId: `AROA${String(place).padStart(16, "A")}`,
    Arn: `arn:aws:iam::${account}:role/${name}`,
    CreateDate: "2022-03-09T15:30:00+00:00",
    AssumeRolePolicyDocument: trust(name),
    InstanceProfileList: [],
    RolePolicyList: [{ PolicyName: name, PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } }],
    AttachedManagedPolicies: [],
    Tags: [{ Key: name.slice(0, 128), Value: name.slice(0, 256) }],
  }));
  writeFileSync(join(folder, "get-account-authorization-details.json"), JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: roles, Policies: [] }));
  writeFileSync(join(folder, "list-account-aliases.json"), JSON.stringify({ AccountAliases: [`<b onclick="window.broken=6">&`] }));
}
