#!/bin/bash
# Two states of the samples compared: widened and narrowed trust policies, roles that come and go, exports that are there once. UPDATE=1
# writes the expected files anew: read the difference before you commit it.
# usage: tests/golden/diff.sh ROLECHAIN
set -u
case $1 in /*) ;; *) set -- "$PWD/$1" ;; esac
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
# shellcheck source=tests/golden/expect.bash
. tests/golden/expect.bash
export SOURCE_DATE_EPOCH=1767225600
cp -r "$root/samples" old || exit 1
details=get-account-authorization-details.json

# state NAME FILE SED…: the samples with one file edited.
state() {
    local name=$1 file=$2
    shift 2
    [ -d "$name" ] || cp -r old "$name"
    sed -i "$@" "$name/$file"
}

# A stranger in place of the hub, bob in place of alice, no external ID any more.
for file in "$details" list-roles.json; do
    state new "accounts/444455556666/$file" \
        -e 's|arn:aws:iam::222233334444:role/automation-hub|arn:aws:iam::777788889999:root|' \
        -e 's|033344445555:user/alice|033344445555:user/bob|' -e 's|"sts:ExternalId": "shop-7f3a91c2"|"aws:ResourceAccount": "444455556666"|'
done
check diff.txt 1 diff old new --fail-on gained
check diff.json 0 diff old new --format json
check diff.md.txt 0 diff old new --format markdown
check diff-back.txt 0 diff new old --no-findings
check diff-same.txt 0 diff old old --fail-on gained --fail-on findings
expect fails-on-administrators 1 "Access gained" diff old new --fail-on gained-admin
expect fails-on-outsiders 1 "Access gained" diff old new --fail-on gained-outside
expect fails-on-findings 1 "Access gained" diff old new --fail-on findings=high
expect does-not-fail-on-what-is-lost 0 "No access gained" diff old old --fail-on gained
expect does-not-fail-below-a-severity 0 "5 findings opened" diff new old --fail-on findings=critical

# Databases answer as their exports do, older ones in a copy.
"$rolechain" load -q -d old.db old >/dev/null 2>&1 && "$rolechain" load -q -d new.db new >/dev/null 2>&1
"$rolechain" diff old new --format json 2>/dev/null | sed -e '/"old":/d' -e '/"new":/d' >exports.json
"$rolechain" diff old.db new.db --format json 2>/dev/null | sed -e '/"old":/d' -e '/"new":/d' >databases.json
cmp -s exports.json databases.json
verdict databases-answer-as-exports $?
expect the-same-database-twice 0 "No access gained" diff new.db new.db --fail-on gained
if command -v sqlite3 >/dev/null; then
    cp old.db older.db
    sqlite3 older.db 'ALTER TABLE managed_policy DROP COLUMN versions; DROP VIEW assumable; PRAGMA user_version = 12'
    cp older.db before.db
    "$rolechain" diff older.db new.db --format json 2>/dev/null | sed -e '/"old":/d' -e '/"new":/d' >older.json
    cmp -s older.json databases.json && cmp -s older.db before.db
    verdict an-older-database-is-brought-up-in-a-copy $?
fi

# The same in other words: white space, Sids, order, file names.
if command -v python3 >/dev/null; then
    cp -r old reworded
    python3 - reworded <<'PYTHON'
import json, os, sys
count = 0
def rewrite(value):
    global count
    if isinstance(value, dict):
        value = {k: rewrite(v) for k, v in reversed(list(value.items()))}
        if "Effect" in value:
            count += 1
            value["Sid"] = "Other%d" % count
        return value
    if isinstance(value, list):
        return [rewrite(v) for v in (reversed(value) if all(isinstance(v, str) for v in value) else value)]
    return value
for folder, _, files in os.walk(sys.argv[1] + "/accounts"):
    for name in files:
        path = os.path.join(folder, name)
        value = json.load(open(path))
        os.unlink(path)
        json.dump(rewrite(value), open(os.path.join(folder, "x-" + name), "w"))
PYTHON
    expect other-words-are-no-difference 0 "No access gained" diff old reworded --fail-on gained --fail-on findings
    ! grep -q "Changed in the exports" out
    verdict other-words-are-no-change $?
    "$rolechain" diff old new -o out.sarif 2>/dev/null && python3 - <<'PYTHON'
import json
run = json.load(open("out.sarif"))["runs"][0]
results = run["results"]
assert results and all(r["ruleId"] in [x["id"] for x in run["tool"]["driver"]["rules"]] for r in results)
assert {r["properties"]["severity"] for r in results} >= {"high"}
opened = json.load(open("diff.json"))["findings"]["opened"]
assert [r["partialFingerprints"]["rolechain/v1"] for r in results] == [f["fingerprint"] for f in opened]
PYTHON
    verdict sarif-holds-what-was-opened $?
fi

# Roles that go, come, and come again; accounts that leave, and those of which nobody knows.
state recreated "accounts/444455556666/$details" -e 's|AROAAPPDEPLOY[0-9A-Z]*|AROAANOTHERDEPLOY0001|'
sed -i 's|AROAAPPDEPLOY[0-9A-Z]*|AROAANOTHERDEPLOY0001|' recreated/accounts/444455556666/list-roles.json
expect created-again 0 "role app-deploy in 444455556666 (production) was deleted and created again" diff old recreated
cp -r old fewer && rm -r fewer/accounts/033344445555
expect an-account-of-one-export 0 "account 033344445555 (tooling) is exported in OLD only" diff old fewer
expect what-is-not-compared-comes-first 0 "1 account could not be compared (see below): what follows says nothing about it." diff old fewer
[ "$(head -n 1 out)" = "1 account could not be compared (see below): what follows says nothing about it." ]
verdict it-is-the-first-line $?
expect nothing-gained-in-what-was-compared 0 "No access gained in what was compared" diff old fewer --format markdown
expect what-is-unknown-is-not-lost 0 "No access lost" diff old fewer --no-findings
expect what-is-unknown-is-not-gained 0 "No access gained" diff fewer old --no-findings
if command -v python3 >/dev/null; then
    cp -r fewer left
    python3 - left/org/list-accounts*.json <<'PYTHON'
import json, sys
for path in sys.argv[1:]:
    value = json.load(open(path))
    value["Accounts"] = [a for a in value["Accounts"] if a["Id"] != "033344445555"]
    json.dump(value, open(path, "w"))
PYTHON
    expect who-left-the-organization-has-lost 0 "left the organization" diff old left --no-findings
    expect who-joined-the-organization-has-gained 1 "joined the organization" diff left old --no-findings --fail-on gained
fi
cp -r old elsewhere
organization=$(grep -oh 'o-[a-z0-9]\{10,32\}' old/org/describe-organization.json | head -1)
find elsewhere -name '*.json' -exec sed -i "s|$organization|o-another00org|g" {} +
expect another-organization 0 "exports of different organizations" diff old elsewhere --no-findings

# What cannot be read, and what cannot be asked.
expect no-such-database 2 "nowhere.db" diff old nowhere.db
echo nothing >nothing.txt
expect no-export 2 "nothing.txt" diff old nothing.txt
head -c 3000 old.db >cut.db
expect a-damaged-database 2 "cut.db" diff cut.db old.db
expect two-are-needed 2 "an argument is missing" diff old
expect unknown-reason-to-fail 2 'not "gain"; did you mean gained?' diff old new --fail-on gain
expect unknown-severity 2 'not "findings=hihg"' diff old new --fail-on findings=hihg
expect findings-that-are-left-out 2 "--no-findings" diff old new --no-findings --fail-on findings
expect sarif-without-findings 2 "--no-findings" diff old new --no-findings --format sarif
expect no-database-option 2 "no option" diff old new -d old.db
expect an-input-is-no-output 2 "an input of this command" diff old.db new.db --format text -o new.db
expect unknown-format 2 "csv" diff old new --format csv

# Public policies, where they are at hand: nothing changed, and one trust policy did.
public=$root/../shared/data/awscli-v2
if [ -d "$public" ]; then
    expect public-exports-twice 0 "No access gained" diff "$public" "$public" --keep-going --no-findings --fail-on gained
else
    echo "[  SKIPPED ] public-exports"
fi
exit $failed
