#!/bin/bash
# Plans and templates: what is one thing and what is two, whose each is, and what the functions of templates come to.
# usage: tests/golden/planned.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

# trust PRINCIPAL: a trust policy.
trust() {
    printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}' "$1"
}

# template PRINCIPAL [PROPERTIES]: a role without a name.
template() {
    printf '{"Resources":{"Deploy":{"Type":"AWS::IAM::Role","Properties":{%s"AssumeRolePolicyDocument":%s}}}}' "${2:-}" "$(trust "$1")"
}

# planned ADDRESS NAME PRINCIPAL: a role of a plan; without a name if that is "".
planned() {
    printf '{"address":"%s","mode":"managed","type":"aws_iam_role","values":{%s"path":"/","assume_role_policy":%s}}' \
        "$1" "${2:+\"name\":\"$2\",}" "\"$(trust "$3" | sed 's/"/\\"/g')\""
}

# made ADDRESS PROVIDER: the same in the configuration.
made() {
    printf '{"address":"%s","type":"aws_iam_role","provider_config_key":"%s","expressions":{}}' "$1" "$2"
}

# plan RESOURCES CONFIGURED PROVIDERS
plan() {
    printf '{"planned_values":{"root_module":{"resources":[%s]}},"configuration":{"provider_config":{%s},"root_module":{"resources":[%s]}}}' "$1" "$3" "$2"
}

mine=(--account 111122223333)

# ---- two things are one only if the file says so
mkdir -p ten/sub stacks
for i in 1 2 3 4 5 6 7 8; do template "22223333440$i" >"ten/t$i.json"; done
template '*' >ten/sub/t1.json
template 222233334409 >ten/sub/t2.json
expect ten-templates 0 '10 roles' load -d ten.db "${mine[@]}" ten
expect ten-templates-again 0 '10 roles' load -d ten.db "${mine[@]}" ten
expect public-among-ten 0 'trust-public' findings -d ten.db --format csv
expect role-of-one-template 0 '(Deploy in sub:t1.json)' who-can '(Deploy in sub:t1.json)' -d ten.db
expect one-file-needs-no-label 0 '(Deploy)' who-can '(Deploy)' "${mine[@]}" --from ten/t1.json
mkdir one two
template 222233334444 >one/a.json
template '*' >two/a.json
expect first-of-two-loads 0 '1 role' load -d loads.db "${mine[@]}" one/a.json
expect second-of-two-loads 0 'among 2 users and roles' load -d loads.db "${mine[@]}" two/a.json
expect public-of-two-loads 0 'trust-public' findings -d loads.db --format csv
for stack in blue green; do
    printf '{"call":"cloudformation get-template","args":{"--stack-name":"%s"},"output":{"TemplateBody":%s}}\n' $stack "$(template 222233334444)"
done >stacks.ndjson
expect stacks-of-one-file 0 '(Deploy in green)' who-can '(Deploy in green)' "${mine[@]}" --from stacks.ndjson
printf '[%s,%s]' "$(template 222233334444)" "$(template '*')" >array.json
expect templates-of-one-array 0 '2 roles' load -d array.db "${mine[@]}" array.json
printf '{"Resources":{"A":{"Type":"AWS::IAM::Role","Condition":"Prod","Properties":{"RoleName":"deploy","AssumeRolePolicyDocument":%s}},"B":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"Deploy","AssumeRolePolicyDocument":%s}}}}' \
    "$(trust 222233334444)" "$(trust '*')" >same-name.json
expect one-name-twice 0 '(Deploy of B)' who-can '(Deploy of B)' "${mine[@]}" --from same-name.json
plan "$(planned 'aws_iam_role.r[\"a/b\"]' '' 222233334444),$(planned 'aws_iam_role.r[\"a.b\"]' '' '*')" '' '' >keys.json
expect keys-with-slashes 0 '2 roles' load -d keys.db "${mine[@]}" keys.json

# ---- one name that several files write: whichever of them is deployed
# named PRINCIPAL [PROPERTIES]: a role of that name.
named() {
    template "$1" "\"RoleName\":\"deploy\",${2:-}"
}
mkdir -p named/a named/b admins tagged same
admin='"ManagedPolicyArns":["arn:aws:iam::aws:policy/AdministratorAccess"],'
named 222233334444 "$admin" >named/a/t.json
named '*' >named/b/t.json
expect same-name-said 0 'another plan or template has a different trust policy' load -d named.db "${mine[@]}" named
expect same-name-is-public 0 'trust-public' findings -d named.db --format csv
expect same-name-first 0 'DeployedFrom/111122223333:role/deploy = "named/a/t.json"' who-can deploy -d named.db
expect same-name-second 0 'DeployedFrom/111122223333:role/deploy = "named/b/t.json"' who-can deploy -d named.db
expect same-name-not-both 1 'cannot assume role deploy' explain '*' deploy -d named.db --context 'rolechain:DeployedFrom/111122223333:role/deploy=named/a/t.json'
expect same-name-patches 0 'trust-public' findings -d named.db --patches
if "$rolechain" findings -d named.db --patches | grep -q '"rolechain:DeployedFrom'; then
    echo "[  FAILED  ] same-name-in-no-patch"
    failed=1
else
    echo "[       OK ] same-name-in-no-patch"
fi
expect same-name-again 0 '"named/b/t.json"' who-can deploy -d named.db
named 222233334445 >named/a/t.json
expect same-name-changed 0 'loaded' load -d named.db "${mine[@]}" named
expect same-name-of-now 0 'trust-public' findings -d named.db --format csv
expect same-name-without-before 1 'cannot assume role deploy' explain 222233334444 deploy -d named.db --context 'rolechain:DeployedFrom/111122223333:role/deploy=named/a/t.json'
expect same-name-first-load 0 '1 role' load -d later.db "${mine[@]}" named/b/t.json
expect same-name-second-load 0 'another plan or template' load -d later.db "${mine[@]}" named/a/t.json
expect same-name-of-two-loads 0 'trust-public' findings -d later.db --format csv
# The policies of each file count where that file does.
roles_named() {
    printf '{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"hub",%s"AssumeRolePolicyDocument":%s}},"S":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"%s","AssumeRolePolicyDocument":%s}}}}' \
        "$2" "$(trust 222233334444)" "$1" "$(trust 111122223333)"
}
inline() {
    printf '"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"%s","Action":"sts:AssumeRole","Resource":"*"}]}}],' "$1"
}
roles_named one '' >admins/1.json
roles_named two "$(inline Allow)" >admins/2.json
roles_named three "$admin" >admins/3.json
roles_named four "$(inline Deny)" >admins/4.json
expect same-name-policies 0 '"admins/2.json"' explain hub one "${mine[@]}" --from admins
expect same-name-managed-policies 0 '"admins/3.json"' explain hub one "${mine[@]}" --from admins
template 222233334444 '"RoleName":"deploy","PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess",' >tagged/1.json
template 222233334444 '"RoleName":"deploy",'"$(inline Allow)" >tagged/2.json
expect same-name-other-boundary 0 'set of policies, groups or boundary' load -d tagged.db "${mine[@]}" tagged
named 222233334444 >same/1.json
named 222233334444 >same/2.json
expect same-role-in-two-files 0 '"problems": []' status --format json --from same "${mine[@]}"
plan "$(planned aws_iam_role.a deploy '*')" '' '' >same/3.json
expect same-name-of-a-plan 0 'same/3.json' who-can deploy "${mine[@]}" --from same

# ---- whose it is
assumes() {
    printf '"expressions":{"assume_role":[{"role_arn":{"constant_value":"arn:aws:iam::%s:role/terraform"}}]}' "$1"
}
roles="$(planned aws_iam_role.a deploy 222233334444),$(planned aws_iam_role.b deploy '*'),$(planned aws_iam_role.c deploy 222233334445)"
makers="$(made aws_iam_role.a aws),$(made aws_iam_role.b aws.prod),$(made aws_iam_role.c aws.dev)"
plan "$roles" "$makers" "\"aws\":{\"name\":\"aws\"},\"aws.prod\":{$(assumes 222222222222)},\"aws.dev\":{$(assumes 333333333333)}" >constant.json
expect roles-of-three-accounts 0 '3 roles of 3 accounts' load -d constant.db "${mine[@]}" constant.json
expect public-of-three-accounts 0 'role deploy in 222222222222' findings -d constant.db --only trust-public
expect without-the-default-account 2 'name the account with --account' load -d default.db constant.json
plan "$roles" "$makers" '"aws":{"name":"aws"},"aws.prod":{"expressions":{"assume_role":[{"role_arn":{"references":["var.role"]}}]}},"aws.dev":{"name":"aws"}' >unknown.json
expect roles-of-unknown-accounts 0 '3 roles of account' load -d unknown.db "${mine[@]}" unknown.json
expect said-that-it-is-unknown 0 'provider aws.prod has its own credentials' load -d said.db "${mine[@]}" unknown.json
expect public-of-unknown-account 0 '(deploy of aws.prod)' findings -d unknown.db --only trust-public
# known VARIABLES <plan: with what its variables are.
known() {
    sed 's/^{/{"variables":{'"$1"'},/'
}
known '"role":{"value":"arn:aws:iam::222222222222:role\/terraform"}' <unknown.json >variable.json
expect variables-are-read 0 '3 roles of 2 accounts' load -d variable.db "${mine[@]}" variable.json
expect account-of-a-variable 0 'role deploy in 222222222222' findings -d variable.db --only trust-public
known '"role":{"value":222222222222}' <unknown.json >no-text.json
expect variable-that-is-no-text 0 'provider aws.prod has its own credentials' load -d no-text.db "${mine[@]}" no-text.json
known '"other":{"value":"arn:aws:iam::222222222222:role\/terraform"}' <unknown.json >other-variable.json
expect variable-without-a-value 0 'provider aws.prod has its own credentials' load -d other.db "${mine[@]}" other-variable.json
plan "$roles" "$makers" '"aws":{"name":"aws"},"aws.prod":{"expressions":{"assume_role":[{"role_arn":{"references":["var.ids.prod","var.ids"]}}]}},"aws.dev":{"expressions":{"allowed_account_ids":{"references":["var.dev"]}}}' |
    known '"ids":{"value":{"prod":"222222222222"}},"dev":{"value":["333333333333"]}' >numbers.json
expect accounts-of-variables 0 '3 roles of 3 accounts' load -d numbers.db "${mine[@]}" numbers.json
expect account-within-an-arn 0 'role deploy in 222222222222' findings -d numbers.db --only trust-public
plan "$roles" "$(made aws_iam_role.a aws),$(made aws_iam_role.b module.m:aws),$(made aws_iam_role.c aws)" '"aws":{"name":"aws"},"module.m:aws":{"expressions":{"assume_role":[{"role_arn":{"references":["var.role"]}}]}}' |
    known '"role":{"value":"arn:aws:iam::222222222222:role\/terraform"}' >module-variable.json
expect variable-of-a-module 0 'provider module.m:aws has its own credentials' load -d module.db "${mine[@]}" module-variable.json
plan "$roles" "$makers" '"aws":{"expressions":{"allowed_account_ids":{"constant_value":["444444444444"]}}},"aws.prod":{"expressions":{"allowed_account_ids":{"constant_value":["555555555555"]}}}' >allowed.json
expect allowed-accounts 0 'role deploy in 555555555555' who-can arn:aws:iam::555555555555:role/deploy "${mine[@]}" --from allowed.json
plan "$roles" "$(made aws_iam_role.a aws),$(made aws_iam_role.b aws),$(made aws_iam_role.c aws)" "\"aws\":{$(assumes 222222222222)}" >overruled.json
expect account-overruled 0 'which is used' load -d overruled.db "${mine[@]}" overruled.json

there=$(planned aws_iam_role.there there 222233334444 | sed 's#"path"#"arn":"arn:aws:iam::222222222222:role/there","path"#')
printf '{"planned_values":{"root_module":{"resources":[%s,%s]}}}' "$there" "$(planned aws_iam_role.r deploy '*')" >one-arn.json
cp one-arn.json plan-202611301555.json
expect account-given-beside-an-arn 0 '--account names 111122223333' load -d one-arn.db "${mine[@]}" one-arn.json
expect account-given-is-used 0 'role deploy in 111122223333' who-can arn:aws:iam::111122223333:role/deploy -d one-arn.db
expect account-of-the-arn 0 '2 roles of account 222222222222' load -d dated.db plan-202611301555.json

# ---- resources of the Cloud Control provider
cc() {
    printf '{"address":"%s","mode":"managed","type":"%s","values":{%s}}' "$1" "${1%%.*}" "$2"
}
text() {
    printf '"%s"' "$(printf '%s' "$1" | sed 's/"/\\"/g')"
}
all=$(text '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
plan "$(cc awscc_iam_role.r "\"role_name\":\"deploy\",\"assume_role_policy_document\":$(text "$(trust '*')"),\"policies\":[{\"policy_name\":\"p\",\"policy_document\":$all}]"),$(cc awscc_iam_managed_policy.m "\"managed_policy_name\":\"m\",\"policy_document\":$all,\"users\":[\"ann\"]"),$(cc awscc_iam_user.u '"user_name":"ann","groups":["ops"]'),$(cc awscc_iam_group.g '"group_name":"ops"'),$(cc awscc_iam_role_policy.q "\"role_name\":\"deploy\",\"policy_name\":\"q\",\"policy_document\":$all")" '' '' >cloud-control.json
expect cloud-control 0 '1 user, 1 group, 1 role, 1 managed policy' load -d cloud-control.db "${mine[@]}" cloud-control.json
expect cloud-control-is-public 0 'trust-public' findings -d cloud-control.db --format csv
expect cloud-control-policy 0 'allowed' explain ann deploy -d cloud-control.db --format json
expect cloud-control-reads-all 0 '"problems": []' status -d cloud-control.db --format json

# ---- policies that only the configuration has
late() {
    printf '{"planned_values":{"root_module":{"resources":[{"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","values":{"name":"deploy","path":"/"}}]}},"configuration":{"root_module":{"resources":[{"address":"aws_iam_role.r","type":"aws_iam_role","expressions":{"assume_role_policy":{"references":["data.aws_iam_policy_document.d.json","data.aws_iam_policy_document.d"]}}},{"address":"data.aws_iam_policy_document.d","mode":"data","type":"aws_iam_policy_document","expressions":{"statement":[{"actions":{"constant_value":["sts:AssumeRole"]},"principals":[{"type":{"constant_value":"AWS"},"identifiers":%s}]%s}]%s}}]}}}' "$1" "${2:-}" "${3:-}"
}
late '{"constant_value":["*"]}' >late.json
expect deferred-document 0 'trust-public' findings "${mine[@]}" --from late.json --format csv
late '{"constant_value":["222233334444"]}' ',"condition":[{"test":{"constant_value":"StringEquals"},"variable":{"constant_value":"sts:ExternalId"},"values":{"constant_value":["x7"]}}]' >late-condition.json
expect deferred-condition 0 'x7' who-can deploy "${mine[@]}" --from late-condition.json
late '{"references":["var.who"]}' >late-variable.json
expect deferred-variable 0 'a principal known only after deployment (${deployment.var.who.1})' who-can deploy "${mine[@]}" --from late-variable.json
late '{"constant_value":["222233334444"]}' ',"condition":[{"test":{"constant_value":"StringEquals"},"variable":{"constant_value":"sts:ExternalId"},"values":{"references":["random_id.x.hex","random_id.x"]}}]' >late-value.json
expect deferred-value 0 'sts:ExternalId = "${deployment.random_id.x.hex.1}"' who-can deploy "${mine[@]}" --from late-value.json
late '{"constant_value":["222233334444"]}' ',"condition":[{"test":{"constant_value":"IpAddress"},"variable":{"constant_value":"aws:SourceIp"},"values":{"references":["var.office"]}}]' >late-address.json
expect deferred-address 0 'aws:SourceIp = "${deployment.var.office.1}"' who-can deploy "${mine[@]}" --from late-address.json
late '{"constant_value":["222233334444"]}' ',"condition":[{"test":{"constant_value":"Null"},"variable":{"constant_value":"aws:SourceVpc"},"values":{"references":["var.x"]}},{"test":{"constant_value":"StringEquals"},"variable":{"constant_value":"sts:ExternalId"},"values":{"constant_value":["x7"]}}]' >late-null.json
expect deferred-presence 0 'deployment.var.x.1 = "true" and identity policies of account 222233334444 (not in the export) allow it and sts:ExternalId = "x7"' who-can deploy "${mine[@]}" --from late-null.json
late '{"constant_value":["222233334444"]}' '},{"actions":{"references":[1]}' >late-number.json
expect deferred-nothing 0 'whom the role trusts is unknown' load -d late-number.db "${mine[@]}" late-number.json
late '{"constant_value":["222233334444"]}' '},{"actions":{"references":["var.verb"]},"sid":{"references":["var.sid"]},"principals":[{"type":{"constant_value":"AWS"},"identifiers":{"constant_value":["333344445555"]}}]' >late-action.json
expect deferred-action 0 'account 222233334444' who-can deploy "${mine[@]}" --from late-action.json
expect deferred-action-open 0 'deployment.var.verb.1 = "the action"' who-can deploy "${mine[@]}" --from late-action.json
late '{"constant_value":["222233334444"]}' ',"condition":[{"test":{"constant_value":"StringEquals"},"variable":{"constant_value":"sts:ExternalId"},"values":{"references":["random_id.x.hex"]}},{"test":{"constant_value":"StringEquals"},"variable":{"constant_value":"aws:UserAgent"},"values":{"constant_value":["&{aws:username}"]}}]' ',"version":{"constant_value":"2008-10-17"}' >late-version.json
expect deferred-version 0 'aws:UserAgent = "${aws:username}"' who-can deploy "${mine[@]}" --from late-version.json
late '{"references":["var.who"]}' '},{"actions":{"constant_value":["sts:AssumeRole"]},"principals":[{"type":{"constant_value":"AWS"},"identifiers":{"constant_value":["*"]}}]' >late-beside.json
expect beside-a-deferred-principal 0 'trust-public' findings "${mine[@]}" --from late-beside.json --format csv
late '{"constant_value":["*"]}' '' ',"override_policy_documents":{"references":["var.more"]}' >late-override.json
expect deferred-override 0 'whom the role trusts is unknown' load -d late.db "${mine[@]}" late-override.json

# ---- what the functions of templates come to

# roles TRUST [PROPERTIES] [SECTIONS]: a role Deploy with that trust policy, and one that may assume roles.
roles() {
    printf '{%s"Resources":{"Deploy":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"deploy","AssumeRolePolicyDocument":%s}},"Caller":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"caller",%s"AssumeRolePolicyDocument":%s}}}}' \
        "${3:-}" "$1" "${2:-}" "$(trust 111122223333)"
}
allow='{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}'
may='"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":['"$allow"']}}],'
quoted=$(trust 'arn:aws:iam::111122223333:role/caller' | sed 's/"/\\"/g')
open='"Parameters":{"Env":{"Type":"String","Default":"dev"}},"Conditions":{"Prod":{"Fn::Equals":[{"Ref":"Env"},"prod"]}},'
constant='"Conditions":{"Same":{"Fn::Equals":["a","a"]},"Other":{"Fn::Not":[{"Condition":"Same"}]}},'

# decides NAME WORD TEMPLATE: what explain says of caller and deploy.
decides() {
    printf '%s' "$3" >"$1.json"
    local status=0
    [ "$2" != denied ] || status=1
    case $2 in allowed | denied) set -- "$1" "\"verdict\": \"$2\"" "$3" ;; esac
    expect "$1" $status "$2" explain caller deploy "${mine[@]}" --from "$1.json" --format json
}
decides policy-as-text allowed "$(roles "\"$quoted\"" "$may")"
decides policy-as-sub allowed "$(roles "{\"Fn::Sub\":\"${quoted/111122223333/\$\{AWS::AccountId\}}\"}" "$may")"
decides policy-as-join allowed "$(roles "{\"Fn::Join\":[\"\",[\"${quoted%%111122223333*}\",{\"Ref\":\"AWS::AccountId\"},\"${quoted#*111122223333}\"]]}" "$may")"
decides identity-policy-as-text allowed "$(roles "$(trust 111122223333)" "\"Policies\":[{\"PolicyName\":\"p\",\"PolicyDocument\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":${allow//\"/\\\"}}\"}],")"
decides statement-under-a-condition 'Condition/Prod = true' "$(roles "$(trust 111122223333)" '"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Fn::If":["Prod",'"$allow"',{"Ref":"AWS::NoValue"}]}]}}],' "$open")"
decides policy-under-a-condition 'Condition/Prod = true' "$(roles "$(trust 111122223333)" '"Policies":[{"Fn::If":["Prod",{"PolicyName":"p","PolicyDocument":{"Statement":'"$allow"'}},{"Ref":"AWS::NoValue"}]}],' "$open")"
decides policies-under-a-condition 'Condition/Prod = false' "$(roles "$(trust 111122223333)" '"Policies":{"Fn::If":["Prod",[],[{"PolicyName":"p","PolicyDocument":{"Statement":'"$allow"'}}]]},' "$open")"
attached='{"Fn::If":["Prod","arn:aws:iam::aws:policy/AdministratorAccess",{"Ref":"AWS::NoValue"}]}'
decides attached-under-a-condition 'Condition/Prod = true' "$(roles "$(trust 111122223333)" "\"ManagedPolicyArns\":[$attached]," "$open")"
decides list-attached-under-a-condition 'Condition/Prod = false' "$(roles "$(trust 111122223333)" '"ManagedPolicyArns":{"Fn::If":["Prod",[],["arn:aws:iam::aws:policy/AdministratorAccess"]]},' "$open")"
decides one-of-two-attached allowed "$(roles "$(trust 111122223333)" '"ManagedPolicyArns":[{"Fn::If":["Prod","arn:aws:iam::aws:policy/AdministratorAccess","arn:aws:iam::aws:policy/PowerUserAccess"]}],' "$open")"
decides name-attached-under-a-condition 'Condition/Prod = false' "$(roles "$(trust 111122223333)" '"ManagedPolicyArns":[{"Fn::Sub":["arn:aws:iam::aws:policy/${P}",{"P":{"Fn::If":["Prod","ReadOnlyAccess","AdministratorAccess"]}}]}],' "$open")"
decides denial-attached-under-a-condition 'Condition/Prod = false' "$(roles "$(trust 111122223333)" "$may"'"ManagedPolicyArns":[{"Fn::If":["Prod","arn:aws:iam::aws:policy/AWSDenyAll",{"Ref":"AWS::NoValue"}]}],' "$open")"
decides unknown-policy-beside-a-condition 'not in the export' "$(roles "$(trust 111122223333)" "\"ManagedPolicyArns\":[$attached,{\"Ref\":\"More\"}]," "$open")"
# apart TYPE CONDITION EFFECT: the same with a policy of its own under that condition.
apart() {
    roles "$(trust 111122223333)" "$may" "$open" |
        sed "s|\"Resources\":{|&\"P\":{\"Type\":\"AWS::IAM::$1\",\"Condition\":\"$2\",\"Properties\":{\"PolicyName\":\"q\",\"Roles\":[\"caller\"],\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"$3\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}]}}},|"
}
decides policy-made-under-a-condition 'Condition/Prod = false' "$(apart Policy Prod Deny)"
decides managed-policy-made-under-a-condition 'Condition/Prod = false' "$(apart ManagedPolicy Prod Deny)"
decides policy-made-anyway allowed "$(apart ManagedPolicy Prod Allow)"
decides beside-a-condition allowed "$(roles "$(trust 111122223333)" '"Policies":[{"PolicyName":"p","PolicyDocument":{"Statement":['"$allow"',{"Fn::If":["Prod",{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Ref":"AWS::NoValue"}]}]}}],' "$open")"
decides both-cases-allow allowed "$(roles '{"Fn::If":["Prod",'"$(trust arn:aws:iam::111122223333:role/caller),$(trust 111122223333)"']}' "$may" "$open")"
decides principal-under-a-condition 'Condition/Prod = true' "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":{"Fn::If":["Prod","arn:aws:iam::111122223333:role/caller","arn:aws:iam::111122223333:role/other"]}},"Action":"sts:AssumeRole"}]}' "$may" "$open")"
decides a-condition-that-holds allowed "$(roles '{"Fn::If":["Same",'"$(trust 111122223333),$(trust 222233334444)"']}' "$may" "$constant")"
decides a-condition-that-does-not denied "$(roles '{"Fn::If":["Other",'"$(trust 111122223333),$(trust 222233334444)"']}' "$may" "$constant")"
decides a-list-of-accounts allowed "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":{"Ref":"Who"}},"Action":"sts:AssumeRole"}]}' "$may" '"Parameters":{"Who":{"Type":"CommaDelimitedList","Default":"222233334444, 111122223333"}},')"
decides split-and-select allowed "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":{"Fn::Select":[1,{"Fn::Split":["/","222233334444/111122223333"]}]}},"Action":"sts:AssumeRole"}]}' "$may")"
later='"Parameters":{"Ext":{"Type":"String"},"Who":{"Type":"String","Default":"111122223333"}},'
demanding='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":{"Ref":"Ext"}}}}]}'
decides a-value-known-later 'sts:ExternalId = \"${deployment.Ext}\"' "$(roles "$demanding" "$may" "$later")"
decides a-value-known-later-in-a-text 'sts:ExternalId = \"${deployment.Ext}\"' "$(roles "{\"Fn::Sub\":\"$(printf '%s' "${demanding/{\"Ref\":\"Ext\"\}/\"\$\{Ext\}\"}" | sed 's/"/\\"/g')\"}" "$may" "$later")"
decides a-value-known-later-without-version conditional "$(roles "${demanding/\"Version\":\"2012-10-17\",/}" "$may" "$later")"
decides an-address-known-later conditional "$(roles "${demanding/StringEquals\":{\"sts:ExternalId/IpAddress\":{\"aws:SourceIp}" "$may" "$later")"
decides a-resource-known-later 'matches arn:aws:iam::111122223333:role/deploy' "$(roles "$(trust 111122223333)" '"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":{"Fn::Sub":"arn:aws:iam::${Ext}:role/deploy"}}]}}],' "$later")"
decides another-resource-known-later denied "$(roles "$(trust 111122223333)" '"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":{"Fn::Sub":"arn:aws:iam::${Ext}:role/other"}}]}}],' "$later")"
printf '%s' "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["222233334444",{"Ref":"Ext"}]},"Action":"sts:AssumeRole"}]}' '' "$later")" >principal-known-later.json
expect beside-a-principal-known-later 0 'account 222233334444' who-can deploy "${mine[@]}" --from principal-known-later.json
expect a-principal-known-later 0 '"${deployment.Ext}" is the caller' explain 222233334445 deploy "${mine[@]}" --from principal-known-later.json
expect principals-known-later-are-said 0 'names principals known only after deployment' who-can deploy "${mine[@]}" --from principal-known-later.json
later='"Parameters":{"Who":{"Type":"String"},"Idp":{"Type":"String"}},'
printf '%s' "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":{"Ref":"Who"}},"Action":"sts:AssumeRole"}]}' '' "$later")" >nobody-else.json
expect nobody-but-a-principal-known-later 0 'a principal known only after deployment (${deployment.Who})' who-can deploy "${mine[@]}" --from nobody-else.json
expect what-a-principal-known-later-reaches 0 'role/deploy' reach '${deployment.Who}' "${mine[@]}" --from nobody-else.json
expect load-a-principal-known-later 0 '' load -d later.db "${mine[@]}" nobody-else.json
expect chain-of-a-principal-known-later 0 'Chain of 1 hop (conditional)' paths '${deployment.Who}' deploy -d later.db
printf '%s' "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":{"Ref":"Idp"}},"Action":"sts:AssumeRoleWithWebIdentity"}]}' '' "$later")" >provider-later.json
expect nobody-but-a-provider-known-later 0 'an identity provider known only after deployment (${deployment.Idp})' who-can deploy "${mine[@]}" --from provider-later.json
printf '%s' "$(roles '{"Ref":"Who"}' '' "$later")" >policy-later.json
expect a-trust-policy-known-later 0 'Unknown who can become' who-can deploy "${mine[@]}" --from policy-later.json
expect a-trust-policy-known-later-from-outside 0 '"complete": false' who-can deploy --from-outside --format json "${mine[@]}" --from policy-later.json
decides policy-as-json-string allowed "$(roles "{\"Fn::ToJsonString\":$(trust 111122223333)}" "$may")"
decides a-map-without-the-key allowed "$(roles '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":{"Fn::FindInMap":["M","a","b",{"DefaultValue":"111122223333"}]}},"Action":"sts:AssumeRole"}]}' "$may" '"Mappings":{"M":{"b":{"b":"222233334444"}}},')"
printf '{%s"Resources":{"R":{"Type":"AWS::IAM::Role","Condition":"Other","Properties":{"AssumeRolePolicyDocument":%s}},"S":{"Type":"AWS::IAM::Role","Properties":{"ManagedPolicyArns":[{"Ref":"AWS::NoValue"},{"Fn::If":["Same","arn:aws:iam::aws:policy/AdministratorAccess",{"Ref":"AWS::NoValue"}]}],"AssumeRolePolicyDocument":%s}}}}' "$constant" "$(trust '*')" "$(trust '*')" >never.json
expect role-that-is-never-made 0 '1 role' load -d never.db "${mine[@]}" never.json
expect policy-that-is-surely-attached 0 'trust-public' findings --from never.json "${mine[@]}" --format csv
[ "$failed" -eq 0 ]
