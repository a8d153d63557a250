//! Random arrays and sorts of ten million numbers on one rank. Beside it NumPy:
//! `r = np.random.default_rng(1)`, `r.uniform(2, 5, 10**7)`, `r.normal(1, 2, 10**7)`, …, `np.sort(x, kind="stable")`.
//!
//! `cargo bench --bench random`; a third argument filters, e.g. `cargo bench --bench random -- normal`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lops::{Comm, DistArray, Layout, Result, library::Random};
use std::hint::black_box;
use std::time::Duration;

const LENGTH: usize = 10_000_000;

type Make = fn(&mut Random, &Layout) -> Result<DistArray<f64>>;

fn random(criterion: &mut Criterion) {
    let line = Layout::scatter(&Comm::solo(), &[LENGTH], 0).expect("a layout");
    let mut group = criterion.benchmark_group("random");
    group.throughput(Throughput::Elements(LENGTH as u64)).sample_size(10);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    let fields: [(&str, Make); 4] = [
        ("uniform", |random, layout| random.uniform(layout, 2.0, 5.0)),
        ("normal", |random, layout| random.normal(layout, 1.0, 2.0)),
        ("exponential", |random, layout| random.exponential(layout, 2.0)),
        ("beta", |random, layout| random.beta(layout, 2.0, 3.0)),
    ];
    let mut source = Random::seed(1);
    for (name, make) in fields {
        group.bench_function(name, |bench| bench.iter(|| black_box(make(&mut source, &line).expect("a field"))));
    }
    group.bench_function("integers", |bench| {
        bench.iter(|| black_box(source.integers(&line, 0i64..6).expect("a field")));
    });
    group.finish();
}

fn sorts(criterion: &mut Criterion) {
    let line = Layout::scatter(&Comm::solo(), &[LENGTH], 0).expect("a layout");
    let x: DistArray<f64> = Random::seed(1).uniform(&line, 0.0, 1.0).expect("a field");
    let mut group = criterion.benchmark_group("sort");
    group.throughput(Throughput::Elements(LENGTH as u64)).sample_size(10);
    group.bench_function("sort", |bench| bench.iter(|| black_box(x.sort().expect("sorted"))));
    group.bench_function("argsort", |bench| bench.iter(|| black_box(x.argsort().expect("sorted"))));
    group.finish();
}

criterion_group!(benches, random, sorts);
criterion_main!(benches);
