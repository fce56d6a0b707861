//! `minesift merge`: the maps of several mines in one county map.

use crate::register::{Stamp, failed, last_rules, open_to_read, rules_of, say_edits};
use crate::words::round;
use crate::{Format, Globals, Outcome, refused, wrong_use};
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::text::{Lang, Text};
use minesift_importers::crs::Placement;
use minesift_importers::{Input, Options, Receipt};
use minesift_onemap::county::{self, Claim, Conflict, Mine};
use minesift_onemap::{Map, Valid};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What `merge` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift merge east.gpkg west.gpkg -o county.gpkg --crs EPSG:4526\n  minesift classify county.gpkg --mine shiqiao\n\nEach mine keeps its own rulebook. Old workings that neighbours register differently are one conflict each; the stricter claim is in force for both."
)]
pub(crate) struct Args {
    /// The maps, one a mine
    #[arg(required = true)]
    maps: Vec<PathBuf>,
    /// The county map to make (.gpkg)
    #[arg(long, short)]
    output: PathBuf,
    /// Its frame [default: that of the first map]
    #[arg(long)]
    crs: Option<String>,
    #[command(flatten)]
    stamp: Stamp,
}

/// One map that is merged.
struct Part {
    mine: Mine,
    days: Vec<Valid>,
    file: String,
    sha256: String,
    head: String,
    crs: Option<String>,
    rules: Vec<String>,
    /// What could not be carried as it was.
    notes: Vec<Text>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let fail = failed(&args.output, lang);
    let mut crs = args.crs.clone();
    let mut datum: Option<String> = None;
    let mut parts: Vec<Part> = Vec::new();
    for path in &args.maps {
        let map = open_to_read(path, globals)?;
        crs = crs.or_else(|| map.crs());
        match (&datum, map.vertical_datum()) {
            (Some(known), Some(own)) if *known != own => {
                return Err(refused(if zh {
                    format!("{}: 高程基准为 {own}，其他图为 {known}；请先换算到同一基准", path.display())
                } else {
                    format!(
                        "{}: heights from {own}, the others from {known}: bring them to one datum first",
                        path.display()
                    )
                }));
            }
            (None, own) => datum = own,
            _ => {}
        }
        map.sound().map_err(failed(path, lang))?;
        say_edits(&map, globals).map_err(failed(path, lang))?;
        let part = part(&map, path, crs.as_deref(), lang)?;
        if parts.iter().any(|known| known.mine.id == part.mine.id) {
            return Err(wrong_use(if zh {
                format!("{}: 矿井 {} 出现两次", path.display(), part.mine.id)
            } else {
                format!("{}: the mine {} occurs twice", path.display(), part.mine.id)
            }));
        }
        parts.push(part);
    }
    parts.sort_by(|a, b| a.mine.id.cmp(&b.mine.id));
    let mines: Vec<Mine> = parts.iter().map(|part| part.mine.clone()).collect();
    let (conflicts, taken) = county::conflicts(&mines);

    // Made beside its place and moved there at the end: no half map is ever seen.
    if args.output.exists() {
        return Err(wrong_use(if zh {
            format!("{} 已存在", args.output.display())
        } else {
            format!("{} exists already", args.output.display())
        }));
    }
    let draft = args.output.with_extension(format!("{}.gpkg", std::process::id()));
    let made = (|| {
        let mut map = Map::create(&draft, crs.as_deref(), datum.as_deref()).map_err(&fail)?;
        for part in &parts {
            let mut writing = map.begin().map_err(&fail)?;
            for (fact, valid) in part.mine.facts.iter().zip(&part.days) {
                writing.put(&county::scoped(&part.mine.id, fact), *valid).map_err(&fail)?;
            }
            let mut entry = args.stamp.entry("merge", format!("{} {}", part.mine.id, part.file))?;
            entry.source.clone_from(&part.sha256);
            entry.detail = json!({
                "mine": part.mine.id, "file": part.file, "head": part.head, "crs": part.crs, "rules": part.rules,
                "notes": part.notes.iter().map(|note| json!({"zh": note.zh, "en": note.en})).collect::<Vec<_>>(),
            })
            .to_string();
            writing.finish(&entry).map_err(&fail)?;
        }
        let mut writing = map.begin().map_err(&fail)?;
        for (mine, fact) in &taken {
            writing.put(&county::scoped(mine, fact), Valid::ALWAYS).map_err(&fail)?;
        }
        let hash = writing.put_conflicts(&conflicts).map_err(&fail)?;
        let message =
            if zh { format!("老空矛盾 {} 处", conflicts.len()) } else { format!("{} conflicts", conflicts.len()) };
        let mut entry = args.stamp.entry("conflicts", message)?;
        entry.detail =
            json!({"conflicts": conflicts.iter().map(to_json).collect::<Vec<_>>(), "layers_sha256": hash}).to_string();
        writing.finish(&entry).map_err(&fail)?;
        map.close().map_err(&fail)
    })();
    if let Err(error) = made {
        for end in ["", "-wal", "-shm"] {
            let mut name = draft.clone().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        return Err(error);
    }
    std::fs::rename(&draft, &args.output)?;

    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &json!({
                "mines": parts.iter().map(|part| json!({
                    "mine": part.mine.id, "file": part.file, "facts": part.mine.facts.len(), "crs": part.crs,
                    "rulebooks": part.rules.len(),
                    "notes": part.notes.iter().map(|note| json!({"zh": note.zh, "en": note.en})).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
                "conflicts": conflicts.iter().map(to_json).collect::<Vec<_>>(),
            }),
        )?,
        Format::Text => {
            for part in &parts {
                writeln!(
                    out,
                    "{}  {}  {} {}  {}  {} {}",
                    part.mine.id,
                    part.file,
                    part.mine.facts.len(),
                    if zh { "条" } else { "facts" },
                    part.crs.as_deref().unwrap_or("—"),
                    part.rules.len(),
                    if zh { "本矿规" } else { "own rulebooks" }
                )?;
                for note in &part.notes {
                    writeln!(out, "    ! {}", note.get(lang))?;
                }
            }
            for conflict in &conflicts {
                write!(out, "{}", to_text(conflict, lang))?;
            }
            writeln!(
                out,
                "{}",
                if zh { format!("{} 处矛盾", conflicts.len()) } else { format!("{} conflicts", conflicts.len()) }
            )?;
        }
    }
    Ok(Outcome::Ok)
}

/// The facts of one map, brought into the county's frame.
fn part(map: &Map, path: &Path, crs: Option<&str>, lang: Lang) -> anyhow::Result<Part> {
    let zh = lang == Lang::Zh;
    let fail = failed(path, lang);
    let current = map.current().map_err(&fail)?;
    let Some(id) = current.iter().find(|(fact, _)| fact.kind == "mine").map(|(fact, _)| fact.id.clone()) else {
        return Err(refused(if zh {
            format!("{}: 图上没有矿井", path.display())
        } else {
            format!("{}: the map has no mine", path.display())
        }));
    };
    if id.contains('/') {
        return Err(refused(if zh {
            format!("{}: 这已是多矿井图；请合并各矿自己的图", path.display())
        } else {
            format!("{}: this is a county map already; merge the mines' own maps", path.display())
        }));
    }
    let own = map.crs();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut notes = Vec::new();
    let mut facts = Vec::new();
    let mut days = Vec::new();
    let same = own.as_deref().map(str::to_uppercase) == crs.map(str::to_uppercase);
    let ways = if same { None } else { Some(Ways::between(&name, &current, own.as_deref(), crs, lang)?) };
    for (fact, valid) in current {
        match ways.as_ref().map_or(Ok(fact.clone()), |ways| ways.carry(&fact)) {
            Ok(carried) => {
                facts.push(carried);
                days.push(valid);
            }
            Err(why) => notes.push(Text::new(
                format!("{} {} 未能换算：{}", fact.kind, fact.id, why.zh),
                format!("{} {} could not be carried over: {}", fact.kind, fact.id, why.en),
            )),
        }
    }
    let input = Input::open(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    let mut rules = rules_of(map, &id).map_err(&fail)?;
    rules.extend(last_rules(map).map_err(&fail)?);
    let head = map.log().map_err(&fail)?.last().map(|commit| commit.hash.clone()).unwrap_or_default();
    Ok(Part {
        mine: Mine { id, facts },
        days,
        file: name,
        sha256: Receipt::new(&input, "").sha256,
        head,
        crs: own,
        rules,
        notes,
    })
}

/// From a mine's frame into the county's, and back.
struct Ways {
    into: Placement,
    back: Placement,
}

impl Ways {
    fn between(
        name: &str,
        facts: &[(Fact, Valid)],
        own: Option<&str>,
        county: Option<&str>,
        lang: Lang,
    ) -> anyhow::Result<Self> {
        let (Some(own), Some(county)) = (own, county) else {
            return Err(refused(match lang {
                Lang::Zh => format!("{name}: 一张图有坐标系而另一张没有，无法合并；请用 minesift new --crs 注明"),
                Lang::En => {
                    format!("{name}: one map has a frame and another has none; say it with `minesift new --crs`")
                }
            }));
        };
        let samples: Vec<[f64; 2]> = facts
            .iter()
            .filter(|(fact, _)| fact.kind == "licence")
            .filter_map(|(fact, _)| fact.shape.as_ref())
            .flat_map(|shape| match shape {
                Shape::Areas(areas) => {
                    areas.iter().flat_map(|p| p.exterior().0.iter().map(|c| [c.x, c.y])).collect::<Vec<_>>()
                }
                _ => Vec::new(),
            })
            .collect();
        let decide = |samples: &[[f64; 2]], from: &str, to: &str| {
            let options = Options { map_crs: Some(to.to_owned()), crs: Some(from.to_owned()), ..Options::default() };
            Placement::decide(name, samples, Some(from), &options)
                .map_err(|error| refused(format!("{name}: {}", error.message.get(lang))))
        };
        let into = decide(&samples, own, county)?;
        let there: Vec<[f64; 2]> = samples
            .iter()
            .filter_map(|[x, y]| {
                let mut p = Position::plan(*x, *y);
                into.apply(&mut p).ok().map(|()| p.xy())
            })
            .collect();
        let back = decide(&there, county, own)?;
        Ok(Self { into, back })
    }

    fn at(&self, x: f64, y: f64) -> Result<[f64; 2], Text> {
        let mut p = Position::plan(x, y);
        self.into.apply(&mut p).map(|()| p.xy())
    }

    fn shape(&self, shape: &Shape) -> Result<Shape, Text> {
        Ok(match shape {
            Shape::Point(at) => {
                let mut at = *at;
                self.into.apply(&mut at)?;
                Shape::Point(at)
            }
            Shape::Lines(lines) => {
                let mut lines = lines.clone();
                lines.iter_mut().try_for_each(|line| self.into.apply_all(line))?;
                Shape::Lines(lines)
            }
            Shape::Areas(areas) => {
                let ring = |ring: &geo::LineString<f64>| -> Result<geo::LineString<f64>, Text> {
                    let corners: Result<Vec<geo::Coord<f64>>, Text> =
                        ring.0.iter().map(|c| self.at(c.x, c.y).map(|[x, y]| geo::Coord { x, y })).collect();
                    Ok(geo::LineString::new(corners?))
                };
                let polygons: Result<Vec<geo::Polygon<f64>>, Text> = areas
                    .iter()
                    .map(|polygon| {
                        let holes: Result<Vec<_>, Text> = polygon.interiors().iter().map(ring).collect();
                        Ok(geo::Polygon::new(ring(polygon.exterior())?, holes?))
                    })
                    .collect();
                Shape::Areas(geo::MultiPolygon(polygons?))
            }
            Shape::Mesh(mesh) => {
                let mut mesh = mesh.clone();
                for vertex in &mut mesh.vertices {
                    [vertex[0], vertex[1]] = self.at(vertex[0], vertex[1])?;
                }
                Shape::Mesh(mesh)
            }
        })
    }

    fn carry(&self, fact: &Fact) -> Result<Fact, Text> {
        let mut carried = fact.clone();
        carried.shape = fact.shape.as_ref().map(|shape| self.shape(shape)).transpose()?;
        for value in carried.attributes.values_mut() {
            match value {
                Value::Shape(shape) => *shape = self.shape(shape)?,
                Value::Plane(plane) => {
                    let [x, y, _] = plane.at;
                    [plane.at[0], plane.at[1]] = self.at(x, y)?;
                    // North of one zone is not that of the next: the dip turns with it.
                    let north = self.at(x, y + 100.0)?;
                    let turn = (north[0] - plane.at[0]).atan2(north[1] - plane.at[1]).to_degrees();
                    plane.dip_direction_deg = (plane.dip_direction_deg + turn).rem_euclid(360.0);
                }
                _ => {}
            }
        }
        if fact.kind == "grid" {
            self.grid(&mut carried)?;
        }
        Ok(carried)
    }

    /// A grid in another frame: the nodes of a new one, each read between four nodes of the old.
    fn grid(&self, fact: &mut Fact) -> Result<(), Text> {
        let numbers = |key: &str| match fact.attributes.get(key) {
            Some(Value::Numbers(list)) => Some(list.clone()),
            _ => None,
        };
        let incomplete = || Text::new("网格不完整", "the grid is not complete");
        let (origin, step, values) = (
            numbers("origin").filter(|list| list.len() == 2).ok_or_else(incomplete)?,
            numbers("step_m").filter(|list| list.len() == 2 && list.iter().all(|s| *s > 0.0)).ok_or_else(incomplete)?,
            numbers("values_m").ok_or_else(incomplete)?,
        );
        let columns = fact.number("columns").filter(|n| *n >= 2.0).ok_or_else(incomplete)? as usize;
        let rows = values.len() / columns;
        if rows < 2 {
            return Err(incomplete());
        }
        if let Some([east, north]) = self.into.shift() {
            fact.attributes.insert("origin", Value::Numbers(vec![origin[0] + east, origin[1] + north]));
            return Ok(());
        }
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for row in 0..rows {
            for column in 0..columns {
                if (1..rows - 1).contains(&row) && (1..columns - 1).contains(&column) {
                    continue;
                }
                let [x, y] = self.at(origin[0] + step[0] * column as f64, origin[1] + step[1] * row as f64)?;
                bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
            }
        }
        let wide = ((bounds[2] - bounds[0]) / step[0]).ceil() as usize + 1;
        let high = ((bounds[3] - bounds[1]) / step[1]).ceil() as usize + 1;
        let mut carried = Vec::with_capacity(wide * high);
        for row in 0..high {
            for column in 0..wide {
                let mut at = Position::plan(bounds[0] + step[0] * column as f64, bounds[1] + step[1] * row as f64);
                self.back.apply(&mut at)?;
                let (i, j) = ((at.x - origin[0]) / step[0], (at.y - origin[1]) / step[1]);
                let inside = i >= 0.0 && j >= 0.0 && i <= (columns - 1) as f64 && j <= (rows - 1) as f64;
                carried.push(if inside {
                    let (m, n) = ((i as usize).min(columns - 2), (j as usize).min(rows - 2));
                    let (u, v) = (i - m as f64, j - n as f64);
                    let z = |m: usize, n: usize| values[n * columns + m];
                    (z(m, n) * (1.0 - u) + z(m + 1, n) * u) * (1.0 - v)
                        + (z(m, n + 1) * (1.0 - u) + z(m + 1, n + 1) * u) * v
                } else {
                    f64::NAN
                });
            }
        }
        fact.attributes.insert("origin", Value::Numbers(vec![bounds[0], bounds[1]]));
        fact.attributes.insert("columns", Value::Number(wide as f64));
        fact.attributes.insert("values_m", Value::Numbers(carried));
        Ok(())
    }
}

fn claim_json(claim: &Claim) -> serde_json::Value {
    json!({
        "mine": claim.mine, "kind": claim.fact.as_ref().map(|fact| fact.kind),
        "id": claim.fact.as_ref().map(|fact| fact.id.as_str()), "m2": round(claim.m2, 1), "volume_m3": claim.volume_m3,
        "source": claim.fact.as_ref().map(|fact| fact.source.to_string()),
    })
}

fn to_json(conflict: &Conflict) -> serde_json::Value {
    json!({
        "claims": conflict.claims.iter().map(claim_json).collect::<Vec<_>>(),
        "common_m2": round(conflict.common_m2, 1), "differs_m2": round(conflict.differs_m2, 1),
        "differs_m3": conflict.differs_m3, "keys": conflict.keys,
        "in_force_m2": round(conflict.in_force.area_m2(), 1), "zh": conflict.words.zh, "en": conflict.words.en,
    })
}

fn to_text(conflict: &Conflict, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let claim = |claim: &Claim| match &claim.fact {
        Some(fact) => format!(
            "{} {} {}: {} m²{}  [{}]",
            claim.mine,
            fact.kind,
            fact.id,
            crate::words::m2(claim.m2),
            claim.volume_m3.map_or(String::new(), |v| format!(", {} m³", crate::words::m2(v))),
            fact.source.told(lang)
        ),
        None => format!("{}: {}", claim.mine, if zh { "未登记" } else { "not registered" }),
    };
    format!(
        "! {}\n  {}\n    {} {} m²{}{}\n    {}\n",
        claim(&conflict.claims[0]),
        claim(&conflict.claims[1]),
        if zh { "面积相差" } else { "they differ by" },
        crate::words::m2(conflict.differs_m2),
        conflict.differs_m3.map_or(String::new(), |v| format!(
            "{} {} m³",
            if zh { "，积水量相差" } else { " and" },
            crate::words::m2(v)
        )),
        if conflict.keys.is_empty() { String::new() } else { format!("; {}", conflict.keys.join(", ")) },
        conflict.words.get(lang)
    )
}
