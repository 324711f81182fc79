//! The one source of randomness. Every number that is drawn anywhere comes from a [`Random`] that was made from a
//! script's seed and a label, so that adding a stage or a thread never shifts the numbers of another.

pub mod counter;
pub mod streams;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded stream of random numbers (xoshiro256++), reproducible on every platform.
#[derive(Clone, Debug)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream of `seed` that belongs to `label`; streams of different labels are independent.
    pub fn new(seed: u64, label: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(label.as_bytes());
        Self(Xoshiro256PlusPlus::from_seed(*hasher.finalize().as_bytes()))
    }

    /// A new stream that depends on this one's state and on `label`; advances this stream.
    pub fn fork(&mut self, label: &str) -> Self {
        let seed = self.0.random::<u64>();
        Self::new(seed, label)
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// Uniform integer in 0..`bound`; `bound` must be positive.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.random::<u64>()
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Standard normal in single precision.
    pub fn normal_f32(&mut self) -> f32 {
        StandardNormal.sample(&mut self.0)
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        rand_distr::Exp1.sample(&mut self.0)
    }

    /// A uniformly random order of `items`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        items.shuffle(&mut self.0);
    }

    /// `count` distinct integers from 0..`bound` in random order; `count` ≤ `bound`.
    pub fn sample_distinct(&mut self, bound: usize, count: usize) -> Vec<usize> {
        rand::seq::index::sample(&mut self.0, bound, count).into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn streams_are_reproducible_and_differ_by_label() {
        let draw = |seed, label: &str| {
            let mut random = Random::new(seed, label);
            (0..8).map(|_| random.bits()).collect::<Vec<_>>()
        };
        assert_eq!(draw(42, "split"), draw(42, "split"));
        assert_ne!(draw(42, "split"), draw(42, "noise"));
        assert_ne!(draw(42, "split"), draw(43, "split"));
    }
}
