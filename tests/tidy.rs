//! The invariants of ARCHITECTURE.md that can be read off the files.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Who may know whom: a package of the workspace and those it may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("importers", &["minesift-core"]),
    ("onemap", &["minesift-core"]),
    ("papers", &["minesift-core"]),
    ("viewer", &["minesift-core"]),
];

/// Libraries with one home.
const HOMES: &[(&str, &[&str])] = &[
    ("gdal", &["importers"]),
    ("proj", &["importers"]),
    ("rusqlite", &["onemap"]),
    ("wgpu", &["viewer"]),
    ("eframe", &["viewer"]),
];

fn dependencies(package: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn the_arrows_between_packages_hold() {
    for (package, may) in ARROWS {
        for named in dependencies(package).iter().filter(|name| name.starts_with("minesift-")) {
            assert!(may.contains(&named.as_str()), "{package} may not know {named}");
        }
    }
    for package in ["core", "importers", "onemap", "papers", "datasets", "viewer"] {
        for (library, homes) in HOMES {
            if dependencies(package).iter().any(|name| name == library) {
                assert!(homes.contains(&package), "{library} lives in {homes:?}, not in {package}");
            }
        }
    }
}

#[test]
fn core_has_no_c_library_and_no_gpu_below_it() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", "minesift-core", "-e", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    for name in ["gdal", "proj-sys", "libsqlite3-sys", "wgpu", "winit", "openssl"] {
        assert!(!tree.lines().any(|line| line.starts_with(&format!("{name} "))), "core reaches {name}");
    }
}

#[test]
fn core_is_f64_and_touches_nothing_outside() {
    for (path, text) in files("core/src", "rs") {
        let code = code(&text);
        for word in [
            ": f32",
            "as f32",
            "<f32>",
            "std::fs",
            "std::net",
            "SystemTime",
            "Instant::now",
            "std::thread",
            "std::env",
            "HashMap",
            "HashSet",
        ] {
            assert!(!code.contains(word), "{} has `{word}`", path.display());
        }
    }
}

#[test]
fn importers_judge_nothing() {
    for (path, text) in files("importers/src", "rs") {
        let code = code(&text);
        for word in ["zone::Class", "Class::Forbidden", "Class::Deferred", "minesift_core::rulebook"] {
            assert!(!code.contains(word), "{} has `{word}`", path.display());
        }
    }
}

#[test]
fn nothing_is_left_unsaid() {
    for folder in ["core/src", "importers/src", "onemap/src", "papers/src", "datasets/src", "viewer/src", "src"] {
        for (path, text) in files(folder, "rs") {
            for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
                assert!(!code(&text).contains(word), "{} has `{word}`", path.display());
            }
        }
    }
}

#[test]
fn every_rule_says_how_well_its_law_was_read() {
    for (head, _) in minesift_core::rulebook::Rulebook::national().heads() {
        assert!(!head.clauses.is_empty() || !head.policy.is_empty(), "{} stands on nothing", head.code);
        for clause in &head.clauses {
            assert!(["V", "V-ocr", "V2"].contains(&clause.mark.as_str()), "{}: mark {}", head.code, clause.mark);
        }
        assert!(!head.exit.zh.is_empty() && !head.exit.en.is_empty(), "{} has no exit", head.code);
    }
}

#[test]
fn every_importer_has_its_page() {
    for importer in minesift_importers::IMPORTERS {
        // Formats of one family share a page, which names each of them.
        let named = format!("`{}`", importer.name);
        let own = root().join("docs/formats").join(format!("{}.md", importer.name)).exists();
        let shared = files("docs/formats", "md").iter().any(|(_, page)| page.contains(&named));
        assert!(own || shared, "importer {} has no page in docs/formats that names {named}", importer.name);
    }
}
