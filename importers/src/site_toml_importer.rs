//! `site.toml` as an importer like any other.

use crate::{ImportError, Importer, Input, Intake, Options, site_toml};
use minesift_core::text::Text;

pub(crate) const IMPORTER: Importer = Importer {
    name: "site-toml",
    about: "site.toml, our own small text format",
    extensions: &["toml"],
    recognises: |input| input.extension() == "toml",
    read,
};

/// A text of a mine is for people to read and write; a larger mine is a map.
const LARGEST_MIB: usize = 128;

fn read(input: &Input, _: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let bytes = input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))?;
    let size = bytes.len() >> 20;
    if size > LARGEST_MIB {
        return Err(ImportError::new(
            &input.name,
            format!("文件 {size} MiB，超过 site.toml 上限 {LARGEST_MIB} MiB：请分成几个文件用 import 逐个入图"),
            format!(
                "the file has {size} MiB, more than the {LARGEST_MIB} MiB of a site.toml: split it and import the parts into a map"
            ),
        ));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        ImportError::new(&input.name, "不是 UTF-8 文本；请另存为 UTF-8", "this is no UTF-8 text: save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match site_toml::read(&input.name, text) {
        Ok(facts) => {
            for fact in facts {
                intake.accept([fact]);
            }
            Ok(())
        }
        Err(problems) => {
            let list = |of: fn(&Text) -> &str| {
                problems
                    .iter()
                    .map(|p| format!("{}: {}", p.source.place, of(&p.message)))
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            Err(ImportError {
                place: problems.first().map(|p| p.source.clone()).unwrap_or_default(),
                message: Text::new(list(|t| &t.zh), list(|t| &t.en)),
            })
        }
    }
}
