# Every target does its own set-up: a fresh Debian machine needs `make` and nothing else.
.PHONY: demo test faults check format bench lock clean setup
.DEFAULT_GOAL := test

setup:
	@tools/setup

demo: setup ## the main job on sample data, start to finish
	@.venv/bin/order-adapter demo

test: setup ## every test, on real services
	@.venv/bin/pytest

faults: setup ## what breaks and how it heals, also what wants a machine for itself
	@.venv/bin/pytest tests/faults -m "timing or not timing"

check: setup ## style, types, layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy adapter handlers schemas config benchmarks tests
	@.venv/bin/lint-imports

format: setup
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: setup ## ours, the usual way, and the floor
	@.venv/bin/python -m benchmarks

COMPILE = "$$(tools/setup uv)" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock: ## requirements*.txt from pyproject.toml; UPGRADE=1 takes the newest versions
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group build -c requirements.txt -o requirements-build.txt
	$(COMPILE) pyproject.toml --group dev --extra embedded -c requirements.txt -c requirements-build.txt -o requirements-dev.txt

clean: ## everything that setup and the tools made
	rm -rf .venv .tools .state .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
