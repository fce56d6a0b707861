//! Facts go into the layers and the history and come back the same.

use super::facts::{one_of_each, shape};
use crate::{Entry, Known, Map, Valid, canon, history, layer, values, wkb};
use minesift_core::fact::Shape;
use minesift_core::kind::{self, ShapeKind};
use proptest::prelude::*;

pub(crate) struct Folder(pub(crate) std::path::PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!(
            "minesift-onemap-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        ));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn map(&self) -> Map {
        Map::create(&self.0.join("map.gpkg"), Some("EPSG:4526"), Some("1985")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn entry(second: i64) -> Entry {
    Entry::new(jiff::Timestamp::from_second(1_790_000_000 + second).unwrap(), "张三", "edit", "test")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_of_every_kind_goes_into_its_layer_and_its_history_and_comes_back(facts in one_of_each()) {
        let folder = Folder::new();
        let mut map = folder.map();
        let mut writing = map.begin().unwrap();
        for fact in &facts {
            writing.put(fact, Valid::ALWAYS).unwrap();
        }
        writing.finish(&entry(0)).unwrap().unwrap();
        let bytes = |facts: &[minesift_core::fact::Fact]| facts.iter().map(canon::encode).collect::<Vec<_>>();
        // The register's own words: of plans every version, in force or not.
        prop_assert_eq!(bytes(&map.all_facts(Known::Now, None).unwrap()), bytes(&facts));
        for (kind, fact) in kind::kinds().zip(&facts) {
            let rows = layer::rows(&map.db, kind).unwrap();
            prop_assert_eq!(rows.len(), 1);
            let (back, valid) = rows[0].fact.clone().unwrap();
            prop_assert_eq!(valid, Valid::ALWAYS);
            prop_assert_eq!(canon::encode(&back), canon::encode(fact), "{:?} {:?}", back, fact);
        }
        prop_assert_eq!(map.edits().unwrap(), vec![]);
        prop_assert_eq!(map.verify().unwrap(), vec![]);
        prop_assert_eq!(history::number_of(&map.db, Known::Now).unwrap(), 1);
    }

    #[test]
    fn a_shape_comes_back_from_its_geometry_and_from_its_text(shape in shape(ShapeKind::Any)) {
        let same = |back: &Shape| canon::shape(Some(back)) == canon::shape(Some(&shape));
        prop_assert!(same(&values::shape_in(&values::shape_text(&shape)).unwrap()));
        if !matches!(shape, Shape::Mesh(_)) {
            prop_assert!(same(&wkb::decode(&wkb::encode(&shape, 4526)).unwrap()));
        }
        // Cut short anywhere it is refused, never taken for another shape nor a panic.
        let whole = wkb::encode(&shape, 4526);
        for end in 0..whole.len() {
            prop_assert!(wkb::decode(&whole[..end]).is_err());
        }
    }
}
