#!/bin/bash
# Which folder may include which: a file includes files of its own room and of rooms above it in this list, never of one below.
# usage: tests/structure/rooms.sh
set -u
cd "$(dirname "$0")/../.." || exit 1

# The rooms in their order, from the ground up. Rooms on one line may not include each other.
rooms='
ingest/support
ingest/input
ingest/policy
ingest/readers
ingest/store
ingest
graph/policy
graph/model
graph/constraint
graph/decision
graph/edges
graph/control
graph/chains
graph/change
analyzer/command_line
analyzer/analysis
analyzer/errors
analyzer/rules
analyzer/findings
analyzer/findings/facts
analyzer/findings/patches
analyzer/findings/trust analyzer/findings/federation analyzer/findings/chains analyzer/findings/permissions analyzer/findings/conditions
analyzer/report
analyzer/picture
analyzer/report/findings
analyzer/report/graph
analyzer/report/page
analyzer/change
analyzer/report/change
analyzer/report/rules
analyzer/commands
analyzer
'

# Headers that rooms below may include although they stand above: FROM-ROOM HEADER.
# registry.c lists the rules of all wings, which it knows by their names alone.
exceptions='
'

# Headers of readers that are private to a pair or a family of readers, beside the toolkit (reader.h, export_kind.h).
pairs='planned.h template_values.h template_later.h template_inside.h cloudformation_inside.h statement_later.h terraform_inside.h iam_shapes.h authorization_details.h workload_shapes.h'

# The includes of a tree as lines FILE INCLUDED, without what is made in the build.
includes() {
    (cd "$1" && find ingest graph analyzer -name '*.[ch]' -exec grep -H '^#include "' {} +) |
        sed -n 's/^\([^:]*\):#include "\([^"]*\)".*/\1 \2/p' | grep -v -e '_sql\.h$' -e '/page_files\.h$' -e ' samples_rules\.h$'
}

# Prints what is against the order in a tree.
violations() {
    includes "$1" | awk -v rooms="$rooms" -v exceptions="$exceptions" -v pairs="$pairs" '
        function room(path) { sub(/\/[^\/]*$/, "", path); return path }
        function base(path) { sub(/.*\//, "", path); return path }
        BEGIN {
            lines = split(rooms, line, "\n")
            for (i = 1; i <= lines; i++) {
                names = split(line[i], name, " ")
                for (j = 1; j <= names; j++) floor[name[j]] = i
            }
            lines = split(exceptions, line, "\n")
            for (i = 1; i <= lines; i++) allowed[line[i]] = 1
            names = split(pairs, name, " ")
            for (j = 1; j <= names; j++) private[name[j]] = 1
        }
        {
            from = room($1); to = room($2)
            if (!(from in floor)) { print $1 ": its folder is no room of tests/structure/rooms.sh"; next }
            if (!(to in floor)) { print $1 ": includes " $2 ", which is in no room"; next }
            if (from != to && floor[to] >= floor[from] && !((from " " $2) in allowed))
                print $1 ": includes " $2 ", which stands above it"
            own = base($1); sub(/\.[ch]$/, ".h", own)
            other = base($2)
            if (from == "ingest/readers" && to == from && other != own && other != "reader.h" && other != "export_kind.h" && !(other in private))
                print $1 ": a reader includes another reader, " $2
        }' | sort
}

failed=0
result() {
    if [ "$2" = "$3" ]; then
        echo "[       OK ] $1"
    else
        printf 'expected:\n%s\nfound:\n%s\n' "$3" "$2"
        echo "[  FAILED  ] $1"
        failed=1
    fi
}

result no-room-includes-upwards "$(violations .)" ""

# The same test on a tree that is wrong in each way.
wrong=$(mktemp -d)
trap 'rm -rf "$wrong"' EXIT
mkdir -p "$wrong"/ingest/{support,readers} "$wrong"/graph/{policy,edges} "$wrong"/graph/attic "$wrong"/analyzer/findings/{trust,chains}
echo '#include "graph/edges/edges.h"' >"$wrong/graph/policy/pattern.c"
echo '#include "graph/policy/pattern.h"' >"$wrong/graph/edges/edges.c"
echo '#include "graph/policy/pattern.h"' >"$wrong/graph/attic/old.c"
echo '#include "graph/attic/old.h"' >"$wrong/graph/edges/old.c"
echo '#include "analyzer/findings/trust/x.h"' >"$wrong/analyzer/findings/chains/y.c"
printf '#include "ingest/readers/%s"\n' reader.h planned.h terraform.h cloudtrail.h >"$wrong/ingest/readers/terraform.c"
result what-is-wrong-is-found "$(violations "$wrong")" "analyzer/findings/chains/y.c: includes analyzer/findings/trust/x.h, which stands above it
graph/attic/old.c: its folder is no room of tests/structure/rooms.sh
graph/edges/old.c: includes graph/attic/old.h, which is in no room
graph/policy/pattern.c: includes graph/edges/edges.h, which stands above it
ingest/readers/terraform.c: a reader includes another reader, ingest/readers/cloudtrail.h"
exit $failed
