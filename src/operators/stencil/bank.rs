//! Filters that change along an axis: given at regular places, interpolated between them.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::{Real, Scalar};
use ndarray::ArrayView2;
use std::ops::Range;

/// Filters of one odd length, centred at the rows `first`, `first + step`, …; at a row between two of them their linear
/// interpolation, before the first and after the last these.
pub(super) struct Bank<T: Scalar> {
    /// Filter after filter.
    filters: Vec<T>,
    length: usize,
    first: usize,
    step: usize,
    /// `[1 − f, f]` for each of the rows from a filter to the next.
    fractions: Vec<[T::Real; 2]>,
    /// Rows of the axis.
    total: usize,
}

impl<T: Scalar> Bank<T> {
    /// # Errors
    /// Those of [`NonStationaryConvolve1D::on`](crate::operators::NonStationaryConvolve1D::on) but for the layout's.
    pub(super) fn new(filters: ArrayView2<'_, T>, positions: &[usize], layout: &Layout, axis: usize) -> Result<Self> {
        check_axis(layout.shape(), axis)?;
        let (number, length) = filters.dim();
        if number == 0 {
            return Err(Error::expected(ErrorKind::Shape, "number of filters", "at least 1", 0));
        }
        if length % 2 == 0 {
            return Err(Error::expected(ErrorKind::Shape, "length of the filters", "an odd number", length));
        }
        if positions.len() != number {
            let expected = format!("{number}, one for each filter");
            return Err(Error::expected(ErrorKind::Shape, "number of positions", expected, positions.len()));
        }
        let step = if number == 1 { 1 } else { positions[1].saturating_sub(positions[0]) };
        let regular = positions.windows(2).all(|pair| pair[0].checked_add(step) == Some(pair[1]));
        if step == 0 || !regular {
            let (what, expected) = ("positions of the filters", "equal steps, rising");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{positions:?}")));
        }
        let total = layout.shape()[axis];
        if let Some((k, position)) = positions.iter().enumerate().find(|(_, position)| **position >= total) {
            let (what, expected) =
                (format!("position {k} of the filters"), format!("less than {total}, rows on axis {axis}"));
            return Err(Error::expected(ErrorKind::Parameter, what, expected, position));
        }
        if let Some(((filter, k), value)) = filters.indexed_iter().find(|(_, value)| !value.finite()) {
            let what = format!("value {k} of filter {filter}");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", value));
        }
        let fraction = |part: usize| {
            let f = part as f64 / step as f64;
            [1.0 - f, f].map(T::Real::from_f64)
        };
        let fractions = (0..if number == 1 { 1 } else { step }).map(fraction).collect();
        Ok(Self { filters: filters.iter().copied().collect(), length, first: positions[0], step, fractions, total })
    }

    /// Samples of a filter.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Whether a value of a filter has an imaginary part.
    pub(super) fn is_complex(&self) -> bool {
        self.filters.iter().any(|h| h.im() != T::Real::from_f64(0.0))
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.filters[..]) + size_of_val(&self.fractions[..])
    }

    /// Passes sample k of the filters at some rows of the axis, which may be outside it, where it is 0, in order to
    /// `pass`: with the number of rows that have the same. Between two filters these are single ones.
    pub(super) fn sample(&self, k: usize, rows: Range<isize>, mut pass: impl FnMut(usize, T)) {
        let of_axis = |row: isize| row.clamp(0, self.total.cast_signed()).clamp(rows.start, rows.end);
        let (start, end) = (of_axis(0), of_axis(self.total.cast_signed()));
        let number = |rows: Range<isize>| (rows.end - rows.start).unsigned_abs();
        pass(number(rows.start..start), T::zero());

        let last = self.filters.len() / self.length - 1;
        let (first, beyond) = (self.first.cast_signed(), (self.first + last * self.step).cast_signed());
        let (first, beyond) = (first.clamp(start, end), beyond.clamp(start, end));
        pass(number(start..first), self.filters[k]);
        let mut row = first.unsigned_abs();
        while row < beyond.unsigned_abs() {
            let (filter, part) = ((row - self.first) / self.step, (row - self.first) % self.step);
            let parts = part..self.step.min(part + beyond.unsigned_abs() - row);
            row += parts.len();
            let [here, next] = [filter, filter + 1].map(|filter| self.filters[filter * self.length + k]);
            for &[of_here, of_next] in &self.fractions[parts] {
                pass(1, here.scale(of_here) + next.scale(of_next));
            }
        }
        pass(number(beyond..end), self.filters[last * self.length + k]);
        pass(number(end..rows.end), T::zero());
    }
}
