//! What a stage costs, from dimensions alone: nothing is loaded, nothing runs.
//!
//! Symbols: G genes, F features (cells), d `embedding`, h `hidden`, f `feedforward`, L `layers`, K pool size, R team
//! size. A linear layer from n to m has n·m + m parameters and costs 2·n·m FLOPs a row.

use crate::lang::arguments::Arguments;
use crate::plan::graph::{Hint, Node, Plan};

/// What is known of the data before they are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Dimensions {
    /// G, the number of genes.
    pub genes: Option<u64>,
    /// F, the number of features of a gene (one for each cell).
    pub features: Option<u64>,
}

/// What one stage costs. `None` where it depends on data that aren't loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Cost {
    /// Trainable numbers.
    pub parameters: Option<u64>,
    /// FLOPs to embed all genes once.
    pub embedding_flops: Option<u64>,
    /// FLOPs of a forward pass for one target: over all genes in Stage 1, over the pool's edges in Stage 2.
    pub target_flops: Option<u64>,
    /// FLOPs to score one set of the largest team size, without sharing anything between sets; `None` for scorers
    /// that decompose.
    pub set_flops: Option<u64>,
    /// Bytes of parameters with their gradients and AdamW's two moments, in single precision.
    pub bytes: Option<u64>,
}

impl Dimensions {
    /// The dimensions that the source of `node` tells without being read; nothing for data from files.
    pub fn of(plan: &Plan, node: &Node) -> Self {
        let Some(source) = plan
            .ancestry(node)
            .last()
            .filter(|source| source.spec.name() == "simulate sergio")
        else {
            return Self::default();
        };
        let arguments = &source.arguments;
        if source.spec.reads.iter().any(|name| arguments.text(name).is_some()) {
            return Self::default();
        }
        let known = |name: &str| u64::try_from(arguments.integer(name)).ok().filter(|n| *n > 0);
        Self {
            genes: known("genes"),
            features: known("cells").map(|cells| cells.saturating_mul(known("types").unwrap_or(GENERATED_TYPES))),
        }
    }
}

/// Cell types of a generated network where `types` isn't given.
const GENERATED_TYPES: u64 = 9;

/// Estimates the cost of a stage; `None` for stages without a model, or without `embedding` and `hidden`.
pub fn estimate(plan: &Plan, node: &Node) -> Option<Cost> {
    let dimensions = Dimensions::of(plan, node);
    let shape = Shape::of(&node.arguments);
    if shape.d == 0 || shape.h == 0 {
        return None;
    }
    let sizes = plan.nearest_counts(node, "sizes");
    let pool = plan.nearest_count(node, "k").map(|k| k as u64);
    match node.spec.name().as_str() {
        "retrieve attn" => Some(attention_pooler(
            shape,
            dimensions,
            node.hints.contains(&Hint::FactoredScorer),
        )),
        "retrieve dot" => Some(dual_encoder(shape, dimensions)),
        "select pairs2" => Some(pair_scorer(shape, 1, dimensions, pool)),
        "select deep_pairs2" => Some(pair_scorer(shape, shape.layers, dimensions, pool)),
        "select pure_hos2" => Some(with_residual(set_encoder(shape, dimensions), shape, &sizes)),
        "select residual_hos2" => Some(with_residual(pair_scorer(shape, 1, dimensions, pool), shape, &sizes)),
        _ => None,
    }
}

/// The widths that a stage's arguments give.
#[derive(Clone, Copy)]
struct Shape {
    d: u64,
    h: u64,
    f: u64,
    layers: u64,
}

impl Shape {
    fn of(arguments: &Arguments) -> Self {
        let width = |name: &str| arguments.count(name) as u64;
        Self {
            d: width("embedding"),
            h: width("hidden"),
            f: width("feedforward"),
            layers: width("layers"),
        }
    }
}

fn linear(from: u64, to: u64) -> u64 {
    from * to + to
}

fn training_bytes(parameters: u64) -> u64 {
    parameters.saturating_mul(16)
}

/// Encoder F → h → … → d with `depth` hidden layers (paper App. C).
fn encoder(shape: Shape, depth: u64, dimensions: Dimensions) -> (Option<u64>, Option<u64>) {
    let Shape { d, h, .. } = shape;
    let between = depth.saturating_sub(1);
    let layers = |features| linear(features, h) + between * linear(h, h) + linear(h, d);
    let flops = dimensions
        .genes
        .zip(dimensions.features)
        .map(|(g, f)| 2 * g * (f * h + between * h * h + h * d));
    (dimensions.features.map(layers), flops)
}

/// Encoder, multi-head attention of one target over all genes, scorer MLP over 6d + 2 features (paper eq. 1–9). In
/// its factored form the scorer's first layer is d + 1 wide.
fn attention_pooler(shape: Shape, dimensions: Dimensions, factored: bool) -> Cost {
    let Shape { d, h, .. } = shape;
    let (encoder_parameters, encoder_flops) = encoder(shape, 1, dimensions);
    let heads = 3 * linear(d, d);
    let scorer = linear(6 * d + 2, h) + linear(h, 1);
    let width = if factored { d + 1 } else { 6 * d + 2 };
    let parameters = encoder_parameters.map(|encoder| encoder + heads + scorer);
    Cost {
        parameters,
        embedding_flops: encoder_flops
            .zip(dimensions.genes)
            .map(|(flops, g)| flops + 4 * g * d * d),
        target_flops: dimensions.genes.map(|g| g * (4 * d + 2 * width * h + 2 * h)),
        set_flops: None,
        bytes: parameters.map(training_bytes),
    }
}

/// Shared trunk F → h → h, a head h → d for each role, dot products (paper App. C).
fn dual_encoder(shape: Shape, dimensions: Dimensions) -> Cost {
    let Shape { d, h, .. } = shape;
    let parameters = dimensions
        .features
        .map(|f| linear(f, h) + linear(h, h) + 2 * linear(h, d));
    let embed = |(g, f): (u64, u64)| 2 * g * (f * h + h * h + h * d);
    Cost {
        parameters,
        embedding_flops: dimensions.genes.zip(dimensions.features).map(embed),
        target_flops: dimensions.genes.map(|g| 2 * g * d),
        set_flops: None,
        bytes: parameters.map(training_bytes),
    }
}

/// Encoder, and an MLP over [z_r; z_t; z_r⊙z_t; ⟨z_r,z_t⟩] for each of the pool's K edges (paper App. E), each with
/// `depth` hidden layers.
fn pair_scorer(shape: Shape, depth: u64, dimensions: Dimensions, pool: Option<u64>) -> Cost {
    let Shape { d, h, .. } = shape;
    let (encoder_parameters, embedding_flops) = encoder(shape, depth, dimensions);
    let width = 3 * d + 1;
    let between = depth.saturating_sub(1);
    let scorer = linear(width, h) + between * linear(h, h) + linear(h, 1);
    let parameters = encoder_parameters.map(|encoder| encoder + scorer);
    Cost {
        parameters,
        embedding_flops,
        target_flops: pool.map(|k| 2 * k * (width * h + between * h * h + h)),
        set_flops: None,
        bytes: parameters.map(training_bytes),
    }
}

/// The encoder of a set scorer alone.
fn set_encoder(shape: Shape, dimensions: Dimensions) -> Cost {
    let (parameters, embedding_flops) = encoder(shape, 1, dimensions);
    Cost {
        parameters,
        embedding_flops,
        ..Cost::default()
    }
}

/// `cost` with a Set Transformer on top of it.
fn with_residual(cost: Cost, shape: Shape, sizes: &[usize]) -> Cost {
    let residual = set_transformer_parameters(shape);
    let parameters = cost.parameters.map(|parameters| parameters + residual);
    Cost {
        parameters,
        set_flops: sizes
            .iter()
            .max()
            .map(|size| set_transformer_flops(shape, *size as u64)),
        bytes: parameters.map(training_bytes),
        ..cost
    }
}

/// \[CLS\] projection, L pre-normalised encoder layers, output norm and head (paper §4.3).
fn set_transformer_parameters(shape: Shape) -> u64 {
    let Shape { d, f, layers, .. } = shape;
    let layer = 4 * linear(d, d) + 4 * d + linear(d, f) + linear(f, d);
    linear(d, d) + layers * layer + 2 * d + d
}

/// One forward pass over \[CLS\] and R members: n = R + 1 tokens, each layer 2n(4d² + 2df) for its products and 4n²d for
/// attention.
fn set_transformer_flops(shape: Shape, size: u64) -> u64 {
    let Shape { d, f, layers, .. } = shape;
    let n = size + 1;
    layers * (2 * n * (4 * d * d + 2 * d * f) + 4 * n * n * d) + 2 * d
}

/// C(n, k), saturating.
pub fn binomial(n: usize, k: usize) -> u128 {
    if k > n {
        return 0;
    }
    let mut result: u128 = 1;
    for step in 0..k.min(n - k) {
        let factor = (n - step) as u128;
        result = match result.checked_mul(factor) {
            Some(product) => product / (step as u128 + 1),
            None => return u128::MAX,
        };
    }
    result
}

/// Digits in groups of three: `1,581,580`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        d: 128,
        h: 256,
        f: 256,
        layers: 2,
    };

    #[test]
    fn binomials_match_the_paper() {
        let sets = [binomial(80, 2), binomial(80, 3), binomial(55, 4)];
        assert_eq!(sets, [3_160, 82_160, 341_055]);
        assert_eq!(binomial(80, 4), 1_581_580);
        assert_eq!(binomial(3, 4), 0);
        assert_eq!(binomial(5, 0), 1);
        assert_eq!(binomial(100_000, 50_000), u128::MAX);
    }

    #[test]
    fn numbers_are_grouped() {
        let texts = [0, 12, 999, 1_000, 1_581_580].map(grouped);
        assert_eq!(texts, ["0", "12", "999", "1,000", "1,581,580"]);
    }

    #[test]
    fn factoring_the_scorer_saves_about_six_times() {
        let dimensions = Dimensions {
            genes: Some(1200),
            features: Some(2700),
        };
        let flops = |factored| attention_pooler(SHAPE, dimensions, factored).target_flops.unwrap_or(0) as f64;
        let ratio = flops(false) / flops(true);
        assert!((5.5..6.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn parameters_are_counted_by_hand() {
        let dimensions = Dimensions {
            genes: Some(10),
            features: Some(5),
        };
        let shape = Shape {
            d: 2,
            h: 3,
            f: 4,
            layers: 1,
        };
        // Encoder 5·3+3 + 3·2+2 = 26, pair scorer 7·3+3 + 3+1 = 28.
        assert_eq!(pair_scorer(shape, 1, dimensions, None).parameters, Some(54));
        // One more hidden layer of 3·3+3 in each.
        assert_eq!(pair_scorer(shape, 2, dimensions, None).parameters, Some(78));
        assert_eq!(set_encoder(shape, dimensions).parameters, Some(26));
        // [CLS] 6; attention 4·6, norms 8, feed-forward 2·4+4 + 4·2+2 = 22; output norm 4, head 2.
        assert_eq!(set_transformer_parameters(shape), 66);
        assert_eq!(pair_scorer(shape, 1, Dimensions::default(), None).parameters, None);
    }
}
