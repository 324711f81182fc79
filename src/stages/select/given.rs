//! `select given`: scores of regulators or of sets that another program computed.

use crate::data::given::{Given, PairScores, SetScores, read};
use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::model::given_scorer::{GivenPairs, GivenSets};
use crate::model::scorer::SetScorer;
use crate::stages::Stage;
use crate::stages::parameters::{SCORES, SCORES_NAME};
use crate::stages::retrieve::given::{file, name};
use crate::stages::select::{input_pools, scorer, some_genes};
use std::path::Path;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("given"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores sets by a file: any other program's scores of regulators or of sets",
        description: "\
The file is CSV or `.grn-columns`, in one of two forms:

- **scores of regulators**, as `retrieve given` reads them (`target,regulator,score`): a set's score is the sum over \
its members, so it decomposes and the best set is the Top-R. Every candidate of every test target must be scored;
- **scores of sets** (`target,regulator_1,…,regulator_R,score`; smaller teams leave the last members empty): every set \
of R among the candidates that are searched must be scored, R being the target's team size. A file may score the sets \
of the best 55 candidates alone, for `decode exact cap=55`.

`decode exact` looks every set up: the answer is exact, and no set is excluded unseen. `decode topr` needs scores of \
single regulators: with set scores it gives the first R of the pool.

A `%%rust` cell of a notebook writes both with `grn_nb::put`. As with `retrieve given`, nothing can tell whether the \
scores were made with knowledge of the test targets.",
        parameters: &[SCORES, SCORES_NAME],
        examples: &["retrieve attn k=80 | select given file=\"sets.csv\" | decode exact"],
        version: 1,
        reads: &["file"],
        // Known only when the file is read: the scorer says it.
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let path = file(context.arguments);
    let name = name(context.arguments);
    let model: Box<dyn SetScorer> = match read(&path, &pools.split.dataset.genes)? {
        Given::Pairs(scores) => {
            check_pairs(&path, &pools, &scores)?;
            Box::new(GivenPairs::new(name.clone(), pools.split.dataset.clone(), scores))
        }
        Given::Sets(scores) => {
            check_sets(&path, &pools, &scores)?;
            Box::new(GivenSets::new(name.clone(), pools.split.dataset.clone(), scores))
        }
    };
    Ok(scorer(pools, &name, model, TrainingCurve::default()))
}

/// Every candidate of every test target must be scored.
fn check_pairs(path: &Path, pools: &Pools, scores: &PairScores) -> RunResult<()> {
    let dataset = &pools.split.dataset;
    for target in &pools.split.test {
        let ranked = pools.ranked.get(*target).map(Vec::as_slice).unwrap_or_default();
        let unscored = |gene: &&usize| scores.score(*target, **gene).is_none();
        let missing: Vec<usize> = ranked.iter().filter(unscored).copied().collect();
        if !missing.is_empty() {
            let message = format!(
                "{} of the {} candidates of target {} have no score: {}",
                missing.len(),
                ranked.len(),
                some_genes(dataset, &[*target]),
                some_genes(dataset, &missing)
            );
            return Err(Diagnostic::error("candidate-not-scored", message)
                .in_file(path, None, None)
                .help("score every candidate of the pools that flow in, or take pools from the same file: `retrieve given`")
                .into());
        }
    }
    Ok(())
}

/// Every test target must have set scores of its size, of sets of its own best candidates.
fn check_sets(path: &Path, pools: &Pools, scores: &SetScores) -> RunResult<()> {
    let dataset = &pools.split.dataset;
    let size = |target: usize| dataset.network.team(target).len();
    let unscored = |target: &&usize| !scores.of.contains_key(&(**target, size(**target)));
    let missing: Vec<usize> = pools.split.test.iter().filter(unscored).copied().collect();
    if !missing.is_empty() {
        let message = format!(
            "{} of the {} test targets have no scores for sets of their team size: {}",
            missing.len(),
            pools.split.test.len(),
            some_genes(dataset, &missing)
        );
        return Err(Diagnostic::error("target-not-scored", message)
            .in_file(path, None, None)
            .help("score the sets of every test target, each of as many members as its team has")
            .into());
    }
    for target in &pools.split.test {
        if let Some(sets) = scores.of.get(&(*target, size(*target))) {
            check_pool(path, pools, *target, &sets.pool)?;
        }
    }
    Ok(())
}

/// The pool of a target's sets must hold the best candidates that are searched.
fn check_pool(path: &Path, pools: &Pools, target: usize, pool: &[usize]) -> RunResult<()> {
    let dataset = &pools.split.dataset;
    let ranked = pools.ranked.get(target).map(Vec::as_slice).unwrap_or_default();
    let searched = ranked.get(..pool.len()).unwrap_or(ranked);
    let foreign: Vec<usize> = searched.iter().filter(|gene| !pool.contains(gene)).copied().collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the sets of target {} belong to another pool: among its best {} candidates, {} in no scored set",
        some_genes(dataset, &[target]),
        searched.len(),
        match foreign.as_slice() {
            [_] => format!("{} is", some_genes(dataset, &foreign)),
            _ => format!("{} are", some_genes(dataset, &foreign)),
        }
    );
    Err(Diagnostic::error("another-pool", message)
        .in_file(path, None, None)
        .help("score the sets of the pools that flow in: the same retriever, data set, `k` and seed")
        .into())
}
