#!/usr/bin/env bash
# The standing comparison: scripts/bench.sh BENCH OUT N... generates maps of N mines, runs MineSift and the baselines
# in turn (REPS times, default 3), checks that the areas agree and prints medians of CPU and their ratios.
# PYTHON names a Python with the requirements of BENCH/requirements.txt; POSTGIS=1 runs PostGIS too.
set -euo pipefail
bench=$(cd "$1" && pwd)
out=$2
shift 2
python=${PYTHON:-python3}
reps=${REPS:-3}
here=$(cd "$(dirname "$0")/.." && pwd)
engine=${CARGO_TARGET_DIR:-$here/target}/release/minesift-bench
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out/measure.jsonl"
measure() {
    local label=$1
    shift
    "$python" "$bench/measure.py" --out "$out/measure.jsonl" --label "$label" -- "$@" >/dev/null
}
failed=0
for n in "$@"; do
    data=$out/data/n$n
    [ -f "$data/stat.json" ] || "$python" "$bench/gen.py" --mines "$n" --out "$data" >/dev/null
    for _ in $(seq "$reps"); do
        measure "minesift n=$n" "$engine" "$data/map.gpkg" --out "$out/minesift_$n" --rules "$here/benches/standing.toml" -q
        measure "minesift own arcs n=$n" "$engine" "$data/map.gpkg" --out "$out/minesift_own_$n" --rules "$here/benches/standing-own-arcs.toml" -q
        if [ "$n" -le "${BASELINES_UP_TO:-200}" ]; then
            measure "geopandas n=$n" "$python" "$bench/baseline_geopandas.py" --data "$data" --out "$out/geopandas_$n"
            if [ -n "${POSTGIS:-}" ]; then
                mkdir -p "$out/pg"
                PGWORK=$out/pg bash "$bench/baseline_postgis.sh" "$data" "$out/postgis_$n" >/dev/null
            fi
        fi
    done
    if [ -d "$out/geopandas_$n" ]; then
        others=""
        [ -d "$out/postgis_$n" ] && others=$out/postgis_$n
        # shellcheck disable=SC2086
        "$python" "$bench/check.py" "$out/geopandas_$n" "$out/minesift_$n" $others || failed=1
    fi
done
"$python" "$here/scripts/bench_table.py" "$out" "$@"
[ "$failed" = 0 ] || { echo "areas disagree" >&2; exit 1; }
