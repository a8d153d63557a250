//! Operators in rows and columns, and along two axes.

use super::cuts::{COPIES, GRIDS};
use super::{Entry, diagonal, entries, matrix};
use lops::operators::{Block, FirstDerivative, Identity, Kronecker, MatrixMult, Zero};
use lops::{Layout, Scalar};

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        COPIES "Block": |comm, cut| {
            let layout = cut.layout(comm, &[7, 3], &[0, 1])?;
            let first = vec![diagonal(&layout, 1)?, Identity.on(&layout)];
            Block::of(vec![first, vec![Zero::to(&layout).on(&layout)?, diagonal(&layout, 2)?]])
        }
        GRIDS "Kronecker": |comm, cut| {
            let own = |n: usize| Layout::replicated(&comm.alone(), &[n]);
            let (a, b) = (MatrixMult::new(&matrix(3, 4, 1)).on(&own(4)?)?, FirstDerivative::along(0).on(&own(5)?)?);
            Kronecker::new(&a, &b).on(&cut.layout(comm, &[4, 5, 2], &[0, 1])?)
        }
    }
}
