//! Stacks, of parts that each rank or each group of ranks has and of parts that all ranks have together.

use super::cuts::{ONE_PLACE, SHARES};
use super::{Entry, diagonal, entries, matrix};
use lops::operators::{
    BlockDiag, FirstDerivative, Groups, HStack, Identity, MatrixMult, Restriction, StackedBlockDiag, StackedHStack,
    StackedVStack, VStack,
};
use lops::{Comm, Layout, Operator, Result, Scalar};

/// A matrix as an operator of one rank's own.
fn own_matrix<T: Scalar>(comm: &Comm, rows: usize, columns: usize, seed: u64) -> Result<Operator<T>> {
    MatrixMult::new(&matrix(rows, columns, seed)).on(&Layout::scatter(&comm.alone(), &[columns], 0)?)
}

/// Two groups, where they can be of equal size.
fn groups(comm: &Comm) -> Result<Groups> {
    Groups::new(comm, if comm.size().is_multiple_of(2) { 2 } else { 1 })
}

/// The k-th part on a model that the ranks of a group share.
fn shared<T: Scalar>(groups: &Groups, k: usize) -> Result<Operator<T>> {
    let layout = Layout::scatter(groups.own(), &[6, 5], 0)?;
    let slope = FirstDerivative::along(0).on::<T>(&layout)?;
    Ok(&Restriction::new(&[k % 5, 2]).along(1).on(&layout)? * (slope + diagonal(&layout, k as u64)?))
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        SHARES "BlockDiag": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| own_matrix(comm, 3 + k, 20 - k, k as u64));
            BlockDiag::of(comm, blocks.collect::<Result<_>>()?)
        }
        SHARES "BlockDiag, blocks with columns": |comm, cut| {
            let own = Layout::scatter(&comm.alone(), &[6, 4], 0)?;
            let blocks = cut.own(comm, 4).map(|k| MatrixMult::new(&matrix(5, 6, k as u64)).on(&own));
            let sizes = cut.sizes(comm, 4);
            let of = |rows: usize| Layout::scatter_sizes(comm, &[4, rows, 4], 0, &sizes);
            BlockDiag::with_spaces(&of(6)?, &of(5)?, blocks.collect::<Result<_>>()?)
        }
        SHARES "BlockDiag over groups": |comm, _cut| {
            let groups = groups(comm)?;
            BlockDiag::over(&groups, &[5.0, 1.0, 2.0], |k| shared(&groups, k))
        }
        SHARES "VStack": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| own_matrix(comm, 3 + k, 4, k as u64));
            VStack::of(comm, blocks.collect::<Result<_>>()?)
        }
        SHARES "VStack of what cannot add": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| Ok(own_matrix(comm, 3 + k, 4, k as u64)?.conj()));
            VStack::of(comm, blocks.collect::<Result<_>>()?)
        }
        SHARES "VStack over groups": |comm, _cut| {
            let groups = groups(comm)?;
            VStack::over(&groups, 3, |k| shared(&groups, k))
        }
        SHARES "HStack": |comm, cut| {
            let own = Layout::scatter(&comm.alone(), &[3, 2], 0)?;
            let blocks = cut.own(comm, 4).map(|k| diagonal(&own, k as u64));
            let domain = Layout::scatter_sizes(comm, &[4, 3, 2], 0, &cut.sizes(comm, 4))?;
            HStack::with_spaces(&domain, &Layout::replicated(comm, &[3, 2])?, blocks.collect::<Result<_>>()?)
        }
        SHARES "HStack over groups": |comm, _cut| {
            let groups = groups(comm)?;
            HStack::over(&groups, 3, |k| Ok(shared(&groups, k)?.adjoint()))
        }
        ONE_PLACE "StackedVStack": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], &[0, 1])?;
            let part = Restriction::new(&[1, 4]).on(&layout)?;
            StackedVStack::of(vec![diagonal(&layout, 3)?, part, diagonal(&layout, 4)?.conj()])
        }
        ONE_PLACE "StackedHStack": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], &[1])?;
            StackedHStack::of(vec![diagonal(&layout, 3)?, Identity.on(&layout), diagonal(&layout, 4)?.conj()])
        }
        ONE_PLACE "StackedBlockDiag, nested": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], &[0])?;
            let inner = StackedVStack::of(vec![diagonal(&layout, 3)?, Identity.on(&layout)])?;
            let outer = StackedBlockDiag::of(vec![inner, Restriction::new(&[2, 0]).along(1).on(&layout)?])?;
            let both = StackedHStack::of(vec![outer.adjoint(), outer.adjoint()])?;
            outer.compose(&both)
        }
    }
}
