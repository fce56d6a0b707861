//! What a browser needs of a mine: a folder for any static server, or one page with everything in it.

use crate::overlay;
use crate::parcel::Parcel;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::{Path, PathBuf};

const INDEX: &str = include_str!("../web/index.html");
const PARCEL: &str = "mine.parcel.gz";
const CODE: &[&str] = &["viewer.js", "viewer_bg.wasm"];

/// Where the browser's build lies (`make web` puts it there): `$MINESIFT_WEB`, else `web` beside the program, beside
/// its folder, or in `../share/minesift/web`.
pub fn built() -> Option<PathBuf> {
    let asked = std::env::var_os("MINESIFT_WEB").map(PathBuf::from);
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent).into_iter();
    let near =
        beside.flat_map(|folder| ["web", "../web-viewer", "../share/minesift/web"].map(|name| folder.join(name)));
    asked.into_iter().chain(near).find(|folder| CODE.iter().all(|name| folder.join(name).is_file()))
}

/// Writes a folder that any static server shows: page, code, font, mine.
///
/// # Errors
/// In words, when a file cannot be read or written.
pub fn folder(parcel: &Parcel, built: &Path, out: &Path) -> Result<(), String> {
    std::fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    for name in CODE {
        write(&out.join(name), &read(&built.join(name))?)?;
    }
    write(&out.join("index.html"), INDEX.as_bytes())?;
    write(&out.join("font.otf"), overlay::FONT)?;
    write(&out.join(PARCEL), &packed(&parcel.to_bytes())?)
}

/// Writes one page with everything in it, for an evidence pack: it opens from a disk, without a server.
///
/// # Errors
/// In words, when a file cannot be read or written.
pub fn single_page(parcel: &Parcel, built: &Path, out: &Path) -> Result<(), String> {
    let mut files = String::new();
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), String> {
        files += &format!("<script type=\"text/plain\" id=\"file:{name}\">{}</script>\n", base64(&packed(bytes)?));
        Ok(())
    };
    for name in CODE {
        put(name, &read(&built.join(name))?)?;
    }
    put("font.otf", overlay::FONT)?;
    put(PARCEL, &parcel.to_bytes())?;
    write(out, INDEX.replacen("<!-- files -->", &files, 1).as_bytes())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).and_then(|()| packer.finish()).map_err(|error| error.to_string())
}

/// Bytes as base64, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let six = (n >> (18 - 6 * i) & 63) as usize;
            out.push(if i > three.len() { '=' } else { char::from(LETTERS[six]) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let known =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (plain, coded) in known {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
