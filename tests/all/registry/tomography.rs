//! Tomography.

use super::cuts::{Cut, GRIDS};
use super::{Entry, entries};
use lops::operators::{CT2D, MRI2D};
use lops::{Complex, Real, Scalar};

/// Every rank has the image.
const COPY: &[Cut] = &[Cut::Replicated];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        COPY "CT2D": |comm, cut| {
            let angles: Vec<_> = (0..9).map(|k| 0.1 + 0.7 * f64::from(k)).collect();
            CT2D::parallel(0.8, 13, &angles).on(&cut.layout(comm, &[9, 6], &[0, 1])?)
        }
        GRIDS "CT2D of slices, a fan": |comm, cut| {
            CT2D::fan(1.3, 9, &[0.0, 0.4, 2.0], 8.0, 3.0).on(&cut.layout(comm, &[7, 4, 10], &[0])?)
        }
    }
}

pub(super) fn of_complex<R: Real>() -> Vec<Entry<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "MRI2D": |comm, cut| { MRI2D::vertical_uni(3, 2).perc_center(0.3).on(&cut.layout(comm, &[7, 10], &[0, 1])?) }
        GRIDS "MRI2D, radial": |comm, cut| { MRI2D::radial_reg(3).on(&cut.layout(comm, &[6, 8], &[0, 1])?) }
    }
}
