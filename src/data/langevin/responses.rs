//! What simulated regulators leave for their targets: means and Hill responses.

use crate::data::kinetics::Kinetics;
use crate::data::langevin::Simulation;
use crate::data::langevin::group::Member;
use crate::data::response::hill;
use crate::vectorised::vectorised;
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::iter::repeat_n;

/// A regulator's level at every step, for each piece of the types.
pub(super) type Levels = Vec<Vec<f32>>;

/// Hill responses of one regulator for one coefficient: those of all its targets.
pub(super) struct Responses {
    pub coefficient: f64,
    /// For each piece of the types: h at every step in every type, step-major.
    pub pieces: Vec<Vec<f32>>,
}

impl Responses {
    /// Turns levels, of the same shape, into responses with the half response `half`.
    fn new(coefficient: f64, half: f64, mut pieces: Vec<Vec<f32>>) -> Self {
        for piece in &mut pieces {
            if coefficient == 2.0 {
                // The usual coefficient, in a form that compilers vectorise; the floor keeps 0/0 away.
                let half = ((half * half) as f32).max(f32::MIN_POSITIVE);
                vectorised(
                    #[inline(always)]
                    || piece.iter_mut().for_each(|x| *x = *x * *x / (half + *x * *x)),
                );
            } else {
                let respond = |x: &mut f32| *x = hill(f64::from(*x), half, coefficient) as f32;
                piece.iter_mut().for_each(respond);
            }
        }
        Self { coefficient, pieces }
    }
}

impl Simulation<'_> {
    /// Takes up what the targets of simulated regulators will need: their means, and from their levels their responses.
    pub(super) fn respond(&mut self, levels: BTreeMap<usize, Levels>, expression: &Array2<f32>) {
        let means = self.means.outer_iter_mut().enumerate();
        let means = means.filter(|(gene, _)| levels.contains_key(gene));
        means.par_bridge().for_each(|(gene, means)| {
            let cells = expression.row(gene);
            let types = cells.axis_chunks_iter(Axis(0), self.settings.cells);
            for (mean, cells) in means.into_iter().zip(types) {
                *mean = cells.iter().map(|level| f64::from(*level)).sum::<f64>() / cells.len().max(1) as f64;
            }
        });
        let respond = |(gene, levels): (usize, Levels)| {
            let half = self.half_response(gene);
            let coefficients = &self.coefficients[gene];
            // The last repetition is the original.
            let levels = repeat_n(levels, coefficients.len());
            let responses = coefficients.iter().zip(levels);
            let responses = responses.map(|(&coefficient, levels)| Responses::new(coefficient, half, levels));
            (gene, responses.collect())
        };
        let responses: Vec<(usize, Vec<Responses>)> = levels.into_par_iter().map(respond).collect();
        for (gene, responses) in responses {
            self.responses[gene] = responses;
        }
    }

    /// H of `regulator`: its mean over all types, each counting alike.
    pub(super) fn half_response(&self, regulator: usize) -> f64 {
        self.means.row(regulator).mean().unwrap_or(0.0)
    }
}

/// For each gene, the Hill coefficients of the interactions by which it regulates.
pub(super) fn coefficients(kinetics: &Kinetics) -> Vec<Vec<f64>> {
    let mut coefficients: Vec<Vec<f64>> = vec![Vec::new(); kinetics.genes.len()];
    for interaction in (0..kinetics.genes.len()).flat_map(|gene| kinetics.interactions(gene)) {
        let own = &mut coefficients[interaction.regulator];
        if !own.contains(&interaction.hill) {
            own.push(interaction.hill);
        }
    }
    coefficients
}

/// What regulators among the simulated genes have left, by gene.
pub(super) fn levels_of_regulators(groups: Vec<Vec<Member>>) -> BTreeMap<usize, Levels> {
    let mut levels: BTreeMap<usize, Levels> = BTreeMap::new();
    for member in groups.into_iter().flatten() {
        if let Some(own) = member.levels {
            levels.entry(member.gene).or_default().push(own);
        }
    }
    levels
}
