//! Sixteen dense blocks of 1024 × 1024 over the ranks: on the diagonal, below and beside one another.
//!
//! Bytes: the matrices, each read once.

use super::derivatives::directions;
use crate::{Suite, inputs::scattered};
use lops::prelude::*;
use lops::{library::uniform, ndarray::Array2};

pub(crate) const NAMES: &[&str] =
    &["blockdiag.fwd", "blockdiag.adj", "vstack.fwd", "vstack.adj", "hstack.fwd", "hstack.adj"];

const BLOCKS: usize = 16;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let n = suite.arguments.n.unwrap_or(1024);
    let alone = Layout::scatter(&comm.alone(), &[n], 0)?;
    let mine = Layout::scatter(comm, &[BLOCKS], 0)?.range(comm.rank());
    let block = |b: usize| Array2::from_shape_fn((n, n), |(i, j)| uniform(100 + b as u64, (i * n + j) as u64));
    let blocks = mine.map(|b| MatrixMult::new(&block(b)).on(&alone)).collect::<Result<Vec<Operator<f64>>>>()?;
    let elements = BLOCKS * n * n;
    let measure = |name: &str, a: Operator<f64>, x: DistArray<f64>| {
        directions(suite, name, &[BLOCKS, n, n], [8 * elements, 2 * elements], &a, &x)
    };
    let x = || -> Result<DistArray<f64>> {
        // As whole blocks lie on the ranks, and flat.
        let blocks = scattered(comm, 1, &[BLOCKS, n])?;
        blocks.ravel()
    };
    measure("blockdiag", BlockDiag::of(comm, blocks.clone())?, x()?)?;
    let v = DistArray::from_fn(&Layout::replicated(comm, &[n])?, |i| uniform(2, i[0] as u64));
    measure("vstack", VStack::of(comm, blocks.clone())?, v)?;
    measure("hstack", HStack::of(comm, blocks)?, x()?)
}
