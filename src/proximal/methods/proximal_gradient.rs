//! Steps along a gradient, each followed by a prox.
//!
//! ```text
//! z ← x
//! repeat   y ← prox_τεg(z − τ ∇f(z))
//!          z ← y + ω (y − x),  x ← y            ω by FISTA's or Vandenberghe's rule; else 0
//! or       x ← x + η (y − x),  z ← x            relaxed
//! ```
//!
//! It converges where τ < 2/L, accelerated τ ≤ 1/L, with L the constant of ∇f. Relaxed: where η < 2 − τL/2.
//! P. L. Combettes and V. R. Wajs, Multiscale Model. Simul. 4 (2005) 1168; A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183; restarts:
//! B. O'Donoghue and E. Candès, Found. Comput. Math. 15 (2015) 715.

use super::backtracking::{Backtracking, Search};
use super::blocks::distance2;
use super::gradient_steps::{has_gradient, least_lipschitz, step_of};
use super::momentum::{Acceleration, Momentum, distance2_and_product};
use super::stepwise::{Progress, Stepwise, by_steps, columns, real, relaxed, told_by_vectors};
use super::summands::Summands;
use super::too_long;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::mem;

/// Minimises f(x) + g(x) from the x that is passed in, of an f with a gradient, by steps of 1/L, L being the
/// [constant](crate::proximal::Smooth::lipschitz) of the gradient. [`ProximalGradient`] is the method itself: accelerated, relaxed, with other
/// steps.
///
/// Arrays and stacks, real and complex. Every iterate has the same bits on any number of ranks, where f and g keep them.
///
/// The report has the series "update", ‖y − z‖, how far the step went from where it began, which is what the tolerance is held against: it
/// is 0 where x is a solution. Where proxes or gradients solve inside, "inner" is how many iterations that took so far.
///
/// # Communication
/// Each iteration that of ∇f and of the prox of g, and one all-reduce of 456 bytes. At the start, that of an
/// [estimate of the norm](crate::Operator::norm_estimate), where L is made of one.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if f, g and x are not of one space; [`ErrorKind::Other`] if f has no gradient;
/// [`ErrorKind::Parameter`] if its constant is not known. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::proximal::{L1, LeastSquares, proximal_gradient};
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::Options};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64);
///     let (f, g) = (LeastSquares::new(1.0).of(&a, &b)?, L1::new(4.0).on::<f64>(&layout)?);
///     let mut x = b.zeros_like();
///     let report = proximal_gradient(&f, &g, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| (2.0 * i[0] as f64 - 1.0).max(0.0))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above. Iterates of `ProximalGradient` of pyproximal and pylops-mpi.
pub fn proximal_gradient<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    ProximalGradient::new(f, g, x)?.solve(options)
}

/// The method of [`proximal_gradient`]; its vectors are x, y and v = z − τ ∇f(z); z, where it is accelerated; and d = ∇f(z), where
/// it searches for τ.
///
/// With a [`LeastSquares`](crate::proximal::LeastSquares), ½ ‖A x − b‖², an iteration is one application of A and one of Aᴴ; searching for τ
/// is one more of A, as is [`objective`](Self::objective) where it does not.
///
/// # Example
/// Steps that are found on the way, accelerated:
/// ```
/// use lops::proximal::{Acceleration, Backtracking, Huber, L2, NonNegative, ProximalGradient};
/// use lops::{Comm, DistArray, Layout, solvers::{Method, Options}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let b = DistArray::from_fn(&layout, |i| i[0] as f64 - 1.0);
/// let (f, g) = (L2::new(50.0).to(&b)?, NonNegative.on(&layout)?);
/// let mut x = b.zeros_like();
/// let method = ProximalGradient::new(&f, &g, &mut x)?.accelerated(Acceleration::Fista)?.backtracking(Backtracking::default())?;
/// let report = method.objective().solve(&Options::default())?;
/// assert!(report.reason.converged());
/// assert!((&x - &DistArray::from_fn(&layout, |i| (i[0] as f64 - 1.0).max(0.0))).norm() < 1e-6);
/// assert!((report.series("objective").last().unwrap() - 25.0).abs() < 1e-6);
/// # Ok::<(), lops::Error>(())
/// ```
pub struct ProximalGradient<'a, T: Scalar> {
    functions: Summands<T>,
    x: &'a mut DistArray<T>,
    y: DistArray<T>,
    v: DistArray<T>,
    momentum: Option<Momentum<T>>,
    search: Option<Search<T>>,
    given: Option<f64>,
    /// What is used; of a search, so far.
    tau: f64,
    eta: f64,
    decay: Option<Decay<T>>,
    progress: Progress,
}

/// ε of each iteration, and room for the prox of the last one.
struct Decay<T: Scalar> {
    eps: Vec<f64>,
    room: DistArray<T>,
}

impl<'a, T: Scalar> ProximalGradient<'a, T> {
    /// Takes all memory, but for what acceleration, back-tracking and decay need.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if f, g and x are not of one space; [`ErrorKind::Other`] if f has no gradient.
    pub fn new(f: &ProximalOperator<T>, g: &ProximalOperator<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        f.space().same_as(x.space(), "model of ProximalGradient")?;
        g.space().same_as(x.space(), "model of ProximalGradient")?;
        has_gradient(f)?;
        Ok(Self {
            functions: Summands::of(f, g),
            y: x.zeros_like(),
            v: x.zeros_like(),
            x,
            momentum: None,
            search: None,
            given: None,
            tau: 0.0,
            eta: 1.0,
            decay: None,
            progress: Progress::default(),
        })
    }

    /// τ, the length of steps (1/L); with [`backtracking`](Self::backtracking), that of the first one. Of more than 2/L iterations diverge, or go
    /// round: after 32 of them, 64, 128 and so on it is looked at whether τ is too long, by two values of f and one all-reduce more.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        positive("step of ProximalGradient", tau)?;
        self.given = Some(tau);
        Ok(self)
    }

    /// Finds τ on the way: it is made shorter until f is below its parabola. Where no step is given it begins at 1, or at the longest
    /// that will do where that is longer; it never grows later. The series "step" tells it. One vector more.
    ///
    /// # Communication
    /// Each iteration the values of f at z (none of [`LeastSquares`](crate::proximal::LeastSquares), whose gradient tells it) and at y, and 456
    /// bytes more in the all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the factor is not above 0 and below 1, or there are no tries. When solving: [`ErrorKind::Other`] if no
    /// step is short enough, which shows that the gradient is not that of f.
    pub fn backtracking(mut self, how: Backtracking) -> Result<Self> {
        how.check()?;
        self.search = Some(Search::new(how, self.x));
        Ok(self)
    }

    /// Looks ahead. One vector more.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is relaxed.
    pub fn accelerated(mut self, acceleration: Acceleration) -> Result<Self> {
        self.momentum = Some(Momentum::new(acceleration, self.x));
        self.one_of_both()
    }

    /// Acceleration begins anew when a step goes back against the one before: then the objective does not ripple.
    ///
    /// # Communication
    /// 456 bytes more in the all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not accelerated.
    pub fn restarts(mut self) -> Result<Self> {
        let Some(momentum) = &mut self.momentum else {
            let what = "restarts of ProximalGradient";
            return Err(Error::expected(ErrorKind::Parameter, what, "a method that is accelerated", "one that is not"));
        };
        momentum.restarts = true;
        Ok(self)
    }

    /// η: x goes so many times as far as to y (1). It converges where η < 2 − τL/2.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and below 2, or if it is accelerated.
    pub fn relaxation(mut self, eta: f64) -> Result<Self> {
        self.eta = relaxed("ProximalGradient", eta)?;
        self.one_of_both()
    }

    /// ε, what g is multiplied by, iteration by iteration; after the last one, by that one. One vector more. ("update" and "objective" are
    /// with the last ε from the beginning, at one prox more in each iteration before; of a constant weight: `g.times(…)`.)
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is none, or one that is not a finite number above 0.
    pub fn decay(mut self, eps: &[f64]) -> Result<Self> {
        if eps.is_empty() {
            return Err(Error::expected(ErrorKind::Parameter, "decay of ProximalGradient", "at least one factor", 0));
        }
        eps.iter().try_for_each(|&eps| positive("decay of ProximalGradient", eps))?;
        self.decay = Some(Decay { eps: eps.to_vec(), room: self.x.zeros_like() });
        Ok(self)
    }

    /// The series "objective": f(y) + g(y) of each iteration.
    ///
    /// # Communication
    /// Each iteration the values of f and g; of f none with [`backtracking`](Self::backtracking), which knows it.
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.functions.tells_objective = true;
        self
    }

    fn one_of_both(self) -> Result<Self> {
        if self.momentum.is_some() && self.eta != 1.0 {
            let what = "relaxation of ProximalGradient";
            return Err(Error::expected(ErrorKind::Parameter, what, "1 of one that is accelerated", self.eta));
        }
        Ok(self)
    }

    /// ε of this iteration, and of the last one.
    fn epsilon(&self, k: usize) -> [f64; 2] {
        let Some(Decay { eps, .. }) = &self.decay else { return [1.0; 2] };
        let last = eps[eps.len() - 1];
        [eps.get(k).copied().unwrap_or(last), last]
    }
}

impl<T: Scalar> Stepwise for ProximalGradient<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        if let Some(momentum) = &mut self.momentum {
            momentum.z.copy_from(self.x)?;
        }
        self.functions.begin();
        self.tau = match (&mut self.search, self.given) {
            (_, Some(step)) => step,
            (Some(search), None) => {
                search.grows = true;
                1.0
            }
            (None, None) => step_of([&self.functions.f], "ProximalGradient")?,
        };
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let [eps, last] = self.epsilon(run.iteration());
        let Self { functions, x, y, v, momentum, search, tau, decay, .. } = self;
        let Summands { f, g, .. } = &*functions;
        let z = momentum.as_ref().map_or(&**x, |momentum| &momentum.z);
        let mut landing = None;
        if let Some(search) = search {
            landing = Some(search.step([f, g], (&mut *tau, eps), z, [&mut *v, &mut *y], run)?);
        } else {
            f.gradient_into(z, v)?;
            v.xpby(z, real(-*tau))?; //                                        v ← z − τ ∇f(z)
            g.prox_into(*tau * eps, v, y)?; //                                 y ← prox_τεg(v)
        }
        let mut part = None;
        if let Some(Decay { room, .. }) = decay.as_mut().filter(|_| eps != last) {
            g.prox_into(*tau * last, v, room)?; //                             where the step would go with the last ε
            part = Some(distance2(room, z, run));
        }
        let restarts = momentum.as_ref().is_some_and(|momentum| momentum.restarts);
        let [update2, along] = match &landing {
            Some(landing) if part.is_none() && !restarts => [landing.distance2, 0.0],
            _ if restarts => {
                let (x, ends) = (x.as_slice(), y.as_slice());
                let [distance2, along] = distance2_and_product(y, z, |k| ends[k] - x[k], run);
                run.sums([part.unwrap_or(distance2), along])? //               Re⟨y − x, y − z⟩
            }
            _ => run.sums([part.or_else(|| Some(distance2(y, z, run))), None])?,
        };
        let mut measures = Measures::criterion("update", run.finite(update2, "x")?);
        if landing.is_some() {
            measures = measures.and("step", *tau);
        }
        let objective = if functions.tells_objective {
            let f_of_y = landing.map_or_else(|| f.value(y).map(Real::to_f64), |landing| Ok(landing.f))?;
            Some(f_of_y + last * g.value(y)?.to_f64())
        } else {
            None
        };
        if self.given.is_some() && search.is_none() && too_long::is_time(run) {
            // What τL may be: 2, and relaxed 4 − 2η; accelerated 1, and 4/3 where f is quadratic.
            let most = if momentum.is_some() { 4.0 / 3.0 } else { (4.0 - 2.0 * self.eta).min(2.0) };
            let constant = least_lipschitz(f, *tau, [z, &*v, &*y], run)?;
            self.progress.judge(*tau * constant / most)?;
        }
        match momentum {
            Some(momentum) => momentum.advance(x, y, along < 0.0),
            None if self.eta == 1.0 => mem::swap(&mut **x, y),
            None => x.axpby(real(self.eta), y, real(1.0 - self.eta))?, //     x ← x + η (y − x)
        }
        Ok(self.functions.tell(measures, objective))
    }
}

impl<T: Scalar> Method for ProximalGradient<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "Proximal gradient"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let mut vectors = Vectors::none().and("x", &*self.x).and("y", &self.y).and("v", &self.v);
        if let Some(momentum) = &self.momentum {
            vectors = vectors.and("z", &momentum.z);
        }
        if let Some(search) = &self.search {
            vectors = vectors.and("d", &search.d);
        }
        match &self.decay {
            Some(decay) => vectors.and("w", &decay.room),
            None => vectors,
        }
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { functions, x, momentum, search, tau, progress, .. } = self;
        let mut state = progress.state(functions.state(State::new().vector("x", *x))).number("tau", tau);
        if let Some(momentum) = momentum {
            state = momentum.state(state);
        }
        if let Some(search) = search {
            state = state.flag("grows", &mut search.grows);
        }
        Some(state)
    }

    fn scratch(&self) -> usize {
        self.functions.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let step = self.given.map(|step| ("tau", step));
        let eta = Some(("eta", self.eta)).filter(|_| self.eta != 1.0);
        step.into_iter().chain(eta).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(self.functions.tells_objective, "xupdate")
    }
}

told_by_vectors!(ProximalGradient<T>);
