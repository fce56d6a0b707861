#!/bin/sh
# The viewer for the browser: the wasm build, then wasm-bindgen's step. Writes viewer.js and viewer_bg.wasm to
# ${CARGO_TARGET_DIR:-target}/web-viewer, where `minesift view MAP --web out/` finds them.
#
# Takes the wasm target of the installed toolchain (rustup target add wasm32-unknown-unknown). Where there is none and
# rustup cannot bring it, Debian's rustc-web is unpacked into the target folder (nothing is installed) and its standard
# library built once.
set -eu
cd "$(dirname "$0")/.."
target=wasm32-unknown-unknown
folder=$(realpath -m "${CARGO_TARGET_DIR:-target}")
cargo=${CARGO:-cargo}
export CARGO_TARGET_DIR="$folder"

has() { ls "$("$1" --print target-libdir --target $target 2>/dev/null)"/libstd-*.rlib >/dev/null 2>&1; }

debian() {
    own=$folder/rustc-web
    if ! { [ -x "$own/rustc" ] && has "$own/rustc"; }; then
        echo "unpacking Debian's rustc-web into $own" >&2
        rm -rf "$own"
        mkdir -p "$own/debs" "$own/std/src"
        std=$(apt-cache depends libstd-rust-web-dev | awk '/Depends: libstd-rust-web-/{print $2; exit}')
        llvm=$(apt-cache depends "$std" | awk '/Depends: libllvm/{print $2; exit}')
        (
            cd "$own/debs"
            apt-get download rustc-web libstd-rust-web-dev "$std" rust-web-src "$llvm" >&2
            for deb in *.deb; do dpkg-deb -x "$deb" "$own"; done
        )
        cat > "$own/rustc" <<END
#!/bin/sh
LD_LIBRARY_PATH=$own/usr/lib/x86_64-linux-gnu\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH} exec $own/usr/bin/rustc "\$@"
END
        chmod +x "$own/rustc"
        # The linker that rustup ships, by a link so that it finds its own library; else Debian's.
        host=$("$own/rustc" -vV | sed -n 's/^host: //p')
        tools=$own/usr/lib/rustlib/$host/bin
        mkdir -p "$tools"
        linker=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
        if [ -x "$linker" ]; then
            ln -s "$linker" "$tools/rust-lld"
        else
            lld=$(command -v wasm-ld-22 || command -v wasm-ld-19 || command -v wasm-ld)
            printf '#!/bin/sh\n[ "$1" = -flavor ] && shift 2\nexec %s "$@"\n' "$lld" > "$tools/rust-lld"
            chmod +x "$tools/rust-lld"
        fi
        (
            cd "$own/std"
            : > src/lib.rs
            printf '[package]\nname = "s"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[profile.release]\npanic = "abort"\n' > Cargo.toml
            RUSTC=$own/rustc RUSTC_BOOTSTRAP=1 "$cargo" build --release -Zbuild-std=std,panic_abort --target $target --target-dir t >&2
            lib=$own/usr/lib/rustlib/$target/lib
            mkdir -p "$lib"
            cp t/$target/release/deps/*.rlib "$lib"
            rm -f "$lib"/libs-*.rlib
        )
        rm -rf "$own/debs" "$own/std"
    fi
    export RUSTC="$own/rustc"
    # Another compiler: another folder, or everything is built again at each change.
    CARGO_TARGET_DIR=$folder/rustc-web/target
}

if [ "${WASM_TOOLCHAIN:-}" = debian ]; then
    debian
elif ! has rustc; then
    rustup target add $target >/dev/null 2>&1 || debian
fi

"$cargo" rustc --locked -p minesift-viewer --lib --crate-type cdylib --target $target --profile web
built=$CARGO_TARGET_DIR/$target/web/minesift_viewer.wasm
unset RUSTC
(cd scripts/wasm-bindgen && CARGO_TARGET_DIR="$folder/wasm-bindgen-step" "$cargo" build --locked --release)
mkdir -p "$folder/web-viewer"
"$folder/wasm-bindgen-step/release/wasm-bindgen-step" "$built" "$folder/web-viewer"
ls -l "$folder/web-viewer"
