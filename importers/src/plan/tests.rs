use super::row::between;
use super::*;
use jiff::civil::date;
use minesift_core::fact::{Severity, Shape};

const HEADERS: &str = "序号,水平,采区,翼,工作面,煤层,采高/m,计划产量/万t,回采起止,备注";

fn csv(rows: &[&str]) -> Intake {
    let text = format!("{HEADERS}\n{}\n", rows.join("\n"));
    let input = Input::memory("三年精排.csv", text.into_bytes());
    crate::import(&input, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(intake: &Intake) -> Vec<(String, String)> {
    intake.receipt.of(Severity::Refused).map(|p| (p.source.place.clone(), p.message.en.clone())).collect()
}

#[test]
fn days_of_a_pair_in_their_styles() {
    let pair = (date(2027, 1, 1), date(2027, 6, 30));
    for words in [
        "2027.1.1-2027.6.30",
        "2027年1月1日至2027年6月30日",
        "2027-01-01～2027-06-30",
        "20270101-20270630",
        "２０２７.１.１－２０２７.６.３０",
        "2027/1/1 ~ 2027/6/30",
        "2027年1月1日—6月30日",
        "2027.1-2027.6",
    ] {
        let (from, to, _) = between(words).unwrap_or_else(|why| panic!("{words}: {why}"));
        assert_eq!((from, to), pair, "{words}");
    }
    assert!(between("2027年上半年").is_err());
    assert!(between("2027.2.30-2027.6.30").is_err(), "there is no 30 February");
}

#[test]
fn a_good_row_is_read_as_written() {
    let intake = csv(&["1,+830,31,北翼,3107,3煤,3.2,75.41,2027.1.1-2027.6.30,", "合计,,,,,,,75.41,,"]);
    assert_eq!(intake.receipt.importer, "plan");
    let face = intake.facts.iter().find(|fact| fact.kind == "face").unwrap();
    assert_eq!((face.id.as_str(), face.text("seam"), face.number("tonnage_t")), ("3107", Some("3"), Some(754_100.0)));
    assert_eq!((face.date("from"), face.date("to")), (Some(date(2027, 1, 1)), Some(date(2027, 6, 30))));
    assert_eq!(face.source.place, "E2 (煤层 F2)");
    assert_eq!(intake.facts[0].text("tier"), Some("three-year"), "by the name of the file");
    assert!(refused(&intake).is_empty());
}

#[test]
fn bad_rows_are_refused_with_their_cell() {
    let intake = csv(&[
        "1,+830,31,北翼,3107,3煤,3.2,75.41,2027-06-30～2027-01-01,",
        "2,+830,31,北翼,3108,3煤,3.2,75.41,2027年上半年,",
        "3,+830,31,北翼,,3煤,3.2,75.41,2027.1.1-2027.6.30,",
        "4,+830,31,北翼,3109,煤,3.2,75.41,2027.1.1-2027.6.30,",
        "5,+830,31,北翼,3110,3煤,三米二,75.41,2027.1.1-2027.6.30,",
        "6,+830,31,北翼,3111,3煤,3.2,75.41,2027.1.1-2027.6.30,",
        "7,+830,31,北翼,31 11,3煤,3.2,75.41,2027.7.1-2027.9.30,",
    ]);
    let places: Vec<String> = refused(&intake).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["I2", "I3", "E4", "F5", "G6", "E8 (煤层 F8)"]);
    let words = refused(&intake);
    assert!(words[0].1.contains("before it begins"), "{words:?}");
    assert!(words[5].1.contains("stands already at E7"), "{words:?}");
    assert_eq!(intake.facts.iter().filter(|fact| fact.kind == "face").count(), 1);
}

#[test]
fn a_cell_merged_over_two_rows_is_said_by_its_name() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("采煤工作面接续").unwrap();
    for (column, header) in (0_u16..).zip(HEADERS.split(',')) {
        sheet.write(0, column, header).unwrap();
    }
    for (row, cells) in (1_u32..).zip([
        ["1", "+830", "", "北翼", "3107", "3煤", "3.2", "75.41", "2027.1.1-2027.6.30"],
        ["2", "+830", "", "南翼", "3108", "3煤", "3.2", "75.41", "2027.7.1-2027.12.31"],
        ["3", "+830", "32", "南翼", "", "3煤", "3.2", "75.41", "2028.1.1-2028.6.30"],
        ["4", "+830", "32", "南翼", "", "3煤", "3.2", "75.41", "2028.7.1-2028.12.31"],
    ]) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let plain = rust_xlsxwriter::Format::new();
    sheet.merge_range(1, 2, 2, 2, "31", &plain).unwrap();
    sheet.merge_range(3, 4, 4, 4, "3215", &plain).unwrap();
    let input = Input::memory("计划.xlsx", book.save_to_buffer().unwrap());
    let intake = crate::import(&input, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let faces: Vec<&Fact> = intake.facts.iter().filter(|fact| fact.kind == "face").collect();
    assert_eq!(faces.len(), 3);
    assert_eq!(faces[1].text("district"), Some("31"), "the merged cell counts for both rows");
    let repaired: Vec<&str> = intake.receipt.of(Severity::Repaired).map(|p| p.message.en.as_str()).collect();
    assert!(repaired.iter().any(|words| words.starts_with("C3: ") && words.contains("merged")), "{repaired:?}");
    let refused = refused(&intake);
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].0, "采煤工作面接续!E5 (煤层 F5)", "one face in two rows is one name twice");
}

#[test]
fn a_mapping_of_columns_is_used_and_an_unknown_key_refused() {
    let folder = std::env::temp_dir().join(format!("minesift-plan-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mapping = folder.join("columns.csv");
    std::fs::write(&mapping, "column,key,unit\n面名,face,\n层,seam,\n时段,between,\n煤量,tonnage_t,t\n").unwrap();
    let input = Input::memory("x.csv", "面名,层,时段,煤量\n3107,3,2027.1.1-2027.6.30,754100\n".as_bytes().to_vec());
    let options = Options { importer: Some("plan".into()), mapping: Some(mapping.clone()), ..Options::default() };
    let intake = crate::import(&input, &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(intake.facts[1].number("tonnage_t"), Some(754_100.0));
    std::fs::write(&mapping, "column,key\n面名,panel_name\n").unwrap();
    let error = crate::import(&input, &options).unwrap_err();
    assert!(error.message.en.contains("panel_name"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

fn square(x: f64, size: f64) -> Shape {
    Shape::Areas(minesift_core::outline::Outline::rectangle(x, 0.0, x + size, size).to_geo())
}

#[test]
fn shapes_are_joined_by_name_and_overlaps_refused() {
    let mut plan = csv(&[
        "1,+830,31,北翼,3107工作面,3煤,3.2,75.41,2027.1.1-2027.6.30,",
        "2,+830,31,北翼,３１08,3煤,3.2,75.41,2027.7.1-2027.12.31,",
        "3,+830,31,北翼,3109,3煤,3.2,75.41,2028.1.1-2028.6.30,",
        "4,+830,31,北翼,3110,3煤,3.2,75.41,2028.7.1-2028.12.31,",
    ])
    .facts;
    let drawn = [("3107", 0.0), ("31 08", 200.0), ("3110", 250.0)]
        .map(|(id, x)| Fact::new("face", id).with_shape(square(x, 100.0)));
    let problems = join::shapes(&mut plan, &drawn);
    let said = |severity: Severity| -> Vec<&str> {
        problems.iter().filter(|p| p.severity == severity).map(|p| p.message.en.as_str()).collect()
    };
    assert!(said(Severity::Repaired)[0].contains("3108 is taken to be \"31 08\""), "{problems:#?}");
    assert!(said(Severity::Note)[0].contains("3109 has no shape"), "{problems:#?}");
    let over = join::overlaps(&mut plan);
    assert_eq!(over.len(), 1, "{over:#?}");
    assert!(over[0].message.en.contains("3110 overlaps 3108") && over[0].message.en.contains("5000.0 m²"), "{over:#?}");
    assert!(plan.iter().find(|fact| fact.id == "3110").unwrap().shape.is_none());
}

const PROJECT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project"><Title>三年精排</Title>
<ExtendedAttributes><ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><Alias>煤层</Alias></ExtendedAttribute>
<ExtendedAttribute><FieldID>188743767</FieldID><FieldName>Number1</FieldName><Alias>计划产量/万t</Alias></ExtendedAttribute></ExtendedAttributes>
<Tasks>
<Task><UID>0</UID><Name>计划</Name><OutlineLevel>0</OutlineLevel><Summary>1</Summary></Task>
<Task><UID>1</UID><Name>采煤</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>
<Task><UID>2</UID><Name>31 07</Name><OutlineLevel>2</OutlineLevel><Start>2027-01-01T08:00:00</Start><Finish>2027-06-30T17:00:00</Finish>
<PredecessorLink><PredecessorUID>4</PredecessorUID><Type>1</Type></PredecessorLink>
<ExtendedAttribute><FieldID>188743731</FieldID><Value>3煤</Value></ExtendedAttribute><ExtendedAttribute><FieldID>188743767</FieldID><Value>75.41</Value></ExtendedAttribute></Task>
<Task><UID>3</UID><Name>掘进</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>
<Task><UID>4</UID><Name>3107运顺</Name><OutlineLevel>2</OutlineLevel><Start>2026-07-01T08:00:00</Start><Finish>2026-11-30T17:00:00</Finish></Task>
<Task><UID>5</UID><Name>3108</Name><OutlineLevel>1</OutlineLevel><Start>2027-07-01T08:00:00</Start><Finish>2027-12-31T17:00:00</Finish></Task>
</Tasks></Project>"#;

#[test]
fn a_project_file_gives_tasks_days_fields_and_predecessors() {
    let intake = crate::import(&Input::memory("plan.xml", PROJECT.as_bytes().to_vec()), &Options::default()).unwrap();
    assert_eq!(intake.receipt.importer, "ms-project");
    let face = intake.facts.iter().find(|fact| fact.kind == "face").unwrap();
    assert_eq!((face.id.as_str(), face.text("seam"), face.number("tonnage_t")), ("3107", Some("3"), Some(754_100.0)));
    assert_eq!((face.date("from"), face.date("to")), (Some(date(2027, 1, 1)), Some(date(2027, 6, 30))));
    assert_eq!(face.texts("after"), ["3107运顺"]);
    assert!(intake.facts.iter().any(|fact| fact.kind == "heading" && fact.id == "3107运顺"));
    let refused = refused(&intake);
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].0, "task UID 5", "neither its summary nor its name says what 3108 is");
    let total = intake.receipt.total();
    assert_eq!(total.read, total.accepted + total.repaired + total.refused);
}

#[test]
fn a_broken_project_file_is_refused() {
    let cut = &PROJECT[..PROJECT.len() - 40];
    let error = crate::import(&Input::memory("plan.xml", cut.as_bytes().to_vec()), &Options::default()).unwrap_err();
    assert!(error.message.en.contains("save it as XML"), "{error}");
}

#[test]
fn a_seam_with_the_sign_of_a_number_is_read_and_said() {
    for words in ["3#煤", "3#", "3＃煤层", "#3煤"] {
        let intake = csv(&[&format!("1,+830,31,北翼,3107,{words},3.2,75.41,2027.1.1-2027.6.30,")]);
        let face = intake.facts.iter().find(|fact| fact.kind == "face").unwrap();
        assert_eq!(face.text("seam"), Some("3"), "{words}");
        let said = intake.receipt.of(Severity::Repaired).any(|p| p.message.en.contains("is read as 3"));
        assert!(said, "{words}: {:?}", intake.receipt.problems);
    }
}

#[test]
fn days_below_one_group_header_are_read() {
    let table = |headers: [&str; 2], days: &str| {
        let text = format!("工作面,煤层,{},计划产量/万t\n,,{},\n3107,3煤,{days},75.41\n", headers[0], headers[1]);
        let input = Input::memory("三年精排.csv", text.into_bytes());
        crate::import(&input, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
    };
    for (headers, days) in
        [(["回采起止,", "起,止"], "2027.1.1,2027-06-30"), (["回采时间,", "开始,结束"], "2027/1/1,2027年6月30日")]
    {
        let intake = table(headers, days);
        let face = intake.facts.iter().find(|fact| fact.kind == "face").unwrap();
        assert_eq!(
            (face.date("from"), face.date("to")),
            (Some(date(2027, 1, 1)), Some(date(2027, 6, 30))),
            "{headers:?}"
        );
    }
    // Two columns of their own, or one with both days.
    for (headers, days) in [("回采起,回采止", "2027.1.1,2027.6.30"), ("回采起止", "2027-01-01~2027-06-30")] {
        let text = format!("工作面,煤层,{headers},计划产量/万t\n3107,3煤,{days},75.41\n");
        let intake = crate::import(&Input::memory("三年精排.csv", text.into_bytes()), &Options::default()).unwrap();
        let face = intake.facts.iter().find(|fact| fact.kind == "face").unwrap();
        assert_eq!(
            (face.date("from"), face.date("to")),
            (Some(date(2027, 1, 1)), Some(date(2027, 6, 30))),
            "{headers}"
        );
    }
}

#[test]
fn a_refused_row_says_which_column_is_wrong_and_what_to_write() {
    let intake = csv(&[
        "1,+830,31,北翼,3107,3煤,三米二,75.41,2027.1.1-2027.6.30,",
        "2,+830,31,北翼,3108,3煤,3.2,-5,2027.1.1-2027.6.30,",
        "3,+830,31,北翼,3109,3煤,3.2,75.41,2027年上半年,",
    ]);
    let said = refused(&intake);
    for (cell, words) in [
        ("G2", "column \"采高/m\": \"三米二\" is no number: write a number, or leave it empty"),
        ("H3", "column \"计划产量/万t\": -5 is less than zero: write a number that is not"),
        ("I4", "column \"回采起止\": \"2027年上半年\" is no pair of days: write 2027-01-01～2027-06-30"),
    ] {
        assert!(said.iter().any(|(at, why)| at == cell && why.contains(words)), "{cell} {words}: {said:#?}");
    }
}
