//! A register that is brought up to date commit by commit answers as one that is read from its beginning, byte for byte.

use crate::laws::{ORIGINS, draft, frame, how_many, mine};
use crate::onemap::Folder;
use crate::zoning::{changes, edit, same};
use jiff::Timestamp;
use jiff::civil::date;
use minesift_core::fact::Fact;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{Change, Site};
use minesift_core::zone;
use minesift_onemap::{Entry, Known, Live, Map, Valid, county};
use proptest::prelude::*;
use std::path::Path;

fn entry(second: i64) -> Entry {
    Entry::new(Timestamp::from_second(1_790_000_000 + second).unwrap(), "张三", "edit", "改")
}

fn commit(map: &mut Map, mine: Option<&str>, second: i64, changes: &[Change], valid: Valid) {
    let known: Vec<(&str, String)> = {
        let facts = match mine {
            Some(mine) => map.facts_of(mine, Known::Now, None).unwrap(),
            None => map.facts(Known::Now, None).unwrap(),
        };
        facts.into_iter().map(|fact| (fact.kind, fact.id)).collect()
    };
    let own = |id: &str| mine.map_or_else(|| id.to_owned(), |mine| format!("{mine}/{id}"));
    let mut writing = map.begin().unwrap();
    for change in changes {
        match change {
            Change::Put(fact) => {
                let fact = Fact { id: own(&fact.id), ..fact.clone() };
                if !writing.holds(&fact, valid).unwrap() {
                    writing.put(&fact, valid).unwrap();
                }
            }
            Change::Remove { kind, id } if known.iter().any(|(k, i)| k == kind && i == id) => {
                writing.retract(kind, &own(id), valid).unwrap();
            }
            Change::Remove { .. } => {}
        }
    }
    writing.finish(&entry(second)).unwrap();
}

/// What a reader finds who knows nothing: all facts of the register on the day they themselves name.
fn whole(map: &Map, mine: Option<&str>) -> (Site, zone::ZoneMap) {
    let facts = |day| match mine {
        Some(mine) => map.facts_of(mine, Known::Now, day).unwrap(),
        None => map.facts(Known::Now, day).unwrap(),
    };
    let mut site = Site::new(&facts(None), None).unwrap();
    if map.has_days().unwrap() {
        site = Site::new(&facts(Some(site.as_of)), None).unwrap();
    }
    let zones = zone::classify(&site, &Rulebook::national());
    (site, zones)
}

fn valid() -> impl Strategy<Value = Valid> {
    prop_oneof![
        5 => Just(Valid::ALWAYS),
        1 => Just(Valid::since(date(2026, 3, 1))),
        1 => Just(Valid::since(date(2027, 3, 1))),
        1 => Just(Valid { from: None, to: Some(date(2026, 5, 1)) }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: how_many().div_ceil(4), ..ProptestConfig::default() })]

    #[test]
    fn commits_end_where_a_full_run_would(
        drafts in prop::collection::vec(draft(), 0..6),
        edits in prop::collection::vec((edit(), valid()), 1..6),
        county in any::<bool>(),
    ) {
        let folder = Folder::new("incremental");
        let file = folder.file("map.gpkg");
        let mut map = Map::create(Path::new(&file), None, None).unwrap();
        let name = county.then_some("M1");
        let mut facts = mine(&drafts, ORIGINS[1], 900.0);
        let put = |facts: &[Fact]| facts.iter().cloned().map(Change::Put).collect::<Vec<_>>();
        if county {
            // A neighbour in the same file, whose facts have the same ids.
            let mut writing = map.begin().unwrap();
            for fact in facts.iter().chain(&frame(ORIGINS[0], 500.0, 1)) {
                let fact = county::scoped("M2", fact);
                if !writing.holds(&fact, Valid::ALWAYS).unwrap() {
                    writing.put(&fact, Valid::ALWAYS).unwrap();
                }
            }
            for fact in &facts {
                writing.put(&county::scoped("M1", fact), Valid::ALWAYS).unwrap();
            }
            writing.finish(&entry(0)).unwrap();
        } else {
            commit(&mut map, None, 0, &put(&facts), Valid::ALWAYS);
        }
        let mut live = Live::open(&map, name, Rulebook::national(), None).unwrap();
        for (number, (edit, valid)) in edits.iter().enumerate() {
            facts.clone_from(&live.site().facts);
            // The mine itself always holds: without it there is nothing to zone.
            let (frame, others): (Vec<Change>, Vec<Change>) = changes(edit, &facts).into_iter().partition(|change| {
                matches!(change, Change::Put(fact) if matches!(fact.kind, "mine" | "licence" | "seam"))
            });
            commit(&mut map, name, 1 + 2 * number as i64, &frame, Valid::ALWAYS);
            commit(&mut map, name, 2 + 2 * number as i64, &others, *valid);
            live.catch_up(&map).unwrap();
            let (site, zones) = whole(&map, name);
            prop_assert_eq!(&live.site().problems, &site.problems);
            prop_assert!(same(live.zones(), &zones), "after {:?} {:?}", edit, valid);
            // A commit of the neighbour changes nothing here.
            if county {
                commit(&mut map, Some("M2"), 2 + 2 * number as i64, &others, *valid);
                prop_assert!(live.catch_up(&map).unwrap().is_empty() || map.has_days().unwrap());
                prop_assert!(same(live.zones(), &whole(&map, name).1));
            }
        }
    }
}
