//! What every importer that stands on GDAL shares: its warnings, kept instead of printed.

pub(crate) mod arcs;
pub(crate) mod build;
pub(crate) mod shapes;

use crate::{Content, ImportError, Input, Intake};
use gdal::errors::CplErrType;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use minesift_core::fact::Source;
use minesift_core::text::Text;
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The most words of GDAL kept between two looks: a damaged file may warn a million times.
const MOST: usize = 200;

/// From the first call on, GDAL prints nothing: what it says is kept for [`said`].
pub(crate) fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gdal::config::set_error_handler(|kind, _, message| {
            if !matches!(kind, CplErrType::Debug | CplErrType::None) {
                SAID.with_borrow_mut(|said| {
                    if said.len() < MOST && !said.iter().any(|line| line == message) {
                        said.push(message.to_owned());
                    }
                });
            }
        });
    });
}

/// What GDAL said on this thread since the last call.
pub(crate) fn said() -> Vec<String> {
    SAID.with_borrow_mut(std::mem::take)
}

/// Keeps for this thread what GDAL said on another.
pub(crate) fn keep_said(lines: Vec<String>) {
    SAID.with_borrow_mut(|said| {
        for line in lines {
            if said.len() < MOST && !said.contains(&line) {
                said.push(line);
            }
        }
    });
}

/// A dataset that GDAL opened, and the bytes in memory it may stand on.
pub(crate) struct Opened {
    pub(crate) dataset: Option<Dataset>,
    memory: Option<String>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        // The dataset goes before the bytes it reads.
        self.dataset = None;
        if let Some(path) = &self.memory {
            let _ = gdal::vsi::unlink_mem_file(path);
        }
    }
}

/// Opens an input with some drivers of GDAL.
///
/// # Errors
/// What GDAL says, when none of them can.
pub(crate) fn open(
    input: &Input,
    flags: GdalOpenFlags,
    drivers: &[&str],
    options: &[&str],
) -> Result<Opened, ImportError> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    quiet();
    said();
    let fail = |error: String| {
        let told = said();
        let error = told.first().cloned().unwrap_or(error);
        ImportError::new(
            &input.name,
            format!("无法打开：{error}；文件可能损坏或不完整，请重新导出"),
            format!("it cannot be opened: {error}; it may be damaged or cut off: export it again"),
        )
    };
    let (path, memory) = match &input.content {
        Content::File(path) => (path.clone(), None),
        Content::Memory(bytes) => {
            let path = format!("/vsimem/minesift/{}/{}", NEXT.fetch_add(1, Ordering::Relaxed), input.name);
            gdal::vsi::create_mem_file(&path, bytes.clone()).map_err(|error| fail(error.to_string()))?;
            (path.clone().into(), Some(path))
        }
    };
    let mut opened = Opened { dataset: None, memory };
    let dataset = Dataset::open_ex(
        &path,
        DatasetOptions {
            open_flags: flags,
            allowed_drivers: Some(drivers),
            open_options: Some(options),
            sibling_files: None,
        },
    );
    opened.dataset = Some(dataset.map_err(|error| fail(error.to_string()))?);
    Ok(opened)
}

impl Opened {
    pub(crate) fn dataset_mut(&mut self) -> Result<&mut Dataset, ImportError> {
        self.dataset.as_mut().ok_or_else(|| ImportError::new("", "未打开", "not open"))
    }

    pub(crate) fn dataset(&self) -> Result<&Dataset, ImportError> {
        self.dataset.as_ref().ok_or_else(|| ImportError::new("", "未打开", "not open"))
    }
}

/// Puts into the receipt what GDAL said meanwhile.
pub(crate) fn note_said(intake: &mut Intake) {
    let source = Source { file: intake.receipt.file.clone(), place: String::new() };
    // Asking a missing geometry for its type is how one learns that it is missing.
    for line in said().iter().map(|line| line.trim()).filter(|line| !line.contains("'hGeom' is NULL")) {
        intake.note(&source, Text::new(format!("GDAL 提示：{line}"), format!("GDAL says: {line}")));
    }
}
