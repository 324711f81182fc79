//! Residuals summed by bin: all that a split needs to know of a gene.
//!
//! A residual is rounded to 16 bits and shares a 64-bit word with a count of one, so that one addition counts both, and
//! sums are exact whatever their order.

use super::bins::BINS;

/// Bits of a word that count cells.
const COUNT_BITS: u32 = 24;
/// The largest number of cells: their counts and sums fit a word.
pub const MOST_CELLS: usize = 1 << COUNT_BITS;
/// The largest rounded residual.
const LARGEST: f32 = 32_767.0;

/// A count of cells and the sum of their rounded residuals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word(i64);

impl Word {
    /// One cell with this residual in units of `unit`.
    pub fn one(residual: f32, unit: f32) -> Self {
        let rounded = (residual / unit).round() as i64;
        Self((rounded << COUNT_BITS) + 1)
    }

    /// How many cells.
    pub fn count(self) -> i64 {
        self.0 & ((1 << COUNT_BITS) - 1)
    }

    /// The sum of their residuals, in units.
    pub fn sum(self) -> i64 {
        self.0 >> COUNT_BITS
    }

    /// What explaining these cells by their mean removes from the sum of squares, in units².
    pub fn explained(self) -> f64 {
        let sum = self.sum() as f64;
        sum * sum / self.count().max(1) as f64
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// These without `others`, which are among them.
    pub fn without(self, others: Self) -> Self {
        Self(self.0 - others.0)
    }
}

/// The unit in which residuals fit their bits; 1 where all are 0.
pub fn unit(residuals: &[f32]) -> f32 {
    let largest = residuals
        .iter()
        .fold(0_f32, |largest, residual| largest.max(residual.abs()));
    if largest > 0.0 { largest / LARGEST } else { 1.0 }
}

/// The words of a gene's bins.
pub type Histogram = [Word; BINS];

/// Sums `words`, one for each of `cells`, by the bin of their cell.
pub fn histogram(bins: &[u8], cells: &[u32], words: &[Word]) -> Histogram {
    // Two halves: an addition needn't wait for the one before it where both meet the same bin.
    let mut halves = [[Word::default(); BINS]; 2];
    let pairs = cells.chunks_exact(2).zip(words.chunks_exact(2));
    let bin = |cell: u32| usize::from(bins.get(cell as usize).copied().unwrap_or(0)) % BINS;
    for (cells, words) in pairs {
        for half in 0..2 {
            let sum = &mut halves[half][bin(cells[half])];
            *sum = sum.and(words[half]);
        }
    }
    if let (Some(cell), Some(word), true) = (cells.last(), words.last(), cells.len() % 2 == 1) {
        let sum = &mut halves[0][bin(*cell)];
        *sum = sum.and(*word);
    }
    let [mut sums, others] = halves;
    sums.iter_mut()
        .zip(others)
        .for_each(|(sum, other)| *sum = sum.and(other));
    sums
}

/// Where to cut a histogram in two such that both sides are explained best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// What both sides explain, in units².
    pub explained: f64,
    /// The last bin of the left side.
    pub bin: u8,
}

/// The best cut with at least `least` cells, and one, on each side; the first of equally good ones.
pub fn best_cut(histogram: &Histogram, all: Word, least: i64) -> Option<Cut> {
    let least = least.max(1);
    let mut left = Word::default();
    let mut best: Option<(Explained, u8)> = None;
    for (bin, word) in histogram.iter().enumerate() {
        if word.count() == 0 {
            continue;
        }
        left = left.and(*word);
        let right = all.without(left);
        if right.count() < least {
            break;
        }
        if left.count() < least {
            continue;
        }
        let explained = Explained::by(left, right);
        if best.is_none_or(|(best, _)| explained.is_more_than(best)) {
            best = Some((explained, bin as u8));
        }
    }
    best.map(|(explained, bin)| Cut {
        explained: explained.numerator / explained.denominator,
        bin,
    })
}

/// What two sides explain, as a fraction: comparing needs no division, which would take most of the time.
#[derive(Clone, Copy)]
struct Explained {
    numerator: f64,
    denominator: f64,
}

impl Explained {
    /// L²/l + R²/r of two sides with sums L and R of l and r cells.
    fn by(left: Word, right: Word) -> Self {
        let [left_sum, right_sum] = [left.sum() as f64, right.sum() as f64];
        let [left_count, right_count] = [left.count() as f64, right.count() as f64];
        Self {
            numerator: left_sum * left_sum * right_count + right_sum * right_sum * left_count,
            denominator: left_count * right_count,
        }
    }

    fn is_more_than(self, other: Self) -> bool {
        self.numerator * other.denominator > other.numerator * self.denominator
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Word, best_cut, histogram, unit};

    #[test]
    fn a_word_keeps_count_and_sum_apart() {
        let residuals = [-3.0_f32, 1.0, -0.5, 3.0, -3.0];
        let unit = unit(&residuals);
        let all = residuals
            .iter()
            .fold(Word::default(), |sum, residual| sum.and(Word::one(*residual, unit)));
        assert_eq!(all.count(), 5);
        assert!((all.sum() as f32 * unit - -2.5).abs() < 1e-3);
        assert_eq!(all.without(all), Word::default());
    }

    #[test]
    fn the_best_cut_is_that_of_trying_all() {
        let bins = [0_u8, 3, 1, 3, 0, 2, 1, 63];
        let residuals = [1.0_f32, -2.0, 0.5, -1.5, 1.5, -1.0, 0.0, 1.5];
        let unit = unit(&residuals);
        let words: Vec<Word> = residuals.iter().map(|residual| Word::one(*residual, unit)).collect();
        let cells: Vec<u32> = (0..8).collect();
        let sums = histogram(&bins, &cells, &words);
        let all = words.iter().fold(Word::default(), |sum, word| sum.and(*word));
        let cut = best_cut(&sums, all, 1).unwrap();
        let explained = |bin: u8| {
            let side = |left: bool| {
                let of_side = bins.iter().zip(residuals).filter(|(b, _)| (**b <= bin) == left);
                let (count, sum) = of_side.fold((0.0, 0.0), |(count, sum), (_, r)| (count + 1.0, sum + f64::from(r)));
                sum * sum / f64::max(count, 1.0)
            };
            side(true) + side(false)
        };
        let best = (0..63_u8)
            .max_by(|a, b| explained(*a).total_cmp(&explained(*b)).then(b.cmp(a)))
            .unwrap();
        assert_eq!(cut.bin, best);
        assert!((cut.explained * f64::from(unit).powi(2) - explained(best)).abs() < 1e-3);
        assert!(
            best_cut(&sums, all, 5).is_none(),
            "no side may have fewer cells than asked"
        );
    }
}
