//! `minesift read`: what the files of a mine say, and what became of every row, without a map.

use crate::{Format, Globals, Outcome, own_map, receipts, refused, wrong_use};
use minesift_core::fact::Fact;
use minesift_core::text::Lang;
use minesift_importers::{Input, Options, together};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `read` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift read collar.csv survey.csv assay.csv --units ft\n  minesift read 台账.xlsx --kind goaf --encoding gbk --lang zh\n\nRefused rows are in the receipt; the exit code is 3 only where a file is refused whole."
)]
pub(crate) struct Args {
    /// The files, or folders of them; holes find their positions in any of them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: ReadOptions,
    /// List every problem, not only the first of each severity
    #[arg(long)]
    all: bool,
    /// Print the facts as well (JSON only): kind, id, attributes and place
    #[arg(long)]
    facts: bool,
}

/// What a user may say about files; `import` takes the same.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct ReadOptions {
    /// The importer to use (`minesift formats` lists them)
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) importer: Option<String>,
    /// The kind of fact that rows or features become, where the file does not tell
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// The seam they lie in, where the file does not tell
    #[arg(long)]
    pub(crate) seam: Option<String>,
    /// A mapping of layers or columns (CSV or xlsx)
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Text encoding, such as gbk or utf-8
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Coordinate reference system of the files, such as EPSG:4549
    #[arg(long)]
    pub(crate) crs: Option<String>,
    /// Coordinate reference system to bring them to
    #[arg(long)]
    pub(crate) map_crs: Option<String>,
    /// How well the things are known, where the file does not tell: surveyed, drilled, two-methods, one-method, reported
    #[arg(long)]
    pub(crate) evidence: Option<String>,
    /// Unit of lengths whose file states none: m, ft, or us-ft (the survey foot of the United States)
    #[arg(long, value_parser = ["m", "ft", "us-ft"])]
    pub(crate) units: Option<String>,
}

impl ReadOptions {
    /// As the importers take them.
    pub(crate) fn to_options(&self) -> Options {
        Options {
            importer: self.importer.clone(),
            kind: self.kind.clone(),
            seam: self.seam.clone(),
            mapping: self.mapping.clone(),
            encoding: self.encoding.clone(),
            crs: self.crs.clone(),
            map_crs: self.map_crs.clone(),
            evidence: self.evidence.clone(),
            units: self.units.clone(),
            ..Options::default()
        }
    }
}

/// The files that a user means.
pub(crate) struct Given {
    /// Those to read, in their order.
    pub(crate) files: Vec<PathBuf>,
    /// Those that are read with another: the parts of shapefiles.
    pub(crate) parts: Vec<PathBuf>,
}

impl Given {
    /// Says which files are read with others; nothing where there are none.
    pub(crate) fn parts_told(&self, lang: Lang) -> Option<String> {
        let names: Vec<String> =
            self.parts.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
        (!names.is_empty()).then(|| match lang {
            Lang::Zh => format!("随其 .shp 一起读取：{}", names.join("、")),
            Lang::En => format!("read with their .shp: {}", names.join(", ")),
        })
    }
}

/// Files as named, of folders the files in them by name, and without the parts of shapefiles whose `.shp` is among them.
pub(crate) fn given(named: &[PathBuf]) -> anyhow::Result<Given> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let fail = |error: std::io::Error| wrong_use(format!("{}: {error}", path.display()));
        let entries = std::fs::read_dir(path).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
        let mut files: Vec<PathBuf> =
            entries.iter().map(std::fs::DirEntry::path).filter(|path| path.is_file()).collect();
        files.sort();
        all.extend(files);
    }
    let (mut files, mut parts) = (Vec::new(), Vec::new());
    for path in &all {
        let whole = Input::open(path).ok().and_then(|input| input.part_of()).filter(|shp| all.contains(shp));
        if whole.is_some() { parts.push(path.clone()) } else { files.push(path.clone()) }
    }
    Ok(Given { files, parts })
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let options = args.options.to_options();
    if let Some(kind) = &options.kind
        && minesift_core::kind::kind(kind).is_none()
    {
        let known: Vec<&str> = minesift_core::kind::kinds().map(|kind| kind.name).collect();
        return Err(wrong_use(match lang {
            Lang::Zh => format!("没有名为 {kind} 的种类；有：{}", known.join("、")),
            Lang::En => format!("no kind is called {kind}; there are: {}", known.join(", ")),
        }));
    }
    let given = given(&args.files)?;
    let mut inputs = Vec::new();
    for path in &given.files {
        inputs.push(Input::open(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?);
    }
    let (mut texts, mut values, mut facts) = (Vec::new(), Vec::new(), Vec::<Fact>::new());
    let mut refusals = Vec::new();
    for input in &inputs {
        let read = crate::progress::reading(input, globals, |watch| {
            own_map::read(input, &options).unwrap_or_else(|| minesift_importers::import_watched(input, &options, watch))
        });
        match read {
            Ok(intake) => {
                let counts = receipts::count(&intake.facts);
                match globals.format {
                    Format::Text => texts.push(receipts::to_text(&intake.receipt, &counts, lang, args.all)),
                    Format::Json => values.push(receipts::to_json(&intake.receipt, &counts)),
                }
                facts.extend(intake.facts);
            }
            Err(error) => {
                values.push(receipts::refusal_json(&input.name, &error));
                let place =
                    if error.place.place.is_empty() { String::new() } else { format!("{}: ", error.place.place) };
                refusals.push(format!("{}: {place}{}", input.name, error.message.get(lang)));
            }
        }
    }
    let across = together::problems(&facts);
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            let mut answer = json!({
                "receipts": values,
                "facts": receipts::count(&facts),
                "together": across.iter().map(receipts::problem_json).collect::<Vec<_>>(),
            });
            if args.facts {
                answer["rows"] = facts.iter().map(|fact| json!({
                    "kind": fact.kind, "id": fact.id, "file": fact.source.file, "place": fact.source.place,
                    "shape": fact.shape.as_ref().map(|shape| format!("{shape:?}")),
                    "attributes": fact.attributes.iter().map(|(key, value)| ((*key).to_owned(), receipts::value_json(value))).collect::<serde_json::Map<_, _>>(),
                })).collect();
            }
            crate::words::json(&mut out, &answer)?;
        }
        Format::Text => {
            writeln!(out, "{}", texts.join("\n").trim_end())?;
            if let Some(parts) = given.parts_told(lang) {
                writeln!(out, "\n{parts}")?;
            }
            if !across.is_empty() {
                writeln!(out, "\n{}", if lang == Lang::Zh { "合在一起看" } else { "taken together" })?;
                for problem in &across {
                    writeln!(out, "  {}", problem.message.get(lang))?;
                }
            }
        }
    }
    drop(out);
    if refusals.is_empty() { Ok(Outcome::Ok) } else { Err(refused(refusals.join("\n"))) }
}
