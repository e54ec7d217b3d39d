#!/bin/bash
# Gathers what rolechain reads with the AWS CLI v2: identities of every account it can enter, and the organization.
# It only reads; samples/collector-policy.json is the policy it needs in each account. See --help.
set -euo pipefail
export AWS_PAGER="" AWS_CLI_AUTO_PROMPT=off

usage() {
    cat <<'TEXT'
usage: collect.sh [--profile P]... [--management-profile P [--role-name R]] [--out DIR] [--envelopes]

  --profile P             gather the account of this AWS CLI profile (repeatable)
  --management-profile P  gather the organization with this profile (management account or delegated administrator),
                          and that profile's own account
  --role-name R           enter every active member account by assuming its role R from the management profile
  --out DIR               where to write (default: export)
  --envelopes             write one line {"call":…,"args":…,"output":…} a call into accounts/ID/calls.ndjson and
                          org/calls.ndjson, instead of one file a call whose name says what was asked
  --help                  this text

Without a profile the CLI's default credentials are used for one account. Credentials stay in the environment of the
calls; none is written. An account or a call that is refused is left out; what is missing is said at the end, and the
exit status is then 1.

  collect.sh --management-profile audit --role-name AuditReader --out export
  rolechain load export
TEXT
}

fail() {
    echo "collect.sh: $*" >&2
    exit 2
}

profiles=() management="" role_name="" out="export" envelopes=no
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --envelopes) envelopes=yes && shift && continue ;;
    --profile | --management-profile | --role-name | --out) [ $# -ge 2 ] || fail "$1 needs a value" ;;
    *) fail "unknown option $1 (see --help)" ;;
    esac
    case $1 in
    --profile) profiles+=("$2") ;;
    --management-profile) management=$2 ;;
    --role-name) role_name=$2 ;;
    --out) out=$2 ;;
    esac
    shift 2
done
[ -z "$role_name" ] || [ -n "$management" ] || fail "--role-name needs --management-profile, which lists the accounts"
command -v aws >/dev/null || fail "the AWS CLI (aws) is not on the PATH"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/missing"

# Remembers what could not be gathered, with what the CLI said.
miss() {
    printf '%s: %s\n' "$1" "$(tr '\n' ' ' <"$scratch/error" | sed 's/^ *//; s/ *$//')" >>"$scratch/missing"
}

# Keys in the environment would win over AWS_PROFILE.
use_profile() {
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    export AWS_PROFILE=$1
}

# Values that the script itself needs, one a line.
query() {
    local expression=$1 list
    shift
    list=$(aws "$@" --output text --query "$expression") || return
    tr '\t' '\n' <<<"$list" | sed '/^None$/d; /^$/d'
}

# JSON on one line. The CLI indents with line breaks that never stand inside a string.
one_line() {
    sed 's/^ *//' "$1" | tr -d '\n'
}

# gather FOLDER SUFFIX SERVICE CALL [OPTION VALUE…]: writes FOLDER/CALL.SUFFIX.json, or adds a line to FOLDER/calls.ndjson.
gather() {
    local folder=$out/$1 suffix=$2 service=$3 call=$4 args="" name
    shift 4
    if ! aws "$service" "$call" "$@" --output json >"$scratch/output" 2>"$scratch/error"; then
        miss "$folder: $service $call${*:+ $*}"
        return 1
    fi
    mkdir -p "$folder"
    if [ "$envelopes" = no ]; then
        mv "$scratch/output" "$folder/$call${suffix:+.$suffix}.json"
        return 0
    fi
    while [ $# -ge 2 ]; do
        name=${1#--}
        shift
        [ "$call" = get-account-authorization-details ] || args+="${args:+,}\"$name\":\"$1\""
        while [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; do shift; done
    done
    printf '{"call":"%s","args":{%s},"output":%s}\n' "$call" "$args" "$(one_line "$scratch/output")" >>"$folder/calls.ndjson"
}

# The account of the current credentials.
gather_account() {
    local label=$1 account provider attempt
    if ! account=$(query Account sts get-caller-identity 2>"$scratch/error"); then
        miss "$label"
        return 0
    fi
    [ ! -e "$scratch/done.$account" ] || return 0
    : >"$scratch/done.$account"
    echo "account $account ($label)" >&2
    local folder=accounts/$account
    rm -f "$out/$folder/calls.ndjson"
    gather "$folder" "" iam get-account-authorization-details \
        --filter User Role Group LocalManagedPolicy AWSManagedPolicy || true
    gather "$folder" "" iam list-roles || true
    gather "$folder" "" iam list-account-aliases || true
    gather "$folder" "" iam list-saml-providers || true
    if gather "$folder" "" iam list-open-id-connect-providers; then
        for provider in $(query 'OpenIDConnectProviderList[].Arn' iam list-open-id-connect-providers); do
            local name=${provider#*:oidc-provider/}
            gather "$folder" "${name//\//_}" iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider" || true
        done
    fi
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        case $(query State iam generate-credential-report 2>/dev/null) in
        COMPLETE | "") break ;;
        esac
        sleep "$attempt"
    done
    gather "$folder" "" iam get-credential-report || true
}

# Organizational units under a parent, and theirs.
gather_tree() {
    local parent=$1 unit
    gather org "$parent" organizations list-accounts-for-parent --parent-id "$parent" || true
    gather org "$parent" organizations list-organizational-units-for-parent --parent-id "$parent" || return 0
    for unit in $(query 'OrganizationalUnits[].Id' organizations list-organizational-units-for-parent --parent-id "$parent"); do
        gather_tree "$unit"
    done
}

gather_organization() {
    local type policy root
    echo "organization" >&2
    rm -f "$out/org/calls.ndjson"
    gather org "" organizations describe-organization || true
    gather org "" organizations list-accounts || true
    for type in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
        gather org "$type" organizations list-policies --filter "$type" || continue
        for policy in $(query 'Policies[].Id' organizations list-policies --filter "$type"); do
            gather org "$policy" organizations describe-policy --policy-id "$policy" || true
            gather org "$policy" organizations list-targets-for-policy --policy-id "$policy" || true
        done
    done
    gather org "" organizations list-roots || return 0
    for root in $(query 'Roots[].Id' organizations list-roots); do
        gather_tree "$root"
    done
}

# A member account, entered through its role; the credentials live in this subshell's environment only.
gather_member() (
    local account=$1 partition=$2 keys
    if ! keys=$(query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' sts assume-role --role-session-name \
        rolechain-collect --role-arn "arn:$partition:iam::$account:role/$role_name" 2>"$scratch/error"); then
        miss "account $account: sts assume-role"
        return 0
    fi
    { read -r AWS_ACCESS_KEY_ID && read -r AWS_SECRET_ACCESS_KEY && read -r AWS_SESSION_TOKEN; } <<<"$keys"
    unset AWS_PROFILE
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    gather_account "role $role_name"
)

mkdir -p "$out"
if [ -n "$management" ]; then
    use_profile "$management"
    gather_organization
    gather_account "profile $management"
    if [ -n "$role_name" ]; then
        partition=$(query Arn sts get-caller-identity 2>/dev/null | cut -d: -f2) || partition=aws
        members=$(query "Accounts[?Status=='ACTIVE' || State=='ACTIVE'].Id" organizations list-accounts 2>"$scratch/error") ||
            miss "the list of member accounts"
        for account in $members; do
            [ -e "$scratch/done.$account" ] || gather_member "$account" "$partition"
        done
    fi
fi
for profile in ${profiles[@]+"${profiles[@]}"}; do
    use_profile "$profile"
    gather_account "profile $profile"
done
if [ -z "$management" ] && [ ${#profiles[@]} -eq 0 ]; then
    gather_account "default credentials"
fi

if [ -s "$scratch/missing" ]; then
    echo "Not gathered:" >&2
    sed 's/^/  /' "$scratch/missing" >&2
    exit 1
fi
echo "Everything is in $out; next: rolechain load $out" >&2
