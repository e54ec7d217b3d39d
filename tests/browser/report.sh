#!/bin/bash
# The HTML report in a real browser; skipped where node, chromium or the packages of package.json are missing.
# usage: tests/browser/report.sh ROLECHAIN
set -u
# shellcheck source=tests/browser/with_node.bash
. "$(dirname "$0")/with_node.bash"
run_in_node "browser tests" tests/browser/report.test.mjs
