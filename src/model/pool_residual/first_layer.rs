//! Layer 1 of ψ: gathered from tables up to the activation, one matrix product after it.

use crate::model::kernels::{norm_scale, softmax};
use crate::model::packed::{Rows, Start};
use crate::model::pool_residual::workspace::{STRIP, Workspace};
use crate::model::pool_residual::{MAX_TOKENS, PoolResidual};
use pulp::Simd;

/// A sum of exponentials below this has lost digits: the logits are used instead.
const SMALLEST_SUM: f32 = 1e-20;

impl PoolResidual<'_> {
    /// Layer 1 for the sets in `members` (sets × tokens): `work.x` (rows × d) becomes its output, one row a token, or one
    /// a set when it is the last layer. Gives the number of rows.
    #[inline(always)]
    pub(super) fn first_layer<S: Simd>(
        &self,
        simd: S,
        members: &[usize],
        tokens: usize,
        work: &mut Workspace,
    ) -> usize {
        let queries = if self.weights.layers.len() == 1 { 1 } else { tokens };
        let (mut row, mut waiting) = (0, 0);
        for set in members.chunks_exact(tokens) {
            self.weigh(&set[..queries], set, work);
            self.mix(simd, &set[..queries], work);
            for query in 0..queries {
                self.activate(query, row, waiting, work);
                row += 1;
                waiting += 1;
                if waiting == STRIP {
                    self.contract(simd, row, waiting, work);
                    waiting = 0;
                }
            }
        }
        self.contract(simd, row, waiting, work);
        row
    }

    /// `work.alphas` (terms × queries) = softmax over `members` of each query in each head; a term is a member in a head.
    #[inline(always)]
    fn weigh(&self, queries: &[usize], members: &[usize], work: &mut Workspace) {
        let (tables, heads) = (&self.tables, self.weights.plain.heads);
        work.places.clear();
        for head in 0..heads {
            work.places
                .extend(members.iter().map(|member| (member * heads + head) * tables.wide));
        }
        let width = queries.len();
        for (column, query) in queries.iter().enumerate() {
            for head in 0..heads {
                let first = query * tables.tokens * heads + head;
                let terms = &mut work.alphas[head * members.len() * width..][..members.len() * width];
                let mut total = 0.0;
                for (term, member) in terms.chunks_exact_mut(width).zip(members) {
                    term[column] = tables.exponentials[first + member * heads];
                    total += term[column];
                }
                if total > SMALLEST_SUM {
                    let scale = 1.0 / total;
                    terms.chunks_exact_mut(width).for_each(|term| term[column] *= scale);
                } else {
                    let mut alphas = [0f32; MAX_TOKENS];
                    let alphas = &mut alphas[..members.len()];
                    for (alpha, member) in alphas.iter_mut().zip(members) {
                        *alpha = tables.logit(*query, *member, head);
                    }
                    softmax(alphas);
                    for (term, alpha) in terms.chunks_exact_mut(width).zip(alphas) {
                        term[column] = *alpha;
                    }
                }
            }
        }
    }

    /// `work.mixed` (queries × wide): each query's own row + Σ_h Σ_j α_hj · value_hj.
    #[inline(always)]
    fn mix<S: Simd>(&self, simd: S, queries: &[usize], work: &mut Workspace) {
        let mut first = 0;
        while first < queries.len() {
            let left = queries.len() - first;
            first += match left {
                1 => self.mix_queries::<S, 1>(simd, queries, first, work),
                2 => self.mix_queries::<S, 2>(simd, queries, first, work),
                3 => self.mix_queries::<S, 3>(simd, queries, first, work),
                4 => self.mix_queries::<S, 4>(simd, queries, first, work),
                5 => self.mix_queries::<S, 5>(simd, queries, first, work),
                _ => self.mix_queries::<S, 6>(simd, queries, first, work),
            };
        }
    }

    /// The same for QUERIES queries from `first` on: every value is read once for all of them.
    #[inline(always)]
    fn mix_queries<S: Simd, const QUERIES: usize>(
        &self,
        simd: S,
        queries: &[usize],
        first: usize,
        work: &mut Workspace,
    ) -> usize {
        let wide = self.tables.wide;
        let own: [&[f32]; QUERIES] =
            std::array::from_fn(|query| &self.tables.own[queries[first + query] * wide..][..wide]);
        let mixed = &mut work.mixed[first * wide..][..QUERIES * wide];
        let alphas = Alphas {
            numbers: &work.alphas[..work.places.len() * queries.len()],
            queries: queries.len(),
            first,
        };
        let vectors = wide / S::F32_LANES;
        let group = if S::REGISTER_COUNT >= 32 { 4 } else { 2 };
        let mut vector = 0;
        while vector < vectors {
            let column = vector * S::F32_LANES;
            if vectors - vector >= 4 && group == 4 {
                add_terms::<S, QUERIES, 4>(simd, column, own, &work.places, alphas, &self.tables.values, mixed);
                vector += 4;
            } else if vectors - vector >= 2 {
                add_terms::<S, QUERIES, 2>(simd, column, own, &work.places, alphas, &self.tables.values, mixed);
                vector += 2;
            } else {
                add_terms::<S, QUERIES, 1>(simd, column, own, &work.places, alphas, &self.tables.values, mixed);
                vector += 1;
            }
        }
        QUERIES
    }

    /// Splits the mixed row of `query`: its first part goes to row `row` of `work.x`, the activation of the other to row
    /// `strip` of `work.hidden`.
    #[inline(always)]
    fn activate(&self, query: usize, row: usize, strip: usize, work: &mut Workspace) {
        let (d, f) = (self.weights.plain.width, self.weights.plain.feedforward);
        let layer = &self.weights.layers[0];
        let mixed = &work.mixed[query * self.tables.wide..][..self.tables.wide];
        let x = &mixed[..d];
        let scale = norm_scale(x);
        let out = &mut work.x[row * d..][..d];
        for ((out, x), bias) in out.iter_mut().zip(x).zip(layer.contract.bias()) {
            *out = x + bias;
        }
        let expanded = &mixed[self.tables.expansion..][..f];
        let hidden = &mut work.hidden[strip * f..][..f];
        for ((h, x), bias) in hidden.iter_mut().zip(expanded).zip(layer.expand.bias()) {
            *h = (x * scale + bias).max(0.0);
        }
    }

    /// Adds the contraction of the `waiting` rows of `work.hidden` to the rows of `work.x` before row `end`.
    #[inline(always)]
    fn contract<S: Simd>(&self, simd: S, end: usize, waiting: usize, work: &mut Workspace) {
        let (d, f) = (self.weights.plain.width, self.weights.plain.feedforward);
        let hidden = Rows {
            data: &work.hidden,
            stride: f,
            count: waiting,
        };
        let x = &mut work.x[(end - waiting) * d..];
        let contract = &self.weights.layers[0].contract;
        contract.multiply(simd, hidden, x, d, (Start::Output, false));
    }
}

/// The attention weights of a set.
#[derive(Clone, Copy)]
struct Alphas<'a> {
    /// (terms × queries).
    numbers: &'a [f32],
    queries: usize,
    /// The first query that is mixed.
    first: usize,
}

/// VECTORS vectors of columns from `column` on of QUERIES rows: out = own + Σ α · values[place..].
#[inline(always)]
fn add_terms<S: Simd, const QUERIES: usize, const VECTORS: usize>(
    simd: S,
    column: usize,
    own: [&[f32]; QUERIES],
    places: &[usize],
    alphas: Alphas,
    values: &[f32],
    out: &mut [f32],
) {
    let columns = VECTORS * S::F32_LANES;
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; QUERIES];
    for (sums, own) in sums.iter_mut().zip(own) {
        sums.copy_from_slice(S::as_simd_f32s(&own[column..column + columns]).0);
    }
    for (place, alphas_of_term) in places.iter().zip(alphas.numbers.chunks_exact(alphas.queries)) {
        let value = S::as_simd_f32s(&values[place + column..][..columns]).0;
        let alphas_of_term = &alphas_of_term[alphas.first..][..QUERIES];
        for query in 0..QUERIES {
            let alpha = simd.splat_f32s(alphas_of_term[query]);
            for vector in 0..VECTORS {
                sums[query][vector] = simd.mul_add_e_f32s(alpha, value[vector], sums[query][vector]);
            }
        }
    }
    let wide = out.len() / QUERIES;
    for (row, sums) in out.chunks_exact_mut(wide).zip(&sums) {
        S::as_mut_simd_f32s(&mut row[column..column + columns])
            .0
            .copy_from_slice(sums);
    }
}
