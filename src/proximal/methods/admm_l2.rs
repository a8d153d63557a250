//! The alternating direction method of multipliers, for least squares and a function of A x.
//!
//! ```text
//! repeat   x ← argmin ½ ‖Op x − b‖² + ‖A x − z + u‖² / 2τ          a few iterations of CGLS
//!          z ← prox_τg(A x + u)
//!          u ← u + A x − z
//! ```
//!
//! The first line is min ‖[Op; A/√τ] x − [b; (z − u)/√τ]‖. Of what CGLS leaves of these data, s, the last part tells all that the others need:
//! it is z − u − A x over √τ, so A x is never formed. Beside it two vectors of A's range are enough, w = A x + u and z: then u = w − z.
//!
//! D. Gabay and B. Mercier, Comput. Math. Appl. 2 (1976) 17; S. Boyd et al., Found. Trends Mach. Learn. 3 (2010) 1.

use super::blocks::{norm2_of, squares_of};
use super::stepwise::{Progress, Stepwise, by_steps, norm_squared, told_by_vectors};
use crate::array::{DistArray, Space, Summing};
use crate::error::Result;
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{LinearOperator, Operator, StackedVStack};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{CglsInMethod, Measures, Method, Options, Report, Run, State, Stop, Tolerance, Vectors};

/// Solves min ½ ‖Op x − b‖² + g(A x) from the x that is passed in: least squares with any function that has a prox, of any operator's image, as the
/// total variation of x.
///
/// Arrays and stacks, real and complex, and Op and A from one to the other. With exact summation (the default) and operators that keep it, every
/// iterate has the same bits on any number of ranks. [`AdmmL2`] is the method itself, for the step τ, inner iterations and more.
///
/// The report has the series "update", ‖A x − z‖ of the x of an iteration and the z of the one before, which is what the tolerance is
/// held against and falls from iteration to iteration where inner problems are solved; "split", ‖A x − z‖ of the same iteration; "cost", ‖b − Op x‖; and "inner", the iterations of CGLS so far.
///
/// # Communication
/// Each iteration that of CGLS's, and that of the prox of g, and one all-reduce of 1824 bytes. At the start one application of A, and where no τ is given, those
/// of [`Operator::norm_estimate`].
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of Op's range, x not of
/// the domain of Op and A, or g not a function of vectors of A's range; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance that is negative or not
/// finite, and of no iterations. Not converging is no error: see [`Report::reason`]. What CGLS cannot solve ends iterations with its own
/// reason.
///
/// # Example
/// Steps out of noise: the total variation of a signal.
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{L1, admm_l2};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[40], 0)?;
///     let noise = |i: usize| if i % 2 == 0 { 0.02 } else { -0.02 };
///     let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[0] >= 20)) + noise(i[0]));
///     let a = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
///     let g = L1::new(0.5).on(a.range())?;
///     let mut x = b.zeros_like();
///     let report = admm_l2(&Identity.on(&layout), &b, &g, &a, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     // Each side is 0.5/20 nearer to the other one.
///     assert!((x.get(&[3])? - 0.025).abs() < 1e-4 && (x.get(&[30])? - 0.975).abs() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; iterates of `ADMML2` of pyproximal and pylops-mpi.
pub fn admm_l2<X: Scalar, Y: Scalar<Real = X::Real>>(
    op: &Operator<X, Y>,
    b: &DistArray<Y>,
    g: &ProximalOperator<Y>,
    a: &Operator<X, Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    AdmmL2::new(op, b, g, a, x)?.solve(options)
}

/// The method of [`admm_l2`]; its vectors are x, z and w, and those of CGLS: d, s, r, q and c.
///
/// # Example
/// With inner iterations until the gradient has become a tenth, and the objective in the report:
/// ```
/// use lops::prelude::*;
/// use lops::proximal::{AdmmL2, NonNegative};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[9], 0)?;
///     let op = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::from_fn(&layout, |i| if i[0] % 2 == 0 { 6.0 } else { -6.0 });
///     let g = NonNegative.on(&layout)?;
///     let mut x = b.zeros_like();
///     let method = AdmmL2::new(&op, &b, &g, &Identity.on(&layout), &mut x)?;
///     let method = method.step(0.1)?.inner(50, Tolerance::Relative(0.1))?.objective();
///     let report = method.solve(&Options::iterations(500))?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| if i[0] % 2 == 0 { 6.0 / (1.0 + i[0] as f64) } else { 0.0 })).norm() < 1e-4);
///     assert!((report.series("objective").last().unwrap() - 72.0).abs() < 1e-3); // ½ · 4 · 36
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct AdmmL2<'a, X: Scalar, Y: Scalar = X> {
    op: Operator<X, Y>,
    b: &'a DistArray<Y>,
    g: ProximalOperator<Y>,
    a: Operator<X, Y>,
    x: &'a mut DistArray<X>,
    z: DistArray<Y>,
    w: DistArray<Y>,
    inner: CglsInMethod<X, Y>,
    tau: Option<f64>,
    has_z: bool,
    g_first: bool,
    tells_objective: bool,
    progress: Progress,
}

impl<'a, X: Scalar, Y: Scalar<Real = X::Real>> AdmmL2<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`admm_l2`], but for the options.
    pub fn new(
        op: &Operator<X, Y>,
        b: &'a DistArray<Y>,
        g: &ProximalOperator<Y>,
        a: &Operator<X, Y>,
        x: &'a mut DistArray<X>,
    ) -> Result<Self> {
        op.range().same_as(b.space(), "data of AdmmL2")?;
        op.domain().same_as(x.space(), "model of AdmmL2")?;
        a.domain().same_as(x.space(), "domain of A in AdmmL2")?;
        a.range().same_as(g.space(), "space of g in AdmmL2")?;
        let [z, w] = [(); 2].map(|()| DistArray::zeros(a.range()));
        let inner = CglsInMethod::new(StackedVStack::of(vec![op.clone(), a.clone()])?);
        let (op, g, a, progress) = (op.clone(), g.clone(), a.clone(), Progress::default());
        let (tau, has_z, g_first, tells_objective) = (None, false, false, false);
        Ok(Self { op, b, g, a, x, z, w, inner, tau, has_z, g_first, tells_objective, progress })
    }

    /// τ (0.99/‖A‖²). Any τ converges; a smaller one holds A x and z closer together.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not a finite number above 0.
    pub fn step(mut self, tau: f64) -> Result<Self> {
        positive("step of AdmmL2", tau)?;
        self.tau = Some(tau);
        Ok(self)
    }

    /// The most iterations of CGLS in each one (20), and when its gradient is small enough ([`Tolerance::None`]: never). Each solve begins where the
    /// last one ended.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) of a tolerance that is negative or not finite.
    pub fn inner(mut self, iterations: usize, tolerance: Tolerance) -> Result<Self> {
        self.inner.limit(iterations, tolerance)?;
        Ok(self)
    }

    /// z to begin with (A x).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if it is not of A's range.
    pub fn z0(mut self, z: &DistArray<Y>) -> Result<Self> {
        self.a.range().same_as(z.space(), "z of AdmmL2")?;
        self.z.copy_from(z)?;
        self.has_z = true;
        Ok(self)
    }

    /// Each iteration begins with z: z ← prox_τg(A x + u), then x, as above, then u ← u + A x' − z. As in pyproximal and pylops-mpi x' is the x that z was made of,
    /// so that x and u are made side by side. "update" is then how far z − u and u went together, "split" ‖A x' − z‖; where z begins does not matter.
    #[must_use]
    pub fn g_first(mut self) -> Self {
        self.g_first = true;
        self
    }

    /// Computes the series "objective" too, ½ ‖Op x − b‖² + g(z).
    #[must_use]
    pub fn objective(mut self) -> Self {
        self.tells_objective = true;
        self
    }

    /// z, which is near A x and where g is finite.
    pub fn z(&self) -> &DistArray<Y> {
        &self.z
    }

    /// τ, once it is known.
    fn tau(&self) -> f64 {
        self.tau.unwrap_or(1.0)
    }

    /// The last part of the data ← (z − u)/√τ.
    fn write_data(&mut self) {
        let inverse = Y::Real::from_f64(self.tau().sqrt().recip());
        let (data, _) = self.inner.data_and_left();
        let (of_op, of_a) = data.split_at_mut(self.b.as_slice().len());
        self.b.passes_over(1, 1);
        of_op.copy_from_slice(self.b.as_slice());
        self.z.passes_over(2, 1);
        for ((t, &z), &w) in of_a.iter_mut().zip(self.z.as_slice()).zip(self.w.as_slice()) {
            *t = (z + z - w).scale(inverse); //                               z − u = 2z − w
        }
    }

    /// x, z, u; ‖A x − z'‖² of the z before, nothing more, ‖A x − z‖².
    fn x_first(&mut self, run: &Run) -> Result<[PartialSum; 3], Stop> {
        let Parts { space, start, root, inverse } = self.parts();
        let tau = self.tau();
        self.inner.solve(self.x, run)?; //                                    x ← argmin …
        let Self { z, w, inner, g, .. } = self;
        let left = &inner.left()[start..];
        let before = z.as_slice();
        let w_before = w.as_mut_slice();
        let update2 = squares_of(&space, [2, 1], run, |block, moved: &mut [Y]| {
            let (w, z, s) = (&mut w_before[block.clone()], &before[block.clone()], &left[block]);
            for (((moved, w), &z), &s) in moved.iter_mut().zip(w).zip(z).zip(s) {
                let next = z - s.scale(root);
                (*moved, *w) = (next - *w, next); //                          w ← A x + u = z − e
            }
        });
        g.prox_into(tau, w, z)?; //                                           z ← prox_τg(w)
        let (data, left) = inner.data_and_left();
        let (data, left) = (&mut data[start..], &left[start..]);
        let (z, w) = (z.as_slice(), w.as_slice());
        let split2 = squares_of(&space, [3, 1], run, |block, apart: &mut [Y]| {
            let (z, w, s) = (&z[block.clone()], &w[block.clone()], &left[block.clone()]);
            for ((((apart, t), &z), &w), &s) in apart.iter_mut().zip(&mut data[block]).zip(z).zip(w).zip(s) {
                *apart = (*t - s).scale(root) - z; //                         A x − z
                *t = (z + z - w).scale(inverse); //                           z − u = 2z − w
            }
        });
        Ok([update2, Summing::from(run).start(), split2])
    }

    /// z, u, x, where x is made with the u before: squares of how far z − u and u went, and of the latter.
    fn z_first(&mut self, run: &Run) -> Result<[PartialSum; 3], Stop> {
        let Parts { space, start, root, inverse } = self.parts();
        let tau = self.tau();
        let Self { z, w, inner, g, x, .. } = self;
        let (data, left) = inner.data_and_left();
        let (data, left) = (&mut data[start..], &left[start..]);
        w.passes_over(3, 1);
        for (((w, &z), &t), &s) in w.as_mut_slice().iter_mut().zip(z.as_slice()).zip(&*data).zip(left) {
            *w = *w - z + (t - s).scale(root); //                             w ← u + A x
        }
        g.prox_into(tau, w, z)?; //                                           z ← prox_τg(w)
        let (z, w) = (z.as_slice(), w.as_slice());
        let moved2 = squares_of(&space, [3, 1], run, |block, moved: &mut [Y]| {
            let (z, w, s) = (&z[block.clone()], &w[block.clone()], &left[block.clone()]);
            for ((((moved, t), &z), &w), &s) in moved.iter_mut().zip(&mut data[block]).zip(z).zip(w).zip(s) {
                let next = (z - w).scale(inverse) + (*t - s); //              z − u = z − w + A x
                (*moved, *t) = ((next - *t).scale(root), next);
            }
        });
        let split2 = squares_of(&space, [3, 0], run, |block, apart: &mut [Y]| {
            let (z, w, t) = (&z[block.clone()], &w[block.clone()], &data[block]);
            for (((apart, &z), &w), &t) in apart.iter_mut().zip(z).zip(w).zip(t) {
                *apart = t.scale(root) - z - z + w; //                        A x − z, by which u changes: it is w − z now
            }
        });
        inner.solve(x, run)?; //                                              x ← argmin …
        Ok([moved2, split2.clone(), split2])
    }

    fn parts(&self) -> Parts<Y::Real> {
        let root = self.tau().sqrt();
        let [root, inverse] = [root, root.recip()].map(Y::Real::from_f64);
        Parts { space: self.a.range().clone(), start: self.b.as_slice().len(), root, inverse }
    }
}

/// Where A's part of the data of CGLS begins, its space, and √τ.
struct Parts<R> {
    space: Space,
    start: usize,
    root: R,
    inverse: R,
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Stepwise for AdmmL2<'_, X, Y> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn prepare(&mut self, _: &Run) -> Result<(), Stop> {
        if self.tau.is_none() {
            self.tau = Some(0.99 / norm_squared(&self.a)?);
        }
        let weighted = self.a.scale_real(X::Real::from_f64(self.tau().sqrt().recip()));
        self.inner.replace(StackedVStack::of(vec![self.op.clone(), weighted])?);
        if self.g_first || !self.has_z {
            self.a.apply_into(self.x, &mut self.z)?; //                       z ← A x
        }
        self.w.copy_from(&self.z)?; //                                        u ← 0
        self.write_data();
        Ok(())
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let [moved2, more2, split2] = if self.g_first { self.z_first(run)? } else { self.x_first(run)? };
        let left = self.inner.left();
        let cost2 = norm2_of(self.b.space(), left, run);
        let [moved2, more2, split2, cost2] = run.sums([moved2, more2, split2, cost2])?;
        let measures = Measures::criterion("update", run.finite(moved2 + more2, "w")?);
        let measures = measures.and("split", split2.sqrt()).and("cost", cost2.sqrt());
        let measures = measures.and("inner", self.inner.made() as f64);
        if !self.tells_objective {
            return Ok(measures);
        }
        Ok(measures.and("objective", 0.5 * cost2 + self.g.value(&self.z)?.to_f64()))
    }

    fn resume(&mut self) {
        if !self.g_first {
            self.write_data();
        }
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Method for AdmmL2<'_, X, Y> {
    type Model = X;

    by_steps!();

    fn name(&self) -> &'static str {
        "ADMM-L2"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", &*self.x).and("z", &self.z).and("w", &self.w);
        self.inner.vectors(vectors)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { g, x, z, w, inner, progress, g_first, .. } = self;
        let state = State::new().vector("x", *x).vector("z", z).vector("w", w).within("g", g.state());
        Some(inner.state(progress.state(state), *g_first))
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.inner.adjoint_mismatch()
    }

    fn scratch(&self) -> usize {
        self.inner.scratch() + self.g.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let tau = self.tau.map(|tau| ("tau", tau));
        tau.into_iter().chain([("inner", self.inner.most() as f64)]).collect()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost"), ("split", "split"), ("xupdate", "update")]
    }
}

told_by_vectors!(AdmmL2<X, Y>);
