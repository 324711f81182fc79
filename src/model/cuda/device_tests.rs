//! The kernel on a GPU against the CPU, and how fast it is. Without a GPU these tests say that they skip.
#![allow(clippy::unwrap_used)]

use super::residual::{CudaResidual, CudaWeights};
use super::test_cases::{Case, config};
use crate::engine::device;
use crate::model::pool_residual::{PackedWeights, PoolResidual};
use crate::model::scorer::SetResidual;
use candle_core::{DType, Device, Tensor};
use std::time::Instant;

fn gpu() -> Option<Device> {
    let (device, remark) = device::resolve("cuda");
    if let Some(remark) = remark {
        println!("skipped: {remark}");
    }
    device.is_cuda().then_some(device)
}

fn on_gpu<'a>(case: &'a Case, packed: &'a PackedWeights, weights: &'a CudaWeights) -> CudaResidual<'a> {
    let on_cpu = Box::new(PoolResidual::new(packed, &case.target, &case.candidates));
    CudaResidual::new(weights, &case.weights, &case.target, &case.candidates, on_cpu).unwrap()
}

#[test]
fn the_kernel_agrees_with_the_cpu() {
    let Some(device) = gpu() else { return };
    let cases = [
        (config(128, 4, 2, 256), 30, 4),
        (config(128, 4, 2, 256), 80, 2),
        (config(128, 8, 3, 128), 16, 5),
        (config(128, 4, 1, 256), 40, 3),
        (config(72, 2, 2, 100), 14, 8),
        (config(64, 4, 2, 128), 80, 3),
        (config(32, 4, 3, 60), 16, 4),
    ];
    for (config, pool, size) in cases {
        let case = Case::new(&config, pool, size);
        let weights = CudaWeights::new(&case.weights, &device).unwrap().unwrap();
        let packed = PackedWeights::new(case.weights.clone());
        let residual = on_gpu(&case, &packed, &weights);
        let sets: Vec<usize> = (0..case.sets()).flat_map(|rank| case.set(rank)).collect();
        let expected = case.expected(&sets);
        let found = residual.scores(pool, size, (0, case.sets())).unwrap();
        let spread = expected.iter().fold(1f32, |most, x| most.max(x.abs()));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() <= 2e-5 * spread,
                "{config:?}: {found} against {expected}"
            );
        }
        let best = residual
            .best_of_all(&case.base, size, &mut |_| Ok(()))
            .unwrap()
            .unwrap();
        let of_scores = case.best(0, &found);
        assert_eq!(
            (best.score, best.runner_up),
            (of_scores.score, Some(of_scores.runner_up))
        );
        assert_eq!(best.set, case.set(of_scores.rank));
    }
}

/// Seconds of one call, the fastest of several.
fn seconds(device: &Device, mut call: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..6 {
        let started = Instant::now();
        call();
        device.synchronize().unwrap();
        best = best.min(started.elapsed().as_secs_f64());
    }
    best
}

/// Not a test: prints the kernel's speed beside that of a large matrix product in the same precision.
#[test]
#[ignore = "a measurement, for docs/cuda/measure.sh"]
fn measure_the_kernel() {
    let Some(device) = gpu() else { return };
    let side = 8192;
    let matrix = Tensor::ones((side, side), DType::F32, &device).unwrap();
    let product = seconds(&device, || drop(matrix.matmul(&matrix).unwrap()));
    let achievable = 2.0 * (side as f64).powi(3) / product;
    println!("| work | seconds | TFLOP/s | share of the matrix product |");
    println!("| --- | --- | --- | --- |");
    let line = |work: &str, seconds: f64, rate: f64| {
        let share = 100.0 * rate / achievable;
        println!("| {work} | {seconds:.5} | {:.2} | {share:.0} % |", rate / 1e12);
    };
    line("matrix product 8192³, f32", product, achievable);
    for (pool, size, layers) in [
        (80, 2, 2),
        (80, 3, 2),
        (55, 4, 2),
        (80, 4, 2),
        (80, 4, 1),
        (80, 4, 3),
        (40, 6, 2),
    ] {
        let case = Case::new(&config(128, 4, layers, 256), pool, size);
        let weights = CudaWeights::new(&case.weights, &device).unwrap().unwrap();
        let packed = PackedWeights::new(case.weights.clone());
        let residual = on_gpu(&case, &packed, &weights);
        let time = seconds(&device, || {
            residual
                .best_of_all(&case.base, size, &mut |_| Ok(()))
                .unwrap()
                .unwrap();
        });
        let operations = 2.0 * case.shape.operations(&case.weights, size) * case.sets() as f64;
        let work = format!("all {} sets, M={pool} R={size}, {layers} layers", case.sets());
        line(&work, time, operations / time);
    }
}
