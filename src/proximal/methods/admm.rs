//! The alternating direction method of multipliers, for two functions of one vector.
//!
//! ```text
//! repeat   x ← prox_τf(z − u)
//!          z ← prox_τg(x̂ + u),   x̂ = α x + (1 − α) z     of the z before
//!          u ← u + x̂ − z
//! ```
//!
//! Beside x and z one vector is enough, y = z + u: then z − u = 2z − y, y ← y + α (x − z), z ← prox_τg(y). Where g comes first, x and z change
//! places, and y is x − u.
//!
//! D. Gabay and B. Mercier, Comput. Math. Appl. 2 (1976) 17; J. Eckstein and D. Bertsekas, Math. Program. 55 (1992) 293; S. Boyd et al., Found.
//! Trends Mach. Learn. 3 (2010) 1.

use super::blocks::squares_of;
use super::stepwise::{Progress, Stepwise, by_steps, told_by_vectors};
use super::summands::Summands;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};

/// Solves min f(x) + g(x) from the x that is passed in, by the proxes of both.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and functions that keep it, every iterate has the same bits on any number
/// of ranks. [`Admm`] is the method itself, for the step τ, relaxation and more.
///
/// The report has the series "update", α ‖x − z‖ of the x of an iteration and the z of the one before, which is what the tolerance is held
/// against and never grows where f and g are convex; and, where a prox has a solver inside, "inner", its iterations so far.
///
/// # Communication
/// Each iteration that of the two proxes, and one all-reduce of 456 bytes; one of 16 more where there is a callback.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if f, g and x are not of one space; [`ErrorKind::Parameter`] for a tolerance that is negative or
/// not finite, and of no iterations. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// The point of a box that is nearest to another point, in the sense of a weighted distance:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{Bounds, L2, admm};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let point = DistArray::from_fn(&layout, |i| i[0] as f64);
///     let f = L2::new(3.0).to(&point)?;
///     let g = Bounds::new(1.0, 3.5).on(&layout)?;
///     let mut x = point.zeros_like();
///     let report = admm(&f, &g, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| (i[0] as f64).clamp(1.0, 3.5))).norm() < 1e-5);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; iterates of `ADMM` of pyproximal.
pub fn admm<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Admm::new(f, g, x)?.solve(options)
}

/// The method of [`admm`]; its vectors are x, z and y.
///
/// # Example
/// Over-relaxed, with the objective in the report: what both functions make least is known, as they are squares.
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{Admm, L2};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let [f, g] = [1.0, 4.0].map(|b| L2::new(1.0).to(&DistArray::full(&layout, b)));
/// let mut x = DistArray::<f64>::zeros(&layout);
/// let report = Admm::new(&f?, &g?, &mut x)?.step(0.5)?.relaxation(1.6)?.objective().solve(&Options::default())?;
/// assert!(report.reason.converged());
/// assert!((x.get(&[0])? - 2.5).abs() < 1e-5);
/// assert!((report.series("objective").last().unwrap() - 6.75f64).abs() < 1e-4);
/// # Ok::<(), lops::Error>(())
/// ```
pub struct Admm<'a, T: Scalar> {
    functions: Summands<T>,
    x: &'a mut DistArray<T>,
    z: DistArray<T>,
    y: DistArray<T>,
    tau: f64,
    alpha: f64,
    has_z: bool,
    g_first: bool,
    progress: Progress,
}

impl<'a, T: Scalar> Admm<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`admm`], but for the options.
    pub fn new(f: &ProximalOperator<T>, g: &ProximalOperator<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        f.space().same_as(g.space(), "space of g in Admm")?;
        f.space().same_as(x.space(), "model of Admm")?;
        let [z, y] = [(); 2].map(|()| x.zeros_like());
        let (functions, progress) = (Summands::of(f, g), Progress::default());
        Ok(Self { functions, x, z, y, tau: 1.0, alpha: 1.0, has_z: false, g_first: false, progress })
    }

    /// τ (1). Any τ converges; how fast depends on the scale of f and g.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn step(self, tau: f64) -> Result<Self> {
        positive("step of Admm", tau)?;
        Ok(Self { tau, ..self })
    }

    /// α (1): above 1 each iteration goes farther than the plain one; 1.5 to 1.8 often save some of them.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not between 0 and 2.
    pub fn relaxation(self, alpha: f64) -> Result<Self> {
        if !(alpha > 0.0 && alpha < 2.0) {
            return Err(Error::expected(ErrorKind::Parameter, "relaxation of Admm", "a number between 0 and 2", alpha));
        }
        Ok(Self { alpha, ..self })
    }

    /// z to begin with (x).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it is not of the space of x.
    pub fn z0(mut self, z: &DistArray<T>) -> Result<Self> {
        self.x.space().same_as(z.space(), "z of Admm")?;
        self.z.copy_from(z)?;
        self.has_z = true;
        Ok(self)
    }

    /// Each iteration begins with z: z ← prox_τg(x + u), then x ← prox_τf(ẑ − u), u ← u + x − ẑ. Where z begins does not matter then.
    #[must_use]
    pub fn g_first(self) -> Self {
        Self { g_first: true, ..self }
    }

    /// Computes the series "objective" too, f(x) + g(z).
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.functions.tells_objective = true;
        self
    }

    /// z, which is near x and where g is finite.
    pub fn z(&self) -> &DistArray<T> {
        &self.z
    }
}

impl<T: Scalar> Stepwise for Admm<'_, T> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        self.functions.begin();
        if !self.has_z {
            self.z.copy_from(self.x)?;
        }
        self.y.copy_from(if self.g_first { &*self.x } else { &self.z })?; //  u ← 0
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        run.heed()?;
        let Self { functions: Summands { f, g, .. }, x, z, y, tau, alpha, g_first, .. } = self;
        let ((first, near), (second, far)) =
            if *g_first { ((&*g, z), (&*f, &mut **x)) } else { ((&*f, &mut **x), (&*g, z)) };
        far.axpby(-T::one(), y, T::one() + T::one())?; //                     z − u = 2z − y, in the place of z
        first.prox_into(*tau, far, near)?; //                                 x ← prox_τf(z − u)
        let (half, alpha) = (T::Real::from_f64(0.5), T::Real::from_f64(*alpha));
        let (near, reflected, y_before) = (near.as_slice(), far.as_slice(), y.as_mut_slice());
        let update2 = squares_of(far.space(), [2, 1], run, |block, moved: &mut [T]| {
            let (x, w, y) = (&near[block.clone()], &reflected[block.clone()], &mut y_before[block]);
            for (((moved, y), &x), &w) in moved.iter_mut().zip(y).zip(x).zip(w) {
                *moved = (x - (w + *y).scale(half)).scale(alpha);
                *y += *moved; //                                              y ← y + α (x − z)
            }
        });
        second.prox_into(*tau, y, far)?; //                                   z ← prox_τg(y)
        let [update2] = run.sums([update2])?;
        let measures = Measures::criterion("update", run.finite(update2, "y")?);
        let objective = self.functions.objective(self.x, &self.z)?;
        Ok(self.functions.tell(measures, objective))
    }
}

impl<T: Scalar> Method for Admm<'_, T> {
    type Model = T;

    by_steps!();

    fn name(&self) -> &'static str {
        "ADMM"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("x", &*self.x).and("z", &self.z).and("y", &self.y)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { functions, x, z, y, progress, .. } = self;
        let state = State::new().vector("x", *x).vector("z", z).vector("y", y);
        Some(progress.state(functions.state(state)))
    }

    fn scratch(&self) -> usize {
        self.functions.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("tau", self.tau), ("relaxation", self.alpha)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("xupdate", "update")]
    }
}

told_by_vectors!(Admm<T>);
