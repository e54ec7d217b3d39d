#!/bin/bash
# findings narrowed by --top, --account, --ou and --role: what is shown, what is counted, what a baseline of it holds.
# usage: tests/golden/narrow.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
# 2026-01-01
export SOURCE_DATE_EPOCH=1767225600
"$rolechain" load -q -d samples.db "$samples" >/dev/null

run+=(findings -d samples.db)

# of COLUMN ARGUMENT…: what stands in that column of the table, each once.
of() {
    local column=$1
    shift
    "$rolechain" findings -q -d samples.db --format csv "$@" | tail -n +2 | cut -d, -f"$column" | tr -d '="' | sort -u | paste -sd' '
}

# same NAME WANTED GOT
same() {
    [ "$2" = "$3" ] || echo "expected \"$2\", not \"$3\""
    [ "$2" = "$3" ]
    verdict "$1" $?
}

count() {
    "$rolechain" findings -q -d samples.db --format csv "$@" | tail -n +2 | wc -l
}

# ---- accounts

for name in 033344445555 tooling; do
    same "account-$name" 033344445555 "$(of 3 --account "$name")"
done
same accounts-add-up '033344445555 555566667777' "$(of 3 --account tooling --account sandbox)"
expect account-unknown 2 'no account "prodution" in the export; did you mean "production"?' --account prodution
expect account-that-a-policy-names 2 'no account "777788889999"' --account 777788889999
expect account-list-is-no-list 2 'no account "tooling,sandbox"' --account tooling,sandbox
# An account may be given to exports that do not name theirs, and is the one that is shown.
role='{"RoleName":"Open","Path":"/","Arn":"arn:aws:iam::111122223333:role/Open","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}'
printf '{"Roles":[%s]}' "$role" >roles.json
expect account-of-exports 0 'role Open' --from roles.json --account 111122223333

# ---- organizational units

same unit-by-name 444455556666 "$(of 3 --ou Production)"
same unit-by-id 444455556666 "$(of 3 --ou ou-ex4m-pr0d0001)"
same unit-by-path 444455556666 "$(of 3 --ou Workloads/Production)"
same unit-by-path-of-ids 444455556666 "$(of 3 --ou o-example4cme/r-ex4m/ou-ex4m-w0rk0001/ou-ex4m-pr0d0001/)"
same unit-and-what-is-below "$(of 3 --account production)" "$(of 3 --ou Workloads)"
same unit-and-account '444455556666 555566667777' "$(of 3 --ou Workloads --account sandbox)"
expect unit-unknown 2 'no organizational unit "Prodution" in the export; did you mean "Production"?' --ou Prodution
expect unit-elsewhere 2 'no organizational unit "Core/Production"' --ou Core/Production
expect unit-without-an-organization 2 'no organizational units in the export' --from roles.json --ou Production

# ---- roles

expect role-that-a-chain-passes 0 'chain-from-outside' --role automation-hub --format csv
expect role-and-account 0 '0 findings' --role automation-hub --account sandbox
same role-of-a-policy-that-it-holds arn:aws:iam::033344445555:role/build-runner \
    "$(of 4 --role tooling/build-runner --only assume-any-role)"
expect role-unknown 2 'role "administratr" not found; did you mean "administrator"' --role administratr
expect role-that-is-a-user 2 'is a user: only roles can be assumed' --role tooling/alice
# A bare name is all roles of that name.
[ "$(of 3 --role OrganizationAccountAccessRole | wc -w)" -gt 1 ]
verdict role-of-all-accounts $?

# ---- the most dangerous

all=$(count)
same top "$(count --top 3)" 3
same top-of-none "$(count --top 0)" "$all"
same top-of-more "$(count --top 1000)" "$all"
"$rolechain" findings -q -d samples.db --format csv | head -4 >first
"$rolechain" findings -q -d samples.db --format csv --top 3 | cmp -s first -
verdict top-are-the-first $?
expect top-says-what-is-left-out 0 "The first 3 of $all findings; --top 0 shows all" --top 3
expect top-in-csv-says-so 0 "showing 3 of $all findings; --top 0 shows all" --top 3 --format csv
expect top-in-markdown 0 "Showing 3 of $all findings" --top 3 --format markdown
expect top-in-json 0 "\"left_out\": {\"top\": $((all - 3)), \"narrowed\": 0}" --top 3 --format json
expect top-is-a-number 2 '--top takes a number' --top few
expect top-with-patches 0 'The first 1 of' --top 1 --patches

# ---- what is counted

expect gate-counts-all 1 critical --fail-on critical
expect gate-counts-what-is-shown 0 '' --fail-on critical --account production
expect gate-counts-the-top 0 '' --fail-on critical --account production --top 1
expect narrowed-says-what-is-left-out 0 'more outside --account, --ou and --role' --account production
expect narrowed-in-json 0 '"narrowed": ' --account production --format json
for format in text json sarif csv junit markdown; do
    expect "narrowed-in-$format" 0 demo-public --account sandbox --format "$format" -q
    "$rolechain" findings -q -d samples.db --account sandbox --format "$format" | grep -q 'role/vendor-monitoring'
    verdict "narrowed-in-$format-to-it" $((1 - $?))
done

# ---- baselines

"$rolechain" findings -q -d samples.db --write-baseline all.json >/dev/null
entries() {
    grep -c '"fingerprint"' "$1"
}
expect baseline-of-a-narrowed-run-says-so 0 'of this narrowed run; all others will be reported as new' \
    --account sandbox --write-baseline sandbox.json
same baseline-of-a-narrowed-run "$(count --account sandbox)" "$(entries sandbox.json)"
same baseline-leaves-the-others "$((all - $(entries sandbox.json)))" "$(count --baseline sandbox.json)"
# Written over the old one, a narrowed run changes its part alone.
cp all.json kept.json
expect baseline-rewritten 0 'in the baseline' --account sandbox --baseline kept.json --write-baseline kept.json
cmp -s all.json kept.json
verdict baseline-rewritten-holds-the-others $?
expect baseline-not-gone 0 'in the baseline' --account sandbox --baseline all.json
grep -q 'not there' out
verdict baseline-of-others-is-not-gone $((1 - $?))
# Slice by slice: what is known does not count among the top.
"$rolechain" findings -q -d samples.db --top 5 --write-baseline slice.json >/dev/null
same slice 5 "$(entries slice.json)"
same next-slice 5 "$(count --top 5 --baseline slice.json)"
"$rolechain" findings -q -d samples.db --top 5 --baseline slice.json --write-baseline slice.json >/dev/null
same both-slices 10 "$(entries slice.json)"
exit $failed
