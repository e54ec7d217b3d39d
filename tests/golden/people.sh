#!/bin/bash
# The people and workloads of the reference organization, row by row of its truth.json; and once more with all names, ids and
# regions exchanged.
# It is not part of this repository: skipped where it is not at hand.
# usage: tests/golden/people.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
example=${ROLECHAIN_REFERENCE:-../shared}/data/example-org
if [ ! -r "$example/truth.json" ] || ! command -v python3 >/dev/null; then
    echo "[  SKIPPED ] people"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Every name, id and region for another one, in the names of files too.
exchange() {
    python3 - "$example" "$1" <<'PYTHON'
import os, sys
source, target = sys.argv[1:]
words = [("example.com", "firm.test"), ("alice", "zoe"), ("bob", "yann"), ("carol", "xeno"), ("dave", "walt"), ("erin", "vera"),
         ("frank", "ursa"), ("platform-admins", "ops_crew"), ("developers", "makers"), ("auditors", "readers"),
         ("111122223333", "999900001111"), ("222233334444", "888811112222"), ("333344445555", "777722223333"), ("eu-west-1", "us-east-2"),
         ("ManagementAdmin", "Org_Root"), ("MemberAdmin", "Crew_Admin"), ("Developer", "Maker_2"),
         ("department", "squad"), ("prod-deploy", "ship-it"), ("app-readonly", "app-glance"), ("incident-reader", "pager"),
         ("6804a1b2c3d4e5f6", "aaaa1111bbbb2222"), ("d-9367a1b2c3", "d-0000aaaa11"), ("92e5", "77d1"), ("a2c5", "b3f0"),
         ("272fc039b909bb2d", "0123456789abcdef"), ("aam-0f1e2d3c4b5a6978", "aam-1111222233334444"), ("ps-3c4d", "ps-9999"),
         ("0123456789ABCDEF0123456789ABCDEF", "FEDCBA98765432100000000000000000"), ("irsa-payments", "token-till"), ("pod-orders", "cell-bills"),
         ("pod-reporter", "cell-scribe"), ("orders-archive", "bills-vault"), ("a-orders", "a-bills9"), ("payments", "till"), ("orders", "bills"),
         ("reporter", "scribe"), ("reporting", "scribes"), ("kube-system", "base_ns"), ("prod", "main-2"), ("ack-capability", "crd-role"), ("ng-1", "pool_9"), ("ra-", "cert-"), ("onprem", "cellar"), ("11111111-aaaa", "99999999-bbbb"), ("eks-node", "box-role"), ("web-", "front-"), ("report-fn", "paper-fn"), ("function:report", "function:paper"), ("\"report\"", "\"paper\""), ("i-0a1b", "i-77aa"), ("ecs-task-app", "task-main"),
         ("irsa-vpc-cni", "token-net")]
def other(text):
    for old, new in words:
        text = text.replace(old, new)
    return text
for folder, _, files in os.walk(source):
    for name in files:
        path = os.path.join(folder, name)
        to = os.path.join(target, other(os.path.relpath(path, source)))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        open(to, "w").write(other(open(path).read()))
PYTHON
}

# Rows of people (P, N), of workloads (W), of certificates (R) and of identity pools (G) of the folder's truth.json.
check() {
    python3 - "$rolechain" "$1" "$scratch/people.db" <<'PYTHON'
import json, os, re, subprocess, sys
program, folder, database = sys.argv[1:]
def ask(*words):
    run = subprocess.run([program, *words, "-d", database, "--format", "json"], capture_output=True, text=True)
    return run.returncode, json.loads(run.stdout) if run.stdout.strip() else None
loaded = subprocess.run([program, "load", "-q", "-d", database, folder], capture_output=True, text=True)
wrong = [] if loaded.returncode == 0 else ["load: status %d %s" % (loaded.returncode, loaded.stderr)]
truth = json.load(open(folder + "/truth.json"))
region = os.path.relpath(next(at for at, _, files in os.walk(folder) if "list-clusters.json" in files), folder)
reached = {}
def row_of(who, role):
    if who not in reached:
        reached[who] = ask("reach", who)[1]["results"]
    return next((row for row in reached[who] if row["role"] == role), None)
# What the rows call what runs, as the exports do.
def workload(row):
    who = row["who"]
    if who.startswith("eks:capability/"):
        cluster, name = who.split("/")[1:]
        listed = json.load(open("%s/%s/list-capabilities.%s.json" % (folder, region, cluster)))
        who = next(one["arn"] for one in listed["capabilities"] if one["capabilityName"] == name)
    return who
def expect_workload(row):
    who, chain = workload(row).replace("account at ", "user of ").split(" (")[0], row["kind"] == "pod-identity-target"
    found = row_of(who, row["role"])
    kinds = [{"pod-identity-target": "pod-identity"}.get(row["kind"], row["kind"])] + ["assume"] * chain
    if found is None or found["verdict"] != row["verdict"] or found["kinds"] != kinds or (found["chain"][1:-1] != row.get("via", []) and row["id"][0] != "G") or bool(found["conditions"]) != (row["verdict"] == "conditional"):
        return found
    back = [one for one in ask("who-can", row["role"])[1]["results"] if one["principal"] == who]
    direct = ask("explain", who, row["role"])[1]
    if len(back) != 1 or back[0]["chain"] != found["chain"] or direct["verdict"] != ("denied" if chain else row["verdict"]):
        return [back, direct["verdict"]]
    if row["kind"] in ("instance-profile", "lambda") and direct["session"]["name"] != row["session"]["name"]:
        return direct["session"]
    tags = row.get("session", {}).get("tags")
    return None if tags is None or direct["session"]["tags"] == (tags if tags != "disabled" else {}) else direct["session"]
def refuse_workload(row):
    if row["id"][0] == "G":
        return ask("who-can", row["role"])[1]["results"] or None
    if row["who"] == "any certificate":
        return [one for one in ask("who-can", row["role"])[1]["results"] if one["kind"] == "certificate"] or None
    found = ask("reach", row["who"])[1]["results"]
    if row["role"].startswith("any"):
        return found or None
    answer = ask("explain", row["who"], row["role"])[1]
    return [one for one in found if one["role"] == row["role"]] or (None if answer["verdict"] == "denied" else answer)
def expect(row):
    if row["id"][0] in "WRG":
        return expect_workload(row)
    if not row["who"].startswith("identitycenter:"):
        answer = ask("explain", row["who"], row["role"])[1]
        return None if answer["verdict"] == row["verdict"] else answer["verdict"]
    found = row_of(row["who"], row["role"])
    if found is None or found["verdict"] != row["verdict"]:
        return found
    roles = found["chain"][1:-1]
    via = found.get("via", []) if row["kind"] != "chain" else roles
    if found["kinds"][0] != (row["kind"] if row["kind"] != "chain" else "sso-assignment") or via != row.get("via", []):
        return found
    # The other direction, and the direct call by itself.
    back = [one for one in ask("who-can", row["role"])[1]["results"] if one["principal"] == row["who"]]
    direct = ask("explain", row["who"], row["role"])[1]
    if len(back) != 1 or back[0]["chain"] != found["chain"] or back[0]["verdict"] != found["verdict"]:
        return back
    if direct["verdict"] != ("denied" if row["kind"] == "chain" else row["verdict"]):
        return direct
    return None if "session" not in row or direct["session"] == row["session"] else direct.get("session")
def refuse(row):
    if row["id"][0] in "WRG":
        return refuse_workload(row)
    if row["role"].startswith("permission set"):
        code, _ = ask("explain", row["who"], row["role"].split()[-1])
        return None if code == 2 else code
    if row["who"] == "anyone" or not row["who"].startswith("identitycenter:"):
        kinds = {one["kind"] for one in ask("who-can", row["role"])[1]["results"]}
        return kinds & ({"saml-provider", "web-identity"} if row["who"] != "anyone" else kinds) or None
    if row["role"] == "*":
        row_of(row["who"], "")
        return reached[row["who"]] or None
    answer = ask("explain", row["who"], row["role"])[1]
    return row_of(row["who"], row["role"]) or (None if answer["verdict"] == "denied" else answer)
rows = 0
for list_, judge in (("expected", expect), ("expected_non_edges", refuse)):
    for row in truth[list_]:
        if row["id"][0] not in "PNWRG":
            continue
        rows += 1
        other = judge(row)
        if other is not None:
            wrong.append("%s: %s" % (row["id"], json.dumps(other)))
for role in {row["role"] for row in truth["expected"] if row["id"][0] in "PG"}:
    outside = {one["kind"] for one in ask("who-can", "--from-outside", role)[1]["results"]}
    inside = {one["kind"] for one in ask("who-can", role)[1]["results"]}
    if "person" in outside or (inside & {"guest", "pool-user"}) - outside:
        wrong.append("from outside: %s: %s" % (role, outside))
for finding in ask("findings", "--only", "cognito-open")[1]["findings"]:
    if not finding["resource"].endswith("/cognito-guest"):
        wrong.append("cognito-open: %s" % finding["resource"])
if not ask("findings", "--only", "cognito-open")[1]["findings"]:
    wrong.append("cognito-open is missing")
picture = subprocess.run([program, "graph", "-q", "-d", database, "--view", "paths", "--format", "svg"], capture_output=True, text=True).stdout
if not re.search("1 person, [0-9] workloads? and [0-9] AWS services? can become", picture):
    wrong.append("the picture does not count who begins: %s" % re.findall("<text[^>]*>([^<]* can become [^<]*)", picture))
rules = database + ".rules"
open(rules, "w").write("never anyone -> role */cognito-guest\nnever anyone -> role */cognito-gold\n")
results = [one["result"] for one in ask("check", "--rules", rules)[1]["rules"]]
if results != ["broken", "pass"]:
    wrong.append("anyone in rules: %s" % results)
for finding in ask("findings", "--only", "dead-trust")[1]["findings"]:
    if ask("who-can", finding["resource"])[1]["results"]:
        wrong.append("dead-trust: %s" % finding["resource"])
print("\n".join(wrong) if wrong else "%d rows" % rows)
sys.exit(1 if wrong or rows < 56 else 0)
PYTHON
}

status=0
exchange "$scratch/exchanged"
for folder in "$example" "$scratch/exchanged"; do
    name=people
    [ "$folder" = "$example" ] || name=people-exchanged
    rm -f "$scratch/people.db"
    if output=$(check "$folder" 2>&1); then
        echo "[       OK ] $name"
    else
        printf '%s\n' "$output" | tail -n 40
        echo "[  FAILED  ] $name"
        status=1
    fi
done
exit $status
