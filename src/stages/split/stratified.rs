//! `split stratified`: the paper's random split within each team size.

use crate::data::dataset::Dataset;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::split::{EVALUATE_ON, SEED, SIZES, TEST, draw};

/// `split stratified`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "split",
        method: Some("stratified"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Split),
        summary: "Random train and test targets, drawn within each team size R",
        description: "\
The split of the paper (§5.1): the targets with R regulators are shuffled for each R in `sizes`, and the first \
⌈test·n⌉ of them become test targets; the others train. On SERGIO DS3 these are 57, 39 and 19 test targets for R = 2, \
3 and 4. Targets of other sizes take no part.

With `evaluate_on=validation` the test targets are the same but put aside altogether, and ⌈test·n⌉ of the remaining \
targets are evaluated in their place: settings can be chosen without a look at the test targets.

Random splits leak whole teams where several targets share a team: most test teams also occur in training, so judge \
exact match separately for seen and novel teams, as `evaluate` does, or split by `split team_disjoint`.

It is filled in where a pipeline names no `split` stage.",
        parameters: &[TEST, SEED, SIZES, EVALUATE_ON],
        examples: &[
            "simulate sergio | split stratified test=0.2 seed=42 | retrieve popularity k=80",
            "simulate sergio | split stratified seed=42..44 evaluate_on=validation | retrieve popularity k=80",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    Ok(Value::Split(draw(context, input, "stratified", alone)?.into()))
}

/// Every target for itself, in random order.
fn alone(_dataset: &Dataset, mut targets: Vec<usize>, random: &mut Random) -> Vec<Vec<usize>> {
    random.shuffle(&mut targets);
    targets.into_iter().map(|target| vec![target]).collect()
}
