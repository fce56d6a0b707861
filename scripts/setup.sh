#!/bin/sh
# Installs what the build needs on Debian and Ubuntu; elsewhere it says what is missing and how to get it.
set -eu

say() { printf '%s\n' "$*"; }

if ! command -v cargo >/dev/null 2>&1; then
    say "Rust 1.95 or newer is needed (the one prerequisite). See https://rustup.rs or your system's packages."
    exit 2
fi
version=$(rustc --version | sed 's/^rustc \([0-9]*\)\.\([0-9]*\).*/\1 \2/')
# shellcheck disable=SC2086
set -- $version
if [ "$1" -lt 1 ] || { [ "$1" -eq 1 ] && [ "$2" -lt 95 ]; }; then
    say "Rust 1.95 or newer is needed; this is $1.$2. Try: rustup update stable"
    exit 2
fi

packages="libgdal-dev libclang-dev pkg-config gcc mesa-vulkan-drivers libvulkan1 libegl1 libgl1-mesa-dri xvfb xauth mold"
missing=""
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $packages; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && exit 0
    say "Installing:$missing"
    run=""
    [ "$(id -u)" -eq 0 ] || run="sudo"
    $run apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $run apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends $missing
    exit 0
fi

if ! pkg-config --exists gdal 2>/dev/null && ! command -v gdal-config >/dev/null 2>&1; then
    say "GDAL 3.4 or newer with its headers, PROJ, libclang and pkg-config are needed:"
    say "  Fedora   dnf install gdal-devel clang-devel pkgconf mesa-vulkan-drivers"
    say "  Arch     pacman -S gdal clang pkgconf vulkan-swrast"
    say "  macOS    brew install gdal llvm pkg-config"
    say "  Windows  vcpkg install gdal:x64-windows, LLVM from winget install LLVM.LLVM; or use WSL with Debian"
    exit 2
fi
