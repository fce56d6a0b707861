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
echo "== the plan in force"
"$bin" plan import "$out/demo.gpkg" datasets/demo/plans/三年精排-修订.xlsx --shapes datasets/demo/plans/接续图形-修订.gpkg
echo
echo "== zones of every seam"
"$bin" classify "$out/demo.gpkg"
echo
echo "== maps, tables, reports"
"$bin" report "$out/demo.gpkg" -o "$out"
echo
ls -l "$out"
echo
echo "== pictures"
# Into the documentation beside the README; where there is no graphics adapter the ones that are there stay.
pictures=${PICTURES:-docs/pictures}
mkdir -p "$pictures"
picture() {
    name=$1
    shift
    "$bin" view "$out/demo.gpkg" -q --lang zh --png "$pictures/viewer-$name.png" "$@" 2>"$out/view.log" ||
        { cat "$out/view.log"; echo "viewer-$name.png is left as it is"; }
}
picture overview --stretch 2
picture section --section 38510600,4874000,38513900,4874000 --corridor 150 --stretch 5 --hide terrain,licence
picture goaf-water --section 38510560,4873470,38511480,4873470 --stretch 3 --hide terrain,boreholes,licence,strata \
    --seam 3 --seam 8 --with-plan datasets/demo/plans/三年精排.toml --camera 38510900,4873560,900,930,4,20,3
picture plan-2028 --plan --seam 3 --hide terrain,boreholes --date 2028-06-30 --objections \
    --with-plan datasets/demo/plans/三年精排.toml
"$bin" view "$out/demo.gpkg" -q --lang zh --sheet "$out/section.svg" \
    --section 38510600,4874000,38513900,4874000 --corridor 150 --stretch 3 --hide licence || true
rm -f "$out/view.log"
ls -l "$pictures"
