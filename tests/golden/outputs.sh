#!/bin/bash
# Files that commands write: which format they get, that they appear whole or not at all, also when the command is
# interrupted, and that none is written over what the command reads.
# usage: tests/golden/outputs.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"
export SOURCE_DATE_EPOCH=1767225600

# holds NAME CONDITION…: whether the condition holds.
holds() {
    local name=$1 status=0
    shift
    "$@" || status=1
    verdict "$name" "$status"
}
# works NAME ARGUMENT…: ends with 0.
works() {
    local name=$1 status=0
    shift
    "$rolechain" "$@" >/dev/null || status=1
    verdict "$name" "$status"
}
# No file that the program wrote on its way is left.
clean() { [ -z "$(find . -name '*.rolechain-*' -o -name '*-journal')" ]; }

cp "$samples/accounts/555566667777/get-account-authorization-details.json" export.json
mkdir exports && cp export.json exports/one.json
"$rolechain" load -q export.json -d o.db >/dev/null

# ---- formats
expect suffix-of-no-format 2 'no format has the suffix .xlsx; end the name in .txt, .json' findings --from export.json -o x.xlsx
expect suffix-of-another-command 2 'no format has the suffix .svg' status --from export.json -o x.svg
expect format-of-another-command 2 'no format "svg"; choose text or json' status --from export.json --format svg
works suffix-in-capitals who-can demo-public --from export.json -o x.JSON
holds suffix-in-capitals-is-json grep -q '"rolechain"' x.JSON

# ---- what is read is not written over
refused="so it is not written over"
cp o.db before.db
# shellcheck disable=SC2016 # the inner shell expands it
same() { cmp -s o.db before.db && cmp -s export.json exports/one.json && cmp -s export.json "$samples/accounts/555566667777/get-account-authorization-details.json"; }
ln -s o.db link.db
ln o.db hard.db
ln -s . here
expect over-database 2 "$refused" findings -d o.db --format text -o o.db
expect over-database-by-path 2 "$refused" findings -d o.db --format text -o "$PWD/here/../$(basename "$PWD")/o.db"
expect over-database-by-symbolic-link 2 "$refused" findings -d o.db --format text -o link.db
expect over-database-by-hard-link 2 "$refused" findings -d link.db --format text -o hard.db
ROLECHAIN_DB=o.db expect over-database-of-environment 2 "$refused" status --format text -o link.db
expect over-export 2 "$refused" who-can demo-public --from export.json -o ./export.json
expect over-export-in-folder 2 "$refused" who-can demo-public --from exports -o exports/one.json
expect over-export-of-load 2 "$refused" load export.json -d new.db -o here/export.json
expect over-export-of-load-in-folder 2 "$refused" load exports -d new.db -o exports/one.json
expect over-new-database-of-load 2 "$refused" load export.json -d here/new.json -o new.json
holds no-database-of-a-refused-load [ ! -e new.db ]
run=(bash -c '"$0" "$@" <export.json' "$rolechain")
expect over-standard-input 2 "$refused" who-can demo-public --from - -o export.json
expect over-standard-input-by-name 2 "$refused" who-can demo-public --from /dev/stdin -o export.json
run=("$rolechain")
"$rolechain" findings -q -d o.db --write-baseline base.json >/dev/null
echo 'trust-public because it is a test' >.rolechainignore
echo '{"accounts": {}}' >known.json
echo '[]' >trusted.json
expect over-baseline 2 "$refused" findings -d o.db --baseline base.json -o base.json
expect over-ignore-file 2 "$refused" findings -d o.db --ignore-file here/.rolechainignore -o .rolechainignore
expect over-usual-ignore-file 2 "$refused" findings -d o.db -o .rolechainignore
expect over-known-accounts 2 "$refused" findings -d o.db --known-accounts known.json -o known.json
expect over-trusted-accounts 2 "$refused" findings -d o.db --trusted-accounts trusted.json -o trusted.json
# The files of report and of every other command.
for option in ignore-file known-accounts trusted-accounts; do
    file=$(find . -maxdepth 1 -name ".rolechain${option%-file}*" -o -maxdepth 1 -name "${option%-accounts}.json")
    cp "$file" before.input
    expect "report-over-$option" 2 "$refused" report -d o.db "--$option" "here/$file" --format html -o "$file"
    holds "report-over-$option-leaves-it" cmp -s before.input "$file"
done
while read -r command; do
    # shellcheck disable=SC2086 # words
    expect "${command%% *}-over-database" 2 "$refused" $command -d o.db -o here/o.db
    # shellcheck disable=SC2086
    expect "${command%% *}-over-export" 2 "$refused" $command --from exports -o exports/one.json
    holds "${command%% *}-leaves-them" same
done <<'C'
status --format text
who-can demo-public --format text
reach erin --format text
paths erin demo-public --format text
explain erin demo-public --format text
exposure --format text
administrators --format text
chokepoints --format text
findings --format text
graph --format dot
report --format html
C
expect baseline-over-database 2 "$refused" findings -d o.db --write-baseline link.db
expect baseline-over-export 2 "$refused" findings --from exports --write-baseline exports/one.json
expect baseline-over-output 2 'two outputs cannot go to one file' findings -d o.db -o new.json --write-baseline here/new.json
works baseline-anew findings -q -d o.db --baseline base.json --write-baseline base.json
holds inputs-unchanged same
works beside-exports findings -q --from exports -o exports/findings.json
works beside-exports-again findings -q --from exports -o exports/findings.json
rm .rolechainignore exports/findings.json

# ---- links, modes, devices
mkdir kept && echo old >kept/file.txt && chmod 640 kept/file.txt && ln -s kept/file.txt way.txt && ln -s way.txt further.txt
works through-links findings -q -d o.db -o further.txt
holds links-stay [ -L way.txt -a -L further.txt ]
holds file-behind-links-is-new grep -q critical kept/file.txt
holds mode-stays [ "$(stat -c %a kept/file.txt)" = 640 ]
ln -s kept/not-there.txt dangling.txt
works through-dangling-link findings -q -d o.db -o dangling.txt
holds dangling-link-leads-somewhere grep -q critical kept/not-there.txt
ln -s circle.txt circle.txt
expect circle-of-links 2 'cannot be written' findings -q -d o.db -o circle.txt
(umask 027 && "$rolechain" findings -q -d o.db -o masked.txt)
holds mode-of-a-new-file [ "$(stat -c %a masked.txt)" = 640 ]
expect folder-as-output 2 'cannot be written: it is a folder' findings -q -d o.db -o kept
expect no-folder-for-output 2 'cannot be written: its folder does not exist' findings -q -d o.db -o nowhere/x.txt
(echo first && "$rolechain" findings -q -d o.db -o /dev/stdout) >appended.txt
holds standard-output-by-name [ "$(head -n 1 appended.txt) $(grep -c critical appended.txt)" = "first $(grep -c critical masked.txt)" ]
works to-a-device findings -q -d o.db -o /dev/null

# ---- commands that fail
failed_leaves() {
    local name=$1
    echo old >old.txt
    shift
    "$@" >/dev/null 2>&1
    verdict "$name" "$([ "$(cat old.txt)" = old ] && clean && echo 0 || echo 1)"
}
failed_leaves failure-leaves-the-file "$rolechain" who-can nobody -d o.db -o old.txt
failed_leaves unread-export-leaves-the-file "$rolechain" findings --from /etc/hostname -o old.txt
# shellcheck disable=SC2016
failed_leaves full-disk-leaves-the-file bash -c 'ulimit -f 1; "$0" findings --top 0 -d o.db -o old.txt' "$rolechain"
# shellcheck disable=SC2016
run=(bash -c 'ulimit -f 1; "$0" "$@"' "$rolechain")
expect full-disk-is-said 3 'old.txt: could not be written: ' findings -d o.db -o old.txt --top 0
run=("$rolechain")

# ---- interruptions: each waits for an export from a pipe that nobody writes
mkfifo pipe
# ended NAME SIGNAL STATUS ARGUMENT…: one signal ends it, and nothing is left.
ended() {
    local name=$1 signal=$2 wanted=$3 status
    shift 3
    echo old >old.txt
    timeout --preserve-status -k 20 -s "$signal" 0.3 "$rolechain" "$@" 2>said
    status=$?
    verdict "$name" "$([ "$status" -eq "$wanted" ] && [ "$(cat old.txt)" = old ] && [ ! -e new.db ] && clean && echo 0 || echo 1)"
}
ended interrupted INT 130 findings --from pipe -o old.txt
ended terminated TERM 143 findings --from pipe -o old.txt
ended hung-up HUP 129 findings --from pipe -o old.txt
ended interrupted-load INT 130 load pipe -d new.db -o old.txt
ended terminated-load TERM 143 load pipe -d new.db
"$rolechain" who-can demo-public -d before.db >answer.txt 2>&1
ended interrupted-load-into-old INT 130 load pipe -d before.db
"$rolechain" who-can demo-public -d before.db >later.txt 2>&1
holds old-database-answers-as-before cmp -s answer.txt later.txt
(trap '' INT && timeout -s INT 0.2 "$rolechain" who-can demo-public -d o.db >/dev/null)
holds ignored-signals-stay-ignored [ "$?" -eq 0 ]

# ---- quiet, and loads of nothing
mkdir nothing
expect load-of-an-empty-folder 2 'nothing was loaded into new.db' load nothing -d new.db
expect load-of-no-export 2 'nothing was loaded into new.db' load /etc/hostname -d new.db --keep-going
holds no-database-of-nothing [ ! -e new.db ]
expect load-of-the-same-again 0 'Nothing new' load export.json -d o.db
mkdir both && cp export.json both/ && head -c 300 export.json >both/half.json
"$rolechain" load both -d both.db >/dev/null 2>&1
expect load-of-the-same-with-a-broken-one 2 'Nothing new: both.db already holds what could be read' load both -d both.db
"$rolechain" findings --from both >out 2>&1
holds broken-file-is-said-once [ "$(grep -c half.json out)" = 1 ]
"$rolechain" load -q "$samples" -d quiet.db >said 2>errors
holds quiet-load-says-one-line [ "$(wc -l <said) $(wc -c <errors)" = '1 0' ]
for command in 'findings --top 1' 'findings --format csv --top 1' 'who-can demo-public' 'status'; do
    # shellcheck disable=SC2086 # words
    "$rolechain" $command -q --from "$samples" >/dev/null 2>errors
    holds "quiet-${command// /-}" [ ! -s errors ]
done
exit "$failed"
