//! Short spellings for parameter descriptions, and the parameters that many stages share.

use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};

/// A whole number between `min` and `max`.
pub const fn integer(
    name: &'static str,
    min: i64,
    max: i64,
    default: &'static str,
    doc: &'static str,
) -> ParameterSpec {
    literal(name, ParameterKind::Integer { min, max }, default, doc)
}

/// A number between `min` and `max`.
pub const fn float(name: &'static str, min: f64, max: f64, default: &'static str, doc: &'static str) -> ParameterSpec {
    literal(name, ParameterKind::Float { min, max }, default, doc)
}

/// `true` or `false`.
pub const fn boolean(name: &'static str, default: &'static str, doc: &'static str) -> ParameterSpec {
    literal(name, ParameterKind::Boolean, default, doc)
}

/// Any parameter with a default.
pub const fn literal(
    name: &'static str,
    kind: ParameterKind,
    default: &'static str,
    doc: &'static str,
) -> ParameterSpec {
    ParameterSpec {
        name,
        kind,
        per_size: false,
        default: DefaultValue::Literal(default),
        doc,
    }
}

/// The pool size K.
pub const K: ParameterSpec = integer(
    "k",
    1,
    100_000,
    "80",
    "Pool size K: how many candidate regulators each target keeps (paper §4.2).",
);

/// A file of scores.
pub const SCORES: ParameterSpec = ParameterSpec {
    name: "file",
    kind: ParameterKind::File,
    per_size: false,
    default: DefaultValue::Required,
    doc: "The file with the scores: CSV, TSV or `.grn-columns`, plain or gzip.",
};

/// How scores from a file are called.
pub const SCORES_NAME: ParameterSpec = ParameterSpec {
    name: "name",
    kind: ParameterKind::Text,
    per_size: false,
    default: DefaultValue::Absent("the file's own name"),
    doc: "How tables and figures call the scores.",
};

/// The seed of everything random in the stage.
pub const SEED: ParameterSpec = ParameterSpec {
    name: "seed",
    kind: ParameterKind::Integer { min: 0, max: i64::MAX },
    per_size: false,
    default: DefaultValue::UpstreamSeed,
    doc: "Seed of everything random in this stage; the same seed gives the same numbers.",
};

/// The pool caps M_R of exact decoding.
pub const CAP: ParameterSpec = ParameterSpec {
    name: "cap",
    kind: ParameterKind::Integer { min: 1, max: 100_000 },
    per_size: true,
    default: DefaultValue::Literal("{2: 80, 3: 80, 4: 55}"),
    doc: "How many of the pool's best candidates are searched, M_R in the paper (§4.3); a number for all team sizes or \
          a map by size. Sizes that the map leaves out search the whole pool.",
};

/// Targets a training step.
pub const BATCH: ParameterSpec = integer("batch", 1, 4096, "16", "Targets a training step (paper App. D).");

/// AdamW's learning rate.
pub const LEARNING_RATE: ParameterSpec = float("lr", 1e-8, 1.0, "2e-4", "Learning rate of AdamW (paper App. D).");

/// AdamW's weight decay.
pub const WEIGHT_DECAY: ParameterSpec = float(
    "weight_decay",
    0.0,
    10.0,
    "1e-3",
    "Decoupled weight decay of AdamW (paper App. D).",
);

/// Width of embeddings.
pub const EMBEDDING: ParameterSpec = integer("embedding", 4, 4096, "128", "Embedding width d (paper App. D).");

/// Attention heads.
pub const HEADS: ParameterSpec = integer(
    "heads",
    1,
    64,
    "4",
    "Attention heads; must divide `embedding` (paper App. D).",
);

/// Width of the encoder's hidden layers.
pub const HIDDEN: ParameterSpec = integer(
    "hidden",
    1,
    8192,
    "256",
    "Width of the hidden layers of encoder and scorer (left open by the paper).",
);

/// Dropout.
pub const DROPOUT: ParameterSpec = float(
    "dropout",
    0.0,
    0.95,
    "0.2",
    "Dropout probability while training (paper App. D).",
);

/// Input noise.
pub const NOISE: ParameterSpec = float(
    "noise",
    0.0,
    10.0,
    "0.01",
    "Standard deviation of Gaussian noise on the features while training (paper App. D).",
);
