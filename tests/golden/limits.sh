#!/bin/bash
# A limit that was reached is said, and is no "no": chains of 500 roles, asked with and without limits.
# usage: tests/golden/limits.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

account=arn:aws:iam::111122223333
role() {
    printf '{"RoleName":"r%s","Path":"/","RoleId":"AROA%017d","Arn":"%s:role/r%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}}' "$1" "$1" "$account" "$1" "$2"
}
{
    printf '{"UserDetailList":[{"UserName":"u","Path":"/","UserId":"AIDA00000000000000001","Arn":"%s:user/u"}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[' "$account"
    role 1 "$account:user/u"
    for ((i = 2; i <= 500; i++)); do
        printf ','
        role "$i" "$account:role/r$((i - 1))"
    done
    printf ']}'
} >chain.json
"$rolechain" load -q -d chain.db chain.json || failed=1

expect who-can-500 0 '500 principals can become role r500' who-can r500 -d chain.db
expect who-can-complete 0 '"complete": true' who-can r500 -d chain.db --format json
expect who-can-limit-said 0 '--max-hops' who-can r500 --max-hops 64 -d chain.db
expect who-can-limit-in-json 0 '"complete": false' who-can r500 --max-hops 64 -d chain.db --format json
expect from-outside-limit-said 1 'Nobody from outside can become role r500 in 111122223333 in 64 hops or fewer' who-can r500 --max-hops 64 --from-outside -d chain.db
expect from-outside-one-hop 1 'role r500 in 111122223333 in one hop' who-can r500 --direct --from-outside -d chain.db
expect reach-500 0 'can become 500 roles' reach u -d chain.db
expect reach-complete 0 '"complete": true' reach u -d chain.db --format json
expect reach-limit-in-json 0 '"complete": false' reach u --max-hops 499 -d chain.db --format json
expect reach-limit-said 1 'any role in the export in 499 hops or fewer' reach u --max-hops 499 --from-outside -d chain.db
expect paths-500 0 'Chain of 500 hops' paths u r500 -d chain.db
expect paths-all-500 0 'Chain of 500 hops' paths u r500 --all -d chain.db
expect paths-all-limit-said 0 '--max-hops' paths u r500 --all -d chain.db
expect paths-limit-said 1 'No chain in 499 hops or fewer' paths u r500 --max-hops 499 -d chain.db
expect paths-all-limit-given 1 'No chain in 499 hops or fewer' paths u r500 --all --max-hops 499 -d chain.db
expect paths-limit-in-json 1 '"complete": false' paths u r500 --max-hops 499 -d chain.db --format json
expect exposure-500 0 '"at_most": 500' exposure --target r500 -d chain.db --format json
expect exposure-complete 0 '"stopped_early": false' exposure --target r500 -d chain.db --format json

# 30 layers of 4 roles: more chains than could ever be listed. They are printed as they are found.
layer() {
    local i
    for ((i = 0; i < 4; i++)); do
        printf ',{"RoleName":"l%sx%s","Path":"/","RoleId":"AROA1%04d%012d","Arn":"%s:role/l%sx%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%s},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x%s-%s"}}}]}}' "$1" "$i" "$1" "$i" "$account" "$1" "$i" "$2" "$1" "$i"
    done
}
{
    printf '{"UserDetailList":[{"UserName":"u","Path":"/","UserId":"AIDA00000000000000001","Arn":"%s:user/u"}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[' "$account"
    role 1 "$account:user/u"
    layer 1 "\"$account:role/r1\""
    for ((i = 2; i <= 29; i++)); do
        before=$account:role/l$((i - 1))x
        layer "$i" "[\"${before}0\",\"${before}1\",\"${before}2\",\"${before}3\"]"
    done
    printf ']}'
} >layers.json
"$rolechain" load -q -d layers.db layers.json || failed=1
expect max-chains-said 0 'the first 50 chains are shown, and there are more: raise --max-chains' paths u l29x0 --all --max-hops 40 --max-chains 50 -d layers.db
expect max-chains-in-json 0 '"complete": false' paths u l29x0 --all --max-hops 40 --max-chains 5 --format json -d layers.db
expect all-chains-complete 0 '"complete": true' paths u l4x0 --all --max-hops 40 --format json -d layers.db

# report NAME CONDITION…: whether the condition holds.
report() {
    local name=$1
    shift
    if "$@"; then
        echo "[       OK ] $name"
    else
        echo "[  FAILED  ] $name: not so: $*"
        failed=1
    fi
}
for n in 1 7 64; do
    "$rolechain" paths u l4x0 --all --max-hops 40 --max-chains "$n" -d layers.db >out 2>/dev/null
    report "max-chains-$n" [ "$(grep -c '^Chain of' out)" -eq "$n" ]
done
# What it takes does not grow with the number of chains: its peak in KB after that many bytes of them.
peak() {
    timeout 120 head -c "$1" >/dev/null <&3
    awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status"
}
mkfifo pipe
for format in text json; do
    bytes=24000000
    [ "$format" = text ] || bytes=140000000
    if [ -r /proc/self/status ]; then
        ASAN_OPTIONS=quarantine_size_mb=1 "$rolechain" paths u l29x0 --all --max-hops 40 --max-chains 4000000000 --format "$format" \
            -q -d layers.db >pipe 2>/dev/null &
        pid=$!
        exec 3<pipe
        few=$(peak 1000000) many=$(peak "$bytes")
        kill -KILL "$pid"
        exec 3<&-
        wait "$pid" 2>/dev/null
        report "memory-of-chains-$format" [ "${few:-0}" -gt 0 -a "${many:-9999999}" -lt "$((${few:-0} + 1500))" ]
    else
        echo "[  SKIPPED ] memory-of-chains-$format"
    fi
done
# Whoever reads a few lines waits for no more.
report closed-pipe [ "$(timeout 60 "$rolechain" paths u l29x0 --all --max-hops 40 --max-chains 4000000000 -d layers.db 2>/dev/null | head -n 1 | grep -c '^Chain of 30 hops')" -eq 1 ]
timeout -s INT 2 "$rolechain" paths u l29x0 --all --max-hops 40 --max-chains 4000000000 -d layers.db >/dev/null 2>&1
report interrupted [ "$?" -eq 124 ]

# Searches of findings that are stopped: twenty roles that ask for MFA, each with a way around it, to which
# somebody else comes by a shorter one.
may='{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}}'
{
    printf '{"UserDetailList":['
    for ((i = 0; i < 20; i++)); do
        printf '%s{"UserName":"u%s","Path":"/","UserId":"AIDA%017d","Arn":"%s:user/u%s"}' "${comma:-}" "$i" "$i" "$account" "$i"
        comma=,
    done
    printf ',{"UserName":"v","Path":"/","UserId":"AIDA00000000000000099","Arn":"%s:user/v","UserPolicyList":[%s]}' "$account" "$may"
    printf '],"GroupDetailList":[],"Policies":[],"RoleDetailList":['
    trusted() {
        printf '{"RoleName":"%s","Path":"/","RoleId":"AROA%s%015d","Arn":"%s:role/%s","RolePolicyList":[%s],"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[%s]}}' "$1" "$2" "$3" "$account" "$1" "$may" "$4"
    }
    allow() {
        printf '{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"%s}' "$1" "${2:-}"
    }
    trusted asks 73 0 "$(allow "$account:user/v" ',"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}')"
    for ((i = 0; i < 20; i++)); do
        printf ,
        trusted "x$i" 71 "$i" "$(allow "$account:user/u$i")"
        printf ,
        trusted "r$i" 72 "$i" "$(allow "$account:user/u$i" ',"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}'),$(allow "$account:role/x$i"),$(allow "$account:user/v")"
    done
    printf ']}'
} >guarded.json
around() {
    "$rolechain" findings --only guard-bypassed --from guarded.json -q --format json --max-steps "$1" 2>said | grep -c '"id": "guard-bypassed"'
}
report searched-to-the-end [ "$(around 400000000)" -eq 20 ]
report searched-to-the-end-says-nothing [ ! -s said ]
report stopped [ "$(around 1)" -lt 20 ]
report stopped-said grep -q 'raise --max-steps' said
expect stopped-in-json 0 'of all together (--max-steps)' findings --only guard-bypassed --from guarded.json --max-steps 1 --format json
expect stopped-in-sarif 0 'of all together (--max-steps)' findings --only guard-bypassed --from guarded.json --max-steps 1 --format sarif
# What a patch would have to name is bounded, and the finding says that none is offered.
users() {
    local i
    for ((i = 1; i <= 25; i++)); do
        printf ',{"UserName":"admin%s","Path":"/","UserId":"AIDA2%016d","Arn":"%s:user/admin%s","AttachedManagedPolicies":[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}]}' "$i" "$i" "$account" "$i"
    done
}
assuming='"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource"'
{
    printf '{"UserDetailList":[{"UserName":"low","Path":"/","UserId":"AIDA00000000000000001","Arn":"%s:user/low","UserPolicyList":[{%s:"%s:role/r1"}]}}]}' "$account" "$assuming" "$account"
    users
    printf '],"GroupDetailList":[],"Policies":[],"RoleDetailList":['
    role 1 "$account:root" | sed "s|}$|,\"RolePolicyList\":[{$assuming:\"$account:role/r2\"}]}}]}|"
    printf ','
    role 2 "$account:root" | sed 's|}$|,"AttachedManagedPolicies":[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}]}|'
    printf ']}'
} >named.json
"$rolechain" load -q -d named.db named.json || failed=1
expect cut-that-names-too-many 0 'more than 20 of its users and roles would have to be named' findings --patches --only chain-to-admin -d named.db
for ((i = 1; i <= 22; i++)); do
    printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"RoleName":"%s","Path":"/","RoleId":"AROA3%016d","Arn":"arn:aws:iam::2222%08d:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s:user/ops"},"Action":"sts:AssumeRole"}]}}]}' "$(printf '%x' $((i * 7919)))x" "$i" "$i" "$(printf '%x' $((i * 7919)))x" "$account" >"away$i.json"
done
printf '{"UserDetailList":[{"UserName":"ops","Path":"/","UserId":"AIDA00000000000000001","Arn":"%s:user/ops","UserPolicyList":[{%s:"*"}]}}]}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[]}' "$account" "$assuming" >ops.json
"$rolechain" load -q -d away.db ops.json away*.json || failed=1
expect roles-of-too-many-accounts 0 'it would have to name roles of more than 20 accounts' findings --patches -d away.db
exit "$failed"
