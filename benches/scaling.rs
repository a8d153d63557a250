//! An iteration of CG on LᴴL + ε I and of CGLS on [I; √ε L], L the Laplacian, over thread ranks: strong scaling (as many
//! unknowns on any number of ranks), weak scaling (as many on each), and small problems.
//!
//! `cargo bench --bench scaling`; a filter follows two dashes, e.g. `cargo bench --bench scaling -- strong`. Throughput
//! counts unknowns. Beside them stands what memory gives to y ← a x + b y on as many ranks, in bytes that move, by which the
//! others are to be judged. Ranks beyond the machine's cores show what they cost, not what they gain.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lops::operators::{Identity, Laplacian, StackedVStack};
use lops::solvers::{Cg, Cgls, Method};
use lops::{DistArray, Layout, Operator, Options, Result, comm::Reduction, launch_threads};
use std::time::{Duration, Instant};

const RANKS: [usize; 4] = [1, 2, 4, 8];
const EPS: f64 = 0.1;

/// The shape of the array on so many ranks.
type Shape = fn(usize) -> [usize; 3];

#[derive(Clone, Copy)]
enum Problem {
    Normal,
    Stack,
}

/// Seconds of the slowest rank for so many iterations on an array of this shape.
fn timed(problem: Problem, ranks: usize, shape: &[usize], iterations: u64) -> Duration {
    let seconds = launch_threads(ranks, |comm| {
        let grid = Layout::scatter(comm, shape, 0)?;
        let axes: Vec<_> = (0..shape.len()).collect();
        let l = Laplacian::over(&axes).on::<f64>(&grid)?;
        let identity: Operator<f64> = Identity.on(&grid);
        let data = DistArray::random_signed(&grid, 1);
        let mut x = data.zeros_like();
        let seconds = match problem {
            Problem::Normal => iterate(Cg::new(&(l.adjoint() * &l + EPS * &identity), &data, &mut x)?, iterations)?,
            Problem::Stack => {
                let data = DistArray::stack(&[&data, &data.zeros_like()])?;
                let stack = StackedVStack::of(vec![identity, EPS.sqrt() * &l])?;
                iterate(Cgls::new(&stack, &data, &mut x)?, iterations)?
            }
        };
        let mut seconds = [seconds];
        comm.all_reduce(&mut seconds, Reduction::Max);
        Ok(seconds[0])
    });
    Duration::from_secs_f64(seconds.expect("no bench fails"))
}

/// Elements of a rank in the measurement of memory: far larger than caches.
const IN_MEMORY: usize = 1 << 22;

/// Seconds of the slowest rank for so many updates y ← a x + b y.
fn memory(ranks: usize, times: u64) -> Duration {
    let seconds = launch_threads(ranks, |comm| {
        let layout = Layout::scatter(comm, &[ranks * IN_MEMORY], 0)?;
        let (mut y, x) = (DistArray::full(&layout, 1.0), DistArray::full(&layout, 2.0));
        comm.barrier();
        let begun = Instant::now();
        for _ in 0..times {
            y.axpby(0.5, &x, 0.5)?;
        }
        let mut seconds = [begun.elapsed().as_secs_f64()];
        comm.all_reduce(&mut seconds, Reduction::Max);
        Ok(seconds[0])
    });
    Duration::from_secs_f64(seconds.expect("no bench fails"))
}

/// Seconds of iterations, after a few.
fn iterate(method: impl Method<Model = f64>, iterations: u64) -> Result<f64> {
    let comm = method.model().comm().clone();
    let before = 3;
    let mut solver = method.start(&Options::exactly(before + iterations as usize))?;
    for _ in 0..before {
        solver.step()?;
    }
    comm.barrier();
    let begun = Instant::now();
    for _ in 0..iterations {
        solver.step()?;
    }
    Ok(begun.elapsed().as_secs_f64())
}

fn begin_group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(1));
    group
}

fn on(ranks: usize) -> BenchmarkId {
    BenchmarkId::from_parameter(if ranks == 1 { "1 rank".into() } else { format!("{ranks} ranks") })
}

fn scaling(criterion: &mut Criterion) {
    let kinds: [(&str, Shape); 3] = [
        ("strong, 128³", |_| [128; 3]),
        ("weak, 64 × 128 × 128 a rank", |ranks| [64 * ranks, 128, 128]),
        ("small, 64³", |_| [64; 3]),
    ];
    let mut group = begin_group(criterion, "memory");
    for ranks in RANKS {
        group.throughput(Throughput::Bytes((ranks * IN_MEMORY * 8 * 3) as u64)); // x comes, y comes and goes
        group.bench_function(on(ranks), |bencher| bencher.iter_custom(|times| memory(ranks, times)));
    }
    group.finish();
    for (name, problem) in [("CG", Problem::Normal), ("CGLS", Problem::Stack)] {
        for (kind, shape) in kinds {
            let mut group = begin_group(criterion, &format!("{name}, {kind}"));
            for ranks in RANKS {
                let shape = shape(ranks);
                group.throughput(Throughput::Elements(shape.iter().product::<usize>() as u64));
                group.bench_function(on(ranks), |bencher| {
                    bencher.iter_custom(|iterations| timed(problem, ranks, &shape, iterations));
                });
            }
        }
    }
}

criterion_group!(benches, scaling);
criterion_main!(benches);
