//! What a gene's regulators produce of it at every step.

use crate::data::kinetics::{Interaction, Rule};
use crate::data::langevin::lanes::{Row, WIDTH, spread};
use crate::data::langevin::stepping::BLOCK;
use crate::data::langevin::{Piece, Simulation};
use crate::data::response::Logic;

/// offset + slope·h of one regulator.
pub(super) struct Term<'a> {
    offset: f32,
    slope: f32,
    /// h at every step in every type of the piece.
    responses: &'a [f32],
}

/// Room for what a block of steps produces of one gene.
pub(super) type Joined = [f32; BLOCK * WIDTH];

/// What one step produces of a gene, in one piece of the types.
pub(super) enum Production<'a> {
    /// The same at every step, for each type.
    Constant(Vec<f32>),
    /// base + Σ slope·h.
    Sum { base: f32, terms: Vec<Term<'a>> },
    /// base + scale · Π (offset + slope·h).
    Product {
        base: f32,
        scale: f32,
        terms: Vec<Term<'a>>,
    },
}

impl Simulation<'_> {
    /// How `gene` is produced in `piece`, per step.
    pub(super) fn production(&self, gene: usize, piece: Piece) -> Production<'_> {
        let dt = self.settings.dt;
        let interactions = match &self.kinetics.rules[gene] {
            Rule::Master(rates) => {
                let rate = |kind| rates.get(kind).copied().unwrap_or(0.0);
                return Production::Constant(piece.types().map(|kind| (dt * rate(kind)) as f32).collect());
            }
            Rule::Regulated(interactions) if interactions.is_empty() => {
                return Production::Constant(vec![0.0; piece.types().len()]);
            }
            Rule::Regulated(interactions) => interactions,
        };
        let total = (dt * interactions.iter().map(|i| i.strength.abs()).sum::<f64>()) as f32;
        // f = h for an activator, 1 − h for a repressor; `complement` gives the terms of 1 − f.
        let factors = |complement: bool| {
            let term = |interaction: &Interaction| {
                let (offset, slope) = if interaction.represses() != complement {
                    (1.0, -1.0)
                } else {
                    (0.0, 1.0)
                };
                self.term(interaction, piece, offset, slope)
            };
            interactions.iter().map(term).collect()
        };
        match self.settings.logic {
            // −|K|·h of a repressor stands beside its |K| in the base.
            Logic::Sum => Production::Sum {
                base: (dt * interactions.iter().map(|i| (-i.strength).max(0.0)).sum::<f64>()) as f32,
                terms: interactions
                    .iter()
                    .map(|i| self.term(i, piece, 0.0, (dt * i.strength) as f32))
                    .collect(),
            },
            Logic::And => Production::Product {
                base: 0.0,
                scale: total,
                terms: factors(false),
            },
            Logic::Or => Production::Product {
                base: total,
                scale: -total,
                terms: factors(true),
            },
        }
    }

    fn term(&self, interaction: &Interaction, piece: Piece, offset: f32, slope: f32) -> Term<'_> {
        let mut responses = self.responses[interaction.regulator].iter();
        let of_coefficient = responses.find(|responses| responses.coefficient == interaction.hill);
        let responses = of_coefficient.and_then(|responses| responses.pieces.get(piece.index));
        Term {
            offset,
            slope,
            responses: responses.map_or(&[], Vec::as_slice),
        }
    }

    /// What one unit of time produces where all regulators stand at their means.
    pub(super) fn expected_production(&self, gene: usize, kind: usize) -> f64 {
        match &self.kinetics.rules[gene] {
            Rule::Master(rates) => rates.get(kind).copied().unwrap_or(0.0),
            Rule::Regulated(interactions) => {
                let effect = |interaction: &Interaction| {
                    let mean = self.means[[interaction.regulator, kind]];
                    let response = interaction.response(mean, self.half_response(interaction.regulator));
                    (interaction.strength.abs(), response)
                };
                self.settings.logic.production(interactions.iter().map(effect))
            }
        }
    }
}

impl Production<'_> {
    /// Writes the steps from `start` into `rows`, from lane `first` on, for `types` types. `joined` is scratch.
    #[inline(always)]
    pub fn write(&self, start: usize, first: usize, types: usize, joined: &mut Joined, rows: &mut [Row]) {
        // Step-major as responses are, so that all types of all steps are one long sum.
        let values = &mut joined[..rows.len() * types];
        let from = start * types;
        match self {
            Self::Constant(rates) => values
                .chunks_exact_mut(types)
                .for_each(|step| step.copy_from_slice(rates)),
            Self::Sum { base, terms } => {
                join(values, terms, from, *base, |sum, term, h| sum + term.slope * h);
            }
            Self::Product { base, scale, terms } => {
                join(values, terms, from, 1.0, |product, term, h| {
                    product * (term.offset + term.slope * h)
                });
                values.iter_mut().for_each(|product| *product = base + scale * *product);
            }
        }
        spread(values, types, first, rows);
    }
}

/// Joins terms to `initial`, a few at a time: then few numbers are written twice.
#[inline(always)]
fn join(values: &mut [f32], terms: &[Term], from: usize, initial: f32, join: impl Fn(f32, &Term, f32) -> f32) {
    let (first, others) = terms.split_at(terms.len().min(3));
    join_few(values, first, from, |_| initial, &join);
    for terms in others.chunks(3) {
        join_few(values, terms, from, |joined| joined, &join);
    }
}

/// Joins up to three terms to what `before` makes of each value.
#[inline(always)]
fn join_few<'t>(
    values: &mut [f32],
    terms: &[Term<'t>],
    from: usize,
    before: impl Fn(f32) -> f32,
    join: &impl Fn(f32, &Term, f32) -> f32,
) {
    let count = values.len();
    let responses = |term: &Term<'t>| &term.responses[from..][..count];
    match terms {
        [a] => {
            for (value, f) in values.iter_mut().zip(responses(a)) {
                *value = join(before(*value), a, *f);
            }
        }
        [a, b] => {
            for ((value, f), g) in values.iter_mut().zip(responses(a)).zip(responses(b)) {
                *value = join(join(before(*value), a, *f), b, *g);
            }
        }
        [a, b, c] => {
            let responses = responses(a).iter().zip(responses(b)).zip(responses(c));
            for (value, ((f, g), h)) in values.iter_mut().zip(responses) {
                *value = join(join(join(before(*value), a, *f), b, *g), c, *h);
            }
        }
        _ => {}
    }
}
