//! Everything that the evidence of a target's sets needs to know of the expression.

use crate::data::dataset::Dataset;
use crate::data::response::hill;
use crate::model::steady_state::Mechanism;
use ndarray::{Array1, Array2, s};

/// Means that are smaller than this share of the mean over all types vary as if they weren't: a target that is silent in a
/// type would otherwise decide alone.
const SMALLEST_MEAN: f64 = 0.05;

/// Raw expression and how to read it.
pub struct Expression<'a> {
    pub dataset: &'a Dataset,
    /// H of every gene.
    pub half_responses: &'a [f64],
    pub mechanism: &'a Mechanism,
}

/// Inner products over types and cells, each weighted by the inverse of its variance. With sign σ = ±1 a candidate's
/// response in a type is ½ + σ·(h − ½) and its deviation in a cell σ·(h − mean h), so that one table serves all signs: the
/// design's product of two candidates is `half·half` + σ_i·`linear`_i + σ_j·`linear`_j + σ_i·σ_j·`products`_ij.
pub struct Moments {
    /// ⟨½, ½⟩.
    pub half_half: f32,
    /// ⟨½, y⟩.
    pub half_target: f32,
    /// ⟨y, y⟩.
    pub target_target: f32,
    /// ⟨½, h − ½⟩ of each candidate.
    pub linear: Vec<f32>,
    /// ⟨h − ½, y⟩ of each candidate.
    pub target: Vec<f32>,
    /// ⟨h_i − ½, h_j − ½⟩, (candidates × candidates).
    pub products: Array2<f32>,
}

impl Expression<'_> {
    pub fn moments(&self, target: usize, candidates: &[usize]) -> Moments {
        let types = self.dataset.type_count();
        let (level, deviations) = self.level_and_deviation(self.row(target), types);
        let weights = self.weights(&level);
        let mut rows = Array2::zeros((candidates.len(), types + self.dataset.cell_count()));
        for (mut row, &candidate) in rows.rows_mut().into_iter().zip(candidates) {
            row.assign(&self.candidate(candidate, types, &weights));
        }
        let target = weights.weighted(&level, &deviations, &self.dataset.cell_types);
        let half: Array1<f32> = weights
            .of_types
            .iter()
            .map(|w| (0.5 / self.mechanism.decay * w) as f32)
            .collect();
        let of_types = rows.slice(s![.., ..types]);
        Moments {
            half_half: half.dot(&half),
            half_target: half.dot(&target.slice(s![..types])),
            target_target: target.dot(&target),
            linear: of_types.dot(&half).to_vec(),
            target: rows.dot(&target).to_vec(),
            products: rows.dot(&rows.t()),
        }
    }

    /// What a candidate's response explains: h − ½ in each type, and the deviation in each cell.
    fn candidate(&self, candidate: usize, types: usize, weights: &Weights) -> Array1<f32> {
        let Mechanism {
            decay,
            hill: n,
            cell_slope,
            ..
        } = *self.mechanism;
        let half = self.half_responses.get(candidate).copied().unwrap_or(0.0);
        let responses = self.row(candidate).mapv(|x| hill(x, half, n));
        let (means, deviations) = self.level_and_deviation(responses, types);
        let means: Vec<f64> = means.iter().map(|mean| (mean - 0.5) / decay).collect();
        let deviations = deviations.mapv(|deviation| cell_slope * deviation / decay);
        weights.weighted(&means, &deviations, &self.dataset.cell_types)
    }

    fn row(&self, gene: usize) -> Array1<f64> {
        self.dataset.expression.row(gene).mapv(f64::from)
    }

    /// The mean of each type, and each cell's deviation from its type's.
    fn level_and_deviation(&self, values: Array1<f64>, types: usize) -> (Vec<f64>, Array1<f64>) {
        let (mut sums, mut counts) = (vec![0.0; types], vec![0.0; types]);
        for (value, kind) in values.iter().zip(&self.dataset.cell_types) {
            sums[*kind] += value;
            counts[*kind] += 1.0;
        }
        let means: Vec<f64> = sums
            .iter()
            .zip(counts)
            .map(|(sum, count)| sum / f64::max(count, 1.0))
            .collect();
        let mut deviations = values;
        for (value, kind) in deviations.iter_mut().zip(&self.dataset.cell_types) {
            *value -= means[*kind];
        }
        (means, deviations)
    }

    /// One over the standard deviation of the target's mean in each type, and of its cells there.
    fn weights(&self, means: &[f64]) -> Weights {
        let typical = means.iter().sum::<f64>() / means.len().max(1) as f64;
        let smallest = (SMALLEST_MEAN * typical).max(f64::from(f32::MIN_POSITIVE));
        let Mechanism {
            decay,
            time,
            cell_weight,
            ..
        } = *self.mechanism;
        let means = means.iter().map(|mean| mean.max(smallest));
        Weights {
            of_types: means.clone().map(|mean| (decay * time / (2.0 * mean)).sqrt()).collect(),
            of_cells: means.map(|mean| (cell_weight / mean).sqrt()).collect(),
        }
    }
}

struct Weights {
    of_types: Vec<f64>,
    of_cells: Vec<f64>,
}

impl Weights {
    /// Types, then cells, each over its standard deviation.
    fn weighted(&self, levels: &[f64], deviations: &Array1<f64>, cell_types: &[usize]) -> Array1<f32> {
        let of_types = levels.iter().zip(&self.of_types);
        let of_cells = deviations
            .iter()
            .zip(cell_types.iter().map(|kind| &self.of_cells[*kind]));
        let all = of_types.chain(of_cells);
        all.map(|(value, weight)| (value * weight) as f32).collect()
    }
}
