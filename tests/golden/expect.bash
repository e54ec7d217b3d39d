# Sourced by tests of what the program says: a scratch folder to work in, the program as $rolechain, what it should print in
# $expected, and the functions expect and check.
# shellcheck shell=bash disable=SC2034 # the tests end with $failed
rolechain=$1
expected=$PWD/tests/golden/expected
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export NO_COLOR=1 LC_ALL=C.UTF-8
unset ROLECHAIN_DB
failed=0

# verdict NAME STATUS: 0 is good.
verdict() {
    if [ "$2" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

# What expect runs; a test of one command may add it.
run=("$rolechain")

# expect NAME STATUS WORDS ARGUMENT…: runs, compares the status, and looks for the words in what was printed.
expect() {
    local name=$1 wanted=$2 words=$3 status=0
    shift 3
    "${run[@]}" "$@" >out 2>&1 || status=$?
    if [ "$status" -eq "$wanted" ] && grep -qF -- "$words" out; then
        echo "[       OK ] $name"
    else
        echo "${run[*]} $*: status $status, expected $wanted and \"$words\""
        head -20 out
        echo "[  FAILED  ] $name"
        failed=1
    fi
}

# check NAME STATUS ARGUMENT…: compares what is printed with NAME in the folder $expected; UPDATE=1 writes that anew.
check() {
    local name=$1 wanted=$2 status=0
    shift 2
    "$rolechain" "$@" >"$name" 2>&1 || status=$?
    [ -z "${UPDATE:-}" ] || cp "$name" "$expected/$name"
    if [ "$status" -eq "$wanted" ] && diff -u "$expected/$name" "$name" >difference; then
        verdict "$name" 0
    else
        echo "rolechain $*: status $status, expected $wanted"
        head -40 difference
        verdict "$name" 1
    fi
}
