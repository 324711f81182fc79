use super::*;
use crate::model::parameters::Parameters;
use crate::model::pool_residual::{PackedWeights, PoolResidual};
use crate::model::residual_weights::ResidualWeights;
use crate::model::set_transformer::{Config, SetTransformer};
use crate::random::Random;
use crate::stages::decode::scoring::tests::Scrambled;
use candle_core::Device;
use proptest::prelude::*;

proptest! {
    #[test]
    fn bounded_search_agrees_with_scoring_everything(
        mut base in proptest::collection::vec(-2.0f64..2.0, 4..16),
        size in 1usize..5,
        spread in 0.0f32..3.0,
        salt in any::<u64>(),
    ) {
        base.sort_by(|a, b| b.total_cmp(a));
        let residual = Scrambled { size: spread, salt };
        let solve = |bounded| {
            Problem { base: base.clone(), residual: Some(&residual), screen: None, size, bounded }
                .solve(|_| Ok(()))
                .unwrap()
        };
        let (fast, full) = (solve(true), solve(false));
        prop_assert_eq!(&fast.set, &full.set);
        prop_assert_eq!((fast.score, fast.runner_up), (full.score, full.runner_up));
        prop_assert_eq!(full.statistics.excluded, 0);
        let total = count_sets(base.len(), size).unwrap();
        prop_assert_eq!(fast.statistics.scored + fast.statistics.excluded, total);
    }
}

/// Off by up to 0.02 from what it rounds.
struct Rounded(Scrambled);

impl SetResidual for Rounded {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        self.0.score(sets, size, scores);
        for (set, score) in sets.chunks_exact(size).zip(scores) {
            // The first sets, which are scored both ways, are less off.
            let off = if set[0] == 0 { 0.007 } else { 0.02 };
            *score += off * ((set[0] * 7 + set[size - 1]) % 11) as f32 / 5.0 - off;
        }
    }

    fn upper_bound(&self) -> f32 {
        self.0.upper_bound()
    }
}

#[test]
fn rounded_scores_only_choose_what_is_scored_again() {
    let base: Vec<f64> = (0..60).map(|i| -0.02 * f64::from(i)).collect();
    for salt in 0..20 {
        let residual = Scrambled { size: 1.5, salt };
        let screen = Rounded(Scrambled { size: 1.5, salt });
        let solve = |screen| {
            let problem = Problem {
                base: base.clone(),
                residual: Some(&residual),
                screen,
                size: 3,
                bounded: false,
            };
            problem.solve(|_| Ok(())).unwrap()
        };
        let (exact, screened) = (solve(None), solve(Some(&screen as &dyn SetResidual)));
        assert_eq!((&exact.set, exact.score), (&screened.set, screened.score));
        assert!(exact.statistics.certified && !screened.statistics.certified);
    }
}

#[test]
fn hardly_more_sets_are_scored_than_the_bound_leaves() {
    let residual = Scrambled { size: 0.5, salt: 7 };
    for step in [0.2, 0.05, 0.02, 0.01] {
        let problem = Problem {
            base: (0..80).map(|i| 8.0 - step * f64::from(i)).collect(),
            residual: Some(&residual),
            screen: None,
            size: 4,
            bounded: true,
        };
        let found = problem.solve(|_| Ok(())).unwrap();
        let mut subsets = Subsets::new(&problem.base, 4);
        let mut left = 0;
        while subsets.next_above(found.runner_up.unwrap() - 0.5).is_some() {
            left += 1;
        }
        let most = 2 * FIRST_BAND.max(BAND_GROWTH * left) as u64;
        assert!(
            (left as u64..=most).contains(&found.statistics.scored),
            "step {step}: {left} left of {:?}",
            found.statistics
        );
        assert!(found.statistics.certified);
    }
}

/// ψ of random numbers whose weights are so many times as large as they start.
fn random_weights(seed: u64, layers: usize, inner: f32, head: f32) -> PackedWeights {
    let config = Config {
        embedding: 16,
        heads: 2,
        layers,
        feedforward: 24,
        dropout: 0.0,
        starts_at_zero: false,
    };
    let parameters = Parameters::new(seed, "search tests");
    let model = SetTransformer::new(parameters.builder(&Device::Cpu), &config).unwrap();
    let mut weights = ResidualWeights::new(&model).unwrap();
    for layer in &mut weights.layers {
        let maps = [
            &mut layer.query,
            &mut layer.value,
            &mut layer.output,
            &mut layer.expand,
            &mut layer.contract,
        ];
        maps.into_iter()
            .flat_map(|map| &mut map.weight)
            .for_each(|weight| *weight *= inner);
    }
    weights.head.iter_mut().for_each(|weight| *weight *= head);
    PackedWeights::new(weights)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bounded_search_of_a_model_agrees_with_scoring_everything(
        seed in any::<u64>(),
        layers in 1usize..4,
        inner in 0.5f32..6.0,
        head in prop_oneof![Just(0.1f32), Just(1.0), Just(30.0)],
        mut base in proptest::collection::vec(-4.0f64..4.0, 5..24),
        size in 1usize..5,
    ) {
        base.sort_by(|a, b| b.total_cmp(a));
        let weights = random_weights(seed, layers, inner, head);
        let mut random = Random::new(seed, "search tests: embeddings");
        let mut numbers = |count: usize| (0..count).map(|_| random.normal_f32()).collect::<Vec<f32>>();
        let residual = PoolResidual::new(&weights, &numbers(16), &numbers(16 * base.len()));
        let solve = |bounded| {
            Problem { base: base.clone(), residual: Some(&residual), screen: None, size, bounded }
                .solve(|_| Ok(()))
                .unwrap()
        };
        let (fast, full) = (solve(true), solve(false));
        prop_assert_eq!((&fast.set, fast.score, fast.runner_up), (&full.set, full.score, full.runner_up));
        let total = count_sets(base.len(), size).unwrap();
        prop_assert_eq!(fast.statistics.scored + fast.statistics.excluded, total);
        let mut psi = [0.0];
        let best: Vec<u16> = full.set.iter().map(|place| *place as u16).collect();
        residual.score(&best, size, &mut psi);
        prop_assert!(psi[0] <= residual.upper_bound() * (1.0 + 1e-5));
    }
}

#[test]
fn equal_scores_go_to_the_better_base_ranks() {
    let problem = Problem {
        base: vec![1.0; 6],
        residual: None,
        screen: None,
        size: 3,
        bounded: false,
    };
    assert_eq!(problem.solve(|_| Ok(())).unwrap().set, vec![0, 1, 2]);
}
