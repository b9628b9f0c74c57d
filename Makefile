# Every target makes the virtual environment it needs; the only things to have are make, Python 3.11 or later and a C compiler.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PROTOS := $(wildcard protos/underwriter/v1/*.proto)
DATA   ?= ../shared/data
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help serve author test check proto bench compare book train soak lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

# One environment, filled in stages: what serves, monitors, serves rule authors, tests, trains. Each stamp is as new as its lock.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: locks/serve.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the server needs into $(VENV) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/serve.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The rule engine of monitoring comes as source only. Its build tool is the one that locks/serve.txt has brought. It calls
# a function by a name that Python 3.13 has dropped: https://github.com/jruizgit/rules/pull/403, merged, not released.
$(VENV)/monitoring.stamp: locks/monitoring.txt $(VENV)/serve.stamp
	@echo "Building the rule engine of monitoring ..."
	CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --require-hashes -r locks/monitoring.txt
	@touch $@

$(VENV)/authoring.stamp: locks/authoring.txt $(VENV)/monitoring.stamp
	@echo "Installing what rule authors work with ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/authoring.txt
	@touch $@

$(VENV)/develop.stamp: locks/develop.txt $(VENV)/authoring.stamp
	@echo "Installing what tests and checks need ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/develop.txt
	@touch $@

$(VENV)/train.stamp: locks/train.txt $(VENV)/serve.stamp
	@echo "Installing what training needs ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/train.txt
	@touch $@

serve: $(VENV)/serve.stamp  ## Start the server on 127.0.0.1:50051 (ARGS="--show-config" shows its settings)
	@$(MAKE) --no-print-directory $(VENV)/monitoring.stamp >$(VENV)/monitoring.log 2>&1 || echo "Serving without monitoring: \
	its rule engine could not be built, which takes a C compiler and Python's headers \
	(Debian, Ubuntu: apt install gcc python3-dev); see $(VENV)/monitoring.log"
	$(BIN)/underwriter serve $(ARGS)

author: $(VENV)/authoring.stamp  ## Install what rule authors work with: checks, tests, the editor's language server, reports

test: $(VENV)/develop.stamp $(VENV)/train.stamp  ## Run all tests, the rules' own among them, in JOBS processes (ARGS="-k name" picks some)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/develop.stamp $(VENV)/train.stamp  ## Lint, types, import directions, generated code, protos, rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python protos/generate.py --check
	@if command -v buf >/dev/null; then \
	  echo "buf lint"; $(BIN)/python protos/generate.py --image $(VENV)/protos.binpb && buf lint $(VENV)/protos.binpb --config protos/buf.yaml; \
	else echo "buf is not installed (npm install -g @bufbuild/buf): protos not linted"; fi
	$(BIN)/underwriter check

proto: $(VENV)/develop.stamp  ## Generate server/underwriter/v1 from protos/
	$(BIN)/python protos/generate.py

bench: $(VENV)/develop.stamp  ## Measure the server against an empty handler; results in bench/results.json
	$(BIN)/python bench/run.py $(ARGS)

compare: $(VENV)/develop.stamp  ## Measure the language beside other engines; results in bench/language/results.json
	$(BIN)/python bench/language/run.py $(ARGS)

book: $(VENV)/develop.stamp $(VENV)/train.stamp  ## Let the shelf decide on a simulated book; results in docs/simulated-book.md
	$(BIN)/python bench/book/run.py $(ARGS)

train: $(VENV)/train.stamp  ## Train every model again from DATA (default ../shared/data)
	@for script in models/*/*/train.py; do echo $$script; $(BIN)/python $$script --data $(DATA) || exit 1; done

soak: $(VENV)/develop.stamp  ## Run the long forms of the fault and property tests
	UNDERWRITER_SOAK=1 $(BIN)/python -m pytest -m slow $(ARGS)

lock: $(VENV)/bin/python  ## Resolve the dependencies again and write locks/
	$(BIN)/python -m pip install -q uv==0.13.9
	for name in serve monitoring authoring develop train postgres archive; do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	    --custom-compile-command "make lock" $$( [ $$name = serve ] && echo --extra build || echo --extra $$name ) pyproject.toml -o locks/$$name.txt || exit 1; \
	done

clean:  ## Remove the virtual environment and what tools leave behind
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build
