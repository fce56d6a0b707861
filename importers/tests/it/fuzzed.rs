//! What the fuzzers found, in its smallest form: an answer, never a panic, never a hang.

use minesift_importers::{Input, Options, import};

/// Reads bytes as the fuzzers do; says what was answered. A reader that broke is caught by `import` and says so.
fn read(importer: &str, name: &str, kind: Option<&str>, bytes: &[u8]) -> String {
    let options = Options { importer: Some(importer.to_owned()), kind: kind.map(str::to_owned), ..Options::default() };
    let said = match import(&Input::memory(name, bytes.to_vec()), &options) {
        Ok(intake) => {
            for table in &intake.receipt.tables {
                assert_eq!(table.read, table.accepted + table.repaired + table.refused, "{}", table.name);
            }
            intake.receipt.problems.iter().map(|problem| problem.message.en.clone()).collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.message.en,
    };
    assert!(!said.contains("broke on this file"), "{said}");
    said
}

#[test]
fn a_bulge_at_a_corner_without_northing() {
    let drawing = b"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nF\n70\n1\n10\n0\n02\n0\n42\n0.5\n10\n9\n20\n0\n10\n9\n20\n9\n0\nENDSEC\n0\nEOF";
    read("dxf", "a.dxf", Some("fault"), drawing);
}

#[test]
fn an_element_of_forty_thousand_million_rows_whose_property_has_no_type() {
    let mesh = b"ply\nformat binary_little_endian 1.0\nelement vertex 39999999999\nproperty\nend_header\n";
    assert!(read("ply", "a.ply", None, mesh).contains("header"));
}

/// A list of the footer that claims thousands of millions of elements kept the library counting for seconds.
#[test]
fn a_parquet_whose_footer_claims_more_than_the_file_holds() {
    let mut bytes = b"PAR1".to_vec();
    // Field 2, a list (9) of structs (12), its length behind its head: 2^31 - 1.
    let footer = [0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 0];
    bytes.extend(footer);
    bytes.extend((footer.len() as u32).to_le_bytes());
    bytes.extend(b"PAR1");
    let start = std::time::Instant::now();
    assert!(read("geoparquet", "a.parquet", None, &bytes).contains("claims more than the file holds"));
    assert!(start.elapsed() < std::time::Duration::from_millis(500), "{:?}", start.elapsed());
}
