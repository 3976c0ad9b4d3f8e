#!/usr/bin/env bash
# Breaks each property on purpose and sees whether what should notice does. tests/mutants/README.md has the format.
#
# usage: tools/mutants.sh [NAME]
#
# Works on HEAD in a temporary worktree, so the tree at hand is neither touched nor judged. A build error is no catch,
# nor is a catcher that fails without the mutant: both are told apart before a catch is believed.
set -euo pipefail
cd "$(dirname "$0")/.."

only=${1:-}
only=${only%.patch}
patches=()
for patch in tests/mutants/*.patch; do
    [[ -e $patch ]] || continue
    [[ -z $only || $(basename "$patch" .patch) == "$only" ]] && patches+=("$PWD/$patch")
done
if ((${#patches[@]} == 0)) && [[ -n $only ]]; then
    echo "mutants: there is no tests/mutants/$only.patch" >&2
    exit 2
fi
if ((${#patches[@]} == 0)); then
    echo "0 caught, 0 missed"
    exit 0
fi

scratch=$(mktemp -d)
tree=$scratch/tree
child=
cleanup() {
    trap - EXIT INT TERM
    if [[ -n $child ]]; then
        # The catcher leads a process group of its own, so whatever it started goes with it.
        kill -TERM -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    git worktree remove --force "$tree" 2>/dev/null || true
    rm -rf "$scratch"
    git worktree prune
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command line in the worktree, its output to the log; a trap can still fire, since only `wait` blocks here.
run() {
    local status=0
    set -m
    (cd "$tree" && exec timeout --kill-after=10 "$1" bash -c "$2") >"$scratch/log" 2>&1 </dev/null &
    child=$!
    set +m
    wait "$child" || status=$?
    child=
    return "$status"
}

# The value of a header line `# Key: value`, read above the diff only.
header() { sed -n "/^\(diff\|---\) /q; s/^# $2: *//p" "$1" | head -n 1; }

seed_of_log() { grep -oiE 'seed[:= ]+[0-9]+' "$scratch/log" | grep -oE '[0-9]+' | tail -n 1 || true; }

caught=0
missed=0
verdict() { printf '%-7s %-32s seed %-10s %5d s  %s\n' "$1" "$2" "${3:--}" "$4" "$5"; }
miss() {
    verdict MISSED "$1" "${4:-}" "$2" "$3"
    tail -n "${lines_shown:-20}" "$scratch/log" 2>/dev/null | sed 's/^/        | /'
    missed=$((missed + 1))
}

# Every catcher must pass on the tree as it is, once: otherwise its failure would say nothing about a mutant.
declare -A honest=()
is_honest() {
    if [[ -z ${honest[$1]:-} ]]; then
        honest[$1]=no
        if run "$2" "make -s build" && run "$2" "$1"; then
            honest[$1]=yes
        fi
    fi
    [[ ${honest[$1]} == yes ]]
}

restore() {
    git -C "$tree" checkout --quiet -- .
    # Files that the patch added; what is ignored (the build) stays, so the next build is incremental.
    git -C "$tree" clean -fdq
}

try() {
    local patch=$1 name property catcher expect limit started=$SECONDS status=0
    name=$(basename "$patch" .patch)
    property=$(header "$patch" Property)
    catcher=$(header "$patch" Catcher)
    expect=$(header "$patch" Expect)
    limit=$(header "$patch" Timeout)
    limit=${limit:-600}
    : >"$scratch/log"
    if [[ -z $property || -z $catcher ]]; then
        miss "$name" 0 "has no '# Property:' or no '# Catcher:' line above the diff"
    elif ! is_honest "$catcher" "$limit"; then
        miss "$name" $((SECONDS - started)) "its catcher fails without the mutant: $catcher"
    elif ! git -C "$tree" apply --check "$patch" 2>"$scratch/log"; then
        miss "$name" 0 "no longer applies: make it again against the code of today"
    else
        git -C "$tree" apply "$patch"
        started=$SECONDS
        if ! run "$limit" "make -s build"; then
            miss "$name" $((SECONDS - started)) "does not build: a mutant must compile to prove anything"
        else
            started=$SECONDS
            run "$limit" "$catcher" || status=$?
            if ((status == 0)); then
                miss "$name" $((SECONDS - started)) "nobody noticed: $property" "$(seed_of_log)"
            elif ((status == 124 || status == 137)); then
                miss "$name" $((SECONDS - started)) "the catcher had not finished after $limit s" "$(seed_of_log)"
            elif [[ -n $expect ]] && ! grep -qE -- "$expect" "$scratch/log"; then
                miss "$name" $((SECONDS - started)) "failed, but not with /$expect/" "$(seed_of_log)"
            else
                verdict caught "$name" "$(seed_of_log)" $((SECONDS - started)) "$property"
                caught=$((caught + 1))
            fi
        fi
        restore
    fi
}

git worktree add --quiet --detach "$tree" HEAD
for patch in "${patches[@]}"; do
    try "$patch"
done

echo "$caught caught, $missed missed"
((missed == 0))
