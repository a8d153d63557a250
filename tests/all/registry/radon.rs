//! Sums along curves.

use super::cuts::{Cut, GRIDS};
use super::{Entry, entries};
use lops::operators::{
    ChirpRadon, ChirpRadon2D, ChirpRadon3D, FourierRadon, FourierRadon2D, FourierRadon3D, Radon2D, Radon3D,
};
use lops::{Complex, Real, Scalar};

/// Every rank has the model.
const COPY: &[Cut] = &[Cut::Replicated];
const TIMES: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];
const X: [f64; 5] = [0.0, 2.0, 4.0, 6.0, 8.0];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Radon2D": |comm, cut| {
            let lines = Radon2D::linear(&TIMES, [&X], [&[-0.15, 0.0, 0.2]]);
            lines.along([2], 0).on(&cut.layout(comm, &[6, 3, 3], &[0, 2])?)
        }
        GRIDS "Radon2D of hyperbolas, nearest": |comm, cut| {
            let hyperbolas = Radon2D::hyperbolic(&TIMES, [&X], [&[0.3, 0.45]]).interp(false);
            hyperbolas.on(&cut.layout(comm, &[2, 6], &[0, 1])?)
        }
        COPY "Radon over traces": |comm, cut| {
            Radon2D::parabolic(&TIMES, [&X], [&[0.05, 0.2]]).over_traces(&cut.layout(comm, &[2, 6], &[])?)
        }
        GRIDS "Radon3D": |comm, cut| {
            let hyperbolas = Radon3D::hyperbolic(&TIMES, [&X[..2], &X[..3]], [&[0.3, 0.4], &[0.2, 0.6, 0.7]]);
            hyperbolas.on(&cut.layout(comm, &[2, 3, 6], &[1, 2])?)
        }
    }
}

pub(super) fn of_reals<R: Real>() -> Vec<Entry<R>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "FourierRadon2D": |comm, cut| {
            let lines = FourierRadon2D::linear(&TIMES, [&X], [&[-0.15, 0.0, 0.2]]).nfft(9).flims(1..4);
            lines.on(&cut.layout(comm, &[3, 6], &[0, 1])?)
        }
        GRIDS "FourierRadon3D": |comm, cut| {
            let planes = FourierRadon3D::linear(&TIMES, [&X[..2], &X[..3]], [&[0.3, 0.4], &[0.2, 0.6, 0.7]]).nfft(8);
            planes.on(&cut.layout(comm, &[2, 3, 6], &[1, 2])?)
        }
        GRIDS "ChirpRadon2D": |comm, cut| { ChirpRadon2D::new([0.8]).on(&cut.layout(comm, &[5, 6], &[0, 1])?) }
        GRIDS "ChirpRadon3D": |comm, cut| {
            ChirpRadon3D::new([0.8, -0.3]).on(&cut.layout(comm, &[2, 3, 5], &[1, 2])?)
        }
        GRIDS "ChirpRadon and its inverse": |comm, cut| {
            ChirpRadon::new([0.8]).inverse(&cut.layout(comm, &[4, 5], &[0])?)
        }
        GRIDS "FourierRadon of parabolas": |comm, cut| {
            FourierRadon::parabolic(&TIMES, [&X], [&[0.05, 0.02]]).on(&cut.layout(comm, &[2, 6], &[0])?)
        }
    }
}
