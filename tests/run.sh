#!/bin/sh
# Runs every unit test program of a build folder and the whole-program tests, and ends with one line: N passed, N failed, N skipped.
# usage: tests/run.sh BUILD-FOLDER ROLECHAIN
set -u
build=$1
ROLECHAIN=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
export ROLECHAIN
CMOCKA_MESSAGE_OUTPUT=STDOUT
export CMOCKA_MESSAGE_OUTPUT
RESULTS=$(mktemp -d)
export RESULTS
trap 'rm -rf "$RESULTS"' EXIT
passed=0 failed=0 skipped=0

count() {
    grep -c "$1" "$log" || true
}

# Adds up what one program printed; a program that dies without a failed test counts as one failure.
tally() {
    log=$RESULTS/$1.log name=$2
    status=$(cat "$RESULTS/$1.status" 2>/dev/null || echo 99)
    good=$(count '^\[       OK \]')
    bad=$(count '^\[  FAILED  \] [^0-9]')
    left=$(count '^\[  SKIPPED \] [^0-9]')
    [ "$bad" -gt 0 ] && bad=$(grep '^\[  FAILED  \] [^0-9]' "$log" | sort -u | grep -c .)
    [ "$left" -gt 0 ] && left=$(grep '^\[  SKIPPED \] [^0-9]' "$log" | sort -u | grep -c .)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    if [ "$status" -ne 0 ]; then
        cat "$log"
        echo "FAILED: $name (exit status $status)"
    else
        echo "$name: $good passed, $left skipped"
    fi
}

# fontconfig and Graphviz keep what they allocate until the program ends.
LSAN_OPTIONS="suppressions=$PWD/tests/leaks-of-libraries.supp:print_suppressions=0"
export LSAN_OPTIONS
WRAPPER=""
[ -z "${VALGRIND:-}" ] || WRAPPER="valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp"
export WRAPPER

# Side by side, as many as there are processors; told in the order of the list.
{
    find "$build/tests" -type f -name 'test_*' ! -name '*.*' | sort
    find tests/structure tests/golden tests/browser -name node_modules -prune -o -type f -name '*.sh' -print | sort -r
} | awk '{ print NR, $0 }' >"$RESULTS/list"
# shellcheck disable=SC2016 # the inner shell expands it
xargs -P "$(nproc)" -L 1 sh -c '
    case $1 in
    *.sh) "$1" "$ROLECHAIN" ;;
    *) $WRAPPER "$1" ;;
    esac >"$RESULTS/$0.log" 2>&1
    echo $? >"$RESULTS/$0.status"' <"$RESULTS/list"
while read -r number test; do
    name=${test#"$build"/}
    name=${name#tests/}
    tally "$number" "${name%.sh}"
done <"$RESULTS/list"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
