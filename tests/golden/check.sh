#!/bin/bash
# Rules checked over the samples: what holds, what is broken and by which chain, errors in the file. UPDATE=1 writes the expected files
# anew: read the difference before you commit it.
# usage: tests/golden/check.sh ROLECHAIN
set -u
case $1 in /*) ;; *) set -- "$PWD/$1" ;; esac
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
# shellcheck source=tests/golden/expect.bash
. tests/golden/expect.bash
export SOURCE_DATE_EPOCH=1767225600
cp -r "$root/samples" samples || exit 1

# judge NAME STATUS WORDS RULE…: one rule a line, over the samples.
judge() {
    local name=$1 wanted=$2 words=$3
    shift 3
    printf '%s\n' "$@" >rules
    expect "$name" "$wanted" "$words" check --rules rules --from samples
}

check check.txt 1 check --rules samples/rules.txt --from samples
check check.json 1 check --rules samples/rules.txt --from samples --format json
check check.junit.xml 1 check --rules samples/rules.txt --from samples --format junit
check check.sarif 1 check --rules samples/rules.txt --from samples --format sarif
check check.md.txt 1 check --rules samples/rules.txt --from samples --format markdown
"$rolechain" check --example >example && cmp -s example samples/rules.txt
verdict the-example-is-that-of-the-samples $?

cat >mistaken <<'END'
nevr any -> any
define prod = account production
never any -> prd
only any => prod
must any -> prod unless mfa
never any -> prod within two hops
END
check check-mistaken.txt 2 check --rules mistaken --from samples
cat >unknown <<'END'
never role tooling/ci-relaese -> any
never account prodution -> any
never ou Nowhere -> any
never role tooling/nobody-* -> any
never user tooling/ci-release -> any
END
check check-unknown.txt 2 check --rules unknown --from samples

# Selectors.
judge any 1 broken 'never any -> role production/app-deploy'
judge outside-is-from-outside 0 "1 rule passes" 'never outside except provider token.actions.githubusercontent.com -> role production/administrator'
judge service 1 broken 'never service codebuild.amazonaws.com -> administrators'
judge service-directly 0 passes 'never service codebuild.amazonaws.com -> administrators direct'
judge within 0 passes 'never service codebuild.amazonaws.com -> administrators within 2 hops'
judge within-enough 1 broken 'never service codebuild.amazonaws.com -> administrators within 3 hops'
judge stranger 1 broken 'never account 888899990000 -> account production'
judge stranger-who-is-let-in-by-star 1 broken 'never account 123456789012 -> account sandbox'
judge anyone 1 broken 'never anyone -> account sandbox'
judge optional 0 passes 'never optional role tooling/nobody-* -> any'
judge arn 1 broken 'never arn:aws:iam::033344445555:role/ci-* -> account security'
judge control 1 broken 'never account production -> any control'
judge unless-external-id 0 passes 'only account 777788889999, user tooling/alice -> role production/vendor-monitoring unless external-id'
judge must 0 passes 'must role security/automation-hub -> role production/administrator'
judge must-not 1 "cannot become role administrator in 444455556666 (production)" 'must user tooling/carol -> role production/administrator'
judge must-surely 1 "without conditions" 'must surely provider token.actions.githubusercontent.com -> role tooling/ci-release'
judge unlike-a-key 2 "did you mean sts:ExternalId?" 'never any -> any unless sts:ExternalIds = x'

# What is not in the exports.
expect standard-input 1 "broken" check --rules - --from samples <samples/rules.txt
expect rules-are-needed 2 "check --example" check --from samples
expect no-such-file 2 "cannot be read" check --rules none.txt --from samples
: >empty
expect no-rule 2 "no rule in it" check --rules empty --from samples
cp -r samples alone && rm -rf alone/org
echo 'must role 222233334444/automation-hub -> role 444455556666/administrator' >must
expect undecidable 0 "SCPs of account 222233334444" check --rules must --from alone
expect undecidable-is-named 0 "1 cannot be decided" check --rules must --from alone
expect strict 1 "undecidable" check --rules must --from alone --strict

# A database answers as its exports do.
"$rolechain" load -q -d samples.db samples >/dev/null 2>&1
"$rolechain" check --rules samples/rules.txt -d samples.db --format json >database.json 2>/dev/null
cmp -s database.json check.json
verdict a-database-answers-as-its-exports $?
exit $failed
