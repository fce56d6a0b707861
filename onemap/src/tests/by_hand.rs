//! A file changed by hand, by somebody who knows how it is made: said, refused, or without effect; and mended.

use super::history::{goaf, put};
use super::round_trip::{Folder, entry};
use crate::{EditKind, Known, Map, MapError, Valid};
use jiff::civil::date;
use minesift_core::fact::{Fact, Value};

/// A map of three commits, changed from outside as somebody would who drops the triggers first.
fn changed(folder: &Folder, sql: &str) -> Map {
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 100.0), Valid::ALWAYS);
    put(&mut map, 1, &goaf("G1", 80.0), Valid::ALWAYS);
    let mut writing = map.begin().unwrap();
    writing.retract("goaf", "G1", Valid::ALWAYS).unwrap();
    writing.finish(&entry(2)).unwrap().unwrap();
    map.close().unwrap();
    let map = Map::open(&folder.0.join("map.gpkg")).unwrap();
    map.db
        .execute_batch(
            "DROP TRIGGER ms_version_update; DROP TRIGGER ms_version_delete; DROP TRIGGER ms_commit_update; DROP TRIGGER ms_version_late;",
        )
        .unwrap();
    map.db.execute_batch(sql).unwrap();
    map
}

fn take(map: &mut Map) -> Result<(), MapError> {
    map.take_edits(&entry(10)).map(drop)
}

#[test]
fn records_in_another_order_than_their_commits_break_the_chain() {
    for (sql, commit, why) in [
        // The retraction first: the goaf would be there again, with the lower of its levels or the higher.
        ("UPDATE ms_version SET seq = -1 WHERE number = 3", 1, "order of the history"),
        ("UPDATE ms_version SET seq = seq + 10 WHERE number = 1", 1, "order of the history"),
        // A number that no question to the table finds; hashed it would belong to the commit before.
        ("UPDATE ms_version SET number = x'03' WHERE number = 3", 2, "another type"),
        ("UPDATE ms_version SET number = 2.5 WHERE number = 3", 2, "another type"),
        // Nothing to the hash, and no day to a question.
        ("UPDATE ms_version SET valid_to = x'32303236' WHERE number = 3", 3, "another type"),
    ] {
        let folder = Folder::new();
        let map = changed(&folder, sql);
        let broken = map.verify().unwrap();
        assert_eq!(broken[0].commit, Some(commit), "{sql}: {broken:?}");
        assert!(broken.iter().any(|broken| broken.message.en.contains(why)), "{sql}: {broken:?}");
        assert!(map.sound().is_err_and(|error| error.of_the_file), "{sql}");
    }
}

#[test]
fn tables_of_the_history_that_are_others_than_were_made_are_refused() {
    let folder = Folder::new();
    let map = changed(
        &folder,
        "ALTER TABLE ms_version RENAME TO hidden; CREATE VIEW ms_version AS SELECT * FROM hidden WHERE number < 3;",
    );
    assert!(map.sound().is_err_and(|error| error.of_the_file));
    assert!(map.verify().unwrap().iter().any(|broken| broken.message.en.starts_with("ms_version ")));
}

#[test]
fn what_watches_over_the_history_is_missed_and_made_again() {
    let folder = Folder::new();
    let mut map = changed(
        &folder,
        "DROP TABLE ms_signature; DROP TRIGGER ms_edit_goaf_update; INSERT INTO ms_meta VALUES ('writing', '1'); CREATE TRIGGER more AFTER INSERT ON ms_version BEGIN DELETE FROM ms_edit; END; DROP TABLE findings;",
    );
    let said: Vec<String> = map.verify().unwrap().into_iter().map(|broken| broken.message.en).collect();
    for name in ["ms_signature", "ms_version_update", "ms_edit_goaf_update", "more", "ms_meta.writing"] {
        assert!(said.iter().any(|said| said.starts_with(name) && said.contains("--discard")), "{name}: {said:?}");
    }
    map.discard_edits().unwrap();
    assert_eq!(map.verify().unwrap(), vec![]);
    put(&mut map, 5, &goaf("G2", 1.0), Valid::ALWAYS);
    map.db.execute_batch("UPDATE goaf SET note = 'x'").unwrap();
    assert_eq!(map.edits().unwrap().len(), 1);
    assert!(map.begin().is_err());
}

#[test]
fn a_commit_that_cannot_be_read_is_named_with_a_cure() {
    let folder = Folder::new();
    let map = changed(&folder, "UPDATE ms_commit SET time = 'yesterday' WHERE number = 2");
    let error = map.log().unwrap_err();
    assert!(error.of_the_file && error.message.en.starts_with("commit 2 cannot be read"), "{error}");
    assert!(map.verify().unwrap()[0].message.en.contains("commit 2 cannot be read"));
}

#[test]
fn no_pen_in_a_layer_does_what_a_file_may_not() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    put(&mut map, 1, &Fact::new("seam", "3"), Valid::ALWAYS);
    for (set, why) in [
        ("safety_factor = -1", "outside 2 to 5"),
        ("height_m = -3", "outside 0 to"),
        ("water_level_m = -9999", "no data"),
        ("seam = '99'", "there are: 3"),
        ("evidence = 'sure'", "is none of"),
        ("found = '2199-01-01'", "has not happened"),
        ("valid_to = '2026-01-01'", "minesift retract --from"),
    ] {
        map.db.execute_batch(&format!("UPDATE goaf SET {set}")).unwrap();
        let error = take(&mut map).unwrap_err();
        assert!(error.message.en.contains(why), "{set}: {error}");
        map.discard_edits().unwrap();
    }
    map.db.execute_batch("UPDATE goaf SET seam = '3', safety_factor = 2.5").unwrap();
    take(&mut map).unwrap();
    let facts = map.facts(Known::Now, None).unwrap();
    let goaf = facts.iter().find(|fact| fact.kind == "goaf").unwrap();
    assert_eq!((goaf.text("seam"), goaf.number("safety_factor")), (Some("3"), Some(2.5)));
}

#[test]
fn edits_are_found_whatever_was_done_to_the_list_of_them() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    map.close().unwrap();
    let map = Map::open(&folder.0.join("map.gpkg")).unwrap();
    map.db.execute_batch("UPDATE goaf SET water_level_m = 0.5; DELETE FROM ms_edit;").unwrap();
    map.close().unwrap();
    let mut map = Map::open(&folder.0.join("map.gpkg")).unwrap();
    assert_eq!(map.edits().unwrap().len(), 1);
    assert!(map.begin().is_err_and(|error| error.message.en.contains("1 edits")));
}

#[test]
fn a_commit_number_and_a_column_that_are_not_the_registers_are_seen() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    map.db.execute_batch("UPDATE goaf SET known_from = 7").unwrap();
    assert_eq!(map.edits().unwrap()[0].what, EditKind::Changed(vec!["known_from".into()]));
    take(&mut map).unwrap();
    // It is not a fact: nothing was committed, and the row says again what it said.
    assert_eq!((map.edits().unwrap(), map.log().unwrap().len()), (vec![], 1));
    map.db.execute_batch("ALTER TABLE goaf ADD COLUMN memo TEXT; UPDATE goaf SET memo = 'dry'").unwrap();
    assert_eq!(map.edits().unwrap()[0].what, EditKind::Column("memo".into()));
    // Somebody's own notes are in nobody's way.
    take(&mut map).unwrap();
    put(&mut map, 20, &goaf("G2", 1.0), Valid::ALWAYS);
    map.discard_edits().unwrap();
    assert_eq!((map.edits().unwrap(), map.verify().unwrap()), (vec![], vec![]));
}

#[test]
fn a_layer_with_a_renamed_column_or_without_its_tree_is_made_again() {
    for sql in [
        "ALTER TABLE goaf RENAME COLUMN seam TO coal",
        "ALTER TABLE goaf RENAME COLUMN geom TO shape",
        "ALTER TABLE goaf RENAME COLUMN fid TO number",
        "ALTER TABLE goaf RENAME TO old_goafs",
        "DROP TABLE rtree_goaf_geom",
        "ALTER TABLE zones RENAME COLUMN class TO kind",
        "DROP TABLE water_lines",
    ] {
        let folder = Folder::new();
        let mut map = folder.map();
        put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
        map.db.execute_batch(sql).unwrap();
        map.discard_edits().unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!((map.edits().unwrap(), map.verify().unwrap()), (vec![], vec![]), "{sql}");
        put(&mut map, 1, &goaf("G1", 2.0), Valid::ALWAYS);
        assert_eq!(map.verify().unwrap(), vec![], "{sql}");
    }
}

#[test]
fn what_was_retracted_is_not_brought_back_by_the_same_words() {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    let mut writing = map.begin().unwrap();
    writing.retract("goaf", "G1", Valid::ALWAYS).unwrap();
    writing.finish(&entry(1)).unwrap();
    let mut writing = map.begin().unwrap();
    let brought = writing.bring(&[goaf("G1", 1.0)]).unwrap();
    assert_eq!((brought.new, brought.changed), (0, 0));
    assert!(brought.problems[0].message.en.contains("was retracted in commit 2"), "{:?}", brought.problems);
    // Other words are another statement: on the map, and said.
    let brought = writing.bring(&[goaf("G1", 2.0)]).unwrap();
    assert_eq!((brought.new, brought.problems.len()), (1, 1));
    drop(writing);
    // What ended on a day is still what it was before, and does not begin again.
    let mut map = folder_with_an_end();
    let mut writing = map.1.begin().unwrap();
    assert_eq!(writing.bring(&[goaf("G1", 2.0)]).unwrap().changed, 1);
    writing.finish(&entry(3)).unwrap();
    let goafs = |day| map.1.facts(Known::Now, Some(day)).unwrap().iter().find_map(|fact| fact.number("water_level_m"));
    assert_eq!((goafs(date(2026, 7, 31)), goafs(date(2026, 8, 1))), (Some(2.0), None));
}

/// A map whose goaf G1 held until August.
fn folder_with_an_end() -> (Folder, Map) {
    let folder = Folder::new();
    let mut map = folder.map();
    put(&mut map, 0, &goaf("G1", 1.0), Valid::ALWAYS);
    let mut writing = map.begin().unwrap();
    writing.retract("goaf", "G1", Valid::since(date(2026, 8, 1))).unwrap();
    writing.finish(&entry(1)).unwrap();
    (folder, map)
}

#[test]
fn what_is_told_of_a_day_holds_until_a_later_day_says_otherwise() {
    let (_folder, mut map) = folder_with_an_end();
    let told = |level: f64| Fact::new("goaf", "G1").with("water_level_m", Value::Number(level));
    for (second, day, level) in [(2, date(2026, 6, 1), 60.0), (3, date(2026, 4, 1), 40.0)] {
        let spans = map.spans(None, "goaf", "G1").unwrap();
        let changed = crate::told_since(&spans, Some(day), &told(level));
        let mut writing = map.begin().unwrap();
        for span in changed {
            writing.put(&span.fact, span.valid).unwrap();
        }
        writing.finish(&entry(second)).unwrap().unwrap();
    }
    let level = |month, day| {
        let facts = map.facts(Known::Now, Some(date(2026, month, day))).unwrap();
        facts.iter().find_map(|fact| fact.number("water_level_m"))
    };
    // Told later of an earlier day, April does not reach beyond June; and nothing holds after the end.
    assert_eq!([level(3, 31), level(4, 1), level(5, 31)], [Some(1.0), Some(40.0), Some(40.0)]);
    assert_eq!([level(6, 1), level(7, 31), level(8, 1)], [Some(60.0), Some(60.0), None]);
    assert_eq!((map.edits().unwrap(), map.verify().unwrap()), (vec![], vec![]));
    assert!(crate::told_since(&map.spans(None, "goaf", "G1").unwrap(), Some(date(2026, 9, 1)), &told(9.0)).is_empty());
}

#[test]
fn a_day_of_the_register_is_that_of_beijing() {
    let folder = Folder::new();
    let mut map = folder.map();
    let mut at = |time: &str, level: f64| {
        let mut writing = map.begin().unwrap();
        writing.put(&goaf("G1", level), Valid::ALWAYS).unwrap();
        let entry = crate::Entry::new(time.parse().unwrap(), "张三", "edit", "");
        writing.finish(&entry).unwrap().unwrap();
    };
    at("2026-11-01T15:59:59Z", 1.0);
    // Midnight in Beijing, and half a second after.
    at("2026-11-01T16:00:00Z", 2.0);
    at("2026-11-01T16:00:00.5Z", 3.0);
    assert_eq!(map.number_of(Known::On(date(2026, 11, 1))).unwrap(), 1);
    assert_eq!(map.number_of(Known::On(date(2026, 11, 2))).unwrap(), 3);
    let early = map.number_of(Known::On(date(2026, 10, 31))).unwrap_err();
    assert!(early.message.en.contains("2026-11-01"), "{early}");
}
