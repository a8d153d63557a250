//! What greedy methods have in common: the residual, the column that goes with it best, and when none does.

use super::columns::{largest, numbers, set_unit};
use crate::array::{DistArray, exponent};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::powers::{exponent_of, times_two_to};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::least_squares::check_zero_gradient;
use crate::solvers::options::not_negative;
use crate::solvers::rounding::epsilon;
use crate::solvers::square::inner;
use crate::solvers::units::{Units, is_ordinary};
use crate::solvers::{Measures, Reason, Run, State, Stop, Vectors};
use num_complex::Complex;

/// b ≈ A x with a sparse x, under way.
pub(super) struct Pursuit<'a, X: Scalar, Y: Scalar> {
    pub(super) a: &'a Operator<X, Y>,
    pub(super) b: &'a DistArray<Y>,
    pub(super) x: &'a mut DistArray<X>,
    pub(super) r: DistArray<Y>,
    /// A column.
    pub(super) q: DistArray<Y>,
    /// Aᴴ r; then eⱼ of the column.
    pub(super) g: DistArray<X>,
    norms: Option<&'a DistArray<X::Real>>,
    sigma: f64,
    numbers: Vec<u64>,
    /// ‖r‖, and what its rounding errors are a part of: ‖b‖ + ‖r‖ at the start.
    pub(super) cost: f64,
    pub(super) whole: f64,
}

/// So many units of rounding may be in an inner product with the residual.
const NOISE: f64 = 32.0;

impl<'a, X: Scalar, Y: Scalar> Pursuit<'a, X, Y> {
    /// Checks the problem, and takes all memory; `of` names the data and the model.
    pub(super) fn new(
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
        sigma: f64,
        of: [&'static str; 2],
    ) -> Result<Self> {
        a.range().same_as(b.space(), of[0])?;
        a.domain().same_as(x.space(), of[1])?;
        not_negative("sigma", sigma)?;
        if X::IS_COMPLEX && !Y::IS_COMPLEX {
            let expected = "one that is linear in the model's numbers, as from complex to complex or from real";
            let found = format!("from {} to {}", X::DTYPE, Y::DTYPE);
            return Err(Error::expected(ErrorKind::Parameter, "operator of a greedy method", expected, found));
        }
        let (r, q, g, numbers) = (b.zeros_like(), b.zeros_like(), x.zeros_like(), numbers(x.space()));
        Ok(Self { a, b, x, r, q, g, norms: None, sigma, numbers, cost: 0.0, whole: 0.0 })
    }

    /// Columns are as if they were divided by these norms.
    pub(super) fn set_norms(&mut self, norms: &'a DistArray<X::Real>) -> Result<()> {
        let space = self.a.domain();
        space.same_as(norms.space(), "norms of columns")?;
        let wrong =
            norms.as_slice().iter().find(|norm| !(norm.finite() && **norm >= <X::Real as num_traits::Zero>::zero()));
        let expected = "finite numbers, not negative";
        let checked = wrong.map(|wrong| Error::expected(ErrorKind::Parameter, "norms of columns", expected, wrong));
        space.group().agree(checked.map_or(Ok(()), Err))?;
        self.norms = Some(norms);
        Ok(())
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", &*self.x).and("r", &self.r);
        vectors.and("g", &self.g).and("q", &self.q)
    }

    /// Bytes beside vectors.
    pub(super) fn scratch(&self) -> usize {
        self.a.scratch() + size_of_val(&self.numbers[..])
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("sigma", self.sigma), ("normalised", f64::from(u8::from(self.norms.is_some())))]
    }

    /// r ← b − A x.
    pub(super) fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.residual(run)?;
        if !run.is_judging() {
            self.whole = run.norm(self.b) + self.cost;
        }
        Ok(self.measures())
    }

    /// r ← b − A x, and its norm.
    pub(super) fn residual(&mut self, run: &Run) -> Result<f64> {
        self.cost = run.residual(self.a, self.b, self.x, &mut self.r)?;
        Ok(self.cost)
    }

    /// What is told of the residual.
    pub(super) fn measures(&self) -> Measures {
        self.excess(self.cost).and("cost", self.cost)
    }

    /// What is told of x = 0.
    pub(super) fn measures_at_zero(&self, run: &Run) -> Measures {
        self.excess(run.norm(self.b))
    }

    fn excess(&self, cost: f64) -> Measures {
        // Not `max`: NaN stays.
        Measures::of_norm("excess", if cost <= self.sigma { 0.0 } else { cost - self.sigma })
    }

    /// g ← eⱼ of the column that goes with the residual best, of those that may be taken, and q ← A eⱼ.
    ///
    /// # Errors
    /// [`Stop`] where there is none; a number that is not finite.
    pub(super) fn choose(&mut self, may: impl Fn(usize) -> bool, run: &Run) -> Result<(), Stop> {
        self.check(self.cost, 1.0)?;
        let Self { a, r, q, g, norms, numbers, cost, .. } = self;
        let unit = exponent_of(*cost).filter(|_| !is_ordinary::<Y>(cost.powi(2))).unwrap_or(0);
        let s = if unit == 0 {
            &*r
        } else {
            Units { data: unit, ..Units::default() }.copy_data(r, q)?;
            &*q
        };
        a.apply_adjoint_into(s, g)?; //                                        g ← Aᴴ r, in a unit that no one sees
        g.passes_over(2, 0);
        let norm = |k: usize| norms.map_or(1.0, |norms| norms.as_slice()[k].to_f64());
        // What may not be taken is 0; NaN stays.
        let key = |k: usize| {
            let (size, norm) = (g.as_slice()[k].modulus().to_f64(), norm(k));
            if may(k) && norm > 0.0 { size / norm } else { 0.0 * size }
        };
        let (largest, number) = largest(g.space(), numbers, key);
        run.finite(largest, "g")?;
        if largest == 0.0 {
            times_two_to(r.as_mut_slice(), -exponent_of(*cost).unwrap_or(0));
            check_zero_gradient(a, r, q, g, run)?;
            return Err(self.no_column());
        }
        set_unit(g, numbers, number);
        self.column()?;
        Ok(())
    }

    /// q ← A g.
    pub(super) fn column(&mut self) -> Result<()> {
        self.a.apply_into(&self.g, &mut self.q)
    }

    /// The unit of q, in which it is from now on: a power of two.
    pub(super) fn take_unit(&mut self) -> i32 {
        let unit = exponent(&self.q).unwrap_or(0);
        times_two_to(self.q.as_mut_slice(), -unit);
        unit
    }

    /// `Ok` if an inner product of the residual and a column of this norm is more than rounding errors.
    ///
    /// # Errors
    /// [`Reason::Exhausted`] where the residual is nothing else either, else [`Reason::Incompatible`].
    pub(super) fn check(&self, inner: f64, norm: f64) -> Result<(), Stop> {
        if inner > self.noise() * norm { Ok(()) } else { Err(self.no_column()) }
    }

    fn no_column(&self) -> Stop {
        let is_noise = self.cost <= self.noise();
        if is_noise { Reason::Exhausted.into() } else { Reason::Incompatible(self.cost).into() }
    }

    fn noise(&self) -> f64 {
        NOISE * epsilon::<Y>() * self.whole
    }

    pub(super) fn state(&mut self) -> State<'_> {
        let Self { x, r, cost, whole, .. } = self;
        State::new().vector("x", *x).vector("r", r).number("cost", cost).number("whole", whole)
    }
}

/// r ← r − c v, and its norm.
pub(super) fn subtract<T: Scalar>(r: &mut DistArray<T>, c: Complex<f64>, v: &DistArray<T>, run: &Run) -> Result<f64> {
    r.axpy(scalar(-c), v)?;
    Ok(run.norm(r))
}

/// ⟨v, r⟩, for coefficients of the model's type: this rank's parts. With real ones it is the real part that counts.
pub(super) fn coefficient<X: Scalar, Y: Scalar>(
    v: &DistArray<Y>,
    r: &DistArray<Y>,
    run: &Run,
) -> Result<[Option<PartialSum>; 2]> {
    if X::IS_COMPLEX { inner(v, r, run) } else { Ok([Some(v.re_dot(r, run)?), None]) }
}

pub(super) fn scalar<T: Scalar>(c: Complex<f64>) -> T {
    T::from_parts(c.re, c.im)
}
