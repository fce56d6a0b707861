//! How numbers, days and the values of the catalogue are written on paper, in both languages.

use minesift_core::fact::{Fact, Value};
use minesift_core::kind;
pub use minesift_core::kind::words::{comma, key_title, short, value, word};
use minesift_core::site::evidence::Grade;
use minesift_core::site::treatment::State;
use minesift_core::text::{Lang, Text};

/// A number with so many decimals and a space between thousands: `57 256.6`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(if text.chars().all(|c| matches!(c, '0' | '.')) { "" } else { sign });
    for (i, digit) in whole.chars().enumerate() {
        // Four digits are read without a gap: years, page numbers, elevations.
        if i > 0 && whole.len() > 4 && (whole.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// Tonnes as 万t, two decimals; a dash where nobody gave a density.
pub fn wan_t(tonnes: Option<f64>) -> String {
    tonnes.map_or_else(|| "—".to_owned(), |t| number(t / 10_000.0, 2))
}

/// The name of a kind of fact.
pub fn kind_title(name: &str) -> Text {
    kind::kind(name).map_or_else(|| Text::same(name), kind::Kind::title)
}

/// How reliable, in the words of the ledger: 实测, 控制, 推断, 调查.
pub fn reliability(grade: Grade) -> Text {
    match grade {
        Grade::Surveyed => Text::new("实测", "surveyed"),
        Grade::Drilled => Text::new("控制", "controlled by drilling"),
        Grade::TwoMethods => Text::new("推断（两种手段）", "inferred, two methods"),
        Grade::OneMethod => Text::new("推断（单一手段）", "inferred, one method"),
        Grade::Reported => Text::new("调查", "reported"),
    }
}

/// How well ascertained, in the words of the ledger, read off the grade and off what was said of the extent.
pub fn ascertained(grade: Grade, extent_clear: Option<bool>) -> Text {
    match (grade, extent_clear) {
        (Grade::Surveyed | Grade::Drilled, None | Some(true)) => Text::new("查明", "ascertained"),
        (Grade::Surveyed | Grade::Drilled | Grade::TwoMethods, _) => Text::new("基本查明", "mostly ascertained"),
        _ => Text::new("未查明", "not ascertained"),
    }
}

/// How far a treatment is.
pub fn state(state: State) -> Text {
    match state {
        State::Designed => Text::new("已设计", "designed"),
        State::Planned => Text::new("计划", "planned"),
        State::Running => Text::new("施工中", "running"),
        State::Done => Text::new("已完工", "done"),
        State::Passed => Text::new("评价通过", "passed"),
        State::Failed => Text::new("评价未通过", "failed"),
    }
}

/// The semicolon of a list.
pub fn semicolon(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "；",
        Lang::En => "; ",
    }
}

/// The name of a thing on a drawing: its own name where it has one, else its id.
pub fn name_of(fact: &Fact) -> String {
    match fact.attributes.get("name_zh") {
        Some(Value::Text(name)) => name.clone(),
        _ => fact.id.clone(),
    }
}

/// A coordinate reference system in words: `EPSG:4527` says little to a surveyor, the zone and meridian all.
pub fn crs(code: &str) -> Text {
    let number: Option<u32> = code.trim().to_ascii_uppercase().strip_prefix("EPSG:").and_then(|n| n.parse().ok());
    match number {
        Some(n @ 4513..=4533) => {
            let zone = n - 4513 + 25;
            Text::new(
                format!("CGCS2000 3°带第{zone}带，中央子午线{}°E（{code}）", zone * 3),
                format!("CGCS2000 3-degree zone {zone}, central meridian {}°E ({code})", zone * 3),
            )
        }
        Some(n @ 4534..=4554) => {
            let meridian = (n - 4534) * 3 + 75;
            Text::new(
                format!("CGCS2000 3°带，中央子午线{meridian}°E，横坐标不加带号（{code}）"),
                format!("CGCS2000 3-degree, central meridian {meridian}°E, no zone prefix ({code})"),
            )
        }
        Some(n @ 4491..=4501) => {
            let zone = n - 4491 + 13;
            Text::new(
                format!("CGCS2000 6°带第{zone}带，中央子午线{}°E（{code}）", zone * 6 - 3),
                format!("CGCS2000 6-degree zone {zone}, central meridian {}°E ({code})", zone * 6 - 3),
            )
        }
        Some(n @ 4502..=4512) => {
            let meridian = (n - 4502) * 6 + 75;
            Text::new(
                format!("CGCS2000 6°带，中央子午线{meridian}°E，横坐标不加带号（{code}）"),
                format!("CGCS2000 6-degree, central meridian {meridian}°E, no zone prefix ({code})"),
            )
        }
        _ => Text::same(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(57256.63, 1), "57 256.6");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(number(1000.0, 0), "1000");
        assert_eq!(number(-12345.0, 0), "-12 345");
        assert_eq!(number(39_512_345.0, 0), "39 512 345");
        assert_eq!(short(3.50), "3.5");
        assert_eq!(short(-300.0), "-300");
    }

    #[test]
    fn zones_are_said_with_their_meridian() {
        assert!(crs("EPSG:4527").zh.contains("第39带，中央子午线117°E"));
        assert!(crs("EPSG:4549").zh.contains("中央子午线120°E"));
        assert_eq!(crs("local").zh, "local");
    }
}
