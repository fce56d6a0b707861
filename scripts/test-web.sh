#!/bin/sh
# The browser's viewer, built and tried in headless Chromium. Usage: test-web.sh [PICTURE.png]
set -eu
cd "$(dirname "$0")/.."
picture=${1:-docs/pictures/viewer-browser.png}
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
command -v python3 >/dev/null 2>&1 || missing="$missing python3"
if [ -n "$missing" ]; then
    command -v apt-get >/dev/null 2>&1 || { echo "needed:$missing"; exit 2; }
    run=""
    [ "$(id -u)" -eq 0 ] || run="sudo"
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $run apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends $missing
fi
"${CARGO:-cargo}" build --locked --bin minesift
bin=${CARGO_TARGET_DIR:-target}/debug/minesift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin" build datasets/demo/mine.toml -o "$work/demo.gpkg" -q >/dev/null
"$bin" view "$work/demo.gpkg" --web "$work/web" -q
"$bin" view "$work/demo.gpkg" --web "$work/mine.html" -q
ls -l "$work/web" "$work/mine.html"
python3 scripts/test-web.py "$work/web" "$work/mine.html" "$picture"
