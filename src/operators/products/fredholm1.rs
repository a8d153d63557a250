//! The Fredholm integral of the first kind: a dense matrix for each slice.

use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Chunk, Layout, Mode, Partition};
use crate::numbers::{Columns, Matrix, Scalar, memory};
use crate::operators::{Communication, Kernels, Operator, Put, Room, Sent, Set, with_lengths};
use std::{cell::RefCell, ops::Range};

/// `Y[k] = G[k] X[k]` for every slice k: products with the matrices of a kernel `[slices, nx, ny]`.
///
/// ```text
/// y[k, i, z] = Σⱼ g[k, i, j] x[k, j, z]
/// ```
///
/// The adjoint is `X[k] = G[k]ᴴ Y[k]`. Each rank holds the matrices of the slices that it multiplies, and nobody holds all.
///
/// # Spaces
/// `X`: shape `[slices, ny, nz]`, on any grid with slices whole or in blocks, axis 1 whole, and columns cut as one likes: slices are
/// multiplied where they are. Or replicated (as in pylops-mpi): then ranks share the slices out, as the kernel lies if that is
/// scattered along its first axis, else evenly. `Y`: the same with shape `[slices, nx, nz]`. Real or complex.
///
/// # Communication
/// None. Where the vectors are replicated: one all-gather of the result each way. Construction: the kernel is redistributed
/// to where its slices are wanted, which sends nothing where they are there.
///
/// # Same bits
/// On any number of ranks. Where columns are cut, products are formed column by column, as of [`MatrixMult`](crate::operators::MatrixMult).
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Fredholm1};
///
/// launch_threads(2, |comm| {
///     let kernel = DistArray::random_signed(&Layout::scatter(comm, &[5, 3, 4], 0)?, 1);
///     let model = Layout::scatter(comm, &[5, 4, 2], 0)?;
///     let a = Fredholm1::new(&kernel).on(&model)?;
///     let y = &a * &DistArray::<f64>::full(&model, 1.0);
///     assert_eq!(y.shape(), [5, 3, 2]);
///     assert!((y.get(&[0, 0, 0])? - kernel.over(&[2]).sum()?.get(&[0, 0])?).abs() < 1e-15);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Fredholm1` of pylops, `MPIFredholm1` of pylops-mpi.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Fredholm1<'a, T: Scalar> {
    kernel: &'a DistArray<T>,
    save_adjoint: bool,
}

/// This rank's slices, and what it does with them.
struct Slices<T> {
    /// Their matrices, row after row; and the adjoints, where they are kept.
    matrices: Vec<T>,
    adjoints: Option<Vec<T>>,
    count: usize,
    /// Rows, columns, and columns of this rank's vectors.
    nx: usize,
    ny: usize,
    nz: usize,
    columns: RefCell<Columns<T>>,
    /// Where the vectors are replicated: the slices of each rank, and room for this rank's result and for all.
    shared: Option<Shared<T>>,
    comm: Comm,
}

struct Shared<T> {
    bounds: Bounds,
    own: Room<T>,
    all: Room<T>,
    counts: [Vec<usize>; 2],
}

impl<'a, T: Scalar> Fredholm1<'a, T> {
    /// With the kernel `[slices, nx, ny]`, in any layout.
    pub fn new(kernel: &'a DistArray<T>) -> Self {
        Self { kernel, save_adjoint: false }
    }

    /// Keeps a copy of each matrix's adjoint, which may make the adjoint faster and needs twice the memory.
    pub fn save_adjoint(mut self) -> Self {
        self.save_adjoint = true;
        self
    }

    /// The operator on arrays of this layout. The kernel is redistributed.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the kernel or the layout does not have three axes, or their slices or columns differ in
    /// number; [`ErrorKind::Layout`] if axis 1 of the layout is cut, if its slices are neither whole nor in blocks, and of chunks;
    /// [`ErrorKind::Communicator`] if kernel and layout are on different ranks; those of
    /// [`redistribute`](DistArray::redistribute).
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let (comm, of_kernel) = (layout.comm(), self.kernel.layout()?);
        let told = format_args!("Fredholm1 of {of_kernel:#}, {layout:#}");
        let _operation = comm.operation("Operator::on", told);
        comm.same_as(of_kernel.comm(), "kernel of Fredholm1")?;
        let (&[slices, nx, ny], &[n, rows, _]) = (of_kernel.shape(), layout.shape()) else {
            let found = format!("{:?} and {:?}", of_kernel.shape(), layout.shape());
            return Err(Error::expected(
                ErrorKind::Shape,
                "shapes of kernel and model of Fredholm1",
                "three axes",
                found,
            ));
        };
        if [n, rows] != [slices, ny] {
            let (expected, found) = (format!("[{slices}, {ny}, …]"), format!("{:?}", layout.shape()));
            let what = format!("shape of the model of Fredholm1 with a kernel of {:?}", of_kernel.shape());
            return Err(Error::expected(ErrorKind::Shape, what, expected, found));
        }
        let wrong = |expected: &str| Err(Error::expected(ErrorKind::Layout, "layout of Fredholm1", expected, layout));
        let (range, own, shared): (_, Vec<Range<usize>>, _) = match layout.partition() {
            Partition::Chunks(_) => return wrong("one without chunks"),
            Partition::Replicated | Partition::Unsynced => {
                let bounds = shares(of_kernel);
                let own = (0..comm.size()).map(|rank| bounds.block(rank)).collect();
                (with_lengths(layout, &[(1, nx)])?, own, Some(bounds))
            }
            Partition::Grid(grid) => {
                if grid.axes()[1].coordinates() > 1 {
                    return wrong("a whole axis 1");
                }
                if !matches!(grid.axes()[0], AxisMap::Whole(_) | AxisMap::Blocks(_)) {
                    return wrong("slices whole or in blocks");
                }
                let range = with_lengths(layout, &[(1, nx)])?;
                let block = |rank: usize| {
                    let coordinate = grid.coordinates_of(rank).map(|coordinates| coordinates[0]);
                    coordinate.map_or(0..0, |coordinate| match &grid.axes()[0] {
                        AxisMap::Blocks(bounds) => bounds.block(coordinate),
                        whole => 0..whole.size(),
                    })
                };
                (range, (0..comm.size()).map(block).collect(), None)
            }
        };
        let count = own[comm.rank()].len();
        let nz =
            if shared.is_some() { layout.shape()[2] } else { layout.local_len().checked_div(count * ny).unwrap_or(0) };
        let nz = if ny == 0 { range.local_len().checked_div(count * nx).unwrap_or(0) } else { nz };
        let cut = layout.process_grid().is_some_and(|grid| !grid.axes()[2].is_whole());
        let columns = RefCell::new(Columns::new(nx, ny, nz, layout.shape()[2], cut));
        let matrices = self.own_matrices(&own)?;
        let adjoints = self.save_adjoint.then(|| adjoints_of(&matrices, nx, ny));
        let shared = shared.map(|bounds| Shared::new(bounds, [nx * nz, ny * nz], comm));
        let comm = comm.clone();
        Ok(Slices { matrices, adjoints, count, nx, ny, nz, columns, shared, comm }.between(layout, range))
    }

    /// The matrices of the slices that this rank multiplies; several ranks may want the same.
    fn own_matrices(&self, own: &[Range<usize>]) -> Result<Vec<T>> {
        let layout = self.kernel.layout()?;
        let (comm, shape) = (layout.comm(), layout.shape());
        let chunk = |block: &Range<usize>| {
            let chunk = Chunk::from((block.clone(), 0..shape[1], 0..shape[2]));
            if block.is_empty() { vec![] } else { vec![chunk] }
        };
        let map: Vec<_> = own.iter().map(chunk).collect();
        let there = Layout::chunked(comm, shape, &map, Mode::Replica)?;
        Ok(self.kernel.redistribute(&there)?.into_vec())
    }
}

/// The slices of each rank: as the kernel lies, if it is scattered, else evenly.
fn shares(kernel: &Layout) -> Bounds {
    let slices = kernel.shape()[0];
    match kernel.process_grid().map(|grid| &grid.axes()[0]) {
        Some(AxisMap::Blocks(bounds)) if kernel.axis() == Some(0) => bounds.clone(),
        _ => Bounds::even(slices, kernel.comm().size()),
    }
}

/// The adjoint of each matrix of nx × ny.
fn adjoints_of<T: Scalar>(matrices: &[T], nx: usize, ny: usize) -> Vec<T> {
    let mut adjoints = memory::filled(matrices.len(), T::zero());
    let each = (nx * ny).max(1);
    for (matrix, adjoint) in matrices.chunks_exact(each).zip(adjoints.chunks_exact_mut(each)) {
        for (k, value) in adjoint.iter_mut().enumerate() {
            *value = matrix[k % nx * ny + k / nx].conj();
        }
    }
    adjoints
}

impl<T: Scalar> Shared<T> {
    /// For results of so many elements a slice, forward and adjoint.
    fn new(bounds: Bounds, slice: [usize; 2], comm: &Comm) -> Self {
        let counts = slice.map(|len| (0..comm.size()).map(|rank| bounds.block(rank).len() * len).collect::<Vec<_>>());
        let most = |of: &dyn Fn(&Vec<usize>) -> usize| counts.iter().map(of).max().unwrap_or(0);
        let own = Room::new(most(&|counts| counts[comm.rank()]));
        let all = Room::new(most(&|counts| counts.iter().sum()));
        Self { bounds, own, all, counts }
    }

    /// This rank's slices of what is there in full.
    fn part<'a>(&self, all: &'a [T], slice: usize, comm: &Comm) -> &'a [T] {
        let block = self.bounds.block(comm.rank());
        &all[block.start * slice..block.end * slice]
    }
}

impl<T: Scalar> Slices<T> {
    /// `Y[k] ← G[k] X[k]` for this rank's slices.
    fn forward(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let Self { nx, ny, nz, .. } = *self;
        let mut columns = self.columns.borrow_mut();
        for k in 0..self.count {
            let a = Matrix { values: &self.matrices[k * nx * ny..][..nx * ny], rows: nx, columns: ny };
            columns.product(&mut y[k * nx * nz..][..nx * nz], put.alpha(), a, &x[k * ny * nz..][..ny * nz], nz);
        }
    }

    /// `X[k] ← G[k]ᴴ Y[k]` for this rank's slices.
    fn backward(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let Self { nx, ny, nz, .. } = *self;
        let mut columns = self.columns.borrow_mut();
        for k in 0..self.count {
            let (y, x) = (&y[k * nx * nz..][..nx * nz], &mut x[k * ny * nz..][..ny * nz]);
            if let Some(adjoints) = &self.adjoints {
                let adjoint = Matrix { values: &adjoints[k * nx * ny..][..nx * ny], rows: ny, columns: nx };
                columns.product(x, put.alpha(), adjoint, y, nz);
            } else {
                let a = Matrix { values: &self.matrices[k * nx * ny..][..nx * ny], rows: nx, columns: ny };
                columns.product_adjoint(x, put.alpha(), a, y, nz);
            }
        }
    }

    /// A result of this rank's slices to all ranks.
    fn gather(&self, put: impl Put<T>, shared: &Shared<T>, own: &[T], way: usize, to: &mut [T]) {
        let counts = &shared.counts[way];
        if put.alpha().is_none() {
            return self.comm.all_gather_into(own, counts, to);
        }
        let mut all = shared.all.lend();
        let all = &mut all[..to.len()];
        self.comm.all_gather_into(own, counts, all);
        put.all(to, all);
    }
}

impl<T: Scalar> Kernels<T> for Slices<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.comm.moves(size_of_val(&self.matrices[..]) + size_of_val(x), size_of_val(y));
        let Some(shared) = &self.shared else { return self.forward(put, x, y) };
        let mut own = shared.own.lend();
        let own = &mut own[..self.count * self.nx * self.nz];
        self.forward(Set, shared.part(x, self.ny * self.nz, &self.comm), own);
        self.gather(put, shared, own, 0, y);
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.comm.moves(size_of_val(&self.matrices[..]) + size_of_val(y), size_of_val(x));
        let Some(shared) = &self.shared else { return self.backward(put, y, x) };
        let mut own = shared.own.lend();
        let own = &mut own[..self.count * self.ny * self.nz];
        self.backward(Set, shared.part(y, self.nx * self.nz, &self.comm), own);
        self.gather(put, shared, own, 1, x);
    }

    fn communication(&self) -> Communication {
        let Some(shared) = &self.shared else { return Communication::default() };
        let [forward, adjoint] =
            shared.counts.each_ref().map(|counts| Sent::all_gather::<T>(&self.comm, counts[self.comm.rank()]));
        Communication { forward, adjoint }
    }

    fn scratch(&self) -> usize {
        let of_adjoints = self.adjoints.as_ref().map_or(0, |adjoints| size_of_val(&adjoints[..]));
        let of_rooms = self.shared.as_ref().map_or(0, |shared| shared.own.bytes() + shared.all.bytes());
        size_of_val(&self.matrices[..]) + of_adjoints + of_rooms + self.columns.borrow().bytes()
    }

    fn name(&self) -> String {
        format!("Fredholm1({} × {} × {})", self.count, self.nx, self.ny)
    }
}
