#!/bin/bash
# A question to a loaded database reads only what it is about; its answer is that of the whole exports.
# usage: tests/golden/parts.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
SOURCE_DATE_EPOCH=1795000000
export SOURCE_DATE_EPOCH
failed=0
source=samples

# the question
same() {
    "$rolechain" "$@" --from "$source" >"$scratch/whole" 2>&1
    local whole=$?
    "$rolechain" "$@" -d "$scratch/loaded.db" >"$scratch/part" 2>&1
    if [ $? -ne $whole ] || ! cmp -s "$scratch/whole" "$scratch/part"; then
        diff "$scratch/whole" "$scratch/part" | head -n 5
        echo "differs: rolechain $*"
        wrong=$((wrong + 1))
    fi
}

# the name of the test that the questions so far were
result() {
    if [ "$wrong" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
    wrong=0
}

wrong=0
"$rolechain" load -q samples -d "$scratch/loaded.db" >/dev/null || exit 1
roles=$(sqlite3 "$scratch/loaded.db" "SELECT arn FROM principal WHERE kind = 'role' ORDER BY arn")
everybody=$(sqlite3 "$scratch/loaded.db" "SELECT arn FROM principal WHERE kind <> 'group' UNION SELECT caller FROM outside_party ORDER BY 1")
for role in $roles; do
    same who-can "$role" --format json
done
result who-can-of-every-role
set -f
for caller in $everybody; do
    same reach "$caller" --format json
done
result reach-of-every-caller
target=arn:aws:iam::444455556666:role/administrator
for caller in $everybody; do
    same paths "$caller" "$target" --all --format json
    same explain "$caller" "$target" --format json
done
result paths-and-explain-of-every-caller
for name in administrator production/administrator 444455556666/administrator production/nothing nothing tooling '*' alice \
    tooling/carol sandbox codebuild.amazonaws.com ec2.amazonaws.com 123456789012 arn:aws:iam::444455556666:role/nothing \
    token.actions.githubusercontent.com example-tooling example-tooling/carol arn:aws:iam::033344445555:user/alice \
    arn:aws:sts::444455556666:assumed-role/administrator/x root-user:444455556666 ''; do
    same reach "$name"
    same who-can "$name"
done
result names-as-everywhere

# ---- control edges: those that are stored are the answer, and where none are they are found

for role in $roles; do
    same who-can "$role" --control --format json
done
for caller in $everybody; do
    same reach "$caller" --control --format json
    same paths "$caller" "$target" --control --format json
done
same exposure --control --format json
same administrators --control --format json
result control-as-over-the-whole
role=arn:aws:iam::444455556666:role/administrator
"$rolechain" who-can "$role" --control -d "$scratch/loaded.db" >"$scratch/before"
sqlite3 "$scratch/loaded.db" "DELETE FROM control_edge"
"$rolechain" who-can "$role" --control -d "$scratch/loaded.db" >"$scratch/after"
"$rolechain" who-can "$role" -d "$scratch/loaded.db" >"$scratch/without"
cmp -s "$scratch/before" "$scratch/after" && wrong=$((wrong + 1))
cmp -s "$scratch/after" "$scratch/without" || wrong=$((wrong + 1))
sqlite3 "$scratch/loaded.db" "UPDATE derivation SET control = 0"
same who-can "$role" --control
result control-is-read-where-it-is-stored

# ---- guardrails of members that are not exported: one that a trust policy's condition names, one that an RCP spares

# policy ID TYPE TARGET DOCUMENT
policy() {
    local text=${4//\"/\\\"}
    printf '{"Policy":{"PolicySummary":{"Id":"%s","Name":"%s","Type":"%s","AwsManaged":false},"Content":"%s"}}' "$1" "$1" "$2" "$text" >"$source/describe-policy.$1.json"
    printf '{"Targets":[{"TargetId":"%s","Name":"x","Type":"ACCOUNT"}]}' "$3" >"$source/list-targets-for-policy.$1.json"
}

# role NAME [CONDITION]: it trusts anyone.
role() {
    printf '{"Path":"/","RoleName":"%s","RoleId":"AROA%s","Arn":"arn:aws:iam::111111111111:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"%s}]}}' "$1" "$1" "$1" "${2:-}"
}

# account ID: a line of list-accounts.
account() {
    printf '{"Id":"%s","Arn":"arn:aws:organizations::999999999999:account/o-aa11bb22cc/%s","Name":"n%s","Status":"ACTIVE"}' "$1" "$1" "$1"
}
source=$scratch/export
mkdir "$source"
types='[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"},{"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]'
printf '{"Organization":{"Id":"o-aa11bb22cc","FeatureSet":"ALL","MasterAccountId":"999999999999","AvailablePolicyTypes":%s}}' "$types" >"$source/describe-organization.json"
printf '{"Roots":[{"Id":"r-ab12","Name":"Root","PolicyTypes":%s}]}' "$types" >"$source/list-roots.json"
accounts="$(account 999999999999),$(account 111111111111),$(account 222222222222),$(account 333333333333)"
printf '{"Accounts":[%s]}' "$accounts" >"$source/list-accounts.json"
printf '{"Accounts":[%s]}' "$accounts" >"$source/list-accounts-for-parent.r-ab12.json"
named=',"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/x*"}}'
printf '{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[%s,%s],"Policies":[]}' "$(role named "$named")" "$(role spared)" >"$source/111111111111.json"
policy p-full0001 SERVICE_CONTROL_POLICY r-ab12 '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
policy p-deny0001 SERVICE_CONTROL_POLICY 222222222222 '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sts:*","Resource":"*"}]}'
policy p-deny0002 SERVICE_CONTROL_POLICY 333333333333 '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sts:*","Resource":"*"}]}'
policy p-rcp00001 RESOURCE_CONTROL_POLICY 111111111111 '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":["222222222222","333333333333"]}}}]}'
rm "$scratch/loaded.db"
"$rolechain" load -q "$source" -d "$scratch/loaded.db" >/dev/null || failed=1
for role in named spared; do
    same who-can "$role" --format json
    same explain 222222222222 "$role" --format json
    same explain 333333333333 "$role" --format json
    "$rolechain" who-can "$role" -d "$scratch/loaded.db" >"$scratch/part" 2>&1
    [ $? -eq 1 ] || wrong=$((wrong + 1))
done
result guardrails-of-whom-conditions-name

# ---- chains that pass tags and source identities: whether a hop may is decided by policies, of which a part reads few

# Ten roles of which each trusts one or two others or the account, under conditions that are drawn.
draw_roles() {
    local i role conditions=('' '' ''
        ', "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}'
        ', "Condition": {"StringEquals": {"sts:SourceIdentity": "ann"}}'
        ', "Condition": {"StringEquals": {"aws:SourceIdentity": "ann"}}'
        ', "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": "team"}}')
    local denied=('' '' 'sts:TagSession' 'sts:SetSourceIdentity')
    local actions=('"sts:AssumeRole"' '["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]' '"sts:*"')
    RANDOM=$1
    printf '{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": ['
    for ((i = 0; i < 10; i++)); do
        role=arn:aws:iam::111122223333:role/r
        [ "$i" -gt 0 ] && printf ', '
        printf '{"Path": "/", "RoleName": "r%s", "RoleId": "AROAAAAAAAAAAAAAAAA0%s", "Arn": "%s%s", "CreateDate": "2025-01-01T00:00:00Z", ' "$i" "$i" "$role" "$i"
        printf '"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": ['
        printf '{"Effect": "Allow", "Principal": {"AWS": "%s%s"}, "Action": %s%s}, ' "$role" $((RANDOM % 10)) "${actions[RANDOM % 3]}" "${conditions[RANDOM % 7]}"
        printf '{"Effect": "Allow", "Principal": {"AWS": "%s%s"}, "Action": %s%s}]}, ' "$role" $((RANDOM % 10)) "${actions[RANDOM % 3]}" "${conditions[RANDOM % 7]}"
        printf '"InstanceProfileList": [], "AttachedManagedPolicies": [], "Tags": [], "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": ['
        printf '{"Effect": "Deny", "Action": "%s", "Resource": "*"}]}}]}' "${denied[RANDOM % 4]:-s3:GetObject}"
    done
    printf ']}\n'
}

source=$scratch/passing
mkdir "$source"
conditional=0
for seed in 1 2 3 4 5 6; do
    draw_roles "$seed" >"$source/account.json"
    rm -f "$scratch/loaded.db"
    "$rolechain" load -q "$source" -d "$scratch/loaded.db" >/dev/null || wrong=$((wrong + 1))
    for ((i = 0; i < 10; i++)); do
        same who-can "arn:aws:iam::111122223333:role/r$i" --format json
        grep -q 'SourceIdentity\|PrincipalTag' "$scratch/part" && conditional=$((conditional + 1))
        same reach "arn:aws:iam::111122223333:role/r$i" --format json
    done
done
[ "$conditional" -gt 0 ] || wrong=$((wrong + 1))
result tags-and-source-identities-as-over-the-whole
exit $failed
