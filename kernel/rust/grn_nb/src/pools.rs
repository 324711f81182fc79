//! Candidate pools: what `retrieve` gives, target by target.

use crate::scoring::Set;
use crate::{Error, Frame, Ranking, Scoring, SetScores};

/// For every gene, its best candidate regulators: from a frame of pools, or of anything made from pools.
#[derive(Clone, Debug, PartialEq)]
pub struct Pools {
    /// The method that ranked, for instance `attn`.
    pub method: String,
    /// One entry a gene, in the data set's order.
    pub targets: Vec<Target>,
}

/// One gene with its candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The gene.
    pub name: String,
    /// Whether models learn from it or are tested on it.
    pub role: Role,
    /// Its team size R: how many regulators it is known to have; 0 where none is known.
    pub size: usize,
    /// Its candidates, best first.
    pub candidates: Vec<Candidate>,
    /// Its true team.
    pub team: Vec<String>,
}

/// What a target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Models learn from it.
    Train,
    /// Models are tested on it.
    Test,
    /// It takes no part: its team is unknown, or of a size that the split leaves out.
    None,
}

/// A candidate regulator with its score of Stage 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The gene.
    pub name: String,
    /// Its score as a regulator of the target.
    pub score: f32,
}

impl Frame {
    /// The frame as pools.
    ///
    /// # Errors
    /// A frame that holds none.
    pub fn pools(&self) -> Result<Pools, Error> {
        let missing = |error: Error| Error::new(format!("a frame of kind `{}` has no pools: {error}", self.kind()));
        let names = self.text("target").map_err(missing)?;
        let regulators = self.text_lists("regulators").map_err(missing)?;
        let scores = self.f32_lists("scores").map_err(missing)?;
        let (roles, sizes) = (self.text("role").map_err(missing)?, self.u32("size").map_err(missing)?);
        let teams = self.text_lists("team").map_err(missing)?;
        let heads = names.iter().zip(roles).zip(sizes);
        let targets = heads.enumerate().map(|(row, ((name, role), size))| Target {
            name: name.clone(),
            role: match role.as_str() {
                "train" => Role::Train,
                "test" => Role::Test,
                _ => Role::None,
            },
            size: *size as usize,
            candidates: candidates(regulators.row(row), scores.row(row)),
            team: teams.row(row).to_vec(),
        });
        Ok(Pools {
            method: self.attribute("method").unwrap_or_default().to_owned(),
            targets: targets.collect(),
        })
    }
}

fn candidates(names: &[String], scores: &[f32]) -> Vec<Candidate> {
    let pairs = names.iter().cloned().zip(scores.iter().copied());
    pairs.map(|(name, score)| Candidate { name, score }).collect()
}

impl Pools {
    /// The target of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn target(&self, name: &str) -> Result<&Target, Error> {
        let found = self.targets.iter().find(|target| target.name == name);
        found.ok_or_else(|| Error::new(format!("the pools have no target `{name}`")))
    }

    /// The targets that models learn from.
    pub fn train(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.role == Role::Train)
    }

    /// The targets that models are tested on.
    pub fn test(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.role == Role::Test)
    }

    /// Scores every candidate of every target anew.
    pub fn rank(&self, mut score: impl FnMut(&Target, &Candidate) -> f32) -> Ranking {
        let mut ranking = Ranking::new();
        for target in &self.targets {
            let scores = target
                .candidates
                .iter()
                .map(|candidate| (candidate.name.clone(), score(target, candidate)));
            ranking.add(target.name.as_str(), scores);
        }
        ranking
    }

    /// Scores all sets of R candidates for every test target, R being the target's own. The sets are those that
    /// `decode exact` searches by default, see [`DEFAULT_CAPS`](crate::DEFAULT_CAPS); [`Pools::scoring`] has other ways.
    /// `score` is called from several threads.
    ///
    /// # Errors
    /// A score that isn't a finite number, or too many sets.
    pub fn score_sets(&self, score: impl Fn(&Target, Set) -> f32 + Sync) -> Result<SetScores, Error> {
        self.scoring().score(score)
    }

    /// Scores sets with choices: which targets, how much of each pool.
    pub fn scoring(&self) -> Scoring<'_> {
        Scoring::new(self)
    }
}

impl Target {
    /// Whether the pool holds the whole true team.
    pub fn is_covered(&self) -> bool {
        let holds = |member: &String| self.candidates.iter().any(|candidate| candidate.name == *member);
        self.size > 0 && self.team.iter().all(holds)
    }
}
