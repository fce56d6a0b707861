//! Styles that QGIS finds in the file: colour, hatch and letter of the zones, water lines, faults, holes.
//!
//! Colours come with a hatch and a letter (可, 缓, 禁), because a red-green blind reader and a black-and-white print
//! must tell the zones apart too.

use crate::error::MapError;
use crate::schema::EPOCH;
use minesift_core::kind::{self, Group, Kind, ShapeKind};
use rusqlite::Connection;
use std::borrow::Cow;
use std::fmt::Write as _;

/// How one value of a layer's column is drawn.
#[derive(Clone)]
struct Category {
    value: &'static str,
    label: &'static str,
    symbol: Symbol,
}

#[derive(Clone, Copy)]
enum Symbol {
    /// Fill colour and strength of it 0 to 255, outline, hatch angles with their distance in mm.
    Fill {
        colour: &'static str,
        alpha: u8,
        outline: &'static str,
        width: &'static str,
        dash: &'static str,
        hatch: &'static [(i32, &'static str)],
    },
    /// Colour, width in mm, pattern.
    Line { colour: &'static str, width: &'static str, dash: &'static str },
    /// Colour, outline.
    Marker { colour: &'static str, outline: &'static str, shape: &'static str },
}

/// How a layer is drawn.
#[derive(Clone)]
struct Style {
    table: &'static str,
    name: &'static str,
    column: &'static str,
    categories: Cow<'static, [Category]>,
    /// Expression of its label, empty for none; size in points.
    label: (&'static str, &'static str),
}

const fn area(colour: &'static str, alpha: u8, outline: &'static str, hatch: &'static [(i32, &'static str)]) -> Symbol {
    Symbol::Fill { colour, alpha, outline, width: "0.4", dash: "solid", hatch }
}

const fn border(outline: &'static str, dash: &'static str) -> Symbol {
    Symbol::Fill { colour: "255,255,255", alpha: 0, outline, width: "0.3", dash, hatch: &[] }
}

const STYLES: &[Style] = &[
    Style {
        table: "zones",
        name: "三区（可采、缓采、禁采）",
        column: "class",
        categories: Cow::Borrowed(&[
            Category { value: "mineable", label: "可采区", symbol: area("127,191,123", 150, "27,120,55", &[]) },
            Category {
                value: "deferred", label: "缓采区", symbol: area("254,217,79", 160, "153,110,0", &[(45, "4")])
            },
            Category {
                value: "forbidden",
                label: "禁采区",
                symbol: area("215,48,39", 165, "103,0,13", &[(45, "3"), (135, "3")]),
            },
        ]),
        label: ("label", "9"),
    },
    Style {
        table: "findings",
        name: "判定（每条理由）",
        column: "class",
        categories: Cow::Borrowed(&[
            Category { value: "deferred", label: "缓采判定", symbol: border("153,110,0", "dash") },
            Category { value: "forbidden", label: "禁采判定", symbol: border("103,0,13", "dash dot") },
        ]),
        label: ("", "7"),
    },
    Style {
        table: "water_lines",
        name: "积水线、探水线、警戒线",
        column: "line_zh",
        categories: Cow::Borrowed(&[
            Category {
                value: "积水线",
                label: "积水线",
                symbol: Symbol::Line { colour: "8,81,156", width: "0.8", dash: "solid" },
            },
            Category {
                value: "探水线",
                label: "探水线",
                symbol: Symbol::Line { colour: "49,130,189", width: "0.6", dash: "dash" },
            },
            Category {
                value: "警戒线",
                label: "警戒线",
                symbol: Symbol::Line { colour: "203,24,29", width: "0.6", dash: "dash dot" },
            },
        ]),
        label: ("\"line_zh\" || coalesce(' ' || \"water_level_m\" || 'm', '')", "7"),
    },
    Style {
        table: "licence",
        name: "采矿许可范围",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "井田边界",
            symbol: Symbol::Fill {
                colour: "255,255,255",
                alpha: 0,
                outline: "0,0,0",
                width: "1",
                dash: "dash dot",
                hatch: &[],
            },
        }]),
        label: ("", "8"),
    },
    Style {
        table: "goaf",
        name: "采空区",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "采空区",
            symbol: area("189,189,189", 110, "82,82,82", &[(0, "3")]),
        }]),
        label: ("coalesce(\"name_zh\", \"id\") || coalesce('\\n积水标高 ' || \"water_level_m\" || 'm', '')", "7"),
    },
    Style {
        table: "fault",
        name: "断层",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "断层",
            symbol: Symbol::Line { colour: "227,26,28", width: "0.7", dash: "solid" },
        }]),
        label: (
            "coalesce(\"name_zh\", \"id\") || coalesce(' ∠' || \"dip_deg\" || '°', '') || coalesce(' H=' || \"throw_m\" || 'm', '')",
            "7",
        ),
    },
    Style {
        table: "collapse_column",
        name: "陷落柱",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "陷落柱",
            symbol: area("158,154,200", 120, "84,39,143", &[(45, "2")]),
        }]),
        label: ("coalesce(\"name_zh\", \"id\")", "7"),
    },
    Style {
        table: "borehole",
        name: "钻孔（封孔质量）",
        column: "sealing",
        categories: Cow::Borrowed(&[
            Category {
                value: "qualified",
                label: "封孔合格",
                symbol: Symbol::Marker { colour: "255,255,255", outline: "0,0,0", shape: "circle" },
            },
            Category {
                value: "unqualified",
                label: "封孔不合格",
                symbol: Symbol::Marker { colour: "227,26,28", outline: "0,0,0", shape: "circle" },
            },
            Category {
                value: "",
                label: "封孔不明",
                symbol: Symbol::Marker { colour: "254,217,79", outline: "0,0,0", shape: "circle" },
            },
        ]),
        label: ("coalesce(\"name_zh\", \"id\")", "7"),
    },
    Style {
        table: "pillar",
        name: "煤柱",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "煤柱",
            symbol: area("191,129,45", 100, "84,48,5", &[(135, "3")]),
        }]),
        label: ("coalesce(\"name_zh\", \"id\")", "7"),
    },
    Style {
        table: "anomaly",
        name: "物探异常区",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "物探异常区",
            symbol: Symbol::Fill {
                colour: "231,41,138",
                alpha: 40,
                outline: "197,27,125",
                width: "0.5",
                dash: "dash",
                hatch: &[],
            },
        }]),
        label: ("coalesce(\"name_zh\", \"id\")", "7"),
    },
    Style {
        table: "survey",
        name: "普查范围",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "普查范围",
            symbol: Symbol::Fill {
                colour: "255,255,255",
                alpha: 0,
                outline: "0,109,44",
                width: "0.4",
                dash: "dot",
                hatch: &[],
            },
        }]),
        label: ("", "7"),
    },
    Style {
        table: "face",
        name: "采煤工作面",
        column: "",
        categories: Cow::Borrowed(&[Category {
            value: "",
            label: "采煤工作面",
            symbol: area("255,255,255", 60, "33,33,33", &[]),
        }]),
        label: ("coalesce(\"name_zh\", \"id\") || coalesce('\\n' || \"from\", '')", "7"),
    },
];

/// Colours of the kinds that need no categories: fill, line, hatch.
const COLOURS: &[(&str, &str, &str, &[(i32, &str)])] = &[
    ("abandoned_shaft", "150,120,90", "84,48,5", &[]),
    ("aquifer", "158,202,225", "8,81,156", &[(0, "4")]),
    ("aquiclude_window", "158,202,225", "8,81,156", &[(45, "4")]),
    ("bed_separation_water", "158,202,225", "8,81,156", &[(0, "2")]),
    ("burnt_zone", "253,174,107", "140,45,4", &[(90, "2")]),
    ("fire_area", "253,141,60", "140,45,4", &[(45, "2"), (135, "2")]),
    ("floor_block", "222,235,247", "33,113,181", &[]),
    ("gas_region", "218,218,235", "84,39,143", &[(135, "4")]),
    ("gas_rich_area", "218,218,235", "84,39,143", &[(45, "4")]),
    ("ground_fissure", "217,95,14", "153,52,4", &[]),
    ("microseism", "247,104,161", "122,1,119", &[]),
    ("old_working", "150,120,90", "84,48,5", &[]),
    ("outburst_point", "84,39,143", "0,0,0", &[]),
    ("rock_burst_area", "251,128,114", "165,15,21", &[(0, "3"), (90, "3")]),
    ("surface_water", "107,174,214", "8,48,107", &[]),
];

/// How a kind of the catalogue without a style of its own is drawn: one symbol, labelled by its name.
fn plain(kind: &Kind, shape: ShapeKind) -> Style {
    let own = COLOURS.iter().find(|(name, ..)| *name == kind.name);
    let (colour, line, hatch) = own.map_or_else(
        || match kind.group {
            Group::Hazard => ("252,187,161", "153,0,13", &[][..]),
            Group::Plan => ("240,240,240", "33,33,33", &[][..]),
            Group::Ground | Group::Evidence => ("229,245,224", "35,139,69", &[][..]),
        },
        |(_, colour, line, hatch)| (*colour, *line, *hatch),
    );
    let symbol = match shape {
        ShapeKind::Point => Symbol::Marker { colour, outline: line, shape: "diamond" },
        // QGIS draws one type of symbol a layer, and roadways are drawn as their middle line more often than as outlines.
        ShapeKind::Any if matches!(kind.name, "old_working" | "working") => {
            Symbol::Line { colour: line, width: "0.7", dash: "solid" }
        }
        ShapeKind::Line => Symbol::Line { colour: line, width: "0.5", dash: "solid" },
        _ => area(colour, 90, line, hatch),
    };
    Style {
        table: kind.name,
        name: kind.zh,
        column: "",
        categories: Cow::Owned(vec![Category { value: "", label: kind.zh, symbol }]),
        label: (if kind.field("name_zh").is_some() { "coalesce(\"name_zh\", \"id\")" } else { "\"id\"" }, "7"),
    }
}

/// The style of every layer, those of the catalogue in its order.
fn styles() -> Vec<Style> {
    let others = kind::kinds()
        .filter(|kind| !STYLES.iter().any(|style| style.table == kind.name))
        .filter_map(|kind| Some(plain(kind, kind.shape?.1)));
    STYLES.iter().cloned().chain(others).collect()
}

fn property(out: &mut String, key: &str, value: &str) {
    let _ = write!(out, "<prop k=\"{key}\" v=\"{value}\"/>");
}

fn layer(out: &mut String, class: &str, properties: &[(&str, &str)], inner: &str) {
    let _ = write!(out, "<layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\">");
    for (key, value) in properties {
        property(out, key, value);
    }
    out.push_str(inner);
    out.push_str("</layer>");
}

fn symbol(name: &str, symbol: Symbol) -> String {
    let mut out = String::new();
    let kind = match symbol {
        Symbol::Fill { .. } => "fill",
        Symbol::Line { .. } => "line",
        Symbol::Marker { .. } => "marker",
    };
    let _ = write!(out, "<symbol type=\"{kind}\" name=\"{name}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">");
    match symbol {
        Symbol::Fill { colour, alpha, outline, width, dash, hatch } => {
            layer(
                &mut out,
                "SimpleFill",
                &[
                    ("color", &format!("{colour},{alpha}")),
                    ("outline_color", &format!("{outline},255")),
                    ("outline_style", dash),
                    ("outline_width", width),
                    ("outline_width_unit", "MM"),
                    ("style", if alpha == 0 { "no" } else { "solid" }),
                ],
                "",
            );
            for (number, (angle, distance)) in hatch.iter().enumerate() {
                let mut line = format!(
                    "<symbol type=\"line\" name=\"@{name}@{}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">",
                    number + 1
                );
                layer(
                    &mut line,
                    "SimpleLine",
                    &[
                        ("line_color", &format!("{outline},200")),
                        ("line_style", "solid"),
                        ("line_width", "0.25"),
                        ("line_width_unit", "MM"),
                    ],
                    "",
                );
                line.push_str("</symbol>");
                layer(
                    &mut out,
                    "LinePatternFill",
                    &[
                        ("angle", &angle.to_string()),
                        ("color", &format!("{outline},200")),
                        ("distance", distance),
                        ("distance_unit", "MM"),
                        ("line_width", "0.25"),
                        ("line_width_unit", "MM"),
                        ("offset", "0"),
                    ],
                    &line,
                );
            }
        }
        Symbol::Line { colour, width, dash } => layer(
            &mut out,
            "SimpleLine",
            &[
                ("line_color", &format!("{colour},255")),
                ("line_style", dash),
                ("line_width", width),
                ("line_width_unit", "MM"),
            ],
            "",
        ),
        Symbol::Marker { colour, outline, shape } => layer(
            &mut out,
            "SimpleMarker",
            &[
                ("color", &format!("{colour},255")),
                ("outline_color", &format!("{outline},255")),
                ("name", shape),
                ("size", "2.4"),
                ("size_unit", "MM"),
            ],
            "",
        ),
    }
    out.push_str("</symbol>");
    out
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "&#xa;")
}

/// The style as QGIS writes it.
fn qml(style: &Style) -> String {
    let mut out = String::from("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>");
    let labels = !style.label.0.is_empty();
    let _ = write!(
        out,
        "<qgis version=\"3.22\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"{}\">",
        u8::from(labels)
    );
    if style.column.is_empty() {
        out.push_str(
            "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\"><symbols>",
        );
        for category in style.categories.iter() {
            out.push_str(&symbol("0", category.symbol));
        }
    } else {
        let _ = write!(
            out,
            "<renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\"><categories>",
            style.column
        );
        for (number, category) in style.categories.iter().enumerate() {
            let _ = write!(
                out,
                "<category value=\"{}\" symbol=\"{number}\" label=\"{}\" render=\"true\"/>",
                category.value, category.label
            );
        }
        out.push_str("</categories><symbols>");
        for (number, category) in style.categories.iter().enumerate() {
            out.push_str(&symbol(&number.to_string(), category.symbol));
        }
    }
    out.push_str("</symbols></renderer-v2>");
    if labels {
        let (expression, size) = style.label;
        let plain = !expression.contains(['"', '(']);
        let _ = write!(
            out,
            "<labeling type=\"simple\"><settings calloutType=\"simple\"><text-style fieldName=\"{}\" isExpression=\"{}\" fontSize=\"{size}\" fontSizeUnit=\"Point\" fontFamily=\"Noto Sans CJK SC\" textColor=\"20,20,20,255\" multilineHeight=\"1\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,220\"/></text-style><text-format multilineAlign=\"1\"/><placement placement=\"{}\" placementFlags=\"10\"/><rendering obstacle=\"1\" drawLabels=\"1\" scaleVisibility=\"0\"/></settings></labeling>",
            escape(expression),
            u8::from(!plain),
            if matches!(style.categories.first().map(|c| c.symbol), Some(Symbol::Line { .. })) { "2" } else { "0" },
        );
    }
    out.push_str("</qgis>");
    out
}

/// Creates `layer_styles` with a default style of every layer that has one.
pub(crate) fn create(db: &Connection) -> Result<(), MapError> {
    db.execute_batch(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));",
    )?;
    db.execute(
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, description, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS', ?1)",
        [EPOCH],
    )?;
    for style in styles() {
        db.execute(
            "INSERT INTO layer_styles(f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', ?1, 'geom', ?2, ?3, '', 1, ?2, 'minesift', ?4)",
            (style.table, style.name, qml(&style), EPOCH),
        )?;
    }
    Ok(())
}
