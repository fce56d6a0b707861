#!/bin/sh
# The demo mine, from its own files to zones, maps and reports. Usage: demo.sh OUT
set -eu
out=${1:-demo-out}
bin=${CARGO_TARGET_DIR:-target}/debug/minesift
mkdir -p "$out"
rm -f "$out/demo.gpkg"

echo "== receipts: every row of every file"
"$bin" build datasets/demo/mine.toml -o "$out/demo.gpkg"
echo
echo "== zones of every seam"
"$bin" classify "$out/demo.gpkg"
echo
echo "== maps, tables, reports"
"$bin" report "$out/demo.gpkg" -o "$out"
echo
ls -l "$out"
