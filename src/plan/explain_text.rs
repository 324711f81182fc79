//! The plain text of an explanation.

use crate::lang::arguments::Argument;
use crate::plan::cost::{Cost, grouped};
use crate::plan::explain::{Axis, Explanation, StageRow};
use crate::plan::graph::Hint;
use crate::plan::search_cost::scored_sets;

/// Lines are wrapped at this column.
const WIDTH: usize = 100;
/// More stages than this are counted, not listed.
const MAX_ROWS: usize = 60;

pub(super) fn render(explanation: &Explanation) -> String {
    let mut text = format!("{}\n\n", explanation.pipeline);
    text.push_str(&grid(explanation));
    text.push_str("\nstages\n");
    for (index, row) in explanation.stages.iter().enumerate().take(MAX_ROWS) {
        text.push_str(&stage(explanation, index, row));
    }
    if let Some(more) = explanation.stages.len().checked_sub(MAX_ROWS).filter(|more| *more > 0) {
        text.push_str(&format!("  … and {more} more\n"));
    }
    if !explanation.views.is_empty() {
        text.push_str(&format!("\nviews\n  {}\n", explanation.views.join(", ")));
    }
    text.push_str(&rules(explanation));
    text.push_str(&costs(explanation));
    text
}

fn grid(explanation: &Explanation) -> String {
    let axes: Vec<String> = explanation.axes.iter().map(axis).collect();
    let cells = count(explanation.cells, "cell");
    let stages = explanation.stages.len();
    let sharing = match explanation.unshared {
        unshared if unshared == stages => count(stages, "stage"),
        unshared => format!("{} ({unshared} without sharing)", count(stages, "stage")),
    };
    let product = if axes.is_empty() {
        String::new()
    } else {
        format!("{}: ", axes.join(" × "))
    };
    format!("grid\n  {product}{cells}, {sharing}\n")
}

fn axis(axis: &Axis) -> String {
    let values: Vec<String> = axis.values.iter().map(ToString::to_string).collect();
    let replicates = if axis.replicate { ", replicates" } else { "" };
    format!("{} [{}{replicates}]", axis.name, values.join(", "))
}

fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// `retrieve attn → Pools  3f2a9c01`, then its arguments. Branches of the grid are indented.
fn stage(explanation: &Explanation, index: usize, row: &StageRow) -> String {
    let indent = "  ".repeat(1 + depth(explanation, index));
    let id: String = row.id.to_string().chars().take(8).collect();
    let mut notes: Vec<String> = Vec::new();
    if row.implied {
        notes.push("filled in".to_owned());
    }
    if row.cached {
        notes.push("cached".to_owned());
    }
    if row.cells < explanation.cells {
        notes.push(format!("in {} of {} cells", row.cells, explanation.cells));
    }
    notes.extend(row.hints.iter().map(|hint| hint_text(*hint).to_owned()));
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!("  ({})", notes.join("; "))
    };
    let mut text = format!("{indent}{} → {}  {id}{notes}\n", row.name, row.gives);
    let given = row.arguments.iter().filter(|(_, value)| *value != Argument::Absent);
    let arguments = given.map(|(name, value)| format!("{name}={value}"));
    text.push_str(&wrap(&format!("{indent}  "), arguments));
    text
}

/// How many branchings of the grid lie upstream.
fn depth(explanation: &Explanation, index: usize) -> usize {
    let mut depth = 0;
    let mut at = explanation.stages.get(index).and_then(|row| row.input);
    // Inputs come before their users, so every step goes down.
    while let Some(input) = at.filter(|input| *input < index) {
        if explanation.stages.iter().filter(|row| row.input == Some(input)).count() > 1 {
            depth += 1;
        }
        at = explanation.stages.get(input).and_then(|row| row.input);
    }
    depth
}

fn wrap(indent: &str, words: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && indent.len() + line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        text.push_str(&format!("{indent}{line}\n"));
    }
    text
}

fn hint_text(hint: Hint) -> &'static str {
    match hint {
        Hint::FactoredScorer => "factored scorer",
        Hint::SharedProjections => "shared projections",
        Hint::BoundedSearch => "bounded search",
        Hint::TopRDecoding => "Top-R",
    }
}

fn rules(explanation: &Explanation) -> String {
    let mut text = "\noptimisations\n".to_owned();
    for rule in &explanation.rules {
        let did = if rule.notes.is_empty() {
            "does not apply".to_owned()
        } else {
            rule.notes.join("; ")
        };
        text.push_str(&format!("  {}: {did}\n", rule.name));
        if !rule.notes.is_empty() {
            text.push_str(&wrap("    ", rule.summary.split(' ').map(str::to_owned)));
        }
    }
    text
}

fn costs(explanation: &Explanation) -> String {
    let mut lines: Vec<String> = Vec::new();
    for row in &explanation.stages {
        let cost = row.cost.map(|cost| cost_text(&cost)).into_iter();
        let sets = (!row.sets.is_empty()).then(|| sets_text(explanation, row)).into_iter();
        for part in cost.chain(sets) {
            let line = format!("{}: {part}", row.name);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    let mut text = "\ncost\n".to_owned();
    if lines.is_empty() {
        text.push_str("  no stage has a cost that is known before it runs\n");
    }
    for line in lines {
        let wrapped = wrap("    ", line.split(' ').map(str::to_owned));
        text.push_str(wrapped.strip_prefix("  ").unwrap_or(&wrapped));
    }
    text
}

fn cost_text(cost: &Cost) -> String {
    let known = [
        cost.parameters.map(|n| format!("{} parameters", grouped(n.into()))),
        cost.bytes.map(|n| format!("{} with gradients and moments", bytes(n))),
        cost.embedding_flops
            .map(|n| format!("{}FLOP to embed all genes", scaled(n as f64))),
        cost.target_flops.map(|n| format!("{}FLOP a target", scaled(n as f64))),
        cost.set_flops.map(|n| format!("{}FLOP a set", scaled(n as f64))),
    ];
    let mut parts: Vec<String> = known.into_iter().flatten().collect();
    if cost.parameters.is_none() {
        parts.push("parameters depend on data that are not loaded yet".to_owned());
    }
    parts.join(", ")
}

fn sets_text(explanation: &Explanation, row: &StageRow) -> String {
    let set_flops = row
        .input
        .and_then(|input| explanation.stages.get(input)?.cost?.set_flops);
    if let Some(sets) = some_sets_text(row) {
        return sets;
    }
    let top_r = row.hints.contains(&Hint::TopRDecoding) || row.name == "decode topr";
    let sets = row.sets.iter().map(|(size, pool, sets)| {
        let flops = set_flops
            .filter(|_| !top_r)
            .map(|flops| sets.saturating_mul(flops.into()));
        let flops = flops
            .map(|flops| format!(" ({}FLOP)", scaled(flops as f64)))
            .unwrap_or_default();
        format!("R = {size}: C({pool}, {size}) = {}{flops}", grouped(*sets))
    });
    let sets = sets.collect::<Vec<_>>().join(", ");
    if top_r {
        return format!("1 set for each target, in place of {sets}");
    }
    let at_most = if row.hints.contains(&Hint::BoundedSearch) {
        ", at most"
    } else {
        ""
    };
    format!("sets for each target{at_most}: {sets}")
}

/// What decoders without a certificate score; `None` for the others.
fn some_sets_text(row: &StageRow) -> Option<String> {
    let count = |name: &str| match row.arguments.iter().find(|(known, _)| *known == name) {
        Some((_, Argument::Integer(value))) => usize::try_from(*value).unwrap_or(0),
        _ => 0,
    };
    let sets = row.sets.iter().map(|(size, pool, sets)| {
        let scored = scored_sets(&row.name, count, *pool, *size)?;
        Some(format!(
            "R = {size}: {scored} of C({pool}, {size}) = {}",
            grouped(*sets)
        ))
    });
    let sets = sets.collect::<Option<Vec<_>>>()?;
    Some(format!("sets for each target: {}", sets.join(", ")))
}

/// `1.2 M`: three digits and a decimal prefix.
fn scaled(mut value: f64) -> String {
    for prefix in ["", "k", "M", "G", "T"] {
        if value < 999.5 {
            return format!("{} {prefix}", short(value));
        }
        value /= 1000.0;
    }
    format!("{} P", short(value))
}

/// `1.2 MiB`.
pub fn bytes(number: u64) -> String {
    let mut value = number as f64;
    for unit in ["B", "KiB", "MiB"] {
        if value < 1023.5 {
            return format!("{} {unit}", short(value));
        }
        value /= 1024.0;
    }
    format!("{} GiB", short(value))
}

fn short(value: f64) -> String {
    match value {
        v if v < 9.95 && v.fract() != 0.0 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}
