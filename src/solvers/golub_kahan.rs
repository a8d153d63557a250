//! The bidiagonal form of an operator, a column at a time: what LSQR and LSMR are made of.
//!
//! ```text
//! β u ← b − A x,  α v ← Aᴴ u
//! repeat   β u ← A v − α u,  α v ← Aᴴ u − β v
//! ```
//!
//! with α and β such that u and v have norm 1. With damping A is [A; λ I] and b is [b; 0]: then u has a lower part, of the
//! model's size, and x may begin anywhere. Vectors are normalised where they are read next. G. H. Golub and W. Kahan,
//! SIAM J. Numer. Anal. B 2 (1965) 205; C. C. Paige and M. A. Saunders, ACM TOMS 8 (1982) 43.

use super::adjoint_test::AdjointTest;
use super::least_squares::{check_zero_gradient, exponents, gradient_at_zero};
use super::near_problem::Norms;
use super::rounding::epsilon;
use super::units::{Units, is_ordinary};
use super::{Measures, PerIteration, Run, State, Stop, Vectors, options::not_negative, run::real};
use crate::array::DistArray;
use crate::error::{Error, Result};
use crate::numbers::powers::two_to;
use crate::numbers::{PartialSum, Scalar};
use crate::operators::{LinearOperator, Operator};

/// The problem, and the last column.
pub(super) struct GolubKahan<'a, X: Scalar, Y: Scalar> {
    pub(super) a: &'a Operator<X, Y>,
    pub(super) b: &'a DistArray<Y>,
    pub(super) x: &'a mut DistArray<X>,
    /// u and v, times numbers.
    u: DistArray<Y>,
    v: DistArray<X>,
    /// The lower part of u, where there is damping.
    lower: Option<DistArray<X>>,
    q: DistArray<Y>,
    r: DistArray<X>,
    pub(super) damp: f64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    /// What makes u and v of what is there.
    of_u: f64,
    of_v: f64,
    /// The largest α and β so far: no more than ‖A‖₂ with its damping.
    largest: f64,
    pub(super) units: Units,
    pub(super) adjoint: AdjointTest,
}

/// 1/x; 0 of 0.
fn inverse(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { 1.0 / x }
}

impl<'a, X: Scalar, Y: Scalar> GolubKahan<'a, X, Y> {
    /// Checks the spaces, and takes all memory.
    pub(super) fn new(
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
        method: &str,
    ) -> Result<Self> {
        a.range().same_as(b.space(), &format!("data of {method}"))?;
        a.domain().same_as(x.space(), &format!("model of {method}"))?;
        let (u, q, v, r) = (b.zeros_like(), b.zeros_like(), x.zeros_like(), x.zeros_like());
        let (damp, alpha, beta, of_u, of_v, largest) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let (units, adjoint, lower) = (Units::default(), AdjointTest::default(), None);
        Ok(Self { a, b, x, u, v, lower, q, r, damp, alpha, beta, of_u, of_v, largest, units, adjoint })
    }

    pub(super) fn set_damp(&mut self, damp: f64) -> Result<()> {
        not_negative("damp", damp)?;
        self.damp = damp;
        self.lower = (damp > 0.0).then(|| self.x.zeros_like());
        Ok(())
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", self.x).and("u", &self.u).and("v", &self.v);
        vectors.and("q", &self.q).and("r", &self.r)
    }

    pub(super) fn state(&mut self) -> State<'_> {
        let Self { x, u, v, lower, alpha, beta, of_u, of_v, largest, units, adjoint, .. } = self;
        let state = State::new().vector("x", *x).vector("u", u).vector("v", v);
        let state = match lower {
            Some(lower) => state.vector("lower", lower),
            None => state,
        };
        let state = state.number("columns.alpha", alpha).number("columns.beta", beta).number("columns.of_u", of_u);
        let state = units.state(state.number("columns.of_v", of_v).number("columns.largest", largest));
        adjoint.state_as("columns.adjoint", state)
    }

    pub(super) fn scratch(&self) -> usize {
        self.a.scratch() + self.lower.as_ref().map_or(0, |lower| size_of_val(lower.as_slice()))
    }

    /// λ, of the operator in units.
    pub(super) fn lambda(&self) -> f64 {
        two_to(self.damp, -self.units.forward)
    }

    /// What makes αβ, which is in the units of the data and of A, of a gradient in its own: far below 1 where λ is far above ‖A‖.
    /// Steps of x are that much shorter too.
    pub(super) fn unit_of_gradient(&self) -> f64 {
        self.units.residual_per_step()
    }

    /// Begins at x: the square of the gradient, αβ, in its unit.
    pub(super) fn start(&mut self, run: &Run) -> Result<f64, Stop> {
        self.adjoint.begin(run)?;
        let (lambda, unit) = (self.lambda(), self.unit_of_gradient());
        let Self { a, b, x, u, v, lower, q, units, .. } = self;
        units.forward(a, x, q)?; //                                            q ← A x
        units.copy_data(b, u)?; //                                             u ← b
        let u2 = u.axpy_norm2(real(-unit), q, run)?; //                        u ← u − q
        let lower2 = lower.as_mut().map(|lower| {
            lower.copy_from(x)?;
            lower.scale(real(-lambda * unit)); //                              lower ← −λ x
            Ok::<_, Error>(lower.norm2(run))
        });
        let [u2, lower2] = run.sums([Some(u2), lower2.transpose()?])?;
        let beta = (u2 + lower2).sqrt(); //                                    β ← ‖u‖
        let v2 = match lower {
            None => units.adjoint_norm2(a, u, v, run)?, //                     v ← Aᴴ u
            Some(lower) => {
                units.adjoint(a, u, v)?;
                v.axpy_norm2(real(lambda / unit), lower, run)? //              v ← Aᴴ u + λ lower
            }
        };
        let [v2] = run.sums([v2])?;
        let norm = v2.sqrt(); //                                               α ← ‖v‖ / β
        (self.beta, self.alpha) = (beta, norm * unit * inverse(beta));
        (self.of_u, self.of_v) = (inverse(beta), inverse(norm));
        self.largest = self.largest.max(self.alpha);
        Ok(v2)
    }

    /// β u ← A v − α u.
    pub(super) fn forward(&mut self, run: &Run) -> Result<(), Stop> {
        self.adjoint.check(run)?;
        let (lambda, keep) = (self.lambda(), -self.alpha * self.of_u);
        let Self { a, u, v, lower, q, of_v, units, .. } = self;
        units.forward(a, v, q)?; //                                            q ← A v
        let u2 = u.axpby_norm2(real(*of_v), q, real(keep), run)?; //           u ← q − α u
        let lower2 = lower.as_mut().map(|lower| lower.axpby_norm2(real(lambda * *of_v), v, real(keep), run));
        let [u2, lower2] = run.sums([Some(u2), lower2.transpose()?])?;
        self.beta = run.finite(u2 + lower2, "u")?.sqrt(); //                   β ← ‖u‖
        self.of_u = inverse(self.beta);
        Ok(())
    }

    /// α v ← Aᴴ u − β v; and the sums of these parts of others, which ride along.
    pub(super) fn adjoint(&mut self, [one, other]: [Option<PartialSum>; 2], run: &Run) -> Result<[f64; 2], Stop> {
        let (lambda, unit, keep) = (self.lambda(), self.unit_of_gradient(), -self.beta * self.of_v);
        let Self { a, u, v, lower, r, of_u, units, .. } = self;
        let r2 = match lower {
            None => units.adjoint_norm2(a, u, r, run)?, //                     r ← Aᴴ u
            Some(lower) => {
                units.adjoint(a, u, r)?;
                r.axpy_norm2(real(lambda / unit), lower, run)? //              r ← r + λ lower
            }
        };
        let of_r = *of_u * unit;
        let v2 = v.axpby_norm2(real(of_r), r, real(keep), run)?; //            v ← r − β v
        let [v2, r2, beside @ ..] = run.sums([Some(v2), Some(r2), one, other])?;
        let before = self.alpha;
        self.alpha = run.finite(v2, "v")?.sqrt(); //                           α ← ‖v‖
        self.of_v = inverse(self.alpha);
        self.largest = self.largest.max(self.alpha).max(self.beta);
        let [square, beta, largest] = [r2.sqrt() * of_r, self.beta, self.largest].map(|x| x.powi(2));
        self.adjoint.take_column::<X>(square, beta, [before, self.alpha].map(|x| x.powi(2)), largest, r2);
        Ok(beside)
    }

    /// v, to be added times this to something.
    pub(super) fn v(&self) -> (&DistArray<X>, f64) {
        (&self.v, self.of_v)
    }

    /// The square of the gradient, in its unit, a residual in its own, and ‖x‖², for rules.
    pub(super) fn norms(&self, gradient2: f64, residual: f64, x2: f64) -> Norms {
        let Units { gradient, model, forward, .. } = self.units;
        let (gradient, model) = (two_to(gradient2.sqrt(), gradient), two_to(x2.sqrt(), model));
        Norms { gradient, residual, model, unit: two_to(1.0, forward) }
    }

    /// Whether the gradient is as small as the rounding errors of Aᴴ times the residual, of this norm. Damping bounds x: there they
    /// do no harm.
    pub(super) fn is_at_the_end(&self, gradient: f64, residual: f64) -> bool {
        self.damp == 0.0 && gradient <= epsilon::<X>() * self.largest * residual
    }

    /// What rounding hides of a gradient that is computed anew.
    pub(super) fn hidden(&self, run: &Run) -> f64 {
        let norm = run.size_when_judging(self.b, self.units.data) / self.unit_of_gradient();
        if self.damp == 0.0 { 0.125 * epsilon::<X>() * self.largest * norm } else { 0.0 }
    }

    pub(super) fn is_ordinary(&self) -> bool {
        let gradient = self.alpha * self.beta / self.unit_of_gradient();
        is_ordinary::<X>(gradient * gradient) && is_ordinary::<Y>(self.beta * self.beta)
    }

    pub(super) fn choose_units(&mut self, run: &Run) -> Result<(), Stop> {
        let Self { a, b, x, u, v, q, r, damp, units, .. } = self;
        *units = Units::default();
        self.largest = 0.0;
        let of = exponents((*a, *b, &mut **x), *damp, [u, q], [v, r])?;
        if let Some(gradient) = of.gradient.max(of.damping) {
            let (model, forward) = (gradient - 2 * of.forward, of.forward);
            *units = Units { data: of.residual.unwrap_or(model + forward), model, gradient, forward, ..*units };
        } else if of.residual.is_some() {
            return check_zero_gradient(a, u, q, v, run);
        }
        Ok(())
    }

    pub(super) fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        gradient_at_zero((self.a, self.b, self.x), &mut self.q, &mut self.r, run)
    }

    pub(super) fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    /// What this rank sends in an iteration, whose second message has so many sums beside ‖v‖² and ‖Aᴴ u‖².
    pub(super) fn communication(&self, second: usize) -> Result<PerIteration> {
        let of_operator = self.a.communication();
        let spaces = [self.a.domain(), self.a.range()];
        let first = 1 + usize::from(self.damp > 0.0); // ‖u‖², of both parts
        PerIteration::of(of_operator.forward + of_operator.adjoint, &spaces, &[first, 2 + second])
    }
}
