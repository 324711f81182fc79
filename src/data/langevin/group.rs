//! Genes that are simulated side by side: the lanes of a group are their cell types, one gene after the other.

use crate::data::langevin::lanes::{LANES, Row, WIDTH, gather};
use crate::data::langevin::production::{Joined, Production};
use crate::data::langevin::stepping::{BLOCK, Equation, Words};
use crate::data::langevin::{Piece, Simulation};
use crate::interruption::Watch;
use crate::random::streams::{Fluctuation, Streams};
use crate::vectorised::vectorised;
use std::ops::Range;

/// Steps of one group's turn: what all regulators of a large network respond in them fits the second cache.
const TURN: usize = 2 * BLOCK;

/// A gene in one piece of the types.
pub(super) struct Member<'e> {
    pub gene: usize,
    pub piece: Piece,
    /// (types × cells) of the piece: the levels that cells are seen at.
    pub cells: &'e mut [f32],
    /// Of a regulator: its level at every step in every type, step-major.
    pub levels: Option<Vec<f32>>,
}

/// A group under way. Its lanes begin at the line of a cache, so that no register reaches into two.
#[repr(C, align(64))]
struct Running<'g, 'e> {
    /// Where the next step begins.
    levels: Row,
    streams: [Streams<WIDTH>; LANES / WIDTH],
    members: &'g mut [Member<'e>],
    piece: Piece,
    productions: Vec<Production<'g>>,
    /// All lanes at every step at which a cell is seen.
    seen: Vec<Row>,
}

/// What steps are taken in, on lines of the cache as well.
#[repr(C, align(64))]
struct Desk {
    rows: [Row; BLOCK],
    joined: Joined,
    words: Words,
}

impl Simulation<'_> {
    /// Simulates groups of members that share their piece and fit the lanes. The groups take turns, so that responses stay
    /// in the second cache until all have read them. Leaves off when it is to stop.
    pub(super) fn run(&self, groups: &mut [Vec<Member>], watch: &Watch) {
        let equation = Equation::new(self.settings);
        let mut desk = Desk {
            rows: [[0.0; LANES]; BLOCK],
            joined: [0.0; BLOCK * WIDTH],
            words: [[0; LANES]; BLOCK / Fluctuation::PER_WORD],
        };
        let mut running: Vec<Running> = groups.iter_mut().filter_map(|members| self.begin(members)).collect();
        let steps = self.settings.steps();
        for turn in (0..steps).step_by(TURN) {
            for group in &mut running {
                for start in (turn..steps.min(turn + TURN)).step_by(BLOCK) {
                    if watch.is_requested() {
                        return;
                    }
                    group.steps(&equation, start..steps.min(start + BLOCK), &self.sampled, &mut desk);
                }
            }
        }
        running.iter_mut().for_each(|group| group.place_cells(&self.ranks));
    }

    fn begin<'g, 'e>(&'g self, members: &'g mut [Member<'e>]) -> Option<Running<'g, 'e>> {
        let piece = members.first()?.piece;
        for member in members.iter_mut() {
            let regulates = !self.coefficients[member.gene].is_empty();
            member.levels = regulates.then(|| Vec::with_capacity(self.settings.steps() * piece.len()));
        }
        Some(Running {
            piece,
            productions: members.iter().map(|m| self.production(m.gene, piece)).collect(),
            levels: self.first_levels(members, piece),
            streams: self.streams(members, piece),
            seen: Vec::with_capacity(self.sampled.len()),
            members,
        })
    }

    /// Every gene begins at its expected steady state.
    fn first_levels(&self, members: &[Member], piece: Piece) -> Row {
        let mut levels = [0.0; LANES];
        let runs = members
            .iter()
            .flat_map(|m| piece.types().map(move |kind| (m.gene, kind)));
        for (level, (gene, kind)) in levels.iter_mut().zip(runs) {
            *level = (self.expected_production(gene, kind) / self.settings.decay) as f32;
        }
        levels
    }

    /// Each gene has its own stream of noise in each type, so that neither threads nor neighbours matter.
    fn streams(&self, members: &[Member], piece: Piece) -> [Streams<WIDTH>; LANES / WIDTH] {
        let runs = members.iter().flat_map(|member| {
            let first = (member.gene * self.kinetics.types + piece.first) as u64;
            self.noise.quadruples(first..first + piece.len() as u64)
        });
        let states: Vec<[u32; 4]> = runs.collect();
        // Lanes without a gene draw for nobody.
        let state = |lane: usize| states.get(lane).copied().unwrap_or([1; 4]);
        std::array::from_fn(|part| Streams::new(|lane| state(part * WIDTH + lane)))
    }
}

impl Running<'_, '_> {
    /// At most a block of steps.
    fn steps(&mut self, equation: &Equation, steps: Range<usize>, sampled: &[usize], desk: &mut Desk) {
        let types = self.piece.len();
        let Desk { rows, joined, words } = desk;
        let rows = &mut rows[..steps.len()];
        vectorised(
            #[inline(always)]
            || {
                for (index, production) in self.productions.iter().enumerate() {
                    production.write(steps.start, index * types, types, joined, rows);
                }
                equation.advance(&mut self.levels, &mut self.streams, words, rows);
            },
        );
        let first = sampled.partition_point(|step| *step < steps.start);
        for step in sampled[first..].iter().take_while(|step| **step < steps.end) {
            self.seen.push(rows[step - steps.start]);
        }
        for (index, member) in self.members.iter_mut().enumerate() {
            member.take(index * types, rows);
        }
    }

    /// Puts what was seen, in the order of steps, where each cell belongs. Written in the order of memory: what is read out of
    /// order is small.
    fn place_cells(&mut self, ranks: &[usize]) {
        let types = self.piece.len();
        for (index, member) in self.members.iter_mut().enumerate() {
            for (kind, cells) in member.cells.chunks_mut(ranks.len().max(1)).enumerate() {
                let lane = index * types + kind;
                for (level, rank) in cells.iter_mut().zip(ranks) {
                    *level = self.seen[*rank][lane];
                }
            }
        }
    }
}

impl Member<'_> {
    /// A regulator keeps all its levels, from lane `first` on.
    fn take(&mut self, first: usize, rows: &[Row]) {
        if let Some(levels) = &mut self.levels {
            let (types, before) = (self.piece.len(), levels.len());
            levels.resize(before + rows.len() * types, 0.0);
            gather(rows, types, first, &mut levels[before..]);
        }
    }
}
