//! A dense matrix that is cut over the ranks.

use super::held::Held;
use super::range::lying_as;
use super::tiling::{Tiling, least, lies_in_tiles, panel};
use super::way::{Direction, Way};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Mode};
use crate::numbers::{Scalar, memory};
use crate::operators::{Communication, LinearOperator, Operator};
use std::cell::RefCell;

/// `Y = A X` with a matrix that is cut over the ranks: of N × K, times the first axis of an array, whose other axes
/// are columns.
///
/// ```text
/// y[i, …] = Σₖ a[i, k] x[k, …]        x[k, …] = Σᵢ ā[i, k] y[i, …]
/// ```
///
/// Every rank keeps a tile of A, which no application moves: the rows of X that belong to its columns come, it multiplies
/// them, and the sums over the ranks that share its rows go where Y wants them; the adjoint is the same with rows and columns
/// exchanged, from the same tile. One column reads the matrix once, at the speed of memory, in either direction;
/// several go to faer, tile by tile of columns, the next of which comes while one is multiplied. Matrices that every rank may hold
/// whole are [`MatrixMult`](crate::operators::MatrixMult)'s.
///
/// # Spaces
/// A: an array of two axes in any grid layout, or replicated. `X`: shape `[K, …]`, replicated or in any grid layout.
/// `Y`: shape `[N, …]`; it lies as `X`, its first axis cut evenly where that of `X` is cut, and where `X` is replicated the rows
/// of `Y` are scattered evenly; or as asked ([`to`](Self::to)). Ranks may be empty, and so may the matrix.
/// Real or complex.
///
/// # Which rank multiplies what
/// The tiles are A's own, with bounds moved to the nearest panel (below): rows scattered are row blocks, a grid of q × q is
/// SUMMA's (PyLops-MPI's `kind="summa"`, on any number of ranks). [`over`](Self::over) names another
/// grid: `[q, 1, q]` is PyLops-MPI's `kind="block"`, row blocks that q ranks each have, with a part of the columns each.
/// [`over_least`](Self::over_least) takes the grid of least communication, as it is done where A is replicated, of which each rank
/// needs a part only. A matrix that does not lie so is moved there once, when the operator is made.
///
/// # Same bits
/// On any number of ranks, and in any layouts of A, X and Y: a sum runs over panels of so many indices, beginning at multiples of
/// that. A panel is summed on one rank, in one fixed order, and the sums of panels are added by a tree: two neighbours, then neighbours of
/// two, of four, and so on. A rank that has some panels in a row adds what the tree adds within them, the rest is added where the
/// sum is wanted: the same additions on any ranks. A tile is whole panels therefore. A sum over n has panels of n/128 indices,
/// between 16 and 128, for one column, and of n/16, between 32 and 256, for several (the next power of two): that depends on the shape of A
/// alone. Processors with other instructions may round differently.
///
/// # Accuracy
/// That of sums in pairs: of p panels of w terms, `|error| ≤ (w + log₂ p) ε Σ|a x|` at most, with the unit roundoff ε. What is
/// infinite or NaN stays so.
///
/// # Communication
/// For each tile of columns (one, of up to 256 columns; of fewer where a rank has more than 8192 rows or columns of A)
/// and each direction:
/// - one exchange, which brings the rows of X to ranks that have columns of A for them, nothing where X is replicated;
/// - one exchange between the ranks that share rows of A, each of which finishes an even part of the sums: a number of each sum (up to
///   twice log₂ of the panels, where a rank's panels are not a part of the tree) from each rank; nothing where one rank has all columns of A;
/// - one exchange of the finished sums, each element once, or one all-gather where the result is replicated.
///
/// Construction: one exchange if A has to move.
///
/// # Memory
/// The tile of A; messages; of each tile of columns its rows of X, what a rank makes of each sum, its share of the finished ones, and
/// log₂ of the panels as many for a few rows (for one column: for all columns of A that the rank has).
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads, operators::DistMatrixMult};
///
/// launch_threads(3, |comm| {
///     let rows = Layout::scatter(comm, &[5, 4], 0)?;
///     let a = DistArray::from_fn(&rows, |i| (i[0] * 4 + i[1]) as f64);
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let op = DistMatrixMult::new(&a).on(&layout)?;
///     let y = &op * &DistArray::full(&layout, 1.0);
///     assert_eq!(y.gather_all().as_slice(), Some(&[6.0, 22.0, 38.0, 54.0, 70.0][..]));
///     assert_eq!(op.range().layouts()[0], &Layout::scatter(comm, &[5], 0)?);
///     assert_eq!(op.adjoint().shape(), (4, 5));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIMatrixMult`, which takes square numbers of ranks. Tiles: R. A. van de Geijn and J. Watts, "SUMMA:
/// scalable universal matrix multiplication algorithm", Concurrency 9 (1997), in the variants in which A stays.
#[derive(Clone, Debug)]
#[doc(alias = "MPIMatrixMult")]
#[doc(alias = "SUMMA")]
#[must_use = "`on` makes the operator"]
pub struct DistMatrixMult<'a, T: Scalar> {
    matrix: &'a DistArray<T>,
    over: Over,
    to: Option<Layout>,
}

/// The grid of tiles.
#[derive(Clone, Copy, Debug)]
enum Over {
    Own,
    Least,
    Asked([usize; 3]),
}

impl<'a, T: Scalar> DistMatrixMult<'a, T> {
    /// The product with this matrix.
    pub fn new(matrix: &'a DistArray<T>) -> Self {
        Self { matrix, over: Over::Own, to: None }
    }

    /// In tiles over a grid: so many along the rows of A, so many along its columns, and so many ranks that have the same tile, each
    /// for a part of the columns of X (of the longest of its axes). Ranks fill the grid in C order; those beyond it multiply
    /// nothing.
    pub fn over(self, grid: [usize; 3]) -> Self {
        Self { over: Over::Asked(grid), ..self }
    }

    /// Over the grid of fewest elements which come to a rank and go out of it in both directions together, each tile on one
    /// rank (of a replicated A also on several).
    pub fn over_least(self) -> Self {
        Self { over: Over::Least, ..self }
    }

    /// With `Y` in this layout.
    pub fn to(self, range: &Layout) -> Self {
        Self { to: Some(range.clone()), ..self }
    }

    /// The operator on arrays of this layout. It keeps a copy of the matrix, each rank its tile. All ranks call it.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if the matrix, `X` or `Y` are on different ranks; [`ErrorKind::Shape`] if the
    /// matrix does not have two axes, the second one as long as the first of `X`, or `Y` is not of shape `[N, …]`;
    /// [`ErrorKind::Layout`] of stacks, chunks and masks, or of a grid of more ranks than there are.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let (a, comm) = (self.matrix.layout()?, layout.comm());
        let (over, to) = (self.over, self.to.as_ref().unwrap_or(layout));
        let told = format_args!("DistMatrixMult, {a:#}, {over:?}, {layout:#}, to {to:#}");
        let _operation = comm.operation("Operator::on", told);
        check(a, "matrix")?;
        check(layout, "layout")?;
        comm.same_as(a.comm(), "matrix of DistMatrixMult")?;
        let &[n, k] = a.shape() else {
            return Err(Error::expected(ErrorKind::Shape, "matrix of DistMatrixMult", "two axes", a));
        };
        let Some((&first, others)) = layout.shape().split_first().filter(|(first, _)| **first == k) else {
            let expected = format!("{k} rows, as the matrix has columns");
            return Err(Error::expected(ErrorKind::Shape, "layout of DistMatrixMult", expected, layout));
        };
        debug_assert_eq!(first, k);
        let range = match &self.to {
            Some(range) => range.clone(),
            None => lying_as(layout, n)?,
        };
        check(&range, "range")?;
        comm.same_as(range.comm(), "range of DistMatrixMult")?;
        let shape = [&[n], others].concat();
        if range.shape() != shape {
            let expected = format!("shape {shape:?}");
            return Err(Error::expected(ErrorKind::Shape, "range of DistMatrixMult", expected, &range));
        }
        let several = others.iter().product::<usize>() != 1;
        let panels = [n, k].map(|n| panel(n, several));
        let ranks = comm.size();
        let tiling = match (over, a.process_grid()) {
            (Over::Own, Some(grid)) => Tiling::like(grid, panels, others, ranks),
            (Over::Asked(grid), _) => Tiling::over([n, k], panels, others, grid, ranks)?,
            _ => {
                let grid = least([n, k], panels, others, ranks, a.is_replicated());
                Tiling::over([n, k], panels, others, grid, ranks)?
            }
        };
        let forward = Way::new(Direction::Forward, &tiling, [layout, &range], several)?;
        let adjoint = Way::new(Direction::Adjoint, &tiling, [&range, layout], several)?;
        let [columns, rows] = forward.extents();
        let held = if lies_in_tiles(a, &tiling) {
            Held::new(self.matrix.as_slice(), [rows, columns], several)
        } else {
            let tiles = (0..ranks).map(|rank| vec![tiling.tile(rank)]).collect();
            let there = Layout::in_chunks(comm, &[n, k], tiles, Mode::Replica)?;
            Held::new(self.matrix.redistribute(&there)?.as_slice(), [rows, columns], several)
        };
        let joins = [forward.joins(), adjoint.joins()];
        let strides = forward.strides(several).into_iter().chain(adjoint.strides(several));
        let room = strides.map(|stride| held.room(joins, stride)).max().unwrap_or(0);
        let room = RefCell::new(memory::filled(room, T::zero()));
        let (domain, range) = (layout.into(), range.into());
        Ok(Operator::new(Multiplied { domain, range, held, several, forward, adjoint, room }))
    }
}

/// `Ok` of a layout without chunks and without a mask.
fn check(layout: &Layout, what: &str) -> Result<()> {
    if layout.chunks().is_some() || layout.mask().is_some() {
        let what = format!("{what} of DistMatrixMult");
        return Err(Error::expected(ErrorKind::Layout, what, "neither chunks nor a mask", layout));
    }
    Ok(())
}

/// The tile that a rank holds, and what it does with it.
struct Multiplied<T: Scalar> {
    domain: Space,
    range: Space,
    held: Held<T>,
    several: bool,
    forward: Way<T>,
    adjoint: Way<T>,
    /// Of the tile's products.
    room: RefCell<Vec<T>>,
}

impl<T: Scalar> LinearOperator<T> for Multiplied<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.domain.comm().moves(self.held.bytes() + size_of_val(x), size_of_val(y));
        let mut room = self.room.borrow_mut();
        self.forward.run(x, y, self.several, |x, t, stride| {
            self.held.product(x, t, &mut room, stride, self.forward.joins()); // Y ← A X
        });
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let mut room = self.room.borrow_mut();
        self.domain.comm().moves(self.held.bytes() + size_of_val(y), size_of_val(x));
        self.adjoint.run(y, x, self.several, |y, t, stride| {
            self.held.adjoint_product(y, t, &mut room, stride, self.adjoint.joins()); // X ← Aᴴ Y
        });
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.forward.sends(), adjoint: self.adjoint.sends() }
    }

    fn scratch(&self) -> usize {
        let room = size_of_val(&self.room.borrow()[..]);
        self.held.bytes() + room + self.forward.scratch() + self.adjoint.scratch()
    }

    fn name(&self) -> String {
        "DistMatrixMult".into()
    }
}
