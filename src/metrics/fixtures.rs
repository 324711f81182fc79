//! A data set of ten genes, small enough to count by hand.

use crate::data::dataset::Dataset;
use crate::data::network::Network;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use ndarray::Array2;
use std::sync::Arc;

/// Genes 0–3 regulate; training targets 4 ← {0, 1}, 5 ← {1, 2}, 6 ← {0, 1, 2}; test targets 7 ← {0, 1} (its team is
/// seen in training), 8 ← {1, 3} (novel), 9 ← {0, 1, 2} (seen).
pub fn split() -> Split {
    let mut teams = vec![Vec::new(); 4];
    teams.extend([
        vec![0, 1],
        vec![1, 2],
        vec![0, 1, 2],
        vec![0, 1],
        vec![1, 3],
        vec![0, 1, 2],
    ]);
    let dataset = Dataset {
        name: "hand".to_owned(),
        genes: (0..10).map(|g| format!("g{g}")).collect(),
        expression: Arc::new(Array2::zeros((10, 4))),
        cell_types: vec![0, 0, 1, 1],
        network: Arc::new(Network::new(teams)),
        tf_list: None,
        steady_state: None,
        features: None,
    };
    Split {
        dataset: Arc::new(dataset),
        method: "stratified",
        seed: 42,
        sizes: vec![2, 3],
        train: vec![4, 5, 6],
        test: vec![7, 8, 9],
        validation: false,
    }
}

/// Pools of four: 7 covered at depth 2, 8 at depth 4, 9 never.
pub fn pools() -> Pools {
    let mut ranked = vec![vec![0, 1, 2, 3]; 10];
    ranked[0] = vec![1, 2, 3, 4];
    ranked[7] = vec![1, 0, 2, 3];
    ranked[8] = vec![1, 0, 2, 3];
    ranked[9] = vec![0, 1, 4, 3];
    Pools {
        split: Arc::new(split()),
        method: "attn".to_owned(),
        k: 4,
        scores: vec![vec![4.0, 3.0, 2.0, 1.0]; 10],
        ranked,
        training: TrainingCurve {
            name: "retrieve attn".to_owned(),
            loss: vec![0.9, 0.5, 0.25],
        },
    }
}

/// Predictions with cap 3: 7 exact, 8 wrong (not covered at 3), 9 wrong.
pub fn teams() -> Teams {
    let prediction = |target, size, team: &[usize], covered| Prediction {
        target,
        size,
        cap: 3,
        team: team.to_vec(),
        score: 1.5,
        runner_up: Some(1.25),
        covered: Some(covered),
    };
    Teams {
        pools: Arc::new(pools()),
        scorer: "pairs2".to_owned(),
        decoder: "exact".to_owned(),
        predictions: vec![
            prediction(7, 2, &[0, 1], true),
            prediction(8, 2, &[0, 1], false),
            prediction(9, 3, &[0, 1, 4], false),
        ],
        search: SearchStatistics {
            scored: 7,
            excluded: 0,
            certified: true,
            gap: None,
        },
        training: TrainingCurve::default(),
    }
}
