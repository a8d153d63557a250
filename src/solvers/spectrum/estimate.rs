//! How large an operator is, and how badly conditioned, by its bidiagonal form from a random start.
//!
//! G. H. Golub and W. Kahan, SIAM J. Numer. Anal. B 2 (1965) 205.

use super::tridiagonal::singular_values;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::{Reason, Stop, Vectors};

/// An estimate of a singular value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The estimate: of the largest one never above it, of the least one never below it, but for rounding errors.
    pub value: f64,
    /// There is a singular value no further from it.
    pub error: f64,
    /// Steps made, each a forward and an adjoint application.
    pub steps: usize,
}

/// An estimate of a condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// The largest over the least singular value that was seen: the condition is no less.
    pub value: f64,
    /// The largest singular value.
    pub largest: Estimate,
    /// The least one that was seen. Those of the null space are not, as what begins with Aᴴ has no part in it.
    pub least: Estimate,
}

/// Of a norm: the error at which to end, and the steps made at most.
const ACCURACY: f64 = 1e-4;
const STEPS: usize = 100;

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// ‖A‖₂, the largest singular value, with a bound of the error of 10⁻⁴ of it: the error itself is about the square of
    /// that. The same bits on any number of ranks where A keeps them.
    ///
    /// # Communication
    /// At most 100 applications of A and Aᴴ, each with three small all-reduces; fewer than 20 of most operators.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] if the adjoint is seen not to be that of A, or if what A makes is not finite.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Diagonal};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[5], 0)?;
    ///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
    ///     assert!((a.norm_estimate()?.value - 5.0).abs() < 1e-6);
    ///     assert!((a.cond_estimate(20)?.value - 5.0).abs() < 1e-6);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn norm_estimate(&self) -> Result<Estimate> {
        norm_of(self).map_err(|stop| self.has_no_spectrum("norm", stop, &Vectors::none()))
    }

    /// The largest over the least singular value, from below, of as many steps. 0/0 is 1: of an operator that is 0.
    ///
    /// # Communication
    /// That of so many applications of A and Aᴴ, each with three small all-reduces.
    ///
    /// # Errors
    /// Those of [`norm_estimate`](Self::norm_estimate); [`ErrorKind::Parameter`] of no steps.
    pub fn cond_estimate(&self, steps: usize) -> Result<Condition> {
        if steps == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "steps of cond_estimate", "at least 1", 0));
        }
        let found = all_of(self, steps).map_err(|stop| self.has_no_spectrum("norm", stop, &Vectors::none()))?;
        let (largest, least) = (found.last().copied().unwrap_or_default(), least::<X>(&found).unwrap_or_default());
        let value = if largest.value == 0.0 { 1.0 } else { largest.value / least.value };
        Ok(Condition { value, largest, least })
    }

    /// Why the norm, say, cannot be told; with the first number in these vectors that is not finite, where there is one.
    pub(super) fn has_no_spectrum(&self, what: &str, stop: Stop, vectors: &Vectors<'_>) -> Error {
        match stop {
            Stop::Error(error) => error,
            Stop::Reason(Reason::Adjoint) => {
                let expected = "⟨A v, u⟩ = ⟨v, Aᴴ u⟩";
                Error::expected(ErrorKind::Other, format!("adjoint of {self}"), expected, "one that is not that of A")
            }
            Stop::Reason(reason) => {
                let reason = vectors.found(reason);
                Error::new(ErrorKind::Other, format!("{what} of {self}: {reason}"))
            }
        }
    }
}

/// The largest singular value.
pub(crate) fn norm_of<X: Scalar, Y: Scalar>(a: &Operator<X, Y>) -> Result<Estimate, Stop> {
    let mut columns = Columns::start(a)?;
    loop {
        let is_last = columns.step()? || columns.alphas.len() >= STEPS;
        // A small matrix costs little, but more than nothing.
        if is_last || columns.alphas.len().is_multiple_of(4) {
            let largest = columns.estimates().last().copied().unwrap_or_default();
            if is_last || largest.error <= ACCURACY * largest.value {
                return Ok(largest);
            }
        }
    }
}

/// Those that so many steps see.
fn all_of<X: Scalar, Y: Scalar>(a: &Operator<X, Y>, steps: usize) -> Result<Vec<Estimate>, Stop> {
    let mut columns = Columns::start(a)?;
    while !columns.step()? && columns.alphas.len() < steps {}
    Ok(columns.estimates())
}

/// A basis of the bidiagonal form: its last columns, and the numbers of all of them.
struct Columns<'a, X: Scalar, Y: Scalar> {
    a: &'a Operator<X, Y>,
    u: DistArray<Y>,
    v: DistArray<X>,
    q: DistArray<Y>,
    r: DistArray<X>,
    /// α₁ … α_k.
    alphas: Vec<f64>,
    /// β₂ … β_{k+1}.
    betas: Vec<f64>,
    /// α_{k+1}.
    next: f64,
}

impl<'a, X: Scalar, Y: Scalar> Columns<'a, X, Y> {
    /// α₁ v₁ ← Aᴴ u₁ of a u₁ in the range: A times random numbers, as what is outside it is only in the way.
    fn start(a: &'a Operator<X, Y>) -> Result<Self, Stop> {
        let mut v = DistArray::random_signed(a.domain(), 1);
        let (mut u, q, r) = (DistArray::zeros(a.range()), DistArray::zeros(a.range()), DistArray::zeros(a.domain()));
        normalise(&mut v, "v")?;
        a.apply_into(&v, &mut u)?; //                                          u ← A v
        let is_zero = normalise(&mut u, "u")? == 0.0;
        a.apply_adjoint_into(&u, &mut v)?; //                                  v ← Aᴴ u
        let next = normalise(&mut v, "v")?;
        if next == 0.0 && !is_zero {
            return Err(Reason::Adjoint.into()); // ⟨A v, A v⟩ is not ⟨v, Aᴴ A v⟩
        }
        Ok(Self { a, u, v, q, r, alphas: Vec::new(), betas: Vec::new(), next })
    }

    /// One column more; whether it was the last one.
    fn step(&mut self) -> Result<bool, Stop> {
        let Self { a, u, v, q, r, alphas, betas, next } = self;
        let alpha = *next;
        if alpha == 0.0 && !alphas.is_empty() {
            return Ok(true);
        }
        alphas.push(alpha);
        a.apply_into(v, q)?; //                                                q ← A v
        let seen = u.vdot(q)?.re().to_f64(); //                                ⟨u, A v⟩ is α, if the adjoint is that of A
        let largest = alphas.iter().chain(&*betas).fold(0.0f64, |most, &x| most.max(x));
        let small = <X::Real as num_traits::Float>::epsilon().to_f64().sqrt();
        // Rounding errors of former steps are in it times largest/α.
        if (seen - alpha).abs() / largest * (alpha / largest) > small {
            return Err(Reason::Adjoint.into());
        }
        u.axpby(Y::one(), q, -Y::from_real(Y::Real::from_f64(alpha)))?; //     β u ← q − α u
        let beta = normalise(u, "u")?;
        betas.push(beta);
        // Rounding errors, and nothing else: the space is exhausted.
        let last = |x: f64| x <= 4.0 * <X::Real as num_traits::Float>::epsilon().to_f64() * largest;
        if last(beta) {
            *next = 0.0;
            return Ok(true);
        }
        a.apply_adjoint_into(u, r)?; //                                        r ← Aᴴ u
        v.axpby(X::one(), r, -X::from_real(X::Real::from_f64(beta)))?; //      α v ← r − β v
        *next = normalise(v, "v")?;
        if last(*next) {
            *next = 0.0;
        }
        Ok(*next == 0.0)
    }

    /// The singular values so far, in ascending order.
    fn estimates(&self) -> Vec<Estimate> {
        let steps = self.alphas.len();
        let found = singular_values(&self.alphas, &self.betas).into_iter();
        found.map(|(value, last)| Estimate { value, error: (self.next * last).abs(), steps }).collect()
    }
}

/// The least one that is no rounding error.
fn least<X: Scalar>(found: &[Estimate]) -> Option<Estimate> {
    let largest = found.last()?.value;
    let epsilon = <X::Real as num_traits::Float>::epsilon().to_f64();
    found.iter().find(|estimate| estimate.value > 4.0 * epsilon * largest).copied()
}

/// x ← x/‖x‖; its norm. 0 stays 0.
fn normalise<T: Scalar>(x: &mut DistArray<T>, letter: &'static str) -> Result<f64, Stop> {
    let norm = x.norm().to_f64();
    if !norm.is_finite() {
        return Err(Reason::NonFinite { vector: letter, rank: 0, place: None }.into());
    }
    if norm > 0.0 {
        // In two steps, of which neither leaves the range of numbers.
        let root = norm.sqrt();
        let by = T::from_real(T::Real::from_f64(1.0 / root));
        x.scale(by);
        x.scale(by);
    }
    Ok(norm)
}
