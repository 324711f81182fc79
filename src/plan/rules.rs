//! The optimiser: an ordered list of named rules. Each keeps the numbers and the types; `explain` shows what each did.

mod bound_search;
mod decode_decomposable_by_top_r;
mod factor_attention_scorer;
mod share_prefixes;
mod share_projections;

use crate::lang::catalog::StageSpec;
use crate::plan::graph::{Hint, Node, Plan};

/// A rewrite of the plan that gives the same numbers for less work.
pub struct Rule {
    /// Its name in `explain`, kebab-case.
    pub name: &'static str,
    /// What it does and why the numbers stay, in one line.
    pub summary: &'static str,
    /// Rewrites the plan and says what it did, one line each; no lines where nothing applied.
    pub apply: fn(&mut Plan) -> Vec<String>,
}

/// What a rule did to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    /// The rule's name.
    pub name: &'static str,
    /// What the rule is for.
    pub summary: &'static str,
    /// What it did; empty where it did not apply.
    pub notes: Vec<String>,
}

/// Every rule, in the order in which they run.
pub static RULES: &[Rule] = &[
    share_prefixes::RULE,
    factor_attention_scorer::RULE,
    decode_decomposable_by_top_r::RULE,
    share_projections::RULE,
    bound_search::RULE,
];

/// Applies `rules` in order. Running the plan before and after gives the same values; a rule that changes the type of
/// what is shown is a defect (debug assertion).
pub fn optimise(plan: &mut Plan, rules: &[Rule]) -> Vec<RuleOutcome> {
    let mut outcomes = Vec::with_capacity(rules.len());
    for rule in rules {
        let before = plan.shown_types();
        let notes = (rule.apply)(plan);
        debug_assert_eq!(before, plan.shown_types(), "rule {} changes types", rule.name);
        outcomes.push(RuleOutcome {
            name: rule.name,
            summary: rule.summary,
            notes,
        });
    }
    outcomes
}

/// Gives `hint` to every node that `applies`; returns one line for each distinct stage that got it.
fn give_hint(plan: &mut Plan, hint: Hint, applies: impl Fn(&Plan, &Node) -> bool) -> Vec<String> {
    let indices: Vec<usize> = (0..plan.nodes.len())
        .filter(|index| plan.nodes.get(*index).is_some_and(|node| applies(plan, node)))
        .collect();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for index in indices {
        let place = plan.describe(index);
        if let Some(node) = plan.nodes.get_mut(index) {
            node.hints.insert(hint);
        }
        match counts.iter_mut().find(|(known, _)| *known == place) {
            Some((_, count)) => *count += 1,
            None => counts.push((place, 1)),
        }
    }
    counts
        .into_iter()
        .map(|(place, count)| {
            if count == 1 {
                place
            } else {
                format!("{place} ({count} times)")
            }
        })
        .collect()
}

/// Whether the node searches for the best set of a scorer.
fn searches_sets(node: &Node) -> bool {
    node.spec.name() == "decode exact" || node.spec.verb == crate::lang::implied::PREDICT
}

/// Whether the scorer that feeds `node` may be a sum over the set's members, or not be one; neither where none is
/// upstream. Scores from a file may be either: the decoder finds out.
fn scorer_may_decompose(plan: &Plan, node: &Node, decomposes: bool) -> bool {
    let select = plan.upstream(node, "select");
    select.is_some_and(|select| select.spec.decomposes == decomposes || is_from_file(select.spec))
}

/// Whether a scorer is read, so that nothing is known of it before.
pub(crate) fn is_from_file(select: &StageSpec) -> bool {
    !select.reads.is_empty()
}
