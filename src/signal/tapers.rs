//! Tapers: weights that rise from 0 to 1 at one end of an axis and fall again at the other.

pub use crate::numbers::Taper;

use crate::error::{Error, ErrorKind, Result};
use ndarray::{Array1, Array2, Array3, ArrayD, Axis, Dimension, Ix2, Ix3, IxDyn, ShapeError};

/// A Hanning taper of n samples, over the first and the last `ntap`.
///
/// # Errors
/// [`ErrorKind::Parameter`] if `ntap` is more than half of n.
///
/// # Example
/// ```
/// let weights = lops::signal::hanning(7, 3)?;
/// assert_eq!(weights.as_slice(), Some(&[0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0][..]));
/// # Ok::<(), lops::Error>(())
/// ```
pub fn hanning(n: usize, ntap: usize) -> Result<Array1<f64>> {
    Taper::Hanning.along(n, ntap)
}

/// A cosine taper of n samples, over the first and the last `ntap`: that of [`hanning`].
///
/// # Errors
/// [`ErrorKind::Parameter`] if `ntap` is more than half of n.
pub fn cosine(n: usize, ntap: usize) -> Result<Array1<f64>> {
    Taper::Cosine.along(n, ntap)
}

/// A squared cosine taper of n samples, over the first and the last `ntap`.
///
/// # Errors
/// [`ErrorKind::Parameter`] if `ntap` is more than half of n.
pub fn cosine_square(n: usize, ntap: usize) -> Result<Array1<f64>> {
    Taper::CosineSquare.along(n, ntap)
}

/// A taper of an array of any number of axes: the product of those of its axes, each over so many samples at both ends.
///
/// # Errors
/// [`ErrorKind::Shape`] if there is not one number of samples for each axis; [`ErrorKind::Parameter`] if one is more than
/// half of its axis.
///
/// # Example
/// ```
/// use lops::signal::{Taper, taper};
///
/// let weights = taper(&[5, 4], &[2, 0], Taper::Hanning)?;
/// assert_eq!((weights[[0, 1]], weights[[2, 1]]), (0.0, 1.0));
/// # Ok::<(), lops::Error>(())
/// ```
pub fn taper(shape: &[usize], ntaps: &[usize], kind: Taper) -> Result<ArrayD<f64>> {
    if ntaps.len() != shape.len() {
        let expected = format!("{}, one for each axis", shape.len());
        return Err(Error::expected(ErrorKind::Shape, "numbers of samples of a taper", expected, ntaps.len()));
    }
    let mut weights = ArrayD::ones(IxDyn(shape));
    for (axis, (&n, &ntap)) in shape.iter().zip(ntaps).enumerate() {
        let along = kind.along(n, ntap)?;
        for mut lane in weights.lanes_mut(Axis(axis)) {
            lane *= &along;
        }
    }
    Ok(weights)
}

/// A taper along x of an array of shape `[nx, nt]`, over so many samples at both ends; the same at all times.
///
/// # Errors
/// [`ErrorKind::Parameter`] if `ntap` is more than half of `nx`.
pub fn taper2d(nt: usize, nx: usize, ntap: usize, kind: Taper) -> Result<Array2<f64>> {
    sized::<Ix2>(taper(&[nx, nt], &[ntap, 0], kind)?.into_dimensionality())
}

/// A taper along y and x of an array of shape `[ny, nx, nt]`, over so many samples at both ends of y and of x; the same at
/// all times.
///
/// # Errors
/// [`ErrorKind::Parameter`] if one of `ntaps` is more than half of its axis.
pub fn taper3d(nt: usize, [ny, nx]: [usize; 2], ntaps: [usize; 2], kind: Taper) -> Result<Array3<f64>> {
    sized::<Ix3>(taper(&[ny, nx, nt], &[ntaps[0], ntaps[1], 0], kind)?.into_dimensionality())
}

/// An array whose number of axes is known where it is made.
fn sized<D: Dimension>(array: Result<ndarray::Array<f64, D>, ShapeError>) -> Result<ndarray::Array<f64, D>> {
    array.map_err(|error| Error::new(ErrorKind::Shape, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: f64 = 0.2500000000000001;

    #[test]
    fn tapers_are_those_of_pylops() {
        // PyLops 2.8: hanningtaper(9, 4), cosinetaper(9, 4), cosinetaper(9, 4, True), cosinetaper(9, 4, exponent=.5)
        let hann = [0.0, QUARTER, 0.75, 1.0];
        let square = [0.0, 0.06250000000000006, 0.5625, 1.0];
        let root = [0.0, 0.5000000000000001, 0.8660254037844386, 1.0];
        for (kind, front) in
            [(Taper::Hanning, hann), (Taper::Cosine, hann), (Taper::CosineSquare, square), (Taper::CosineRoot, root)]
        {
            let expected: Vec<_> = front.iter().chain([&1.0]).chain(front.iter().rev()).copied().collect();
            for (found, expected) in taper(&[9], &[4], kind).unwrap().iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-15, "{kind:?}: {found} {expected}");
            }
        }
        assert_eq!(cosine(9, 4).unwrap(), hanning(9, 4).unwrap());
        assert_eq!(cosine_square(9, 4).unwrap(), hanning(9, 4).unwrap().powi(2));
    }

    #[test]
    fn narrow_tapers() {
        // PyLops 2.8: hanningtaper(4, 1), hanningtaper(3, 0), hanningtaper(4, 2), cosinetaper(4, 1)
        assert_eq!(hanning(4, 1).unwrap().to_vec(), [1.0; 4]);
        assert_eq!(hanning(3, 0).unwrap().to_vec(), [1.0; 3]);
        assert_eq!(hanning(4, 2).unwrap().to_vec(), [0.0, 1.0, 1.0, 0.0]);
        assert_eq!(cosine(4, 1).unwrap().to_vec(), [1.0; 4]);
        assert_eq!(hanning(0, 0).unwrap().len(), 0);
    }

    #[test]
    fn several_axes_multiply() {
        let (y, x) = (cosine_square(6, 3).unwrap(), cosine_square(9, 4).unwrap());
        let weights = taper3d(2, [6, 9], [3, 4], Taper::CosineSquare).unwrap();
        assert_eq!(weights.shape(), [6, 9, 2]);
        for ((j, i, _), &weight) in weights.indexed_iter() {
            assert_eq!(weight, y[j] * x[i]);
        }
        // PyLops 2.8: taper2d(2, 5, 2)
        let weights = taper2d(2, 5, 2, Taper::Hanning).unwrap();
        assert_eq!(weights.as_slice(), Some(&[0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0][..]));
        // PyLops 2.8: tapernd((3, 4), (1, 2))
        let weights = taper(&[3, 4], &[1, 2], Taper::Hanning).unwrap();
        assert_eq!(weights.as_slice(), Some(&[0.0, 1.0, 1.0, 0.0].repeat(3)[..]));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let error = hanning(5, 3).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        let error = taper(&[5, 5], &[2], Taper::Hanning).unwrap_err();
        assert_eq!(error.message(), "numbers of samples of a taper: expected 2, one for each axis, found 1");
    }
}
