#!/bin/bash
# Mermaid pictures, read and drawn by Mermaid; skipped where node, chromium or the packages of package.json are missing.
# usage: tests/browser/mermaid.sh ROLECHAIN
set -u
# shellcheck source=tests/browser/with_node.bash
. "$(dirname "$0")/with_node.bash"
run_in_node "Mermaid's own parser" tests/browser/mermaid.test.mjs
