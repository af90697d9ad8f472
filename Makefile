# Every target does its own set-up: a fresh Debian machine needs `make` and nothing else.
.PHONY: demo test faults check audit format bench bench-large bench-scaling bench-profile bench-draw lock clean setup
.DEFAULT_GOAL := test

setup:
	@tools/setup

demo: setup ## the main job on sample data, start to finish
	@.venv/bin/order-adapter demo

test: setup ## every test, on real services
	@.venv/bin/pytest

SEEDS = 1 2 3
SECONDS = 60
faults: setup ## what breaks and how it heals (docs/faults.md); SEEDS="4 5" SECONDS=300 for another nemesis
	@FAULT_SEEDS="$(SEEDS)" FAULT_SECONDS="$(SECONDS)" .venv/bin/pytest tests/faults -m "timing or not timing"

check: setup ## style, types, layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy adapter handlers schemas config benchmarks tests
	@.venv/bin/lint-imports

audit: setup ## whether a known hole is in a locked package
	@.venv/bin/python tools/audit.py

format: setup
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: setup ## ours, the usual way, and the floor, side by side (some 20 minutes)
	@.venv/bin/python -m benchmarks

bench-large: setup ## the same with a million orders, a million price lines, a hundred thousand messages (an hour)
	@.venv/bin/python -m benchmarks --large

bench-scaling: setup ## one, two and four copies, one series of numbers and several
	@.venv/bin/python -m benchmarks --scaling

bench-profile: setup ## where the time of an order goes
	@.venv/bin/python -m benchmarks.profile --functions

bench-draw: setup ## the newest figures, as tables and charts, into docs/performance.md and docs/scaling.md
	@.venv/bin/python -m benchmarks.draw

COMPILE = "$$(tools/setup uv)" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock: ## requirements*.txt from pyproject.toml; UPGRADE=1 takes the newest versions
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group build -c requirements.txt -o requirements-build.txt
	$(COMPILE) pyproject.toml --group dev --extra embedded -c requirements.txt -c requirements-build.txt -o requirements-dev.txt

clean: ## everything that setup and the tools made
	rm -rf .venv .tools .state .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
