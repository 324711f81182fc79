//! The plane of two regulators: which pair of a team to show, where it is cut, and the target's mean in each quadrant.

use crate::data::dataset::Dataset;
use ndarray::ArrayView1;

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.96;

/// A target with two genes, and where low ends and high begins for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The gene that is explained.
    pub target: usize,
    /// The gene on the horizontal axis.
    pub x: usize,
    /// The gene on the vertical axis.
    pub y: usize,
    /// The half response of `x` where data are simulated, otherwise its median; in units of expression.
    pub x_threshold: f64,
    /// The same of `y`.
    pub y_threshold: f64,
}

/// The target in the cells of one quadrant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quadrant {
    /// Whether `x` is above its threshold.
    pub x_high: bool,
    /// Whether `y` is above its threshold.
    pub y_high: bool,
    /// The cells in it.
    pub cells: usize,
    /// The target's mean expression; 0 without cells.
    pub mean: f64,
    /// Half the width of the 95 % interval of the mean, cells taken as independent; 0 below two cells.
    pub half_width: f64,
}

impl Pair {
    /// The pair with the thresholds of `dataset`; all three are genes of it.
    pub fn new(dataset: &Dataset, target: usize, x: usize, y: usize) -> Self {
        Self {
            target,
            x,
            y,
            x_threshold: threshold(dataset, x),
            y_threshold: threshold(dataset, y),
        }
    }

    /// The same genes in another data set with the same genes.
    pub fn with_thresholds_of(self, dataset: &Dataset) -> Self {
        Self::new(dataset, self.target, self.x, self.y)
    }
}

fn threshold(dataset: &Dataset, gene: usize) -> f64 {
    match &dataset.steady_state {
        Some(state) => state.half_response(gene),
        None => median(dataset.expression.row(gene)),
    }
}

fn median(values: ArrayView1<'_, f32>) -> f64 {
    let mut sorted: Vec<f32> = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    match (
        sorted.get(sorted.len() / 2),
        sorted.get(sorted.len().saturating_sub(1) / 2),
    ) {
        (Some(&upper), Some(&lower)) => f64::midpoint(f64::from(lower), f64::from(upper)),
        _ => 0.0,
    }
}

/// Low–low, low–high, high–low and high–high in x and y.
pub fn quadrants(dataset: &Dataset, pair: &Pair) -> [Quadrant; 4] {
    [(false, false), (false, true), (true, false), (true, true)].map(|(x_high, y_high)| {
        let values = values_in(dataset, pair, x_high, y_high);
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n.max(1.0);
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let half_width = match values.len() {
            0 | 1 => 0.0,
            _ => Z * (squares / (n - 1.0) / n).sqrt(),
        };
        Quadrant {
            x_high,
            y_high,
            cells: values.len(),
            mean,
            half_width,
        }
    })
}

fn values_in(dataset: &Dataset, pair: &Pair, x_high: bool, y_high: bool) -> Vec<f64> {
    let row = |gene| dataset.expression.row(gene);
    let regulators = row(pair.x).into_iter().zip(row(pair.y));
    regulators
        .zip(row(pair.target))
        .filter(|((x, y), _)| {
            (f64::from(**x) > pair.x_threshold) == x_high && (f64::from(**y) > pair.y_threshold) == y_high
        })
        .map(|(_, &value)| f64::from(value))
        .collect()
}

/// Among `targets` with two known regulators, or more where none has two, the one whose smallest quadrant has the most
/// cells; the first of equals.
pub fn balanced_target(dataset: &Dataset, targets: &[usize]) -> Option<usize> {
    let size = |target: usize| dataset.network.team(target).len();
    let smallest_team = targets
        .iter()
        .map(|&target| size(target))
        .filter(|&size| size >= 2)
        .min()?;
    let smallest_quadrant = |&&target: &&usize| {
        let pair = match strongest(dataset, target)[..] {
            [x, y, ..] => Pair::new(dataset, target, x, y),
            _ => return None,
        };
        quadrants(dataset, &pair).iter().map(|quadrant| quadrant.cells).min()
    };
    let candidates = targets.iter().filter(|&&target| size(target) == smallest_team);
    candidates.rev().max_by_key(smallest_quadrant).copied()
}

/// The known regulators of `target`, by |correlation| with it over all cells, largest first; ties by index.
pub fn strongest(dataset: &Dataset, target: usize) -> Vec<usize> {
    let strength = |gene| correlation(dataset.expression.row(gene), dataset.expression.row(target)).abs();
    let team = dataset.network.team(target).iter();
    let mut team: Vec<(f64, usize)> = team.map(|&gene| (strength(gene), gene)).collect();
    team.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    team.into_iter().map(|(_, gene)| gene).collect()
}

/// Pearson's; 0 where either is constant.
fn correlation(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>) -> f64 {
    let mean = |x: &ArrayView1<'_, f32>| x.iter().map(|&x| f64::from(x)).sum::<f64>() / x.len().max(1) as f64;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(&b) {
        let (a, b) = (f64::from(a) - mean_a, f64::from(b) - mean_b);
        product += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    let scale = (square_a * square_b).sqrt();
    if scale > 1e-12 { product / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Pair, balanced_target, median, quadrants, strongest};
    use crate::data::dataset::Dataset;
    use crate::data::network::Network;
    use ndarray::array;
    use std::sync::Arc;

    /// 2 ← {0, 1} is on where both are high, 3 ← {0} follows 0.
    fn dataset() -> Dataset {
        let expression = array![
            [0.0, 0.0, 5.0, 5.0, 0.0, 0.0, 5.0, 5.0],
            [1.0, 8.0, 1.0, 8.0, 1.0, 8.0, 1.0, 8.0],
            [0.0, 0.0, 1.0, 9.0, 0.0, 0.0, 1.0, 7.0],
            [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0],
        ];
        Dataset {
            name: "gate".to_owned(),
            genes: (0..4).map(|gene| format!("g{gene}")).collect(),
            expression: Arc::new(expression),
            cell_types: vec![0; 8],
            network: Arc::new(Network::new(vec![vec![], vec![], vec![0, 1], vec![0]])),
            tf_list: None,
            steady_state: None,
            features: None,
        }
    }

    #[test]
    fn quadrants_by_hand() {
        let dataset = dataset();
        let pair = Pair::new(&dataset, 2, 0, 1);
        assert_eq!((pair.x_threshold, pair.y_threshold), (2.5, 4.5));
        let quadrants = quadrants(&dataset, &pair);
        assert_eq!(quadrants.map(|quadrant| quadrant.cells), [2; 4]);
        assert_eq!(quadrants.map(|quadrant| quadrant.mean), [0.0, 0.0, 1.0, 8.0]);
        // 9 and 7: standard deviation √2, standard error 1.
        assert!((quadrants[3].half_width - 1.96).abs() < 1e-12 && quadrants[2].half_width == 0.0);
    }

    #[test]
    fn regulators_come_by_their_correlation() {
        assert_eq!(strongest(&dataset(), 2), [0, 1]);
        assert_eq!(balanced_target(&dataset(), &[2, 3]), Some(2));
        assert_eq!(balanced_target(&dataset(), &[3]), None);
    }

    #[test]
    fn medians() {
        assert_eq!(median(array![3.0, 1.0, 2.0].view()), 2.0);
        assert_eq!(median(array![4.0, 1.0, 2.0, 3.0].view()), 2.5);
        assert_eq!(median(array![].view()), 0.0);
    }
}
