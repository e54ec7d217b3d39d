#!/bin/bash
# The cases that section 18 of docs/decisions.md names are there.
# usage: tests/structure/decisions.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# looks_for FILE BEGINNING: whether the file of cases has a case whose name begins so.
looks_for() {
    grep -qF -- "case $2" "tests/graph/cases/$1.cases" 2>/dev/null
}

# check ROW CELL: "FILE: BEGINNING …; BEGINNING …", or a whole file.
check() {
    local row=$1 cell=$2 file=${2%%:*} part parts
    [ "$file" = differ ] && file=where-tools-differ
    if [ "$file" = "$cell" ]; then
        [ -f "tests/graph/cases/$file.cases" ] && return
        echo "docs/decisions.md, \"$row\": there is no tests/graph/cases/$file.cases"
        failed=1
        return
    fi
    IFS=';' read -ra parts <<<"${cell#*: }"
    for part in "${parts[@]}"; do
        part=${part%%…*}
        part=${part#"${part%%[! ]*}"}
        part=${part%"${part##*[! ]}"}
        looks_for "$file" "$part" && continue
        echo "docs/decisions.md, \"$row\": no case of $file begins with \"$part\""
        failed=1
    done
}

rows=0
while IFS='|' read -r _ matter _ _ cell _; do
    cell=${cell# }
    cell=${cell% }
    case $cell in case | --- | "" | "the same") continue ;; esac
    check "$matter" "$cell"
    rows=$((rows + 1))
done < <(sed -n '/^## 18/,$p' docs/decisions.md | grep '^|')
if [ "$failed" -eq 0 ] && [ "$rows" -ge 25 ]; then
    echo "[       OK ] cases-of-decisions"
else
    echo "[  FAILED  ] cases-of-decisions ($rows rows)"
    exit 1
fi
