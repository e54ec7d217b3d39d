#!/bin/bash
# The table of bounds in docs/performance.md against the code: each number is the constant's that its row names, and each constant that
# by its name is a bound stands in the table or below.
# usage: tests/structure/bounds.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# No bounds of an answer: sizes of tables that hold all there is, room that grows, thresholds of what findings are about, and how many
# of a list that is whole elsewhere are named.
others="CONTROL_ACTIONS MAXIMUM_RULES MAXIMUM_CODES MAXIMUM_OTHER_NAMES INPUT_MAXIMUM_JOBS MAXIMUM_MEMBERS MAXIMUM_SHOWN VERSIONS_MOST
DANGER_FEW_MOST ADDRESS_MOST WORDS_MOST ROWS_MOST CARDS_MOST COLUMNS_MOST PATH_COLUMNS_MOST BLOCKS_MOST ACCOUNTS_MOST NAMED_MOST
UNIT_NAMED_MOST UNITS_MOST REACH_MOST REACH_MOST_LAST HOPS_MOST ALONE_MOST CARD_GAP_MOST MOST_TEXT FIELD_MOST TRIED_TOGETHER UNIT_GAP_MOST LEAST_SEEN COUNTED
ASKED NOT_ASKED SORTS_ASKED CONTROL_NOT_ASKED HOLDER_NOT_ASKED"

# value FILE NAME: the number that it stands for.
value() {
    local text
    text=$(sed -nE "s/^#define $2 +(.*)/\1/p; s/^enum \{ *$2 *= *([0-9]+).*/\1/p; s/.*[{ ]\.$2 = ([^,}]+).*/\1/p" "$1" | head -n 1)
    text=$(printf '%s' "$text" | sed -E 's#/\*.*##; s/\(size_t\)//g; s/([0-9])[uUlL]+/\1/g')
    [ -n "$text" ] && echo "$((text))"
}

# forms NUMBER: as the page may write it.
forms() {
    sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta' <<<"$1"
    [ $(($1 % 1000000)) -ne 0 ] || echo "$(sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta' <<<"$(($1 / 1000000))") million"
    [ $(($1 % 1048576)) -ne 0 ] || echo "$(($1 / 1048576)) MB"
}

# says BOUND NUMBER
says() {
    local form
    while read -r form; do
        grep -qE "(^|[^0-9,])$form($|[^0-9,]|,[^0-9])" <<<"$1" && return
    done < <(forms "$2")
    return 1
}

verdict() {
    if [ "$2" -eq 0 ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

# check PAGE: prints what is wrong in its table.
named=""
check() {
    local bound last file name number path
    while IFS='|' read -r _ bound _ _ _ last _; do
        file=""
        for word in ${last//,/ }; do
            case $word in
            *.c | *.h)
                file=$word
                continue
                ;;
            –) continue ;;
            esac
            name=$word
            path=$(find graph analyzer ingest -path "*/$file" | head -n 1)
            number=$([ -z "$path" ] || value "$path" "$name")
            named="$named $file:$name"
            if [ -z "$number" ]; then
                echo "$file has no $name"
            elif ! says "$bound" "$number"; then
                echo "$file: $name is $number, and the page says:$bound"
            fi
        done
    done < <(sed -n '/^| bound | where/,/^$/p' "$1" | tail -n +3)
}

wrong=$(mktemp)
trap 'rm -f "$wrong" "$wrong.page"' EXIT
check docs/performance.md >"$wrong"
cat "$wrong"
verdict numbers-are-those-of-the-code "$([ -s "$wrong" ] && echo 1 || echo 0)"

# What the page does not know.
unknown=0
while IFS=: read -r path _ line; do
    name=$(sed -E 's/^(#define |enum \{ *)([A-Z_]+).*/\2/' <<<"$line")
    case " $named " in *[\ /]"${path##*/}:$name "*) continue ;; esac
    case " ${others//$'\n'/ } " in *" $name "*) continue ;; esac
    echo "$path: $name stands neither in docs/performance.md nor in tests/structure/bounds.sh"
    unknown=1
done < <(grep -rnE '^(#define|enum \{) *([A-Z]+_)*(MOST|MAXIMUM|ASKED|TRIED|SEEN|LISTED|BUDGET|SETTLED|COUNTED|FREE|LIMIT|QUESTIONS)(_[A-Z]+)* +(= *)?\(?[0-9(]' graph analyzer ingest --include='*.[ch]')
verdict every-bound-is-known "$unknown"

# A number that is another one is seen.
sed 's/^| 400,000 steps of one formula/| 40,000 steps of one formula/' docs/performance.md >"$wrong.page"
verdict a-wrong-number-is-found "$(check "$wrong.page" | grep -q 'BUDGET_STEPS is 400000' && echo 0 || echo 1)"
exit "$failed"
