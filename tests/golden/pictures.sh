#!/bin/bash
# Pictures of what is bad: names of any content are inert in every format, what is not there is said with what may have been
# meant, and where there is nothing to draw the picture says so.
# usage: tests/golden/pictures.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../.." && pwd)/samples
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

# Roles with names that attack, each in the trust policy of the next, and an account that is called so too.
long=$(printf '%065536d' 0 | tr 0 x)
names=('<script>alert(1)</script>' '</title><svg onload=alert(1)>' "quotes'\\\"&quot;" ']]><!--' 'right\u202eto left\u2066' 'two\nlines\u2028three' "$long" '\\N\\E\\G<b>' '\"];end' '=cmd|calc')
{
    printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":['
    before='*'
    for i in "${!names[@]}"; do
        [ "$i" -eq 0 ] || printf ','
        printf '{"RoleName":"%s","Path":"/","RoleId":"AROAA00000000000000%02d","Arn":"arn:aws:iam::111122223333:role/%s","RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}],"AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}}' \
            "${names[$i]}" "$i" "${names[$i]}" "$before"
        before="arn:aws:iam::111122223333:role/${names[$i]}"
    done
    printf ']}'
} >hostile.json
printf '{"Accounts":[{"Id":"111122223333","Arn":"arn:aws:organizations::111122223333:account/o-example4cme/111122223333","Name":"<script>]]>\\u202e\\n%s","State":"ACTIVE"},{"Id":"444455556666","Arn":"arn:aws:organizations::111122223333:account/o-example4cme/444455556666","Name":"plain","State":"ACTIVE"}]}' "$long" >accounts.json

# inert FILE: no markup from a name (in DOT nothing between quotes is markup), no sign that turns the direction or breaks a
# line, no line of unreasonable length.
# A backslash at a line's end in DOT: what is between quotes goes on.
inert() {
    ! sed -e ':again' -e '/\\$/{' -e 'N' -e 's/\\\n//' -e 'b again' -e '}' "$1" | grep -v '^[[:space:]]*tooltip="' | grep -q '<script\|<svg onload\|]]>\|<!--' && ! grep -q "$(printf '\342\200\256\|\342\201\246\|\342\200\250')" "$1" &&
        ! grep -q '.\{20000\}' "$1"
}

# A name of 64 KB stands whole in CSV and the formats of the whole graph alone.
for view in principals paths accounts matrix; do
    for format in svg png pdf dot mermaid; do
        [ "$view-$format" != matrix-dot ] && [ "$view-$format" != matrix-mermaid ] || continue
        "$rolechain" graph -q --from hostile.json --from accounts.json --keep-going --view "$view" --format "$format" --report 'a"b.html' \
            >out 2>err && [ "$(wc -c <out)" -gt 40 ] && { [ "$format" = png ] || [ "$format" = pdf ] || inert out; }
        verdict "hostile-$view-$format" $?
        [ "$format" = svg ] && cp out "$view.svg"
        [ "$format" = dot ] && cp out "$view.dot"
    done
done
for words in '--focus 111122223333' '--focus 111122223333 --hops 3' '--control' '--target 111122223333'; do
    # shellcheck disable=SC2086 # the words are several
    "$rolechain" graph -q --from hostile.json --from accounts.json --keep-going $words --format svg >out 2>err && inert out
    verdict "hostile${words// /-}" $?
done
"$rolechain" who-can "arn:aws:iam::111122223333:role/$(printf 'two\nlines\342\200\250three')" -q --from hostile.json --keep-going --format svg >out 2>err && inert out
verdict hostile-answer $?
if command -v xmllint >/dev/null; then
    xmllint --nonet --noout principals.svg paths.svg accounts.svg matrix.svg
    verdict hostile-svg-is-xml $?
fi
if command -v dot >/dev/null; then
    dot -Tcanon principals.dot >/dev/null 2>err && dot -Tsvg principals.dot 2>err | grep -q '<svg' && ! grep -qi 'error' err
    verdict hostile-dot-is-dot $?
fi
"$rolechain" graph -q --from hostile.json --from accounts.json --keep-going --view matrix --format csv >out 2>err && ! grep -q '^[=<]\|,=[^"]' out
verdict hostile-csv $?

# Boxes of one lead to their page in the report; without one nothing leads anywhere.
"$rolechain" graph -q --from "$samples" --format svg --report there.html >out && grep -q '<a href="there.html#role=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole/administrator">' out &&
    grep -q '<a href="there.html#principal=arn%3Aaws%3Aiam%3A%3A033344445555%3Auser/alice">' out
verdict boxes-lead-to-the-report $?
"$rolechain" graph -q --from "$samples" --focus production --hops 2 --format svg --report there.html >out &&
    grep -q '<a href="there.html#view=roles&amp;box=production&amp;members=[-_0-9A-Za-z]*">' out
verdict boxes-of-several-lead-to-their-list $?

# More units than have room: the cards keep their worst rows, the worst units stay, and what is left out is counted.
mkdir wide
organization=arn:aws:organizations::111111110000
printf '{"Organization":{"Id":"o-wide123456","Arn":"%s:organization/o-wide123456","MasterAccountId":"111111110000","FeatureSet":"ALL"}}' "$organization" >wide/describe-organization.json
printf '{"Roots":[{"Id":"r-ab12","Arn":"%s:root/o-wide123456/r-ab12","Name":"Root","PolicyTypes":[]}]}' "$organization" >wide/list-roots.json
units=
for i in $(seq 1001 1070); do
    units="$units${units:+,}{\"Id\":\"ou-ab12-0000$i\",\"Arn\":\"$organization:ou/o-wide123456/ou-ab12-0000$i\",\"Name\":\"unit-$i\"}"
    printf '{"Accounts":[{"Id":"22222222%s","Arn":"%s:account/o-wide123456/22222222%s","Name":"account-%s","Status":"ACTIVE"}]}' "$i" "$organization" "$i" "$i" >"wide/list-accounts-for-parent.ou-ab12-0000$i.json"
    trust='{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111110000:root"},"Action":"sts:AssumeRole"}'
    [ "$i" -ne 1055 ] || trust="$trust,{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"}"
    printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"RoleName":"deploy","Path":"/","RoleId":"AROA000000000000%s","Arn":"arn:aws:iam::22222222%s:role/deploy","RolePolicyList":[],"AssumeRolePolicyDocument":{"Statement":[%s]}}]}' "$i" "$i" "$trust" >"wide/$i.json"
done
printf '{"OrganizationalUnits":[%s]}' "$units" >wide/list-organizational-units-for-parent.r-ab12.json
printf '{"Accounts":[{"Id":"111111110000","Arn":"%s:account/o-wide123456/111111110000","Name":"hub","Status":"ACTIVE"}]}' "$organization" >wide/list-accounts-for-parent.r-ab12.json
printf '{"UserDetailList":[{"UserName":"olivia","Path":"/","UserId":"AIDA0000000000000001","Arn":"arn:aws:iam::111111110000:user/olivia","GroupList":[],"UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}}]}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[]}' >wide/hub.json
"$rolechain" graph -q --from wide --view accounts --format svg >out 2>err && grep -q '>70 units reached<' out && grep -q '>unit-1055<' out && grep -q '>1 critical<' out &&
    grep -q 'Not drawn: 56 pairs of units, none with an administrator role\.' out && grep -q 'Not drawn: 35 units, none with critical findings' out &&
    ! grep -q 'users or roles can assume a role of another account\.' out
verdict more-units-than-have-room $?
"$rolechain" graph -q --from "$samples" --format svg >out && ! grep -q 'href' out
verdict boxes-lead-nowhere $?

# Names that would lie on each other where no text can be turned are numbers there, which need less room.
"$rolechain" graph -q --from "$samples" --view matrix -o matrix.png && "$rolechain" graph -q --from "$samples" --view matrix -o matrix.svg &&
    tall=$(sed -n 's/^<svg .* height="\([0-9]*\).*/\1/p' matrix.svg) && [ "$(($(od -An -tu1 -j22 -N2 matrix.png | awk '{ print $1 * 256 + $2 }') / 2))" -lt "$((tall - 50))" ]
verdict matrix-image-turns-nothing $?

# What is not there.
expect no-node 2 'did you mean "production/administrator"?' graph --from "$samples" --focus production/adminstrator
expect no-account 2 'did you mean "production"?' graph --from "$samples" --focus prodction
expect no-target 2 'did you mean "vendor-backup"?' graph --from "$samples" --target vendor-bakup
expect no-view 2 'did you mean accounts?' graph --from "$samples" --view acounts
expect no-format 2 'did you mean mermaid?' graph --from "$samples" --format mermiad

# Nothing to draw.
printf '{"UserDetailList":[{"UserName":"a","UserId":"AIDAA0000000000000001","Arn":"arn:aws:iam::111122223333:user/a","Path":"/"}],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]}' >lone.json
expect nothing-principals 0 'Nobody can assume any role here.' graph --from lone.json --view principals --format svg
expect nothing-paths 0 'There is no administrator role.' graph --from lone.json --view paths --format svg
expect nothing-accounts 0 'users or roles can assume a role of another account.' graph --from lone.json --view accounts --format svg
expect nothing-matrix 0 'There are no pairs to show: the export holds one account.' graph --from lone.json --view matrix --format svg
expect nothing-control 0 'Nobody can make themselves administrator.' graph --from lone.json --control --format svg
expect nothing-around 0 'Nobody can assume it, and it can assume nothing.' graph --from lone.json --focus 111122223333 --format svg
expect nothing-dot 0 'Nobody can assume any role here.' graph --from lone.json --format dot
"$rolechain" graph -q --from lone.json -o nothing.png && [ "$(wc -c <nothing.png)" -gt 1000 ]
verdict nothing-png $?
exit "$failed"
