//! Split Bregman iterations: least squares, with squares and moduli of operators' images.
//!
//! ```text
//! min ½ μ ‖Op x − b‖² + Σ ½ εᵢ ‖Lᵢ x − dᵢ‖² + Σ wⱼ ‖Rⱼ x‖₁
//!
//! repeat   a few times   x ← argmin ½ μ ‖Op x − b‖² + Σ ½ εᵢ ‖Lᵢ x − dᵢ‖² + Σ ½ λⱼ ‖Rⱼ x − zⱼ + uⱼ‖²     by CGLS
//!                        zⱼ ← soft(Rⱼ x + uⱼ, wⱼ/λⱼ)
//!          uⱼ ← uⱼ + t (Rⱼ x − zⱼ)
//! ```
//!
//! All is computed in the units of the least squares, zⱼ and uⱼ times √(λⱼ/μ). Of what CGLS leaves of its data, s, the last part is z − u − R x, so R x is never
//! formed. With one x in each iteration and t = 1 it is ADMM.
//!
//! T. Goldstein and S. Osher, SIAM J. Imaging Sci. 2 (2009) 323.

use super::blocks::{distance2, norm2_of, squares_of};
use super::stepwise::{Progress, Stepwise, by_steps, told_by_vectors};
use super::term::{Term, Terms};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::Operator;
use crate::proximal::parameter::positive;
use crate::solvers::{CglsInMethod, Measures, Method, Options, Report, Run, State, Stop, Tolerance, Vectors};

/// Solves min ½ ‖Op x − b‖² + the sum of some terms, squares and sums of moduli or of lengths, from the x that is passed in.
///
/// Arrays and stacks, real and complex, and Op and the terms' operators from one to the other. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks. [`SplitBregman`] is the method itself, for the numbers of inner iterations and more.
///
/// The report has the series "update", ‖x − x'‖ of the last two iterations, which is what the tolerance is held against; "split", the norm of all
/// √(λⱼ/μ) (Rⱼ x − zⱼ); "cost", ‖b − Op x‖; and "inner", the iterations of CGLS so far.
///
/// # Communication
/// Each iteration that of CGLS's, and one all-reduce of 1824 bytes.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if b is not of Op's range, or x not of the domain of all operators; [`ErrorKind::Parameter`] if there
/// is no term of moduli, for a weight that is not a finite number above 0, a tolerance that is negative or not finite, and of no iterations;
/// those of [`L21`](crate::proximal::L21). Not converging is no error: see [`Report::reason`]. What CGLS cannot solve ends iterations with its own reason.
///
/// # Example
/// A blocky signal out of noise:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{Term, split_bregman};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[40], 0)?;
///     let noise = |i: usize| if i % 2 == 0 { 0.02 } else { -0.02 };
///     let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[0] >= 20)) + noise(i[0]));
///     let slope = FirstDerivative::along(0).stencil(Stencil::Forward).on(&layout)?;
///     let mut x = b.zeros_like();
///     let report = split_bregman(&Identity.on(&layout), &b, &[Term::l1(&slope, 0.5)], &mut x, &Options::iterations(500))?;
///     assert!(report.reason.converged());
///     assert!((x.get(&[3])? - 0.025).abs() < 1e-4 && (x.get(&[30])? - 0.975).abs() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. PyLops's `splitbregman` with `epsRL1s` ε has the iterates of weights ε² and penalties ε, which are those that [`Term`] takes for such weights.
pub fn split_bregman<X: Scalar, Y: Scalar<Real = X::Real>>(
    op: &Operator<X, Y>,
    b: &DistArray<Y>,
    terms: &[Term<X, Y>],
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    SplitBregman::new(op, b, terms, x)?.solve(options)
}

/// The method of [`split_bregman`]; its vectors are x, y (the last x), z, u and w, and those of CGLS: d, s, r, q and c.
///
/// # Example
/// A picture of two constant parts, by lengths of its gradient, smoothed a little:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{SplitBregman, Term};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[12, 10], 0)?;
///     let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[0] >= 6)));
///     let gradient = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
///     let terms = [Term::isotropic(&gradient, 0.3), Term::l2(&Laplacian::over(&[0, 1]).on(&layout)?, 1e-9)];
///     let mut x = b.zeros_like();
///     let method = SplitBregman::new(&Identity.on(&layout), &b, &terms, &mut x)?;
///     let report = method.passes(1)?.inner(10, Tolerance::None)?.objective().solve(&Options::iterations(400))?;
///     assert!(report.reason.converged());
///     assert!((&x - &b.map(|b| 0.05 + 0.9 * b)).norm() < 1e-3); // each part is 0.3/6 nearer to the other
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct SplitBregman<'a, X: Scalar, Y: Scalar = X> {
    terms: Terms<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    y: DistArray<X>,
    z: DistArray<Y>,
    u: DistArray<Y>,
    w: DistArray<Y>,
    inner: CglsInMethod<X, Y>,
    /// Where each x begins, if not where the last one ended.
    x0: Option<DistArray<X>>,
    mu: f64,
    t: f64,
    passes: usize,
    tells_objective: bool,
    progress: Progress,
}

impl<'a, X: Scalar, Y: Scalar<Real = X::Real>> SplitBregman<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`split_bregman`], but for the options.
    pub fn new(
        op: &Operator<X, Y>,
        b: &'a DistArray<Y>,
        terms: &[Term<X, Y>],
        x: &'a mut DistArray<X>,
    ) -> Result<Self> {
        let terms = Terms::of(op, b, terms, x)?;
        let inner = CglsInMethod::new(terms.system(1.0)?);
        let [z, u, w] = [(); 3].map(|()| DistArray::zeros(terms.split_space()));
        let (y, progress) = (x.zeros_like(), Progress::default());
        let (x0, mu, t, passes, tells_objective) = (None, 1.0, 1.0, 5, false);
        Ok(Self { terms, b, x, y, z, u, w, inner, x0, mu, t, passes, tells_objective, progress })
    }

    /// μ, the weight of the data (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn data_weight(self, mu: f64) -> Result<Self> {
        positive("weight of the data of SplitBregman", mu)?;
        Ok(Self { mu, ..self })
    }

    /// How often x and z are computed in each iteration (5), PyLops's `niter_inner`; often 1 is best.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is 0.
    pub fn passes(self, passes: usize) -> Result<Self> {
        if passes == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "passes of SplitBregman", "at least 1", 0));
        }
        Ok(Self { passes, ..self })
    }

    /// The most iterations of CGLS for each x (20), and when its gradient is small enough ([`Tolerance::None`]: never).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] of a tolerance that is negative or not finite.
    pub fn inner(mut self, iterations: usize, tolerance: Tolerance) -> Result<Self> {
        self.inner.limit(iterations, tolerance)?;
        Ok(self)
    }

    /// t, the length of steps of u (1): it should be near 1. PyLops's `tau`.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not between 0 and 2.
    pub fn multiplier_step(self, t: f64) -> Result<Self> {
        if !(t > 0.0 && t < 2.0) {
            let what = "step of the multipliers of SplitBregman";
            return Err(Error::expected(ErrorKind::Parameter, what, "a number between 0 and 2", t));
        }
        Ok(Self { t, ..self })
    }

    /// CGLS begins each time at the x that is passed in, and not where it ended. Takes the memory of one more x.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.x0 = Some(self.x.clone());
        self
    }

    /// Computes the series "objective" too, that of all terms, with z where it is near R x.
    #[must_use]
    pub fn objective(self) -> Self {
        Self { tells_objective: true, ..self }
    }

    /// x, z: x by CGLS, z by the prox of w = R x + u.
    fn pass(&mut self, run: &Run) -> Result<(), Stop> {
        let Self { terms, x, z, u, w, inner, x0, .. } = self;
        if let Some(x0) = x0 {
            x.copy_from(x0)?;
        }
        let start = terms.split_start();
        let (data, _) = inner.data_and_left();
        z.passes_over(2, 1);
        for ((t, &z), &u) in data[start..].iter_mut().zip(z.as_slice()).zip(u.as_slice()) {
            *t = z - u;
        }
        inner.solve(x, run)?; //                                              x ← argmin …
        w.passes_over(2, 1);
        for ((w, &z), &s) in w.as_mut_slice().iter_mut().zip(z.as_slice()).zip(&inner.left()[start..]) {
            *w = z - s; //                                                    w ← R x + u
        }
        terms.prox_into(w, z)?; //                                            z ← soft(w)
        Ok(())
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Stepwise for SplitBregman<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.inner.replace(self.terms.system(self.mu)?);
        let (data, _) = self.inner.data_and_left();
        self.terms.write_data(self.b, self.mu, data);
        self.terms.weigh(self.mu)?;
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.x0.is_some() {
            run.heed()?;
        }
        self.y.copy_from(self.x)?;
        for _ in 0..self.passes {
            self.pass(run)?;
        }
        let Self { terms, b, x, y, z, u, w, inner, t, .. } = self;
        let (space, t, u) = (z.space(), Y::Real::from_f64(*t), u.as_mut_slice());
        let split2 = squares_of(space, [2, 1], run, |block, apart: &mut [Y]| {
            let (z, w) = (&z.as_slice()[block.clone()], &w.as_slice()[block.clone()]);
            for (((apart, u), &z), &w) in apart.iter_mut().zip(&mut u[block]).zip(z).zip(w) {
                *apart = w - *u - z; //                                       R x − z
                *u += apart.scale(t); //                                      u ← u + t (R x − z)
            }
        });
        let left = inner.left();
        let squares = norm2_of(b.space(), left, run);
        let of_l2 = terms.squares(left, run);
        let [update2, split2, cost2, of_l2] = run.sums([distance2(x, y, run), split2, squares, of_l2])?;
        let measures = Measures::criterion("update", run.finite(update2, "x")?).and("split", split2.sqrt());
        let measures = measures.and("cost", cost2.sqrt()).and("inner", self.inner.made() as f64);
        if !self.tells_objective {
            return Ok(measures);
        }
        Ok(measures.and("objective", self.mu * (0.5 * (cost2 + of_l2) + self.terms.value(&self.z)?)))
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Method for SplitBregman<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "Split Bregman"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", &*self.x).and("y", &self.y);
        self.inner.vectors(vectors.and("z", &self.z).and("u", &self.u).and("w", &self.w))
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, z, u, inner, progress, .. } = self;
        let state = State::new().vector("x", *x).vector("z", z).vector("u", u);
        Some(inner.state(progress.state(state), false))
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.inner.adjoint_mismatch()
    }

    fn scratch(&self) -> usize {
        let x0 = self.x0.as_ref().map_or(0, |x0| size_of_val(x0.as_slice()));
        self.inner.scratch() + self.terms.scratch() + x0
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let counts = [("passes", self.passes as f64), ("inner", self.inner.most() as f64)];
        [("mu", self.mu), ("tau", self.t)].into_iter().chain(counts).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost"), ("split", "split"), ("xupdate", "update")]
    }
}

told_by_vectors!(SplitBregman<X, Y>);
