//! Convolutions.

use super::cuts::{BLOCKS, GRIDS};
use super::{Entry, entries, matrix};
use lops::Scalar;
use lops::ndarray::{Array, ArrayD, IxDyn};
use lops::operators::{
    Convolve1D, ConvolveND, NonStationaryConvolve1D, NonStationaryConvolve2D, NonStationaryConvolve3D,
    PoststackModelling, Shift, Smoothing,
};

fn filters<T: Scalar>(shape: &[usize]) -> ArrayD<T> {
    let values = matrix(1, shape.iter().product(), 8).into_iter();
    ArrayD::from_shape_vec(IxDyn(shape), values.collect()).unwrap()
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        BLOCKS "Smoothing": |comm, cut| { Smoothing::new(&[3, 4]).along(&[2, 0]).on(&cut.layout(comm, &[7, 2, 5], &[0, 2])?) }
        BLOCKS "Convolve1D": |comm, cut| {
            let filter: Vec<_> = (0..12).map(|k| T::from_parts(f64::from(k).sin(), f64::from(k).cos())).collect();
            Convolve1D::new(&filter, 4).along(1).on(&cut.layout(comm, &[3, 17, 2], &[0, 1])?)
        }
        BLOCKS "ConvolveND": |comm, cut| {
            ConvolveND::new(&filters(&[3, 4])).along(&[2, 0]).on(&cut.layout(comm, &[7, 2, 9], &[0, 2])?)
        }
        BLOCKS "ConvolveND over all axes": |comm, cut| {
            ConvolveND::new(&filters(&[2, 3, 2])).offset(&[0, 2, 1]).on(&cut.layout(comm, &[6, 5, 7], &[0, 1, 2])?)
        }
        GRIDS "ConvolveND over axes that are whole": |comm, cut| {
            ConvolveND::new(&filters(&[5, 3])).along(&[1, 3]).on(&cut.layout(comm, &[4, 6, 5, 3], &[0, 2])?)
        }
        BLOCKS "NonStationaryConvolve2D": |comm, cut| {
            let filters = filters(&[2, 3, 5, 3]).into_dimensionality().unwrap();
            NonStationaryConvolve2D::new(&filters, [&[2, 6], &[1, 4, 7]]).on(&cut.layout(comm, &[9, 8], &[0, 1])?)
        }
        GRIDS "NonStationaryConvolve2D over axes that are whole": |comm, cut| {
            let filters = filters(&[1, 2, 3, 3]).into_dimensionality().unwrap();
            let blur = NonStationaryConvolve2D::new(&filters, [&[2], &[1, 3]]).along([2, 1]);
            blur.on(&cut.layout(comm, &[5, 4, 6, 3], &[0, 3])?)
        }
        BLOCKS "NonStationaryConvolve3D": |comm, cut| {
            let filters = filters(&[2, 2, 1, 3, 3, 5]).into_dimensionality().unwrap();
            let blur = NonStationaryConvolve3D::new(&filters, [&[0, 4], &[1, 2], &[3]]);
            blur.on(&cut.layout(comm, &[6, 4, 7], &[0, 2])?)
        }
        BLOCKS "NonStationaryConvolve1D": |comm, cut| {
            let layout = cut.layout(comm, &[3, 17, 2], &[0, 1])?;
            NonStationaryConvolve1D::new(&matrix(3, 7, 8), &[2, 8, 14]).along(1).on(&layout)
        }
        GRIDS "NonStationaryConvolve1D along an axis that is whole": |comm, cut| {
            let layout = cut.layout(comm, &[4, 6, 35], &[0, 2])?;
            NonStationaryConvolve1D::new(&matrix(2, 5, 8), &[1, 3]).along(1).on(&layout)
        }
        BLOCKS "PoststackModelling": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0, -0.5]).along(1).on(&cut.layout(comm, &[3, 12], &[0, 1])?)
        }
        GRIDS "PoststackModelling along an axis that is whole": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0]).along(1).on(&cut.layout(comm, &[4, 6, 5], &[0, 2])?)
        }
        GRIDS "Shift along an axis that is whole": |comm, cut| {
            Shift::new(0.3).sampling(0.4).along(1).on(&cut.layout(comm, &[4, 6, 11], &[0, 2])?)
        }
        GRIDS "Shift along an axis that is cut": |comm, cut| {
            Shift::new(1.3).along(1).nfft(14).on(&cut.layout(comm, &[3, 10, 4], &[0, 1])?)
        }
        GRIDS "Shift of each line": |comm, cut| {
            let shifts = Array::from_shape_fn((5, 6), |(i, j)| (3 * i + j) as f64 / 7.0);
            Shift::by_each(&shifts).along(1).on(&cut.layout(comm, &[5, 7, 6], &[0, 2])?)
        }
        GRIDS "Shift of lines in memory": |comm, cut| {
            Shift::new(-2.7).along(2).on(&cut.layout(comm, &[4, 6, 5], &[0, 1])?)
        }
    }
}
