//! One epoch of both stages on data of DS3's size.

use crate::bench::measure::{Case, Run, Work};
use crate::bench::{Settings, Workload};
use crate::engine::context::RunResult;
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use crate::{Problems, Session, Shown};
use std::collections::BTreeMap;

/// Stage 1.
pub const ATTENTION: Workload = Workload {
    name: "train-attn",
    summary: "One epoch of `retrieve attn` on 1200 genes × 2700 cells and the ranking of all genes; FLOP without the ranking",
    cases: attention,
};

/// Stage 2.
pub const RESIDUAL: Workload = Workload {
    name: "train-residual",
    summary: "One epoch of `select residual_hos2` on 1200 genes × 2700 cells; FLOP of the model as it is written, without what \
              training leaves out",
    cases: residual,
};

/// Genes, cells and widths of the paper's DS3 and models.
const GENES: f64 = 1200.0;
const CELLS: f64 = 2700.0;
const EMBEDDING: f64 = 128.0;
const HIDDEN: f64 = 256.0;
const FEEDFORWARD: f64 = 256.0;
const LAYERS: f64 = 2.0;
const POOL: f64 = 80.0;
const NEGATIVES: f64 = 48.0;
const BATCH: usize = 16;

const ATTENTION_STAGE: &str = "genes | retrieve attn epochs=1";
const RESIDUAL_STAGE: &str = "pools | select residual_hos2 epochs=1";
const SCRIPT: &str = "let genes = simulate sergio genes=1200 regulators=127 masters=80 types=9 cells=300 sampling_state=1 \
                      | split stratified seed=1\n\
                      let pools = genes | retrieve popularity k=80";

fn attention(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![epoch(ATTENTION_STAGE, attention_flops)])
}

fn residual(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![epoch(RESIDUAL_STAGE, residual_flops)])
}

/// A forward and a backward pass of the encoder: the input needs no gradient, so that its first layer costs two passes
/// in place of three.
fn encoder_flops() -> f64 {
    let (first, second) = (2.0 * GENES * CELLS * HIDDEN, 2.0 * GENES * HIDDEN * EMBEDDING);
    2.0 * first + 3.0 * second
}

/// Per step the encoder, keys and values; per target the attention and the factored scorer over all genes.
fn attention_flops(steps: f64, targets: &[usize]) -> f64 {
    let (d, h) = (EMBEDDING, HIDDEN);
    let target = GENES * (4.0 * d + 2.0 * (d + 1.0) * h + 2.0 * h);
    steps * (encoder_flops() + 3.0 * 4.0 * GENES * d * d) + targets.len() as f64 * 3.0 * target
}

/// Per step the encoder; per target the pair scorer over the pool, and ψ of its team and `negatives` more sets.
fn residual_flops(steps: f64, targets: &[usize]) -> f64 {
    let (d, h, f) = (EMBEDDING, HIDDEN, FEEDFORWARD);
    let pairs = 2.0 * POOL * ((3.0 * d + 1.0) * h + h);
    let sets = targets.iter().map(|size| {
        let n = *size as f64 + 1.0;
        (NEGATIVES + 1.0) * LAYERS * (2.0 * n * (4.0 * d * d + 2.0 * d * f) + 4.0 * n * n * d)
    });
    steps * encoder_flops() + 3.0 * sets.map(|sets| sets + pairs).sum::<f64>()
}

/// Runs `stage` with a new seed each time, since a session runs nothing twice, and takes the time of that stage alone.
fn epoch(stage: &'static str, flops: fn(f64, &[usize]) -> f64) -> Case {
    Case::new("1200 × 2700, one epoch", "steps", move || {
        let mut session = Session::new(BTreeMap::new());
        session.evaluate(SCRIPT).map_err(failed)?;
        let mut seed = 0;
        let run: Run = Box::new(move || {
            seed += 1;
            let answer = session.evaluate(&format!("{stage} seed={seed}")).map_err(failed)?;
            let outcome = answer.shown.iter().find_map(|shown| match shown {
                Shown::Result(outcome, _) => outcome.cells.first(),
                _ => None,
            });
            let cell = outcome.ok_or_else(|| Diagnostic::error("internal", "the workload shows nothing"))?;
            let (steps, sizes) = training_steps(&cell.value);
            Ok(Work {
                seconds: cell.seconds.last().map(|(_, seconds)| *seconds),
                flops: flops(steps, &sizes),
                count: steps,
                ..Work::default()
            })
        });
        Ok(run)
    })
}

/// Steps of an epoch, and the team size of every training target. Batches of Stage 2 hold one team size.
fn training_steps(value: &Value) -> (f64, Vec<usize>) {
    let Some(split) = value.split() else {
        return (0.0, Vec::new());
    };
    let by_size = split.sizes.iter().map(|size| (*size, split.train_of_size(*size).len()));
    let by_size: Vec<(usize, usize)> = by_size.collect();
    let steps = match value {
        Value::Scorer(_) => by_size.iter().map(|(_, count)| count.div_ceil(BATCH)).sum(),
        _ => by_size.iter().map(|(_, count)| count).sum::<usize>().div_ceil(BATCH),
    };
    let sizes = by_size.into_iter().flat_map(|(size, count)| vec![size; count]);
    (steps as f64, sizes.collect())
}

fn failed(problems: Problems) -> Diagnostic {
    Diagnostic::error("bench", format!("a workload failed: {problems}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{ATTENTION_STAGE, RESIDUAL_STAGE, SCRIPT, attention_flops, encoder_flops, residual_flops};
    use crate::{Session, Source};
    use std::collections::BTreeMap;

    #[test]
    fn scripts_are_right() {
        let mut session = Session::new(BTreeMap::new());
        session.evaluate(SCRIPT).unwrap();
        for stage in [ATTENTION_STAGE, RESIDUAL_STAGE] {
            let problems = session.check(&Source::cell("test", format!("{stage} seed=1")));
            assert!(problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn operations_add_up() {
        assert_eq!(encoder_flops(), 2.0 * 1_658_880_000.0 + 3.0 * 78_643_200.0);
        let one = attention_flops(1.0, &[2]) - attention_flops(1.0, &[]);
        assert_eq!(one, 3.0 * 1200.0 * (512.0 + 2.0 * 129.0 * 256.0 + 512.0));
        let pairs = 3.0 * 160.0 * (385.0 * 256.0 + 256.0);
        let set = 2.0 * (6.0 * (65_536.0 + 65_536.0) + 36.0 * 128.0);
        assert_eq!(residual_flops(0.0, &[2]), pairs + 3.0 * 49.0 * set);
    }
}
