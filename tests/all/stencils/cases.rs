//! The operators that are put to the test, each with what it should do.

use super::oracle::{Along, Oracle, convolution, first, second, times, values, varying};
use lops::ndarray::Ix2;
use lops::operators::{
    Convolve1D, FirstDerivative, Gradient, Laplacian, NonStationaryConvolve1D, Points, PoststackModelling,
    SecondDerivative, Stencil,
};
use lops::{Complex, Layout, Operator, Result, Scalar};

type Build<T> = Box<dyn Fn(&Layout) -> Result<Operator<T>>>;

pub(super) const STENCILS: [Stencil; 6] = [
    Stencil::Forward,
    Stencil::Backward,
    Stencil::Centered { points: Points::Three, edge: false },
    Stencil::Centered { points: Points::Three, edge: true },
    Stencil::Centered { points: Points::Five, edge: false },
    Stencil::Centered { points: Points::Five, edge: true },
];

pub(super) struct Case<T: Scalar> {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) build: Build<T>,
    pub(super) oracle: Oracle,
}

/// Derivatives of all kinds along all axes of arrays of 1 to 4 axes.
pub(super) fn derivatives<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for shape in [&[11][..], &[7, 5], &[5, 6, 7], &[3, 5, 3, 6]] {
        for axis in 0..shape.len() {
            for stencil in STENCILS {
                if shape[axis] < 5 && matches!(stencil, Stencil::Centered { points: Points::Five, .. }) {
                    continue;
                }
                let h = if axis == 1 { -0.4 } else { 2.5 };
                cases.push(Case {
                    name: format!("first {shape:?} axis {axis} {stencil}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| FirstDerivative::along(axis).stencil(stencil).sampling(h).on(layout)),
                    oracle: vec![Along { axis, output: 0, matrix: first(shape[axis], stencil, h) }],
                });
                cases.push(Case {
                    name: format!("second {shape:?} axis {axis} {stencil}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| {
                        SecondDerivative::along(axis).stencil(stencil).sampling(0.4).on(layout)
                    }),
                    oracle: vec![Along { axis, output: 0, matrix: second(shape[axis], stencil, 0.4) }],
                });
            }
        }
    }
    cases
}

const STEPS: [f64; 4] = [0.4, 1.3, 0.7, 2.0];
const WEIGHTS: [f64; 4] = [2.0, 0.5, -1.5, 1.0];

/// Laplacians and gradients, also along axes that are too short for some rows or for all.
pub(super) fn sums_and_stacks<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for (shape, axes) in [
        (&[5, 70][..], &[0, 1][..]),
        (&[7, 5, 4], &[0, 1, 2]),
        (&[7, 5, 4], &[2, 0]),
        (&[4, 9, 5], &[1, 0]),
        (&[3, 4, 3, 5], &[0, 1, 2, 3]),
        (&[5, 3], &[1, 1]),
        (&[1, 6, 5], &[0, 1, 2]),
        (&[5, 2, 1], &[2, 1, 0]),
        (&[2], &[0]),
    ] {
        cases.extend(STENCILS.map(|stencil| laplacian(shape, axes, stencil)));
    }
    for shape in [&[9][..], &[4, 70], &[5, 4, 6], &[3, 4, 3, 5], &[1, 6, 5], &[6, 2, 1, 3], &[1]] {
        cases.extend(STENCILS.map(|stencil| gradient(shape, stencil)));
    }
    cases
}

fn laplacian<T: Scalar>(shape: &[usize], axes: &[usize], stencil: Stencil) -> Case<T> {
    let (axes, steps) = (axes.to_vec(), &STEPS[..axes.len()]);
    let weights = &WEIGHTS[..axes.len()];
    let along = |(k, &axis): (usize, &usize)| Along {
        axis,
        output: 0,
        matrix: second(shape[axis], stencil, steps[k]).mapv(|a| a * weights[k]),
    };
    Case {
        name: format!("Laplacian {shape:?} {axes:?} {stencil}"),
        shape: shape.to_vec(),
        oracle: axes.iter().enumerate().map(along).collect(),
        build: Box::new(move |layout| {
            Laplacian::over(&axes).weights(weights).sampling(steps).stencil(stencil).on(layout)
        }),
    }
}

fn gradient<T: Scalar>(shape: &[usize], stencil: Stencil) -> Case<T> {
    let steps = &STEPS[..shape.len()];
    let along = |(axis, &h): (usize, &f64)| Along { axis, output: axis, matrix: first(shape[axis], stencil, h) };
    Case {
        name: format!("gradient {shape:?} {stencil}"),
        shape: shape.to_vec(),
        build: Box::new(move |layout| Gradient::new().stencil(stencil).sampling(steps).on(layout)),
        oracle: steps.iter().enumerate().map(along).collect(),
    }
}

/// Convolutions with short and long filters, real and complex; post-stack modelling.
pub(super) fn convolutions<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for shape in [&[11][..], &[150], &[9, 4], &[5, 3, 70], &[2, 5, 3, 4]] {
        for axis in 0..shape.len() {
            for (length, offset) in [(1, 0), (3, 2), (4, 0), (5, 2), (31, 15), (40, 3)] {
                for complex in [false, true] {
                    if complex && !T::IS_COMPLEX || length > 30 && shape.len() == 4 {
                        continue;
                    }
                    let filter: Vec<_> = values(&[length], 5).iter().copied().collect();
                    let filter: Vec<_> =
                        filter.into_iter().map(|h| Complex::new(h.re, if complex { h.im } else { 0.0 })).collect();
                    let taps: Vec<_> = filter.iter().map(|h| T::from_parts(h.re, h.im)).collect();
                    cases.push(Case {
                        name: format!("convolution {shape:?} axis {axis} {length} {offset} {complex}"),
                        shape: shape.to_vec(),
                        build: Box::new(move |layout| Convolve1D::new(&taps, offset).along(axis).on(layout)),
                        oracle: vec![Along { axis, output: 0, matrix: convolution(shape[axis], &filter, offset) }],
                    });
                }
            }
            for length in [1, 4, 9, 41] {
                if shape[axis] < 3 || length > 30 && shape.len() == 4 {
                    continue;
                }
                let filter: Vec<_> = values(&[length], 8).iter().map(|h| Complex::new(h.re, 0.0)).collect();
                let n = shape[axis];
                let reflectivity = first(n, Stencil::default(), 1.0);
                let wavelet: Vec<_> = filter.iter().map(|h| h.re).collect();
                cases.push(Case {
                    name: format!("poststack {shape:?} axis {axis} {length}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| PoststackModelling::new(&wavelet).along(axis).on(layout)),
                    oracle: vec![Along {
                        axis,
                        output: 0,
                        matrix: times(&convolution(n, &filter, length / 2), &reflectivity),
                    }],
                });
            }
        }
    }
    cases
}

/// Convolutions with filters so long that blocks of them are transformed; whole blocks and parts of them on each rank.
pub(super) fn transformed_convolutions<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for (shape, axis, length, offset) in [
        (&[1500][..], 0, 130, 5),
        (&[400], 0, 200, 180),
        (&[3, 200, 3], 1, 140, 70),
        (&[140, 2], 0, 300, 7),
        (&[5, 130], 1, 128, 127),
    ] {
        let filter: Vec<_> = values(&[length], 5).iter().copied().collect();
        let filter: Vec<_> = filter.into_iter().map(|h| if T::IS_COMPLEX { h } else { h.re.into() }).collect();
        let taps: Vec<_> = filter.iter().map(|h| T::from_parts(h.re, h.im)).collect();
        cases.push(Case {
            name: format!("long convolution {shape:?} axis {axis} {length} {offset}"),
            shape: shape.to_vec(),
            build: Box::new(move |layout| Convolve1D::new(&taps, offset).along(axis).on(layout)),
            oracle: vec![Along { axis, output: 0, matrix: convolution(shape[axis], &filter, offset) }],
        });
        let (n, wavelet): (usize, Vec<_>) = (shape[axis], filter.iter().map(|h| h.re).collect());
        let real: Vec<_> = wavelet.iter().map(|&h| Complex::new(h, 0.0)).collect();
        let matrix = times(&convolution(n, &real, length / 2), &first(n, Stencil::default(), 1.0));
        cases.push(Case {
            name: format!("long poststack {shape:?} axis {axis} {length}"),
            shape: shape.to_vec(),
            build: Box::new(move |layout| PoststackModelling::new(&wavelet).along(axis).on(layout)),
            oracle: vec![Along { axis, output: 0, matrix }],
        });
    }
    cases
}

/// Convolutions with filters that change along the axis: one, two and many of them, short and longer than the axis, on
/// rows of all lengths.
pub(super) fn varying_convolutions<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for (shape, axis) in [
        (&[30][..], 0),
        (&[11, 3], 0),
        (&[3, 14], 1),
        (&[9, 40], 0),
        (&[2, 10, 3], 1),
        (&[2, 7, 150], 1),
        (&[3, 2, 4, 9], 3),
    ] {
        let n = shape[axis];
        for (length, first, step, number) in
            [(1, 0, 1, n), (3, 1, 3, 3), (5, n - 1, 1, 1), (7, 2, 4, 2), (31, 0, n - 1, 2)]
        {
            if first + step * (number - 1) >= n {
                continue;
            }
            for complex in [false, true] {
                if complex && !T::IS_COMPLEX {
                    continue;
                }
                let positions: Vec<_> = (0..number).map(|k| first + k * step).collect();
                let filters = values(&[number, length], 6).into_dimensionality::<Ix2>().unwrap();
                let filters = filters.mapv(|h| Complex::new(h.re, if complex { h.im } else { 0.0 }));
                let taps = filters.mapv(|h| T::from_parts(h.re, h.im));
                cases.push(Case {
                    name: format!("varying {shape:?} axis {axis} {length} at {positions:?} {complex}"),
                    shape: shape.to_vec(),
                    oracle: vec![Along { axis, output: 0, matrix: varying(n, &filters, &positions) }],
                    build: Box::new(move |layout| {
                        NonStationaryConvolve1D::new(&taps, &positions).along(axis).on(layout)
                    }),
                });
            }
        }
    }
    cases
}
