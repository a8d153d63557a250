//! Maps of whole blocks: operators that take some axes whole and do the same for all indices of the others.

mod blocks;

use self::blocks::Blocks;
use super::signal::Named;
use super::{Kernels, Operator, Put, Redistribute, all_whole, is_whole, with_lengths};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axes};
use crate::numbers::Scalar;
use std::cell::RefCell;

/// A linear map of a block of some axes, in C order of these, to one whose axes may have other lengths. It overwrites all of its output,
/// and allocates nothing.
pub(in crate::operators) trait BlockMap<T: Scalar>: 'static {
    /// `y ← A x`
    fn forward(&self, x: &[T], y: &mut [T]);

    /// `x ← Aᴴ y`
    fn adjoint(&self, y: &[T], x: &mut [T]);

    /// Bytes of memory that it keeps.
    fn bytes(&self) -> usize {
        0
    }
}

/// The operator that takes blocks of these axes, which come to the map in this order, to blocks with these lengths of them. Results lie as
/// `layout`, but for the lengths. Where one of the axes is cut, the array is moved to where they are whole, and the results back.
///
/// # Errors
/// [`ErrorKind::Axis`] if there is no such axis or one is named twice, [`ErrorKind::Layout`] of chunks, and of masks where one of the axes is cut.
pub(in crate::operators) fn on_blocks<T: Scalar>(
    name: String,
    axes: &[usize],
    lengths: &[usize],
    layout: &Layout,
    map: impl BlockMap<T>,
) -> Result<Operator<T>> {
    check(&name, axes, layout)?;
    let changes: Vec<_> = axes.iter().copied().zip(lengths.iter().copied()).collect();
    let range = with_lengths(layout, &changes)?;
    if axes.iter().all(|&axis| is_whole(layout, axis)) {
        return Ok(Mapped::new(name, axes, map, layout, &range).between(layout, range));
    }
    check_moves(&name, layout)?;
    let at_work = all_whole(layout, axes)?;
    let made = with_lengths(&at_work, &changes)?;
    let mapped = Mapped::new(name.clone(), axes, map, &at_work, &made).between(&at_work, &made);
    let there = Redistribute::to(&at_work).on(layout)?;
    let back = Redistribute::to(&range).on(&made)?;
    let inner = back.compose(&mapped.compose(&there)?)?;
    Ok(Operator::new(Named { name, inner }))
}

/// `Ok` of a layout without a mask: elements that go to ranks of another group are in another inner product there.
pub(in crate::operators) fn check_moves(name: &str, layout: &Layout) -> Result<()> {
    if layout.mask().is_none() {
        return Ok(());
    }
    let expected = "one without a mask, as its elements change their ranks";
    Err(Error::expected(ErrorKind::Layout, format!("layout of {name}"), expected, layout))
}

/// `Ok` of a layout without chunks that has these axes, each named once.
fn check(name: &str, axes: &[usize], layout: &Layout) -> Result<()> {
    check_axes(name, layout.shape(), axes)?;
    if layout.chunks().is_none() {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Layout, format!("layout of {name}"), "one without chunks", layout))
}

/// A map of the blocks that this rank has.
struct Mapped<T: Scalar, M> {
    name: String,
    map: M,
    domain: Blocks,
    range: Blocks,
    /// Some blocks in one piece each, before and after.
    rooms: RefCell<[Vec<T>; 2]>,
}

impl<T: Scalar, M: BlockMap<T>> Mapped<T, M> {
    fn new(name: String, axes: &[usize], map: M, domain: &Layout, range: &Layout) -> Self {
        let [domain, range] = [domain, range].map(|layout| Blocks::new(&layout.local_shape(), axes));
        let in_place = domain.are_contiguous() && range.are_contiguous();
        let room = |blocks: &Blocks| vec![T::zero(); if in_place { 0 } else { blocks.together() * blocks.len() }];
        let rooms = RefCell::new([room(&domain), room(&range)]);
        Self { name, map, domain, range, rooms }
    }
}

/// From blocks to blocks.
fn run<T: Scalar>(
    put: impl Put<T>,
    [from, to]: [&Blocks; 2],
    [packed, made]: [&mut Vec<T>; 2],
    x: &[T],
    y: &mut [T],
    map: impl Fn(&[T], &mut [T]),
) {
    if y.is_empty() {
        return;
    }
    if from.are_contiguous() && to.are_contiguous() {
        for block in 0..to.count() {
            let x = &x[block * from.len()..][..from.len()];
            let y = &mut y[block * to.len()..][..to.len()];
            map(x, y);
        }
        return;
    }
    for bundle in to.bundles() {
        from.pack(bundle, x, packed);
        for k in 0..bundle.blocks() {
            map(&packed[k * from.len()..][..from.len()], &mut made[k * to.len()..][..to.len()]);
        }
        to.unpack(put, bundle, made, y);
    }
}

impl<T: Scalar, M: BlockMap<T>> Kernels<T> for Mapped<T, M> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let [before, after] = &mut *self.rooms.borrow_mut();
        run(put, [&self.domain, &self.range], [before, after], x, y, |x, y| self.map.forward(x, y));
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let [before, after] = &mut *self.rooms.borrow_mut();
        run(put, [&self.range, &self.domain], [after, before], y, x, |y, x| self.map.adjoint(y, x));
    }

    /// Not where the map puts its results where they belong.
    fn adds(&self) -> bool {
        !(self.domain.are_contiguous() && self.range.are_contiguous())
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn scratch(&self) -> usize {
        let rooms: usize = self.rooms.borrow().iter().map(|room| size_of_val(&room[..])).sum();
        rooms + self.map.bytes() + self.domain.bytes() + self.range.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinearOperator;
    use crate::layout::{Cut, Grid};
    use crate::operators::check_same_bits;
    use crate::{DistArray, launch_threads};
    use ndarray::{Array2, Dimension};

    impl BlockMap<f64> for Array2<f64> {
        fn forward(&self, x: &[f64], y: &mut [f64]) {
            for (y, row) in y.iter_mut().zip(self.rows()) {
                *y = row.iter().zip(x).map(|(a, x)| a * x).sum();
            }
        }

        fn adjoint(&self, y: &[f64], x: &mut [f64]) {
            for (x, column) in x.iter_mut().zip(self.columns()) {
                *x = column.iter().zip(y).map(|(a, y)| a * y).sum();
            }
        }
    }

    fn matrix(rows: usize, columns: usize) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns), |(i, j)| (1 + (3 * i + 5 * j) % 7) as f64)
    }

    const SHAPE: [usize; 4] = [3, 2, 9, 4];

    /// Each axis alone, two of them in either order, beside one another or not, all.
    const AXES: [&[usize]; 9] = [&[0], &[2], &[3], &[1, 3], &[3, 1], &[2, 3], &[2, 0], &[0, 1, 3], &[0, 1, 2, 3]];

    #[test]
    fn blocks_come_in_the_order_of_their_axes() {
        launch_threads(2, |comm| {
            let layout = Layout::scatter(comm, &SHAPE, 1)?;
            let x = DistArray::random_signed(&layout, 4);
            for axes in AXES {
                let n: usize = axes.iter().map(|&axis| SHAPE[axis]).product();
                let lengths: Vec<_> = (0..axes.len()).map(|k| if k == 0 { 6 } else { 1 }).collect();
                let a = matrix(6, n);
                let y = (&on_blocks("Matrix".into(), axes, &lengths, &layout, a.clone())? * &x).gather_all();
                for (place, &y) in y.indexed_iter() {
                    let mut expected = 0.0;
                    for (i, x) in x.gather_all().indexed_iter() {
                        let same = (0..4).all(|axis| axes.contains(&axis) || i[axis] == place[axis]);
                        let at = axes.iter().fold(0, |at, &axis| at * SHAPE[axis] + i.slice()[axis]);
                        expected += if same { a[[place[axes[0]], at]] * x } else { 0.0 };
                    }
                    assert!((y - expected).abs() < 1e-11, "{axes:?} at {place:?}: {y}, not {expected}");
                }
            }
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn cuts_change_no_bits() {
        for ranks in [2, 3] {
            launch_threads(ranks, |comm| {
                for (axes, cut) in AXES.into_iter().flat_map(|axes| [0, 2].map(|cut| (axes, cut))) {
                    let n: usize = axes.iter().map(|&axis| SHAPE[axis]).product();
                    let mut lengths: Vec<_> = axes.iter().map(|&axis| SHAPE[axis]).collect();
                    lengths[0] = 2;
                    let rows = lengths.iter().product();
                    check_same_bits(comm, 3, |comm| {
                        let mut cuts = [const { Cut::Whole }; 4];
                        cuts[cut] = if cut == 2 { Cut::Cyclic } else { Cut::Block };
                        let layout = Grid::cut(&cuts).layout(comm, &SHAPE)?;
                        let a = on_blocks("Matrix".into(), axes, &lengths, &layout, matrix(rows, n))?;
                        assert!(a.check(1)?.warnings.is_empty());
                        assert_eq!(a.range().layout()?.shape()[axes[0]], 2);
                        Ok(&a + 0.5 * &a) // which adds
                    })?;
                }
                Ok(())
            })
            .unwrap();
        }
    }

    #[test]
    fn axes_that_are_none_and_chunks_are_refused() {
        let comm = crate::Comm::solo();
        let layout = Layout::scatter(&comm, &[3, 4], 0).unwrap();
        let kind =
            |axes: &[usize]| on_blocks("Matrix".into(), axes, &[2, 2], &layout, matrix(4, 4)).unwrap_err().kind();
        assert_eq!([kind(&[2, 0]), kind(&[1, 1])], [ErrorKind::Axis; 2]);
        let chunks = [vec![crate::layout::Chunk::from(0..3)]];
        let chunks = Layout::chunked(&comm, &[3], &chunks, crate::layout::Mode::Replica).unwrap();
        assert_eq!(
            on_blocks("Matrix".into(), &[0], &[1], &chunks, matrix(1, 3)).unwrap_err().kind(),
            ErrorKind::Layout
        );
    }
}
