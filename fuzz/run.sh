#!/bin/sh
# Builds every fuzz target and runs it: parsers of our own 300 s, formats read through a library 60 s.
#   fuzz/run.sh [target ...]
# FUZZ_SECONDS       seconds for each parser of our own (300); a library's format gets a fifth
# FUZZ_JOBS          targets at a time (1)
# CARGO_TARGET_DIR   where to build (fuzz/target)
# The stable compiler is enough: the flags below are those that cargo-fuzz passes, without an address sanitizer, for
# the parsers hold no unsafe code. One row a target is printed: target, sort, seconds, executions, corpus, findings.
set -u
cd "$(dirname "$0")" || exit 2
own=${FUZZ_SECONDS:-300}
jobs=${FUZZ_JOBS:-1}
CARGO_TARGET_DIR=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
export CARGO_TARGET_DIR
host=$(rustc -vV | sed -n 's/^host: //p')
one() {
    target=$1 seconds=$2 sort=$3
    mkdir -p "corpus/$target" "seeds/$target" "artifacts/$target"
    # A finding ends a run; -timeout: a hang is one too.
    "$CARGO_TARGET_DIR/$host/release/$target" "corpus/$target" "seeds/$target" -artifact_prefix="artifacts/$target/" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        >"log/$target" 2>&1
    code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "log/$target")
    found=none
    [ $code -eq 0 ] || found=$(grep -hE 'panicked at|^SUMMARY|ERROR: libFuzzer' "log/$target" | head -2 | tr '\n' ' ')
    printf '| %s | %s | %s | %s | %s | %s |\n' "$target" "$sort" "$seconds" "${runs:-?}" \
        "$(find "corpus/$target" -type f | wc -l)" "$found"
    return $code
}

if [ "${1:-}" = --one ]; then
    shift
    one "$@"
    exit $?
fi
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
    "${CARGO:-cargo}" build --release --target "$host" --bins || exit 2
python3 seeds.py || exit 2
mkdir -p artifacts log
grep -v '^#' targets.txt | while read -r target _ _ _ sort; do
    [ $# -gt 0 ] && case " $* " in *" $target "*) ;; *) continue ;; esac
    [ "$sort" = library ] && seconds=$((own / 5)) || seconds=$own
    echo "$target $seconds $sort"
done | xargs -P "$jobs" -L 1 sh run.sh --one
