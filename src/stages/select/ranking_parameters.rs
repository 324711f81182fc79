//! The parameters of training by ranking (paper §4.3), which `residual_hos2` and `pure_hos2` share.

use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use crate::stages::parameters::{float, integer, literal};

/// How long the ranking takes.
pub const RANKING_EPOCHS: ParameterSpec = ParameterSpec {
    name: "ranking_epochs",
    kind: ParameterKind::Integer { min: 1, max: 10_000 },
    per_size: false,
    default: DefaultValue::Absent("as many as `epochs`"),
    doc: "Passes over the training targets by the ranking loss; `epochs` is then what comes before it, the pair scorer of \
          `warm_start`.",
};

/// How fast it learns.
pub const RANKING_LR: ParameterSpec = ParameterSpec {
    name: "ranking_lr",
    kind: ParameterKind::Float { min: 1e-8, max: 1.0 },
    per_size: false,
    default: DefaultValue::Absent("as large as `lr`"),
    doc: "Learning rate of the ranking; `lr` is then the pair scorer's of `warm_start`.",
};

/// The margin.
pub const MARGIN: ParameterSpec = float("m", 0.0, 1000.0, "1.0", "Margin of the ranking loss (paper §4.3).");

/// Encoder layers of the Set Transformer.
pub const LAYERS: ParameterSpec = integer("layers", 1, 12, "2", "Encoder layers L of ψ (left open by the paper).");

/// Feed-forward width of the Set Transformer.
pub const FEEDFORWARD: ParameterSpec = integer(
    "feedforward",
    1,
    8192,
    "256",
    "Width of the feed-forward layers of ψ (left open by the paper).",
);

/// Negatives a target.
pub const NEGATIVES: ParameterSpec = integer(
    "negatives",
    1,
    4096,
    "48",
    "Negative sets J a target and step (left open by the paper).",
);

/// Near misses at first.
pub const NEAR_MISS_START: ParameterSpec = float(
    "near_miss_start",
    0.0,
    1.0,
    "0.3",
    "Share of near-miss negatives in the first epoch.",
);

/// Near misses at last.
pub const NEAR_MISS_END: ParameterSpec = float(
    "near_miss_end",
    0.0,
    1.0,
    "1.0",
    "Share of near-miss negatives in the last epoch.",
);

/// How near a near miss is.
pub const CONFUSER_RANK: ParameterSpec = float(
    "confuser_rank",
    0.1,
    10_000.0,
    "15",
    "Mean rank of the confuser in a near miss, among the candidates outside the team.",
);

/// Which candidates are near.
pub const CONFUSERS: ParameterSpec = literal(
    "confusers",
    ParameterKind::Choice(&["pool", "pairs"]),
    "pool",
    "Rank of confusers: in the Stage 1 pool, or by the model's own pair scores at the start of each epoch.",
);

/// Teams of other targets among the negatives.
pub const RIVALS: ParameterSpec = float(
    "rivals",
    0.0,
    1.0,
    "0.0",
    "Share of negatives that are whole teams of other training targets, where the pool holds such teams.",
);

/// What keeps the pair scores meaningful by themselves.
pub const ANCHOR: ParameterSpec = float(
    "anchor",
    0.0,
    1000.0,
    "0.0",
    "Weight of the pair scorer's own loss, cross-entropy of true regulators against the other candidates of the drawn sets, \
     besides the ranking loss.",
);

/// How long the encoder waits.
pub const FREEZE: ParameterSpec = integer(
    "freeze",
    0,
    10_000,
    "0",
    "Epochs for which the encoder stays as it starts; then it is trained like everything else.",
);
