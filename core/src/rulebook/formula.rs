//! The formulas of the law, each with its source and a number to check by hand.

use crate::site::seam::Overburden;

/// Pressure of a metre of water, MPa/m (ρg).
pub const HEAD_MPA_PER_M: f64 = 0.0098;
/// The worst safety factor K of the barrier-pillar formula (2 to 5).
pub const WORST_SAFETY_FACTOR: f64 = 5.0;
/// The worst tensile strength of coal, MPa.
pub const WORST_COAL_TENSILE_MPA: f64 = 0.05;

/// Width in m of a water-barrier pillar, `0.5·K·M·√(3p/Kp)`, before the least width of the law.
///
/// * `k` safety factor, 2 to 5
/// * `m` thickness or mining height, m
/// * `p` head pressure, MPa
/// * `kp` tensile strength of the coal, MPa
///
/// *Source:* 煤矿防治水细则 附录六 二 (formula read in 煤矿防治水规定 2009 附录三 二, V2).
///
/// ```
/// use minesift_core::rulebook::formula::barrier_width_m;
/// // 0.5 * 4 * 4.0 * sqrt(3 * 3.28 / 0.2) = 56.11 m
/// assert!((barrier_width_m(4.0, 4.0, 3.28, 0.2) - 56.11).abs() < 0.01);
/// ```
pub fn barrier_width_m(k: f64, m: f64, p: f64, kp: f64) -> f64 {
    0.5 * k * m * (3.0 * p.max(0.0) / kp).sqrt()
}

/// Height in m of the water-conducting fracture zone over a mining height `m`, the larger of the two formulas, and how
/// it was computed. Without a class the hard formula, the highest, is taken.
///
/// *Source:* 建筑物、水体、铁路及主要井巷煤柱留设与压煤开采规范 (2017), formulas read V2.
///
/// ```
/// use minesift_core::rulebook::formula::fracture_height_m;
/// use minesift_core::site::seam::Overburden;
/// // medium, 2.8 m: max(100*2.8/(1.6*2.8+3.6)+5.6, 20*sqrt(2.8)+10) = max(40.25, 43.47)
/// assert!((fracture_height_m(2.8, Some(Overburden::Medium)).0 - 43.47).abs() < 0.01);
/// ```
pub fn fracture_height_m(m: f64, class: Option<Overburden>) -> (f64, String) {
    let (a, b, e, root) = match class {
        Some(Overburden::Medium) => (1.6, 3.6, 5.6, Some((20.0, 10.0))),
        Some(Overburden::Weak) => (3.1, 5.0, 4.0, Some((10.0, 5.0))),
        Some(Overburden::VeryWeak) => (5.0, 8.0, 3.0, None),
        Some(Overburden::Hard) | None => (1.2, 2.0, 8.9, Some((30.0, 10.0))),
    };
    let first = 100.0 * m / (a * m + b) + e;
    match root {
        Some((c, d)) => {
            let second = c * m.sqrt() + d;
            (first.max(second), format!("max(100×{m}/({a}×{m}+{b})+{e}, {c}√{m}+{d}) = max({first:.2}, {second:.2})"))
        }
        None => (first, format!("100×{m}/({a}×{m}+{b})+{e} = {first:.2}")),
    }
}

/// Water-inrush coefficient T = p/M in MPa/m: pressure on the bottom of the aquiclude over its thickness.
///
/// *Source:* 煤矿防治水细则 附录五 式(附5-2), 第七十三条（三）.
///
/// ```
/// use minesift_core::rulebook::formula::inrush_coefficient;
/// // water level 860.00, floor 832.45, aquiclude 182.81 m: p = (27.55 + 182.81) * 0.0098 = 2.06 MPa
/// assert!((inrush_coefficient(2.06, 182.81) - 0.0113).abs() < 0.0001);
/// ```
pub fn inrush_coefficient(pressure_mpa: f64, aquiclude_m: f64) -> f64 {
    pressure_mpa / aquiclude_m
}
/// Mining height taken where nobody recorded a thickness, m: a large one, since every formula grows with it.
pub const WORST_MINING_HEIGHT_M: f64 = 10.0;
