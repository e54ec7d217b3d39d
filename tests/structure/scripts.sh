#!/bin/bash
# The scripts of the report: each says in its first line what its one job is, is short, and makes no HTML of text: elements are
# made in dom.js alone, texts go in as text.
# usage: tests/structure/scripts.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# verdict NAME WHAT: nothing that breaks the rule is good.
verdict() {
    if [ -z "$2" ]; then
        echo "[       OK ] $1"
    else
        echo "$2"
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

verdict no-html-from-text "$(grep -nE '(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|setHTML|\beval\(|new Function|setAttribute\("on' analyzer/report/page/*.js)"
verdict elements-are-made-in-one-place "$(grep -n 'createElement' analyzer/report/page/*.js | grep -v '^analyzer/report/page/dom.js:')"
verdict each-says-its-job "$(for script in analyzer/report/page/*.js; do head -1 "$script" | grep -q '^// ' || echo "$script"; done)"
verdict none-is-long "$(wc -l analyzer/report/page/*.js | awk '$2 != "total" && $1 > 300')"
exit "$failed"
