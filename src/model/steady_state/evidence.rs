//! How well sets explain a target: the evidence of a linear model with a normal prior on its strengths.

use crate::data::teams::LARGEST_TEAM;
use crate::model::steady_state::Mechanism;
use crate::model::steady_state::moments::Moments;
use crate::vectorised::vectorised;

/// Sign patterns that are tried side by side: all of the first four members.
const LANES: usize = 16;
const MEMBERS_IN_LANES: usize = 4;

/// A number for each sign pattern.
type Lanes = [f32; LANES];

/// The evidence of one target's sets.
pub struct Evidence {
    moments: Moments,
    /// One over the variance of a strength.
    precision: f32,
    /// Mean strength over its variance.
    pull: f32,
    /// What the prior adds to the squares for each member.
    of_member: f32,
}

/// The lower triangle of a set's system in every pattern, and what elimination makes of it.
struct Workspace {
    /// L·D below the diagonal.
    scaled: [[Lanes; LARGEST_TEAM]; LARGEST_TEAM],
    /// L below the diagonal.
    unit: [[Lanes; LARGEST_TEAM]; LARGEST_TEAM],
    /// 1/D.
    inverse: [Lanes; LARGEST_TEAM],
    /// L⁻¹ of the right side.
    solved: [Lanes; LARGEST_TEAM],
}

/// The best sign pattern so far.
struct Best {
    gain: f32,
    determinant: f32,
}

impl Evidence {
    pub fn new(mechanism: &Mechanism, moments: Moments) -> Self {
        let precision = mechanism.strength_deviation.powi(-2);
        Self {
            moments,
            precision: precision as f32,
            pull: (mechanism.strength * precision) as f32,
            of_member: (mechanism.strength * mechanism.strength * precision) as f32,
        }
    }

    /// ln of the evidence of every set, in units in which a perfect fit without any doubt has 1: −½ of the weighted squares
    /// that remain, at the strengths that fit best, and −½ ln of how much wider the prior is than what the data leave.
    pub fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        let mut workspace = Workspace {
            scaled: [[[0.0; LANES]; LARGEST_TEAM]; LARGEST_TEAM],
            unit: [[[0.0; LANES]; LARGEST_TEAM]; LARGEST_TEAM],
            inverse: [[0.0; LANES]; LARGEST_TEAM],
            solved: [[0.0; LANES]; LARGEST_TEAM],
        };
        let mut scores = sets.chunks_exact(size).zip(scores);
        vectorised(
            #[inline(always)]
            || {
                for (set, score) in &mut scores {
                    *score = self.of_set(set, &mut workspace);
                }
            },
        );
    }

    #[inline(always)]
    fn of_set(&self, set: &[u16], workspace: &mut Workspace) -> f32 {
        let mut best = Best {
            gain: f32::NEG_INFINITY,
            determinant: 1.0,
        };
        // Further members' signs, one pattern after the other.
        for further in 0..1_usize << set.len().saturating_sub(MEMBERS_IN_LANES) {
            self.eliminate(set, further, workspace, &mut best);
        }
        let remaining = self.moments.target_target + self.of_member * set.len() as f32 - best.gain;
        -0.5 * (remaining.max(0.0) + best.determinant.max(1.0).ln())
    }

    /// Solves the set's system in every sign pattern by elimination, without pivots: it is positive definite.
    #[inline(always)]
    fn eliminate(&self, set: &[u16], further: usize, workspace: &mut Workspace, best: &mut Best) {
        let Workspace {
            scaled,
            unit,
            inverse,
            solved,
        } = workspace;
        let mut gain = [0.0; LANES];
        let mut determinant = [1.0; LANES];
        for (row, &member) in set.iter().enumerate() {
            let signs = signs(row, further);
            let member = usize::from(member);
            let linear = self.moments.linear[member];
            let mut pivot = [0.0; LANES];
            let mut right = [0.0; LANES];
            for lane in 0..LANES {
                pivot[lane] = self.precision
                    + self.moments.half_half
                    + 2.0 * signs[lane] * linear
                    + self.moments.products[[member, member]];
                right[lane] = self.pull + self.moments.half_target + signs[lane] * self.moments.target[member];
            }
            for (column, &other) in set[..row].iter().enumerate() {
                let other = usize::from(other);
                let others = self::signs(column, further);
                let product = self.moments.products[[member, other]];
                let mut entry = [0.0; LANES];
                for lane in 0..LANES {
                    let (own, others) = (signs[lane], others[lane]);
                    entry[lane] = self.moments.half_half
                        + own * linear
                        + others * self.moments.linear[other]
                        + own * others * product;
                }
                for earlier in 0..column {
                    for lane in 0..LANES {
                        entry[lane] -= scaled[row][earlier][lane] * unit[column][earlier][lane];
                    }
                }
                for lane in 0..LANES {
                    let share = entry[lane] * inverse[column][lane];
                    scaled[row][column][lane] = entry[lane];
                    unit[row][column][lane] = share;
                    pivot[lane] -= entry[lane] * share;
                    right[lane] -= share * solved[column][lane];
                }
            }
            for lane in 0..LANES {
                // At least the prior's part is left, but for rounding.
                let pivot = pivot[lane].max(self.precision);
                inverse[row][lane] = 1.0 / pivot;
                solved[row][lane] = right[lane];
                gain[lane] += right[lane] * right[lane] * inverse[row][lane];
                determinant[lane] *= pivot / self.precision;
            }
        }
        for (gain, determinant) in gain.into_iter().zip(determinant) {
            if gain > best.gain {
                *best = Best { gain, determinant };
            }
        }
    }
}

/// The signs of a set's member in every pattern.
#[inline(always)]
fn signs(member: usize, further: usize) -> Lanes {
    std::array::from_fn(|lane| {
        let patterns = if member < MEMBERS_IN_LANES {
            lane
        } else {
            further << MEMBERS_IN_LANES
        };
        if patterns >> member & 1 == 0 { 1.0 } else { -1.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use ndarray::{Array1, Array2};

    const MECHANISM: Mechanism = Mechanism {
        decay: 0.8,
        hill: 2.0,
        strength: 3.0,
        strength_deviation: 1.14,
        time: 45.0,
        cell_weight: 0.08,
        cell_slope: 0.5,
        known_teams: 0.8,
    };

    /// Rows of ½, of h − ½ for each candidate, and of the target, by weighted observation.
    struct Data {
        half: Array1<f64>,
        rows: Array2<f64>,
        target: Array1<f64>,
    }

    fn data(candidates: usize) -> Data {
        let mut random = Random::new(8, "evidence");
        Data {
            half: Array1::from_shape_fn(9, |_| 0.5 + random.uniform()),
            rows: Array2::from_shape_fn((candidates, 9), |_| random.normal()),
            target: Array1::from_shape_fn(9, |_| 4.0 * random.normal()),
        }
    }

    fn moments(data: &Data) -> Moments {
        let single = |values: Array1<f64>| values.mapv(|value| value as f32).to_vec();
        Moments {
            half_half: data.half.dot(&data.half) as f32,
            half_target: data.half.dot(&data.target) as f32,
            target_target: data.target.dot(&data.target) as f32,
            linear: single(data.rows.dot(&data.half)),
            target: single(data.rows.dot(&data.target)),
            products: data.rows.dot(&data.rows.t()).mapv(|value| value as f32),
        }
    }

    /// The same by the covariance of the observations: y ~ N(X·mean, 1 + X·variance·Xᵀ), by Cholesky's decomposition.
    fn alone(data: &Data, set: &[u16]) -> f64 {
        let variance = MECHANISM.strength_deviation.powi(2);
        let mut best: Option<(f64, f64)> = None;
        for pattern in 0..1 << set.len() {
            let column = |(index, member): (usize, &u16)| {
                let sign = if pattern >> index & 1 == 0 { 1.0 } else { -1.0 };
                &data.half + &(sign * &data.rows.row(usize::from(*member)))
            };
            let columns: Vec<Array1<f64>> = set.iter().enumerate().map(column).collect();
            let sum = columns
                .iter()
                .fold(Array1::zeros(9), |sum: Array1<f64>, column| sum + column);
            let residual = &data.target - &(MECHANISM.strength * sum);
            let mut lower = Array2::<f64>::zeros((9, 9));
            for (i, j) in (0..9).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                let covariance: f64 = columns.iter().map(|column| variance * column[i] * column[j]).sum();
                let rest: f64 = (0..j).map(|k| lower[[i, k]] * lower[[j, k]]).sum();
                let entry = covariance + if i == j { 1.0 } else { 0.0 } - rest;
                lower[[i, j]] = if i == j { entry.sqrt() } else { entry / lower[[j, j]] };
            }
            let (mut squares, mut logarithm) = (0.0, 0.0);
            let mut solved = [0.0; 9];
            for i in 0..9 {
                let rest: f64 = (0..i).map(|k| lower[[i, k]] * solved[k]).sum();
                solved[i] = (residual[i] - rest) / lower[[i, i]];
                squares += solved[i] * solved[i];
                logarithm += 2.0 * lower[[i, i]].ln();
            }
            if best.is_none_or(|(fewest, _)| squares < fewest) {
                best = Some((squares, logarithm));
            }
        }
        let (squares, logarithm) = best.expect("there is a pattern");
        -0.5 * (squares + logarithm)
    }

    #[test]
    fn evidence_is_that_of_the_observations_covariance() {
        let data = data(8);
        let evidence = Evidence::new(&MECHANISM, moments(&data));
        for set in [
            &[5][..],
            &[0, 3],
            &[1, 2, 6],
            &[0, 2, 3, 7],
            &[0, 1, 3, 4, 6],
            &[0, 1, 2, 4, 5, 7],
        ] {
            let mut found = [0.0];
            evidence.score(set, set.len(), &mut found);
            let expected = alone(&data, set);
            let error = (f64::from(found[0]) - expected).abs();
            assert!(
                error < 2e-3 * expected.abs(),
                "{set:?}: {} instead of {expected}",
                found[0]
            );
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let evidence = Evidence::new(&MECHANISM, moments(&data(6)));
        let score = |set: &[u16]| {
            let mut found = [0.0];
            evidence.score(set, set.len(), &mut found);
            found[0]
        };
        let expected = score(&[0, 1, 2, 3, 5]);
        for set in [[5, 3, 2, 1, 0], [2, 0, 5, 1, 3], [1, 5, 3, 0, 2]] {
            assert!((score(&set) - expected).abs() < 1e-3 * expected.abs(), "{set:?}");
        }
    }
}
