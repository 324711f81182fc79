//! `select stage1`: no Stage 2 at all.

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::model::scorer::{SetResidual, SetScorer};
use crate::stages::Stage;
use crate::stages::select::{input_pools, scorer};
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("stage1"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores a set by the sum of its Stage 1 scores",
        description: "No set modelling: the pool's own order decides, so the best set is the Top-R of the pool \
            (Stage1TopR in the paper, §5.3).",
        parameters: &[],
        examples: &["retrieve attn k=80 | select stage1 | decode topr"],
        version: 1,
        reads: &[],
        decomposes: true,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let model = Box::new(PoolScores(pools.clone()));
    Ok(scorer(pools, "stage1", model, TrainingCurve::default()))
}

/// The scores that the retriever gave.
struct PoolScores(Arc<Pools>);

impl SetScorer for PoolScores {
    fn base(&self, target: usize, candidates: &[usize]) -> RunResult<Vec<f32>> {
        let (ranked, scores) = (&self.0.ranked[target], &self.0.scores[target]);
        let score = |gene: &usize| {
            let place = ranked.iter().position(|r| r == gene);
            place.map_or(f32::MIN, |place| scores[place])
        };
        Ok(candidates.iter().map(score).collect())
    }

    fn residual<'a>(
        &'a self,
        _target: usize,
        _candidates: &[usize],
        _size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        Ok(None)
    }

    fn decomposes(&self) -> bool {
        true
    }

    /// Its scores are those of the pools.
    fn bytes(&self) -> usize {
        0
    }
}
