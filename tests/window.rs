//! The window opens and closes cleanly, on a display that nobody sees.

use std::path::Path;
use std::process::Command;

#[test]
fn the_window_opens_draws_and_closes() {
    let there = |program: &str| Command::new("which").arg(program).output().is_ok_and(|found| found.status.success());
    if !there("xvfb-run") || !there("xauth") {
        println!("skipped: no xvfb-run (Debian: xvfb, xauth)");
        return;
    }
    let mine = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/everything-at-once.toml");
    let folder = std::env::temp_dir().join(format!("minesift-window-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let output = Command::new("xvfb-run")
        .args(["-a", "-s", "-screen 0 1280x800x24", env!("CARGO_BIN_EXE_minesift"), "view"])
        .arg(&mine)
        .args(["--frames", "12", "-q"])
        .env("XDG_RUNTIME_DIR", &folder)
        .current_dir(&folder)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    let _ = std::fs::remove_dir_all(&folder);
    if words.contains("adapter") && !output.status.success() {
        println!("skipped: no graphics adapter, not even a software one: {words}");
        return;
    }
    assert!(output.status.success(), "{:?}: {words}", output.status);
    assert!(!words.contains("panicked"), "{words}");
}
