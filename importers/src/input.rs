//! What an importer is given: a name, bytes or a path, and what the user said about the file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Where the bytes are.
#[derive(Clone, Debug)]
pub enum Content {
    /// A file on disk; formats of several files find their siblings beside it.
    File(PathBuf),
    /// In memory: from the web, from a test, from standard input.
    Memory(Vec<u8>),
}

/// One input.
#[derive(Clone, Debug)]
pub struct Input {
    /// File name without folders, as receipts and sources say it.
    pub name: String,
    /// Its bytes.
    pub content: Content,
    /// The first 64 KiB, to recognise a format by.
    pub head: Vec<u8>,
    /// Size in bytes.
    pub size: u64,
}

const HEAD: usize = 64 * 1024;

/// What lies beside a `.shp` and belongs to it.
const PARTS_OF_A_SHAPEFILE: &[&str] =
    &[".shx", ".dbf", ".prj", ".cpg", ".cst", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".shp.xml"];

impl Input {
    /// A file on disk.
    ///
    /// # Errors
    /// Of the file system.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        use std::io::Read;
        let mut head = Vec::new();
        let file = std::fs::File::open(path)?;
        let size = file.metadata()?.len();
        file.take(HEAD as u64).read_to_end(&mut head)?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        Ok(Self { name, content: Content::File(path.to_owned()), head, size })
    }

    /// Bytes in memory.
    pub fn memory(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            head: bytes[..bytes.len().min(HEAD)].to_vec(),
            size: bytes.len() as u64,
            content: Content::Memory(bytes),
        }
    }

    /// All bytes.
    ///
    /// # Errors
    /// Of the file system.
    pub fn bytes(&self) -> std::io::Result<Cow<'_, [u8]>> {
        match &self.content {
            Content::File(path) => std::fs::read(path).map(Cow::Owned),
            Content::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }

    /// The path, where it is a file.
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::File(path) => Some(path),
            Content::Memory(_) => None,
        }
    }

    /// Extension in lower case, without dot.
    pub fn extension(&self) -> String {
        Path::new(&self.name).extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
    }

    /// The shapefile that this file is a part of, where it lies beside it: a `.shx`, `.dbf`, `.prj` … is read with its `.shp`
    /// and says nothing alone.
    pub fn part_of(&self) -> Option<PathBuf> {
        let path = self.path()?;
        let name = self.name.to_lowercase();
        let ending = PARTS_OF_A_SHAPEFILE.iter().find(|ending| name.ends_with(*ending))?;
        let stem = &self.name[..self.name.len() - ending.len()];
        ["shp", "SHP", "Shp"].iter().map(|shp| path.with_file_name(format!("{stem}.{shp}"))).find(|shp| shp.is_file())
    }

    /// True when there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }
}

/// What the user said about a file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The importer to use (`--as`).
    pub importer: Option<String>,
    /// The kind of fact that features become, where the file does not tell (`--kind goaf`).
    pub kind: Option<String>,
    /// The seam they lie in, where the file does not tell (`--seam 3`).
    pub seam: Option<String>,
    /// A mapping of layers or columns (`--mapping layers.csv`), its file.
    pub mapping: Option<PathBuf>,
    /// Text encoding (`--encoding gbk`).
    pub encoding: Option<String>,
    /// Coordinate reference system of the file (`--crs EPSG:4549`), `local`, `fit:known-points.csv` or
    /// `affine:known-points.csv`.
    pub crs: Option<String>,
    /// Coordinate reference system of the map the facts go to; absent: metres stay as they are, degrees are projected
    /// to the zone they lie in, and the receipt says so.
    pub map_crs: Option<String>,
    /// Vertical datum of the map, such as 1985.
    pub map_vertical_datum: Option<String>,
    /// Outline of the licence `[x_min, y_min, x_max, y_max]` in the map's frame, to tell swapped axes and missing
    /// zone prefixes by.
    pub near: Option<[f64; 4]>,
    /// Evidence grade for features whose file does not tell.
    pub evidence: Option<String>,
    /// Unit of lengths whose headers state none (`--units ft`); absent: metres, and said.
    pub units: Option<String>,
}
