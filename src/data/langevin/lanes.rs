//! Where genes stand while their steps are taken: each type of each gene has a lane of its own.

/// Runs that take their steps side by side.
pub(super) const LANES: usize = 64;
/// Numbers of one wide register; no gene has more types in a row.
pub(super) const WIDTH: usize = 16;

/// One number for each lane.
pub(super) type Row = [f32; LANES];

/// Calls `$function::<TYPES>`: a copy of a known length is one or two instructions.
macro_rules! of_types {
    ($types:expr, $function:ident $arguments:tt) => {
        of_types!($types, $function $arguments, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
    };
    ($types:expr, $function:ident $arguments:tt, $($count:literal)*) => {
        match $types {
            $($count => $function::<$count> $arguments,)*
            _ => {}
        }
    };
}

/// Writes `dense`, `types` numbers for each step, into the rows, from lane `first` on.
#[inline(always)]
pub(super) fn spread(dense: &[f32], types: usize, first: usize, rows: &mut [Row]) {
    #[inline(always)]
    fn spread<const TYPES: usize>(dense: &[f32], first: usize, rows: &mut [Row]) {
        assert!(first + TYPES <= LANES);
        for (dense, row) in dense.as_chunks::<TYPES>().0.iter().zip(rows) {
            row[first..first + TYPES].copy_from_slice(dense);
        }
    }
    of_types!(types, spread(dense, first, rows));
}

/// Takes `types` numbers of each step out of the rows, from lane `first` on: the opposite of [`spread`].
#[inline(always)]
pub(super) fn gather(rows: &[Row], types: usize, first: usize, dense: &mut [f32]) {
    #[inline(always)]
    fn gather<const TYPES: usize>(rows: &[Row], first: usize, dense: &mut [f32]) {
        assert!(first + TYPES <= LANES);
        for (dense, row) in dense.as_chunks_mut::<TYPES>().0.iter_mut().zip(rows) {
            dense.copy_from_slice(&row[first..first + TYPES]);
        }
    }
    of_types!(types, gather(rows, first, dense));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spread_is_gathered() {
        for types in 1..=WIDTH {
            let members = LANES / types;
            let dense = |member: usize| -> Vec<f32> {
                let number = |index| (member * 100 + index) as f32;
                (0..3 * types).map(number).collect()
            };
            let mut rows = [[-1.0; LANES]; 3];
            for member in 0..members {
                spread(&dense(member), types, member * types, &mut rows);
            }
            assert_eq!(rows[1][types..2 * types], dense(1)[types..2 * types], "{types}");
            for member in 0..members {
                let mut gathered = vec![0.0; 3 * types];
                gather(&rows, types, member * types, &mut gathered);
                assert_eq!(gathered, dense(member), "{types}");
            }
            assert!(
                rows.iter()
                    .all(|row| row[members * types..].iter().all(|lane| *lane == -1.0))
            );
        }
    }
}
