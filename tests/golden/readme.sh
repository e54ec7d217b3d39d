#!/bin/bash
# Every command that the README shows: what is printed is what the README shows, but for where lines break; those without
# an output run.
# usage: tests/golden/readme.sh ROLECHAIN
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
export PATH
# shellcheck source=tests/golden/expect.bash
. "$root/tests/golden/expect.bash"
cp -r "$root/samples" samples
cp -r "$root/samples" export
cp "$root/samples/accounts/111122223333/get-account-authorization-details.json" 111122223333.json

# One space for any space: the README breaks lines, a pipe does not.
squeeze() {
    tr -s ' \n' '  ' <"$1" | sed 's/ $//'
}

# Blocks that begin with "    $ COMMAND": number N in N.command, what is shown in N.shown.
awk '/^    \$ /  { if (shown) close(shown); n++; shown = n ".shown"; printf "" > shown
                   print substr($0, 7) > (n ".command"); close(n ".command"); next }
     /^[^ ]/     { if (shown) close(shown); shown = "" }
     shown       { print substr($0, 5) > shown }' "$root/README.md"
count=0
for command in *.command; do
    sh -c "$(cat "$command")" >out 2>&1
    [ $? -le 1 ] && diff <(squeeze "${command%.command}.shown") <(squeeze out) >difference
    status=$?
    [ "$status" -eq 0 ] || head -c 2000 difference
    verdict "shown: $(cat "$command")" "$status"
    count=$((count + 1))
done
[ "$count" -ge 3 ]
verdict blocks-are-found $?
sed -n 's/^    \(rolechain .*\|sqlite3 .*\)/\1/p' "$root/README.md" >commands
while read -r command; do
    case $command in sqlite3*) command -v sqlite3 >/dev/null || continue ;; esac
    status=0
    sh -c "$command" >out 2>&1 || status=$?
    [ "$status" -le 1 ] || head -5 out
    [ "$status" -le 1 ]
    verdict "runs: ${command%%  *#*}" $?
done <commands
[ "$(wc -l <commands)" -ge 4 ]
verdict commands-are-found $?
exit $failed
