# Everything a person does with this repository. `make` alone lists it.

PYTHON   ?= python3
PORT     ?= 8000
FORCE    ?=
JOBS     ?= 2
VENV     := .venv
BIN      := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# The site stack announces its own end of life on every run; requirements/ pins it, so the notice is known.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install runtime site site-build serve images verify records vignette vignette-siblings vignette-eval test test-full \
        chromium lint format build offline bench lock clean

help:  ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

install: $(INSTALLED)  ## Make the virtual environment .venv with the locked packages

$(INSTALLED): pyproject.toml requirements/locked.txt requirements/torch.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there);" \
	       "Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/locked.txt
	$(BIN)/python -m pip install --quiet -r requirements/torch.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

site: site-build  ## Install, make missing images, prove four of them, build the site and serve it
	@echo "The site: http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory site

runtime: install  ## Fetch the Python that runs in a reader's browser, where npm is at hand
	@$(BIN)/python -m dialed_docs.browser_runtime docs/assets/paste/runtime

site-build: install runtime  ## The same without serving: the site lies in site/
	$(BIN)/dialed images build
	$(BIN)/dialed images verify --rerender 4
	$(BIN)/mkdocs build --strict

serve: install runtime  ## Serve the site and rebuild it at every change of a record or a page
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

images: install  ## Render what is missing or stale; FORCE=num_inference_steps renders one guide anew
	$(BIN)/dialed images build $(if $(FORCE),--force $(FORCE))

verify: install  ## Check every published image against its hash and render four of them again
	$(BIN)/dialed images verify --rerender 4

records: install  ## Check the records, format them and write what is generated from them
	$(BIN)/dialed records format
	$(BIN)/dialed records lint
	$(BIN)/dialed records build

vignette: install  ## Train the built-in model from nothing; goes on where it was stopped
	$(BIN)/python -m dialed_generator.vignette train --page docs/vignette.md

vignette-siblings: install  ## Train the flow model, the distilled LoRA, the ControlNet and the styles
	$(BIN)/python -m dialed_generator.vignette flow train
	$(BIN)/python -m dialed_generator.vignette turbo train
	$(BIN)/python -m dialed_generator.vignette adapters train

vignette-eval: install  ## Measure the built-in model, draw its contact sheet, write its page
	$(BIN)/python -m dialed_generator.vignette evaluate --page docs/vignette.md

test: install chromium runtime  ## Every fast test, in a real browser too where Chromium can be had
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n $(JOBS) --dist loadgroup

test-full: install chromium runtime  ## Every test, the long ones too
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

# Debian's Chromium, where this user may install it. Without it the browser tests say why they are
# skipped; with CI=true they fail instead.
chromium:
	@if command -v "$${CHROMIUM:-chromium}" >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  echo "installing Debian's chromium for the browser tests"; \
	  said=$$({ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	    --no-install-recommends chromium fonts-dejavu-core libegl1 libgl1; } 2>&1 </dev/null) \
	    || { echo "$$said" | tail -n 5; echo "chromium could not be installed; the browser tests will say so"; }; \
	else echo "no chromium, and no right to install it: sudo apt-get install chromium runs the browser tests too"; fi

lint: install  ## Style, types, import directions, records
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dialed records lint

format: install  ## Bring code and records into their one form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/dialed records format

build: install  ## The wheel, in dist/
	$(BIN)/python -m build --wheel --no-isolation

offline: install  ## A copy of the site that reads from file://, in site-offline/
	OFFLINE=true $(BIN)/mkdocs build --strict --site-dir site-offline

bench: install  ## Run the benchmarks one after another and print their figures
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

lock:  ## Write requirements/locked.txt anew (needs uv)
	uv pip compile pyproject.toml --extra cli --extra generator --extra ray --extra docs --group dev --group torch-companions \
	  --overrides requirements/no-torch.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file requirements/locked.txt

clean:  ## Remove what can be made again (not .venv, not the store of lossless images)
	rm -rf build dist site site-offline .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
