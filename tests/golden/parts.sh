#!/bin/bash
# A question to a loaded database reads only what it is about; its answer is that of the whole exports.
# usage: tests/golden/parts.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
SOURCE_DATE_EPOCH=1795000000
export SOURCE_DATE_EPOCH
failed=0

# the question
same() {
    "$rolechain" "$@" --from samples >"$scratch/whole" 2>&1
    local whole=$?
    "$rolechain" "$@" -d "$scratch/samples.db" >"$scratch/part" 2>&1
    if [ $? -ne $whole ] || ! cmp -s "$scratch/whole" "$scratch/part"; then
        diff "$scratch/whole" "$scratch/part" | head -n 5
        echo "differs: rolechain $*"
        wrong=$((wrong + 1))
    fi
}

# the name of the test that the questions so far were
result() {
    if [ "$wrong" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
    wrong=0
}

wrong=0
"$rolechain" load -q samples -d "$scratch/samples.db" >/dev/null || exit 1
roles=$(sqlite3 "$scratch/samples.db" "SELECT arn FROM principal WHERE kind = 'role' ORDER BY arn")
everybody=$(sqlite3 "$scratch/samples.db" "SELECT arn FROM principal WHERE kind <> 'group' UNION SELECT caller FROM outside_party ORDER BY 1")
for role in $roles; do
    same who-can "$role" --format json
done
result who-can-of-every-role
set -f
for caller in $everybody; do
    same reach "$caller" --format json
done
result reach-of-every-caller
target=arn:aws:iam::444455556666:role/administrator
for caller in $everybody; do
    same paths "$caller" "$target" --all --format json
    same explain "$caller" "$target" --format json
done
result paths-and-explain-of-every-caller
for name in administrator production/administrator 444455556666/administrator production/nothing nothing tooling '*' alice \
    tooling/carol sandbox codebuild.amazonaws.com ec2.amazonaws.com 123456789012 arn:aws:iam::444455556666:role/nothing \
    token.actions.githubusercontent.com example-tooling example-tooling/carol arn:aws:iam::033344445555:user/alice \
    arn:aws:sts::444455556666:assumed-role/administrator/x root-user:444455556666 ''; do
    same reach "$name"
    same who-can "$name"
done
result names-as-everywhere
exit $failed
