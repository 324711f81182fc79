//! Models: `Config` and `new(vb, config)`, each readable in one sitting.

pub mod adamw;
pub mod attention_pooler;
pub mod boosted_trees;
pub mod cuda;
pub mod dual_encoder;
pub mod gene_encoder;
pub mod given_scorer;
pub mod kept_scorer;
pub mod kernels;
pub mod layers;
pub mod matmul;
pub mod ops;
pub mod packed;
pub mod pair_scorer;
pub mod parameters;
pub mod pool_residual;
pub mod residual_weights;
pub mod scorer;
pub mod set_model;
pub mod set_transformer;
pub mod steady_state;
pub mod trained_scorer;
pub mod training;

use crate::interruption::Stopped;

impl From<Stopped> for candle_core::Error {
    fn from(stopped: Stopped) -> Self {
        Self::Msg(stopped.to_string())
    }
}
