//! Simulations of small networks.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::data::kinetics::{Interaction, Rule};
use crate::engine::context::alone;
use crate::lang::arguments::Arguments;

fn settings(amplitude: f64) -> Settings {
    Settings {
        logic: Logic::Sum,
        cells: 40,
        sampling_state: 15,
        decay: 0.8,
        noise: Noise::Dpd,
        amplitude,
        dt: 0.01,
        seed: 3,
    }
}

fn regulated(interactions: &[(usize, f64, f64)]) -> Rule {
    let interaction = |&(regulator, strength, hill)| Interaction {
        regulator,
        strength,
        hill,
    };
    Rule::Regulated(interactions.iter().map(interaction).collect())
}

/// `copies` genes like the last of `rules` behind them, in two types.
fn kinetics(mut rules: Vec<Rule>, copies: usize) -> Kinetics {
    let last = rules.last().cloned();
    rules.extend(last.into_iter().cycle().take(copies));
    Kinetics {
        genes: (0..rules.len()).map(|gene| gene.to_string()).collect(),
        rules,
        types: 2,
    }
}

fn simulated(kinetics: &Kinetics, amplitude: f64) -> Array2<f32> {
    alone(&Arguments::default(), |context| {
        simulate(kinetics, &settings(amplitude), context)
    })
    .unwrap()
}

#[test]
fn targets_may_respond_with_different_coefficients() {
    let masters = [vec![1.0, 3.0], vec![2.0, 0.5]].map(Rule::Master);
    let targets = [&[(0, 2.0, 1.0), (1, -3.0, 2.0)][..], &[(0, 2.0, 3.0)]].map(regulated);
    let kinetics = kinetics(masters.into_iter().chain(targets).collect(), 0);
    let found = simulated(&kinetics, 0.0);
    let means = |gene: usize| [f64::from(found[[gene, 0]]), f64::from(found[[gene, 79]])];
    for gene in [2, 3] {
        for kind in [0, 1] {
            let response = |i: &Interaction| {
                let mean = means(i.regulator);
                (i.strength.abs(), i.response(mean[kind], (mean[0] + mean[1]) / 2.0))
            };
            let expected = Logic::Sum.production(kinetics.interactions(gene).iter().map(response)) / 0.8;
            let found = means(gene)[kind];
            assert!(
                (found - expected).abs() < 1e-4,
                "gene {gene}, type {kind}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn a_gene_is_the_same_in_any_company() {
    let rules = || vec![Rule::Master(vec![1.0, 3.0]), regulated(&[(0, 2.0, 2.0)])];
    let (few, many) = (
        simulated(&kinetics(rules(), 1), 1.0),
        simulated(&kinetics(rules(), 150), 1.0),
    );
    assert_eq!(few, many.slice(ndarray::s![..3, ..]));
    assert_ne!(many.row(1), many.row(2));
}
