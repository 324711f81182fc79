//! Mean and standard deviation over replicates.

/// Mean and spread of one number over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The arithmetic mean.
    pub mean: f64,
    /// The sample standard deviation (n − 1 in the denominator), as the paper's ± is; `None` below two values.
    pub deviation: Option<f64>,
    /// How many values there were.
    pub count: usize,
}

/// Summarises the values that are there; `None` when there are none. A missing value is a replicate in which the
/// number is undefined, for instance conditional exact match without a covered target.
pub fn summarise(values: impl IntoIterator<Item = Option<f64>>) -> Option<Summary> {
    let values: Vec<f64> = values.into_iter().flatten().collect();
    if values.is_empty() {
        return None;
    }
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let deviation = (count > 1).then(|| {
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        (squares / (count - 1) as f64).sqrt()
    });
    Some(Summary { mean, deviation, count })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::summarise;

    #[test]
    fn mean_and_sample_deviation() {
        let summary = summarise([Some(2.0), None, Some(4.0), Some(9.0)]).unwrap();
        assert_eq!((summary.mean, summary.count), (5.0, 3));
        assert!((summary.deviation.unwrap() - 13.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_value_has_no_deviation_and_none_has_no_mean() {
        assert_eq!(summarise([Some(0.5)]).unwrap().deviation, None);
        assert_eq!(summarise([None, None]), None);
    }
}
