//! The copying baseline: the team of the training target of the same size whose expression is most alike.

use crate::data::correlation::unit_rows;
use crate::data::split::Split;
use crate::interruption::Stopped;
use ndarray::{Array2, Axis};
use std::collections::BTreeMap;

/// For every test target that has a training target of its size, the team of the one with the highest Pearson
/// correlation of features, ties by index; empty for a data set without features. Looks at no pool.
///
/// # Errors
/// The user's wish to stop.
pub fn copied(split: &Split) -> Result<BTreeMap<usize, &[usize]>, Stopped> {
    let mut teams = BTreeMap::new();
    let Some(features) = &split.dataset.features else {
        return Ok(teams);
    };
    for &size in &split.sizes {
        let (train, test) = (split.train_of_size(size), split.test_of_size(size));
        let units = |targets: &[usize]| unit_rows(&features.select(Axis(0), targets));
        let likeness: Array2<f32> = units(&test)?.dot(&units(&train)?.t());
        for (&target, row) in test.iter().zip(likeness.outer_iter()) {
            let most_alike = train.iter().zip(row).reduce(|best, next| match next.1 > best.1 {
                true => next,
                false => best,
            });
            if let Some((&other, _)) = most_alike {
                teams.insert(target, split.dataset.network.team(other));
            }
        }
    }
    Ok(teams)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::copied;
    use crate::data::dataset::Dataset;
    use crate::metrics::fixtures;
    use ndarray::Array2;
    use std::sync::Arc;

    #[test]
    fn the_most_alike_of_the_same_size_is_copied() {
        let mut split = fixtures::split();
        assert!(copied(&split).unwrap().is_empty(), "without features nothing is alike");
        let mut features = Array2::zeros((10, 4));
        for (gene, row) in [
            (4, [1.0, 2.0, 3.0, 4.0]),
            (5, [4.0, 3.0, 2.0, 1.0]),
            (6, [0.0, 1.0, 0.0, 1.0]),
            (7, [5.0, 3.0, 2.0, 0.0]),
            (8, [0.0, 1.0, 2.0, 9.0]),
            (9, [4.0, 3.0, 2.0, 1.0]),
        ] {
            features.row_mut(gene).assign(&ndarray::arr1(&row));
        }
        split.dataset = Arc::new(Dataset {
            features: Some(Arc::new(features)),
            ..Dataset::clone(&split.dataset)
        });
        let copied = copied(&split).unwrap();
        // 7 falls like 5, 8 rises like 4; 9 is like 5 as well, but 6 alone has three regulators.
        assert_eq!(copied[&7], [1, 2]);
        assert_eq!(copied[&8], [0, 1]);
        assert_eq!(copied[&9], [0, 1, 2]);
    }
}
