//! `mine.toml`: the recipe of a map, which files in which order, read how.

use crate::{refused, wrong_use};
use minesift_importers::Options;
use std::path::{Path, PathBuf};

/// A recipe.
pub(crate) struct Recipe {
    /// Frame of the map.
    pub(crate) map_crs: Option<String>,
    /// What elevations are measured from.
    pub(crate) vertical_datum: Option<String>,
    /// Rulebook files for the classification.
    pub(crate) rules: Vec<PathBuf>,
    /// Files with what is to be known about each.
    pub(crate) files: Vec<(PathBuf, Options)>,
    /// Plans, each a version on the map.
    pub(crate) plans: Vec<Plan>,
}

/// A plan of a recipe.
#[derive(Default)]
pub(crate) struct Plan {
    /// The plan.
    pub(crate) file: PathBuf,
    /// Drawings with its shapes.
    pub(crate) shapes: Vec<PathBuf>,
    /// A mapping of the drawings' layers.
    pub(crate) layers: Option<PathBuf>,
    /// A mapping of its columns.
    pub(crate) mapping: Option<PathBuf>,
    /// What its version is to be called.
    pub(crate) name: Option<String>,
}

/// The recipe of a file; paths are taken from its folder.
///
/// # Errors
/// With line and column where the file is no TOML, and with the key where one is unknown or of a wrong type.
pub(crate) fn read(path: &Path) -> anyhow::Result<Recipe> {
    let text = std::fs::read_to_string(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| refused(format!("{}: {error}", path.display())))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let wrong = |place: &str, key: &str, want: &str| refused(format!("{}: {place}{key}: {want}", path.display()));
    let words = |place: &str, key: &str, value: &toml::Value| -> anyhow::Result<String> {
        value.as_str().map(str::to_owned).ok_or_else(|| wrong(place, key, "应为引号中的文字 / words in quotes"))
    };
    let mut recipe =
        Recipe { map_crs: None, vertical_datum: None, rules: Vec::new(), files: Vec::new(), plans: Vec::new() };
    for (key, value) in &table {
        match key.as_str() {
            "map_crs" => recipe.map_crs = Some(words("", key, value)?),
            "vertical_datum" => recipe.vertical_datum = Some(words("", key, value)?),
            "rules" => {
                let list = value.as_array().ok_or_else(|| wrong("", key, "应为列表 / a list"))?;
                for file in list {
                    recipe.rules.push(folder.join(words("", key, file)?));
                }
            }
            "file" => {
                let list = value.as_array().ok_or_else(|| wrong("", key, "[[file]]"))?;
                for (number, file) in list.iter().enumerate() {
                    let place = format!("[[file]] {}: ", number + 1);
                    let file = file.as_table().ok_or_else(|| wrong(&place, "", "[[file]]"))?;
                    let (mut from, mut options) = (None, Options::default());
                    for (key, value) in file {
                        let text = words(&place, key, value)?;
                        match key.as_str() {
                            "path" => from = Some(folder.join(text)),
                            "importer" => options.importer = Some(text),
                            "kind" => options.kind = Some(text),
                            "seam" => options.seam = Some(text),
                            "mapping" => options.mapping = Some(folder.join(text)),
                            "encoding" => options.encoding = Some(text),
                            "crs" => options.crs = Some(text),
                            "evidence" => options.evidence = Some(text),
                            "units" => options.units = Some(text),
                            _ => {
                                return Err(wrong(
                                    &place,
                                    key,
                                    "未知的键；可用 / unknown key; there are: path, importer, kind, seam, mapping, encoding, crs, evidence, units",
                                ));
                            }
                        }
                    }
                    recipe.files.push((from.ok_or_else(|| wrong(&place, "path", "缺少 / missing"))?, options));
                }
            }
            "plan" => {
                let list = value.as_array().ok_or_else(|| wrong("", key, "[[plan]]"))?;
                for (number, plan) in list.iter().enumerate() {
                    let place = format!("[[plan]] {}: ", number + 1);
                    let table = plan.as_table().ok_or_else(|| wrong(&place, "", "[[plan]]"))?;
                    let mut plan = Plan::default();
                    for (key, value) in table {
                        match (key.as_str(), value.as_array()) {
                            ("path", _) => plan.file = folder.join(words(&place, key, value)?),
                            ("mapping", _) => plan.mapping = Some(folder.join(words(&place, key, value)?)),
                            ("layers", _) => plan.layers = Some(folder.join(words(&place, key, value)?)),
                            ("name", _) => plan.name = Some(words(&place, key, value)?),
                            ("shapes", Some(list)) => {
                                for file in list {
                                    plan.shapes.push(folder.join(words(&place, key, file)?));
                                }
                            }
                            ("shapes", None) => plan.shapes.push(folder.join(words(&place, key, value)?)),
                            _ => {
                                return Err(wrong(
                                    &place,
                                    key,
                                    "未知的键；可用 / unknown key; there are: path, shapes, layers, mapping, name",
                                ));
                            }
                        }
                    }
                    if plan.file.as_os_str().is_empty() {
                        return Err(wrong(&place, "path", "缺少 / missing"));
                    }
                    recipe.plans.push(plan);
                }
            }
            _ => {
                return Err(wrong(
                    "",
                    key,
                    "未知的键；可用 / unknown key; there are: map_crs, vertical_datum, rules, [[file]], [[plan]]",
                ));
            }
        }
    }
    Ok(recipe)
}
