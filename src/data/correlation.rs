//! Rows whose products are correlations.

use crate::interruption::{self, Stopped};
use ndarray::Array2;

/// Rows centred and scaled to length 1; constant rows become 0.
///
/// # Errors
/// The user's wish to stop.
pub fn unit_rows(features: &Array2<f32>) -> Result<Array2<f32>, Stopped> {
    let mut rows = features.clone();
    for mut row in rows.outer_iter_mut() {
        interruption::check()?;
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / row.len().max(1) as f64;
        let norm = row.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>().sqrt();
        let scale = if norm > 1e-12 { 1.0 / norm } else { 0.0 };
        row.mapv_inplace(|x| ((f64::from(x) - mean) * scale) as f32);
    }
    Ok(rows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::unit_rows;
    use ndarray::array;

    #[test]
    fn products_of_unit_rows_are_correlations() {
        let rows = unit_rows(&array![[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0]]).unwrap();
        let correlation = rows.dot(&rows.t());
        assert!((correlation[[0, 1]] + 1.0).abs() < 1e-6);
        assert_eq!(correlation[[0, 2]], 0.0);
    }
}
