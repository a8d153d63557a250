//! Axes shifted round.

use super::mosaic::AxisPiece;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::library::Index;
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The array shifted along some axes, what leaves at one end coming in at the other, in its own layout:
    /// element i of the result is element `(i - shift) mod n`. Several shifts of one axis add up.
    ///
    /// # Communication
    /// One exchange, in which each element that changes its rank is sent once: of a block axis, a shift of
    /// s rows sends s rows to the next rank. Of chunks two more, to an even cut of the first axis and back.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Parameter`] if there is not one shift for
    /// each axis named; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| i[0]);
    ///     assert_eq!(x.roll(&[2], &[0])?.gather_all().as_slice().unwrap(), [3, 4, 0, 1, 2]);
    ///     assert_eq!(x.roll(&[-1], &[0])?.gather_all().as_slice().unwrap(), [1, 2, 3, 4, 0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `roll` with axes.
    pub fn roll(&self, shifts: &[isize], axes: &[usize]) -> Result<Self> {
        let _operation = self.operation("roll", format_args!(", by {shifts:?} along {axes:?}"));
        let shape = self.layout()?.shape();
        if shifts.len() != axes.len() {
            let expected = format!("{}, one for each axis", axes.len());
            return Err(Error::expected(ErrorKind::Parameter, "number of shifts", expected, shifts.len()));
        }
        let mut shift = vec![0; shape.len()];
        for (&by, &axis) in shifts.iter().zip(axes) {
            check_axis(shape, axis)?;
            if shape[axis] > 0 {
                let n = shape[axis] as isize;
                shift[axis] = (shift[axis] + by.rem_euclid(n)) % n;
            }
        }
        let turned = |(&n, &by): (&usize, &isize)| match by as usize {
            0 => vec![AxisPiece::all(0)],
            by => vec![
                AxisPiece { at: 0, index: Index::from(n - by..) },
                AxisPiece { at: by, index: Index::from(..n - by) },
            ],
        };
        self.rearranged(&shape.iter().zip(&shift).map(turned).collect::<Vec<_>>())
    }
}

impl<T: Element> DistArray<T> {
    /// The array with its origin moved into the middle of these axes: index i goes to `(i + n/2) mod n`, so that frequency 0
    /// of a [Fourier transform](crate::operators::FFTND) stands in the middle.
    ///
    /// # Communication
    /// That of [`roll`](Self::roll).
    ///
    /// # Errors
    /// As [`roll`](Self::roll).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| i[0]);
    ///     assert_eq!(x.fftshift(&[0])?.gather_all().as_slice().unwrap(), [3, 4, 0, 1, 2]);
    ///     assert_eq!(x.fftshift(&[0])?.ifftshift(&[0])?, x);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `fft.fftshift`.
    pub fn fftshift(&self, axes: &[usize]) -> Result<Self> {
        self.roll(&self.halves(axes)?, axes)
    }

    /// What undoes [`fftshift`](Self::fftshift), also where n is odd.
    ///
    /// # Errors
    /// As [`roll`](Self::roll).
    pub fn ifftshift(&self, axes: &[usize]) -> Result<Self> {
        let back: Vec<_> = self.halves(axes)?.into_iter().map(|half| -half).collect();
        self.roll(&back, axes)
    }

    fn halves(&self, axes: &[usize]) -> Result<Vec<isize>> {
        let shape = self.layout()?.shape();
        axes.iter().map(|&axis| check_axis(shape, axis).map(|()| shape[axis] as isize / 2)).collect()
    }
}
