#!/bin/bash
# Mistakes that people make (typos, wrong files, wrong flags, wrong order, missing rights), and what is said to each:
# expected/mistakes.txt. UPDATE=1 writes it anew: read each message as somebody who made the mistake. What a message
# suggests is asked, too, and must be accepted.
# usage: tests/golden/mistakes.sh ROLECHAIN
set -u
repository=$(cd "$(dirname "$0")/../.." && pwd)
page=$repository/tests/golden/expected/mistakes.txt
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
export SOURCE_DATE_EPOCH=1767225600
cp -r "$repository/samples" samples
details=samples/accounts/555566667777/get-account-authorization-details.json

# try ARGUMENT…: notes the words, the status and what is said on standard error (the first four lines), and what of it
# on standard output, if the error is said there.
try() {
    local status=0
    "$rolechain" "$@" >said 2>errors || status=$?
    printf '$ rolechain %s\n' "$*"
    head -n 4 errors
    printf '(exit status %d)\n\n' "$status"
    sed -n 's/.*did you mean "\([^"]*\)"?.*/\1/p' errors >>meant
}

{
    # ---- typos
    try who-cna app-deploy
    try who_can app-deploy
    try finding
    try explain-error
    try who-can app-deploy --form samples
    try who-can app-deploy --max-hops two --from samples
    try who-can app-deploy --max-hops 0 --from samples
    try who-can app-deploy --max-hops --from samples
    try who-can app-deploy --format yaml --from samples
    try who-can app-deploy --format JSON --from samples
    try who-can app-deploy -o answer.xlsx --from samples
    try findings -o findings.htm --from samples
    try findings --min-severity hgih --from samples
    try findings --fail-on warning --from samples
    try findings --only trust-pubic --from samples
    try findings --only trust-public,trust-service --from samples
    try findings --top -5 --from samples
    try graph --view path --from samples
    try explain tooling/alice app-deploy --action sts:AssumeRol --from samples
    try explain tooling/alice app-deploy --context ExternalId --from samples
    try explain tooling/alice app-deploy -color never --from samples

    # ---- names
    try who-can app-deplay --from samples
    try who-can App-Deploy --from samples
    try who-can prodution/app-deploy --from samples
    try who-can production/app-deplay --from samples
    try who-can sandbox/app-deploy --from samples
    try who-can 999988887777/app-deploy --from samples
    try who-can OrganizationAccountAccessRole --from samples
    try who-can tooling/alice --from samples
    try who-can "" --from samples
    try who-can arn:aws:iam::444455556666:role/app-deplay --from samples
    try who-can arn:aws:iam::999988887777:role/app-deploy --from samples
    try who-can arn:aws:iam::444455556666:instance-profile/app-deploy --from samples
    try who-can zzz --from samples
    try reach alcie --from samples
    try reach toling --from samples
    try reach 12345678901 --from samples
    try reach tooling/user/alcie --from samples
    try reach user/alcie --from samples
    try reach role/alice --from samples
    try reach arn:aws:iam::033344445555:user/alcie --from samples
    try reach codebuild.amazonws.com --from samples
    try reach token.action.githubusercontent.com --from samples
    try explain app-deploy tooling/alice --from samples
    try explain Anyone demo-public --from samples

    # ---- arguments
    try
    try who-can
    try who-can app-deploy administrator --from samples
    try explain tooling/alice --from samples
    try who-can samples
    try who-can samples/
    try findings samples
    try paths samples app-deploy
    try paths tooling/alice app-deploy --shortest --all --from samples
    try findings production --from samples
    try load
    try load --from samples
    try load samples -d x.db --account 1234
    try load samples -d x.db --account production

    # ---- wrong order, wrong files
    try findings
    try status -d samples
    try status -d "$details"
    try load "$details" -d samples
    try load "$details" -d "$details"
    try load "$details" -d x.db -o "$details"
    "$rolechain" load -q "$details" -d y.db >/dev/null
    try findings --from y.db
    try status -d y.db --format json -o y.db
    try findings --from nowhere
    try findings --from samples/nowhere.json
    mkdir empty
    try load empty -d x.db
    : >empty.json
    try load empty.json -d x.db
    printf 'Roles:\n  - RoleName: x\n' >roles.yaml
    try load roles.yaml -d x.db
    printf 'name,arn\nx,y\n' >roles.csv
    try load roles.csv -d x.db
    printf '<html></html>' >page.html
    try load page.html -d x.db
    head -c 300 "$details" >half.json
    try load half.json -d x.db
    iconv -f UTF-8 -t UTF-16 "$details" | head -c 300 >wide.json
    try load wide.json -d x.db
    gzip -c "$details" | head -c 200 >half.json.gz
    try load half.json.gz -d x.db
    echo '{"Roles": []}' >none.json
    try who-can x --from none.json
    echo '{"Version": "2012-10-17", "Statement": []}' >policy.json
    try load policy.json -d x.db
    echo '{"resources": [], "version": 4, "terraform_version": "1.5.0"}' >terraform.tfstate
    try load terraform.tfstate -d x.db
    try findings --from samples --baseline nowhere.json
    try findings --from samples --baseline "$details"
    try findings --from samples --ignore-file nowhere
    try findings --from samples --known-accounts nowhere
    try findings --from samples --store
    try findings --from samples -o nowhere/findings.json
    try findings --from samples -o samples
    try findings --from samples --patches-dir samples
    try graph --hops 2 --from samples
} >tried

sed "s|$scratch|SCRATCH|g" tried >mistakes.txt
[ -z "${UPDATE:-}" ] || cp mistakes.txt "$page"
diff -u "$page" mistakes.txt
verdict mistakes "$?"
[ "$(grep -c '^\$ rolechain' mistakes.txt)" -ge 60 ]
verdict sixty-mistakes "$?"
! grep -B3 '(exit status [013])' mistakes.txt
verdict mistakes-are-errors "$?"
# ---- what is suggested is accepted
while read -r name; do
    status=0
    "$rolechain" reach "$name" --from samples >/dev/null 2>errors || status=$?
    [ "$status" -lt 2 ]
    verdict "accepted-${name//\//-}" "$?"
done < <(sort -u meant)
# ---- missing rights, which root has
if [ "$(id -u)" -ne 0 ]; then
    chmod 000 half.json
    expect no-right-to-read 2 'permission denied' load half.json -d x.db
    mkdir locked && chmod 500 locked
    expect no-right-to-write 2 'permission denied' findings --from samples -o locked/x.txt
    echo old >kept.txt && chmod 400 kept.txt
    expect read-only-output 2 'permission denied' findings --from samples -o kept.txt
else
    echo "[  SKIPPED ] missing-rights"
fi
exit "$failed"
