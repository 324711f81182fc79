//! Scoring all sets of a pool with a function of the user's.

use crate::{count_sets, Candidate, Error, Pools, Role, SetScores, Sets, Target, TargetScores};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many of the pool's best candidates `decode exact` searches by default, by team size R. Teams of other sizes search
/// the whole pool.
pub const DEFAULT_CAPS: [(usize, usize); 3] = [(2, 80), (3, 80), (4, 55)];

/// Sets that a thread scores at a time.
const BLOCK: usize = 16_384;
/// Scores that are kept at most: 8 GB of them.
const MOST: usize = 2_000_000_000;

/// A set of candidates of one target.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    target: &'a Target,
    positions: &'a [usize],
}

impl<'a> Set<'a> {
    /// Its members, better ranks first.
    pub fn members(self) -> impl Iterator<Item = &'a Candidate> {
        self.positions
            .iter()
            .filter_map(move |position| self.target.candidates.get(*position))
    }

    /// The names of its members.
    pub fn names(self) -> impl Iterator<Item = &'a str> {
        self.members().map(|member| member.name.as_str())
    }

    /// The places of its members in the pool, ascending from 0.
    pub fn positions(self) -> &'a [usize] {
        self.positions
    }

    /// Whether this gene is a member.
    pub fn contains(self, name: &str) -> bool {
        self.names().any(|member| member == name)
    }
}

/// Which sets are scored: those of the test targets within [`DEFAULT_CAPS`], unless told otherwise.
#[derive(Clone, Debug)]
pub struct Scoring<'a> {
    pools: &'a Pools,
    caps: Vec<(usize, usize)>,
    with_training: bool,
}

/// A stretch of one target's sets.
struct Block<'a> {
    target: &'a Target,
    pool: usize,
    first: usize,
    scores: &'a mut [f32],
}

impl<'a> Scoring<'a> {
    pub(crate) fn new(pools: &'a Pools) -> Self {
        Self {
            pools,
            caps: DEFAULT_CAPS.to_vec(),
            with_training: false,
        }
    }

    /// For teams of `size`, only the pool's best `candidates`: what `decode exact cap={size: candidates}` searches.
    pub fn cap(mut self, size: usize, candidates: usize) -> Self {
        self.caps.retain(|(known, _)| *known != size);
        self.caps.push((size, candidates));
        self
    }

    /// The whole pool of every target.
    pub fn whole_pools(mut self) -> Self {
        self.caps.clear();
        self
    }

    /// Training targets as well.
    pub fn with_training(mut self) -> Self {
        self.with_training = true;
        self
    }

    /// Calls `score` for every set, from as many threads as the machine has.
    ///
    /// # Errors
    /// A score that isn't a finite number, or more sets than can be kept. A panic of `score` stops all threads and goes on
    /// in the caller.
    pub fn score(&self, score: impl Fn(&Target, Set) -> f32 + Sync) -> Result<SetScores, Error> {
        let mut scores = self.empty()?;
        let threads = thread::available_parallelism().map_or(1, |count| count.get());
        let blocks = Mutex::new(self.blocks(&mut scores).into_iter());
        let stopped = AtomicBool::new(false);
        let first = Mutex::new(None);
        let work = || {
            while !stopped.load(Ordering::Relaxed) {
                let next = blocks.lock().ok().and_then(|mut blocks| blocks.next());
                let Some(block) = next else {
                    return;
                };
                // A panic is handed to the caller: of a scoped thread it would lose its message.
                let filled = catch_unwind(AssertUnwindSafe(|| fill(block, &mut |target, set| score(target, set))));
                if !matches!(filled, Ok(Ok(()))) {
                    stopped.store(true, Ordering::Relaxed);
                    first
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .get_or_insert(filled);
                    return;
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        match first.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(Ok(Err(error))) => Err(error),
            // The panic was told where it happened; this tells it no second time.
            Some(Err(panic)) => resume_unwind(panic),
            Some(Ok(Ok(()))) | None => Ok(scores),
        }
    }

    /// Calls `score` for one set after the other, target by target: for functions that can't be called from several
    /// threads.
    ///
    /// # Errors
    /// As [`Scoring::score`].
    pub fn score_in_order(&self, mut score: impl FnMut(&Target, Set) -> f32) -> Result<SetScores, Error> {
        let mut scores = self.empty()?;
        for block in self.blocks(&mut scores) {
            fill(block, &mut score)?;
        }
        Ok(scores)
    }

    fn targets(&self) -> impl Iterator<Item = &'a Target> + '_ {
        let takes_part = |role| role == Role::Test || (role == Role::Train && self.with_training);
        self.pools
            .targets
            .iter()
            .filter(move |target| takes_part(target.role) && target.size > 0)
    }

    /// How many of the target's candidates are searched.
    fn pool(&self, target: &Target) -> usize {
        let cap = self
            .caps
            .iter()
            .find(|(size, _)| *size == target.size)
            .map_or(usize::MAX, |(_, cap)| *cap);
        cap.min(target.candidates.len())
    }

    fn empty(&self) -> Result<SetScores, Error> {
        let mut left = MOST;
        let targets = self.targets().map(|target| {
            let pool = self.pool(target);
            let count = count_sets(pool, target.size).filter(|count| *count <= left);
            let count = count.ok_or_else(|| {
                let message = format!(
                    "target `{}` brings the sets beyond {MOST}: too many to keep a score of each; \
                     `.scoring().cap({}, …)` scores fewer",
                    target.name, target.size
                );
                Error::new(message)
            })?;
            left -= count;
            Ok(TargetScores {
                name: target.name.clone(),
                size: target.size,
                pool: target
                    .candidates
                    .iter()
                    .take(pool)
                    .map(|candidate| candidate.name.clone())
                    .collect(),
                scores: vec![0.0; count],
            })
        });
        Ok(SetScores {
            targets: targets.collect::<Result<_, Error>>()?,
        })
    }

    fn blocks<'b>(&self, scores: &'b mut SetScores) -> Vec<Block<'b>>
    where
        'a: 'b,
    {
        let targets = self.targets().zip(&mut scores.targets);
        let blocks = targets.flat_map(|(target, scored)| {
            let pool = scored.pool.len();
            let stretches = scored.scores.chunks_mut(BLOCK).enumerate();
            stretches.map(move |(number, scores)| Block {
                target,
                pool,
                first: number * BLOCK,
                scores,
            })
        });
        blocks.collect()
    }
}

fn fill(block: Block, score: &mut dyn FnMut(&Target, Set) -> f32) -> Result<(), Error> {
    let target = block.target;
    let mut sets = Sets::from_rank(block.pool, target.size, block.first);
    for slot in block.scores {
        let Some(positions) = sets.current() else {
            break;
        };
        let set = Set { target, positions };
        *slot = score(target, set);
        if !slot.is_finite() {
            let names: Vec<&str> = set.names().collect();
            let message = format!(
                "the score of {{{}}} for target `{}` is {slot}, expected a finite number",
                names.join(", "),
                target.name
            );
            return Err(Error::new(message));
        }
        sets.advance();
    }
    Ok(())
}
