//! Steps along a gradient, each followed by a prox.
//!
//! ```text
//! repeat   x ← prox_τεg(x − τ ∇f(x))
//! ```

use super::stepwise::{Progress, Stepwise, begin, distance2, iterate, real};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::proximal::ProximalOperator;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::{fmt, mem};

/// Minimises f(x) + g(x) from the x that is passed in.
///
/// # Errors
/// TODO
pub fn proximal_gradient<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    x: &mut DistArray<T>,
    step: f64,
    options: &Options,
) -> Result<Report<T::Real>> {
    ProximalGradient::new(f, g, x)?.step(step)?.solve(options)
}

/// The method of [`proximal_gradient`].
pub struct ProximalGradient<'a, T: Scalar> {
    f: ProximalOperator<T>,
    g: ProximalOperator<T>,
    x: &'a mut DistArray<T>,
    next: DistArray<T>,
    moved: DistArray<T>,
    tau: Option<f64>,
    progress: Progress,
}

impl<'a, T: Scalar> ProximalGradient<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// TODO
    pub fn new(f: &ProximalOperator<T>, g: &ProximalOperator<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        f.space().same_as(x.space(), "model of ProximalGradient")?;
        g.space().same_as(x.space(), "model of ProximalGradient")?;
        if !f.has_gradient() {
            let what = format!("gradient of {}", f.name());
            return Err(Error::expected(ErrorKind::Other, what, "a function with a gradient", "one without"));
        }
        let (next, moved) = (x.zeros_like(), x.zeros_like());
        Ok(Self { f: f.clone(), g: g.clone(), x, next, moved, tau: None, progress: Progress::default() })
    }

    /// τ, the length of steps.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        self.tau = Some(tau);
        Ok(self)
    }
}

impl<T: Scalar> Stepwise for ProximalGradient<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let tau = self.tau.unwrap_or(1.0);
        self.f.gradient_into(self.x, &mut self.moved)?;
        self.moved.xpby(self.x, real(-tau))?; //                              x − τ ∇f(x)
        self.g.prox_into(tau, &self.moved, &mut self.next)?; //               prox_τg of it
        let [update2] = run.sums([distance2(&self.next, self.x, run)])?;
        mem::swap(self.x, &mut self.next);
        Ok(Measures::criterion("update", run.finite(update2, "x")?))
    }
}

impl<T: Scalar> Method for ProximalGradient<'_, T> {
    type Model = T;

    fn name(&self) -> &'static str {
        "Proximal gradient"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("x", &*self.x).and("next", &self.next).and("moved", &self.moved)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        begin(self, run)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        iterate(self, run)
    }

    fn residual(&mut self, _: &Run) -> Result<f64> {
        Ok(self.progress.last())
    }

    fn state(&mut self) -> Option<State<'_>> {
        Some(self.progress.state(State::new().vector("x", self.x)))
    }

    fn restored(&mut self) -> Result<()> {
        self.progress.restored();
        Ok(())
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("xupdate", "update")]
    }
}

impl<T: Scalar> fmt::Debug for ProximalGradient<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProximalGradient").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
