//! Wavelets, cosines and seislets.

use super::cuts::GRIDS;
use super::{Entry, entries};
use lops::Scalar;
use lops::ndarray::Array2;
use lops::operators::{DCT, DWT, DWT2D, DWTND, Seislet, WaveletFilter};

/// For five samples of six traces.
fn slopes() -> Array2<f64> {
    Array2::from_shape_fn((6, 5), |(i, j)| 0.4 * (i as f64 - 2.0) - 0.15 * j as f64)
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "DCT": |comm, cut| { DCT::over(&[0, 2]).on(&cut.layout(comm, &[5, 3, 8], &[0, 1])?) }
        GRIDS "DCT of type 4": |comm, cut| { DCT::over(&[1]).kind(4).on(&cut.layout(comm, &[4, 7], &[0, 1])?) }
        GRIDS "DWT": |comm, cut| {
            let dwt = DWT::along(1).filter(WaveletFilter::Daubechies(3)).levels(2);
            dwt.on(&cut.layout(comm, &[3, 11, 10], &[0, 1])?)
        }
        GRIDS "DWT2D": |comm, cut| { DWT2D::over(0, 1).levels(2).on(&cut.layout(comm, &[5, 8, 2], &[0, 1])?) }
        GRIDS "DWTND of all axes": |comm, cut| {
            DWTND::over(&[1, 0]).filter(WaveletFilter::Daubechies(2)).levels(2).on(&cut.layout(comm, &[7, 9], &[0, 1])?)
        }
        GRIDS "DWTND": |comm, cut| {
            let dwt = DWTND::over(&[0, 2]).filter(WaveletFilter::Symlet(4)).least_zeros();
            dwt.on(&cut.layout(comm, &[6, 3, 20], &[1, 2])?)
        }
        GRIDS "Seislet": |comm, cut| { Seislet::linear(&slopes()).on(&cut.layout(comm, &[6, 5, 3], &[0, 1])?) }
        GRIDS "Seislet, inverse": |comm, cut| {
            Seislet::haar(&slopes()).sampling([1.0, 0.7]).along([1, 2]).inverse(&cut.layout(comm, &[3, 6, 5], &[0, 1])?)
        }
    }
}
