//! Features cut into few bins: what trees split on. Made once for all targets.

use crate::interruption::{Stopped, watch};
use ndarray::ArrayView2;
use rayon::prelude::*;

/// The largest number of bins of a gene.
pub const BINS: usize = 64;

/// The bin of each gene in each cell.
pub struct Bins {
    cells: usize,
    /// (genes × cells), row by row, each below [`BINS`].
    bins: Vec<u8>,
}

impl Bins {
    /// Of (genes × cells) finite features: where a gene has at most `BINS` different values each has a bin, otherwise bins
    /// hold about equally many cells; equal values share a bin.
    ///
    /// # Errors
    /// The user's wish to stop.
    pub fn new(features: ArrayView2<f32>) -> Result<Self, Stopped> {
        let watch = watch();
        let cells = features.ncols();
        let mut bins = vec![0; features.len()];
        let rows: Vec<_> = bins.chunks_mut(cells.max(1)).zip(features.rows()).collect();
        rows.into_par_iter().for_each(|(bins, values)| {
            if watch.is_requested() {
                return;
            }
            let cuts = cuts(values.iter().copied().collect());
            for (bin, value) in bins.iter_mut().zip(values) {
                *bin = cuts.partition_point(|cut| cut <= value) as u8;
            }
        });
        watch.check()?;
        Ok(Self { cells, bins })
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// The bins of a gene, one for each cell; nothing for a gene that isn't there.
    pub fn of(&self, gene: usize) -> &[u8] {
        let start = gene * self.cells;
        self.bins.get(start..start + self.cells).unwrap_or_default()
    }
}

/// Ascending values at which the second and every following bin begins: fewer than [`BINS`].
fn cuts(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_unstable_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() > BINS {
        distinct = (0..BINS)
            .filter_map(|bin| values.get(bin * values.len() / BINS))
            .copied()
            .collect();
        distinct.dedup();
    }
    distinct.into_iter().skip(1).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{BINS, Bins};
    use ndarray::Array2;

    fn bins(values: Vec<f32>) -> Vec<u8> {
        let features = Array2::from_shape_vec((1, values.len()), values).unwrap();
        Bins::new(features.view()).unwrap().of(0).to_vec()
    }

    #[test]
    fn few_values_have_a_bin_each_and_many_share_them_evenly() {
        assert_eq!(bins(vec![0.5, -1.0, 0.5, 7.0]), [1, 0, 1, 2]);
        let many = bins((0..6400).map(|value| (value as f32).sqrt()).collect());
        for bin in 0..BINS as u8 {
            assert_eq!(many.iter().filter(|found| **found == bin).count(), 100);
        }
    }

    #[test]
    fn zeros_share_a_bin_and_the_rest_keeps_its_order() {
        let values: Vec<f32> = (0..1000).map(|value| (value - 900).max(0) as f32).collect();
        let bins = bins(values.clone());
        assert!(bins[..900].iter().all(|bin| *bin == 0) && bins[999] > 1);
        assert!(bins.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
