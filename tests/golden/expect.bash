# Sourced by tests of what the program says: a scratch folder to work in, the program as $rolechain, and expect.
# shellcheck shell=bash disable=SC2034 # the tests end with $failed
rolechain=$1
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
