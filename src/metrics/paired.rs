//! Two methods on the same targets: exact tests of whether one is ahead.

use std::collections::BTreeMap;

/// What two methods did on the same trials, a trial being one target in one replicate.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Paired {
    /// Trials.
    pub n: usize,
    /// Trials that both got right.
    pub both: usize,
    /// Trials that only the first got right.
    pub first: usize,
    /// Trials that only the second got right.
    pub second: usize,
    /// Distinct targets among the trials.
    pub targets: usize,
    /// For each target on which the two differ in sum over its trials, how often more the first was right.
    net: Vec<i64>,
}

impl Paired {
    /// Counts trials of (target, first is right, second is right). A target may have several trials.
    pub fn of(trials: impl IntoIterator<Item = (usize, bool, bool)>) -> Self {
        let mut paired = Self::default();
        let mut net: BTreeMap<usize, i64> = BTreeMap::new();
        for (target, first, second) in trials {
            paired.n += 1;
            paired.both += usize::from(first && second);
            paired.first += usize::from(first && !second);
            paired.second += usize::from(second && !first);
            *net.entry(target).or_default() += i64::from(first) - i64::from(second);
        }
        paired.targets = net.len();
        paired.net = net.into_values().filter(|net| *net != 0).collect();
        paired
    }

    /// Trials on which the two differ: all that a paired test looks at.
    pub fn discordant(&self) -> usize {
        self.first + self.second
    }

    /// The share of the first minus that of the second; `None` without trials.
    pub fn difference(&self) -> Option<f64> {
        (self.n > 0).then(|| (self.first as f64 - self.second as f64) / self.n as f64)
    }

    /// McNemar's exact test, two-sided: how probable a split of the discordant trials at least as uneven is where both
    /// methods are equally good. Takes all trials for independent.
    pub fn mcnemar(&self) -> f64 {
        let n = self.discordant();
        let factorials = LogFactorials::up_to(n);
        let at_most = self.first.min(self.second);
        let log_half = -(n as f64) * std::f64::consts::LN_2;
        let tail: f64 = (0..=at_most).map(|k| (factorials.choose(n, k) + log_half).exp()).sum();
        (2.0 * tail).min(1.0)
    }

    /// The exact sign-flip test over targets, two-sided: all trials of a target keep together, and which method is
    /// called first is drawn anew for each target. Equals [`Paired::mcnemar`] where each target has one trial.
    pub fn by_target(&self) -> f64 {
        let observed = self.net.iter().sum::<i64>().unsigned_abs() as usize;
        let largest: usize = self.net.iter().map(|net| net.unsigned_abs() as usize).sum();
        // `chance[s + largest]`: the probability that the signed sum is s.
        let mut chance = vec![0.0; 2 * largest + 1];
        chance[largest] = 1.0;
        let mut reached = 0;
        for net in &self.net {
            let step = net.unsigned_abs() as usize;
            let mut next = vec![0.0; chance.len()];
            for (place, probability) in chance.iter().enumerate().skip(largest - reached).take(2 * reached + 1) {
                for place in [place + step, place - step] {
                    next[place] += 0.5 * probability;
                }
            }
            chance = next;
            reached += step;
        }
        let tail: f64 = chance.iter().skip(largest + observed).sum();
        match observed {
            0 => 1.0,
            _ => (2.0 * tail).min(1.0),
        }
    }

    /// Whether so few targets differ that no outcome could have had p < 0.05.
    pub fn is_hopeless(&self) -> bool {
        self.net.len() < FEWEST_DIFFERING
    }
}

/// With fewer differing trials than this, even if all speak for one method, McNemar's p is above 0.05: 2·½⁶ = 0.031.
pub const FEWEST_DIFFERING: usize = 6;

/// Fisher's exact test, two-sided, of whether `successes.0` of `trials.0` and `successes.1` of `trials.1` have one
/// rate: the sum over all tables with these margins that are no more probable than the one found.
pub fn fisher(successes: (usize, usize), trials: (usize, usize)) -> f64 {
    let (all, right) = (trials.0 + trials.1, successes.0 + successes.1);
    let factorials = LogFactorials::up_to(all);
    let log_chance = |first: usize| {
        factorials.choose(trials.0, first) + factorials.choose(trials.1, right - first) - factorials.choose(all, right)
    };
    let found = log_chance(successes.0.min(trials.0).min(right));
    let possible = right.saturating_sub(trials.1)..=right.min(trials.0);
    // Tables as probable as the one found differ from it by rounding.
    let sum: f64 = possible
        .map(log_chance)
        .filter(|&chance| chance <= found + 1e-7)
        .map(f64::exp)
        .sum();
    sum.min(1.0)
}

/// ln 0!, ln 1!, …
struct LogFactorials(Vec<f64>);

impl LogFactorials {
    fn up_to(n: usize) -> Self {
        let mut sum = 0.0;
        let logs = (1..=n).map(|k| {
            sum += (k as f64).ln();
            sum
        });
        Self(std::iter::once(0.0).chain(logs).collect())
    }

    /// The logarithm of the number of ways to choose k of n.
    fn choose(&self, n: usize, k: usize) -> f64 {
        self.0[n] - self.0[k] - self.0[n - k]
    }
}

#[cfg(test)]
mod tests {
    use super::{Paired, fisher};
    use proptest::prelude::*;

    const MCNEMAR: [(usize, usize, f64); 7] = [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (3, 9, 0.145_996_093_75),
        (5, 5, 1.0),
        (12, 4, 0.076_812_744_140_625),
        (60, 31, 0.003_112_689_848_393_76),
        (700, 800, 0.010_559_255_466_711_506),
    ];

    type Counts = (usize, usize);

    const FISHER: [(Counts, Counts, f64); 6] = [
        ((81, 0), (138, 33), 3.647_367_345_250_606_4e-11),
        ((67, 3), (97, 20), 9.525_358_336_690_83e-6),
        ((1, 11), (9, 12), 0.000_370_836_593_746_810_44),
        ((0, 0), (5, 6), 1.0),
        ((5, 2), (5, 2), 1.0),
        ((300, 60), (400, 100), 0.004_026_992_110_836_577),
    ];

    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-9 * expected.max(1e-3),
            "{found} {expected}"
        );
    }

    fn discordant(first: usize, second: usize) -> Paired {
        let trials = (0..first + second).map(|trial| (trial, trial < first, trial >= first));
        Paired::of(trials.chain([(1000, true, true), (1001, false, false)]))
    }

    #[test]
    fn counts_by_hand() {
        let paired = Paired::of([(7, true, false), (7, true, true), (8, false, true), (9, false, false)]);
        assert_eq!((paired.n, paired.targets, paired.both), (4, 3, 1));
        assert_eq!((paired.first, paired.second, paired.discordant()), (1, 1, 2));
        assert_eq!(paired.difference(), Some(0.0));
        assert_eq!(Paired::default().difference(), None);
    }

    /// `scipy.stats.binomtest(first, first + second).pvalue`, scipy 1.17.
    #[test]
    fn mcnemar_agrees_with_the_binomial_test() {
        for (first, second, expected) in MCNEMAR {
            let paired = discordant(first, second);
            close(paired.mcnemar(), expected);
            close(discordant(second, first).mcnemar(), expected);
            close(paired.by_target(), expected);
        }
    }

    /// `scipy.stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue`, scipy 1.17.
    #[test]
    fn fisher_agrees_with_scipy() {
        for (successes, trials, expected) in FISHER {
            close(fisher(successes, trials), expected);
        }
    }

    #[test]
    fn six_differing_targets_can_decide_five_cannot() {
        assert!(discordant(6, 0).mcnemar() < 0.05 && !discordant(6, 0).is_hopeless());
        assert!(discordant(5, 0).mcnemar() > 0.05 && discordant(5, 0).is_hopeless());
    }

    /// Three targets, each tested by three seeds with the same outcome, are three observations, not nine.
    #[test]
    fn replicates_of_a_target_keep_together() {
        let trials = (0..9).map(|trial| (trial / 3, true, false));
        let paired = Paired::of(trials);
        close(paired.mcnemar(), 2.0 / 512.0);
        close(paired.by_target(), 2.0 / 8.0);
    }

    /// The sign-flip test by trying all signs.
    fn by_brute_force(nets: &[i64]) -> f64 {
        let observed = nets.iter().sum::<i64>().abs();
        let flips = 1_u32 << nets.len();
        let sum = |signs: u32| -> i64 {
            let signed = nets.iter().enumerate();
            signed
                .map(|(bit, net)| if signs >> bit & 1 == 1 { *net } else { -net })
                .sum()
        };
        let extreme = (0..flips).filter(|&signs| sum(signs).abs() >= observed).count();
        extreme as f64 / f64::from(flips)
    }

    proptest! {
        #[test]
        fn sign_flips_are_all_counted(nets in prop::collection::vec(-3_i64..4, 0..9)) {
            let trials = nets.iter().enumerate().flat_map(|(target, net)| {
                (0..net.unsigned_abs()).map(move |_| (target, *net > 0, *net < 0))
            });
            let paired = Paired::of(trials);
            prop_assert!((paired.by_target() - by_brute_force(&nets)).abs() < 1e-12);
        }
    }
}
