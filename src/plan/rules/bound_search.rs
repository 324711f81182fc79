//! ψ is bounded, so sets whose base score is too low can't win.

use crate::plan::graph::{Hint, Plan};
use crate::plan::rules::{Rule, give_hint, scorer_may_decompose, searches_sets};

pub(super) const RULE: Rule = Rule {
    name: "bound-search",
    summary: "sets come in descending order of base score; the search ends, still exact, once base + max ψ can't win",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    give_hint(plan, Hint::BoundedSearch, |plan, node| {
        searches_sets(node) && scorer_may_decompose(plan, node, false)
    })
}
