//! Passes over vectors whose last axis is columns: updates with a number for each column, and a sum for each.
//!
//! Columns lie side by side, and sums are formed of numbers that lie one after another. So a vector is gone over once, in tiles of some
//! rows: a tile is updated, and each of its columns copied together and summed while all of it is in the cache. In updates the numbers
//! of the columns are laid out for some rows, as the vector is: then few columns fill vector registers as well as many do.

use super::sums::Sums;
use crate::array::{DistArray, Space, Summing};
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::IndexSet;
use crate::numbers::{PartialSum, Real, Scalar, kernels};
use crate::solvers::run::real;
use crate::solvers::units::is_ordinary;
use crate::solvers::{Reason, Run, Stop};
use std::ops::Range;

/// Elements of a tile: 256 KB of f64.
const TILE: usize = 1 << 15;

/// Rows of a tile, at least: fewer would make sums slow.
const ROWS: usize = 256;

/// Elements of an update for which numbers are laid out.
const LAID_OUT: usize = 512;

/// The memory of passes over vectors of so many columns.
#[derive(Debug)]
pub(super) struct Tiles<T> {
    columns: usize,
    /// Elements of a tile, which has whole rows.
    tile: usize,
    /// A column of a tile, and that of another vector.
    packed: [Vec<T>; 2],
    /// Numbers of updates, laid out.
    by: [Vec<T>; 2],
}

impl<T: Scalar> Tiles<T> {
    pub(super) fn of(columns: usize) -> Self {
        let rows = (TILE / columns).max(ROWS);
        let laid_out = LAID_OUT.div_ceil(columns) * columns;
        let zeros = |n| vec![T::zero(); n];
        Self { columns, tile: rows * columns, packed: [rows, rows].map(zeros), by: [laid_out, laid_out].map(zeros) }
    }

    pub(super) fn bytes(&self) -> usize {
        self.packed.iter().chain(&self.by).map(|numbers| size_of_val(&numbers[..])).sum()
    }

    /// ‖xⱼ‖² of each column: this rank's parts.
    pub(super) fn norm2(&mut self, x: &DistArray<T>, sums: &mut [PartialSum], how: Summing) {
        x.passes_over(1, 0);
        let [packed, _] = &mut self.packed;
        for_each_tile(x.space(), how, self.tile, |tile, counted| {
            if counted {
                add_squares(sums, packed, &x.as_slice()[tile]);
            }
        });
    }

    /// Re ⟨xⱼ, yⱼ⟩ of each column: this rank's parts.
    pub(super) fn re_dot(&mut self, x: &DistArray<T>, y: &DistArray<T>, sums: &mut [PartialSum], how: Summing) {
        x.passes_over(2, 0);
        let [xs, ys] = &mut self.packed;
        let columns = self.columns;
        for_each_tile(x.space(), how, self.tile, |tile, counted| {
            let [x, y] = [x, y].map(|x| &x.as_slice()[tile.clone()]);
            for (j, sum) in sums.iter_mut().enumerate().filter(|_| counted) {
                T::add_real_products(sum, pack(xs, x, columns, j), pack(ys, y, columns, j));
            }
        });
    }

    /// yⱼ ← yⱼ + aⱼ xⱼ of each column.
    pub(super) fn axpy(&mut self, y: &mut DistArray<T>, a: impl Iterator<Item = f64> + Clone, x: &DistArray<T>) {
        y.passes_over(1, 1);
        let [by, _] = &mut self.by;
        lay_out(by, self.columns, a);
        axpy(y.as_mut_slice(), by, x.as_slice());
    }

    /// yⱼ ← yⱼ + aⱼ xⱼ of each column, and ‖yⱼ‖²: this rank's parts.
    pub(super) fn axpy_norm2(
        &mut self,
        y: &mut DistArray<T>,
        a: impl Iterator<Item = f64> + Clone,
        x: &DistArray<T>,
        sums: &mut [PartialSum],
        how: Summing,
    ) {
        let Self { columns, tile, packed: [packed, _], by: [by, _] } = self;
        lay_out(by, *columns, a);
        update_norm2(*tile, packed, y, sums, how, |y, tile| axpy(y, by, &x.as_slice()[tile]));
    }

    /// yⱼ ← xⱼ + bⱼ yⱼ of each column.
    pub(super) fn xpby(&mut self, y: &mut DistArray<T>, x: &DistArray<T>, b: impl Iterator<Item = f64> + Clone) {
        y.passes_over(1, 1);
        let [by, _] = &mut self.by;
        lay_out(by, self.columns, b);
        xpby(y.as_mut_slice(), x.as_slice(), by);
    }

    /// yⱼ ← xⱼ + bⱼ yⱼ of each column, and ‖yⱼ‖²: this rank's parts.
    pub(super) fn xpby_norm2(
        &mut self,
        y: &mut DistArray<T>,
        x: &DistArray<T>,
        b: impl Iterator<Item = f64> + Clone,
        sums: &mut [PartialSum],
        how: Summing,
    ) {
        let Self { columns, tile, packed: [packed, _], by: [by, _] } = self;
        lay_out(by, *columns, b);
        update_norm2(*tile, packed, y, sums, how, |y, tile| xpby(y, &x.as_slice()[tile], by));
    }

    /// xⱼ ← xⱼ + aⱼ pⱼ, pⱼ ← rⱼ + bⱼ pⱼ of each column.
    pub(super) fn axpy_xpby(
        &mut self,
        x: &mut DistArray<T>,
        a: impl Iterator<Item = f64> + Clone,
        p: &mut DistArray<T>,
        r: &DistArray<T>,
        b: impl Iterator<Item = f64> + Clone,
    ) {
        x.passes_over(1, 2);
        let [by_a, by_b] = &mut self.by;
        lay_out(by_a, self.columns, a);
        lay_out(by_b, self.columns, b);
        let some = by_a.len();
        let rows = x.as_mut_slice().chunks_mut(some).zip(p.as_mut_slice().chunks_mut(some));
        for ((x, p), r) in rows.zip(r.as_slice().chunks(some)) {
            kernels::axpy_each(x, by_a, p);
            kernels::xpby_each(p, r, by_b);
        }
    }

    /// y ← a x + b y, with the same numbers for all columns, and ‖yⱼ‖² of each: this rank's parts.
    pub(super) fn axpby_norm2(
        &mut self,
        y: &mut DistArray<T>,
        a: T,
        x: &DistArray<T>,
        b: T,
        sums: &mut [PartialSum],
        how: Summing,
    ) {
        let Self { tile, packed: [packed, _], .. } = self;
        update_norm2(*tile, packed, y, sums, how, |y, tile| kernels::axpby(y, a, &x.as_slice()[tile], b));
    }

    /// Parts of sums that are 0 only of columns that are 0.
    pub(super) fn any_but_zero(&self, x: &DistArray<T>, sums: &mut [PartialSum], run: &Run) {
        for (j, sum) in sums.iter_mut().enumerate() {
            let is_any = x.as_slice().iter().skip(j).step_by(self.columns).any(|x| !x.is_zero());
            *sum = run.number(f64::from(u8::from(is_any)));
        }
    }

    /// The largest part of a number in each column, on any rank; NaN is larger than all.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes for each column; none where every rank holds everything.
    pub(super) fn largest(&self, x: &DistArray<T>) -> Vec<f64> {
        // The bits of moduli order as the moduli do.
        let bits = |part: T::Real| part.to_f64().abs().to_bits();
        let mut largest = vec![0; self.columns];
        for row in x.as_slice().chunks_exact(self.columns) {
            for (largest, x) in largest.iter_mut().zip(row) {
                *largest = bits(x.re()).max(bits(x.im())).max(*largest);
            }
        }
        if !x.space().is_replicated() && x.space().group().size() > 1 {
            x.space().group().all_reduce(&mut largest, Reduction::Max);
        }
        largest.into_iter().map(f64::from_bits).collect()
    }
}

/// How many columns vectors of this space have.
///
/// # Errors
/// [`ErrorKind::Layout`] of a stack, or where columns are cut, [`ErrorKind::Shape`] where there are none.
pub(super) fn columns_of(space: &Space, what: &str) -> Result<usize> {
    let layout = space.layout()?;
    let columns = match layout.shape() {
        [_, .., columns] if *columns > 0 => *columns,
        shape => {
            let expected = "an array of at least two axes, the last of which are its columns (for one column there are cg and cgls)";
            return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{shape:?}")));
        }
    };
    let is_whole = |rank| {
        let of_rank = layout.regions(rank);
        let is_cut = |sets: &[IndexSet]| sets.last().and_then(IndexSet::as_range) != Some(0..columns);
        !of_rank.iter().any(|region| !region.is_empty() && is_cut(region.sets()))
    };
    if !(0..layout.comm().size()).all(is_whole) {
        let expected = "columns (the last axis) that are whole on every rank";
        return Err(Error::expected(ErrorKind::Layout, what, expected, layout));
    }
    Ok(columns)
}

/// `Ok` if columns with these squares of their norms, and what iterations make of them, stay well within the range of numbers, or are 0.
///
/// # Communication
/// One all-reduce more where some do not.
///
/// # Errors
/// [`Reason::Breakdown`].
pub(super) fn check_range<T: Scalar>(
    x: &DistArray<T>,
    squares: impl Iterator<Item = f64> + Clone,
    tiles: &Tiles<T>,
    sums: &mut Sums,
    run: &Run,
) -> Result<(), Stop> {
    if squares.clone().all(is_ordinary::<T>) {
        return Ok(());
    }
    tiles.any_but_zero(x, sums.start(1, run), run);
    sums.reduce(run)?;
    let mut columns = squares.zip(sums.each(0));
    match columns.find(|&(square, any)| any != 0.0 && !is_ordinary::<T>(square)) {
        Some((square, _)) => Err(Reason::Breakdown(square).into()),
        None => Ok(()),
    }
}

/// Calls `f` with every tile of this rank's buffer, and whether it counts. Rows are whole.
fn for_each_tile(space: &Space, how: Summing, tile: usize, mut f: impl FnMut(Range<usize>, bool)) {
    space.for_each_stretch(how.counts_replicas(), |range, counted| {
        for start in range.clone().step_by(tile) {
            f(start..(start + tile).min(range.end), counted);
        }
    });
}

/// Does something to y, tile by tile, and sums the squares of each column of it: this rank's parts.
fn update_norm2<T: Scalar>(
    tile: usize,
    packed: &mut [T],
    y: &mut DistArray<T>,
    sums: &mut [PartialSum],
    how: Summing,
    mut act: impl FnMut(&mut [T], Range<usize>),
) {
    y.passes_over(1, 1);
    let (space, y) = (y.space().clone(), y.as_mut_slice());
    for_each_tile(&space, how, tile, |tile, counted| {
        let y = &mut y[tile.clone()];
        act(y, tile);
        if counted {
            add_squares(sums, packed, y);
        }
    });
}

/// Adds the squares of each column of some rows, one sum for each.
fn add_squares<T: Scalar>(sums: &mut [PartialSum], packed: &mut [T], x: &[T]) {
    let columns = sums.len();
    for (j, sum) in sums.iter_mut().enumerate() {
        T::add_squares(sum, pack(packed, x, columns, j));
    }
}

/// A column of some rows, in one piece.
fn pack<'a, T: Scalar>(packed: &'a mut [T], x: &[T], columns: usize, j: usize) -> &'a [T] {
    let packed = &mut packed[..x.len() / columns];
    for (packed, row) in packed.iter_mut().zip(x.chunks_exact(columns)) {
        *packed = row[j];
    }
    packed
}

/// Writes the numbers of the columns, row after row.
fn lay_out<T: Scalar>(rows: &mut [T], columns: usize, numbers: impl Iterator<Item = f64> + Clone) {
    for row in rows.chunks_exact_mut(columns) {
        row.iter_mut().zip(numbers.clone()).for_each(|(place, number)| *place = real(number));
    }
}

fn axpy<T: Scalar>(y: &mut [T], a: &[T], x: &[T]) {
    y.chunks_mut(a.len()).zip(x.chunks(a.len())).for_each(|(y, x)| kernels::axpy_each(y, a, x));
}

fn xpby<T: Scalar>(y: &mut [T], x: &[T], b: &[T]) {
    y.chunks_mut(b.len()).zip(x.chunks(b.len())).for_each(|(y, x)| kernels::xpby_each(y, x, b));
}
