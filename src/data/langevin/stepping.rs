//! The steps of SERGIO's equation. A step waits for the one before it, so one run alone leaves most of a core idle:
//! several runs take their steps side by side, in the lanes of wide registers. Every lane computes what it would
//! compute alone, in double precision.

use crate::data::langevin::{Noise, Settings};
use crate::interruption::Watch;
use crate::random::Random;
use pulp::Arch;

/// Runs that take their steps side by side.
pub(super) const LANES: usize = 16;
/// Steps whose noise is drawn together.
const BLOCK: usize = 64;

/// One run.
pub(super) struct Lane {
    /// Where it stands.
    pub concentration: f64,
    /// Draws its noise.
    pub random: Random,
    /// The production rate at every step; becomes the concentration at every step.
    pub values: Vec<f32>,
}

/// One number for each lane at each step of a block.
type Block = [[f64; LANES]; BLOCK];

/// Turns production rates into concentrations, for at most [`LANES`] runs of the same length; leaves off when it is to
/// stop.
pub(super) fn integrate(settings: &Settings, lanes: &mut [Lane], watch: &Watch) {
    let steps = lanes.first().map_or(0, |lane| lane.values.len());
    let mut concentrations = [0.0; LANES];
    for (concentration, lane) in concentrations.iter_mut().zip(lanes.iter()) {
        *concentration = lane.concentration;
    }
    let (mut rates, mut normals) = ([[0.0; LANES]; BLOCK], [[0.0; LANES]; BLOCK]);
    let arch = Arch::new();
    for start in (0..steps).step_by(BLOCK) {
        if watch.is_requested() {
            return;
        }
        let end = steps.min(start + BLOCK);
        for (index, lane) in lanes.iter_mut().enumerate() {
            let rows = rates.iter_mut().zip(&mut normals);
            for (value, (rates, normals)) in lane.values[start..end].iter().zip(rows) {
                rates[index] = f64::from(*value);
                normals[index] = lane.random.normal();
            }
        }
        arch.dispatch(
            #[inline(always)]
            || block(settings, &mut concentrations, &mut rates, &normals),
        );
        for (index, lane) in lanes.iter_mut().enumerate() {
            for (value, concentrations) in lane.values[start..end].iter_mut().zip(&rates) {
                *value = concentrations[index] as f32;
            }
        }
    }
}

/// A block of steps; concentrations take the place of `rates`. The sum of two independent normal terms is one normal
/// term, so that `dpd` needs a single draw as well.
#[inline(always)]
fn block(settings: &Settings, concentrations: &mut [f64; LANES], rates: &mut Block, normals: &Block) {
    match settings.noise {
        Noise::Dpd => advance(settings, concentrations, rates, normals, |production, decay| {
            (production + decay).sqrt()
        }),
        Noise::Sp => advance(settings, concentrations, rates, normals, |production, _| {
            production.sqrt()
        }),
        Noise::Spd => advance(settings, concentrations, rates, normals, |production, decay| {
            production.sqrt() + decay.sqrt()
        }),
    }
}

/// `deviation` is the standard deviation of the noise per √time, for q = 1, of a production and a decay.
#[inline(always)]
fn advance(
    settings: &Settings,
    concentrations: &mut [f64; LANES],
    rates: &mut Block,
    normals: &Block,
    deviation: impl Fn(f64, f64) -> f64,
) {
    let Settings { decay, dt, .. } = *settings;
    let scale = settings.amplitude * dt.sqrt();
    for (rates, normals) in rates.iter_mut().zip(normals) {
        for ((concentration, rate), normal) in concentrations.iter_mut().zip(rates).zip(normals) {
            let (production, now) = (*rate, *concentration);
            *rate = now;
            let loss = decay * now;
            let fluctuation = scale * deviation(production, loss) * normal;
            *concentration = (now + dt * (production - loss) + fluctuation).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::response::Logic;
    use crate::interruption;

    fn settings(noise: Noise) -> Settings {
        Settings {
            logic: Logic::Sum,
            cells: 1,
            sampling_state: 1,
            decay: 0.8,
            noise,
            amplitude: 1.0,
            dt: 0.01,
            seed: 1,
        }
    }

    fn lane(index: usize, steps: usize) -> Lane {
        Lane {
            concentration: index as f64,
            random: Random::new(3, &format!("lane {index}")),
            values: (0..steps).map(|step| ((step + index) % 5) as f32).collect(),
        }
    }

    /// The equation as it is written, one step after the other.
    fn alone(mut lane: Lane, noise: Noise) -> Vec<f32> {
        let mut x = lane.concentration;
        for value in &mut lane.values {
            let production = f64::from(*value);
            *value = x as f32;
            let loss = 0.8 * x;
            let deviation = match noise {
                Noise::Dpd => (production + loss).sqrt(),
                Noise::Sp => production.sqrt(),
                Noise::Spd => production.sqrt() + loss.sqrt(),
            };
            let fluctuation = 0.01_f64.sqrt() * deviation * lane.random.normal();
            x = (x + 0.01 * (production - loss) + fluctuation).max(0.0);
        }
        lane.values
    }

    #[test]
    fn lanes_compute_bit_by_bit_what_each_computes_alone() {
        for noise in [Noise::Dpd, Noise::Sp, Noise::Spd] {
            for (count, steps) in [(1, 1), (3, BLOCK), (LANES, 2 * BLOCK + 7)] {
                let mut lanes: Vec<Lane> = (0..count).map(|index| lane(index, steps)).collect();
                integrate(&settings(noise), &mut lanes, &interruption::watch());
                for (index, found) in lanes.into_iter().enumerate() {
                    assert_eq!(
                        found.values,
                        alone(lane(index, steps), noise),
                        "{noise:?}, lane {index}"
                    );
                }
            }
        }
    }
}
