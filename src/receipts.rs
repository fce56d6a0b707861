//! How a receipt is printed: for people in Chinese and English, for programs as JSON.

use minesift_core::fact::{Problem, Severity};
use minesift_core::text::{Lang, Text};
use minesift_importers::{Choice, ImportError, Receipt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many problems of one severity the text shows before it counts the rest; JSON has them all.
pub(crate) const SHOWN: usize = 20;

/// A receipt for people.
pub(crate) fn to_text(receipt: &Receipt, facts: &BTreeMap<&'static str, usize>, lang: Lang, all: bool) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let say = |zh_word: &'static str, en_word: &'static str| if zh { zh_word } else { en_word };
    let _ = writeln!(
        out,
        "{}  {} {}  sha256 {}",
        receipt.file,
        receipt.bytes,
        say("字节", "bytes"),
        &receipt.sha256[..receipt.sha256.len().min(16)]
    );
    let _ = writeln!(out, "  {} {}", say("导入器", "importer"), receipt.importer);
    for (word, choice) in [
        (say("编码", "encoding"), &receipt.encoding),
        (say("坐标系", "frame"), &receipt.crs),
        (say("高程基准", "vertical datum"), &receipt.vertical_datum),
    ] {
        if let Some(choice) = choice {
            let _ = writeln!(out, "  {word} {}: {}", choice.value, choice.why.get(lang));
        }
    }
    for table in &receipt.tables {
        let name = if table.name.is_empty() { say("表", "table") } else { &table.name };
        let _ = writeln!(
            out,
            "  {name}: {} {} = {} {} + {} {} + {} {}",
            say("读入", "read"),
            table.read,
            say("接受", "accepted"),
            table.accepted,
            say("修正", "repaired"),
            table.repaired,
            say("拒收", "refused"),
            table.refused,
        );
    }
    if !facts.is_empty() {
        let list: Vec<String> = facts
            .iter()
            .map(|(kind, n)| {
                let title = minesift_core::kind::kind(kind)
                    .map_or_else(|| (*kind).to_owned(), |kind| kind.title().get(lang).to_owned());
                format!("{title} {n}")
            })
            .collect();
        let _ = writeln!(out, "  {} {}", say("所得", "facts"), list.join(say("、", ", ")));
    }
    for (severity, zh_word, en_word) in [
        (Severity::Refused, "拒收", "refused"),
        (Severity::Repaired, "修正", "repaired"),
        (Severity::Note, "说明", "note"),
    ] {
        let of: Vec<&Problem> = receipt.of(severity).collect();
        let shown = if all { of.len() } else { SHOWN.min(of.len()) };
        for problem in &of[..shown] {
            let place = if problem.source.place.is_empty() {
                String::new()
            } else {
                format!("{}: ", problem.source.place_told(lang))
            };
            let _ = writeln!(out, "  [{}] {place}{}", say(zh_word, en_word), problem.message.get(lang));
        }
        if of.len() > shown {
            let more = of.len() - shown;
            let _ = writeln!(
                out,
                "  [{}] {}",
                say(zh_word, en_word),
                if zh {
                    format!("另有 {more} 条（--all 或 --format json 全部列出）")
                } else {
                    format!("{more} more (--all or --format json lists them)")
                }
            );
        }
    }
    out
}

/// A receipt for programs; the schema is `docs/schema/receipt.json`.
pub(crate) fn to_json(receipt: &Receipt, facts: &BTreeMap<&'static str, usize>) -> Value {
    let choice =
        |choice: &Option<Choice>| choice.as_ref().map(|c| json!({"value": c.value, "zh": c.why.zh, "en": c.why.en}));
    let total = receipt.total();
    json!({
        "file": receipt.file,
        "sha256": receipt.sha256,
        "bytes": receipt.bytes,
        "importer": receipt.importer,
        "encoding": choice(&receipt.encoding),
        "crs": choice(&receipt.crs),
        "vertical_datum": choice(&receipt.vertical_datum),
        "read": total.read, "accepted": total.accepted, "repaired": total.repaired, "refused": total.refused,
        "tables": receipt.tables.iter().map(|t| json!({
            "name": t.name, "read": t.read, "accepted": t.accepted, "repaired": t.repaired, "refused": t.refused,
        })).collect::<Vec<_>>(),
        "facts": facts,
        "problems": receipt.problems.iter().map(problem_json).collect::<Vec<_>>(),
    })
}

/// A receipt as the papers print it, from the JSON that a commit keeps; nothing where it is no receipt.
pub(crate) fn for_papers(json: &Value) -> Option<minesift_papers::Receipt> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let text = |value: &Value| Text::new(word(&value["zh"]), word(&value["en"]));
    let rows = |key: &str| json[key].as_u64().unwrap_or_default();
    let choices = [
        (Text::new("编码", "encoding"), &json["encoding"]),
        (Text::new("坐标系", "coordinates"), &json["crs"]),
        (Text::new("高程基准", "heights"), &json["vertical_datum"]),
    ];
    Some(minesift_papers::Receipt {
        file: json["file"].as_str()?.to_owned(),
        sha256: word(&json["sha256"]),
        bytes: rows("bytes"),
        importer: word(&json["importer"]),
        choices: choices
            .into_iter()
            .filter(|(_, choice)| choice.is_object())
            .map(|(what, choice)| (what, word(&choice["value"]), text(choice)))
            .collect(),
        rows: [rows("read"), rows("accepted"), rows("repaired"), rows("refused")],
        problems: json["problems"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|problem| {
                let severity = match problem["severity"].as_str() {
                    Some("refused") => Text::new("拒收", "refused"),
                    Some("repaired") => Text::new("修正", "repaired"),
                    _ => Text::new("说明", "note"),
                };
                (severity, word(&problem["place"]), text(problem))
            })
            .collect(),
    })
}

/// A problem for programs.
pub(crate) fn problem_json(problem: &Problem) -> Value {
    json!({
        "severity": match problem.severity { Severity::Note => "note", Severity::Repaired => "repaired", Severity::Refused => "refused" },
        "file": problem.source.file, "place": problem.source.place, "zh": problem.message.zh, "en": problem.message.en,
    })
}

/// A file refused whole, for programs.
pub(crate) fn refusal_json(file: &str, error: &ImportError) -> Value {
    json!({"file": file, "refused_whole": {"place": error.place.place, "zh": error.message.zh, "en": error.message.en}})
}

/// How many facts of each kind, by name.
pub(crate) fn count<'a>(
    facts: impl IntoIterator<Item = &'a minesift_core::fact::Fact>,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for fact in facts {
        *counts.entry(fact.kind).or_default() += 1;
    }
    counts
}

/// A value for programs.
pub(crate) fn value_json(value: &minesift_core::fact::Value) -> Value {
    use minesift_core::fact::Value as V;
    match value {
        V::Text(words) => json!(words),
        V::Number(number) => json!(number),
        V::Flag(flag) => json!(flag),
        V::Date(date) => json!(date.to_string()),
        V::Texts(list) => json!(list),
        V::Numbers(list) => json!(list),
        V::Plane(plane) => {
            json!({"at": plane.at, "dip_deg": plane.dip_deg, "dip_direction_deg": plane.dip_direction_deg})
        }
        V::Shape(shape) => json!(minesift_importers::site_toml::to_wkt(shape)),
    }
}
