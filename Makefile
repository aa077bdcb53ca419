# The few commands of this repository. Everything else: npx currents help
.DEFAULT_GOAL := help
SHELL := /bin/bash
CURRENTS := node bin/currents.js
NODE_PACKAGES := node_modules/.package-lock.json

.PHONY: help setup build up down demo test nightly format chaos tenants bench docs histories clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 16

setup: $(NODE_PACKAGES) build ## install everything the stack needs into this folder
	@$(CURRENTS) setup

# npm writes this file last of all, so an interrupted install is done again.
$(NODE_PACKAGES): package-lock.json package.json
	@bash stack/install/require-node.sh
	npm ci --no-audit --no-fund --loglevel=error
	@touch $(NODE_PACKAGES)

build: $(NODE_PACKAGES)
	@bash stack/install/build.sh

up: setup ## start the stack and wait until it is ready
	@$(CURRENTS) up

down: build ## stop the stack; data stays
	@$(CURRENTS) down

demo: setup ## the whole system on a little data (PIPELINE=iot: telemetry; of the market LIVE=1: the real site, DATA=<folder>: real files)
	@$(CURRENTS) demo $(PIPELINE) $(if $(LIVE),--live) $(if $(DATA),--data "$(DATA)")

test: setup ## every check and test (ONLY=unit,spark: some sections; ON_NODE=22 or 24, TESTS=access: some files)
	@bash test/run.sh

nightly: setup ## every test of Jest on Node 22 and on Node 24, stacks and disturbed trials too
	@for version in 22 24; do \
	  ON_NODE=$$version ONLY=unit,workflow,integration,stacks,chaos bash test/run.sh || code=1; \
	done; exit $${code:-0}

format: setup ## format TypeScript, Python and, where .sqlfluff is, SQL
	@npm run --silent format
	@.stack/lint/bin/ruff format --quiet .
	@if [ -f .sqlfluff ]; then .stack/lint/bin/sqlfluff fix --quiet dbt trino/queries pipelines/*/queries; fi

chaos: setup ## disturb runs and backfills in 232 ways, one after another (SEED=..., TRIALS=... for the first so many, PART=1/2 for every other, TELEMETRY=1 with telemetry flowing; goes on where it stopped)
	@npx tsc -p test/chaos/tsconfig.json
	@SEED=$(SEED) TRIALS=$(TRIALS) PART=$(PART) TELEMETRY=$(TELEMETRY) ONLY="$(ONLY)" node dist/test/chaos/main.js

tenants: setup ## two pipelines side by side on one lake, 30 runs each (RUNS=...)
	@TENANT_RUNS=$(or $(RUNS),30) npx jest --selectProjects=stacks --runInBand --testPathPatterns stacks/tenants

bench: setup ## measure; writes bench/results.json (ONLY=f,g: some parts; DAYS=31: f and g over a month, not a week; i takes it too, so name the parts; INTERVALS=3: a and b over so many; SECONDS_EACH=60 RATE=5000: k at each rate, and its first)
	@node dist/bench/main.js $(if $(ONLY),--only "$(ONLY)") $(if $(DAYS),--days "$(DAYS)") $(if $(INTERVALS),--intervals "$(INTERVALS)") $(if $(SECONDS_EACH),--seconds "$(SECONDS_EACH)") $(if $(RATE),--rate "$(RATE)")

docs: build ## generate .env.example and the tables under docs/
	@node dist/stack/generateDocs.js

histories: setup ## record what the replay tests replay, from the code of a release (VERSION=0.1.0)
	@VERSION=$(VERSION) npx jest --selectProjects record --runInBand

clean: ## delete what was built and installed; data of a stack stays
	rm -rf dist .stack node_modules coverage
