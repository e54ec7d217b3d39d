#!/bin/bash
# The HTML report in a real browser; skipped where node, chromium or the packages of package.json are missing.
# usage: tests/browser/report.sh ROLECHAIN
set -u
rolechain=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
export SOURCE_DATE_EPOCH=1767225600
unset ROLECHAIN_DB
if ! command -v node >/dev/null; then
    echo "[  SKIPPED ] browser tests: node is not installed"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
node tests/browser/report.test.mjs "$rolechain" "$scratch"
