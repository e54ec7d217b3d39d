#!/bin/sh
# Whether some command grows faster than its input and its output, on exports in which one thing is large (generate_shape):
# each shape of a size n and of 4n, counted in work (counted.c), so that the answer is the same on any machine. What the
# smallest shape costs is taken off first. Work may be at most 5 times as much and memory 4.5 times, or in proportion to the
# output where it grows faster than 4 times. Exit status 1: a bound is broken. Called by `make bench`.
# usage: tests/bench/growth.sh FOLDER-OF-BENCH-PROGRAMS ROLECHAIN-THAT-COUNTS [SHAPE…]
set -eu
programs=$1 rolechain=$2
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/rolechain-growth.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# SHAPE N ROLE COMMANDS-THAT-ARE-KNOWN-TO-GROW-FASTER, by commas. A command that no longer does is to be taken out.
shapes() {
    cat <<'TABLE'
trust-accounts     125    r0  load,explain,exposure,graph
trust-principals   250    r0  findings,findings-json,graph
trust-statements   50     r0  load,explain,exposure,graph
trust-conditions   50     r0  findings-json
denies             500    r0  -
allows             125    r1  findings-json
values             25000  r0  -
keys               2500   r0  -
resources          500    r1  findings,findings-json,graph
alike              125    r1  findings,findings-json
distinct           125    r1  findings-json
patterns           125    r-1 findings-json
clique             75     r1  findings,findings-json
clique-conditions  75     r1  findings,findings-json,reach,explain,graph
chain              125    r1  -
layers             50     r1  -
hub                250    r1  -
fleets             50     r1  load
allow-patterns     125    r-1 -
deny-patterns      12     r0  -
users              1000   r0  -
TABLE
}
commands="load findings findings-json who-can reach explain exposure graph"

# count NAME COMMAND…: the figures of one command, in $work/NAME.
count() {
    name=$1
    shift
    status=0
    "$programs/count_work" "$@" >"$work/$name" 2>"$work/errors" || status=$?
    if [ "$status" -gt 1 ]; then
        echo "growth: $name failed: $*" >&2
        cat "$work/errors" >&2
        exit 2
    fi
}

# size SHAPE N ROLE NAME: all commands on one size.
size() {
    "$programs/generate_shape" "$1" "$2" "$work/export.json"
    rm -f "$work/shape.db" "$work/again.db"
    "$rolechain" load -q -d "$work/shape.db" "$work/export.json" >/dev/null || [ $? -eq 1 ]
    cp "$work/shape.db" "$work/asked.db"
    for command in $commands; do
        case $command in
        load) count "$4.load" "$rolechain" load -q -j1 -d "$work/again.db" "$work/export.json" ;;
        findings) count "$4.findings" "$rolechain" findings -q -d "$work/asked.db" ;;
        findings-json) count "$4.findings-json" "$rolechain" findings -q --format json -d "$work/asked.db" ;;
        who-can) count "$4.who-can" "$rolechain" who-can -q "$3" -d "$work/asked.db" ;;
        reach) count "$4.reach" "$rolechain" reach -q first -d "$work/asked.db" ;;
        explain) count "$4.explain" "$rolechain" explain -q first "$3" -d "$work/asked.db" ;;
        exposure) count "$4.exposure" "$rolechain" exposure -q -d "$work/asked.db" ;;
        graph) count "$4.graph" "$rolechain" graph -q --format dot -d "$work/asked.db" ;;
        esac
        rm -f "$work/again.db"
    done
}

printf '\n%-18s %6s %-14s %12s %12s %7s %9s %7s\n' growth n command "n, million" "4n, million" times "4n, MB" times
broken=0
shapes >"$work/shapes"
while read -r shape n role known; do
    [ $# -eq 0 ] || case " $* " in *" $shape "*) ;; *) continue ;; esac
    size "$shape" 2 "$role" least
    size "$shape" "$n" "$role" one
    size "$shape" "$((n * 4))" "$role" four
    for command in $commands; do
        paste -d ' ' "$work/least.$command" "$work/one.$command" "$work/four.$command" |
            awk -v shape="$shape" -v n="$n" -v command="$command" -v known=",$known," '
            # What is below the floor is too little to tell how it grows.
            function growth(least, one, four, floor) {
                one = one - least > floor / 8 ? one - least : floor / 8
                return four - least < floor ? 0 : (four - least) / one
            }
            {
                more = $6 > 0 ? $9 / $6 : 1
                allowed = more > 4 ? more / 4 : 1
                work = growth($1, $4, $7, 1e6)
                memory = growth($2, $5, $8, 6000)
                breaks = (work > 5 * allowed || memory > 4.5 * allowed)
                listed = (index(known, "," command ",") > 0)
                note = ""
                if (more > 4.5)
                    note = sprintf("  output times %.1f", more)
                if (breaks)
                    note = note (listed ? "  known" : "  TOO FAST")
                else if (listed)
                    note = note "  no longer: take it out of the list"
                printf "%-18s %6d %-14s %12.1f %12.1f %7.1f %9.1f %7.1f%s\n",
                    shape, n, command, $4 / 1e6, $7 / 1e6, work, $8 / 1e3, memory, note
                exit breaks && !listed
            }' || broken=$((broken + 1))
    done
done <"$work/shapes"
if [ "$broken" -gt 0 ]; then
    echo "growth: $broken bounds are broken"
    exit 1
fi
