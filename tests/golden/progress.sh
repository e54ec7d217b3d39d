#!/usr/bin/env bash
# Every command shows on a terminal what it is at when it takes over half a second, wipes that before its answer, and
# shows nothing with --quiet or where standard error is no terminal. The input comes slowly, so that all take so long.
# shellcheck disable=SC2154
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/golden/expect.bash
. "$here/expect.bash"
input=$here/../../samples/accounts/033344445555/get-account-authorization-details.json
export TERM=xterm rolechain input

# slow ARGUMENT…: the program, whose input comes after 1.5 seconds.
cat >slow <<'S'
#!/bin/sh
{ sleep 1.5; cat "$input"; } | "$rolechain" "$@"
S
chmod +x slow
if ! script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    echo "[  SKIPPED ] progress"
    exit 0
fi

cp "$input" before.json
echo 'never anyone -> administrators' >rules.txt

# The commands wait beside each other.
number=0
while read -r arguments; do
    number=$((number + 1))
    {
        script -qec "./slow $arguments" /dev/null >"shown.$number" 2>&1 </dev/null
        script -qec "./slow $arguments -q" /dev/null >"quiet.$number" 2>&1 </dev/null
        # shellcheck disable=SC2086 # they are words
        ./slow $arguments >/dev/null 2>"piped.$number"
    } &
    echo "$arguments" >"name.$number"
done <<'C'
load - -d new.db
status --from -
who-can ci-preview --from -
reach carol --from -
paths carol ci-preview --from -
explain carol ci-preview --from -
exposure --from -
administrators --from -
chokepoints --from -
diff before.json -
check --rules rules.txt --from -
findings --from -
findings --from - --format json -o findings.json
graph --from - --format dot
graph --from - -o picture.svg
report --from - -o report.html
C
wait
wipe=$'\r\033[K'
for i in $(seq "$number"); do
    name=$(sed 's/ *--*[a-z]* -$//; s/ - / /; s/ --from//; s/  */-/g' <"name.$i")
    shown=$(cat "shown.$i")
    good=0
    # What follows the last line of progress starts with its wiping.
    rest=${shown##*loading ...}
    [ "$rest" != "$shown" ] && [[ $rest == *$'\033[K'*"$wipe"* ]] || good=1
    ! grep -q 'loading \.\.\.' "quiet.$i" "piped.$i" || good=1
    verdict "progress-$name" "$good"
done
exit "$failed"
