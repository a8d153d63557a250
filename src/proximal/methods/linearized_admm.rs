//! The alternating direction method of multipliers with a step in place of the inner problem.
//!
//! ```text
//! repeat   x ← prox_μf(x − (μ/τ) Aᴴ(A x − z + u))
//!          z ← prox_τg(A x + u)
//!          u ← u + A x − z
//! ```
//!
//! It converges where μ ‖A‖² ≤ τ. N. Parikh and S. Boyd, Found. Trends Optim. 1 (2014) 127, section 4.4.2; X. Zhang, M. Burger and S. Osher, J. Sci. Comput.
//! 46 (2011) 20.

use super::blocks::{distance2, squares_of};
use super::stepwise::{Progress, Stepwise, by_steps, norm_squared, real, told_by_vectors};
use super::summands::Summands;
use super::too_long::{self, stretch};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::mem;

/// Solves min f(x) + g(A x) from the x that is passed in, by the proxes of both and one application of A and of Aᴴ in each iteration.
///
/// Arrays and stacks, real and complex, and A from one to the other. With exact summation (the default) and operators and functions that keep it, every iterate
/// has the same bits on any number of ranks. [`LinearizedAdmm`] is the method itself, for the steps τ and μ.
///
/// The report has the series "update", √(‖x − x'‖² + ‖u − u'‖²) of the last two iterations, which is what the tolerance is held against; "split",
/// ‖A x − z‖; and, where a prox has a solver inside, "inner", its iterations so far.
///
/// # Communication
/// Each iteration that of A, Aᴴ and the two proxes, and one all-reduce of 912 bytes. At the start one application of A, and where no μ is given, those of
/// [`Operator::norm_estimate`].
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if f and x are not of A's domain, or g not
/// of its range; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance that is negative or not finite, and of no iterations. Not converging is no error:
/// see [`Report::reason`]; steps that are too long end with [`Reason::Unstable`](crate::Reason::Unstable) or
/// [`Reason::TooLong`](crate::Reason::TooLong).
///
/// # Example
/// The signal nearest to data whose differences are small in the sense of moduli:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{L1, L2, linearized_admm};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[20], 0)?;
///     let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[0] >= 10)));
///     let a = FirstDerivative::along(0).stencil(Stencil::Forward).on(&layout)?;
///     let (f, g) = (L2::new(1.0).to(&b)?, L1::new(1.0).on(&layout)?);
///     let mut x = b.zeros_like();
///     let report = linearized_admm(&f, &g, &a, &mut x, &Options::iterations(2000))?;
///     assert!(report.reason.converged());
///     assert!((&x - &b.map(|b| 0.1 + 0.8 * b)).norm() < 1e-4); // each side is 1/10 nearer to the other
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; iterates of `LinearizedADMM` of pyproximal.
pub fn linearized_admm<X: Scalar, Y: Scalar>(
    f: &ProximalOperator<X>,
    g: &ProximalOperator<Y>,
    a: &Operator<X, Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    LinearizedAdmm::new(f, g, a, x)?.solve(options)
}

/// The method of [`linearized_admm`]; its vectors are x, y and v of the model's space, and u, q = A x and e = q − z + u of A's range.
///
/// # Example
/// See [`linearized_admm`]; with steps of one's own:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{L1, L2, LinearizedAdmm};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let f = L2::new(1.0).to(&DistArray::full(&layout, 3.0))?;
/// let g = L1::new(1.0).on(&layout)?;
/// let a = Diagonal::of(&DistArray::full(&layout, 2.0))?; // g(A x) = 2 |x|
/// let mut x = DistArray::<f64>::zeros(&layout);
/// let method = LinearizedAdmm::new(&f, &g, &a, &mut x)?.step(1.0)?.model_step(0.2)?.objective();
/// let report = method.solve(&Options::iterations(500))?;
/// assert!(report.reason.converged());
/// assert!((x.get(&[0])? - 1.0).abs() < 1e-4); // 3 − 2
/// # Ok::<(), lops::Error>(())
/// ```
pub struct LinearizedAdmm<'a, X: Scalar, Y: Scalar = X> {
    functions: Summands<X, Y>,
    a: Operator<X, Y>,
    x: &'a mut DistArray<X>,
    /// The next x.
    y: DistArray<X>,
    v: DistArray<X>,
    u: DistArray<Y>,
    q: DistArray<Y>,
    /// z, and from the end of a step on what Aᴴ is applied to in the next one.
    e: DistArray<Y>,
    tau: f64,
    mu: Option<f64>,
    /// Whether by the user.
    is_given: bool,
    progress: Progress,
}

impl<'a, X: Scalar, Y: Scalar> LinearizedAdmm<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`linearized_admm`], but for the options.
    pub fn new(
        f: &ProximalOperator<X>,
        g: &ProximalOperator<Y>,
        a: &Operator<X, Y>,
        x: &'a mut DistArray<X>,
    ) -> Result<Self> {
        a.domain().same_as(x.space(), "model of LinearizedAdmm")?;
        a.domain().same_as(f.space(), "space of f in LinearizedAdmm")?;
        a.range().same_as(g.space(), "space of g in LinearizedAdmm")?;
        let [y, v] = [(); 2].map(|()| x.zeros_like());
        let [u, q, e] = [(); 3].map(|()| DistArray::zeros(a.range()));
        let (functions, a, progress) = (Summands::of(f, g), a.clone(), Progress::default());
        Ok(Self { functions, a, x, y, v, u, q, e, tau: 1.0, mu: None, is_given: false, progress })
    }

    /// τ, of the prox of g (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not a finite number above 0.
    pub fn step(self, tau: f64) -> Result<Self> {
        positive("step of LinearizedAdmm", tau)?;
        Ok(Self { tau, ..self })
    }

    /// μ, of the prox of f (0.99 τ/‖A‖²). After 32 iterations, 64, 128 and so on it is looked at whether it is too long, by one application of A
    /// more and one all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not a finite number above 0.
    pub fn model_step(self, mu: f64) -> Result<Self> {
        positive("step of the model of LinearizedAdmm", mu)?;
        Ok(Self { mu: Some(mu), is_given: true, ..self })
    }

    /// Computes the series "objective" too, f(x) + g(z).
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.functions.tells_objective = true;
        self
    }
}

impl<X: Scalar, Y: Scalar> Stepwise for LinearizedAdmm<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.functions.begin();
        if self.mu.is_none() {
            self.mu = Some(0.99 * self.tau / norm_squared(&self.a)?);
        }
        self.a.apply_into(self.x, &mut self.q)?; //                           z ← A x, u ← 0, and so e is 0
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let (tau, mu) = (self.tau, self.mu.unwrap_or(1.0));
        let Self { functions, a, x, y, v, u, q, e, .. } = self;
        a.apply_adjoint_into(e, v)?;
        v.xpby(x, real(-mu / tau))?; //                                       x − (μ/τ) Aᴴ e
        functions.f.prox_into(mu, v, y)?; //                                  x' ← prox_μf of it
        a.apply_into(y, q)?; //                                               q ← A x'
        u.axpy(Y::one(), q)?;
        functions.g.prox_into(tau, u, e)?; //                                 z ← prox_τg(A x' + u)
        let objective = functions.objective(y, e)?;
        let (space, q) = (u.space().clone(), q.as_slice());
        let (u, e) = (u.as_mut_slice(), e.as_mut_slice());
        let split2 = squares_of(&space, [1, 2], run, |block, apart: &mut [Y]| {
            let (u, e, q) = (&mut u[block.clone()], &mut e[block.clone()], &q[block]);
            for (((apart, u), e), &q) in apart.iter_mut().zip(u).zip(e).zip(q) {
                *apart = q - *e; //                                           A x' − z
                *u -= *e; //                                                  u ← u + A x' − z
                *e = *apart + *u;
            }
        });
        let [apart2, split2] = run.sums([distance2(y, x, run), split2])?;
        let update2 = run.finite(apart2 + split2, "q")?;
        if self.is_given && too_long::is_time(run) {
            v.copy_from(y)?;
            let way2 = v.axpy_norm2(-X::one(), x, run)?; //                   v ← x' − x
            self.a.apply_into(v, &mut self.q)?;
            self.progress.judge(mu / tau * stretch([way2, self.q.norm2(run)], run)?)?; // ‖A‖² may be τ/μ
        }
        mem::swap(&mut **x, y); //                                            x ← x'
        let measures = Measures::criterion("update", update2).and("split", split2.sqrt());
        Ok(functions.tell(measures, objective))
    }
}

impl<X: Scalar, Y: Scalar> Method for LinearizedAdmm<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "Linearized ADMM"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::none().and("x", &*self.x).and("y", &self.y).and("v", &self.v);
        vectors.and("q", &self.q).and("u", &self.u).and("e", &self.e)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { functions, x, u, e, progress, .. } = self;
        let state = State::new().vector("x", *x).vector("u", u).vector("e", e);
        Some(progress.state(functions.state(state)))
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.functions.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mu = self.mu.map(|mu| ("mu", mu));
        [("tau", self.tau)].into_iter().chain(mu).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("split", "split"), ("xupdate", "update")]
    }
}

told_by_vectors!(LinearizedAdmm<X, Y>);
