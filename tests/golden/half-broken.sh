#!/bin/bash
# Templates, plans, trails, captures and details in which a value is of the wrong type: it is said with its place, the
# rest is loaded, and the exit status is 2.
# usage: tests/golden/half-broken.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222233334444"},"Action":"sts:AssumeRole"}]}'
mine=(--account 111122223333)
number=0

# broken NAME WORDS TEXT: a load says the words; whole: what is beside is there.
broken() {
    number=$((number + 1))
    printf '%s\n' "$3" >"$1.json"
    expect "$1" 2 "$2" load -d "$number.db" "${mine[@]}" "$1.json"
    expect "$1-beside" "${4:-0}" "role beside" who-can beside -d "$number.db"
}

# ---- templates
role="{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":\"beside\",\"AssumeRolePolicyDocument\":$trust}}"
# template MORE: a template with that role and more resources.
template() {
    printf '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Beside":%s,\n%s}}' "$role" "$1"
}
# with PROPERTIES: one with a role of these properties.
with() {
    template "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"AssumeRolePolicyDocument\":$trust,$1}}"
}
broken template-resource-is-a-text '2:5: error: /Resources/R: expected a resource with its Type' "$(template '"R":"x"')"
broken template-resource-without-type '/Resources/R: expected a resource with its Type' "$(template '"R":{"Properties":{}}')"
broken template-type-is-a-number '/Resources/R: expected a resource with its Type' "$(template '"R":{"Type":7}')"
broken template-properties-are-a-list '/Resources/R/Properties: expected an object' "$(template '"R":{"Type":"AWS::IAM::Role","Properties":[]}')"
broken template-name-is-a-list '/Resources/R/Properties/RoleName: expected a string' "$(with '"RoleName":["x"]')"
broken template-name-is-null '/Resources/R/Properties/RoleName: expected a string' "$(with '"RoleName":null')"
broken template-boundary-is-an-object '/Resources/R/Properties/PermissionsBoundary: expected a string' "$(with '"PermissionsBoundary":{"x":1}')"
broken template-policies-arns-are-objects '/Resources/R/Properties/ManagedPolicyArns: expected a string' "$(with '"ManagedPolicyArns":[{"x":1}]')"
broken template-tags-are-an-object '/Resources/R/Properties/Tags: expected a list of tags' "$(with '"Tags":{"team":"a"}')"
broken template-tag-without-key '/Resources/R/Properties/Tags: expected a tag with Key and Value' "$(with '"Tags":[{"Value":"a"}]')"
broken template-policy-name-is-a-list '/Resources/R/Properties/Policies: expected a string' "$(with "\"Policies\":[{\"PolicyName\":[],\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[]}}]")"
broken template-groups-are-a-text '/Resources/U/Properties/Groups: expected a list of strings' "$(template '"U":{"Type":"AWS::IAM::User","Properties":{"Groups":"g"}}')"
broken template-policy-of-nobody '/Resources/P/Properties/Roles: a policy has no Roles' "$(template '"P":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"p"}}')"
printf '{"AWSTemplateFormatVersion":"2010-09-09","Resources":["x"]}' >resources.json
expect template-resources-are-a-list 2 '/Resources: expected an object' load -d resources.db "${mine[@]}" resources.json
printf '{"Resources":7,"AWSTemplateFormatVersion":"2010-09-09"}' >resources.json
expect template-resources-before-the-version 2 '1:14: error: /Resources: expected an object' load -d resources.db "${mine[@]}" resources.json
printf '%s' "$(with '"RoleName":12,"Path":"/a/","MaxSessionDuration":3600,"Tags":[{"Key":"k","Value":7}]')" >numbers.json
expect numbers-where-texts-are-wanted 0 'role 12 in 111122223333' who-can 12 "${mine[@]}" --from numbers.json

# ---- plans
beside="{\"address\":\"aws_iam_role.b\",\"mode\":\"managed\",\"type\":\"aws_iam_role\",\"values\":{\"name\":\"beside\",\"path\":\"/\",\"assume_role_policy\":\"${trust//\"/\\\"}\"}}"
# plan MORE [MEMBERS]: a plan with that role and more resources, and more members of its module.
plan() {
    printf '{"format_version":"1.2","planned_values":{"root_module":{"resources":[%s,\n%s]%s}}}' "$beside" "$1" "${2:-}"
}
# values VALUES: one with a role of these values.
values() {
    plan "{\"address\":\"aws_iam_role.r\",\"mode\":\"managed\",\"type\":\"aws_iam_role\",\"values\":{\"path\":\"/\",$1}}"
}
broken plan-resource-is-a-text '2:1: error: /planned_values/root_module/resources/1: expected a resource' "$(plan '"x"')"
broken plan-resource-without-type '/planned_values/root_module/resources/1: a resource lacks address or type' "$(plan '{"address":"x.y","values":{}}')"
broken plan-values-are-a-list '/planned_values/root_module/resources/1/values: expected an object' "$(plan '{"address":"aws_iam_role.r","type":"aws_iam_role","values":[]}')"
broken plan-name-is-a-list '/resources/1/values/name: expected' "$(values '"name":["r"]')"
broken plan-boundary-is-an-object '/resources/1/values/permissions_boundary: expected' "$(values '"name":"r","permissions_boundary":{}')"
broken plan-inline-policy-is-a-text '/resources/1/values/inline_policy: expected an array' "$(values '"name":"r","inline_policy":"x"')"
broken plan-inline-policy-of-numbers '/resources/1/values/inline_policy/0: expected an object' "$(values '"name":"r","inline_policy":[7]')"
broken plan-arns-are-an-object '/resources/1/values/managed_policy_arns: expected an array' "$(values '"name":"r","managed_policy_arns":{}')"
broken plan-tags-are-a-list '/resources/1/values/tags_all: expected an object' "$(values '"name":"r","tags_all":[]')"
broken plan-modules-are-an-object '/planned_values/root_module/child_modules: expected an array' "$(plan '{"address":"x.y","type":"x","values":{}}' ',"child_modules":{}')"
broken plan-module-is-a-text '/planned_values/root_module/child_modules/0: expected an object' "$(plan '{"address":"x.y","type":"x","values":{}}' ',"child_modules":["x"]')"
printf '{"planned_values":{"root_module":{"resources":{}}}}' >list.json
expect plan-resources-are-an-object 2 '/planned_values/root_module/resources: expected an array' load -d list.db "${mine[@]}" list.json

# ---- trails
# event MEMBERS: an event of CloudTrail.
event() {
    printf '{"eventVersion":"1.08","eventTime":"2026-10-01T10:00:00Z","recipientAccountId":"111122223333",%s}\n' "$1"
}
good='"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u","accountId":"111122223333"},"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/r"}'
# trail NAME WORDS MEMBERS: two events of NDJSON, of which one is odd.
trail() {
    { event "$good" && event "$3"; } >"$1.json"
    expect "$1" 2 "$2" load -d "$1.db" "$1.json"
    expect "$1-beside" 0 '1 caller of a role' load -d "$1.db" "$1.json" --keep-going
}
trail trail-source-is-a-number '2:1: error' '"eventSource":7,"eventName":"AssumeRole"'
trail trail-source-is-null '/eventSource of an event' '"eventSource":null,"eventName":"AssumeRole"'
trail trail-name-is-a-list '/eventName of an event' '"eventSource":"sts.amazonaws.com","eventName":["AssumeRole"]'
trail trail-identity-is-a-text '/userIdentity of an event' "${good/\"userIdentity\":\{*\},\"requestParameters\"/\"userIdentity\":\"u\",\"requestParameters\"}"
{ event "$good" && event '"eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{"roleArn":7}'; } >others.json
expect other-events-say-what-they-like 0 '2 events' load -d others.db others.json

# ---- AWS Config
# item NAME: a captured role.
item() {
    printf '{"resourceType":"AWS::IAM::Role","resourceName":"%s","arn":"arn:aws:iam::111122223333:role/%s","accountId":"111122223333","configurationItemStatus":"OK","configuration":{"arn":"arn:aws:iam::111122223333:role/%s","roleName":"%s","roleId":"AROA00000000000000001","path":"/","assumeRolePolicyDocument":"%s","rolePolicyList":[],"attachedManagedPolicies":[],"tags":[]}}' \
        "$1" "$1" "$1" "$1" "${trust//\"/\\\"}"
}
broken capture-is-a-number '/BaseConfigurationItems/0: expected a configuration item' "{\"BaseConfigurationItems\":[7,$(item beside)]}"
broken capture-without-type '/BaseConfigurationItems/0: a configuration item has no resourceType' "{\"BaseConfigurationItems\":[{},$(item beside)]}"
broken capture-with-a-number-as-type '/configurationItems/1: a configuration item has no resourceType' "{\"configurationItems\":[$(item beside),{\"resourceType\":7}]}"

# ---- account details in small letters
details() {
    printf '{"userDetailList":[],"groupDetailList":[],"roleDetailList":[{"path":"/","roleName":"beside","roleId":"AROA00000000000000001","arn":"arn:aws:iam::111122223333:role/beside","assumeRolePolicyDocument":%s,"instanceProfileList":[],"rolePolicyList":[],"attachedManagedPolicies":[]}],"policies":%s}' "$trust" "$1"
}
broken details-policies-are-a-number '/policies: expected an array' "$(details 7)"
broken details-policies-are-an-object '/policies: expected an array' "$(details '{}')"
broken details-policy-without-versions '/policies/0: a policy has no PolicyVersionList' "$(details '[{}]')"
[ "$failed" -eq 0 ]
