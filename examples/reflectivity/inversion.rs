//! The modelling, the data, and the ways back.

use crate::arguments::{Arguments, Solver};
use lops::prelude::*;
use lops::proximal::{Acceleration, L1, LeastSquares, ProximalGradient};
use lops::signal;
use lops_examples::section::Section;

/// Weight of sparsity, ε.
const EPSILON: f64 = 2e-2;
/// When steps are short enough: the square of PyLops's 1e-8.
const UPDATE: f64 = 1e-16;
/// Of the wavelet: samples on one side with the centre, their step in seconds, peak frequency in Hz.
const WAVELET: (u32, f64, f64) = (21, 0.004, 15.0);

/// d = W r: what should come out.
pub(crate) struct Problem {
    /// W.
    modelling: Operator<f64>,
    /// About ‖W‖².
    pub(crate) largest_eigenvalue: f64,
    pub(crate) reflectivity: DistArray<f64>,
    pub(crate) data: DistArray<f64>,
}

impl Problem {
    /// Makes the volumes and models the data.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if traces are shorter than the wavelet.
    pub(crate) fn new(layout: &Layout, section: &Section) -> Result<Self> {
        let (half, step, peak) = WAVELET;
        let times: Vec<f64> = (0..half).map(|i| step * f64::from(i)).collect();
        let wavelet = signal::ricker(&times, peak)?;
        let modelling = Convolve1D::new(&wavelet.samples, wavelet.centre).along(2).on(layout)?;
        let reflectivity = &FirstDerivative::along(2).on(layout)? * &section.at_every_y(layout); // r ← D m
        let data = &modelling * &reflectivity; //                                                  d ← W r
        // Ten powers from random numbers, as in the tutorial, and so 3 % below ‖W‖²: steps are that much longer than 1/‖W‖².
        let mut vector = DistArray::zeros(layout);
        let largest_eigenvalue = power_iteration(&(&modelling.adjoint() * &modelling), &mut vector, 10, 1e-5)?.value;
        Ok(Self { modelling, largest_eigenvalue, reflectivity, data })
    }

    /// Inverts from 0.
    pub(crate) fn invert(&self, solver: Solver, arguments: &Arguments) -> Result<(DistArray<f64>, Report<f64>)> {
        let (w, d, mut r) = (&self.modelling, &self.data, self.reflectivity.zeros_like());
        let usual = Options { progress: true, ..Options::iterations(arguments.iterations) };
        let options = Options { tolerance: Tolerance::AbsoluteSquared(UPDATE), ..usual.clone() };
        let (solving, name) = (&arguments.solving, solver.to_string());
        let step = 1.0 / self.largest_eigenvalue;
        let report = match solver {
            Solver::Ista => solving.solve(&name, Shrinkage::ista(w, d, &mut r, EPSILON)?.step(step)?, &options)?,
            Solver::Fista => solving.solve(&name, Shrinkage::fista(w, d, &mut r, EPSILON)?.step(step)?, &options)?,
            Solver::Twist => solving.solve(&name, TwIst::new(w, d, &mut r, EPSILON)?.step(step)?, &options)?,
            Solver::Pg => {
                let (misfit, sparsity) = (LeastSquares::new(1.0).of(w, d)?, L1::new(0.5 * EPSILON).on(d.space())?);
                let method = ProximalGradient::new(&misfit, &sparsity, &mut r)?.step(0.99 * step)?;
                solving.solve(&name, method.accelerated(Acceleration::Fista)?.objective(), &options)?
            }
            Solver::Spgl1 => solving.solve(&name, Spgl1::denoise(w, d, &mut r, self.misfit())?, &usual)?,
        };
        Ok((r, report))
    }

    /// σ: about what FISTA leaves of the data.
    fn misfit(&self) -> f64 {
        2e-2 * self.data.norm()
    }

    /// ‖d − W r‖.
    pub(crate) fn left(&self, r: &DistArray<f64>) -> f64 {
        (&self.data - &self.modelling * r).norm()
    }

    /// ‖r − truth‖ / ‖truth‖.
    pub(crate) fn relative_error(&self, r: &DistArray<f64>) -> f64 {
        (r - &self.reflectivity).norm() / self.reflectivity.norm()
    }
}
