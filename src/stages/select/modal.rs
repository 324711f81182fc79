//! `select modal`: the most frequent training team.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::select::known_teams::{KnownTeams, TeamScores};
use crate::stages::select::{input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("modal"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Answers with the most frequent training team that the pool holds",
        description: "A set's score is the number of other training targets whose whole team it is. It looks at no \
            expression beyond the pool: what it gets right is the network's imbalance alone.",
        parameters: &[],
        examples: &["retrieve popularity k=40 | select modal | decode exact"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let split = pools.split.clone();
    let bytes = split.train.len() * size_of::<usize>();
    let scores = move |target: usize| {
        let mut teams = TeamScores::new();
        for other in split.train.iter().filter(|other| **other != target) {
            *teams.entry(split.dataset.network.team(*other).to_vec()).or_default() += 1.0;
        }
        teams
    };
    let model = Box::new(KnownTeams {
        scores,
        otherwise: 0.0,
        bytes,
    });
    Ok(scorer(pools, "modal", model, TrainingCurve::default()))
}
