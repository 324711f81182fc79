//! The words in a box.

use crate::plan::cost::grouped;
use crate::plan::explain::{Explanation, StageRow};
use crate::report::picture::plan::forest::Branch;
use crate::report::picture::plan::{SIZE, SMALL};
use crate::report::picture::text::{self, Line, Run};

fn run(text: String, bold: bool, size: f64) -> Run {
    Run {
        text,
        size,
        bold,
        italic: false,
        shift: 0.0,
    }
}

/// `retrieve attn  k=80  seed = 42, 43, 44 (×3)`.
pub(super) fn head(row: &StageRow, branch: &Branch) -> Line {
    let mut runs = vec![run(row.name.clone(), true, SIZE)];
    let swept: Vec<&str> = branch.differing.iter().map(|(name, _)| *name).collect();
    let given = row
        .arguments
        .iter()
        .filter(|(name, _)| (row.given.contains(name) || branch.telling.contains(name)) && !swept.contains(name));
    for (name, value) in given {
        runs.push(run(format!("  {name}={value}"), false, SIZE));
    }
    for (name, values) in &branch.differing {
        let shown = match values.as_slice() {
            values if values.len() <= 12 => values.join(", "),
            [first, second, .., last] => format!("{first}, {second}, …, {last}"),
            values => values.join(", "),
        };
        runs.push(run(format!("  {name} = {shown}"), false, SIZE));
    }
    if branch.rows.len() > 1 {
        runs.push(run(format!("  (×{})", branch.rows.len()), true, SIZE));
    }
    Line(runs)
}

/// Quieter lines beneath: cells, cost, how it got there.
pub(super) fn details(explanation: &Explanation, row: &StageRow, branch: &Branch, finished: bool) -> Vec<Line> {
    let mut parts: Vec<String> = Vec::new();
    if finished {
        parts.push("finished already".to_owned());
    }
    if row.implied {
        parts.push("filled in".to_owned());
    }
    let several = branch.rows.len() > 1;
    if row.cells < explanation.cells {
        let each = if several { " each" } else { "" };
        parts.push(format!("in {} of {} cells{each}", row.cells, explanation.cells));
    }
    if let Some(parameters) = row.cost.and_then(|cost| cost.parameters) {
        parts.push(format!("{} parameters", grouped(parameters.into())));
    }
    if !row.sets.is_empty() {
        let sets = row
            .sets
            .iter()
            .map(|(size, _, sets)| format!("R = {size}: {}", grouped(*sets)));
        parts.push(format!("sets a target: {}", sets.collect::<Vec<_>>().join(", ")));
    }
    match parts.is_empty() {
        true => Vec::new(),
        false => vec![text::plain(&parts.join(" · "), SMALL)],
    }
}
