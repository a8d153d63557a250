//! Fourier transforms over all axes of a cube, products with the slices of a kernel, and multi-dimensional convolution, over
//! thread ranks. Throughput counts elements of the model.
//!
//! `cargo bench --bench transforms`; a filter follows two dashes, e.g. `cargo bench --bench transforms -- FFTND`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lops::operators::{FFTND, Fredholm1, MDC};
use lops::{
    Comm, Complex, DistArray, Layout, LinearOperator, Operator, Result, Scalar, comm::Reduction, launch_threads,
};
use std::time::{Duration, Instant};

const RANKS: [usize; 2] = [1, 2];

/// Seconds of the slowest rank for so many applications.
fn timed<X: Scalar, Y: Scalar>(
    ranks: usize,
    times: u64,
    build: impl Fn(&Comm) -> Result<Operator<X, Y>> + Sync,
) -> Duration {
    let seconds = launch_threads(ranks, |comm| {
        let a = build(comm)?;
        let x = DistArray::random_signed(a.domain(), 1);
        let mut y = a.apply_to(&x)?;
        comm.barrier();
        let begun = Instant::now();
        for _ in 0..times {
            a.apply(x.as_slice(), y.as_mut_slice());
        }
        let mut seconds = [begun.elapsed().as_secs_f64()];
        comm.all_reduce(&mut seconds, Reduction::Max);
        Ok(seconds[0])
    });
    Duration::from_secs_f64(seconds.expect("no bench fails"))
}

fn cube(comm: &Comm) -> Result<Layout> {
    Layout::scatter(comm, &[128; 3], 0)
}

fn fredholm(comm: &Comm) -> Result<Operator<Complex<f32>>> {
    let kernel = DistArray::random_signed(&Layout::scatter(comm, &[200, 200, 200], 0)?, 2);
    Fredholm1::new(&kernel).on(&Layout::scatter(comm, &[200, 200, 1], 0)?)
}

fn convolution(comm: &Comm) -> Result<Operator<f32>> {
    let kernel = DistArray::random_signed(&Layout::scatter(comm, &[200, 100, 100], 0)?, 3);
    MDC::new(&kernel).on(&Layout::scatter(comm, &[799, 100, 1], 1)?)
}

fn transforms(criterion: &mut Criterion) {
    let all = FFTND::over(&[0, 1, 2]);
    let mut group = criterion.benchmark_group("transforms");
    group.sample_size(10);
    for ranks in RANKS {
        let words = format!("{ranks} rank(s)");
        group.throughput(Throughput::Elements(128 * 128 * 128));
        group.bench_function(BenchmarkId::new("FFTND complex 128³", &words), |b| {
            b.iter_custom(|times| timed(ranks, times, |comm| all.on::<f64>(&cube(comm)?)));
        });
        group.bench_function(BenchmarkId::new("FFTND complex 128³, left transposed", &words), |b| {
            b.iter_custom(|times| timed(ranks, times, |comm| all.clone().transposed().on::<f64>(&cube(comm)?)));
        });
        group.bench_function(BenchmarkId::new("FFTND real 128³", &words), |b| {
            b.iter_custom(|times| timed(ranks, times, |comm| all.on_real::<f64>(&cube(comm)?)));
        });
        group.throughput(Throughput::Elements(200 * 200));
        group.bench_function(BenchmarkId::new("Fredholm1 200 × 200 × 200 c64", &words), |b| {
            b.iter_custom(|times| timed(ranks, times, fredholm));
        });
        group.throughput(Throughput::Elements(799 * 100));
        group.bench_function(BenchmarkId::new("MDC 799 times, 200 × 100 × 100", &words), |b| {
            b.iter_custom(|times| timed(ranks, times, convolution));
        });
    }
}

criterion_group!(benches, transforms);
criterion_main!(benches);
