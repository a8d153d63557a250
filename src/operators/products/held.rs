//! The tile of a matrix that a rank holds, in panels, and its products panel by panel.

use super::tree::{Joins, Stack};
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

    /// The longest of these parts.
    fn longest(self, stride: usize) -> usize {
        self.parts(self.step(stride)).map(|(_, filled)| filled).max().unwrap_or(0)
    }
}

/// Elements whose sums are formed together, and no fewer rows than these.
const TOGETHER: usize = 1 << 16;
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

    /// Elements of room that products need, forward and adjoint, where the columns of vectors lie so.
    pub(super) fn room(&self, [forward, adjoint]: [&Joins; 2], stride: usize) -> usize {
        if self.several {
            let turned = self.rows.panel.min(self.rows.filled) * self.columns.longest(stride);
            let stack = adjoint.room(self.columns.longest(stride) * stride);
            forward.room(self.rows.longest(stride) * stride).max(turned + stack)
        } else {
            let panels = self.columns.len.div_ceil(self.columns.panel);
            (ROWS * panels + forward.room(ROWS)).max(adjoint.room(self.columns.len))
        }
    }

    /// `Y ← A X`, the sums of `t` as far as this rank's panels of columns make them: those that are left of each element, all of
    /// the first one, then of the next.
    pub(super) fn product(&self, x: &[T], t: &mut [T], room: &mut [T], stride: usize, joins: &Joins) {
        if !self.several {
            return self.product_of_column(x, t, room, joins);
        }
        let whole = self.rows.filled * stride;
        for (first, high) in self.rows.parts(self.rows.step(stride)) {
            let mut stack = Stack::new(t, whole, first * stride..(first + high) * stride, room);
            for ((start, wide), &joins) in self.columns.panels().zip(joins.after()) {
                let panel = &self.values[start * self.rows.filled + first * wide..][..high * wide];
                let x = &x[start * stride..][..wide * stride];
                Self::multiply(&mut stack, joins, panel, [high, wide], x, stride); // Y ← A X
            }
        }
    }

    fn product_of_column(&self, x: &[T], t: &mut [T], room: &mut [T], joins: &Joins) {
        let (n, panel) = (self.columns.len, self.columns.panel);
        let (sums, room) = room.split_at_mut(ROWS * n.div_ceil(panel));
        for (first, high) in self.rows.parts(ROWS) {
            let rows = Matrix { values: &self.values[first * n..][..high * n], rows: high, columns: n };
            let sums = &mut sums[..high * n.div_ceil(panel)];
            T::product_in_panels(sums, rows, x, panel);
            let mut stack = Stack::new(t, self.rows.len, first..first + high, room);
            for (sums, &joins) in sums.chunks_exact(high).zip(joins.after()) {
                stack.push().copy_from_slice(sums);
                stack.join(joins);
            }
        }
    }

    /// `X ← Aᴴ Y` likewise, of this rank's panels of rows.
    pub(super) fn adjoint_product(&self, y: &[T], t: &mut [T], room: &mut [T], stride: usize, joins: &Joins) {
        if !self.several {
            return self.adjoint_product_of_column(y, t, room, joins);
        }
        let (panel, whole) = (self.columns.panel, self.columns.filled * stride);
        let (turned, room) = room.split_at_mut(self.rows.panel.min(self.rows.filled) * self.columns.longest(stride));
        for (from, filled) in self.columns.parts(self.columns.step(stride)) {
            let panels = self.columns.panels().skip(from / panel).take(filled.div_ceil(panel));
            let mut stack = Stack::new(t, whole, from * stride..(from + filled) * stride, room);
            for ((first, high), &joins) in self.rows.panels().zip(joins.after()) {
                for (start, wide) in panels.clone() {
                    let square = &self.values[start * self.rows.filled + first * wide..][..high * wide];
                    turn(square, &mut turned[(start - from) * high..][..wide * high], [high, wide]);
                }
                let (turned, y) = (&turned[..filled * high], &y[first * stride..][..high * stride]);
                Self::multiply(&mut stack, joins, turned, [filled, high], y, stride); // X ← Aᴴ Y
            }
        }
    }

    fn adjoint_product_of_column(&self, y: &[T], t: &mut [T], room: &mut [T], joins: &Joins) {
        let n = self.columns.len;
        let mut stack = Stack::new(t, n, 0..n, room);
        for ((first, high), &joins) in self.rows.panels().zip(joins.after()) {
            let rows = Matrix { values: &self.values[first * n..][..high * n], rows: high, columns: n };
            T::product_adjoint(stack.push(), None, rows, &y[first..first + high], 1); // t ← Aᴴ y
            stack.join(joins);
        }
    }

    /// The product with one panel, of several columns, and what is added then. Where it is added to the last sum, faer does so: it
    /// adds the finished sum, in the bits of an addition apart.
    fn multiply(stack: &mut Stack<'_, T>, joins: usize, a: &[T], [rows, terms]: [usize; 2], x: &[T], stride: usize) {
        let a = RowMajor { values: a, rows, columns: terms, stride: terms };
        let x = RowMajor { values: x, rows: terms, columns: stride, stride };
        if joins > 0 {
            T::product_of_parts(stack.last(), stride, Some(T::one()), a, x);
            stack.join(joins - 1);
        } else {
            T::product_of_parts(stack.push(), stride, None, a, x);
        }
    }
}

/// Columns that are written at a time, so that they stay in cache.
const TURNED: usize = 8;

/// The adjoint of a matrix of so many rows and columns.
fn turn<T: Scalar>(a: &[T], to: &mut [T], [rows, columns]: [usize; 2]) {
    for (k, to) in to.chunks_mut(TURNED * rows).enumerate() {
        for (row, a) in a.chunks_exact(columns).enumerate() {
            for (a, to) in a[TURNED * k..].iter().zip(to.chunks_exact_mut(rows)) {
                to[row] = a.conj();
            }
        }
    }
}
