//! [`Receipt`]: what was read, how, and what became of every row.

use crate::input::Input;
use minesift_core::fact::{Problem, Severity};
use minesift_core::text::Text;
use sha2::{Digest, Sha256};

/// Something that was chosen, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What was taken.
    pub value: String,
    /// Why.
    pub why: Text,
}

/// The account of one table, sheet or layer: read = accepted + repaired + refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Its name; empty where the file is one table.
    pub name: String,
    /// Rows read.
    pub read: u64,
    /// Taken as written.
    pub accepted: u64,
    /// Taken otherwise than written.
    pub repaired: u64,
    /// Not taken.
    pub refused: u64,
}

/// The account of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// File name.
    pub file: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// The importer that read it.
    pub importer: String,
    /// Text encoding.
    pub encoding: Option<Choice>,
    /// Coordinate reference system.
    pub crs: Option<Choice>,
    /// Vertical datum.
    pub vertical_datum: Option<Choice>,
    /// Tables, sheets, layers.
    pub tables: Vec<Tally>,
    /// Everything people must know: notes, repairs, refused rows.
    pub problems: Vec<Problem>,
}

impl Receipt {
    /// An empty account of a file, with its hash.
    pub fn new(input: &Input, importer: &str) -> Self {
        Self {
            file: input.name.clone(),
            sha256: hash(input),
            bytes: input.size,
            importer: importer.to_owned(),
            encoding: None,
            crs: None,
            vertical_datum: None,
            tables: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Sums over all tables.
    pub fn total(&self) -> Tally {
        self.tables.iter().fold(Tally::default(), |sum, table| Tally {
            name: String::new(),
            read: sum.read + table.read,
            accepted: sum.accepted + table.accepted,
            repaired: sum.repaired + table.repaired,
            refused: sum.refused + table.refused,
        })
    }

    /// Problems of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.severity == severity)
    }
}

/// Several sentences as one; none where there are none.
pub(crate) fn all(sentences: &[Text]) -> Option<Text> {
    let join = |of: fn(&Text) -> &str, by: &str| sentences.iter().map(of).collect::<Vec<_>>().join(by);
    (!sentences.is_empty()).then(|| Text::new(join(|t| &t.zh, "；"), join(|t| &t.en, "; ")))
}

/// SHA-256 of an input in hexadecimal, read piece by piece.
fn hash(input: &Input) -> String {
    use std::io::Read;
    let mut hasher = Sha256::new();
    match &input.content {
        crate::input::Content::Memory(bytes) => hasher.update(bytes),
        crate::input::Content::File(path) => {
            if let Ok(mut file) = std::fs::File::open(path) {
                let mut piece = vec![0; 1 << 20];
                while let Ok(n) = file.read(&mut piece) {
                    if n == 0 {
                        break;
                    }
                    hasher.update(&piece[..n]);
                }
            }
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
