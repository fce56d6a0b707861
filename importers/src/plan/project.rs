//! MS Project XML (MSPDI): tasks with their days, predecessors and custom fields, read as rows of a plan.

use super::{Roles, Sheet, plain_name, rows};
use crate::table::{Cell, Row, Table};
use crate::{ImportError, Importer, Input, Intake, Options, columns};
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use roxmltree::{Document, Node};
use std::collections::BTreeMap;

pub(crate) const IMPORTER: Importer = Importer {
    name: "ms-project",
    about: "MS Project XML (MSPDI): tasks of a succession plan / Project 文件另存为 XML",
    extensions: &["xml"],
    recognises: |input| {
        let head = String::from_utf8_lossy(&input.head[..input.head.len().min(4096)]);
        input.extension() == "xml" && head.contains("schemas.microsoft.com/project")
    },
    read,
};

/// What a task is, by its own word, that of its summary task, or its name.
fn sheet_of(words: &str) -> Option<Sheet> {
    let has = |of: &[&str]| of.iter().any(|word| words.contains(word));
    if has(&["治理", "疏放", "注浆", "抽采", "treatment"]) {
        Some(Sheet::Treatments)
    } else if has(&["掘进", "巷", "顺", "上山", "下山", "切眼", "heading"]) {
        Some(Sheet::Headings)
    } else if has(&["采煤", "回采", "工作面", "face"]) {
        Some(Sheet::Faces)
    } else {
        None
    }
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|c| c.tag_name().name() == name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let bytes = input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))?;
    let text = crate::encoding::decide(&input.name, &bytes, options.encoding.as_deref(), &[])?.text;
    let broken = |why: String| {
        ImportError::new(
            &input.name,
            format!("XML 无法读取：{why}；请在 Project 中另存为 XML"),
            format!("the XML cannot be read: {why}; save it as XML from Project again"),
        )
    };
    let document = Document::parse(text.trim_start_matches('\u{feff}')).map_err(|error| broken(error.to_string()))?;
    let root = document.root_element();
    let mapping = columns::mapping(options)?;
    // Custom fields by their number, as the planner named them.
    let aliases: BTreeMap<&str, &str> = root
        .descendants()
        .filter(|node| {
            node.tag_name().name() == "ExtendedAttribute"
                && node.parent().is_some_and(|p| p.tag_name().name() == "ExtendedAttributes")
        })
        .filter_map(|node| Some((child(node, "FieldID")?, child(node, "Alias").or_else(|| child(node, "FieldName"))?)))
        .collect();
    let tasks: Vec<Node<'_, '_>> =
        root.descendants().filter(|node| node.tag_name().name() == "Task" && child(*node, "UID").is_some()).collect();
    let names: BTreeMap<&str, &str> =
        tasks.iter().filter_map(|task| Some((child(*task, "UID")?, child(*task, "Name")?))).collect();
    let mut tables: Vec<(Sheet, Table)> = Vec::new();
    let mut above: Vec<(u32, String)> = Vec::new();
    intake.table("Tasks");
    for task in &tasks {
        let uid = child(*task, "UID").unwrap_or("?");
        let name = child(*task, "Name").unwrap_or_default();
        let level: u32 = child(*task, "OutlineLevel").and_then(|l| l.parse().ok()).unwrap_or(1);
        above.retain(|(of, _)| *of < level);
        if uid == "0" || child(*task, "Summary") == Some("1") {
            above.push((level, name.to_owned()));
            intake.accept([]);
            continue;
        }
        let mut cells: Vec<(String, Cell)> = Vec::new();
        for own in task.children().filter(|c| c.tag_name().name() == "ExtendedAttribute") {
            if let (Some(field), Some(value)) = (child(own, "FieldID"), child(own, "Value")) {
                cells.push((
                    aliases.get(field).map_or_else(|| field.to_owned(), |alias| (*alias).to_owned()),
                    Cell::Text(value.to_owned()),
                ));
            }
        }
        let kind =
            cells.iter().find(|(header, _)| matches!(columns::split(header).0.as_str(), "类型" | "任务类型" | "type"));
        let mut said: Vec<String> = kind.map(|(_, cell)| cell.words()).into_iter().collect();
        said.extend(above.iter().rev().map(|(_, name)| name.clone()));
        said.push(name.to_owned());
        let Some(sheet) = said.iter().find_map(|words| sheet_of(words)) else {
            let source = Source { file: input.name.clone(), place: format!("task UID {uid}") };
            intake.refuse(&source, Text::new(
                format!("看不出任务“{name}”是采煤、掘进还是治理；请放在相应摘要任务之下，或加自定义域“类型”"),
                format!("whether task \"{name}\" is a face, a heading or a treatment cannot be told: put it below a summary task that says so, or add a custom field 类型"),
            ));
            continue;
        };
        let day = |key: &str| {
            child(*task, key).and_then(|text| text.get(..10)).map_or(Cell::Empty, |text| Cell::Text(text.to_owned()))
        };
        let own = match sheet {
            Sheet::Faces => "工作面",
            Sheet::Headings => "巷道",
            _ => "编号",
        };
        if !cells.iter().any(|(header, _)| columns::split(header).0 == own) {
            cells.push((own.to_owned(), Cell::Text(name.to_owned())));
        }
        cells.push(("开工".to_owned(), day("Start")));
        cells.push(("竣工".to_owned(), day("Finish")));
        let after: Vec<String> = task
            .children()
            .filter(|c| c.tag_name().name() == "PredecessorLink" && child(*c, "Type").is_none_or(|kind| kind == "1"))
            .filter_map(|link| names.get(child(link, "PredecessorUID")?).map(|name| plain_name(name)))
            .collect();
        if !after.is_empty() && sheet != Sheet::Treatments {
            cells.push(("前置".to_owned(), Cell::Text(after.join("、"))));
        }
        let headers: Vec<String> = cells.iter().map(|(header, _)| header.clone()).collect();
        let row = Row { number: uid.parse().unwrap_or(0), cells: cells.into_iter().map(|(_, cell)| cell).collect() };
        let table = Table {
            name: format!("task UID {uid}"),
            above: Vec::new(),
            headers,
            rows: vec![row],
            decimal_comma: false,
            notes: Vec::new(),
            left: 0,
            filled: Vec::new(),
        };
        tables.push((sheet, table));
    }
    if tasks.is_empty() {
        return Err(broken("no Task".to_owned()));
    }
    for (sheet, table) in &tables {
        let roles = Roles::new(&input.name, table, &mapping)?;
        rows(input, table, &roles, *sheet, intake);
    }
    let title = child(root, "Title").or_else(|| child(root, "Name")).unwrap_or(&input.name);
    let tier = super::tier(title);
    let mut plan = Fact::new("plan", tier.unwrap_or("plan"))
        .with("name_zh", Value::Text(title.to_owned()))
        .from_source(Source { file: input.name.clone(), place: String::new() });
    if let Some(tier) = tier {
        plan = plan.with("tier", Value::Text(tier.to_owned()));
    }
    intake.facts.insert(0, plan);
    Ok(())
}
