//! Operators of imaging, forward and back, over thread ranks: samples along axes, sums, windows, transforms of images and gathers, rays, times and wavefields.
//! Throughput counts elements of the model.
//!
//! `cargo bench --bench imaging`; a filter follows two dashes, e.g. `cargo bench --bench imaging -- Radon2D`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lops::operators::{
    AVOLinearModelling, Bilinear, BlendingContinuous, CT2D, CausalIntegration, DCT, DWT, DWT2D, Flip, Identity, Interp,
    Kirchhoff, Pad, PhaseShift, PrestackLinearModelling, Radon2D, Regression, Sliding2D, Smoothing, Sum, WaveletFilter,
};
use lops::signal::{axis, ricker};
use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Result, comm::Reduction, launch_threads};
use std::time::{Duration, Instant};

const RANKS: [usize; 2] = [1, 2];

/// Traces × samples of sections and gathers.
const SECTION: [usize; 2] = [1000, 1000];

/// A name, and how it is made.
type Case = (&'static str, fn(&Comm) -> Result<Operator<f64>>);

/// What is beside all others: one pass over memory.
const CASES: &[Case] = &[
    ("Identity", |comm| Ok(Identity.on(&section(comm)?))),
    ("Flip", |comm| Flip::along(0).on(&section(comm)?)),
    ("Pad", |comm| Pad::new(&[(10, 10), (10, 10)]).on(&section(comm)?)),
    ("Interp, linear", |comm| Interp::linear(&places(900)).on(&section(comm)?)),
    ("Interp, cubic spline", |comm| Interp::cubic_spline(&places(900)).on(&section(comm)?)),
    ("Bilinear", |comm| {
        let places: Vec<_> = places(300_000).iter().map(|&x| [x, (7.3 * x) % 999.0]).collect();
        Bilinear::new(&places).on(&section(comm)?)
    }),
    ("Smoothing", |comm| Smoothing::new(&[5, 5]).on(&section(comm)?)),
    ("Sum, along what is cut", |comm| Sum::along(0).on(&section(comm)?)),
    ("CausalIntegration, along what is cut", |comm| CausalIntegration::trapezoidal(0).on(&section(comm)?)),
    ("Regression of order 5", |comm| {
        Regression::new(&axis(-1.0, 0.002, 1000), 5).on(&Layout::scatter(comm, &[6, 1000], 1)?)
    }),
    ("DWT, Daubechies 4, along what is cut", |comm| {
        DWT::along(0).filter(WaveletFilter::Daubechies(4)).levels(3).on(&section(comm)?)
    }),
    ("DWT2D of slices, Haar", |comm| DWT2D::over(1, 2).levels(3).on(&Layout::scatter(comm, &[16, 256, 256], 0)?)),
    ("DCT", |comm| DCT::over(&[1]).on(&section(comm)?)),
    ("Radon2D of 16 gathers", |comm| radon().along([1], 2).on(&Layout::scatter(comm, &[16, 61, 500], 0)?)),
    ("Radon2D over traces", |comm| radon().over_traces(&Layout::replicated(comm, &[61, 500])?)),
    ("Sliding2D of Radon2D", |comm| {
        let (times, places, slownesses) = (axis(0.0, 0.004, 500), axis(0.0, 10.0, 20), axis(-3e-4, 1e-5, 61));
        let windows = Sliding2D::new([20], [10]);
        windows.on(&Layout::scatter(comm, &[400, 500], 0)?, |window| {
            Radon2D::linear(&times, [&places], [&slownesses]).on(&window.model(&[61, 500])?)
        })
    }),
    ("CT2D, 360 angles", |comm| {
        CT2D::parallel(1.0, 362, &axis(0.0, 0.0087, 360)).on(&Layout::replicated(comm, &[256, 256])?)
    }),
    ("Kirchhoff", |comm| kirchhoff().on(&Layout::replicated(comm, &[128, 128])?)),
    ("Kirchhoff with amplitudes", |comm| {
        kirchhoff().dynamic().angles(50.0, 70.0).on(&Layout::replicated(comm, &[128, 128])?)
    }),
    ("AVOLinearModelling", |comm| {
        AVOLinearModelling::new(&axis(0.0, 5.0, 8)).on(&Layout::scatter(comm, &[500, 3, 300], 2)?)
    }),
    ("PrestackLinearModelling", |comm| {
        let wavelet = ricker(&axis(0.0, 0.004, 17), 20.0)?.samples;
        let avo = AVOLinearModelling::new(&axis(0.0, 5.0, 8));
        PrestackLinearModelling::new(&wavelet, avo).on(&Layout::scatter(comm, &[500, 3, 300], 2)?)
    }),
    ("PhaseShift", |comm| PhaseShift::new(2000.0, 40.0).sampling(&[0.004, 10.0]).on(&section(comm)?)),
    ("BlendingContinuous of 50 sources", |comm| {
        let times: Vec<_> = (0..50).map(|k| 0.7 * f64::from(k)).collect();
        BlendingContinuous::new(&times).sampling(0.004).on(&Layout::scatter(comm, &[50, 20, 500], 1)?)
    }),
];

fn section(comm: &Comm) -> Result<Layout> {
    Layout::scatter(comm, &SECTION, 0)
}

/// So many between the samples of a section's traces.
fn places(n: usize) -> Vec<f64> {
    (0..n).map(|k| (37.37 * k as f64) % 999.0).collect()
}

fn radon() -> Radon2D {
    Radon2D::linear(&axis(0.0, 0.004, 500), [&axis(0.0, 10.0, 64)], [&axis(-3e-4, 1e-5, 61)])
}

fn kirchhoff() -> Kirchhoff<2> {
    let x = axis(0.0, 8.0, 128);
    let line = |n: usize| (0..n).map(|k| [8.0 * (127 * k / n) as f64, 0.0]).collect::<Vec<_>>();
    Kirchhoff::new([&x, &x], &line(8), &line(32)).velocity(2000.0).record(600, 0.004)
}

/// Seconds of the slowest rank for so many applications.
fn timed(ranks: usize, times: u64, build: fn(&Comm) -> Result<Operator<f64>>, is_adjoint: bool) -> Duration {
    let seconds = launch_threads(ranks, |comm| {
        let a = build(comm)?;
        let x = DistArray::random_signed(a.domain(), 1);
        let y = a.apply_to(&x)?;
        let (mut back, mut there) = (x.clone(), y.clone());
        comm.barrier();
        let begun = Instant::now();
        for _ in 0..times {
            if is_adjoint {
                a.apply_adjoint(y.as_slice(), back.as_mut_slice());
            } else {
                a.apply(x.as_slice(), there.as_mut_slice());
            }
        }
        let mut seconds = [begun.elapsed().as_secs_f64()];
        comm.all_reduce(&mut seconds, Reduction::Max);
        Ok(seconds[0])
    });
    Duration::from_secs_f64(seconds.expect("no bench fails"))
}

fn elements(build: fn(&Comm) -> Result<Operator<f64>>) -> u64 {
    build(&Comm::solo()).map(|a| a.domain().size() as u64).expect("no bench fails")
}

fn imaging(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("imaging");
    group.sample_size(10);
    for &(name, build) in CASES {
        group.throughput(Throughput::Elements(elements(build)));
        for ranks in RANKS {
            for (way, is_adjoint) in [("forward", false), ("adjoint", true)] {
                group.bench_function(BenchmarkId::new(name, format!("{way}, {ranks} rank(s)")), |b| {
                    b.iter_custom(|times| timed(ranks, times, build, is_adjoint));
                });
            }
        }
    }
}

criterion_group!(benches, imaging);
criterion_main!(benches);
