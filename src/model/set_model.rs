//! Stage 2's models (paper §4.3): an encoder of its own, the pair score, and for residual models ψ.

use crate::model::gene_encoder::{self, GeneEncoder};
use crate::model::pair_scorer::{self, PairScorer, Pairs};
use crate::model::set_transformer::{self, SetTransformer, Sets};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::var_builder::VarBuilder;

/// Where the encoder's parameters are, by name.
pub const ENCODER: &str = "encoder";
/// The same of φ_pair.
pub const PAIR: &str = "pair";
/// The same of ψ.
pub const RESIDUAL: &str = "residual";

/// The shape of a [`SetModel`].
#[derive(Clone, Debug)]
pub struct Config {
    /// The gene encoder.
    pub encoder: gene_encoder::Config,
    /// φ_pair; `None` for models of ψ alone.
    pub pair: Option<pair_scorer::Config>,
    /// ψ; `None` for decomposable models.
    pub residual: Option<set_transformer::Config>,
}

/// Score(S, t) = Σ_{r∈S} φ_pair(r, t) + ψ(S, t).
#[derive(Clone, Debug)]
pub struct SetModel {
    encoder: GeneEncoder,
    /// φ_pair; `None` for models of ψ alone.
    pub pair: Option<PairScorer>,
    /// ψ; `None` for decomposable models.
    pub residual: Option<SetTransformer>,
}

impl SetModel {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        Ok(Self {
            encoder: GeneEncoder::new(vb.pp(ENCODER), &config.encoder)?,
            pair: match &config.pair {
                Some(config) => Some(PairScorer::new(vb.pp(PAIR), config)?),
                None => None,
            },
            residual: match &config.residual {
                Some(config) => Some(SetTransformer::new(vb.pp(RESIDUAL), config)?),
                None => None,
            },
        })
    }

    /// (genes × features) → (genes × d).
    pub fn embed(&self, x: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        self.encoder.forward(x, random)
    }

    /// Whether there is a φ_pair.
    pub fn has_base(&self) -> bool {
        self.pair.is_some()
    }

    /// φ_pair of pairs of rows of z, a regulator's and a target's → (pairs); zero for models of ψ alone.
    pub fn base(&self, z: &Tensor, pairs: &Pairs, random: Option<&mut Random>) -> Result<Tensor> {
        match &self.pair {
            None => Tensor::zeros(pairs.targets.len(), z.dtype(), z.device()),
            Some(pair) => pair.score(z, pairs, random),
        }
    }

    /// ψ of sets of rows of z → (sets); zero for decomposable models.
    pub fn residual(&self, z: &Tensor, sets: &Sets, random: Option<&mut Random>) -> Result<Tensor> {
        match &self.residual {
            None => Tensor::zeros(sets.members.len() / sets.size.max(1), z.dtype(), z.device()),
            Some(residual) => residual.score(z, sets, random),
        }
    }
}
