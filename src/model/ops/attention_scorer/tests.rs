//! The fused loss against the composed one, in both forms of the scorer.
#![allow(clippy::unwrap_used)]

use super::Labels;
use crate::model::attention_pooler::{AttentionPooler, Config, ScorerForm};
use crate::model::gene_encoder;
use crate::model::parameters::Parameters;
use crate::random::Random;
use candle_core::{Device, Tensor};

const GENES: usize = 250;

fn labels(targets: &[u32]) -> Labels {
    let mut random = Random::new(2, "labels");
    let draws = |share: f64, random: &mut Random| -> Vec<f32> {
        let count = targets.len() * GENES;
        (0..count)
            .map(|_| if random.uniform() < share { 1.0 } else { 0.0 })
            .collect()
    };
    Labels {
        genes: GENES,
        values: draws(0.05, &mut random),
        mask: draws(0.9, &mut random),
        positive_weight: 20.0,
        prior: Some((0..targets.len() * GENES).map(|_| random.normal_f32()).collect()),
    }
}

/// Loss and gradients in order of name.
fn loss_and_gradients(form: ScorerForm, targets: &[u32]) -> (f32, Vec<Tensor>) {
    let config = Config {
        encoder: gene_encoder::Config {
            features: 30,
            hidden: 20,
            depth: 1,
            embedding: 24,
            dropout: 0.0,
        },
        heads: 2,
        scorer_hidden: 40,
        dropout: 0.2,
    };
    let parameters = Parameters::new(3, "test");
    let model = AttentionPooler::new(parameters.builder(&Device::Cpu), &config).unwrap();
    let mut random = Random::new(1, "features");
    let features: Vec<f32> = (0..GENES * 30).map(|_| random.normal_f32()).collect();
    let features = Tensor::from_vec(features, (GENES, 30), &Device::Cpu).unwrap();
    let z = model.embed(&features, None).unwrap();
    let index = Tensor::new(targets, &Device::Cpu).unwrap();
    let mask = Some(&mut random);
    let loss = model.loss(&z, &z, &index, form, labels(targets), mask).unwrap();
    let gradients = (&loss * 3.0).unwrap().backward().unwrap();
    let variables = parameters.variables();
    let gradients = variables.iter().map(|v| gradients.get(v).unwrap().clone());
    let gradients = gradients.collect();
    (loss.to_scalar().unwrap(), gradients)
}

#[test]
fn the_fused_loss_and_its_gradients_agree_with_the_literal_ones() {
    // More targets than parts, and a last part that is shorter.
    let targets: Vec<u32> = (0..37).map(|target| target * 3).collect();
    let (expected, literal) = loss_and_gradients(ScorerForm::Literal, &targets);
    let (found, fused) = loss_and_gradients(ScorerForm::Factored, &targets);
    assert!((found - expected).abs() < 1e-5 * expected, "{found} {expected}");
    assert_eq!(fused.len(), literal.len());
    for (found, expected) in fused.iter().zip(&literal) {
        let largest = |x: &Tensor| -> f32 {
            x.abs()
                .unwrap()
                .flatten_all()
                .unwrap()
                .max(0)
                .unwrap()
                .to_scalar()
                .unwrap()
        };
        let (difference, size) = (largest(&(found - expected).unwrap()), largest(expected));
        // The keys' bias cancels in the softmax: its gradient is rounding alone.
        assert!(
            size > 0.0 && difference < 1e-4 * size + 1e-8,
            "{:?}: {difference} of {size}",
            found.dims()
        );
    }
}
