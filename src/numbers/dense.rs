//! What products of dense matrices there are, for operators whose kernels are matrices. All in row-major order and on the calling
//! thread alone: ranks are the parallelism.

/// A matrix lying in rows.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    /// Its elements, row after row.
    pub values: &'a [T],
    /// The number of rows.
    pub rows: usize,
    /// The length of a row.
    pub columns: usize,
}

/// A matrix lying in rows, from one of which to the next are `stride` elements.
#[derive(Clone, Copy, Debug)]
pub struct RowMajor<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) stride: usize,
}

/// The least number of rows, columns and terms of [`Dense::product_of_parts`]: with fewer than 16³ products faer goes
/// another way.
pub(crate) const LEAST: usize = 17;

/// The scalars that dense matrices can have.
pub trait Dense: Sized {
    /// `C ← A B`, or `C ← C + α A B` where there is an `α`; `B` and `C` have `width` columns.
    #[doc(hidden)]
    fn product(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize);

    /// `C ← Aᴴ B`, or `C ← C + α Aᴴ B` where there is an `α`; `B` and `C` have `width` columns.
    #[doc(hidden)]
    fn product_adjoint(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize);

    /// `A x` in panels of so many columns, each sum over the terms of a panel alone: those of all rows of the first panel, then
    /// of the next. `A` is read once, in order.
    #[doc(hidden)]
    fn product_in_panels(sums: &mut [Self], a: Matrix<'_, Self>, x: &[Self], panel: usize);

    /// `C ← A B`, or `C ← C + α A B`, of parts of larger matrices; from one row of `C` to the next are `stride`
    /// elements. Of at least [`LEAST`] rows, columns and terms, and of at most 512 terms, each element is the same chain
    /// of fused multiply-adds whatever stands beside it: its bits follow from its row and its column alone; what is added to is
    /// added to that, so that with α = 1 the bits are those of an addition apart.
    #[doc(hidden)]
    fn product_of_parts(
        c: &mut [Self],
        stride: usize,
        alpha: Option<Self>,
        a: RowMajor<'_, Self>,
        b: RowMajor<'_, Self>,
    );
}
