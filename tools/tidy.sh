#!/usr/bin/env bash
# The house rules: tests/Tidy, then the formatter. Both run even when the first fails, so that all there is to
# mend shows at once; the formatter counts as one more check in the last line.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests' own summary is taken off their output and comes back, with the formatter counted, as the last line.
summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
tools/test.sh Tidy | tee "$summary" | sed '/^[0-9]* passed, [0-9]* failed/d' || true
passed=0 failed=1
read -r passed _ failed _ < <(tail -n 1 "$summary") || true
if [[ ! $passed =~ ^[0-9]+$ || ! $failed =~ ^[0-9]+$ ]]; then
    passed=0 failed=1
fi

if dotnet format ScpFabric.sln --verify-no-changes --no-restore --verbosity quiet; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "tools/tidy.sh: dotnet format would change the lines above: run \`dotnet format\`" >&2
fi

echo "$passed passed, $failed failed"
((failed == 0))
