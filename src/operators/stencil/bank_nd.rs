//! Filters on a regular grid of places, interpolated linearly between them along each axis.

use super::surroundings::check_axes;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use ndarray::{ArrayViewD, Dimension};

/// Filters of odd lengths, centred at the places of a grid; elsewhere the linear interpolation along each axis, and
/// outside the grid that of the nearest place on it.
pub(super) struct BankND<R> {
    /// The axes in ascending order.
    pub(super) axes: Vec<BankAxis>,
    /// Filter after filter; imaginary parts only where there are some.
    re: Vec<R>,
    im: Vec<R>,
    /// Samples of a filter.
    pub(super) length: usize,
}

/// What is along an axis.
#[derive(Clone, Debug)]
pub(super) struct BankAxis {
    pub(super) axis: usize,
    pub(super) taps: usize,
    /// Rows of the array.
    pub(super) total: usize,
    number: usize,
    first: usize,
    step: usize,
}

impl BankAxis {
    /// The filter at a row or before it, and the fraction of the way to the next one: 0 where there is none.
    pub(super) fn place(&self, row: usize) -> (usize, f64) {
        let Some(beyond) = row.checked_sub(self.first) else { return (0, 0.0) };
        let filter = beyond / self.step;
        if filter + 1 >= self.number {
            return (self.number - 1, 0.0);
        }
        (filter, (beyond % self.step) as f64 / self.step as f64)
    }

    /// Whether filters change behind one, and where it ends: the first row that has another filter at it or before it.
    pub(super) fn end_of(&self, row: usize) -> (bool, usize) {
        let last = self.first + (self.number - 1) * self.step;
        if row < self.first {
            (false, self.first.min(self.total))
        } else if row >= last {
            (false, self.total)
        } else {
            (true, row + self.step - (row - self.first) % self.step)
        }
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }
}

impl<R: Real> BankND<R> {
    /// # Errors
    /// Those of [`NonStationaryConvolve2D::on`](crate::operators::NonStationaryConvolve2D::on) but for the layout's.
    pub(super) fn new<T: Scalar<Real = R>>(
        filters: &ArrayViewD<'_, T>,
        positions: &[Vec<usize>],
        axes: &[usize],
        layout: &Layout,
    ) -> Result<Self> {
        let dims = positions.len();
        check_axes(layout, axes, dims)?;
        let (numbers, lengths) = filters.shape().split_at(dims);
        let mut of_axes = vec![];
        for (k, &axis) in axes.iter().enumerate() {
            of_axes.push(axis_of(axis, layout.shape()[axis], numbers[k], lengths[k], &positions[k])?);
        }
        // Interpolation forms differences of two.
        if let Some((at, value)) = filters.indexed_iter().find(|(_, value)| !(**value + **value).finite()) {
            let (what, expected) = (format!("value {:?} of the filters", at.slice()), "a finite number, and twice it");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, value));
        }
        let mut order: Vec<_> = (0..dims).collect();
        order.sort_by_key(|&k| axes[k]);
        let permuted: Vec<_> = order.iter().copied().chain(order.iter().map(|k| dims + k)).collect();
        let filters = filters.view().permuted_axes(permuted);
        let is_complex = filters.iter().any(|h| h.im() != R::zero());
        Ok(Self {
            axes: order.iter().map(|&k| of_axes[k].clone()).collect(),
            re: filters.iter().map(|h| h.re()).collect(),
            im: if is_complex { filters.iter().map(|h| h.im()).collect() } else { vec![] },
            length: lengths.iter().product(),
        })
    }

    pub(super) fn is_complex(&self) -> bool {
        !self.im.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.re[..]) + size_of_val(&self.im[..])
    }

    /// For the filters from `first` on along the last axis, taps `from` to `from + taps` of their interpolation at places
    /// along the axes before it: filter after filter.
    pub(super) fn interpolate(
        &self,
        places: &[(usize, f64)],
        first: usize,
        from: usize,
        taps: usize,
        [re, im]: [&mut [R]; 2],
    ) {
        re.fill(R::zero());
        im.fill(R::zero());
        for corner in 0..1usize << places.len() {
            let (mut filter, mut weight) = (0, 1.0);
            for (k, &(place, fraction)) in places.iter().enumerate() {
                let next = corner >> k & 1 == 1;
                filter = filter * self.axes[k].number + place + usize::from(next && fraction > 0.0);
                weight *= if next { fraction } else { 1.0 - fraction };
            }
            if weight == 0.0 {
                continue;
            }
            let (weight, filter) = (R::from_f64(weight), filter * self.axes[places.len()].number + first);
            for (all, to) in [(&self.re, &mut *re), (&self.im, &mut *im)] {
                for (j, to) in to.chunks_exact_mut(taps).enumerate() {
                    let h = &all[(filter + j) * self.length + from..][..taps];
                    to.iter_mut().zip(h).for_each(|(to, &h)| *to += weight * h);
                }
            }
        }
    }
}

fn axis_of(axis: usize, total: usize, number: usize, taps: usize, positions: &[usize]) -> Result<BankAxis> {
    let shape =
        |what: &str, expected: String, found: usize| Err(Error::expected(ErrorKind::Shape, what, expected, found));
    if number == 0 {
        return shape(&format!("number of filters along axis {axis}"), "at least 1".into(), 0);
    }
    if taps.is_multiple_of(2) {
        return shape(&format!("length of the filters along axis {axis}"), "an odd number".into(), taps);
    }
    if positions.len() != number {
        let expected = format!("{number}, one for each filter");
        return shape(&format!("number of positions along axis {axis}"), expected, positions.len());
    }
    let step = if number == 1 { 1 } else { positions[1].saturating_sub(positions[0]) };
    let regular = positions.windows(2).all(|pair| pair[0].checked_add(step) == Some(pair[1]));
    if step == 0 || !regular {
        let (what, found) = (format!("positions of the filters along axis {axis}"), format!("{positions:?}"));
        return Err(Error::expected(ErrorKind::Parameter, what, "equal steps, rising", found));
    }
    if let Some((k, position)) = positions.iter().enumerate().find(|(_, position)| **position >= total) {
        let (what, expected) = (format!("position {k} of the filters along axis {axis}"), format!("less than {total}"));
        return Err(Error::expected(ErrorKind::Parameter, what, expected, position));
    }
    Ok(BankAxis { axis, taps, total, number, first: positions[0], step })
}
