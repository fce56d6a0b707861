//! Bad files, imported by the program itself: refused whole or by the row with place and cure, exit 3 or 2, nothing
//! half-written, no panic.

use crate::answers::minesift;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder of its own with a map in it; both are gone with the value.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("minesift-bad-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let bench = Self { folder };
        assert!(minesift(&["new", &bench.path("map.gpkg"), "-q"]).status.success());
        bench
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.folder.join(name), bytes).unwrap();
        self.path(name)
    }

    /// Imports into the map: exit code, all that was said, commits afterwards.
    fn import(&self, file: &str, kind: &str) -> (Option<i32>, String, usize) {
        let map = self.path("map.gpkg");
        let output = minesift(&["import", &map, file, "--kind", kind, "--lang", "en", "--all"]);
        let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!words.contains("panicked"), "{file}: {words}");
        let log = minesift(&["log", &map]);
        (output.status.code(), words, String::from_utf8_lossy(&log.stdout).lines().count())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn demo(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo/files").join(name)).unwrap()
}

#[test]
fn whole_files_are_refused_and_leave_no_commit() {
    let bench = Bench::new("whole");
    for name in
        ["a.csv", "a.xlsx", "a.shp", "a.dxf", "a.gpkg", "a.geojson", "a.grd", "a.tif", "a.las", "a.ts", "a.toml"]
    {
        let (code, words, commits) = bench.import(&bench.write(name, b""), "goaf");
        assert_eq!((code, commits), (Some(3), 0), "{name}: {words}");
        assert!(words.contains(&format!("{name}: the file is empty (0 bytes)")), "{words}");
    }
    for (name, whole) in [
        ("t.xlsx", demo("钻孔台账.xlsx")),
        ("t.gpkg", demo("物探与防治分区.gpkg")),
        ("t.geojson", demo("陷落柱.geojson")),
        ("t.tif", demo("地形.tif")),
        ("t.grd", demo("8煤底板等高线网格.grd")),
    ] {
        let (code, words, commits) = bench.import(&bench.write(name, &whole[..whole.len() / 3]), "collapse_column");
        assert_eq!((code, commits), (Some(3), 0), "{name}: {words}");
        assert!(words.contains(name), "{words}");
    }
    let (code, words, _) = bench.import(&bench.path("nothing-here.csv"), "goaf");
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("nothing-here.csv"), "{words}");
    let missing = minesift(&["import", &bench.path("no-map.gpkg"), &bench.path("a.csv"), "--lang", "en"]);
    let words = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(missing.status.code() == Some(2) && words.contains("minesift new"), "{words}");
    assert!(!Path::new(&bench.path("no-map.gpkg")).exists());
}

#[test]
fn bad_rows_are_refused_by_number_and_the_good_ones_stay() {
    let bench = Bench::new("rows");
    let table =
        "编号,X,Y,井深/m\nJ1,4872420,510850,300\nJ2,inf,510850,200\nJ3,nan,510850,200\nJ1,4872430,510850,250\nJ5,,,\n";
    let (code, words, commits) = bench.import(&bench.write("shafts.csv", table.as_bytes()), "abandoned_shaft");
    assert_eq!((code, commits), (Some(0), 1), "{words}");
    assert!(words.contains("table: read 5 = accepted 2 + repaired 0 + refused 3"), "{words}");
    for said in [
        "row 3: column \"X\": \"inf\" is no number",
        "row 4: only one of the two coordinates",
        "row 5: abandoned shaft J1 stands already in row 2",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let rings = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"G1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[200,200],[200,0],[0,200],[0,0]]]}},
        {"type":"Feature","properties":{"id":"G2"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[100,0],[200,0],[0,0]]]}},
        {"type":"Feature","properties":{"id":"G3"},"geometry":{"type":"Polygon","coordinates":[[[500,0],[700,0],[700,300],[500,0]]]}}]}"#;
    let (code, words, commits) = bench.import(&bench.write("rings.geojson", rings.as_bytes()), "goaf");
    assert_eq!((code, commits), (Some(0), 2), "{words}");
    assert!(words.contains("read 3 = accepted 1 + repaired 1 + refused 1"), "{words}");
    assert!(words.contains("m²"), "a repair says the area before and after: {words}");
    let (code, words, _) = bench.import(&bench.write("headless.csv", b"1,2,3\n4,5,6\n"), "goaf");
    assert_eq!(code, Some(3), "{words}");
}

#[test]
fn one_endless_line_is_refused_without_reading_it_into_rows() {
    let bench = Bench::new("line");
    // 200 MiB here; a thousand with MINESIFT_SOAK set.
    let mib = if std::env::var_os("MINESIFT_SOAK").is_some() { 1024 } else { 200 };
    for name in ["line.csv", "line.toml", "line.geojson", "line.dxf"] {
        let path = bench.path(name);
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        for _ in 0..mib {
            file.write_all(&[b'a'; 1 << 20]).unwrap();
        }
        drop(file);
        let (code, words, commits) = bench.import(&path, "goaf");
        assert_eq!((code, commits), (Some(3), 0), "{name}: {words}");
        assert!(words.len() < 2000 && words.contains(name), "{words}");
        std::fs::remove_file(path).unwrap();
    }
}
