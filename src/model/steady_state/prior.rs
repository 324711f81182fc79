//! How plausible a set is as a team, before any expression is seen.

use crate::data::split::Split;
use std::collections::BTreeMap;

/// ln p(S) of the sets of one target's candidates.
pub struct SetPrior {
    /// ln p(S) of training teams, by places of the candidates, ascending.
    known: BTreeMap<Vec<u16>, f32>,
    /// ln of the number of orders of a set, and of the share of targets whose team is new.
    constant: f32,
    /// ln of each candidate's popularity.
    popularity: Vec<f32>,
}

impl SetPrior {
    pub fn of(&self, set: &[u16]) -> f32 {
        self.known.get(set).copied().unwrap_or_else(|| self.of_new(set))
    }

    fn of_new(&self, set: &[u16]) -> f32 {
        let members = set.iter().map(|member| self.popularity[usize::from(*member)]);
        self.constant + members.sum::<f32>()
    }
}

/// A mixture: with the share `known_teams` the team of a training target of the same size, each as often as it is one;
/// otherwise regulators drawn by popularity, how many training targets they regulate. The target itself doesn't count.
pub fn prior(split: &Split, known_teams: f64, target: usize, candidates: &[usize], size: usize) -> SetPrior {
    let network = &split.dataset.network;
    let teams = || {
        split
            .train
            .iter()
            .filter(|other| **other != target)
            .map(|other| network.team(*other))
    };
    let mut regulated: BTreeMap<usize, f64> = BTreeMap::new();
    teams()
        .flatten()
        .for_each(|regulator| *regulated.entry(*regulator).or_default() += 1.0);
    // A regulator of no training target counts as one of half a target.
    let popularity = candidates
        .iter()
        .map(|candidate| 0.5 + regulated.get(candidate).copied().unwrap_or(0.0));
    let popularity: Vec<f64> = popularity.collect();
    let total: f64 = popularity.iter().sum();
    let orders: f64 = (1..=size).map(|factor| (factor as f64).ln()).sum();
    let mut prior = SetPrior {
        known: BTreeMap::new(),
        constant: (orders + (1.0 - known_teams).ln()) as f32,
        popularity: popularity
            .into_iter()
            .map(|count| (count / total).ln() as f32)
            .collect(),
    };
    let places: BTreeMap<usize, u16> = candidates.iter().copied().zip(0..=u16::MAX).collect();
    let mut counts: BTreeMap<Vec<u16>, f64> = BTreeMap::new();
    for team in teams().filter(|team| team.len() == size) {
        let set: Option<Vec<u16>> = team.iter().map(|member| places.get(member).copied()).collect();
        if let Some(mut set) = set {
            set.sort_unstable();
            *counts.entry(set).or_default() += 1.0;
        }
    }
    let of_size = teams().filter(|team| team.len() == size).count() as f64;
    for (set, count) in counts {
        let as_new = f64::from(prior.of_new(&set)).exp();
        let score = (known_teams * count / of_size + as_new).ln() as f32;
        prior.known.insert(set, score);
    }
    prior
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::dataset::Dataset;
    use crate::data::network::Network;
    use ndarray::Array2;
    use std::sync::Arc;

    /// Genes 0 to 3 regulate 4 to 8; all targets but 8 train.
    fn split() -> Split {
        let network = Network::new(vec![
            vec![],
            vec![],
            vec![],
            vec![],
            vec![0, 1],
            vec![0, 1],
            vec![1, 2],
            vec![0, 1, 2],
            vec![2, 3],
        ]);
        let dataset = Dataset {
            name: "small".to_owned(),
            genes: (0..9).map(|gene| gene.to_string()).collect(),
            expression: Arc::new(Array2::zeros((9, 1))),
            cell_types: vec![0],
            network: Arc::new(network),
            tf_list: None,
            steady_state: None,
            features: None,
        };
        Split {
            dataset: Arc::new(dataset),
            method: "stratified",
            seed: 1,
            sizes: vec![2, 3],
            train: vec![4, 5, 6, 7],
            test: vec![8],
            validation: false,
        }
    }

    const POOL: [usize; 4] = [1, 3, 0, 2];

    /// p(S) of all pairs of the pool, by places.
    fn pairs(known_teams: f64, target: usize) -> BTreeMap<[u16; 2], f64> {
        let prior = prior(&split(), known_teams, target, &POOL, 2);
        let sets = (0..4).flat_map(|a| (a + 1..4).map(move |b| [a, b]));
        sets.map(|set| (set, f64::from(prior.of(&set)).exp())).collect()
    }

    #[test]
    fn training_teams_are_as_likely_as_they_are_frequent() {
        let known = pairs(0.9, 8);
        // {1, 0} is two of three teams; 1 regulates four targets, 3 none, 0 three and 2 two: 11 in all with the halves.
        let popular = |a: f64, b: f64| 2.0 * a * b / (11.0 * 11.0);
        assert!((known[&[0, 2]] - (0.6 + 0.1 * popular(4.5, 3.5))).abs() < 1e-5);
        assert!((known[&[0, 3]] - (0.3 + 0.1 * popular(4.5, 2.5))).abs() < 1e-5);
        assert!((known[&[1, 3]] - 0.1 * popular(0.5, 2.5)).abs() < 1e-6);
        assert!(known.values().sum::<f64>() <= 1.0);
    }

    #[test]
    fn a_training_target_does_not_know_its_own_team() {
        let own = pairs(0.9, 6);
        assert!(own[&[0, 3]] < 0.05, "{}", own[&[0, 3]]);
        assert!((own[&[0, 2]] - 0.9).abs() < 0.1);
    }

    #[test]
    fn without_known_teams_popularity_decides() {
        let new = pairs(0.0, 8);
        let best = new.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(set, _)| *set);
        assert_eq!(best, Some([0, 2]));
        assert!((new[&[0, 2]] - 2.0 * 4.5 * 3.5 / 121.0).abs() < 1e-6);
    }
}
