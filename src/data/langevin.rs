//! SERGIO's steady-state model: every gene follows a chemical Langevin equation (Dibaeinia & Sinha 2020, Cell Systems
//! 11:252, STAR Methods).
//!
//! x' = P − λx + noise, clipped at 0, from its expected steady state. A master regulator is produced at its rate in the
//! cell type; any other gene at P = Σ_j |K_j|·h_j with h = xⁿ/(Hⁿ + xⁿ) for an activator and 1 − h for a repressor,
//! where x is the regulator at the same step and H its mean over all sampled cells of all types. Regulators come layer
//! by layer, then all other genes. Cells are snapshots at random steps, the same for all genes.
//!
//! SERGIO has the sum only; the other ways to join regulators ([`Logic`]) are additions to its model.

mod group;
mod lanes;
mod production;
mod responses;
mod stepping;
#[cfg(test)]
mod tests;

use crate::data::kinetics::Kinetics;
use crate::data::langevin::group::Member;
use crate::data::langevin::lanes::{LANES, WIDTH};
use crate::data::langevin::responses::{Responses, coefficients, levels_of_regulators};
use crate::data::response::Logic;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::interruption;
use crate::lang::diagnostics::Diagnostic;
use crate::random::Random;
use crate::random::counter::Counter;
use ndarray::Array2;
use rayon::prelude::*;
use std::ops::Range;

/// Steps simulated between two reports of progress: some 30 ms of two cores.
const STEPS_PER_BATCH: usize = 1 << 26;
/// The most memory that responses to regulators may take, in bytes.
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
    /// Cells of each type, at least 1.
    pub cells: usize,
    /// Steps for each cell, at least 1: a trajectory has `sampling_state`·`cells` steps.
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
    let (genes, cells) = (kinetics.genes.len(), kinetics.types * settings.cells);
    let mut expression = Array2::zeros((genes, cells));
    let watch = interruption::watch();
    // Long runs still occupy all threads.
    let batch = STEPS_PER_BATCH / settings.steps().saturating_mul(LANES).max(1);
    let batch = batch.max(rayon::current_num_threads());
    let mut done = 0;
    for genes_together in simulation.turns(&levels) {
        let mut groups = simulation.groups(&genes_together, &mut expression);
        for groups in groups.chunks_mut(batch) {
            let share = groups.len().div_ceil(rayon::current_num_threads());
            let shares = groups.par_chunks_mut(share);
            shares.for_each(|groups| simulation.run(groups, &watch));
            context.check_cancelled()?;
            done += groups.iter().flatten().map(|member| member.piece.len()).sum::<usize>();
            let simulated = (done / kinetics.types.max(1)) as u64;
            context.progress(simulated, genes as u64, "gene", "")?;
        }
        let regulators = levels_of_regulators(groups);
        simulation.respond(regulators, &expression);
    }
    Ok(expression)
}

/// Types that stand side by side in the lanes.
#[derive(Clone, Copy)]
struct Piece {
    index: usize,
    first: usize,
    end: usize,
}

impl Piece {
    /// `types` types in pieces of at most a register.
    fn all(types: usize) -> impl Iterator<Item = Self> {
        (0..types).step_by(WIDTH).enumerate().map(move |(index, first)| Self {
            index,
            first,
            end: types.min(first + WIDTH),
        })
    }

    fn types(self) -> Range<usize> {
        self.first..self.end
    }

    fn len(self) -> usize {
        self.end - self.first
    }
}

struct Simulation<'a> {
    kinetics: &'a Kinetics,
    settings: &'a Settings,
    /// For each gene: the Hill coefficients that its targets have; empty for a gene that regulates nothing.
    coefficients: Vec<Vec<f64>>,
    /// The steps at which cells are seen, ascending.
    sampled: Vec<usize>,
    /// For each cell, which of these is its own.
    ranks: Vec<usize>,
    /// Where the streams of noise begin.
    noise: Counter,
    /// For each regulator that is simulated already: its responses, for each of its coefficients.
    responses: Vec<Vec<Responses>>,
    /// (genes × types), means of regulators over sampled cells.
    means: Array2<f64>,
}

impl<'a> Simulation<'a> {
    fn new(kinetics: &'a Kinetics, settings: &'a Settings) -> RunResult<Self> {
        let (genes, types) = (kinetics.genes.len(), kinetics.types);
        let coefficients = coefficients(kinetics);
        let trajectories = coefficients.iter().map(Vec::len).sum::<usize>();
        let values = trajectories.saturating_mul(settings.steps());
        let values = values.saturating_add(genes.saturating_mul(settings.cells));
        let bytes = values.saturating_mul(types).saturating_mul(size_of::<f32>());
        if bytes > MEMORY_LIMIT {
            let regulators = coefficients.iter().filter(|own| !own.is_empty()).count();
            return Err(too_large(bytes, regulators, types, settings.steps()));
        }
        let mut random = Random::new(settings.seed, "simulate sergio: sampled steps");
        let steps: Vec<usize> = (0..settings.cells)
            .map(|_| random.below(settings.steps().max(1)))
            .collect();
        let mut order: Vec<usize> = (0..settings.cells).collect();
        order.sort_by_key(|cell| steps[*cell]);
        let mut ranks = vec![0; settings.cells];
        order.iter().enumerate().for_each(|(rank, cell)| ranks[*cell] = rank);
        Ok(Self {
            kinetics,
            settings,
            coefficients,
            sampled: order.into_iter().map(|cell| steps[cell]).collect(),
            ranks,
            noise: Counter::new(&mut Random::new(settings.seed, "simulate sergio: noise")),
            responses: (0..genes).map(|_| Vec::new()).collect(),
            means: Array2::zeros((genes, types)),
        })
    }

    /// Genes in the order of their simulation, each turn ascending: regulators level by level, then all genes that nothing waits
    /// for at once, so that these, most of a network, fill all lanes and threads.
    fn turns(&self, levels: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let regulates = |gene: &usize| !self.coefficients[*gene].is_empty();
        let regulators = levels
            .iter()
            .map(|level| level.iter().copied().filter(regulates).collect());
        let others = (0..self.coefficients.len()).filter(|gene| !regulates(gene)).collect();
        let turns = regulators.chain([others]);
        turns.filter(|turn: &Vec<usize>| !turn.is_empty()).collect()
    }

    /// The genes of one turn in groups that fill the lanes, each gene with its place in `expression`.
    fn groups<'e>(&self, turn: &[usize], expression: &'e mut Array2<f32>) -> Vec<Vec<Member<'e>>> {
        let pieces: Vec<Piece> = Piece::all(self.kinetics.types).collect();
        let mut members: Vec<Vec<Member>> = pieces.iter().map(|_| Vec::new()).collect();
        let rows = expression.outer_iter_mut().enumerate();
        for (gene, row) in rows.filter(|(gene, _)| turn.binary_search(gene).is_ok()) {
            let row = row.into_slice().unwrap_or_default();
            for (piece, cells) in pieces.iter().zip(row.chunks_mut(WIDTH * self.settings.cells)) {
                members[piece.index].push(Member {
                    gene,
                    piece: *piece,
                    cells,
                    levels: None,
                });
            }
        }
        let mut groups = Vec::new();
        for (piece, mut members) in pieces.iter().zip(members) {
            // What a regulator's first target has read is in the first cache for the next.
            members.sort_by_cached_key(|member| self.regulators(member.gene));
            let mut members = members.into_iter().peekable();
            while members.peek().is_some() {
                groups.push(members.by_ref().take(LANES / piece.len()).collect());
            }
        }
        groups
    }

    /// The regulators of `gene`, ascending.
    fn regulators(&self, gene: usize) -> Vec<usize> {
        let interactions = self.kinetics.interactions(gene).iter();
        let mut regulators: Vec<usize> = interactions.map(|interaction| interaction.regulator).collect();
        regulators.sort_unstable();
        regulators
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
