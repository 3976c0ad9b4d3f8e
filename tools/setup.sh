#!/usr/bin/env bash
# Makes sure that what the build and the tests need is there. Silent and quick when it is.
#
# The SDK is the one thing a developer brings along, so a missing one is named and nothing is installed.
# Debian packages are installed when we may (root and apt-get), and named in one line to run when we may not.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

sdk_wanted() { sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json; }

# Run from the repository's root, `dotnet --version` fails exactly when no installed SDK satisfies global.json.
check_sdk() {
    if ! command -v dotnet >/dev/null || ! dotnet --version >/dev/null 2>&1; then
        say "the .NET SDK $(sdk_wanted) (global.json) is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0, put dotnet on PATH, and run make again"
        exit 1
    fi
}

# A line a package: its Debian name, then a command that succeeds where what we need of it is there.
# Asking for the thing rather than the package lets other distributions bring it in their own way.
requirements() {
    # The MessagePack codec is compared with another implementation; Debian's module belongs to Debian's interpreter.
    echo "python3-msgpack /usr/bin/python3 -c 'import msgpack'"
    # Bulk lanes compress with the reference library of LZ4. ldconfig is not on everybody's PATH.
    echo "liblz4-1 PATH=\$PATH:/usr/sbin:/sbin ldconfig -p | grep -q 'liblz4\.so\.1 '"
}

missing_packages() {
    local package check
    requirements | while read -r package check; do
        bash -c "$check" >/dev/null 2>&1 || echo "$package"
    done
}

install_packages() {
    local log
    log=$(mktemp)
    say "installing $*"
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        say "apt-get could not install $*: see its words above"
        exit 1
    fi
    rm -f "$log"
}

check_sdk
mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        install_packages "${missing[@]}"
    else
        say "run this, then make again: sudo apt-get install -y ${missing[*]}"
        exit 1
    fi
fi
