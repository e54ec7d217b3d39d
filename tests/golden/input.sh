#!/bin/bash
# What the program says of input that is wrong, and its exit status.
# usage: tests/golden/input.sh ROLECHAIN
set -u
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

role() {
    printf '{"RoleDetailList":[{"RoleName":"%s","Path":"/","RoleId":"AROA%s000000000000","Arn":"arn:aws:iam::111122223333:role/%s","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}}]}' "$1" "$1" "$1" "$2"
}
role R 'arn:aws:iam::111122223333:root' >good.json
printf '{"RoleDetailList":[\n  {"Arn": }' >broken.json
printf 'RoleDetailList:\n- Arn: x\n' >yaml.yaml
printf '\033[31mred' >colour.json
mkdir folder empty
cp good.json folder/
cp yaml.yaml folder/
cp broken.json folder/

expect nothing-given 2 'an argument is missing' load
expect no-such-file 2 'nowhere.json' load -d x.db nowhere.json
expect no-database 2 'rolechain load' status -d nowhere.db
expect named-yaml 2 'YAML' load -d x.db yaml.yaml
expect broken-with-place 2 'line 2, column 11' load -d x.db broken.json
expect named-yaml-again 2 'YAML' load -d x.db yaml.yaml
expect folder-with-broken 2 'broken.json' load -d x.db folder
expect folder-kept-going 0 'broken.json' load -d x.db --keep-going folder
expect question-over-broken 2 'could not be read whole' who-can R --from folder
expect question-kept-going 1 'Nobody' who-can R --from folder --keep-going
expect empty-folder 2 'no users or roles' who-can R --from empty
expect control-characters 2 '\x1B[31mred' who-can "$(cat colour.json)" --from good.json
expect not-a-database 2 'good.json' status -d good.json
expect bad-context 2 'KEY=VALUE' explain R R --context nonsense --from good.json
expect bad-hops 2 '--max-hops takes a number from 1 to 1000' who-can R --max-hops many --from good.json
expect negative-hops 2 '--max-hops takes a number from 1 to 1000' paths R R --max-hops -1 --from good.json
expect bad-jobs 2 '--jobs takes a number from 0 to 1024' load -d x.db -j abc good.json
expect negative-jobs 2 '--jobs takes a number from 0 to 1024' status -j -3 --from good.json
expect too-many-hops 2 '--hops takes a number from 0 to 1000000' graph --focus R --hops 99999999999 --from good.json
expect bad-hops 2 '--hops takes a number' graph --focus R --hops 1e3 --from good.json
expect bad-colour 2 '--color takes auto, always or never' status --color sometimes --from good.json
expect bad-gate 2 '--fail-on takes info, low, medium, high or critical' findings --fail-on worst --from good.json
expect bad-top 2 '--top takes a number' chokepoints --top many --from good.json
expect bad-source 2 'user, outside, service or role' chokepoints --source nobody --from good.json
expect bad-target 2 'role "X" not found' chokepoints --target X --from good.json
expect bad-severity 2 'severity' findings --min-severity terrible --from good.json
expect bad-sub-code 2 'policy-grammar/missing-effect' findings --only policy-grammar/missing-efect --from good.json
expect no-sub-codes 2 'has no sub-codes' findings --skip trust-public/x --from good.json
expect sub-code 0 '0 findings' findings --only policy-grammar/missing-effect --from good.json
printf '{"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/R1"}]}' >untrusting.json
printf '{"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/R1","AssumeRolePolicyDocument":"garbage"}]}' >garbage.json
printf '{"Organization":{"Id":"o-aaaaaaaaaa","MasterAccountId":"444455556666"},"Accounts":[{"Id":"444455556666"}]}' >folder-of-two
mkdir two && mv folder-of-two two/organization.json && cp good.json two/
expect trust-not-exported 0 'Unknown who can become' who-can R1 --from untrusting.json --keep-going
expect trust-not-exported-is-said 0 'the trust policy of arn:aws:iam::111122223333:role/R1 is not in the export' who-can R1 --from untrusting.json --keep-going
expect trust-not-readable 1 'the trust policy of arn:aws:iam::111122223333:role/R1 is not fully valid' who-can R1 --from garbage.json --keep-going
expect not-in-list-accounts 0 'account 111122223333 is not in list-accounts' status --from two
expect bad-view 2 'principals, paths' graph --view galaxy --from good.json
expect matrix-format 2 'svg, png, pdf and csv' graph --view matrix --format mermaid --from good.json
expect csv-of-paths 2 'view matrix' graph --view paths --format csv --from good.json
expect unknown-focus 2 'nowhere' graph --focus nowhere --from good.json
expect unknown-target 2 'nowhere' graph --target nowhere --from good.json
expect hops-without-focus 2 '--focus' graph --hops 2 --from good.json
expect bad-baseline 2 'baseline' findings --baseline good.json --from good.json
expect output-in-no-folder 2 'cannot be written' findings -o nowhere/out --from good.json
# One account number in two partitions is two accounts.
user='{"UserDetailList":[{"UserName":"u","Path":"/","UserId":"AIDAu000000000000000","Arn":"arn:aws-cn:iam::111122223333:user/u"}]}'
mkdir partitions
role cn 'arn:aws-cn:iam::111122223333:user/u' >partitions/role.json
printf '%s' "$user" >partitions/user.json
expect partitions-apart 1 'roles cannot be assumed across partitions' explain arn:aws-cn:iam::111122223333:user/u cn --from partitions
expect several-findings-at-once 2 'give the option again' findings --only trust-public,dead-trust --from good.json
expect baseline-nowhere 2 'nowhere.json: not found' findings --baseline nowhere.json --from good.json
expect unknown-action 2 'sts:TagSession' explain R R --action sts:TagSesion --from good.json
expect key-there-and-absent 2 'aws:ViaX' explain R R --context aws:viax=1 --absent aws:ViaX --from good.json
sed 's/"Action":"sts:AssumeRole"/"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}/' good.json >mfa.json
# Refused by the trust policy, but able to change it all.
echo '{"UserDetailList":[{"UserName":"lou","UserId":"AIDAX","Path":"/","Arn":"arn:aws:iam::111122223333:user/lou","UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}]}}],"AttachedManagedPolicies":[],"GroupList":[]}],"RoleDetailList":[{"RoleName":"R","RoleId":"AROAX","Path":"/","Arn":"arn:aws:iam::111122223333:role/R","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]},"RolePolicyList":[],"AttachedManagedPolicies":[],"InstanceProfileList":[]}],"GroupDetailList":[],"Policies":[]}' >control.json
expect administrator-another-way 1 "but user lou can become administrator of the account: iam:PutUserPolicy on itself" explain lou R --from control.json
expect condition-that-fails 1 '1st statement names it, but requires Bool aws:MultiFactorAuthPresent "true", which is not met' explain R R --from mfa.json
condition() {
    printf '{"UserDetailList":[{"UserName":"lou","Path":"/","UserId":"AIDALOU0000000000000","Arn":"arn:aws:iam::111122223333:user/lou","UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}}]}],"RoleDetailList":[{"RoleName":"L","Path":"/","RoleId":"AROALLL0000000000000","Arn":"arn:aws:iam::111122223333:role/L","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":%s}]}}]}' "$1" >label.json
}
condition '{"Bool":{"aws:MultiFactorAuthPresent":"true"}}'
expect label-mfa 0 '(needs MFA)' explain lou L --from label.json
condition '{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}'
expect label-mfa-or-absent 0 '(can be met without MFA)' explain lou L --from label.json
condition '{"Bool":{"aws:MultiFactorAuthPresent":"false"}}'
expect label-no-mfa 0 '(needs credentials without MFA)' explain lou L --from label.json
condition '{"StringEquals":{"sts:ExternalId":"x7"}}'
expect label-external-id 0 '(needs the external ID)' explain lou L --from label.json
condition '{"StringEqualsIfExists":{"sts:ExternalId":"x7"}}'
expect label-external-id-or-absent 0 '(can be met without an external ID)' explain lou L --from label.json
printf '{"UserDetailList":[{"UserName":"blue","Path":"/","UserId":"AIDABLUE000000000000","Arn":"arn:aws:iam::111122223333:user/blue","Tags":[{"Key":"team","Value":"blue"}],"UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringLike":{"sts:RoleSessionName":"*"}}}]}}]}],"RoleDetailList":[{"RoleName":"Blue","Path":"/","RoleId":"AROABLUE000000000000","Arn":"arn:aws:iam::111122223333:role/Blue","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}]}}]}' >blue.json
expect question-against-what-is-known 1 'you asked with aws:PrincipalTag/team = "red", but in fact aws:PrincipalTag/team = "blue"' explain blue Blue --context aws:PrincipalTag/team=red --from blue.json
expect question-without-a-known-tag 1 'you asked with aws:PrincipalTag/team is absent' explain blue Blue --absent aws:PrincipalTag/team --from blue.json
expect question-without-a-session-name 1 'you asked with sts:RoleSessionName is absent, but in fact sts:RoleSessionName is in every call' explain blue Blue --absent sts:RoleSessionName --from blue.json
expect question-that-agrees 0 'user blue can assume role Blue' explain blue Blue --context aws:PrincipalTag/team=blue --from blue.json
expect nothing-at-all 2 'usage: rolechain COMMAND'
if [ -w /dev/full ]; then
    "$rolechain" --help >/dev/full 2>/dev/null
    [ $? -eq 3 ] && echo "[       OK ] help-on-a-full-disk" || { echo "[  FAILED  ] help-on-a-full-disk"; failed=1; }
fi

# An output that is no file is written to, not replaced, and an existing file keeps its mode.
touch target
chmod 600 target
ln -s target link
"$rolechain" status -q --from good.json -o link
"$rolechain" status -q --from good.json -o target
if [ -L link ] && [ -s target ] && [ "$(stat -c %a target)" = 600 ]; then
    echo "[       OK ] output-through-a-link"
else
    echo "[  FAILED  ] output-through-a-link"
    failed=1
fi

# With standard error closed, what is said of the input is not said in the report.
"$rolechain" load -q -d closed.db --keep-going folder -o report.txt 2>&-
"$rolechain" load -q -d open.db --keep-going folder -o whole.txt 2>/dev/null
if [ -s report.txt ] && ! grep -q '^rolechain:' report.txt && cmp -s <(sed s/closed.db/open.db/ report.txt) whole.txt; then
    echo "[       OK ] standard-error-closed"
else
    cat report.txt
    echo "[  FAILED  ] standard-error-closed"
    failed=1
fi
"$rolechain" status -q --from good.json >&- 2>out
[ $? -eq 3 ] && echo "[       OK ] standard-output-closed" || { echo "[  FAILED  ] standard-output-closed"; failed=1; }

# Memory that runs out ends the program, and what is half written is gone. A sanitizer does not start under such limits.
{
    printf '{"RoleDetailList":[%s' "$(role R0 'arn:aws:iam::111122223333:root' | sed 's/^{"RoleDetailList":\[//; s/\]}$//')"
    for i in $(seq 1 4000); do printf ',{"Arn":"arn:aws:iam::111122223333:role/R%s","AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}}' "$i"; done
    printf ']}'
} >large.json
mkdir scarce
ended=0 left=0
for limit in 32000 24000 16000 14000 12000 10000; do
    { (ulimit -v $limit; "$rolechain" exposure -q -j 1 --top 0 --from large.json --format json -o scarce/out.json >out 2>&1); status=$?; } 2>/dev/null
    if [ $status -eq 3 ] && grep -q '^rolechain: out of memory' out; then
        ended=$((ended + 1))
        [ -z "$(ls -A scarce)" ] || left=1
    fi
    rm -f scarce/*
done
if [ $ended -gt 0 ] && [ $left -eq 0 ]; then
    echo "[       OK ] nothing-is-left-without-memory"
elif [ $ended -eq 0 ]; then
    echo "[  SKIPPED ] nothing-is-left-without-memory"
else
    echo "[  FAILED  ] nothing-is-left-without-memory"
    failed=1
fi

# The name of a file may be anything; in JSON it does not vanish.
cp good.json $'not-utf8-\377.json'
expect name-that-is-no-utf8 0 '"path": "not-utf8-\\xFF.json"' load -q --format json -d names.db $'not-utf8-\377.json'
expect name-that-is-no-utf8-again 0 '"path": "not-utf8-\\xFF.json"' status --format json -d names.db
expect name-that-is-no-utf8-of-a-statement 1 '"file": "not-utf8-\\xFF.json"' explain 111122223333 R --format json -d names.db

# JSON says the same on a terminal and in a pipe, but a terminal must not be turned about by a name.
override=$(printf '\342\200\256')
role "R$override" 'arn:aws:iam::111122223333:root' >override.json
ask="$rolechain exposure --format json --from override.json"
if [ -x /usr/bin/script ] && /usr/bin/script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    /usr/bin/script -qec "$ask" terminal >/dev/null </dev/null
    $ask >pipe
    if grep -q 'role/R\\u202e' terminal && ! grep -q "$override" terminal && grep -q "role/R$override" pipe; then
        echo "[       OK ] json-on-a-terminal"
    else
        head -20 terminal
        echo "[  FAILED  ] json-on-a-terminal"
        failed=1
    fi
else
    echo "[  SKIPPED ] json-on-a-terminal"
fi
mkdir twice && cp good.json twice/
expect folder-given-twice 0 '1 role and' load -d x2.db twice twice ./twice/
: >empty.db
expect empty-database 2 'the database is empty; run rolechain load' status -d empty.db
expect stdin 0 '1 role' load -d y.db - <good.json
expect from-on-load 2 'load: no option --from' load --from good.json x

# A baseline hides what is known, and only that.
role Open '*' >open.json
expect baseline-written 0 'trust-public' findings --from open.json --write-baseline known.json
expect baseline-hides 0 '0 findings' findings --from open.json --baseline known.json --fail-on low --skip analysis-incomplete
role Open2 '*' >open.json
expect baseline-shows-new 1 'Open2' findings --from open.json --baseline known.json --fail-on low

# A load judges nothing; --store writes what --only and the like leave, and the next load empties it.
stored() {
    local found
    found=$(sqlite3 stored.db 'SELECT count(*), group_concat(id) FROM findings')
    if [ "$found" = "$2" ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1: $found"
        failed=1
    fi
}
"$rolechain" load -q -d stored.db open.json >/dev/null
stored load-stores-no-findings '0|'
expect store-with-from 2 '--store writes into a database' findings --store --from open.json
expect store 0 'trust-public' findings --store -d stored.db --only trust-public
stored store-holds-what-was-wanted '1|trust-public'
expect no-store 0 'analysis-incomplete' findings -d stored.db
stored only-store-writes '1|trust-public'
"$rolechain" load -q -d stored.db good.json >/dev/null
stored load-empties '0|'

# A load derives again what it touches.
role R 'arn:aws:iam::111122223333:root' >again.json
expect derived-all 0 '"extent": "all"' load -q --format json -d part.db again.json
role R '*' >again.json
expect derived-part 0 '"extent": "part"' load -q --format json -d part.db again.json
expect derived-none 0 '"extent": "none"' load -q --format json -d part.db again.json
expect derived-answer 0 'anyone' who-can R -d part.db

# What a load that is killed while it writes leaves behind is undone by the next question.
"$rolechain" load -q -d write.db good.json >/dev/null
sqlite3 write.db >/dev/null <<'END'
PRAGMA cache_size = 1;
BEGIN IMMEDIATE;
WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO layout SELECT i, i || hex(zeroblob(100)) FROM n;
DELETE FROM account;
.shell cp write.db hot.db; cp write.db-journal hot.db-journal
ROLLBACK;
END
expect killed-while-writing 0 '1 account' status -d hot.db
expect baseline-to-stdout 0 '"fingerprint"' findings --from open.json --write-baseline -
"$rolechain" findings -q --from open.json --baseline known.json --write-baseline known.json >/dev/null
expect baseline-keeps-what-is-known 0 '0 findings' findings --from open.json --baseline known.json --fail-on low
expect baseline-from-stdin 0 '0 findings' findings --from open.json --baseline - --fail-on low <known.json

# A database that may not be written is no fault of what was given.
(ulimit -f 16; "$rolechain" load -q -d limited.db good.json >out 2>&1)
if [ $? -eq 3 ]; then
    echo "[       OK ] file-size-limit-while-created"
else
    cat out
    echo "[  FAILED  ] file-size-limit-while-created"
    failed=1
fi

# A load that is killed leaves a database that opens and holds what it held.
"$rolechain" load -q -d kill.db good.json >/dev/null
mkdir many
for i in $(seq 1 300); do role "R$i" 'arn:aws:iam::111122223333:root' | sed "s/111122223333/$((100000000000 + i))/g" >"many/$i.json"; done
for delay in 0.001 0.005 0.01 0.02 0.05; do
    "$rolechain" load -q -d kill.db many >/dev/null 2>&1 &
    sleep $delay
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    count=$(sqlite3 kill.db 'SELECT count(*) FROM principals') || count=unreadable
    if [ "$count" = 1 ] || [ "$count" = 301 ]; then
        echo "[       OK ] killed-after-$delay"
    else
        echo "$count principals"
        echo "[  FAILED  ] killed-after-$delay"
        failed=1
    fi
done

# ---- what can be read but once
rm -f pipe.db
for round in first second; do
    expect "substitution-$round" 0 '1 role' load -d pipe.db <(cat good.json)
    mkfifo "fifo-$round"
    cat good.json >"fifo-$round" &
    expect "fifo-$round" 0 '1 role' load -d pipe.db "fifo-$round"
    wait
    expect "stdin-by-name-$round" 0 '1 role' load -d pipe.db /dev/stdin < <(cat good.json)
done
expect two-substitutions 0 '2 roles' load -d two-pipes.db <(role A '*') <(role B '*')
expect question-over-a-pipe 1 'Nobody' who-can R --from <(cat good.json)

exit $failed
