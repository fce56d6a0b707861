//! Which vertical datum a file's elevations stand on: what the file says in words, else the map's, and which it was.
//!
//! Between the 1956 Huanghai and the 1985 national datum lie 0.029 m at the origin (72.289 m and 72.260 m above the zero
//! of each), and other values elsewhere: nothing is shifted without parameters of the place, it is said.

use crate::{Choice, Content, Input, Intake, Options};
use minesift_core::fact::{Fact, Shape, Source, Value};
use minesift_core::text::Text;

/// Words that name a datum, in headers, titles and headings.
const WORDS: &[(&str, &[&str])] = &[
    ("1956", &["1956年黄海", "1956黄海", "56黄海", "黄海高程系", "1956年高程"]),
    ("1985", &["1985国家高程", "1985年国家高程", "85国家高程", "85高程", "1985高程", "国家85"]),
];

/// Puts the datum into the receipt, where a fact has an elevation.
pub(crate) fn state(input: &Input, options: &Options, intake: &mut Intake) {
    if !intake.facts.iter().any(has_elevation) {
        return;
    }
    let source = Source { file: input.name.clone(), place: String::new() };
    let said = intake.receipt.vertical_datum.clone().or_else(|| by_words(input, intake));
    let map = options.map_vertical_datum.as_deref().map(str::trim).filter(|datum| !datum.is_empty());
    match (&said, map) {
        (Some(said), Some(map)) if !said.value.contains(map) && !map.contains(said.value.as_str()) => {
            intake.note(&source, Text::new(
                format!("文件高程基准为 {}，地图为 {map}：两者之差因地而异（原点处 1956 与 1985 相差 0.029 m），未给参数，标高保持原值", said.value),
                format!("the file's heights stand on {}, the map's on {map}: they differ from place to place (1956 and 1985 by 0.029 m at the origin); no parameters are given, heights are kept as written", said.value),
            ));
        }
        _ => {}
    }
    intake.receipt.vertical_datum = said.or_else(|| {
        Some(match map {
            Some(map) => Choice {
                value: map.to_owned(),
                why: Text::new("文件未注明，取与地图相同", "the file does not say: taken as the map's"),
            },
            None => Choice {
                value: "not stated / 未注明".to_owned(),
                why: Text::new(
                    "文件和地图都未注明；标高保持原值",
                    "neither file nor map says: heights are kept as written",
                ),
            },
        })
    });
}

fn by_words(input: &Input, intake: &Intake) -> Option<Choice> {
    let head = if std::str::from_utf8(&input.head[..input.head.len().min(4096)]).is_ok() {
        String::from_utf8_lossy(&input.head).into_owned()
    } else {
        encoding_rs::GB18030.decode(&input.head).0.into_owned()
    };
    // The titles of a workbook's sheets stand in the notes; those of a binary file's head mean nothing.
    let text = !matches!(&input.content, Content::Memory(_)) || input.head.iter().take(512).all(|byte| *byte != 0);
    let titles: String = intake.receipt.problems.iter().map(|problem| problem.message.zh.as_str()).collect();
    let found = |words: &str| WORDS.iter().find(|(_, names)| names.iter().any(|name| words.contains(name)));
    let (datum, _) = found(&titles).or_else(|| found(&head).filter(|_| text))?;
    Some(Choice { value: (*datum).to_owned(), why: Text::new("文件中写明", "the file says so in words") })
}

fn has_elevation(fact: &Fact) -> bool {
    let shape = match &fact.shape {
        Some(Shape::Point(at)) => at.z.is_some(),
        Some(Shape::Lines(lines)) => lines.iter().flatten().any(|at| at.z.is_some()),
        Some(Shape::Mesh(_)) => true,
        _ => false,
    };
    shape
        || fact
            .attributes
            .iter()
            .any(|(key, value)| crate::columns::is_elevation(key) && matches!(value, Value::Number(_)))
        || (fact.kind == "grid" && fact.text("surface") != Some("thickness"))
}
