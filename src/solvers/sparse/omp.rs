//! Orthogonal matching pursuit: a column a time, and the best model with those chosen.
//!
//! ```text
//! r ← b − A x,  S ← ∅
//! repeat   g ← Aᴴ r,  j ← the first with the largest |gⱼ| / nⱼ, not in S,  S ← S ∪ {j}
//!          A_S = Q R, by a Gram–Schmidt step on A eⱼ;  q ← its last column
//!          γ ← ⟨q, r⟩,  r ← r − γ q,  x_S ← x_S + R⁻¹ γ e_last
//! ```
//!
//! Least squares on the chosen columns are exact: nothing is iterated for them, and no column is computed twice. As many vectors of the
//! data's size as columns may be chosen, two more, and three of the model's beside x and b. Each iteration: one forward and one adjoint
//! application. Y. C. Pati, R. Rezaiifar and P. S. Krishnaprasad, Asilomar Conf. 27 (1993) 40; J. Tropp and A. Gilbert, IEEE Trans. Inf.
//! Theory 53 (2007) 4655; by QR: B. Sturm and M. Christensen, EUSIPCO 20 (2012) 220.

use super::pursuit::{Pursuit, coefficient, scalar, subtract};
use super::triangle::Triangle;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::Operator;
use crate::solvers::gram_schmidt::GramSchmidt;
use crate::solvers::{Measures, Method, Options, Reason, Report, Run, State, Stop, Vectors};
use num_complex::Complex;
use num_traits::Zero;
use std::fmt;

/// Finds an x of at most so many columns with ‖b − A x‖ ≤ σ, by orthogonal matching pursuit: the column that goes with the residual best is
/// added to those chosen, and x is the best model with them, column by column.
///
/// x is added to what is passed in, which is 0 as a rule. Arrays and stacks, real and complex, and A from real to complex. With exact
/// summation (the default) and operators that keep it, every iterate has the same bits on any number of ranks; of columns that go equally
/// well with the residual, the one of the lowest global index is chosen. [`Omp`] is the method itself, for columns of different norms.
///
/// The report has the series "cost", ‖b − A x‖, and "excess", what it is above σ, which is what the tolerance is held against: with
/// [`Options::exactly`] iterations end at σ itself. It stops, too, with [`Reason::ColumnLimit`] after so many columns; with
/// [`Reason::Incompatible`] where no column is left that lowers the residual, as all others depend on those chosen; and with
/// [`Reason::Exhausted`] where the residual is rounding errors.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, three all-reduces of 8 bytes, and four more: with k columns so far, two of 456 (k + 1) bytes (complex:
/// 456 (2k + 1)), one of 456 (912), one of 456. At the start an application of A and two all-reduces of 456 bytes.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if b is not of the range or x not of the domain; [`ErrorKind::Parameter`] for a σ
/// or a tolerance that is negative or not finite, for no columns or more than A has, and of an A from complex to real. Not converging is
/// no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Convolve1D, solvers::{Options, omp}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[20], 0)?;
///     let a = Convolve1D::new(&[0.5, 1.0, -0.3], 1).on(&layout)?;
///     let spikes = DistArray::from_fn(&layout, |i| match i[0] { 4 => 2.0, 6 => -1.0, 15 => 0.5, _ => 0.0 });
///     let (b, mut x) = (&a * &spikes, spikes.zeros_like());
///     let report = omp(&a, &b, &mut x, 5, 1e-9, &Options::default())?;
///     assert!(report.reason.converged());
///     assert_eq!(report.iterations, 3);
///     assert!((&x - &spikes).norm() < 1e-14);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; columns and costs of PyLops's `omp`, whose inner iterations and repeated columns are not needed.
pub fn omp<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    columns: usize,
    sigma: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    Omp::new(a, b, x, columns, sigma)?.solve(options)
}

/// The method of [`omp`]; its vectors are x, r, g and q, and k, which tells of each column when it was chosen: 1, 2, … and 0 if it was not.
pub struct Omp<'a, X: Scalar, Y: Scalar = X> {
    pursuit: Pursuit<'a, X, Y>,
    order: DistArray<X::Real>,
    basis: GramSchmidt<Y>,
    triangle: Triangle,
    columns: usize,
    /// Columns chosen, and those of them that the basis has: fewer after a checkpoint has been read.
    chosen: usize,
    made: usize,
}

impl<'a, X: Scalar, Y: Scalar> Omp<'a, X, Y> {
    /// Takes all memory: that of so many columns.
    ///
    /// # Errors
    /// Those of [`omp`], but for the options.
    pub fn new(
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
        columns: usize,
        sigma: f64,
    ) -> Result<Self> {
        let pursuit = Pursuit::new(a, b, x, sigma, ["data of OMP", "model of OMP"])?;
        let all = pursuit.x.size();
        if columns == 0 || columns > all {
            let expected = format!("from 1 to {all}, as many as the operator has");
            return Err(Error::expected(ErrorKind::Parameter, "columns of OMP", expected, columns));
        }
        let basis = GramSchmidt::of(b, columns);
        let basis = if X::IS_COMPLEX { basis } else { basis.over_reals() };
        let (order, triangle) = (DistArray::zeros(pursuit.x.space()), Triangle::of(columns));
        Ok(Self { pursuit, order, basis, triangle, columns, chosen: 0, made: 0 })
    }

    /// The norms of A's columns, as [`column_norms`](super::column_norms) finds them: a column is chosen by the angle between it and the
    /// residual, so that long ones are not preferred. One of norm 0 is never chosen.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if they are not of the model's space; [`ErrorKind::Parameter`] if one is negative
    /// or not finite, on any rank.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Diagonal};
    /// use lops::solvers::{Method, Omp, Options, column_norms};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[6], 0)?;
    ///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 10f64.powi(i[0] as i32)))?;
    ///     let b = DistArray::from_fn(&layout, |i| 6.0 - i[0] as f64);
    ///     let (norms, mut x) = (column_norms(&a)?, b.zeros_like());
    ///     let report = Omp::new(&a, &b, &mut x, 1, 0.0)?.norms(&norms)?.solve(&Options::default())?;
    ///     assert_eq!((report.iterations, x.get(&[0])?), (1, 6.0)); // 10⁵ goes with x₅ best, and would be chosen by its length
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn norms(mut self, norms: &'a DistArray<X::Real>) -> Result<Self> {
        self.pursuit.set_norms(norms)?;
        Ok(self)
    }

    /// One vector more of the basis, of q, a column; its part that is new, in units of q, whose norm is told too.
    fn extend(&mut self, run: &Run) -> Result<[f64; 2], Stop> {
        let unit = self.pursuit.take_unit();
        let k = self.made;
        let new = self.basis.push(k, &mut self.pursuit.q, run)?;
        self.triangle.set(k, self.basis.column(k), new.rest, unit);
        Ok([new.rest, new.norm])
    }

    /// Makes again what a checkpoint does not have.
    fn remake(&mut self, run: &Run) -> Result<(), Stop> {
        while self.made < self.chosen {
            let number = (self.made + 1) as f64;
            let (g, order) = (self.pursuit.g.as_mut_slice(), self.order.as_slice());
            for (g, order) in g.iter_mut().zip(order) {
                *g = if order.to_f64() == number { X::one() } else { X::zero() };
            }
            self.pursuit.column()?;
            self.extend(run)?;
            self.made += 1;
        }
        Ok(())
    }

    /// x_S ← x_S + R⁻¹ γ e_last.
    fn update(&mut self, gamma: Complex<f64>) {
        let y = self.triangle.solve_last(self.made, gamma);
        let x = &mut *self.pursuit.x;
        x.passes_over(1, 1);
        for (x, order) in x.as_mut_slice().iter_mut().zip(self.order.as_slice()) {
            // 1, 2, … of those chosen.
            if let Some(&y) = (order.to_f64() as usize).checked_sub(1).and_then(|k| y.get(k)) {
                *x += scalar::<X>(y);
            }
        }
    }
}

impl<X: Scalar, Y: Scalar> Method for Omp<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "OMP"
    }

    fn model(&self) -> &DistArray<X> {
        self.pursuit.x
    }

    fn vectors(&self) -> Vectors<'_> {
        self.pursuit.vectors().and("k", &self.order)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.pursuit.begin(run)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.chosen == self.columns {
            return Err(Reason::ColumnLimit.into());
        }
        self.remake(run)?;
        let order = self.order.as_slice();
        self.pursuit.choose(|k| order[k].is_zero(), run)?; //                  g ← eⱼ,  q ← A eⱼ
        let [rest, norm] = self.extend(run)?;
        let q = self.basis.vector(self.made);
        let [re, im] = run.sums(coefficient::<X, Y>(q, &self.pursuit.r, run)?)?;
        let gamma = Complex::new(re, im); //                                   γ ← ⟨q, r⟩
        self.pursuit.check(rest * gamma.norm(), norm)?;
        self.pursuit.cost = subtract(&mut self.pursuit.r, gamma, q, run)?; //  r ← r − γ q
        let number = X::Real::from_f64((self.chosen + 1) as f64);
        for (order, g) in self.order.as_mut_slice().iter_mut().zip(self.pursuit.g.as_slice()) {
            *order = if g.is_zero() { *order } else { number };
        }
        self.update(gamma);
        self.chosen += 1;
        self.made += 1;
        Ok(self.pursuit.measures())
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        self.pursuit.residual(run)
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        Ok(Some(self.pursuit.measures_at_zero(run)))
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { pursuit, order, chosen, .. } = self;
        Some(pursuit.state().vector("k", order).count("chosen", chosen))
    }

    fn restored(&mut self) -> Result<()> {
        self.made = 0;
        Ok(())
    }

    fn scratch(&self) -> usize {
        self.pursuit.scratch() + self.basis.bytes()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut parameters = self.pursuit.parameters();
        parameters.push(("columns", self.columns as f64));
        parameters
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Omp<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (vectors, chosen) = (self.vectors(), self.chosen);
        f.debug_struct("Omp").field("vectors", &vectors).field("chosen", &chosen).finish_non_exhaustive()
    }
}
