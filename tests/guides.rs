//! The commands that README.md and the pages of docs/guide/ show are run, and answer what the page says they answer.
//!
//! A fenced block marked `console` is a session: lines that begin with `$ ` are commands, the lines below each are what
//! it prints. A line `…` stands for any number of lines, a line that ends with `…` for any ending; a command without
//! lines below it must only end well. A command that must end otherwise says so: `# exit 1`. A page's blocks run in
//! order, in one folder that looks like the root of the repository and holds `demo.gpkg`, the demo mine as
//! `minesift build datasets/demo/mine.toml -o demo.gpkg` makes it (and the same as `demo-out/demo.gpkg`).
//!
//! `MINESIFT_BLESS=1` rewrites the answers (all but those with `…`) and copies the pictures that a page both makes and
//! shows (`pictures/NAME.png`) to docs/pictures/.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder like the root of the repository, with the demo mine's map.
struct Desk {
    folder: PathBuf,
    /// The register is told the time: a minute a command.
    minute: u32,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("minesift-guide-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("demo-out")).unwrap();
        for entry in std::fs::read_dir(root()).unwrap().flatten() {
            let name = entry.file_name();
            let words = name.to_string_lossy().into_owned();
            if !words.starts_with('.') && words != "target" && words != "demo-out" && !words.ends_with(".gpkg") {
                std::os::unix::fs::symlink(entry.path(), folder.join(name)).unwrap();
            }
        }
        std::fs::write(folder.join("demo.gpkg"), demo()).unwrap();
        std::fs::write(folder.join("demo-out/demo.gpkg"), demo()).unwrap();
        Self { folder, minute: 0 }
    }

    fn run(&mut self, command: &str) -> Output {
        self.minute += 1;
        let bin = Path::new(env!("CARGO_BIN_EXE_minesift")).parent().unwrap();
        let path = std::env::join_paths(
            std::iter::once(bin.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        )
        .unwrap();
        Command::new("sh")
            .args(["-c", command])
            .current_dir(&self.folder)
            .env("PATH", path)
            // 2026-11-02 08:00 UTC, the day after the demo mine's own.
            .env("SOURCE_DATE_EPOCH", (1_793_606_400 + 60 * self.minute).to_string())
            .env("USER", "zhang")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("MINESIFT_BLESS")
            .output()
            .unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The demo mine's map, built once.
fn demo() -> &'static [u8] {
    static MAP: OnceLock<Vec<u8>> = OnceLock::new();
    MAP.get_or_init(|| {
        let file = std::env::temp_dir().join(format!("minesift-guide-demo-{}.gpkg", std::process::id()));
        let _ = std::fs::remove_file(&file);
        let made = Command::new(env!("CARGO_BIN_EXE_minesift"))
            .args(["build", "datasets/demo/mine.toml", "-o"])
            .arg(&file)
            .current_dir(root())
            // 2026-11-01 08:00 UTC.
            .env("SOURCE_DATE_EPOCH", "1793520000")
            .env("USER", "zhang")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let bytes = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        bytes
    })
}

/// True when what was said is what the page says.
fn answers(said: &[&str], page: &[&str]) -> bool {
    match page.split_first() {
        None => said.is_empty(),
        Some((&"…" | &"...", rest)) => (0..=said.len()).any(|from| answers(&said[from..], rest)),
        Some((line, rest)) => said.split_first().is_some_and(|(first, later)| {
            let same = match line.strip_suffix('…') {
                Some(begin) => first.starts_with(begin),
                None => first.trim_end() == line.trim_end(),
            };
            same && answers(later, rest)
        }),
    }
}

/// Runs the sessions of a page; gives how many commands it shows.
fn play(page: &str) -> usize {
    let file = root().join(page);
    let text = std::fs::read_to_string(&file).unwrap();
    if !text.contains("\n```console") {
        return 0;
    }
    let mut desk = Desk::new(&page.replace(['/', '.'], "-"));
    let bless = std::env::var_os("MINESIFT_BLESS").is_some();
    let mut written = String::new();
    let mut commands = 0;
    let mut lines = text.lines().enumerate().peekable();
    while let Some((_, line)) = lines.next() {
        written.push_str(line);
        written.push('\n');
        if line != "```console" {
            continue;
        }
        while let Some((number, line)) = lines.next_if(|(_, line)| *line != "```") {
            let Some(command) = line.strip_prefix("$ ") else {
                panic!("{page}:{}: a session begins with a command: {line}", number + 1);
            };
            // A command may go on over the line with a backslash.
            let mut command = command.to_owned();
            written.push_str(line);
            written.push('\n');
            while command.ends_with('\\') {
                let (_, more) = lines.next().unwrap();
                command.push('\n');
                command.push_str(more);
                written.push_str(more);
                written.push('\n');
            }
            let mut expected = Vec::new();
            while let Some((_, line)) = lines.next_if(|(_, line)| *line != "```" && !line.starts_with("$ ")) {
                expected.push(line);
            }
            let code = command
                .rsplit_once("# exit ")
                .map_or(0, |(_, code)| code.split_whitespace().next().unwrap().parse::<i32>().unwrap());
            let output = desk.run(&command);
            commands += 1;
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{page}:{}: {command}\n{said}", number + 1);
            let said: Vec<&str> = said.lines().collect();
            let elided = expected.iter().any(|line| line.ends_with('…') || *line == "...");
            if bless && !expected.is_empty() && !elided {
                for line in &said {
                    written.push_str(line.trim_end());
                    written.push('\n');
                }
                continue;
            }
            assert!(
                expected.is_empty() || answers(&said, &expected),
                "{page}:{}: {command}\nanswers otherwise:\n{}",
                number + 1,
                said.join("\n")
            );
            for line in expected {
                written.push_str(line);
                written.push('\n');
            }
        }
    }
    for name in text.split("pictures/").skip(1).filter_map(|rest| rest.split(')').next()) {
        let made = desk.folder.join(name);
        let kept = root().join("docs/pictures").join(name);
        if bless && made.is_file() && name.ends_with(".png") {
            std::fs::copy(&made, &kept).unwrap();
        }
        assert!(kept.is_file(), "{page} shows {}, which is not there", kept.display());
    }
    if bless && written != text {
        std::fs::write(&file, written).unwrap();
    }
    commands
}

#[test]
fn the_front_page_does_what_it_shows() {
    let shown = play("README.md") + play("README.zh-CN.md");
    println!("{shown} commands");
}

#[test]
fn every_guide_does_what_it_shows() {
    let mut pages: Vec<String> = std::fs::read_dir(root().join("docs/guide"))
        .unwrap()
        .flatten()
        .map(|entry| format!("docs/guide/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    pages.sort();
    let shown: usize = pages.iter().map(|page| play(page)).sum();
    assert!(shown >= 5, "the guides show {shown} commands in ```console blocks");
}

#[test]
fn a_page_that_lies_is_found() {
    assert!(answers(&["a", "b", "c"], &["a", "…", "c"]) && answers(&["abc"], &["ab…"]));
    assert!(!answers(&["a", "b"], &["a"]) && !answers(&["a"], &["a", "b"]) && !answers(&["a"], &["b…"]));
}
