//! A trained Stage 2 model as the decoders see it.

use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
#[cfg(feature = "cuda")]
use crate::model::cuda::residual::{CudaResidual, CudaWeights};
use crate::model::kept_scorer::{KeptModel, KeptScorer};
use crate::model::ops::gather;
use crate::model::pair_scorer::{PairScorer, Pairs};
use crate::model::parameters::Parameters;
use crate::model::pool_residual::{PackedWeights, PoolResidual};
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::{SetResidual, SetScorer};
use crate::model::set_model::{PAIR, RESIDUAL, SetModel};
use crate::model::set_transformer::{SetTransformer, Sets};
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A trained [`SetModel`], ready to score: the embeddings of all genes, and what scores them. Its encoder has done its work.
pub struct TrainedScorer {
    scoring: Scoring,
    z: Tensor,
    embeddings: Vec<f32>,
    residual: Option<PackedWeights>,
    /// The same from rounded numbers, packed when they are first asked for.
    rounded: OnceLock<PackedWeights>,
    form: ResidualForm,
    /// ψ's weights on the GPU where the model lies, or why they aren't there.
    #[cfg(feature = "cuda")]
    on_gpu: Option<Result<CudaWeights, String>>,
}

/// The most memory that a target's tables may take, in bytes.
const MOST_TABLE_BYTES: u64 = 4 << 30;

fn too_many_candidates(count: usize, bytes: u64) -> Diagnostic {
    let message = format!(
        "the attention of {count} candidates among each other takes {} GiB, expected at most {} GiB",
        bytes >> 30,
        MOST_TABLE_BYTES >> 30
    );
    Diagnostic::error("too-many-candidates", message).help("a smaller `cap` needs less; memory grows with its square")
}

/// How ψ is computed; both give the same numbers to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResidualForm {
    /// Run the model on every set, as §4.3 is written.
    Literal,
    /// Share between sets what they have in common.
    Shared,
}

/// What scores embedded genes.
pub struct Scoring {
    /// φ_pair; `None` for models of ψ alone.
    pub pair: Option<PairScorer>,
    /// ψ; `None` for decomposable models.
    pub residual: Option<SetTransformer>,
    /// Their parameters by name.
    pub parameters: BTreeMap<String, Tensor>,
}

impl TrainedScorer {
    /// `features` (genes × features) are embedded once. `parameters` are the model's.
    pub fn new(model: SetModel, features: &Tensor, parameters: &Parameters) -> candle_core::Result<Self> {
        let z = model.embed(features, None)?.detach();
        let mut named = parameters.below(PAIR);
        named.extend(parameters.below(RESIDUAL));
        let scoring = Scoring {
            pair: model.pair,
            residual: model.residual,
            parameters: named,
        };
        Self::of_embeddings(scoring, z)
    }

    /// `z` are the embeddings, (genes × width).
    pub fn of_embeddings(scoring: Scoring, z: Tensor) -> candle_core::Result<Self> {
        let plain = scoring.residual.as_ref().map(ResidualWeights::new).transpose()?;
        Ok(Self {
            embeddings: z.flatten_all()?.to_vec1()?,
            #[cfg(feature = "cuda")]
            on_gpu: match &plain {
                Some(weights) if z.device().is_cuda() => Some(CudaWeights::new(weights, z.device())?),
                _ => None,
            },
            z,
            scoring,
            residual: plain.map(PackedWeights::new),
            rounded: OnceLock::new(),
            form: ResidualForm::Shared,
        })
    }

    /// The same scores, computed this way.
    pub fn with_form(mut self, form: ResidualForm) -> Self {
        self.form = form;
        self
    }

    /// The embeddings of some genes, (genes × width).
    fn tokens(&self, genes: &[usize], width: usize) -> Vec<f32> {
        let rows = genes.iter().flat_map(|gene| self.embedding(*gene, width));
        rows.copied().collect()
    }

    /// # Errors
    /// A pool whose tables would need more memory than is sensible.
    fn pool_residual<'a>(
        &self,
        weights: &'a PackedWeights,
        target: usize,
        candidates: &[usize],
    ) -> RunResult<PoolResidual<'a>> {
        let bytes = PoolResidual::table_bytes(&weights.plain, candidates.len());
        if bytes > MOST_TABLE_BYTES {
            return Err(too_many_candidates(candidates.len(), bytes).into());
        }
        let width = weights.plain.width;
        let tokens = self.tokens(candidates, width);
        Ok(PoolResidual::new(weights, self.embedding(target, width), &tokens))
    }

    fn embedding(&self, gene: usize, width: usize) -> &[f32] {
        &self.embeddings[gene * width..(gene + 1) * width]
    }
}

impl SetScorer for TrainedScorer {
    fn base(&self, target: usize, candidates: &[usize]) -> RunResult<Vec<f32>> {
        let pairs = Pairs {
            regulators: candidates.to_vec(),
            targets: vec![target; candidates.len()],
        };
        match &self.scoring.pair {
            None => Ok(vec![0.0; candidates.len()]),
            Some(pair) => Ok(pair.score(&self.z, &pairs, None)?.flatten_all()?.to_vec1()?),
        }
    }

    fn residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
        _size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        let (Some(weights), Some(model)) = (&self.residual, &self.scoring.residual) else {
            return Ok(None);
        };
        if self.form == ResidualForm::Literal {
            let genes: Vec<usize> = std::iter::once(target).chain(candidates.iter().copied()).collect();
            return Ok(Some(Box::new(LiteralResidual {
                model,
                z: gather(&self.z, &genes)?,
                upper_bound: weights.plain.upper_bound(),
            })));
        }
        let on_cpu = Box::new(self.pool_residual(weights, target, candidates)?);
        #[cfg(feature = "cuda")]
        if let Some(Ok(on_gpu)) = &self.on_gpu {
            let tokens = self.tokens(candidates, weights.plain.width);
            let target = self.embedding(target, weights.plain.width);
            let residual = CudaResidual::new(on_gpu, &weights.plain, target, &tokens, on_cpu)?;
            return Ok(Some(Box::new(residual)));
        }
        Ok(Some(on_cpu))
    }

    fn rounded_residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        let Some(weights) = self.residual.as_ref().filter(|_| self.form == ResidualForm::Shared) else {
            return Ok(None);
        };
        let rounded = self.rounded.get_or_init(|| weights.rounded());
        Ok(Some(Box::new(self.pool_residual(rounded, target, candidates)?)))
    }

    #[cfg(feature = "cuda")]
    fn falls_back(&self, pool: usize, size: usize) -> Option<String> {
        match self.on_gpu.as_ref().filter(|_| self.form == ResidualForm::Shared)? {
            Ok(weights) => weights.refuses(pool, size),
            Err(reason) => Some(reason.clone()),
        }
    }

    fn decomposes(&self) -> bool {
        self.residual.is_none()
    }

    fn keep(&self) -> candle_core::Result<Option<KeptScorer<'_>>> {
        let model = KeptModel::new(&self.scoring, &self.z, self.form)?;
        Ok(Some(KeptScorer::Trained(model)))
    }

    fn rounds(&self) -> bool {
        self.residual.is_some() && self.form == ResidualForm::Shared && self.z.device().is_cpu()
    }

    /// The parameters; for ψ as plain arrays, packed, and packed once more where they are rounded; and the embeddings
    /// as a tensor and as numbers.
    fn bytes(&self) -> usize {
        let parameters: usize = self.scoring.parameters.values().map(Tensor::elem_count).sum();
        let copies = if self.residual.is_some() { 4 } else { 1 };
        (copies * parameters + 2 * self.embeddings.len()) * size_of::<f32>()
    }
}

/// ψ by the model itself.
struct LiteralResidual<'a> {
    model: &'a SetTransformer,
    /// The embeddings of the target and, behind it, of the candidates, (1 + candidates × width).
    z: Tensor,
    upper_bound: f32,
}

impl LiteralResidual<'_> {
    fn try_score(&self, sets: &[u16], size: usize) -> candle_core::Result<Vec<f32>> {
        let sets = Sets {
            targets: vec![0],
            members: sets.iter().map(|place| 1 + usize::from(*place)).collect(),
            size,
        };
        self.model.score(&self.z, &sets, None)?.to_vec1()
    }
}

impl SetResidual for LiteralResidual<'_> {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        match self.try_score(sets, size) {
            Ok(values) => scores.copy_from_slice(&values),
            // A score that can't be computed must not win; the decoder reports a result that isn't finite.
            Err(_) => scores.fill(f32::NAN),
        }
    }

    fn upper_bound(&self) -> f32 {
        self.upper_bound
    }
}

/// Gene indices as a tensor.
pub fn index_tensor(genes: &[usize], count: usize, device: &Device) -> candle_core::Result<Tensor> {
    let genes: Vec<u32> = genes.iter().map(|g| *g as u32).collect();
    Tensor::from_vec(genes, count, device)
}
