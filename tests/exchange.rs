//! What we write, others read, and so do we: a mine as `site.toml`, brought into a GeoPackage, read back as the features of
//! any GeoPackage are, says the same.

use crate::answers::minesift;
use minesift_datasets::{Kind, mine};
use minesift_importers::site_toml;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// The facts of a file with a shape in plan, by kind and id: shape and attributes.
fn facts(path: &str) -> BTreeMap<(String, String), (String, Value)> {
    let output = minesift(&["read", path, "--facts", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{path}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let rows = answer["rows"].as_array().unwrap();
    let words = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .filter(|row| row["shape"].as_str().is_some_and(|shape| !shape.starts_with("Mesh")))
        .map(|row| ((words(row, "kind"), words(row, "id")), (words(row, "shape"), row["attributes"].clone())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, ..ProptestConfig::default() })]

    #[test]
    fn a_geopackage_of_ours_gives_the_features_it_was_made_of(seed in 1_u64..10_000, number in 0_u64..40) {
        let folder = std::env::temp_dir().join(format!("minesift-exchange-{}-{seed}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (site, map) = (at("site.toml"), at("map.gpkg"));
        std::fs::write(&site, site_toml::write(&mine(seed, number, Kind::CoalUnderground)).unwrap()).unwrap();
        for args in [vec!["new", &map], vec!["import", &map, &site]] {
            let output = minesift(&args);
            prop_assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let (written, read) = (facts(&site), facts(&map));
        std::fs::remove_dir_all(&folder).unwrap();
        prop_assert!(written.len() > 10);
        for (key, (shape, attributes)) in &written {
            let Some((same_shape, same)) = read.get(key) else { return Err(TestCaseError::fail(format!("{key:?} is lost"))) };
            prop_assert_eq!(shape, same_shape, "{:?}", key);
            for (name, value) in attributes.as_object().unwrap() {
                // Planes and second shapes have no column that a GIS knows.
                if value.is_string() || value.is_number() || value.is_boolean() {
                    prop_assert_eq!(&same[name], value, "{:?} {}", key, name);
                }
            }
        }
    }
}
