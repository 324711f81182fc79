//! The steps of SERGIO's equation. A step waits for the one before it, so one run alone leaves most of a core idle:
//! many runs take their steps side by side, in the lanes of wide registers.

use crate::data::langevin::lanes::{LANES, Row, WIDTH};
use crate::data::langevin::{Noise, Settings};
use crate::random::streams::{Fluctuation, Streams};

/// Steps between two looks at what else there is to do; their numbers stay in the first cache.
pub(super) const BLOCK: usize = 64;

/// Room for the random words of a block of steps.
pub(super) type Words = [[u32; LANES]; BLOCK / Fluctuation::PER_WORD];

/// The equation in steps: x ← max(0, x + G − lx + √(G + lx)·ξ), where G = P·dt is what a step produces and l = λ·dt the
/// share that decays in it. ξ has mean 0 and standard deviation q: the step's √dt is in the root.
pub(super) struct Equation {
    decay: f32,
    noise: Noise,
    fluctuation: Fluctuation,
}

impl Equation {
    pub fn new(settings: &Settings) -> Self {
        Self {
            decay: (settings.decay * settings.dt) as f32,
            noise: settings.noise,
            fluctuation: Fluctuation::new(settings.amplitude),
        }
    }

    /// Steps from `levels`: each of `rows` holds what its step produces, and then where the step begins. The sum of two
    /// independent fluctuations is one, so that `dpd` needs a single draw as well. `words` is scratch.
    #[inline(always)]
    pub fn advance(&self, levels: &mut Row, streams: &mut [Streams<WIDTH>], words: &mut Words, rows: &mut [Row]) {
        for (part, streams) in streams.iter_mut().enumerate() {
            draw(streams, part * WIDTH, words);
        }
        match self.noise {
            // Of repressors alone, rounding may leave a gain just below 0.
            Noise::Dpd => self.steps(levels, words, rows, |gain, loss| (gain + loss).max(0.0).sqrt()),
            Noise::Sp => self.steps(levels, words, rows, |gain, _| gain.max(0.0).sqrt()),
            Noise::Spd => self.steps(levels, words, rows, |gain, loss| gain.max(0.0).sqrt() + loss.sqrt()),
        }
    }

    #[inline(always)]
    fn steps(&self, levels: &mut Row, words: &Words, rows: &mut [Row], deviation: impl Fn(f32, f32) -> f32) {
        // Copies stay in registers: nothing else could point to them.
        let mut own = *levels;
        for (rows, words) in rows.chunks_mut(Fluctuation::PER_WORD).zip(words) {
            let words = *words;
            for (index, row) in rows.iter_mut().enumerate() {
                for ((level, gain), word) in own.iter_mut().zip(row.iter_mut()).zip(&words) {
                    let loss = self.decay * *level;
                    let fluctuation = self.fluctuation.of(*word, index);
                    let next = *level + (*gain - loss) + deviation(*gain, loss) * fluctuation;
                    *gain = *level;
                    *level = next.max(0.0);
                }
            }
        }
        *levels = own;
    }
}

/// The words of a block of steps, in the lanes from `first`.
#[inline(always)]
fn draw(streams: &mut Streams<WIDTH>, first: usize, words: &mut Words) {
    let mut own = streams.clone();
    for words in words {
        words[first..first + WIDTH].copy_from_slice(&own.words());
    }
    *streams = own;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::response::Logic;
    use crate::vectorised::vectorised;

    fn settings(noise: Noise) -> Settings {
        Settings {
            logic: Logic::Sum,
            cells: 1,
            sampling_state: 1,
            decay: 0.8,
            noise,
            amplitude: 1.5,
            dt: 0.01,
            seed: 1,
        }
    }

    fn state(lane: usize) -> [u32; 4] {
        [1, 2, 3, 4].map(|word| (lane as u32 + word).wrapping_mul(0x9E37_79B9))
    }

    fn gain(lane: usize, step: usize) -> f32 {
        ((step + lane) % 5) as f32 * 0.01
    }

    /// The equation as it is written, in double precision, one step after the other.
    fn alone(lane: usize, steps: usize, noise: Noise) -> Vec<f64> {
        let mut stream = Streams::<1>::new(|_| state(lane));
        let fluctuation = Fluctuation::new(1.5);
        let mut level = lane as f64;
        let (mut levels, mut word) = (Vec::new(), 0);
        for step in 0..steps {
            levels.push(level);
            let (production, decay) = (f64::from(gain(lane, step)) / 0.01, 0.8 * level);
            let deviation = match noise {
                Noise::Dpd => (production + decay).sqrt(),
                Noise::Sp => production.sqrt(),
                Noise::Spd => production.sqrt() + decay.sqrt(),
            };
            if step % Fluctuation::PER_WORD == 0 {
                word = stream.words()[0];
            }
            let drawn = f64::from(fluctuation.of(word, step % Fluctuation::PER_WORD));
            level = (level + 0.01 * (production - decay) + 0.01_f64.sqrt() * deviation * drawn).max(0.0);
        }
        levels
    }

    #[test]
    fn every_lane_follows_the_equation() {
        const STEPS: usize = 3 * BLOCK + 7;
        for noise in [Noise::Dpd, Noise::Sp, Noise::Spd] {
            let equation = Equation::new(&settings(noise));
            let mut levels: [f32; LANES] = std::array::from_fn(|lane| lane as f32);
            let mut streams: Vec<Streams<WIDTH>> = (0..LANES / WIDTH)
                .map(|part| Streams::new(|lane| state(part * WIDTH + lane)))
                .collect();
            let mut words = [[0; LANES]; BLOCK / Fluctuation::PER_WORD];
            let mut found = Vec::new();
            for start in (0..STEPS).step_by(BLOCK) {
                let count = BLOCK.min(STEPS - start);
                let mut rows: Vec<Row> = (start..start + count)
                    .map(|step| std::array::from_fn(|lane| gain(lane, step)))
                    .collect();
                vectorised(
                    #[inline(always)]
                    || equation.advance(&mut levels, &mut streams, &mut words, &mut rows),
                );
                found.extend(rows);
            }
            for lane in 0..LANES {
                for (step, expected) in alone(lane, STEPS, noise).into_iter().enumerate() {
                    let found = f64::from(found[step][lane]);
                    let error = (found - expected).abs();
                    assert!(
                        error < 1e-4 * expected.max(1.0),
                        "{noise:?}, lane {lane}, step {step}: {found}, {expected}"
                    );
                }
            }
        }
    }
}
