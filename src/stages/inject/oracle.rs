//! `inject oracle`: perfect retrieval, so that every remaining error is Stage 2's.

use crate::data::pools::Pools;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::parameters::CAP;
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "inject",
        method: Some("oracle"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Pools),
        summary: "Puts missing true regulators into every pool",
        description: "For each train and test target, true regulators that are missing among the pool's best M_R \
            candidates replace the lowest-ranked candidates there that are not true (paper §5.5 and App. H: injection \
            with true-safe trimming). Coverage becomes 1 by construction, so what is still wrong is the selection's. \
            An injected regulator takes the rank and the score of the candidate that it replaces.",
        parameters: &[CAP],
        examples: &["retrieve attn k=80 | inject oracle | select residual_hos2 | decode exact"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let Some(Value::Pools(pools)) = input else {
        return Err(Diagnostic::error("internal", "`inject` was run without Pools").into());
    };
    let mut injected = Pools::clone(&pools);
    injected.method = format!("{}+oracle", pools.method);
    let split = &pools.split;
    for target in split.train.iter().chain(&split.test) {
        let team = split.dataset.network.team(*target);
        let ranked = &mut injected.ranked[*target];
        let cap = context
            .arguments
            .count_for_size("cap", team.len())
            .unwrap_or(ranked.len())
            .min(ranked.len());
        if team.len() > cap {
            let message = format!(
                "target `{}` has {} regulators, but only {cap} candidates are kept",
                split.dataset.genes[*target],
                team.len()
            );
            return Err(Diagnostic::error("team-larger-than-pool", message)
                .help("a larger `k` or `cap` makes room for the whole team")
                .into());
        }
        inject(ranked, team, cap);
    }
    Ok(Value::Pools(Arc::new(injected)))
}

/// Makes the first `cap` candidates hold all of `team`, without ever removing one of its members.
fn inject(ranked: &mut [usize], team: &[usize], cap: usize) {
    let missing: Vec<usize> = team.iter().copied().filter(|r| !ranked[..cap].contains(r)).collect();
    let mut places = (0..cap)
        .rev()
        .filter(|p| !team.contains(&ranked[*p]))
        .collect::<Vec<_>>()
        .into_iter();
    for regulator in missing {
        let Some(place) = places.next() else { return };
        // A regulator that ranks below the cap trades places, so that no candidate stands in a pool twice.
        if let Some(below) = ranked[cap..].iter().position(|g| *g == regulator) {
            ranked.swap(place, cap + below);
        } else {
            ranked[place] = regulator;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::inject;

    #[test]
    fn replaces_the_worst_false_candidates() {
        let mut ranked = vec![7, 3, 9, 4, 5];
        inject(&mut ranked, &[1, 4], 4);
        assert_eq!(ranked, vec![7, 3, 1, 4, 5]);
    }

    #[test]
    fn trades_places_with_a_regulator_below_the_cap() {
        let mut ranked = vec![7, 3, 9, 4, 5];
        inject(&mut ranked, &[3, 5], 3);
        assert_eq!(ranked, vec![7, 3, 5, 4, 9]);
    }

    #[test]
    fn leaves_a_complete_pool_alone() {
        let mut ranked = vec![7, 3, 9];
        inject(&mut ranked, &[3, 9], 3);
        assert_eq!(ranked, vec![7, 3, 9]);
    }
}
