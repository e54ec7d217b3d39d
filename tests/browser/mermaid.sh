#!/bin/bash
# Mermaid pictures, read and drawn by Mermaid; skipped where node, chromium or the packages of package.json are missing.
# usage: tests/browser/mermaid.sh ROLECHAIN
set -u
rolechain=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
export SOURCE_DATE_EPOCH=1767225600
unset ROLECHAIN_DB
if ! command -v node >/dev/null; then
    echo "[  SKIPPED ] Mermaid's own parser: node is not installed"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
node tests/browser/mermaid.test.mjs "$rolechain" "$scratch"
