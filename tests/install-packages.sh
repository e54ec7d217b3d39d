#!/bin/sh
# Installs the Debian packages that building and testing need, if one is missing.
set -eu
packages="gcc make pkg-config libjansson-dev libsqlite3-dev zlib1g-dev libxxhash-dev libgraphviz-dev libcmocka-dev uthash-dev sqlite3 fonts-dejavu-core"
[ -z "${VALGRIND_PACKAGE:-}" ] || packages="$packages valgrind"
[ -z "${BROWSER_PACKAGES:-}" ] || packages="$packages chromium"
[ -z "${GRAPHML_PACKAGES:-}" ] || packages="$packages libxml2-utils unzip"
[ -z "${LINT_PACKAGES:-}" ] || packages="$packages clang-format clang-tidy shellcheck"

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "rolechain needs the equivalents of these Debian packages:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "These packages are missing. As root, run:" >&2
    echo "    apt-get update && apt-get install -y$missing" >&2
    exit 1
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # word splitting is wanted
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
