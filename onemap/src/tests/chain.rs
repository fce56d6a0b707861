//! Any byte changed in an old record is found, and the first broken link is named.

use super::history::{goaf, put};
use super::round_trip::Folder;
use crate::{Broken, Map, MapError, Valid, canon};

/// Where `what` stands in `bytes`.
fn places(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    (0..bytes.len().saturating_sub(what.len())).filter(|&at| bytes[at..].starts_with(what)).collect()
}

fn verify(folder: &Folder, bytes: &[u8]) -> Result<Vec<Broken>, MapError> {
    let file = folder.0.join("changed.gpkg");
    std::fs::write(&file, bytes).unwrap();
    Map::open_to_read(&file).and_then(|map| map.verify())
}

/// The file of a map of three commits, and the bytes of the second one's record as SQLite keeps them: a head that says
/// how long each column is, then kind, id, what was done, and the canonical bytes of the fact.
fn three(folder: &Folder) -> (Vec<u8>, Vec<u8>) {
    let mut map = folder.map();
    for (second, id) in [(0, "G1"), (1, "G2"), (2, "G3")] {
        put(&mut map, second, &goaf(id, 1.0), Valid::since(jiff::civil::date(2026, 5, 1)));
    }
    map.close().unwrap();
    let record = [b"goafG2put2026-05-01".to_vec(), canon::encode(&goaf("G2", 1.0))].concat();
    (std::fs::read(folder.0.join("map.gpkg")).unwrap(), record)
}

#[test]
fn every_bit_of_an_old_record_is_under_the_hash_and_its_commit_is_the_first_named() {
    let folder = Folder::new();
    let (bytes, record) = three(&folder);
    assert_eq!(verify(&folder, &bytes).unwrap(), vec![]);
    // SQLite leaves older copies of a record in space that it no longer uses: one copy is the record, the others are
    // nobody's, and changing them changes nothing.
    let (mut live, mut dead) = (0, 0);
    let bits = if std::env::var_os("MINESIFT_SOAK").is_some() { 8 } else { 1 };
    for copy in places(&bytes, &record) {
        let mut first = bytes.clone();
        first[copy] ^= 1;
        if verify(&folder, &first).is_ok_and(|broken| broken.is_empty()) {
            dead += 1;
            continue;
        }
        live += 1;
        // The number of the commit, and with the number's length it begins the columns; before it their lengths.
        for at in copy - 10..copy + record.len() {
            for bit in (0..8).cycle().skip(at % 8).take(bits) {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let broken = verify(&folder, &flipped).unwrap_or_else(|error| panic!("byte {at}: {error}"));
                let first = broken.first().unwrap_or_else(|| panic!("byte {at}, bit {bit}: nobody noticed"));
                assert_eq!(first.commit, Some(2), "byte {at}, bit {bit}: {broken:?}");
            }
        }
    }
    assert_eq!(live, 1);
    println!("{} bytes of one record, {dead} dead copies", record.len());
}

#[test]
fn every_bit_of_an_old_commit_is_under_its_own_hash() {
    let folder = Folder::new();
    let (bytes, _) = three(&folder);
    let map = Map::open_to_read(&folder.0.join("map.gpkg")).unwrap();
    let commit = map.log().unwrap().remove(1);
    drop(map);
    // Time, author, verb, words, then both hashes and the one before, as the columns of its row follow each other.
    let words = [commit.entry.time.to_string().as_str(), "张三", "edit", "test"].concat();
    let mut live = 0;
    for copy in places(&bytes, words.as_bytes()) {
        let end = places(&bytes[copy..], commit.hash.as_bytes()).first().map(|at| copy + at + commit.hash.len());
        let end = end.filter(|end| end - copy < 400).unwrap_or(copy + words.len());
        let mut first = bytes.clone();
        first[copy + 3] ^= 1;
        if verify(&folder, &first).is_ok_and(|broken| broken.is_empty()) {
            continue;
        }
        assert!(bytes[copy..end].ends_with(commit.hash.as_bytes()));
        live += 1;
        for at in copy..end {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let broken = verify(&folder, &flipped).unwrap_or_else(|error| panic!("byte {at}: {error}"));
            let first = broken.first().unwrap_or_else(|| panic!("byte {at}: nobody noticed"));
            assert_eq!(first.commit, Some(2), "byte {at}: {broken:?}");
        }
    }
    assert_eq!(live, 1);
}

#[test]
fn a_page_of_the_history_that_is_gone_still_names_the_link() {
    let folder = Folder::new();
    let (mut bytes, record) = three(&folder);
    for copy in places(&bytes, &record) {
        let page = copy / 4096 * 4096;
        bytes[page..page + 4096].fill(0);
    }
    let broken = verify(&folder, &bytes).unwrap();
    assert_eq!(broken.first().and_then(|broken| broken.commit), Some(1), "{broken:?}");
}
