//! A primal and a dual vector, whose steps become longer or shorter so that both come near at the same pace.
//!
//! ```text
//! x' ← prox_τf(x − τ (Aᴴ y + z))
//! y' ← prox_μg*(y + μ A (2 x' − x))
//! p ← ‖(x − x')/τ − Aᴴ(y − y')‖,   d ← ‖(y − y')/μ − A (x − x')‖
//! p > δ s d:   τ ← τ/(1 − α),  μ ← μ (1 − α),  α ← η α
//! p < s d/δ:   τ ← τ (1 − α),  μ ← μ/(1 − α),  α ← η α
//! ```

use super::pair::{Dual, Pair, product, sum_over};
use super::{Lengths, columns};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Scalar};
use crate::operators::{LinearOperator, Operator, PIECE};
use crate::proximal::ProximalOperator;
use crate::proximal::methods::stepwise::{Progress, Stepwise, by_steps, real, told_by_vectors};
use crate::proximal::methods::summands::value;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Run, State, Stop, Vectors};
use std::mem;

/// [`PrimalDual`](super::PrimalDual) with steps that adapt, which it makes by [`adaptive`](super::PrimalDual::adaptive).
///
/// Where the primal residual p is larger than the dual one, τ becomes longer and μ shorter by 1 − α, else the other way; their product
/// stays. α becomes smaller each time, so that steps settle. p and d are how far 0 is from what solves the two problems.
///
/// The report has the series "update", √(p² + d²), which is what the tolerance is held against, relative to the first; "primal", p; "dual", d; "tau" and "mu", the
/// steps that were made.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, that of the proxes, and one all-reduce of 912 bytes.
///
/// # Vectors
/// Four of the model's size, x among them, and six of the data's, y among them; z if it is there. Not by rows: A x and Aᴴ y are kept, so that an iteration takes
/// one application of each.
///
/// # Example
/// ```
/// use lops::proximal::{L1, L2, PrimalDual};
/// use lops::solvers::{Method, Options};
/// use lops::{Comm, DistArray, Layout, LinearOperator, operators::{Gradient, Stencil}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64);
/// let a = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
/// let (f, g) = (L2::new(1.0).to(&b)?, L1::new(1.0).on(a.range())?);
/// let mut x = b.clone();
/// let method = PrimalDual::new(&f, &g, &a, &mut x)?.steps(0.01, 49.0)?.adaptive()?;
/// let options = Options::iterations(500).tolerance(1e-9);
/// let report = method.solve(&options)?;
/// assert!(report.reason.converged());
/// assert!((x.get(&[0])? - 1.0).abs() < 1e-6 && (x.get(&[1])? - 3.0).abs() < 1e-6);
/// assert!(report.series("tau").last() > Some(&0.1)); // from 0.01
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// T. Goldstein, M. Li and X. Yuan, Adv. Neural Inf. Process. Syst. 28 (2015) 2089. Behaviour: `AdaptivePrimalDual` of pyproximal.
pub struct AdaptivePrimalDual<'a, X: Scalar, Y: Scalar = X> {
    f: ProximalOperator<X>,
    g: ProximalOperator<Y>,
    a: Operator<X, Y>,
    x: &'a mut DistArray<X>,
    next_x: DistArray<X>,
    /// u, Aᴴ y, and the next one, before it what f is given.
    back: DistArray<X>,
    next_back: DistArray<X>,
    y: Dual<'a, Y>,
    next_y: DistArray<Y>,
    /// v, A x, and the next one.
    image: DistArray<Y>,
    next_image: DistArray<Y>,
    /// What g is given, and room for its dual prox.
    rooms: [DistArray<Y>; 2],
    z: Option<DistArray<X>>,
    lengths: Lengths,
    tau: f64,
    mu: f64,
    alpha: f64,
    first_alpha: f64,
    eta: f64,
    s: f64,
    delta: f64,
    has_objective: bool,
    progress: Progress,
}

impl<'a, X: Scalar, Y: Scalar> AdaptivePrimalDual<'a, X, Y> {
    /// Takes memory for what a pair has not.
    pub(super) fn of(pair: Pair<'a, X, Y>, lengths: Lengths, has_objective: bool) -> Self {
        let Pair { f, g, a, x, ahead, next, y, z, .. } = pair;
        let [next_y, image, next_image, first, second] = [(); 5].map(|()| y.get().zeros_like());
        Self {
            next_x: next,
            back: x.zeros_like(),
            next_back: ahead,
            next_y,
            image,
            next_image,
            rooms: [first, second],
            lengths,
            tau: f64::NAN,
            mu: f64::NAN,
            alpha: 0.5,
            first_alpha: 0.5,
            eta: 0.95,
            s: 1.0,
            delta: 1.5,
            has_objective,
            progress: Progress::default(),
            f,
            g,
            a,
            x,
            y,
            z,
        }
    }

    /// α (0.5), the part of a step by which it changes at first; η (0.95), by which α becomes smaller each time.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if one is not above 0 and below 1.
    pub fn adaptivity(self, alpha: f64, eta: f64) -> Result<Self> {
        for (what, number) in [("alpha", alpha), ("eta", eta)] {
            if !(number > 0.0 && number < 1.0) {
                let what = format!("{what} of AdaptivePrimalDual");
                return Err(Error::expected(ErrorKind::Parameter, what, "a number above 0 and below 1", number));
            }
        }
        Ok(Self { alpha, first_alpha: alpha, eta, ..self })
    }

    /// s (1), what p is to be of d; δ (1.5), by how much they may differ from that before steps change.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if s is not a finite number above 0, or δ not a finite one from 1.
    pub fn balance(self, s: f64, delta: f64) -> Result<Self> {
        positive("s of AdaptivePrimalDual", s)?;
        if !(1.0..f64::INFINITY).contains(&delta) {
            let what = "delta of AdaptivePrimalDual";
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number, 1 or more", delta));
        }
        Ok(Self { s, delta, ..self })
    }

    /// Longer steps for whom is further away.
    fn adapt(&mut self, p: f64, d: f64) {
        let part = 1.0 - self.alpha;
        if p > self.s * d * self.delta {
            (self.tau, self.mu) = (self.tau / part, self.mu * part);
        } else if p < self.s * d / self.delta {
            (self.tau, self.mu) = (self.tau * part, self.mu / part);
        } else {
            return;
        }
        self.alpha *= self.eta;
    }
}

/// Σ |(x − x')/τ − (u − u')|²: this rank's part.
fn residual2<T: Scalar>([x, next_x, u, next_u]: [&DistArray<T>; 4], tau: f64, run: &Run) -> PartialSum {
    x.passes_over(4, 0);
    let (space, inverse) = (x.space(), real::<T>(tau.recip()).re());
    let [x, next_x, u, next_u] = [x, next_x, u, next_u].map(DistArray::as_slice);
    let mut apart = [T::zero(); PIECE];
    sum_over(space, run.into(), |block, sum| {
        let Some(sum) = sum else { return };
        let apart = &mut apart[..block.len()];
        for (apart, k) in apart.iter_mut().zip(block) {
            *apart = (x[k] - next_x[k]).scale(inverse) - (u[k] - next_u[k]);
        }
        T::add_squares(sum, apart);
    })
}

impl<X: Scalar, Y: Scalar> Stepwise for AdaptivePrimalDual<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        [self.tau, self.mu] = self.lengths.of(&self.a)?;
        self.a.apply_into(self.x, &mut self.image)?;
        Ok(self.a.apply_adjoint_into(self.y.get(), &mut self.back)?)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { f, g, a, x, next_x, back, next_back, y, next_y, image, next_image, rooms, z, .. } = self;
        let ([sum, room], y, (tau, mu)) = (rooms, y.get_mut(), (self.tau, self.mu));
        next_back.copy_from(back)?;
        if let Some(z) = z {
            next_back.axpy(X::one(), z)?;
        }
        next_back.xpby(x, real(-tau))?; //                                     x − τ (Aᴴ y + z)
        f.prox_into(tau, next_back, next_x)?; //                               x'
        a.apply_into(next_x, next_image)?; //                                  A x'
        sum.copy_from(next_image)?;
        sum.axpby(-Y::one(), image, real(2.0))?;
        sum.xpby(y, real(mu))?; //                                             y + μ A (2 x' − x)
        g.dual_prox_into(mu, sum, next_y, room)?; //                           y'
        a.apply_adjoint_into(next_y, next_back)?; //                           Aᴴ y'
        let p2 = residual2([&**x, next_x, back, next_back], tau, run);
        let d2 = residual2([&*y, next_y, image, next_image], mu, run);
        let [p2, d2] = run.sums([p2, d2])?;
        let [p2, d2] = [run.finite(p2, "x")?, run.finite(d2, "y")?];
        mem::swap(*x, next_x);
        mem::swap(y, next_y);
        mem::swap(back, next_back);
        mem::swap(image, next_image);
        let (p, d) = (p2.sqrt(), d2.sqrt());
        let measures = Measures::criterion("update", p2 + d2).and("primal", p).and("dual", d);
        let measures = measures.and("tau", tau).and("mu", mu);
        self.adapt(p, d);
        if !self.has_objective {
            return Ok(measures);
        }
        let linear = self.z.as_ref().map_or(Ok(0.0), |z| product(z, self.x))?;
        let value = value(&self.f, &self.g, self.x, &self.image)?;
        Ok(measures.and("objective", (value + linear).min(f64::MAX)))
    }
}

impl<X: Scalar, Y: Scalar> Method for AdaptivePrimalDual<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "Adaptive PrimalDual"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let [sum, room] = &self.rooms;
        let vectors = Vectors::none().and("x", &*self.x).and("y", self.y.get());
        let vectors = vectors.and("back", &self.back).and("image", &self.image);
        let vectors = vectors.and("next x", &self.next_x).and("next back", &self.next_back);
        let vectors = vectors.and("next y", &self.next_y).and("next image", &self.next_image);
        let vectors = vectors.and("sum", sum).and("room", room);
        self.z.iter().fold(vectors, |vectors, z| vectors.and("z", z))
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { f, g, x, y, back, image, tau, mu, alpha, progress, .. } = self;
        let state = State::new().vector("x", *x).vector("y", y.get_mut()).vector("back", back).vector("image", image);
        let state = state.within("f", f.state()).within("g", g.state());
        Some(progress.state(state.number("tau", tau).number("mu", mu).number("alpha", alpha)))
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.f.scratch() + self.g.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        // What was given, as steps and α change.
        let Self { first_alpha, eta, s, delta, .. } = *self;
        let others = [("alpha", first_alpha), ("eta", eta), ("s", s), ("delta", delta)];
        self.lengths.told().into_iter().chain(others).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(["primal", "dual"], self.has_objective)
    }
}

told_by_vectors!(AdaptivePrimalDual<X, Y>);
