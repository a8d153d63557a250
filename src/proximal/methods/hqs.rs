//! Half-quadratic splitting: two functions of copies of one vector, which a penalty holds together more and more.
//!
//! ```text
//! f(x) + g(z) + ‖x − z‖² / 2τ
//! repeat   z ← prox_τg(x),   x ← prox_τf(z),   τ ← ρ τ
//! ```
//!
//! With τ as it is, what is found is the minimum of this sum; with τ that falls to 0, that of f + g, if it does not fall too fast.
//!
//! D. Geman and C. Yang, IEEE Trans. Image Process. 4 (1995) 932.

use super::blocks::distance2;
use super::stepwise::{Progress, Stepwise, by_steps, told_by_vectors};
use super::summands::Summands;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::mem;

/// Goes from the x that is passed in towards min f(x) + g(z) + ‖x − z‖² / 2τ, with τ = 1: see [`Hqs`] for a τ that falls, so that x and z meet.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and functions that keep it, every iterate has the same bits on any number
/// of ranks.
///
/// The report has the series "update", ‖x − x'‖ of the last two iterations, which is what the tolerance is held against, and, where a prox has a solver
/// inside, "inner", its iterations so far.
///
/// # Communication
/// Each iteration that of the two proxes, and one all-reduce of 456 bytes.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if f, g and x are not of one space; [`ErrorKind::Parameter`] for a tolerance that is negative or
/// not finite, and of no iterations. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// See [`Hqs`].
///
/// # Source
/// The paper above; iterates of `HQS` of pyproximal.
pub fn hqs<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Hqs::new(f, g, x)?.solve(options)
}

/// The method of [`hqs`]; its vectors are x, y and z.
///
/// # Example
/// Data that are not negative, with a penalty that grows by a twentieth in each iteration:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{Hqs, L2, NonNegative};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[7], 0)?;
///     let b = DistArray::from_fn(&layout, |i| i[0] as f64 - 3.0);
///     let (f, g) = (L2::new(1.0).to(&b)?, NonNegative.on(&layout)?);
///     let mut x = b.zeros_like();
///     let report = Hqs::new(&f, &g, &mut x)?.step(1.0)?.shrink(1.0 / 1.05)?.solve(&Options::iterations(300))?;
///     assert!(report.reason.converged());
///     assert!((&x - &b.map(|b| b.max(0.0))).norm() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Hqs<'a, T: Scalar> {
    functions: Summands<T>,
    x: &'a mut DistArray<T>,
    /// The next x.
    y: DistArray<T>,
    z: DistArray<T>,
    steps: Vec<f64>,
    shrink: f64,
    /// Of the last iteration.
    tau: f64,
    /// Iterations made, the one of the beginning too.
    made: usize,
    f_first: bool,
    has_z: bool,
    progress: Progress,
}

impl<'a, T: Scalar> Hqs<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`hqs`], but for the options.
    pub fn new(f: &ProximalOperator<T>, g: &ProximalOperator<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        f.space().same_as(g.space(), "space of g in Hqs")?;
        f.space().same_as(x.space(), "model of Hqs")?;
        Ok(Self {
            functions: Summands::of(f, g),
            y: x.zeros_like(),
            z: x.zeros_like(),
            x,
            steps: vec![1.0],
            shrink: 1.0,
            tau: 1.0,
            made: 0,
            f_first: false,
            has_z: false,
            progress: Progress::default(),
        })
    }

    /// τ to begin with (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(self, tau: f64) -> Result<Self> {
        self.steps(&[tau])
    }

    /// τ of the first iterations; those that come after go on from the last one.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if one is not a finite number above 0, or there is none.
    pub fn steps(self, taus: &[f64]) -> Result<Self> {
        if taus.is_empty() {
            return Err(Error::expected(ErrorKind::Parameter, "steps of Hqs", "at least one", "none"));
        }
        taus.iter().try_for_each(|&tau| positive("step of Hqs", tau))?;
        Ok(Self { steps: taus.to_vec(), ..self })
    }

    /// ρ, by which τ is multiplied after each iteration beyond those of [`steps`](Self::steps) (1): the penalty grows by 1/ρ.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and at most 1.
    pub fn shrink(self, rho: f64) -> Result<Self> {
        if !(rho > 0.0 && rho <= 1.0) {
            return Err(Error::expected(
                ErrorKind::Parameter,
                "factor of the step of Hqs",
                "a number above 0, at most 1",
                rho,
            ));
        }
        Ok(Self { shrink: rho, ..self })
    }

    /// Each iteration begins with x: x ← prox_τf(z), z ← prox_τg(x).
    #[must_use]
    pub fn f_first(self) -> Self {
        Self { f_first: true, ..self }
    }

    /// z to begin with (x), where [f comes first](Self::f_first).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it is not of the space of x.
    pub fn z0(mut self, z: &DistArray<T>) -> Result<Self> {
        self.x.space().same_as(z.space(), "z of Hqs")?;
        self.z.copy_from(z)?;
        self.has_z = true;
        Ok(self)
    }

    /// Computes the series "objective" too, f(x) + g(z).
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.functions.tells_objective = true;
        self
    }

    /// z, where g is finite.
    pub fn z(&self) -> &DistArray<T> {
        &self.z
    }

    /// τ of the next iteration, after that of the last one; no less than what numbers can tell from 0.
    fn next_tau(&self, last: f64) -> f64 {
        let told = self.steps.get(self.made).copied();
        told.unwrap_or((last * self.shrink).max(f64::MIN_POSITIVE))
    }
}

impl<T: Scalar> Stepwise for Hqs<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.functions.begin();
        if !self.has_z {
            self.z.copy_from(self.x)?;
        }
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let tau = self.next_tau(self.tau);
        self.tau = tau;
        let Self { functions: Summands { f, g, .. }, x, y, z, f_first, made, .. } = self;
        if *f_first {
            f.prox_into(tau, z, y)?; //                                       x' ← prox_τf(z)
            g.prox_into(tau, y, z)?; //                                       z ← prox_τg(x')
        } else {
            g.prox_into(tau, x, z)?; //                                       z ← prox_τg(x)
            f.prox_into(tau, z, y)?; //                                       x' ← prox_τf(z)
        }
        let [update2] = run.sums([distance2(y, x, run)])?;
        let update2 = run.finite(update2, "y")?;
        mem::swap(&mut **x, y); //                                            x ← x'
        *made += 1;
        let objective = self.functions.objective(self.x, &self.z)?;
        Ok(self.functions.tell(Measures::criterion("update", update2), objective))
    }
}

impl<T: Scalar> Method for Hqs<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "HQS"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("x", &*self.x).and("y", &self.y).and("z", &self.z)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { functions, x, z, made, tau, progress, .. } = self;
        let state = State::new().vector("x", *x).vector("z", z).count("made", made).number("tau", tau);
        Some(progress.state(functions.state(state)))
    }

    fn scratch(&self) -> usize {
        self.functions.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("tau", self.steps[0]), ("shrink", self.shrink)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("xupdate", "update")]
    }
}

told_by_vectors!(Hqs<T>);
