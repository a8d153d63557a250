//! Two proxes, and a reflection between them.
//!
//! ```text
//! y ← x
//! repeat   x ← prox_τg(y),   z ← prox_τf(2x − y),   y ← y + η (z − x)
//! ```
//!
//! Where x = z, (y − x)/τ is a subgradient of g there and its negative one of f. y goes there as long as there is such a point and η is
//! between 0 and 2: J. Eckstein and D. P. Bertsekas, Math. Program. 55 (1992) 293, of P.-L. Lions and B. Mercier, SIAM J. Numer. Anal. 16
//! (1979) 964; in this form algorithm 10.15 of P. L. Combettes and J.-C. Pesquet, Proximal splitting methods in signal processing (2011).
//! The reflection 2x − y takes the place of y, so that three vectors are enough.

use super::blocks::squares_of;
use super::stepwise::{Progress, Stepwise, by_steps, columns, real, relaxed, told_by_vectors};
use super::summands::Summands;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{PartialSum, Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};

/// Minimises f(x) + g(x), of two functions that have proxes, from the x that is passed in; neither needs a gradient, and any step τ above
/// 0 converges: a good one is of the size of what a prox should change.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and functions that keep it, x has the same bits on any number
/// of ranks. [`DouglasRachford`] is the method itself, to relax it and more.
///
/// x is what the prox of g made last: it is where g is finite, sparse where g makes it so, and f may be infinite there until it has
/// converged.
///
/// The report has the series "update", how far an iteration moves y, η ‖z − x‖: the tolerance is of it (relative to that of the first
/// iteration), and where it is 0, x is a solution. "inner" has the iterations of solvers inside of proxes so far, where there are any.
///
/// # Communication
/// Each iteration that of the proxes, and one all-reduce of 456 bytes; one of 16 more where there is a callback.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if f, g and x are not of one
/// space; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if τ is not a finite number above 0, for a tolerance that is negative or not
/// finite, and of no iterations. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// The shortest vector, by the sum of its moduli, on a plane.
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{AffineSet, L1, douglas_rachford};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| [1.0, 3.0, 2.0][i[0]]))?;
///     let sum = Sum::along(0).on::<f64>(&layout)? * a; // x₀ + 3 x₁ + 2 x₂
///     let f = AffineSet::new().of(&sum, &DistArray::full(sum.range().layout()?, 6.0))?;
///     let g = L1::new(1.0).on(&layout)?;
///     let mut x = DistArray::zeros(&layout);
///     let report = douglas_rachford(&f, &g, &mut x, 0.5, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| [0.0, 2.0, 0.0][i[0]])).norm() < 1e-5);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above. Behaviour: `DouglasRachfordSplitting` of pyproximal.
pub fn douglas_rachford<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    x: &mut DistArray<T>,
    tau: f64,
    options: &Options,
) -> Result<Report<T::Real>> {
    DouglasRachford::new(f, g, x)?.step(tau)?.solve(options)
}

/// The method of [`douglas_rachford`]; its vectors are x, z and y.
///
/// # Example
/// Relaxed, with the objective in the report:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{DouglasRachford, L1, L2};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let f = L2::new(1.0).to(&DistArray::from_fn(&layout, |i| [3.0, 0.5][i[0]]))?;
/// let g = L1::new(1.0).on(&layout)?;
/// let mut x = DistArray::<f64>::zeros(&layout);
/// let method = DouglasRachford::new(&f, &g, &mut x)?.relaxation(1.5)?.objective();
/// let report = method.solve(&Options::default())?;
/// assert!(report.reason.converged());
/// assert!((x.get(&[0])? - 2.0).abs() < 1e-5 && x.get(&[1])? == 0.0);
/// assert!((report.series("objective").last().unwrap() - 2.625).abs() < 1e-5); // ½ (1 + ¼) + 2
/// # Ok::<(), lops::Error>(())
/// ```
pub struct DouglasRachford<'a, T: Scalar> {
    functions: Summands<T>,
    x: &'a mut DistArray<T>,
    z: DistArray<T>,
    y: DistArray<T>,
    tau: f64,
    eta: f64,
    f_first: bool,
    progress: Progress,
}

impl<'a, T: Scalar> DouglasRachford<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`douglas_rachford`], but for τ and the options.
    pub fn new(f: &ProximalOperator<T>, g: &ProximalOperator<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        f.space().same_as(x.space(), "model of DouglasRachford")?;
        g.space().same_as(x.space(), "model of DouglasRachford")?;
        let [z, y] = [(); 2].map(|()| x.zeros_like());
        let (functions, progress) = (Summands::of(f, g), Progress::default());
        Ok(Self { functions, x, z, y, tau: 1.0, eta: 1.0, f_first: false, progress })
    }

    /// τ, the step of both proxes (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        positive("step of DouglasRachford", tau)?;
        self.tau = tau;
        Ok(self)
    }

    /// η, how much of the way y goes (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not above 0 and below 2.
    pub fn relaxation(mut self, eta: f64) -> Result<Self> {
        self.eta = relaxed("DouglasRachford", eta)?;
        Ok(self)
    }

    /// The other order: x ← prox_τf(y), z ← prox_τg(2x − y). f is finite at x then.
    #[must_use]
    pub fn f_first(mut self) -> Self {
        self.f_first = true;
        self
    }

    /// Computes the series "objective" too, f(x) + g(x): infinite where x is not in a set that a function stands for.
    ///
    /// # Communication
    /// Each iteration the values of f and g.
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.functions.tells_objective = true;
        self
    }

    /// y ← 2x − y' + η (z − x), of the reflection y'; ‖η (z − x)‖².
    fn relax(&mut self, run: &Run) -> PartialSum {
        let Self { x, z, y, eta, .. } = self;
        let eta = T::Real::from_f64(*eta);
        let (space, x, z, y) = (x.space(), x.as_slice(), z.as_slice(), y.as_mut_slice());
        squares_of(space, [2, 1], run, |block, moved: &mut [T]| {
            let (x, z, y) = (&x[block.clone()], &z[block.clone()], &mut y[block]);
            for (((moved, y), &x), &z) in moved.iter_mut().zip(y).zip(x).zip(z) {
                *moved = (z - x).scale(eta);
                *y = x + x - *y + *moved;
            }
        })
    }
}

impl<T: Scalar> Stepwise for DouglasRachford<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.functions.begin();
        self.y.copy_from(self.x)?;
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        run.heed()?;
        let Self { functions: Summands { f, g, .. }, x, z, y, tau, f_first, .. } = self;
        let (first, second) = if *f_first { (f, g) } else { (g, f) };
        first.prox_into(*tau, y, x)?; //                            x ← prox_τg(y)
        y.axpby(real(2.0), x, -T::one())?; //                       2x − y
        second.prox_into(*tau, y, z)?; //                           z ← prox_τf(2x − y)
        let [update2] = run.sums([self.relax(run)])?; //            y ← y + η (z − x)
        let measures = Measures::criterion("update", run.finite(update2, "y")?);
        let objective = self.functions.objective(self.x, self.x)?;
        Ok(self.functions.tell(measures, objective))
    }
}

impl<T: Scalar> Method for DouglasRachford<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "Douglas-Rachford"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("x", &*self.x).and("z", &self.z).and("y", &self.y)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { functions, x, y, progress, .. } = self;
        Some(progress.state(functions.state(State::new().vector("x", *x).vector("y", y))))
    }

    fn scratch(&self) -> usize {
        self.functions.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("tau", self.tau), ("eta", self.eta), ("f first", f64::from(u8::from(self.f_first)))]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(self.functions.tells_objective, "yupdate")
    }
}

told_by_vectors!(DouglasRachford<T>);
