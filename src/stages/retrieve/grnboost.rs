//! `retrieve grnboost`: boosted trees that predict each gene from the others.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::interruption;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::model::boosted_trees::{Bins, MOST_CELLS, Settings, importances};
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::parameters::{K, SEED, float, integer};
use crate::stages::retrieve::candidates::{CANDIDATES, Candidates};
use crate::stages::retrieve::{input_split, rank_all};
use rayon::prelude::*;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("grnboost"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by boosted regression trees, as GRNBoost2 ranks them",
        description: "\
Predicts the features of each gene from those of all candidates by stochastic gradient boosting with squared loss, and ranks \
candidates by how much their splits reduce the sum of squares (GRNBoost2: Moerman et al. 2019, Bioinformatics 35:2159; after \
GENIE3: Huynh-Thu et al. 2010). Unsupervised: it sees no known team. Candidates that no tree splits on come last, by gene \
index.

It differs from GRNBoost2 in what saves time: features are cut into at most 64 bins, once for all targets, a tree chooses \
its genes once, and hundreds of trees with `shrinkage=0.02` stand in for up to 5,000 with 0.01. Boosting a target stops early \
as there: when `patience` trees in a row have, on average, not helped for the cells that they weren't grown on. A small \
`shrinkage` spreads importance over candidates that are alike; with 0.0001 the trees are a random forest, as in GENIE3.

It is made for lists of regulators: `candidates=regulators`. Among all genes, targets that share regulators predict each other \
better than their regulators do and take the importance: there it finds fewer whole teams of SERGIO DS3 than `retrieve \
correlation`.

A target takes about `trees` · 2 · `gene_share` · candidates · cells additions. All 1200 targets of SERGIO DS3 take one to two \
minutes on two cores among all genes, and a fifth of that among its 127 regulators.",
        parameters: &[
            K,
            CANDIDATES,
            integer("trees", 1, 100_000, "300", "The most trees for each target."),
            integer("depth", 1, 16, "3", "Splits between the root of a tree and its leaves."),
            float("shrinkage", 1e-4, 1.0, "0.02", "The share of a tree's values that is added."),
            float("gene_share", 1e-4, 1.0, "0.1", "The share of candidates that a tree may split on."),
            float("cell_share", 0.01, 1.0, "0.9", "The share of cells that a tree is grown on."),
            integer(
                "patience",
                1,
                100_000,
                "25",
                "Trees that may fail to help before boosting ends; with `cell_share=1` it never ends early.",
            ),
            SEED,
        ],
        examples: &["retrieve [grnboost, correlation] k=80 | plot coverage"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let split = input_split(input)?;
    let candidates = Candidates::of(arguments, &split.dataset)?;
    let Some(features) = split.dataset.features.clone() else {
        return Err(Diagnostic::error("internal", "the data set has no features").into());
    };
    if features.ncols() > MOST_CELLS {
        let message = format!("expected at most {MOST_CELLS} cells, found {}", features.ncols());
        return Err(Diagnostic::error("too-many-cells", message)
            .help("a sample of the cells will do")
            .into());
    }
    let settings = Settings {
        trees: arguments.count("trees"),
        depth: arguments.count("depth"),
        shrinkage: arguments.float("shrinkage"),
        genes: arguments.float("gene_share"),
        cells: arguments.float("cell_share"),
        patience: arguments.count("patience"),
    };
    let (seed, total) = (arguments.seed("seed"), split.dataset.gene_count());
    let bins = Bins::new(features.view())?;
    let watch = interruption::watch();
    let score = |target: &usize| {
        let others: Vec<usize> = candidates
            .genes()
            .iter()
            .copied()
            .filter(|gene| gene != target)
            .collect();
        // A stream for each target: the numbers don't depend on who computes what.
        let mut random = Random::new(seed, &format!("retrieve grnboost: target {target}"));
        let values = features.row(*target).to_vec();
        let found = importances(&bins, &values, &others, settings, &mut random, &watch)?;
        let mut scores = vec![0.0; total];
        others
            .iter()
            .zip(found)
            .for_each(|(gene, importance)| scores[*gene] = importance as f32);
        Ok(scores)
    };
    rank_all(
        context,
        split,
        &candidates,
        "grnboost",
        TrainingCurve::default(),
        |targets| {
            let done = targets.first().copied().unwrap_or(0) as u64;
            context.progress(done, total as u64, "target", "boosting trees")?;
            targets.par_iter().map(score).collect()
        },
    )
}
