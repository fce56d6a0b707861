//! Keeps the SQLite of the one map to itself.
//!
//! `rusqlite` brings its own SQLite; GDAL and PROJ bring the system's. A linker exports from a program what a shared
//! library wants by the same name, so GDAL would call half of one SQLite and half of the other, and crash on the first
//! GeoPackage it opens. `--exclude-libs` keeps the names of linked archives inside the program.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
