#!/bin/sh
# Generates organizations, measures what rolechain does with them, and prints ratios of figures measured in this run. Times
# are medians. Called by `make bench`.
#   BENCH_ACCOUNTS=1000   accounts of the organization that the table is about, 100 users and roles in each
#   BENCH_MIX_ACCOUNTS=20 accounts of the hard mixes, each with 100 more of what makes it hard
#   BENCH_RUNS=3          runs of which the median counts
#   BENCH_THREADS=2       threads
#   BENCH_LARGE=1         also ten times as many accounts: 8 GB, several minutes
# usage: tests/bench/run.sh FOLDER-OF-BENCH-PROGRAMS ROLECHAIN
set -eu
programs=$1 rolechain=$2
accounts=${BENCH_ACCOUNTS:-1000} mix_accounts=${BENCH_MIX_ACCOUNTS:-20} runs=${BENCH_RUNS:-3} threads=${BENCH_THREADS:-2}
work=$(mktemp -d "${TMPDIR:-/tmp}/rolechain-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say() {
    [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2
}

# Figures are files in $work/figures: NAME.KEY, one value a line for each run.
mkdir "$work/figures"
note() {
    echo "$3" >>"$work/figures/$1.$2"
}

median() {
    sort -g "$work/figures/$1.$2" | awk '{ value[NR] = $1 } END { print NR ? value[int((NR + 1) / 2)] : 0 }'
}

now() {
    date +%s.%N
}

calculate() {
    awk "BEGIN { printf \"%.4f\", $1 }"
}

# measure NAME ACCOUNTS RUNS [OPTION OF THE GENERATOR…]: all figures of one organization.
measure() {
    name=$1 count=$2 times=$3
    shift 3
    say "$name: generating $count accounts"
    exports=$work/exports database=$work/database
    "$programs/generate_organization" --accounts "$count" --out "$exports" "$@"
    find "$exports" -name '*.json' | sort >"$work/names"
    run=0
    while [ "$run" -lt "$times" ]; do
        run=$((run + 1))
        say "$name: run $run of $times"
        "$programs/json_yardstick" "$threads" <"$work/names" >"$work/output"
        read -r seconds bytes _ <"$work/output"
        note "$name" yardstick "$seconds"
        note "$name" bytes "$bytes"
        rm -f "$database"
        "$programs/load_exports" 1 "$database" "$exports" >"$work/output"
        read -r seconds _ <"$work/output"
        note "$name" load-alone "$seconds"
        rm -f "$database"
        "$programs/load_exports" "$threads" "$database" "$exports" >"$work/output"
        read -r seconds _ _ peak <"$work/output"
        note "$name" load "$seconds"
        note "$name" load-peak "$peak"
        "$programs/load_exports" "$threads" "$database" "$exports" >"$work/output"
        read -r seconds _ <"$work/output"
        note "$name" again "$seconds"
        "$programs/analyze_database" "$database" >"$work/output"
        while read -r key value; do
            note "$name" "$key" "$value"
        done <"$work/output"
    done
    say "$name: questions"
    "$programs/ask_database" "$database" >"$work/output"
    note "$name" slowest "$(awk '$1 != "open" && $2 > most { most = $2 } END { print most + 0 }' "$work/output")"
    while read -r key value _; do
        note "$name" "$key" "$value"
    done <"$work/output"
    # The slowest of each kind again, as a command: with opening the database and printing.
    most=0
    while read -r key _ _ _ about; do
        [ "$key" != open ] || continue
        began=$(now)
        # shellcheck disable=SC2086 # one argument or two
        "$rolechain" "$key" $about -d "$database" --quiet --format json >/dev/null || [ $? -eq 1 ]
        took=$(calculate "($(now) - $began) * 1000")
        most=$(printf '%s\n' "$most" "$took" | sort -g | tail -1)
        echo "$key as a command: $took" >>"$work/commands.$name"
    done <"$work/output"
    note "$name" command "$most"
    cp "$work/output" "$work/questions.$name"
    note "$name" all "$(calculate "$(median "$name" load) + $(median "$name" after)")"
    rm -rf "$exports" "$database"
}

# row WHAT NUMERATOR DENOMINATOR MUST GOOD NEAR-THE-LIMIT
row() {
    awk -v what="$1" -v value="$(calculate "$2 / $3")" -v must="$4" -v good="$5" -v near="$6" 'BEGIN {
        verdict = value <= near ? "near the limit" : value <= good ? "good" : value <= must ? "met" : "MISSED"
        printf "%-58s %9.3f %7s %7s %7s  %s\n", what, value, must, good, near, verdict
    }'
}

# table NAME NAME-OF-A-QUARTER: the rows of the targets.
table() {
    m() {
        median "$table_name" "$1"
    }
    table_name=$1
    printf '\n%.0f principals, %.0f MB of exports, %s threads\n\n' "$(m principals)" "$(calculate "$(m bytes) / 1e6")" "$threads"
    printf '%-58s %9s %7s %7s %7s\n' "" "measured" "must" "good" "limit"
    row "load / json_load_file over the same files" "$(m load)" "$(m yardstick)" 0.5 0.35 0.2
    row "load with $threads threads / with 1" "$(m load)" "$(m load-alone)" 0.7 0.6 0.55
    row "peak memory of the load / bytes read" "$(m load-peak)" "$(m bytes)" 0.25 0.10 0.03
    row "edges, chains, findings, and storing edges / load" "$(m after)" "$(m load)" 0.5 0.3 0.1
    row "stored edges / (roles + trust atoms + matches)" "$(m stored-edges)" "($(m roles) + $(m trust-atoms) + $(m matches))" 4 2 1.2
    row "slowest single question, the edges in memory, ms" "$(m slowest)" 1 100 10 2
    row "slowest single question, as a command, ms" "$(m command)" 1 100 10 2
    row "load again with nothing changed / first load" "$(m again)" "$(m load)" 0.3 0.1 0.05
    row "time of all when accounts x4" "$(m all)" "$(median "$2" all)" 6 5 4.2
}

# growth NAME: one line of absolute figures.
growth() {
    table_name=$1
    printf '%-33s %10.0f %7.0f %8.2f %8.2f %8.2f %9.0f %8.0f %8.1f %8.0f\n' "$1" "$(m principals)" \
        "$(calculate "$(m bytes) / 1e6")" "$(m yardstick)" "$(m load)" "$(m after)" "$(m stored-edges)" \
        "$(calculate "$(m peak) / 1e6")" "$(m slowest)" "$(m command)"
}

growth_head() {
    printf '\n%-33s %10s %7s %8s %8s %8s %9s %8s %8s %8s\n' "$1" principals MB "jansson" "load s" "after s" edges "peak MB" "ask ms" "command"
}

mixes="organization-equal organization-distinct organization-names administrators fleets external-ids scp-names"
measure tenth "$((accounts / 10))" "$runs"
measure quarter "$((accounts / 4))" "$runs"
measure whole "$accounts" "$runs"
for mix in $mixes; do
    measure "$mix, a quarter" "$((mix_accounts / 4))" 1 --mix "$mix=100"
    measure "$mix" "$mix_accounts" 1 --mix "$mix=100"
done
if [ -n "${BENCH_LARGE:-}" ]; then
    measure "tenfold, a quarter" "$((accounts * 5 / 2))" 1
    measure tenfold "$((accounts * 10))" 1
fi
say ""

uname -m | tr '\n' ' '
awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo
awk -v cores="$(nproc)" '/^MemTotal/ { printf "%d cores, %.0f GB of memory, medians of '"$runs"' runs\n", cores, $2 / 1e6 }' /proc/meminfo
table whole quarter
cat <<'TEXT'

Trust atoms: values of Principal in Allow statements, for each role. Matches: values of Resource in Allow statements about
assuming roles, for each class of principals with equal permissions. Questions: who-can, reach, paths, explain, asked about
the roles and principals with the most edges and 200 others. Slowest and median ms, rows, about:
TEXT
grep -v '^open' "$work/questions.whole" | sed 's/^/  /'
sed 's/^/  /' "$work/commands.whole"
growth_head "growth"
for name in tenth quarter whole ${BENCH_LARGE:+"tenfold, a quarter" tenfold}; do
    growth "$name"
done
growth_head "hard mixes"
for mix in $mixes; do
    growth "$mix, a quarter"
    growth "$mix"
done
echo
printf '%-33s %12s %12s %12s\n' "" "after/load" "edges/input" "time x4" "must" 0.5 4 6
for mix in $mixes; do
    table_name=$mix
    printf '%-33s %12.2f %12.2f %12.2f\n' "$mix" "$(calculate "$(m after) / $(m load)")" \
        "$(calculate "$(m stored-edges) / ($(m roles) + $(m trust-atoms) + $(m matches))")" \
        "$(calculate "$(m all) / $(median "$mix, a quarter" all)")"
done
[ -z "${BENCH_LARGE:-}" ] || table tenfold "tenfold, a quarter"
