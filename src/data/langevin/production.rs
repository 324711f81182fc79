//! How fast a gene is produced at every step of its regulators.

use crate::data::kinetics::{Interaction, Rule};
use crate::data::langevin::{Run, Simulation};
use crate::data::response::{Logic, hill};

impl Simulation<'_> {
    /// The production rate at every step.
    #[inline(always)]
    pub(super) fn production(&self, run: Run) -> Vec<f32> {
        let steps = self.settings.steps();
        match &self.kinetics.rules[run.gene] {
            Rule::Master(rates) => vec![rates.get(run.kind).copied().unwrap_or(0.0) as f32; steps],
            Rule::Regulated(interactions) => match self.settings.logic {
                Logic::Sum => self.sum(run, interactions),
                Logic::And => self.product(run, interactions),
                Logic::Or => self.any(run, interactions),
            },
        }
    }

    /// Σ |K|·f at every step.
    #[inline(always)]
    fn sum(&self, run: Run, interactions: &[Interaction]) -> Vec<f32> {
        let mut production = vec![0.0; self.settings.steps()];
        for interaction in interactions {
            let strength = interaction.strength.abs() as f32;
            self.each_response(&mut production, run, interaction, strength, |rate, part| *rate += part);
        }
        production
    }

    /// Σ|K| · Π f at every step.
    #[inline(always)]
    fn product(&self, run: Run, interactions: &[Interaction]) -> Vec<f32> {
        let mut production = vec![total_strength(interactions); self.settings.steps()];
        for interaction in interactions {
            self.each_response(&mut production, run, interaction, 1.0, |rate, response| {
                *rate *= response
            });
        }
        production
    }

    /// Σ|K| · (1 − Π (1 − f)) at every step.
    #[inline(always)]
    fn any(&self, run: Run, interactions: &[Interaction]) -> Vec<f32> {
        let total = total_strength(interactions);
        let mut silent = vec![1.0; self.settings.steps()];
        for interaction in interactions {
            self.each_response(&mut silent, run, interaction, 1.0, |silent, response| {
                *silent *= 1.0 - response;
            });
        }
        silent.iter_mut().for_each(|silent| *silent = total * (1.0 - *silent));
        silent
    }

    /// Joins `scale`·f of one regulator into `rates` at every step.
    #[inline(always)]
    fn each_response(
        &self,
        rates: &mut [f32],
        run: Run,
        interaction: &Interaction,
        scale: f32,
        join: impl Fn(&mut f32, f32),
    ) {
        let regulator = &self.trajectories[interaction.regulator][run.kind];
        let half_response = self.half_response(interaction);
        let (base, slope) = if interaction.represses() {
            (scale, -scale)
        } else {
            (0.0, scale)
        };
        if interaction.hill == 2.0 {
            // The usual coefficient, in a form that compilers vectorise; the floor keeps 0/0 away.
            let half = ((half_response * half_response) as f32).max(f32::MIN_POSITIVE);
            for (rate, &x) in rates.iter_mut().zip(regulator) {
                let square = x * x;
                join(rate, base + slope * (square / (half + square)));
            }
        } else {
            for (rate, &x) in rates.iter_mut().zip(regulator) {
                let response = hill(f64::from(x), half_response, interaction.hill) as f32;
                join(rate, base + slope * response);
            }
        }
    }

    /// The production rate where all regulators stand at their means.
    pub(super) fn expected_production(&self, run: Run) -> f64 {
        match &self.kinetics.rules[run.gene] {
            Rule::Master(rates) => rates.get(run.kind).copied().unwrap_or(0.0),
            Rule::Regulated(interactions) => {
                let effect = |interaction: &Interaction| {
                    let mean = self.means[[interaction.regulator, run.kind]];
                    let response = interaction.response(mean, self.half_response(interaction));
                    (interaction.strength.abs(), response)
                };
                self.settings.logic.production(interactions.iter().map(effect))
            }
        }
    }

    fn half_response(&self, interaction: &Interaction) -> f64 {
        self.means.row(interaction.regulator).mean().unwrap_or(0.0)
    }
}

fn total_strength(interactions: &[Interaction]) -> f32 {
    interactions
        .iter()
        .map(|interaction| interaction.strength.abs())
        .sum::<f64>() as f32
}
