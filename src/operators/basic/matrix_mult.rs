//! A dense matrix along the first axis.

use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, ProcessGrid};
use crate::numbers::{Columns, Matrix, Scalar};
use crate::operators::{Kernels, Operator, Put, is_whole, with_lengths};
use ndarray::ArrayView2;
use std::cell::RefCell;

/// `Y = A X`: a dense matrix times the first axis of an array, whose other axes are columns.
///
/// ```text
/// y[i, …] = Σₖ a[i, k] x[k, …]
/// ```
///
/// The adjoint is `X = Aᴴ Y`, without a copy of `Aᴴ`. One column costs one pass over the matrix at
/// the speed of memory, forward and adjoint; several run at the speed of faer's matrix product (its
/// adjoint takes up to twice as long), or a few times slower where they are cut over ranks, so that
/// the cut never shows in the bits. Always on the calling thread.
///
/// # Spaces
/// `X`: a layout of shape `[K, …]` whose first axis is whole on every rank: that of a rank's own
/// vector (for [`BlockDiag`](crate::operators::BlockDiag), [`VStack`](crate::operators::VStack)), a replicated one, or any
/// grid whose other axes are cut as one likes, where each rank has some of the columns. `Y`: the same
/// with shape `[N, …]`. Every rank passes the same matrix of N × K. Real or complex.
///
/// # Communication
/// None. Construction: one all-gather of two numbers.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, ndarray::array, operators::MatrixMult};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let a = MatrixMult::new(&array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).on(&layout)?;
/// let y = &a * &DistArray::full(&layout, 1.0);
/// assert_eq!(y.as_slice(), [3.0, 7.0, 11.0]);
/// assert_eq!((a.adjoint() * &y).as_slice(), [79.0, 100.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `MatrixMult(A, otherdims)`.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct MatrixMult<'a, T> {
    matrix: ArrayView2<'a, T>,
}

/// A matrix, and what this rank does with it.
struct Dense<T> {
    /// Row after row.
    values: Vec<T>,
    rows: usize,
    columns: usize,
    /// Columns of this rank's vector.
    width: usize,
    /// Where columns are cut none of them may notice how many there are beside it.
    by: RefCell<Columns<T>>,
    comm: Comm,
}

impl<'a, T: Scalar> MatrixMult<'a, T> {
    /// The product with a matrix.
    pub fn new(matrix: impl Into<ArrayView2<'a, T>>) -> Self {
        Self { matrix: matrix.into() }
    }

    /// The operator on arrays of this layout. It keeps a copy of the matrix.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the layout's first axis is cut over several ranks or if there is
    /// none, and of chunks; [`ErrorKind::Shape`] if the matrix does not have as many columns as that
    /// axis is long, or not as many rows on every rank.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let (a, comm) = (self.matrix, layout.comm());
        let (rows, columns) = a.dim();
        if layout.ndim() == 0 || !is_whole(layout, 0) {
            return Err(Error::expected(ErrorKind::Layout, "layout of MatrixMult", "a whole first axis", layout));
        }
        let _operation = comm.operation("Operator::on", format_args!("MatrixMult, {layout:#}"));
        let shapes = comm.all_gather(&[rows, columns]);
        let expected = [shapes[0], layout.shape()[0]];
        if let Some(rank) = shapes.chunks(2).position(|shape| shape != expected) {
            let found = format!("{:?}", &shapes[2 * rank..2 * rank + 2]);
            let what = format!("matrix of MatrixMult on {layout}");
            return Err(Error::expected(ErrorKind::Shape, what, format!("{expected:?}"), found).at_rank(rank));
        }
        let range = with_lengths(layout, &[(0, rows)])?;
        let width = range.local_len().checked_div(rows).or(layout.local_len().checked_div(columns)).unwrap_or(0);
        let cut = |grid: &ProcessGrid| grid.axes()[1..].iter().any(|map| !map.is_whole());
        let all = layout.shape()[1..].iter().product();
        let cut = layout.process_grid().is_some_and(cut);
        let by = RefCell::new(Columns::new(rows, columns, width, all, cut));
        let values = a.iter().copied().collect();
        Ok(Dense { values, rows, columns, width, by, comm: comm.clone() }.between(layout, range))
    }
}

impl<T> Dense<T> {
    fn matrix(&self) -> Matrix<'_, T> {
        Matrix { values: &self.values, rows: self.rows, columns: self.columns }
    }
}

impl<T: Scalar> Kernels<T> for Dense<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let a = self.matrix();
        self.comm.moves(size_of_val(a.values) + size_of_val(x), size_of_val(y));
        self.by.borrow_mut().product(y, put.alpha(), a, x, self.width); // Y ← A X
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let a = self.matrix();
        self.comm.moves(size_of_val(a.values) + size_of_val(y), size_of_val(x));
        self.by.borrow_mut().product_adjoint(x, put.alpha(), a, y, self.width); // X ← Aᴴ Y
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.values[..]) + self.by.borrow().bytes()
    }

    fn name(&self) -> String {
        "MatrixMult".into()
    }
}
