//! Draws a regulatory network that looks like the benchmark's: operon-like teams that several targets share, and hubs.

use crate::data::kinetics::{Interaction, Kinetics, Rule};
use crate::random::Random;
use std::collections::BTreeSet;

/// The largest magnitude of K, and the smallest; SERGIO's authors draw from the same range.
const STRENGTH: (f64, f64) = (1.0, 5.0);
/// Production rates of a master regulator in the types where it is low, and where it is high.
const LOW_RATE: (f64, f64) = (0.2, 1.5);
const HIGH_RATE: (f64, f64) = (2.0, 4.0);
/// How often a new team first takes a regulator that regulates nothing yet.
const UNUSED_FIRST: f64 = 0.5;
/// Attempts to draw a team that isn't there yet.
const ATTEMPTS: usize = 50;

/// What the network is to look like.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkDesign {
    /// All genes.
    pub genes: usize,
    /// Genes that may regulate, masters included.
    pub regulators: usize,
    /// Regulators without regulators of their own, produced at a constant rate in each type.
    pub masters: usize,
    /// Relative frequency of teams of 1, 2, 3, … regulators.
    pub team_mix: Vec<usize>,
    /// Targets that share a team, on average.
    pub repeats: f64,
    /// Exponent a of the popularity 1/rankᵃ of regulators: 0 makes all alike, 1 makes pronounced hubs.
    pub hubs: f64,
    /// The share of repressors.
    pub repressors: f64,
    /// Cell types.
    pub types: usize,
    /// The Hill coefficient of every interaction.
    pub hill: f64,
    /// Draws everything.
    pub seed: u64,
}

/// Draws a network: acyclic, without self-loops, with genes in random order. Every team size has its exact share of the
/// targets, except where a regulator has too few genes above it. `1 ≤ masters ≤ regulators ≤ genes`, and
/// no team is larger than `masters`.
pub fn generate(design: &NetworkDesign) -> Kinetics {
    let mut generator = Generator::new(design);
    let sizes = generator.sizes();
    let teams: Vec<Option<usize>> = (0..design.genes).map(|rank| generator.team_of(rank, &sizes)).collect();
    generator.into_kinetics(&teams)
}

/// A team with the signs that all its targets share.
struct Team {
    /// Ranks of its regulators.
    members: BTreeSet<usize>,
    /// Aligned with `members`: whether each represses.
    represses: Vec<bool>,
    targets: usize,
}

/// Genes are ranks here: masters, then other regulators, then pure targets; nothing regulates a lower rank.
struct Generator<'a> {
    design: &'a NetworkDesign,
    random: Random,
    popularity: Vec<f64>,
    used: Vec<bool>,
    teams: Vec<Team>,
    /// For each size − 1: distinct teams still to open, and targets still to come.
    to_open: Vec<(usize, usize)>,
}

impl<'a> Generator<'a> {
    fn new(design: &'a NetworkDesign) -> Self {
        let mut random = Random::new(design.seed, "simulate sergio: network");
        let mut popularity: Vec<f64> = (1..=design.regulators)
            .map(|rank| (rank as f64).powf(-design.hubs))
            .collect();
        random.shuffle(&mut popularity);
        Self {
            design,
            random,
            popularity,
            used: vec![false; design.regulators],
            teams: Vec::new(),
            to_open: Vec::new(),
        }
    }

    /// The team size of every rank; 0 for masters.
    fn sizes(&mut self) -> Vec<usize> {
        let targets = self.design.genes - self.design.masters;
        let counts = apportion(targets, &self.design.team_mix);
        let distinct = |&count: &usize| ((count as f64 / self.design.repeats).ceil() as usize, count);
        self.to_open = counts.iter().map(distinct).collect();
        let mut sizes: Vec<usize> = Vec::with_capacity(self.design.genes);
        for (i, &count) in counts.iter().enumerate() {
            sizes.extend(std::iter::repeat_n(i + 1, count));
        }
        self.random.shuffle(&mut sizes);
        sizes.splice(0..0, std::iter::repeat_n(0, self.design.masters));
        sizes
    }

    /// Opens or shares a team for the gene of this rank; `None` for masters.
    fn team_of(&mut self, rank: usize, sizes: &[usize]) -> Option<usize> {
        let size = sizes.get(rank).copied().filter(|&size| size > 0)?;
        let (opening, coming) = self.to_open[size - 1];
        let opens = self.random.below(coming.max(1)) < opening;
        self.to_open[size - 1] = (opening - usize::from(opens), coming.saturating_sub(1));
        let shared = if opens { None } else { self.share(rank, size) };
        let team = shared.unwrap_or_else(|| self.open(rank, size));
        self.teams[team].targets += 1;
        Some(team)
    }

    /// A team of this size that may regulate `rank`, likelier the more targets it has.
    fn share(&mut self, rank: usize, size: usize) -> Option<usize> {
        let fits = |team: &Team| team.members.len() == size && team.members.last().is_some_and(|&last| last < rank);
        let weight = |team: &Team| if fits(team) { team.targets as f64 } else { 0.0 };
        let weights: Vec<f64> = self.teams.iter().map(weight).collect();
        weighted(&mut self.random, &weights)
    }

    fn open(&mut self, rank: usize, size: usize) -> usize {
        let mut members = self.draw_members(rank, size);
        for _ in 0..ATTEMPTS {
            if self.teams.iter().all(|team| team.members != members) {
                break;
            }
            members = self.draw_members(rank, size);
        }
        members.iter().for_each(|&member| self.used[member] = true);
        let represses = members
            .iter()
            .map(|_| self.random.uniform() < self.design.repressors)
            .collect();
        self.teams.push(Team {
            members,
            represses,
            targets: 0,
        });
        self.teams.len() - 1
    }

    fn draw_members(&mut self, rank: usize, size: usize) -> BTreeSet<usize> {
        let eligible = rank.min(self.design.regulators);
        let mut weights = self.popularity[..eligible].to_vec();
        let mut members = BTreeSet::new();
        if self.random.uniform() < UNUSED_FIRST {
            let unused: Vec<usize> = (0..eligible).filter(|&regulator| !self.used[regulator]).collect();
            if !unused.is_empty() {
                members.insert(unused[self.random.below(unused.len())]);
            }
        }
        while members.len() < size.min(eligible) {
            members.iter().for_each(|&member| weights[member] = 0.0);
            match weighted(&mut self.random, &weights) {
                Some(member) => members.insert(member),
                None => break,
            };
        }
        members
    }

    fn into_kinetics(mut self, teams: &[Option<usize>]) -> Kinetics {
        let genes = self.design.genes;
        let mut index: Vec<usize> = (0..genes).collect();
        self.random.shuffle(&mut index);
        let mut rules = vec![Rule::Master(Vec::new()); genes];
        for (rank, team) in teams.iter().enumerate() {
            rules[index[rank]] = match team {
                Some(team) => Rule::Regulated(self.interactions(*team, &index)),
                None => Rule::Master(self.rates()),
            };
        }
        let width = genes.saturating_sub(1).to_string().len();
        Kinetics {
            genes: (0..genes).map(|gene| format!("g{gene:0width$}")).collect(),
            rules,
            types: self.design.types,
        }
    }

    fn interactions(&mut self, team: usize, index: &[usize]) -> Vec<Interaction> {
        let team = &self.teams[team];
        let (random, hill) = (&mut self.random, self.design.hill);
        let signed = team.members.iter().zip(&team.represses).map(|(&member, &represses)| {
            let magnitude = between(random, STRENGTH);
            let strength = if represses { -magnitude } else { magnitude };
            Interaction {
                regulator: index[member],
                strength,
                hill,
            }
        });
        signed.collect()
    }

    fn rates(&mut self) -> Vec<f64> {
        let random = &mut self.random;
        let rate = |_| {
            let high = random.uniform() < 0.5;
            between(random, if high { HIGH_RATE } else { LOW_RATE })
        };
        (0..self.design.types).map(rate).collect()
    }
}

/// Shares `total` out in proportion to `mix`, by largest remainder.
fn apportion(total: usize, mix: &[usize]) -> Vec<usize> {
    let sum = mix.iter().sum::<usize>().max(1);
    let mut counts: Vec<usize> = mix.iter().map(|share| total * share / sum).collect();
    let mut order: Vec<usize> = (0..mix.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(total * mix[i] % sum));
    let missing = total - counts.iter().sum::<usize>();
    for &i in order.iter().cycle().take(missing) {
        counts[i] += 1;
    }
    counts
}

fn between(random: &mut Random, (low, high): (f64, f64)) -> f64 {
    low + (high - low) * random.uniform()
}

/// An index drawn in proportion to its weight; `None` where no weight is above 0.
fn weighted(random: &mut Random, weights: &[f64]) -> Option<usize> {
    let mut rest = random.uniform() * weights.iter().sum::<f64>();
    let mut last = None;
    for (i, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        last = Some(i);
        rest -= weight;
        if rest < 0.0 {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::{NetworkDesign, apportion, generate};
    use proptest::prelude::*;

    fn design(genes: usize, regulators: usize, seed: u64) -> NetworkDesign {
        NetworkDesign {
            genes,
            regulators,
            masters: 5.min(regulators),
            team_mix: vec![2, 4, 3, 2],
            repeats: 3.0,
            hubs: 0.8,
            repressors: 0.35,
            types: 4,
            hill: 2.0,
            seed,
        }
    }

    proptest! {
        #[test]
        fn is_acyclic_with_the_wanted_sizes(genes in 30usize..200, regulators in 5usize..30, seed in any::<u64>()) {
            let kinetics = generate(&design(genes, regulators, seed));
            prop_assert!(kinetics.levels().is_ok());
            let network = kinetics.network();
            let found: Vec<usize> = (0..=4).map(|size| network.targets_of_size(size).len()).collect();
            let wanted = apportion(genes - 5, &[2, 4, 3, 2]);
            prop_assert_eq!(found[0], 5);
            prop_assert_eq!(&found[1..], &wanted[..]);
            prop_assert!(network.regulators().len() <= regulators);
        }

        #[test]
        fn shares_add_up(total in 0usize..1000, mix in prop::collection::vec(0usize..50, 1..6)) {
            prop_assume!(mix.iter().any(|&share| share > 0));
            prop_assert_eq!(apportion(total, &mix).iter().sum::<usize>(), total);
        }
    }

    #[test]
    fn targets_share_whole_teams_and_depend_on_the_seed() {
        let network = generate(&design(300, 60, 1)).network();
        let teams: Vec<&[usize]> = network
            .targets_of_size(3)
            .into_iter()
            .map(|t| network.team(t))
            .collect();
        let mut distinct = teams.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(
            distinct.len() * 2 < teams.len() && distinct.len() > 10,
            "{} of {}",
            distinct.len(),
            teams.len()
        );
        assert_eq!(network, generate(&design(300, 60, 1)).network());
        assert_ne!(network, generate(&design(300, 60, 2)).network());
    }
}
