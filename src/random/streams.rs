//! Streams of random words side by side, one in each lane, so that the compiler fills wide registers with them. The
//! generator is xoshiro128++ (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS 47:36).

/// The factors of [`Fluctuation`]: they make the variance 1 and the fourth moment 3, exactly.
const LINEAR: f64 = 6.421_040_612_805_972e-3;
const CUBIC: f64 = 5.773_954_283_329_988e-9;

/// `LANES` independent streams.
#[derive(Clone, Debug)]
pub struct Streams<const LANES: usize> {
    state: [[u32; LANES]; 4],
}

impl<const LANES: usize> Streams<LANES> {
    /// Streams of which lane l begins at `state(l)`, random words.
    pub fn new(state: impl Fn(usize) -> [u32; 4]) -> Self {
        let mut lanes = [[0; LANES]; 4];
        for lane in 0..LANES {
            for (words, word) in lanes.iter_mut().zip(state(lane)) {
                words[lane] = word;
            }
        }
        Self { state: lanes }
    }

    /// The next 32 random bits of every stream.
    #[inline(always)]
    pub fn words(&mut self) -> [u32; LANES] {
        let [a, b, c, d] = &mut self.state;
        let mut words = [0; LANES];
        for lane in 0..LANES {
            let (first, second) = (a[lane], b[lane]);
            words[lane] = first.wrapping_add(d[lane]).rotate_left(7).wrapping_add(first);
            let third = c[lane] ^ first;
            let fourth = d[lane] ^ second;
            b[lane] = second ^ third;
            a[lane] = first ^ fourth;
            c[lane] = third ^ (second << 9);
            d[lane] = fourth.rotate_left(11);
        }
        words
    }
}

/// Makes the fluctuations of a random walk out of random words. Their first five moments are a normal's of mean 0; they
/// lie within 4.1 standard deviations. The sum of the word's four bytes is nearly
/// normal, and a cubic bends its tails outward. That is all that a stochastic differential equation asks of its steps:
/// schemes of weak order 1 need three moments, schemes of order 2 five (Kloeden & Platen 1992, sections 14.1 and 14.2).
#[derive(Clone, Copy, Debug)]
pub struct Fluctuation {
    linear: f32,
    cubic: f32,
}

impl Fluctuation {
    /// Fluctuations of this standard deviation.
    pub fn new(deviation: f64) -> Self {
        Self {
            linear: (deviation * LINEAR) as f32,
            cubic: (deviation * CUBIC) as f32,
        }
    }

    /// The fluctuation that `word` makes.
    #[inline(always)]
    pub fn of(self, word: u32) -> f32 {
        let pairs = (word & 0x00FF_00FF) + (word >> 8 & 0x00FF_00FF);
        let sum = (pairs & 0xFFFF) + (pairs >> 16);
        let centred = (sum as i32 - 510) as f32;
        centred * (self.linear + self.cubic * (centred * centred))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngCore, SeedableRng};
    use rand_xoshiro::Xoshiro128PlusPlus;

    fn state(lane: usize) -> [u32; 4] {
        [1, 2, 3, 4].map(|word| (lane as u32 + word).wrapping_mul(0x9E37_79B9))
    }

    #[test]
    fn every_lane_is_the_published_generator() {
        let mut streams = Streams::<16>::new(state);
        let mut alone: Vec<Xoshiro128PlusPlus> = (0..16)
            .map(|lane| {
                let bytes: Vec<u8> = state(lane).iter().flat_map(|word| word.to_le_bytes()).collect();
                Xoshiro128PlusPlus::from_seed(bytes.try_into().expect("16 bytes"))
            })
            .collect();
        for _ in 0..1000 {
            let expected: Vec<u32> = alone.iter_mut().map(RngCore::next_u32).collect();
            assert_eq!(streams.words().to_vec(), expected);
        }
    }

    /// How many of the 2³² words have each sum of bytes.
    fn words_of_sums() -> Vec<f64> {
        let mut counts = vec![1.0];
        for _ in 0..4 {
            let mut next = vec![0.0; counts.len() + 255];
            for (sum, count) in counts.iter().enumerate() {
                next[sum..sum + 256].iter_mut().for_each(|next| *next += count);
            }
            counts = next;
        }
        counts
    }

    /// A word whose bytes have this sum.
    fn word_of(sum: usize) -> u32 {
        let bytes = [0, 1, 2, 3].map(|byte| sum.saturating_sub(255 * byte).min(255) as u8);
        u32::from_le_bytes(bytes)
    }

    #[test]
    fn five_moments_are_a_normals() {
        let fluctuation = Fluctuation::new(2.0);
        let words = words_of_sums();
        let moment = |power: i32| {
            let terms = words.iter().enumerate();
            let sum: f64 = terms
                .map(|(sum, n)| n * (f64::from(fluctuation.of(word_of(sum))) / 2.0).powi(power))
                .sum();
            sum / 2f64.powi(32)
        };
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0), (5, 0.0)] {
            assert!(
                (moment(power) - expected).abs() < 1e-6,
                "moment {power}: {}",
                moment(power)
            );
        }
        assert!((14.0..15.0).contains(&moment(6)));
        assert!((8.0..8.2).contains(&fluctuation.of(u32::MAX)) && fluctuation.of(0) == -fluctuation.of(u32::MAX));
    }
}
