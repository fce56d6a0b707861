#!/usr/bin/env bash
# The standing comparison: scripts/bench.sh BENCH OUT N... generates maps of N mines, runs MineSift and the baselines
# in turn (REPS times, default 3), checks that the areas agree and prints medians of CPU and their ratios.
# PYTHON names a Python with the requirements of BENCH/requirements.txt; POSTGIS=1 runs PostGIS too, whose server's user
# must be able to read OUT. Baselines run up to BASELINES_UP_TO mines, default 200. OUT/cost.svg shows cost against size.
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
                rm -f "$out/postgis_$n/measure.jsonl"
                PATH=$(dirname "$(command -v "$python")"):$PATH PGWORK=$out/pg bash "$bench/baseline_postgis.sh" "$data" "$out/postgis_$n" >/dev/null
                # Its load and its computing are one run of the whole.
                "$python" - "$out" "$n" <<'EOF'
import json, sys
out, n = sys.argv[1:]
rows = [json.loads(line) for line in open(f"{out}/postgis_{n}/measure.jsonl")]
run = {"label": f"postgis n={n}"} | {k: sum(r[k] for r in rows) for k in ("cpu_s", "wall_s")}
run["peak_pss_mib"] = max(r["peak_pss_mib"] for r in rows)
open(f"{out}/measure.jsonl", "a").write(json.dumps(run) + "\n")
EOF
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
"$python" "$here/scripts/bench_plot.py" "$out" "$out/cost.svg" "$@"
[ "$failed" = 0 ] || { echo "areas disagree" >&2; exit 1; }
