//! Random numbers by place instead of by turn: any part of a long sequence can be drawn on its own, by any thread, and
//! again for a gradient. The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
//! SC 2011): a keyed mixing of a counter, sixteen counters side by side so that the compiler fills wide registers.

use crate::random::Random;
use crate::vectorised::vectorised;
use std::ops::Range;

/// Counters that are mixed together.
const LANES: usize = 16;
/// 32-bit words of one group.
pub const WORDS: usize = 4 * LANES;

const ROUNDS: usize = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// A sequence of random words that is read by index, in groups of [`WORDS`].
#[derive(Clone, Debug)]
pub struct Counter {
    key: [u32; 2],
}

impl Counter {
    /// A sequence of its own, keyed by the next number of `random`.
    pub fn new(random: &mut Random) -> Self {
        let bits = random.bits();
        Self {
            key: [bits as u32, (bits >> 32) as u32],
        }
    }

    /// Group `index` of the sequence: uniform 32-bit words.
    #[inline(always)]
    pub fn words(&self, index: u64) -> [u32; WORDS] {
        let first = index.wrapping_mul(LANES as u64);
        let mut state = [[0u32; LANES]; 4];
        let [low, high, ..] = &mut state;
        for (lane, (low, high)) in low.iter_mut().zip(high).enumerate() {
            let counter = first.wrapping_add(lane as u64);
            (*low, *high) = (counter as u32, (counter >> 32) as u32);
        }
        let mut key = self.key;
        for _ in 0..ROUNDS {
            state = round(state, key);
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let mut words = [0; WORDS];
        for (words, state) in words.chunks_exact_mut(LANES).zip(&state) {
            words.copy_from_slice(state);
        }
        words
    }

    /// For each index in `range` the four words that belong to it alone, such as the state of a generator of its own.
    pub fn quadruples(&self, range: Range<u64>) -> Vec<[u32; 4]> {
        let lanes = LANES as u64;
        let mut quadruples = Vec::new();
        for group in range.start / lanes..range.end.div_ceil(lanes) {
            let words = vectorised(
                #[inline(always)]
                || self.words(group),
            );
            let first = group * lanes;
            let own = range.start.max(first) - first..range.end.min(first + lanes) - first;
            quadruples.extend(own.map(|lane| std::array::from_fn(|word| words[word * LANES + lane as usize])));
        }
        quadruples
    }

    /// Group `index` as standard normals, by the Box–Muller transform. Each lies within ±5.9.
    #[inline(always)]
    pub fn normals(&self, index: u64) -> [f32; WORDS] {
        let words = self.words(index);
        let mut normals = [0f32; WORDS];
        let (first, second) = normals.split_at_mut(WORDS / 2);
        for pair in 0..WORDS / 2 {
            let uniform = ((words[pair] >> 8) as f32 + 0.5) * (1.0 / 16_777_216.0);
            let radius = (-2.0 * logarithm(uniform)).sqrt();
            let (x, y) = on_circle(words[pair + WORDS / 2]);
            first[pair] = radius * x;
            second[pair] = radius * y;
        }
        normals
    }
}

#[inline(always)]
fn round(state: [[u32; LANES]; 4], key: [u32; 2]) -> [[u32; LANES]; 4] {
    let mut next = [[0u32; LANES]; 4];
    for lane in 0..LANES {
        let first = u64::from(state[0][lane]) * u64::from(MULTIPLIERS[0]);
        let second = u64::from(state[2][lane]) * u64::from(MULTIPLIERS[1]);
        next[0][lane] = (second >> 32) as u32 ^ state[1][lane] ^ key[0];
        next[1][lane] = second as u32;
        next[2][lane] = (first >> 32) as u32 ^ state[3][lane] ^ key[1];
        next[3][lane] = first as u32;
    }
    next
}

/// ln x for x in (0, 1], to 2·10⁻⁷: x = 2ᵉ·m with m in [√½, √2), and ln m = 2·artanh((m−1)/(m+1)) as a series.
#[inline(always)]
fn logarithm(x: f32) -> f32 {
    const HALF_ROOT: u32 = 0x3F35_04F3;
    let shifted = x.to_bits().wrapping_sub(HALF_ROOT);
    let exponent = (shifted as i32) >> 23;
    let mantissa = f32::from_bits((shifted & 0x007F_FFFF).wrapping_add(HALF_ROOT));
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let series = 2.0 + square * (2.0 / 3.0 + square * (2.0 / 5.0 + square * (2.0 / 7.0 + square * (2.0 / 9.0))));
    exponent as f32 * std::f32::consts::LN_2 + ratio * series
}

/// A uniformly random point of the unit circle: 24 bits give an angle within ±π/4, two more the quadrant.
#[inline(always)]
fn on_circle(word: u32) -> (f32, f32) {
    let angle = ((word >> 8) as f32 + 0.5 - 8_388_608.0) * (std::f32::consts::FRAC_PI_4 / 8_388_608.0);
    let square = angle * angle;
    let sine = angle * (1.0 + square * (-1.0 / 6.0 + square * (1.0 / 120.0 + square * (-1.0 / 5040.0))));
    let cosine = 1.0 + square * (-0.5 + square * (1.0 / 24.0 + square * (-1.0 / 720.0 + square * (1.0 / 40_320.0))));
    let cosine = f32::from_bits(cosine.to_bits() ^ ((word & 1) << 31));
    match word & 2 {
        0 => (cosine, sine),
        _ => (sine, cosine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vectors of the generator (Random123, kat_vectors), for its first counter under two keys.
    #[test]
    fn agrees_with_the_published_vectors() {
        let zero = Counter { key: [0, 0] }.words(0);
        let words = [zero[0], zero[LANES], zero[2 * LANES], zero[3 * LANES]];
        assert_eq!(words, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        // The reference algorithm, one counter at a time.
        let key = [0xa409_3822, 0x299f_31d0];
        let group = Counter { key }.words(3_000_000_000);
        for lane in [0, 7, 15] {
            let counter = 48_000_000_000_u64 + lane as u64;
            let mut c = [counter as u32, (counter >> 32) as u32, 0, 0];
            let mut k: [u32; 2] = key;
            for _ in 0..10 {
                let (a, b) = (0xD251_1F53_u64 * u64::from(c[0]), 0xCD9E_8D57_u64 * u64::from(c[2]));
                c = [
                    (b >> 32) as u32 ^ c[1] ^ k[0],
                    b as u32,
                    (a >> 32) as u32 ^ c[3] ^ k[1],
                    a as u32,
                ];
                k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
            }
            assert_eq!([0, 1, 2, 3].map(|word| group[word * LANES + lane]), c);
            assert_eq!(Counter { key }.quadruples(counter..counter + 1), [c]);
        }
    }

    #[test]
    fn words_are_uniform_and_neighbours_independent() {
        let counter = Counter::new(&mut Random::new(5, "words"));
        let groups = 4096;
        let mut ones = [0u32; 32];
        let (mut cells, mut previous) = ([[0u32; 16]; 16], 0);
        for group in 0..groups {
            for word in counter.words(group) {
                for (bit, ones) in ones.iter_mut().enumerate() {
                    *ones += word >> bit & 1;
                }
                cells[(word >> 28) as usize][previous] += 1;
                previous = (word & 15) as usize;
            }
        }
        let count = groups as f64 * WORDS as f64;
        for ones in ones {
            assert!(
                (f64::from(ones) - count / 2.0).abs() < 5.0 * count.sqrt() / 2.0,
                "{ones}"
            );
        }
        let expected = count / 256.0;
        let squares = cells.iter().flatten().map(|n| (f64::from(*n) - expected).powi(2));
        let chi_squared: f64 = squares.sum::<f64>() / expected;
        assert!((255.0 - 115.0..255.0 + 115.0).contains(&chi_squared), "{chi_squared}");
    }

    #[test]
    fn normals_have_the_moments_and_the_tails() {
        let counter = Counter::new(&mut Random::new(6, "normals"));
        let normals: Vec<f64> = (0..40_000).flat_map(|g| counter.normals(g)).map(f64::from).collect();
        let count = normals.len() as f64;
        let moment = |power: i32| normals.iter().map(|x| x.powi(power)).sum::<f64>() / count;
        // Four standard errors of each moment.
        for (power, expected, variance) in [
            (1, 0.0, 1.0),
            (2, 1.0, 2.0),
            (3, 0.0, 15.0),
            (4, 3.0, 96.0),
            (6, 15.0, 10_170.0),
        ] {
            let error = 4.0 * f64::sqrt(variance / count);
            assert!(
                (moment(power) - expected).abs() < error,
                "moment {power}: {}",
                moment(power)
            );
        }
        for (bound, two_sided) in [
            (1.0, 0.317_310_5),
            (2.0, 0.045_500_3),
            (3.0, 0.002_699_8),
            (4.0, 6.334e-5),
        ] {
            let beyond = normals.iter().filter(|x| x.abs() > bound).count() as f64;
            let expected = two_sided * count;
            assert!(
                (beyond - expected).abs() < 4.0 * expected.sqrt(),
                "{beyond} beyond {bound}"
            );
        }
        let halves: f64 = normals
            .chunks(WORDS)
            .flat_map(|group| {
                let (x, y) = group.split_at(WORDS / 2);
                x.iter().zip(y).map(|(x, y)| x * y + (x * x - 1.0) * (y * y - 1.0))
            })
            .sum();
        assert!(
            (halves / count).abs() < 0.01,
            "the two of a pair depend on each other: {halves}"
        );
    }

    #[test]
    fn elementary_functions_are_accurate() {
        for step in 1..=10_000 {
            let x = step as f32 / 10_000.0;
            assert!((f64::from(logarithm(x)) - f64::from(x).ln()).abs() < 5e-7, "ln {x}");
        }
        assert!((logarithm(3e-8) - 3e-8_f32.ln()).abs() < 2e-6);
        for word in (0..u32::MAX).step_by(400_009) {
            let (x, y) = on_circle(word);
            assert!((x * x + y * y - 1.0).abs() < 2e-6, "{word}: {x}, {y}");
        }
    }
}
