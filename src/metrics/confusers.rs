//! Confusers: genes that take the place of true regulators.

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::metrics::coverage::depth;
use crate::metrics::exact_match::is_evaluated;
use crate::metrics::popularity::Popularity;

/// How often each gene is a confuser, over evaluated targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusers {
    /// Evaluated targets.
    pub targets: usize,
    /// `confused[g]`: targets of which gene `g` is a confuser.
    pub confused: Vec<usize>,
    /// `members[g]`: targets of which gene `g` is a true regulator.
    pub members: Vec<usize>,
    /// How many training targets each gene regulates.
    pub popularity: Popularity,
}

impl Confusers {
    /// Members of predicted teams that are not in the true team, over evaluated predictions.
    pub fn of_teams(teams: &Teams) -> Self {
        Self::of_teams_for(teams, None)
    }

    /// The same for targets with `size` regulators alone.
    pub fn of_teams_for(teams: &Teams, size: Option<usize>) -> Self {
        let mut confusers = Self::none(&teams.pools.split);
        let evaluated = teams.predictions.iter().filter(|p| is_evaluated(teams, p));
        for prediction in evaluated.filter(|p| size.is_none_or(|size| p.size == size)) {
            confusers.count(&teams.pools.split, prediction.target, &prediction.team);
        }
        confusers
    }

    /// Candidates of test targets that are ranked above the last true regulator and are none; where the pool lacks a
    /// true regulator, all its candidates that are none.
    pub fn of_pools(pools: &Pools) -> Self {
        Self::of_pools_for(pools, None)
    }

    /// The same for targets with `size` regulators alone.
    pub fn of_pools_for(pools: &Pools, size: Option<usize>) -> Self {
        let mut confusers = Self::none(&pools.split);
        for &target in &pools.split.test {
            let ranked = pools.ranked.get(target).map_or(&[][..], Vec::as_slice);
            let team = pools.split.dataset.network.team(target);
            if size.is_some_and(|size| team.len() != size) {
                continue;
            }
            let above = depth(team, ranked).unwrap_or(ranked.len());
            confusers.count(&pools.split, target, ranked.get(..above).unwrap_or(ranked));
        }
        confusers
    }

    fn none(split: &Split) -> Self {
        let genes = split.dataset.gene_count();
        Self {
            targets: 0,
            confused: vec![0; genes],
            members: vec![0; genes],
            popularity: Popularity::of(split),
        }
    }

    fn count(&mut self, split: &Split, target: usize, answered: &[usize]) {
        let team = split.dataset.network.team(target);
        self.targets += 1;
        let wrong = answered.iter().filter(|gene| !team.contains(gene));
        for (genes, counts) in [
            (wrong.copied().collect::<Vec<_>>(), &mut self.confused),
            (team.to_vec(), &mut self.members),
        ] {
            for gene in genes {
                if let Some(count) = counts.get_mut(gene) {
                    *count += 1;
                }
            }
        }
    }

    /// The counts of both together; popularity stays that of the first.
    pub fn pooled(mut self, other: &Self) -> Self {
        self.targets += other.targets;
        for (counts, more) in [
            (&mut self.confused, &other.confused),
            (&mut self.members, &other.members),
        ] {
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        }
        self
    }

    /// The tenth of regulators with the most training targets, at least one; ties by index.
    pub fn hubs(&self) -> Vec<usize> {
        let regulators = (0..self.confused.len()).filter(|&gene| self.popularity.count(gene) > 0);
        let most = regulators.count().div_ceil(10);
        // A target is none of the genes: nothing is left out.
        self.popularity.top(self.confused.len(), most)
    }

    /// The share of hubs in all confusers; `None` where there are none.
    pub fn hub_share(&self) -> Option<f64> {
        self.hub_counts().wrong_share()
    }

    /// The share of hubs in all true members; `None` without targets.
    pub fn true_hub_share(&self) -> Option<f64> {
        self.hub_counts().true_share()
    }

    /// How many confusers and true members are hubs.
    pub fn hub_counts(&self) -> HubCounts {
        let hubs = self.hubs();
        let of_hubs = |counts: &[usize]| hubs.iter().filter_map(|&hub| counts.get(hub)).sum();
        HubCounts {
            wrong: self.confused.iter().sum(),
            wrong_hubs: of_hubs(&self.confused),
            members: self.members.iter().sum(),
            member_hubs: of_hubs(&self.members),
        }
    }

    /// The share of evaluated targets that `gene` confuses; 0 without targets.
    pub fn share(&self, gene: usize) -> f64 {
        let confused = self.confused.get(gene).copied().unwrap_or(0);
        confused as f64 / self.targets.max(1) as f64
    }
}

/// How many confusers and true members are hubs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HubCounts {
    /// Confusers, a gene counted once for each target that it confuses.
    pub wrong: usize,
    /// Hubs among them.
    pub wrong_hubs: usize,
    /// True members, a gene counted once for each of its targets.
    pub members: usize,
    /// Hubs among them.
    pub member_hubs: usize,
}

impl HubCounts {
    /// The counts of both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            wrong: self.wrong + other.wrong,
            wrong_hubs: self.wrong_hubs + other.wrong_hubs,
            members: self.members + other.members,
            member_hubs: self.member_hubs + other.member_hubs,
        }
    }

    /// The share of hubs in all confusers; `None` where there are none.
    pub fn wrong_share(self) -> Option<f64> {
        (self.wrong > 0).then(|| self.wrong_hubs as f64 / self.wrong as f64)
    }

    /// The share of hubs in all true members; `None` without targets.
    pub fn true_share(self) -> Option<f64> {
        (self.members > 0).then(|| self.member_hubs as f64 / self.members as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Confusers;
    use crate::metrics::fixtures;

    /// 7 ← {0, 1} in 1, 0, …: none; 8 ← {1, 3} in 1, 0, 2, 3: 0 and 2; 9 ← {0, 1, 2} lacks 2 in 0, 1, 4, 3: 4 and 3.
    #[test]
    fn pools_by_hand() {
        let confusers = Confusers::of_pools(&fixtures::pools());
        assert_eq!(confusers.targets, 3);
        assert_eq!(confusers.confused, [1, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
        assert_eq!(confusers.members, [2, 3, 1, 1, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn members_of_wrong_teams_count() {
        let mut teams = fixtures::teams();
        teams.predictions.retain(|prediction| prediction.target == 8);
        teams
            .predictions
            .iter_mut()
            .for_each(|prediction| prediction.team = vec![0, 1]);
        let confusers = Confusers::of_teams(&teams);
        assert_eq!(
            (confusers.targets, confusers.confused[0], confusers.confused[1]),
            (1, 1, 0)
        );
        assert_eq!(confusers.share(0), 1.0);
        // The one hub of three regulators is gene 1, with three training targets.
        assert_eq!(confusers.hubs(), [1]);
        assert_eq!(
            (confusers.hub_share(), confusers.true_hub_share()),
            (Some(0.0), Some(0.5))
        );
        let twice = confusers.clone().pooled(&confusers);
        assert_eq!((twice.targets, twice.confused[0], twice.share(0)), (2, 2, 1.0));
    }
}
