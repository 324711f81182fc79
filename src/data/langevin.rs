//! SERGIO's steady-state model: every gene follows a chemical Langevin equation (Dibaeinia & Sinha 2020, Cell Systems
//! 11:252, STAR Methods).
//!
//! x' = P − λx + noise, clipped at 0, from its expected steady state. A master regulator is produced at its rate in the
//! cell type; any other gene at P = Σ_j |K_j|·h_j with h = xⁿ/(Hⁿ + xⁿ) for an activator and 1 − h for a repressor,
//! where x is the regulator at the same step and H its mean over all sampled cells of all types. Regulators come layer
//! by layer before their targets. Cells are snapshots at random steps, the same for all genes.
//!
//! SERGIO has the sum only; the other ways to join regulators ([`Logic`]) are additions to its model.

mod production;
mod stepping;

use crate::data::kinetics::Kinetics;
use crate::data::langevin::stepping::{LANES, Lane, integrate};
use crate::data::response::Logic;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::interruption::{self, Watch};
use crate::lang::diagnostics::Diagnostic;
use crate::random::Random;
use ndarray::Array2;
use pulp::Arch;
use rayon::prelude::*;

/// Steps simulated between two reports of progress: some 30 ms of one core.
const STEPS_PER_BATCH: usize = 1 << 22;
/// The most memory that trajectories of regulators may take, in bytes.
const MEMORY_LIMIT: usize = 4 << 30;

/// Where the noise enters. P is production, λx decay, q the amplitude; each α, β is independent white noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// q(√P·α + √(λx)·β): production and decay fluctuate independently.
    Dpd,
    /// q√P·α: production fluctuates.
    Sp,
    /// q(√P + √(λx))·α: production and decay fluctuate together.
    Spd,
}

/// How to simulate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How the regulators of a target act together.
    pub logic: Logic,
    /// Cells of each type.
    pub cells: usize,
    /// Steps for each cell: a trajectory has `sampling_state`·`cells` steps.
    pub sampling_state: usize,
    /// The decay rate λ, per unit of time.
    pub decay: f64,
    /// Where the noise enters.
    pub noise: Noise,
    /// The noise amplitude q.
    pub amplitude: f64,
    /// The time step.
    pub dt: f64,
    /// Draws noise and sampled steps.
    pub seed: u64,
}

impl Settings {
    fn steps(&self) -> usize {
        self.cells.saturating_mul(self.sampling_state)
    }
}

/// Simulates clean expression: (genes × types·cells), cells type-major, not negative.
///
/// # Errors
/// A regulatory cycle; more memory than is sensible; the user's wish to stop.
pub fn simulate(kinetics: &Kinetics, settings: &Settings, context: &StageContext) -> RunResult<Array2<f32>> {
    let levels = kinetics.levels().map_err(|cycle| cycle_error(kinetics, &cycle))?;
    let mut simulation = Simulation::new(kinetics, settings)?;
    let watch = interruption::watch();
    let mut done = 0;
    for level in &levels {
        let runs: Vec<Run> = level
            .iter()
            .flat_map(|&gene| (0..kinetics.types).map(move |kind| Run { gene, kind }))
            .collect();
        // Long runs still occupy all threads.
        let fewest = LANES * rayon::current_num_threads();
        for batch in runs.chunks((STEPS_PER_BATCH / settings.steps().max(1)).max(fewest)) {
            let trajectories: Vec<Vec<f32>> = batch
                .par_chunks(LANES)
                .flat_map_iter(|runs| simulation.trajectories(runs, &watch))
                .collect();
            context.check_cancelled()?;
            for (run, trajectory) in batch.iter().zip(trajectories) {
                simulation.record(*run, trajectory);
            }
            done += batch.len();
            let genes = (done / kinetics.types.max(1)) as u64;
            context.progress(genes, kinetics.genes.len() as u64, "gene", "")?;
        }
    }
    Ok(simulation.expression)
}

/// One gene in one cell type.
#[derive(Clone, Copy)]
struct Run {
    gene: usize,
    kind: usize,
}

struct Simulation<'a> {
    kinetics: &'a Kinetics,
    settings: &'a Settings,
    regulates: Vec<bool>,
    /// The steps at which cells are seen.
    sampled: Vec<usize>,
    /// For each regulator and type, its whole trajectory.
    trajectories: Vec<Vec<Vec<f32>>>,
    /// (genes × types), means over sampled cells.
    means: Array2<f64>,
    expression: Array2<f32>,
}

impl<'a> Simulation<'a> {
    fn new(kinetics: &'a Kinetics, settings: &'a Settings) -> RunResult<Self> {
        let (genes, types) = (kinetics.genes.len(), kinetics.types);
        let regulators = kinetics.network().regulators();
        let values = regulators.len().saturating_mul(settings.steps());
        let values = values.saturating_add(genes.saturating_mul(settings.cells));
        let bytes = values.saturating_mul(types).saturating_mul(size_of::<f32>());
        if bytes > MEMORY_LIMIT {
            return Err(too_large(bytes, regulators.len(), types, settings.steps()));
        }
        let mut regulates = vec![false; genes];
        regulators.iter().for_each(|&gene| regulates[gene] = true);
        let mut random = Random::new(settings.seed, "simulate sergio: sampled steps");
        Ok(Self {
            kinetics,
            settings,
            regulates,
            sampled: (0..settings.cells)
                .map(|_| random.below(settings.steps().max(1)))
                .collect(),
            trajectories: vec![vec![Vec::new(); types]; genes],
            means: Array2::zeros((genes, types)),
            expression: Array2::zeros((genes, types * settings.cells)),
        })
    }

    /// Concentration at every step, for runs of one level. When the simulation is to stop, the rest is left out.
    fn trajectories(&self, runs: &[Run], watch: &Watch) -> Vec<Vec<f32>> {
        if watch.is_requested() {
            return Vec::new();
        }
        let lane = |run: &Run| {
            // Each run has its own stream of noise, so that neither threads nor neighbours matter.
            let label = format!("simulate sergio: gene {} in type {}", run.gene, run.kind);
            Lane {
                concentration: self.expected_production(*run) / self.settings.decay,
                random: Random::new(self.settings.seed, &label),
                values: Arch::new().dispatch(
                    #[inline(always)]
                    || self.production(*run),
                ),
            }
        };
        let mut lanes: Vec<Lane> = runs.iter().map(lane).collect();
        integrate(self.settings, &mut lanes, watch);
        lanes.into_iter().map(|lane| lane.values).collect()
    }

    /// Takes the sampled cells out of a trajectory, and keeps it where targets need it.
    fn record(&mut self, run: Run, trajectory: Vec<f32>) {
        let first = run.kind * self.settings.cells;
        let mut sum = 0.0;
        for (cell, &step) in self.sampled.iter().enumerate() {
            let value = trajectory[step];
            self.expression[[run.gene, first + cell]] = value;
            sum += f64::from(value);
        }
        self.means[[run.gene, run.kind]] = sum / self.sampled.len().max(1) as f64;
        if self.regulates[run.gene] {
            self.trajectories[run.gene][run.kind] = trajectory;
        }
    }
}

fn cycle_error(kinetics: &Kinetics, cycle: &[usize]) -> RunError {
    let name = |&gene: &usize| kinetics.genes.get(gene).cloned().unwrap_or_default();
    let mut names: Vec<String> = cycle.iter().take(6).map(name).collect();
    names.extend(if cycle.len() > 6 {
        Some("…".to_owned())
    } else {
        cycle.first().map(name)
    });
    let message = format!(
        "the network has a cycle of {} genes: {}",
        cycle.len(),
        names.join(" → ")
    );
    Diagnostic::error("cyclic-network", message)
        .help("SERGIO's steady-state model needs an acyclic network: drop one of these interactions")
        .into()
}

fn too_large(bytes: usize, regulators: usize, types: usize, steps: usize) -> RunError {
    let gigabytes = bytes >> 30;
    let message = format!(
        "the simulation needs {gigabytes} GiB for the trajectories of {regulators} regulators in {types} types over {steps} steps; the limit is {} GiB",
        MEMORY_LIMIT >> 30
    );
    Diagnostic::error("simulation-too-large", message)
        .help("fewer `cells` or a smaller `sampling_state` needs less")
        .into()
}
