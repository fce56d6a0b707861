//! The papers of one small mine: a golden drawing, a workbook read back, a report that leaves nothing out.

use calamine::{Data, Reader, Xlsx};
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone::{self, ZoneMap};
use minesift_papers::{Papers, Receipt, raster, report, workbook, zone_map};
use std::io::Cursor;

/// An area of one ring.
fn area(ring: &[[f64; 2]]) -> Shape {
    let line: Vec<(f64, f64)> = ring.iter().chain(ring.first()).map(|p| (p[0], p[1])).collect();
    Shape::Areas(geo::MultiPolygon(vec![geo::Polygon::new(line.into(), vec![])]))
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

/// One square kilometre at 8-digit coordinates: a dipping seam, a flooded goaf, a fault, a bad borehole, an anomaly,
/// a planned face, and a strip that nobody surveyed.
fn facts() -> Vec<Fact> {
    let (x, y) = (38_510_000.0, 4_872_000.0);
    let at = |dx: f64, dy: f64| [x + dx, y + dy];
    let square = |a: f64, b: f64, c: f64, d: f64| area(&[at(a, b), at(c, b), at(c, d), at(a, d)]);
    let day = jiff::civil::date(2026, 3, 1);
    vec![
        Fact::new("mine", "M")
            .with("name_zh", text("小桥煤矿"))
            .with("name_en", text("Xiaoqiao colliery <&>"))
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("complex"))
            .with("gas", text("low"))
            .with("rock_burst", text("none"))
            .with("crs", text("EPSG:4526"))
            .with("vertical_datum", text("1985"))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1)))
            .with("safety_factor", Value::Number(4.0)),
        Fact::new("licence", "L")
            .with("z_m", Value::Numbers(vec![-900.0, 200.0]))
            .with("seams", Value::Texts(vec!["3".to_owned()]))
            .with_shape(square(0.0, 0.0, 1000.0, 1000.0)),
        Fact::new("seam", "3")
            .with("floor_plane", Value::Plane(Plane { at: [x, y, -300.0], dip_deg: 5.0, dip_direction_deg: 90.0 }))
            .with("thickness_m", Value::Number(3.0))
            .with("density_t_m3", Value::Number(1.4))
            .with("coal_tensile_mpa", Value::Number(0.2)),
        Fact::new("survey", "S1")
            .with("looks_for", Value::Texts(vec!["all".to_owned()]))
            .with("methods", Value::Texts(vec!["geophysics".to_owned(), "drilling".to_owned()]))
            .with("date", Value::Date(day))
            .with_shape(square(0.0, 0.0, 1000.0, 900.0)),
        Fact::new("goaf", "G1")
            .with("seam", text("3"))
            .with("flooded", Value::Flag(true))
            .with("water_level_m", Value::Number(-250.0))
            .with("water_volume_m3", Value::Number(12_000.0))
            .with("evidence", text("drilled"))
            .with_shape(square(200.0, 600.0, 330.0, 700.0)),
        Fact::new("fault", "F3")
            .with("seam", text("3"))
            .with("throw_m", Value::Number(8.0))
            .with("dip_deg", Value::Number(70.0))
            .with("evidence", text("two-methods"))
            .with_shape(Shape::Lines(vec![vec![
                Position::plan(x + 600.0, y + 100.0),
                Position::plan(x + 800.0, y + 500.0),
            ]])),
        Fact::new("anomaly", "Y2").with("seam", text("3")).with_shape(square(420.0, 300.0, 470.0, 340.0)),
        Fact::new("borehole", "ZK1")
            .with("depth_m", Value::Number(700.0))
            .with("sealing", text("unqualified"))
            .with_shape(Shape::Point(Position::new(x + 120.0, y + 200.0, 180.0))),
        Fact::new("face", "3101")
            .with("seam", text("3"))
            .with("district", text("31"))
            .with("from", Value::Date(jiff::civil::date(2027, 1, 1)))
            .with("to", Value::Date(jiff::civil::date(2027, 12, 31)))
            .with_shape(square(180.0, 420.0, 700.0, 560.0)),
    ]
}

struct Mine {
    site: Site,
    book: Rulebook,
    map: ZoneMap,
    receipts: Vec<Receipt>,
}

impl Mine {
    fn new() -> Self {
        let site = Site::new(&facts(), None).expect("a whole mine");
        let book = Rulebook::national();
        let map = zone::classify(&site, &book);
        let receipts =
            vec![Receipt { file: "小桥.xlsx".into(), sha256: "ab".into(), rows: [9, 7, 1, 1], ..Receipt::default() }];
        Self { site, book, map, receipts }
    }

    fn papers(&self) -> Papers<'_> {
        Papers { site: &self.site, map: &self.map, book: &self.book, receipts: &self.receipts, known: None }
    }
}

fn drawing(lang: Lang) -> String {
    let mine = Mine::new();
    let options = zone_map::Options { warning_m: Some(50.0), ..zone_map::Options::page(lang, 0) };
    zone_map::zone_map(&mine.papers(), "3", &options).expect("a map of seam 3").finish()
}

/// `MINESIFT_BLESS=1 cargo test -p minesift-papers golden` writes it anew; look at it then.
#[test]
fn golden_drawing() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/zones.svg");
    let drawn = drawing(Lang::Zh);
    if std::env::var_os("MINESIFT_BLESS").is_some() {
        std::fs::write(path, &drawn).expect("the golden drawing is written");
    }
    let golden = std::fs::read_to_string(path).expect("the golden drawing").replace("\r\n", "\n");
    let differs = drawn.lines().zip(golden.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert_eq!(differs, None, "the drawing changed; MINESIFT_BLESS=1 takes it as the new golden one");
    assert_eq!(drawn.lines().count(), golden.lines().count());
}

#[test]
fn the_drawing_says_what_a_chief_geologist_looks_for() {
    let svg = drawing(Lang::Zh);
    for words in [
        "小桥煤矿3煤三区划分图",
        "积水线",
        "探水线",
        "警戒线",
        "F3 ∠70° H=8m",
        "ZK1",
        "J1",
        "38510250",
        "水害",
        "2026-11-01 划分",
        "可采区不等于批准开采",
        "地测副总",
        "CGCS2000 3°带第38带",
        "1985国家高程基准",
        "-350",
        "未钻探验证",
        "比例尺",
        "图  例",
    ] {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn the_picture_is_drawn_with_letters() {
    let png = raster::png(&drawing(Lang::En), 40.0).expect("a picture");
    assert_eq!(&png[1..4], b"PNG");
    // The same drawing with its words taken out gives other pixels: the font was found.
    let without: String =
        drawing(Lang::En).lines().filter(|line| !line.starts_with("<text")).map(|l| format!("{l}\n")).collect();
    assert_ne!(png, raster::png(&without, 40.0).expect("a picture"));
}

#[test]
fn the_workbook_reads_back_as_the_map_says() {
    let mine = Mine::new();
    let bytes = workbook::workbook(&mine.papers(), Lang::Zh).expect("a workbook");
    assert_eq!(
        bytes,
        workbook::workbook(&mine.papers(), Lang::Zh).expect("a workbook"),
        "the same map, the same bytes"
    );
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("Excel's own form");
    let zones = book.worksheet_range("三区表").expect("the three-zone table");
    let rows: Vec<&[Data]> = zones.rows().collect();
    let headings: Vec<String> = rows[2].iter().map(ToString::to_string).collect();
    assert_eq!(
        headings,
        [
            "区号",
            "煤层",
            "采区",
            "工作面",
            "类别",
            "面积（m²）",
            "标高范围（m）",
            "影响煤量（万t）",
            "致灾因素及编号",
            "查明程度",
            "划分依据（条款）",
            "探查治理措施",
            "责任人",
            "完成时限",
            "转换条件",
            "审批人",
            "划分时间",
        ]
    );
    let sum: f64 = rows[3..].iter().map(|row| if let Data::Float(m2) = row[5] { m2 } else { 0.0 }).sum();
    assert!((sum - mine.map.seams[0].ground.area_m2()).abs() < 0.01, "areas fill the ground: {sum}");
    let ledger = book.worksheet_range("隐蔽致灾因素台账").expect("the ledger");
    let ids: Vec<String> = ledger.rows().skip(3).map(|row| row[0].to_string()).collect();
    assert_eq!(ids, ["G1", "F3", "Y2", "ZK1"]);
    assert_eq!(ledger.rows().nth(2).map(<[Data]>::len), Some(20));
    assert!(book.sheet_names().contains(&"导入回执".to_owned()));
}

#[test]
fn the_report_holds_every_finding_and_escapes_names() {
    let mine = Mine::new();
    for lang in [Lang::Zh, Lang::En] {
        let html = report::report(&mine.papers(), lang).expect("a report");
        assert_eq!(html.matches("<article class=\"finding").count(), mine.map.seams[0].findings.len());
        for finding in &mine.map.seams[0].findings {
            assert!(html.contains(&finding.rule), "{}", finding.rule);
            let because = finding.because.get(lang).replace('<', "&lt;");
            assert!(html.contains(because.as_str()), "{because}");
        }
        assert!(!html.contains("colliery <&>"), "names are escaped");
        assert!(html.contains("<svg") && !html.contains("http://www.w3.org/1999/xlink") && !html.contains("<script"));
        assert!(html.contains("小桥.xlsx"));
    }
}

#[test]
fn the_same_mine_gives_the_same_bytes() {
    assert_eq!(drawing(Lang::En), drawing(Lang::En));
    let report = || report::report(&Mine::new().papers(), Lang::Zh).expect("a report");
    assert_eq!(report(), report());
}
