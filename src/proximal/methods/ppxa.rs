//! Proxes of many functions, side by side, and the mean of what they make.
//!
//! ```text
//! yₖ ← x
//! repeat   for each k:  pₖ ← prox_τfₖ/wₖ(yₖ)
//!          p ← Σ wₖ pₖ
//!          for each k:  yₖ ← yₖ + η (2p − x − pₖ)
//!          x ← x + η (p − x)
//! ```
//!
//! The parallel proximal algorithm: Douglas–Rachford on copies of x, of which the second prox makes the mean. Algorithm 3.1 of
//! P. L. Combettes and J.-C. Pesquet, Inverse Problems 24 (2008) 065014.
//!
//! What all yₖ are moved by, c = η (2p − x), is known when all proxes are: it is added when the next one is due, so that no pₖ is kept, and
//! with uₖ = yₖ − c there are as many vectors as functions, and four. How far an iteration moves the yₖ, Σ wₖ ‖2p − x − pₖ‖², is
//! Σ wₖ ‖pₖ − p‖² + ‖p − x‖²; the first sum grows with the mean, prox by prox, as B. P. Welford, Technometrics 4 (1962) 419, has it, so
//! that nothing is lost where all are nearly equal.

use super::blocks::add_squares_of;
use super::inner::Inner;
use super::stepwise::{Progress, Stepwise, by_steps, columns, relaxed, told_by_vectors};
use crate::array::{DistArray, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};

/// Minimises f₁(x) + … + fₘ(x), of any number of functions that have proxes, from the x that is passed in, by the parallel proximal
/// algorithm; none needs a gradient, and any step τ above 0 converges.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and functions that keep it, x has the same bits on any number
/// of ranks. [`Ppxa`] is the method itself, for weights, relaxation and more. Of two functions [`douglas_rachford`](super::douglas_rachford)
/// takes less memory.
///
/// x is the mean of the copies: where a function stands for a set, it is in the set once it has converged.
///
/// The report has the series "update", how far an iteration moves the copies, η (Σ wₖ ‖2p − x − pₖ‖²)^½: the tolerance is of it (relative
/// to that of the first iteration), and where it is 0, x is a solution. "inner" has the iterations of solvers inside of proxes so far, where
/// there are any.
///
/// # Communication
/// Each iteration that of the proxes, and one all-reduce of 456 bytes; one of 16 more where there is a callback.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if a function is not of
/// vectors like x; [`ErrorKind::Parameter`] of no functions, if τ is not a finite number above 0, for a tolerance that is negative or not
/// finite, and of no iterations. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// The point nearest to b in a box and on one side of a plane.
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{Bounds, HalfSpace, L2, ppxa};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let near = L2::new(1.0).to(&DistArray::from_fn(&layout, |i| [2.0, 0.9, -1.0][i[0]]))?;
///     let inside = Bounds::new(0.0, 1.0).on(&layout)?;
///     let below = HalfSpace::new(1.5).of(&DistArray::full(&layout, 1.0))?; // x₀ + x₁ + x₂ ≤ 1.5
///     let mut x = DistArray::zeros(&layout);
///     let report = ppxa(&[near, inside, below], &mut x, 1.0, &Options::iterations(2000))?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| [1.0, 0.5, 0.0][i[0]])).norm() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above. Behaviour: `PPXA` of pyproximal.
pub fn ppxa<T: Scalar>(
    functions: &[ProximalOperator<T>],
    x: &mut DistArray<T>,
    tau: f64,
    options: &Options,
) -> Result<Report<T::Real>> {
    Ppxa::new(functions, x)?.step(tau)?.solve(options)
}

/// Minimises f₁(x) + … + fₘ(x) as ADMM does for copies of x that are to be equal: xₖ ← prox_τfₖ(x − yₖ), x the mean of all xₖ,
/// yₖ ← yₖ + xₖ − x.
///
/// These are the iterates of [`ppxa`] with the step τ/m; all that is said there holds here.
///
/// # Communication
/// That of [`ppxa`].
///
/// # Errors
/// Those of [`ppxa`].
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{L2, consensus_admm, ppxa};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let to = |value: f64| L2::new(1.0).to(&DistArray::full(&layout, value));
/// let functions = [to(1.0)?, to(2.0)?, to(6.0)?];
/// let [mut x, mut y] = [(); 2].map(|()| DistArray::<f64>::zeros(&layout));
/// let report = consensus_admm(&functions, &mut x, 1.5, &Options::default())?;
/// assert!(report.reason.converged() && (x.get(&[0])? - 3.0).abs() < 1e-4); // the mean
/// let same = ppxa(&functions, &mut y, 0.5, &Options::default())?;
/// assert!(x == y && same.iterations == report.iterations);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// S. Boyd et al., Found. Trends Mach. Learn. 3 (2010) 1, section 7.1. Behaviour: `ConsensusADMM` of pyproximal.
pub fn consensus_admm<T: Scalar>(
    functions: &[ProximalOperator<T>],
    x: &mut DistArray<T>,
    tau: f64,
    options: &Options,
) -> Result<Report<T::Real>> {
    positive("step of consensus_admm", tau)?;
    Ppxa::new(functions, x)?.step(tau / functions.len() as f64)?.solve(options)
}

/// The method of [`ppxa`]; its vectors are x, q (what a prox makes), p, c, and a u for each function.
///
/// # Example
/// With weights, for a function that is slower than the others:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{L1, L2, NonNegative, Ppxa};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let near = L2::new(1.0).to(&DistArray::from_fn(&layout, |i| [3.0, -2.0][i[0]]))?;
/// let functions = [near, L1::new(1.0).on(&layout)?, NonNegative.on(&layout)?];
/// let mut x = DistArray::<f64>::zeros(&layout);
/// let method = Ppxa::new(&functions, &mut x)?.weights(&[0.5, 0.25, 0.25])?.relaxation(1.5)?;
/// let report = method.solve(&Options::iterations(500))?;
/// assert!(report.reason.converged());
/// assert!((x.get(&[0])? - 2.0).abs() < 1e-4 && x.get(&[1])?.abs() < 1e-4);
/// # Ok::<(), lops::Error>(())
/// ```
pub struct Ppxa<'a, T: Scalar> {
    terms: Vec<Term<T>>,
    x: &'a mut DistArray<T>,
    q: DistArray<T>,
    p: DistArray<T>,
    c: DistArray<T>,
    tau: f64,
    eta: f64,
    tells_objective: bool,
    inner: Inner,
    progress: Progress,
}

/// A function, its weight, and its copy of x without what all copies are still to be moved by.
struct Term<T: Scalar> {
    f: ProximalOperator<T>,
    weight: f64,
    u: DistArray<T>,
}

impl<'a, T: Scalar> Ppxa<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`ppxa`], but for τ and the options.
    pub fn new(functions: &[ProximalOperator<T>], x: &'a mut DistArray<T>) -> Result<Self> {
        if functions.is_empty() {
            return Err(Error::expected(ErrorKind::Parameter, "functions of Ppxa", "at least one", 0));
        }
        let mut terms = Vec::with_capacity(functions.len());
        for f in functions {
            f.space().same_as(x.space(), "model of Ppxa")?;
            terms.push(Term { f: f.clone(), weight: 1.0 / functions.len() as f64, u: x.zeros_like() });
        }
        let [q, p, c] = [(); 3].map(|()| x.zeros_like());
        let (inner, progress) = (Inner::default(), Progress::default());
        Ok(Self { terms, x, q, p, c, tau: 1.0, eta: 1.0, tells_objective: false, inner, progress })
    }

    /// τ (1): the step of the prox of fₖ is τ/wₖ.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        positive("step of Ppxa", tau)?;
        self.tau = tau;
        Ok(self)
    }

    /// η, how much of the way copies go (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and below 2.
    pub fn relaxation(mut self, eta: f64) -> Result<Self> {
        self.eta = relaxed("Ppxa", eta)?;
        Ok(self)
    }

    /// wₖ, whose sum is 1 (all equal).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is not one for each function, or one that is not a finite number above 0, or if their sum is not 1,
    /// but for rounding errors of single precision.
    pub fn weights(mut self, weights: &[f64]) -> Result<Self> {
        if weights.len() != self.terms.len() {
            let (expected, found) = (format!("one for each of {} functions", self.terms.len()), weights.len());
            return Err(Error::expected(ErrorKind::Parameter, "weights of Ppxa", expected, found));
        }
        weights.iter().try_for_each(|&weight| positive("weight of Ppxa", weight))?;
        let sum: f64 = weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(Error::expected(ErrorKind::Parameter, "sum of the weights of Ppxa", 1.0, sum));
        }
        self.terms.iter_mut().zip(weights).for_each(|(term, weight)| term.weight = weight / sum);
        Ok(self)
    }

    /// Computes the series "objective" too, Σ fₖ(x): infinite where x is not in a set that a function stands for.
    ///
    /// # Communication
    /// Each iteration the values of all functions.
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.tells_objective = true;
        self
    }

    /// What the functions say.
    fn inner_iterations(&self) -> usize {
        self.terms.iter().map(|term| term.f.inner_iterations()).sum()
    }

    /// All proxes, and their mean: p ← Σ wₖ pₖ, uₖ ← yₖ − η pₖ; η² Σ wₖ ‖pₖ − p‖².
    fn proxes(&mut self, sum: &mut PartialSum, run: &Run) -> Result<()> {
        let Self { terms, q, p, c, tau, eta, .. } = self;
        let minus_eta = T::Real::from_f64(-*eta);
        let mut so_far = 0.0;
        for Term { f, weight, u } in terms {
            u.axpy(T::one(), c)?; //                                    yₖ
            f.prox_into(*tau / *weight, u, q)?; //                      pₖ ← prox_τfₖ/wₖ(yₖ)
            let is_first = so_far == 0.0;
            so_far += *weight;
            let part = *weight / so_far;
            let spread = T::Real::from_f64(*eta * (*weight * (1.0 - part)).max(0.0).sqrt());
            let part = T::Real::from_f64(part);
            let (space, q, p, u) = (q.space(), q.as_slice(), p.as_mut_slice(), u.as_mut_slice());
            add_squares_of(sum, space, [1, 2], run, |block, spreads: &mut [T]| {
                let (q, p, u) = (&q[block.clone()], &mut p[block.clone()], &mut u[block]);
                for (((spread_of, p), u), &q) in spreads.iter_mut().zip(p).zip(u).zip(q) {
                    let apart = if is_first { T::zero() } else { q - *p };
                    *spread_of = apart.scale(spread);
                    *p = if is_first { q } else { *p + apart.scale(part) };
                    *u += q.scale(minus_eta);
                }
            });
        }
        Ok(())
    }

    /// c ← η (2p − x), x ← x + η (p − x); η² ‖p − x‖².
    fn go(&mut self, sum: &mut PartialSum, run: &Run) {
        let Self { x, p, c, eta, .. } = self;
        let eta = T::Real::from_f64(*eta);
        let (space, p, c, x) = (p.space(), p.as_slice(), c.as_mut_slice(), x.as_mut_slice());
        add_squares_of(sum, space, [1, 2], run, |block, moved: &mut [T]| {
            let (p, c, x) = (&p[block.clone()], &mut c[block.clone()], &mut x[block]);
            for (((moved, c), x), &p) in moved.iter_mut().zip(c).zip(x).zip(p) {
                *c = (p + p - *x).scale(eta);
                *moved = (p - *x).scale(eta);
                *x += *moved;
            }
        });
    }
}

impl<T: Scalar> Stepwise for Ppxa<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.inner.begin(self.inner_iterations());
        self.c.copy_from(self.x)?;
        self.terms.iter_mut().for_each(|term| term.u.fill(T::zero())); // all yₖ are x
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        run.heed()?;
        let mut sum = Summing::from(run).start();
        self.proxes(&mut sum, run)?;
        self.go(&mut sum, run);
        let [update2] = run.sums([sum])?;
        let mut measures = Measures::criterion("update", run.finite(update2, "p")?);
        if self.tells_objective {
            let values = self.terms.iter().map(|term| term.f.value(self.x).map(Real::to_f64));
            measures = measures.and("objective", values.sum::<Result<f64>>()?);
        }
        Ok(self.inner.measure(measures, self.inner_iterations()))
    }
}

impl<T: Scalar> Method for Ppxa<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "PPXA"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::none().and("x", &*self.x).and("q", &self.q).and("p", &self.p).and("c", &self.c);
        self.terms.iter().fold(vectors, |vectors, term| vectors.and("u", &term.u))
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { terms, x, c, inner, progress, .. } = self;
        let state = progress.state(inner.state(State::new().vector("x", x).vector("c", c)));
        Some(terms.iter_mut().enumerate().fold(state, |state, (k, Term { f, u, .. })| {
            state.vector(format!("u{k}"), u).within(&format!("f{k}"), f.state())
        }))
    }

    fn scratch(&self) -> usize {
        self.terms.iter().map(|term| term.f.scratch()).sum()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let weights = self.terms.iter().map(|term| ("weight", term.weight));
        [("tau", self.tau), ("eta", self.eta)].into_iter().chain(weights).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(self.tells_objective, "yupdate")
    }
}

told_by_vectors!(Ppxa<T>);
