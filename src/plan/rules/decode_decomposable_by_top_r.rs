//! A score that is a sum over members is largest for the R largest members (paper App. H).

use crate::plan::graph::{Hint, Plan};
use crate::plan::rules::{Rule, give_hint, scorer_may_decompose, searches_sets};

pub(super) const RULE: Rule = Rule {
    name: "decode-decomposable-by-top-r",
    summary: "a scorer that decomposes is decoded by its R best candidates, which is exact (paper App. H)",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    give_hint(plan, Hint::TopRDecoding, |plan, node| {
        searches_sets(node) && scorer_may_decompose(plan, node, true)
    })
}
