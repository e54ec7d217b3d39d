#!/bin/bash
# Answers of other services whose members have names that IAM's have too, and logs and captures in other wrappings.
# usage: tests/golden/kinds.sh ROLECHAIN
set -u
rolechain=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export NO_COLOR=1
unset ROLECHAIN_DB
failed=0

# expect NAME STATUS WORDS TEXT [SUFFIX]: loads the text from a folder, compares the status, and looks for the words.
expect() {
    local status=0
    rm -rf folder x.db
    mkdir folder
    printf '%s' "$4" >"folder/$1${5:-.json}"
    "$rolechain" load -d x.db folder >out 2>&1 || status=$?
    if [ "$status" -eq "$2" ] && grep -qF -- "$3" out; then
        echo "[       OK ] $1"
    else
        echo "$1: status $status, expected $2 and \"$3\""
        head -20 out
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

role=arn:aws:iam::111122223333:role/x
expect pool-roles 0 'Cognito identity pools' '{"IdentityPoolId":"eu-west-1:x","Roles":{"authenticated":"'$role'"}}'
expect pool-roles-backwards 0 'Cognito identity pools' '{"Roles":{},"IdentityPoolId":"eu-west-1:x"}'
expect function 0 'functions are not read' '{"FunctionName":"f","Role":"'$role'"}'
expect broken-roles 2 'expected an array' '{"Roles":{"Arn":7}}'
expect broken-role 2 'expected an object' '{"Role":"x"}'
expect people 0 'people of Identity Center' '{"Users":[{"UserName":"ann","UserId":"a2c5","IdentityStoreId":"d-1"}]}'
expect people-in-groups 0 'groups of Identity Center' '{"Groups":[{"GroupId":"92e5","DisplayName":"x","IdentityStoreId":"d-1"}]}'
expect users-of-iam 0 'users without policies' '{"Users":[{"UserName":"ann","UserId":"AIDAX","Arn":"arn:aws:iam::111122223333:user/ann"}]}'
expect users-of-a-pool 0 'user pools' '{"Users":[{"Username":"ann","UserStatus":"CONFIRMED"}]}'
expect clusters-of-eks 0 'EKS' '{"clusters":["a"]}'
expect clusters-of-ecs 0 'ECS' '{"clusterArns":["arn:aws:ecs:eu-west-1:111122223333:cluster/a"]}'
expect targets-of-rules 0 'EventBridge rules' '{"Targets":[{"Id":"1","Arn":"arn:aws:lambda:eu-west-1:111122223333:function:f","RoleArn":"'$role'"}]}'

[ "$failed" -eq 0 ]
