//! Which operators there are. A new one is a function over a [`Trial`] and a line in its file's `OPS`.

mod algebra;
mod convolve1d;
mod dense;
mod derivatives;
mod matrix_mult;
mod movement;
mod non_stationary_convolve1d;
mod norms;
mod poststack;
mod proximal;
mod solvers;
mod sparsity;
mod stacks;
mod transforms;

use crate::trial::{Outcome, Trial};
use lops::prelude::*;

/// Runs a case of one op.
pub(crate) type Run = fn(&mut Trial<'_>) -> Result<Outcome>;

type Ops = &'static [(&'static str, Run)];

const ALL: [Ops; 13] = [
    algebra::OPS,
    convolve1d::OPS,
    derivatives::OPS,
    matrix_mult::OPS,
    movement::OPS,
    non_stationary_convolve1d::OPS,
    norms::OPS,
    poststack::OPS,
    proximal::OPS,
    solvers::OPS,
    sparsity::OPS,
    stacks::OPS,
    transforms::OPS,
];

/// What runs the cases of an op, where lops has it.
pub(crate) fn find(op: &str) -> Option<Run> {
    ALL.iter().flat_map(|ops| ops.iter()).find(|(name, _)| *name == op).map(|&(_, run)| run)
}

/// A [`Run`] that calls a generic function for the scalar of the case (`args.dtype`).
macro_rules! for_scalar {
    ($function:ident) => {
        |trial| match trial.case.string("dtype")? {
            "float32" => $function::<f32>(trial),
            "float64" => $function::<f64>(trial),
            "complex64" => $function::<lops::Complex<f32>>(trial),
            "complex128" => $function::<lops::Complex<f64>>(trial),
            other => Err(lops::Error::expected(
                lops::ErrorKind::Format,
                trial.case.of("dtype"),
                "float32, float64, complex64 or complex128",
                other,
            )),
        }
    };
}
use for_scalar;
