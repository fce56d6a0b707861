//! The command line: one file a verb, thin.
//!
//! Exit codes: 0 ok, 1 objections, 2 wrong use, 3 a file refused whole, 4 a working that could not be judged.

mod load;
mod own_map;
mod progress;
mod receipts;
mod recipe;
mod register;
mod together;
mod verbs;
mod words;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use minesift_core::text::Lang;
use std::path::PathBuf;
use std::process::ExitCode;

/// What a verb ends with when nothing broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0
    Ok,
    /// 1: objections, or a broken chain.
    Objections,
    /// 4: something could not be judged.
    Undecided,
}

/// A refusal that ends the program with its own code.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// A wrong use: exit code 2.
pub(crate) fn wrong_use(message: impl Into<String>) -> anyhow::Error {
    Refusal { code: 2, message: message.into() }.into()
}

/// A file refused whole: exit code 3.
pub(crate) fn refused(message: impl Into<String>) -> anyhow::Error {
    Refusal { code: 3, message: message.into() }.into()
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangName {
    Zh,
    En,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs; the schemas are in docs/schema/.
    Json,
}

/// Options that every verb takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Globals {
    /// Language of the answer [default: by the LANG of the system]
    #[arg(long, global = true, value_enum)]
    lang: Option<LangName>,
    /// text for people, json for programs
    #[arg(long, short = 'f', global = true, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// The day the facts stand for (true underground), instead of the map's own
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// What the map knew on that day, or after that commit, instead of now
    #[arg(long, global = true, value_name = "DATE|COMMIT")]
    pub(crate) known_on: Option<minesift_onemap::Known>,
    /// A rulebook file of a province, a company or a mine, on top of the national one; may be given several times
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// The mine of a county map that is meant
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) mine: Option<String>,
    /// Show a progress bar on long work even where the output is no terminal
    #[arg(long, global = true)]
    pub(crate) progress: bool,
    /// Say nothing but the answer
    #[arg(long, short = 'q', global = true)]
    pub(crate) quiet: bool,
}

impl Globals {
    pub(crate) fn lang(&self) -> Lang {
        match self.lang {
            Some(LangName::Zh) => Lang::Zh,
            Some(LangName::En) => Lang::En,
            None if std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).is_ok_and(|l| l.starts_with("zh")) => {
                Lang::Zh
            }
            None => Lang::En,
        }
    }
}

/// Sift every mine, district and face into ground that may be mined (可采区), ground that must wait (缓采区) and ground
/// that is forbidden (禁采区), and say why.
#[derive(Parser)]
#[command(name = "minesift", version, propagate_version = true)]
#[command(
    after_help = "Example:\n  minesift classify mine.toml\n  minesift explain mine.toml --seam 3 --at 310,720\n\nExit codes: 0 ok, 1 objections, 2 wrong use, 3 a file refused whole, 4 a working that could not be judged"
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make an empty map
    New(verbs::new::Args),
    /// Read files into a map, each one a commit with its receipt
    Import(verbs::import::Args),
    /// Make a map from its recipe, everything in one go
    Build(verbs::build::Args),
    /// Who changed what, when and why
    Log(verbs::log::Args),
    /// Is the map what its chain of commits says?
    Verify(verbs::verify::Args),
    /// What was changed by hand and is in no commit
    Status(verbs::status::Args),
    /// Take edits made by hand in as a commit, or discard them
    Commit(verbs::status::CommitArgs),
    /// Which ground changed its class, by which fact and which reason
    Diff(verbs::diff::Args),
    /// Record an observation of a hazard
    Observe(verbs::record::ObserveArgs),
    /// Record a treatment of a hazard
    Treat(verbs::record::TreatArgs),
    /// Record that a treatment passed and was accepted
    Accept(verbs::record::AcceptArgs),
    /// Record that a fact does not hold; its history stays
    Retract(verbs::record::RetractArgs),
    /// What nobody has looked at, by factor, method and age
    Coverage(verbs::coverage::Args),
    /// Which methods saw each hazard, which should have, and what stays contradictory
    Ledger(verbs::ledger::Args),
    /// Hints that data may have been invented, each with its rows: never an accusation
    AuditData(verbs::audit_data::Args),
    /// Write the facts of any day down: GeoPackage, GeoJSON, CSV or site.toml
    Export(verbs::export::Args),
    /// Join the maps of several mines in one county map
    Merge(verbs::merge::Args),
    /// Sign a commit, and with it everything before it
    Sign(verbs::sign::Args),
    /// Write an evidence pack: map, rulebook, report, hashes; `minesift verify` checks it anywhere
    Pack(verbs::pack::Args),
    /// Divide the ground of every licensed seam into mineable, deferred and forbidden
    Classify(verbs::classify::Args),
    /// Why is this ground closed? Or: what does this rule say?
    Explain(verbs::explain::Args),
    /// Read files and say what became of every row, without a map
    Read(verbs::read::Args),
    /// List the formats that can be read
    Formats(verbs::formats::Args),
    /// Make synthetic mines of any number, one site.toml each
    Generate(verbs::generate::Args),
    /// Is the plan lawful?
    Plan(verbs::plan::Args),
    /// Draw the three-zone map (三区图) of a seam to scale, as SVG or PNG
    Map(verbs::map::Args),
    /// Write the papers of a mine: reports, three-zone maps, tables
    Report(verbs::report::Args),
    /// Hold surveyed workings against zones, licence and the planned outline
    Audit(verbs::audit::Args),
    /// List the rules, their clauses and their numbers
    Rules(verbs::rules::Args),
    /// The mine in three dimensions: a window, or a picture with --png
    View(verbs::view::Args),
    /// Print the completions of a shell
    Completions(verbs::shell::CompletionsArgs),
    /// Write the manual pages
    Man(verbs::shell::ManArgs),
}

impl Verb {
    /// Whether this verb answers about `--as-of` another day, and from what was `--known-on` another.
    fn looks_at(&self) -> (bool, bool) {
        match self {
            Self::Coverage(_)
            | Self::Ledger(_)
            | Self::AuditData(_)
            | Self::Export(_)
            | Self::Classify(_)
            | Self::Explain(_)
            | Self::Plan(_)
            | Self::Map(_)
            | Self::Report(_)
            | Self::Audit(_)
            | Self::View(_) => (true, true),
            Self::Diff(_)
            | Self::Observe(_)
            | Self::Treat(_)
            | Self::Accept(_)
            | Self::Retract(_)
            | Self::Build(_)
            | Self::Pack(_)
            | Self::Rules(_) => (true, false),
            _ => (false, false),
        }
    }

    /// Refuses a day that the answer would not be about.
    fn may_be_asked(&self, globals: &Globals) -> anyhow::Result<()> {
        let (as_of, known_on) = self.looks_at();
        let ignored =
            [("--as-of", globals.as_of.is_some() && !as_of), ("--known-on", globals.known_on.is_some() && !known_on)];
        let Some((option, _)) = ignored.into_iter().find(|(_, ignored)| *ignored) else { return Ok(()) };
        Err(wrong_use(match (self, globals.lang()) {
            (Self::Diff(_), Lang::Zh) => format!("diff 不用 {option}：请用 --from 和 --to"),
            (Self::Diff(_), Lang::En) => format!("diff takes no {option}: say --from and --to"),
            (_, Lang::Zh) => {
                format!("此命令的结果与 {option} 无关；请去掉它（classify、explain、report、export 等可用）")
            }
            (_, Lang::En) => {
                format!(
                    "this verb does not look at {option}: leave it out (classify, explain, report, export and others take it)"
                )
            }
        }))
    }
}

/// A panic is a mistake of the program: it says so, asks for a report, and says what was kept.
fn say_what_was_kept_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        before(panic);
        eprintln!(
            "\nminesift {0}：程序内部出错（缺陷）。图中已提交的内容都在，未提交的修改没有写入；请将以上信息连同命令和输入报告给维护者。\n\
             minesift {0}: broke inside, which is a bug. Every commit of a map stands, nothing uncommitted was written; please report the lines above with the command and its input.",
            env!("CARGO_PKG_VERSION")
        );
    }));
}

fn main() -> ExitCode {
    say_what_was_kept_on_panic();
    let cli = Cli::parse();
    let globals = cli.globals;
    let asked = cli.verb.may_be_asked(&globals);
    let result = asked.and_then(|()| match cli.verb {
        Verb::New(args) => verbs::new::run(&args, &globals),
        Verb::Import(args) => verbs::import::run(&args, &globals),
        Verb::Build(args) => verbs::build::run(&args, &globals),
        Verb::Log(args) => verbs::log::run(&args, &globals),
        Verb::Verify(args) => verbs::verify::run(&args, &globals),
        Verb::Status(args) => verbs::status::run(&args, &globals),
        Verb::Commit(args) => verbs::status::commit(&args, &globals),
        Verb::Diff(args) => verbs::diff::run(&args, &globals),
        Verb::Observe(args) => verbs::record::observe(&args, &globals),
        Verb::Treat(args) => verbs::record::treat(&args, &globals),
        Verb::Accept(args) => verbs::record::accept(&args, &globals),
        Verb::Retract(args) => verbs::record::retract(&args, &globals),
        Verb::Coverage(args) => verbs::coverage::run(&args, &globals),
        Verb::Ledger(args) => verbs::ledger::run(&args, &globals),
        Verb::AuditData(args) => verbs::audit_data::run(&args, &globals),
        Verb::Export(args) => verbs::export::run(&args, &globals),
        Verb::Merge(args) => verbs::merge::run(&args, &globals),
        Verb::Sign(args) => verbs::sign::run(&args, &globals),
        Verb::Pack(args) => verbs::pack::run(&args, &globals),
        Verb::Classify(args) => verbs::classify::run(&args, &globals),
        Verb::Explain(args) => verbs::explain::run(&args, &globals),
        Verb::Read(args) => verbs::read::run(&args, &globals),
        Verb::Formats(args) => verbs::formats::run(&args, &globals),
        Verb::Generate(args) => verbs::generate::run(&args, &globals),
        Verb::Plan(args) => verbs::plan::run(&args, &globals),
        Verb::Map(args) => verbs::map::run(&args, &globals),
        Verb::Report(args) => verbs::report::run(&args, &globals),
        Verb::Audit(args) => verbs::audit::run(&args, &globals),
        Verb::Rules(args) => verbs::rules::run(&args, &globals),
        Verb::View(args) => verbs::view::run(&args, &globals),
        Verb::Completions(args) => verbs::shell::completions(&args, Cli::command()),
        Verb::Man(args) => verbs::shell::man(&args, Cli::command()),
    });
    match result {
        Ok(Outcome::Ok) => ExitCode::SUCCESS,
        Ok(Outcome::Objections) => ExitCode::from(1),
        Ok(Outcome::Undecided) => ExitCode::from(4),
        Err(error) => {
            // A reader that went away (`| head`) is no error of ours.
            if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            words::complain(&error);
            ExitCode::from(error.downcast_ref::<Refusal>().map_or(2, |refusal| refusal.code))
        }
    }
}
