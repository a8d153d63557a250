//! Stencils on 256³ numbers scattered on axis 0: forward on the input, adjoint on the forward's result.
//!
//! Bytes: 8 read and 8 written a point; the gradient writes (forward) or reads (adjoint) three arrays.

use crate::{
    Suite,
    inputs::{checksum, scattered},
    timing::{Line, samples},
};
use lops::{
    DistArray, Operator, Result,
    operators::{FirstDerivative, Gradient, Laplacian, Points, SecondDerivative, Stencil},
};

pub(crate) const NAMES: &[&str] = &[
    "first.forward.fwd",
    "first.forward.adj",
    "first.backward.fwd",
    "first.backward.adj",
    "first.centered3.fwd",
    "first.centered3.adj",
    "first.centered3.edge.fwd",
    "first.centered3.edge.adj",
    "first.centered5.fwd",
    "first.centered5.adj",
    "first.centered5.edge.fwd",
    "first.centered5.edge.adj",
    "first.centered3.axis2.fwd",
    "first.centered3.axis2.adj",
    "second.forward.fwd",
    "second.forward.adj",
    "second.centered.fwd",
    "second.centered.adj",
    "second.centered.edge.fwd",
    "second.centered.edge.adj",
    "laplacian3d.fwd",
    "laplacian3d.adj",
    "gradient.centered.fwd",
    "gradient.centered.adj",
    "gradient.forward.fwd",
    "gradient.forward.adj",
];

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(256);
    let x = scattered(suite.comm, 1, &[n, n, n])?;
    let grid = x.layout()?.clone();
    let first = FirstDerivative::along(0);
    let to_the_ends = Stencil::Centered { points: Points::Three, edge: true };
    for (name, flops, operator) in [
        ("first.forward", 2, first.stencil(Stencil::Forward)),
        ("first.backward", 2, first.stencil(Stencil::Backward)),
        ("first.centered3", 2, first),
        ("first.centered3.edge", 2, first.stencil(to_the_ends)),
        ("first.centered5", 7, first.stencil(Stencil::Centered { points: Points::Five, edge: false })),
        ("first.centered5.edge", 7, first.stencil(Stencil::Centered { points: Points::Five, edge: true })),
        ("first.centered3.axis2", 2, FirstDerivative::along(2)),
    ] {
        both(suite, name, [2, flops], &operator.on(&grid)?, &x)?;
    }
    let second = SecondDerivative::along(0);
    for (name, operator) in [
        ("second.forward", second.stencil(Stencil::Forward)),
        ("second.centered", second),
        ("second.centered.edge", second.stencil(to_the_ends)),
    ] {
        both(suite, name, [2, 4], &operator.on(&grid)?, &x)?;
    }
    both(suite, "laplacian3d", [2, 14], &Laplacian::over(&[0, 1, 2]).on(&grid)?, &x)?;
    both(suite, "gradient.centered", [4, 6], &Gradient::new().on(&grid)?, &x)?;
    both(suite, "gradient.forward", [4, 6], &Gradient::new().stencil(Stencil::Forward).on(&grid)?, &x)
}

/// Measures `y ← A x` as `name.fwd` and `Aᴴ y` as `name.adj`; words and operations are per number.
pub(crate) fn both(
    suite: &Suite<'_>,
    name: &str,
    [words, flops]: [usize; 2],
    a: &Operator<f64>,
    x: &DistArray<f64>,
) -> Result<()> {
    let size = x.size();
    directions(suite, name, &x.shape(), [8 * words * size, flops * size], a, x)
}

/// As [`both`], with bytes and operations of the whole problem.
pub(crate) fn directions(
    suite: &Suite<'_>,
    name: &str,
    shape: &[usize],
    [bytes, flops]: [usize; 2],
    a: &Operator<f64>,
    x: &DistArray<f64>,
) -> Result<()> {
    use lops::LinearOperator;
    let comm = suite.comm;
    let [forward, adjoint] = [format!("{name}.fwd"), format!("{name}.adj")];
    if !suite.wants(&forward) && !suite.wants(&adjoint) {
        return Ok(());
    }
    let mut y = a.apply_to(x)?;
    if suite.wants(&forward) {
        let samples = samples(suite, || a.apply(x.as_slice(), y.as_mut_slice()));
        Line::new(&forward, shape, checksum(&y)).work(bytes, flops).print(comm, samples);
    }
    if suite.wants(&adjoint) {
        let mut z = a.apply_adjoint_to(&y)?;
        let samples = samples(suite, || a.apply_adjoint(y.as_slice(), z.as_mut_slice()));
        Line::new(&adjoint, shape, checksum(&z)).work(bytes, flops).print(comm, samples);
    }
    Ok(())
}
