//! Exact sums beside plain ones: dot and sum of squares from the first cache to main memory, on one core and on two.
//!
//! `cargo bench --bench exact`; a third argument filters, e.g. `cargo bench --bench exact -- 'dot.*1 thread'`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

// The module is private to the crate; it is measured here below what calls it.
#[allow(dead_code, unused_imports, unreachable_pub)]
#[path = "../src/numbers/exact/mod.rs"]
mod exact;

use exact::{ExactSum, plain, products, squares};

/// Bytes of one array: first cache, second, third, main memory.
const BYTES: [usize; 6] = [4 << 10, 16 << 10, 512 << 10, 8 << 20, 64 << 20, 512 << 20];

/// Time of `iterations` calls of `work`, made by every thread on arrays of its own at the same time.
fn time_together(arrays: &[[Vec<f64>; 2]], iterations: u64, work: impl Fn(&[f64], &[f64]) + Sync) -> Duration {
    let start = Barrier::new(arrays.len());
    std::thread::scope(|scope| {
        let threads = arrays.iter().map(|[x, y]| {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                let begun = Instant::now();
                (0..iterations).for_each(|_| work(black_box(x), black_box(y)));
                begun.elapsed()
            })
        });
        let threads: Vec<_> = threads.collect();
        let times = threads.into_iter().map(|thread| thread.join().expect("no measured call panics"));
        times.max().unwrap_or_default()
    })
}

fn exactly(terms: impl exact::Terms) {
    let mut sum = ExactSum::new();
    sum.add_terms(terms);
    black_box(sum.value());
}

fn plainly(terms: impl exact::Terms) {
    black_box(plain::sum(terms));
}

fn exact_and_plain(criterion: &mut Criterion) {
    for threads in [1, 2] {
        for bytes in BYTES {
            let length = bytes / size_of::<f64>();
            // Both signs and 20 binary orders of magnitude.
            let value = |i: usize, step: f64| (i as f64 * step).sin() * 2f64.powi((i % 21) as i32 - 10);
            let array = |step: f64| (0..length).map(|i| value(i, step)).collect();
            let arrays: Vec<_> = (0..threads).map(|_| [array(0.7), array(1.3)]).collect();
            let mut measure = |what: &str, reads: usize, work: &(dyn Fn(&[f64], &[f64]) + Sync)| {
                let mut group = criterion.benchmark_group(format!("{what}, {threads} thread(s)"));
                group.throughput(Throughput::Bytes((reads * bytes * threads) as u64)).sample_size(10);
                group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
                group.bench_function(BenchmarkId::from_parameter(format!("{} KiB", bytes >> 10)), |bencher| {
                    bencher.iter_custom(|iterations| time_together(&arrays, iterations, work));
                });
                group.finish();
            };
            measure("dot plain", 2, &|x, y| plainly(products(x, y)));
            measure("dot exact", 2, &|x, y| exactly(products(x, y)));
            measure("norm plain", 1, &|x, _| plainly(squares(x)));
            measure("norm exact", 1, &|x, _| exactly(squares(x)));
        }
    }
}

criterion_group!(benches, exact_and_plain);
criterion_main!(benches);
