//! What the set transformer's first layer computes of a candidate does not depend on the rest of the set.

use crate::lang::types::Type;
use crate::plan::graph::{Hint, Plan};
use crate::plan::rules::{Rule, give_hint, is_from_file};

pub(super) const RULE: Rule = Rule {
    name: "share-projections",
    summary: "queries, keys and values of a pool's candidates are computed once for each target, not for each set",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    // The scorer, not the decoder, owns the tables that sets share.
    give_hint(plan, Hint::SharedProjections, |_, node| {
        node.gives == Type::Scorer && !node.spec.decomposes && !is_from_file(node.spec)
    })
}
