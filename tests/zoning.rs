//! Zones kept up to date through edits are those of a full run, byte for byte.

use crate::laws::{Draft, ORIGINS, draft, frame, hazard, how_many, mine};
use jiff::civil::date;
use minesift_core::fact::{Fact, Value};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{Change, Site};
use minesift_core::zone::{self, Zoning};
use proptest::prelude::*;

/// The same to the last byte of everything they hold.
pub(crate) fn same<T: std::fmt::Debug>(a: &T, b: &T) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

/// An edit of a mine's facts: a hazard redrawn or new, one taken off, one observed, one treated, a survey shortened,
/// the whole frame changed.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Draw(u8, Draft),
    Remove(prop::sample::Index),
    Observe(prop::sample::Index, bool),
    Treat(prop::sample::Index, bool),
    Survey(f64),
    Reframe(u8),
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (0..16_u8, draft()).prop_map(|(number, draft)| Edit::Draw(number, draft)),
        2 => any::<prop::sample::Index>().prop_map(Edit::Remove),
        1 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(which, sees)| Edit::Observe(which, sees)),
        2 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(which, passed)| Edit::Treat(which, passed)),
        1 => (200.0..1000.0).prop_map(Edit::Survey),
        1 => (0..4_u8).prop_map(Edit::Reframe),
    ]
}

pub(crate) fn changes(edit: &Edit, facts: &[Fact]) -> Vec<Change> {
    let text = |words: &str| Value::Text(words.to_owned());
    let hazards: Vec<&Fact> = facts.iter().filter(|f| f.id.starts_with('H') || f.id.starts_with('T')).collect();
    let pick = |which: &prop::sample::Index| (!hazards.is_empty()).then(|| hazards[which.index(hazards.len())]);
    match edit {
        Edit::Draw(number, draft) => hazard(*number as usize, draft, ORIGINS[1]).into_iter().map(Change::Put).collect(),
        Edit::Remove(which) => {
            pick(which).map(|f| Change::Remove { kind: f.kind, id: f.id.clone() }).into_iter().collect()
        }
        Edit::Observe(which, sees) => pick(which)
            .map(|f| {
                Change::Put(
                    Fact::new("observation", format!("O-{}", f.id))
                        .with("hazard", text(&f.id))
                        .with("method", text("drilling"))
                        .with("sees", Value::Flag(*sees))
                        .with("date", Value::Date(date(2026, 6, 1))),
                )
            })
            .into_iter()
            .collect(),
        Edit::Treat(which, passed) => pick(which)
            .map(|f| {
                Change::Put(
                    Fact::new("treatment", format!("T-{}", f.id))
                        .with("hazard", text(&f.id))
                        .with("kind", text(if *passed { "drainage" } else { "grouting" }))
                        .with("state", text(if *passed { "passed" } else { "failed" }))
                        .with("covers", text("all"))
                        .with("accepted", Value::Date(date(2026, 6, 2)))
                        .with("approver", text("company-chief-engineer"))
                        .with("document", text("2026-8")),
                )
            })
            .into_iter()
            .collect(),
        Edit::Survey(to) => {
            let frame = frame(ORIGINS[1], *to, 0);
            frame.into_iter().filter(|f| f.kind == "survey").map(Change::Put).collect()
        }
        Edit::Reframe(flavour) => frame(ORIGINS[1], 800.0, *flavour).into_iter().map(Change::Put).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: how_many(), ..ProptestConfig::default() })]

    #[test]
    fn edits_end_where_a_full_run_would(drafts in prop::collection::vec(draft(), 0..8), edits in prop::collection::vec(edit(), 1..6)) {
        let book = Rulebook::national();
        let mut zoning = Zoning::new(Site::new(&mine(&drafts, ORIGINS[1], 900.0), None).unwrap(), book.clone());
        for edit in edits {
            let before = zoning.map().clone();
            let changed = zoning.apply(&changes(&edit, &zoning.site().facts)).unwrap();
            let site = Site::new(&zoning.site().facts, None).unwrap();
            let whole = zone::classify(&site, &book);
            prop_assert_eq!(&zoning.site().problems, &site.problems);
            prop_assert!(same(zoning.map(), &whole), "after {:?}", edit);
            // Where the answer names no seam, nothing changed.
            for (a, b) in before.seams.iter().zip(&whole.seams).filter(|(a, _)| changed.iter().all(|c| c.seam != a.seam)) {
                prop_assert!(same(a, b));
            }
        }
    }

    #[test]
    fn another_list_of_facts_is_taken_as_its_changes(one in prop::collection::vec(draft(), 0..8), other in prop::collection::vec(draft(), 0..8)) {
        let book = Rulebook::national();
        let facts = mine(&other, ORIGINS[1], 900.0);
        let mut zoning = Zoning::new(Site::new(&mine(&one, ORIGINS[1], 900.0), None).unwrap(), book.clone());
        zoning.replace(&facts).unwrap();
        let whole = zone::classify(&Site::new(&facts, None).unwrap(), &book);
        prop_assert!(same(zoning.map(), &whole));
    }
}

/// The same under a book made of stand-offs, as the comparison with other engines uses.
#[test]
fn an_edit_under_stand_offs_of_data_is_a_full_run() {
    let book = Rulebook::national()
        .with(
            "name = \"x\"\nbase = \"none\"\n[[standoff]]\ncode = \"G1\"\nzh = \"采空区\"\nen = \"goaf\"\nkind = \"goaf\"\nwidth_m = 20.0\nclass = \"forbidden\"\n",
        )
        .unwrap();
    let goaf = |id: &str, x: f64| {
        Fact::new("goaf", id).with_shape(minesift_core::fact::Shape::Areas(
            minesift_core::outline::Outline::disc([ORIGINS[1][0] + x, ORIGINS[1][1] + 400.0], 50.0).to_geo(),
        ))
    };
    let mut facts = frame(ORIGINS[1], 900.0, 0);
    facts.extend((0..9).map(|i| goaf(&format!("G{i}"), 100.0 * f64::from(i))));
    let mut zoning = Zoning::new(Site::new(&facts, None).unwrap(), book.clone());
    let moved = zoning.apply(&[Change::Put(goaf("G4", 450.0))]).unwrap();
    assert_eq!(moved.len(), 2, "both seams");
    assert_eq!((moved[0].gone, moved[0].come), (1, 1));
    let whole = zone::classify(&Site::new(&zoning.site().facts, None).unwrap(), &book);
    assert!(same(zoning.map(), &whole));
    assert!(zoning.apply(&[Change::Put(goaf("G4", 450.0))]).unwrap().is_empty(), "nothing changed");
    let refused = zoning.apply(&[Change::Remove { kind: "mine", id: "LAW".into() }]);
    assert!(refused.is_err());
    assert!(same(zoning.map(), &whole), "a refused edit changes nothing");
}
