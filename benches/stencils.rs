//! Stencils and convolutions on 256³ doubles, on one thread rank, on two and on a grid of 2 × 2, beside STREAM's
//! triad and copy.
//!
//! `cargo bench --bench stencils`; a filter follows two dashes, e.g. `cargo bench --bench stencils -- Laplacian`.
//! Throughput counts the bytes that have to move: each array read or written once.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lops::ndarray::{Array2, Array3, Array4};
use lops::operators::{
    Convolve1D, ConvolveND, FirstDerivative, Gradient, Laplacian, NonStationaryConvolve2D, Points, PoststackModelling,
    SecondDerivative, Stencil,
};
use lops::{DistArray, Layout, LinearOperator, Operator, Result, comm::Reduction, launch_threads, layout::Cut};
use std::hint::black_box;
use std::time::{Duration, Instant};

const SHAPE: [usize; 3] = [256, 256, 256];

/// Which axes are cut, over how many ranks.
const CUTS: [(&str, usize, &[Cut]); 3] =
    [("1 rank", 1, &[Cut::Block]), ("2 ranks", 2, &[Cut::Block]), ("2 × 2 ranks", 4, &[Cut::Block, Cut::Block])];

/// Seconds of the slowest rank for `iterations` calls of `work`.
fn timed(
    ranks: usize,
    cuts: &[Cut],
    iterations: u64,
    work: impl Fn(&Layout) -> Result<Box<dyn FnMut()>> + Sync,
) -> Duration {
    let seconds = launch_threads(ranks, |comm| {
        let mut work = work(&Layout::grid(comm, &SHAPE, cuts)?)?;
        work();
        comm.barrier();
        let begun = Instant::now();
        (0..iterations).for_each(|_| work());
        let mut seconds = [begun.elapsed().as_secs_f64()];
        comm.all_reduce(&mut seconds, Reduction::Max);
        Ok(seconds[0])
    });
    Duration::from_secs_f64(seconds.expect("no bench fails"))
}

type Build = fn(&Layout) -> Result<Operator<f64>>;

/// Operators, and the words of 8 bytes an element that each has to move.
const FIVE_POINTS: Stencil = Stencil::Centered { points: Points::Five, edge: false };

const OPERATORS: [(&str, u64, Build); 20] = [
    ("first derivative, axis 0", 2, |layout| FirstDerivative::along(0).on(layout)),
    ("first derivative, axis 1", 2, |layout| FirstDerivative::along(1).on(layout)),
    ("first derivative, axis 2", 2, |layout| FirstDerivative::along(2).on(layout)),
    ("first derivative, axis 0, 5 points", 2, |layout| FirstDerivative::along(0).stencil(FIVE_POINTS).on(layout)),
    ("first derivative, axis 0, forward", 2, |layout| FirstDerivative::along(0).stencil(Stencil::Forward).on(layout)),
    ("second derivative, axis 0", 2, |layout| SecondDerivative::along(0).on(layout)),
    ("second derivative, axis 2", 2, |layout| SecondDerivative::along(2).on(layout)),
    ("Laplacian", 2, |layout| Laplacian::over(&[0, 1, 2]).on(layout)),
    ("Laplacian, adjoint", 2, |layout| Ok(Laplacian::over(&[0, 1, 2]).on(layout)?.adjoint())),
    ("gradient", 4, |layout| Gradient::new().on(layout)),
    ("gradient, adjoint", 4, |layout| Ok(Gradient::new().on(layout)?.adjoint())),
    ("convolution, 81 taps, axis 0", 2, |layout| Convolve1D::new(&wavelet(), 40).along(0).on(layout)),
    ("convolution, 81 taps, axis 1", 2, |layout| Convolve1D::new(&wavelet(), 40).along(1).on(layout)),
    ("convolution, 81 taps, axis 2", 2, |layout| Convolve1D::new(&wavelet(), 40).along(2).on(layout)),
    ("convolution, 5 × 5 × 5 taps", 2, |layout| ConvolveND::new(&Array3::from_elem((5, 5, 5), 0.5)).on(layout)),
    ("convolution, 9 × 9 taps, axes 1 and 2", 2, |layout| {
        ConvolveND::new(&Array2::from_elem((9, 9), 0.5)).along(&[1, 2]).on(layout)
    }),
    ("changing filters of 9 × 9 taps, axes 1 and 2", 2, |layout| changing_filters().on(layout)),
    ("changing filters of 9 × 9 taps, axes 1 and 2, adjoint", 2, |layout| {
        Ok(changing_filters().on(layout)?.adjoint())
    }),
    ("post-stack modelling, 81 taps, axis 2", 2, |layout| PoststackModelling::new(&wavelet()).along(2).on(layout)),
    ("post-stack modelling, 81 taps, axis 2, adjoint", 2, |layout| {
        Ok(PoststackModelling::new(&wavelet()).along(2).on(layout)?.adjoint())
    }),
];

fn wavelet() -> Vec<f64> {
    (0..81).map(|k| (-0.01 * f64::from(k - 40).powi(2)).exp()).collect()
}

/// 8 × 8 of them.
fn changing_filters() -> NonStationaryConvolve2D<f64> {
    let filters = Array4::from_shape_fn((8, 8, 9, 9), |(i, j, k, l)| (i + 2 * j + 3 * k + 4 * l) as f64);
    let places: Vec<_> = (0..8).map(|k| 16 + 32 * k).collect();
    NonStationaryConvolve2D::new(&filters, [&places, &places]).along([1, 2])
}

fn stencils(criterion: &mut Criterion) {
    let elements = SHAPE.iter().product::<usize>() as u64;
    for (name, ranks, cuts) in CUTS {
        let mut group = criterion.benchmark_group(format!("256³ doubles, {name}"));
        group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(1));
        for (name, words, add) in [("triad", 3, true), ("copy", 2, false)] {
            group.throughput(Throughput::Bytes(8 * words * elements));
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|iterations| {
                    timed(ranks, cuts, iterations, |layout| {
                        let n = layout.local_len();
                        let (b, c, mut a) = (vec![1.0; n], vec![2.0; n], vec![0.0; n]);
                        Ok(Box::new(move || {
                            for ((a, b), c) in a.iter_mut().zip(&b).zip(&c) {
                                *a = if add { b + 3.0 * c } else { *b };
                            }
                            black_box(&mut a);
                        }))
                    })
                });
            });
        }
        for (name, words, build) in OPERATORS {
            group.throughput(Throughput::Bytes(8 * words * elements));
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|iterations| {
                    timed(ranks, cuts, iterations, |layout| {
                        let operator = build(layout)?;
                        let x = DistArray::random_signed(operator.domain(), 1);
                        let mut y = DistArray::zeros(operator.range());
                        Ok(Box::new(move || {
                            operator.apply(black_box(x.as_slice()), y.as_mut_slice());
                            black_box(y.as_slice());
                        }))
                    })
                });
            });
        }
    }
}

criterion_group!(benches, stencils);
criterion_main!(benches);
