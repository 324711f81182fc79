//! The weights of a [`SetTransformer`] as plain arrays, arranged for scoring millions of sets: transposed to
//! (input × output), with every layer norm's scale and shift folded into the linear map that follows it.

use crate::model::set_transformer::{EncoderLayer, SetTransformer};
use candle_core::{Result, Tensor};
use candle_nn::Linear;

/// An affine map x ↦ x·W + b.
#[derive(Clone, Debug)]
pub struct Affine {
    /// (input × output), row-major.
    pub weight: Vec<f32>,
    /// (output).
    pub bias: Vec<f32>,
}

/// One encoder layer. `query`, `key`, `value` and `expand` expect inputs that are centred and scaled to unit variance,
/// without the norm's own γ and β, which are folded in.
#[derive(Clone, Debug)]
pub struct LayerWeights {
    /// (d × d).
    pub query: Affine,
    /// (d × d).
    pub key: Affine,
    /// W_K of each head transposed, (heads × head width × d), to map queries back to token space.
    pub key_transposed: Vec<f32>,
    /// (d × d).
    pub value: Affine,
    /// (d × d).
    pub output: Affine,
    /// (d × feed-forward).
    pub expand: Affine,
    /// (feed-forward × d).
    pub contract: Affine,
}

/// All weights of ψ.
#[derive(Clone, Debug)]
pub struct ResidualWeights {
    /// Token width d.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Feed-forward width.
    pub feedforward: usize,
    /// z_t → \[CLS\] token.
    pub class_token: Affine,
    /// At least one.
    pub layers: Vec<LayerWeights>,
    /// w⊙γ of the output norm, minus its mean: the mean meets only centred vectors, so it never counts.
    pub head: Vec<f32>,
    /// w·β of the output norm.
    pub head_shift: f32,
}

impl ResidualWeights {
    /// Reads the weights back from a trained model.
    pub fn new(model: &SetTransformer) -> Result<Self> {
        let config = &model.config;
        let w = vector(&model.head)?;
        let scale = vector(&model.norm_output.scale)?;
        let shift = vector(&model.norm_output.shift)?;
        let mut head: Vec<f32> = w.iter().zip(&scale).map(|(w, g)| w * g).collect();
        let mean = head.iter().sum::<f32>() / head.len() as f32;
        head.iter_mut().for_each(|x| *x -= mean);
        Ok(Self {
            width: config.embedding,
            heads: config.heads,
            feedforward: config.feedforward,
            class_token: affine(&model.class_token, None)?,
            layers: model
                .layers
                .iter()
                .map(|layer| layer_weights(layer, config.embedding, config.heads))
                .collect::<Result<_>>()?,
            head,
            head_shift: w.iter().zip(&shift).map(|(w, b)| w * b).sum(),
        })
    }

    /// max ψ over all inputs: a layer-normalised vector is centred and no longer than √d, so
    /// ψ ≤ ‖centred(w⊙γ)‖·√d + w·β.
    pub fn upper_bound(&self) -> f32 {
        let norm = self.head.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        (norm * (self.width as f64).sqrt()) as f32 + self.head_shift
    }
}

fn layer_weights(layer: &EncoderLayer, width: usize, heads: usize) -> Result<LayerWeights> {
    let key = affine(&layer.key, Some(&layer.norm_attention))?;
    let head_width = width / heads;
    let mut key_transposed = vec![0.0; width * width];
    for input in 0..width {
        for (output, weight) in key.weight[input * width..(input + 1) * width].iter().enumerate() {
            let (head, column) = (output / head_width, output % head_width);
            key_transposed[(head * head_width + column) * width + input] = *weight;
        }
    }
    Ok(LayerWeights {
        query: affine(&layer.query, Some(&layer.norm_attention))?,
        key,
        key_transposed,
        value: affine(&layer.value, Some(&layer.norm_attention))?,
        output: affine(&layer.output, None)?,
        expand: affine(&layer.expand, Some(&layer.norm_feedforward))?,
        contract: affine(&layer.contract, None)?,
    })
}

/// Transposes a linear layer and folds the norm before it: W(γ⊙u + β) + b = (W·diag γ)u + (Wβ + b).
fn affine(linear: &Linear, norm: Option<&crate::model::layers::LayerNorm>) -> Result<Affine> {
    let (outputs, inputs) = linear.weight().dims2()?;
    let rows = linear.weight().to_vec2::<f32>()?;
    let mut bias = match linear.bias() {
        Some(bias) => bias.to_vec1::<f32>()?,
        None => vec![0.0; outputs],
    };
    let (scale, shift) = match norm {
        Some(norm) => (vector(&norm.scale)?, vector(&norm.shift)?),
        None => (vec![1.0; inputs], vec![0.0; inputs]),
    };
    let mut weight = vec![0.0; inputs * outputs];
    for (output, row) in rows.iter().enumerate() {
        for (input, value) in row.iter().enumerate() {
            weight[input * outputs + output] = value * scale[input];
            bias[output] += value * shift[input];
        }
    }
    Ok(Affine { weight, bias })
}

fn vector(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
