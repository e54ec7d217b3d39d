#!/bin/bash
# Every scenario of the reference vectors through the program, where the reference is at hand (it is not part of this repository).
# usage: tests/golden/vectors.sh ROLECHAIN
set -u
rolechain=$1
cd "$(dirname "$0")/../.." || exit 1
reference=${ROLECHAIN_REFERENCE:-../shared}
if [ ! -r "$reference/tools/scenario.py" ] || ! command -v python3 >/dev/null; then
    echo "[  SKIPPED ] vectors"
    exit 0
fi
if output=$(python3 "$reference/tools/scenario.py" run "$reference/reference/vectors.json" --bin "$rolechain" 2>&1); then
    printf '%s\n' "$output" | tail -n 1
    echo "[       OK ] vectors"
else
    printf '%s\n' "$output" | tail -n 40
    echo "[  FAILED  ] vectors"
    exit 1
fi
