//! What the machine can do: the two limits that everything else is compared with, measured in the same process.

use crate::bench::measure::{Case, Run, Work, median};
use crate::bench::{Settings, Workload};
use crate::engine::context::RunResult;
use crate::model::matmul::{Matrix, Output, matmul};
use rayon::prelude::*;
use std::time::Instant;

/// Products of single-precision matrices, every thread its own.
pub const GEMM: Workload = Workload {
    name: "gemm",
    summary: "Products of single-precision matrices, one a thread: the machine's rate of operations",
    cases: gemm,
};

/// A sum of two long vectors.
pub const MEMORY: Workload = Workload {
    name: "memory",
    summary: "a = b + s·c on vectors that fit no cache: the machine's memory bandwidth",
    cases: memory,
};

/// The machine's limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Threads that work.
    pub threads: usize,
    /// Operations a second in matrix products.
    pub flops: f64,
    /// Bytes a second to and from memory.
    pub bandwidth: f64,
}

impl Machine {
    /// Measures both limits: a second or so.
    ///
    /// # Errors
    /// None of its own; the signature is that of any run.
    pub fn measure() -> RunResult<Self> {
        Ok(Self {
            threads: rayon::current_num_threads(),
            flops: rate(products(SIDE)?, |work| work.flops)?,
            bandwidth: rate(triad(LENGTH)?, |work| work.bytes)?,
        })
    }
}

/// Rows and columns of the matrices: three of them fit the second-level cache of most cores.
const SIDE: usize = 384;
/// Numbers in each of three vectors, 128 MiB each.
const LENGTH: usize = 1 << 25;
/// Numbers that a thread takes at a time.
const CHUNK: usize = 1 << 16;

/// The median rate of nine runs after one that warms up.
fn rate(mut run: Run, amount: fn(&Work) -> f64) -> RunResult<f64> {
    run()?;
    let mut rates = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        let work = run()?;
        rates.push(amount(&work) / start.elapsed().as_secs_f64());
    }
    Ok(median(&rates))
}

fn gemm(_settings: &Settings) -> RunResult<Vec<Case>> {
    let case = |side: usize| {
        Case::new(format!("{side}×{side}·{side}×{side}"), "products", move || {
            products(side)
        })
    };
    Ok([SIDE, 1024].map(case).into())
}

/// Every thread multiplies two matrices 16 times: 2n³ operations a product.
fn products(side: usize) -> RunResult<Run> {
    const TIMES: usize = 16;
    let threads = rayon::current_num_threads();
    let numbers: Vec<f32> = (0..side * side).map(|i| (i % 7) as f32 * 0.25 - 0.75).collect();
    let mut outputs = vec![vec![0f32; side * side]; threads];
    Ok(Box::new(move || {
        outputs.par_iter_mut().with_max_len(1).for_each(|output| {
            for _ in 0..TIMES {
                let (left, right) = (Matrix::new(&numbers, side), Matrix::new(&numbers, side));
                matmul((side, side, side), left, right, output, side, Output::Replace);
            }
        });
        let count = (TIMES * threads) as f64;
        Ok(Work {
            flops: count * 2.0 * (side as f64).powi(3),
            count,
            ..Work::default()
        })
    }))
}

fn memory(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![Case::new("triad, 3 × 128 MiB", "numbers", || triad(LENGTH))])
}

/// a = b + s·c: two numbers are read and one is written; that the written line is read first isn't counted.
fn triad(length: usize) -> RunResult<Run> {
    let mut a = vec![0f32; length];
    let (b, c) = (vec![1f32; length], vec![2f32; length]);
    Ok(Box::new(move || {
        a.par_chunks_mut(CHUNK)
            .zip(b.par_chunks(CHUNK).zip(c.par_chunks(CHUNK)))
            .for_each(|(a, (b, c))| {
                for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                    *a = b + 3.0 * c;
                }
            });
        Ok(Work {
            bytes: 12.0 * length as f64,
            count: length as f64,
            ..Work::default()
        })
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{products, triad};

    #[test]
    fn work_is_counted() {
        let work = products(8).unwrap()().unwrap();
        assert_eq!(work.flops, work.count * 1024.0);
        let work = triad(1000).unwrap()().unwrap();
        assert_eq!((work.bytes, work.count), (12_000.0, 1000.0));
    }
}
