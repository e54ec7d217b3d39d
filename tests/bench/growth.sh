#!/bin/sh
# Whether some command grows faster than its input and its output, on exports in which one thing is large (generate_shape):
# each shape of a size n and of 4n, counted in work (counted.c), so that the answer is the same on any machine. What the
# smallest shape costs is taken off first. Work may be at most 5 times as much and memory 4.5 times, or in proportion to the
# output where it grows faster than 4 times. Exit status 1: a bound is broken. Called by `make bench`.
# With --full each shape once instead, as large as it is anywhere: seconds of the processor, and memory; none may take longer
# than GROWTH_SECONDS (60).
# usage: tests/bench/growth.sh [--full] FOLDER-OF-BENCH-PROGRAMS ROLECHAIN-THAT-COUNTS [SHAPE…]
set -eu
full=
if [ "$1" = --full ]; then
    full=1
    shift
fi
programs=$1 rolechain=$2
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/rolechain-growth.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# SHAPE N FULL-SIZE ROLE COMMANDS-THAT-ARE-KNOWN-TO-GROW-FASTER, by commas. A command that no longer does is to be taken out.
shapes() {
    cat <<'TABLE'
trust-accounts     125    500     r0  graph
trust-principals   250    100000  r0  findings-json,graph,report
trust-statements   50     200     r0  graph
trust-conditions   50     200     r0  -
not-principals     250    10000   r0  -
named-accounts     125    10000   r0  -
named-principals   125    10000   r0  -
denies             500    10000   r0  -
allows             125    10000   r1  -
values             25000  100000  r0  -
keys               2500   100000  r0  -
resources          500    100000  r1  findings-json,report
alike              125    5000    r1  findings,findings-json,report
distinct           125    5000    r1  findings-json,report
patterns           125    5000    r-1 findings-json,report
clique             75     300     r1  load,findings,findings-json,who-can,control,graph,report
clique-conditions  75     300     r1  findings,findings-json,graph,report
chain              125    500     r1  -
layers             50     2000    r1  findings-json,report
hub                250    10000   r1  -
fleets             50     5000    r1  findings
allow-patterns     125    5000    r-1 -
deny-patterns      12     200     r0  -
users              1000   100000  r0  -
TABLE
}
commands="load findings findings-json who-can control reach explain paths exposure graph chokepoints administrators report"

# count NAME COMMAND…: the figures of one command, in $work/NAME.
count() {
    figures=$1
    shift
    status=0
    if [ -n "$full" ]; then
        "$programs/count_work" --seconds timeout "${GROWTH_SECONDS:-60}" "$@" >"$work/$figures" 2>"$work/errors" || status=$?
    else
        "$programs/count_work" "$@" >"$work/$figures" 2>"$work/errors" || status=$?
    fi
    if [ "$status" -eq 124 ]; then
        echo "- - - over" >"$work/$figures"
    elif [ "$status" -gt 1 ]; then
        echo "growth: $figures failed: $*" >&2
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
        load) set -- "$@" load -q -j1 -d "$work/again.db" "$work/export.json" ;;
        findings) set -- "$@" findings -q -d "$work/asked.db" ;;
        findings-json) set -- "$@" findings -q --format json -d "$work/asked.db" ;;
        who-can) set -- "$@" who-can -q "$3" -d "$work/asked.db" ;;
        control) set -- "$@" who-can -q --control "$3" -d "$work/asked.db" ;;
        reach) set -- "$@" reach -q first -d "$work/asked.db" ;;
        explain) set -- "$@" explain -q first "$3" -d "$work/asked.db" ;;
        paths) set -- "$@" paths -q first "$3" -d "$work/asked.db" ;;
        exposure) set -- "$@" exposure -q -d "$work/asked.db" ;;
        graph) set -- "$@" graph -q --format dot -d "$work/asked.db" ;;
        chokepoints) set -- "$@" chokepoints -q -d "$work/asked.db" ;;
        administrators) set -- "$@" administrators -q -d "$work/asked.db" ;;
        report) set -- "$@" report -q -d "$work/asked.db" ;;
        esac
        asked_shape=$1 asked_n=$2 asked_role=$3 into=$4
        shift 4
        count "$into.$command" "$rolechain" "$@"
        set -- "$asked_shape" "$asked_n" "$asked_role" "$into"
        rm -f "$work/again.db"
    done
}

# compare SHAPE N COMMAND KNOWN: a line of the table. Fails where a bound is broken.
compare() {
    paste -d ' ' "$work/least.$3" "$work/one.$3" "$work/four.$3" |
        awk -v shape="$1" -v n="$2" -v command="$3" -v known=",$4," '
        # What is below the floor is too little to tell how it grows.
        function growth(least, one, four, floor) {
            one = one - least > floor / 8 ? one - least : floor / 8
            return four - least < floor ? 0 : (four - least) / one
        }
        {
            more = $7 > 0 ? $11 / $7 : 1
            allowed = more > 4 ? more / 4 : 1
            work = growth($1, $5, $9, 1e6)
            memory = growth($2, $6, $10, 6000)
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
                shape, n, command, $5 / 1e6, $9 / 1e6, work, $10 / 1e3, memory, note
            exit breaks && !listed
        }'
}

if [ -n "$full" ]; then
    printf '\n%-18s %7s %-14s %9s %9s %9s\n' "full size" n command seconds MB "MB output"
else
    printf '\n%-18s %6s %-14s %12s %12s %7s %9s %7s\n' growth n command "n, million" "4n, million" times "4n, MB" times
fi
broken=0
shapes >"$work/shapes"
while read -r shape n most role known; do
    [ $# -eq 0 ] || case " $* " in *" $shape "*) ;; *) continue ;; esac
    if [ -n "$full" ]; then
        size "$shape" "$most" "$role" full
        for command in $commands; do
            awk -v shape="$shape" -v n="$most" -v command="$command" '{
                printf "%-18s %7d %-14s %9s %9.1f %9.1f%s\n",
                    shape, n, command, $4, $2 / 1e3, $3 / 1e6, $4 == "over" ? "  TOO SLOW" : ""
                exit $4 == "over"
            }' "$work/full.$command" || broken=$((broken + 1))
        done
        continue
    fi
    size "$shape" 2 "$role" least
    size "$shape" "$n" "$role" one
    size "$shape" "$((n * 4))" "$role" four
    for command in $commands; do
        compare "$shape" "$n" "$command" "$known" || broken=$((broken + 1))
    done
done <"$work/shapes"
if [ "$broken" -gt 0 ]; then
    echo "growth: $broken bounds are broken"
    exit 1
fi
