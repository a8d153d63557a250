//! Wavefields.

use super::cuts::GRIDS;
use super::{Entry, entries};
use lops::ndarray::{Array2, array};
use lops::operators::{
    BlendingContinuous, BlendingGroup, BlendingHalf, Marchenko, PhaseShift, PressureToVelocity, UpDownComposition,
};
use lops::{Complex, DistArray, Layout, Real, Scalar};

fn times() -> Array2<f64> {
    array![[0.0, 0.5, 0.0], [0.3, 1.0, -0.75]]
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "BlendingContinuous": |comm, cut| {
            let blending = BlendingContinuous::new(&[0.0, 0.5, 1.3, 0.4, 2.0]).sampling(0.25);
            blending.on(&cut.layout(comm, &[5, 4, 6], &[0, 1, 2])?)
        }
        GRIDS "BlendingGroup": |comm, cut| {
            BlendingGroup::new(&times()).sampling(0.25).on(&cut.layout(comm, &[6, 3, 5], &[0])?)
        }
        GRIDS "BlendingHalf": |comm, cut| {
            BlendingHalf::new(&times()).sampling(0.25).on(&cut.layout(comm, &[6, 2, 3, 4], &[0, 1, 2])?)
        }
    }
}

pub(super) fn of_reals<R: Real>() -> Vec<Entry<R>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "Marchenko": |comm, cut| {
            let response = DistArray::random_signed(&Layout::scatter(comm, &[4, 3, 3], 0)?, 9);
            let equations = Marchenko::new(&response, &array![[2.0, 3.0], [1.0, 2.0], [4.0, 0.0]]).smooth(2);
            equations.on(&cut.layout(comm, &[9, 3, 2], &[0, 1])?)
        }
        GRIDS "PhaseShift": |comm, cut| {
            PhaseShift::new(2.0, -1.5).sampling(&[0.5, 1.0, 0.75]).on(&cut.layout(comm, &[6, 4, 3], &[0, 1, 2])?)
        }
        GRIDS "PressureToVelocity of real numbers": |comm, cut| {
            let conversion = PressureToVelocity::new(1.5, 2.0).critical(120.0).taper(1).to_pressure();
            conversion.on_real(&cut.layout(comm, &[3, 4, 5], &[0, 1, 2])?)
        }
    }
}

pub(super) fn of_complex<R: Real>() -> Vec<Entry<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "PressureToVelocity": |comm, cut| {
            PressureToVelocity::new(1.5, 2.0).nffts(&[9, 8]).taper(2).on(&cut.layout(comm, &[5, 7], &[0, 1])?)
        }
        GRIDS "UpDownComposition": |comm, cut| {
            let conversion = PressureToVelocity::new(1.5, 2.0).taper(1);
            UpDownComposition::new(&conversion).scaling(2.5).on(&cut.layout(comm, &[4, 5], &[0, 1])?)
        }
    }
}
