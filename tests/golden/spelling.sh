#!/bin/bash
# A condition key that policies spell differently is one key, and each answer prints it alike, whichever policy was loaded first
# and whichever command is asked.
# usage: tests/golden/spelling.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

# role NAME CONDITION: it trusts an account that is not exported.
role() {
    printf '{"Path":"/","RoleName":"%s","RoleId":"AROA00000000000000%s","Arn":"arn:aws:iam::111122223333:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"sts:AssumeRole","Condition":{"StringEquals":%s}}]},"InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]}' \
        "$1" "$1" "$1" "$2"
}
one=$(role A '{"aws:PrincipalTag/CostCenter":"x","my:Own":"z"}')
two=$(role B '{"AWS:principaltag/COSTCENTER":"x","my:OWN":"z"}')
three=$(role C '{"aws:PrincipalTag/costcenter":"x","STS:externalid":"x7"}')
account() { printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[%s,%s,%s]}' "$@"; }
account "$one" "$two" "$three" >forth.json
account "$three" "$two" "$one" >back.json
"$rolechain" load -q forth.json -d loaded.db >/dev/null

# says ROLE WORDS
says() {
    for source in '--from forth.json' '--from back.json' '-d loaded.db'; do
        # shellcheck disable=SC2086 # words
        expect "explain-$1-${source##* }" 0 "$2" explain 999988887777 "$1" $source
        # shellcheck disable=SC2086
        expect "who-can-$1-${source##* }" 0 "$2" who-can "$1" $source
    done
}
says A 'aws:PrincipalTag/CostCenter = "x"'
says A 'my:Own = "z"'
says B 'AWS:principaltag/COSTCENTER = "x"'
says B 'my:OWN = "z"'
says C 'aws:PrincipalTag/costcenter = "x"'
says C 'sts:ExternalId = "x7"'
expect fixed-in-any-spelling 0 'my:OWN = "z"' explain 999988887777 B --context aws:principalTAG/costCENTER=x --from forth.json
expect other-value-in-any-spelling 1 'cannot assume' explain 999988887777 B --context aws:principalTAG/costCENTER=y --from forth.json
exit "$failed"
