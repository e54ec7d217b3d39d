#!/bin/bash
# What explain proposes for every denied scenario of the reference vectors, applied to the exports: the same question is then
# allowed or conditional, unless a Deny, an SCP or an RCP stands in the way. To outsiders nothing is proposed. Skipped where
# the reference is not at hand.
# usage: tests/golden/remedies.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
reference=${ROLECHAIN_REFERENCE:-../shared}
if [ ! -r "$reference/tools/scenario.py" ] || ! command -v python3 >/dev/null; then
    echo "[  SKIPPED ] remedies"
    exit 0
fi
if python3 - "$rolechain" "$reference" <<'PYTHON'; then
import glob, json, os, sys, tempfile

rolechain, reference = sys.argv[1:]
sys.path.insert(0, os.path.join(reference, "tools"))
sys.dont_write_bytecode = True
import scenario

def entities(folder):
    for path in glob.glob(folder + "/accounts/*/*.json"):
        with open(path) as file:
            details = json.load(file)
        yield path, details

def add(document, policy):
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return dict(document, Statement=statements + policy.get("Statement", [policy]))

def apply(remedy, folder):
    target, policy, done = remedy["attach_to"], remedy["policy"], False
    for path, details in entities(folder):
        for role in details["RoleDetailList"]:
            if role["Arn"] == target and remedy["kind"] == "trust":
                old = role["AssumeRolePolicyDocument"]
                role["AssumeRolePolicyDocument"] = policy if "Statement" in policy else add(old, policy)
                done = True
        for member, list_name in (("RoleDetailList", "RolePolicyList"), ("UserDetailList", "UserPolicyList")):
            for holder in details[member]:
                if holder["Arn"] == target and remedy["kind"] == "identity":
                    holder[list_name] = holder.get(list_name, []) + [{"PolicyName": "added", "PolicyDocument": policy}]
                    done = True
        for managed in details["Policies"]:
            if managed["Arn"] == target and remedy["kind"] == "boundary":
                version = managed["PolicyVersionList"][0]
                version["Document"] = add(version["Document"], policy)
                done = True
        with open(path, "w") as file:
            json.dump(details, file)
    return done

def is_outsider(vector, folder):
    """Of an account that is neither exported nor known to be of the organization."""
    account = vector["principal"]["arn"].split(":")[4]
    exported = os.path.isdir(os.path.join(folder, "accounts", account))
    return not exported and not (vector.get("org") or {}).get("principal_org")

helped = stopped = outside = failed = 0
with open(os.path.join(reference, "reference", "vectors.json")) as file:
    vectors = json.load(file)
for vector in vectors:
    with tempfile.TemporaryDirectory() as folder:
        scenario.write(vector, folder)
        verdict, text = scenario.ask(rolechain, vector, folder)
        if verdict != "denied":
            continue
        remedies = json.loads(text)["remedy"]
        if is_outsider(vector, folder):
            if remedies:
                print("%s: an outsider is told how to get in: %s" % (vector["id"], remedies))
                failed += 1
            outside += 1
        elif not remedies:
            print("%s: denied, and nothing is said of what to do" % vector["id"])
            failed += 1
        elif any(remedy["policy"] is None for remedy in remedies):
            stopped += 1
        elif not all([apply(remedy, folder) for remedy in remedies]):
            print("%s: a remedy names nothing that is in the exports: %s" % (vector["id"], remedies))
            failed += 1
        else:
            verdict, text = scenario.ask(rolechain, vector, folder)
            if verdict not in ("allowed", "conditional"):
                print("%s: still %s after %s: %s" % (vector["id"], verdict, remedies, text))
                failed += 1
            helped += 1
print("%d helped, %d stopped by what nobody can add to, %d outsiders, %d failed" % (helped, stopped, outside, failed))
sys.exit(failed > 0 or helped == 0 or outside == 0)
PYTHON
    echo "[       OK ] remedies"
else
    echo "[  FAILED  ] remedies"
    exit 1
fi
