//! Taking some of the indices along an axis.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, check_axis};
use crate::layout::{AxisMap, IndexSet, Layout, Partition};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Put};

/// `y[…, k, …] = x[…, iₖ, …]`: the listed indices along one axis.
///
/// The adjoint puts every row back in its place, adds up those of an index listed more than once,
/// and fills the rest with 0. The rectangular identity of N × M is this with the indices 0..N.
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
/// Behaviour: pylops `Restriction`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Restriction {
    indices: Vec<usize>,
    axis: usize,
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
        Self { indices: indices.to_vec(), axis: 0 }
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
    /// it, [`ErrorKind::Layout`] of a chunked layout.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let Self { indices, axis } = self;
        let (comm, shape) = (layout.comm(), layout.shape());
        check_axis(shape, axis)?;
        let n = shape[axis];
        if let Some(beyond) = indices.iter().find(|&&index| index >= n) {
            let expected = format!("less than {n} (axis {axis} of shape {shape:?})");
            return Err(Error::expected(ErrorKind::Parameter, "index of Restriction", expected, beyond));
        }
        let mut taken = shape.to_vec();
        taken[axis] = indices.len();
        let (range, own) = match layout.partition() {
            Partition::Replicated | Partition::Unsynced => (layout.with_shape(&taken)?, IndexSet::range(0..n)),
            Partition::Grid(grid) => {
                let mut axes = grid.axes().to_vec();
                axes[axis] = taken_of(&axes[axis], &indices);
                let grid_of_taken = grid.with_axes(axes);
                let range = layout.with_partition(&taken, Partition::Grid(grid_of_taken))?;
                (range, grid.region(comm.rank()).sets()[axis].clone())
            }
            Partition::Chunks(_) => {
                return Err(Error::expected(ErrorKind::Layout, "layout of Restriction", "one without chunks", layout));
            }
        };
        let places = indices.iter().filter_map(|&index| own.position(index)).collect();
        let inner = AlongAxis::new(&layout.local_shape(), axis).inner;
        Ok(Taken { places, rows: own.len(), inner }.between(layout, range))
    }
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
    if lists.iter().flatten().copied().eq(0..indices.len()) {
        let ends = lists.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        });
        return AxisMap::Blocks([0].into_iter().chain(ends).collect());
    }
    let sets: Vec<_> = lists.into_iter().map(IndexSet::list).collect();
    let as_it_was = indices.len() == map.size() && sets.iter().enumerate().all(|(c, set)| *set == map.set(c));
    if as_it_was { map.clone() } else { AxisMap::Listed(sets) }
}
