//! Products of matrices of many columns, each in the way that is fastest for its size.

use super::kernels::{self, Kernel};
use super::thin::{self, Fused};

/// A matrix in a slice: element (i, j) lies at `i · s + j · t`, where one of the strides is 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a, T> {
    values: &'a [T],
    shape: (usize, usize),
    strides: (usize, usize),
}

impl<'a, T> View<'a, T> {
    /// A matrix in rows, of which each begins `stride` behind the one before.
    pub(crate) fn in_rows(values: &'a [T], rows: usize, columns: usize, stride: usize) -> Self {
        let last = rows.saturating_sub(1).checked_mul(stride).and_then(|start| start.checked_add(columns));
        let lies = rows == 0 || columns == 0 || last.is_some_and(|end| end <= values.len());
        assert!(lies && (columns <= stride || rows <= 1), "a matrix that lies in its slice");
        Self { values, shape: (rows, columns), strides: (stride, 1) }
    }

    /// The transpose.
    pub(crate) fn transposed(self) -> Self {
        let Self { values, shape: (rows, columns), strides: (s, t) } = self;
        Self { values, shape: (columns, rows), strides: (t, s) }
    }

    pub(super) fn values(&self) -> &'a [T] {
        self.values
    }

    pub(super) fn rows(&self) -> usize {
        self.shape.0
    }

    pub(super) fn columns(&self) -> usize {
        self.shape.1
    }

    /// In elements.
    pub(super) fn strides(&self) -> (isize, isize) {
        (self.strides.0 as isize, self.strides.1 as isize)
    }

    /// A row of a matrix that lies in rows.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> &'a [T] {
        debug_assert_eq!(self.strides.1, 1);
        &self.values[row * self.strides.0..][..self.shape.1]
    }
}

impl<T: Copy> View<'_, T> {
    #[inline(always)]
    pub(super) fn at(&self, row: usize, column: usize) -> T {
        self.values[row * self.strides.0 + column * self.strides.1]
    }
}

/// No more products of two numbers than that, and it does not pay to pack blocks first.
const FEW: usize = 16 * 16 * 16;

/// `C ← A B`, or `C ← C + α A B` where there is an `α`, with `Ā` in place of `A` where `conj`.
///
/// `B` lies in rows, and so does `C`, of which a row begins `stride` behind the one before.
#[allow(private_bounds)]
pub(crate) fn multiply<T: Fused + Kernel>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    (a, conj): (View<'_, T>, bool),
    b: View<'_, T>,
) {
    let (rows, columns, terms) = (a.rows(), b.columns(), a.columns());
    assert_eq!(terms, b.rows(), "factors that fit");
    if rows == 0 || columns == 0 || (terms == 0 && alpha.is_some()) {
        return;
    }
    let element = |i, k| if conj { a.at(i, k).conj() } else { a.at(i, k) };
    if terms == 0 || !kernels::are_there() {
        unfused(c, stride, alpha, rows, element, b);
    } else if rows == 1 {
        thin::one_row(&mut c[..columns], alpha, |k| element(0, k), b);
    } else if terms == 1 {
        for (row, c) in c.chunks_mut(stride).take(rows).enumerate() {
            thin::one_term(&mut c[..columns], alpha, element(row, 0), b.row(0));
        }
    } else if rows.saturating_mul(columns).saturating_mul(terms) > FEW {
        kernels::large(c, stride, alpha, (a, conj), b);
    } else {
        kernels::few(c, stride, alpha, (a, conj), b);
    }
}

/// The same on a processor without fused multiply-adds, or without any terms.
fn unfused<T: Fused>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    rows: usize,
    element: impl Fn(usize, usize) -> T,
    b: View<'_, T>,
) {
    let columns = b.columns();
    let packed: Vec<T> = (0..b.rows()).flat_map(|k| b.row(k)).copied().collect();
    let mut sums = vec![T::zero(); rows * columns];
    super::column_by_column(&mut sums, None, rows, element, &packed, columns);
    for (c, sums) in c.chunks_mut(stride).zip(sums.chunks(columns)) {
        c.iter_mut().zip(sums).for_each(|(c, &sum)| *c = alpha.map_or(sum, |alpha| *c + alpha * sum));
    }
}
