//! A primal and a dual vector that step in turn.
//!
//! ```text
//! y ← prox_μg*(y + μ A x̄)
//! x' ← prox_τf(x − τ (Aᴴ y + z)),   x̄ ← x' + θ (x' − x),   x ← x'
//! ```

mod adaptive;
mod condat_vu;
mod pair;

pub use adaptive::AdaptivePrimalDual;
pub use condat_vu::{CondatVu, condat_vu};

use super::stepwise::{Progress, Stepwise, by_steps, norm_squared, told_by_vectors};
use super::summands::value;
use super::too_long;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use pair::{Moved, Pair, Steps, check_relaxation, product};

/// Minimises f(x) + g(A x) from the x that is passed in, by the primal–dual method of Chambolle and Pock.
///
/// f and g need only proxes; A is applied once in each direction in an iteration. The steps are τ = μ = 0.99/‖A‖, of an estimate of the norm; [`PrimalDual`]
/// is the method itself, with steps of one's own, a linear term, relaxation, steps that adapt, and one iteration at a time.
///
/// The report has the series "update", √(‖x' − x‖²/τ + ‖y' − y‖²/μ), which is what the tolerance is held against, relative to the first;
/// "x update", ‖x' − x‖; and "y update", ‖y' − y‖. The first is 0 only at a solution of both problems, min f(x) + g(A x) and its dual, and
/// measures both in the norm in which the method contracts, but for a term of mixed products that is smaller where τ μ ‖A‖² < 1.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, that of the proxes, and one all-reduce of 912 bytes. Where all goes by rows (see [`PrimalDual`]): one
/// exchange of ghost rows, as deep as both read. At the start that of an estimate of ‖A‖, unless steps are given.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if x or the space of f is not the domain of A, or that of g not its range;
/// [`ErrorKind::Parameter`] for a tolerance that is negative or not finite, and of no iteration. Not converging is no error: see
/// [`Report::reason`].
///
/// # Example
/// Total variation of a noisy step:
/// ```
/// use lops::proximal::{L1, L2, primal_dual};
/// use lops::{Comm, DistArray, Layout, LinearOperator, operators::{Gradient, Stencil}, solvers::Options};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let b = DistArray::from_fn(&layout, |i| [0.1, -0.1, 4.2, 3.8][i[0]]);
/// let a = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
/// let (f, g) = (L2::new(1.0).to(&b)?, L1::new(0.5).on(a.range())?);
/// let mut x = b.zeros_like();
/// let options = Options::iterations(500).tolerance(1e-9);
/// let report = primal_dual(&f, &g, &a, &mut x, &options)?;
/// assert!(report.reason.converged());
/// assert!((x - DistArray::from_fn(&layout, |i| [0.25, 0.25, 3.75, 3.75][i[0]])).norm() < 1e-6);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// A. Chambolle and T. Pock, J. Math. Imaging Vis. 40 (2011) 120, algorithm 1. Behaviour: `PrimalDual` of pylops-mpi and pyproximal.
pub fn primal_dual<X: Scalar, Y: Scalar>(
    f: &ProximalOperator<X>,
    g: &ProximalOperator<Y>,
    a: &Operator<X, Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    PrimalDual::new(f, g, a, x)?.solve(options)
}

/// The method of [`primal_dual`]: min f(x) + g(A x) + Re⟨z, x⟩.
///
/// ```text
/// ỹ = prox_μg*(y + μ A x̄),           y' = y + ρ (ỹ − y)
/// x̃ = prox_τf(x − τ (Aᴴ y' + z)),    x' = x + ρ (x̃ − x),    x̄' = x̃ + θ (x̃ − x)
/// ```
///
/// It converges where τ μ ‖A‖² ≤ 1 with θ = 1 and 0 < ρ < 2. y begins at 0, or is [lent](Self::dual).
///
/// # By rows
/// Where A goes by rows (see [`operators`](crate::operators#by-rows)), as a [`Gradient`](crate::operators::Gradient) on a volume cut along
/// its first axis does, and both proxes are [pointwise](crate::proximal::Pointwise), that of g without weights, an iteration is one walk over
/// rows: the total variation of a volume takes 12 words an unknown, of which the vectors demand each. Functions over elements are
/// pointwise, as are [`L21`](crate::proximal::L21) over the members of a stack, multiples, translated and scaled ones. Elsewhere A x̄ and
/// Aᴴ y are written to memory; the bits are the same.
///
/// # Vectors
/// x, x̄, the next x̄, and y; z if it is there. Three more of the data's size where it does not go by rows.
///
/// # Example
/// Steps of one's own, and the dual vector kept:
/// ```
/// use lops::proximal::{L1, L2, PrimalDual};
/// use lops::solvers::{Method, Options};
/// use lops::{Comm, DistArray, Layout, LinearOperator, operators::{Gradient, Stencil}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64);
/// let a = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
/// let (f, g) = (L2::new(1.0).to(&b)?, L1::new(1.0).on(a.range())?);
/// let (mut x, mut y) = (b.clone(), DistArray::zeros(a.range()));
/// let method = PrimalDual::new(&f, &g, &a, &mut x)?.steps(0.7, 0.7)?.dual(&mut y)?;
/// method.solve(&Options::exactly(100))?;
/// assert!((x.get(&[0])? - 1.0).abs() < 1e-6 && (x.get(&[1])? - 3.0).abs() < 1e-6);
/// assert!((y.member(0).as_slice()[0] - 1.0).abs() < 1e-6); // where |y| = σ, x has a jump
/// # Ok::<(), lops::Error>(())
/// ```
pub struct PrimalDual<'a, X: Scalar, Y: Scalar = X> {
    pair: Pair<'a, X, Y>,
    lengths: Lengths,
    steps: Steps,
    primal_first: bool,
    /// Whether the first step was made.
    began: bool,
    /// Room for A x, where the objective is asked for.
    image: Option<DistArray<Y>>,
    progress: Progress,
}

impl<'a, X: Scalar, Y: Scalar> PrimalDual<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`primal_dual`], but for the options.
    pub fn new(
        f: &ProximalOperator<X>,
        g: &ProximalOperator<Y>,
        a: &Operator<X, Y>,
        x: &'a mut DistArray<X>,
    ) -> Result<Self> {
        let pair = Pair::new("PrimalDual", f, g, a, x)?;
        let steps = Steps { tau: f64::NAN, mu: f64::NAN, theta: 1.0, rho: 1.0 };
        let (lengths, image, progress) = (Lengths::OfNorm { ratio: 1.0 }, None, Progress::default());
        Ok(Self { pair, lengths, steps, primal_first: false, began: false, image, progress })
    }

    /// τ and μ (0.99/‖A‖ both). After 32 iterations, 64, 128 and so on it is looked at whether they are too long, by one application of A more
    /// and one all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if one is not a finite number above 0.
    pub fn steps(self, tau: f64, mu: f64) -> Result<Self> {
        positive("tau of PrimalDual", tau)?;
        positive("mu of PrimalDual", mu)?;
        Ok(Self { lengths: Lengths::Given { tau, mu }, ..self })
    }

    /// τ/μ (1), of steps of which the product is 0.98/‖A‖²: large where y is to go slowly.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn ratio(self, ratio: f64) -> Result<Self> {
        positive("ratio of steps of PrimalDual", ratio)?;
        Ok(Self { lengths: Lengths::OfNorm { ratio }, ..self })
    }

    /// θ (1), how far x̄ is ahead of x, from 0 to 1. At 0 it is the method of Arrow and Hurwicz, which may need shorter steps.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not from 0 to 1.
    pub fn theta(mut self, theta: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&theta) {
            return Err(Error::expected(ErrorKind::Parameter, "theta of PrimalDual", "a number from 0 to 1", theta));
        }
        self.steps.theta = theta;
        Ok(self)
    }

    /// ρ (1): above 1 both vectors go further than their proxes.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and below 2.
    pub fn relaxation(mut self, rho: f64) -> Result<Self> {
        check_relaxation(rho, 2.0)?;
        self.steps.rho = rho;
        Ok(self)
    }

    /// z, of a term Re⟨z, x⟩. It is copied.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it is not of the domain.
    pub fn linear(mut self, z: &DistArray<X>) -> Result<Self> {
        self.pair.x.space().same_as(z.space(), "linear term of PrimalDual")?;
        self.pair.z = Some(z.clone());
        Ok(self)
    }

    /// y, which it begins from, and in which it is left at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it is not of the range.
    pub fn dual(mut self, y: &'a mut DistArray<Y>) -> Result<Self> {
        self.pair.lend(y, "PrimalDual")?;
        Ok(self)
    }

    /// x steps first: the first iteration leaves y as it is. `gfirst=False` of pylops-mpi and pyproximal.
    #[must_use]
    pub fn primal_first(self) -> Self {
        Self { primal_first: true, ..self }
    }

    /// The report has the series "objective" too, f(x) + g(A x) + Re⟨z, x⟩: one more application of A in each iteration, and the values of
    /// both functions. Where it is infinite, as outside of a set, it is the largest number.
    #[must_use]
    pub fn objective(self) -> Self {
        Self { image: Some(self.pair.y.get().zeros_like()), ..self }
    }

    /// With steps that adapt: see [`AdaptivePrimalDual`]. It begins from y, τ and μ of this; θ and ρ are 1, and x steps first.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if θ or ρ was changed.
    pub fn adaptive(self) -> Result<AdaptivePrimalDual<'a, X, Y>> {
        if self.steps.theta != 1.0 || self.steps.rho != 1.0 {
            let found = format!("{} and {}", self.steps.theta, self.steps.rho);
            let what = "theta and relaxation of AdaptivePrimalDual";
            return Err(Error::expected(ErrorKind::Parameter, what, "1 and 1", found));
        }
        Ok(AdaptivePrimalDual::of(self.pair, self.lengths, self.image.is_some()))
    }
}

/// How long steps are.
#[derive(Clone, Copy, Debug)]
enum Lengths {
    Given {
        tau: f64,
        mu: f64,
    },
    /// As long as ‖A‖ lets them be, with this τ/μ.
    OfNorm {
        ratio: f64,
    },
}

impl Lengths {
    /// What was given.
    fn told(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Given { tau, mu } => vec![("tau", tau), ("mu", mu)],
            Self::OfNorm { ratio } => vec![("ratio", ratio)],
        }
    }

    /// τ and μ.
    fn of<X: Scalar, Y: Scalar>(self, a: &Operator<X, Y>) -> Result<[f64; 2], Stop> {
        match self {
            Self::Given { tau, mu } => Ok([tau, mu]),
            Self::OfNorm { ratio } => {
                let (length, root) = (SAFETY / norm_squared(a)?.sqrt(), ratio.sqrt());
                Ok([length * root, length / root])
            }
        }
    }
}

/// Steps are this much of those that are as long as can be.
const SAFETY: f64 = 0.99;

/// What a step measured.
fn measures(moved: Moved, steps: Steps) -> Measures {
    let update2 = moved.x2 / steps.tau + moved.y2 / steps.mu;
    Measures::criterion("update", update2).and("x update", moved.x2.sqrt()).and("y update", moved.y2.sqrt())
}

impl<X: Scalar, Y: Scalar> Stepwise for PrimalDual<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        [self.steps.tau, self.steps.mu] = self.lengths.of(&self.pair.a)?;
        Ok(self.pair.begin()?)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        run.heed()?;
        let only_x = self.primal_first && !self.began;
        self.began = true;
        let moved =
            if only_x { self.pair.step_of_primal(self.steps, run)? } else { self.pair.step(self.steps, run)? };
        let measures = measures(moved, self.steps);
        if matches!(self.lengths, Lengths::Given { .. }) && too_long::is_time(run) {
            let Steps { tau, mu, theta, .. } = self.steps;
            // τ μ ‖A‖² may be up to this, with θ above ½: S. Banert et al., arXiv 2309.03998 (2023).
            let most = 4.0 / (1.0 + 2.0 * theta.max(0.5));
            let stretch = self.pair.stretch(run)?;
            self.progress.judge((tau * mu * stretch / most).sqrt())?;
        }
        let Some(image) = &mut self.image else { return Ok(measures) };
        let Pair { f, g, a, x, z, .. } = &self.pair;
        a.apply_into(x, image)?;
        let linear = z.as_ref().map_or(Ok(0.0), |z| product(z, x))?;
        Ok(measures.and("objective", (value(f, g, x, image)? + linear).min(f64::MAX)))
    }

    fn resume(&mut self) {
        self.pair.resume();
    }
}

impl<X: Scalar, Y: Scalar> Method for PrimalDual<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "PrimalDual"
    }

    fn model(&self) -> &DistArray<X> {
        self.pair.x
    }

    fn vectors(&self) -> Vectors<'_> {
        vectors(&self.pair, self.image.as_ref())
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { pair, steps, began, progress, .. } = self;
        let state = pair.state().number("tau", &mut steps.tau).number("mu", &mut steps.mu).flag("began", began);
        Some(progress.state(state))
    }

    fn scratch(&self) -> usize {
        self.pair.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let Steps { theta, rho, .. } = self.steps;
        self.lengths.told().into_iter().chain([("theta", theta), ("relaxation", rho)]).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(["x update", "y update"], self.image.is_some())
    }
}

/// The vectors of a pair.
fn vectors<'v, X: Scalar, Y: Scalar>(pair: &'v Pair<'_, X, Y>, image: Option<&'v DistArray<Y>>) -> Vectors<'v> {
    let vectors = Vectors::none().and("x", &*pair.x).and("y", pair.y.get()).and("ahead", &pair.ahead);
    let vectors = pair.z.iter().fold(vectors.and("next", &pair.next), |vectors, z| vectors.and("z", z));
    image.into_iter().fold(vectors, |vectors, image| vectors.and("image", image))
}

fn columns(parts: [&'static str; 2], has_objective: bool) -> Vec<(&'static str, &'static str)> {
    let [first, second] = parts;
    let mut columns = vec![("update", "update"), (first, first), (second, second)];
    columns.extend(has_objective.then_some(("objective", "objective")));
    columns
}

told_by_vectors!(PrimalDual<X, Y>, steps);
