//! Several functions with gradients, and several with proxes.
//!
//! ```text
//! z₁ … zₙ ← x
//! repeat   v ← τ Σᵢ ∇fᵢ(x)
//!          yⱼ ← prox_{τ/ωⱼ gⱼ}(2x − zⱼ − v),  zⱼ ← zⱼ + η (yⱼ − x),   of each j
//!          x ← Σⱼ ωⱼ zⱼ
//! ```
//!
//! It converges where τ < 2/L, with L the constant of Σ ∇fᵢ, and η < min(3/2, 1/2 + 1/(τL)).
//! H. Raguet, J. Fadili and G. Peyré, SIAM J. Imaging Sci. 6 (2013) 1199.

use super::blocks::add_squares_of;
use super::gradient_steps::{has_gradient, step_of};
use super::inner::Inner;
use super::stepwise::{Progress, Stepwise, by_steps, columns, real, relaxed, told_by_vectors};
use crate::array::{DistArray, Space, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::mem;

/// Minimises Σ fᵢ(x) + Σ gⱼ(x) from the x that is passed in, of fᵢ with gradients, by steps of 1/L, L being the sum of their
/// [constants](crate::proximal::Smooth::lipschitz). [`GeneralizedProximalGradient`] is the method itself, with other steps and weights.
///
/// Arrays and stacks, real and complex. Every iterate has the same bits on any number of ranks, where the functions keep them.
///
/// The report has the series "update", √(Σ ωⱼ ‖yⱼ − x‖²), which is what the tolerance is held against: it is 0 where x is a solution. Where
/// proxes or gradients solve inside, "inner" is how many iterations that took so far.
///
/// # Communication
/// Each iteration that of the gradients and proxes, and one all-reduce of 456 bytes. At the start, that of
/// [estimates of norms](crate::Operator::norm_estimate), where constants are made of them.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if a function is not of the space of x; [`ErrorKind::Other`] if an fᵢ has no
/// gradient; [`ErrorKind::Parameter`] if its constant is not known, or there is no gⱼ. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// Sparse, and not negative:
/// ```
/// use lops::proximal::{L1, L2, NonNegative, generalized_proximal_gradient};
/// use lops::{DistArray, Layout, launch_threads, solvers::Options};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let b = DistArray::from_fn(&layout, |i| 2.0 * i[0] as f64 - 3.0);
///     let (f, sparse) = (L2::new(1.0).to(&b)?, L1::new(0.5).on(&layout)?);
///     let mut x = b.zeros_like();
///     let report = generalized_proximal_gradient(&[f], &[sparse, NonNegative.on(&layout)?], &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &b.map(|b| (b - 0.5).max(0.0))).norm() < 1e-5);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. Behaviour: `GeneralizedProximalGradient` of pyproximal.
pub fn generalized_proximal_gradient<T: Scalar>(
    fs: &[ProximalOperator<T>],
    gs: &[ProximalOperator<T>],
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    GeneralizedProximalGradient::new(fs, gs, x)?.solve(options)
}

/// The method of [`generalized_proximal_gradient`]; its vectors are x and the next one, v, u = 2x − zⱼ − v, yⱼ of one j, and z, a stack
/// of all zⱼ.
pub struct GeneralizedProximalGradient<'a, T: Scalar> {
    fs: Vec<ProximalOperator<T>>,
    gs: Vec<ProximalOperator<T>>,
    x: &'a mut DistArray<T>,
    next: DistArray<T>,
    v: DistArray<T>,
    u: DistArray<T>,
    y: DistArray<T>,
    z: DistArray<T>,
    /// ωⱼ
    weights: Vec<f64>,
    given: Option<f64>,
    tau: f64,
    eta: f64,
    tells_objective: bool,
    inner: Inner,
    progress: Progress,
}

impl<'a, T: Scalar> GeneralizedProximalGradient<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`generalized_proximal_gradient`], but for constants.
    pub fn new(fs: &[ProximalOperator<T>], gs: &[ProximalOperator<T>], x: &'a mut DistArray<T>) -> Result<Self> {
        fs.iter().chain(gs).try_for_each(|f| f.space().same_as(x.space(), "model of GeneralizedProximalGradient"))?;
        fs.iter().try_for_each(has_gradient)?;
        if gs.is_empty() {
            let what = "functions with proxes of GeneralizedProximalGradient";
            return Err(Error::expected(ErrorKind::Parameter, what, "at least one", 0));
        }
        let [next, v, u, y] = [(); 4].map(|()| x.zeros_like());
        Ok(Self {
            fs: fs.to_vec(),
            gs: gs.to_vec(),
            z: DistArray::zeros(&Space::stack(vec![x.space().clone(); gs.len()])?),
            x,
            next,
            v,
            u,
            y,
            weights: vec![(gs.len() as f64).recip(); gs.len()],
            given: None,
            tau: 0.0,
            eta: 1.0,
            tells_objective: false,
            inner: Inner::default(),
            progress: Progress::default(),
        })
    }

    /// ωⱼ, one for each gⱼ, which are divided by their sum (all the same).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there are not as many, or one is not a finite number above 0.
    pub fn weights(mut self, weights: &[f64]) -> Result<Self> {
        let what = "weights of GeneralizedProximalGradient";
        if weights.len() != self.gs.len() {
            let expected = format!("{}, one for each function with a prox", self.gs.len());
            return Err(Error::expected(ErrorKind::Parameter, what, expected, weights.len()));
        }
        weights.iter().try_for_each(|&weight| positive(what, weight))?;
        let sum: f64 = weights.iter().sum();
        positive("sum of weights of GeneralizedProximalGradient", sum)?;
        self.weights = weights.iter().map(|weight| weight / sum).collect();
        Ok(self)
    }

    /// τ, the length of steps (1/L). Of more than 2/L iterations diverge.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        positive("step of GeneralizedProximalGradient", tau)?;
        self.given = Some(tau);
        Ok(self)
    }

    /// η: the zⱼ go so many times as far (1). It converges where η < min(3/2, 1/2 + 1/(τL)).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and below 2.
    pub fn relaxation(mut self, eta: f64) -> Result<Self> {
        self.eta = relaxed("GeneralizedProximalGradient", eta)?;
        Ok(self)
    }

    /// The series "objective": Σ fᵢ(x) + Σ gⱼ(yⱼ) of each iteration; the yⱼ become x.
    ///
    /// # Communication
    /// Each iteration the values of the functions.
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.tells_objective = true;
        self
    }

    /// What the functions say.
    fn inner_iterations(&self) -> usize {
        self.fs.iter().chain(&self.gs).map(ProximalOperator::inner_iterations).sum()
    }

    /// v ← τ Σ ∇fᵢ(x)
    fn gradient(&mut self) -> Result<()> {
        let tau = real(self.tau);
        self.v.fill(T::zero());
        for f in &self.fs {
            f.gradient_into(self.x, &mut self.u)?;
            self.v.axpy(tau, &self.u)?;
        }
        Ok(())
    }

    /// u ← 2x − zⱼ − v
    fn reflect(&mut self, j: usize) {
        self.u.passes_over(3, 1);
        let of_x = self.u.as_slice().len();
        let (x, v, z) = (self.x.as_slice(), self.v.as_slice(), &self.z.as_slice()[j * of_x..]);
        for (((u, &x), &v), &z) in self.u.as_mut_slice().iter_mut().zip(x).zip(v).zip(z) {
            *u = x + x - z - v;
        }
    }

    /// zⱼ ← zⱼ + η (y − x), next ← next + ωⱼ zⱼ; and ωⱼ ‖y − x‖² is added to this rank's part of a sum.
    fn take(&mut self, j: usize, sum: &mut PartialSum, run: &Run) {
        let [eta, weight, root] = [self.eta, self.weights[j], self.weights[j].sqrt()].map(T::Real::from_f64);
        let of_x = self.x.as_slice().len();
        let (x, y) = (self.x.as_slice(), self.y.as_slice());
        let (z, next) = (&mut self.z.as_mut_slice()[j * of_x..][..of_x], self.next.as_mut_slice());
        add_squares_of(sum, self.x.space(), [2, 2], run, |block, apart: &mut [T]| {
            for (apart, k) in apart.iter_mut().zip(block) {
                let moved = y[k] - x[k];
                z[k] += moved.scale(eta);
                next[k] += z[k].scale(weight);
                *apart = moved.scale(root);
            }
        });
    }
}

impl<T: Scalar> Stepwise for GeneralizedProximalGradient<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        let x = self.x.as_slice();
        if !x.is_empty() {
            self.z.as_mut_slice().chunks_exact_mut(x.len()).for_each(|z| z.copy_from_slice(x));
        }
        self.inner.begin(self.inner_iterations());
        self.tau = match self.given {
            Some(step) => step,
            None => step_of(&self.fs, "GeneralizedProximalGradient")?,
        };
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let mut sum = Summing::from(run).start();
        let mut of_proxes = 0.0;
        self.gradient()?;
        self.next.fill(T::zero());
        for j in 0..self.gs.len() {
            self.reflect(j);
            self.gs[j].prox_into(self.tau / self.weights[j], &self.u, &mut self.y)?;
            self.take(j, &mut sum, run);
            if self.tells_objective {
                of_proxes += self.gs[j].value(&self.y)?.to_f64();
            }
        }
        let [update2] = run.sums([sum])?;
        let mut measures = Measures::criterion("update", run.finite(update2, "x")?);
        mem::swap(self.x, &mut self.next); //                                  x ← Σ ωⱼ zⱼ
        if self.tells_objective {
            let mut objective = of_proxes;
            for f in &self.fs {
                objective += f.value(self.x)?.to_f64();
            }
            measures = measures.and("objective", objective);
        }
        Ok(self.inner.measure(measures, self.inner_iterations()))
    }
}

impl<T: Scalar> Method for GeneralizedProximalGradient<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "Generalized proximal gradient"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let Self { x, next, v, u, y, z, .. } = self;
        Vectors::none().and("x", &**x).and("z", z).and("v", v).and("u", u).and("y", y).and("next", next)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { fs, gs, x, z, tau, inner, progress, .. } = self;
        let mut state = State::new().vector("x", *x).vector("z", z).number("tau", tau);
        for (k, f) in fs.iter().chain(&*gs).enumerate() {
            state = state.within(&format!("f{k}"), f.state());
        }
        Some(inner.state(progress.state(state)))
    }

    fn scratch(&self) -> usize {
        self.fs.iter().chain(&self.gs).map(ProximalOperator::scratch).sum()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let step = self.given.map(|step| ("tau", step));
        let eta = Some(("eta", self.eta)).filter(|_| self.eta != 1.0);
        step.into_iter().chain(eta).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(self.tells_objective, "xupdate")
    }
}

told_by_vectors!(GeneralizedProximalGradient<T>);
