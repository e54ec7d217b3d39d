# shellcheck shell=bash disable=SC2034,SC2154 # sourced by unit.sh, with which it shares its variables
# From rows of the table to answers in files and lines in the journal.

# Sets $time.
now() {
    if [ "${BASH_VERSINFO[0]}" -ge 5 ]; then
        TZ=UTC0 printf -v time '%(%Y-%m-%dT%H:%M:%SZ)T' -1
    else
        time=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    fi
}

# Sets $text: $1 as it stands in a JSON string.
json_text() {
    text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//[[:cntrl:]]/ }
}

# The strings at MEMBER ("Roles[].Arn") of a file as the CLI indents it, one a line.
values() {
    awk -v want="$2" '
        BEGIN { gsub(/\[\]/, ".[]", want) }
        {
            match($0, /^ */)
            depth = RLENGTH / 4
            line = substr($0, RLENGTH + 1)
            path[depth] = "[]"
            if (match(line, /^"[^"]*": /)) {
                path[depth] = substr(line, 2, RLENGTH - 4)
                line = substr(line, RLENGTH + 1)
            }
            if (line !~ /^"/) next
            at = path[1]
            for (i = 2; i <= depth; i++) at = at "." path[i]
            if (at != want) next
            sub(/,$/, "", line)
            line = substr(line, 2, length(line) - 2)
            gsub(/\\"/, "\"", line)
            gsub(/\\\\/, "\\", line)
            print line
        }' "$1"
}

# note SINCE [FILE]: puts what came of the call in $head into the journal.
note() {
    json_text "$said"
    now
    printf '%s,"result":"%s","file":"%s","error":"%s","from":"%s","to":"%s"}\n' \
        "$head" "$result" "${2:-}" "$text" "$1" "$time" >>"$journal"
}

# Sets $part: an argument in a file's name, the last segment of an ARN.
name_part() {
    case $1 in
    *:oidc-provider/*) part=${1#*:oidc-provider/} ;;
    arn:*/* | /*) part=${1##*/} ;;
    arn:*) part=${1##*:} ;;
    *) part=$1 ;;
    esac
    part=${part//[\/:]/_}
}

# read_row ROW [VALUE…]: sets $service, $words (the call and its options), $head (the call in the journal) and $file. Two
# arguments may end in the same segment, or differ in case only: the second's file is then named by the whole of it.
read_row() {
    local row=$1 name word shown suffix="" whole="" args="" gap="" quiet=no
    shift
    name=${row%% *} service=${name%%.*}
    case $name in *.*) row="${name#*.} ${row#"$name"}" ;; *) row=${row#* } name=${row%% *} ;; esac
    words=()
    for word in $row; do
        shown=$word
        case $word in
        @instance) word=$instance ;;
        @store) word=$store ;;
        '<'[1-9]'>') shown=${word//[<>]/} word=${!shown} && name_part "$word" && suffix+=.$part whole+=.${word//[\/:]/_} ;;
        '<x'*'>') word=${!#} suffix+=.$batch whole+=.$batch ;;
        '<'*'>') word=${word//[<>]/} && name_part "$word" && suffix+=.$part whole+=.$part ;;
        esac
        # shellcheck disable=SC2206 # a batch is several words
        case $shown in '<x'*) words+=($word) ;; *) words+=("$word") ;; esac
        case $shown in
        --query) quiet=yes ;;
        --*) args+="${args:+\",}\"${word#--}\":\"" gap="" quiet=no ;;
        *) [ "$quiet" = yes ] || [ -z "$args" ] || { json_text "$word" && args+=$gap$text gap=" "; } ;;
        esac
    done
    head="{\"account\":\"$account\",\"region\":\"$region\",\"call\":\"$service ${words[0]}\",\"args\":{$args${args:+\"}}"
    file=$folder/$name$suffix$page.json
    shopt -s nocasematch
    case $asked in *"|$file $head|"*) ;; *"|$file "*) file=$folder/$name$whole$page.json ;; esac
    shopt -u nocasematch
}

# ask ROW [VALUE…]: true if the answer is in $file, from this run or from before it was interrupted.
ask() {
    local row=$1 since keep=yes
    shift
    case $row in 'do '*) row=${row#do } keep=no ;; esac
    read_row "$row" "$@"
    case $asked in *"|$file $head|"*) [ -e "$stage/$file" ] && return 0 || return 1 ;; esac
    asked+="|$file $head|"
    case $finished in
    *"$head,\"result\":\"ok\""*) return 0 ;;
    *"$head,\"result\":"*) return 1 ;;
    esac
    now
    since=$time
    if [ -e "$state/absent/$service.${words[0]}" ]; then
        result=unknown said="not known to this version of the AWS CLI"
    elif [ -n "$region" ] && [ -e "$state/absent/$region.$service" ]; then
        result=absent said="no endpoint in $region"
    else
        [ "$member" = no ] || [ "$entered" = yes ] || enter
        entered=yes
        call "$service" "${words[@]}" --output json ${region:+--region "$region"} || true
        case $result in
        ok) ;;
        unknown) case $(cat "$error") in *hoice*) : >"$state/absent/$service.${words[0]}" ;; esac ;;
        absent) : >"$state/absent/$region.$service" ;;
        again | late | unreachable) result=failed ;;
        esac
    fi
    if [ "$result" = ok ] && [ "$keep" = yes ]; then
        [ -s "$output" ] || echo '{}' >"$output"
        [ -d "$stage/$folder" ] || mkdir -p "$stage/$folder"
        mv "$output" "$stage/$file"
        note "$since" "$file"
    else
        note "$since"
    fi
    [ "$result" = ok ]
}

# ask_under FIRST ROW LEVEL MEMBER [VALUE…]: for each value at MEMBER of $file, the rows under ROW or those from FIRST on again.
ask_under() {
    local first=$1 next=$(($2 + 1)) level=$(($3 + 1)) member_name=$4 list size=1 batch count=0 one
    shift 4
    list=$(values "$stage/$file" "${member_name% again}" | awk '!seen[$0]++')
    [ -n "$list" ] || return 0
    if [ "$member_name" != "${member_name% again}" ]; then
        while IFS= read -r one; do
            ask_rows "$first" $((level - 1)) "${@:1:$#-1}" "$one"
        done <<<"$list"
        return 0
    fi
    case ${rows[next]} in *'<x'*) size=${rows[next]#*<x} && size=${size%%>*} && list=$(xargs -n "$size" <<<"$list") ;; esac
    while IFS= read -r one; do
        count=$((count + 1)) batch=${page#.}${page:+.}$count
        if [ "$scope" = region ] && [ "$count" -gt "$COLLECT_MOST" ]; then
            now
            read_row "${rows[next]}" "$@" "$one"
            result=left-out said="and those after it in the list: more than --most $COLLECT_MOST"
            note "$time"
            return 0
        fi
        ask_rows "$next" "$level" "$@" "$one"
    done <<<"$list"
}

# ask_rows ROW LEVEL [VALUE…]: the rows of LEVEL from ROW on, and for the values in their answers those under them.
ask_rows() {
    local first=$1 at=$1 level=$2 answered=yes row members paged page="" number more name option
    shift 2
    for (( ; at < ${#rows[@]} && levels[at] >= level; at++)); do
        [ "${levels[at]}" -eq "$level" ] || continue
        row=${rows[at]} members="" paged=no page="" number=1
        case $row in *' : '*) members=${row##* : } && row=${row% : *} ;; esac
        case $row in 'or '*) [ "$answered" = no ] || continue && row=${row#or } ;; esac
        case $row in 'pages '*) row=${row#pages } paged=yes ;; esac
        answered=no
        more=$row
        while [ -n "$more" ] && ask "$more" "$@"; do
            answered=yes more=""
            # The file's name, which the rows under this one change.
            name=$file
            [ -z "$members" ] || ask_under "$first" "$at" "$level" "$members" "$@"
            [ "$paged" = yes ] || break
            for option in NextToken nextToken Marker; do
                more=$(values "$stage/$name" "$option")
                [ -z "$more" ] || { more="$row --$([ "$option" = Marker ] && echo marker || echo next-token) $more" && break; }
            done
            number=$((number + 1)) page=.page-$number
        done
    done
}

# Whether a role of the account trusts one of these services; "*" where its roles are not known.
concerns() {
    local word
    for word in $1; do
        case $word:$trusted in
        @*:*"$word"*) return 0 ;;
        @*) ;;
        *:\* | *"$word.amazonaws.com"*) return 0 ;;
        esac
    done
    return 1
}

# read_table SCOPE: sets $rows and $levels (how far a row is indented) to what concerns this unit.
read_table() {
    local line wanted=no spaces
    rows=() levels=()
    while IFS= read -r line; do
        case $line in
        '' | '#'*) ;;
        "[$1]") wanted=yes ;;
        "[$1: "*']') line=${line#*: } && { concerns "${line%]}" && wanted=yes || wanted=no; } ;;
        '['*) wanted=no ;;
        *)
            [ "$wanted" = yes ] || continue
            spaces=${line%%[! ]*}
            rows+=("${line#"$spaces"}") levels+=($((${#spaces} / 4)))
            ;;
        esac
    done <"$COLLECT_TABLE"
}
