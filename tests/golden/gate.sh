#!/bin/bash
# findings as a gate: exit statuses, ignore files, baselines; and the same bytes however it is run.
# usage: tests/golden/gate.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
# 2026-01-01
export SOURCE_DATE_EPOCH=1767225600

run+=(findings)

role() {
    printf '{"RoleName":"%s","Path":"/","RoleId":"AROA%s000000000000","Arn":"arn:aws:iam::111122223333:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}' "$1" "$1" "$1"
}
printf '{"RoleDetailList":[%s]}' "$(role Open)" >one.json
printf '{"RoleDetailList":[%s,%s]}' "$(role Open)" "$(role Wide)" >two.json
open=arn:aws:iam::111122223333:role/Open
only="--only trust-public --fail-on high"

# ---- the gate

expect passes-without-a-gate 0 '1 critical' --from one.json --only trust-public
expect gate-at-the-severity 1 '1 critical' --from one.json --only trust-public --fail-on critical
expect gate-sees-what-is-shown 0 '0 findings' --from one.json --skip trust-public --min-severity high --fail-on low
expect gate-in-every-format 1 '"critical"' --from one.json $only --format sarif

# ---- the ignore file

ignore() {
    printf '%s\n' "$@" >ignore
}
ignore '# accepted' '' "trust-public $open because it is a workshop"
expect suppressed 0 '1 more accepted by the ignore file' --from one.json $only --ignore-file ignore
expect suppressed-but-not-the-other 1 'role Wide' --from two.json $only --ignore-file ignore
expect suppressed-in-json 0 '"reason": "it is a workshop"' --from one.json $only --ignore-file ignore --format json
expect suppressed-in-sarif 0 '"justification": "it is a workshop"' --from one.json $only --ignore-file ignore --format sarif
expect suppressed-in-csv 0 ',it is a workshop' --from one.json $only --ignore-file ignore --format csv
expect suppressed-in-junit 0 '<skipped message="it is a workshop"/>' --from one.json $only --ignore-file ignore --format junit
expect suppressed-in-markdown 0 '1 suppressed by the ignore file' --from one.json $only --ignore-file ignore --format markdown
ignore 'trust-public arn:aws:iam::*:role/O?en until 2026-01-01 because of a pattern, on its last day'
expect suppressed-by-pattern 0 '1 more accepted' --from one.json $only --ignore-file ignore
ignore 'trust-public 111122223333 until 2025-12-31 because it was fine'
expect expired 1 'ignore:1: expired on 2025-12-31' --from one.json $only --ignore-file ignore
expect expired-quietly 1 'role Open' --from one.json $only --ignore-file ignore --quiet
ignore 'trust-public 111122223333 because the account is a playground'
expect suppressed-by-account 0 '2 more accepted' --from two.json $only --ignore-file ignore
ignore 'trust-public 11112222333 because the number is wrong'
expect matches-nothing 1 'ignore:1: matches no finding: trust-public 11112222333' --from one.json $only --ignore-file ignore
expect matches-nothing-of-what-is-not-shown 0 'ignore:1: matches no finding' --from one.json --only trust-self --ignore-file ignore
# A line about what is not shown is of use as it is.
for line in "trust-public $open because it is a workshop" 'trust-public because of nothing'; do
    ignore "$line"
    expect suppressed-and-not-shown 0 '0 findings' --from one.json --only trust-self --ignore-file ignore
    grep -q 'matches no finding' out
    verdict suppression-not-shown-is-of-use $((1 - $?))
    expect suppressed-and-skipped 0 'findings' --from one.json --skip trust-public --ignore-file ignore
    grep -q 'matches no finding' out
    verdict suppression-skipped-is-of-use $((1 - $?))
done
fingerprint=$("$rolechain" findings -q --from one.json --only trust-public --write-baseline - | sed -n 's/.*"fingerprint": "\(.*\)".*/\1/p')
ignore "$fingerprint because it is this one"
expect suppressed-by-fingerprint 1 '1 more accepted' --from two.json $only --ignore-file ignore
expect fingerprint-not-shown 0 '0 findings' --from two.json --only trust-self --ignore-file ignore
grep -q 'matches no finding' out
verdict fingerprint-not-shown-is-of-use $((1 - $?))
ignore "trust-public because $open"
expect suppressed-for-all 0 '2 more accepted' --from two.json $only --ignore-file ignore
printf '\xef\xbb\xbftrust-public because Windows wrote it\r\n' >ignore
expect suppressed-by-windows 0 '1 more accepted' --from one.json $only --ignore-file ignore
expect suppressed-by-stdin 0 '1 more accepted' --from one.json $only --ignore-file - <ignore
expect no-ignore-file 2 'nowhere: not found' --from one.json --ignore-file nowhere

# broken NAME LINE WORDS: the second line of a file, and what is said of it
broken() {
    ignore '# accepted' "$2"
    expect "broken-$1" 2 "$3" --from one.json --ignore-file ignore
}
broken no-reason "trust-public $open" 'ignore:2: no reason given'
broken empty-reason 'trust-public because  ' 'ignore:2: no reason given after "because"'
broken unknown-id 'trust-pubic because x' 'ignore:2: no finding "trust-pubic"; did you mean trust-public?'
broken unknown-code 'policy-grammar/nope because x' 'ignore:2: policy-grammar has no sub-code "nope"'
broken no-such-day 'trust-public until 2026-02-30 because x' 'ignore:2: expected a date after "until"'
broken no-day 'trust-public until because x' 'ignore:2: expected a date after "until"'
broken unknown-word "trust-public $open for now because x" 'ignore:2: expected ID'
printf 'trust-public because \xff\n' >ignore
expect broken-encoding 2 'not a text file' --from one.json --ignore-file ignore

echo 'trust-public because of the default' >.rolechainignore
expect default-ignore-file 0 '1 more accepted' --from one.json $only
expect another-ignore-file 1 'role Open' --from one.json $only --ignore-file /dev/null
expect baseline-without-suppressed 0 '"baseline": []' --from one.json --only trust-public --write-baseline -
rm .rolechainignore

# ---- baselines

"$rolechain" findings -q --from one.json --only trust-public --write-baseline known.json >/dev/null
expect baseline 0 '1 more in the baseline' --from one.json $only --baseline known.json
expect baseline-and-what-is-new 1 'role Wide' --from two.json $only --baseline known.json
for words in '"id": "trust-public"' '"severity": "critical"' "\"resource\": \"$open\"" '"detail": "Any principal' ; do
    grep -qF "$words" known.json || { echo "$words is not in the baseline"; failed=1; }
done
sed 's/"fingerprint": "....\(.*\)"/"fingerprint": "0000\1"/' known.json >old.json
expect baseline-entry-gone 1 '1 finding in the baseline is gone' --from one.json $only --baseline old.json
expect baseline-whatever-is-shown 0 '0 findings' --from one.json --skip trust-public --min-severity high --baseline known.json
grep -q 'not there' out
verdict baseline-entry-not-shown-is-not-gone $((1 - $?))
expect baseline-entry-not-shown-and-gone 0 '1 finding in the baseline is gone' --from one.json --only trust-self --baseline old.json
"$rolechain" load -q -d one.db one.json >/dev/null
"$rolechain" findings -q -d one.db --only trust-public --store >/dev/null &&
    [ "$(sqlite3 one.db 'SELECT group_concat(DISTINCT id) FROM finding')" = trust-public ]
verdict stores-what-is-shown $?
echo '{"rolechain": 1, "baseline": [{"fingerprint": "00000000000000000000000000000000"}, {"fingerprint": 7}]}' >bad.json
expect baseline-entry 2 'bad.json: /baseline/1: expected' --from one.json --baseline bad.json
echo '{"rolechain": 2, "baseline": []}' >bad.json
expect baseline-version 2 'bad.json: not a baseline' --from one.json --baseline bad.json
printf '{"rolechain": 1,\n "baseline": [' >bad.json
expect baseline-truncated 2 'bad.json:2:' --from one.json --baseline bad.json
expect baseline-not-writable 3 'could not be written' --from one.json --write-baseline nowhere/known.json

[ ! -w /dev/full ] || expect baseline-on-a-full-disk 3 'could not be written' --from one.json --write-baseline /dev/full
[ "$(echo known.json*)" = known.json ]
verdict baseline-leaves-nothing-behind $?

# ---- what docs/ci.md says, as it is written there

mkdir ci && cp -r "$samples" ci/export && cp "$samples/../docs/ci.md" ci/ && grep -v "^never outside" "$samples/rules.txt" >ci/rules.txt && cd ci || exit 1
PATH=$(dirname "$rolechain"):$PATH
export PATH GITHUB_STEP_SUMMARY=$scratch/ci/summary.md
cp ci.md section
"$rolechain" load -q -d main.db export >/dev/null
sed -n 's/^    \(rolechain .*\)/\1/p' section | while read -r line; do
    sh -c "$line" >out 2>&1 || { echo "$line: exit status $?"; head -5 out; exit 1; }
done
verdict readme-commands $?
sed -n 's/^    \([a-z/-]* .* because .*\)/\1/p' section >.rolechainignore
sed -n 's/^ *- run: \(rolechain .*\)/\1/p' section >steps
while read -r line; do
    sh -c "$line" >out 2>&1 || { echo "$line: exit status $?"; head -5 out; exit 1; }
done <steps
verdict readme-workflow $?
[ "$(wc -l <.rolechainignore)" -eq 2 ] && [ "$(wc -l <steps)" -eq 4 ] && grep -q '"2.1.0"' findings.sarif &&
    grep -q '^### rolechain: 0 findings' summary.md
verdict readme-workflow-output $?
cd .. || exit 1

# ---- formats

"$rolechain" findings -q --from one.json -o x.sarif && grep -q '"2.1.0"' x.sarif
verdict suffix-names-the-format $?
expect describe-code 0 'has-prohibited-field-resource' --describe policy-grammar/missing-version
expect describe-unknown-code 2 'did you mean policy-grammar/missing-version?' --describe policy-grammar/mising-version
expect describe-unknown 2 'did you mean trust-public?' --describe trust-pubic
expect list-in-csv 2 'text, json or markdown' --list --format csv
expect list-of-formats 2 'no format "text,json"' --from one.json --format text,json

# The same bytes for any number of threads, any order of files, and from a database.
cd "$samples/.." || exit 1
backwards=$(ls -dr samples/accounts/*/ samples/org | sed 's|/$||; s/^/--from /')
"$rolechain" load -q -d "$scratch/samples.db" samples >/dev/null
for format in text json sarif csv junit markdown; do
    "$rolechain" findings -q --from samples --jobs 1 --format "$format" >"$scratch/a"
    "$rolechain" findings -q --from samples --jobs 4 --format "$format" | cmp -s "$scratch/a" -
    verdict "same-bytes-of-threads-$format" $?
    "$rolechain" findings -q $backwards --format "$format" | cmp -s "$scratch/a" -
    verdict "same-bytes-of-files-$format" $?
    "$rolechain" findings -q -d "$scratch/samples.db" --format "$format" | cmp -s "$scratch/a" -
    verdict "same-bytes-of-a-database-$format" $?
done
if command -v xmllint >/dev/null; then
    "$rolechain" findings -q --from "$samples" --format junit | xmllint --noout -
    verdict junit-is-xml $?
else
    echo "[  SKIPPED ] junit-is-xml"
fi
exit $failed
