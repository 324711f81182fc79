//! The attention retriever's scorer is linear in the regulator once the target is fixed.

use crate::plan::graph::{Hint, Plan};
use crate::plan::rules::{Rule, give_hint};

pub(super) const RULE: Rule = Rule {
    name: "factor-attention-scorer",
    summary: "the first scorer layer, [z_r; z_t; c_t; …]·W, becomes one d×h product for each target (same numbers to \
              rounding)",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    give_hint(plan, Hint::FactoredScorer, |_, node| {
        node.spec.name() == "retrieve attn"
    })
}
