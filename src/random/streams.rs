//! Streams of random words side by side, one in each lane, so that the compiler fills wide registers with them. The
//! generator is xoshiro128++ (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS 47:36).

/// The factors of [`Fluctuation`]: they make the variance 1 and the fourth moment 3, exactly.
const LINEAR: f64 = 4.746_607_843_611_152e-3;
const CUBIC: f64 = 8.435_637_704_875_607e-7;

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

/// Makes the fluctuations of a random walk out of random words, four of each. Their first five moments are a normal's of
/// mean 0; they lie within 2.4 standard deviations. A byte is uniform, and a cubic bends it outward. That is all that a
/// stochastic differential equation asks of its steps: schemes of weak order 1 need three moments, schemes of order 2 five
/// (Kloeden & Platen 1992, sections 14.1 and 14.2).
#[derive(Clone, Copy, Debug)]
pub struct Fluctuation {
    linear: f32,
    cubic: f32,
}

impl Fluctuation {
    /// How many a word makes.
    pub const PER_WORD: usize = 4;

    /// Fluctuations of this standard deviation.
    pub fn new(deviation: f64) -> Self {
        let unit = f64::from(1 << 24);
        Self {
            linear: (deviation * LINEAR / unit) as f32,
            cubic: (deviation * CUBIC / unit.powi(3)) as f32,
        }
    }

    /// The fluctuation that byte `index` of `word` makes, counted from the highest.
    #[inline(always)]
    pub fn of(self, word: u32, index: usize) -> f32 {
        // The byte with a half behind it: symmetric around 0.
        let centred = (word << (8 * index) & 0xFF00_0000 | 0x0080_0000) as i32 as f32;
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

    #[test]
    fn five_moments_are_a_normals() {
        let fluctuation = Fluctuation::new(2.0);
        for index in 0..Fluctuation::PER_WORD {
            // Neither what stands before the byte nor what stands behind it matters.
            let word = |byte: u32| (byte << 24 | 0x0055_AA0F).rotate_right(8 * index as u32);
            let of = |byte: u32| f64::from(fluctuation.of(word(byte), index)) / 2.0;
            let moment = |power: i32| (0..256).map(|byte| of(byte).powi(power)).sum::<f64>() / 256.0;
            for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0), (5, 0.0)] {
                assert!(
                    (moment(power) - expected).abs() < 1e-6,
                    "moment {power}: {}",
                    moment(power)
                );
            }
            assert!((11.0..12.0).contains(&moment(6)));
            assert!((2.3..2.4).contains(&of(127)) && of(128) == -of(127));
        }
    }
}
