//! Genes that are simulated side by side: the lanes of a group are their cell types, one gene after the other.

use crate::data::langevin::production::{Joined, Production};
use crate::data::langevin::stepping::{BLOCK, Drawn, Equation, LANES, Row, WIDTH};
use crate::data::langevin::{Piece, Simulation};
use crate::interruption::Watch;
use crate::random::streams::Streams;
use crate::vectorised::vectorised;
use std::ops::Range;

/// Steps of one group's turn: what all regulators of a large network respond in them fits the second cache.
const TURN: usize = 4 * BLOCK;

/// A gene in one piece of the types.
pub(super) struct Member<'e> {
    pub gene: usize,
    pub piece: Piece,
    /// (types × cells) of the piece: the levels that cells are seen at.
    pub cells: &'e mut [f32],
    /// Of a regulator: its level at every step in every type, step-major, and a register's width more.
    pub levels: Vec<f32>,
}

/// A group under way.
struct Running<'g, 'e> {
    members: &'g mut [Member<'e>],
    piece: Piece,
    productions: Vec<Production<'g>>,
    /// Where the next step begins.
    levels: [f32; LANES],
    streams: [Streams<WIDTH>; LANES / WIDTH],
    /// All lanes at every step at which a cell is seen.
    seen: Vec<[f32; LANES]>,
}

/// What steps are taken in.
struct Desk {
    rows: [Row; BLOCK],
    joined: Joined,
    drawn: Drawn,
}

impl Simulation<'_> {
    /// Simulates groups of members that share their piece and fit the lanes. The groups take turns, so that responses stay
    /// in the second cache until all have read them. Leaves off when it is to stop.
    pub(super) fn run(&self, groups: &mut [Vec<Member>], watch: &Watch) {
        let equation = Equation::new(self.settings);
        let mut desk = Desk {
            rows: [[0.0; LANES + WIDTH]; BLOCK],
            joined: [0.0; BLOCK * LANES + WIDTH],
            drawn: [[0.0; LANES]; BLOCK],
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
        running.iter_mut().for_each(|group| group.place_cells(&self.sampled));
    }

    fn begin<'g, 'e>(&'g self, members: &'g mut [Member<'e>]) -> Option<Running<'g, 'e>> {
        let piece = members.first()?.piece;
        for member in members.iter_mut() {
            if !self.coefficients[member.gene].is_empty() {
                member.levels = vec![0.0; self.settings.steps() * piece.len() + WIDTH];
            }
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
    fn first_levels(&self, members: &[Member], piece: Piece) -> [f32; LANES] {
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
        let state = |lane: usize| {
            let run = members.get(lane / piece.len()).map(|member| {
                let kind = piece.first + lane % piece.len();
                member.gene * self.kinetics.types + kind
            });
            // Lanes without a gene draw for nobody.
            run.map_or([1; 4], |run| self.noise.quadruple(run as u64))
        };
        std::array::from_fn(|part| Streams::new(|lane| state(part * WIDTH + lane)))
    }
}

impl Running<'_, '_> {
    /// At most a block of steps.
    fn steps(&mut self, equation: &Equation, steps: Range<usize>, sampled: &[(usize, usize)], desk: &mut Desk) {
        let types = self.piece.len();
        let Desk { rows, joined, drawn } = desk;
        let rows = &mut rows[..steps.len()];
        vectorised(
            #[inline(always)]
            || {
                for (index, production) in self.productions.iter().enumerate() {
                    production.write(steps.start, index * types, types, joined, rows);
                }
                equation.advance(&mut self.levels, &mut self.streams, drawn, rows);
            },
        );
        let first = sampled.partition_point(|(step, _)| *step < steps.start);
        for (step, _) in sampled[first..].iter().take_while(|(step, _)| *step < steps.end) {
            self.seen.extend(rows[step - steps.start].first_chunk::<LANES>());
        }
        for (index, member) in self.members.iter_mut().enumerate() {
            member.take(steps.start, index * types, rows);
        }
    }

    /// Puts what was seen, in the order of steps, where each cell belongs.
    fn place_cells(&mut self, sampled: &[(usize, usize)]) {
        let types = self.piece.len();
        for (index, member) in self.members.iter_mut().enumerate() {
            let cells = sampled.len();
            for ((_, cell), seen) in sampled.iter().zip(&self.seen) {
                for (kind, level) in seen[index * types..][..types].iter().enumerate() {
                    member.cells[kind * cells + cell] = *level;
                }
            }
        }
    }
}

impl Member<'_> {
    /// A regulator keeps all its levels, from lane `first` on, at the steps from `start`.
    fn take(&mut self, start: usize, first: usize, rows: &[Row]) {
        if self.levels.is_empty() {
            return;
        }
        // Whole registers: what stands behind the last type gives way to the next step.
        let types = self.piece.len();
        for (step, row) in rows.iter().enumerate() {
            for from in (0..types).step_by(WIDTH) {
                let place = (start + step) * types + from;
                self.levels[place..][..WIDTH].copy_from_slice(&row[first + from..][..WIDTH]);
            }
        }
    }
}
