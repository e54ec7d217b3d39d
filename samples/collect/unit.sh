#!/bin/bash
# shellcheck disable=SC2034 # what the sourced files read
# Makes the calls of calls.txt for one unit of a run, one after the other: unit.sh UNIT, where UNIT is
#   org | identity-center | permission-set/ARN | group/ID | account/ID | region/ID/REGION
# collect.sh starts it, many at a time, and says in COLLECT_… what was asked for. An answer is put into the stage whole, then
# into the unit's journal: a unit that was interrupted goes on where it stopped.
set -euo pipefail
set -f # the words of the table are no file names
stage=$COLLECT_STAGE state=$COLLECT_STAGE/.state unit=$1
journal=$state/journal/${unit//[\/:]/_} output=$state/output.$$ error=$state/error.$$
scope=${unit%%/*} value=${unit#*/} account="" region="" folder="" profile=$COLLECT_MANAGEMENT
member=no id="" secret="" token="" entered=no instance="" store="" asked="" page="" finished=""
case $scope in
org) folder=org ;;
account) account=$value folder=accounts/$account ;;
region) account=${value%/*} region=${value#*/} folder=accounts/$value ;;
*) folder=identity-center profile=$COLLECT_PEOPLE ;;
esac
[ -z "$account" ] || member=yes
[ ! -e "$state/profile.$account" ] || { profile=$(cat "$state/profile.$account") && member=no; }

# Keys in the environment would win over AWS_PROFILE; "-" are the keys in the environment.
if [ "$profile" != - ]; then
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_PROFILE
    export AWS_PROFILE=$profile
fi

# shellcheck source=samples/collect/calling.sh
. "${0%/*}/calling.sh"
# shellcheck source=samples/collect/asking.sh
. "${0%/*}/asking.sh"

# The regions that are switched on in the account, of those that were asked for, as far as that is known.
regions_of() {
    local known=""
    [ ! -e "$1/list-regions.json" ] || known=$(values "$1/list-regions.json" 'Regions[].RegionName')
    [ -n "$known" ] || [ ! -e "$1/describe-regions.json" ] || known=$(values "$1/describe-regions.json" 'Regions[].RegionName')
    if [ -z "$known" ] || [ -z "$COLLECT_REGIONS" ]; then
        echo "${known:-${COLLECT_REGIONS:-$AWS_REGION}}"
    else
        tr ' ' '\n' <<<"$COLLECT_REGIONS" | grep -Fx "$known" || true
    fi
}

# What is to be asked in the account's regions: only what a role of it can be in the hands of.
list_regions() {
    local one
    trusted="*"
    if [ -e "$stage/$folder/list-roles.json" ]; then
        trusted=$(grep -oE '[a-z0-9.-]+\.amazonaws\.com' "$stage/$folder/list-roles.json" | sort -u || true)
    fi
    case " $COLLECT_DELEGATED " in *" $account "*) trusted+=" @delegated" ;; esac
    echo "$trusted" >"$state/trusted.$account"
    read_table region
    [ "${#rows[@]}" -gt 0 ] || return 0
    for one in $(regions_of "$stage/$folder"); do echo "region/$account/$one"; done >"$state/units/$account.new"
    mv "$state/units/$account.new" "$state/units/$account"
}

# The organization's Identity Center, in whichever region it is: $region, $instance and $store. Instances of accounts,
# which have no permission sets, do not count.
find_instance() {
    local owner manager="" regions
    [ ! -e "$stage/org/describe-organization.json" ] || manager=$(values "$stage/org/describe-organization.json" Organization.MasterAccountId)
    regions=$AWS_REGION
    if call account list-regions --region-opt-status-contains ENABLED ENABLED_BY_DEFAULT --output json; then
        regions+=" $(values "$output" 'Regions[].RegionName' | grep -vFx "$AWS_REGION" || true)"
    fi
    for region in ${COLLECT_PEOPLE_REGION:-$regions}; do
        asked=""
        ask "sso-admin list-instances" || continue
        while read -r instance store owner; do
            [ -z "$instance" ] || [ "$owner" != "${manager:-$owner}" ] || return 0
        done < <(paste -d ' ' <(values "$stage/$file" 'Instances[].InstanceArn') \
            <(values "$stage/$file" 'Instances[].IdentityStoreId') <(values "$stage/$file" 'Instances[].OwnerAccountId'))
    done
    return 1
}

list_people() {
    local sets=$stage/identity-center/list-permission-sets.json groups=$stage/identity-center/list-groups.json
    {
        [ ! -e "$sets" ] || values "$sets" 'PermissionSets[]' | sed 's,^,permission-set/,'
        [ ! -e "$groups" ] || values "$groups" 'Groups[].GroupId' | sed 's,^,group/,'
    } >"$state/units/0-people.new"
    mv "$state/units/0-people.new" "$state/units/0-people"
}

! stopped || exit 0
case $scope in
account) echo "account $account" >&2 ;;
region) trusted=$(cat "$state/trusted.$account") ;;
identity-center)
    if [ ! -e "$state/identity-center" ]; then
        find_instance || exit 0
        echo "$region $instance $store" >"$state/identity-center"
    fi
    ;;
esac
case $folder in identity-center) read -r region instance store <"$state/identity-center" ;; esac
# What was answered before the run was interrupted.
if [ -e "$state/answered/${account}_$region" ]; then
    case $scope in
    permission-set | group) finished=$(grep -F "$value" "$state/answered/${account}_$region" || true) ;;
    *) finished=$(cat "$state/answered/${account}_$region") ;;
    esac
fi
read_table "$scope"
case $scope in
permission-set | group) ask_rows 0 0 "$value" ;;
*) ask_rows 0 0 ;;
esac
case $scope in
account) list_regions ;;
identity-center) list_people ;;
esac
rm -f "$output" "$error"
