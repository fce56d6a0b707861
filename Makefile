# The project's verbs. `make demo` and `make test` do all of their own set-up.
.PHONY: help setup demo test check fmt bless web test-web bench micro deb deny soak fuzz

CARGO ?= cargo
OUT ?= demo-out
export LC_ALL := C.UTF-8

help:
	@echo "make demo   build, read the demo mine's files, write receipts, zones, maps and reports to $(OUT)/"
	@echo "make test   format, lint, every test"
	@echo "make soak   the long harnesses: kills, full disks, damaged files, random edits by the thousand"
	@echo "make fuzz   every importer fuzzed: FUZZ_SECONDS (300) for each parser of our own, a fifth for a library's"
	@echo "make bless  rewrite generated documents and golden files"
	@echo "make bench  the standing comparison with other engines (BENCH, BENCH_MINES), fails where areas disagree"
	@echo "make micro  micro benches of the kernel"
	@echo "make deb    a Debian package, with manual pages and completions"
	@echo "make deny   licences, bans and sources of the dependencies (cargo-deny)"
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
	MINESIFT_BLESS=1 $(CARGO) test --locked -p minesift-importers --test it tried

# The standing comparison with other engines: BENCH=folder with its generator, rules and baselines.
BENCH ?= ../shared/bench
BENCH_OUT ?= target/bench
BENCH_MINES ?= 10 50
bench:
	$(CARGO) build --locked --release -p minesift-bench
	bash scripts/bench.sh "$(BENCH)" "$(BENCH_OUT)" $(BENCH_MINES)

micro:
	$(CARGO) bench --locked -p minesift-bench

deb: setup
	$(CARGO) build --locked --release --bin minesift
	sh scripts/deb.sh minesift.deb release

deny:
	$(CARGO) deny check licenses bans sources
# The viewer for the browser; see docs/guide/viewer.md. Not part of make test: its build is long.
web:
	CARGO="$(CARGO)" sh scripts/web.sh

test-web: setup web
	CARGO="$(CARGO)" sh scripts/test-web.sh
# The random tests at full size: ten thousand outlines against GEOS, 20,000 hazards on one seam, the laws (half an hour).

soak: setup
	CARGO="$(CARGO)" sh scripts/soak.sh
	MINESIFT_SOAK=1 PROPTEST_CASES=1000 $(CARGO) test --locked -p minesift --test all -- geos growing laws zoning

# See docs/formats/fuzzing.md. Builds with coverage flags into fuzz/target, or where CARGO_TARGET_DIR says.
FUZZ_SECONDS ?= 300
FUZZ_JOBS ?= 1
fuzz: setup
	FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_JOBS=$(FUZZ_JOBS) CARGO="$(CARGO)" sh fuzz/run.sh
