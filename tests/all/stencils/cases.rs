//! The operators that are put to the test, each with what it should do.

use super::oracle::{Along, Oracle, convolution, first, second, values};
use lops::operators::{
    Convolve1D, FirstDerivative, Gradient, Laplacian, PoststackModelling, SecondDerivative, Stencil,
};
use lops::{Complex, Layout, Operator, Result, Scalar};

type Build<T> = Box<dyn Fn(&Layout) -> Result<Operator<T>>>;

const KINDS: [Stencil; 3] = [Stencil::Forward, Stencil::Backward, Stencil::Centered];

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
            for kind in KINDS {
                for edge in [false, true] {
                    for order in [3, 5] {
                        if shape[axis] < order || (kind != Stencil::Centered && (edge || order == 5)) {
                            continue;
                        }
                        let h = if axis == 1 { -0.4 } else { 2.5 };
                        cases.push(Case {
                            name: format!("first {shape:?} axis {axis} {kind} {order} {edge}"),
                            shape: shape.to_vec(),
                            build: Box::new(move |layout| {
                                FirstDerivative::along(axis).kind(kind).order(order).edge(edge).sampling(h).on(layout)
                            }),
                            oracle: vec![Along { axis, output: 0, matrix: first(shape[axis], kind, order, edge, h) }],
                        });
                    }
                    cases.push(Case {
                        name: format!("second {shape:?} axis {axis} {kind} {edge}"),
                        shape: shape.to_vec(),
                        build: Box::new(move |layout| {
                            SecondDerivative::along(axis).kind(kind).edge(edge).sampling(0.4).on(layout)
                        }),
                        oracle: vec![Along { axis, output: 0, matrix: second(shape[axis], kind, edge, 0.4) }],
                    });
                }
            }
        }
    }
    cases
}

/// Laplacians and gradients.
pub(super) fn sums_and_stacks<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for (shape, axes) in [
        (&[5, 70][..], &[0, 1][..]),
        (&[7, 5, 4], &[0, 1, 2]),
        (&[7, 5, 4], &[2, 0]),
        (&[4, 9, 5], &[1, 0]),
        (&[3, 4, 3, 5], &[0, 1, 2, 3]),
        (&[5, 3], &[1, 1]),
    ] {
        for kind in KINDS {
            for edge in [false, true] {
                let weights: Vec<_> = (0..axes.len()).map(|k| [2.0, 0.5, -1.5, 1.0][k]).collect();
                let steps: Vec<_> = (0..axes.len()).map(|k| [0.4, 1.3, 0.7, 2.0][k]).collect();
                let axes = axes.to_vec();
                let along = |(k, &axis): (usize, &usize)| Along {
                    axis,
                    output: 0,
                    matrix: second(shape[axis], kind, edge, steps[k]).mapv(|a| a * weights[k]),
                };
                let oracle = axes.iter().enumerate().map(along).collect();
                cases.push(Case {
                    name: format!("Laplacian {shape:?} {axes:?} {kind} {edge}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| {
                        Laplacian::over(&axes).weights(&weights).sampling(&steps).kind(kind).edge(edge).on(layout)
                    }),
                    oracle,
                });
            }
        }
    }
    for shape in [&[9][..], &[4, 70], &[5, 4, 6], &[3, 4, 3, 5]] {
        for kind in KINDS {
            for edge in [false, true] {
                let steps: Vec<_> = (0..shape.len()).map(|k| [0.4, 1.3, 0.7, 2.0][k]).collect();
                let along = |(axis, &h): (usize, &f64)| Along {
                    axis,
                    output: axis,
                    matrix: first(shape[axis], kind, 3, edge, h),
                };
                let oracle = steps.iter().enumerate().map(along).collect();
                cases.push(Case {
                    name: format!("gradient {shape:?} {kind} {edge}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| Gradient::new().kind(kind).edge(edge).sampling(&steps).on(layout)),
                    oracle,
                });
            }
        }
    }
    cases
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
                let reflectivity = first(n, Stencil::Centered, 3, false, 1.0);
                let wavelet: Vec<_> = filter.iter().map(|h| h.re).collect();
                cases.push(Case {
                    name: format!("poststack {shape:?} axis {axis} {length}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| PoststackModelling::new(&wavelet).along(axis).on(layout)),
                    oracle: vec![Along {
                        axis,
                        output: 0,
                        matrix: convolution(n, &filter, length / 2).dot(&reflectivity),
                    }],
                });
            }
        }
    }
    cases
}
