//! Documents generated from the program are what the program says; `make bless` rewrites them.

use minesift_core::kind::{self, FieldType, ShapeKind};
use std::fmt::Write as _;
use std::path::Path;

fn keep(path: &str, begin: &str, end: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&file).unwrap();
    let (head, rest) = text.split_once(begin).unwrap();
    let (_, tail) = rest.split_once(end).unwrap();
    let wanted = format!("{head}{begin}\n{generated}{end}{tail}");
    if std::env::var_os("MINESIFT_BLESS").is_some() {
        std::fs::write(&file, wanted).unwrap();
    } else {
        assert!(text == wanted, "{path} is not what the program says; run `make bless` and look at the difference");
    }
}

fn type_words(ty: FieldType) -> String {
    match ty {
        FieldType::Text => "text".into(),
        FieldType::OneOf(words) => words.join(", "),
        FieldType::Number { unit, least, most } => {
            let range = match (least.is_finite(), most.is_finite()) {
                (true, true) => format!(", {least} to {most}"),
                (true, false) => format!(", ≥ {least}"),
                _ => String::new(),
            };
            format!("number{}{range}", if unit.is_empty() { String::new() } else { format!(", {unit}") })
        }
        FieldType::Flag => "true, false".into(),
        FieldType::Date => "date".into(),
        FieldType::Texts => "list of texts".into(),
        FieldType::Numbers(0) => "list of numbers".into(),
        FieldType::Numbers(n) => format!("{n} numbers"),
        FieldType::Plane => "plane".into(),
        FieldType::Shape(shape) => shape_words(shape).into(),
    }
}

fn shape_words(shape: ShapeKind) -> &'static str {
    match shape {
        ShapeKind::Point => "position",
        ShapeKind::Line => "line, WKT",
        ShapeKind::Area => "area, WKT",
        ShapeKind::Any => "any shape",
        ShapeKind::Mesh => "mesh { vertices, triangles }",
    }
}

#[test]
fn the_page_of_site_toml_lists_every_kind_and_key() {
    let mut page = String::new();
    for kind in kind::kinds() {
        let name = if kind.single { format!("[{}]", kind.name) } else { format!("[[{}]]", kind.name) };
        let _ = writeln!(page, "\n### `{name}` {} / {}\n", kind.zh, kind.en);
        let _ = writeln!(page, "| key | 名称 | is | meaning |\n| --- | --- | --- | --- |");
        if let Some((key, shape)) = kind.shape {
            let _ = writeln!(page, "| `{key}` | 图形 | {} | its shape |", shape_words(shape));
        }
        for field in kind.fields {
            let _ = writeln!(page, "| `{}` | {} | {} | {} |", field.key, field.zh, type_words(field.ty), field.about);
        }
        if kind.group == kind::Group::Hazard {
            let _ = writeln!(page, "| | | | and the keys of every hazard, below |");
        }
    }
    let _ = writeln!(page, "\n### Keys of every hazard\n\n| key | 名称 | is | meaning |\n| --- | --- | --- | --- |");
    let goaf = kind::kind("goaf").unwrap();
    for field in goaf.all_fields().filter(|field| !goaf.fields.contains(field)) {
        let _ = writeln!(page, "| `{}` | {} | {} | {} |", field.key, field.zh, type_words(field.ty), field.about);
    }
    page.push('\n');
    keep("docs/formats/site-toml.md", "<!-- kinds: begin -->", "<!-- kinds: end -->", &page);
}
