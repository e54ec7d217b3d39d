# Sourced by the tests in a browser: $rolechain, and run_in_node.
# shellcheck shell=bash
rolechain=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
export SOURCE_DATE_EPOCH=1767225600
unset ROLECHAIN_DB

# run_in_node WHAT SCRIPT: the script with the program and a scratch folder; WHAT is skipped without node.
run_in_node() {
    if ! command -v node >/dev/null; then
        echo "[  SKIPPED ] $1: node is not installed"
        exit 0
    fi
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    node "$2" "$rolechain" "$scratch"
}
