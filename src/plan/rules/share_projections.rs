//! What the set transformer's first layer computes of a candidate does not depend on the rest of the set.

use crate::plan::graph::{Hint, Plan};
use crate::plan::rules::{Rule, give_hint, scorer_decomposes, searches_sets};

pub(super) const RULE: Rule = Rule {
    name: "share-projections",
    summary: "queries, keys and values of a pool's candidates are computed once for each target, not for each set",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    give_hint(plan, Hint::SharedProjections, |plan, node| {
        searches_sets(node) && scorer_decomposes(plan, node) == Some(false)
    })
}
