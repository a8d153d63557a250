//! Means over neighbours.

use super::convolve1d::Convolve1D;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axes};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// Mean over neighbours: of n samples along an axis, or of a box along several.
///
/// ```text
/// y[i, …] = 1/n Σₗ x[i + l, …],  l = −(n − 1)/2 … (n − 1)/2
/// ```
///
/// and so on along each axis that is named; samples beyond the array count as 0. It is its own adjoint. An even n counts as n + 1, so that
/// there is a middle. A box is a product of means along its axes, n + m multiplications a sample instead of n m.
///
/// # Spaces
/// `X = Y`: one array, replicated or cut into blocks along any axes. Cyclic and listed cuts are refused along the axes that are named, and
/// chunks. Real or complex.
///
/// # Communication
/// That of a [`Convolve1D`] along each of the axes that is cut.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Smoothing};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let smooth = Smoothing::new(&[3]).on::<f64>(&layout)?;
///     let y = &smooth * &DistArray::from_global(&layout, &[0.0, 0.0, 6.0, 0.0, 3.0])?;
///     assert_eq!(y.map(f64::round).gather_all().as_slice(), Some(&[0.0, 2.0, 2.0, 3.0, 1.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Smoothing1D`, `Smoothing2D` and `SmoothingND` of pylops.
#[derive(Clone, Debug)]
#[doc(alias = "Smoothing1D")]
#[doc(alias = "Smoothing2D")]
#[doc(alias = "SmoothingND")]
#[must_use = "`on` makes the operator"]
pub struct Smoothing {
    lengths: Vec<usize>,
    axes: Vec<usize>,
}

impl Smoothing {
    /// Over so many samples along each of the first axes.
    pub fn new(lengths: &[usize]) -> Self {
        Self { lengths: lengths.to_vec(), axes: (0..lengths.len()).collect() }
    }

    /// Along these axes.
    pub fn along(mut self, axes: &[usize]) -> Self {
        self.axes = axes.to_vec();
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is not a length for each axis that is named, or none is; [`ErrorKind::Parameter`] of a length of 0;
    /// [`ErrorKind::Axis`] if there is no such axis, or one is named twice; [`ErrorKind::Layout`] if it is cut but not into blocks, and of
    /// chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { lengths, axes } = self;
        let Some((&last, before)) = axes.split_last().filter(|_| axes.len() == lengths.len()) else {
            let expected = format!("{}, one for each axis, and an axis", axes.len());
            return Err(Error::expected(ErrorKind::Shape, "lengths of Smoothing", expected, lengths.len()));
        };
        check_axes("Smoothing", layout.shape(), &axes)?;
        if lengths.contains(&0) {
            return Err(Error::expected(ErrorKind::Parameter, "length of Smoothing", "at least 1", 0));
        }
        let along = |k: usize, axis: usize| {
            let n = lengths[k] | 1;
            let mean = vec![T::from_parts(1.0 / n as f64, 0.0); n];
            Convolve1D::new(&mean, n / 2).along(axis).on(layout)
        };
        let first = along(before.len(), last)?;
        before.iter().enumerate().rev().try_fold(first, |inner, (k, &axis)| along(k, axis)?.compose(&inner))
    }
}
