#!/bin/bash
# What `make demo` shows: the findings of samples/, some questions with their answers, and the picture.
# usage: samples/demo.sh ROLECHAIN
set -euo pipefail
rolechain=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/.."
pictures=${BUILD:-build}
mkdir -p "$pictures"
worst=0

# A question whose answer is "no" ends with status 1; anything above is an error.
show() {
    local status=0 argument
    printf '\n$ rolechain'
    for argument in "$@"; do
        case $argument in
        *[*\ ]*) printf " '%s'" "$argument" ;;
        *) printf ' %s' "$argument" ;;
        esac
    done
    printf '\n'
    "$rolechain" "$@" || status=$?
    if [ "$status" -gt "$worst" ]; then
        worst=$status
    fi
}

tell() {
    printf '\n# %s\n' "$@"
}

tell "samples/ is a small organization of five accounts. Which of its trust policies are too broad?"
show findings --from samples

tell "Who can become administrator of production?"
show who-can production/administrator --from samples

tell "Who else is an administrator there, and why?"
show administrators --account production --from samples

tell "How does anyone on GitHub get there?"
show paths token.actions.githubusercontent.com production/administrator --from samples

tell "alice deploys the application: both sides allow it."
show explain tooling/alice production/app-deploy --from samples

tell "bob has the permission, but the role does not trust him; carol is trusted, but has no permission."
show explain tooling/bob production/app-deploy --from samples
show explain tooling/carol production/app-deploy --from samples

tell "erin is an administrator of the sandbox; what stops her?"
show explain sandbox/erin production/app-deploy --from samples

tell "Rules of its owner: one is broken, by the statement that lets GitHub in."
show check --rules samples/rules.txt --from samples

tell "The picture"
show graph --format dot --output "$pictures/samples.dot" --from samples
show graph --format svg --output "$pictures/samples.svg" --from samples
printf '\nThe picture is in %s/samples.svg, its DOT source in %s/samples.dot.\n' "$pictures" "$pictures"
[ "$worst" -le 1 ]
