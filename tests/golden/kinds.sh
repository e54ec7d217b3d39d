#!/bin/bash
# Answers of other services whose members have names that IAM's have too, and logs and captures in other wrappings.
# usage: tests/golden/kinds.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

# A load of no export at all is an error: there is always one more.
other='{"Roles":[{"RoleName":"other","Arn":"arn:aws:iam::999988887777:role/other","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}]}'

# expect NAME STATUS WORDS TEXT [SUFFIX]: loads the text from a folder, compares the status, and looks for the words.
expect() {
    local status=0
    rm -rf folder x.db
    mkdir folder
    printf '%s' "$other" >folder/zz.json
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
expect pool-roles 0 "1 identity pool's roles" '{"IdentityPoolId":"eu-west-1:x","Roles":{"authenticated":"'$role'"}}'
expect pool-roles-backwards 0 "1 identity pool's roles" '{"Roles":{},"IdentityPoolId":"eu-west-1:x"}'
expect pool-roles-of-other-keys 2 'expected the ARNs of roles' '{"IdentityPoolId":"eu-west-1:x","Roles":{"Role":"x","admin":null}}'
expect pool-roles-without-pool 0 'not an export that rolechain reads' '{"Roles":{"guest":"x"},"RoleMappings":{}}'
expect pool-mappings 0 'cognito-identity-pool' '{"IdentityPoolId":"eu-west-1:x","RoleMappings":{}}'
expect function 0 'Lambda functions are not supported' '{"FunctionName":"f","Role":"'$role'"}'
expect broken-roles 2 'expected an array' '{"Roles":{"Arn":7}}'
expect broken-role 2 'expected an object' '{"Role":"x"}'
expect people 0 'identitystore-list-users: 1 person' '{"Users":[{"UserName":"ann","UserId":"a2c5","IdentityStoreId":"d-1"}]}'
expect people-in-groups 0 'identitystore-list-groups: 1 group of people' '{"Groups":[{"GroupId":"92e5","DisplayName":"x","IdentityStoreId":"d-1"}]}'
expect users-of-iam 0 'users without their policies' '{"Users":[{"UserName":"ann","UserId":"AIDAX","Arn":"arn:aws:iam::111122223333:user/ann"}]}'
expect users-of-a-pool 0 'Cognito user pool' '{"Users":[{"Username":"ann","UserStatus":"CONFIRMED"}]}'
expect users-of-a-cache 0 'ElastiCache' '{"Users":[{"UserId":"default","UserName":"default","Engine":"redis"}]}'
expect users-of-a-broker 0 'Amazon MQ' '{"BrokerId":"b","Users":[{"Username":"ann"}]}'
expect users-of-mail 0 'WorkMail' '{"Users":[{"Id":"S-1","Name":"ann","State":"ENABLED"}]}'
expect groups-of-traces 0 'X-Ray' '{"Groups":[{"GroupName":"g","GroupARN":"arn:aws:xray:eu-west-1:111122223333:group/g"}]}'
expect groups-of-resources 0 'resource groups' '{"GroupIdentifiers":[],"Groups":[{"GroupArn":"a","Name":"g"}]}'
expect groups-of-iam 0 'groups without their policies' '{"Groups":[{"GroupName":"ops","GroupId":"AGPAX","Arn":"arn:aws:iam::111122223333:group/ops"}]}'
expect clusters-of-eks 0 'eks-list-clusters' '{"clusters":["a"]}'
expect clusters-of-ecs-by-name 0 'ECS' '{"clusterArns":[]}'
expect clusters-of-ecs 0 'ECS' '{"clusterArns":["arn:aws:ecs:eu-west-1:111122223333:cluster/a"]}'
expect accounts-of-others 0 'not the accounts of AWS Organizations' '{"Accounts":[{"AccountId":"111122223333","Email":"a@example.com"}]}'
expect accounts-of-others-paged 0 'not the accounts of AWS Organizations' '{"Accounts":[{"Status":"ENABLED","accountId":"111122223333"}],"NextToken":"x"}'
expect accounts-of-the-organization 0 '1 account' '{"Accounts":[{"AccountId":"x","Id":"111122223333","Name":"a"}]}'
expect an-account-without-id 2 'has no 12-digit Id' '{"Accounts":[{"Name":"a"}]}'
expect targets-of-rules 0 'EventBridge targets' '{"Targets":[{"Id":"1","Arn":"arn:aws:lambda:eu-west-1:111122223333:function:f","RoleArn":"'$role'"}]}'


# ---- what one document of a wrapped answer is
resources='"Resources":{"U":{"Type":"AWS::IAM::User","Properties":{"UserName":"u"}}}'
expect 111122223333-parameters 0 '1 user of account' '{"TemplateBody":{'"$resources"',"Parameters":{}}}'
expect 111122223333-mappings 0 '1 user of account' '{"TemplateBody":{'"$resources"',"Mappings":{}},"StagesAvailable":[]}'
[ "$(grep -c 'not used' out)" -eq 0 ] || failed=1
expect 111122223333-neither 0 'not used' '{"TemplateBody":{"Mappings":{}}} {"RoleDetailList":[]}'

# ---- CloudTrail and Config in other wrappings
record='{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333"},"eventTime":"2026-01-02T03:04:05Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"eu-west-1","requestParameters":{"roleArn":"'$role'"},"resources":[{"ARN":"'$role'"}],"recipientAccountId":"111122223333"}'
quoted=$(printf '%s' "$record" | sed 's/"/\\"/g')
bridge='{"version":"0","detail-type":"AWS Service Event via CloudTrail","resources":[],"detail":'$record'}'
item='{"version":"1.3","accountId":"111122223333","configurationItemCaptureTime":"2026-01-01T00:00:00Z","configurationItemStatus":"OK","arn":"'$role'","resourceType":"AWS::IAM::Role","resourceId":"AROAX","configuration":{"path":"/","roleName":"x","roleId":"AROAX","arn":"'$role'","assumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"}}'
expect item-alone 0 'aws-config: 1 role' "$item"
expect items-by-line 0 'aws-config: 2 roles' "$item
$item"
expect items-in-an-array 0 'aws-config: 1 role' "[$item]"
changed='{"version":"0","detail-type":"Config Configuration Item Change","source":"aws.config","detail":{"messageType":"ConfigurationItemChangeNotification","configurationItem":'$item'}}'
expect item-of-a-bridge 0 'aws-config: 1 role' "$changed"
expect items-of-a-bridge 0 'aws-config: 2 roles' "[$changed,$changed]"
expect bridge-of-others 0 'not an export that rolechain reads' '{"version":"0","detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":{}}'
expect item-for-a-rule 0 'invokingEvent' '{"invokingEvent":"{}","ruleParameters":"{}"}'
expect notice 0 'Message' '{"Type":"Notification","TopicArn":"t","Message":"{}"}'
expect queue 0 'Body' '{"Messages":[{"MessageId":"m","Body":"{}"}]}'
expect lake 0 'CloudTrail Lake' '{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventName":"AssumeRole"}]]}'
expect function-of-logs 0 'awslogs.data' '{"awslogs":{"data":"H4sI"}}'
expect records 0 '1 caller of a role, 1 event' '{"Records":['"$record"']}'
expect records-by-line 0 '1 caller of a role, 2 events' "$record
$record"
expect records-sorted-by-line 0 '1 caller of a role, 1 event' '{"awsRegion":"eu-west-1","eventName":"AssumeRole","eventSource":"sts.amazonaws.com","eventTime":"2026-01-02T03:04:05Z","recipientAccountId":"111122223333","requestParameters":{"roleArn":"'$role'"},"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333"}}'
expect records-in-an-array 0 '1 caller of a role, 2 events' "[$record,$record]"
expect records-from-eventbridge 0 '1 caller of a role, 1 event' "$bridge"
expect lines-from-eventbridge 0 '1 caller of a role, 2 events' "$bridge
$bridge"
expect records-of-logs 0 '1 caller of a role, 1 event' '{"events":[{"timestamp":1,"message":"'"$quoted"'"}],"searchedLogStreams":[]}'
expect records-of-a-subscription 0 '1 caller of a role, 1 event' '{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":"'"$quoted"'"}]}'
expect records-of-a-query 0 '1 caller of a role, 1 event' '{"results":[[{"field":"@timestamp","value":"x"},{"field":"@message","value":"'"$quoted"'"}]],"status":"Complete"}'
expect looked-up-events-in-an-array 0 '1 caller of a role, 1 event' '[{"EventId":"1","CloudTrailEvent":"'"$quoted"'"}]'
expect dated-lines 0 'remove the times' "2026-01-02T03:04:05.678Z $record"
expect other-events 0 'not an export that rolechain reads' '{"events":[{"timestamp":1,"message":"hello"}]}'
item='{"resourceType":"AWS::IAM::Role","resourceId":"AROAX000000000000","configurationItemCaptureTime":"2026-01-02T03:04:05Z","arn":"'$role'","configuration":{"arn":"'$role'","roleName":"x","roleId":"AROAX000000000000","path":"/","assumeRolePolicyDocument":"%7B%22Statement%22%3A%5B%5D%7D"}}'
expect one-item 0 'aws-config: 1 role' '{"ConfigurationItem":'"$item"'}'
expect a-change-of-an-item 0 'aws-config: 1 role' '{"configurationItem":'"$item"',"messageType":"ConfigurationItemChangeNotification"}'
expect items-of-an-aggregator 0 'aws-config: 1 role' '{"BaseConfigurationItems":['"$item"'],"UnprocessedResourceIdentifiers":[]}'
small='{"userDetailList":[],"groupDetailList":[],"roleDetailList":[{"roleName":"x","path":"/","roleId":"AROAX000000000000","arn":"'$role'","assumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]},"attachedManagedPolicies":[{"policyName":"m","policyArn":"arn:aws:iam::111122223333:policy/m"}]}],"policies":[{"policyName":"m","arn":"arn:aws:iam::111122223333:policy/m","defaultVersionId":"v1","policyVersionList":[{"versionId":"v1","isDefaultVersion":true,"document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}]}],"isTruncated":false}'
expect small-letters 0 'authorization-details: 1 role, 1 managed policy' "$small"
expect policies-of-others 0 'not an export that rolechain reads' '{"policies":[{"policyName":"m"}]}'

# ---- exports that disagree
details() {
    printf '{"RoleDetailList":[{"RoleName":"R","Path":"/","RoleId":"AROAR000000000000","Arn":"arn:aws:iam::111122223333:role/R","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}}]}' "$1"
}
says() {
    local name=$1 words=$2
    shift 2
    "$rolechain" "$@" >out 2>&1
    if grep -qF -- "$words" out; then
        echo "[       OK ] $name"
    else
        head -20 out
        echo "[  FAILED  ] $name"
        failed=1
    fi
}
printf '%s' "$record" >record.json
"$rolechain" load -q -d events.db record.json >/dev/null 2>&1
says events-in-status '1 event of account 111122223333' status -d events.db
mkdir differ
details '*' >differ/a.json
details 222233334444 >differ/b.json
says disagreement-of-findings 'a different trust policy' findings --from differ
says disagreement-of-who-can 'a different trust policy' who-can R --from differ
"$rolechain" load -q -d differ.db differ >/dev/null 2>&1
says disagreement-of-status 'exports-disagree' status -d differ.db
"$rolechain" findings --quiet --from differ >out 2>&1
if grep -qF 'a different trust policy' out; then
    echo '[  FAILED  ] quiet-about-disagreement'
    failed=1
else
    echo '[       OK ] quiet-about-disagreement'
fi
[ "$failed" -eq 0 ]
