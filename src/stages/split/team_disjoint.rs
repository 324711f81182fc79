//! `split team_disjoint`: no test target's team is the team of a training target.

use crate::data::dataset::Dataset;
use crate::data::network::Network;
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::split::{EVALUATE_ON, SEED, SIZES, TEST, draw};
use std::collections::{BTreeMap, BTreeSet};

/// `split team_disjoint`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "split",
        method: Some("team_disjoint"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Split),
        summary: "Random train and test targets that share no team",
        description: "\
As `split stratified`, but the targets of one team stay together: all train, or all are evaluated. What is found on \
the test targets can't have been memorised as a team, so this is the honest test of finding teams.

Teams are drawn in random order within each team size until ⌈test·n⌉ targets are evaluated; a team with more targets \
than are still wanted is passed over, so there can be a few targets less. Where each team has more targets than that, the \
one with the fewest is evaluated.

With `share=regulators` (the default) a test team may have single regulators and pairs of them in common with \
training teams. With `share=single` no two regulators of a test team stand together in any training team, of \
whatever size: training targets that would teach such a pair are left out.

With `evaluate_on=validation` the test teams are the same but put aside altogether, and teams of the remaining targets \
are evaluated in their place.",
        parameters: &[
            TEST,
            SEED,
            SIZES,
            EVALUATE_ON,
            ParameterSpec {
                name: "share",
                kind: ParameterKind::Choice(&["regulators", "single"]),
                per_size: false,
                default: DefaultValue::Literal("regulators"),
                doc: "What test and training teams may have in common: any regulators, or at most a single one.",
            },
        ],
        examples: &[
            "simulate sergio | split team_disjoint seed=42..44 | retrieve popularity k=80 | select stage1 | decode topr",
            "simulate sergio | split team_disjoint share=single | retrieve correlation k=80",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let mut split = draw(context, input, "team_disjoint", by_team)?;
    if context.arguments.text("share") == Some("single") {
        leave_out_shared_pairs(&mut split)?;
    }
    Ok(Value::Split(split.into()))
}

/// The targets of each team together, teams in random order.
fn by_team(dataset: &Dataset, targets: Vec<usize>, random: &mut Random) -> Vec<Vec<usize>> {
    let mut teams: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for target in targets {
        teams.entry(dataset.network.team(target)).or_default().push(target);
    }
    let mut groups: Vec<Vec<usize>> = teams.into_values().collect();
    random.shuffle(&mut groups);
    groups
}

fn leave_out_shared_pairs(split: &mut Split) -> RunResult<()> {
    let network = &split.dataset.network;
    let evaluated: BTreeSet<(usize, usize)> = split.test.iter().flat_map(|target| pairs(network, *target)).collect();
    let before = split.train.len();
    let mut train = split.train.clone();
    train.retain(|target| pairs(network, *target).all(|pair| !evaluated.contains(&pair)));
    let emptied = split.sizes.iter().find(|size| {
        let is_of_size = |target: &&usize| network.team(**target).len() == **size;
        train.iter().find(is_of_size).is_none()
    });
    if let Some(size) = emptied {
        let message = format!(
            "no training target with {size} regulators is left: of {before} training targets, {} have a pair of \
             regulators in common with a test team",
            before - train.len()
        );
        return Err(Diagnostic::error("stratum-too-small", message)
            .help(format!(
                "a smaller `test`, `sizes` without {size}, or `share=regulators`"
            ))
            .into());
    }
    split.train = train;
    Ok(())
}

/// The pairs of regulators of one team, each ascending.
fn pairs(network: &Network, target: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let team = network.team(target);
    let firsts = team.iter().copied().enumerate();
    firsts.flat_map(move |(place, first)| team[place + 1..].iter().map(move |second| (first, *second)))
}
