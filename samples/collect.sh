#!/bin/bash
# Gathers what rolechain reads with the AWS CLI: identities, workloads and people of every account it can enter, and the
# organization. It only reads. collect/calls.txt holds the calls, collector-policy.json the permissions that they need,
# collector-role.yaml a role with them for every account. See --help.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() {
    cat <<'TEXT'
usage: collect.sh [--management-profile P [--role-name R]] [--profile P]... [--out DIR] [OPTION]...

What to collect:
  --management-profile P       the organization with this AWS CLI profile (management account or delegated administrator),
                               Identity Center, and the profile's own account; "-" means the credentials of the environment
  --role-name R                every active member account, by assuming its role R from the management profile
  --external-id X              the external ID that the role asks for
  --accounts ID,ID             only these of the member accounts
  --profile P                  the account of this profile (repeatable)
  --identity-center-profile P  Identity Center with another profile (a delegated administrator)
  --identity-center-region R   its home region, if it is not to be looked for
  --regions R,R                only these regions (default: all that are switched on in the account)
  --without SCOPE,SCOPE        leave out region (workloads), identity-center (people), or both
  --calls FILE                 another table of calls than collect/calls.txt
  --most N                     at most N items of a list are described in a region (default: 5000)

How:
  --out DIR                    a folder that does not exist yet (default: export). DIR.partial holds the answers until the
                               run is complete; the same command goes on with what an interrupted run left there
  --max-age HOURS              but not if it began longer ago (default: 24)
  --again                      ask again for what the finished run in DIR was refused or failed to get
  --jobs N                     calls at the same time (default: 8)
  --timeout SECONDS            a call that takes longer is given up (default: 900; needs the command timeout)
  --envelopes                  write a line {"account":…,"region":…,"call":…,"args":…,"output":…} for each call into
                               calls.ndjson, instead of a file for each call that is named after it
  --help                       this text

Without a profile the CLI's default credentials are used for one account. No credentials are written. DIR/manifest.ndjson
says of every call what came of it. Exit status: 0 all calls answered, 1 some were refused or failed (they are listed),
2 wrong usage, 3 stopped before the end.

  collect.sh --management-profile audit --role-name rolechain-collector --out export
  rolechain load export
TEXT
}

fail() {
    echo "collect.sh: $*" >&2
    exit 2
}

number() {
    case $2 in '' | *[!0-9]* | 0) fail "$1 needs a number, not \"$2\"" ;; esac
}

profiles=() management="" people="" out=export envelopes=no again=no accounts="" without=""
jobs=8 timeout=900 max_age=24 most=5000 COLLECT_ROLE="" COLLECT_EXTERNAL_ID="" COLLECT_REGIONS="" COLLECT_PEOPLE_REGION=""
COLLECT_TABLE=$here/collect/calls.txt
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --envelopes) envelopes=yes && shift && continue ;;
    --again) again=yes && shift && continue ;;
    --[a-z]*) [ $# -ge 2 ] || fail "$1 needs a value" ;;
    esac
    case $1 in
    --profile) profiles+=("$2") ;;
    --management-profile) management=$2 ;;
    --identity-center-profile) people=$2 ;;
    --identity-center-region) COLLECT_PEOPLE_REGION=$2 ;;
    --role-name) COLLECT_ROLE=$2 ;;
    --external-id) COLLECT_EXTERNAL_ID=$2 ;;
    --accounts) accounts=${2//,/ } ;;
    --regions) COLLECT_REGIONS=${2//,/ } ;;
    --without) without=$2 ;;
    --calls) COLLECT_TABLE=$2 ;;
    --out) out=${2%/} ;;
    --jobs) jobs=$2 ;;
    --timeout) timeout=$2 ;;
    --max-age) max_age=$2 ;;
    --most) most=$2 ;;
    *) fail "unknown option $1 (see --help)" ;;
    esac
    shift 2
done
number --jobs "$jobs" && number --timeout "$timeout" && number --max-age "$max_age" && number --most "$most"
[ -z "$COLLECT_ROLE" ] || [ -n "$management" ] || fail "--role-name needs --management-profile, which lists the accounts"
case ",$without," in *,region,* | *,identity-center,* | ,,) ;; *) fail "--without takes region, identity-center or both" ;; esac
[ -r "$COLLECT_TABLE" ] || fail "$COLLECT_TABLE is not there"
command -v aws >/dev/null || fail "the AWS CLI (aws) is not on the PATH"
case $COLLECT_TABLE in /*) ;; *) COLLECT_TABLE=$PWD/$COLLECT_TABLE ;; esac
case $out in /*) ;; *) out=$PWD/$out ;; esac
stage=$out.partial state=$out.partial/.state
umask 077

wants() {
    case ",$without," in *",$1,"*) return 1 ;; esac
}

as_profile() (
    [ "$1" = - ] || { unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_PROFILE && export AWS_PROFILE=$1; }
    shift
    exec "$@"
)

# identify PROFILE: adds "ACCOUNT PROFILE" to $identities; the first sets $COLLECT_PARTITION, and $home, the region of calls
# that belong to none. The CLI may ask for an MFA code here.
identify() {
    local arn account partition region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
    [ -n "$region" ] || region=$(as_profile "$1" aws configure get region || true)
    arn=$(as_profile "$1" aws sts get-caller-identity --region "${region:-us-east-1}" --query Arn --output text) ||
        fail "no credentials: sign in to ${1/#-/the AWS CLI} first"
    IFS=: read -r _ partition _ _ account _ <<<"$arn"
    identities+="$account $1"$'\n'
    [ -z "$home" ] || return 0
    COLLECT_PARTITION=$partition
    case $partition in
    aws-cn) home=${region:-cn-north-1} ;;
    aws-us-gov) home=${region:-us-gov-west-1} ;;
    *) home=${region:-us-east-1} ;;
    esac
}

# What makes two runs the same: with other answers to this, nothing is gone on with.
options() {
    {
        echo "$identities$management; $people; $COLLECT_ROLE; $COLLECT_REGIONS; $COLLECT_PEOPLE_REGION; $accounts; $without; $most; $envelopes"
        cat "$COLLECT_TABLE"
    } | cksum | tr ' ' '-'
}

# Every call once, with its last outcome, sorted.
outcomes() {
    { cat "$state/kept" 2>/dev/null || true; } | cat - <(find "$state/journal" -type f -exec cat {} +) |
        awk '{ key = $0; sub(/,"result":.*/, "", key); line[key] = $0 } END { for (key in line) print line[key] }' | LC_ALL=C sort
}

# remove_strays LINES: removes the files in the stage that no answer among the manifest's LINES names: a run was interrupted
# when one was written, and its call may be refused by now.
remove_strays() {
    (cd "$stage" && find . -type f ! -path './.state/*' ! -name manifest.ndjson | sed 's,^\./,,' | LC_ALL=C sort) >"$state/there"
    sed -n 's/.*,"result":"ok","file":"\([^"]*\)".*/\1/p' "$1" | LC_ALL=C sort -u | LC_ALL=C comm -13 - "$state/there" |
        while IFS= read -r file; do rm "$stage/$file"; done
}

too_old() {
    [ -n "$(find "$1" -mmin "+$((max_age * 60))")" ]
}

# Keeps of the calls of an interrupted run what was answered, and puts what is known of an account and region where its
# unit finds it. The last line of a journal may be cut off.
keep_answers() {
    outcomes | grep -E '"result":"(ok|none)".*"}$' >"$state/ended" || true
    remove_strays "$state/ended"
    awk 'NR == FNR { there[$0]; next }
        { file = $0; sub(/.*"result":"(ok|none)","file":"/, "", file); sub(/".*/, "", file) }
        file == "" || file in there' "$state/there" "$state/ended" >"$state/kept.new"
    mv "$state/kept.new" "$state/kept"
    rm -rf "$state/journal" "$state/answered" && mkdir "$state/journal" "$state/answered"
    awk -F '"' -v folder="$state/answered/" '
        { file = folder $4 "_" $8 }
        file != last { if (last != "") close(last); last = file }
        { print >file }' "$state/kept"
}

# The stage of a new run, or of an interrupted one, whose answers stay while all else is asked again.
open_stage() {
    if [ -d "$stage" ]; then
        [ -e "$state/began" ] || fail "$stage is in the way: it belongs to no run"
        ! kill -0 "$(cat "$state/run" 2>/dev/null || echo none)" 2>/dev/null || fail "another run (process $(cat "$state/run")) is writing into $stage"
        [ "$(options)" = "$(cat "$state/options")" ] ||
            fail "$stage was begun with other options or credentials: repeat those, or remove it"
        ! too_old "$state/began" ||
            fail "$stage was begun more than $max_age hours ago and may be stale: remove it (or raise --max-age)"
        echo "going on with $stage" >&2
    else
        mkdir -p "$state/journal"
        options >"$state/options"
        date -u +%Y-%m-%dT%H:%M:%SZ >"$state/began"
    fi
    echo $$ >"$state/run"
    keep_answers
    rm -rf "$state/stop" "$state/units" "$state/absent" && mkdir "$state/units" "$state/absent"
}

# Makes a finished run a stage again.
reopen() {
    local head began
    [ ! -e "$stage" ] || fail "--again: $stage is in the way"
    [ "$envelopes" = no ] || fail "--again does not go with --envelopes"
    head=$(head -n 1 "$out/manifest.ndjson" 2>/dev/null) || fail "--again: no finished run is in $out"
    case $head in *"\"options\":\"$(options)\""*) ;; *) fail "--again: $out was collected with other options or credentials" ;; esac
    began=${head#*\"began\":\"} began=${began%%\"*}
    mkdir -p "$out/.state/journal"
    echo "$began" >"$out/.state/began"
    began=${began//[-:TZ]/}
    TZ=UTC0 touch -t "${began%??}.${began: -2}" "$out/.state/began"
    ! too_old "$out/.state/began" || {
        rm -r "$out/.state"
        fail "--again: $out was begun more than $max_age hours ago: collect anew"
    }
    options >"$out/.state/options"
    tail -n +2 "$out/manifest.ndjson" >"$out/.state/journal/all"
    mv "$out" "$stage"
    rm "$stage/manifest.ndjson"
}

# Asks the units in a file, many at a time. They end by themselves when this process is gone.
ask_units() {
    local status=0
    [ -s "$1" ] || return 0
    tr '\n' '\0' <"$1" | xargs -0 -n 1 -P "$jobs" "$here/collect/unit.sh" &
    wait $! || status=$?
    [ "$status" -eq 0 ] || [ -e "$state/stop" ] || echo "a part of the run has broken off" >"$state/stop"
    [ ! -e "$state/stop" ] || {
        echo "Stopped: $(cat "$state/stop"). The same command goes on from here." >&2
        exit 3
    }
}

# The member accounts that are to be entered.
members() {
    [ -e "$stage/org/list-accounts.json" ] || return 0
    awk -F '"' '
        /^        \{/ { active = 0 }
        /^            "Id": / { id = $4 }
        /^            "(Status|State)": "ACTIVE"/ { active = 1 }
        /^        \}/ && active { print id }' "$stage/org/list-accounts.json" | if [ -n "$accounts" ]; then
        grep -Fx "$(tr ' ' '\n' <<<"$accounts")" || true
    else
        cat
    fi
}

# A line about the run, and one for each call.
write_manifest() {
    outcomes >"$state/calls"
    {
        printf '{"began":"%s","completed":"%s","options":"%s","cli":"%s","partition":"%s"}\n' "$(cat "$state/began")" \
            "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(cat "$state/options")" "$(aws --version 2>&1 | cut -d ' ' -f 1)" "$COLLECT_PARTITION"
        if [ "$envelopes" = yes ]; then
            sed 's|"file":"\([^"]*\)/[^"/]*","error"|"file":"\1/calls.ndjson","error"|' "$state/calls"
        else
            cat "$state/calls"
        fi
    } >"$stage/manifest.ndjson"
}

# One line a call. The CLI indents with line breaks, which never stand inside a string.
write_envelopes() {
    local line file
    while IFS= read -r line; do
        case $line in *'"result":"ok","file":"'[a-z]*) ;; *) continue ;; esac
        file=${line#*\"result\":\"ok\",\"file\":\"} file=${file%%\"*}
        printf '%s,"output":%s}\n' "${line%%,\"result\"*}" "$(sed 's/^ *//' "$stage/$file" | tr -d '\n')" >>"$stage/${file%/*}/calls.ndjson"
        rm "$stage/$file"
    done <"$state/calls"
}

# What is missing, a line for each kind of call and outcome, with an example.
say_missing() {
    grep -vE '"result":"(ok|none|absent)"' "$state/calls" | awk -F '"' '
        {
            match($0, /"result":"[^"]*"/)
            result = substr($0, RSTART + 10, RLENGTH - 11)
            match($0, /"error":".*","from"/)
            key = sprintf("  %-8s  %s", result, $12)
            if (count[key]++ == 0)
                first[key] = ($4 $8 == "" ? "the organization" : $4 ($4 != "" && $8 != "" ? " " : "") $8) ": " substr($0, RSTART + 9, RLENGTH - 17)
        }
        END { for (key in count) printf "%s: %d times, as in %s\n", key, count[key], first[key] }' | LC_ALL=C sort
}

[ -n "$management$people" ] || [ ${#profiles[@]} -gt 0 ] || profiles=(-)
people=${people:-$management} identities="" home=""
for profile in ${management:+"$management"} ${profiles[@]+"${profiles[@]}"}; do
    identify "$profile"
done
[ -n "$identities" ] || identify "$people"
AWS_REGION=$home

[ "$again" = no ] || reopen
[ ! -e "$out" ] || fail "$out exists, and a run never mixes with an older one: move it away, or choose another --out"
trap 'echo "Interrupted. The same command goes on from here." >&2; exit 3' INT TERM HUP
open_stage
while read -r account profile; do
    [ -z "$account" ] || [ -e "$state/profile.$account" ] || echo "$profile" >"$state/profile.$account"
done <<<"$identities"

COLLECT_LIMIT="" COLLECT_DELEGATED=""
! command -v timeout >/dev/null || COLLECT_LIMIT="timeout -k 10 $timeout"
COLLECT_STAGE=$stage COLLECT_PID=$$ COLLECT_MANAGEMENT=$management COLLECT_PEOPLE=$people COLLECT_MOST=$most
export COLLECT_STAGE COLLECT_PID COLLECT_MANAGEMENT COLLECT_PEOPLE COLLECT_MOST COLLECT_LIMIT COLLECT_DELEGATED COLLECT_ROLE \
    COLLECT_EXTERNAL_ID COLLECT_REGIONS COLLECT_PEOPLE_REGION COLLECT_TABLE COLLECT_PARTITION
export AWS_REGION AWS_DEFAULT_REGION="$AWS_REGION" AWS_PAGER="" AWS_CLI_AUTO_PROMPT=off \
    AWS_RETRY_MODE="${AWS_RETRY_MODE:-adaptive}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-10}"

if [ -n "$management" ]; then
    echo org >"$state/units.org"
    ask_units "$state/units.org"
    COLLECT_DELEGATED=$(awk -F '"' '/^            "Id": / { printf "%s ", $4 }' \
        "$stage/org/list-delegated-administrators.json" 2>/dev/null || true)
fi
{
    [ -z "$people" ] || ! wants identity-center || echo identity-center
    { awk '{ print $1 }' <<<"$identities" && { [ -z "$COLLECT_ROLE" ] || members; }; } |
        awk '$1 != "" && !seen[$1]++ { print "account/" $1 }'
} >"$state/units.first"
ask_units "$state/units.first"
find "$state/units" -type f ! -name '*.new' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat /dev/null |
    { if wants region; then cat; else grep -v '^region/' || true; fi } >"$state/units.second"
ask_units "$state/units.second"

trap '' INT TERM HUP
write_manifest
remove_strays "$state/calls"
[ "$envelopes" = no ] || write_envelopes
missing=$(say_missing || true)
rm -rf "$state"
mv "$stage" "$out"
if [ -n "$missing" ]; then
    printf 'Not answered (each call is in %s/manifest.ndjson):\n%s\n' "$out" "$missing" >&2
    exit 1
fi
echo "Everything is in $out; next: rolechain load $out" >&2
