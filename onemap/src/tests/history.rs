//! What a chain of commits promises.

use super::round_trip::{Folder, entry};
use crate::{EditKind, Known, Map, Valid};
use jiff::civil::date;
use minesift_core::fact::{Fact, Position, Shape, Source, Value};

pub(super) fn goaf(id: &str, level: f64) -> Fact {
    Fact::new("goaf", id)
        .with_shape(Shape::Areas(geo::MultiPolygon(vec![
            geo::Rect::new(geo::coord! {x: 0.0, y: 0.0}, geo::coord! {x: 9.0, y: 9.0}).to_polygon(),
        ])))
        .with("water_level_m", Value::Number(level))
        .from_source(Source { file: "a.csv".into(), place: "row 2".into() })
}

pub(super) fn put(map: &mut Map, second: i64, fact: &Fact, valid: Valid) {
    let mut writing = map.begin().unwrap();
    writing.put(fact, valid).unwrap();
    writing.finish(&entry(second)).unwrap().unwrap();
}

fn level(facts: &[Fact]) -> Option<f64> {
    facts.iter().find(|fact| fact.kind == "goaf")?.number("water_level_m")
}

#[test]
fn two_times_are_kept_apart_what_was_true_and_what_was_known() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 100.0), Valid::ALWAYS);
    // Learnt later: since May it stands at 80.
    put(&mut map, 1, &goaf("G1", 80.0), Valid::since(date(2026, 5, 1)));
    let at = |known, day| level(&map.facts(known, day).unwrap());
    assert_eq!(at(Known::Now, None), Some(80.0));
    assert_eq!(at(Known::Now, Some(date(2026, 4, 30))), Some(100.0));
    assert_eq!(at(Known::Now, Some(date(2026, 5, 1))), Some(80.0));
    assert_eq!(at(Known::Commit(1), Some(date(2026, 5, 1))), Some(100.0));
    assert_eq!(at(Known::Commit(0), None), None);
    assert!(map.facts(Known::Commit(3), None).is_err());
    let mut map = map;
    let mut writing = map.begin().unwrap();
    writing.retract("goaf", "G1", Valid::since(date(2026, 8, 1))).unwrap();
    assert!(writing.retract("goaf", "G1", Valid::ALWAYS).is_err());
    writing.finish(&entry(2)).unwrap().unwrap();
    assert_eq!(level(&map.facts(Known::Now, Some(date(2026, 7, 31))).unwrap()), Some(80.0));
    assert_eq!(level(&map.facts(Known::Now, Some(date(2026, 8, 1))).unwrap()), None);
}

#[test]
fn a_commit_that_is_not_finished_leaves_nothing() {
    let folder = Folder::new();
    let mut map = folder.map();
    let mut writing = map.begin().unwrap();
    writing.put(&goaf("G1", 1.0), Valid::ALWAYS).unwrap();
    drop(writing);
    assert!(
        map.facts(Known::Now, None).unwrap().is_empty()
            && map.log().unwrap().is_empty()
            && map.edits().unwrap().is_empty()
    );
    // Nor does a commit without changes, nor one before the last.
    assert_eq!(map.begin().unwrap().finish(&entry(0)).unwrap(), None);
    put(&mut map, 5, &goaf("G1", 1.0), Valid::ALWAYS);
    let mut writing = map.begin().unwrap();
    writing.put(&goaf("G2", 1.0), Valid::ALWAYS).unwrap();
    assert!(writing.finish(&entry(4)).is_err());
    assert_eq!(map.log().unwrap().len(), 1);
}

#[test]
fn history_cannot_be_changed_through_sql_and_a_change_past_its_guards_is_found() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    put(&mut map, 1, &goaf("G2", 2.0), Valid::ALWAYS);
    put(&mut map, 2, &goaf("G3", 3.0), Valid::ALWAYS);
    for sql in [
        "UPDATE ms_version SET id = 'X'",
        "DELETE FROM ms_version",
        "UPDATE ms_commit SET author = 'X'",
        "DELETE FROM ms_commit",
        "INSERT INTO ms_version(number, kind, id, op, row) VALUES (2, 'goaf', 'X', 'put', x'00')",
    ] {
        assert!(map.db.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(map.verify().unwrap(), vec![]);
    for (guard, sql) in [
        (
            "ms_version_update",
            "UPDATE ms_version SET row = (SELECT row FROM ms_version WHERE id = 'G3') WHERE id = 'G2'",
        ),
        ("ms_commit_update", "UPDATE ms_commit SET author = '李四' WHERE number = 2"),
        ("ms_version_delete", "DELETE FROM ms_version WHERE number = 2"),
        ("ms_commit_delete", "DELETE FROM ms_commit WHERE number = 2"),
    ] {
        map.db.execute_batch(&format!("SAVEPOINT test; DROP TRIGGER {guard}; {sql};")).unwrap();
        let broken = map.verify().unwrap();
        assert!(broken.iter().any(|b| matches!(b.commit, Some(2 | 3))), "{sql}: {broken:?}");
        map.db.execute_batch("ROLLBACK TO test; RELEASE test;").unwrap();
    }
    assert_eq!(map.verify().unwrap(), vec![]);
}

#[test]
fn edits_are_seen_taken_in_and_discarded() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    put(&mut map, 1, &goaf("G2", 2.0), Valid::ALWAYS);
    let hand = "UPDATE goaf SET water_level_m = 7 WHERE id = 'G1'; DELETE FROM goaf WHERE id = 'G2'; INSERT INTO borehole(id) VALUES ('ZK1');";
    map.db.execute_batch(hand).unwrap();
    let what: Vec<_> = map.edits().unwrap().into_iter().map(|edit| (edit.id, edit.what)).collect();
    let changed = EditKind::Changed(vec!["water_level_m".into()]);
    assert_eq!(what, vec![("ZK1".into(), EditKind::Added), ("G1".into(), changed), ("G2".into(), EditKind::Removed)]);
    assert_eq!(level(&map.facts(Known::Now, None).unwrap()), Some(1.0));
    assert!(map.begin().is_err());
    assert_eq!(map.discard_edits().unwrap().len(), 3);
    assert_eq!(map.edits().unwrap(), vec![]);
    map.db.execute_batch(hand).unwrap();
    map.take_edits(&entry(2)).unwrap().1.unwrap();
    assert_eq!(map.edits().unwrap(), vec![]);
    assert_eq!(level(&map.facts(Known::Now, None).unwrap()), Some(7.0));
    assert_eq!(map.facts(Known::Now, None).unwrap().len(), 2);
    // Written anew as it stood: touched, but nothing to take in, and then no longer touched.
    map.db.execute_batch("UPDATE goaf SET water_level_m = 7 WHERE id = 'G1'").unwrap();
    assert!(Map::touched(&map.db).unwrap());
    assert_eq!(map.take_edits(&entry(3)).unwrap(), (vec![], None));
    assert!(!Map::touched(&map.db).unwrap());
    map.db.execute_batch("UPDATE goaf SET geom = x'00' WHERE id = 'G1'").unwrap();
    assert!(matches!(map.edits().unwrap()[0].what, EditKind::Unreadable(_)));
    assert!(map.take_edits(&entry(3)).is_err());
    map.discard_edits().unwrap();
    assert_eq!(map.edits().unwrap(), vec![]);
    assert_eq!(map.verify().unwrap(), vec![]);
}

#[test]
fn a_hazard_does_not_lose_its_ground_because_its_shape_was_emptied() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    map.db.execute_batch("UPDATE goaf SET geom = NULL WHERE id = 'G1'").unwrap();
    let edits = map.edits().unwrap();
    assert!(matches!(&edits[0].what, EditKind::Unreadable(why) if why.contains("minesift retract")), "{edits:?}");
    assert!(map.take_edits(&entry(1)).is_err());
    map.discard_edits().unwrap();
    assert!(map.facts(Known::Now, None).unwrap()[0].shape.is_some());
}

#[test]
fn files_are_joined_by_kind_and_id_and_the_earlier_file_holds() {
    let folder = Folder::new();
    let mut map = folder.map();
    let mut ledger = Fact::new("goaf", "G1")
        .with("water_level_m", Value::Number(95.0))
        .with("flooded", Value::Flag(true))
        .from_source(Source { file: "b.csv".into(), place: "row 7".into() });
    let mut writing = map.begin().unwrap();
    let brought = writing.bring(&[goaf("G1", 100.0), goaf("G2", 1.0)]).unwrap();
    assert_eq!((brought.new, brought.problems.len()), (2, 0));
    writing.finish(&entry(0)).unwrap();
    let mut writing = map.begin().unwrap();
    let brought = writing.bring(&[ledger.clone()]).unwrap();
    assert_eq!((brought.new, brought.changed, brought.problems.len()), (0, 1, 1));
    writing.finish(&entry(1)).unwrap();
    let facts = map.facts(Known::Now, None).unwrap();
    assert_eq!((level(&facts), facts[0].flag("flooded")), (Some(100.0), Some(true)));
    assert_eq!(facts[0].source.to_string(), "a.csv: row 2 + b.csv: row 7");
    // The same file once more changes nothing; a newer version of the first file holds.
    for fact in [&goaf("G1", 100.0), &ledger] {
        assert_eq!(map.begin().unwrap().bring(std::slice::from_ref(fact)).unwrap().changed, 0);
    }
    ledger = goaf("G1", 90.0);
    let mut writing = map.begin().unwrap();
    assert_eq!(writing.bring(&[ledger]).unwrap().changed, 1);
    writing.finish(&entry(2)).unwrap();
    assert_eq!(level(&map.facts(Known::Now, None).unwrap()), Some(90.0));
    // A fact that its layer cannot hold is refused by name, the others go in.
    let hole = Fact::new("borehole", "ZK1").with_shape(Shape::Mesh(minesift_core::fact::Mesh::default()));
    let good = Fact::new("borehole", "ZK2").with_shape(Shape::Point(Position::new(1.0, 2.0, 3.0)));
    let brought = map.begin().unwrap().bring(&[hole, good]).unwrap();
    assert_eq!((brought.new, brought.problems.len()), (1, 1));
}
