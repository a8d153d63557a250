//! Taking some of the indices along an axis.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, AxisMap, IndexSet, Layout, Partition, ProcessGrid, Region, check_axis};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Put};
use ndarray::{ArrayD, ArrayView, Dimension};

/// `y[…, k, …] = x[…, iₖ, …]`: the listed indices along one axis.
///
/// The adjoint puts every row back in its place, adds up those of an index listed more than once,
/// and fills the rest with 0. The rectangular identity of N × M is this with the indices 0..N. Which indices, or which
/// elements of an array, may be said by a [`mask`](Self::mask) too. Places between samples are [`Interp`](crate::operators::Interp)'s.
///
/// `RᴴR x`, [`normal`](crate::operators::normal) of R, is x where it is taken, and 0 elsewhere (each index listed once).
///
/// # Spaces
/// `X`: a replicated array or any grid. `Y`: the same with the axis as long as the list, whose indices
/// come in any order and as often as one likes. Every rank keeps those that it has, so along a cut
/// axis `Y` lies where they are: in blocks again where that makes blocks (of ascending indices of
/// blocks, say), otherwise listed. Ranks may be empty. Chunked layouts are refused. Real or complex.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Operator, launch_threads, operators::Restriction};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let r = Restriction::new(&[1, 4, 5]).on(&layout)?;
///     let x = DistArray::from_fn(&layout, |i| i[0] as f64);
///     let y = &r * &x;
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 4.0, 5.0][..]));
///     assert_eq!((r.adjoint() * &y).gather_all().as_slice(), Some(&[0.0, 1.0, 0.0, 0.0, 4.0, 5.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Restriction`, whose method `mask` is `RᴴR`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Restriction {
    chosen: Chosen,
    axis: usize,
}

#[derive(Clone, Debug)]
enum Chosen {
    Indices(Vec<usize>),
    /// Of an axis, or of an array.
    Mask(ArrayD<bool>),
}

/// What this rank takes.
struct Taken {
    /// Where this rank's indices lie in its block, in the order of the list.
    places: Vec<usize>,
    /// The block is `[…, rows, inner]`.
    rows: usize,
    inner: usize,
}

impl Restriction {
    /// The restriction to these indices, of axis 0; every rank passes the same list.
    pub fn new(indices: &[usize]) -> Self {
        Self { chosen: Chosen::Indices(indices.to_vec()), axis: 0 }
    }

    /// The restriction to what is true in a mask, the same on every rank. One of one axis, as long as the axis along which is taken,
    /// says which of its indices are taken. One of the shape of an array of several axes says which elements are: `Y` has one axis, on
    /// which they are in C order, each on the rank that has it.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, ndarray::array, operators::Restriction};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[2, 3], 0)?;
    ///     let x = DistArray::from_fn(&layout, |i| (10 * i[0] + i[1]) as f64);
    ///     let columns = Restriction::mask(&array![true, false, true]).along(1).on(&layout)?;
    ///     assert_eq!((&columns * &x).gather_all(), array![[0.0, 2.0], [10.0, 12.0]].into_dyn());
    ///     let elements = Restriction::mask(&array![[false, true, true], [true, false, false]]).on(&layout)?;
    ///     assert_eq!((&elements * &x).gather_all(), array![1.0, 2.0, 10.0].into_dyn());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn mask<'a, D: Dimension>(mask: impl Into<ArrayView<'a, bool, D>>) -> Self {
        Self { chosen: Chosen::Mask(mask.into().into_dyn().to_owned()), axis: 0 }
    }

    /// Along this axis.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Parameter`] if an index is beyond
    /// it, [`ErrorKind::Shape`] of a mask of another length, or another shape, [`ErrorKind::Layout`] of a chunked layout.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { chosen, axis } = self;
        let indices = chosen.indices();
        let of_mask = match &chosen {
            Chosen::Indices(_) => None,
            Chosen::Mask(mask) => Some(mask.shape()),
        };
        let words = of_mask.map_or(String::new(), |shape| format!("in a mask of {shape:?}, "));
        let told = format_args!("Restriction to {indices:?}, {words}axis {axis}, {layout:#}");
        let _operation = layout.comm().operation("Operator::on", told);
        if layout.chunks().is_some() {
            return Err(Error::expected(ErrorKind::Layout, "layout of Restriction", "one without chunks", layout));
        }
        let fits = |shape: &[usize]| match of_mask {
            Some(mask) if mask != shape => {
                let (expected, found) = (format!("shape {shape:?}"), format!("{mask:?}"));
                Err(Error::expected(ErrorKind::Shape, "mask of Restriction", expected, found))
            }
            _ => Ok(()),
        };
        if of_mask.is_some_and(|mask| mask.len() != 1) {
            fits(layout.shape())?;
            return elements(&indices, layout);
        }
        check_axis(layout.shape(), axis)?;
        fits(&[layout.shape()[axis]])?;
        along(&indices, axis, layout)
    }
}

impl Chosen {
    /// The indices, of an axis or of all elements in C order.
    fn indices(&self) -> Vec<usize> {
        match self {
            Self::Indices(indices) => indices.clone(),
            Self::Mask(mask) => mask.iter().enumerate().filter(|(_, taken)| **taken).map(|(index, _)| index).collect(),
        }
    }
}

/// Of an axis.
fn along<T: Scalar>(indices: &[usize], axis: usize, layout: &Layout) -> Result<Operator<T>> {
    let shape = layout.shape();
    let n = shape[axis];
    if let Some(beyond) = indices.iter().find(|&&index| index >= n) {
        let expected = format!("less than {n} (axis {axis} of shape {shape:?})");
        return Err(Error::expected(ErrorKind::Parameter, "index of Restriction", expected, beyond));
    }
    let mut taken = shape.to_vec();
    taken[axis] = indices.len();
    let (range, own) = match layout.process_grid() {
        None => (layout.with_shape(&taken)?, IndexSet::range(0..n)),
        Some(grid) => {
            let mut axes = grid.axes().to_vec();
            axes[axis] = taken_of(&axes[axis], indices);
            let range = layout.with_partition(&taken, Partition::Grid(grid.with_axes(axes)))?;
            (range, grid.region(layout.comm().rank()).sets()[axis].clone())
        }
    };
    let places = indices.iter().filter_map(|&index| own.position(index)).collect();
    let inner = AlongAxis::new(&layout.local_shape(), axis).inner;
    Ok(Taken { places, rows: own.len(), inner }.between(layout, range))
}

/// Of all elements.
fn elements<T: Scalar>(indices: &[usize], layout: &Layout) -> Result<Operator<T>> {
    let (shape, count) = (layout.shape(), [indices.len()]);
    let rows = layout.local_len();
    let Some(grid) = layout.process_grid() else {
        let range = layout.with_shape(&count)?;
        return Ok(Taken { places: indices.to_vec(), rows, inner: 1 }.between(layout, range));
    };
    let (mut lists, mut places) = (vec![vec![]; grid.ranks().len()], vec![]);
    let own = grid.region(layout.comm().rank());
    let all = Region::whole(shape);
    for (k, &element) in indices.iter().enumerate() {
        let index = all.index(element);
        let coordinates = index.iter().zip(grid.axes()).filter_map(|(&i, map)| map.coordinate(i));
        let cell = coordinates.zip(grid.shape()).fold(0, |cell, (coordinate, over)| cell * over + coordinate);
        lists[cell].push(k);
        places.extend(own.position(&index));
    }
    let is_whole = grid.axes().iter().all(AxisMap::is_whole);
    let map = if is_whole { AxisMap::Whole(count[0]) } else { AxisMap::dealt(lists) };
    let grid = ProcessGrid::from_parts(vec![map], grid.ranks().collect());
    let range = layout.with_partition(&count, Partition::Grid(grid))?;
    Ok(Taken { places, rows, inner: 1 }.between(layout, range))
}

impl Taken {
    /// Calls `f` with where each taken row starts in a block of the domain and in one of the range.
    fn for_each_row(&self, len: usize, mut f: impl FnMut(usize, usize)) {
        let block = self.places.len() * self.inner;
        if block == 0 {
            return;
        }
        for outer in 0..len / block {
            for (k, place) in self.places.iter().enumerate() {
                f((outer * self.rows + place) * self.inner, outer * block + k * self.inner);
            }
        }
    }
}

impl<T: Scalar> Kernels<T> for Taken {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.for_each_row(y.len(), |i, k| {
            let row = y[k..k + self.inner].iter_mut().zip(&x[i..i + self.inner]);
            row.for_each(|(y, &x)| put.one(y, x)); // yₖ ← xᵢ
        });
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        put.nothing(x);
        self.for_each_row(y.len(), |i, k| {
            let row = x[i..i + self.inner].iter_mut().zip(&y[k..k + self.inner]);
            row.for_each(|(x, &y)| put.more(x, y)); // xᵢ ← xᵢ + yₖ
        });
    }

    fn name(&self) -> String {
        "Restriction".into()
    }
}

/// Where the taken indices of an axis are: each with the coordinate that has it.
fn taken_of(map: &AxisMap, indices: &[usize]) -> AxisMap {
    if map.is_whole() {
        return AxisMap::Whole(indices.len());
    }
    let mut lists = vec![vec![]; map.coordinates()];
    for (k, &index) in indices.iter().enumerate() {
        if let Some(coordinate) = map.coordinate(index) {
            lists[coordinate].push(k);
        }
    }
    match AxisMap::dealt(lists) {
        AxisMap::Listed(sets)
            if indices.len() == map.size() && sets.iter().enumerate().all(|(c, set)| *set == map.set(c)) =>
        {
            map.clone()
        }
        dealt => dealt,
    }
}
