//! The tile of a matrix that a rank holds, in panels, and its products panel by panel.

use crate::numbers::{LEAST, Matrix, RowMajor, Scalar, memory};

/// A tile of a matrix. It lies in panels of columns, one after another, each row after row: so a panel is read in one
/// go forward, and so is a panel's square with a panel of rows in the adjoint.
///
/// Where there are several columns of vectors, products have at least [`LEAST`] rows, columns and terms: what is missing
/// is zeros at the end.
#[derive(Debug)]
pub(super) struct Held<T> {
    values: Vec<T>,
    rows: Extent,
    columns: Extent,
    several: bool,
}

/// The rows or the columns of a tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) len: usize,
    pub(super) panel: usize,
    /// With the zeros at the end.
    pub(super) filled: usize,
}

impl Extent {
    pub(super) fn new(len: usize, panel: usize, several: bool) -> Self {
        let last = len % panel;
        let missing = if several && last > 0 { LEAST.saturating_sub(last) } else { 0 };
        Self { len, panel, filled: len + missing }
    }

    /// The panels: where each begins, and how long it is with its zeros.
    fn panels(self) -> impl Iterator<Item = (usize, usize)> {
        let count = self.len.div_ceil(self.panel);
        (0..count).map(move |k| {
            let start = k * self.panel;
            (start, if k + 1 == count { self.filled - start } else { self.panel })
        })
    }
}

/// Columns of vectors as they lie: so many, and from one row to the next so many elements.
pub(super) fn stride(width: usize, several: bool) -> usize {
    if several && width > 0 { width.max(LEAST) } else { width }
}

impl<T: Scalar> Held<T> {
    /// From a tile that lies row after row.
    pub(super) fn new(tile: &[T], [rows, columns]: [Extent; 2], several: bool) -> Self {
        let mut values = memory::filled(rows.filled * columns.filled, T::zero());
        for (start, wide) in columns.panels() {
            let panel = &mut values[start * rows.filled..][..wide * rows.filled];
            let real = wide.min(columns.len - start);
            for (row, to) in panel.chunks_exact_mut(wide).take(rows.len).enumerate() {
                to[..real].copy_from_slice(&tile[row * columns.len + start..][..real]);
            }
        }
        Self { values, rows, columns, several }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.values[..])
    }

    /// Elements that [`each_adjoint`](Self::each_adjoint) needs room for.
    pub(super) fn square(&self) -> usize {
        if self.several { self.rows.panel.min(self.rows.filled) * self.columns.panel.min(self.columns.filled) } else { 0 }
    }

    /// For each panel of columns `t ← A X`, the sum over its terms alone, and then `f(t)`.
    pub(super) fn each(&self, x: &[T], t: &mut [T], stride: usize, mut f: impl FnMut(&mut [T])) {
        for (start, wide) in self.columns.panels() {
            let panel = &self.values[start * self.rows.filled..][..wide * self.rows.filled];
            let x = &x[start * stride..][..wide * stride];
            self.product(t, panel, [self.rows.filled, wide], x, stride);
            f(t);
        }
    }

    /// For each panel of rows `t ← Aᴴ Y`, the sum over its terms alone, and then `f(t)`. There is `room` for a
    /// [`square`](Self::square).
    pub(super) fn each_adjoint(&self, y: &[T], t: &mut [T], room: &mut [T], stride: usize, mut f: impl FnMut(&mut [T])) {
        for (first, high) in self.rows.panels() {
            let y = &y[first * stride..][..high * stride];
            for (start, wide) in self.columns.panels() {
                let square = &self.values[start * self.rows.filled + first * wide..][..high * wide];
                let t = &mut t[start * stride..][..wide * stride];
                if !self.several {
                    let square = Matrix { values: square, rows: high, columns: wide };
                    T::product_adjoint(t, None, square, y, 1); // t ← Aᴴ y
                    continue;
                }
                let turned = &mut room[..high * wide];
                for (k, row) in square.chunks_exact(wide).enumerate() {
                    row.iter().enumerate().for_each(|(i, a)| turned[i * high + k] = a.conj());
                }
                self.product(t, turned, [wide, high], y, stride); // T ← Aᴴ Y
            }
            f(t);
        }
    }

    fn product(&self, t: &mut [T], a: &[T], [rows, terms]: [usize; 2], x: &[T], stride: usize) {
        if !self.several {
            return T::product(t, None, Matrix { values: a, rows, columns: terms }, x, 1);
        }
        let a = RowMajor { values: a, rows, columns: terms, stride: terms };
        let x = RowMajor { values: x, rows: terms, columns: stride, stride };
        T::product_of_parts(t, stride, None, a, x);
    }
}
