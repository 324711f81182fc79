//! How a target responds to its regulators: Hill responses, the logic that joins them, and the steady state they
//! lead to.

use crate::data::dataset::Dataset;
use crate::data::kinetics::{Interaction, Kinetics, Rule};
use serde::{Deserialize, Serialize};

/// How the regulators of a target act together. With f a regulator's response in [0, 1] and K its strength, the
/// target is produced at the rate P.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Logic {
    /// P = Σ |K|·f: each regulator adds its part. This is SERGIO's model.
    #[default]
    Sum,
    /// P = Σ|K| · Π f: every regulator is needed.
    And,
    /// P = Σ|K| · (1 − Π (1 − f)): any one regulator is enough.
    Or,
}

impl Logic {
    /// The words of the language, in the order of the variants.
    pub const NAMES: [&'static str; 3] = ["sum", "and", "or"];

    /// The logic of this name; the default for any other.
    pub fn named(name: &str) -> Self {
        match name {
            "and" => Self::And,
            "or" => Self::Or,
            _ => Self::Sum,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => Self::NAMES[0],
            Self::And => Self::NAMES[1],
            Self::Or => Self::NAMES[2],
        }
    }

    /// The production rate P from the (|K|, f) of every regulator.
    pub fn production(self, responses: impl Iterator<Item = (f64, f64)>) -> f64 {
        match self {
            Self::Sum => responses.map(|(strength, response)| strength * response).sum(),
            Self::And => {
                let (total, product) = responses.fold((0.0, 1.0), |(total, product), (strength, response)| {
                    (total + strength, product * response)
                });
                total * product
            }
            Self::Or => {
                let (total, silent) = responses.fold((0.0, 1.0), |(total, silent), (strength, response)| {
                    (total + strength, silent * (1.0 - response))
                });
                total * (1.0 - silent)
            }
        }
    }
}

impl Interaction {
    /// f in [0, 1]: the Hill response for an activator, 1 minus it for a repressor.
    pub fn response(&self, concentration: f64, half_response: f64) -> f64 {
        let response = hill(concentration, half_response, self.hill);
        if self.represses() { 1.0 - response } else { response }
    }

    /// Whether K is negative.
    pub fn represses(&self) -> bool {
        self.strength < 0.0
    }
}

/// xⁿ/(Hⁿ + xⁿ); 0 for x = 0, also where H is 0.
pub fn hill(concentration: f64, half_response: f64, coefficient: f64) -> f64 {
    if concentration <= 0.0 {
        return 0.0;
    }
    // The usual coefficient needs no logarithms.
    let power = |x: f64| if coefficient == 2.0 { x * x } else { x.powf(coefficient) };
    power(concentration) / (power(half_response) + power(concentration))
}

/// What simulated expression tends to: known kinetics with the half responses of a finished simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SteadyState {
    /// Who regulates whom, and how.
    pub kinetics: Kinetics,
    /// How the regulators of a target act together.
    pub logic: Logic,
    /// The decay rate λ of every gene, per unit of time.
    pub decay: f64,
    /// H of every gene as a regulator: its mean over all cell types, in units of expression.
    pub half_responses: Vec<f64>,
}

impl SteadyState {
    /// The expression P/λ at which `target` settles where its regulators stand at `concentration`; `None` for a gene
    /// that nothing regulates.
    pub fn expression(&self, target: usize, concentration: impl Fn(usize) -> f64) -> Option<f64> {
        let Some(Rule::Regulated(interactions)) = self.kinetics.rules.get(target) else {
            return None;
        };
        let response = |interaction: &Interaction| {
            let half = self.half_response(interaction.regulator);
            let response = interaction.response(concentration(interaction.regulator), half);
            (interaction.strength.abs(), response)
        };
        Some(self.logic.production(interactions.iter().map(response)) / self.decay)
    }

    /// H of `regulator`; 0 for one that isn't there.
    pub fn half_response(&self, regulator: usize) -> f64 {
        self.half_responses.get(regulator).copied().unwrap_or(0.0)
    }
}

/// H of every gene: its mean over cell types, each type counting alike.
pub fn half_responses(dataset: &Dataset) -> Vec<f64> {
    let means = dataset.type_means();
    means.rows().into_iter().map(|row| row.mean().unwrap_or(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Logic, SteadyState, hill};
    use crate::data::kinetics::{Interaction, Kinetics, Rule};

    fn interaction(regulator: usize, strength: f64) -> Interaction {
        Interaction {
            regulator,
            strength,
            hill: 2.0,
        }
    }

    /// 2 ← activator 0 (K = 3, H = 1) and repressor 1 (K = −1, H = 2).
    fn steady_state(logic: Logic) -> SteadyState {
        SteadyState {
            kinetics: Kinetics {
                genes: ["a", "b", "c"].map(str::to_owned).to_vec(),
                rules: vec![
                    Rule::Master(vec![1.0]),
                    Rule::Master(vec![1.0]),
                    Rule::Regulated(vec![interaction(0, 3.0), interaction(1, -1.0)]),
                ],
                types: 1,
            },
            logic,
            decay: 0.5,
            half_responses: vec![1.0, 2.0, 0.0],
        }
    }

    #[test]
    fn a_response_is_half_at_the_half_response() {
        assert_eq!(hill(1.5, 1.5, 3.0), 0.5);
        assert_eq!((hill(0.0, 0.0, 2.0), hill(0.0, 1.0, 2.0)), (0.0, 0.0));
        assert!((interaction(0, -2.0).response(3.0, 1.0) - 0.1).abs() < 1e-12);
    }

    /// a = 1 gives f = 0.5, b = 2 gives 1 − 0.5, b = 0 gives 1.
    #[test]
    fn logic_by_hand() {
        let at = |logic, a: f64, b: f64| steady_state(logic).expression(2, |gene| if gene == 0 { a } else { b });
        assert_eq!(at(Logic::Sum, 1.0, 2.0), Some((1.5 + 0.5) / 0.5));
        assert_eq!(at(Logic::And, 1.0, 2.0), Some(4.0 * 0.25 / 0.5));
        assert_eq!(at(Logic::Or, 1.0, 2.0), Some(4.0 * 0.75 / 0.5));
        // The activator is absent: nothing in `and`, the repressor's absence alone in the others.
        assert_eq!(at(Logic::And, 0.0, 0.0), Some(0.0));
        assert_eq!(at(Logic::Sum, 0.0, 0.0), Some(2.0));
        assert_eq!(at(Logic::Or, 0.0, 0.0), Some(8.0));
        assert_eq!(steady_state(Logic::Or).expression(0, |_| 1.0), None);
    }

    #[test]
    fn names_are_the_words_of_the_language() {
        for name in Logic::NAMES {
            assert_eq!(Logic::named(name).name(), name);
        }
    }
}
