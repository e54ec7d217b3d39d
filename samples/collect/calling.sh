# shellcheck shell=bash disable=SC2034,SC2154 # sourced by unit.sh, with which it shares its variables
# One call of the CLI: with whose credentials it is made, what its failure means, when it is made again.

# The run is over or must not go on.
stopped() {
    [ -e "$state/stop" ] || ! kill -0 "$COLLECT_PID" 2>/dev/null
}

# The CLI with the keys of the member account, which exist in the environment of this call only, or with the profile's.
run_aws() (
    if [ "$member" = yes ] && [ "$1" != sts ]; then
        unset AWS_PROFILE AWS_DEFAULT_PROFILE
        export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token
    fi
    # shellcheck disable=SC2086 # timeout with its options, or nothing
    exec $COLLECT_LIMIT aws "$@" </dev/null
)

# Sets $result to what a failure with status $1 means, and $said to what the CLI said.
judge() {
    local code="" all
    all=$(LC_ALL=C tr -cs '[:print:]' ' ' <"$error")
    said=${all# } && said=${said:0:400} && said=${said% }
    case $said in *'An error occurred ('*) code=${said#*An error occurred (} && code=${code%%)*} ;; esac
    case $all in
    *nvalid\ choice* | *Unknown\ options*) result=unknown said="not known to this version of the AWS CLI" && return ;;
    *oken\ has\ expired* | *ession*has\ expired* | *loading\ SSO* | *from\ sso* | *eauthenticate* | *locate\ credentials* | \
        *GetRoleCredentials*) result=expired && return ;;
    *onnect\ timeout* | *ead\ timeout* | *onnection\ was\ closed*) result=again && return ;;
    *not\ connect\ to\ the\ endpoint*) result=unreachable && return ;;
    esac
    case $1:$code in
    124: | 137:) result=late said="no answer within the time limit" ;;
    *:Expired* | *:RequestExpired*) result=expired ;;
    *:Throttl* | *:*TooManyRequests* | *:RequestLimit* | *:SlowDown* | *:*Unavailable* | *:Internal* | *:*Timeout* | \
        *:ReportInProgress | *:PriorRequest*) result=again ;;
    *:*AccessDenied* | *:*Unauthorized* | *:NotAuthorized* | *:AuthFailure | *:UnrecognizedClient* | *:InvalidClientTokenId | \
        *:OptInRequired | *:SubscriptionRequired*) result=refused ;;
    *:*NotFound* | *:NoSuch* | *:ReportNotPresent | *:FeatureDisabled* | *:*NotEnabled* | *:*NotInAllFeatures* | *:*NotInUse*)
        result=none
        ;;
    *) result=failed ;;
    esac
}

# call SERVICE CALL [OPTION…]: until there is an answer in $output, or $result and $said tell why there is none. Answers
# of sts are keys: they stay in $answer and are in no file.
call() {
    local tries=0 sessions=0 status
    while :; do
        ! stopped || exit 0
        status=0
        case $1 in
        sts) answer=$(run_aws "$@" 2>"$error") || status=$? ;;
        *) run_aws "$@" >"$output" 2>"$error" || status=$? ;;
        esac
        ! stopped || exit 0
        [ "$status" -ne 0 ] || { result=ok said="" && return 0; }
        judge "$status"
        tries=$((tries + 1))
        case $result in
        expired)
            if [ "$member" = no ] || [ "$1" = sts ]; then
                echo "the sign-in of ${AWS_PROFILE:-the environment} has expired ($said)" >"$state/stop"
                exit 0
            fi
            sessions=$((sessions + 1))
            [ "$sessions" -lt 4 ] || return 1
            enter
            ;;
        again) [ "$tries" -lt 6 ] || return 1 && sleep $((1 << tries)) ;;
        late) [ "$tries" -lt 2 ] || return 1 ;;
        unreachable)
            if [ -n "$region" ] && run_aws sts get-caller-identity --region "$region" >/dev/null 2>&1; then
                result=absent said="no endpoint in $region"
                return 1
            fi
            [ "$tries" -lt 6 ] || return 1 && sleep $((1 << tries))
            ;;
        *) return 1 ;;
        esac
    done
}

# A session of the member account's role. The unit ends where there is none: no call must reach another account.
enter() {
    local head arn="arn:$COLLECT_PARTITION:iam::$account:role/$COLLECT_ROLE" external=()
    [ -z "$COLLECT_EXTERNAL_ID" ] || external=(--external-id "$COLLECT_EXTERNAL_ID")
    now
    if ! call sts assume-role --role-session-name rolechain-collect --role-arn "$arn" ${external[@]+"${external[@]}"} \
        --output text --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'; then
        json_text "$arn"
        head="{\"account\":\"$account\",\"region\":\"$region\",\"call\":\"sts assume-role\",\"args\":{\"role-arn\":\"$text\"}"
        note "$time"
        exit 0
    fi
    id=${answer%%$'\t'*} token=${answer##*$'\t'} secret=${answer#*$'\t'}
    secret=${secret%$'\t'*} answer=""
}
