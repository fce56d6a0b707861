//! The command line's answers: JSON as its schemas publish it, the examples of docs/, exit codes, refusals.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the repository's root, so that sources in its answers do not depend on where that is.
pub(crate) fn minesift(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_minesift"))
        .args(args)
        .current_dir(root())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = minesift(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What of `value` is not as `schema` says: the part of JSON Schema that our schemas use.
fn against(schema: &Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        if !words.contains(value) {
            wrong.push(format!("{place}: {value} is none of {words:?}"));
        }
        return;
    }
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = match &schema["type"] {
        Value::String(ty) => ty == name,
        Value::Array(types) => types.iter().any(|ty| ty == name),
        _ => true,
    };
    if !fits {
        wrong.push(format!("{place}: {name}, not {}", schema["type"]));
    }
    if let (Value::Array(items), Some(schema)) = (value, schema.get("items")) {
        for (i, item) in items.iter().enumerate() {
            against(schema, item, &format!("{place}[{i}]"), wrong);
        }
    }
    if let (Value::Object(map), Some(properties)) = (value, schema.get("properties").and_then(Value::as_object)) {
        for key in schema["required"].as_array().unwrap() {
            if !map.contains_key(key.as_str().unwrap()) {
                wrong.push(format!("{place}: {key} is missing"));
            }
        }
        for (key, item) in map {
            match properties.get(key) {
                Some(schema) => against(schema, item, &format!("{place}.{key}"), wrong),
                None => wrong.push(format!("{place}: {key} is not in the schema")),
            }
        }
    }
}

pub(crate) fn holds(schema: &str, value: &Value) {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(root().join(schema)).unwrap()).unwrap();
    let mut wrong = Vec::new();
    against(&schema, value, "$", &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn classify_answers_as_its_schema_says() {
    for file in cases() {
        let answer = json(&["classify", file.to_str().unwrap(), "--format", "json"]);
        holds("docs/schema/classify.json", &answer);
    }
}

#[test]
fn receipts_are_as_their_schema_says() {
    let files = ["石桥煤矿-密闭墙.csv", "老空水台账.csv", "陷落柱.geojson", "地形.tif", "断层.shp"];
    let paths: Vec<String> = files.iter().map(|file| format!("datasets/demo/files/{file}")).collect();
    let mut args = vec!["read", "--format", "json"];
    args.extend(paths.iter().map(String::as_str));
    let answer = json(&args);
    for receipt in answer["receipts"].as_array().unwrap() {
        holds("docs/schema/receipt.json", receipt);
        let of = |key: &str| receipt[key].as_u64().unwrap();
        assert_eq!(of("read"), of("accepted") + of("repaired") + of("refused"), "{}", receipt["file"]);
    }
    let folder = std::env::temp_dir().join(format!("minesift-receipts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let map = folder.join("m.gpkg");
    let map = map.to_str().unwrap();
    assert!(minesift(&["new", map, "--crs", "EPSG:4526", "--vertical-datum", "1985"]).status.success());
    for again in [false, true] {
        let answer = json(&["import", map, &paths[0], "--format", "json"]);
        let receipt = &answer["receipts"][0];
        holds("docs/schema/receipt.json", receipt);
        assert_eq!(receipt["map"]["new"], if again { 0 } else { 2 });
        assert_eq!(receipt.get("imported_before").is_some(), again, "the same file twice changes nothing");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The examples of docs/, which are what the program says today.
#[test]
fn the_examples_in_docs_are_what_the_program_says() {
    const CASE: &str = "tests/cases/everything-at-once.toml";
    for (file, schema, args) in [
        ("docs/examples/classify.json", "docs/schema/classify.json", vec!["classify", CASE, "--format", "json"]),
        (
            "docs/examples/explain-closed.json",
            "docs/schema/explain.json",
            vec!["explain", CASE, "--seam", "3", "--at", "310,720", "--format", "json"],
        ),
        (
            "docs/examples/explain-open.json",
            "docs/schema/explain.json",
            vec!["explain", CASE, "--seam", "3", "--at", "500,500", "--format", "json"],
        ),
    ] {
        let answer = json(&args);
        holds(schema, &answer);
        let text = format!("{}\n", serde_json::to_string_pretty(&answer).unwrap());
        if std::env::var_os("MINESIFT_BLESS").is_some() {
            std::fs::write(root().join(file), &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(root().join(file)).unwrap_or_default(), text, "{file}: run `make bless`");
    }
}

#[test]
fn a_closed_point_names_every_rule_with_its_number_and_an_open_one_its_nearest() {
    const CASE: &str = "tests/cases/everything-at-once.toml";
    let closed = json(&["explain", CASE, "--seam", "3", "--at", "310,720", "--format", "json"]);
    assert_eq!(closed["class"], "forbidden");
    let rules: Vec<(&str, &str)> = closed["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["rule"].as_str().unwrap(), r["hazards"][0]["id"].as_str().unwrap()))
        .collect();
    assert_eq!(rules, [("GOAF-1", "G1"), ("GOAF-2", "G1"), ("GOAF-3", "G1"), ("FAULT-1", "F3")]);
    let fault = &closed["reasons"][3];
    // 39.19 m of pillar, 29.50 m away: 9.69 m inside.
    assert_eq!((fault["distance_m"].as_f64(), fault["margin_m"].as_f64()), (Some(29.5), Some(9.69)));
    let open = json(&["explain", CASE, "--seam", "3", "--at", "500,500", "--format", "json"]);
    assert_eq!(open["class"], "mineable");
    assert_eq!(open["nearest"]["rule"], "GOAF-3");
    assert!(open["nearest"]["margin_m"].as_f64().unwrap() < 0.0);
}

#[test]
fn refusals_have_their_exit_code_and_say_where() {
    let folder = std::env::temp_dir().join(format!("minesift-refusals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = std::fs::read_to_string(root().join("tests/cases/goaf-drilled-dry.toml")).unwrap();
    for (file, code, says) in [
        (write("empty.toml", b""), 3, "empty"),
        (write("truncated.toml", &good.as_bytes()[..good.len() / 2]), 3, ""),
        (write("gbk.toml", b"[mine]\nid = \"\xca\xaf\xc7\xc5\"\n"), 3, "UTF-8"),
        (write("nan.toml", good.replace("400.000 400.000", "nan 400.000").as_bytes()), 3, "line"),
        (
            write("infinite.toml", good.replace("floor_m = -300.0", "floor_m = inf").as_bytes()),
            3,
            "line 19, column 11: floor_m = inf is no finite number",
        ),
        (write("misspelt.toml", good.replace("flooded", "floded").as_bytes()), 3, "did you mean flooded"),
        (write("no-grades.toml", good.replace("gas = \"low\"\n", "").as_bytes()), 3, "does not state gas"),
        (
            write("no-licence.toml", good.replace("[licence]", "[[neighbour]]\nid = \"x\"\n[plan]").as_bytes()),
            3,
            "line",
        ),
        ("no-such-file.toml".to_owned(), 2, "no-such-file.toml"),
    ] {
        let output = minesift(&["classify", &file, "--lang", "en"]);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{file}: {words}");
        assert!(words.contains(says), "{file}: {words}");
        assert!(output.stdout.is_empty() && !words.contains("panicked"), "{file}: {words}");
    }
    // A bow-tie is repaired by the even-odd rule and said; a line without area is refused and said.
    let bow_tie = write(
        "bow-tie.toml",
        good.replace(
            "600.000 400.000, 600.000 600.000, 400.000 600.000, 400.000 400.000, 600.000 400.000",
            "400 400, 600 600, 600 400, 400 600, 400 400",
        )
        .as_bytes(),
    );
    let answer = json(&["classify", &bow_tie, "--format", "json"]);
    assert!(
        answer["problems"].as_array().unwrap().iter().any(|p| p["severity"] == "repaired"),
        "{}",
        answer["problems"]
    );
    assert_eq!(answer["seams"][0]["forbidden_m2"], 20_000.0);
    std::fs::remove_dir_all(&folder).unwrap();
}
