use super::*;
use crate::outline::{Arcs, partition};
use proptest::prelude::*;

fn swept(ground: &Outline, patches: &[Patch<'_>]) -> (Mosaic, Zones) {
    let mut mosaic = Mosaic::new(ground).expect("a ground");
    let all = mosaic.all();
    mosaic.sweep(patches, &all);
    let zones = mosaic.zones().expect("zones that fill the ground");
    (mosaic, zones)
}

#[derive(Clone, Debug)]
struct Drawn {
    outline: Outline,
    class: u8,
}

/// Patches as a mine has them and as nobody would draw them: blobs, slabs on the same lines, slivers, near copies.
fn drawn() -> impl Strategy<Value = Drawn> {
    (0..6_u8, 0.0..1800.0, 0.0..1500.0, 1.0..300.0, 0.0..1.0, prop::collection::vec(0.3..1.0, 3..14), any::<bool>())
        .prop_map(|(kind, x, y, size, slant, radii, forbids): (u8, f64, f64, f64, f64, Vec<f64>, bool)| {
            let outline = match kind {
                0 | 1 => {
                    let n = radii.len() as f64;
                    let ring: geo::LineString<f64> = radii
                        .iter()
                        .enumerate()
                        .map(|(i, r)| {
                            let angle = std::f64::consts::TAU * i as f64 / n;
                            geo::coord! { x: x + size * r * angle.cos(), y: y + size * r * angle.sin() }
                        })
                        .collect();
                    let blob = Outline::repaired(&geo::MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())]));
                    let arcs =
                        if kind == 0 { Arcs::default() } else { Arcs::Inscribed { per_quarter: 8, leave_out: 0.0 } };
                    blob.map(|b| b.0).unwrap_or_default().grown_with(size * 0.3, arcs)
                }
                2 => Outline::rectangle((x / 100.0).round() * 100.0, (y / 100.0).round() * 100.0, x, y),
                3 => {
                    let (x, y) = ((x / 200.0).round() * 200.0, (y / 200.0).round() * 200.0);
                    Outline::rectangle(x, y, x + 200.0, y + 200.0)
                }
                4 => Outline::strip(&[[x, y], [x + 900.0 * slant, y + 700.0 * (1.0 - slant)]], 0.02 + slant),
                _ => Outline::disc([x, y], size).minus(&Outline::disc([x + size * 0.3 * slant, y], size * 0.6)),
            };
            Drawn { outline, class: if forbids { FORBIDDEN } else { DEFERRED } }
        })
}

const PLACES: [[f64; 2]; 2] = [[0.0, 0.0], [39_512_345.67, 4_210_987.65]];

fn ground_at([x, y]: [f64; 2]) -> Outline {
    Outline::convex(&[[x - 20.0, y], [x + 1700.0, y + 90.0], [x + 1650.0, y + 1400.0], [x + 40.0, y + 1333.3]])
        .minus(&Outline::disc([x + 800.0, y + 700.0], 150.0))
}

fn moved(outline: &Outline, [x, y]: [f64; 2]) -> Outline {
    let (dx, dy) = ((x * 10_000.0).round() as i64, (y * 10_000.0).round() as i64);
    Outline {
        shapes: outline
            .shapes
            .iter()
            .map(|s| s.iter().map(|r| r.iter().map(|p| (p.0 + dx, p.1 + dy)).collect()).collect())
            .collect(),
    }
}

proptest! {
    #[test]
    fn tiles_give_the_same_ground_as_one_sweep_of_the_whole(drawn in prop::collection::vec(drawn(), 0..24), place in 0..2_usize) {
        let ground = ground_at(PLACES[place]);
        let outlines: Vec<(Outline, u8)> = drawn.iter().map(|d| (moved(&d.outline, PLACES[place]), d.class)).collect();
        let patches: Vec<Patch<'_>> = outlines
            .iter()
            .enumerate()
            .map(|(i, (outline, class))| Patch { outline, class: *class, share: (i % 5) as u32 * 4 + u32::from(*class) })
            .collect();
        let (mosaic, zones) = swept(&ground, &patches);
        let of = |class: u8| outlines.iter().filter(move |o| o.1 == class).map(|o| &o.0);
        let (forbidden, deferred, mineable) = partition(&ground, of(FORBIDDEN), of(DEFERRED));
        // Slivers went to worse classes; all else is the same ground but for the rounding of the grid along its borders.
        let slivers = zones.slivers.area_m2();
        for (ours, whole) in [(&zones.forbidden, &forbidden), (&zones.deferred, &deferred), (&zones.mineable, &mineable)] {
            let allowed = slivers + 1e-3 + 3e-4 * (ours.perimeter_m() + whole.perimeter_m());
            let apart = ours.minus(whole).area_m2() + whole.minus(ours).area_m2();
            prop_assert!(apart <= allowed, "{apart} m2 apart, {allowed} allowed");
            prop_assert_eq!(&Outline::new(&ours.to_geo()).map(|o| (o.area_m2() * 1e3).round()).ok(), &(!ours.is_empty()).then(|| (ours.area_m2() * 1e3).round()), "valid");
        }
        prop_assert!((zones.mineable.area_m2() + zones.deferred.area_m2() + zones.forbidden.area_m2() - ground.area_m2()).abs() < 1e-2 + 1e-4 * ground.perimeter_m());
        for (share, m2) in mosaic.shares_m2() {
            let all = Outline::union(patches.iter().filter(|p| p.share == share).map(|p| p.outline)).within(&ground);
            prop_assert!((m2 - all.area_m2()).abs() <= 1e-3 + 3e-4 * all.perimeter_m(), "{m2} {}", all.area_m2());
        }
    }

    #[test]
    fn tiles_swept_again_are_the_same_as_all_swept_at_once(drawn in prop::collection::vec(drawn(), 1..20), edits in prop::collection::vec((any::<prop::sample::Index>(), drawn()), 1..5)) {
        let ground = ground_at(PLACES[1]);
        let mut outlines: Vec<(Outline, u8)> = drawn.iter().map(|d| (moved(&d.outline, PLACES[1]), d.class)).collect();
        let patches = |outlines: &[(Outline, u8)]| -> Vec<(Outline, u8)> { outlines.to_vec() };
        let run = |mosaic: &mut Mosaic, held: &[(Outline, u8)], marked: &[bool]| {
            let patches: Vec<Patch<'_>> = held.iter().map(|(outline, class)| Patch { outline, class: *class, share: u32::from(*class) }).collect();
            mosaic.sweep(&patches, marked);
        };
        let mut mosaic = Mosaic::new(&ground).expect("a ground");
        let all = mosaic.all();
        run(&mut mosaic, &patches(&outlines), &all);
        for (which, new) in edits {
            let number = which.index(outlines.len());
            let mut marked = Vec::new();
            mosaic.mark(&outlines[number].0, &mut marked);
            outlines[number] = (moved(&new.outline, PLACES[1]), new.class);
            mosaic.mark(&outlines[number].0, &mut marked);
            run(&mut mosaic, &outlines, &marked);
            let mut whole = Mosaic::new(&ground).expect("a ground");
            run(&mut whole, &outlines, &all);
            prop_assert!(mosaic.zones().is_some());
            prop_assert_eq!(mosaic.zones(), whole.zones());
            prop_assert_eq!(mosaic.shares_m2(), whole.shares_m2());
        }
    }
}
