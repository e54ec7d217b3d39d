#!/bin/bash
# Whole-program runs on samples/, compared byte by byte with tests/golden/expected/. UPDATE=1 writes those files anew: read the
# difference before you commit it.
# usage: tests/golden/samples.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
expected=tests/golden/expected
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SOURCE_DATE_EPOCH=1767225600 NO_COLOR=1 LC_ALL=C.UTF-8
unset ROLECHAIN_DB
failed=0

# check NAME STATUS ARGUMENT…; PAGE=FILE is compared instead of expected/NAME.
check() {
    local name=$1 wanted=$2 status=0 page=${PAGE:-$expected/$1}
    shift 2
    "$rolechain" "$@" >"$scratch/raw" 2>&1 || status=$?
    sed "s|$scratch|SCRATCH|g" "$scratch/raw" >"$scratch/$name"
    [ -z "${UPDATE:-}" ] || cp "$scratch/$name" "$page"
    if [ "$status" -eq "$wanted" ] && diff -u "$page" "$scratch/$name" >"$scratch/difference"; then
        echo "[       OK ] $name"
    else
        echo "rolechain $*: status $status, expected $wanted"
        head -40 "$scratch/difference"
        echo "[  FAILED  ] $name"
        failed=1
    fi
}

check findings.txt 0 findings --from samples
check findings.json 0 findings --from samples --format json
check findings-patches.txt 1 findings --from samples --only trust-account-overbroad --patches --fail-on high
check findings-patches-dir.txt 0 findings --from samples --only trust-account-overbroad --only trust-public --patches-dir "$scratch/patches"
check findings-table.txt 0 findings --from samples --only trust-account-overbroad
check findings-list.txt 0 findings --list
PAGE=analyzer/findings/README.md check findings-page 0 findings --list --format markdown
check findings-describe.txt 0 findings --describe trust-public
check findings-unknown.txt 2 findings --from samples --only trust-pubic
check who-can.txt 0 who-can production/administrator --from samples
check who-can.json 0 who-can production/administrator --from samples --format json
check who-can-direct.txt 0 who-can app-deploy --direct --from samples
check who-can-outside.txt 0 who-can vendor-monitoring --from-outside --from samples
check who-can-outside-provider.txt 0 who-can production/administrator --from-outside --from samples
check who-can-outside-provider.json 0 who-can production/administrator --from-outside --from samples --format json
check who-can-nobody.txt 1 who-can old-pipeline --from samples
check who-can-control.txt 0 who-can production/administrator --control --from samples
check reach-control.json 0 reach production/OrganizationAccountAccessRole --control --direct --from samples --format json
check paths-control.txt 0 paths 111122223333/olivia production/administrator --control --from samples
check graph-control.dot 0 graph --from samples --focus production/administrator --hops 1 --control
check reach.txt 0 reach tooling/alice --from samples
check reach.json 0 reach tooling/build-runner --from samples --format json
check reach-unknown-service.txt 1 reach codbuild.amazonaws.com --from samples
check reach-nothing.txt 1 reach tooling/carol --from samples
check paths.txt 0 paths tooling/ci-preview production/administrator --from samples
check paths.json 0 paths tooling/ci-preview production/administrator --from samples --format json
check paths-all.txt 0 paths '*' demo-public --all --from samples
check paths-none.txt 1 paths tooling/carol production/administrator --from samples
check explain-allowed.txt 0 explain tooling/alice production/app-deploy --from samples
check explain-allowed.json 0 explain tooling/alice production/app-deploy --from samples --format json
check explain-no-trust.txt 1 explain tooling/bob production/app-deploy --from samples
check explain-no-permission.txt 1 explain tooling/carol production/app-deploy --from samples
check explain-no-permission.json 1 explain tooling/carol production/app-deploy --from samples --format json
check explain-boundary.txt 1 explain tooling/nightly-tests production/app-deploy --from samples
check explain-scp.txt 1 explain sandbox/erin production/app-deploy --from samples
check explain-administrator.txt 1 explain sandbox/erin sandbox/old-pipeline --from samples
check explain-vendor.txt 0 explain 777788889999 vendor-monitoring --from samples
check explain-vendor-fixed.txt 0 explain 777788889999 vendor-monitoring --context sts:ExternalId=shop-7f3a91c2 --from samples
check explain-vendor-wrong.txt 1 explain 777788889999 vendor-monitoring --context sts:ExternalId=guess --from samples
check explain-vendor-absent.txt 1 explain 777788889999 vendor-monitoring --absent sts:ExternalId --from samples
check explain-root-user.txt 1 explain arn:aws:iam::033344445555:root production/app-deploy --from samples
check explain-actions.txt 1 explain tooling/alice production/app-deploy --action sts:AssumeRole --action sts:TagSession --from samples
check explain-chain.txt 1 explain tooling/build-runner production/administrator --from samples
check explain-chain.json 1 explain tooling/build-runner production/administrator --from samples --format json
check explain-chain-conditional.txt 1 explain arn:aws:iam::033344445555:oidc-provider/token.actions.githubusercontent.com production/administrator --context token.actions.githubusercontent.com:aud=sts.amazonaws.com --from samples
check explain-chain-action.txt 1 explain tooling/build-runner production/administrator --action sts:TagSession --from samples
check explain-account-nobody.txt 1 explain 033344445555 production/administrator --from samples
check name-ambiguous.txt 2 who-can OrganizationAccountAccessRole --from samples
check name-unknown.txt 2 who-can app-deplay --from samples
check name-user.txt 2 who-can tooling/alice --from samples
check name-unknown-arn.txt 2 who-can arn:aws:iam::444455556666:role/app-deplay --from samples
check status.txt 0 status --from samples/accounts/555566667777/get-account-authorization-details.json
check exposure.txt 0 exposure --from samples
check exposure.json 0 exposure --from samples --target production --format json
check exposure-control.txt 0 exposure --from samples --control --top 5
check exposure-usage.txt 2 exposure --from samples --top -1
check administrators.txt 0 administrators --from samples
check administrators.json 0 administrators --account sandbox --control --format json --from samples
check administrators-unknown.txt 2 administrators --account nowhere --from samples
check chokepoints.txt 0 chokepoints --from samples
check chokepoints.json 0 chokepoints --from samples --top 1 --format json
check chokepoints-role.txt 0 chokepoints --target app-deploy --target production/administrator --source user --source role --from samples
check chokepoints-account.txt 0 chokepoints --target production --top 2 --from samples
check chokepoints-unit.txt 0 chokepoints --target ou-ex4m-c0re0001 --source outside --source service --from samples
check chokepoints-nobody.txt 1 chokepoints --target old-pipeline --from samples
check graph.dot 0 graph --from samples
check graph-focus.dot 0 graph --from samples --focus production/app-deploy --hops 2
check graph-focus-account.mermaid 0 graph --from samples --focus tooling --format mermaid
# The picture in the README is current: coordinates apart, which differ from one Graphviz to the next (make picture).
"$rolechain" graph --from samples --view paths -q -o "$scratch/samples.svg"
unplaced() { sed -E 's/ (d|x|y|width|height|viewBox|transform)="[^"]*"//g' "$1"; }
if diff <(unplaced docs/samples.svg) <(unplaced "$scratch/samples.svg") >"$scratch/difference"; then
    echo "[       OK ] docs/samples.svg"
else
    head -40 "$scratch/difference"
    echo "[  FAILED  ] docs/samples.svg is not what the program draws: make picture"
    failed=1
fi
check who-can.mermaid 0 who-can production/administrator --from samples --format mermaid
check reach.mermaid 0 reach ci-preview --from samples --format mermaid
check paths.mermaid 0 paths codebuild.amazonaws.com production/administrator --all --from samples --format mermaid
check graph-control.mermaid 0 graph --from samples --control --format mermaid
check graph-accounts.mermaid 0 graph --from samples --view accounts --format mermaid
check graph-matrix.csv 0 graph --from samples --view matrix --format csv
check graph-paths.mermaid 0 graph --from samples --view paths --format mermaid
check status.json 0 status --from samples --format json
check load.txt 0 load -d "$scratch/x.db" --all-files samples/accounts samples/org
check load-again.txt 0 load -d "$scratch/x.db" samples/accounts samples/org
# Of the report the data without findings, which are those of findings.json: a browser compares them, and tests looks and
# scripts (tests/browser).
"$rolechain" report --from samples -q -o "$scratch/report.html"
sed -n 's|.*id="data">\(.*\)</script>$|\1|p' "$scratch/report.html" | sed -e 's/"loaded":"[^"]*"/"loaded":"NOW"/' \
    -e 's/"version":"[^"]*"/"version":"0"/' -e 's/,"\([a-z_]*\)":\([[{]\)/,\n"\1":\2/g' -e 's/},{/},\n{/g' |
    sed '/^"rules":/,/^"about":/{/^"about":/!d}' >"$scratch/report.json"
[ -z "${UPDATE:-}" ] || cp "$scratch/report.json" "$expected/report-data.txt"
if diff -u "$expected/report-data.txt" "$scratch/report.json" >"$scratch/difference"; then
    echo "[       OK ] report-data.txt"
else
    head -40 "$scratch/difference"
    echo "[  FAILED  ] report-data.txt"
    failed=1
fi
check help.txt 0 --help
check help-explain.txt 0 explain --help
check help-chokepoints.txt 0 chokepoints --help
exit $failed
