#!/bin/bash
# A database of which a page is lost, or the end, gives an error or the same answer: never another one.
# usage: tests/golden/damage.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
scratch=$(mktemp -d -p "$(test -w /dev/shm && echo /dev/shm || echo /tmp)")
trap 'rm -rf "$scratch"' EXIT
SOURCE_DATE_EPOCH=1795000000
export SOURCE_DATE_EPOCH
failed=0 wrong=0
role=arn:aws:iam::444455556666:role/administrator
questions="explain who-can reach wide chokepoints exposure status findings"

ask() {
    case $1 in
    explain) "$rolechain" explain carol "$role" -d "$2" ;;
    who-can) "$rolechain" who-can "$role" -d "$2" ;;
    reach) "$rolechain" reach alice -d "$2" ;;
    wide) "$rolechain" who-can wide -d "$2" ;;
    findings) "$rolechain" findings --format csv -q -d "$2" ;;
    status | chokepoints | exposure) "$rolechain" "$1" -q -d "$2" ;;
    esac
}

# the damaged database, what is wrong with it
try() {
    for question in $questions; do
        ask "$question" "$1" >"$scratch/answer" 2>/dev/null
        local status=$?
        if [ $status -ge 128 ] || { [ $status -le 1 ] && ! { [ $status -eq "$(cat "$scratch/$question.status")" ] &&
            cmp -s "$scratch/answer" "$scratch/$question.good"; }; }; then
            echo "$2: $question gives another answer, exit status $status"
            wrong=$((wrong + 1))
        fi
    done
}

# the name of the test that the tries so far were
result() {
    if [ "$wrong" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
    wrong=0
}

# A role with a policy that takes several pages.
{
    printf '{"Roles":[{"Path":"/","RoleName":"wide","RoleId":"AROAWIDEWIDEWIDEWIDE1","CreateDate":"2024-01-01T00:00:00Z",'
    printf '"Arn":"arn:aws:iam::888877776666:role/wide","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":['
    printf '{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["arn:aws:iam::033344445555:user/carol"'
    for ((caller = 1; caller <= 300; caller++)); do
        printf ',"arn:aws:iam::999988887777:role/caller-%03d"' "$caller"
    done
    printf ']}}]}}]}'
} >"$scratch/wide.json"
"$rolechain" load -q samples "$scratch/wide.json" -d "$scratch/whole.db" >/dev/null || exit 1
for question in $questions; do
    ask "$question" "$scratch/whole.db" >"$scratch/$question.good" 2>/dev/null
    echo $? >"$scratch/$question.status"
done
size=$(sqlite3 "$scratch/whole.db" 'PRAGMA page_size')
pages=$(sqlite3 "$scratch/whole.db" 'PRAGMA page_count')
for ((page = 0; page < pages; page++)); do
    cp "$scratch/whole.db" "$scratch/damaged.db"
    dd if=/dev/zero of="$scratch/damaged.db" bs="$size" seek="$page" count=1 conv=notrunc status=none
    try "$scratch/damaged.db" "page $((page + 1)) of $pages zeroed"
done
result pages-of-zeros
for ((part = 1; part < 16; part++)); do
    cp "$scratch/whole.db" "$scratch/damaged.db"
    truncate -s $((pages * size * part / 16)) "$scratch/damaged.db"
    try "$scratch/damaged.db" "cut off after $part sixteenths"
done
result end-cut-off
exit $failed
