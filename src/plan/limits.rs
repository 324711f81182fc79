//! What can't be computed as asked is refused before anything runs.

use crate::lang::arguments::{Argument, Arguments};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::implied::PREDICT;
use crate::lang::types::Type;
use crate::plan::cost::{binomial, grouped};
use crate::plan::graph::{Node, Plan};
use crate::plan::rules::is_from_file;

/// Sets a second that two cores score with the default scorer; only for the words of an error.
const TYPICAL_RATE: u128 = 200_000;

/// The sets that each team size has for one target: C(M_R, R), with M_R the smaller of cap and pool. Empty where
/// pool or sizes can't be known from the plan.
pub fn sets_per_target(plan: &Plan, node: &Node) -> Vec<(usize, usize, u128)> {
    let Some(pool) = plan.nearest_count(node, "k") else {
        return Vec::new();
    };
    let sizes = match node.arguments.counts("sizes") {
        sizes if !sizes.is_empty() => sizes,
        _ => plan.nearest_counts(node, "sizes"),
    };
    let cap = |size| capped(&node.arguments, size, pool);
    let sets = sizes
        .into_iter()
        .map(|size| (size, cap(size), binomial(cap(size), size)));
    sets.collect()
}

fn capped(arguments: &Arguments, size: usize, pool: usize) -> usize {
    arguments.count_for_size("cap", size).map_or(pool, |cap| cap.min(pool))
}

/// The error of a stage that can't do what is asked: attention heads that do not divide the embedding; a decoder whose
/// teams do not fit their pool, or with more sets than its `limit` for a scorer with an interaction term.
pub fn refusal(plan: &Plan, node: &Node) -> Option<Diagnostic> {
    uneven_heads(node).or_else(|| undecodable(plan, node))
}

/// Attention heads that do not share the embedding evenly.
fn uneven_heads(node: &Node) -> Option<Diagnostic> {
    let (Some(Argument::Integer(heads)), Some(Argument::Integer(embedding))) =
        (node.arguments.get("heads"), node.arguments.get("embedding"))
    else {
        return None;
    };
    if *heads < 1 || embedding % heads == 0 {
        return None;
    }
    let message = format!("expected `heads` to divide `embedding`, found heads={heads} and embedding={embedding}");
    let nearest = (embedding + heads / 2) / heads * heads;
    let label = format!("for instance `embedding={} heads={heads}`", nearest.max(*heads));
    Some(Diagnostic::error("heads-do-not-divide", message).at(node.span, label))
}

fn undecodable(plan: &Plan, node: &Node) -> Option<Diagnostic> {
    if node.gives != Type::Teams {
        return None;
    }
    let sets = sets_per_target(plan, node);
    if let Some((size, pool, _)) = sets.iter().find(|(size, pool, _)| size > pool) {
        return Some(too_small(node, *size, *pool));
    }
    let select = plan.upstream(node, "select")?;
    let searches = node.spec.name() == "decode exact" || node.spec.verb == PREDICT;
    if !searches || select.spec.decomposes || is_from_file(select.spec) {
        return None;
    }
    let limit = match node.arguments.get("limit") {
        Some(Argument::Integer(limit)) => u128::try_from(*limit).unwrap_or(0),
        _ => return None,
    };
    let worst = sets.into_iter().max_by_key(|(_, _, sets)| *sets)?;
    (worst.2 > limit).then(|| too_many(node, worst, limit))
}

fn too_small(node: &Node, size: usize, pool: usize) -> Diagnostic {
    let message = format!("a team of {size} regulators does not fit a pool of {pool} candidates");
    Diagnostic::error("team-larger-than-pool", message).at(
        node.span,
        format!("`k` and `cap` are at least {size} where teams have {size} members"),
    )
}

fn too_many(node: &Node, (size, pool, sets): (usize, usize, u128), limit: u128) -> Diagnostic {
    let message = format!(
        "`{}` may have to score {} sets of {size} out of {pool} candidates for each target, above its limit of {}",
        node.spec.name(),
        grouped(sets),
        grouped(limit)
    );
    Diagnostic::error("too-many-sets", message)
        .at(
            node.span,
            format!("up to {} for each target on two cores", scoring_time(sets)),
        )
        .help(format!(
            "a smaller `cap={{{size}: …}}` needs less, and `decode beam` finds good sets without a proof; a higher `limit` allows it"
        ))
}

/// About how long two cores take to score so many sets, in words.
pub fn scoring_time(sets: u128) -> String {
    let seconds = sets / TYPICAL_RATE;
    let (number, unit) = match seconds {
        0..120 => (seconds, "seconds"),
        120..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{} {unit}", grouped(number))
}
