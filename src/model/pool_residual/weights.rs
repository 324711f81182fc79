//! ψ's weights as the inner loop wants them: packed, with every scale and norm folded in.
//!
//! Whatever is added to the residual stream meets a layer norm before anything else, so its mean over the columns never
//! counts: everything that writes to the stream is centred here, and norms only have to scale.

use crate::model::packed::Packed;
use crate::model::residual_weights::{Affine, LayerWeights, ResidualWeights};

/// All weights of ψ, packed.
#[derive(Clone, Debug)]
pub struct PackedWeights {
    /// The same weights as they are.
    pub plain: ResidualWeights,
    pub(super) layers: Vec<PackedLayer>,
    /// Layer 1's W_O, centred, (d × d).
    pub(super) first_output: Affine,
}

/// One layer.
#[derive(Clone, Debug)]
pub(super) struct PackedLayer {
    /// Queries, already divided by the root of the head width, (d × d).
    pub(super) query: Packed,
    /// Keys, (d × d).
    pub(super) key: Packed,
    /// Values, (d × d).
    pub(super) value: Packed,
    /// W_K of each head transposed, (head width × d): maps queries back to token space.
    pub(super) key_back: Vec<Packed>,
    /// Each head's columns of the values, (d × head width).
    pub(super) head_value: Vec<Packed>,
    /// Centred, (d × d).
    pub(super) output: Packed,
    /// (d × feed-forward).
    pub(super) expand: Packed,
    /// Centred, (feed-forward × d).
    pub(super) contract: Packed,
}

impl PackedWeights {
    /// Packs the weights.
    pub fn new(plain: ResidualWeights) -> Self {
        Self {
            layers: plain.layers.iter().map(|layer| packed_layer(layer, &plain)).collect(),
            first_output: centred(&plain.layers[0].output),
            plain,
        }
    }

    /// The same weights for products of bfloat16. What is computed once for a target stays in single precision.
    pub fn rounded(&self) -> Self {
        let mut rounded = self.clone();
        let (first, others) = match rounded.layers.split_first_mut() {
            Some(layers) => layers,
            None => return rounded,
        };
        first.contract = first.contract.rounded();
        for layer in others {
            let PackedLayer {
                query,
                key,
                value,
                key_back,
                head_value,
                output,
                expand,
                contract,
            } = layer;
            let maps = [query, key, value, output, expand, contract];
            for map in maps.into_iter().chain(key_back).chain(head_value) {
                *map = map.rounded();
            }
        }
        rounded
    }
}

fn packed_layer(layer: &LayerWeights, weights: &ResidualWeights) -> PackedLayer {
    let (d, heads) = (weights.width, weights.heads);
    let head_width = d / heads;
    let scale = 1.0 / (head_width as f32).sqrt();
    let scaled = Affine {
        weight: layer.query.weight.iter().map(|x| x * scale).collect(),
        bias: layer.query.bias.iter().map(|x| x * scale).collect(),
    };
    let columns = |head: usize| head * head_width..(head + 1) * head_width;
    PackedLayer {
        query: packed(&scaled),
        key: packed(&layer.key),
        value: packed(&layer.value),
        key_back: (0..heads)
            .map(|head| {
                Packed::new(
                    &layer.key_transposed[columns(head).start * d..],
                    d,
                    head_width,
                    &vec![0.0; d],
                )
            })
            .collect(),
        head_value: (0..heads)
            .map(|head| {
                let bias = &layer.value.bias[columns(head)];
                Packed::new(&layer.value.weight[columns(head).start..], d, d, bias)
            })
            .collect(),
        output: packed(&centred(&layer.output)),
        expand: packed(&layer.expand),
        contract: packed(&centred(&layer.contract)),
    }
}

fn packed(map: &Affine) -> Packed {
    let outputs = map.bias.len();
    Packed::new(&map.weight, outputs, map.weight.len() / outputs, &map.bias)
}

/// The map whose results are those of `map` minus their mean.
fn centred(map: &Affine) -> Affine {
    let mut centred = map.clone();
    centre_rows(&mut centred.weight, map.bias.len());
    centre_rows(&mut centred.bias, map.bias.len());
    centred
}

/// Takes the mean of each row of width `d` away.
pub(super) fn centre_rows(rows: &mut [f32], d: usize) {
    for row in rows.chunks_exact_mut(d) {
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / d as f64;
        row.iter_mut().for_each(|x| *x = (f64::from(*x) - mean) as f32);
    }
}
