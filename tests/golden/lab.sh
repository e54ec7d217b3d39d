#!/bin/bash
# A real account in which a lab of privilege escalations is deployed, where it is at hand (it is not part of this repository): who
# makes themselves administrator, by the permission that the lab documents, and who does not.
# usage: tests/golden/lab.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
exports=${ROLECHAIN_REFERENCE:-../shared}/data/real/account-200611803367.json
if [ ! -r "$exports" ] || ! command -v python3 >/dev/null; then
    echo "[  SKIPPED ] lab"
    exit 0
fi

# KIND/NAME and the permission; "-": no way. Of pairs of a user and a role, KIND is both.
documented="
both/fn1-privesc3-partial iam:PassRole to ec2.amazonaws.com, ec2:RunInstances
both/fn2-exploitableResourceConstraint iam:CreatePolicyVersion
both/fn3-exploitableConditionConstraint iam:CreatePolicyVersion
user/fn4-exploitableNotAction-user iam:PutUserPolicy
role/fn4-exploitableNotAction-role iam:PutRolePolicy
both/fp1-allow-and-deny -
both/fp2-allow-and-deny-multiple-policies -
both/fp3-deny-iam -
both/fp4-nonExploitableResourceConstraint -
both/fp5-nonExploitableConditionConstraint -
both/privesc-CloudFormationUpdateStack cloudformation:UpdateStack
both/privesc-codeBuildCreateProjectPassRole codebuild:CreateProject, codebuild:StartBuild
both/privesc-ec2InstanceConnect ec2-instance-connect:SendSSHPublicKey
both/privesc-sageMakerCreateNotebookPassRole sagemaker:CreateNotebookInstance
both/privesc-sageMakerCreatePresignedNotebookURL sagemaker:CreatePresignedNotebookInstanceUrl
both/privesc-sageMakerCreateProcessingJobPassRole sagemaker:CreateProcessingJob
both/privesc-sageMakerCreateTrainingJobPassRole sagemaker:CreateTrainingJob
both/privesc-ssmSendCommand ssm:SendCommand
both/privesc-ssmStartSession ssm:StartSession
both/privesc1-CreateNewPolicyVersion iam:CreatePolicyVersion
both/privesc2-SetExistingDefaultPolicyVersion iam:SetDefaultPolicyVersion
both/privesc3-CreateEC2WithExistingInstanceProfile iam:PassRole to ec2.amazonaws.com, ec2:RunInstances
both/privesc4-CreateAccessKey iam:CreateAccessKey
both/privesc5-CreateLoginProfile iam:CreateLoginProfile
both/privesc6-UpdateLoginProfile iam:UpdateLoginProfile
user/privesc7-AttachUserPolicy-user iam:AttachUserPolicy
role/privesc7-AttachUserPolicy-role -
user/privesc8-AttachGroupPolicy-user iam:AttachGroupPolicy
role/privesc8-AttachGroupPolicy-role -
user/privesc9-AttachRolePolicy-user -
role/privesc9-AttachRolePolicy-role iam:AttachRolePolicy
user/privesc10-PutUserPolicy-user iam:PutUserPolicy
role/privesc10-PutUserPolicy-role -
user/privesc11-PutGroupPolicy-user iam:PutGroupPolicy
role/privesc11-PutGroupPolicy-role -
user/privesc12-PutRolePolicy-user -
role/privesc12-PutRolePolicy-role iam:PutRolePolicy
user/privesc13-AddUserToGroup-user iam:AddUserToGroup
role/privesc13-AddUserToGroup-role -
both/privesc14-UpdatingAssumeRolePolicy iam:UpdateAssumeRolePolicy
both/privesc15-PassExistingRoleToNewLambdaThenInvoke lambda:CreateFunction, lambda:InvokeFunction
both/privesc16-PassRoleToNewLambdaThenTriggerWithNewDynamo lambda:CreateFunction, lambda:CreateEventSourceMapping
both/privesc17-EditExistingLambdaFunctionWithRole lambda:UpdateFunctionCode
both/privesc18-PassExistingRoleToNewGlueDevEndpoint glue:CreateDevEndpoint
both/privesc19-UpdateExistingGlueDevEndpoint glue:UpdateDevEndpoint
both/privesc20-PassExistingRoleToCloudFormation cloudformation:CreateStack
both/privesc21-PassExistingRoleToNewDataPipeline datapipeline:CreatePipeline
"

compare='
import json, sys
documented, exports = sys.argv[1:]
answer = {row["principal"]: row["reason"] for row in json.load(sys.stdin)["administrators"]}
there = json.load(open(exports))
arns = {entry["Arn"].split(":", 5)[5]: entry["Arn"] for entry in there["UserDetailList"] + there["RoleDetailList"]}
wrong, seen = 0, 0
for line in documented.strip().split("\n"):
    (kind, name), action = line.split(" ", 1)[0].split("/"), line.split(" ", 1)[1]
    names = [f"user/{name}-user", f"role/{name}-role"] if kind == "both" else [f"{kind}/{name}"]
    for one in names:
        reason = answer.get(arns[one])
        seen += 1
        if (reason is not None) != (action != "-") or (reason is not None and action not in reason):
            wrong += 1
            print(f"{one}: documented {action}, answered {reason}")
print(f"{seen} documented principals, {wrong} wrong")
sys.exit(wrong > 0)
'

if output=$("$rolechain" administrators --control --top 0 --from "$exports" --format json -q | python3 -c "$compare" "$documented" "$exports"); then
    printf '%s\n' "$output" | tail -n 1
    echo "[       OK ] lab"
else
    printf '%s\n' "$output"
    echo "[  FAILED  ] lab"
    exit 1
fi
