#!/bin/sh
# The table of today's targets: what rolechain takes for generated organizations, each row with its target and whether it is
# met. Rows in millions of instructions are counted by valgrind, so that they are the same on any machine with the same
# libraries, and are left out where that is missing; the others are ratios of one run, CPU seconds, or memory.
#   TARGETS_SMALL=100     accounts of the rows in instructions
#   TARGETS_MIDDLE=300    accounts of the rows about single questions, and of the memory of a load
#   TARGETS_LARGE=0       accounts of the rows in CPU seconds, which are for 3000, or from 10000 on for those; 0: not measured
# Load with two threads: run.sh. Growth: growth.sh. Called by `make bench`.
# usage: tests/bench/targets.sh FOLDER-OF-BENCH-PROGRAMS ROLECHAIN
set -eu
programs=$1 rolechain=$2
small=${TARGETS_SMALL:-100} middle=${TARGETS_MIDDLE:-300} large=${TARGETS_LARGE:-0}
work=$(mktemp -d "${TMPDIR:-/tmp}/rolechain-targets.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# row WHAT VALUE MUST GOOD NEAR-THE-LIMIT; a value of - was not measured.
row() {
    awk -v what="$1" -v value="$2" -v must="$3" -v good="$4" -v near="$5" 'BEGIN {
        verdict = value == "-" ? "not measured" : value + 0 <= near + 0 && near != "-" ? "near the limit" : \
                  value + 0 <= good + 0 ? "good" : value + 0 <= must + 0 ? "met" : "MISSED"
        printf "%-66s %9s %7s %7s %7s  %s\n", what, value == "-" ? "-" : sprintf("%.2f", value), must, good, near, verdict
    }'
}

# million COMMAND…: instructions of rolechain, in millions.
million() {
    if ! command -v valgrind >/dev/null; then
        echo -
        return
    fi
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$rolechain" "$@" >/dev/null 2>"$work/counted" || true
    awk '/Collected/ { printf "%.1f\n", $NF / 1e6 }' "$work/counted"
}

# measured FIELD COMMAND…: of count_work: 2 the peak of resident memory in KB, 4 CPU seconds.
measured() {
    field=$1
    shift
    "$programs/count_work" --seconds "$@" >"$work/figures" || [ $? -eq 1 ]
    awk -v field="$field" '{ print $field }' "$work/figures"
}

# organization NAME ACCOUNTS: exports and database.
organization() {
    "$programs/generate_organization" --accounts "$2" --out "$work/$1"
    "$rolechain" load -q -d "$work/$1.db" "$work/$1" >/dev/null || [ $? -eq 1 ]
}

ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", (b > 0 ? a / b : 0) }'
}

organization small "$small"
organization middle "$middle"
find "$work/middle" -name '*.json' | sort >"$work/names"
loop=$(measured 4 sh -c "'$programs/json_yardstick' 1 <'$work/names'")
alone=$(measured 4 "$rolechain" load -q -j1 -d "$work/again.db" "$work/middle")
peak=$(measured 2 "$rolechain" load -q -j1 -d "$work/peak.db" "$work/middle")
again=$(measured 4 "$rolechain" load -q -j1 -d "$work/again.db" "$work/middle")
reading=$(measured 4 xargs -a "$work/names" cat)
# The chain to ask about is one that exists: from the first user that becomes the role with most callers.
"$rolechain" exposure -q --top 1 --format json -d "$work/middle.db" >"$work/top" || [ $? -eq 1 ]
role=$(sed -n 's/.*"role": "\([^"]*\)".*/\1/p' "$work/top" | head -1)
"$rolechain" who-can -q "$role" --format json -d "$work/middle.db" >"$work/callers" || [ $? -eq 1 ]
caller=$(sed -n 's/.*"principal": "\(arn:[^"]*user[^"]*\)".*/\1/p' "$work/callers" | head -1)

printf '\n%-66s %9s %7s %7s %7s\n' "targets: $small and $middle accounts" measured must good limit
row "load with edges, $small accounts, M instructions" "$(million load -q -j1 -d "$work/counted.db" "$work/small")" 2800 2000 1000
row "load with edges / json_load_file over the same files" "$(ratio "$alone" "$loop")" 0.5 0.35 0.2
row "findings text, $small accounts, M" "$(million findings -q -d "$work/small.db")" 1500 900 400
row "findings JSON, $small accounts, M" "$(million findings -q --format json -d "$work/small.db")" 4000 2500 1000
row "who-can JSON of the role with most callers, $middle accounts, M" \
    "$(million who-can -q "$role" --format json -d "$work/middle.db")" 250 130 105
row "paths of one chain, $middle accounts, M" "$(million paths -q "${caller:-none}" "$role" -d "$work/middle.db")" 40 15 8
row "load again, nothing changed / reading the bytes" "$(ratio "$again" "$reading")" 1.5 1.3 1.1
row "peak of a load, $middle accounts, MB resident" "$(ratio "$peak" 1000)" 35 25 10

# large_row WHAT ACCOUNTS MUST GOOD COMMAND…: in CPU seconds, if the organization is of that size.
large_row() {
    what=$1 accounts=$2 must=$3 good=$4
    shift 4
    value=-
    if [ "$large" -ge "$accounts" ] && { [ "$accounts" -ge 10000 ] || [ "$large" -lt 10000 ]; }; then
        value=$(measured 4 "$rolechain" "$@")
    fi
    row "$what, $accounts accounts, CPU s" "$value" "$must" "$good" -
}

[ "$large" -eq 0 ] || organization large "$large"
database=$work/large.db
large_row graph 3000 3 1.5 graph -q --format dot -d "$database"
large_row exposure 3000 2 1 exposure -q -d "$database"
large_row chokepoints 3000 2 1 chokepoints -q -d "$database"
large_row load 10000 35 25 load -q -d "$work/large-again.db" "$work/large"
large_row findings 10000 30 15 findings -q -d "$database"
large_row "a single question" 10000 0.3 0.1 who-can -q "$role" -d "$database"
large_row "a picture" 10000 5 2 graph -q --format svg -d "$database"
