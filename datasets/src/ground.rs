//! The mine itself: grades, licence, seams, boreholes.

use crate::dice::Dice;
use crate::lattice::{self, Licence, mm};
use crate::{AS_OF, CRS, Kind, names};
use jiff::civil::date;
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};

/// A made seam: its plane, and what hangs on it.
pub(crate) struct Seam {
    pub(crate) id: String,
    at: [f64; 3],
    slope: [f64; 2],
    thickness: [f64; 3],
    pub(crate) burst: bool,
    pub(crate) floor_aquifer: bool,
}

impl Seam {
    /// Floor elevation, m.
    pub(crate) fn floor(&self, [x, y]: [f64; 2]) -> f64 {
        self.at[2] + self.slope[0] * (x - self.at[0]) + self.slope[1] * (y - self.at[1])
    }

    /// Thickness, m: thinning out one way, never gone.
    pub(crate) fn thickness(&self, [x, y]: [f64; 2]) -> f64 {
        let [mean, gx, gy] = self.thickness;
        (mean + gx * (x - self.at[0]) + gy * (y - self.at[1])).max(0.2)
    }
}

/// What the rest of the mine hangs on.
pub(crate) struct Ground {
    pub(crate) seams: Vec<Seam>,
    pub(crate) strike_deg: f64,
    pub(crate) outburst: bool,
    pub(crate) holes: Vec<String>,
}

pub(crate) fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

pub(crate) fn ground(
    facts: &mut Vec<Fact>,
    dice: &mut Dice,
    seed: u64,
    number: u64,
    kind: Kind,
    licence: &Licence,
) -> Ground {
    let coal = matches!(kind, Kind::CoalUnderground | Kind::CoalOpenPit);
    let (name_zh, name_en) = names::mine(dice, coal);
    let gas = dice.pick(&["low", "low", "low", "high", "outburst"]);
    let burst = dice.pick(&["none", "none", "none", "weak", "medium"]);
    let surface_m = dice.rounded(200.0, 1300.0, 0);
    let mut mine = Fact::new("mine", format!("M{number:05}"))
        .with("name_zh", Value::Text(name_zh))
        .with("name_en", Value::Text(name_en))
        .with("kind", text(kind.name()))
        .with("as_of", Value::Date(AS_OF))
        .with("surface_m", Value::Number(surface_m))
        .with("capacity_t_a", Value::Number(f64::from(dice.pick(&[3_u32, 6, 9, 12, 18, 30])) * 100_000.0))
        .with("province", text("云州省"))
        .with("county", Value::Text(names::county(seed, number)))
        .with("crs", text(CRS))
        .with("vertical_datum", text("1985"));
    if kind == Kind::CoalUnderground {
        mine = mine
            .with("hydrogeology", text(dice.pick(&["simple", "medium", "medium", "complex", "extremely-complex"])))
            .with("gas", text(gas))
            .with("rock_burst", text(burst))
            .with("spontaneous_combustion", text(dice.pick(&["none", "prone", "very-prone"])))
            .with("safety_factor", Value::Number(4.0));
    }
    facts.push(mine);

    let seams = seams(dice, kind, licence, surface_m, burst != "none");
    let corners = || licence.ring.iter().copied();
    let low = seams.iter().flat_map(|s| corners().map(|p| s.floor(p))).fold(f64::MAX, f64::min);
    let high = seams.iter().flat_map(|s| corners().map(|p| s.floor(p))).fold(f64::MIN, f64::max);
    // Now and then the licence ends above the deepest coal.
    let lowest = if dice.chance(0.2) { low + 0.15 * (high - low) } else { low - 20.0 };
    facts.push(
        Fact::new("licence", format!("C{:012}", number + 410_000_000_000))
            .with_shape(licence.shape())
            .with(
                "z_m",
                Value::Numbers(vec![lowest.floor(), (high + 20.0).min(surface_m).max(lowest.floor() + 10.0).ceil()]),
            )
            .with("seams", Value::Texts(seams.iter().map(|seam| seam.id.clone()).collect()))
            .with("from", Value::Date(date(2015, 1, 1)))
            .with("to", Value::Date(date(2044, 12, 31))),
    );
    for (neighbour, border) in &licence.shared {
        facts.push(
            Fact::new("neighbour", format!("M{neighbour:05}"))
                .with_shape(lattice::line(border))
                .with("pillar_m", Value::Number(20.0)),
        );
    }
    let holes = holes(facts, dice, kind, licence, &seams, surface_m);
    for (order, seam) in seams.iter().enumerate() {
        facts.push(seam_fact(dice, kind, seam, order, &holes));
    }
    let strike_deg = if kind.underground() { dice.between(-35.0, 35.0) } else { 0.0 };
    Ground { seams, strike_deg, outburst: kind == Kind::CoalUnderground && gas == "outburst", holes }
}

fn seams(dice: &mut Dice, kind: Kind, licence: &Licence, surface_m: f64, burst: bool) -> Vec<Seam> {
    let coal = kind == Kind::CoalUnderground;
    let count = if coal { dice.whole(2, 4) } else { dice.whole(1, 2) };
    let dip = if coal { dice.between(2.0, 16.0) } else { 0.0_f64 }.to_radians().tan();
    let (sin, cos) = dice.between(0.0, std::f64::consts::TAU).sin_cos();
    let mut depth = if kind.underground() { dice.between(380.0, 700.0) } else { dice.between(60.0, 180.0) };
    // Two seams that join: the interburden of the second opens over the mine.
    let splits = coal && dice.chance(0.4);
    (0..count)
        .map(|i| {
            let split = splits && i == 1;
            let at = [licence.centre[0], licence.centre[1], mm(surface_m - depth)];
            depth += if splits && i == 0 { dice.between(9.0, 16.0) } else { dice.between(25.0, 90.0) };
            let opens = if split { 0.0018 } else { 0.0 };
            Seam {
                id: if coal {
                    if split { format!("{i}下") } else { (i + 1).to_string() }
                } else {
                    format!("-{}", i * 50)
                },
                at,
                slope: [-dip * sin + opens * cos, -dip * cos - opens * sin],
                thickness: [dice.between(1.6, 5.0), dice.between(-0.0004, 0.0004), dice.between(-0.0004, 0.0004)],
                burst: burst && i == 0,
                floor_aquifer: coal && i + 1 == count && dice.chance(0.5),
            }
        })
        .collect()
}

fn seam_fact(dice: &mut Dice, kind: Kind, seam: &Seam, order: usize, holes: &[String]) -> Fact {
    let mut fact = Fact::new("seam", seam.id.clone()).with("order", Value::Number(order as f64 + 1.0));
    // Every second seam is known from its boreholes only.
    if order.is_multiple_of(2) || holes.len() < 10 || kind != Kind::CoalUnderground {
        let dip = seam.slope[0].hypot(seam.slope[1]).atan().to_degrees();
        let direction = (-seam.slope[0]).atan2(-seam.slope[1]).to_degrees().rem_euclid(360.0);
        fact = fact.with(
            "floor_plane",
            Value::Plane(Plane { at: seam.at, dip_deg: mm(dip), dip_direction_deg: mm(direction) }),
        );
    }
    if kind != Kind::CoalUnderground {
        return fact
            .with("thickness_m", Value::Number(dice.rounded(3.0, 20.0, 1)))
            .with("density_t_m3", Value::Number(2.7));
    }
    fact = fact
        .with("density_t_m3", Value::Number(dice.rounded(1.33, 1.48, 2)))
        .with("coal_tensile_mpa", Value::Number(dice.rounded(0.1, 0.6, 2)))
        .with("overburden_class", text(dice.pick(&["hard", "medium", "medium", "weak"])));
    if order.is_multiple_of(2) {
        fact = fact.with("mining_height_m", Value::Number((seam.thickness[0] * 10.0).round() / 10.0));
    }
    if seam.floor_aquifer {
        fact = fact
            .with("floor_aquifer", Value::Flag(true))
            .with("floor_failure_m", Value::Number(dice.rounded(10.0, 22.0, 0)));
    }
    if !seam.burst {
        fact = fact.with("rock_burst", text("none"));
    }
    fact
}

/// Boreholes on a jittered net that reaches beyond the licence, so that the seams are known up to its border.
fn holes(
    facts: &mut Vec<Fact>,
    dice: &mut Dice,
    kind: Kind,
    licence: &Licence,
    seams: &[Seam],
    surface_m: f64,
) -> Vec<String> {
    // Few mines have very many holes.
    let across = 4.5 + 12.5 * dice.between(0.0, 1.0).powi(3);
    let [x0, y0, x1, y1] = licence.bounds();
    let step = (x1 - x0 + 600.0) / across.floor();
    let mut names = Vec::new();
    let rows = ((y1 - y0 + 600.0) / step).ceil() as u32 + 1;
    for row in 0..rows {
        for column in 0..=across as u32 {
            let at = [
                mm(x0 - 300.0 + step * f64::from(column) + dice.between(-0.2, 0.2) * step),
                mm(y0 - 300.0 + step * f64::from(row) + dice.between(-0.2, 0.2) * step),
            ];
            let id = format!("ZK{:02}{:02}", row + 1, column + 1);
            let z = mm(surface_m - dice.between(0.0, 40.0));
            let deepest = seams.iter().map(|seam| seam.floor(at)).fold(z, f64::min);
            let mut hole = Fact::new("borehole", id.clone())
                .with_shape(Shape::Point(Position::new(at[0], at[1], z)))
                .with("depth_m", Value::Number(mm(z - deepest + 15.0)))
                .with(
                    "drilled",
                    Value::Date(date(dice.whole(1985, 2025) as i16, dice.whole(1, 12) as i8, dice.whole(1, 28) as i8)),
                )
                .with("purpose", text("exploration"));
            match dice.whole(0, 19) {
                0 => hole = hole.with("sealing", text("unqualified")),
                1 => {}
                _ => hole = hole.with("sealing", text("qualified")),
            }
            facts.push(hole);
            if kind == Kind::CoalUnderground {
                for seam in seams {
                    facts.push(
                        Fact::new("pick", format!("{id}-{}", seam.id))
                            .with_shape(Shape::Point(Position::new(at[0], at[1], mm(seam.floor(at)))))
                            .with("seam", Value::Text(seam.id.clone()))
                            .with("hole", Value::Text(id.clone()))
                            .with("thickness_m", Value::Number(mm(seam.thickness(at)))),
                    );
                }
            }
            names.push(id);
        }
    }
    names
}
