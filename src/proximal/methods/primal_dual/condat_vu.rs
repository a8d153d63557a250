//! Gradients, proxes, and an operator: a primal and a dual vector.
//!
//! ```text
//! ỹ ← prox_σh*(y + σ A x̄)
//! x̃ ← prox_τg(x − τ (∇f(x) + Aᴴ y)),   x̄ ← 2 x̃ − x
//! ```

use super::pair::{Pair, Steps, check_relaxation};
use super::{SAFETY, columns, measures, vectors};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::proximal::ProximalOperator;
use crate::proximal::methods::gradient_steps::{has_gradient, lipschitz};
use crate::proximal::methods::stepwise::{Progress, Stepwise, by_steps, norm_squared, told_by_vectors};
use crate::proximal::methods::summands::value;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};

/// Minimises f(x) + g(x) + h(A x) from the x that is passed in, by the primal–dual method of Condat and Vũ: f by its gradient, g and h by
/// their proxes. L is a Lipschitz constant of ∇f: a number, or `None` where f knows one itself.
///
/// In each iteration one gradient, and A once in each direction. [`CondatVu`] is the method itself, with steps of one's own and relaxation.
///
/// The report has the series of [`primal_dual`](super::primal_dual), with σ for μ.
///
/// # Communication
/// Each iteration that of ∇f, of A and of Aᴴ, that of the proxes, and one all-reduce of 912 bytes. At the start that of an estimate of ‖A‖.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if x or the space of f or g is not the domain of A, or that of h not its range;
/// [`ErrorKind::Other`] if f has no gradient; [`ErrorKind::Parameter`] if L is not a finite number above 0, or nobody knows one, for a tolerance that is negative or
/// not finite, and of no iteration. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// What is nearest to b, not negative, and of few jumps:
/// ```
/// use lops::proximal::{L1, L2, NonNegative, condat_vu};
/// use lops::{Comm, DistArray, Layout, LinearOperator, operators::{Gradient, Stencil}, solvers::Options};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let b = DistArray::from_fn(&layout, |i| [-1.1, -0.9, 4.2, 3.8][i[0]]);
/// let a = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
/// let (f, g, h) = (L2::new(1.0).to(&b)?, NonNegative.on(&layout)?, L1::new(0.5).on(a.range())?);
/// let mut x = b.zeros_like();
/// let options = Options::iterations(1000).tolerance(1e-9);
/// let report = condat_vu(&f, &g, &h, &a, &mut x, None, &options)?;
/// assert!(report.reason.converged());
/// assert!((x - DistArray::from_fn(&layout, |i| [0.0, 0.0, 3.75, 3.75][i[0]])).norm() < 1e-6);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// L. Condat, J. Optim. Theory Appl. 158 (2013) 460, algorithm 3.1; B. C. Vũ, Adv. Comput. Math. 38 (2013) 667.
pub fn condat_vu<X: Scalar, Y: Scalar>(
    f: &ProximalOperator<X>,
    g: &ProximalOperator<X>,
    h: &ProximalOperator<Y>,
    a: &Operator<X, Y>,
    x: &mut DistArray<X>,
    lipschitz: impl Into<Option<f64>>,
    options: &Options,
) -> Result<Report<X::Real>> {
    CondatVu::new(f, g, h, a, x, lipschitz)?.solve(options)
}

/// The method of [`condat_vu`].
///
/// ```text
/// ỹ = prox_σh*(y + σ A x̄),                   y' = y + ρ (ỹ − y)
/// x̃ = prox_τg(x − τ (∇f(x) + Aᴴ y')),        x' = x + ρ (x̃ − x),     x̄' = 2 x̃ − x
/// ```
///
/// It converges where 1/τ − σ ‖A‖² ≥ L/2 and 0 < ρ < 2 − L/2 (1/τ − σ ‖A‖²)⁻¹. The steps are τ = 1/L and σ = L/(4 ‖A‖²), so that ρ may be up to 4/3.
/// Steps of one's own, and their ρ, are held against that.
///
/// All but the gradient goes [by rows](super::PrimalDual#by-rows) where it can. The vectors are those of [`PrimalDual`](super::PrimalDual), and ∇f(x).
pub struct CondatVu<'a, X: Scalar, Y: Scalar = X> {
    f: ProximalOperator<X>,
    pair: Pair<'a, X, Y>,
    /// L, if it was given.
    lipschitz: Option<f64>,
    given: Option<[f64; 2]>,
    steps: Steps,
    image: Option<DistArray<Y>>,
    progress: Progress,
}

/// The most that ρ may be with the steps that are chosen.
const MOST: f64 = 4.0 / 3.0;

impl<'a, X: Scalar, Y: Scalar> CondatVu<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`condat_vu`], but for the options.
    pub fn new(
        f: &ProximalOperator<X>,
        g: &ProximalOperator<X>,
        h: &ProximalOperator<Y>,
        a: &Operator<X, Y>,
        x: &'a mut DistArray<X>,
        lipschitz: impl Into<Option<f64>>,
    ) -> Result<Self> {
        let lipschitz = lipschitz.into();
        if let Some(constant) = lipschitz {
            positive("Lipschitz constant of CondatVu", constant)?;
        }
        a.domain().same_as(f.space(), "f of CondatVu")?;
        has_gradient(f)?;
        let mut pair = Pair::new("CondatVu", g, h, a, x)?;
        pair.z = Some(pair.x.zeros_like()); // ∇f(x)
        let steps = Steps { tau: f64::NAN, mu: f64::NAN, theta: 1.0, rho: 1.0 };
        Ok(Self { f: f.clone(), pair, lipschitz, given: None, steps, image: None, progress: Progress::default() })
    }

    /// τ and σ (1/L and L/(4 ‖A‖²)). Whether they converge is seen at the start, by an estimate of ‖A‖.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if one is not a finite number above 0.
    pub fn steps(self, tau: f64, sigma: f64) -> Result<Self> {
        positive("tau of CondatVu", tau)?;
        positive("sigma of CondatVu", sigma)?;
        Ok(Self { given: Some([tau, sigma]), ..self })
    }

    /// ρ (1): above 1 both vectors go further than their proxes.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and below 2. How large it may be depends on the steps, and is seen at the start.
    pub fn relaxation(mut self, rho: f64) -> Result<Self> {
        check_relaxation(rho, 2.0)?;
        self.steps.rho = rho;
        Ok(self)
    }

    /// y, which it begins from (0), and in which it is left at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it is not of the range.
    pub fn dual(mut self, y: &'a mut DistArray<Y>) -> Result<Self> {
        self.pair.lend(y, "CondatVu")?;
        Ok(self)
    }

    /// The report has the series "objective" too, f(x) + g(x) + h(A x): one more application of A in each iteration, and the values of all
    /// three. Where it is infinite, as outside of a set, it is the largest number.
    #[must_use]
    pub fn objective(self) -> Self {
        Self { image: Some(self.pair.y.get().zeros_like()), ..self }
    }

    /// τ and σ, if they and ρ converge.
    fn lengths(&self) -> Result<[f64; 2], Stop> {
        let constant = self.lipschitz.map_or_else(|| lipschitz([&self.f], self.name()), Ok)?;
        let (half, norm2) = (0.5 * constant, norm_squared(&self.pair.a)?);
        let Some([tau, sigma]) = self.given else {
            if constant == 0.0 {
                return Ok([SAFETY / norm2.sqrt(); 2]); // nothing but proxes
            }
            check_relaxation(self.steps.rho, MOST)?;
            return Ok([constant.recip(), 0.5 * SAFETY * half / norm2]);
        };
        let beyond = tau.recip() - sigma * norm2;
        if beyond < half {
            let expected = format!("1/τ − σ ‖A‖² of {half} or more, half of the Lipschitz constant");
            return Err(Error::expected(ErrorKind::Parameter, "steps of CondatVu", expected, beyond).into());
        }
        // At the limit ρ may still be 1.
        if self.steps.rho != 1.0 {
            check_relaxation(self.steps.rho, 2.0 - half / beyond)?;
        }
        Ok([tau, sigma])
    }
}

impl<X: Scalar, Y: Scalar> Stepwise for CondatVu<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        [self.steps.tau, self.steps.mu] = self.lengths()?;
        Ok(self.pair.begin()?)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        run.heed()?;
        if let Some(gradient) = &mut self.pair.z {
            self.f.gradient_into(self.pair.x, gradient)?; //                   ∇f(x)
        }
        let moved = self.pair.step(self.steps, run)?;
        let measures = measures(moved, self.steps);
        let Some(image) = &mut self.image else { return Ok(measures) };
        self.pair.a.apply_into(self.pair.x, image)?;
        let of_f = self.f.value(self.pair.x)?.to_f64();
        let others = value(&self.pair.f, &self.pair.g, self.pair.x, image)?;
        Ok(measures.and("objective", (of_f + others).min(f64::MAX)))
    }

    fn resume(&mut self) {
        self.pair.resume();
    }
}

impl<X: Scalar, Y: Scalar> Method for CondatVu<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "Condat–Vũ"
    }

    fn model(&self) -> &DistArray<X> {
        self.pair.x
    }

    fn vectors(&self) -> Vectors<'_> {
        vectors(&self.pair, self.image.as_ref())
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { pair, steps, progress, .. } = self;
        Some(progress.state(pair.state().number("tau", &mut steps.tau).number("sigma", &mut steps.mu)))
    }

    fn scratch(&self) -> usize {
        self.pair.scratch() + self.f.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let given = self.given.map(|[tau, sigma]| [("tau", tau), ("sigma", sigma)]);
        let constant = self.lipschitz.map(|constant| ("Lipschitz constant", constant));
        given.into_iter().flatten().chain([("relaxation", self.steps.rho)]).chain(constant).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(["x update", "y update"], self.image.is_some())
    }
}

told_by_vectors!(CondatVu<X, Y>, steps);
