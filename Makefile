# The front door: `make help` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One configuration for everything, so that a tree builds once and tests see the code that users run.
CONFIG := Release
SOLUTION := ScpFabric.sln

SEED ?= 1
N ?= 100
SECONDS ?= 120
JSON ?=
ONLY ?=
RUNS ?=
PROFILES ?=
QUICK ?=

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE := 1
# A bare machine has no ICU, which the SDK insists on unless told that no culture matters; it then wonders about the
# names of languages in packages (NETSDK1188).
ifeq ($(wildcard /usr/lib/libicuuc.so* /usr/lib/*/libicuuc.so* /usr/lib64/libicuuc.so*),)
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT := 1
export MSBuildWarningsAsMessages := NETSDK1188
endif

# The projects under tests/ that hold tests; Tidy is `make tidy`, Acceptance `make accept`.
TEST_PROJECTS = $(filter-out Tidy Acceptance,$(basename $(notdir $(shell grep -L '<IsTestProject>false' tests/*/*.csproj))))

RUN = dotnet run -c $(CONFIG) --project

.PHONY: help setup build test tidy accept sim sim-scp sim-cluster fuzz bench bench-wan bench-loopback bench-raft mutants clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## check the .NET SDK, install missing Debian packages (as root) or name them
	@tools/setup.sh

build: setup ## restore and build everything (Release)
	@dotnet restore $(SOLUTION) --verbosity quiet
	@dotnet msbuild $(SOLUTION) -p:Configuration=$(CONFIG) -m -nologo -verbosity:quiet

test: build ## every unit and property test; needs nothing before it; ends with `N passed, N failed`
	@tools/test.sh $(TEST_PROJECTS)

tidy: build ## the house rules (tests/Tidy) and the formatter
	@tools/tidy.sh

accept: build ## real processes over a simulated WAN: cuts, kills, stops, floods (root)
	@tools/test.sh Acceptance

sim: sim-scp sim-cluster ## every simulator, each with SEED= and N=

sim-scp: setup ## sessions over simulated paths: SEED=1 first seed, N=100 how many
	@$(RUN) tests/Simulation -- scp --seed $(SEED) --count $(N)

sim-cluster: setup ## consensus: whole clusters under faults, with clients: SEED=1 first seed, N=100 how many
	@$(RUN) tests/Simulation -- cluster --seed $(SEED) --count $(N)

fuzz: setup ## feed every parser garbage: SECONDS=120
	@$(RUN) tests/Fuzz -- --seconds $(SECONDS)

bench: setup ## micro-benchmarks per layer: JSON=path also writes one JSON object a line
	@$(RUN) bench/Scp.Benchmarks -- $(if $(JSON),--json "$(JSON)")

bench-wan: setup ## SCP and its peers over a simulated WAN (root; about 80 min; QUICK=1: 7): RUNS=3, SECONDS=30 a cell, PROFILES=, JSON=
	@dotnet build tools/wan -c $(CONFIG) -v quiet
	@dotnet build bench/LoadGen -c $(CONFIG) -v quiet
	@artifacts/bin/LoadGen/release/loadgen wan-report --wan artifacts/bin/wan/release/wan $(if $(filter 1,$(QUICK)),--quick) \
	    $(if $(RUNS),--runs $(RUNS)) $(if $(filter command line environment,$(origin SECONDS)),--seconds $(SECONDS)) \
	    $(if $(PROFILES),--profiles $(PROFILES)) $(if $(JSON),--json "$(JSON)")

bench-loopback: setup ## SCP against bare UDP, TCP and TLS on loopback: JSON=path
	@dotnet build bench/LoadGen -c $(CONFIG) -v quiet
	@artifacts/bin/LoadGen/release/loadgen loopback $(if $(JSON),--json "$(JSON)")

bench-raft: setup ## three nodes under load and without their leader, etcd beside if installed (5 min): RUNS=3, SECONDS=4, JSON=path
	@dotnet build bench/LoadGen -c $(CONFIG) -v quiet
	@bench/peers/etcd/build.sh artifacts/bench-raft
	@artifacts/bin/LoadGen/release/loadgen raft report --etcdload artifacts/bench-raft $(if $(RUNS),--rounds $(RUNS)) \
	    $(if $(filter command line environment,$(origin SECONDS)),--seconds $(SECONDS)) $(if $(JSON),--json "$(JSON)")

mutants: setup ## break each property on purpose and see it caught: ONLY=name for one
	@tools/mutants.sh $(ONLY)

clean: ## remove everything that was built
	@rm -rf artifacts BenchmarkDotNet.Artifacts
