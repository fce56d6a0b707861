# The project's verbs. `make demo` and `make test` do all of their own set-up.
.PHONY: help setup demo test check fmt bless web test-web bench

CARGO ?= cargo
OUT ?= demo-out
export LC_ALL := C.UTF-8

help:
	@echo "make demo   build, read the demo mine's files, write receipts, zones, maps and reports to $(OUT)/"
	@echo "make test   format, lint, every test"
	@echo "make bless  rewrite generated documents and golden files"
	@echo "make web    the viewer for the browser; make test-web tries it in headless Chromium"

setup:
	@sh scripts/setup.sh

demo: setup
	$(CARGO) build --locked --bin minesift
	sh scripts/demo.sh "$(OUT)"

fmt:
	$(CARGO) fmt --all

check: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings -A clippy::pedantic -A unfulfilled_lint_expectations

test: check
	$(CARGO) test --locked --workspace

bless: setup
	MINESIFT_BLESS=1 $(CARGO) test --locked --test all

# The viewer for the browser; see docs/guide/viewer.md. Not part of make test: its build is long.
web:
	CARGO="$(CARGO)" sh scripts/web.sh

test-web: setup web
	CARGO="$(CARGO)" sh scripts/test-web.sh
