#!/usr/bin/env bash
# Builds etcd's load generators into the directory named, with what Debian packages as golang-go and
# golang-etcd-server-dev. Says what is missing and does nothing where those are not installed.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
gocode=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d "$gocode/src/go.etcd.io/etcd/clientv3" ]; then
    echo "etcd's load generators are not built: apt-get install golang-go golang-etcd-server-dev" >&2
    exit 0
fi
export GO111MODULE=off GOPATH=$gocode GOFLAGS=
for tool in etcdload etcdfail; do
    if [ "$tool.go" -nt "$out/$tool" ]; then go build -o "$out/$tool" "$tool.go"; fi
done
