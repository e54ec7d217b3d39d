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
# Both tables at once, beside the file that says how they are imported.
"$rolechain" graph -q --from "$samples" --control -o "it's.neo4j" && "$rolechain" graph -q --from "$samples" --control --format neo4j-nodes |
    cmp - "it's-nodes.csv" && "$rolechain" graph -q --from "$samples" --control --format neo4j-edges | cmp - "it's-edges.csv" &&
    [ "$(ls "it's"* | wc -l)" -eq 3 ]
verdict neo4j-is-both-tables $?
sed -n 's/^# neo4j-admin/set --/p' "it's.neo4j" >import && . ./import && [ "$4" = "--nodes=it's-nodes.csv" ] && [ "$5" = "--relationships=it's-edges.csv" ]
verdict neo4j-says-how $?
expect neo4j-needs-a-file 2 'name the first with --output FILE.neo4j' graph --from "$samples" --format neo4j
ln hostile.json old-nodes.csv
expect neo4j-over-an-input 2 'old-nodes.csv is the --from file of this command' graph --from hostile.json --keep-going -o old.neo4j
mkdir folder-nodes.csv
expect neo4j-that-cannot-be-written 3 'folder-nodes.csv: cannot be written: it is a folder' graph -q --from "$samples" -o folder.neo4j
[ ! -e folder.neo4j ] && [ ! -e folder-edges.csv ]
verdict neo4j-leaves-no-part $?

if command -v python3 >/dev/null && python3 -c 'import json' 2>/dev/null; then
    cat >rules.py <<'END'
import csv, json, re, sys, xml.dom.minidom
json.load(open(sys.argv[1] + "json"))
# XML: identifiers are name tokens, which edges name.
graph = xml.dom.minidom.parse(sys.argv[1] + "graphml")
ids = [node.getAttribute("id") for node in graph.getElementsByTagName("node")]
assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9._:-]+", id) for id in ids)
assert {edge.getAttribute(end) for edge in graph.getElementsByTagName("edge") for end in ("source", "target")} <= set(ids)
# OpenGraph: one to three kinds of letters, digits and underscores; properties are primitives with names in lower case.
whole = json.load(open(sys.argv[1] + "opengraph"))
kind = re.compile(r"[A-Za-z0-9_]+")
assert set(whole) == {"metadata", "graph"} and kind.fullmatch(whole["metadata"]["source_kind"])
assert set(whole["graph"]) == {"nodes", "edges"}
ids = [node["id"] for node in whole["graph"]["nodes"]]
assert len(set(ids)) == len(ids)
for node in whole["graph"]["nodes"]:
    assert set(node) == {"id", "kinds", "properties"} and 1 <= len(node["kinds"]) <= 3
    assert all(kind.fullmatch(word) for word in node["kinds"]) and whole["metadata"]["source_kind"] in node["kinds"]
for edge in whole["graph"]["edges"]:
    assert set(edge) == {"kind", "start", "end", "properties"} and kind.fullmatch(edge["kind"])
    assert all(edge[end]["match_by"] == "id" and edge[end]["value"] in ids for end in ("start", "end"))
for piece in whole["graph"]["nodes"] + whole["graph"]["edges"]:
    for name, value in piece["properties"].items():
        assert re.fullmatch(r"[a-z0-9_]+", name) and name != "objectid" and type(value) in (str, bool, int), name
# neo4j: an ID, a label and types of columns in the head; every row has as many fields, IDs are unique and edges between them.
nodes, edges = (list(csv.reader(open(sys.argv[1] + name, newline=""))) for name in ("neo4j-nodes", "neo4j-edges"))
types = {"": r".*", ":ID": r".+", ":LABEL": r"[A-Za-z0-9_]+", ":START_ID": r".+", ":END_ID": r".+", ":TYPE": r"[A-Za-z0-9_]+",
         ":boolean": r"true|false", ":int": r"[0-9]+"}
for table in (nodes, edges):
    columns = [types[":" + field.split(":")[1] if ":" in field else ""] for field in table[0]]
    for row in table[1:]:
        assert len(row) == len(columns) and all(re.fullmatch(form, field) for form, field in zip(columns, row)), row
assert [field.split(":")[-1] for field in nodes[0]].count("ID") == 1 and ":LABEL" in nodes[0]
assert edges[0][:3] == [":START_ID", ":END_ID", ":TYPE"]
ids = [row[0] for row in nodes[1:]]
assert len(set(ids)) == len(ids) and {end for row in edges[1:] for end in row[:2]} <= set(ids)
END
    mkdir every folded hostile
    for format in json graphml opengraph neo4j-nodes neo4j-edges; do
        cp "$format" "hostile/$format" && mv "folded-$format" "folded/$format" &&
            "$rolechain" graph -q --from "$samples" --control --format "$format" >"every/$format"
    done
    for which in every folded hostile; do
        python3 rules.py "$which/"
        verdict "$which-keeps-the-rules" $?
    done
fi
# What the documentation names is what there is.
documented=$(dirname "$samples")/docs/graph-formats.md
grep -oh '"AWS_[A-Za-z]*"' every/opengraph folded/opengraph hostile/opengraph | tr -d '"' | sort -u >kinds
cat "$(dirname "$samples")"/docs/bloodhound/*.json | grep -o 'AWS_[A-Za-z]*' | sort -u >>kinds
! while read -r kind; do grep -q "\`$kind\`" "$documented" || echo "$kind"; done <kinds | grep .
verdict kinds-are-documented $?
for query in "$(dirname "$samples")"/docs/bloodhound/*.json; do
    grep -q '^  "name": "rolechain: ' "$query" && grep -q '^  "query": "MATCH ' "$query" && grep -q '^  "description": ' "$query"
    verdict "query-$(basename "$query" .json)" $?
done
if python3 -c 'import networkx' 2>/dev/null; then
    "$rolechain" graph -q --from "$samples" --format graphml >samples.graphml
    python3 -c 'import networkx; assert networkx.read_graphml("samples.graphml").number_of_edges() > 20'
    verdict networkx-reads-graphml $?
fi
expect whole-graph-only 2 'holds the whole graph' graph --from "$samples" --format graphml --focus production
expect folded-is-for-tools 2 '--folded is for the formats' graph --from "$samples" --folded --format svg
exit "$failed"
