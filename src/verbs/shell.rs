//! `minesift completions` and `minesift man`: what a shell and a manual need, made from the command line itself.

use crate::Outcome;
use clap::Command;
use clap_complete::Shell;
use std::path::PathBuf;

/// What `completions` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift completions bash > ~/.local/share/bash-completion/completions/minesift")]
pub(crate) struct CompletionsArgs {
    /// The shell: bash, elvish, fish, powershell or zsh
    shell: Shell,
}

/// What `man` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift man --out man1")]
pub(crate) struct ManArgs {
    /// Folder for the pages, one a verb
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the completions of a shell to standard output.
pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> anyhow::Result<Outcome> {
    // By way of a buffer: a reader that goes away is no panic.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "minesift", &mut text);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &text)?;
    Ok(Outcome::Ok)
}

/// Writes `minesift.1` and a page for every verb.
pub(crate) fn man(args: &ManArgs, command: Command) -> anyhow::Result<Outcome> {
    std::fs::create_dir_all(&args.out)?;
    clap_mangen::generate_to(command, &args.out)?;
    Ok(Outcome::Ok)
}
