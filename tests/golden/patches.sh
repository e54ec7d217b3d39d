#!/bin/bash
# findings --patches-dir: each patch in a file of its own, the index that lists them, and that nothing else is touched.
# usage: tests/golden/patches.sh ROLECHAIN
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
export SOURCE_DATE_EPOCH=1767225600
ln -s "$root/samples" samples

# holds NAME CONDITION…: whether the condition holds.
holds() {
    local name=$1 status=0
    shift
    "$@" || status=1
    verdict "$name" "$status"
}
# The files that the index of a folder lists, and those that are there beside it.
listed() { sed -n 's/^ *"file": "\(.*\)",$/\1/p' "$1/index.json" | sort; }
there() { find "$1" -mindepth 1 -printf '%f\n' | grep -vx index.json | sort; }
all_listed() { [ "$(listed "$1")" = "$(there "$1")" ]; }

# ---- what is written
expect written 0 'tested patches written to all; index.json there lists them' findings --from samples --patches-dir all
holds all-are-listed all_listed all
[ -z "${UPDATE:-}" ] || cp all/index.json "$root/tests/golden/expected/patches-index.json"
holds index-as-expected diff -u "$root/tests/golden/expected/patches-index.json" all/index.json
holds there-are-many [ "$(listed all | wc -l)" -gt 10 ]
for name in $(listed all); do
    grep -qF "all/$name" out || echo "$name"
done >untold
holds those-shown-name-their-files [ "$(wc -l <untold)" -lt "$(listed all | wc -l)" ]
"$rolechain" findings --from samples -q --top 0 --patches-dir each >out 2>errors
for name in $(listed each); do
    grep -qF "each/$name" out || echo "$name"
done >untold
holds each-is-named-in-the-text [ ! -s untold ]
holds quiet-says-nothing [ ! -s errors ]
holds same-files-however-they-are-shown diff -r all each
"$rolechain" findings --from samples -q --format json --patches-dir json/ >findings.json
holds same-files-of-json diff -r all json
holds json-names-them [ "$(sed -n 's|^ *"file": "json/\(.*\)"$|\1|p' findings.json | sort)" = "$(listed all)" ]
if command -v python3 >/dev/null; then
    python3 - <<'P'
import json
findings = {f["fingerprint"]: f for f in json.load(open("findings.json"))["findings"]}
for row in json.load(open("json/index.json"))["patches"]:
    finding = findings[row["fingerprint"]]
    style = [s for s, n in finding["patch_notes"].items() if n["file"] == "json/" + row["file"]]
    assert len(style) == 1, row
    assert json.load(open("json/" + row["file"])) == finding["patch"][style[0]], row
    assert row.get("apply", "file://" + row["file"]).endswith("file://" + row["file"]), row
P
    verdict files-are-the-patches-of-json $?
else
    echo '[  SKIPPED ] files-are-the-patches-of-json: python3 is missing'
fi
expect fail-on-counts 1 'written to strict' findings --from samples --fail-on high --patches-dir strict
expect only-those-shown 0 'written to top' findings --from samples --top 3 --patches-dir top
holds only-those-shown-are-listed [ "$(listed top | wc -l)" -lt "$(listed all | wc -l)" ]
holds only-those-shown-are-there all_listed top
expect none 0 'no tested patch for these findings; none/index.json is an empty list' \
    findings --from samples --only analysis-incomplete --patches-dir none
holds none-has-an-index [ "$(there none)$(tr -d ' \n' <none/index.json)" = '{"rolechain":1,"patches":[]}' ]

# ---- where it is written
mkdir empty && chmod 750 empty
expect empty-folder 0 'written to empty' findings --from samples --patches-dir empty
holds empty-folder-keeps-its-mode [ "$(stat -c %a empty)" = 750 ]
ln -s behind way && mkdir behind
expect through-a-link 0 'written to way' findings --from samples --patches-dir way
holds through-a-link-is-there diff -r all behind
cp -r all before
expect again 2 '--patches-dir all: it is not empty; name a new or an empty folder' findings --from samples --patches-dir all
holds again-changes-nothing diff -r before all
mkdir exports && cp samples/accounts/555566667777/*.json exports/
cp -r exports kept
expect exports 2 'it is not empty' findings --from exports --patches-dir exports
holds exports-are-as-before diff -r kept exports
echo text >file
expect file 2 'it is a file' findings --from samples --patches-dir file
expect below-a-file 2 'a part of its path is a file' findings --from samples --patches-dir file/x
expect nowhere 2 'its folder does not exist' findings --from samples --patches-dir no/where
ln -s gone dangling
expect dangling-link 2 '--patches-dir dangling: not found' findings --from samples --patches-dir dangling
expect no-name 2 'it has no name' findings --from samples --patches-dir ''
holds file-is-as-before [ "$(cat file)" = text ]

# ---- failures leave nothing
# shellcheck disable=SC2016 # the inner shell expands it
run=(bash -c '(ulimit -f 1; exec "$0" "$@" 2>&1) | cat; exit "${PIPESTATUS[0]}"' "$rolechain")
expect full-disk 3 'full: could not be written: ' findings --from samples --patches-dir full
run=("$rolechain")
holds full-disk-leaves-nothing [ ! -e full ]
mkdir room
# shellcheck disable=SC2016
run=(bash -c '(ulimit -f 1; exec "$0" "$@" 2>&1) | cat; exit "${PIPESTATUS[0]}"' "$rolechain")
expect full-disk-empty-folder 3 'room: could not be written: ' findings --from samples --patches-dir room
run=("$rolechain")
holds full-disk-leaves-the-folder-empty [ -z "$(ls -A room)" ]
expect unread-export 2 'rolechain: ' findings --from file --patches-dir unread
holds unread-export-leaves-nothing [ ! -e unread ]
mkfifo pipe
timeout --preserve-status -k 20 -s INT 0.3 "$rolechain" findings --from pipe --patches-dir stopped 2>errors
holds interrupted [ "$?" -eq 130 -a ! -e stopped ]

# ---- names from hostile exports
# role NAME: it trusts anyone.
role() {
    printf '{"Path":"/","RoleName":"%s","RoleId":"AROA0000000000000","Arn":"arn:aws:iam::111122223333:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]},"RolePolicyList":[],"AttachedManagedPolicies":[],"InstanceProfileList":[],"Tags":[],"CreateDate":"2024-01-01T00:00:00Z"}' "$1" "$1"
}
printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[%s,%s,%s,%s,%s,%s]}' "$(role '../../../escape')" \
    "$(role '..')" "$(role 'a\u001b[31m\n\u202eb')" "$(role "it's \$(touch owned);é")" "$(role Deploy)" "$(role deploy)" >hostile.json
mkdir -p deep/er
"$rolechain" findings --from hostile.json -q --only trust-public --patches-dir deep/er/patches >out 2>&1
holds hostile-names-are-listed all_listed deep/er/patches
holds hostile-names-give-patches [ "$(listed deep/er/patches | wc -l)" -ge 4 ]
holds hostile-names-stay-inside [ "$(find deep -newer hostile.json -type f | wc -l)" = "$(find deep/er/patches -type f | wc -l)" ]
holds hostile-names-are-plain [ -z "$(there deep/er/patches | LC_ALL=C grep -v '^111122223333-[A-Za-z0-9._+=,@-]*\.json$')" ]
holds no-two-differ-in-case-alone [ -z "$(there deep/er/patches | tr A-Z a-z | sort | uniq -d)" ]
exit "$failed"
