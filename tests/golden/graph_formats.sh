#!/bin/bash
# The whole graph for other tools: the same edges in every format, each between nodes that are there; folded, the groups
# stand for the same pairs; names stay inert.
# usage: tests/golden/graph_formats.sh ROLECHAIN
set -u
samples=$(cd "$(dirname "$0")/../.." && pwd)/samples
# shellcheck source=tests/golden/expect.bash
. "$(dirname "$0")/expect.bash"

for format in json graphml opengraph neo4j-nodes neo4j-edges; do
    "$rolechain" graph -q --from "$samples" --control --format "$format" >"$format" &&
        "$rolechain" graph -q --from "$samples" --control --folded --format "$format" >"folded-$format"
    verdict "writes-$format" $?
done
pairs=$(($(wc -l <neo4j-edges) - 1))
[ "$pairs" -gt 20 ] && [ "$(grep -c '^      "from": ' json)" -eq "$pairs" ] && [ "$(grep -c '<edge ' graphml)" -eq "$pairs" ] &&
    [ "$(grep -o '"start": ' opengraph | wc -l)" -eq "$pairs" ]
verdict every-format-has-the-edges $?
nodes=$(($(wc -l <neo4j-nodes) - 1))
[ "$(grep -c '^      "id": ' json)" -eq "$nodes" ] && [ "$(grep -c '<node ' graphml)" -eq "$nodes" ] &&
    [ "$(grep -o '"kinds": ' opengraph | wc -l)" -eq "$nodes" ]
verdict every-format-has-the-nodes $?

# Fields are quoted, and samples have no quotes in names: a field is what stands between them.
for prefix in "" folded-; do
    awk -F'","' 'NR == FNR { if (FNR > 1) there[substr($1, 2)] = 1; next }
                 FNR > 1 && !((substr($1, 2) in there) && ($2 in there)) { print; bad = 1 }
                 END { exit bad }' "${prefix}neo4j-nodes" "${prefix}neo4j-edges"
    verdict "${prefix}ends-are-nodes" $?
done

# What members call through their groups, and groups stand for, are the pairs. Nobody becomes itself.
awk -F'","' 'FNR > 1 && $3 != "AWS_Member" { print substr($1, 2) " " $2 " " $3 }' neo4j-edges | sort -u >whole
awk -F'","' 'NR == FNR { if ($3 == "AWS_Member") { from = substr($1, 2)
                             if ($2 ~ /^group:/) caller[$2] = caller[$2] " " from
                             if (from ~ /^group:/) stands[from] = stands[from] " " $2 }
                         next }
             FNR > 1 && $3 != "AWS_Member" {
                 from = substr($1, 2); left = from ~ /^group:/ ? caller[from] : from
                 right = $2 ~ /^group:/ ? stands[$2] : $2
                 n = split(left, a, " "); m = split(right, b, " ")
                 for (i = 1; i <= n; i++) for (j = 1; j <= m; j++) if (a[i] != b[j]) print a[i] " " b[j] " " $3 }' \
    folded-neo4j-edges folded-neo4j-edges | sort -u >unfolded
diff whole unfolded
verdict groups-stand-for-the-pairs $?

# A hostile name in every format.
printf '{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"RoleName":"a","Path":"/","RoleId":"AROAA0000000000000001","Arn":"arn:aws:iam::111122223333:role/<script>\\"x\\",]]>&\\u202e","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}]}' >hostile.json
for format in json graphml opengraph neo4j-nodes neo4j-edges; do
    "$rolechain" graph -q --from hostile.json --keep-going --format "$format" >"$format" 2>/dev/null
done
! grep -q '<script>\|]]>' graphml
verdict xml-is-escaped $?
[ "$(wc -l <neo4j-nodes)" -eq 3 ] && grep -q '""x""' neo4j-nodes
verdict csv-is-quoted $?
! grep -q "$(printf '\342\200\256')" graphml opengraph neo4j-nodes neo4j-edges
verdict direction-is-not-changed $?
if command -v python3 >/dev/null && python3 -c 'import json' 2>/dev/null; then
    python3 -c 'import json; json.load(open("json")); json.load(open("opengraph"))
import xml.dom.minidom; xml.dom.minidom.parse("graphml")
import csv; assert all(len(row) == 8 for row in csv.reader(open("neo4j-nodes")))'
    verdict parsers-read-them $?
fi
if python3 -c 'import networkx' 2>/dev/null; then
    "$rolechain" graph -q --from "$samples" --format graphml >samples.graphml
    python3 -c 'import networkx; assert networkx.read_graphml("samples.graphml").number_of_edges() > 20'
    verdict networkx-reads-graphml $?
fi
expect whole-graph-only 2 'holds the whole graph' graph --from "$samples" --format graphml --focus production
expect folded-is-for-tools 2 '--folded is for the formats' graph --from "$samples" --folded --format svg
exit "$failed"
