//! Stage 2's models (paper §4.3): an encoder of its own, the pair score, and for residual models ψ.

use crate::model::gene_encoder::{self, GeneEncoder};
use crate::model::pair_scorer::{self, PairScorer};
use crate::model::set_transformer::{self, SetTransformer};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::var_builder::VarBuilder;

/// Where the encoder's parameters are, by name.
pub const ENCODER: &str = "encoder";

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
    pair: Option<PairScorer>,
    /// ψ; `None` for decomposable models.
    pub residual: Option<SetTransformer>,
}

impl SetModel {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        Ok(Self {
            encoder: GeneEncoder::new(vb.pp(ENCODER), &config.encoder)?,
            pair: match &config.pair {
                Some(config) => Some(PairScorer::new(vb.pp("pair"), config)?),
                None => None,
            },
            residual: match &config.residual {
                Some(config) => Some(SetTransformer::new(vb.pp("residual"), config)?),
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

    /// φ_pair of candidates (B × P gene indices) for targets (B) → (B × P); zero for models of ψ alone.
    pub fn base(
        &self,
        z: &Tensor,
        targets: &Tensor,
        candidates: &Tensor,
        random: Option<&mut Random>,
    ) -> Result<Tensor> {
        let (batch, pool) = candidates.dims2()?;
        let Some(pair) = &self.pair else {
            return Tensor::zeros((batch, pool), z.dtype(), z.device());
        };
        let z_r = z.index_select(&candidates.flatten_all()?, 0)?;
        let z_r = z_r.reshape((batch, pool, z.dim(1)?))?;
        pair.forward(&z_r, &z.index_select(targets, 0)?, random)
    }

    /// ψ of sets (sets × R gene indices), one target gene a set (sets) → (sets); zero for decomposable models.
    pub fn residual(&self, z: &Tensor, targets: &Tensor, sets: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        let (count, size) = sets.dims2()?;
        match &self.residual {
            None => Tensor::zeros(count, z.dtype(), z.device()),
            Some(residual) => {
                let members = z.index_select(&sets.flatten_all()?, 0)?;
                let members = members.reshape((count, size, z.dim(1)?))?;
                residual.forward(&z.index_select(targets, 0)?, &members, random)
            }
        }
    }
}
