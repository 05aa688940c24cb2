# Two commands carry everything: `make run` and `make test`. Neither asks a question.
# Each long step says what it is doing and is skipped while its result is up to date.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,\
            $(if $(shell $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(name))))
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-annotate --no-emit-index-url --custom-compile-command "make lock"
DESIGN := var/design/nhsuk/nhsuk-frontend.min.css

.PHONY: help run test nightly quick check bench lock sbom audit install install-dev clean

help:
	@echo "make run     set up and serve the site at http://127.0.0.1:$(PORT)/ until Ctrl-C (PORT=… changes it)"
	@echo "make test    set up and run every test and check"
	@echo "make nightly every test on both databases, with what takes minutes, coverage and measuring"
	@echo "make quick   the checks and the tests of what has changed, or of APP=recruitment/vacancies"
	@echo "make check   the quick checks alone: style, imports, templates, migrations, settings"
	@echo "make bench   measure each page at small and large scale, one JSON object a line"
	@echo "make sbom    write bills of materials (CycloneDX) to var/sbom"
	@echo "make audit   ask about known vulnerabilities of the pinned libraries"
	@echo "make lock    write down what the pins of requirements*.txt bring along, with hashes"
	@echo "make clean   remove what the commands above made, the database included"

run: install
	@exec $(BIN)/python manage.py runall --port $(PORT)

test: install-dev
	@exec $(BIN)/python -m tests.run

nightly: install-dev
	@exec $(BIN)/python -m tests.run --nightly

quick: install-dev
	@exec $(BIN)/python -m tests.run --quick $(APP)

check: install-dev
	@exec $(BIN)/python -m tests.run --checks

bench: install-dev
	@exec $(BIN)/python -m tests.bench

# What is written down already stays at its version, save where a pin asks for another.
lock: .venv/installed-dev
	@$(LOCK) requirements.txt -o requirements.lock
	@$(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	@$(LOCK) requirements-node.txt -o requirements-node.lock
	@$(LOCK) requirements-audit.txt -o requirements-audit.lock

sbom: .venv/audit/installed $(DESIGN)
	@mkdir -p var/sbom
	@.venv/audit/bin/cyclonedx-py requirements requirements.lock --output-format JSON \
		--output-file var/sbom/python.cdx.json
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm sbom --sbom-format cyclonedx --package-lock-only --omit dev \
		> var/sbom/npm.cdx.json
	@echo "var/sbom/python.cdx.json and var/sbom/npm.cdx.json say what the site is made of."

audit: .venv/audit/installed
	@$(BIN)/python -m tests.audit .venv/audit/bin/pip-audit requirements.lock requirements-dev.lock

install: .venv/installed $(DESIGN)

install-dev: .venv/installed-dev $(DESIGN)

clean:
	rm -rf .venv node_modules var

# --- steps --------------------------------------------------------------------------------------
$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or later is needed, and none was found."; exit 1; fi
	@echo "Making a Python environment in .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make an environment here. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/installed: requirements.lock | $(BIN)/python
	@echo "Installing the Python libraries (about half a minute)"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@echo "Installing the test tools (about half a minute)"
	@$(PIP) -r requirements-dev.lock
	@touch $@

.venv/audit/installed: requirements-audit.lock .venv/installed
	@echo "Installing what audits and bills of materials need (about ten seconds)"
	@$(BIN)/python -m venv .venv/audit
	@.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Where the machine has no Node, a wheel brings node and npm into the environment. Node then trusts
# the certificates that the machine trusts: many an NHS network puts its own in between.
node_modules/installed: package.json package-lock.json | .venv/installed
	@if ! { command -v node && command -v npm; } >/dev/null 2>&1; then \
		echo "Installing Node from a Python package (about a minute)"; \
		$(PIP) -r requirements-node.lock; \
	fi
	@echo "Installing the NHS design system"
	@NODE_USE_SYSTEM_CA=1 PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(DESIGN): node_modules/installed apps/core/management/commands/build_design.py
	@$(BIN)/python manage.py build_design
