#!/bin/bash
# What conditions say, and what is said beside them of how they can be met: one case a label.
# usage: tests/golden/labels.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

actions='["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]'
allow="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":$actions,\"Resource\":\"*\"}]}"

# callers [POLICY]: a user with that policy and a role of account 111111111111 that may assume all roles.
callers() {
    printf '{"UserDetailList":[{"Path":"/","UserName":"ann","UserId":"AIDAANN0000000000001","Arn":"arn:aws:iam::111111111111:user/ann","GroupList":[],"AttachedManagedPolicies":[],"UserPolicyList":[{"PolicyName":"p","PolicyDocument":%s}]}],"GroupDetailList":[],"RoleDetailList":[{"Path":"/","RoleName":"src","RoleId":"AROASRC0000000000001","Arn":"arn:aws:iam::111111111111:role/src","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]},"InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"p","PolicyDocument":%s}],"AttachedManagedPolicies":[]}],"Policies":[]}' \
        "${1:-$allow}" "$allow"
}
# role CONDITION: the account of role r, whose trust policy has that condition.
role() {
    printf '{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[{"Path":"/","RoleName":"r","RoleId":"AROAR000000000000001","Arn":"arn:aws:iam::222222222222:role/r","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":%s,"Condition":%s}]},"InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]}],"Policies":[]}' \
        "$actions" "$1"
}

# says NAME CALLER WORDS LABEL CONDITION: what explain says of it; LABEL "": nothing.
says() {
    mkdir -p export
    [ -e export/111111111111.json ] || callers >export/111111111111.json
    role "$5" >export/222222222222.json
    expect "$1" 0 "$3" explain "111111111111/$2" 222222222222/r --from export
    if [ -n "$4" ]; then
        expect "$1-label" 0 "    ($4)" explain "111111111111/$2" 222222222222/r --from export
    fi
}

says at-will ann 'sts:RoleSessionName like "ann-*"' 'the caller can choose this value' '{"StringLike":{"sts:RoleSessionName":"${aws:username}-*"}}'
says tags-at-will ann 'every aws:TagKeys = "cost" or "team"' 'the caller can choose this value' '{"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost"]}}'
says external-id ann 'sts:ExternalId = "x7" or "x8"' 'needs the external ID' '{"StringEquals":{"sts:ExternalId":["x7","x8"]}}'
says external-id-in-any-case ann 'sts:ExternalId = (any case) "X7"' 'needs the external ID' '{"StringEqualsIgnoreCase":{"sts:ExternalId":"X7"}}'
says external-id-left-out ann 'sts:ExternalId = "x7" or absent' 'can be met without an external ID' '{"StringEqualsIfExists":{"sts:ExternalId":"x7"}}'
says other-external-id ann 'sts:ExternalId != "x7" or absent' 'can be met without an external ID' '{"StringNotEquals":{"sts:ExternalId":"x7"}}'
says mfa ann 'aws:MultiFactorAuthPresent = true' 'needs MFA' '{"Bool":{"aws:MultiFactorAuthPresent":"true"}}'
says mfa-left-out ann 'aws:MultiFactorAuthPresent = true or absent' 'can be met without MFA' '{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}'
says mfa-age-left-out ann 'aws:MultiFactorAuthAge < 3600 or absent' 'can be met without MFA' '{"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":"3600"}}'
says without-mfa ann 'aws:MultiFactorAuthPresent = false' 'needs credentials without MFA' '{"Bool":{"aws:MultiFactorAuthPresent":"false"}}'
says mfa-and-at-will ann 'sts:RoleSessionName = "night"' 'needs MFA' '{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"sts:RoleSessionName":"night"}}'
says network ann 'aws:SourceIp in 203.0.113.0/24' 'needs access from that network' '{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}'
says network-or-endpoint ann 'aws:SourceIp in 203.0.113.0/24 or absent' 'needs access from that network' '{"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}}'
says outside-a-network ann 'aws:SourceIp not in 203.0.113.0/24' 'can be met from most networks' '{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}'
says vpc ann 'aws:SourceVpc = "vpc-0123456789abcdef0"' 'needs access from that network' '{"StringEquals":{"aws:SourceVpc":"vpc-0123456789abcdef0"}}'
says vpc-left-out ann 'aws:SourceVpce = "vpce-0123456789abcdef0" or absent' 'can be met without a VPC endpoint' '{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-0123456789abcdef0"}}'
says another-endpoint ann 'aws:SourceVpce != "vpce-0123456789abcdef0" or absent' 'can be met without a VPC endpoint' '{"StringNotEquals":{"aws:SourceVpce":"vpce-0123456789abcdef0"}}'
says session src 'session name of the caller like "night*"' 'only for sessions of that name' '{"StringLike":{"aws:userid":"AROASRC0000000000001:night*"}}'
says token src 'aws:FederatedProvider = "accounts.google.com"' 'needs a matching token of the identity provider' '{"StringEquals":{"aws:FederatedProvider":"accounts.google.com"}}'
says organization ann 'aws:PrincipalOrgID = "o-abcdef1234"' 'depends on what is not in the export' '{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}'
says unknown-key ann 'aws:Whatever >= 5' 'a key unknown to rolechain' '{"NumericGreaterThanEquals":{"aws:Whatever":"5"}}'
says two-of-the-call ann 'aws:RequestTag/team = "${sts:ExternalId}"' 'depends on the call' '{"StringEquals":{"aws:RequestTag/team":"${sts:ExternalId}"}}'
says time ann 'aws:CurrentTime before 2099-01-01T00:00:00Z' '' '{"DateLessThan":{"aws:CurrentTime":"2099-01-01T00:00:00Z"}}'

# What only the export leaves open.
rm -rf export && mkdir export
role '{}' >export/222222222222.json
expect identity-policies-missing 0 '(depends on what is not in the export)' explain 111111111111 222222222222/r --from export
callers '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},{"Effect":"Perhaps","Action":"sts:AssumeRole","Resource":"*"}]}' >export/111111111111.json
expect policy-that-cannot-be-read 0 '(depends on how IAM reads that policy)' explain 111111111111/ann 222222222222/r --from export
callers >export/111111111111.json
mkdir export/organizations
printf '{"Organization":{"Id":"o-abcdef1234","MasterAccountId":"999999999999","FeatureSet":"ALL"}}' >export/organizations/describe-organization.json
printf '{"Roots":[{"Id":"r-ab12","Arn":"arn:aws:organizations::999999999999:root/o-abcdef1234/r-ab12","Name":"Root","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}]}]}' >export/organizations/list-roots.json
printf '{"Accounts":[{"Id":"111111111111","Arn":"arn:aws:organizations::999999999999:account/o-abcdef1234/111111111111","Status":"ACTIVE"},{"Id":"222222222222","Arn":"arn:aws:organizations::999999999999:account/o-abcdef1234/222222222222","Status":"ACTIVE"}]}' >export/organizations/list-accounts-for-parent.r-ab12.json
printf '{"Policies":[{"Id":"p-12345678","Arn":"arn:aws:organizations::999999999999:policy/o-abcdef1234/service_control_policy/p-12345678","Name":"no","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}]}' >export/organizations/list-policies-for-target.111111111111.SERVICE_CONTROL_POLICY.json
printf '{"Policy":{"PolicySummary":{"Id":"p-12345678","Arn":"arn:aws:organizations::999999999999:policy/o-abcdef1234/service_control_policy/p-12345678","Name":"no","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false},"Content":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":\\"*\\",\\"Resource\\":\\"*\\"},{\\"Effect\\":\\"Deny\\",\\"Action\\":\\"sts:AssumeRole\\",\\"Resource\\":\\"arn:aws:iam::222222222222\\"}]}"}}' >export/organizations/describe-policy.p-12345678.json
expect incomplete-arn-in-an-scp 0 '(not documented by AWS)' explain 111111111111/ann 222222222222/r --from export
printf '{"AWSTemplateFormatVersion":"2010-09-09","Parameters":{"E":{"Type":"String"}},"Conditions":{"Prod":{"Fn::Equals":[{"Ref":"E"},"prod"]}},"Resources":{"S":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"s","AssumeRolePolicyDocument":{"Fn::If":["Prod",%s,%s]}}}}}' \
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}' '{"Version":"2012-10-17","Statement":[]}' >template.json
expect template-condition 0 '(depends on what is deployed)' explain '*' s --account 333333333333 --from template.json
[ "$failed" -eq 0 ]
