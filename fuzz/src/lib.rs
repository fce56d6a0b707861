//! What every target asks of an importer: no panic, no hang, and an account of every row.

use minesift_importers::{Input, Options, import};

/// Reads bytes with one importer; a refusal is an answer, a receipt must add up.
pub fn read(importer: &str, name: &str, kind: Option<&str>, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let options = Options {
        importer: Some(importer.to_owned()),
        kind: kind.map(str::to_owned),
        // Half of the inputs go to a map that has a frame.
        map_crs: (data[0] & 1 == 1).then(|| "EPSG:4526".to_owned()),
        ..Options::default()
    };
    if let Ok(intake) = import(&Input::memory(name, data.to_vec()), &options) {
        for table in &intake.receipt.tables {
            assert_eq!(table.read, table.accepted + table.repaired + table.refused, "{}", table.name);
        }
    }
}
