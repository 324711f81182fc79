//! Multi-head self-attention inside many small sets at once, with dropout on the attention weights.

use crate::interruption;
use crate::model::kernels::{add_scaled, dot, softmax};
use crate::model::ops::mask::Mask;
use crate::model::ops::{filled, is_fused, values};
use crate::random::Random;
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Sets that one thread works on at a time.
const SETS: usize = 16;

/// Queries (sets × queries × d), keys and values side by side (sets × tokens × 2d) → mixed values (sets × queries × d), heads
/// side by side. Attention weights are dropped with `probability` while training.
pub fn set_attention(
    queries: &Tensor,
    keys_values: &Tensor,
    heads: usize,
    probability: f64,
    random: Option<&mut Random>,
) -> Result<Tensor> {
    let ((sets, asking, d), (_, tokens, _)) = (queries.dims3()?, keys_values.dims3()?);
    let count = sets * heads * asking * tokens;
    let factors = match random {
        Some(random) if probability > 0.0 => Some(Mask::new(probability, random).factors(count)?),
        _ => None,
    };
    if is_fused(queries) {
        let sizes = Sizes {
            tokens,
            queries: asking,
            heads,
            d,
        };
        let op = Forward { sizes, factors };
        return queries.contiguous()?.apply_op2(&keys_values.contiguous()?, op);
    }
    let by_head = |x: &Tensor, count: usize| {
        x.reshape((sets, count, heads, d / heads))?
            .transpose(1, 2)?
            .contiguous()
    };
    let (k, v) = (keys_values.narrow(2, 0, d)?, keys_values.narrow(2, d, d)?);
    let (q, k, v) = (by_head(queries, asking)?, by_head(&k, tokens)?, by_head(&v, tokens)?);
    let logits = (q.matmul(&k.transpose(2, 3)?.contiguous()?)? / ((d / heads) as f64).sqrt())?;
    let mut weights = crate::model::layers::softmax(&logits)?;
    if let Some(factors) = factors {
        weights = weights.mul(&Tensor::from_vec(factors, weights.shape(), queries.device())?)?;
    }
    let mixed = weights.matmul(&v)?.transpose(1, 2)?.contiguous()?;
    mixed.reshape((sets, asking, d))
}

#[derive(Clone, Copy)]
struct Sizes {
    tokens: usize,
    queries: usize,
    heads: usize,
    d: usize,
}

impl Sizes {
    fn asking(self) -> usize {
        self.queries * self.d
    }

    fn answering(self) -> usize {
        self.tokens * 2 * self.d
    }

    /// The softmax over keys of one query and head of a set.
    #[inline(always)]
    fn weights(self, query: &[f32], keys_values: &[f32], head: usize, weights: &mut [f32]) {
        let width = self.d / self.heads;
        let scale = 1.0 / (width as f32).sqrt();
        for (token, weight) in weights.iter_mut().enumerate() {
            let k = &keys_values[token * 2 * self.d + head * width..][..width];
            *weight = dot(query, k) * scale;
        }
        softmax(weights);
    }
}

struct Forward {
    sizes: Sizes,
    factors: Option<Vec<f32>>,
}

impl CustomOp2 for Forward {
    fn name(&self) -> &'static str {
        "set-attention"
    }

    fn cpu_fwd(
        &self,
        q: &CpuStorage,
        q_layout: &Layout,
        kv: &CpuStorage,
        kv_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (q, kv) = (values(q, q_layout)?, values(kv, kv_layout)?);
        let (asking, answering) = (self.sizes.asking(), self.sizes.answering());
        let watch = interruption::watch();
        let output = filled(q.len(), SETS * asking, |chunk, output| {
            let q = &q[chunk * SETS * asking..][..output.len()];
            let kv = &kv[chunk * SETS * answering..][..output.len() / asking * answering];
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || self.attend(chunk * SETS, q, kv, output),
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), q_layout.shape().clone()))
    }

    fn bwd(
        &self,
        q: &Tensor,
        kv: &Tensor,
        _mixed: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (q, kv, gradient) = (q.contiguous()?, kv.contiguous()?, gradient.contiguous()?);
        let both = q.apply_op3_no_bwd(&kv, &gradient, &Backward(self))?;
        let count = q.elem_count();
        let dq = both.narrow(0, 0, count)?.reshape(q.shape())?;
        let dkv = both.narrow(0, count, kv.elem_count())?.reshape(kv.shape())?;
        Ok((Some(dq), Some(dkv)))
    }
}

impl Forward {
    #[inline(always)]
    fn factors(&self, set: usize, head: usize, query: usize) -> Option<&[f32]> {
        let Sizes {
            tokens, queries, heads, ..
        } = self.sizes;
        let start = ((set * heads + head) * queries + query) * tokens;
        self.factors.as_ref().map(|factors| &factors[start..start + tokens])
    }

    #[inline(always)]
    fn attend(&self, first: usize, q: &[f32], kv: &[f32], output: &mut [f32]) {
        let Sizes {
            tokens,
            queries,
            heads,
            d,
        } = self.sizes;
        let width = d / heads;
        let mut weights = vec![0f32; tokens];
        let sets = q
            .chunks_exact(self.sizes.asking())
            .zip(kv.chunks_exact(self.sizes.answering()));
        for (index, (q, kv)) in sets.enumerate() {
            for head in 0..heads {
                for query in 0..queries {
                    self.sizes
                        .weights(&q[query * d + head * width..][..width], kv, head, &mut weights);
                    if let Some(factors) = self.factors(first + index, head, query) {
                        weights.iter_mut().zip(factors).for_each(|(w, f)| *w *= f);
                    }
                    let mixed = &mut output[(index * queries + query) * d + head * width..][..width];
                    for (token, weight) in weights.iter().enumerate() {
                        let v = &kv[token * 2 * d + d + head * width..][..width];
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
    fn gradients(&self, first: usize, (q, kv, gradient): (&[f32], &[f32], &[f32]), dq: &mut [f32], dkv: &mut [f32]) {
        let Sizes {
            tokens,
            queries,
            heads,
            d,
        } = self.sizes;
        let width = d / heads;
        let scale = 1.0 / (width as f32).sqrt();
        let (mut weights, mut slopes) = (vec![0f32; tokens], vec![0f32; tokens]);
        let (asking, answering) = (self.sizes.asking(), self.sizes.answering());
        let outputs = dq.chunks_exact_mut(asking).zip(dkv.chunks_exact_mut(answering));
        let inputs = q
            .chunks_exact(asking)
            .zip(kv.chunks_exact(answering))
            .zip(gradient.chunks_exact(asking));
        for (index, (((q, kv), gradient), (dq, dkv))) in inputs.zip(outputs).enumerate() {
            for (head, query) in (0..heads).flat_map(|head| (0..queries).map(move |query| (head, query))) {
                let (column, place) = (head * width, query * d + head * width);
                let (q, g) = (&q[place..][..width], &gradient[place..][..width]);
                self.sizes.weights(q, kv, head, &mut weights);
                let factors = self.factors(first + index, head, query);
                for token in 0..tokens {
                    let factor = factors.map_or(1.0, |f| f[token]);
                    let value = token * 2 * d + d + column;
                    slopes[token] = factor * dot(g, &kv[value..][..width]);
                    add_scaled(&mut dkv[value..][..width], weights[token] * factor, g);
                }
                let mean = dot(&weights, &slopes);
                for token in 0..tokens {
                    let slope = weights[token] * (slopes[token] - mean) * scale;
                    let key = token * 2 * d + column;
                    add_scaled(&mut dq[place..][..width], slope, &kv[key..][..width]);
                    add_scaled(&mut dkv[key..][..width], slope, q);
                }
            }
        }
    }
}

/// (queries, keys and values, gradient of the mixed values) → the gradients of both inputs, one after the other.
struct Backward<'a>(&'a Forward);

impl CustomOp3 for Backward<'_> {
    fn name(&self) -> &'static str {
        "set-attention-gradient"
    }

    fn cpu_fwd(
        &self,
        q: &CpuStorage,
        q_layout: &Layout,
        kv: &CpuStorage,
        kv_layout: &Layout,
        g: &CpuStorage,
        g_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (q, kv, g) = (values(q, q_layout)?, values(kv, kv_layout)?, values(g, g_layout)?);
        let (asking, answering) = (SETS * self.0.sizes.asking(), SETS * self.0.sizes.answering());
        let mut output = vec![0f32; q.len() + kv.len()];
        let (dq, dkv) = output.split_at_mut(q.len());
        let watch = interruption::watch();
        let outputs = dq.par_chunks_mut(asking).zip(dkv.par_chunks_mut(answering));
        let inputs = q
            .par_chunks(asking)
            .zip(kv.par_chunks(answering))
            .zip(g.par_chunks(asking));
        let chunks = outputs.zip(inputs).enumerate();
        chunks.for_each(|(chunk, ((dq, dkv), ((q, kv), g)))| {
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || self.0.gradients(chunk * SETS, (q, kv, g), dq, dkv),
            );
        });
        watch.check()?;
        let count = output.len();
        Ok((CpuStorage::F32(output), Shape::from(count)))
    }
}
