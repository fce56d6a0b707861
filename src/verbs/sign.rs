//! `minesift sign`: a commit, and with it everything before it, signed with an OpenSSH key.

use crate::register::{failed, open, say_edits};
use crate::{Format, Globals, Outcome, wrong_use};
use minesift_core::text::Lang;
use minesift_onemap::Known;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `sign` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift sign demo.gpkg --key ~/.ssh/id_ed25519\n  minesift verify demo.gpkg --key id_ed25519.pub\n\nA key with a passphrase: printf %s HASH | ssh-keygen -Y sign -n minesift -f KEY, then --signature FILE."
)]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// The private key: ed25519, as OpenSSH writes it, without a passphrase
    #[arg(long, value_name = "FILE", conflicts_with = "signature")]
    key: Option<PathBuf>,
    /// A signature made elsewhere over the hash of the commit
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The commit [default: the last]
    #[arg(long, value_name = "NUMBER")]
    commit: Option<i64>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let fail = failed(&args.map, globals.lang());
    let mut map = open(&args.map, globals)?;
    say_edits(&map, globals).map_err(&fail)?;
    let number = match args.commit {
        Some(number) => number,
        None => map.number_of(Known::Now).map_err(&fail)?,
    };
    let signed = match (&args.key, &args.signature) {
        (Some(key), _) => map.sign(number, key).map_err(&fail)?,
        (None, Some(file)) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| wrong_use(format!("{}: {error}", file.display())))?;
            map.take_signature(number, &text).map_err(&fail)?
        }
        (None, None) => {
            return Err(wrong_use(match globals.lang() {
                Lang::Zh => "请给出 --key 私钥文件，或 --signature 在别处做好的签名文件",
                Lang::En => "give --key FILE, the private key, or --signature FILE, made elsewhere",
            }));
        }
    };
    map.close().map_err(&fail)?;
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &json!({"commit": number, "hash": signed.hash, "signer": signed.signer, "fingerprint": signed.fingerprint()}),
        )?,
        Format::Text => writeln!(
            out,
            "{}",
            match globals.lang() {
                Lang::Zh => format!("第 {number} 号提交 {} 已由 {} 签名", signed.hash, signed.fingerprint()),
                Lang::En => format!("commit {number} {} signed by {}", signed.hash, signed.fingerprint()),
            }
        )?,
    }
    Ok(Outcome::Ok)
}
