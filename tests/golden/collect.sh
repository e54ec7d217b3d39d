#!/bin/bash
# samples/collect.sh against a false aws that answers from samples/: what it writes must be samples/ again.
# usage: collect.sh ROLECHAIN
# shellcheck disable=SC2317,SC2012 # the cases are called by name; account ids hold no odd characters
set -u
rolechain=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
samples=$root/samples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

mkdir "$work/bin"
cat >"$work/bin/aws" <<'AWS'
#!/bin/bash
# The account is that of the profile or of the session's key. Denied calls come from $DENIED ("ACCOUNT CALL").
set -u
service=$1 call=$2 suffix="" query="" output=json
shift 2
case ${AWS_ACCESS_KEY_ID:-} in
KEY-*) account=${AWS_ACCESS_KEY_ID#KEY-} ;;
*) account=${AWS_PROFILE#profile-} ;;
esac
deny() {
    printf '\nAn error occurred (AccessDenied) when calling the %s operation: not authorized\n' "$call" >&2
    exit 254
}
while [ $# -gt 0 ]; do
    case $1 in
    --query) query=$2 && shift ;;
    --output) output=$2 && shift ;;
    --parent-id | --policy-id) suffix=.$2 && shift ;;
    --filter) [ "$service" != organizations ] || suffix=.$2 ;;
    --role-arn) role=${2#arn:aws:iam::} && role=${role%%:*} && shift ;;
    --open-id-connect-provider-arn) suffix=.${2#*/} && shift ;;
    esac
    shift
done
case " ${DENIED:-} " in *" $account/$call "* | *" ${role:-none}/$call "*) deny ;; esac
case $call in
get-caller-identity) [ "$query" = Arn ] && echo "arn:aws:iam::$account:user/audit" || echo "$account" ; exit ;;
assume-role) printf 'KEY-%s\tvery-secret\tsession-token\n' "$role" ; exit ;;
generate-credential-report) echo COMPLETE ; exit ;;
esac
folder=$SAMPLES/accounts/$account
[ "$service" = iam ] || folder=$SAMPLES/org
file=$folder/$call$suffix.json
if [ -e "$file" ]; then
    if [ "$output" = text ]; then
        case $query in
        Accounts*) sed -n 's/^ *"Id": "\(.*\)",/\1/p' "$file" ;;
        *.Arn) sed -n 's/^ *"Arn": "\(.*\)"/\1/p' "$file" ;;
        *) sed -n 's/^ *"Id": "\(.*\)",/\1/p' "$file" | tr '\n' '\t' ; echo ;;
        esac
    else
        cat "$file"
    fi
elif [ "$output" = text ]; then
    echo None
else
    echo '{"Nothing": []}'
fi
AWS
chmod +x "$work/bin/aws"
export SAMPLES=$samples PATH=$work/bin:$PATH

result() {
    if [ "$2" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

case_layout() {
    (cd "$work" && "$samples/collect.sh" --management-profile profile-111122223333 --role-name Audit --out out 2>log) || return 1
    (cd "$samples" && find accounts org -type f) | while IFS= read -r file; do
        cmp "$samples/$file" "$work/out/$file" || exit 1
    done || return 1
    # Whatever else was written is a call that samples/ does not show.
    ! (cd "$work/out" && find . -type f ! -name 'list-roles.json' ! -name 'list-saml-providers.json' \
        ! -name 'list-open-id-connect-providers.json' ! -name 'get-credential-report.json') |
        while IFS= read -r file; do [ -e "$samples/$file" ] || echo "$file"; done | grep .
}

case_no_credentials_on_disk() {
    ! grep -rE 'very-secret|session-token|KEY-' "$work/out" "$work/log"
}

case_profiles() {
    (cd "$work" && "$samples/collect.sh" --profile profile-033344445555 --profile profile-444455556666 --out two 2>log) || return 1
    [ "$(ls "$work/two/accounts" | tr '\n' ' ')" = "033344445555 444455556666 " ] && [ ! -e "$work/two/org" ]
}

case_denied() {
    DENIED="222233334444/assume-role 444455556666/list-roles" \
        "$samples/collect.sh" --management-profile profile-111122223333 --role-name Audit --out "$work/partial" 2>"$work/log"
    [ $? -eq 1 ] || return 1
    [ ! -e "$work/partial/accounts/222233334444" ] && [ ! -e "$work/partial/accounts/444455556666/list-roles.json" ] || return 1
    [ -e "$work/partial/accounts/555566667777/get-account-authorization-details.json" ] || return 1
    grep -q '^  account 222233334444: sts assume-role: .*AccessDenied' "$work/log" &&
        grep -q '^  .*accounts/444455556666: iam list-roles: .*AccessDenied' "$work/log"
}

case_envelopes() {
    "$samples/collect.sh" --management-profile profile-111122223333 --role-name Audit --envelopes --out "$work/lines" 2>"$work/log" || return 1
    [ "$(find "$work/lines" -type f ! -name calls.ndjson | wc -l)" -eq 0 ] || return 1
    grep -q '^{"call":"list-targets-for-policy","args":{"policy-id":"p-sb0xf3nc"},"output":{"Targets": \[{"TargetId": "ou-ex4m-sand0001",.*}\]}}$' \
        "$work/lines/org/calls.ndjson" || return 1
    grep -q '^{"call":"get-account-authorization-details","args":{},"output":{"UserDetailList": \[.*}$' "$work/lines/accounts/033344445555/calls.ndjson"
}

# The organization and an answer, without the files that they come from.
known() {
    "$rolechain" status --from "$1" --format json | sed -n '/"organization": {/,/}/p'
    "$rolechain" who-can production/administrator --from "$1" --format json
    "$rolechain" explain sandbox/erin production/app-deploy --from "$1" | sed 's/ *[^ ]*:[0-9]*$//'
}

case_envelopes_are_the_same_data() {
    cd "$root" || return 1
    known samples >"$work/by-name" && known "$work/lines" >"$work/by-line"
    [ -s "$work/by-name" ] && diff "$work/by-name" "$work/by-line"
}

case_usage() {
    "$samples/collect.sh" --help >"$work/help" 2>&1 || return 1
    "$samples/collect.sh" --role-name R 2>/dev/null
    [ $? -eq 2 ] || return 1
    "$samples/collect.sh" --bogus 2>/dev/null
    [ $? -eq 2 ] && grep -q -- --envelopes "$work/help"
}

case_shellcheck() {
    shellcheck "$samples/collect.sh" "$samples/demo.sh"
}

for name in layout no_credentials_on_disk profiles denied envelopes envelopes_are_the_same_data usage; do
    "case_$name"
    result "$name" $?
done
if command -v shellcheck >/dev/null; then
    case_shellcheck
    result shellcheck $?
else
    echo "[  SKIPPED ] shellcheck (not installed)"
fi
exit $failed
