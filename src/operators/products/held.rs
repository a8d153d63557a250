//! The tile of a matrix that a rank holds, in panels, and its products panel by panel.

use crate::numbers::{LEAST, Matrix, RowMajor, Scalar, memory};

/// A tile of a matrix. For one column of vectors it lies row after row, and is read so in either direction.
///
/// For several columns it lies in panels of columns, one after another, each row after row: so a panel is read in one
/// go forward, and so is a panel's square with a panel of rows in the adjoint. Products have at least [`LEAST`] rows, columns
/// and terms then: what is missing is zeros at the end.
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
    fn panels(self) -> impl Iterator<Item = (usize, usize)> + Clone {
        self.parts(self.panel)
    }

    /// The same of parts of so many indices, which are whole panels.
    fn parts(self, step: usize) -> impl Iterator<Item = (usize, usize)> + Clone {
        let count = self.len.div_ceil(step);
        (0..count).map(move |k| {
            let start = k * step;
            (start, if k + 1 == count { self.filled - start } else { step })
        })
    }

    /// Indices that go together, whole panels of them, so that their sums stay in cache from one term to the next.
    fn step(self, stride: usize) -> usize {
        (TOGETHER / stride.max(1)).max(LEAST_TOGETHER).next_multiple_of(self.panel)
    }

    /// Those of a part that are no zeros.
    pub(super) fn of_part(self, start: usize, filled: usize) -> usize {
        filled.min(self.len - start)
    }
}

/// Elements whose sums are formed together, 25 bytes each, and no fewer rows than these.
const TOGETHER: usize = 1 << 14;
const LEAST_TOGETHER: usize = 128;

/// Rows whose sums with one column are formed together.
const ROWS: usize = 64;

/// Columns of vectors as they lie: so many, and from one row to the next so many elements.
pub(super) fn stride(width: usize, several: bool) -> usize {
    if several && width > 0 { width.max(LEAST) } else { width }
}

impl<T: Scalar> Held<T> {
    /// From a tile that lies row after row.
    pub(super) fn new(tile: &[T], [rows, columns]: [Extent; 2], several: bool) -> Self {
        if !several {
            return Self { values: memory::copied(tile), rows, columns, several };
        }
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

    /// Elements of room that are needed: for a square of panels, turned, or for the sums of some rows over each panel.
    pub(super) fn room(&self) -> usize {
        if self.several {
            self.rows.panel.min(self.rows.filled) * self.columns.panel.min(self.columns.filled)
        } else {
            ROWS * self.columns.len.div_ceil(self.columns.panel)
        }
    }

    /// For some rows at a time, and each panel of columns, `t ← A X`, the sum over the panel's terms alone, and then `f` of
    /// the first row, of how many there are with zeros, and of their sums. Where there is one panel, they stay in `t`.
    pub(super) fn each(
        &self,
        x: &[T],
        t: &mut [T],
        room: &mut [T],
        stride: usize,
        mut f: impl FnMut(usize, usize, &mut [T]),
    ) {
        if !self.several {
            return self.each_of_column(x, t, room, f);
        }
        for (first, high) in self.rows.parts(self.rows.step(stride)) {
            let t = &mut t[first * stride..][..high * stride];
            for (start, wide) in self.columns.panels() {
                let panel = &self.values[start * self.rows.filled + first * wide..][..high * wide];
                Self::product(t, panel, [high, wide], &x[start * stride..][..wide * stride], stride);
                f(first, high, t);
            }
        }
    }

    fn each_of_column(&self, x: &[T], t: &mut [T], room: &mut [T], mut f: impl FnMut(usize, usize, &mut [T])) {
        let (n, panel) = (self.columns.len, self.columns.panel);
        for (first, high) in self.rows.parts(ROWS) {
            let rows = Matrix { values: &self.values[first * n..][..high * n], rows: high, columns: n };
            let sums = if n <= panel { &mut t[first..first + high] } else { &mut room[..high * n.div_ceil(panel)] };
            T::product_in_panels(sums, rows, x, panel);
            sums.chunks_exact_mut(high).for_each(|sums| f(first, high, sums));
        }
    }

    /// For some columns at a time, and each panel of rows, `t ← Aᴴ Y`, the sum over the panel's terms alone, and then `f` of
    /// the first column, of how many there are with zeros, and of their sums in `t`.
    pub(super) fn each_adjoint(
        &self,
        y: &[T],
        t: &mut [T],
        room: &mut [T],
        stride: usize,
        mut f: impl FnMut(usize, usize, &mut [T]),
    ) {
        if !self.several {
            let n = self.columns.len;
            for (first, high) in self.rows.panels() {
                let rows = Matrix { values: &self.values[first * n..][..high * n], rows: high, columns: n };
                T::product_adjoint(t, None, rows, &y[first..first + high], 1); // t ← Aᴴ y
                f(0, n, t);
            }
            return;
        }
        let panel = self.columns.panel;
        for (from, filled) in self.columns.parts(self.columns.step(stride)) {
            let t = &mut t[from * stride..][..filled * stride];
            let panels = self.columns.panels().skip(from / panel).take(filled.div_ceil(panel));
            for (first, high) in self.rows.panels() {
                let y = &y[first * stride..][..high * stride];
                for (start, wide) in panels.clone() {
                    let square = &self.values[start * self.rows.filled + first * wide..][..high * wide];
                    let turned = &mut room[..high * wide];
                    for (k, row) in square.chunks_exact(wide).enumerate() {
                        row.iter().enumerate().for_each(|(i, a)| turned[i * high + k] = a.conj());
                    }
                    let t = &mut t[(start - from) * stride..][..wide * stride];
                    Self::product(t, turned, [wide, high], y, stride); // T ← Aᴴ Y
                }
                f(from, filled, t);
            }
        }
    }

    /// `T ← A X`, of several columns.
    fn product(t: &mut [T], a: &[T], [rows, terms]: [usize; 2], x: &[T], stride: usize) {
        let a = RowMajor { values: a, rows, columns: terms, stride: terms };
        let x = RowMajor { values: x, rows: terms, columns: stride, stride };
        T::product_of_parts(t, stride, None, a, x);
    }
}
