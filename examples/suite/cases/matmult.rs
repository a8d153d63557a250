//! Products of two dense matrices, the first of which is cut over the ranks: in row blocks, of which several ranks may have the
//! same (`block`), and in tiles (`summa`); and whole on one rank (`dense`). Flops: 2 a term of real numbers, 8 of complex ones.

use super::transforms::measure;
use crate::{Suite, inputs::numbers};
use lops::ndarray::Array2;
use lops::operators::DistMatrixMult;
use lops::prelude::*;

pub(crate) const NAMES: &[&str] = &[
    "matmult.block.2048.f8.fwd",
    "matmult.block.2048.f8.adj",
    "matmult.summa.2048.f8.fwd",
    "matmult.summa.2048.f8.adj",
    "matmult.dense.2048.f8.fwd",
    "matmult.dense.2048.f8.adj",
    "matmult.block.2048.f4.fwd",
    "matmult.block.2048.f4.adj",
    "matmult.summa.2048.f4.fwd",
    "matmult.summa.2048.f4.adj",
    "matmult.dense.2048.f4.fwd",
    "matmult.dense.2048.f4.adj",
    "matmult.block.512.c8.fwd",
    "matmult.block.512.c8.adj",
    "matmult.summa.512.c8.fwd",
    "matmult.summa.512.c8.adj",
    "matmult.dense.512.c8.fwd",
    "matmult.dense.512.c8.adj",
    "matmult.block.512.c16.fwd",
    "matmult.block.512.c16.adj",
    "matmult.summa.512.c16.fwd",
    "matmult.summa.512.c16.adj",
    "matmult.dense.512.c16.fwd",
    "matmult.dense.512.c16.adj",
];

/// Seeds of the matrix and of what it is multiplied with.
const SEEDS: [u64; 2] = [21, 22];

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    products::<f64>(suite, 2048, "f8")?;
    products::<f32>(suite, 2048, "f4")?;
    products::<Complex<f32>>(suite, 512, "c8")?;
    products::<Complex<f64>>(suite, 512, "c16")
}

fn products<T: Scalar>(suite: &Suite<'_>, usual: usize, letters: &str) -> Result<()> {
    let (comm, n) = (suite.comm, suite.arguments.n.unwrap_or(usual));
    let work = [0, if T::IS_COMPLEX { 8 } else { 2 } * n * n * n];
    let name = |kind: &str| format!("matmult.{kind}.{usual}.{letters}");
    let (shape, matrix) = ([n; 3], [n; 2]);
    let [p, q] = sides(comm.size());

    measure(suite, &name("block"), &shape, work, SEEDS[1], || {
        let rows = Layout::scatter(comm, &matrix, 0)?;
        DistMatrixMult::new(&numbers::<T>(&rows, SEEDS[0])).over([p, 1, q]).on(&rows)
    })?;
    measure(suite, &name("summa"), &shape, work, SEEDS[1], || {
        let tiles = Grid::cut(&[Cut::Block, Cut::Block]).over(&[p, q]).layout(comm, &matrix)?;
        DistMatrixMult::new(&numbers::<T>(&tiles, SEEDS[0])).on(&tiles)
    })?;
    if comm.size() > 1 {
        return Ok(());
    }
    measure(suite, &name("dense"), &shape, work, SEEDS[1], || {
        let whole = Layout::scatter(comm, &matrix, 0)?;
        let a = Array2::from_shape_vec((n, n), numbers::<T>(&whole, SEEDS[0]).into_vec())?;
        MatrixMult::new(&a).on(&whole)
    })
}

/// A grid of all ranks, as near to a square as their number allows; no fewer rows than columns.
fn sides(ranks: usize) -> [usize; 2] {
    let columns = (1..=ranks.isqrt()).rev().find(|q| ranks.is_multiple_of(*q)).unwrap_or(1);
    [ranks / columns, columns]
}
