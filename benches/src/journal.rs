//! The result files and how far they go: what a killed run leaves is cut back to the last journal and continued.

use anyhow::{Context, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const FILES: [(&str, &str); 3] =
    [("mine_areas.csv", "mine_id,F,D,M"), ("face_areas.csv", "face_id,F,D"), ("pairs.csv", "face_id,hazard_id,rule")];

pub(crate) struct Journal {
    path: PathBuf,
    job: String,
    done: usize,
    files: Vec<BufWriter<File>>,
}

impl Journal {
    /// Opens the files of a run, emptied, or cut back to where the last run of the same job stands.
    pub(crate) fn open(out: &Path, map: &Path, rules: &str, resume: bool) -> Result<Self> {
        let size = std::fs::metadata(map).with_context(|| map.display().to_string())?.len();
        let job = format!("{} {size} {}", map.display(), rules.len());
        let path = out.join("journal.json");
        let mut state: Option<serde_json::Value> = None;
        if resume {
            let text = std::fs::read_to_string(&path).context("there is no run to go on with here")?;
            let read: serde_json::Value = serde_json::from_str(&text)?;
            anyhow::ensure!(read["job"] == job.as_str(), "the run in {} is of another map or rulebook", out.display());
            state = Some(read);
        }
        let mut files = Vec::new();
        for (number, (name, header)) in FILES.iter().enumerate() {
            let at = out.join(name);
            let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&at)?;
            let length = state.as_ref().and_then(|s| s["bytes"][number].as_u64()).unwrap_or(0);
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            let mut file = BufWriter::new(file);
            if length == 0 {
                writeln!(file, "{header}")?;
            }
            files.push(file);
        }
        let done = state.and_then(|s| s["done"].as_u64()).unwrap_or(0) as usize;
        Ok(Self { path, job, done, files })
    }

    /// How many mines are done.
    pub(crate) fn done(&self) -> usize {
        self.done
    }

    /// Adds to the three files.
    pub(crate) fn add(&mut self, texts: [&str; 3]) -> Result<()> {
        for (file, text) in self.files.iter_mut().zip(texts) {
            file.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes down that this many mines are done.
    pub(crate) fn keep(&mut self, done: usize) -> Result<()> {
        let mut bytes = Vec::new();
        for file in &mut self.files {
            file.flush()?;
            bytes.push(file.get_mut().stream_position()?);
        }
        let state = serde_json::json!({ "job": self.job, "done": done, "bytes": bytes });
        let next = self.path.with_extension("new");
        std::fs::write(&next, state.to_string())?;
        std::fs::rename(&next, &self.path)?;
        self.done = done;
        Ok(())
    }
}
