# Thin: each target is a line or two. `.ci/install.py` sets up, `manage.py` does the rest.

PORT ?= 8000
PYTHON = .venv/bin/python
# Whatever Python answers; it only has to fetch the tools that find the right one.
ANY_PYTHON = $(shell for p in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && echo "$$p" && break; done)
STATIC = $(shell find static -type f 2>/dev/null)

# What the demo's addresses and P-numbers are held up against.
demo: export DAR_FILE ?= $(CURDIR)/.sources/dar.csv
demo: export CVR_FILE ?= $(CURDIR)/.sources/cvr.csv

.DEFAULT_GOAL = help
.PHONY: help install demo test check bench stop lock clean
MAKEFLAGS += --no-print-directory

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

install: ## the environment alone: .venv/, node_modules/
	@[ -n "$(ANY_PYTHON)" ] || { echo "Python is missing. Install Python 3.11 or newer." >&2; exit 1; }
	@$(ANY_PYTHON) .ci/install.py

demo: install ## demo data at http://127.0.0.1:8000/ (PORT=); a second run keeps the data
	@$(PYTHON) -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)")))' 2>/dev/null || { \
		echo "Port $(PORT) is taken. Stop what uses it, or choose another: make demo PORT=8001" >&2; exit 1; }
	@$(PYTHON) manage.py migrate --verbosity 0 --skip-checks
	@$(PYTHON) manage.py demo
	@$(MAKE) .static/staticfiles.json
	@[ -n "$$EMAIL_URL" ] || echo "All mail that it sends: http://127.0.0.1:$(PORT)/demo/post/"
	@echo "Serving at http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@# The worker follows the server, whose process number is the shell's: it ends with it, however that ends.
	@export SITE_URL="$${SITE_URL:-http://127.0.0.1:$(PORT)}"; \
	[ -n "$$EMAIL_URL" ] || export MAILBOX="$${MAILBOX:-$(CURDIR)/.mail}"; \
	export PROMETHEUS_MULTIPROC_DIR=.metrics; rm -rf .metrics; mkdir .metrics; \
	$(PYTHON) manage.py worker --sink --follow $$$$ --verbosity 0 & \
	exec $(PYTHON) -m gunicorn registry.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 16 --preload \
		--no-control-socket --log-level warning

.static/staticfiles.json: $(STATIC) .venv/.stamp node_modules/.stamp registry/settings.py
	@$(PYTHON) manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

test: install ## every test (ARGS= for pytest)
	@SECRET_KEY="$${SECRET_KEY:-for tests only}" $(PYTHON) -m pytest -n auto --maxprocesses 8 $(ARGS)

check: install ## ruff, mypy, import-linter, missing migrations, templates
	@$(PYTHON) -m ruff check --output-format concise
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON) manage.py check
	@$(PYTHON) manage.py makemigrations --check --dry-run
	@# Lint only: its formatter puts white space inside links and headings, and that shows on the page.
	@$(PYTHON) -m djlint --lint --quiet templates

bench: install ## benchmarks against their baselines (ONLY=name)
	@$(ANY_PYTHON) .ci/install.py bench
	@$(PYTHON) -m bench $(ONLY)

stop: ## stop the embedded PostgreSQL
	@[ ! -x $(PYTHON) ] || $(PYTHON) -m registry.embedded stop

lock: ## resolve the lock files anew (UPGRADE=1 for the newest releases)
	@$(ANY_PYTHON) .ci/install.py lock $(if $(UPGRADE),--upgrade)

clean: stop ## remove all that was made but the data (.postgres/)
	@rm -rf .venv .tools .static .metrics node_modules .*_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
