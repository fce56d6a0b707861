#!/bin/sh
# The long harnesses at their whole size: kills, full disks, writers and readers at once, truncated and flipped files.
set -eu
export MINESIFT_SOAK=1
export PROPTEST_CASES="${PROPTEST_CASES:-1000}"
${CARGO:-cargo} test --locked --test all -- --nocapture survival incremental
