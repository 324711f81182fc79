//! ψ of one target on a GPU, for the decoders.

use super::layout::{KernelShape, numbers};
use super::op::{Gives, ScoreSets};
use super::records::{Best, set_of_rank};
use crate::engine::context::RunResult;
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::{BestSet, SetResidual, score_not_finite};
use crate::plan::cost::binomial;
use candle_core::{Device, Result, Tensor};

/// Sets between two looks at the user's wish to stop: less than a tenth of a second.
const SETS_A_LAUNCH: u64 = 1 << 20;

/// A model's weights on a GPU.
pub struct CudaWeights {
    shape: KernelShape,
    weights: Tensor,
}

impl CudaWeights {
    /// Takes the weights to the device, or says why the kernel can't use them.
    ///
    /// # Errors
    /// The device's.
    pub fn new(weights: &ResidualWeights, device: &Device) -> Result<std::result::Result<Self, String>> {
        let shape = match KernelShape::new(weights) {
            Ok(shape) => shape,
            Err(reason) => return Ok(Err(reason)),
        };
        let packed = shape.weights(weights);
        let count = packed.len();
        Ok(Ok(Self {
            shape,
            weights: Tensor::from_vec(packed, count, device)?,
        }))
    }

    /// Why sets of `size` out of `pool` candidates can't be scored by the kernel.
    pub fn refuses(&self, pool: usize, size: usize) -> Option<String> {
        self.shape.refuses(pool, size)
    }
}

/// ψ on a GPU. What isn't a search of all sets is left to the CPU's own ψ.
pub struct CudaResidual<'a> {
    weights: &'a CudaWeights,
    tables: Tensor,
    on_cpu: Box<dyn SetResidual + 'a>,
}

impl<'a> CudaResidual<'a> {
    /// For the target embedding `target` (d) and candidate embeddings `candidates` (positions × d).
    ///
    /// # Errors
    /// The device's.
    pub fn new(
        weights: &'a CudaWeights,
        model: &ResidualWeights,
        target: &[f32],
        candidates: &[f32],
        on_cpu: Box<dyn SetResidual + 'a>,
    ) -> Result<Self> {
        let tables = weights.shape.tables(model, target, candidates);
        let count = tables.len();
        Ok(Self {
            tables: Tensor::from_vec(tables, count, weights.weights.device())?,
            weights,
            on_cpu,
        })
    }

    /// ψ of the sets of these ranks among `pool` candidates.
    ///
    /// # Errors
    /// The device's.
    pub fn scores(&self, pool: usize, size: usize, (first, count): (u64, u64)) -> Result<Vec<f32>> {
        self.launch(&vec![0.0; pool], size, (first, count), Gives::Scores)?
            .to_vec1()
    }

    fn launch(&self, base: &[f64], size: usize, (first, count): (u64, u64), gives: Gives) -> Result<Tensor> {
        let numbers = numbers(base, size);
        let length = numbers.len();
        let numbers = Tensor::from_vec(numbers, length, self.tables.device())?;
        let op = ScoreSets {
            shape: self.weights.shape,
            pool: base.len(),
            size,
            first,
            count,
            gives,
        };
        self.weights.weights.apply_op3_no_bwd(&self.tables, &numbers, &op)
    }

    fn search(&self, base: &[f64], size: usize, progress: &mut dyn FnMut(u64) -> RunResult<()>) -> RunResult<BestSet> {
        let choose = |n, k| u64::try_from(binomial(n, k)).unwrap_or(u64::MAX);
        let total = choose(base.len(), size);
        let (mut best, mut first) = (Best::default(), 0);
        while first < total {
            let count = SETS_A_LAUNCH.min(total - first);
            let records = self.launch(base, size, (first, count), Gives::Records)?;
            best.take(&records.flatten_all()?.to_vec1::<f64>()?);
            first += count;
            progress(first)?;
        }
        if best.broken {
            return Err(score_not_finite());
        }
        Ok(BestSet {
            set: set_of_rank(best.rank, base.len(), size, choose),
            score: best.score,
            runner_up: (total > 1).then_some(best.runner_up),
            scored: total,
        })
    }
}

impl SetResidual for CudaResidual<'_> {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        self.on_cpu.score(sets, size, scores);
    }

    fn upper_bound(&self) -> f32 {
        self.on_cpu.upper_bound()
    }

    fn best_of_all(
        &self,
        base: &[f64],
        size: usize,
        progress: &mut dyn FnMut(u64) -> RunResult<()>,
    ) -> Option<RunResult<BestSet>> {
        let refused = self.weights.refuses(base.len(), size).is_some();
        (!refused).then(|| self.search(base, size, progress))
    }
}
