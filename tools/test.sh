#!/usr/bin/env bash
# Runs the tests of already built projects and ends with one line, `N passed, N failed` (and `, N skipped` if any).
#
# usage: tools/test.sh PROJECT...      names of projects under tests/, built in Release
#
# The numbers come from the TRX file that the test platform writes, never from the words on the console; a run that
# dies without a verdict (a crash of the test host, say) counts as a failure, so silence can never look like success.
set -euo pipefail
cd "$(dirname "$0")/.."

if (($# == 0)); then
    echo "usage: tools/test.sh PROJECT..." >&2
    exit 2
fi

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

assemblies=()
for project in "$@"; do
    assembly=artifacts/bin/$project/release/$project.dll
    if [[ ! -f $assembly ]]; then
        echo "tools/test.sh: $assembly is missing: run \`make build\` first" >&2
        exit 1
    fi
    assemblies+=("$assembly")
done

status=0
dotnet test "${assemblies[@]}" --nologo --results-directory "$results" --logger 'trx;LogFileName=tests.trx' \
    --logger 'console;verbosity=minimal' || status=$?

# <Counters total="9" executed="8" passed="7" failed="1" .../>: what was not executed was skipped.
count() { sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results/tests.trx" 2>/dev/null | head -n 1; }
total=$(count total) executed=$(count executed) passed=$(count passed)
failed=$((${executed:-0} - ${passed:-0}))
skipped=$((${total:-0} - ${executed:-0}))
if ((status != 0 && failed == 0)); then
    echo "tools/test.sh: the run itself failed (dotnet test returned $status): counted as one failure" >&2
    failed=1
fi
if ((failed == 0 && ${passed:-0} == 0)); then
    echo "tools/test.sh: no test ran: counted as one failure" >&2
    failed=1
fi

summary="${passed:-0} passed, $failed failed"
if ((skipped > 0)); then
    summary+=", $skipped skipped"
fi
echo "$summary"
((failed == 0))
