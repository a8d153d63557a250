//! The cases, by family. A family sets up its inputs once and measures those of its cases that are
//! asked for.

mod ct2d;
mod derivatives;
mod kirchhoff;
mod matmult;
mod movement;
mod nonstat;
mod poststack3d;
mod solvers;
mod stacks;
mod stream;
mod transforms;
mod vectors;

use crate::Suite;
use lops::prelude::*;

/// Names, and what measures them.
type Family = (&'static [&'static str], fn(&Suite<'_>) -> Result<()>);

const FAMILIES: &[Family] = &[
    (stream::NAMES, stream::run),
    (vectors::NAMES, vectors::run),
    (derivatives::NAMES, derivatives::run),
    (stacks::NAMES, stacks::run),
    (solvers::laplacian::NAMES, solvers::laplacian::run),
    (solvers::lap7::NAMES, solvers::lap7::run),
    (solvers::poststack::NAMES, solvers::poststack::run),
    (solvers::sparse::NAMES, solvers::sparse::run),
    (solvers::tv::NAMES, solvers::tv::run),
    (poststack3d::NAMES, poststack3d::run),
    (movement::NAMES, movement::run),
    (transforms::NAMES, transforms::run),
    (matmult::NAMES, matmult::run),
    (nonstat::NAMES, nonstat::run),
    (kirchhoff::NAMES, kirchhoff::run),
    (ct2d::NAMES, ct2d::run),
];

/// The names of all cases.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| family.0).copied()
}

/// Measures the cases that are asked for.
pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let mut wanted = FAMILIES.iter().filter(|family| family.0.iter().any(|name| suite.wants(name)));
    wanted.try_for_each(|family| family.1(suite))
}
