//! Reductions beside the STREAM triad, on thread ranks: bytes read a second, so that ratios can be told.
//!
//! `cargo bench --bench reductions`; a third argument filters, e.g. `cargo bench --bench reductions -- '2 rank.*sum'`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lops::{Comm, DistArray, Layout, launch_threads};
use std::hint::black_box;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Rows and columns of the array: 128 MiB of f64, far beyond the caches.
const SHAPE: [usize; 2] = [16384, 1024];

/// Time of `iterations` calls of `work` on every rank, after one that is not counted.
fn time<X>(ranks: usize, iterations: u64, make: impl Fn(&Comm) -> X + Sync, work: impl Fn(&mut X) + Sync) -> Duration {
    let longest = Mutex::new(Duration::ZERO);
    launch_threads(ranks, |comm| {
        let mut x = make(comm);
        work(&mut x);
        comm.barrier();
        let begun = Instant::now();
        (0..iterations).for_each(|_| work(black_box(&mut x)));
        let mut longest = longest.lock().expect("no rank panics");
        *longest = longest.max(begun.elapsed());
        Ok(())
    })
    .expect("measured calls do not fail");
    longest.into_inner().expect("no rank panics")
}

/// Both signs and 20 binary orders of magnitude.
fn value(i: &[usize]) -> f64 {
    let k = (i[0] * SHAPE[1] + i[1]) as u64;
    let h = k.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (h as i64 as f64) * 2f64.powi(-60 - (k % 21) as i32)
}

fn rows(comm: &Comm) -> DistArray<f64> {
    DistArray::from_fn(&Layout::scatter(comm, &SHAPE, 0).expect("two axes"), value)
}

fn reductions(criterion: &mut Criterion) {
    let elements = SHAPE.iter().product::<usize>();
    for ranks in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{ranks} rank(s)"));
        group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));

        group.throughput(Throughput::Bytes(24 * elements as u64));
        group.bench_function(BenchmarkId::from_parameter("triad"), |bencher| {
            let make = |comm: &Comm| {
                let b = rows(comm);
                [b.zeros_like(), b.clone(), b]
            };
            let triad = |[a, b, c]: &mut [DistArray<f64>; 3]| {
                let both = b.as_slice().iter().zip(c.as_slice());
                a.as_mut_slice().iter_mut().zip(both).for_each(|(a, (b, c))| *a = b + 3.0 * c);
            };
            bencher.iter_custom(|n| time(ranks, n, make, triad));
        });

        group.throughput(Throughput::Bytes(8 * elements as u64));
        let mut measure = |what: &str, work: &(dyn Fn(&DistArray<f64>) + Sync)| {
            group.bench_function(BenchmarkId::from_parameter(what), |bencher| {
                bencher.iter_custom(|n| time(ranks, n, rows, |x| work(x)));
            });
        };
        measure("sum", &|x| _ = black_box(x.sum()));
        measure("mean", &|x| _ = black_box(x.mean()));
        measure("var", &|x| _ = black_box(x.var(0)));
        measure("max", &|x| _ = black_box(x.max()));
        measure("argmax", &|x| _ = black_box(x.argmax()));
        measure("prod", &|x| _ = black_box(x.prod()));
        measure("all", &|x| _ = black_box(x.all()));
        measure("sum over rows' elements", &|x| _ = black_box(x.over(&[1]).sum()));
        measure("var over rows' elements", &|x| _ = black_box(x.over(&[1]).var(0)));
        measure("max over rows' elements", &|x| _ = black_box(x.over(&[1]).max()));
        measure("sum over rows", &|x| _ = black_box(x.over(&[0]).sum()));
        measure("var over rows", &|x| _ = black_box(x.over(&[0]).var(0)));
        measure("max over rows", &|x| _ = black_box(x.over(&[0]).max()));
        measure("argmax over rows", &|x| _ = black_box(x.over(&[0]).argmax()));
        measure("cumsum over rows", &|x| _ = black_box(x.cumsum(0)));
        measure("cumsum over rows' elements", &|x| _ = black_box(x.cumsum(1)));

        group.throughput(Throughput::Bytes(4 * elements as u64));
        let single = |comm: &Comm| rows(comm).map(|x| x as f32);
        let mut measure = |what: &str, work: &(dyn Fn(&DistArray<f32>) + Sync)| {
            group.bench_function(BenchmarkId::from_parameter(what), |bencher| {
                bencher.iter_custom(|n| time(ranks, n, single, |x| work(x)));
            });
        };
        measure("f32 sum", &|x| _ = black_box(x.sum()));
        measure("f32 max", &|x| _ = black_box(x.max()));
        measure("f32 sum over rows", &|x| _ = black_box(x.over(&[0]).sum()));
        group.finish();
    }
}

criterion_group!(benches, reductions);
criterion_main!(benches);
