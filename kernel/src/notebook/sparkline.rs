//! A row of small bars that shows how a number moves.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The most bars of a row.
const WIDTH: usize = 24;

/// Numbers in order of time, thinned out as they come: old and new ones keep the same weight.
#[derive(Clone, Debug, Default)]
pub struct Sparkline {
    /// Means of `stride` numbers each.
    means: Vec<f64>,
    stride: usize,
    /// Sum and count of what does not fill a stride yet.
    pending: (f64, usize),
}

impl Sparkline {
    /// Adds the latest number; what is not finite is left out.
    pub fn push(&mut self, number: f64) {
        if !number.is_finite() {
            return;
        }
        self.pending = (self.pending.0 + number, self.pending.1 + 1);
        if self.pending.1 >= self.stride.max(1) {
            self.means.push(self.pending.0 / self.pending.1 as f64);
            self.pending = (0.0, 0);
        }
        if self.means.len() >= 2 * WIDTH {
            self.means = self
                .means
                .chunks(2)
                .map(|pair| pair.iter().sum::<f64>() / pair.len() as f64)
                .collect();
            self.stride = 2 * self.stride.max(1);
        }
    }

    /// The row; empty before there are two numbers.
    pub fn text(&self) -> String {
        let size = self.means.len().div_ceil(WIDTH).max(1);
        let means: Vec<f64> = self
            .means
            .chunks(size)
            .map(|part| part.iter().sum::<f64>() / part.len() as f64)
            .collect();
        if means.len() < 2 {
            return String::new();
        }
        let low = means.iter().copied().fold(f64::INFINITY, f64::min);
        let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = (high - low).max(f64::MIN_POSITIVE);
        let top = (BARS.len() - 1) as f64;
        let bar = |mean: &f64| BARS[((mean - low) / range * top).round().clamp(0.0, top) as usize];
        means.iter().map(bar).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Sparkline, WIDTH};

    fn of(numbers: impl IntoIterator<Item = f64>) -> String {
        let mut sparkline = Sparkline::default();
        numbers.into_iter().for_each(|number| sparkline.push(number));
        sparkline.text()
    }

    #[test]
    fn falls_with_the_loss() {
        assert_eq!(of([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), "█▇▆▅▄▃▂▁");
        assert_eq!(of([1.0]), "");
        assert_eq!(of([1.0, f64::NAN]), "");
        assert_eq!(of([2.0, 2.0]), "▁▁");
    }

    #[test]
    fn stays_short_and_keeps_its_shape() {
        for count in [25, 47, 48, 1000, 100_000] {
            let text = of((0..count).map(|index| -f64::from(index)));
            let bars: Vec<char> = text.chars().collect();
            assert!(bars.len() <= WIDTH && bars.len() > WIDTH / 3, "{count}: {text}");
            assert!(bars.windows(2).all(|pair| pair[0] >= pair[1]), "{count}: {text}");
            assert_eq!((bars.first(), bars.last()), (Some(&'█'), Some(&'▁')));
        }
    }
}
