# Tumen: `make run` serves the course, `make test` runs every test. Each target does all the set-up it needs.
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c
SHELL := bash
.PHONY: help run test core check bench bench-quick soak mutants mutate-content generated standings fuzz setup lint fmt shell clean lock

PORT ?= 8000
V ?= 1
VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run ## serve the course with demo accounts on http://127.0.0.1:8000 (PORT=8080; LAN=1: local network; V=2: print all that was loaded)
	@$(BIN)/python -m tumen run --demo --port $(PORT) -v $(V) $(if $(LAN),--lan)

test: $(VENV)/.dev ## run every test (on SQLite; those that use a database on PostgreSQL as well when TEST_POSTGRES_URL is set)
	@echo "Testing the core, without Django"
	@$(BIN)/pytest -n 2 --dist worksteal tests/domain $(PYTEST)
	@echo "Testing on SQLite"
	@DEBUG=0 SECRET_KEY=test $(BIN)/pytest -n 2 --dist worksteal --ignore=tests/domain $(PYTEST)
	@if [ -n "$${TEST_POSTGRES_URL:-}" ]; then echo "Testing on PostgreSQL what uses a database"; \
		DEBUG=0 SECRET_KEY=test DATABASE_URL="$$TEST_POSTGRES_URL" $(BIN)/pytest -n 2 --dist worksteal --ignore=tests/domain -m "database and not wheel" $(PYTEST); fi

core: $(VENV)/.dev ## run the tests of the core alone, without Django, in about half a minute
	@$(BIN)/pytest -n 2 --dist worksteal tests/domain $(PYTEST)

check: $(VENV)/.dev ## lint the code and run the tests that your change touches (the first time: every test, to learn what each touches)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@DEBUG=1 $(BIN)/mypy
	@DEBUG=1 $(BIN)/lint-imports
	@changed="$$(git diff --name-only HEAD; git ls-files --others --exclude-standard)"; \
	if grep -q '^templates/' <<< "$$changed"; then $(BIN)/djlint --check --lint --quiet templates; fi; \
	if grep -q '^fixtures/' <<< "$$changed"; then DEBUG=1 $(BIN)/python manage.py lint_content --severity W; fi; \
	also="$$(sed -En -e 's:^templates/.*:tests/pages/test_access.py:p' -e 's:^docs/.*|.*\.md$$:tests/test_docs.py:p' \
		-e 's:^static/.*:tests/test_budgets.py:p' <<< "$$changed" | sort -u)"; \
	if [ -n "$$also" ]; then DEBUG=0 SECRET_KEY=test $(BIN)/pytest -n 2 --dist worksteal $$also; fi
	@DEBUG=0 SECRET_KEY=test $(BIN)/pytest -n 2 --dist worksteal --testmon --ignore=tests/journeys $(PYTEST) || [ $$? = 5 ]

bench: $(VENV)/.dev ## measure what the site's work costs beside plain Django, into docs/benchmarks.md (BENCH= passes options)
	@$(BIN)/python -m tests.bench --write $(BENCH)

bench-quick: $(VENV)/.dev ## the main figures of it in under two minutes, on SQLite
	@$(BIN)/python -m tests.bench --quick $(BENCH)

soak: $(VENV)/.dev ## let 200 students answer at once while the server is killed twice (SOAK= passes options; --help tells)
	@$(BIN)/python -m tests.soak $(SOAK)

mutate-content: $(VENV)/.dev ## load 1,000 changed course folders; each loads or says where its mistakes are (MUTATE= passes options)
	@DEBUG=0 SECRET_KEY=mutate nice $(BIN)/python -m tests.content_mutations $(MUTATE)

standings: $(VENV)/.dev ## live 1,000 random histories of classes; working out where students stand again changes nothing (HISTORIES= changes how many)
	@DEBUG=0 SECRET_KEY=test HISTORIES=$(or $(HISTORIES),1000) nice $(BIN)/pytest -p no:randomly tests/quizzes/test_standing.py -k random_history

generated: $(VENV)/.dev ## write 200 courses with edits into files and read them again (GENERATED= changes how many)
	@DEBUG=0 SECRET_KEY=test GENERATED=$(or $(GENERATED),200) nice $(BIN)/pytest -p no:randomly tests/content/test_dumping.py -k same_when

mutants: $(VENV)/.dev ## put 400 faults in, one at a time, and see that tests notice (MUTANTS= passes options; --help tells)
	@DEBUG=0 SECRET_KEY=test DJANGO_SETTINGS_MODULE=tumen.settings $(BIN)/python -m tests.mutants $(MUTANTS)

fuzz: $(VENV)/.dev ## send the API 5,000 requests made up from its document (FUZZ_CASES= changes how many)
	@DEBUG=0 SECRET_KEY=test FUZZ_CASES=$(or $(FUZZ_CASES),5000) $(BIN)/pytest -p no:randomly tests/fuzz

setup: $(VENV)/.dev ## make the environment only

lint: $(VENV)/.dev ## check style, types, arrows, templates, content and migrations
	@echo "ruff";            $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "djlint";          $(BIN)/djlint --check --lint --quiet templates
	@echo "mypy";            DEBUG=1 $(BIN)/mypy
	@echo "import contracts"; DEBUG=1 $(BIN)/lint-imports
	@echo "questions";       DEBUG=1 $(BIN)/python manage.py lint_content --severity W
	@echo "migrations";      DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@echo "deployment";      DEBUG=0 SECRET_KEY="$$(head -c 48 /dev/urandom | base64)" ALLOWED_HOSTS=example.org EMAIL_URL=none \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	@echo "API document";    DEBUG=1 $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

fmt: $(VENV)/.dev ## format code and templates
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djlint --reformat --quiet templates || true

shell: $(VENV)/.run ## open a Django shell
	@DEBUG=1 $(BIN)/python manage.py shell

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements-dev.lock

clean: ## remove the environment, the development database and everything built
	@rm -rf $(VENV) build staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .testmondata* db.sqlite3* secret-key
	@find . \( -name __pycache__ -o -name .pytest_cache \) -type d -prune -exec rm -rf {} +
	@echo "Clean."

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or later is needed and was not found. Install it, or say PYTHON=/path/to/python3." >&2; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "make: the environment could not be made. On Debian: apt install python3-venv." >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	@echo "Installing what running needs (hashed lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
		|| { echo "make: installing failed; the lines above say why. Try again when the network is there." >&2; exit 1; }
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what testing needs (hashed lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock \
		|| { echo "make: installing failed; the lines above say why. Try again when the network is there." >&2; exit 1; }
	@touch $@
