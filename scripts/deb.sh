#!/bin/sh
# Makes a Debian package of the program: `scripts/deb.sh OUT.deb [profile]`. What it needs is read from the program itself.
set -eu
out=$1
profile=${2:-release}
target=${CARGO_TARGET_DIR:-target}
binary=$target/$profile/minesift
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
share=$root/usr/share
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$share/man/man1" "$share/doc/minesift" "$share/bash-completion/completions" \
    "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
install -m 755 "$binary" "$root/usr/bin/minesift"
strip --strip-unneeded "$root/usr/bin/minesift"
"$binary" man --out "$share/man/man1"
gzip -9n "$share"/man/man1/*.1
"$binary" completions bash > "$share/bash-completion/completions/minesift"
"$binary" completions zsh > "$share/zsh/vendor-completions/_minesift"
"$binary" completions fish > "$share/fish/vendor_completions.d/minesift.fish"
cp README.md README.zh-CN.md CHANGELOG.md "$share/doc/minesift/"
cp LICENSE "$share/doc/minesift/copyright"
# What it links: dpkg-shlibdeps knows which package of this system each library comes from.
work=$(mktemp -d)
mkdir -p "$work/debian"
printf 'Source: minesift\n\nPackage: minesift\nArchitecture: any\nDescription: minesift\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/minesift" 2>/dev/null | sed 's/^shlibs:Depends=//')
rm -rf "$work"
{
    echo "Package: minesift"
    echo "Version: $version"
    echo "Architecture: $(dpkg --print-architecture)"
    echo "Maintainer: MineSift maintainers <maintainers@minesift.invalid>"
    echo "Depends: $depends"
    echo "Recommends: mesa-vulkan-drivers, libvulkan1, fonts-noto-cjk"
    echo "Section: science"
    echo "Priority: optional"
    echo "Description: three-zone classification of mines"
    echo " Sifts every mine, district and face into ground that may be mined, ground that must wait and ground that is"
    echo " forbidden, says why, checks plans and writes the papers."
} > "$root/DEBIAN/control"
# The day of the last commit for every file: the same tree gives the same bytes.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH
dpkg-deb --root-owner-group --build "$root" "$out"
