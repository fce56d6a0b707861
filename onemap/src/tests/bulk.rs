//! Many facts in one commit are written as one by one: the same records, rows, boxes and triggers.

use super::history::goaf;
use super::round_trip::{Folder, entry};
use crate::{Map, Valid, layer};
use minesift_core::fact::{Fact, Position, Shape, Value};
use rusqlite::Connection;

/// Goafs scattered over a field, one without an outline, and holes.
fn mine(from: usize, n: usize) -> Vec<Fact> {
    let square = |i: usize| {
        let (x, y) = ((i * 7919 % 10_007) as f64 + 0.1, (i * 104_729 % 9_973) as f64 + 0.7);
        let corners = geo::Rect::new(geo::coord! {x: x, y: y}, geo::coord! {x: x + 8.0, y: y + 5.0});
        Shape::Areas(geo::MultiPolygon(vec![corners.to_polygon()]))
    };
    let mut facts: Vec<Fact> =
        (from..from + n).map(|i| goaf(&format!("G{i:06}"), i as f64).with_shape(square(i))).collect();
    facts.push(Fact::new("goaf", format!("H{from}")).with("water_level_m", Value::Number(3.0)));
    facts.extend((from..from + 50).map(|i| {
        Fact::new("borehole", format!("B{i:06}")).with_shape(Shape::Point(Position::new(i as f64, 2.0, 3.0)))
    }));
    facts.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    facts
}

/// Everything a table of the file says, row by row.
fn said(db: &Connection, sql: &str) -> Vec<String> {
    let mut query = db.prepare(sql).unwrap();
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|i| Ok(format!("{:?}", row.get_ref(i)?))).collect();
    query.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn many_facts_at_once_stand_in_the_file_as_if_put_one_by_one() {
    let (at_once, one_by_one) = (Folder::new(), Folder::new());
    let (mut a, mut b) = (at_once.map(), one_by_one.map());
    // Into an empty map, then more than it holds, then less, with some that are there already.
    for (commit, facts) in [mine(0, 5_200), mine(5_100, 6_000), mine(11_000, 1_300)].iter().enumerate() {
        let known: Vec<Fact> = b.current().unwrap().into_iter().map(|(fact, _)| fact).collect();
        let mut writing = a.begin().unwrap();
        let brought = writing.bring(facts).unwrap();
        assert_eq!((brought.new + brought.same, brought.changed), (facts.len(), 0));
        writing.finish(&entry(commit as i64)).unwrap().unwrap();
        let mut writing = b.begin().unwrap();
        for fact in facts.iter().filter(|fact| !known.contains(fact)) {
            writing.put(fact, Valid::ALWAYS).unwrap();
        }
        writing.finish(&entry(commit as i64)).unwrap().unwrap();
        assert_eq!(a.log().unwrap(), b.log().unwrap());
        assert!(a.verify().unwrap().is_empty() && a.edits().unwrap().is_empty());
        for sql in [
            "SELECT * FROM goaf ORDER BY fid",
            "SELECT * FROM borehole ORDER BY fid",
            "SELECT * FROM ms_version ORDER BY seq",
            "SELECT * FROM rtree_goaf_geom ORDER BY id",
            "SELECT * FROM rtree_borehole_geom ORDER BY id",
            "SELECT * FROM gpkg_contents ORDER BY table_name",
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
        ] {
            assert!(said(&a.db, sql) == said(&b.db, sql), "commit {commit}: {sql}");
        }
        let sound: String = a.db.query_row("SELECT rtreecheck('rtree_goaf_geom')", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
    }
    // What another program changes is noticed as before, and the tree follows it.
    a.close().unwrap();
    let other = Connection::open(at_once.0.join("map.gpkg")).unwrap();
    layer::functions(&other).unwrap();
    other
        .execute_batch(
            "INSERT INTO goaf(id, geom) SELECT 'new', geom FROM goaf WHERE fid = 7; DELETE FROM goaf WHERE fid = 7;",
        )
        .unwrap();
    drop(other);
    let a = Map::open(&at_once.0.join("map.gpkg")).unwrap();
    assert!(crate::Map::touched(&a.db).unwrap());
    assert_eq!(a.edits().unwrap().len(), 2);
    let sound: String = a.db.query_row("SELECT rtreecheck('rtree_goaf_geom')", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn who_watches_is_told_how_many_are_written_and_a_fact_no_layer_holds_is_a_problem() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static TOLD: AtomicU64 = AtomicU64::new(0);
    let folder = Folder::new();
    let mut map = folder.map();
    let mut facts = mine(0, 2_000);
    facts[700] = facts[700].clone().with("water_level_m", Value::Number(f64::NAN));
    let mut writing = map.begin().unwrap();
    writing.telling(|facts| TOLD.store(facts, Ordering::Relaxed));
    let brought = writing.bring(&facts).unwrap();
    assert_eq!((brought.new, brought.problems.len()), (facts.len() - 1, 1));
    assert_eq!(TOLD.load(Ordering::Relaxed), facts.len() as u64 - 1);
    drop(writing);
    // Not finished: nothing is there, every trigger is.
    assert!(map.log().unwrap().is_empty() && map.current().unwrap().is_empty());
    let fresh = Folder::new();
    let triggers = "SELECT name, sql FROM sqlite_master ORDER BY name";
    assert_eq!(said(&map.db, triggers), said(&fresh.map().db, triggers));
}
