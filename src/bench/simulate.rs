//! A simulation of DS3's size.

use crate::bench::measure::{Case, Run, Work};
use crate::bench::{Settings, Workload};
use crate::data::langevin::{Noise, Settings as Simulation, simulate};
use crate::data::network_generator::{NetworkDesign, generate};
use crate::data::response::Logic;
use crate::engine::context::{RunResult, alone};
use crate::lang::arguments::Arguments;

/// SERGIO's equation.
pub const SIMULATE: Workload = Workload {
    name: "simulate",
    summary: "`simulate sergio` of 1200 genes in 9 types over 4500 steps",
    cases,
};

/// DS3's genes, types and cells; its teams, repeats and hubs as the generator's defaults have them.
fn design(genes: usize) -> NetworkDesign {
    NetworkDesign {
        genes,
        regulators: genes / 9,
        masters: genes / 15,
        team_mix: vec![61, 110, 80, 45],
        repeats: 3.8,
        hubs: 1.0,
        repressors: 0.2,
        types: 9,
        hill: 2.0,
        seed: 1,
    }
}

fn cases(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![Case::new("1200 × 9 × 4500", "gene steps", || {
        simulation(1200, 300)
    })])
}

/// Simulates `genes` in nine types over 15 steps for each of `cells`.
///
/// # Errors
/// None for sizes that fit the memory.
pub fn simulation(genes: usize, cells: usize) -> RunResult<Run> {
    let kinetics = generate(&design(genes));
    let settings = Simulation {
        logic: Logic::Sum,
        cells,
        sampling_state: 15,
        decay: 0.8,
        noise: Noise::Dpd,
        amplitude: 1.0,
        dt: 0.01,
        seed: 1,
    };
    let network = kinetics.network();
    let steps = (kinetics.types * cells * settings.sampling_state) as f64;
    let seen = (genes * kinetics.types * cells) as f64;
    // A regulator's levels are written and read once to make its responses, these are written once and read for each target; of
    // other genes only the cells that are seen are written.
    let moved = (3 * network.regulators().len() + network.edge_count()) as f64 * steps + seen;
    Ok(Box::new(move || {
        alone(&Arguments::default(), |context| simulate(&kinetics, &settings, context))?;
        Ok(Work {
            bytes: 4.0 * moved,
            count: genes as f64 * steps,
            ..Work::default()
        })
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::simulation;

    #[test]
    fn steps_are_counted() {
        let work = simulation(45, 2).unwrap()().unwrap();
        assert_eq!(work.count, 45.0 * 9.0 * 30.0);
        assert!(work.bytes > 4.0 * 45.0 * 9.0 * 2.0);
    }
}
