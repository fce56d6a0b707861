//! `docs/formats/tried.md` is what the program says of the real files: every file as it comes, and every quirk that a
//! SOURCE.md names. Held where the data are at hand; `MINESIFT_BLESS=1` writes the page anew.

use crate::sources::{data, options_of};
use minesift_importers::{Input, Intake, Options, import, together};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A quirk that a SOURCE.md names, and what the receipt must say of it.
struct Quirk {
    folder: &'static str,
    /// In the words of SOURCE.md.
    named: &'static str,
    /// The file, or several that are read together.
    files: &'static [&'static str],
    /// What the user says, as on the command line; `LAYERS=kind` stands for a mapping of all layers to a kind.
    told: &'static str,
    /// Words that the receipt says, each of them; `kind id` names a fact.
    said: &'static [&'static str],
}

const fn quirk(
    folder: &'static str,
    named: &'static str,
    files: &'static [&'static str],
    told: &'static str,
    said: &'static [&'static str],
) -> Quirk {
    Quirk { folder, named, files, told, said }
}

include!("quirks.rs");

/// Everything a receipt says, on one page.
fn page(files: &[PathBuf], options: &Options) -> String {
    let (mut page, mut facts) = (String::new(), Vec::new());
    for path in files {
        match import(&Input::open(path).unwrap(), options) {
            Err(error) => {
                let _ = writeln!(page, "refused whole: {} {}", error.place.place, error.message.en);
            }
            Ok(Intake { facts: of, receipt, .. }) => {
                let total = receipt.total();
                let _ = writeln!(
                    page,
                    "{}: read {} = {} + {} + {}",
                    receipt.file, total.read, total.accepted, total.repaired, total.refused
                );
                for (what, choice) in
                    [("encoding", &receipt.encoding), ("crs", &receipt.crs), ("datum", &receipt.vertical_datum)]
                {
                    if let Some(choice) = choice {
                        let _ = writeln!(page, "{what} {}: {}", choice.value, choice.why.en);
                    }
                }
                for problem in &receipt.problems {
                    let _ = writeln!(page, "{}: {}", problem.source.place, problem.message.en);
                }
                facts.extend(of);
            }
        }
    }
    for problem in together::problems(&facts) {
        let _ = writeln!(page, "together: {}", problem.message.en);
    }
    for fact in &facts {
        let _ = writeln!(page, "{} {}", fact.kind, fact.id);
    }
    page
}

#[test]
fn every_quirk_is_found_and_said() {
    let Some(root) = data() else { return };
    let mut unsaid = Vec::new();
    for Quirk { folder, named, files, told, said } in QUIRKS {
        let options = options_of(told);
        let files: Vec<PathBuf> = files.iter().map(|file| root.join(folder).join(file)).collect();
        let page = page(&files, &options);
        for words in said.iter().filter(|words| !page.contains(**words)) {
            let start: String = page.chars().take(2_500).collect();
            unsaid.push(format!("{folder}: \"{named}\": nothing says \"{words}\" {told}\n{start}"));
        }
    }
    println!("{} quirks looked for", QUIRKS.len());
    assert!(unsaid.is_empty(), "{} unsaid\n{}", unsaid.len(), unsaid.join("\n\n"));
}

/// Every folder that has quirks is spoken of.
#[test]
fn no_folder_is_left_out() {
    let Some(root) = data() else { return };
    for folder in folders(&root) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(folder.join("SOURCE.md")).unwrap();
        let quirks = source.lines().find_map(|line| line.strip_prefix("- Quirks: ")).unwrap_or_default();
        assert!(quirks == "none known" || QUIRKS.iter().any(|quirk| quirk.folder == name), "{name}: {quirks}");
    }
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.join("SOURCE.md").is_file())
        .collect();
    folders.sort();
    folders
}

/// The table of every file, and what was refused whole.
fn every_file(root: &Path) -> String {
    let mut table = String::from(
        "| folder | file | importer | read | accepted | repaired | refused |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut refused: Vec<(String, String, String)> = Vec::new();
    for folder in folders(root) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| !path.ends_with("SOURCE.md"));
        files.sort();
        let mut first = true;
        for path in files {
            let input = Input::open(&path).unwrap();
            if input.part_of().is_some() {
                continue;
            }
            match import(&input, &Options::default()) {
                Ok(intake) => {
                    let total = intake.receipt.total();
                    let _ = writeln!(
                        table,
                        "| {} | {} | {} | {} | {} | {} | {} |",
                        if first { &name } else { "" },
                        input.name,
                        intake.receipt.importer,
                        total.read,
                        total.accepted,
                        total.repaired,
                        total.refused
                    );
                    first = false;
                    assert_eq!(total.read, total.accepted + total.repaired + total.refused, "{}", input.name);
                }
                Err(error) => {
                    let words: String =
                        error.message.en.split([';', ':']).next().unwrap_or_default().chars().take(120).collect();
                    refused.push((name.clone(), input.name, words));
                }
            }
        }
    }
    let _ = writeln!(table, "\nRefused whole, none of them in more than a moment:\n");
    for group in refused.chunk_by(|a, b| a.0 == b.0 && a.2 == b.2) {
        let files = group.iter().take(5).map(|(_, file, _)| file.as_str()).collect::<Vec<_>>().join(", ");
        let more = if group.len() > 5 { format!(" and {} more", group.len() - 5) } else { String::new() };
        let _ = writeln!(table, "- {}: {files}{more}: {}", group[0].0, group[0].2);
    }
    table
}

/// The files of which a person who knows them says more.
fn told_files(root: &Path) -> String {
    let mut table = String::from(
        "| folder | file | told | importer | read | accepted | repaired | refused |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut before = "";
    for (folder, file, told) in TOLD {
        let intake = import(&Input::open(&root.join(folder).join(file)).unwrap(), &options_of(told)).unwrap();
        let total = intake.receipt.total();
        let _ = writeln!(
            table,
            "| {} | {file} | `{told}` | {} | {} | {} | {} | {} |",
            if before == *folder { "" } else { folder },
            intake.receipt.importer,
            total.read,
            total.accepted,
            total.repaired,
            total.refused
        );
        before = folder;
    }
    table
}

fn quirks() -> String {
    let mut table = String::from("| folder | quirk | file | told | said |\n| --- | --- | --- | --- | --- |\n");
    let mut before = "";
    for Quirk { folder, named, files, told, said } in QUIRKS {
        let told = if told.is_empty() { String::new() } else { format!("`{told}`") };
        let _ = writeln!(
            table,
            "| {} | {named} | {} | {told} | {} |",
            if before == *folder { "" } else { folder },
            files.join(", "),
            said.join("; ").replace('|', "\\|")
        );
        before = folder;
    }
    table
}

#[test]
fn the_page_of_tried_files_is_what_the_program_says() {
    let Some(root) = data() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats/tried.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let before = page.clone();
    for (mark, text) in [("quirks", quirks()), ("told", told_files(&root)), ("files", every_file(&root))] {
        let (begin, end) = (format!("<!-- {mark}: begin -->\n"), format!("<!-- {mark}: end -->"));
        let (head, rest) = page.split_once(&begin).unwrap();
        let (_, tail) = rest.split_once(&end).unwrap();
        page = format!("{head}{begin}{text}{end}{tail}");
    }
    if std::env::var_os("MINESIFT_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    } else {
        assert!(
            page == before,
            "docs/formats/tried.md is not what the program says; run `make bless` and look at the difference"
        );
    }
}
