//! How long 6.5 million set scores take, as on SERGIO DS3 with R = 4: 19 targets, the best 55 candidates of each.
//! `cargo run --release -p grn_nb --example put_set_scores [PATH]` writes the file and reads it back.

use grn_nb::{Candidate, Error, Frame, Pools, Role, Target};
use std::time::Instant;

fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "sets.grn-columns".to_owned());
    let candidate = |number: usize| Candidate {
        name: number.to_string(),
        score: 1.0 / (number + 1) as f32,
    };
    let target = |number: usize| Target {
        name: (1100 + number).to_string(),
        role: Role::Test,
        size: 4,
        candidates: (0..80).map(candidate).collect(),
        team: Vec::new(),
    };
    let pools = Pools {
        method: "attn".to_owned(),
        targets: (0..19).map(target).collect(),
    };
    let started = Instant::now();
    let scores = pools.score_sets(|_, set| set.members().map(|member| member.score).sum())?;
    let (count, scored) = (scores.count(), started.elapsed());
    let started = Instant::now();
    Frame::from(scores).write(&path)?;
    let written = started.elapsed();
    let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
    let started = Instant::now();
    let rows = Frame::read(&path)?.rows();
    let read = started.elapsed();
    println!(
        "{count} sets of {rows} targets: scored in {scored:?}, written in {written:?}, read in {read:?}, {bytes} bytes"
    );
    Ok(())
}
