//! `select copy_nearest`: the team of the training target whose expression is most alike.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::neighbours::{LIKENESS, Likeness};
use crate::stages::select::known_teams::{KnownTeams, TeamScores};
use crate::stages::select::{input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("copy_nearest"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Copies the team of the most alike training target of the same size",
        description: "A set's score is the likeness of the nearest other training target whose whole team it is, and \
            −2 where no training target has that team; of teams that the pool doesn't hold, the next nearest one's is \
            copied. Nothing is trained, and by construction no novel team is ever found: what a model reaches beyond \
            it on *seen* teams is more than copying. On `split team_disjoint` it finds nothing.",
        parameters: &[LIKENESS],
        examples: &["retrieve popularity k=40 | select [copy_nearest, modal] | decode exact"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let split = pools.split.clone();
    let likeness = Likeness::to_training(&split, context.arguments.text("likeness"))?;
    let bytes = likeness.bytes();
    let scores = move |target: usize| {
        let mut teams = TeamScores::new();
        for (other, likeness) in split.train.iter().zip(&likeness.of(&[target])) {
            if *other != target {
                let team = split.dataset.network.team(*other).to_vec();
                let best = teams.entry(team).or_insert(*likeness);
                *best = best.max(*likeness);
            }
        }
        teams
    };
    let model = Box::new(KnownTeams {
        scores,
        otherwise: -2.0,
        bytes,
    });
    Ok(scorer(pools, "copy_nearest", model, TrainingCurve::default()))
}
