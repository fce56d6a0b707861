#!/bin/sh
# Runs every fuzz target: 5 minutes for parsers of our own, 1 minute for formats read through a library.
#   fuzz/run.sh [seconds-own] [seconds-library] [target ...]
# Needs cargo-fuzz; RUSTC_BOOTSTRAP=1 lets the stable compiler build with its sanitizer flags.
set -u
cd "$(dirname "$0")/.." || exit 2
own=${1:-300} library=${2:-60}
shift $(($# > 2 ? 2 : $#))
export RUSTC_BOOTSTRAP=1
python3 fuzz/seeds.py || exit 2
grep -v '^#' fuzz/targets.txt | while read -r target importer name kind sort; do
    [ $# -gt 0 ] && case " $* " in *" $target "*) ;; *) continue ;; esac
    seconds=$own
    [ "$sort" = library ] && seconds=$library
    echo "== $target ($importer, $sort) $seconds s"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run -s none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=16384 -print_final_stats=1 -verbosity=0 2>&1 |
        grep -E 'stat::number_of_executed_units|stat::new_units_added|stat::peak_rss|SUMMARY|panicked|Test unit|ERROR' ||
        echo "(no output)"
done
