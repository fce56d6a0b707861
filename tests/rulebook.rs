//! The rulebook: its pages, its editions, the books read on top of it, and the index generated from it.

use minesift_core::fact::Fact;
use minesift_core::rulebook::{self, BookError, Rulebook, page};
use minesift_core::site::Site;
use minesift_core::zone::{self, ZoneMap};
use minesift_importers::site_toml;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A flooded goaf of 200 m by 200 m under 40 m of water: 20 m by law, 30 m of probe band.
const MINE: &str = r#"
[mine]
id = "BOOK"
kind = "coal-underground"
hydrogeology = "medium"
gas = "low"
rock_burst = "none"
as_of = 2026-11-01
safety_factor = 4.0

[licence]
outline = "POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))"
z_m = [-900.0, 200.0]
seams = ["3"]

[[seam]]
id = "3"
floor_m = -300.0
thickness_m = 3.0
coal_tensile_mpa = 0.2

[[survey]]
id = "S1"
covers = "POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))"
looks_for = ["all"]
methods = ["geophysics", "drilling"]
date = 2026-03-01

[[goaf]]
id = "G1"
seam = "3"
outline = "POLYGON((400 400, 600 400, 600 600, 400 600, 400 400))"
flooded = true
water_level_m = -260.0
evidence = "drilled"
extent_clear = true
"#;

fn facts(text: &str) -> Vec<Fact> {
    site_toml::read("book.toml", text).unwrap()
}

fn map(book: &Rulebook) -> ZoneMap {
    zone::classify(&Site::new(&facts(MINE), None).unwrap(), book)
}

/// Ground within `m` of the goaf, its own included, m².
fn round(m: f64) -> f64 {
    200.0 * 200.0 + 4.0 * 200.0 * m + std::f64::consts::PI * m * m
}

fn forbidden(map: &ZoneMap) -> f64 {
    map.seams[0].forbidden.area_m2()
}

fn close(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() < 5.0
}

#[test]
fn a_province_tightens_a_number_and_the_report_names_both() {
    let book =
        Rulebook::national().with("name = \"某省细则\"\n[rule.GOAF-2.parameters]\nleast_width_m = 28.0\n").unwrap();
    let map = map(&book);
    assert!(close(forbidden(&map), round(28.0)), "{}", forbidden(&map));
    assert!(map.edition.contains(rulebook::book::EDITION) && map.edition.contains("某省细则"));
    let said: Vec<&str> = map.seams[0].remarks.iter().map(|r| r.words.zh.as_str()).collect();
    assert!(
        said.iter().any(|w| w.contains("28")
            && w.contains("某省细则")
            && w.contains("20")
            && w.contains(rulebook::book::EDITION)),
        "{said:?}"
    );
}

#[test]
fn a_looser_number_is_refused_and_the_message_names_both() {
    let error =
        Rulebook::national().with("name = \"x\"\n[rule.GOAF-2.parameters]\nleast_width_m = 15.0\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("GOAF-2.least_width_m = 15 is looser than 20 of {}: a book may only tighten", rulebook::book::EDITION)
    );
    // Where a smaller number is the stricter one, a larger is looser.
    let error = Rulebook::national()
        .with("name = \"x\"\n[rule.FLOOR-1.parameters]\nforbidden_above_mpa_m = 0.2\n")
        .unwrap_err();
    assert!(matches!(error, BookError::Looser { given, held, .. } if given == 0.2 && held == 0.1), "{error}");
}

#[test]
fn of_two_books_the_stricter_number_holds_whatever_their_order() {
    let (a, b) = (
        "name = \"省\"\n[rule.GOAF-2.parameters]\nleast_width_m = 24.0\n",
        "name = \"矿\"\n[rule.GOAF-2.parameters]\nleast_width_m = 29.0\n",
    );
    for (first, second) in [(a, b), (b, a)] {
        let book = Rulebook::national().with(first).unwrap().with(second).unwrap();
        assert!(close(forbidden(&map(&book)), round(29.0)));
        let day = jiff::civil::date(2026, 11, 1);
        let tightened = book.tightened(day);
        assert_eq!(tightened.len(), 1);
        assert_eq!(tightened[0].holds, (29.0, "矿".to_owned()));
        let others: BTreeSet<String> = tightened[0].others.iter().map(|(v, book)| format!("{v} {book}")).collect();
        assert_eq!(others, BTreeSet::from([format!("20 {}", rulebook::book::EDITION), "24 省".to_owned()]));
        assert!(map(&book).edition.contains('省') && map(&book).edition.contains('矿'));
    }
}

#[test]
fn the_same_map_under_two_dates_differs_where_a_book_begins_between_them() {
    let book = Rulebook::national()
        .with(
            "name = \"2027 版\"\nfrom = 2027-01-01\nto = 2028-01-01\n[rule.GOAF-2.parameters]\nleast_width_m = 28.0\n",
        )
        .unwrap();
    let site = Site::new(&facts(MINE), None).unwrap();
    let on = |year: i16, month: i8, day: i8| {
        forbidden(&zone::classify_on(&site, &book, jiff::civil::date(year, month, day), false))
    };
    assert!(close(on(2026, 12, 31), round(20.0)));
    assert!(close(on(2027, 1, 1), round(28.0)));
    assert!(close(on(2027, 12, 31), round(28.0)));
    assert!(close(on(2028, 1, 1), round(20.0)));
}

#[test]
fn an_optional_rule_speaks_only_where_a_book_switches_it_on() {
    let mine = "[mine]\nid = \"M\"\nkind = \"metal-underground\"\nas_of = 2026-11-01\n".to_owned()
        + &MINE[MINE.find("[licence]").unwrap()..MINE.find("[[goaf]]").unwrap()]
        + "[[neighbour]]\nid = \"N\"\nshared = \"LINESTRING(0 0, 0 1000)\"\n";
    let site = Site::new(&facts(&mine), None).unwrap();
    let zones = |book: &Rulebook| zone::classify(&site, book).seams.remove(0);
    assert!(zones(&Rulebook::national()).rules().is_empty());
    // Switched on without its number the ground is undecided, which means deferred.
    let on = Rulebook::national().with("name = \"企业\"\n[rule.METAL-1]\nenabled = true\n").unwrap();
    assert_eq!(zones(&on).rules(), ["METAL-1:deferred"]);
    assert!(close(zones(&on).deferred.area_m2(), 1e6));
    let told = Rulebook::national()
        .with("name = \"企业\"\n[rule.METAL-1]\nenabled = true\n[rule.METAL-1.parameters]\nwidth_m = 20.0\n")
        .unwrap();
    assert_eq!(zones(&told).rules(), ["METAL-1:forbidden"]);
    assert!(close(zones(&told).forbidden.area_m2(), 20_000.0));
    // A dated book switches it on for its days only.
    let dated =
        Rulebook::national().with("name = \"企业\"\nfrom = 2030-01-01\n[rule.METAL-1]\nenabled = true\n").unwrap();
    assert!(zones(&dated).rules().is_empty());
}

#[test]
fn a_number_without_default_leaves_ground_undecided_until_the_mine_says_it() {
    let mine = MINE
        .replace("[[goaf]]", "[[fire_area]]")
        .replace("flooded = true\nwater_level_m = -260.0\n", "")
        .replace("extent_clear = true\n", "");
    let site = Site::new(&facts(&mine), None).unwrap();
    let zones = |book: &Rulebook| zone::classify(&site, book).seams.remove(0);
    let national = zones(&Rulebook::national());
    assert!(close(national.forbidden.area_m2(), round(0.0)) && close(national.deferred.area_m2(), 1e6 - round(0.0)));
    let book = Rulebook::national().with("name = \"矿\"\n[rule.FIRE-1.parameters]\nwidth_m = 40.0\n").unwrap();
    assert!(close(zones(&book).forbidden.area_m2(), round(40.0)));
}

#[test]
fn a_stand_off_rule_is_data() {
    let book = Rulebook::national()
        .with(
            "name = \"某矿\"\n[[standoff]]\ncode = \"MINE-1\"\nzh = \"积水采空区加宽\"\nen = \"wider round water\"\nkind = \"goaf\"\nwidth_m = 50.0\nclass = \"forbidden\"\ncites = \"某矿〔2026〕1号\"\nexit_zh = \"总工程师批准\"\nexit_en = \"the chief engineer\"\nonly_where = { flooded = true }\ngrades = [\"drilled\", \"surveyed\"]\n",
        )
        .unwrap();
    let map = map(&book);
    assert!(close(forbidden(&map), round(50.0)));
    let finding = map.seams[0].findings.iter().find(|f| f.rule == "MINE-1").unwrap();
    assert_eq!(finding.exit.zh, "总工程师批准");
    assert!(finding.because.zh.contains("某矿〔2026〕1号"), "{}", finding.because.zh);
    assert!(map.legal);
    // Its width may be a recorded number: where nobody recorded it, the ground is undecided.
    let text = "name = \"某矿\"\n[[standoff]]\ncode = \"MINE-2\"\nzh = \"按采高\"\nen = \"by height\"\nkind = \"goaf\"\nplus = \"height_m\"\nclass = \"forbidden\"\n";
    let undecided = self::map(&Rulebook::national().with(text).unwrap());
    assert!(undecided.seams[0].mineable.is_empty());
    assert!(undecided.seams[0].rules().contains(&"MINE-2:deferred".to_owned()));
}

#[test]
fn a_book_that_does_not_read_is_refused_with_what_is_wrong() {
    for (text, says) in [
        ("name = \"x\"\nunknown = 1\n", "unknown"),
        ("name = \"x\"\n[rule.GOAF-9.parameters]\na = 1.0\n", "GOAF-9"),
        ("name = \"x\"\n[rule.GOAF-2.parameters]\nwidth = 30.0\n", "no parameter width"),
        ("name = \"x\"\n[rule.GOAF-2]\nenabled = false\n", "cannot be switched off"),
        ("name = \"x\"\n[rule.GOAF-2.parameters]\nleast_width_m = nan\n", "no number"),
        ("name = \"x\"\n[rule.GOAF-2.parameters]\nleast_width_m = \"30\"\n", "invalid type"),
        ("name = \"x\"\nbase = \"other\"\n", "base"),
        ("name = \"x\"\narc_segments_per_quarter = 8\n", "base = \"none\""),
        ("name = \"x\"\nbase = \"none\"\nleave_out_near_inner_corners = 0.01\n", "needs arc_segments_per_quarter"),
        (
            "name = \"x\"\nbase = \"none\"\narc_segments_per_quarter = 8\nleave_out_near_inner_corners = -0.01\n",
            "share of the width",
        ),
        ("[rule]\n", "name"),
        (
            "name = \"x\"\n[[standoff]]\ncode = \"A\"\nzh = \"a\"\nen = \"a\"\nkind = \"borehole\"\nclass = \"forbidden\"\n",
            "no hazard",
        ),
        (
            "name = \"x\"\n[[standoff]]\ncode = \"GOAF-2\"\nzh = \"a\"\nen = \"a\"\nkind = \"goaf\"\nclass = \"forbidden\"\n",
            "national rule",
        ),
        (
            "name = \"x\"\n[[standoff]]\ncode = \"A\"\nzh = \"a\"\nen = \"a\"\nkind = \"goaf\"\nclass = \"mineable\"\n",
            "mineable",
        ),
        (
            "name = \"x\"\n[[standoff]]\ncode = \"A\"\nzh = \"a\"\nen = \"a\"\nkind = \"goaf\"\nwidth_m = -1.0\nclass = \"forbidden\"\n",
            "no distance",
        ),
        (
            "name = \"x\"\n[[standoff]]\ncode = \"A\"\nzh = \"a\"\nen = \"a\"\nkind = \"goaf\"\nclass = \"forbidden\"\nonly_where = { wet = true }\n",
            "no key wet",
        ),
    ] {
        let error = Rulebook::national().with(text).expect_err(text).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    }
}

#[test]
fn a_book_without_the_national_base_is_stamped_not_legal() {
    let book = Rulebook::national()
        .with("name = \"study\"\nbase = \"none\"\n[rule.GOAF-2]\nenabled = true\n[rule.GOAF-2.parameters]\nleast_width_m = 5.0\n")
        .unwrap();
    let map = map(&book);
    assert!(!map.legal);
    assert_eq!(map.seams[0].rules(), ["GOAF-2:forbidden"]);
    // 0.5·4·3·√(3·0.392/0.2) = 14.55 m: the study's 5 m does not hold the formula back, the law's 20 m no longer do.
    assert!(close(forbidden(&map), round(14.5492)), "{}", forbidden(&map));
}

#[test]
fn only_five_codes_of_underground_coal_speak_for_other_mines() {
    let speaks = |kind: &str| -> BTreeSet<&'static str> {
        Rulebook::national().in_force(kind, jiff::civil::date(2026, 11, 1)).map(|(rule, _)| rule.code).collect()
    };
    let everywhere = BTreeSet::from(["BASE-1", "PILLAR-1", "GOAF-1", "ANOM-1", "TREAT-1"]);
    let coal = speaks("coal-underground");
    for kind in ["coal-open-pit", "metal-underground", "metal-open-pit", "quarry", "tailings"] {
        let both: BTreeSet<&str> = coal.intersection(&speaks(kind)).copied().collect();
        assert_eq!(both, everywhere, "{kind}");
    }
    assert_eq!(speaks("metal-underground"), everywhere);
    assert_eq!(speaks("tailings"), everywhere);
}

#[test]
fn every_page_says_why_what_it_needs_and_what_it_does_not_see() {
    for rule in rulebook::rules() {
        for heading in ["## Why", "## What it needs to know", "## What it does not see"] {
            assert!(rule.page.contains(heading), "{} has no {heading}", rule.code);
        }
        let head = page::head(rule.page).unwrap();
        assert!(!head.clauses.is_empty() || !head.policy.is_empty(), "{} stands on nothing", rule.code);
        for clause in &head.clauses {
            assert!(
                ["V", "V-ocr", "V2"].contains(&clause.mark.as_str()),
                "{} cites a clause marked {}",
                rule.code,
                clause.mark
            );
        }
        for (key, parameter) in &head.parameters {
            assert!(!parameter.about.zh.is_empty() && !parameter.about.en.is_empty(), "{}.{key}", rule.code);
        }
    }
}

#[test]
fn clauses_are_cited_as_of_the_day() {
    let book = Rulebook::national();
    let head = book.head("GOAF-2").unwrap();
    let texts = |y, m, d| head.clauses_on(jiff::civil::date(y, m, d)).len();
    assert_eq!(texts(2026, 6, 30) + 1, texts(2026, 7, 1), "令第21号 begins on 2026-07-01");
}

// The generated index.

fn rows() -> Vec<[String; 3]> {
    include_str!("../core/src/rulebook/articles.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',').map(str::to_owned);
            [(); 3].map(|()| cells.next().unwrap_or_default())
        })
        .collect()
}

/// Reading-note ids of every page of a rule, with its code; the checks of plans keep their own pages.
fn served() -> BTreeMap<String, BTreeSet<String>> {
    let mut pages = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("core/src/rulebook"), &mut pages);
    let mut by_id: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in pages {
        let text = std::fs::read_to_string(&path).unwrap();
        let Some(block) = page::blocks(&text).first().map(|block| block.text.to_owned()) else { continue };
        let Ok(head) = toml::from_str::<toml::Table>(&block) else { continue };
        let Some(code) = head.get("code").and_then(|code| code.as_str()) else { continue };
        let clauses = head.get("clause").and_then(|c| c.as_array()).cloned().unwrap_or_default();
        for id in clauses.iter().filter_map(|c| c.get("ids")?.as_array()).flatten().filter_map(|id| id.as_str()) {
            by_id.entry(id.to_owned()).or_default().insert(code.to_owned());
        }
    }
    by_id
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
}

fn articles_page() -> String {
    let served = served();
    let mut page = String::from(
        "# Regulations: article → rule\n\nGenerated from the heads of the pages; `MINESIFT_BLESS=1` with the tests rewrites it. Every text was read in stored public\ncopies, not on the official sites: compare with the official text before you rely on a clause.\n\n| mark | how well it was read |\n| --- | --- |\n| V | the sentence and its article were read |\n| V-ocr | read in a copy made by OCR |\n| V2 | read in a secondary place |\n| M-… | not read, from memory: no article is quoted, and no rule stands on it |\n\n| text | name |\n| --- | --- |\n",
    );
    for (code, name) in [
        ("CSR-2025", "煤矿安全规程（应急管理部令第17号，2025，自 2026-02-01）"),
        ("MHC-2026", "煤矿重大事故隐患判定标准（应急管理部令第21号，自 2026-07-01）"),
        ("WD-2018", "煤矿防治水细则（煤安监调查〔2018〕14号）"),
        ("WD-2009", "煤矿防治水规定（2009，已废止，仅用其公式）"),
        ("GO-2019", "防治煤与瓦斯突出细则（2019）"),
        ("RB-2026 / RB-2018", "防治煤矿冲击地压细则（矿安〔2026〕82号 / 煤安监技装〔2018〕8号）"),
        ("3Z-2022", "煤矿防治水“三区”管理办法（矿安〔2022〕85号）"),
        ("SUC-2018", "防范煤矿采掘接续紧张暂行办法（煤安监技装〔2018〕23号）"),
        ("MNM-2022", "金属非金属矿山重大事故隐患判定标准（矿安〔2022〕88号）"),
        ("QRY-39", "小型露天采石场安全管理与监督检查规定（总局令第39号）"),
        ("3X", "建筑物、水体、铁路及主要井巷煤柱留设与压煤开采规范（2017）"),
        ("KA36", "KA 36—2026 冲击危险性评价的综合指数方法"),
        ("OPD", "煤炭工业露天矿设计规范（旧版）"),
        ("BRIEF-003", "矿安〔2024〕1号"),
        ("BRIEF-002", "吉林省矿山安全 2026 年工作要点"),
    ] {
        let _ = writeln!(page, "| {code} | {name} |");
    }
    page.push_str("\n| note | article | mark | rule |\n| --- | --- | --- | --- |\n");
    for [id, article, mark] in rows() {
        let codes =
            served.get(&id).map(|codes| codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", "));
        let _ = writeln!(
            page,
            "| {id} | {} | {mark} | {} |",
            if article.is_empty() { "–" } else { &article },
            codes.unwrap_or_else(|| "not yet".into())
        );
    }
    page
}

fn rules_page() -> String {
    listed(
        "# The rules\n\nGenerated from the pages; `minesift explain CODE` prints a page whole. The order is that of the book.\n\n| code | 名称 | name | mines | stands on | numbers (unit, stricter) | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        &|code| rulebook::rule(code).is_some(),
    )
}

fn checks_page() -> String {
    listed(
        "# The checks of plans\n\nGenerated from the pages; `minesift explain CODE` prints a page whole. The order is that of a verdict. What a check objects to, what it only remarks and what it cannot see stand on its page.\n\n| code | 名称 | name | mines | stands on | numbers (unit, stricter) | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        &|code| minesift_core::plan::check_of(code).is_some(),
    )
}

/// A table of the pages that are asked for.
fn listed(head: &str, asked: &dyn Fn(&str) -> bool) -> String {
    let mut page = head.to_owned();
    let book = Rulebook::national();
    for (head, on) in book.heads().filter(|(head, _)| asked(&head.code)) {
        let mut stands: Vec<String> =
            head.clauses.iter().map(|c| format!("{} {}（{}）", c.text, c.clause, c.mark)).collect();
        if !head.policy.is_empty() {
            stands.push(format!("policy: {}", head.policy.en));
        }
        let numbers: Vec<String> = head
            .parameters
            .iter()
            .map(|(key, p)| {
                let value = p.default.map_or("the mine says".to_owned(), |v| v.to_string());
                format!(
                    "`{key}` {value} {}, {}{}",
                    p.unit,
                    if p.larger_is_stricter { "larger" } else { "smaller" },
                    if p.policy { ", policy" } else { "" }
                )
            })
            .collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            head.code,
            head.name.zh,
            head.name.en,
            head.mines.join(", "),
            stands.join("<br>"),
            numbers.join("<br>"),
            if on { "" } else { "switched off until a book switches it on" }
        );
    }
    page
}

fn keep(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("MINESIFT_BLESS").is_some() {
        std::fs::write(&file, wanted).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(text == wanted, "{path} is not what the pages say; run with MINESIFT_BLESS=1 and look at the difference");
}

#[test]
fn the_index_of_articles_is_what_the_pages_cite() {
    keep("docs/regulations.md", &articles_page());
}

#[test]
fn the_list_of_rules_is_what_the_pages_say() {
    keep("docs/rules.md", &rules_page());
}

#[test]
fn the_list_of_plan_checks_is_what_the_pages_say() {
    keep("docs/plan-checks.md", &checks_page());
}

#[test]
fn every_id_a_page_cites_is_a_reading_note() {
    let known: BTreeSet<String> = rows().into_iter().map(|[id, ..]| id).collect();
    let unknown: Vec<String> =
        served().into_keys().filter(|id| !known.contains(id) && !id.starts_with("BRIEF-")).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

// The smallest mine of each fault that was found and mended.

#[test]
fn what_once_went_wrong_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/issues");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let wrong: Vec<String> = files
        .iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .filter(|(_, text)| text.contains("[expect.seam"))
        .flat_map(|(name, text)| crate::cases::check(&name, &crate::cases::complete(&text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
