#!/bin/sh
# Runs every unit test program of a build folder and the whole-program tests, and ends with one line: N passed, N failed, N skipped.
# usage: tests/run.sh BUILD-FOLDER ROLECHAIN
set -u
build=$1
ROLECHAIN=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
export ROLECHAIN
CMOCKA_MESSAGE_OUTPUT=STDOUT
export CMOCKA_MESSAGE_OUTPUT
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

count() {
    grep -c "$1" "$log" || true
}

# Adds up what one program printed; a program that dies without a failed test counts as one failure.
tally() {
    status=$1 name=$2
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
wrapper=""
[ -z "${VALGRIND:-}" ] || wrapper="valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp"

for program in $(find "$build/tests" -type f -name 'test_*' ! -name '*.*' | sort); do
    $wrapper "$program" >"$log" 2>&1
    tally $? "${program#"$build"/tests/}"
done
for script in tests/structure/*.sh tests/golden/*.sh; do
    [ -e "$script" ] || continue
    name=${script#tests/}
    "$script" "$ROLECHAIN" >"$log" 2>&1
    tally $? "${name%.sh}"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
