//! Multi-head self-attention inside many small sets at once, with dropout on the attention weights.

use crate::interruption;
use crate::model::kernels::{dot, softmax};
use crate::model::ops::mask::Mask;
use crate::model::ops::values;
use crate::random::Random;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use pulp::Arch;
use rayon::prelude::*;

/// Sets that one thread works on at a time.
const SETS: usize = 16;

/// `qkv` (sets × tokens × 3d: queries, keys, values side by side) → mixed values (sets × tokens × d), heads side by side.
/// Attention weights are dropped with `probability` while training.
pub fn set_attention(qkv: &Tensor, heads: usize, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    let (sets, tokens, width) = qkv.dims3()?;
    let d = width / 3;
    let count = sets * heads * tokens * tokens;
    let factors = match random {
        Some(random) if probability > 0.0 => Some(Mask::new(count, probability, random).factors(count)?),
        _ => None,
    };
    let shape = Sizes { tokens, heads, d };
    if qkv.device().is_cpu() {
        return qkv.contiguous()?.apply_op1(Forward { shape, factors });
    }
    let part = |index: usize| -> Result<Tensor> {
        let part = qkv.narrow(2, index * d, d)?.reshape((sets, tokens, heads, d / heads))?;
        part.transpose(1, 2)?.contiguous()
    };
    let (q, k, v) = (part(0)?, part(1)?, part(2)?);
    let logits = (q.matmul(&k.transpose(2, 3)?.contiguous()?)? / ((d / heads) as f64).sqrt())?;
    let mut weights = crate::model::layers::softmax(&logits)?;
    if let Some(factors) = factors {
        weights = weights.mul(&Tensor::from_vec(factors, weights.shape(), qkv.device())?)?;
    }
    weights
        .matmul(&v)?
        .transpose(1, 2)?
        .contiguous()?
        .reshape((sets, tokens, d))
}

#[derive(Clone, Copy)]
struct Sizes {
    tokens: usize,
    heads: usize,
    d: usize,
}

impl Sizes {
    fn factors_per_set(self) -> usize {
        self.heads * self.tokens * self.tokens
    }

    /// The softmax over keys of one query and head of a set.
    #[inline(always)]
    fn weights(self, set: &[f32], head: usize, query: usize, weights: &mut [f32]) {
        let width = self.d / self.heads;
        let scale = 1.0 / (width as f32).sqrt();
        let q = &set[query * 3 * self.d + head * width..][..width];
        for (token, weight) in weights.iter_mut().enumerate() {
            let k = &set[token * 3 * self.d + self.d + head * width..][..width];
            *weight = dot(q, k) * scale;
        }
        softmax(weights);
    }
}

struct Forward {
    shape: Sizes,
    factors: Option<Vec<f32>>,
}

impl CustomOp1 for Forward {
    fn name(&self) -> &'static str {
        "set-attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Sizes { tokens, d, .. } = self.shape;
        let qkv = values(storage, layout)?;
        let sets = qkv.len() / (tokens * 3 * d);
        let mut output = vec![0f32; sets * tokens * d];
        let watch = interruption::watch();
        output
            .par_chunks_mut(SETS * tokens * d)
            .zip(qkv.par_chunks(SETS * tokens * 3 * d))
            .enumerate()
            .for_each(|(chunk, (output, qkv))| {
                if watch.is_requested() {
                    return;
                }
                Arch::new().dispatch(
                    #[inline(always)]
                    || self.attend(chunk * SETS, qkv, output),
                );
            });
        watch.check()?;
        Ok((CpuStorage::F32(output), Shape::from((sets, tokens, d))))
    }

    fn bwd(&self, qkv: &Tensor, _mixed: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(
            qkv.contiguous()?
                .apply_op2_no_bwd(&gradient.contiguous()?, &Backward(self))?,
        ))
    }
}

impl Forward {
    #[inline(always)]
    fn factors(&self, set: usize, head: usize, query: usize) -> Option<&[f32]> {
        let Sizes { tokens, .. } = self.shape;
        let start = set * self.shape.factors_per_set() + (head * tokens + query) * tokens;
        self.factors.as_ref().map(|factors| &factors[start..start + tokens])
    }

    #[inline(always)]
    fn attend(&self, first: usize, qkv: &[f32], output: &mut [f32]) {
        let Sizes { tokens, heads, d } = self.shape;
        let width = d / heads;
        let mut weights = vec![0f32; tokens];
        for (index, set) in qkv.chunks_exact(tokens * 3 * d).enumerate() {
            for head in 0..heads {
                for query in 0..tokens {
                    self.shape.weights(set, head, query, &mut weights);
                    if let Some(factors) = self.factors(first + index, head, query) {
                        weights.iter_mut().zip(factors).for_each(|(w, f)| *w *= f);
                    }
                    let mixed = &mut output[(index * tokens + query) * d + head * width..][..width];
                    for (token, weight) in weights.iter().enumerate() {
                        let v = &set[token * 3 * d + 2 * d + head * width..][..width];
                        mixed.iter_mut().zip(v).for_each(|(x, v)| *x += weight * v);
                    }
                }
            }
        }
    }

    /// With a the softmax, f the dropout factors and g the gradient of the mixed values:
    /// dv_j += a_ij f_ij g_i; s_ij = a_ij (f_ij⟨g_i, v_j⟩ − Σ_k a_ik f_ik⟨g_i, v_k⟩)/√width; dq_i = Σ s_ij k_j;
    /// dk_j += s_ij q_i.
    #[inline(always)]
    fn gradients(&self, first: usize, qkv: &[f32], gradient: &[f32], output: &mut [f32]) {
        let Sizes { tokens, heads, d } = self.shape;
        let width = d / heads;
        let scale = 1.0 / (width as f32).sqrt();
        let (mut weights, mut slopes) = (vec![0f32; tokens], vec![0f32; tokens]);
        let row = 3 * d;
        for (index, (set, out)) in qkv
            .chunks_exact(tokens * row)
            .zip(output.chunks_exact_mut(tokens * row))
            .enumerate()
        {
            for head in 0..heads {
                let column = head * width;
                for query in 0..tokens {
                    self.shape.weights(set, head, query, &mut weights);
                    let factors = self.factors(first + index, head, query);
                    let g = &gradient[(index * tokens + query) * d + column..][..width];
                    for token in 0..tokens {
                        let factor = factors.map_or(1.0, |f| f[token]);
                        slopes[token] = factor * dot(g, &set[token * row + 2 * d + column..][..width]);
                        let dv = &mut out[token * row + 2 * d + column..][..width];
                        dv.iter_mut()
                            .zip(g)
                            .for_each(|(x, g)| *x += weights[token] * factor * g);
                    }
                    let mean = dot(&weights, &slopes);
                    for token in 0..tokens {
                        let slope = weights[token] * (slopes[token] - mean) * scale;
                        let k = &set[token * row + d + column..][..width];
                        let dq = &mut out[query * row + column..][..width];
                        dq.iter_mut().zip(k).for_each(|(x, k)| *x += slope * k);
                        let q = &set[query * row + column..][..width];
                        let dk = &mut out[token * row + d + column..][..width];
                        dk.iter_mut().zip(q).for_each(|(x, q)| *x += slope * q);
                    }
                }
            }
        }
    }
}

/// (qkv, gradient of the mixed values) → gradient of qkv.
struct Backward<'a>(&'a Forward);

impl CustomOp2 for Backward<'_> {
    fn name(&self) -> &'static str {
        "set-attention-gradient"
    }

    fn cpu_fwd(
        &self,
        qkv: &CpuStorage,
        layout: &Layout,
        g: &CpuStorage,
        g_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let Sizes { tokens, d, .. } = self.0.shape;
        let (qkv, g) = (values(qkv, layout)?, values(g, g_layout)?);
        let mut output = vec![0f32; qkv.len()];
        let watch = interruption::watch();
        output
            .par_chunks_mut(SETS * tokens * 3 * d)
            .zip(
                qkv.par_chunks(SETS * tokens * 3 * d)
                    .zip(g.par_chunks(SETS * tokens * d)),
            )
            .enumerate()
            .for_each(|(chunk, (output, (qkv, g)))| {
                if watch.is_requested() {
                    return;
                }
                Arch::new().dispatch(
                    #[inline(always)]
                    || self.0.gradients(chunk * SETS, qkv, g, output),
                );
            });
        watch.check()?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }
}
