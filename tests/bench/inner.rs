//! The inner parts of `grn bench`'s workloads under criterion, for comparing two states of the code: `cargo bench`.

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use grn::bench::decode::{Shape, Target};
use grn::bench::{data, simulate, small};
use grn::engine::context::RunResult;

/// A workload that fails is no measurement.
fn ran<T>(result: RunResult<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error:?}"))
}

/// Sets of one target scored without pruning.
fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    for (size, pool) in [(2, 40), (3, 20), (4, 14)] {
        let target = ran(Target::new(Shape {
            size,
            pool,
            layers: 2,
            rounded: false,
        }));
        let sets = ran(target.decode()).count;
        group.throughput(Throughput::Elements(sets as u64));
        group.bench_function(format!("R={size} M={pool}"), |bencher| {
            bencher.iter(|| ran(target.decode()))
        });
    }
    group.finish();
}

/// A CSV file read.
fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    let mut run = ran(data::reading(300, 2700));
    group.throughput(Throughput::Bytes(ran(run()).count as u64));
    group.bench_function("300 × 2700", |bencher| bencher.iter(|| ran(run())));
    group.finish();
}

/// A small simulation.
fn simulation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simulate");
    let mut run = ran(simulate::simulation(150, 50));
    group.throughput(Throughput::Elements(ran(run()).count as u64));
    group.bench_function("150 × 9 × 750", |bencher| bencher.iter(|| ran(run())));
    group.finish();
}

/// A script checked.
fn check(criterion: &mut Criterion) {
    let mut run = ran(small::checking(10));
    criterion.bench_function("check 10 pipelines", |bencher| bencher.iter(|| ran(run())));
}

criterion_group!(inner, decode, load, simulation, check);
criterion_main!(inner);
