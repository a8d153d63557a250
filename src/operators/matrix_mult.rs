//! A dense matrix along the first axis.

use super::{Accumulate, LinearOperator, Operator};
use crate::{
    Error, ErrorKind, Layout, Result, Scalar, Space,
    dense::{Matrix, column_by_column},
};
use ndarray::ArrayView2;

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
/// vector (for [`BlockDiag`](super::BlockDiag), [`VStack`](super::VStack)), a replicated one, or one
/// cut along another axis, where each rank has some of the columns. `Y`: the same with shape
/// `[N, …]`. Every rank passes the same matrix of N × K. Real or complex.
///
/// # Communication
/// None. Construction: one all-gather of two numbers.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, ndarray::array, operators::MatrixMult};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let a = MatrixMult::new(&layout, &array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])?;
/// let y = &a * &DistArray::full(&layout, 1.0);
/// assert_eq!(y.as_slice(), [3.0, 7.0, 11.0]);
/// assert_eq!((a.adjoint() * &y).as_slice(), [79.0, 100.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `MatrixMult(A, otherdims)`.
#[derive(Debug)]
pub struct MatrixMult<T: Scalar> {
    domain: Space,
    range: Space,
    /// Row after row.
    values: Vec<T>,
    rows: usize,
    columns: usize,
    /// Columns of this rank's vector.
    width: usize,
    /// Whether the columns are cut: then none of them may notice how many there are beside it.
    columns_are_cut: bool,
}

impl<T: Scalar> MatrixMult<T> {
    /// The product with a matrix, of which the operator keeps a copy.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the layout's first axis is cut over several ranks or if there is
    /// none; [`ErrorKind::Shape`] if the matrix does not have as many columns as that axis is long,
    /// or not as many rows on every rank.
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new<'a>(layout: &Layout, a: impl Into<ArrayView2<'a, T>>) -> Result<Operator<T>> {
        let (a, comm) = (a.into(), layout.comm());
        let several = comm.size() > 1;
        if layout.ndim() == 0 || (several && layout.axis() == Some(0)) {
            return Err(Error::expected(ErrorKind::Layout, "layout of MatrixMult", "a whole first axis", layout));
        }
        let (rows, columns) = a.dim();
        let shapes = comm.all_gather(&[rows, columns]);
        let expected = [shapes[0], layout.shape()[0]];
        if let Some(rank) = shapes.chunks(2).position(|shape| shape != expected) {
            let found = format!("{:?}", &shapes[2 * rank..2 * rank + 2]);
            let what = format!("matrix of MatrixMult on {layout}");
            return Err(Error::expected(ErrorKind::Shape, what, format!("{expected:?}"), found).at_rank(rank));
        }
        let mut shape = layout.shape().to_vec();
        shape[0] = rows;
        let range = if layout.axis() == Some(0) {
            Layout::scatter(comm, &shape, 0)?.masked_like(layout)
        } else {
            layout.with_shape(&shape)?
        };
        let width = layout.local_shape()[1..].iter().product();
        let columns_are_cut = layout.axis().is_some_and(|axis| axis > 0);
        let values = a.iter().copied().collect();
        let (domain, range) = (layout.into(), range.into());
        Ok(Operator::new(Self { domain, range, values, rows, columns, width, columns_are_cut }))
    }

    /// `Y ← A X`, or `Y ← Y + α A X`.
    fn product(&self, y: &mut [T], alpha: Option<T>, x: &[T]) {
        let (a, n) = (&self.values, self.columns);
        if self.columns_are_cut {
            column_by_column(y, alpha, self.rows, |i, k| a[i * n + k], x, self.width);
        } else {
            T::product(y, alpha, Matrix { values: a, rows: self.rows, columns: n }, x, self.width);
        }
    }

    /// `X ← Aᴴ Y`, or `X ← X + α Aᴴ Y`.
    fn product_adjoint(&self, x: &mut [T], alpha: Option<T>, y: &[T]) {
        let (a, n) = (&self.values, self.columns);
        if self.columns_are_cut {
            column_by_column(x, alpha, n, |k, i| a[i * n + k].conj(), y, self.width);
        } else {
            T::product_adjoint(x, alpha, Matrix { values: a, rows: self.rows, columns: n }, y, self.width);
        }
    }
}

impl<T: Scalar> LinearOperator<T> for MatrixMult<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.product(y, None, x); // Y ← A X
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.product_adjoint(x, None, y); // X ← Aᴴ Y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }
}

impl<T: Scalar> Accumulate<T> for MatrixMult<T> {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        self.product(y, Some(alpha), x); // Y ← Y + α A X
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        self.product_adjoint(x, Some(alpha), y); // X ← X + α Aᴴ Y
    }
}
