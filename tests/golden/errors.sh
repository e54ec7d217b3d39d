#!/bin/bash
# explain --error and --event: what AWS printed, beside what the samples say of the same call.
# usage: tests/golden/errors.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
run+=(explain --from "$samples")

denial() { # CALLER ACTION ROLE [REASON]
    printf 'An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:%s is not authorized to perform: %s on resource: arn:aws:iam::%s%s' "$1" "$2" "$3" "${4:-}"
}
bob=iam::033344445555:user/bob
carol=iam::033344445555:user/carol
alice=iam::033344445555:user/alice
deploy=444455556666:role/app-deploy

# ---- the exports agree

expect agrees 1 'The exports agree: they deny it too.' --error "$(denial $bob sts:AssumeRole $deploy)"
expect shows-the-layers 1 'the trust policy of role app-deploy does not trust user bob' --error "$(denial $bob sts:AssumeRole $deploy)"
expect says-that-no-reason-is-named 1 'It names no reason.' --error "$(denial $bob sts:AssumeRole $deploy)"
expect agrees-on-the-layer 1 'The exports agree' --error "$(denial $carol sts:AssumeRole $deploy ' because no identity-based policy allows the sts:AssumeRole action')"
expect role-does-not-exist 1 'has no role app-deploi (the nearest name is app-deploy)' --error "$(denial $bob sts:AssumeRole 444455556666:role/app-deploi)"
expect wrong-path 1 "the role's ARN is arn:aws:iam::$deploy" --error "$(denial $bob sts:AssumeRole 444455556666:role/ops/app-deploy)"
expect caller-does-not-exist 1 'has no user bobby (the nearest name is bob)' --error "$(denial iam::033344445555:user/bobby sts:AssumeRole $deploy)"
expect tags-need-more 1 'sts:TagSession' --error "$(denial sts::033344445555:assumed-role/build-runner/x sts:TagSession 222233334444:role/automation-hub)"
expect permission 1 'together do not allow it' --error "$(denial $alice iam:PassRole 033344445555:role/build-runner)"
expect service 1 'service lambda.amazonaws.com cannot assume role app-server' --error 'The role defined for the function cannot be assumed by Lambda.' app-server

# ---- they do not

expect other-layer 1 'but not where AWS says' --error "$(denial $bob sts:AssumeRole $deploy ' with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-ex4mple123/service_control_policy/p-sb0xf3nc')"
expect names-the-policy 1 'p-sb0xf3nc' --error "$(denial $bob sts:AssumeRole $deploy ' with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-ex4mple123/service_control_policy/p-sb0xf3nc')"
expect contrary 0 'The exports say otherwise: they allow it.' --error "$(denial sts::033344445555:assumed-role/build-runner/x sts:AssumeRole 222233334444:role/automation-hub)"
expect session-policy 0 'Session policies are in no export' --error "$(denial sts::033344445555:assumed-role/build-runner/x sts:AssumeRole 222233334444:role/automation-hub ' because no session policy allows the sts:AssumeRole action')"
expect conditional 0 'only under conditions, which this call did not meet' --error 'Not authorized to perform sts:AssumeRoleWithWebIdentity' ci-release

# ---- what is missing

expect masked 1 'the only one of that name in the exports' --error "$(denial 'sts::***:assumed-role/build-runner/x' sts:AssumeRole '***:role/app-deploy')"
expect masked-and-ambiguous 0 'the error does not say which' --error "$(denial $bob sts:AssumeRole '***:role/OrganizationAccountAccessRole')"
expect role-to-be-named 0 'name the role after the error' --error 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
expect caller-to-be-named 0 'the error does not say who called: add caller and role' --error 'Not authorized to perform sts:AssumeRole' app-deploy
expect both-named 1 'user bob cannot assume role app-deploy' --error 'Not authorized to perform sts:AssumeRole' tooling/bob app-deploy
expect no-provider 1 'no SAML provider can assume role app-deploy' --error 'Not authorized to perform sts:AssumeRoleWithSAML' app-deploy
expect account-not-loaded 0 'account 999988887777 is not in the exports' --error "$(denial $bob sts:AssumeRole 999988887777:role/deploy)"
expect no-role 0 'only roles can be assumed' --error "$(denial $bob sts:AssumeRole 444455556666:user/carol)"

# ---- not a matter of policies

expect chained-duration 0 'Ask for 3600 seconds at most.' --error 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
expect root-user 0 'Call as a user or role of the account.' --error 'Roles may not be assumed by root accounts.'
expect quarantine 1 'replace the key' --error "$(denial $bob sts:AssumeRole $deploy ' with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3')"
expect issuer 0 'no trust policy in the exports names a provider of this issuer' --error 'No OpenIDConnect provider found in your account for https://oidc.example.com/id/1'
expect known-issuer 0 'oidc-provider/token.actions.githubusercontent.com' --error 'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com'
expect principal-in-policy 0 'has no role gone' --error 'Invalid principal in policy: "AWS":"arn:aws:iam::444455556666:role/gone"'

# ---- standard input and events

denial $bob sts:AssumeRole $deploy >message
expect from-a-file 1 'The exports agree' --error - <message
cat >events.json <<'JSON'
{"Records":[
{"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventTime":"2026-11-02T08:14:09Z","errorCode":"AccessDenied",
 "errorMessage":"User: arn:aws:iam::033344445555:user/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/app-deploy",
 "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::033344445555:user/bob"},"requestParameters":null},
{"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventTime":"2026-11-02T08:14:10Z",
 "userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::033344445555:assumed-role/build-runner/x"},"requestParameters":{"roleArn":"arn:aws:iam::222233334444:role/automation-hub"}},
{"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventTime":"2026-11-02T08:14:11Z",
 "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::033344445555:user/bob"},"requestParameters":{"roleArn":"arn:aws:iam::444455556666:role/app-deploy"}},
{"eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithWebIdentity","eventTime":"2026-11-02T08:14:12Z","errorCode":"AccessDenied","errorMessage":"An unknown error occurred",
 "userIdentity":{"type":"WebIdentityUser","userName":"repo:example-corp/shop:ref:refs/heads/main"},"requestParameters":{"roleArn":"arn:aws:iam::033344445555:role/ci-release"}},
{"eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity"}
]}
JSON
expect event-denied 1 '1 of 4  AWS denied the call' --event events.json
expect event-allowed 1 'The exports agree: they allow it too.' --event events.json
expect event-contradiction 1 'The exports say otherwise: they deny it.' --event events.json
expect event-of-a-token 1 'identity provider token.actions.githubusercontent.com cannot assume role ci-release' --event events.json
expect event-in-json 1 '"agreement": "contradiction"' --event events.json --format json
expect event-from-standard-input 1 '2 of 4' --event - <events.json

# ---- mistakes

expect no-error 2 'no message of AWS' --error 'everything is fine'
expect empty-error 2 'no message of AWS' --error ''
expect no-json 2 'it is not JSON' --event message
expect no-call 2 'it contains no call to assume a role' --event <(echo '{"Records":[]}')
expect no-file 2 'not found' --event nowhere.json
expect both 2 'choose one' --error x --event events.json
expect with-context 2 '--context belongs to a question' --error x --context a=b
expect neither 2 'an argument is missing' tooling/bob
printf '\033[31mUser: arn:aws:iam::033344445555:user/\033[2Jbob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/app-deploy' >hostile
expect hostile 1 'user bob cannot assume' --error - <hostile
grep -q $'\033' out
verdict no-escape-comes-through $((1 - $?))
exit $failed
