#!/usr/bin/env bash
# Answers on terminals of 80, 120 and 200 columns: at 120 and 200 byte by byte as in tests/golden/expected/wide/, at all
# three no line is wider than the terminal unless it is one word. UPDATE=1 writes those files anew: read the difference
# before you commit it.
# usage: tests/golden/widths.sh ROLECHAIN
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/golden/expect.bash
. "$root/tests/golden/expect.bash"
expected=$root/tests/golden/expected/wide
cp -r "$root/samples" samples
# 2026-01-01
export SOURCE_DATE_EPOCH=1767225600 TERM=xterm rolechain
if ! script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    echo "[  SKIPPED ] widths"
    exit 0
fi

# on WIDTH ARGUMENTS: what a terminal of that width shows.
on() {
    script -qec "stty cols $1 rows 50; \"\$rolechain\" $2 --from samples 2>/dev/null" /dev/null </dev/null | tr -d '\r'
}

# overlong WIDTH FILE: prints lines of several words that are wider.
overlong() {
    local line words
    while IFS= read -r line; do
        read -r -a words <<<"$line"
        [ "${#line}" -le "$1" ] || [ "${#words[@]}" -eq 1 ] || echo "$line"
    done <"$2"
}

while read -r name arguments; do
    for width in 80 120 200; do
        on "$width" "$arguments" >"$name-$width.txt"
        overlong "$width" "$name-$width.txt" >overlong
        cat overlong
        [ -s "$name-$width.txt" ] && [ ! -s overlong ]
        verdict "$name-$width-wraps" $?
        [ "$width" -ne 80 ] || continue
        [ -z "${UPDATE:-}" ] || cp "$name-$width.txt" "$expected/"
        diff -u "$expected/$name-$width.txt" "$name-$width.txt"
        verdict "$name-$width" $?
    done
done <<'C'
findings findings
explain explain tooling/carol production/app-deploy
explain-chain explain tooling/ci-preview production/administrator
explain-conditional explain 777788889999 vendor-monitoring
who-can who-can production/administrator
reach reach tooling/ci-preview
check check --rules samples/rules.txt
paths paths tooling/ci-preview production/administrator
exposure exposure
chokepoints chokepoints
administrators administrators
status status
C
exit "$failed"
