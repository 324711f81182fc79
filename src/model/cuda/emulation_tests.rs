//! The kernel, run on the CPU by `emulation.cpp`, against [`PoolResidual`].
#![allow(clippy::unwrap_used)]

use super::layout::numbers;
use super::records::{Best, RECORD};
use super::test_cases::{Case, config};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the kernel was built for a width; `None` where there is no C++ compiler.
fn build(folder: &Path, width: usize) -> Option<PathBuf> {
    let program = folder.join(format!("emulation-{width}"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model/cuda/emulation.cpp");
    let mut compiler = Command::new("c++");
    compiler.args(["-std=c++17", "-O2", "-Wall", "-Werror", "-Wno-unknown-pragmas"]);
    compiler
        .arg(format!("-DGRN_WIDTH={width}"))
        .arg(source)
        .arg("-o")
        .arg(&program);
    let Ok(output) = compiler.output() else {
        println!("skipped: there is no C++ compiler `c++`");
        return None;
    };
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problems}");
    Some(program)
}

impl Case {
    /// The sets, every ψ and the blocks' records for `count` ranks from `first` on.
    fn run(&self, program: &Path, (first, count): (u64, u64), descending: bool) -> (Vec<usize>, Vec<f32>, Vec<f64>) {
        let blocks = 3;
        let shape = &self.shape;
        let weights = shape.weights(&self.weights);
        let tables = shape.tables(&self.weights, &self.target, &self.candidates);
        let numbers = numbers(&self.base, self.size);
        let heads = [
            shape.d,
            shape.heads,
            shape.hidden,
            shape.layers,
            self.base.len(),
            self.size,
        ];
        let lengths = [
            blocks,
            weights.len(),
            tables.len(),
            numbers.len(),
            blocks * shape.scratch(self.size),
        ];
        let mut input: Vec<u8> = Vec::new();
        let mut push = |value: u64| input.extend(value.to_le_bytes());
        heads.iter().for_each(|value| push(*value as u64));
        push(first);
        push(count);
        lengths.iter().for_each(|value| push(*value as u64));
        push(shape.shared_bytes(self.size) as u64);
        push(u64::from(descending));
        [weights, tables]
            .iter()
            .flatten()
            .for_each(|x| input.extend(x.to_le_bytes()));
        numbers.iter().for_each(|x| input.extend(x.to_le_bytes()));
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("input"), folder.path().join("output"));
        std::fs::write(&from, input).unwrap();
        let output = Command::new(program).arg(&from).arg(&to).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let bytes = std::fs::read(&to).unwrap();
        let (sets, rest) = bytes.split_at(count as usize * self.size * 4);
        let (scores, records) = rest.split_at(count as usize * 4);
        let words = |bytes: &[u8]| -> Vec<[u8; 4]> { bytes.chunks_exact(4).map(|x| x.try_into().unwrap()).collect() };
        let sets = words(sets)
            .into_iter()
            .map(|x| i32::from_le_bytes(x) as usize)
            .collect();
        let scores = words(scores).into_iter().map(f32::from_le_bytes).collect();
        let records: Vec<f64> = records
            .chunks_exact(8)
            .map(|x| f64::from_le_bytes(x.try_into().unwrap()))
            .collect();
        assert_eq!(records.len(), blocks * RECORD);
        (sets, scores, records)
    }

    fn check(&self, program: &Path, (first, count): (u64, u64)) {
        let (sets, psi, records) = self.run(program, (first, count), false);
        let ranked: Vec<usize> = (first..first + count).flat_map(|rank| self.set(rank)).collect();
        assert_eq!(sets, ranked);
        let expected = self.expected(&sets);
        let spread = expected.iter().fold(0f32, |most, x| most.max(x.abs()));
        assert!(spread > 0.1, "scores that hardly differ would prove nothing: {spread}");
        for (set, (psi, expected)) in sets.chunks_exact(self.size).zip(psi.iter().zip(&expected)) {
            assert!(
                (psi - expected).abs() <= 2e-5 * spread.max(1.0),
                "{set:?}: {psi} against {expected}"
            );
        }
        let mut best = Best::default();
        best.take(&records);
        assert_eq!(best, self.best(first, &psi));
        let on_cpu = self.best(first, &expected);
        assert!(best.rank == on_cpu.rank || on_cpu.score - on_cpu.runner_up < 4e-5 * f64::from(spread.max(1.0)));
    }
}

#[test]
fn the_kernel_agrees_with_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (config(128, 4, 2, 256), 9, 4),
        (config(128, 4, 1, 256), 12, 2),
        (config(128, 8, 3, 128), 7, 5),
        (config(72, 2, 2, 100), 8, 3),
        (config(64, 4, 2, 128), 10, 3),
        (config(64, 1, 1, 64), 6, 5),
        (config(32, 4, 3, 60), 8, 4),
        (config(12, 3, 2, 20), 10, 8),
        (config(16, 2, 2, 32), 70, 1),
    ];
    for width in [64, 128] {
        let Some(program) = build(folder.path(), width) else {
            return;
        };
        for (config, pool, size) in &cases {
            let case = Case::new(config, *pool, *size);
            if case.shape.width == width {
                case.check(&program, (0, case.sets()));
            }
        }
    }
}

/// Part of a large pool's sets, which begins and ends inside of a block of sets; in both orders of threads, since a
/// barrier that is missing would show in only one of them.
#[test]
fn the_order_of_threads_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    for (width, config) in [(64, config(64, 4, 3, 128)), (128, config(128, 4, 2, 256))] {
        let Some(program) = build(folder.path(), width) else {
            return;
        };
        let case = Case::new(&config, 80, 4);
        let range = (case.sets() - 150, 150);
        case.check(&program, range);
        assert_eq!(case.run(&program, range, false), case.run(&program, range, true));
    }
}

/// Equal candidates give equal scores: the set of the better ranks wins.
#[test]
fn equal_scores_go_to_the_better_base_ranks() {
    let folder = tempfile::tempdir().unwrap();
    let Some(program) = build(folder.path(), 64) else {
        return;
    };
    let mut case = Case::new(&config(16, 2, 2, 32), 8, 3);
    case.base = vec![0.5; 8];
    case.candidates = case.candidates[..16].repeat(8);
    let (_, psi, records) = case.run(&program, (0, case.sets()), false);
    assert!(psi.iter().all(|x| *x == psi[0]));
    let mut best = Best::default();
    best.take(&records);
    assert_eq!((best.rank, best.score), (0, best.runner_up));
}

/// A model that has diverged is reported.
#[test]
fn scores_that_are_not_finite_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let Some(program) = build(folder.path(), 64) else {
        return;
    };
    let mut case = Case::new(&config(16, 2, 2, 32), 8, 3);
    case.weights.head_shift = f32::NAN;
    let (_, _, records) = case.run(&program, (0, case.sets()), false);
    let mut best = Best::default();
    best.take(&records);
    assert!(best.broken);
}
