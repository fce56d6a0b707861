//! LAS well logs, versions 1.2, 2 and 3: the hole and one `log` fact a curve.
//!
//! Depths in feet are turned into metres, the null value becomes NaN, logs that run upwards are turned round, wrapped
//! lines are joined.

use crate::{ImportError, Importer, Input, Intake, Options, encoding, table, values};
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(crate) const IMPORTER: Importer = Importer {
    name: "well-log",
    about: "LAS well logs 1.2, 2, 3 (not LAS point clouds) / LAS 测井曲线",
    extensions: &["las"],
    // Point clouds have the same extension and start with LASF.
    recognises: |input| input.extension() == "las" && !input.head.starts_with(b"LASF"),
    read,
};

/// One `MNEM.UNIT  value : description` line.
#[derive(Clone, Debug, Default)]
struct Item {
    mnemonic: String,
    unit: String,
    value: String,
    about: String,
}

fn item(line: &str) -> Option<Item> {
    let (mnemonic, rest) = line.split_once('.')?;
    let (unit, rest) = match rest.find(char::is_whitespace) {
        Some(at) => rest.split_at(at),
        None => rest.split_once(':').map_or((rest, ""), |(unit, _)| (unit, "")),
    };
    let (value, about) = rest.rsplit_once(':').unwrap_or((rest, ""));
    Some(Item {
        mnemonic: mnemonic.trim().to_owned(),
        unit: unit.trim().trim_end_matches(':').to_owned(),
        value: value.trim().to_owned(),
        about: about.trim().to_owned(),
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Version,
    Well,
    Curves,
    Data,
    /// Rows of another table of LAS 3.
    Rows,
    Other,
}

#[expect(clippy::too_many_lines, reason = "one format, read from top to bottom")]
fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    if input.size > table::LARGEST_TEXT {
        return Err(ImportError::new(&input.name, "文件超过 512 MiB", "the file has more than 512 MiB"));
    }
    let bytes = input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))?;
    let decoded = encoding::decide(&input.name, &bytes, options.encoding.as_deref(), &[])?;
    intake.receipt.encoding = Some(decoded.choice.clone());
    let (mut wrapped, mut delimiter) = (false, ' ');
    let mut null = None;
    let mut well: BTreeMap<String, Item> = BTreeMap::new();
    let mut curves: Vec<Item> = Vec::new();
    let mut section = None;
    let mut data: Vec<(usize, &str)> = Vec::new();
    let mut others: Vec<(String, Vec<usize>)> = Vec::new();
    for (i, line) in decoded.text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('~') {
            let name = name.to_uppercase();
            section = Some(match name.chars().next() {
                Some('V') => Section::Version,
                Some('W') => Section::Well,
                // LAS 3 has sections of its own for cores, tests, tops: each with a definition and data.
                _ if name.starts_with("LOG_DEFINITION") => Section::Curves,
                _ if name.starts_with("LOG_DATA") => Section::Data,
                _ if name.contains("_DATA") => {
                    others.push((name.split('|').next().unwrap_or(&name).trim().to_owned(), Vec::new()));
                    Section::Rows
                }
                _ if name.contains("_DEFINITION") => Section::Other,
                Some('C') => Section::Curves,
                Some('A') => Section::Data,
                _ => Section::Other,
            });
            continue;
        }
        match section {
            None | Some(Section::Other) => {}
            Some(Section::Rows) => others.last_mut().into_iter().for_each(|(_, rows)| rows.push(i + 1)),
            Some(Section::Data) => data.push((i + 1, trimmed)),
            Some(Section::Curves) => curves.extend(item(trimmed)),
            Some(of) => {
                let Some(item) = item(trimmed) else { continue };
                match (of, item.mnemonic.to_uppercase().as_str()) {
                    (Section::Version, "WRAP") => wrapped = item.value.to_uppercase().starts_with('Y'),
                    (Section::Version, "DLM") => {
                        delimiter = match item.value.to_uppercase().as_str() {
                            "COMMA" => ',',
                            "TAB" => '\t',
                            _ => ' ',
                        }
                    }
                    (Section::Well, "NULL") => null = values::plain_number(&item.value, true),
                    (Section::Well, name) => {
                        well.insert(name.to_owned(), item);
                    }
                    _ => {}
                }
            }
        }
    }
    if section.is_none() {
        return Err(ImportError::new(
            &input.name,
            "不是 LAS 测井文件：没有以 ~ 开头的段",
            "this is no LAS log: no section starts with ~",
        ));
    }
    if curves.is_empty() {
        return Err(ImportError::new(&input.name, "没有曲线定义段（~Curve）", "there is no ~Curve section"));
    }
    let file = Source { file: input.name.clone(), place: String::new() };
    // Old writers put the value where version 2 has the description.
    let said = |name: &str| -> Option<String> {
        let item = well.get(name)?;
        [&item.value, &item.about]
            .into_iter()
            .find(|words| {
                !words.is_empty() && !matches!(words.to_uppercase().as_str(), "WELL" | "UNIQUE WELL ID" | "UWI")
            })
            .cloned()
    };
    let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem);
    let hole = said("WELL").or_else(|| said("UWI")).unwrap_or_else(|| stem.to_owned());
    intake.table("~A");
    if data.is_empty() {
        intake.note(
            &file,
            Text::new(
                "没有数据（~A 段缺失或为空）：只读了井头",
                "there are no readings (~A is missing or empty): only the header was read",
            ),
        );
    }
    let (factor, unit_said) = match values::factor(&curves[0].unit, "m") {
        Some(factor) => (factor, true),
        None => (options.units.as_deref().and_then(|unit| values::factor(unit, "m")).unwrap_or(1.0), false),
    };
    let unit = &curves[0].unit;
    let note = match (unit_said, options.units.as_deref()) {
        (true, _) if (factor - 1.0).abs() > f64::EPSILON => Some(Text::new(
            format!("深度单位为 {unit}，已换算为米（×{factor}）"),
            format!("depths are in {unit}: turned into metres (× {factor})"),
        )),
        (true, _) => None,
        (false, Some(said)) => Some(Text::new(
            format!("深度单位“{unit}”不认识，按 --units 取 {said}"),
            format!("the depth unit \"{unit}\" is not known: taken as {said}, as --units says"),
        )),
        (false, None) => Some(Text::new(
            format!("深度单位“{unit}”不认识，按米读取；英尺请加 --units ft"),
            format!("the depth unit \"{unit}\" is not known: taken as metres; say --units ft for feet"),
        )),
    };
    if let Some(note) = note {
        intake.note(&file, note);
    }
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); curves.len()];
    let comma = delimiter != ',' && data.iter().any(|(_, line)| line.contains(','));
    let point = data.iter().any(|(_, line)| line.contains('.'));
    // Where no number has a point all are written so; beside points a comma is a slip, and its row repaired.
    if comma && !point {
        intake.note(&file, Text::new("数字用逗号作小数点", "numbers are written with a decimal comma"));
    }
    let number = |word: &str| -> Option<f64> {
        match word.parse::<f64>() {
            Ok(value) if null.is_some_and(|null| (value - null).abs() < 1e-6) => Some(f64::NAN),
            Ok(value) => Some(if value.is_finite() { value } else { f64::NAN }),
            Err(_) if values::is_nothing(word) => Some(f64::NAN),
            Err(_) => None,
        }
    };
    let with_point = |word: &str| {
        let once = comma && word.matches(',').count() == 1 && !word.contains('.');
        once.then(|| word.replace(',', ".")).and_then(|word| number(&word))
    };
    let decimals = decimals(&data);
    let mut pending: Vec<f64> = Vec::new();
    let mut words_in_curves = 0_u64;
    for (line_number, line) in &data {
        let source = Source { file: input.name.clone(), place: format!("row {line_number}") };
        let words: Vec<&str> = if delimiter == ' ' {
            line.split_whitespace().collect()
        } else {
            line.split(delimiter).map(str::trim).collect()
        };
        let mut numbers = Vec::with_capacity(words.len());
        let mut parted: Vec<&str> = Vec::new();
        let mut commas: Vec<&str> = Vec::new();
        for word in &words {
            match number(word).or_else(|| with_point(word).inspect(|_| commas.push(word))) {
                Some(value) => numbers.push(value),
                // Curves of words (LAS 3) and run-on numbers such as 1.5-999.25.
                None => {
                    if let Some(pieces) = run_on(word).or_else(|| run_together(word, decimals?)) {
                        parted.push(word);
                        numbers.extend(
                            pieces
                                .into_iter()
                                .map(|v| if null.is_some_and(|null| (v - null).abs() < 1e-6) { f64::NAN } else { v }),
                        );
                    } else {
                        words_in_curves += 1;
                        numbers.push(f64::NAN);
                    }
                }
            }
        }
        if wrapped {
            pending.extend(numbers);
            if pending.len() < curves.len() {
                continue;
            }
            numbers = std::mem::take(&mut pending);
        }
        if numbers.len() != curves.len() || numbers[0].is_nan() {
            intake.refuse(
                &source,
                Text::new(
                    format!("有 {} 个数，曲线有 {} 条，或没有深度", numbers.len(), curves.len()),
                    format!("{} numbers for {} curves, or no depth", numbers.len(), curves.len()),
                ),
            );
            continue;
        }
        for (column, value) in columns.iter_mut().zip(numbers) {
            column.push(value);
        }
        let mut repairs = Vec::new();
        if !parted.is_empty() {
            let parted = parted.join(", ");
            repairs.push(Text::new(
                format!("数字之间没有空格，已分开：{parted}"),
                format!("numbers without a space between them were parted: {parted}"),
            ));
        }
        if point && !commas.is_empty() {
            let commas = commas.join("; ");
            repairs.push(Text::new(
                format!("逗号按小数点读：{commas}"),
                format!("a comma was read as the decimal point: {commas}"),
            ));
        }
        intake.take([], &source, &repairs);
    }
    if wrapped {
        let (lines, records) = (data.len(), columns[0].len());
        intake.note(
            &file,
            Text::new(
                format!("数据折行（WRAP YES）：{lines} 行合并为 {records} 条记录"),
                format!("its records run over several lines (WRAP YES): {lines} lines are {records} records"),
            ),
        );
    }
    if !pending.is_empty() {
        intake.refuse(
            &file,
            Text::new(
                "最后一组折行数据不完整（文件被截断？）",
                "the last wrapped record is not complete (a truncated file?)",
            ),
        );
    }
    if words_in_curves > 0 {
        intake.note(
            &file,
            Text::new(
                format!("{words_in_curves} 个读数是文字，记为无数据"),
                format!("{words_in_curves} readings are words: kept as no data"),
            ),
        );
    }
    let mut depths: Vec<f64> = columns[0].iter().map(|depth| depth * factor).collect();
    if depths.first().zip(depths.last()).is_some_and(|(first, last)| first > last) {
        intake.note(&file, Text::new("曲线自下而上记录，已倒序", "the log runs upwards: it was turned round"));
        depths.reverse();
        columns.iter_mut().for_each(|column| column.reverse());
    }
    let position = match (said("LATI"), said("LONG")) {
        (Some(lat), Some(lon)) => {
            let datum = said("GDAT").unwrap_or_else(|| "?".to_owned());
            (
                format!("（只写明纬度 {lat}、经度 {lon}，基准 {datum}，未采用）"),
                format!(" of its own to go by (latitude {lat}, longitude {lon} on {datum} are not used)"),
            )
        }
        _ => Default::default(),
    };
    intake.note(
        &file,
        Text::new(
            format!("孔 {hole}：文件没有可用的孔口坐标{}，位置取自坐标表", position.0),
            format!("hole {hole}: the file states no position{}, it comes from a table of positions", position.1),
        ),
    );
    for (name, rows) in others {
        intake.table(format!("~{name}"));
        for row in rows {
            intake.refuse(
                &Source { file: input.name.clone(), place: format!("row {row}") },
                Text::new(
                    format!("LAS 3 的 ~{name} 段不读；测斜、分层请另存为 CSV 台账导入"),
                    format!("the section ~{name} of LAS 3 is not read: bring surveys, tops and cores as a CSV ledger"),
                ),
            );
        }
    }
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for (curve, column) in curves.iter().zip(&columns).skip(1) {
        let times = names.entry(curve.mnemonic.clone()).or_default();
        *times += 1;
        let name = if *times > 1 { format!("{}:{times}", curve.mnemonic) } else { curve.mnemonic.clone() };
        if *times == 2 {
            intake.note(
                &file,
                Text::new(
                    format!("曲线名 {} 重复，已编号", curve.mnemonic),
                    format!("the curve name {} stands more than once: numbered", curve.mnemonic),
                ),
            );
        }
        let mut fact = Fact::new("log", format!("{hole}/{name}"))
            .with("hole", Value::Text(hole.clone()))
            .with("curve", Value::Text(name))
            .with("depths_m", Value::Numbers(depths.clone()))
            .with("values", Value::Numbers(column.clone()))
            .from_source(file.clone());
        if !curve.unit.is_empty() {
            fact = fact.with("unit", Value::Text(curve.unit.clone()));
        }
        if !curve.about.is_empty() {
            fact = fact.with("about", Value::Text(curve.about.clone()));
        }
        intake.facts.push(fact);
    }
    Ok(())
}

/// How many decimals every reading of the file has, where all have as many.
fn decimals(data: &[(usize, &str)]) -> Option<usize> {
    let mut words =
        data.iter().flat_map(|(_, line)| line.split_whitespace()).filter(|word| word.parse::<f64>().is_ok());
    let of = |word: &str| word.rsplit_once('.').map(|(_, tail)| tail.len());
    let first = words.next().and_then(of).filter(|n| *n > 0)?;
    words.all(|word| of(word) == Some(first)).then_some(first)
}

/// Numbers of columns too narrow for them: `7.020101130.188` where every reading has three decimals.
fn run_together(word: &str, decimals: usize) -> Option<Vec<f64>> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find('.')? + 1 + decimals;
        pieces.push(rest.get(..end)?.parse().ok()?);
        rest = &rest[end..];
    }
    (pieces.len() > 1).then_some(pieces)
}

/// Numbers written without a space between them: `1.5-999.25`.
fn run_on(word: &str) -> Option<Vec<f64>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (i, c) in word.char_indices().skip(1) {
        if c == '-' && !word[..i].ends_with(['e', 'E']) {
            pieces.push(word[start..i].parse().ok()?);
            start = i;
        }
    }
    pieces.push(word[start..].parse().ok()?);
    (pieces.len() > 1).then_some(pieces)
}
