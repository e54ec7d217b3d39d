#!/bin/bash
# samples/collect.sh against a false aws (collect.aws) that answers from exports and fails in the ways of the real one.
# usage: collect.sh ROLECHAIN [ACCOUNTS]; ACCOUNTS: how many the interrupted run has (100)
# shellcheck disable=SC2317,SC2012 # the cases are called by name; account ids hold no odd characters
set -u
rolechain=$1 many=${2:-100}
root=$(cd "$(dirname "$0")/../.." && pwd)
samples=$root/samples
reference=${ROLECHAIN_REFERENCE:-../shared}
work=$(mktemp -d)
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
failed=0

mkdir "$work/bin" && cp "$root/tests/golden/collect.aws" "$work/bin/aws"
# Nobody waits in a test; the false aws hangs with a sleep of its own.
printf '#!/bin/sh\n' >"$work/bin/sleep" && chmod +x "$work/bin/sleep"
export FAULTS=$work/planned PATH=$work/bin:$PATH
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID

result() {
    if [ "$2" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

# collect OUT [OPTION…]: the organization of $EXPORTS; 111122223333 collects, what is printed is in log.
collect() {
    local out=$1
    shift
    "$samples/collect.sh" --management-profile profile-111122223333 --role-name Audit --out "$work/$out" "$@" 2>"$work/log"
}

# fault CALL KIND [TIMES]: see collect.aws.
fault() {
    echo "$2 ${3:-}" >"$FAULTS/$1"
}

no_faults() {
    rm -rf "$FAULTS" && mkdir "$FAULTS" && : >"$FAULTS/log"
}

# outcome OUT ACCOUNT CALL [REGION]: what the manifest says of it.
outcome() {
    sed -n "s/^{\"account\":\"$2\",\"region\":\"${4:-}\",\"call\":\"$3\",.*\"result\":\"\([^\"]*\)\".*/\1/p" "$work/$1/manifest.ndjson"
}

# A manifest without its times.
timeless() {
    sed 's/"\(from\|to\|began\|completed\|options\)":"[^"]*"//g' "$1/manifest.ndjson"
}

# same_run ONE OTHER: the same files with the same bytes, but for the times in the manifest.
same_run() {
    diff -r -x manifest.ndjson "$work/$1" "$work/$2" && diff <(timeless "$work/$1") <(timeless "$work/$2")
}

# make_world FOLDER N: an organization of N accounts besides 111122223333; a cluster for every 25th of them.
make_world() {
    local world=$work/$1 id i
    mkdir -p "$world/org" "$world/every"
    printf '{\n    "Organization": {\n        "Id": "o-ab12cd34ef",\n        "MasterAccountId": "111122223333"\n    }\n}\n' >"$world/org/describe-organization.json"
    {
        printf '{\n    "Accounts": [\n        {\n            "Id": "111122223333",\n            "Status": "ACTIVE"\n        }'
        for ((i = 1; i <= $2; i++)); do printf ',\n        {\n            "Id": "%d",\n            "Status": "ACTIVE"\n        }' $((200000000000 + i)); done
        printf ',\n        {\n            "Id": "999999999999",\n            "Status": "SUSPENDED"\n        }\n    ]\n}\n'
    } >"$world/org/list-accounts.json"
    printf '{\n    "Regions": [\n        {\n            "RegionName": "eu-west-1"\n        },\n        {\n            "RegionName": "us-east-1"\n        }\n    ]\n}\n' >"$world/every/list-regions.json"
    printf '{\n    "Roles": []\n}\n' >"$world/every/list-roles.json"
    printf '{\n    "clusters": [\n        "blue",\n        "green"\n    ]\n}\n' >"$world/every/list-clusters.json"
    for ((i = 1; i <= $2; i += 25)); do
        id=$((200000000000 + i))
        mkdir -p "$world/accounts/$id"
        printf '{\n    "Roles": [\n        {\n            "Arn": "arn:aws:iam::%d:role/c",\n            "AssumeRolePolicyDocument": {\n                "Service": "eks.amazonaws.com"\n            }\n        }\n    ]\n}\n' $id >"$world/accounts/$id/list-roles.json"
    done
}

# A table with few calls.
cat >"$work/few.txt" <<'TABLE'
[org]
organizations describe-organization
organizations list-accounts

[account]
iam list-roles
account list-regions

[region: eks]
eks list-clusters : clusters[]
    eks describe-cluster --name <1>
TABLE
sed '/^account list-regions/a iam list-account-aliases\niam get-outbound-web-identity-federation-info\niam list-saml-providers' "$work/few.txt" >"$work/more.txt"
printf 'or eks list-addons --cluster-name <blue>\n\n[region: lambda]\nlambda list-functions\n' >>"$work/more.txt"

case_layout() {
    export EXPORTS=$samples
    collect out || return 1
    (cd "$samples" && find accounts org -type f) | while IFS= read -r file; do
        cmp "$samples/$file" "$work/out/$file" || exit 1
    done || return 1
    # Whatever else was written is a call that samples/ does not show.
    ! (cd "$work/out" && find . -type f ! -name manifest.ndjson -exec grep -L '"Nothing"' {} +) |
        while IFS= read -r file; do [ -e "$samples/$file" ] || echo "$file"; done | grep .
}

case_no_credentials_on_disk() {
    ! grep -rE 'very-secret|session-token|KEY-' "$work/out" "$work/log"
}

case_profiles() {
    "$samples/collect.sh" --profile profile-033344445555 --profile profile-444455556666 --out "$work/two" 2>"$work/log" || return 1
    [ "$(ls "$work/two/accounts" | tr '\n' ' ')" = "033344445555 444455556666 " ] && [ ! -e "$work/two/org" ]
}

case_denied() {
    fault 222233334444.assume-role deny && fault 444455556666.list-roles deny
    collect partial
    [ $? -eq 1 ] || return 1
    [ ! -e "$work/partial/accounts/222233334444" ] && [ ! -e "$work/partial/accounts/444455556666/list-roles.json" ] || return 1
    [ -e "$work/partial/accounts/555566667777/get-account-authorization-details.json" ] || return 1
    [ "$(outcome partial 222233334444 'sts assume-role')" = refused ] || return 1
    [ -z "$(outcome partial 222233334444 'iam list-roles')" ] || return 1
    grep -q '^  refused   sts assume-role: 1 times, as in 222233334444: .*AccessDenied' "$work/log" &&
        grep -q '^  refused   iam list-roles: 1 times, as in 444455556666: .*AccessDenied.*not authorized \\"to do\\" that' "$work/log" || return 1
    # Its roles are not known, so all its workloads were asked for.
    [ "$(outcome partial 444455556666 'eks list-clusters' us-east-1)" = ok ] && [ -z "$(outcome partial 555566667777 'eks list-clusters' us-east-1)" ]
}

case_envelopes() {
    collect lines --envelopes || return 1
    [ "$(find "$work/lines" -type f ! -name calls.ndjson ! -name manifest.ndjson | wc -l)" -eq 0 ] || return 1
    grep -q '^{"account":"","region":"","call":"organizations list-targets-for-policy","args":{"policy-id":"p-sb0xf3nc"},"output":{"Targets": \[{"TargetId": "ou-ex4m-sand0001",.*}\]}}$' \
        "$work/lines/org/calls.ndjson" || return 1
    grep -q '^{"account":"033344445555","region":"","call":"iam get-account-authorization-details","args":{"filter":"User .*"},"output":{"UserDetailList": \[.*}$' "$work/lines/accounts/033344445555/calls.ndjson"
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

# Every file of an organization with people and workloads, by its name; the rest of that folder are calls of others.
case_people_and_workloads() {
    local account
    export EXPORTS=$work/example
    cp -r "$reference/data/example-org" "$EXPORTS" && mkdir "$EXPORTS/every" || return 1
    for account in "$EXPORTS"/accounts/*; do cp "$account/get-account-authorization-details.json" "$account/list-roles.json"; done
    cp "$work/world/every/list-regions.json" "$EXPORTS/every/"
    printf '{\n    "Instances": []\n}\n' >"$EXPORTS/every/empty.json"
    fault describe-resource-policy none && fault list-instances.us-east-1 none
    collect people || return 1
    (cd "$EXPORTS" && find accounts org identity-center -type f ! -name 'kubectl-*' ! -name '*-for-principal.*' ! -name '*-for-member.*' \
        ! -name 'list-task-definitions.*' ! -name 'describe-task-definition.*') | while IFS= read -r file; do
        cmp "$EXPORTS/$file" "$work/people/$file" || exit 1
    done || return 1
    [ "$(outcome people "" 'sso-admin list-instances' us-east-1) $(outcome people "" 'sso-admin list-instances' eu-west-1)" = "none ok" ] || return 1
    [ "$(outcome people 222233334444 'cloudformation list-stack-sets' eu-west-1)" = ok ] || return 1
    "$rolechain" load -q "$work/people" -d "$work/people.db"
}

case_faults() {
    export EXPORTS=$work/world
    local a=20000000000
    fault ${a}1.list-roles throttle 3 && fault ${a}2.list-account-aliases expire && fault ${a}3.list-account-aliases deny
    fault ${a}4.list-saml-providers hang 1 && fault ${a}5.list-saml-providers hang && fault list-functions unknown
    fault ${a}6.list-roles throttle && fault list-clusters.us-east-1 nowhere && fault ${a}7.list-account-aliases none
    collect faults --calls "$work/more.txt" --timeout 6 --jobs 1
    [ $? -eq 1 ] || return 1
    local seen="" call id name region
    for call in "${a}1,iam list-roles" "${a}2,iam list-account-aliases" "${a}3,iam list-account-aliases" "${a}4,iam list-saml-providers" \
        "${a}5,iam list-saml-providers" "${a}6,iam list-roles" "${a}6,lambda list-functions,eu-west-1" "${a}6,eks list-clusters,us-east-1" \
        "${a}1,eks list-clusters,us-east-1" "${a}1,eks list-addons,us-east-1" "${a}1,eks list-addons,eu-west-1" "${a}7,iam list-account-aliases"; do
        IFS=, read -r id name region <<<"$call"
        seen+="$(outcome faults "$id" "$name" "$region") "
    done
    [ "$seen" = "ok ok refused ok failed failed unknown absent absent absent  none " ] || { echo "$seen" && return 1; }
    # It is learned once that the CLI does not know a call, or that a region has no endpoint.
    [ "$(grep -c ' lambda list-functions ' "$FAULTS/log")" -eq 1 ] && [ "$(grep -c ' eks .*us-east-1' "$FAULTS/log")" -eq 1 ] || return 1
    [ "$(grep -c "${a}6 .* iam list-roles" "$FAULTS/log")" -eq 6 ] && [ -e "$FAULTS/session.${a}2" ] || return 1
    grep -q '^  unknown   lambda list-functions: 2 times, as in 200000000006 eu-west-1: not known to this version' "$work/log" &&
        grep -q '^  failed    iam list-saml-providers: 1 times, as in 200000000005: no answer within the time limit' "$work/log"
}

# A sign-in that has expired stops the run; the next goes on and asks nothing twice.
case_signed_out() {
    export EXPORTS=$work/world
    fault 200000000004.assume-role signed-out
    collect signed --calls "$work/few.txt" --jobs 1
    [ $? -eq 3 ] && [ ! -e "$work/signed" ] && grep -q 'sign-in of profile-111122223333 has expired.*Token has expired' "$work/log" || return 1
    rm "$FAULTS/200000000004.assume-role"
    collect signed --calls "$work/few.txt" || return 1
    [ "$(outcome signed 200000000004 'iam list-roles')" = ok ] && [ "$(grep -c ' organizations list-accounts' "$FAULTS/log")" -eq 1 ]
}

# Stopped once and killed once, and each time gone on with: the same as a run that nobody interrupted.
case_interrupted() {
    export EXPORTS=$work/many
    make_world many "$many"
    fault 200000000007.list-roles deny
    collect whole --calls "$work/few.txt"
    [ $? -eq 1 ] || return 1
    local calls
    calls=$(wc -l <"$FAULTS/log")
    : >"$FAULTS/log"
    fault "$((200000000000 + many / 4)).list-roles" stop 1 && fault "$((200000000000 + many / 2)).assume-role" kill 1
    collect parts --calls "$work/few.txt"
    [ $? -eq 3 ] && grep -q '^Interrupted' "$work/log" || return 1
    # An answer that came just before the end, without its line in the manifest.
    mkdir -p "$work/parts.partial/accounts/200000000007" && echo old >"$work/parts.partial/accounts/200000000007/list-roles.json"
    collect parts --calls "$work/few.txt"
    [ $? -eq 137 ] && [ ! -e "$work/parts" ] || return 1
    # The calls that were under way end, and leave no keys behind.
    /bin/sleep 1
    ! grep -rE 'very-secret|session-token|KEY-' "$work/parts.partial" || return 1
    collect parts --calls "$work/few.txt"
    [ $? -eq 1 ] && [ ! -e "$work/parts.partial" ] && same_run whole parts || return 1
    # Sessions are asked for anew, and what was under way.
    [ "$(grep -vc ' sts ' "$FAULTS/log")" -le $((calls + 30)) ]
}

# Nothing is mixed: not with a finished run, not with one that asked for something else, not with one of long ago.
case_never_mixes() {
    export EXPORTS=$work/world
    fault 200000000003.list-regions deny
    collect once --calls "$work/few.txt"
    [ $? -eq 1 ] || return 1
    collect once --calls "$work/few.txt"
    [ $? -eq 2 ] && grep -q 'once exists' "$work/log" || return 1
    # What was refused is asked again, and only that.
    rm "$FAULTS/200000000003.list-regions" && : >"$FAULTS/log"
    collect once --again --calls "$work/more.txt"
    [ $? -eq 2 ] && [ -e "$work/once/manifest.ndjson" ] || return 1
    collect once --again --calls "$work/few.txt" || return 1
    [ "$(grep '^2' "$FAULTS/log" | cut -d ' ' -f 1,4)" = "200000000003 list-regions" ] && ! grep -q ' organizations ' "$FAULTS/log" || return 1
    collect fresh --calls "$work/few.txt" && same_run fresh once || return 1
    sed -i 's/"began":"2/"began":"1/' "$work/once/manifest.ndjson"
    collect once --again --calls "$work/few.txt"
    [ $? -eq 2 ] && [ ! -e "$work/once/.state" ] && [ ! -e "$work/once.partial" ] && grep -q 'collect anew' "$work/log" || return 1
    fault 200000000003.assume-role signed-out
    collect left --calls "$work/few.txt"
    [ $? -eq 3 ] || return 1
    rm "$FAULTS/200000000003.assume-role"
    collect left --calls "$work/more.txt"
    [ $? -eq 2 ] && grep -q 'other options' "$work/log" || return 1
    rm "$work/left.partial/accounts/200000000001/list-roles.json"
    touch -d '25 hours ago' "$work/left.partial/.state/began"
    collect left --calls "$work/few.txt"
    [ $? -eq 2 ] && grep -q 'may be stale' "$work/log" || return 1
    collect left --calls "$work/few.txt" --max-age 26 && same_run fresh left
}

# Pages that the CLI does not follow, long lists, names that end alike.
case_lists() {
    export EXPORTS=$work/world
    local region=$work/world/accounts/200000000001/eu-west-1
    mkdir -p "$region"
    printf '{\n    "fleets": [\n        "a",\n        "b"\n    ],\n    "nextToken": "2"\n}\n' >"$region/list-fleets.json"
    printf '{\n    "fleets": [\n        "c"\n    ]\n}\n' >"$region/list-fleets.page-2.json"
    printf '{\n    "accessEntries": [\n        "arn:aws:iam::1:role/x/Admin",\n        "arn:aws:iam::1:user/Admin",\n        "arn:aws:iam::1:user/admin"\n    ]\n}\n' >"$region/list-access-entries.json"
    printf '[account]\niam list-roles\naccount list-regions\n[region: eks]\npages codebuild list-fleets : fleets[]\n    codebuild batch-get-fleets --names <x2>\n%s\n%s\n' \
        'eks list-access-entries : accessEntries[]' '    eks describe-access-entry --principal-arn <1>' >"$work/lists.txt"
    sed -i '1i [org]\norganizations list-accounts' "$work/lists.txt"
    collect lists --calls "$work/lists.txt" --accounts 200000000001 --regions eu-west-1 || return 1
    diff - <(ls "$work/lists/accounts/200000000001/eu-west-1") <<'END' || return 1
batch-get-fleets.1.json
batch-get-fleets.page-2.1.json
describe-access-entry.Admin.json
describe-access-entry.arn_aws_iam__1_user_Admin.json
describe-access-entry.arn_aws_iam__1_user_admin.json
list-access-entries.json
list-fleets.json
list-fleets.page-2.json
END
    collect most --calls "$work/lists.txt" --accounts 200000000001 --regions eu-west-1 --most 2
    [ $? -eq 1 ] && grep -q '^  left-out  eks describe-access-entry: .*more than --most 2' "$work/log" || return 1
    rm -r "$region"
}

# The permissions of all calls, as the policy names them.
permissions() {
    awk -v scopes="$1" '
        BEGIN {
            split("emr elasticmapreduce sso-admin sso stepfunctions states bedrock-agent bedrock mwaa airflow kinesisanalyticsv2 " \
                  "kinesisanalytics bedrock-agentcore-control bedrock-agentcore", pair, " ")
            for (i = 1; i in pair; i += 2) prefix[pair[i]] = pair[i + 1]
        }
        /^\[/ { wanted = index(scopes, " " substr($1, 2, length($1) - 2) " "); next }
        /^ *(#|$)/ || !wanted { next }
        {
            first = ($1 == "or" || $1 == "do" || $1 == "pages") ? 2 : 1
            count = split($first, dotted, ".")
            call = count == 2 ? dotted[2] : $(first + 1)
            action = (dotted[1] in prefix ? prefix[dotted[1]] : dotted[1]) ":"
            words = split(call, word, "-")
            for (i = 1; i <= words; i++) action = action toupper(substr(word[i], 1, 1)) substr(word[i], 2)
            sub(/OpenId/, "OpenID", action)
            sub(/Saml/, "SAML", action)
            sub(/:ListAws/, ":ListAWS", action)
            print action
            # The CLI makes an answer of several calls.
            if (action ~ /^elasticmapreduce:DescribeCluster/)
                print "elasticmapreduce:ListBootstrapActions\nelasticmapreduce:ListInstanceFleets\nelasticmapreduce:ListInstanceGroups"
        }' "$samples/collect/calls.txt" | sort -u
}

# The policy and the role of the template allow what the table asks for, and nothing else.
case_policy() {
    local all=" org account region identity-center permission-set group "
    diff <(permissions "$all" && echo sso:ListInstances && echo sts:AssumeRole) \
        <(sed -n 's/^ *"\([a-z0-9-]*:[A-Z][A-Za-z]*\)",*$/\1/p; s/.*"Action": "\(.*\)",/\1/p' "$samples/collector-policy.json" | sort -u) >"$work/policy.diff"
    # sso:ListInstances and sts:AssumeRole are of collect.sh itself.
    grep -E '^[<>]' "$work/policy.diff" | grep -vE '^(< sso:ListInstances|> sso:ListInstances|< sts:AssumeRole|> sts:AssumeRole)$' && return 1
    diff <(permissions " account region ") <(sed -n 's/^ *- \([a-z0-9-]*:[A-Z][A-Za-z]*\)$/\1/p' "$samples/collector-role.yaml" | sort -u) || return 1
    # They name no call that hands out code, parameters, secrets or objects, and none that writes.
    ! grep -nE 'lambda:GetFunction|ssm:GetParameter|secretsmanager|s3:|"[a-z0-9-]*:\*|:(Put|Create|Update|Delete|Start|Run)' "$samples/collector-policy.json" "$samples/collector-role.yaml"
}

case_usage() {
    "$samples/collect.sh" --help >"$work/help" 2>&1 || return 1
    for wrong in "--role-name R" --bogus "--jobs none" "--calls $work/nowhere" "--without org" stray; do
        # shellcheck disable=SC2086 # an option and its value
        "$samples/collect.sh" $wrong 2>/dev/null
        [ $? -eq 2 ] || return 1
    done
    grep -q -- --envelopes "$work/help"
}

case_shellcheck() {
    (cd "$root" && shellcheck -x samples/collect.sh samples/collect/*.sh samples/demo.sh tests/golden/collect.aws)
}

make_world world 7
[ -n "${CASES:-}" ] || CASES="layout no_credentials_on_disk profiles denied envelopes envelopes_are_the_same_data faults signed_out never_mixes lists interrupted policy usage"
for name in $CASES; do
    no_faults
    "case_$name"
    result "$name" $?
done
if [ -e "$reference/data/example-org" ]; then
    no_faults
    case_people_and_workloads
    result people_and_workloads $?
else
    echo "[  SKIPPED ] people_and_workloads (no $reference)"
fi
if command -v shellcheck >/dev/null; then
    case_shellcheck
    result shellcheck $?
else
    echo "[  SKIPPED ] shellcheck (not installed)"
fi
exit $failed
