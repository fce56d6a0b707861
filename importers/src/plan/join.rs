//! A plan's rows and the shapes of a drawing, joined by name.

use super::plain_name;
use minesift_core::fact::{Fact, Problem, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::plan::won_twice;
use minesift_core::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Gives every face and heading without a shape the shape of the same name. Names that differ by a space, by full-width
/// letters or by 工作面 are taken as the same, and said. A shape whose name stands twice is not taken.
pub fn shapes(plan: &mut [Fact], drawn: &[Fact]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = |fact: &Fact| match fact.attributes.get("name_zh") {
        Some(Value::Text(name)) => name.clone(),
        _ => fact.id.clone(),
    };
    let mut by_name: BTreeMap<(&str, String), Vec<&Fact>> = BTreeMap::new();
    for fact in drawn.iter().filter(|fact| matches!(fact.kind, "face" | "heading") && fact.shape.is_some()) {
        let named: BTreeSet<String> = [plain_name(&fact.id), plain_name(&name(fact))].into();
        for named in named {
            by_name.entry((fact.kind, named)).or_default().push(fact);
        }
    }
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for fact in plan.iter_mut().filter(|fact| matches!(fact.kind, "face" | "heading") && fact.shape.is_none()) {
        let found = by_name.get(&(fact.kind, plain_name(&fact.id))).map_or(&[] as &[&Fact], Vec::as_slice);
        let title = if fact.kind == "face" { ("采煤工作面", "face") } else { ("巷道", "heading") };
        match found {
            [] => problems.push(Problem::note(
                &fact.source,
                Text::new(
                    format!("{} {} 在图形文件中没有图形，无法核校", title.0, fact.id),
                    format!("{} {} has no shape among those drawn: it cannot be judged", title.1, fact.id),
                ),
            )),
            [drawn] => {
                used.insert((drawn.kind, &drawn.id));
                if drawn.id != fact.id && name(drawn) != fact.id {
                    problems.push(Problem::repaired(
                        &fact.source,
                        Text::new(
                            format!("{} 与图形“{}”（{}）按同名处理", fact.id, name(drawn), drawn.source),
                            format!("{} is taken to be \"{}\" of the drawing ({})", fact.id, name(drawn), drawn.source),
                        ),
                    ));
                }
                let (said, shown) = (fact.text("seam").map(str::to_owned), drawn.text("seam").map(str::to_owned));
                if let (Some(said), Some(shown)) = (&said, &shown)
                    && said != shown
                {
                    problems.push(Problem::note(
                        &fact.source,
                        Text::new(
                            format!("{} 计划表为 {said} 煤，图形为 {shown} 煤；以计划表为准", fact.id),
                            format!(
                                "{} is in seam {said} by the plan and in {shown} by the drawing: the plan holds",
                                fact.id
                            ),
                        ),
                    ));
                }
                fact.shape.clone_from(&drawn.shape);
                for (key, value) in &drawn.attributes {
                    if !fact.attributes.contains_key(key) && !matches!(*key, "name_zh" | "from" | "to") {
                        fact.attributes.insert(key, value.clone());
                    }
                }
            }
            [first, second, ..] => problems.push(Problem::refused(
                &fact.source,
                Text::new(
                    format!(
                        "{} 在图形文件中有两个图形（{}、{}），都不取；请只留一个",
                        fact.id, first.source, second.source
                    ),
                    format!(
                        "{} is drawn twice ({}, {}): neither is taken, keep one",
                        fact.id, first.source, second.source
                    ),
                ),
            )),
        }
    }
    let left: Vec<&str> = drawn
        .iter()
        .filter(|fact| matches!(fact.kind, "face" | "heading") && !used.contains(&(fact.kind, &fact.id)))
        .map(|fact| fact.id.as_str())
        .collect();
    if !left.is_empty() {
        let shown = left.iter().take(8).copied().collect::<Vec<_>>().join("、");
        problems.push(Problem::note(
            &drawn[0].source,
            Text::new(
                format!("{} 个图形不在计划表中，不取：{shown}", left.len()),
                format!("{} shapes have no row in the plan and are not taken: {shown}", left.len()),
            ),
        ));
    }
    problems
}

/// Takes the shape from a face that overlaps an earlier one of the same seam: coal is not won twice. Faces that are
/// installed or withdrawn lie on the coal they serve.
pub fn overlaps(plan: &mut [Fact]) -> Vec<Problem> {
    let outline = |fact: &Fact| match &fact.shape {
        Some(Shape::Areas(areas)) => Outline::new(areas).ok(),
        _ => None,
    };
    let producing =
        |fact: &Fact| fact.kind == "face" && !matches!(fact.text("phase"), Some("installing" | "withdrawing"));
    let drawn: Vec<(usize, Outline)> =
        (0..plan.len()).filter(|i| producing(&plan[*i])).filter_map(|i| Some((i, outline(&plan[i])?))).collect();
    let faces: Vec<_> = drawn.iter().map(|(i, outline)| (plan[*i].text("seam"), outline)).collect();
    let mut problems = Vec::new();
    for twice in won_twice(&faces) {
        let (i, other, m2) = (drawn[twice.later].0, &plan[drawn[twice.earlier].0], twice.m2);
        let (own, id, source) = (&plan[i].id, &other.id, &other.source);
        problems.push(Problem::refused(
            &plan[i].source,
            Text::new(
                format!("工作面 {own} 与 {id}（{source}）重叠 {m2:.1} m²，图形不取；请改正图形"),
                format!("face {own} overlaps {id} ({source}) by {m2:.1} m²: its shape is not taken, mend the drawing"),
            ),
        ));
        plan[i].shape = None;
    }
    problems
}
